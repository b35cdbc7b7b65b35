package commissions_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/lib/pq"

	"saveline/commissions"
	"saveline/internal/pg"
)

// killedPlan has what makes valuing long: tiers, a gate, a cap that takes, a share of a split, something taken back.
const killedPlan = `
plan: killed
currency: USD
calendar: {pay: monthly, tz: America/New_York}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
  sold:  {when: 'outcome.type == "upsell"', sum: outcome.value}
  qa:    {avg: qa.score, min_samples: 1}
components:
  - {id: save_bonus, type: per_unit, measure: saves, amount: "15.00"}
  - {id: upsell, type: tiered, measure: sold, axis: amount, mode: marginal, tiers: [{from: "0", rate: "5%"}, {from: "1000", rate: "7.5%"}]}
gates: [{id: quality, metric: qa, gte: "80", applies_to: [save_bonus], else: zero, missing: hold}]
caps: [{scope: plan, components: [save_bonus, upsell], amount: "150.00", per: month}]
clawback: {window_days: 90, method: pro_rata_days}
`

const killedEvents = `
INSERT INTO pay_events (client_id, source, event_id, type, user_id, ref, attrs, effective_at, recorded_at)
SELECT $1, 'file', v.id, v.type, ($2::bigint[])[v.who], v.ref, replace(replace(v.attrs, '#1', ($2::bigint[])[1]::text), '#2', ($2::bigint[])[2]::text)::jsonb, v.at, v.at
FROM (VALUES
    ('e1', 'outcome', 1, 'r1', '{"type":"save"}', timestamptz '2026-11-02T18:00:00Z'),
    ('e2', 'outcome', 1, 'r2', '{"type":"upsell","value":"1900.00","currency":"USD"}', '2026-11-03T18:00:00Z'),
    ('e3', 'outcome', 1, 'r3', '{"type":"upsell","value":"900.00","currency":"USD"}', '2026-11-04T18:00:00Z'),
    ('q1', 'qa', 1, 'f1', '{"score":"88.0"}', '2026-11-04T18:30:00Z'),
    ('e4', 'outcome', 2, 'r4', '{"type":"save"}', '2026-10-05T18:00:00Z'),
    ('e5', 'outcome', 2, 'r5', '{"type":"upsell","value":"700.00","currency":"USD","splits":[{"agent":"#1","share":"30%"},{"agent":"#2","share":"70%"}]}', '2026-11-06T18:00:00Z'),
    ('e6', 'outcome', 2, 'r6', '{"type":"upsell","value":"300.00","currency":"USD"}', '2026-10-07T18:00:00Z'),
    ('c6', 'cancel', NULL, 'r6', '{"cause":"customer"}', '2026-11-20T18:00:00Z'),
    ('e7', 'outcome', 3, 'r7', '{"type":"upsell","value":"1500.00","currency":"USD"}', '2026-10-08T18:00:00Z')
) AS v(id, type, who, ref, attrs, at)`

// unvalued is a house in December whose people have worked and are marked, but whose pay nobody has computed.
func unvalued(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, 3)
	h.writtenFrom(killedPlan, "2026-10-01")
	h.exec(killedEvents, h.client, usersOf(h.agents))
	h.exec(`INSERT INTO pay_parts (client_id, user_id, ref) SELECT $1, u, 'r5' FROM unnest($2::bigint[]) AS u`, h.client, usersOf(h.agents[:2]))
	h.exec(`INSERT INTO periods (client_id, starts_on, ends_on, zone, state) VALUES ($1, '2026-10-01', '2026-11-01', 'America/New_York', 'open'), ($1, '2026-11-01', '2026-12-01', 'America/New_York', 'open')`, h.client)
	h.setClock("2026-12-05T17:00:00Z")
	return h
}

