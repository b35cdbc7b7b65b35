package commissions

import (
	"context"
	"fmt"
	"slices"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// RunState is where a pay run stands on its path.
type RunState string

// The states of a run. There is no way back past approval: what was wrong is corrected by the next run.
const (
	RunDraft      RunState = "draft"
	RunCalculated RunState = "calculated"
	RunReviewed   RunState = "reviewed"
	RunApproved   RunState = "approved"
	RunLocked     RunState = "locked"
	RunExported   RunState = "exported"
	RunReconciled RunState = "reconciled"
)

// nextRun is the whole path.
//
//	draft -> calculated -> reviewed -> approved -> locked -> exported -> reconciled
//	             ^  |          |
//	             +--+----------+  calculated again
var nextRun = map[RunState][]RunState{
	RunDraft:      {RunCalculated},
	RunCalculated: {RunCalculated, RunReviewed},
	RunReviewed:   {RunCalculated, RunApproved},
	RunApproved:   {RunLocked},
	RunLocked:     {RunExported},
	RunExported:   {RunReconciled},
}

func init() {
	pg.Constraint("runs_one_at_work", errs.Conflict, "a run of this period is at work already; go on with that one")
	pg.Constraint("runs_one_approved", errs.Conflict, "another run is approved and not locked yet: lock that one, then calculate this one again")
	pg.Constraint("runs_seq_key", errs.Conflict, "somebody has just opened a run of this period; look at the list again")
	pg.Constraint("runs_exporter_edits_nothing", errs.Forbidden, "you wrote a plan version or an adjustment that this run pays: somebody else has to send the file")
	pg.Constraint("runs_four_eyes", errs.Forbidden, "you calculated this run: somebody else has to approve it")
	pg.Constraint("runs_approver_not_paid", errs.Forbidden, "this run pays you: somebody whom it does not pay has to approve it")
	pg.Constraint("statements_frozen", errs.Conflict, "this run has been approved; its statements stay as they are")
}

// Run is one pay run: what a client's people are paid for everything earned up to the end of a period and not paid before.
type Run struct {
	ID           RunID         `json:"id"`
	Seq          int           `json:"seq" doc:"which run of its period it is"`
	Corrects     RunID         `json:"correctsId,omitempty" doc:"the run that it corrects: it pays what came late for that run's period"`
	Client       auth.ClientID `json:"clientId"`
	State        RunState      `json:"state" doc:"draft, calculated, reviewed, approved, locked, exported, reconciled"`
	Period       Period        `json:"period"`
	Currency     string        `json:"currency"`
	Total        money.Amount  `json:"total" doc:"what the run pays"`
	Hash         string        `json:"hash" doc:"SHA-256 of the canonical lines: the same inputs give the same hash"`
	Watermark    int64         `json:"watermark" doc:"position of the last fact in the books when it was calculated"`
	Payees       int           `json:"payees"`
	Lines        int           `json:"lines"`
	Exceptions   int           `json:"exceptions" doc:"credits of this client that no plan covers; they are in no run"`
	CreatedBy    string        `json:"createdBy"`
	CreatedAt    time.Time     `json:"createdAt"`
	CalculatedBy string        `json:"calculatedBy,omitempty"`
	CalculatedAt *time.Time    `json:"calculatedAt,omitempty"`
	ReviewedBy   string        `json:"reviewedBy,omitempty"`
	ReviewedAt   *time.Time    `json:"reviewedAt,omitempty"`
	ApprovedBy   string        `json:"approvedBy,omitempty"`
	ApprovedAt   *time.Time    `json:"approvedAt,omitempty"`
	LockedAt     *time.Time    `json:"lockedAt,omitempty"`
	ExportedBy   string        `json:"exportedBy,omitempty"`
	ExportedAt   *time.Time    `json:"exportedAt,omitempty"`
	Evidence     string        `json:"evidenceSha256,omitempty" doc:"of the evidence pack that was made when it was locked"`
	ExportSHA256 string        `json:"exportSha256,omitempty" doc:"of the file, without a byte order mark"`
	Exported     money.Amount  `json:"exported" doc:"total of the file"`
	ReconciledAt *time.Time    `json:"reconciledAt,omitempty"`
	Next         []RunState    `json:"next" nullable:"false" doc:"states it may go to"`
	Blockers     []string      `json:"blockers" nullable:"false" doc:"what stands in the way of the next steps, in sentences"`
	Notes        []string      `json:"notes" nullable:"false" doc:"what somebody should know, in sentences"`
}

// lockedRun is what an act needs of the run it holds.
type lockedRun struct {
	ID           RunID         `db:"id"`
	Client       auth.ClientID `db:"client_id"`
	State        RunState      `db:"state"`
	PeriodID     PeriodID      `db:"period_id"`
	Calendar     string        `db:"calendar"` // of its period
	Corrects     RunID         `db:"corrects_id"`
	Currency     string        `db:"currency"`
	Hash         string        `db:"hash"`
	TotalMinor   int64         `db:"total_minor"`
	ExportMinor  int64         `db:"export_minor"`
	ExportSHA256 string        `db:"export_sha256"`
}

func (r lockedRun) total() money.Amount {
	return money.Amount{Minor: r.TotalMinor, Currency: r.Currency}
}

const lockRun = `
SELECT id, client_id, state, period_id, (SELECT calendar FROM periods p WHERE p.id = period_id) AS calendar, COALESCE(corrects_id, 0) AS corrects_id, currency, hash, total_minor, export_minor, export_sha256
FROM runs WHERE id = $1 AND client_id = ANY($2) FOR UPDATE`

// moveRun stamps who and when beside the new state. Calculating again takes the review back.
const moveRun = `
UPDATE runs SET state = $3,
    calculated_by = CASE $3 WHEN 'calculated' THEN NULLIF($4::bigint, 0) ELSE calculated_by END,
    calculated_at = CASE $3 WHEN 'calculated' THEN $5 ELSE calculated_at END,
    reviewed_by   = CASE $3 WHEN 'calculated' THEN NULL WHEN 'reviewed' THEN NULLIF($4::bigint, 0) ELSE reviewed_by END,
    reviewed_at   = CASE $3 WHEN 'calculated' THEN NULL WHEN 'reviewed' THEN $5 ELSE reviewed_at END,
    approved_by   = CASE $3 WHEN 'approved' THEN NULLIF($4::bigint, 0) ELSE approved_by END,
    approved_at   = CASE $3 WHEN 'approved' THEN $5 ELSE approved_at END,
    locked_at     = CASE $3 WHEN 'locked' THEN $5 ELSE locked_at END,
    exported_by   = CASE $3 WHEN 'exported' THEN NULLIF($4::bigint, 0) ELSE exported_by END,
    exported_at   = CASE $3 WHEN 'exported' THEN $5 ELSE exported_at END,
    reconciled_at = CASE $3 WHEN 'reconciled' THEN $5 ELSE reconciled_at END
WHERE id = $1 AND state = $2`

// act moves a run to its next state: in one transaction it locks the run, refuses a step that is not on the path, does the
// work of the step, writes the new state and the audit row.
func (s *Service) act(ctx context.Context, by auth.Actor, id RunID, to RunState, work func(tx *pg.Tx, r lockedRun, now time.Time) error) (Run, error) {
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var r lockedRun
		if err := tx.GetContext(ctx, &r, lockRun, id, by.Scope()); err != nil {
			return notFound(err, "pay run", id)
		}
		if !slices.Contains(nextRun[r.State], to) {
			return errs.Newf(errs.Conflict, "the run is %s; it cannot be %s now", r.State, to)
		}
		now := s.now()
		if err := work(tx, r, now); err != nil {
			return err
		}
		return move(ctx, tx, by, now, r, to)
	})
	if err != nil {
		return Run{}, errs.Wrap(err, fmt.Sprintf("pay run %d to %s", id, to))
	}
	return s.RunFor(ctx, by, id)
}

