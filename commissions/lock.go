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

// closePeriods closes a month and every month before it that is still open.
const closePeriods = `
UPDATE periods SET state = 'closed', closed_at = $3
WHERE client_id = $1 AND starts_on <= $2::date AND state = 'open'`

const countFrozenLines = `
SELECT COALESCE(SUM(jsonb_array_length(lines)), 0) FROM statements WHERE run_id = $1 AND NOT carried`

const settleLines = `
UPDATE payables d SET run_id = $1
FROM statements s CROSS JOIN LATERAL jsonb_array_elements(s.lines) l
WHERE s.run_id = $1 AND NOT s.carried AND d.entry_id = (l ->> 'entryId')::bigint AND d.run_id IS NULL`

// What the settled lines did to each person's earned account, and to what the person owed.
const selectSettled = `
SELECT d.user_id,
       SUM(CASE WHEN e.credit = 'agent:' || d.user_id || ':earned' THEN e.amount_minor
                WHEN e.debit = 'agent:' || d.user_id || ':earned' THEN -e.amount_minor ELSE 0 END)::bigint AS earned,
       SUM(CASE WHEN e.debit = 'agent:' || d.user_id || ':receivable' THEN e.amount_minor
                WHEN e.credit = 'agent:' || d.user_id || ':receivable' THEN -e.amount_minor ELSE 0 END)::bigint AS owed
FROM payables d JOIN entries e ON e.id = d.entry_id
WHERE d.run_id = $1
GROUP BY d.user_id
ORDER BY d.user_id`

// Lock closes the period and moves what the run pays to its clearing account: from here on nothing of it can change. The
// payout itself is posted to the month it happens in. What came in after the calculation is not lost: no run has settled
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

// payOut posts, for each person that the run settles, what is netted against what they owed and what is paid. It returns
// whom it has settled.
func payOut(ctx context.Context, tx *pg.Tx, r lockedRun, now time.Time) (settled []auth.UserID, err error) {
	var rows []struct {
		User   auth.UserID `db:"user_id"`
		Earned int64       `db:"earned"`
		Owed   int64       `db:"owed"`
	}
	if err := tx.SelectContext(ctx, &rows, selectSettled, r.ID); err != nil {
		return nil, fmt.Errorf("what is settled: %w", err)
	}
	b, err := openBooks(ctx, tx, r.Client, now)
	if err != nil {
		return nil, err
	}
	var batch []posting
	paid := money.Amount{Currency: r.Currency}
	add := func(kind, to string, u auth.UserID, minor int64) {
		if minor > 0 {
			batch = append(batch, posting{
				Key: fmt.Sprintf("%s:run%d:u%d", kind, r.ID, u), Kind: kind, Debit: accountEarned(u), Credit: to, User: u, Run: r.ID,
				Amount: money.Amount{Minor: minor, Currency: r.Currency}, Basis: struct{}{}, Effective: now,
			})
		}
	}
	for _, x := range rows {
		add(kindRecover, accountReceivable(x.User), x.User, x.Owed)
		add(kindPayout, accountClearing(r.ID), x.User, x.Earned-x.Owed)
		paid.Minor += x.Earned - x.Owed
		settled = append(settled, x.User)
	}
	if paid != r.total() {
		return nil, fmt.Errorf("the ledger pays %s, the run %s", paid, r.total())
	}
	err = b.post(ctx, batch)
	return settled, err
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
			Key: fmt.Sprintf("reconcile:run%d", r.ID), Kind: kindReconcile, Debit: clearing, Credit: accountLiability, Run: r.ID,
			Amount: held, Basis: struct{}{}, Effective: now,
		}})
		return err
	})
}