// lines is the ledger of one person, or of everybody, without ids.
func (h *house) lines(who ...int) (out string) {
	h.t.Helper()
	h.must(h.db.Get(&out, `
SELECT COALESCE(string_agg(concat_ws(' ', e.key, e.kind, e.debit, e.credit, e.amount_minor, e.basis, e.effective_at, e.line_key, e.line_on, p.starts_on, o.key, h.vests_at, h.taken_minor,
    n.amount_minor, d.entry_id IS NOT NULL), E'\n' ORDER BY e.key COLLATE "C"), '')
FROM entries e JOIN periods p ON p.id = e.period_id LEFT JOIN entries o ON o.id = COALESCE(e.reverses_id, e.adjusts_id) LEFT JOIN holds h ON h.entry_id = e.id
     LEFT JOIN pay_notices n ON n.entry_id = e.id LEFT JOIN payables d ON d.entry_id = e.id
WHERE cardinality($1::bigint[]) = 0 OR e.user_id = ANY($1)`, pq.Array(h.ids(who))))
	return out
}

func (h *house) ids(who []int) []int64 {
	out := []int64{}
	for _, i := range who {
		out = append(out, int64(h.agents[i].User))
	}
	return out
}

// wholeOrMarked fails unless each person's pay is posted whole, or not at all and still marked.
func (h *house) wholeOrMarked(when string, want *house) (whole int) {
	h.t.Helper()
	for i := range h.agents {
		lines := h.lines(i)
		marks := h.count(`SELECT count(*) FROM pay_dirty WHERE user_id = $1`, h.agents[i].User)
		switch {
		case lines == want.lines(i):
			whole++
		case lines != "":
			h.t.Fatalf("%s: agent %d is half posted:\n%s", when, i+1, lines)
		case marks == 0:
			h.t.Fatalf("%s: agent %d is not posted, and the mark is gone", when, i+1)
		}
	}
	return whole
}

// again empties the ledger, as it never is, and marks everybody.
func (h *house) again() {
	h.t.Helper()
	h.tamper(`TRUNCATE entries CASCADE`)
	h.exec(`DELETE FROM pay_dirty`)
	h.exec(`DELETE FROM pay_exceptions`)
	h.exec(`INSERT INTO pay_dirty (client_id, user_id) SELECT $1, unnest($2::bigint[])`, h.client, usersOf(h.agents))
}

// TestAValuationKilledAnywhere kills a round of valuing before and after its statements, three by three: each person's pay is
// posted whole, or not at all and still marked; and the next round comes to the books of a house that nobody disturbed.
func TestAValuationKilledAnywhere(t *testing.T) {
	t.Parallel()
	calm := unvalued(t)
	calm.must(calm.pay.Value(t.Context()))
	if n := strings.Count(calm.lines(), "\n"); n < 8 || !strings.Contains(calm.lines(), "cap:plan") {
		t.Fatalf("the house has too little to kill:\n%s", calm.lines())
	}
	h := unvalued(t)
	const statementsMin, statementsMax = 30, 120
	for _, after := range []bool{false, true} {
		first := int64(1)
		for k := first; ; k += 3 {
			if k > statementsMax {
				t.Fatalf("no end after %d statements", statementsMax)
			}
			h.again()
			err, over := h.killed(k, after, func(pay *commissions.Service) error { return pay.Value(t.Context()) })
			when := fmt.Sprintf("statement %d (after %v)", k, after)
			whole := h.wholeOrMarked(when, calm)
			if err == nil && whole < len(h.agents) {
				t.Fatalf("%s: it said yes and posted %d of %d", when, whole, len(h.agents))
			}
			h.must(h.pay.Value(t.Context()))
			if got := h.lines(); got != calm.lines() {
				t.Fatalf("%s: the next round came to\n%s\nundisturbed it is\n%s", when, got, calm.lines())
			}
			if over {
				if k < statementsMin {
					t.Fatalf("a round of only %d statements: the test kills nothing", k)
				}
				break
			}
		}
	}
}

const valuingChild = "SAVELINE_TEST_VALUING_CHILD" // a database, for the child of the test below

