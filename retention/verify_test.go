package retention

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/retention/billing"
	"saveline/retention/billing/fakebilling"
	"saveline/retention/flow"
)

const aDay = 24 * time.Hour

// keptSave is a customer saved with a discount that billing has applied.
func (b *till) keptSave() (CaseID, billing.SubscriptionID) {
	b.t.Helper()
	b.campaign("retention_save")
	id, sub := b.saved(b.offer("discount_percent", 0, "retention_save"))
	b.watch()
	return b.grant(id).Case, sub
}

func (b *till) verifyAll() {
	b.t.Helper()
	_, err := b.VerifySaves(ctx)
	b.must(err)
}

func (b *till) verifications(id CaseID) CaseVerifications {
	b.t.Helper()
	v, err := b.VerificationsOf(ctx, b.boss, id)
	b.must(err)
	return v
}

// verdicts are a case's, as “30 pass, 60 fail unpaid”, with what comes next.
func (b *till) verdicts(id CaseID) (out string) {
	b.t.Helper()
	v := b.verifications(id)
	for _, x := range v.Items {
		out += x.Verdict + " " + x.Cause + "; "
	}
	if v.Next != nil && v.Next.Wait != nil {
		out += "wait " + v.Next.Wait.Cause
	}
	return out
}

// told are the facts of a kind, as their bodies, in order.
func (b *till) told(kind string) (out []string) {
	b.t.Helper()
	var bodies []json.RawMessage
	b.must(b.db.Select(&bodies, `SELECT body FROM facts WHERE kind = $1 ORDER BY id`, kind))
	for _, body := range bodies {
		out = append(out, string(body))
	}
	return out
}

func TestASaveIsVerifiedThreeTimes(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{BillingStripe, BillingWebhook} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := newTill(t, kind)
			id, _ := b.keptSave()
			b.pass(33*aDay - time.Second)
			b.verifyAll()
			if got := b.verdicts(id); got != "" || b.stateOf(id) != flow.SavedProvisional {
				t.Fatalf("before its day: %q, %s", got, b.stateOf(id))
			}
			_, err := b.VerifyNow(ctx, b.boss, id)
			b.refused(err, errs.Conflict)
			for _, step := range []struct {
				after time.Duration
				state flow.State
			}{{time.Second, flow.Verified30}, {30 * aDay, flow.Verified60}, {30 * aDay, flow.Verified90}} {
				b.pass(step.after)
				b.verifyAll()
				b.verifyAll()
				if got := b.stateOf(id); got != step.state {
					t.Fatalf("state %s, want %s: %s", got, step.state, b.verdicts(id))
				}
				b.caseNow(id)
			}
			v := b.verifications(id)
			last := v.Items[2]
			if v.Next != nil || last.Stage != 90 || last.Paid.Minor != 6000+6000+8000 || last.MRRAfter.Minor != 8000 || len(last.Evidence.Bills) != 3 || last.Result == 0 {
				t.Errorf("verified %+v, next %v", last, v.Next)
			}
			if got := b.told("verification.v1"); len(got) != 3 || got[2] != `{"stage": 90, "result": "pass", "result_id": 1}` {
				t.Errorf("told pay %v", got)
			}
			if n := b.count(`SELECT count(*) FROM reversals`); n != 0 {
				t.Errorf("%d reversals of a save that stayed", n)
			}
		})
	}
}

