package retention

import (
	"fmt"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/internal/errs"
	"saveline/retention/trial"
)

// customers makes n people who subscribe.
func (d *desk) customers(n int) {
	d.t.Helper()
	for i := range n {
		p := d.reachable(campaigns.NewPerson{ExternalID: fmt.Sprintf("cust-%d", i)})
		d.exec(`WITH c AS (INSERT INTO customers (client_id, person_id, external_id, created_at) VALUES ($1, $2, $3, $4) RETURNING id)
			INSERT INTO subscriptions (client_id, customer_id, external_id, plan, price_minor, currency, status, updated_at)
			SELECT $1, id, $3, 'Gold', 8000, 'USD', 'active', $4 FROM c`, d.client, p, fmt.Sprintf("cust-%d", i), d.now())
	}
}

func TestThoseAtRiskAreCalledAgainstAHoldout(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	d.customers(60)
	scores := []RiskScore{{"nobody", 900}}
	for i := range 50 {
		scores = append(scores, RiskScore{fmt.Sprintf("cust-%d", i), 700 + i})
	}
	known, err := d.ImportScores(ctx, d.boss, 0, scores)
	d.must(err)
	if known != 50 {
		t.Errorf("%d known", known)
	}
	d.exec(`INSERT INTO suppressions (client_id, number, reason, source, created_by, created_at)
		SELECT $1, ph.number, 'asked', 'test', 'test', $2 FROM phones ph JOIN people p ON p.id = ph.person_id WHERE p.external_id = 'cust-49'`, d.client, d.now())
	in := NewOutreach{Name: "At risk", Kind: OutreachProactive, Campaign: d.campaign("service"), ScoreMin: 710, HoldoutPercent: 30, MeasureDays: 30}
	wrong := in
	wrong.Campaign, wrong.Name = d.campaign("acquisition"), "x"
	_, err = d.StartOutreach(ctx, d.boss, wrong)
	d.refused(err, errs.Conflict)
	o, err := d.StartOutreach(ctx, d.boss, in)
	d.must(err)
	for _, want := range []int{39, 0} { // 710 to 749 without the one on the do-not-call list; joined once
		if n, err := d.JoinOutreaches(ctx); n != want || err != nil {
			t.Errorf("%d joined, %v; want %d", n, err, want)
		}
	}
	if n := d.count(`SELECT count(*) FROM outreach_members WHERE (arm = 'treated') <> (lead_id IS NOT NULL)`); n != 0 {
		t.Errorf("%d of the holdout are called, or of the treated are not", n)
	}
	if got := d.count(`SELECT count(*) FROM leads WHERE campaign_id = $1`, in.Campaign); got != d.count(`SELECT count(*) FROM outreach_members WHERE arm = 'treated'`) {
		t.Errorf("%d leads", got)
	}
	r, err := d.OutreachResultFor(ctx, d.boss, o.ID)
	d.must(err)
	if r.Waiting != 39 || r.TreatedUnits != 0 || r.Verdict != trial.NotEnough {
		t.Errorf("on the first day: %+v", r)
	}
	d.exec(`INSERT INTO cancel_requests (client_id, external_id, customer_id, source, requested_at, created_at)
		SELECT client_id, 'r' || customer_id, customer_id, 'api', $1, $1 FROM outreach_members WHERE arm = 'holdout'`, d.now().Add(24*time.Hour))
	d.pass(31 * 24 * time.Hour)
	r, err = d.OutreachResultFor(ctx, d.boss, o.ID)
	d.must(err)
	if r.TreatedGood != r.TreatedUnits || r.HoldoutGood != 0 || r.TreatedUnits+r.HoldoutUnits != 39 || r.Verdict != trial.NotEnough || r.LowPoints < 50 {
		t.Errorf("after a month: %+v", r)
	}
	stranger := d.boss
	stranger.Clients = nil
	_, err = d.OutreachResultFor(ctx, stranger, o.ID)
	d.refused(err, errs.NotFound)
	_, err = d.StopOutreach(ctx, d.boss, o.ID)
	d.must(err)
	d.exec(`UPDATE risk_scores SET score = 1000`)
	if n, err := d.JoinOutreaches(ctx); n != 0 || err != nil {
		t.Errorf("%d joined after the stop, %v", n, err)
	}
}

func TestAWinBackNeedsConsentTheReasonAndTheDay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	campaign := d.campaign("winback")
	leave := func(reason string, consent bool) {
		d.people++
		in := newCase(d.people)
		in.ReasonCode, in.Unsaveable = reason, true
		opened, err := d.OpenCase(ctx, d.boss, in)
		d.must(err)
		d.exec(`UPDATE cases SET saveable = true WHERE id = $1`, opened.Case)
		d.exec(`UPDATE subscriptions SET status = 'cancel_scheduled' WHERE external_id = $1`, in.Subscription.ExternalID)
		if consent {
			d.exec(`INSERT INTO contact_consents (person_id, client_id, purpose, source, given_at)
				SELECT person_id, client_id, 'winback', 'page', $2 FROM customers WHERE external_id = $1`, in.Customer.ExternalID, d.now())
		}
	}
	leave("too_expensive", true)
	leave("too_expensive", false)
	leave("moved", true)
	_, err := d.StartOutreach(ctx, d.boss, NewOutreach{
		Name: "Back", Kind: OutreachWinback, Campaign: campaign, Reasons: []string{"too_expensive"}, AfterDays: 30, HoldoutPercent: 5, MeasureDays: 30,
	})
	d.must(err)
	for day, want := range map[int]int{29: 0} {
		d.pass(time.Duration(day) * 24 * time.Hour)
		if n, err := d.JoinOutreaches(ctx); n != want || err != nil {
			t.Errorf("day %d: %d joined, %v", day, n, err)
		}
	}
	d.pass(24 * time.Hour)
	if n, err := d.JoinOutreaches(ctx); n != 1 || err != nil {
		t.Errorf("day 30: %d joined, %v; want the one who agreed and left for the price", n, err)
	}
	_, err = d.StartOutreach(ctx, d.boss, NewOutreach{Name: "x", Kind: OutreachWinback, Campaign: campaign, AfterDays: 31, HoldoutPercent: 0, MeasureDays: 30})
	if len(fieldsOf(err)) != 2 {
		t.Errorf("no holdout, no day: %v", err)
	}
}
