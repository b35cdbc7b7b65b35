package commissions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/pg"
	"saveline/retention"
)

// Of those whose pay is marked nobody says that the ledger is right: they are valued first.
const selectValued = `
SELECT a.user_id, a.valued_at FROM pay_agents a
WHERE a.client_id = $1 AND a.valued_at > '-infinity' AND NOT EXISTS (
    SELECT 1 FROM pay_dirty d WHERE d.client_id = a.client_id AND (d.user_id IS NULL OR d.user_id = a.user_id))
ORDER BY a.user_id`

// errOnlyLooked ends a transaction that must leave nothing behind.
var errOnlyLooked = errors.New("only looked")

// ReplayedPay values everybody's pay again from the events that are kept, as of when it was valued last, and lists every
// line of the ledger that comes out otherwise: an amount that was changed, a line that was put in or is missing, a reversal
// that nothing calls for or that is not there. people is how many were compared; whose pay waits to be valued is not.
// It changes nothing.
func (s *Service) ReplayedPay(ctx context.Context, client auth.ClientID) (diffs []retention.Discrepancy, people int, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var rows []struct {
			User auth.UserID `db:"user_id"`
			At   time.Time   `db:"valued_at"`
		}
		if err := tx.SelectContext(ctx, &rows, selectValued, client); err != nil {
			return fmt.Errorf("whose pay has been valued: %w", err)
		}
		for _, r := range rows {
			delta, err := s.revalued(ctx, tx, client, r.User, r.At)
			if err != nil {
				return fmt.Errorf("value the pay of user %d again: %w", r.User, err)
			}
			for _, l := range delta {
				diffs = append(diffs, retention.Discrepancy{
					Kind: "ledger", Of: fmt.Sprintf("user %d, %s", r.User, l.Key()), Stored: "the ledger as it stands",
					Replay: fmt.Sprintf("%s %s more", l.Amount, l.Amount.Currency),
				})
			}
			people++
		}
		return errOnlyLooked
	})
	if errors.Is(err, errOnlyLooked) {
		err = nil
	}
	return diffs, people, err
}

// revalued is what the ledger would have to be given to say what the rules say; nothing, if it is right.
func (s *Service) revalued(ctx context.Context, tx *pg.Tx, client auth.ClientID, user auth.UserID, at time.Time) ([]rules.PayLine, error) {
	w, err := s.workbook(ctx, tx, client)
	if err != nil {
		return nil, err
	}
	events, err := w.agentEvents(ctx, tx, user)
	if err != nil {
		return nil, err
	}
	pay, err := s.agentPay(ctx, tx, w, user, events, at)
	if err != nil {
		return nil, err
	}
	b, err := openBooks(ctx, tx, client, at)
	if err != nil {
		return nil, err
	}
	p := poster{books: b, work: w, user: user, service: s}
	if err := p.readPosted(ctx); err != nil {
		return nil, err
	}
	delta, _, err := p.due(ctx, pay, events, at)
	return delta, err
}
