package commissions_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions"
)

func TestAResultBecomesAnAdvanceAndThenEarned(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.plan(saves(30), h.agents[0])
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: h.agents[0], Kind: "upsell", Value: 134_00, At: "2026-11-02T18:05:00Z"},
		result{ID: 3, Agent: h.agents[0], Kind: "appointment", At: "2026-11-02T18:10:00Z"}, // the plan does not pay for it
	)
	want := map[string]string{
		"expense:incentive:save_bonus": "-15.00", "expense:incentive:upsell": "-10.05", h.agent(0, "advance"): "25.05",
	}
	if diff := cmp.Diff(want, h.books()); diff != "" {
		t.Fatal(diff)
	}
	if !h.news.heard(fmt.Sprintf("agent:%d pay", h.agents[0].User)) {
		t.Error("the agent's desk heard nothing")
	}

	h.setClock("2026-12-02T17:59:59Z") // the hold passes at 13:00 in New York, 30 days later
	if n, err := h.pay.Vest(t.Context()); n != 0 || err != nil {
		t.Fatalf("%d vested a second too early (%v)", n, err)
	}
	h.setClock("2026-12-02T18:00:00Z")
	if n, err := h.pay.Vest(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d vested (%v), want the first", n, err)
	}
	h.setClock("2027-01-15T18:00:00Z")
	h.vest()
	h.vest() // again changes nothing
	want[h.agent(0, "earned")] = "25.05"
	delete(want, h.agent(0, "advance"))
	if diff := cmp.Diff(want, h.books()); diff != "" {
		t.Fatal(diff)
	}
	if n := h.count(`SELECT count(*) FROM holds`); n != 0 {
		t.Errorf("%d holds are left", n)
	}
}

func TestFactsSeenAgainChangeNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	h.plan(saves(0), h.agents[0])
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: h.agents[1], Kind: "save", At: "2026-11-02T18:01:00Z"}, // on no plan
		result{ID: 3, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:02:00Z"},
	)
	h.setClock("2026-11-03T17:00:00Z")
	h.vest()
	h.reversed(3, "2026-11-03T18:00:00Z")
	before, entries := h.books(), h.count(`SELECT count(*) FROM entries`)

	for _, c := range h.pay.Consumers() {
		h.must(h.log.Replay(t.Context(), c.Name))
	}
	h.drain()
	h.vest()
	if diff := cmp.Diff(before, h.books()); diff != "" {
		t.Error(diff)
	}
	if n := h.count(`SELECT count(*) FROM entries`); n != entries {
		t.Errorf("%d entries became %d", entries, n)
	}
	if n := h.count(`SELECT count(*) FROM pay_exceptions`); n != 1 {
		t.Errorf("%d exceptions, want the one", n)
	}
}

func TestAReversalMirrorsWhatIsThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.plan(saves(1), h.agents[0])
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:01:00Z"},
	)
	h.reversed(1, "2026-11-02T20:00:00Z") // on hold: out of the advance
	if diff := cmp.Diff(map[string]string{"expense:incentive:save_bonus": "-15.00", h.agent(0, "advance"): "15.00"}, h.books()); diff != "" {
		t.Fatal(diff)
	}
	h.setClock("2026-11-05T17:00:00Z")
	h.vest() // only the second is left to vest
	if got := h.balance(h.agent(0, "earned")); got != "15.00" {
		t.Fatalf("%s is earned, want 15.00", got)
	}
	h.reversed(2, "2026-11-05T18:00:00Z") // earned: out of both, each entry mirrored
	if diff := cmp.Diff(map[string]string{}, h.books()); diff != "" {
		t.Fatal(diff)
	}
	if n := h.count(`SELECT count(*) FROM entries WHERE kind = 'reverse' AND reverses_id IS NOT NULL AND basis ->> 'cause' = 'customer_cancelled'`); n != 3 {
		t.Errorf("%d mirrors, want 3: one of an accrual on hold, two of an earned one", n)
	}
	if n := h.count(`SELECT count(*) FROM entries r JOIN entries e ON e.id = r.reverses_id WHERE r.amount_minor <> e.amount_minor`); n != 0 {
		t.Errorf("%d mirrors are not exact", n)
	}
}

func TestACreditWithoutAPlanIsAnExceptionUntilOneComes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	h.plan(saves(0), h.agents[1])
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:01:00Z"},
	)
	h.reversed(2, "2026-11-02T19:00:00Z") // reversed while nobody knows what it pays
	open, total, err := h.pay.Exceptions(t.Context(), h.ana, 10, 0)
	if err != nil || total != 2 || open[0].Why != "the agent was on no plan on 2026-11-02" || open[0].Call != 1001 || open[0].Name != "Agent 1" {
		t.Fatalf("exceptions %+v (%v)", open, err)
	}
	if len(h.books()) != 0 {
		t.Fatalf("something is paid without a plan: %v", h.books())
	}
	h.plan(saves(0), h.agents[0]) // now there is one, for that day too
	if _, total, err := h.pay.Exceptions(t.Context(), h.ana, 10, 0); err != nil || total != 0 {
		t.Errorf("%d exceptions are left (%v)", total, err)
	}
	want := map[string]string{"expense:incentive:save_bonus": "-15.00", h.agent(0, "advance"): "15.00"}
	if diff := cmp.Diff(want, h.books()); diff != "" {
		t.Error(diff)
	}
	if n := h.count(`SELECT count(*) FROM entries WHERE kind = 'reverse'`); n != 1 {
		t.Errorf("%d mirrors, want the second save's", n)
	}
	if n := h.count(`SELECT count(*) FROM holds`); n != 1 {
		t.Errorf("%d holds, want the first save's", n)
	}
}

