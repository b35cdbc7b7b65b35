package commissions_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"saveline/commissions"
	"saveline/internal/errs"
)

const tieredText = `plan: tiered
currency: USD
calendar: {pay: monthly, tz: America/New_York}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
components:
  - id: save_bonus
    type: tiered
    measure: saves
    axis: count
    tiers: [{from: "0", amount: "10.00"}, {from: "3", amount: "20.00"}]
acknowledgement: {signed_copy: required}
`

const gatedText = tieredText + `gates: [{id: least, metric: saves, gte: "10", applies_to: [save_bonus], else: zero}]
`

func TestCheckedPlanAnswersWithoutError(t *testing.T) {
	t.Parallel()
	out, err := commissions.CheckPlan(gatedText)
	if err != nil || !out.OK || !out.MustAccept || out.Accepted || len(out.Order) != 14 {
		t.Errorf("%+v, %v", out, err)
	}
	bad, err := commissions.CheckPlan("plan: [")
	if err != nil || bad.OK || len(bad.Findings) != 1 || bad.Findings[0].Line == 0 {
		t.Errorf("%+v, %v", bad, err)
	}
	if _, err := commissions.CheckPlan(strings.Repeat("x", 70_000)); !errs.Is(err, errs.Invalid) {
		t.Errorf("a plan without end: %v", err)
	}
}

func TestTriedPlanPaysByItsTiers(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "ko", "fil"} {
		out, err := commissions.TryPlan(commissions.PlanTry{Text: tieredText, Day: "2026-11-02", Results: []commissions.PlanSome{{Kind: "save", Count: 5}}}, language)
		if err != nil {
			t.Fatal(err)
		}
		if out.Total.String() != "70.00" || len(out.Lines) == 0 || out.Lines[0].Why.What == "" {
			t.Errorf("five saves in %s: %+v", language, out)
		}
	}
}

var openGap = regexp.MustCompile(`\{\w*\}`)

// TestEveryPlanHasItsWords: of every worked case, in every language, no sentence is empty or left open.
func TestEveryPlanHasItsWords(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("rules/testdata/cases/*/plan.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if checked, err := commissions.CheckPlan(string(text)); err != nil || !checked.OK {
			continue // a case of what is refused
		}
		for _, language := range []string{"en", "ko", "fil"} {
			out, err := commissions.TryPlan(commissions.PlanTry{Text: string(text), Day: "2026-03-02"}, language)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for _, s := range out.Sentences {
				if s.Text == "" || openGap.MatchString(s.Text) && !strings.Contains(s.Text, "outcome.") {
					t.Errorf("%s in %s says %q", path, language, s.Text)
				}
			}
		}
	}
}

// TestLawReadsSignatures: what is signed here counts as the written plan, from the day it was signed.
func TestLawReadsSignatures(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.known(0, func(p *commissions.PayrollPerson) { p.Jurisdiction = "US-CA" })
	run := h.calculated()
	if f := h.law(run, "L10"); len(f) != 1 || !strings.Contains(f[0].Sentence, "no signed plan") {
		t.Fatalf("unsigned: %+v", f)
	}
	own, err := h.pay.OwnPlans(t.Context(), h.agents[0], "fil")
	h.must(err)
	h.setClock("2026-11-01T15:00:00Z")
	_, err = h.pay.Sign(t.Context(), h.agents[0], own[0].Assignment, commissions.SignPlan{VersionID: own[0].VersionID, SHA256: own[0].SHA256, Name: "Agent 1", Language: "fil"})
	h.must(err)
	if f := h.law(run, "L10"); len(f) != 0 {
		t.Errorf("signed: %+v", f)
	}
}