func TestAFailedVerificationTakesPayBackOnce(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		spoil func(b *till, sub billing.SubscriptionID)
		cause string
		ended time.Duration
	}{
		"set to cancel": {func(b *till, sub billing.SubscriptionID) {
			end := b.now().Add(40 * aDay)
			b.world.Edit(sub, func(s *billing.Subscription) { s.CancelAt = &end })
		}, flow.CauseSetToCancel, 33 * aDay},
		"cancelled": {func(b *till, sub billing.SubscriptionID) {
			end := noon.Add(20 * aDay)
			b.world.Edit(sub, func(s *billing.Subscription) { s.CancelAt = &end })
		}, flow.CauseCancelled, 20 * aDay},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newTill(t, BillingStripe)
			id, sub := b.keptSave()
			b.pass(aDay)
			tc.spoil(b, sub)
			b.pass(32 * aDay)
			b.verifyAll()
			b.verifyAll()
			if got := b.verdicts(id); got != "fail "+tc.cause+"; " || b.stateOf(id) != flow.Rechurned {
				t.Errorf("%q, %s", got, b.stateOf(id))
			}
			if got := b.told("reversal.v1"); len(got) != 1 || got[0] != `{"cause": "`+tc.cause+`", "result": 1}` {
				t.Errorf("reversed %v", got)
			}
			if got := b.told("verification.v1"); len(got) != 1 || got[0] != `{"stage": 30, "result": "fail", "result_id": 1}` {
				t.Errorf("told %v", got)
			}
			var ended time.Time
			b.must(b.db.Get(&ended, `SELECT effective_at FROM reversals`))
			if !ended.Equal(noon.Add(tc.ended)) {
				t.Errorf("it ended on %s", ended)
			}
			again, err := b.Reverse(ctx, b.boss, ReverseInput{Result: 1, Cause: "cancelled"})
			if err != nil || again.Cause != tc.cause || b.count(`SELECT count(*) FROM facts WHERE kind = 'reversal.v1'`) != 1 {
				t.Errorf("reported again it is %+v, %v", again, err)
			}
			b.caseNow(id)
		})
	}
}

func TestASaveThatWasReversedByHandIsVerifiedNoMore(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	id, _ := b.keptSave()
	b.pass(33 * aDay)
	_, err := b.Reverse(ctx, b.boss, ReverseInput{Result: 1, Cause: "cancelled"})
	b.must(err)
	b.verifyAll()
	if got := b.verdicts(id); got != "" || len(b.told("verification.v1")) != 0 || len(b.told("reversal.v1")) != 1 {
		t.Errorf("verdicts %q after a reversal by hand", got)
	}
	_, err = b.VerifyNow(ctx, b.boss, id)
	b.refused(err, errs.Conflict)
}

func TestVerificationWaitsAndNeverFailsForBillingsSilence(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	id, _ := b.keptSave()
	b.pass(33 * aDay)
	b.world.Break(fakebilling.Fault{On: "get", Status: 500}, fakebilling.Fault{On: "get", Status: 500})
	b.verifyAll()
	b.verifyAll() // not looked at again before an hour is over
	if got := b.verdicts(id); got != "wait "+waitUnreachable {
		t.Fatalf("billing is silent: %q", got)
	}
	b.pass(60 * aDay)
	b.verifyAll()
	v := b.verifications(id)
	if v.Next == nil || v.Next.Wait == nil || v.Next.Wait.Looks != 2 || v.Next.Wait.UntilAt != nil || v.Next.Wait.Said == "" {
		t.Fatalf("after two months of silence it still waits: %+v", v)
	}
	v, err := b.VerifyNow(ctx, b.boss, id)
	b.must(err)
	if len(v.Items) != 1 || v.Items[0].Verdict != "pass" || v.Next == nil || v.Next.Stage != 60 {
		t.Fatalf("it answers: %+v", v)
	}
	b.verifyAll()
	if got := b.verdicts(id); got != "pass ; pass ; " {
		t.Fatalf("day 60 came meanwhile: %q", got)
	}
	if n := b.count(`SELECT count(*) FROM verification_waits WHERE settled_at IS NULL`); n != 0 {
		t.Errorf("%d waits are open", n)
	}
}

