package commissions_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions"
	"saveline/internal/errs"
)

// histories is how many are lived through, and how many in the inner loop (-short).
const (
	histories      = 50
	historiesShort = 8
)

// TestBooksBalanceInEveryHistory lives through random quarters: results, reversals, facts handed out late or twice, plans
// that come after the fact, pay runs in between. Whatever happens, the ledger sums to zero, each agent's states add up to
// what was accrued less what was reversed, every file pays what the ledger paid, and a replay of the facts into a fresh
// house gives the same business lines.
func TestBooksBalanceInEveryHistory(t *testing.T) {
	t.Parallel()
	n := uint64(histories)
	if testing.Short() {
		n = historiesShort
	}
	for seed := range n {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			l := life{house: newHouse(t, 3), r: rand.New(rand.NewPCG(seed, 1)), kept: map[int64]string{}}
			l.live()
			l.check()
			l.checkBooks()
			l.replay()
		})
	}
}

// life is one random history.
type life struct {
	*house
	r       *rand.Rand
	results []result
	kept    map[int64]string // reversals by result: when
	plans   []commissions.PlanID
}

// live goes through 90 days from 2 November on, some days at a time.
func (l *life) live() {
	assigned := map[int]bool{}
	l.plans = []commissions.PlanID{l.plan(saves(l.r.IntN(40))).ID, l.plan(saves(0)).ID}
	for day := instant("2026-11-02T17:00:00Z"); day.Before(instant("2027-02-01T00:00:00Z")); day = day.AddDate(0, 0, 2+l.r.IntN(5)) {
		l.setClock(day.Format(time.RFC3339))
		for range l.r.IntN(6) {
			l.achieve(day)
		}
		if i := l.r.IntN(12); i < len(l.agents) && !assigned[i] { // some wait weeks for a plan, which then covers them from the start
			assigned[i] = true
			_, err := l.pay.Assign(l.ctx(), l.manager, commissions.NewAssignment{
				Plan: l.plans[l.r.IntN(2)], User: l.agents[i].User, FromDate: "2026-11-01",
			})
			l.must(err)
		}
		switch l.r.IntN(6) {
		case 0, 1, 2:
			l.drain()
		case 3:
			l.vest()
		case 4:
			l.cancel(day)
		case 5:
			l.settle(day)
		}
	}
	l.drain()
}

func (l *life) achieve(day time.Time) {
	r := result{
		ID: int64(len(l.results) + 1), Agent: l.agents[l.r.IntN(len(l.agents))], Kind: []string{"save", "upsell", "sale"}[l.r.IntN(3)],
		Value: l.r.Int64N(200_00), At: day.Add(-time.Duration(l.r.IntN(96)) * time.Hour).Format(time.RFC3339),
	}
	if r.At < "2026-11-02" {
		r.At = "2026-11-02T12:00:00Z"
	}
	l.results = append(l.results, r)
	l.outcome(r)
}

func (l *life) cancel(day time.Time) {
	if len(l.results) == 0 {
		return
	}
	r := l.results[l.r.IntN(len(l.results))]
	if _, twice := l.kept[r.ID]; !twice {
		l.kept[r.ID] = day.Format(time.RFC3339)
	}
	l.reversal(r.ID, l.kept[r.ID])
}

// settle tries a pay run of the month before, as far as it goes.
func (l *life) settle(day time.Time) {
	run := l.openRun(day.AddDate(0, 0, -day.Day()).Format(time.DateOnly))
	_, err := l.pay.Calculate(l.ctx(), l.ana, run.ID)
	l.must(err)
	if l.r.IntN(2) == 0 {
		l.drain() // the books may move under the run
	}
	for _, step := range []func() error{
		func() error { return second(l.pay.Review(l.ctx(), l.ana, run.ID)) },
		func() error { return second(l.pay.Approve(l.ctx(), l.ben, run.ID)) },
		func() error { l.drain(); return second(l.pay.Lock(l.ctx(), l.ana, run.ID)) },
		func() error { return second(l.pay.Export(l.ctx(), l.ana, run.ID, &bytes.Buffer{})) },
		func() error { return second(l.pay.Reconcile(l.ctx(), l.ana, run.ID)) },
	} {
		if err := step(); err != nil {
			if !errs.Is(err, errs.Conflict) {
				l.t.Fatal(err)
			}
			return // the books moved: that run waits for its next calculation
		}
	}
}