func TestAReversalOfWhatNobodyWasCreditedWithIsRemembered(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.plan(saves(0), h.agents[0])
	h.reversed(7, "2026-11-02T18:00:00Z")
	if n := h.count(`SELECT count(*) FROM pay_exceptions WHERE solved_at IS NULL AND credit_id IS NULL`); n != 1 {
		t.Fatalf("%d exceptions, want 1", n)
	}
	h.happened(result{ID: 7, Agent: h.agents[0], Kind: "save", At: "2026-11-02T17:30:00Z"})
	if len(h.books()) != 0 || h.count(`SELECT count(*) FROM entries`) != 2 {
		t.Errorf("books %v, want an accrual and its mirror", h.books())
	}
	if n := h.count(`SELECT count(*) FROM pay_exceptions WHERE solved_at IS NULL`); n != 0 {
		t.Errorf("%d exceptions are left", n)
	}
}

func TestALateFactPostsToTheOpenPeriod(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.plan(saves(0), h.agents[0])
	h.happened(result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"})
	h.setClock("2026-12-03T17:00:00Z")
	h.locked("2026-11-02")

	h.happened(
		result{ID: 2, Agent: h.agents[0], Kind: "save", At: "2026-11-30T18:00:00Z"}, // the month that is closed
		result{ID: 3, Agent: h.agents[0], Kind: "save", At: "2026-09-01T18:00:00Z"}, // a month before all books, without a plan
		result{ID: 4, Agent: h.agents[0], Kind: "save", At: "2026-12-01T04:59:00Z"}, // still November in New York
		result{ID: 5, Agent: h.agents[0], Kind: "save", At: "2026-12-01T05:00:00Z"},
	)
	type posted struct{ Key, Period, Effective string }
	var got []posted
	h.must(h.db.Select(&got, `
SELECT e.key, to_char(p.starts_on, 'YYYY-MM-DD') AS period, to_char(e.effective_at, 'YYYY-MM-DD HH24:MI') AS effective
FROM entries e JOIN periods p ON p.id = e.period_id WHERE e.kind = 'accrue' ORDER BY e.id`))
	key := func(r int) string {
		return fmt.Sprintf("accrue:c%d|%d|Plan 1|save_bonus|earn|%d|outcome:%d|#0", h.client, h.agents[0].User, r, r)
	}
	want := []posted{
		{key(1), "2026-11-01", "2026-11-02 18:00"},
		{key(2), "2026-12-01", "2026-11-30 18:00"},
		{key(4), "2026-12-01", "2026-12-01 04:59"},
		{key(5), "2026-12-01", "2026-12-01 05:00"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	h.setClock("2027-01-02T17:00:00Z")
	if run := h.locked("2026-12-02"); run.Total != usd(4500) {
		t.Errorf("December pays %s, want the late saves too: 45.00", run.Total)
	}
}

func TestMyPayShowsWhereEverythingStands(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	h.plan(saves(3), h.agents...)
	me := h.agents[0]
	h.happened(
		result{ID: 1, Agent: me, Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: h.agents[1], Kind: "save", At: "2026-11-02T18:00:00Z"},
	)
	h.setClock("2026-11-06T17:00:00Z")
	h.vest()
	h.happened(result{ID: 3, Agent: me, Kind: "upsell", Value: 100_00, At: "2026-11-06T18:00:00Z"})
	h.outcome(result{ID: 4, Agent: me, Kind: "save", At: "2026-11-06T19:00:00Z"}) // not handed out yet
	pay, err := h.pay.Preview(t.Context(), me, "")
	if err != nil {
		t.Fatal(err)
	}
	got := []string{pay.Pending.String(), pay.Advance.String(), pay.Earned.String(), pay.Paid.String(), string(pay.Period.StartsOn), pay.Currency}
	if diff := cmp.Diff([]string{"15.00", "7.50", "15.00", "0.00", "2026-11-01", "USD"}, got); diff != "" {
		t.Fatal(diff)
	}
	if len(pay.Lines) != 3 || pay.Lines[0].Result != 3 || pay.Lines[0].Call != 1003 || pay.Lines[0].HoldUntil == nil || pay.Lines[0].Amount != usd(750) {
		t.Errorf("lines %+v", pay.Lines)
	}
	h.drain()
	h.setClock("2026-12-01T17:00:00Z")
	h.locked("2026-11-06")
	pay, err = h.pay.Preview(t.Context(), me, "2026-11-15")
	got = []string{pay.Pending.String(), pay.Advance.String(), pay.Earned.String(), pay.Paid.String()}
	if diff := cmp.Diff([]string{"0.00", "0.00", "37.50", "37.50"}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	nobody := h.person("No Plan", "", "agent")
	if pay, err := h.pay.Preview(t.Context(), nobody, ""); err != nil || pay.Earned != usd(0) || len(pay.Lines) != 0 {
		t.Errorf("somebody without a plan sees %+v (%v)", pay, err)
	}
	var _ commissions.MyPay = pay
}
