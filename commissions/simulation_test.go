package commissions_test

import (
	"encoding/csv"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"saveline/commissions"
	"saveline/internal/errs"
	"saveline/internal/jobs"
)

const (
	flatText = `plan: flat
currency: USD
calendar: {pay: monthly, tz: America/New_York}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
components:
  - {id: save_bonus, type: per_unit, measure: saves, amount: "15.00"}
`
	cliffText = `plan: flat
currency: USD
calendar: {pay: monthly, tz: America/New_York}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
components:
  - id: save_bonus
    type: tiered
    measure: saves
    axis: count
    mode: whole
    tiers: [{from: "0", amount: "10.00"}, {from: "4", amount: "20.00"}]
gates: [{id: enough, metric: saves, gte: "2", applies_to: [save_bonus], else: zero}]
acknowledgement: {minimum_save: accepted}
`
)

// simulated is a house in December whose three agents had 5, 3 and 1 saves in November under 15.00 each.
func simulated(t *testing.T) (*house, commissions.Plan) {
	t.Helper()
	h := newHouse(t, 3)
	plan, err := h.pay.CreatePlan(t.Context(), h.manager, commissions.NewPlan{Name: "flat", NewVersion: commissions.NewVersion{Text: flatText}})
	h.must(err)
	plan, err = h.pay.ApproveVersion(t.Context(), h.ana, plan.Versions[0].ID)
	h.must(err)
	id := int64(0)
	for i, n := range []int{5, 3, 1} {
		_, err = h.pay.Assign(t.Context(), h.manager, commissions.NewAssignment{Plan: plan.ID, User: h.agents[i].User, FromDate: "2026-11-01"})
		h.must(err)
		for range n {
			id++
			h.outcome(result{ID: id, Agent: h.agents[i], Kind: "save", At: fmt.Sprintf("2026-11-02T15:%02d:00Z", id)})
		}
	}
	h.setClock("2026-12-02T17:00:00Z")
	h.drain()
	return h, plan
}

// drafted saves a text as the plan's draft.
func (h *house) drafted(plan commissions.Plan, text string) commissions.PlanDraft {
	h.t.Helper()
	d, err := h.pay.Draft(h.ctx(), h.manager, plan.ID)
	h.must(err)
	d, err = h.pay.SaveDraft(h.ctx(), h.manager, plan.ID, d.Revision, text)
	h.must(err)
	return d
}

func TestASimulationSaysWhoWouldHaveHadWhat(t *testing.T) {
	t.Parallel()
	h, plan := simulated(t)
	h.exec(`UPDATE users SET name = '=Agent "3"' WHERE id = $1`, h.agents[2].User)
	d := h.drafted(plan, cliffText)
	before := h.count(`SELECT count(*) FROM entries`)
	m, err := h.pay.Simulate(t.Context(), h.manager, plan.ID, commissions.NewSimulation{Revision: d.Revision, From: "2026-11-01", Until: "2026-12-01"})
	h.must(err)
	if m.State != "done" || m.Result == nil || !m.Current || m.Progress != 1 || m.Watermark == 0 || m.AskedBy != "Mia Manager" {
		t.Fatalf("%+v", m.SimulationHead)
	}
	s := m.Summary
	if s.Winners != 1 || s.Losers != 2 || s.Same != 0 || s.Cliffs != 4 || s.ExceptionsNew != 0 || s.HeldNew != 0 {
		t.Errorf("summary: %+v", *s)
	}
	// 5 saves reach the whole tier at 20.00; 3 pay 10.00 each; 1 is below the gate.
	if got := fmt.Sprintf("%s %s %s %s", s.Totals[0].Old, s.Totals[0].New, s.Totals[0].Difference, s.Totals[0].Percent); got != "135.00 130.00 -5.00 -3.7" {
		t.Errorf("cost: %s", got)
	}
	var people []string
	for _, p := range m.Result.People {
		people = append(people, fmt.Sprintf("%s %s %s %s", p.Old, p.New, p.Difference, p.Percent))
	}
	if got := strings.Join(people, "; "); got != "45.00 30.00 -15.00 -33.3; 15.00 0.00 -15.00 -100.0; 75.00 100.00 25.00 33.3" {
		t.Errorf("people: %s", got)
	}
	if got := m.Result.Booked; len(got) != 1 || got[0].Amount.String() != "135.00" || got[0].Month != "2026-11-01" {
		t.Errorf("the books: %+v", got)
	}
	var cliffs []string
	for _, c := range m.Result.Cliffs {
		cliffs = append(cliffs, fmt.Sprintf("%s %s %d/%d %s", c.Kind, c.On, c.Reached, c.Missed, c.Amount))
	}
	if got := strings.Join(cliffs, "; "); got != "gate enough 2/1 140.00; tier 4 1/0 40.00" {
		t.Errorf("cliffs: %s", got)
	}
	if n := h.count(`SELECT count(*) FROM entries`); n != before {
		t.Errorf("%d entries were posted", n-before)
	}
	body, err := h.pay.SimulationCSV(t.Context(), h.manager, m.ID)
	h.must(err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(body), "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 4 || !strings.Contains(string(body), `"'=Agent ""3"""`) || rows[3][5] != "25.00" {
		t.Errorf("as CSV: %q (%v)", body, err)
	}
}

