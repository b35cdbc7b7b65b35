package retention

import (
	"context"
	"fmt"
	"testing"

	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

func cents(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "USD"} }

func TestAYesToAnUpsellNeedsItsOwnConsent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	call := d.connect(d.person(d.campaign("upsell")), d.ann)
	d.pass(90 * 1e9)
	p := d.mustPresent(call, d.offer("upsell", 1500, "upsell"))
	_, err := d.Decide(ctx, d.ann, DecideInput{Presentation: p.ID, Decision: Accepted})
	if got := fieldsOf(err); len(got) != 1 || got[0].Path != "consent" {
		t.Fatalf("without consent: %v", err)
	}
	_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: p.ID, Decision: Accepted, Consent: &UpsellConsent{}})
	if got := fieldsOf(err); len(got) != 2 {
		t.Errorf("an empty one: %v", err)
	}
	yes := DecideInput{Presentation: p.ID, Decision: Accepted, Consent: &UpsellConsent{Disclosed: true, Words: " yes, add it "}}
	_, err = d.Decide(ctx, d.ann, yes)
	d.must(err)
	if got := d.text(`SELECT words || ' at ' || mark_seconds || ' by ' || agent_id FROM upsell_consents`); got != fmt.Sprintf("yes, add it at 90 by %d", d.ann.User) {
		t.Errorf("kept %q", got)
	}
	_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: p.ID, Decision: Declined})
	d.must(err)
	if d.count(`SELECT count(*) FROM upsell_consents`) != 0 {
		t.Error("the yes was taken back, the consent stayed")
	}
	_, err = d.Decide(ctx, d.ann, yes)
	d.must(err)
	d.conclude(d.ann, call, CodeUpsell)
	if n := d.count(`SELECT count(*) FROM results WHERE kind = 'upsell' AND mrr_before_minor = 0 AND mrr_after_minor = 1500`); n != 1 {
		t.Error("the result does not say what they paid before and after")
	}
}

// An offer shown before the customer said that they want to cancel is no way around the question.
func TestNoUpsellWhileTheyWantToCancel(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	d.campaign(purposeSave)
	save, more := d.offer("discount_percent", 0, purposeSave), d.offer("upsell", 1500, purposeSave)
	c := d.aCase()
	call := d.connect(c.Lead, d.ann)
	_, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: more.ID})
	d.refused(err, errs.Conflict)
	var shown PresentationID
	d.must(d.db.Get(&shown, `INSERT INTO presentations (client_id, call_id, case_id, offer_version_id, agent_id, presented_at)
		VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`, d.client, call, c.ID, more.versionID, d.ann.User, d.now()))
	yes := DecideInput{Presentation: shown, Decision: Accepted, Consent: &UpsellConsent{Disclosed: true, Words: "ok"}}
	_, err = d.Decide(ctx, d.ann, yes)
	d.refused(err, errs.Conflict)
	d.accept(d.ann, call, save)
	_, err = d.Decide(ctx, d.ann, yes)
	d.must(err)
	d.conclude(d.ann, call, CodeSave)
	if n := d.count(`SELECT mrr_after_minor FROM results WHERE kind = 'upsell'`); n != 9500 {
		t.Errorf("after the upsell they pay %d, want 80.00 + 15.00", n)
	}
}

func TestAnUpsellIsTakenOffInParts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	call := d.connect(d.person(d.campaign("upsell")), d.ann)
	d.accept(d.ann, call, d.offer("upsell", 1500, "upsell"))
	up := d.conclude(d.ann, call, CodeUpsell).Results[0]
	remove := func(id string, minor int64) (Removal, error) {
		return d.RemoveUpsell(ctx, d.boss, RemovalInput{Result: up.ID, ExternalID: id, Removed: cents(minor)})
	}
	for range 2 { // told twice is once
		got, err := remove("a", 500)
		d.must(err)
		if got.Left != cents(1000) || got.Removed != cents(500) {
			t.Errorf("%+v", got)
		}
	}
	if got := d.text(`SELECT body->>'fractionPpm' FROM facts WHERE kind = 'upsell_removal.v1'`); got != "333333" {
		t.Errorf("fraction %s", got)
	}
	got, err := remove("b", 5000) // more than there is
	d.must(err)
	if got.Left.Minor != 0 || got.Removed != cents(1000) || d.count(`SELECT count(*) FROM facts WHERE kind = 'reversal.v1'`) != 1 {
		t.Errorf("%+v", got)
	}
	_, err = remove("c", 1)
	d.refused(err, errs.Conflict)
	stranger := d.boss
	stranger.Clients = nil
	_, err = d.RemoveUpsell(ctx, stranger, RemovalInput{Result: up.ID, ExternalID: "x", Removed: cents(1)})
	d.refused(err, errs.NotFound)
	d.tx(func(ctx context.Context, tx *pg.Tx) error { // the parts never exceed the whole
		var sum int64
		err := tx.GetContext(ctx, &sum, `SELECT sum(removed_minor) FROM upsell_removals WHERE result_id = $1`, up.ID)
		if sum != 1500 {
			t.Errorf("%d taken off of 1500", sum)
		}
		return err
	})
}
