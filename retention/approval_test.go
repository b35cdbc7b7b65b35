package retention

import (
	"sync"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// limited is a desk whose agents may give 20 % alone, with an offer of 25 % for three months.
func limited(t *testing.T) (*desk, Offer, auth.Actor) {
	t.Helper()
	d := newDesk(t)
	d.campaign("retention_save")
	deep := d.offer("discount_percent", 0, "retention_save")
	_, err := d.SetAuthority(ctx, d.boss, 0, []Authority{
		{Role: "agent", PercentMax: 20}, {Role: "agent", ValueTier: "high", PercentMax: 50}, {Role: "supervisor", PercentMax: 100},
	})
	d.must(err)
	return d, deep, d.user("Sue", auth.Supervisor)
}

func TestAnApprovalOpensTheOffer(t *testing.T) {
	t.Parallel()
	d, deep, sue := limited(t)
	c, call := d.talk()
	_, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: deep.ID})
	d.refused(err, errs.Conflict)
	shown, err := d.Desk(ctx, d.ann, call)
	d.must(err)
	if len(shown) != 1 || !shown[0].NeedsApproval {
		t.Errorf("desk %+v", shown)
	}
	asked, err := d.AskApproval(ctx, d.ann, AskInput{Call: call, Offer: deep.ID, Why: "ten years with us"})
	d.must(err)
	if asked.DepthPercent != 25 || asked.Cost.Minor != 6000 || asked.Agent != d.ann.User || asked.MRR.Minor != 8000 || asked.Customer == "" {
		t.Errorf("asked %+v", asked)
	}
	if d.stateOf(c.ID) != flow.ApprovalPending {
		t.Errorf("case is %s", d.stateOf(c.ID))
	}
	_, err = d.AskApproval(ctx, d.ann, AskInput{Call: call, Offer: deep.ID})
	d.refused(err, errs.Conflict)
	waiting, err := d.Approvals(ctx, sue)
	d.must(err)
	if len(waiting) != 1 || waiting[0].ID != asked.ID {
		t.Errorf("waiting %+v", waiting)
	}
	_, err = d.DecideApproval(ctx, d.ann, asked.ID, true)
	d.refused(err, errs.Conflict)
	_, err = d.DecideApproval(ctx, auth.Actor{User: 99, Name: "stranger"}, asked.ID, true)
	d.refused(err, errs.NotFound)
	_, err = d.db.Exec(`UPDATE approvals SET decision = 'approved', decided_by = requested_by WHERE id = $1`, asked.ID)
	if pg.ConstraintOf(err) != "approvals_four_eyes" {
		t.Errorf("one's own approval: %v", err)
	}
	d.pass(119 * time.Second)
	out, err := d.DecideApproval(ctx, sue, asked.ID, true)
	d.must(err)
	if out.Decision != "approved" || out.DecidedByName != "Sue" {
		t.Errorf("decided %+v", out)
	}
	_, err = d.DecideApproval(ctx, sue, asked.ID, false)
	d.refused(err, errs.Conflict)
	d.accept(d.ann, call, deep)
	d.conclude(d.ann, call, CodeSave)
	if now := d.caseNow(c.ID); now.State != flow.SavedProvisional || now.Owner != d.ann.User {
		t.Errorf("case %+v", now)
	}
}

func TestNoAnswerIsANo(t *testing.T) {
	t.Parallel()
	for _, cleaner := range []bool{true, false} { // the job, or the agent's next act
		d, deep, sue := limited(t)
		c, call := d.talk()
		asked, err := d.AskApproval(ctx, d.ann, AskInput{Call: call, Offer: deep.ID})
		d.must(err)
		d.pass(approvalSeconds * time.Second)
		_, err = d.DecideApproval(ctx, sue, asked.ID, true)
		d.refused(err, errs.Conflict)
		if cleaner {
			_, err := d.CloseDueCases(ctx)
			d.must(err)
		} else {
			_, err := d.OffersFor(ctx, d.ann, call)
			d.must(err)
		}
		if s := d.text(`SELECT decision FROM approvals WHERE id = $1`, asked.ID); s != "timeout" || d.stateOf(c.ID) != flow.Offering {
			t.Errorf("cleaner %v: %s, case %s", cleaner, s, d.stateOf(c.ID))
		}
		_, err = d.AskApproval(ctx, d.ann, AskInput{Call: call, Offer: deep.ID})
		d.refused(err, errs.Conflict) // not asked for again
		if n := d.count(`SELECT count(*) FROM case_timers WHERE case_id = $1 AND kind = 'approval' AND fired_at IS NULL AND cancelled_at IS NULL`, c.ID); n != 0 {
			t.Error("the clock still runs")
		}
	}
}

func TestTwoSupervisorsAnswerOnce(t *testing.T) {
	t.Parallel()
	d, deep, sue := limited(t)
	tom := d.user("Tom", auth.Supervisor)
	_, call := d.talk()
	asked, err := d.AskApproval(ctx, d.ann, AskInput{Call: call, Offer: deep.ID})
	d.must(err)
	var wg sync.WaitGroup
	var mu sync.Mutex
	answers := 0
	for i, who := range []auth.Actor{sue, tom, sue, tom} {
		wg.Go(func() {
			if _, err := d.DecideApproval(ctx, who, asked.ID, i%2 == 0); err == nil {
				mu.Lock()
				answers++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if n := d.count(`SELECT count(*) FROM case_events WHERE event IN ('approved', 'approval_declined')`); answers != 1 || n != 1 {
		t.Errorf("%d answers, %d in the log", answers, n)
	}
}

func TestAuthorityIsByTier(t *testing.T) {
	t.Parallel()
	d, deep, _ := limited(t)
	in := newCase(50)
	in.Customer.ValueTier = "high"
	opened, err := d.OpenCase(ctx, d.boss, in)
	d.must(err)
	call := d.connect(d.caseNow(opened.Case).Lead, d.ann)
	d.mustPresent(call, deep)
	_, err = d.SetAuthority(ctx, d.boss, 0, []Authority{{Role: "agent", PercentMax: 101}, {Role: "pope"}})
	d.refused(err, errs.Invalid)
	a := Authority{PercentMax: 50, AmountMaxMinor: 1000, CyclesMax: 2, WeekBudgetMinor: 1500}
	for _, g := range []giving{{DepthBP: 5001}, {CostMinor: 1001}, {Cycles: 3}, {CostMinor: 600}} {
		if !a.exceeds(g, 1000) {
			t.Errorf("%+v is within %+v", g, a)
		}
	}
	if a.exceeds(giving{DepthBP: 5000, CostMinor: 500, Cycles: 2}, 1000) {
		t.Error("exactly the limit is within it")
	}
}
