package commissions_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"saveline/commissions"
	"saveline/commissions/rules"
	"saveline/internal/errs"
)

func TestAPlanIsApprovedBySomebodyElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	p, err := h.pay.CreatePlan(t.Context(), h.manager, commissions.NewPlan{Name: "Saves", NewVersion: commissions.NewVersion{Terms: saves(30)}})
	if err != nil || len(p.Versions) != 1 || p.Versions[0].Author != "Mia Manager" || len(p.Versions[0].SHA256) != 64 {
		t.Fatalf("%+v (%v)", p, err)
	}
	v := p.Versions[0].ID
	if _, err := h.pay.ApproveVersion(t.Context(), h.manager, v); !errs.Is(err, errs.Forbidden) || !strings.Contains(err.Error(), "you wrote this version") {
		t.Errorf("the author approved: %v", err)
	}
	p, err = h.pay.ApproveVersion(t.Context(), h.ana, v)
	if err != nil || p.Versions[0].Approver != "Ana Payroll" || p.Versions[0].ApprovedAt == nil {
		t.Fatalf("%+v (%v)", p, err)
	}
	if _, err := h.pay.ApproveVersion(t.Context(), h.ben, v); !errs.Is(err, errs.Conflict) {
		t.Errorf("approved twice: %v", err)
	}
	if _, err := h.pay.ApproveVersion(t.Context(), h.ana, 999); !errs.Is(err, errs.NotFound) {
		t.Errorf("approved nothing: %v", err)
	}
	if _, err := h.pay.CreatePlan(t.Context(), h.manager, commissions.NewPlan{Name: "Saves", NewVersion: commissions.NewVersion{Terms: saves(30)}}); !errs.Is(err, errs.Conflict) {
		t.Errorf("two plans of one name: %v", err)
	}
}

func TestANewVersionValuesWhatComesAfterIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	p := h.plan(saves(0), h.agents[0])
	dearer := saves(0)
	dearer.Components[0].Amount = "20.00"
	p, err := h.pay.AddVersion(t.Context(), h.manager, p.ID, commissions.NewVersion{Terms: dearer})
	h.must(err)
	p, err = h.pay.AddVersion(t.Context(), h.manager, p.ID, commissions.NewVersion{Terms: saves(7)})
	h.must(err)
	if p.Versions[0].Version != 3 || p.Versions[0].ApprovedAt != nil {
		t.Fatalf("versions %+v, want the newest first", p.Versions)
	}
	h.happened(result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"}) // still the first
	h.setClock("2026-11-03T17:00:00Z")
	_, err = h.pay.ApproveVersion(t.Context(), h.ana, p.Versions[1].ID)
	h.must(err)
	h.happened(
		result{ID: 2, Agent: h.agents[0], Kind: "save", At: "2026-11-04T04:59:59Z"}, // the day of the approval is the first's still
		result{ID: 3, Agent: h.agents[0], Kind: "save", At: "2026-11-04T05:00:00Z"},
	)
	if got := h.balance(h.agent(0, "advance")); got != "50.00" {
		t.Errorf("%s, want 15 + 15 + 20", got)
	}
	_, err = h.pay.ApproveVersion(t.Context(), h.ana, p.Versions[0].ID)
	h.must(err)
	p, err = h.pay.AddVersion(t.Context(), h.manager, p.ID, commissions.NewVersion{Terms: dearer})
	h.must(err)
	q, err := h.pay.AddVersion(t.Context(), h.manager, p.ID, commissions.NewVersion{Terms: saves(9)})
	h.must(err)
	_, err = h.pay.ApproveVersion(t.Context(), h.ana, q.Versions[0].ID)
	h.must(err)
	if _, err := h.pay.ApproveVersion(t.Context(), h.ana, q.Versions[1].ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("an older version followed a newer one: %v", err)
	}
}

