package retention

import (
	"context"
	"fmt"
	"slices"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// ReverseInput says that a result did not last.
type ReverseInput struct {
	Result      ResultID
	Cause       string    // a code: cancelled, unpaid, no_consent, …
	EffectiveAt time.Time // when it ended in the world; zero: now
	keepCase    bool      // the customer did stay: only pay is taken back
}

// Reversal is the record of a result that did not last. The result itself stays as it was.
type Reversal struct {
	ID          int64     `json:"id" db:"id"`
	Result      ResultID  `json:"resultId" db:"result_id"`
	Cause       string    `json:"cause" db:"cause"`
	EffectiveAt time.Time `json:"effectiveAt" db:"effective_at"`
	RecordedAt  time.Time `json:"recordedAt" db:"recorded_at"`
	RecordedBy  string    `json:"recordedBy" db:"recorded_by"`
}

// Validate names every fault that the input alone shows.
func (in ReverseInput) Validate() error {
	var f errs.Faults
	checkCode(&f, "cause", in.Cause)
	return f.Err()
}

// The lock on the result makes two reports of the same end take turns.
const lockResult = `
SELECT r.client_id, r.kind, o.effective_at, coalesce(o.case_id, 0) AS case_id, coalesce(o.agent_id, 0) AS agent_id,
       coalesce((SELECT credited FROM appointments WHERE result_id = r.id), true) AS credited
FROM results r JOIN outcomes o ON o.id = r.outcome_id
WHERE r.client_id = ANY($1) AND r.id = $2 FOR UPDATE OF r`

const selectReversal = `
SELECT id, result_id, cause, effective_at, recorded_at, recorded_by FROM reversals WHERE result_id = $1`

const insertReversal = `
INSERT INTO reversals (client_id, result_id, cause, effective_at, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id, result_id, cause, effective_at, recorded_at, recorded_by`

// What is still to come is cancelled; what was held turns out not to be what was promised.
const endAppointment = `
UPDATE appointments SET state = CASE WHEN held_at IS NULL THEN 'cancelled' ELSE 'rejected' END, reason = $2, credited = false, updated_at = $3
WHERE result_id = $1 AND state NOT IN ('cancelled','rejected','no_show')`

type reversible struct {
	Client      auth.ClientID `db:"client_id"`
	Kind        string        `db:"kind"`
	EffectiveAt time.Time     `db:"effective_at"`
	Case        CaseID        `db:"case_id"`
	Agent       auth.UserID   `db:"agent_id"`
	Credited    bool          `db:"credited"` // false: an appointment that was not held, which pay knows nothing of
}

// Reverse records that a result did not last and posts the fact that takes the pay for it back. A second report of the
// same result returns the first.
//
// Codes: invalid (it ended before it began, or in the future), not_found.
func (s *Service) Reverse(ctx context.Context, by auth.Actor, in ReverseInput) (out Reversal, err error) {
	if err := in.Validate(); err != nil {
		return Reversal{}, err
	}
	now := s.now()
	if in.EffectiveAt.IsZero() {
		in.EffectiveAt = now
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		out, err = reverseTx(ctx, tx, by, in, now)
		return err
	})
	return out, err
}

// The case's row comes before the result's in the order of locks.
const lockCaseOfResult = `
SELECT c.id FROM results r JOIN outcomes o ON o.id = r.outcome_id JOIN cases c ON c.id = o.case_id
WHERE r.client_id = ANY($1) AND r.id = $2 FOR UPDATE OF c`

// reverseTx is Reverse in a transaction of somebody's.
func reverseTx(ctx context.Context, tx *pg.Tx, by auth.Actor, in ReverseInput, now time.Time) (out Reversal, err error) {
	var of reversible
	if err := tx.GetContext(ctx, &of.Case, lockCaseOfResult, by.Scope(), in.Result); err != nil && !pg.None(err) {
		return out, errs.Wrap(err, "lock case")
	}
	if err := tx.GetContext(ctx, &of, lockResult, by.Scope(), in.Result); pg.None(err) {
		return out, errs.Newf(errs.NotFound, "there is no result %d here", in.Result)
	} else if err != nil {
		return out, errs.Wrap(err, "lock result")
	}
	if err := tx.GetContext(ctx, &out, selectReversal, in.Result); !pg.None(err) {
		return out, errs.Wrap(err, "read reversal")
	}
	if err := of.check(in, now); err != nil {
		return out, err
	}
	err = reverse(ctx, tx, by, of, in, now, &out)
	return out, err
}

func (of reversible) check(in ReverseInput, now time.Time) error {
	var f errs.Faults
	f.Check(!in.EffectiveAt.Before(of.EffectiveAt), "effectiveAt", "it cannot end before it was agreed")
	f.Check(!in.EffectiveAt.After(now), "effectiveAt", "must not be in the future: report it when it has ended")
	return f.Err()
}

// voids are the causes by which a save was none, rather than one that did not last.
var voids = []string{"no_consent", "wrong", "failed_quality", "billing_failed", "duplicate", CauseFraud}

// endSave takes the case of a save that did not last to its end.
func endSave(ctx context.Context, tx *pg.Tx, by auth.Actor, id CaseID, in ReverseInput, now time.Time) error {
	c, err := lockedCase(ctx, tx, lockCase, id)
	if err != nil || c == nil {
		return err
	}
	if err := c.note(ctx, tx, by, now, "reversed", map[string]any{"result": in.Result, "cause": in.Cause}); err != nil {
		return err
	}
	if in.keepCase || !c.State.Saved() || c.State.Final() {
		return nil // the case was decided in another way: pay follows the result all the same
	}
	e := flow.Event{Kind: flow.LeftAfterAll, Data: flow.Data{Cause: in.Cause}}
	if slices.Contains(voids, in.Cause) {
		e.Kind = flow.Void
	}
	return c.apply(ctx, tx, by, now, e)
}

func reverse(
	ctx context.Context, tx *pg.Tx, by auth.Actor, of reversible, in ReverseInput, now time.Time, out *Reversal,
) error {
	err := tx.GetContext(ctx, out, insertReversal, of.Client, in.Result, in.Cause, in.EffectiveAt, now, by.Name)
	if err != nil {
		return errs.Wrap(err, "record reversal")
	}
	switch {
	case of.Kind == ResultAppointment:
		if _, err := tx.ExecContext(ctx, endAppointment, in.Result, in.Cause, now); err != nil {
			return errs.Wrap(err, "cancel appointment")
		}
	case of.Kind == ResultSave && of.Case != 0:
		if err := endSave(ctx, tx, by, of.Case, in, now); err != nil {
			return err
		}
	}
	key := fmt.Sprintf("result:%d", in.Result)
	err = auth.AuditTx(ctx, tx, by, now, auth.Change{Client: of.Client, Act: "result.reverse", Object: key, Why: in.Cause, Data: out})
	if err != nil || !of.Credited {
		return err
	}
	return facts.AppendTx(ctx, tx, facts.Fact{
		Kind: FactReversal, Key: key, Client: int64(of.Client), EffectiveAt: in.EffectiveAt, RecordedAt: now,
	}, ReversalFact{Result: int64(in.Result), Cause: in.Cause})
}
