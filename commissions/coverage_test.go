package commissions_test

import (
	"fmt"
	"strings"
	"testing"

	"saveline/commissions"
)

const coveredText = `plan: covered
currency: USD
calendar: {pay: monthly, tz: America/New_York}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
  value: {when: 'outcome.type == "upsell"', sum: outcome.value}
  qa: {avg: qa.score, min_samples: 2}
components:
  - {id: save_bonus, type: per_unit, measure: saves, amount: "15.00"}
  - id: upsell
    type: tiered
    measure: value
    axis: amount
    mode: marginal
    tiers: [{from: "0", rate: "5%"}, {from: "100", rate: "7.5%"}]
  - {id: volume, type: kpi_bonus, metric: saves, target: "1", amount: "5.00"}
gates: [{id: qa85, metric: qa, gte: "85", applies_to: [upsell], else: zero}]
`

// covered is a house in which every kind of line has been paid: for each result, by tiers behind a gate, for a month, by two
// people, and taken back after it was paid.
func covered(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, 1)
	ctx := t.Context()
	plan, err := h.pay.CreatePlan(ctx, h.manager, commissions.NewPlan{Name: "covered", NewVersion: commissions.NewVersion{Text: coveredText}})
	h.must(err)
	plan, err = h.pay.ApproveVersion(ctx, h.ana, plan.Versions[0].ID)
	h.must(err)
	_, err = h.pay.Assign(ctx, h.manager, commissions.NewAssignment{Plan: plan.ID, User: h.agents[0].User, FromDate: "2026-11-01"})
	h.must(err)
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T15:00:00Z"},
		result{ID: 2, Agent: h.agents[0], Kind: "upsell", Value: 90_10, At: "2026-11-02T15:30:00Z"},
		result{ID: 3, Agent: h.agents[0], Kind: "upsell", Value: 100_00, At: "2026-11-02T16:00:00Z"},
	)
	var file strings.Builder
	file.WriteString("event_id,effective_at,recorded_at,type,agent,ref,attrs\n")
	for i, score := range []string{"88", "90"} {
		fmt.Fprintf(&file, "q%d,2026-11-02T16:0%d:00Z,2026-11-02T16:0%d:00Z,qa,A-001,form%d,\"{\"\"score\"\":\"\"%s\"\",\"\"call\"\":\"\"1003\"\"}\"\n", i, i, i, i, score)
	}
	_, err = h.pay.ImportEvents(ctx, h.ana, h.client, strings.NewReader(file.String()))
	h.must(err)
	a, err := h.pay.Adjust(ctx, h.manager, h.goodwill(0, 20_00, nil))
	h.must(err)
	_, err = h.pay.DecideAdjustment(ctx, h.ben, a.ID, true)
	h.must(err)
	h.setClock("2026-12-02T17:00:00Z")
	h.must(h.pay.Value(ctx))
	h.vest()
	h.conversations()
	h.locked("2026-11-10")
	return h
}

// TestAnAmountOfThePlansLanguageTellsItsWholeTree: the contract of commissions.md 3.6.
func TestAnAmountOfThePlansLanguageTellsItsWholeTree(t *testing.T) {
	t.Parallel()
	h := covered(t)
	e, err := h.pay.ExplainOwn(t.Context(), h.agents[0], h.entry(`kind = 'earn' AND component = 'upsell' AND basis ->> 'tier' LIKE '100%'`))
	h.must(err)
	for _, says := range []string{
		"7.5% of the value 90.10 of the upsell = 6.7575", "in the slice 100", "gathered before it", "gate qa85: qa is 89 from 2 values and needs 85; 100% of the amount",
		"rounded half_up: 6.7575 becomes 6.7", "so that the lines add up to the rounded whole", "plan covered@sha256:", "line 10 (upsell)",
		"event outcome:3 (outcome), told by a fact", "call 1003 of campaign Winter", "qa form form0: 88", "offer year20 version 1",
	} {
		if !strings.Contains(e.Text, says) {
			t.Errorf("it does not say %q:\n%s", says, e.Text)
		}
	}
	if !e.Complete {
		t.Errorf("it lacks %v", e.Missing)
	}
}

