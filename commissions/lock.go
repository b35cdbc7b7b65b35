package commissions

import (
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

const lockPeriod = `SELECT ` + periodColumns + ` FROM periods WHERE id = $1 FOR UPDATE`

// closePeriods closes a period and every other that has ended by its end and is still open, in every calendar.
const closePeriods = `
UPDATE periods SET state = 'closed', closed_at = $3
WHERE client_id = $1 AND ends_on <= $2::date AND state = 'open'`

const countFrozenLines = `
SELECT count(*) FROM statements s CROSS JOIN LATERAL jsonb_array_elements(s.lines) l
WHERE s.run_id = $1 AND NOT s.carried AND l ->> 'entryId' <> '0'`

const settleLines = `
UPDATE payables d SET run_id = $1
FROM statements s CROSS JOIN LATERAL jsonb_array_elements(s.lines) l
WHERE s.run_id = $1 AND NOT s.carried AND d.entry_id = (l ->> 'entryId')::bigint AND d.run_id IS NULL`

// Lock closes the period and moves what the run pays to its clearing account: from here on nothing of it can change. The
// payout itself is posted to the period it happens in. What came in after the calculation is not lost: no run has settled
// it, so the next one does.
//
// Codes: conflict (not approved, the period has not ended, or another run has settled lines of this one), not_found.
func (s *Service) Lock(ctx context.Context, by auth.Actor, id RunID) (Run, error) {
	var told []auth.UserID
	run, err := s.act(ctx, by, id, RunLocked, func(tx *pg.Tx, r lockedRun, now time.Time) error {
		if err := closeThrough(ctx, tx, closing{Client: r.Client, Period: r.PeriodID, By: by.Name, Now: now}); err != nil {
			return err
		}
		var want int64
		if err := tx.GetContext(ctx, &want, countFrozenLines, r.ID); err != nil {
			return fmt.Errorf("count lines: %w", err)
		}
		res, err := tx.ExecContext(ctx, settleLines, r.ID)
		if err != nil {
			return fmt.Errorf("settle lines: %w", err)
		}
		if got, err := res.RowsAffected(); err != nil || got != want {
			return errs.WithCause(errs.Conflict, err, "another run has settled %d of this run's %d lines; begin a new run", want-got, want)
		}
		if told, err = payOut(ctx, tx, r, now); err != nil {
			return err
		}
		return keepEvidenceTx(ctx, tx, r, now)
	})
	if err == nil {
		s.tellAll(told)
	}
	return run, err
}

func notEnded(p Period) string {
	return fmt.Sprintf("the period lasts until %s in %s; the run can be locked from then on", p.EndsOn, p.Zone)
}

const selectClearing = `
SELECT COALESCE(SUM(CASE WHEN credit = $2 THEN amount_minor ELSE -amount_minor END), 0)::bigint
FROM entries WHERE run_id = $1 AND (credit = $2 OR debit = $2)`

// Reconcile records that payroll has taken the file in: the run's clearing account must hold what the file paid, and is
// empty afterwards.
//
// Codes: conflict (not exported, or the clearing account does not hold the file's total), not_found.
func (s *Service) Reconcile(ctx context.Context, by auth.Actor, id RunID) (Run, error) {
	return s.act(ctx, by, id, RunReconciled, func(tx *pg.Tx, r lockedRun, now time.Time) error {
		clearing := accountClearing(r.ID)
		var balance int64
		if err := tx.GetContext(ctx, &balance, selectClearing, r.ID, clearing); err != nil {
			return fmt.Errorf("clearing balance: %w", err)
		}
		held := money.Amount{Minor: balance, Currency: r.Currency}
		file := money.Amount{Minor: r.ExportMinor, Currency: r.Currency}
		if held != file {
			return errs.Newf(errs.Conflict, "the file pays %s %s, the run's clearing account holds %s %s", file, r.Currency, held, r.Currency)
		}
		if balance == 0 {
			return nil // a run that paid nobody
		}
		b, err := openBooks(ctx, tx, r.Client, now)
		if err != nil {
			return err
		}
		err = b.post(ctx, []posting{{
			Key: fmt.Sprintf("reconcile:run%d", r.ID), Kind: kindReconcile, Calendar: r.Calendar, Debit: clearing, Credit: accountLiability, Run: r.ID,
			Amount: held, Basis: struct{}{}, Effective: now,
		}})
		return err
	})
}