// A process is killed with signal 9 in the middle of a round: one person is posted, two are not yet. They are still marked,
// and the next process comes to the books of a house that nobody disturbed.
func TestAProcessKilledWhileItValues(t *testing.T) {
	if dsn := os.Getenv(valuingChild); dsn != "" {
		valueAsChild(t, dsn)
		return
	}
	t.Parallel()
	calm, h := unvalued(t), unvalued(t)
	calm.must(calm.pay.Value(t.Context()))
	tx, err := h.db.Beginx()
	h.must(err)
	_, err = tx.Exec(`SELECT id FROM periods WHERE starts_on = '2026-10-01' FOR UPDATE`) // whoever worked in October is waited for here
	h.must(err)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAProcessKilledWhileItValues$")
	cmd.Env = append(os.Environ(), valuingChild+"="+h.dsn)
	h.must(cmd.Start())
	const child = ` FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'child'`
	for h.count(`SELECT count(*)`+child+` AND wait_event_type = 'Lock'`) < 2 {
		if t.Context().Err() != nil {
			t.Fatal("the child never came to the lock")
		}
	}
	h.must(cmd.Process.Kill())
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the child was not killed: %v", err)
	}
	h.must(tx.Rollback())
	for h.count(`SELECT count(*)`+child) > 0 { // what it had sent is carried out, and found to be nobody's
		if t.Context().Err() != nil {
			t.Fatal("the dead child's sessions never ended")
		}
	}
	if whole := h.wholeOrMarked("killed", calm); whole != 1 {
		t.Fatalf("%d people are posted, want one:\n%s", whole, h.lines())
	}
	h.must(h.pay.Value(t.Context()))
	if got := h.lines(); got != calm.lines() {
		t.Errorf("the next round came to\n%s\nundisturbed it is\n%s", got, calm.lines())
	}
	h.seal()
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
}

// valueAsChild is the process that is killed: a node that values.
func valueAsChild(t *testing.T, dsn string) {
	t.Helper()
	db, err := pg.Open(context.Background(), dsn+"&application_name=child", pg.Settings{MaxOpen: 8})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, db: db, at: instant("2026-12-05T17:00:00Z")}
	err = commissions.New(db, h.now, slog.New(slog.DiscardHandler), &news{}).Value(t.Context())
	t.Fatalf("it was to be killed while it valued, and came back with %v", errors.Join(err))
}

// TestARunOfAWrittenPlanKilledAnywhere is TestARunKilledAnywhereIsUnpostedOrWhole for a plan of the language, from the
// calculation on.
func TestARunOfAWrittenPlanKilledAnywhere(t *testing.T) {
	t.Parallel()
	ready := func() (*house, commissions.Run) {
		h := unvalued(t)
		h.must(h.pay.Value(t.Context()))
		h.setClock("2027-03-05T17:00:00Z")
		h.vest()
		return h, h.openRun("2026-12-10")
	}
	calm, _ := ready()
	h, run := ready() // of the same number
	for _, step := range []struct {
		name  string
		after bool
		act   func(h *house, pay *commissions.Service, run commissions.RunID) error
	}{
		{"calculate", false, func(h *house, pay *commissions.Service, run commissions.RunID) error {
			return second(pay.Calculate(t.Context(), h.ana, run))
		}},
		{"lock", true, func(h *house, pay *commissions.Service, run commissions.RunID) error {
			return second(pay.Lock(t.Context(), h.ana, run))
		}},
	} {
		if step.name == "lock" {
			for _, x := range []*house{calm, h} {
				_, err := x.pay.Review(t.Context(), x.ana, run.ID)
				h.must(err)
				_, err = x.pay.Approve(t.Context(), x.ben, run.ID)
				h.must(err)
			}
		}
		calm.must(step.act(calm, calm.pay, run.ID))
		h.killStep(run.ID, step.after, step.name, calm.shape(run.ID), func(pay *commissions.Service) error { return step.act(h, pay, run.ID) })
	}
	if got, want := h.lines(), calm.lines(); got != want {
		t.Errorf("the books are\n%s\nundisturbed they are\n%s", got, want)
	}
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
}
