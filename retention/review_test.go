package retention

import (
	"testing"
	"time"

	"saveline/internal/errs"
	"saveline/retention/flow"
)

// unconcluded is a call about a case whose agent said nothing, after a save was accepted.
func (d *desk) unconcluded() (Case, OutcomeID) {
	d.t.Helper()
	save := d.offer("credit", 1000, "retention_save")
	c := d.aCase()
	call := d.connect(c.Lead, d.ann)
	d.accept(d.ann, call, save)
	d.hangUp(call)
	d.must(d.ExpireWrapUp(ctx, call))
	if now := d.caseNow(c.ID); now.State != flow.Accepted || now.ClosedAt != nil {
		d.t.Fatalf("case %+v: a yes that nobody concluded is no save", now)
	}
	return c, OutcomeID(d.count(`SELECT id FROM outcomes WHERE call_id = $1`, call))
}

func TestAReviewMayCallTheCustomerAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	c, id := d.unconcluded()
	at := noon.Add(3 * time.Hour)
	late := noon.AddDate(0, 0, caseDueDays+1)
	_, err := d.ReviewOutcome(ctx, d.boss, ReviewInput{Outcome: id, Code: CodeCallback, CallbackAt: &late})
	d.refused(err, errs.Invalid)
	out, err := d.ReviewOutcome(ctx, d.boss, ReviewInput{Outcome: id, Code: CodeCallback, CallbackAt: &at})
	d.must(err)
	if out.Code != CodeNoDisposition || out.Corrected != CodeCallback {
		t.Errorf("review %+v", out)
	}
	if now := d.caseNow(c.ID); now.State != flow.CallbackScheduled {
		t.Errorf("case %+v", now)
	}
	if n := d.count(`SELECT count(*) FROM leads WHERE case_id = $1 AND state = 'waiting' AND due_at = $2`, c.ID, at); n != 1 {
		t.Error("nobody will call them")
	}
	if n := d.count(`SELECT count(*) FROM results`); n != 0 {
		t.Error("a review made a result")
	}
	if n := d.count(`SELECT count(*) FROM facts`); n != 1 {
		t.Error("a review told pay something")
	}
}

func TestAReviewMayEndTheCase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	for _, code := range []string{CodeLost, CodeNotInterested, CodeDoNotCall} {
		c, id := d.unconcluded()
		_, err := d.ReviewOutcome(ctx, d.boss, ReviewInput{Outcome: id, Code: code})
		d.must(err)
		if now := d.caseNow(c.ID); now.State != flow.CancelledScheduled {
			t.Errorf("%s: case %+v", code, now)
		}
		if s := d.text(`SELECT code FROM outcomes WHERE id = $1`, id); s != CodeNoDisposition {
			t.Errorf("%s: the outcome was rewritten to %s", code, s)
		}
	}
	if n := d.count(`SELECT count(*) FROM suppressions`); n != 1 {
		t.Errorf("%d suppressions", n)
	}
}

func TestAReviewThatOnlyLooks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	c, id := d.unconcluded()
	_, err := d.ReviewOutcome(ctx, d.ann, ReviewInput{Outcome: id})
	d.refused(err, errs.Forbidden)
	_, err = d.ReviewOutcome(ctx, d.boss, ReviewInput{Outcome: id, Code: CodeSave})
	d.refused(err, errs.Invalid)
	_, err = d.ReviewOutcome(ctx, d.boss, ReviewInput{Outcome: id})
	d.must(err)
	_, err = d.ReviewOutcome(ctx, d.boss, ReviewInput{Outcome: id})
	d.refused(err, errs.Conflict)
	if now := d.caseNow(c.ID); now.State != flow.Accepted {
		t.Errorf("case %+v", now)
	}
	_, n, err := d.Outcomes(ctx, d.boss, OutcomeFilter{Code: CodeNoDisposition, Reviewed: "false"}, 10, 0)
	d.must(err)
	if n != 0 {
		t.Error("still in the queue")
	}
	call := d.connect(d.aCase().Lead, d.ann)
	lost := d.conclude(d.ann, call, CodeLost)
	_, err = d.ReviewOutcome(ctx, d.boss, ReviewInput{Outcome: lost.ID, Code: CodeOther})
	d.refused(err, errs.Conflict)
}
