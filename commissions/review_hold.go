package commissions

import (
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention"
)

// While somebody looks at how a result came about, what it earned waits: no run settles its lines, and so nothing is taken
// back of it either. Earning goes on as ever; only settling waits. What is cleared is in the next run; what is confirmed is
// taken back by the reversal that comes before that word.

const upsertResultReview = `
INSERT INTO result_reviews (result_id, client_id, state, opened_at, changed_at) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (result_id) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at,
    opened_at = CASE WHEN excluded.state = 'opened' AND result_reviews.state <> 'opened' THEN excluded.opened_at ELSE result_reviews.opened_at END`

// OnResultReview keeps whether a result's pay waits. Facts come in order, so the last word stands.
func (s *Service) OnResultReview(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	body, err := facts.Decode[retention.ResultReviewFact](f)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, upsertResultReview, body.Result, f.Client, body.State, f.EffectiveAt); err != nil {
		return fmt.Errorf("review of result %d: %w", body.Result, err)
	}
	return nil
}

// HeldLine is an amount that waits because its result is under review.
type HeldLine struct {
	Entry  EntryID      `db:"entry_id" json:"entryId" doc:"explains itself"`
	User   auth.UserID  `db:"user_id" json:"userId"`
	Name   string       `db:"name" json:"name"`
	Result int64        `db:"result_id" json:"resultId"`
	Kind   string       `db:"kind" json:"resultKind"`
	Call   int64        `db:"call_id" json:"callId,omitempty"`
	Amount money.Amount `db:"-" json:"amount" doc:"below zero: something taken back that waits as well"`
	Since  time.Time    `db:"since" json:"since" doc:"when the review was opened"`
	Reason string       `db:"-" json:"reason" enum:"review" doc:"why it waits"`
	Minor  int64        `db:"minor" json:"-"`
	Money  string       `db:"currency" json:"-"`
}

// Lines of a client that would be a run's, but for a review.
const keepHeldLines = `
INSERT INTO run_held (run_id, entry_id, client_id, user_id, result_id, amount_minor, currency, since)
SELECT $1, e.id, e.client_id, e.user_id, c.result_id,` + payableMinor + `,
       e.currency, w.opened_at
FROM payables d
     JOIN entries e ON e.id = d.entry_id
     JOIN credits c ON c.id = e.credit_id
     JOIN result_reviews w ON w.result_id = c.result_id AND w.state = 'opened'
     JOIN periods own ON own.id = d.period_id
     JOIN periods upto ON upto.id = $2
WHERE d.client_id = $3 AND d.currency = $4 AND d.run_id IS NULL AND own.calendar = upto.calendar AND own.ends_on <= upto.ends_on`

const deleteHeldLines = `DELETE FROM run_held WHERE run_id = $1`

// keepHeldTx writes down what a run leaves out, so that whoever reads it sees what waits.
func keepHeldTx(ctx context.Context, tx *pg.Tx, r lockedRun) error {
	if _, err := tx.ExecContext(ctx, deleteHeldLines, r.ID); err != nil {
		return fmt.Errorf("delete held lines: %w", err)
	}
	if _, err := tx.ExecContext(ctx, keepHeldLines, r.ID, r.PeriodID, r.Client, r.Currency); err != nil {
		return fmt.Errorf("keep held lines: %w", err)
	}
	return nil
}

const selectRunHeld = `
SELECT h.entry_id, h.user_id, u.name, h.result_id, c.kind, c.call_id, h.amount_minor AS minor, h.currency, h.since
FROM run_held h JOIN entries e ON e.id = h.entry_id JOIN credits c ON c.id = e.credit_id JOIN users u ON u.id = h.user_id
WHERE h.run_id = $1 AND h.client_id = ANY($2) AND ($3 = 0 OR h.user_id = $3)
ORDER BY u.name, h.since, h.entry_id LIMIT $4`

// What waits now: earned lines that no run has settled, and advances.
const selectMyHeld = `
SELECT e.id AS entry_id, e.user_id, u.name, c.result_id, c.kind, c.call_id, e.currency, w.opened_at AS since,
       CASE WHEN e.credit LIKE 'agent:%' AND e.credit NOT LIKE '%:advance' OR e.kind = 'accrue' THEN e.amount_minor ELSE -e.amount_minor END AS minor
FROM result_reviews w JOIN credits c ON c.result_id = w.result_id JOIN entries e ON e.credit_id = c.id JOIN users u ON u.id = e.user_id
WHERE w.state = 'opened' AND e.user_id = $1 AND e.client_id = ANY($2)
  AND (EXISTS (SELECT FROM payables d WHERE d.entry_id = e.id AND d.run_id IS NULL) OR EXISTS (SELECT FROM holds h WHERE h.entry_id = e.id))
ORDER BY w.opened_at, e.id LIMIT $3`

const heldLinesMax = 2000

func lined(rows []HeldLine) []HeldLine {
	for i, r := range rows {
		rows[i].Amount, rows[i].Reason = money.Amount{Minor: r.Minor, Currency: r.Money}, "review"
	}
	return rows
}

// Held is what a run left out when it was calculated because its results were under review.
//
// Codes: not_found.
func (s *Service) Held(ctx context.Context, by auth.Actor, run RunID) ([]HeldLine, error) {
	if _, err := s.RunFor(ctx, by, run); err != nil {
		return nil, err
	}
	return s.heldBy(ctx, by, run, 0)
}

func (s *Service) heldBy(ctx context.Context, by auth.Actor, run RunID, user auth.UserID) ([]HeldLine, error) {
	out := []HeldLine{}
	if err := s.db.SelectContext(ctx, &out, selectRunHeld, run, by.Scope(), user, heldLinesMax); err != nil {
		return nil, fmt.Errorf("held lines of run %d: %w", run, err)
	}
	return lined(out), nil
}

// StatementHeld is what a statement's run left out of it.
//
// Codes: not_found.
func (s *Service) StatementHeld(ctx context.Context, by auth.Actor, id StatementID) ([]HeldLine, error) {
	st, err := s.StatementFor(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return s.heldBy(ctx, by, st.Run, st.User)
}

// OwnStatementHeld is what the run of one of the actor's own statements left out of it.
//
// Codes: not_found.
func (s *Service) OwnStatementHeld(ctx context.Context, by auth.Actor, id StatementID) ([]HeldLine, error) {
	st, err := s.OwnStatement(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return s.heldBy(ctx, by, st.Run, by.User)
}

// OwnHeld is what of the actor's own waits now.
func (s *Service) OwnHeld(ctx context.Context, by auth.Actor) ([]HeldLine, error) {
	out := []HeldLine{}
	if err := s.db.SelectContext(ctx, &out, selectMyHeld, by.User, by.Scope(), heldLinesMax); err != nil {
		return nil, fmt.Errorf("my held lines: %w", err)
	}
	return lined(out), nil
}