func TestAPersonIsOnOnePlanAtATime(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	a, b := h.plan(saves(0)), h.plan(saves(0))
	assign := func(plan commissions.PlanID, from, until rules.Date) error {
		_, err := h.pay.Assign(t.Context(), h.manager, commissions.NewAssignment{Plan: plan, User: h.agents[0].User, FromDate: from, UntilDate: until})
		return err
	}
	h.must(assign(a.ID, "2026-11-10", "2026-11-20"))
	h.must(assign(b.ID, "2026-11-20", "2026-12-01")) // begins on the day the other ends
	h.must(assign(b.ID, "2026-12-05", ""))
	for _, c := range []struct {
		from, until rules.Date
		code        errs.Code
		want        string
	}{
		{"2026-11-19", "2026-11-20", errs.Conflict, "Agent 1 is on plan " + a.Name + " from 2026-11-10 until 2026-11-20; choose other days"},
		{"2026-11-01", "", errs.Conflict, "until 2026-11-20"},
		{"2027-06-01", "2027-07-01", errs.Conflict, "Agent 1 is on plan " + b.Name + " from 2026-12-05 on; end that first"},
		{"2026-12-04", "2026-12-04", errs.Invalid, "untilDate"},
		{"soon", "", errs.Invalid, "fromDate"},
	} {
		if err := assign(a.ID, c.from, c.until); !errs.Is(err, c.code) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("[%s, %s): %v, want %s: %s", c.from, c.until, err, c.code, c.want)
		}
	}
	list, total, err := h.pay.Assignments(t.Context(), h.manager, h.agents[0].User, 10, 0)
	if err != nil || total != 3 || list[0].FromDate != "2026-12-05" || list[0].UntilDate != "" || list[0].PlanName != b.Name {
		t.Fatalf("%+v (%v)", list, err)
	}
	if _, err := h.pay.EndAssignment(t.Context(), h.manager, list[2].ID, "2026-11-02"); !errs.Is(err, errs.Invalid) {
		t.Errorf("days that were worked were taken away: %v", err)
	}
	if _, err := h.pay.EndAssignment(t.Context(), h.manager, list[2].ID, "2026-12-24"); !errs.Is(err, errs.Invalid) {
		t.Errorf("an end was moved back: %v", err)
	}
	ended, err := h.pay.EndAssignment(t.Context(), h.manager, list[0].ID, "2027-01-01")
	if err != nil || ended.UntilDate != "2027-01-01" {
		t.Fatalf("%+v (%v)", ended, err)
	}
	h.must(assign(a.ID, "2027-01-01", ""))
	stranger := h.agents[1]
	h.exec(`DELETE FROM user_clients WHERE user_id = $1`, stranger.User)
	_, err = h.pay.Assign(t.Context(), h.manager, commissions.NewAssignment{Plan: a.ID, User: stranger.User, FromDate: "2026-11-01"})
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("somebody of another client was assigned: %v", err)
	}
}

func TestOfTwoAssignmentsAtOnceOneIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	plans := []commissions.Plan{h.plan(saves(0)), h.plan(saves(0)), h.plan(saves(0)), h.plan(saves(0))}
	results := make([]error, len(plans))
	var all sync.WaitGroup
	for i, p := range plans {
		all.Go(func() {
			_, results[i] = h.pay.Assign(t.Context(), h.manager, commissions.NewAssignment{
				Plan: p.ID, User: h.agents[0].User, FromDate: rules.Date(fmt.Sprintf("2026-11-0%d", i+1)),
			})
		})
	}
	all.Wait()
	taken := 0
	for _, err := range results {
		switch {
		case err == nil:
			taken++
		case !errs.Is(err, errs.Conflict):
			t.Error(err)
		}
	}
	if taken != 1 {
		t.Errorf("%d assignments of the same days were taken", taken)
	}
}

func TestAVersionIsTextInTheLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	p := h.plan(saves(30))
	if text := p.Versions[0].Text; !strings.Contains(text, "earned_after_days: 30") || !strings.Contains(text, "tz: \"America/New_York\"") {
		t.Errorf("the simple form is not written in the language:\n%s", text)
	}
	_, err := h.pay.AddVersion(t.Context(), h.manager, p.ID, commissions.NewVersion{Text: strings.Replace(p.Versions[0].Text, `"15.00"`, "15.005", 1)})
	if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) != 1 || !strings.Contains(e.Fields[0].Message, "(line 10)") {
		t.Errorf("a bare number was taken: %+v", err)
	}
	text := strings.Replace(p.Versions[0].Text, `"15.00"`, `"17.25"`, 1)
	p, err = h.pay.AddVersion(t.Context(), h.manager, p.ID, commissions.NewVersion{Text: text})
	if err != nil || p.Versions[0].Text != text || p.Versions[0].Terms.Currency != "USD" || len(p.Versions[0].Terms.Components) != 0 {
		t.Fatalf("%+v (%v)", p, err)
	}
	if _, err := h.pay.AddVersion(t.Context(), h.manager, p.ID, commissions.NewVersion{Text: text, Terms: saves(1)}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a version that is two things was taken: %v", err)
	}
	if _, err := h.db.Exec(`UPDATE plan_versions SET text = '' WHERE approved_at IS NULL`); err == nil {
		t.Error("the text of a version was changed")
	}
}