// TestEachBrokenLinkIsMissed: of every part of a path one link is broken, and the coverage falls by the lines that hung on it.
func TestEachBrokenLinkIsMissed(t *testing.T) {
	t.Parallel()
	h := covered(t)
	h.tamper(`CREATE TABLE kept AS SELECT id, basis FROM entries`)
	whole := h.coverage()
	if whole.Settled != whole.Explained || whole.Settled.Minor == 0 || len(whole.Missing) != 0 {
		t.Fatalf("unbroken: %+v", whole)
	}
	for _, link := range []struct{ step, breaks, mends string }{
		{"plan", `UPDATE plan_versions SET approver_id = NULL`, `UPDATE plan_versions SET approver_id = (SELECT min(user_id) FROM user_roles WHERE role = 'payroll')`},
		{"plan line", `UPDATE plan_versions SET text = replace(text, 'id: volume', 'id: another')`, `UPDATE plan_versions SET text = replace(text, 'id: another', 'id: volume')`},
		{"amount", `UPDATE entries SET basis = basis - 'rate' WHERE component = 'upsell'`, ``},
		{"rounding", `UPDATE entries SET basis = basis - 'rounding' WHERE component = 'upsell'`, ``},
		{"rounding", `UPDATE entries SET basis = basis || '{"amount":"15.01"}' WHERE component = 'save_bonus'`, ``},
		{"fact", `UPDATE pay_events SET event_id = 'x' || event_id WHERE type = 'outcome'`, `UPDATE pay_events SET event_id = substr(event_id, 2) WHERE type = 'outcome'`},
		{"result", `UPDATE credits SET result_id = result_id + 1000`, `UPDATE credits SET result_id = result_id - 1000`},
		{"outcome", `UPDATE results SET outcome_id = outcome_id + 1000`, `UPDATE results SET outcome_id = outcome_id - 1000`},
		{"call", `UPDATE outcomes SET call_id = call_id + 9000`, `UPDATE outcomes SET call_id = call_id - 9000`},
		{"offer", `UPDATE presentations SET offer_version_id = offer_version_id + 1000`, `UPDATE presentations SET offer_version_id = offer_version_id - 1000`},
		{"assignment", `UPDATE assignments SET from_date = from_date + 100`, `UPDATE assignments SET from_date = from_date - 100`},
		{"adjustment", `UPDATE adjustments SET entered_by = entered_by + 1000`, `UPDATE adjustments SET entered_by = entered_by - 1000`},
	} {
		h.tamper(link.breaks)
		if c := h.coverage(); c.Settled != whole.Settled || c.Explained.Minor >= whole.Explained.Minor || c.Missing[link.step] == 0 {
			t.Errorf("with %q broken (%s): %+v", link.step, link.breaks, c)
		}
		if link.mends == "" {
			link.mends = `UPDATE entries e SET basis = k.basis FROM kept k WHERE k.id = e.id`
		}
		h.tamper(link.mends)
		if c := h.coverage(); c.Explained != whole.Settled {
			t.Fatalf("with %q mended: %+v", link.step, c)
		}
	}
}

func (h *house) coverage() commissions.Coverage {
	h.t.Helper()
	all, err := h.pay.Coverage(h.ctx(), h.ana)
	h.must(err)
	if len(all) != 1 {
		h.t.Fatalf("%d currencies", len(all))
	}
	return all[0]
}

// TestAStatementStandsInTheOrderOfOperations: whatever order its lines came about in, and with the rules of rounding by name.
func TestAStatementStandsInTheOrderOfOperations(t *testing.T) {
	t.Parallel()
	h := covered(t)
	items, _, err := h.pay.OwnStatements(t.Context(), h.agents[0], 10, 0)
	h.must(err)
	st, err := h.pay.OwnStatement(t.Context(), h.agents[0], items[0].ID)
	h.must(err)
	var order []string
	for _, l := range st.Lines {
		order = append(order, fmt.Sprintf("%d %s %s", l.Step, l.Operation, l.Component))
	}
	if got := strings.Join(order, "; "); !strings.HasPrefix(got, "2 base save_bonus; 3 tier upsell; 3 tier upsell; 3 tier upsell; 3 tier volume; 12 clawback_and_retro ") {
		t.Errorf("%s", got)
	}
	if len(st.Order) != 14 || len(st.Roundings) != 1 || st.Roundings[0].Mode != "half_up" || st.Roundings[0].Scope != "line_telescoped" || st.Roundings[0].Plan != "covered" {
		t.Errorf("%v %+v", st.Order, st.Roundings)
	}
	for language, words := range commissions.SlipLanguages {
		for _, code := range st.Order {
			if words.Operations[code] == "" {
				t.Errorf("%s has no word for %s", language, code)
			}
		}
		if len(words.Modes) != 3 || len(words.Scopes) != 3 || words.Order == "" {
			t.Errorf("%s: %+v", language, words)
		}
	}
}