func TestAnUnpaidInvoiceWaitsFourteenDays(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	id, sub := b.keptSave()
	b.pass(aDay)
	b.world.Declines(sub, true)
	b.pass(32 * aDay)
	b.verifyAll()
	v := b.verifications(id)
	if v.Next == nil || v.Next.Wait == nil || v.Next.Wait.Cause != flow.WaitOpen || !v.Next.Wait.UntilAt.Equal(noon.Add(47*aDay)) || v.Next.Wait.Evidence.OpenMinor != 6000 {
		t.Fatalf("waits %+v", v.Next)
	}
	b.pass(13 * aDay)
	b.verifyAll()
	if got := b.verdicts(id); got != "wait invoice_open" {
		t.Fatalf("on day 46: %q", got)
	}
	b.pass(aDay)
	b.verifyAll()
	if got := b.verdicts(id); got != "fail unpaid; " {
		t.Fatalf("on day 47: %q", got)
	}
	// It is paid after all: the verdict stands, the news stand beside it, and people see it.
	b.exec(`UPDATE invoices SET status = 'paid', paid_minor = due_minor, billed_at = $1 WHERE status = 'open'`, b.now())
	for range 2 {
		_, err := b.ContradictVerdicts(ctx)
		b.must(err)
	}
	if got := b.verdicts(id); got != "fail unpaid; contradicted paid_late; " || b.stateOf(id) != flow.Rechurned {
		t.Errorf("paid late: %q, %s", got, b.stateOf(id))
	}
	if len(b.told("verification.v1")) != 1 || len(b.told("reversal.v1")) != 1 {
		t.Error("pay hears of a late payment from people only")
	}
	b.caseNow(id)
}

func TestADisputeAfterAPass(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	id, sub := b.keptSave()
	b.pass(33 * aDay)
	b.verifyAll()
	if n, err := b.ContradictVerdicts(ctx); n != 0 || err != nil {
		t.Fatalf("%d verdicts are contradicted: %v", n, err)
	}
	b.world.Dispute(b.world.Invoices(sub)[1].ID)
	b.must(b.PullSubscription(ctx, b.subOf(id)))
	for range 2 {
		_, err := b.ContradictVerdicts(ctx)
		b.must(err)
	}
	if got := b.verdicts(id); got != "pass ; contradicted disputed; " || b.stateOf(id) != flow.Rechurned {
		t.Errorf("%q, %s", got, b.stateOf(id))
	}
	if got := b.told("verification.v1"); len(got) != 2 || got[1] != `{"stage": 30, "result": "fail", "result_id": 1}` {
		t.Errorf("told %v", got)
	}
	if got := b.told("reversal.v1"); len(got) != 1 {
		t.Errorf("reversed %v", got)
	}
	b.pass(60 * aDay)
	b.verifyAll()
	if n := len(b.verifications(id).Items); n != 2 {
		t.Errorf("%d verdicts: it is over", n)
	}
	b.caseNow(id)
}

func (b *till) subOf(id CaseID) (sub int64) {
	b.t.Helper()
	b.must(b.db.Get(&sub, selectSubOfCase, id))
	return sub
}

// A pause by billing's own hand stops the clock as a pause that was offered does.
func TestAPauseInBillingStopsTheClock(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	id, sub := b.keptSave()
	b.pass(aDay)
	until := b.now().Add(60 * aDay)
	b.world.Edit(sub, func(s *billing.Subscription) { s.PausedUntil = &until })
	b.must(b.PullSubscription(ctx, b.subOf(id)))
	b.pass(32 * aDay)
	b.verifyAll()
	v := b.verifications(id)
	if v.Next == nil || v.Next.Wait == nil || v.Next.Wait.Cause != flow.WaitPaused || !v.Next.Wait.NextAt.Equal(noon.Add(93*aDay)) {
		t.Fatalf("paused for 60 days: %+v", v.Next)
	}
	b.pass(60 * aDay)
	b.verifyAll()
	got := b.verifications(id).Items
	if len(got) != 1 || got[0].Verdict != "pass" || got[0].PausedDays != 60 {
		t.Errorf("after it: %+v", got)
	}
}

