package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention"
)

const insertReversal = `
INSERT INTO credit_reversals (result_id, client_id, cause, effective_at, recorded_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (result_id) DO NOTHING`

const lockCreditsOfResult = `SELECT ` + creditColumns + ` FROM credits WHERE result_id = $1 AND client_id = $2 ORDER BY id FOR UPDATE`

// OnReversal takes back what a result has earned: every entry of its credits gets a mirror that points at it. An accrual
// still on hold leaves the advance account, an earned amount the earned account, and one that a run has settled becomes a
// receivable, which the next run nets. Seen twice, a fact changes nothing.
func (s *Service) OnReversal(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	body, err := facts.Decode[retention.ReversalFact](f)
	if err != nil {
		return err
	}
	now := s.now()
	if _, err := tx.ExecContext(ctx, insertReversal, body.Result, f.Client, body.Cause, f.EffectiveAt, now); err != nil {
		return fmt.Errorf("reversal of result %d: %w", body.Result, err)
	}
	var credits []credit
	if err := tx.SelectContext(ctx, &credits, lockCreditsOfResult, body.Result, f.Client); err != nil {
		return fmt.Errorf("credits of result %d: %w", body.Result, err)
	}
	if len(credits) == 0 {
		return noteUncredited(ctx, tx, auth.ClientID(f.Client), now, body.Result)
	}
	b, err := openBooks(ctx, tx, auth.ClientID(f.Client), now)
	if err != nil {
		return err
	}
	ids := make([]int64, len(credits))
	for i, c := range credits {
		ids[i] = int64(c.ID)
	}
	if err := b.reverse(ctx, ids, body.Cause, f.EffectiveAt); err != nil {
		return fmt.Errorf("reverse result %d: %w", body.Result, err)
	}
	return nil
}

// deleteHolds goes first: it waits for a vesting of these accruals that is under way, whose entries the next read sees.
const deleteHolds = `
DELETE FROM holds USING entries e WHERE holds.entry_id = e.id AND e.credit_id = ANY($1) AND e.kind = 'accrue'`

const selectReversible = `
SELECT e.id, e.key, e.kind, e.debit, e.credit, e.user_id, e.credit_id, COALESCE(e.plan_version_id, 0) AS plan_version_id, e.component,
       e.amount_minor, e.currency, e.basis
FROM entries e
WHERE e.credit_id = ANY($1) AND e.kind IN ('accrue', 'earn', 'adjust') AND NOT EXISTS (SELECT 1 FROM entries r WHERE r.reverses_id = e.id)
ORDER BY e.id`

// lockSettled waits for a run that is settling these lines right now.
const lockSettled = `SELECT entry_id, COALESCE(run_id, 0) AS run_id FROM payables WHERE entry_id = ANY($1) ORDER BY entry_id FOR SHARE`

// reversible is an entry that a reversal mirrors.
type reversible struct {
	ID        EntryID         `db:"id"`
	Key       string          `db:"key"`
	Kind      string          `db:"kind"`
	Debit     string          `db:"debit"`
	To        string          `db:"credit"`
	User      auth.UserID     `db:"user_id"`
	Credit    CreditID        `db:"credit_id"`
	Version   VersionID       `db:"plan_version_id"`
	Component string          `db:"component"`
	Minor     int64           `db:"amount_minor"`
	Currency  string          `db:"currency"`
	Basis     json.RawMessage `db:"basis"`
}

func (b *books) reverse(ctx context.Context, credits []int64, cause string, at time.Time) error {
	if _, err := b.tx.ExecContext(ctx, deleteHolds, pq.Array(credits)); err != nil {
		return fmt.Errorf("end holds: %w", err)
	}
	var originals []reversible
	if err := b.tx.SelectContext(ctx, &originals, selectReversible, pq.Array(credits)); err != nil {
		return fmt.Errorf("entries to mirror: %w", err)
	}
	settled, err := b.settled(ctx, originals)
	if err != nil {
		return err
	}
	batch := make([]posting, len(originals))
	for i, o := range originals {
		basis, err := withCause(o.Basis, cause)
		if err != nil {
			return fmt.Errorf("basis of %s: %w", o.Key, err)
		}
		p := posting{
			Key: "reverse:" + o.Key, Kind: kindReverse, User: o.User, CreditID: o.Credit, Version: o.Version, Component: o.Component,
			Amount: money.Amount{Minor: o.Minor, Currency: o.Currency}, Reverses: o.ID, Basis: basis, Effective: at,
			Cause: cause,
		}
		switch {
		case o.Kind == kindAccrue:
			p.Debit, p.Credit = accountAdvance(o.User), accountExpense(o.Component)
		case o.Kind == kindAdjust: // what was agreed on about this result goes the way of the result
			p.Debit, p.Credit, p.Payable = o.To, o.Debit, true
			if settled[o.ID] && o.To == accountEarned(o.User) {
				p.Debit = accountReceivable(o.User)
			}
		case settled[o.ID]:
			p.Debit, p.Credit, p.Payable = accountReceivable(o.User), accountAdvance(o.User), true
		default:
			p.Debit, p.Credit, p.Payable = accountEarned(o.User), accountAdvance(o.User), true
		}
		batch[i] = p
	}
	_, err = b.post(ctx, batch)
	return err
}

// settled says which of these entries a run has settled.
func (b *books) settled(ctx context.Context, entries []reversible) (map[EntryID]bool, error) {
	var ids []int64
	for _, e := range entries {
		if e.Kind != kindAccrue {
			ids = append(ids, int64(e.ID))
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		Entry EntryID `db:"entry_id"`
		Run   RunID   `db:"run_id"`
	}
	if err := b.tx.SelectContext(ctx, &rows, lockSettled, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("what runs have settled: %w", err)
	}
	out := map[EntryID]bool{}
	for _, r := range rows {
		out[r.Entry] = r.Run != 0
	}
	return out, nil
}

// withCause adds to an original's basis why it was taken back.
func withCause(basis json.RawMessage, cause string) (map[string]any, error) {
	out := map[string]any{}
	if err := json.Unmarshal(basis, &out); err != nil {
		return nil, err
	}
	out["cause"] = cause
	return out, nil
}
