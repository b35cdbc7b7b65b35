package commissions

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/pg"
)

const (
	selectWaiting = `
SELECT count(*) AS waiting,
       COALESCE(array_to_string((array_agg(e.id ORDER BY e.id) FILTER (WHERE e.recorded_at < $2))[1:10], ', '), '') AS late
FROM entries e WHERE e.client_id = $1 AND NOT EXISTS (SELECT 1 FROM seal_lines s WHERE s.entry_id = e.id)`

	selectCloses = `
SELECT p.id, to_char(p.starts_on, 'YYYY-MM-DD') AS starts_on, COALESCE(c.entries, -1) AS entries, COALESCE(c.checksum, '') AS checksum
FROM periods p LEFT JOIN closes c ON c.period_id = p.id
WHERE p.client_id = $1 AND (p.state = 'closed' OR c.period_id IS NOT NULL) ORDER BY p.starts_on`

	selectEvidenceRoots = `SELECT run_id, root FROM run_evidence WHERE client_id = $1 ORDER BY run_id`

	// What a run has settled, and what it posted to do so.
	selectRunLines = `
SELECT ` + lineColumns + ` FROM entries e
WHERE e.id IN (SELECT entry_id FROM payables WHERE run_id = $1
               UNION SELECT id FROM entries WHERE run_id = $1 AND kind IN ('recover', 'payout', 'carry', 'writeoff'))
ORDER BY e.id`
)

// verifyRest compares what stands beside the chain: lines that no seal covers, closed periods, runs.
func verifyRest(ctx context.Context, db pg.DB, v *Verification, c *Chain, sealedAt time.Time) error {
	var waiting struct {
		Waiting int64  `db:"waiting"`
		Late    string `db:"late"`
	}
	if err := db.GetContext(ctx, &waiting, selectWaiting, c.Client, sealedAt.Add(-sealLateMax)); err != nil {
		return fmt.Errorf("lines without a seal: %w", err)
	}
	c.Waiting = waiting.Waiting
	if waiting.Late != "" {
		v.faultf("client %d: the entries %s say they are older than the last seal, and no seal covers them: they have been put in", c.Client, waiting.Late)
	}
	var closes []struct {
		Period   PeriodID `db:"id"`
		StartsOn string   `db:"starts_on"`
		Entries  int64    `db:"entries"`
		Checksum []byte   `db:"checksum"`
	}
	if err := db.SelectContext(ctx, &closes, selectCloses, c.Client); err != nil {
		return fmt.Errorf("closed periods: %w", err)
	}
	for _, p := range closes {
		tree, err := checksum(ctx, db, selectPeriodLines, int64(p.Period))
		switch {
		case err != nil:
			return fmt.Errorf("period %d: %w", p.Period, err)
		case p.Entries < 0:
			v.faultf("client %d: the closed period of %s has no checksum: it has been removed, or `saveline serve` has not run since the update", c.Client, p.StartsOn)
		case tree.leaves != p.Entries || !bytes.Equal(tree.root(), p.Checksum):
			v.faultf("client %d: the closed period of %s has %d entries that do not give its checksum; when it was closed it had %d", c.Client, p.StartsOn, tree.leaves, p.Entries)
		}
		c.Periods++
	}
	return verifyRuns(ctx, db, v, c)
}

func verifyRuns(ctx context.Context, db pg.DB, v *Verification, c *Chain) error {
	var runs []struct {
		Run  RunID  `db:"run_id"`
		Root []byte `db:"root"`
	}
	if err := db.SelectContext(ctx, &runs, selectEvidenceRoots, c.Client); err != nil {
		return fmt.Errorf("evidence of runs: %w", err)
	}
	for _, r := range runs {
		tree, err := checksum(ctx, db, selectRunLines, int64(r.Run))
		if err != nil {
			return fmt.Errorf("run %d: %w", r.Run, err)
		}
		if !bytes.Equal(tree.root(), r.Root) {
			v.faultf("client %d: what run %d settled is not what its evidence says", c.Client, r.Run)
		}
		c.Runs++
	}
	return nil
}