func TestTwoEditorsOfOneDraft(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 0)
	ctx := t.Context()
	plan, err := h.pay.CreatePlan(ctx, h.manager, commissions.NewPlan{Name: "tiered", NewVersion: commissions.NewVersion{Text: tieredText}})
	h.must(err)
	first, err := h.pay.Draft(ctx, h.manager, plan.ID)
	h.must(err)
	if first.Text != tieredText {
		t.Fatalf("a draft begins with %q", first.Text)
	}
	saved, err := h.pay.SaveDraft(ctx, h.manager, plan.ID, first.Revision, gatedText)
	h.must(err)
	if _, err := h.pay.SaveDraft(ctx, h.manager, plan.ID, first.Revision, tieredText); !errs.Is(err, errs.Stale) {
		t.Errorf("the second editor: %v", err)
	}
	if _, err := h.pay.SubmitDraft(ctx, h.manager, plan.ID, saved.Revision); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "minimum_save") {
		t.Errorf("the legal warning stands unanswered: %v", err)
	}
	answered := strings.Replace(gatedText, "signed_copy: required", "signed_copy: required, minimum_save: accepted", 1)
	saved, err = h.pay.SaveDraft(ctx, h.manager, plan.ID, saved.Revision, answered)
	h.must(err)
	plan, err = h.pay.SubmitDraft(ctx, h.manager, plan.ID, saved.Revision)
	h.must(err)
	if len(plan.Versions) != 2 || plan.Versions[0].Text != answered {
		t.Errorf("versions after submitting: %+v", plan.Versions)
	}
	if _, err := h.pay.SaveDraft(ctx, h.manager, plan.ID, first.Revision, tieredText); !errs.Is(err, errs.Stale) {
		t.Errorf("a draft of a version that is not the newest: %v", err)
	}
}

func TestUnansweredWarningIsNotApproved(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 0)
	plan, err := h.pay.CreatePlan(t.Context(), h.manager, commissions.NewPlan{Name: "gated", NewVersion: commissions.NewVersion{Text: gatedText}})
	h.must(err)
	if _, err := h.pay.ApproveVersion(t.Context(), h.ana, plan.Versions[0].ID); !errs.Is(err, errs.Invalid) {
		t.Errorf("approved all the same: %v", err)
	}
}

// signed puts agent 0 on an approved plan in California and gives what they are to sign.
func signed(t *testing.T) (*house, commissions.Plan, commissions.OwnPlan) {
	t.Helper()
	h := newHouse(t, 2)
	ctx := t.Context()
	plan, err := h.pay.CreatePlan(ctx, h.manager, commissions.NewPlan{Name: "tiered", NewVersion: commissions.NewVersion{Text: strings.Replace(tieredText, "acknowledgement: {signed_copy: required}\n", "", 1)}})
	h.must(err)
	plan, err = h.pay.ApproveVersion(ctx, h.ana, plan.Versions[0].ID)
	h.must(err)
	for _, a := range h.agents {
		_, err = h.pay.Assign(ctx, h.manager, commissions.NewAssignment{Plan: plan.ID, User: a.User, FromDate: "2026-11-01"})
		h.must(err)
	}
	h.known(0, func(p *commissions.PayrollPerson) { p.Jurisdiction = "US-CA" })
	own, err := h.pay.OwnPlans(ctx, h.agents[0], "en")
	h.must(err)
	if len(own) != 1 || !own[0].Required || own[0].SignedAt != nil || len(own[0].Sentences) < 4 {
		t.Fatalf("own plans: %+v", own)
	}
	return h, plan, own[0]
}

func TestAgentSignsWhatTheyRead(t *testing.T) {
	t.Parallel()
	h, plan, own := signed(t)
	ctx, agent := t.Context(), h.agents[0]
	in := commissions.SignPlan{VersionID: own.VersionID, SHA256: own.SHA256, Name: "agent  1", Language: "en"}
	wrong := in
	wrong.Name = "Somebody Else"
	if _, err := h.pay.Sign(ctx, agent, own.Assignment, wrong); !errs.Is(err, errs.Invalid) {
		t.Errorf("another's name: %v", err)
	}
	if _, err := h.pay.Sign(ctx, h.agents[1], own.Assignment, in); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's plan: %v", err)
	}
	wrong = in
	wrong.SHA256 = strings.Repeat("0", 64)
	if _, err := h.pay.Sign(ctx, agent, own.Assignment, wrong); !errs.Is(err, errs.Conflict) {
		t.Errorf("another text: %v", err)
	}
	waiting, err := h.pay.Signers(ctx, h.manager, plan.ID)
	h.must(err)
	if len(waiting) != 2 || waiting[0].User != agent.User || waiting[0].SignedAt != nil || waiting[1].Required {
		t.Errorf("who has to sign: %+v", waiting)
	}
	done, err := h.pay.Sign(ctx, agent, own.Assignment, in)
	h.must(err)
	if _, err := h.pay.Sign(ctx, agent, own.Assignment, in); !errs.Is(err, errs.Conflict) {
		t.Errorf("twice: %v", err)
	}
	text, err := h.pay.SignedCopy(ctx, agent, agent.User, done.Signature)
	h.must(err)
	for _, part := range []string{own.SHA256, "agent  1 (Agent 1)", own.Sentences[1].Text, "2026-11-02T17:00:00Z"} {
		if !strings.Contains(text, part) {
			t.Errorf("the copy does not say %q:\n%s", part, text)
		}
	}
	if _, err := h.pay.SignedCopy(ctx, h.agents[1], h.agents[1].User, done.Signature); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's copy: %v", err)
	}
	if _, err := h.db.ExecContext(ctx, `UPDATE plan_signatures SET typed_name = 'x'`); err == nil {
		t.Error("a signature can be changed")
	}
}

