package retention

import (
	"slices"
	"testing"

	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/retention/flow"
)

func TestReasonsAreATree(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	house, err := d.ReasonsFor(ctx, d.boss, 0)
	d.must(err)
	d.must(checkTree(house))
	for _, bad := range [][]Reason{
		nil,
		{{Code: "a", Name: "A", BillingCode: "nonsense"}},
		{{Code: "a", Name: "A", BillingCode: "other"}, {Code: "a", Name: "B", BillingCode: "other"}},
		{{Code: "a", Parent: "c", Name: "A", BillingCode: "other"}},
		{{Code: "a", Parent: "b", Name: "A", BillingCode: "other"}, {Code: "b", Parent: "a", Name: "B", BillingCode: "other"}},
	} {
		_, err := d.SetReasons(ctx, d.boss, 0, bad)
		d.refused(err, errs.Invalid)
	}
	own := []Reason{
		{Code: "price", Name: "Price", Saveable: true, Active: true, BillingCode: "too_expensive"},
		{Code: "moved", Name: "Moved", Active: true, BillingCode: "other"},
	}
	for range 2 {
		_, err = d.SetReasons(ctx, d.boss, 0, own)
		d.must(err)
	}
	all, err := d.SetReasons(ctx, d.boss, 0, own[:1])
	d.must(err)
	if len(all) != 2 || all[1].Active {
		t.Errorf("what was left out is still asked: %+v", all)
	}
	_, err = d.SetReasons(ctx, d.boss, 0, own)
	d.must(err)

	save := d.offer("credit", 1000, "retention_save")
	c, call := d.talk()
	d.refused(d.RecordReason(ctx, d.ann, ReasonInput{Call: call, Code: "nonsense"}), errs.Invalid)
	d.must(d.RecordReason(ctx, d.ann, ReasonInput{Call: call, Code: "price", Text: "too much"}))
	if now := d.caseNow(c.ID); now.ReasonCode != "price" || now.ReasonText != "too much" {
		t.Errorf("case %+v", now)
	}
	d.mustPresent(call, save)
	_, other := d.talk()
	d.must(d.RecordReason(ctx, d.ann, ReasonInput{Call: other, Code: "moved"}))
	_, err = d.Present(ctx, d.ann, PresentInput{Call: other, Offer: save.ID})
	d.refused(err, errs.Conflict) // nothing to save
}

func TestTheOrderOfReasonsIsTheCasesOwn(t *testing.T) {
	t.Parallel()
	all := houseReasons()
	first := map[string]bool{}
	for id := range CaseID(200) {
		one, again := shuffled(all, id), shuffled(all, id)
		if !slices.Equal(one, again) || len(one) != len(all) {
			t.Fatalf("case %d: %v and %v", id, one, again)
		}
		first[one[0].Code] = true
	}
	if len(first) != len(all) {
		t.Errorf("only %d of %d reasons ever come first", len(first), len(all))
	}
}

func TestAFixThatSolvesItIsASaveThatCostsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	_, err := d.SetFixes(ctx, d.boss, 0, []Fix{{Code: "x", Kind: "wish"}})
	d.refused(err, errs.Invalid)
	_, err = d.SetFixes(ctx, d.boss, 0, []Fix{
		{Code: "router", Kind: "fix", Name: "Restart the router", Steps: pq.StringArray{"unplug", "wait", "plug in"}, Active: true},
		{Code: "price_talk", Kind: "specialist", Name: "Talk to billing", Steps: pq.StringArray{"agree on a time"}, Reasons: pq.StringArray{"moved"}, Active: true},
	})
	d.must(err)
	c, call := d.talk()
	desk, err := d.SaveDeskFor(ctx, d.ann, call)
	d.must(err)
	if len(desk.Fixes) != 1 || desk.Fixes[0].Code != "router" || len(desk.Reasons) == 0 || desk.Evidence.Recording != "simulated" {
		t.Errorf("desk %+v", desk)
	}
	d.refused(d.TryFix(ctx, d.ann, FixInput{Call: call, Code: "nonsense"}), errs.NotFound)
	d.refused(d.TryFix(ctx, d.ann, FixInput{Call: call, Code: "router", Done: []int{3}}), errs.Invalid)
	d.must(d.TryFix(ctx, d.ann, FixInput{Call: call, Code: "router", Done: []int{0}}))
	if d.stateOf(c.ID) != flow.InProgress {
		t.Errorf("case is %s", d.stateOf(c.ID))
	}
	d.must(d.TryFix(ctx, d.ann, FixInput{Call: call, Code: "router", Done: []int{0, 1, 2}, Solved: true}))
	out := d.conclude(d.ann, call, CodeSave)
	if len(out.Results) != 1 || out.Results[0].offer.Kind != "fix" || out.Results[0].depthBP != 0 || out.Results[0].Value.Minor != 8000 {
		t.Errorf("results %+v", out.Results)
	}
	if n := d.count(`SELECT count(*) FROM fix_attempts`); n != 2 {
		t.Errorf("%d attempts", n)
	}
	if d.stateOf(c.ID) != flow.SavedProvisional {
		t.Errorf("case is %s", d.stateOf(c.ID))
	}
	_, second := d.talk() // the offer behind the fix is made once, and is on no shelf
	d.must(d.TryFix(ctx, d.ann, FixInput{Call: second, Code: "router", Solved: true}))
	if n := d.count(`SELECT count(*) FROM offers WHERE code = 'fix-router'`); n != 1 {
		t.Errorf("%d offers behind the fix", n)
	}
}