// What must be true of any books. Each statement names the entries or runs that break it.
const (
	breakMirrors = `
SELECT m.id FROM entries m LEFT JOIN entries o ON o.id = COALESCE(m.reverses_id, m.adjusts_id)
WHERE m.client_id = ANY($1) AND m.kind = 'reverse' AND (o.id IS NULL OR m.currency <> o.currency
  OR m.user_id IS DISTINCT FROM o.user_id OR m.credit <> o.debit AND NOT (o.kind = 'release' AND m.credit LIKE 'expense:%') OR m.reverses_id IS NOT NULL AND m.amount_minor <> o.amount_minor)
ORDER BY m.id LIMIT 20`
	breakTaken = `
SELECT o.id FROM entries o JOIN entries t ON t.reverses_id = o.id OR t.adjusts_id = o.id
WHERE o.client_id = ANY($1) AND t.debit IN (o.credit, replace(replace(o.credit, ':earned', ':receivable'), ':advance', ':receivable')) AND t.adjustment_id IS NULL
GROUP BY o.id HAVING SUM(t.amount_minor) > o.amount_minor
ORDER BY o.id LIMIT 20`
	// What is earned of an accrual is all of it, but for what was taken of it before.
	breakEarnings = `
SELECT e.id FROM entries e LEFT JOIN entries a ON a.key = substr(e.key, 6)
WHERE e.client_id = ANY($1) AND e.key LIKE 'earn:accrue:%'
  AND (a.id IS NULL OR a.user_id <> e.user_id OR e.amount_minor <> a.amount_minor - COALESCE((
    SELECT SUM(t.amount_minor) FROM entries t WHERE t.adjusts_id = a.id AND t.debit = a.credit AND t.id < e.id), 0))
ORDER BY e.id LIMIT 20`
	breakOrigins = `
SELECT e.id FROM entries e
WHERE e.client_id = ANY($1) AND e.kind IN ('accrue', 'earn') AND (e.credit_id IS NULL AND e.line_on IS NULL OR e.plan_version_id IS NULL)
ORDER BY e.id LIMIT 20`
	breakAdjustments = `
SELECT e.id FROM entries e JOIN adjustments a ON a.id = e.adjustment_id
WHERE e.client_id = ANY($1) AND (a.state <> 'approved' OR a.user_id <> e.user_id OR a.currency <> e.currency)
ORDER BY e.id LIMIT 20`

	breakPayouts = `
SELECT r.id FROM runs r
WHERE r.client_id = ANY($1) AND r.locked_at IS NOT NULL AND (
  r.total_minor <> (SELECT COALESCE(SUM(amount_minor), 0) FROM entries WHERE run_id = r.id AND credit = 'payroll_clearing:' || r.id)
  OR r.exported_at IS NOT NULL AND r.export_minor <> r.total_minor)
ORDER BY r.id LIMIT 20`

	breakClearing = `
SELECT r.id FROM runs r
WHERE r.client_id = ANY($1) AND r.reconciled_at IS NOT NULL AND 0 <> (
  SELECT COALESCE(SUM(CASE WHEN credit = 'payroll_clearing:' || r.id THEN amount_minor ELSE -amount_minor END), 0)
  FROM entries WHERE run_id = r.id AND 'payroll_clearing:' || r.id IN (debit, credit))
ORDER BY r.id LIMIT 20`
)

// verifyBooks checks what must be true of any books.
func verifyBooks(ctx context.Context, db pg.DB, by auth.Actor, v *Verification) error {
	for _, rule := range []struct{ query, says string }{
		{breakMirrors, "entry %d takes back another, but not exactly"},
		{breakTaken, "more than entry %d gave has been taken of it"},
		{breakEarnings, "entry %d says something was earned that was not accrued"},
		{breakOrigins, "entry %d pays for no result, or by no plan"},
		{breakAdjustments, "entry %d was not agreed on as it stands"},
		{breakPayouts, "run %d, its file and its payouts are not the same amount"},
		{breakClearing, "run %d is reconciled, but its clearing account is not empty"},
		{breakHolds, "entry %d waits without a reason, or does not wait as it should: its hold is missing, put in or changed"},
		{breakPayables, "entry %d is not where runs find it as it stands: what is to be paid of it is missing, put in or changed"},
		{breakFiles, "the file of run %d is not the one that was exported"},
		{breakEvidence, "the evidence of run %d is missing, somebody else's, or not what was kept"},
		{breakCloses, "the checksum of period %d is kept as another client's"},
	} {
		var ids []int64
		if err := db.SelectContext(ctx, &ids, rule.query, by.Scope()); err != nil {
			return fmt.Errorf("verify the books: %w", err)
		}
		for _, id := range ids {
			v.faultf(rule.says, id)
		}
	}
	sums, err := ledgerSum(ctx, db, by)
	if err != nil {
		return err
	}
	for _, sum := range sums {
		if sum.Minor != 0 {
			v.faultf("debits and credits differ by %s %s", sum, sum.Currency)
		}
	}
	return nil
}
