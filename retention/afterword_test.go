package retention

import (
	"testing"
	"time"

	"saveline/internal/errs"
	"saveline/retention/flow"
)

// In Minnesota the cancellation comes first; after it, with permission, one offer may be made on the same call.
func TestMinnesotaOffersAfterTheCancellationWithPermission(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign(purposeSave)
	save, other := d.offer("credit", 0, purposeSave), d.offer("pause", 0, purposeSave)
	d.people++
	in := newCase(d.people)
	in.Customer.Region = "US-MN"
	opened, err := d.OpenCase(ctx, d.boss, in)
	d.must(err)
	c := d.caseNow(opened.Case)
	call := d.connect(c.Lead, d.ann)
	step := func(name string) { d.must(d.RecordStep(ctx, d.ann, StepInput{Call: call, Step: name})) }
	step(flow.StepPermissionAsked) // before the cancellation it permits nothing
	step(flow.StepPermissionGiven)
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: save.ID})
	d.refused(err, errs.Conflict)
	_, err = d.CancelNow(ctx, d.ann, CancelInput{Call: call})
	d.must(err)
	desk, err := d.SaveDeskFor(ctx, d.ann, call)
	d.must(err)
	if desk.Law.MayOffer || desk.Law.Next != "ask_permission" {
		t.Fatalf("after the cancellation: %+v", desk.Law)
	}
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: save.ID})
	d.refused(err, errs.Conflict)
	step(flow.StepPermissionAsked)
	step(flow.StepPermissionGiven)
	p, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: save.ID})
	d.must(err)
	if s := d.stateOf(c.ID); s != flow.CancelledScheduled {
		t.Errorf("an offer after it leaves the cancellation standing, and the case is %s", s)
	}
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: other.ID})
	d.refused(err, errs.Conflict)
	_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: p.ID, Decision: Accepted})
	d.must(err)
	if out := d.conclude(d.ann, call, CodeSave); len(out.Results) != 1 || !out.Results[0].Payable {
		t.Errorf("results %+v", out.Results)
	}
	if got := d.text(`SELECT c.state || ' ' || s.status || ' ' || (c.closed_at IS NOT NULL) FROM cases c JOIN subscriptions s ON s.id = c.subscription_id`); got != "saved_provisional active true" {
		t.Errorf("%s", got)
	}
	d.caseNow(c.ID)
}

func TestWithoutPermissionTheCancellationIsTheEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign(purposeSave)
	save := d.offer("credit", 0, purposeSave)
	for region, steps := range map[string][]string{
		"US-MN": {flow.StepPermissionAsked, flow.StepPermissionRefused}, "US-TX": {flow.StepPermissionAsked, flow.StepPermissionGiven},
	} {
		d.people++
		in := newCase(d.people)
		in.Customer.Region = region
		opened, err := d.OpenCase(ctx, d.boss, in)
		d.must(err)
		call := d.connect(d.caseNow(opened.Case).Lead, d.ann)
		_, err = d.CancelNow(ctx, d.ann, CancelInput{Call: call})
		d.must(err)
		for _, s := range steps {
			d.must(d.RecordStep(ctx, d.ann, StepInput{Call: call, Step: s}))
		}
		_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: save.ID})
		d.refused(err, errs.Conflict)
		_, err = d.Conclude(ctx, d.ann, ConcludeInput{Call: call, Code: CodeSave})
		d.refused(err, errs.Invalid)
		d.conclude(d.ann, call, CodeLost)
		d.pass(16 * time.Minute)
		_, err = d.CloseDueCases(ctx)
		d.must(err)
		if s := d.stateOf(opened.Case); s != flow.CancelledEffective {
			t.Errorf("%s: %s", region, s)
		}
	}
}

// An offer after the cancellation that nobody answers lapses; the cancellation was never in question.
func TestAnOfferAfterTheCancellationLapses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign(purposeSave)
	save := d.offer("credit", 0, purposeSave)
	d.people++
	in := newCase(d.people)
	in.Customer.Region, in.EffectiveAt = "US-MN", noon.AddDate(0, 0, 20)
	opened, err := d.OpenCase(ctx, d.boss, in)
	d.must(err)
	call := d.connect(d.caseNow(opened.Case).Lead, d.ann)
	_, err = d.CancelNow(ctx, d.ann, CancelInput{Call: call})
	d.must(err)
	for _, s := range []string{flow.StepPermissionAsked, flow.StepPermissionGiven} {
		d.must(d.RecordStep(ctx, d.ann, StepInput{Call: call, Step: s}))
	}
	d.mustPresent(call, save)
	d.conclude(d.ann, call, CodeLost)
	d.pass(25 * time.Hour)
	_, err = d.CloseDueCases(ctx)
	d.must(err)
	if got := d.text(`SELECT c.state || ' ' || p.decision FROM cases c JOIN presentations p ON p.case_id = c.id`); got != "cancelled_scheduled expired" {
		t.Errorf("%s", got)
	}
	if n := d.count(`SELECT count(*) FROM case_events WHERE event = 'cancel'`); n != 1 {
		t.Errorf("cancelled %d times", n)
	}
}