// Whoever verifies, however many at once, and wherever one is killed: a stage has one verdict and one fact.
func TestManyVerifyOnce(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	id, _ := b.keptSave()
	b.pass(33 * aDay)
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			if err := b.verify(ctx, id); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := b.verdicts(id); got != "pass ; " || len(b.told("verification.v1")) != 1 {
		t.Errorf("%q, told %v", got, b.told("verification.v1"))
	}
	if n := b.count(`SELECT count(*) FROM case_events WHERE event = 'verified'`); n != 1 {
		t.Errorf("%d events", n)
	}
}

// A node that dies after billing answered and before the verdict is written leaves nothing: the next look decides.
func TestAKilledVerificationIsDoneByTheNextLook(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	id, _ := b.keptSave()
	b.pass(33 * aDay)
	b.must(b.PullSubscription(ctx, b.subOf(id))) // all that such a node has done
	b.verifyAll()
	if got := b.verdicts(id); got != "pass ; " {
		t.Errorf("%q", got)
	}
}

func TestVerificationIsAJobOfItsOwn(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	id, _ := b.keptSave()
	queue := jobs.New(b.db, b.log)
	b.Service.UseBilling(b.wiring(queue))
	b.pass(33 * aDay)
	for range 3 {
		b.verifyAll()
	}
	if n := b.count(`SELECT count(*) FROM river_job WHERE kind = 'save_verification'`); n != 1 {
		t.Errorf("%d jobs for one look", n)
	}
	if got := b.verdicts(id); got != "" {
		t.Errorf("decided before the job ran: %q", got)
	}
}

// Without a billing connection nothing can be said, and nothing is taken away.
func TestWithoutBillingASaveWaits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	c := d.aCase()
	call := d.connect(c.Lead, d.ann)
	d.accept(d.ann, call, d.offer("discount_percent", 0, "retention_save"))
	d.conclude(d.ann, call, CodeSave)
	d.pass(100 * aDay)
	_, err := d.VerifySaves(ctx)
	d.must(err)
	v, err := d.VerificationsOf(ctx, d.boss, c.ID)
	d.must(err)
	if len(v.Items) != 0 || v.Next == nil || v.Next.Wait == nil || v.Next.Wait.Cause != waitUnconnected {
		t.Errorf("%+v", v)
	}
	stranger := auth.Actor{User: 99, Name: "Else", Roles: []auth.Role{auth.Manager}, Clients: []auth.ClientID{d.client + 1}}
	_, err = d.VerifyNow(ctx, stranger, c.ID)
	d.refused(err, errs.NotFound)
}

// A save whose offer billing never applied is none: when its time is up the cancellation goes ahead, and the pay is taken
// back.
func TestASaveThatBillingNeverAppliedIsTakenBack(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	b.campaign("retention_save")
	b.world.Break(fakebilling.Fault{On: "plan", Status: 422})
	id, _ := b.saved(b.offer("plan_change", 0, "retention_save"))
	b.watch()
	of := b.grant(id).Case
	if got := b.stateOf(of); got != flow.BillingFailed {
		t.Fatalf("the case is %s, the grant %s: %s", got, b.grant(id).Status, b.grant(id).Error)
	}
	if n := b.count(`SELECT count(*) FROM reversals`); n != 0 {
		t.Fatal("there is time left to mend it")
	}
	b.pass(6 * aDay)
	for range 2 {
		_, err := b.CloseDueCases(ctx)
		b.must(err)
	}
	if got := b.stateOf(of); got != flow.CancelledScheduled && got != flow.CancelledEffective {
		t.Errorf("the case is %s", got)
	}
	if got := b.told("reversal.v1"); len(got) != 1 || got[0] != `{"cause": "billing_failed", "result": 1}` {
		t.Errorf("told pay %v", got)
	}
	b.caseNow(of)
	b.pass(40 * aDay)
	b.verifyAll()
	if n := b.count(`SELECT count(*) FROM verifications`); n != 0 {
		t.Errorf("%d verdicts about a save that was none", n)
	}
}