func (l *life) check() {
	l.t.Helper()
	sums, err := l.pay.LedgerSum(l.ctx(), l.manager)
	l.must(err)
	for _, s := range sums {
		if s.Minor != 0 {
			l.t.Errorf("the ledger sums to %s %s", s, s.Currency)
		}
	}
	for _, a := range l.agents {
		states := l.count(`
SELECT COALESCE(SUM(CASE WHEN credit LIKE 'agent:%' THEN amount_minor ELSE 0 END - CASE WHEN debit LIKE 'agent:%' THEN amount_minor ELSE 0 END), 0)
FROM entries WHERE user_id = $1`, a.User)
		gross := l.count(`SELECT COALESCE(SUM(CASE kind WHEN 'accrue' THEN amount_minor WHEN 'reverse' THEN -amount_minor ELSE 0 END), 0)
FROM entries WHERE user_id = $1 AND (debit LIKE 'expense:%' OR credit LIKE 'expense:%')`, a.User)
		paid := l.count(`SELECT COALESCE(SUM(amount_minor), 0) FROM entries WHERE user_id = $1 AND kind = 'payout'`, a.User)
		if states != gross-paid {
			l.t.Errorf("agent %d: all states hold %d, accrued less reversed less paid is %d", a.User, states, gross-paid)
		}
	}
	for what, sql := range map[string]string{
		"runs whose file, total and payouts differ": `SELECT count(*) FROM runs r WHERE r.state IN ('exported', 'reconciled') AND
			(r.export_minor <> r.total_minor OR r.total_minor <> (SELECT COALESCE(SUM(amount_minor), 0) FROM entries WHERE run_id = r.id AND kind = 'payout'))`,
		"reconciled runs whose clearing is not empty": `SELECT count(*) FROM runs r WHERE r.state = 'reconciled' AND 0 <>
			(SELECT COALESCE(SUM(CASE WHEN credit = 'payroll_clearing:' || r.id THEN amount_minor ELSE -amount_minor END), 0)
			 FROM entries WHERE 'payroll_clearing:' || r.id IN (debit, credit))`,
		"mirrors that are not exact": `SELECT count(*) FROM entries m JOIN entries o ON o.id = m.reverses_id WHERE m.amount_minor <> o.amount_minor`,
		"entries of reversed results without a mirror": `SELECT count(*) FROM entries e JOIN credits c ON c.id = e.credit_id JOIN credit_reversals v USING (result_id)
			WHERE e.kind IN ('accrue', 'earn') AND NOT EXISTS (SELECT 1 FROM entries m WHERE m.reverses_id = e.id)`,
		"holds that are not exactly the accruals that wait": `SELECT count(*) FROM entries e FULL JOIN holds h ON h.entry_id = e.id
			WHERE (h.entry_id IS NULL) <> (e.kind <> 'accrue' OR EXISTS (SELECT 1 FROM entries x WHERE x.key = 'earn:' || e.key OR x.reverses_id = e.id))`,
		"lines paid by a run that closed before their period": `SELECT count(*) FROM payables d JOIN periods p ON p.id = d.period_id JOIN runs r ON r.id = d.run_id
			JOIN periods rp ON rp.id = r.period_id WHERE p.starts_on > rp.starts_on`,
	} {
		if n := l.count(sql); n != 0 {
			l.t.Errorf("%d %s", n, what)
		}
	}
}

// replay tells the same facts to a fresh house whose plans are there from the start, in the order of their positions.
func (l *life) replay() {
	l.t.Helper()
	fresh := newHouse(l.t, 3)
	fresh.setClock("2027-06-01T12:00:00Z")
	l.copyTo(fresh, "plans", "id, client_id, name, created_at")
	l.copyTo(fresh, "plan_versions", "id, plan_id, version, terms, sha256, author_id, approver_id, approved_at, created_at")
	l.copyTo(fresh, "assignments", "id, client_id, plan_id, user_id, from_date, until_date, created_by, created_at")
	l.copyTo(fresh, "facts", "id, kind, key, client_id, effective_at, recorded_at, body")
	fresh.drain()
	fresh.vest()
	l.setClock("2027-06-01T12:00:00Z")
	l.vest()
	if diff := cmp.Diff(l.businessLines(), fresh.businessLines()); diff != "" {
		l.t.Errorf("a replay gives other lines (-lived +replayed):\n%s", diff)
	}
}

func (l *life) copyTo(fresh *house, table, columns string) {
	l.t.Helper()
	rows, err := l.db.Queryx(`SELECT ` + columns + ` FROM ` + table + ` ORDER BY id`)
	l.must(err)
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		values, err := rows.SliceScan()
		l.must(err)
		marks := ""
		for i := range values {
			if i > 0 {
				marks += ", "
			}
			marks += fmt.Sprintf("$%d", i+1)
		}
		fresh.exec(`INSERT INTO `+table+` (`+columns+`) OVERRIDING SYSTEM VALUE VALUES (`+marks+`)`, values...)
	}
	l.must(rows.Err())
}

// businessLines are what was accrued and what was taken back, as they stand for the agents: without ids, periods and the
// time of posting, and without whether a thing was vested before it was reversed.
func (h *house) businessLines() []string {
	h.t.Helper()
	var out []string
	h.must(h.db.Select(&out, `
SELECT e.key || ' ' || e.amount_minor || ' ' || e.currency || ' ' || e.component || ' v' || e.plan_version_id || ' ' || e.effective_at
FROM entries e WHERE e.kind = 'accrue' OR e.kind = 'reverse' AND e.credit LIKE 'expense:%'
UNION ALL
SELECT 'earned ' || e.key FROM entries e WHERE e.kind = 'earn'
AND NOT EXISTS (SELECT 1 FROM credits c JOIN credit_reversals r USING (result_id) WHERE c.id = e.credit_id)
ORDER BY 1`))
	return out
}