// TestWhatWasSimulatedIsWhatIsApproved: the version carries the simulation of its very text, which says when something it
// saw has changed.
func TestWhatWasSimulatedIsWhatIsApproved(t *testing.T) {
	t.Parallel()
	h, plan := simulated(t)
	ctx := t.Context()
	d := h.drafted(plan, cliffText)
	ask := commissions.NewSimulation{Revision: d.Revision, From: "2026-11-01", Until: "2026-12-01"}
	m, err := h.pay.Simulate(ctx, h.manager, plan.ID, ask)
	h.must(err)
	plan, err = h.pay.SubmitDraft(ctx, h.manager, plan.ID, d.Revision)
	h.must(err)
	if v := plan.Versions[0]; v.Simulation == nil || v.Simulation.ID != m.ID || v.SHA256 != m.SHA256 || !v.Simulation.Current {
		t.Errorf("the version: %+v", v.Simulation)
	}
	h.happened(result{ID: 90, Agent: h.agents[0], Kind: "save", At: "2026-11-20T15:00:00Z"})
	plan, err = h.pay.PlanFor(ctx, h.manager, plan.ID)
	h.must(err)
	if v := plan.Versions[0]; v.Simulation == nil || v.Simulation.Current || v.Simulation.Newer != 1 {
		t.Errorf("after another save: %+v", v.Simulation)
	}
	again, err := h.pay.Simulate(ctx, h.manager, plan.ID, commissions.NewSimulation{Version: plan.Versions[0].ID, From: "2026-10-01", Until: "2027-01-01", Users: nil})
	h.must(err)
	list, total, err := h.pay.Simulations(ctx, h.ana, plan.ID, 10, 0)
	h.must(err)
	if total != 2 || list[0].ID != again.ID || !list[0].Current || list[1].Current || list[0].Inputs == list[1].Inputs {
		t.Errorf("%d: %+v", total, list)
	}
	if _, err := h.db.ExecContext(ctx, `UPDATE plan_simulations SET sha256 = '\x00' WHERE id = $1`, m.ID); err == nil {
		t.Error("a simulation that is over can be changed")
	}
	plan, err = h.pay.AddVersion(ctx, h.manager, plan.ID, commissions.NewVersion{Text: flatText})
	h.must(err)
	if plan.Versions[0].Simulation != nil {
		t.Error("another text has the simulation of the first")
	}
	_, err = h.pay.ApproveVersion(ctx, h.ana, plan.Versions[1].ID)
	h.must(err)
	if _, err := h.pay.Simulate(ctx, h.manager, plan.ID, commissions.NewSimulation{Version: plan.Versions[1].ID, From: "2026-11-01", Until: "2026-12-01"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("of an approved version: %v", err)
	}
}

func TestASimulationNamesWhatItCannotBeOf(t *testing.T) {
	t.Parallel()
	h, plan := simulated(t)
	d := h.drafted(plan, cliffText)
	good := commissions.NewSimulation{Revision: d.Revision, From: "2026-11-01", Until: "2026-12-01"}
	for name, c := range map[string]struct {
		change func(*commissions.NewSimulation)
		code   errs.Code
	}{
		"neither version nor draft": {func(s *commissions.NewSimulation) { s.Revision = 0 }, errs.Invalid},
		"both":                      {func(s *commissions.NewSimulation) { s.Version = 1 }, errs.Invalid},
		"an older draft":            {func(s *commissions.NewSimulation) { s.Revision-- }, errs.Stale},
		"another plan's version":    {func(s *commissions.NewSimulation) { s.Revision, s.Version = 0, 9999 }, errs.NotFound},
		"the middle of a month":     {func(s *commissions.NewSimulation) { s.From = "2026-11-02" }, errs.Invalid},
		"no date":                   {func(s *commissions.NewSimulation) { s.From = "November" }, errs.Invalid},
		"backwards":                 {func(s *commissions.NewSimulation) { s.From, s.Until = s.Until, s.From }, errs.Invalid},
		"what has not happened":     {func(s *commissions.NewSimulation) { s.Until = "2027-02-01" }, errs.Invalid},
		"years":                     {func(s *commissions.NewSimulation) { s.From = "2024-01-01" }, errs.Invalid},
		"somebody unknown":          {func(s *commissions.NewSimulation) { s.Users = append(s.Users, 987654) }, errs.Invalid},
	} {
		ask := good
		c.change(&ask)
		if _, err := h.pay.Simulate(t.Context(), h.manager, plan.ID, ask); !errs.Is(err, c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.count(`SELECT count(*) FROM plan_simulations`); n != 0 {
		t.Errorf("%d simulations were kept", n)
	}
	empty, err := h.pay.CreatePlan(t.Context(), h.manager, commissions.NewPlan{Name: "nobody's", NewVersion: commissions.NewVersion{Text: flatText}})
	h.must(err)
	ask := commissions.NewSimulation{Version: empty.Versions[0].ID, From: "2026-11-01", Until: "2026-12-01"}
	m, err := h.pay.Simulate(t.Context(), h.manager, empty.ID, ask)
	if err != nil || m.State != "failed" || !strings.Contains(m.Error, "name the people") {
		t.Errorf("of nobody: %+v (%v)", m.SimulationHead, err)
	}
	ask.Users = append(ask.Users, h.agents[1].User, h.ben.User)
	m, err = h.pay.Simulate(t.Context(), h.manager, empty.ID, ask)
	if err != nil || m.State != "done" || m.Summary.Same != 2 || m.Summary.Totals[0].New.String() != "45.00" {
		t.Errorf("of people who are on another plan, or none: %+v (%v)", m.Summary, err)
	}
}

// TestASimulationIsAJob: it waits in the queue, is worked once, and a second of its plan is refused meanwhile.
func TestASimulationIsAJob(t *testing.T) {
	t.Parallel()
	h, plan := simulated(t)
	q := jobs.New(h.db, slog.New(slog.DiscardHandler))
	h.pay.SetQueue(q)
	d := h.drafted(plan, cliffText)
	ask := commissions.NewSimulation{Revision: d.Revision, From: "2026-11-01", Until: "2026-12-01"}
	m, err := h.pay.Simulate(t.Context(), h.manager, plan.ID, ask)
	h.must(err)
	if m.State != "queued" || m.Result != nil {
		t.Errorf("%+v", m.SimulationHead)
	}
	if _, err := h.pay.SimulationCSV(t.Context(), h.manager, m.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("the file of what is not over: %v", err)
	}
	if _, err := h.pay.Simulate(t.Context(), h.manager, plan.ID, ask); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second one: %v", err)
	}
	if n, err := q.Work(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d jobs, %v", n, err)
	}
	done, err := h.pay.SimulationFor(t.Context(), h.manager, m.ID)
	if err != nil || done.State != "done" || done.Result == nil {
		t.Errorf("%+v (%v)", done.SimulationHead, err)
	}
}

// TestTryingThePlanInForceChangesNothing: of whatever happened, the very text in force pays what the books have; and a plan
// tried on one person moves nobody else.
func TestTryingThePlanInForceChangesNothing(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	h, _ := simulated(t)
	for id := range int64(40) {
		h.outcome(result{ID: 100 + id, Agent: h.agents[r.IntN(3)], Kind: []string{"save", "sale"}[r.IntN(2)], Value: r.Int64N(500_00), At: fmt.Sprintf("2026-11-%02dT15:%02d:00Z", 1+r.IntN(30), id)})
	}
	h.drain()
	same, err := h.pay.TryPlan(t.Context(), h.manager, commissions.Trial{Plan: "flat", Text: flatText, From: "2026-11-01", To: "2026-12-01"})
	h.must(err)
	if fmt.Sprint(same.Actual.Sums) != fmt.Sprint(same.Instead.Sums) || len(same.Users) != 3 {
		t.Errorf("seed %d: %v\nis not %v", seed, same.Instead.Sums, same.Actual.Sums)
	}
	var minor int64
	for _, s := range same.Actual.Sums {
		minor += s.Minor
	}
	if n := h.count(`SELECT SUM(amount_minor) FROM entries WHERE kind = 'accrue'`); int64(n) != minor {
		t.Errorf("seed %d: computed %d, the books have %d", seed, minor, n)
	}
	one, err := h.pay.TryPlan(t.Context(), h.manager, commissions.Trial{Plan: "flat", Text: cliffText, From: "2026-11-01", To: "2026-12-01", Users: same.Users[:1]})
	h.must(err)
	for i, s := range one.Instead.Sums {
		if s.User != same.Users[0] && s.Minor != one.Actual.Sums[i].Minor {
			t.Errorf("seed %d: %+v moved", seed, s)
		}
	}
	if _, err := h.pay.TryPlan(t.Context(), h.manager, commissions.Trial{Client: 999, Plan: "flat", Text: flatText}); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's client: %v", err)
	}
}