func move(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, r lockedRun, to RunState) error {
	res, err := tx.ExecContext(ctx, moveRun, r.ID, r.State, to, by.User, now)
	if err != nil {
		return fmt.Errorf("move to %s: %w", to, err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errs.WithCause(errs.Conflict, err, "somebody else has just moved this run; look at it again")
	}
	return auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: r.Client, Act: "run." + string(to), Object: fmt.Sprintf("run:%d", r.ID), Data: map[string]any{"from": r.State},
	})
}

// Review records that somebody has looked through the statements.
//
// Codes: conflict (not calculated), not_found.
func (s *Service) Review(ctx context.Context, by auth.Actor, id RunID) (Run, error) {
	return s.act(ctx, by, id, RunReviewed, func(*pg.Tx, lockedRun, time.Time) error { return nil })
}

// Approve accepts the run as calculated. The approver is a person who neither calculated it nor is paid by it, and the
// books must still say what the run says.
//
// Codes: forbidden (the wrong person), conflict (not reviewed, or the books have moved: calculate again, or the law
// has blocking findings that nobody has answered for), not_found.
func (s *Service) Approve(ctx context.Context, by auth.Actor, id RunID) (Run, error) {
	if err := inPerson(by); err != nil {
		return Run{}, err
	}
	return s.act(ctx, by, id, RunApproved, func(tx *pg.Tx, r lockedRun, _ time.Time) error {
		sheet, err := readSheet(ctx, tx, r)
		if err != nil {
			return err
		}
		if sheet.hash() != r.Hash {
			return errs.Newf(errs.Conflict, "the books have moved since this run was calculated: calculate and review it again")
		}
		return answeredFor(ctx, tx, by, r)
	})
}
