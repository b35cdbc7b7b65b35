package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/money"
	"saveline/internal/pg"
)

const selectAdjustmentsOf = `
SELECT e.id, e.key, e.kind, e.debit, e.credit, e.user_id, e.credit_id, COALESCE(e.plan_version_id, 0) AS plan_version_id, e.component,
       e.amount_minor, e.currency, e.basis, '' AS line_on, p.calendar
FROM entries e JOIN periods p ON p.id = e.period_id
WHERE e.credit_id = ANY($1) AND e.kind = 'adjust' AND NOT EXISTS (SELECT 1 FROM entries r WHERE r.reverses_id = e.id)
ORDER BY e.id`

// lockSettled waits for a run that is settling these lines right now.
const lockSettled = `SELECT entry_id, COALESCE(run_id, 0) AS run_id FROM payables WHERE entry_id = ANY($1) ORDER BY entry_id FOR SHARE`

// reversible is an entry that another takes back or turns into earned pay.
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
	On        rules.Date      `db:"line_on"`
	Calendar  string          `db:"calendar"`
}

// reverseAdjustments mirrors what two people agreed on about a result that did not last: it goes the way of the result.
func (b *books) reverseAdjustments(ctx context.Context, credits []int64, cause string, at time.Time) error {
	var originals []reversible
	if err := b.tx.SelectContext(ctx, &originals, selectAdjustmentsOf, pq.Array(credits)); err != nil {
		return fmt.Errorf("adjustments to mirror: %w", err)
	}
	var ids []int64
	for _, o := range originals {
		ids = append(ids, int64(o.ID))
	}
	settled, err := settledOf(ctx, b.tx, ids)
	if err != nil {
		return err
	}
	batch := make([]posting, len(originals))
	for i, o := range originals {
		basis, err := withCause(o.Basis, cause)
		if err != nil {
			return fmt.Errorf("basis of %s: %w", o.Key, err)
		}
		batch[i] = posting{
			Key: "reverse:" + o.Key, Kind: kindReverse, User: o.User, CreditID: o.Credit, Version: o.Version, Component: o.Component,
			Amount: money.Amount{Minor: o.Minor, Currency: o.Currency}, Reverses: o.ID, Basis: basis, Effective: at,
			Calendar: o.Calendar, Cause: cause, Debit: o.To, Credit: o.Debit, Payable: true,
		}
		if settled[o.ID] && o.To == accountEarned(o.User) {
			batch[i].Debit = accountReceivable(o.User)
		}
	}
	err = b.post(ctx, batch)
	return err
}

// settledOf says which of these entries a run has settled.
// Those that are not in the queue of runs are not in the answer.
func settledOf(ctx context.Context, tx *pg.Tx, ids []int64) (map[EntryID]bool, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		Entry EntryID `db:"entry_id"`
		Run   RunID   `db:"run_id"`
	}
	if err := tx.SelectContext(ctx, &rows, lockSettled, pq.Array(ids)); err != nil {
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