// TestNewVersionIsSignedAnew: a signature is under one version.
func TestNewVersionIsSignedAnew(t *testing.T) {
	t.Parallel()
	h, plan, own := signed(t)
	ctx := t.Context()
	_, err := h.pay.Sign(ctx, h.agents[0], own.Assignment, commissions.SignPlan{VersionID: own.VersionID, SHA256: own.SHA256, Name: "Agent 1", Language: "ko"})
	h.must(err)
	plan, err = h.pay.AddVersion(ctx, h.manager, plan.ID, commissions.NewVersion{Text: tieredText})
	h.must(err)
	_, err = h.pay.ApproveVersion(ctx, h.ana, plan.Versions[0].ID)
	h.must(err)
	again, err := h.pay.OwnPlans(ctx, h.agents[0], "en")
	h.must(err)
	if again[0].SignedAt != nil || again[0].Version != 2 {
		t.Errorf("the new version: %+v", again[0])
	}
}

func TestDisputeWaitsAsLongAsTheSettingsSay(t *testing.T) {
	t.Parallel()
	h := november(t)
	ctx := t.Context()
	settings, err := h.pay.PayrollSettingsFor(ctx, h.ana, h.client)
	h.must(err)
	if settings.DisputeDays != 14 {
		t.Fatalf("the default is %d days", settings.DisputeDays)
	}
	settings.DisputeDays = 91
	if _, err := h.pay.SavePayrollSettings(ctx, h.ana, settings); !errs.Is(err, errs.Invalid) {
		t.Errorf("91 days: %v", err)
	}
	settings.DisputeDays = 5
	_, err = h.pay.SavePayrollSettings(ctx, h.ana, settings)
	h.must(err)
	h.vest()
	d, err := h.pay.OpenDispute(ctx, h.agents[0], commissions.NewDispute{Entry: h.entry(`kind = 'earn'`), Claim: usd(5_00), Message: "Too little."})
	h.must(err)
	if got := d.AnswerBy.Sub(d.OpenedAt).Hours(); got != 5*24 {
		t.Errorf("an answer is owed after %v hours", got)
	}
}

// TestAskingAPlanHasItsLimit: an editor may ask twice a second; a program that does more is told to wait, and others are not.
func TestAskingAPlanHasItsLimit(t *testing.T) {
	t.Parallel()
	d := newDoor(t, newHouse(t, 1))
	body := map[string]any{"text": tieredText}
	d.ask("mia", "POST", "/v1/plans/check", 200, body)
	d.exec(`UPDATE plan_asks SET count = 120`)
	d.send("mia", "POST", "/v1/plans/check", 429, body)
	d.send("mia", "POST", "/v1/plans/example", 429, map[string]any{"text": tieredText, "day": "2026-11-02", "results": []any{}, "numbers": []any{}})
	d.ask("ana", "POST", "/v1/plans/check", 200, body)
	d.setClock("2026-11-02T17:01:00Z")
	d.ask("mia", "POST", "/v1/plans/check", 200, body)
}

func TestSignersComeByThePage(t *testing.T) {
	t.Parallel()
	h, plan, _ := signed(t)
	d := newDoor(t, h)
	first := d.ask("mia", "GET", fmt.Sprintf("/v1/plans/%d/signers?size=1", plan.ID), 200, nil)
	d.expect("how many", first["total"], 2)
	d.expect("who has to comes first", field(first, "items", 0, "required"), true)
	second := d.ask("mia", "GET", fmt.Sprintf("/v1/plans/%d/signers?size=1&page=2", plan.ID), 200, nil)
	d.expect("then the others", field(second, "items", 0, "required"), false)
}
