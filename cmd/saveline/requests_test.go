package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/campaigns"
	"saveline/cmd/saveline/rehearsal"
	"saveline/dialer"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/live"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
	"saveline/retention"
	"saveline/retention/billing"
	"saveline/retention/billing/fakebilling"
	"saveline/retention/policy"
)

// requestsFile are made-up requests from places whose law differs (package wishes); the shared ones are all of one place.
const requestsFile = "../../retention/wishes/testdata/requests.csv"

// abroad is a save desk whose customers live under five laws, with a billing system of its own, in virtual time.
type abroad struct {
	*world
	clock    *rehearsal.Clock
	staff    *rehearsal.Staff
	billing  *fakebilling.World
	campaign campaigns.ID
	offers   []retention.Offer // the discount, the pause
	minds    map[retention.CaseID]mind
	did      map[policy.Mode]*deeds
}

// deeds are what was done under one mode of the law.
type deeds struct {
	Cases          int
	RefusedAtFirst int // an offer before anything was said, refused by the service
	Offers         int
	RefusedSecond  int // a further offer after a no
	Saved, Lost    int
}

// mind is what a customer will say.
type mind struct {
	listens, agrees bool
	fate            int // of a saved one: 1 leaves after all, 2 does not pay
}

// newAbroad opens the desk at 17:00 UTC of a Monday: noon in New York, 09:00 in Los Angeles, 18:00 in Berlin.
func newAbroad(t *testing.T) *abroad {
	t.Helper()
	start := time.Date(2027, 3, 8, 17, 0, 0, 0, time.UTC)
	d := &abroad{clock: rehearsal.NewClock(start.AddDate(0, 0, -3)), minds: map[retention.CaseID]mind{}, did: map[policy.Mode]*deeds{}}
	d.world = &world{office: &office{t: t, db: pgtest.New(t)}}
	quiet, sw := slog.New(slog.DiscardHandler), sim.New(sim.Config{Seed: 1, Now: d.clock.Now})
	d.house = build(ground{
		db: d.db, now: d.clock.Now, log: quiet, sw: sw, pub: live.Nowhere{}, node: "test", key: auth.NewSecretKey(), inline: true,
		billing: func(to netip.AddrPort) bool { return to.Addr().IsLoopback() },
	})
	d.handler, d.api = d.house.front(quiet)
	var err error
	d.staff, err = rehearsal.Found(t.Context(), d.house.services(sw), rehearsal.Company{Name: "Atlas", Agents: 1, Zone: "America/New_York"})
	d.must(err)
	d.openBilling()
	d.openCampaign()
	d.clock.Set(start)
	return d
}

func (d *abroad) openBilling() {
	d.t.Helper()
	const key = "outgoing"
	d.billing = fakebilling.New(d.clock.Now(), d.clock.Now)
	server := httptest.NewServer(d.billing.Stripe(key))
	d.t.Cleanup(server.Close)
	_, err := d.house.retention.Connect(d.t.Context(), d.staff.Manager, retention.ConnectionInput{
		Kind: retention.BillingStripe, URL: server.URL, Secret: key, Signing: "incoming",
	})
	d.must(err)
}

func (d *abroad) openCampaign() {
	d.t.Helper()
	ctx := d.t.Context()
	name, purpose, mode, zone, from := "Save desk", "retention_save", "manual", "America/New_York", "+12125550199"
	made, err := d.house.campaigns.Create(ctx, d.staff.Manager, d.staff.Client.ID, campaigns.Edit{
		Name: &name, Purpose: &purpose, Mode: &mode, Zone: &zone, CallerID: &from,
		Windows: []campaigns.Window{{Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, From: "00:00", To: "24:00"}},
	})
	d.must(err)
	_, err = d.house.campaigns.SetAgents(ctx, d.staff.Manager, made.ID, []auth.UserID{d.staff.Agents[0].User})
	d.must(err)
	_, err = d.house.campaigns.Start(ctx, d.staff.Manager, made.ID)
	d.must(err)
	d.campaign = made.ID
	all, _, err := d.house.retention.Offers(ctx, d.staff.Manager, false, 50, 0)
	d.must(err)
	for _, code := range []string{"save-20", "pause-2"} {
		for _, o := range all {
			if o.Code == code {
				d.offers = append(d.offers, o)
			}
		}
	}
}

// enrol gives the billing system the customers of the file.
func (d *abroad) enrol(file string) {
	d.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	d.must(err)
	for _, r := range rows[1:] {
		price, err := money.Parse(r[10], r[9])
		d.must(err)
		plan := r[8] + " " + r[10] + " " + r[9]
		d.billing.AddPlan(fakebilling.Plan{ID: plan, Price: price, TermMonths: 1})
		d.billing.Subscribe(fakebilling.NewSubscription{ID: billing.SubscriptionID(r[7]), Customer: billing.CustomerID("cus_" + r[2]), Plan: plan})
	}
}

// waiting is a case that somebody is to be called about.
type waiting struct {
	ID     retention.CaseID `db:"id"`
	Lead   campaigns.LeadID `db:"lead_id"`
	Region string           `db:"region"`
}

// callEverybody calls the Koreans in their morning and the others in ours.
func (d *abroad) callEverybody() {
	d.t.Helper()
	var all []waiting
	d.must(d.db.Select(&all, `SELECT c.id, c.lead_id, p.region FROM cases c JOIN customers k ON k.id = c.customer_id JOIN people p ON p.id = k.person_id
		WHERE c.lead_id IS NOT NULL ORDER BY p.region = 'KR', c.id`))
	for i, c := range all {
		if c.Region == "KR" {
			d.clock.Set(time.Date(2027, 3, 9, 1, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Minute))
		}
		d.minds[c.ID] = mind{listens: i%4 != 3, agrees: i%4 < 2, fate: i / 4 % 4}
		d.talk(c)
		d.clock.Set(d.clock.Now().Add(time.Minute))
	}
}

// talk is one call from the first word to its outcome, as the law of the place has it.
func (d *abroad) talk(c waiting) {
	d.t.Helper()
	law := policy.Decide(d.clock.Now(), c.Region)
	did := d.did[law.Mode]
	if did == nil {
		did = &deeds{}
		d.did[law.Mode] = did
	}
	did.Cases++
	call := d.connect(c)
	m := d.minds[c.ID]
	if law.Mode != policy.OfferFirst {
		if _, err := d.present(call, 0); errs.CodeOf(err) != errs.Conflict {
			d.t.Errorf("case %d in %s: an offer before anything else: %v", c.ID, c.Region, err)
		}
		did.RefusedAtFirst++
	}
	if law.Mode == policy.CompleteFirst {
		d.refusedOverHTTP(call)
	}
	if m.listens {
		d.leadUp(law, call)
	}
	saved := m.listens && d.offer(did, call, m.agrees)
	code := retention.CodeSave
	if !saved {
		code = retention.CodeLost
		d.cancel(call)
	}
	_, err := d.house.retention.Conclude(d.t.Context(), d.agent(), retention.ConcludeInput{Call: call, Code: code})
	if err != nil {
		d.t.Fatalf("case %d in %s (%+v): %v", c.ID, c.Region, m, err)
	}
	if saved {
		did.Saved++
	} else {
		did.Lost++
	}
}

// refusedOverHTTP has the desk ask for the law and make the offer all the same.
func (d *abroad) refusedOverHTTP(call dialer.CallID) {
	d.t.Helper()
	var desk struct {
		Law struct {
			MayOffer  bool
			Mode, Why string
		}
	}
	d.decode(d.as(d.agent().User, "GET", path("/v1/calls/%d/save-desk", int64(call)), ""), 200, &desk)
	if desk.Law.MayOffer || desk.Law.Why != "Here the cancellation is done before any offer." {
		d.t.Errorf("the desk says %+v", desk.Law)
	}
	var refused struct{ Detail string }
	d.decode(d.as(d.agent().User, "POST", path("/v1/calls/%d/presentations", int64(call)), fmt.Sprintf(`{"offerId":%d}`, d.offers[0].ID)), 409, &refused)
	if refused.Detail != desk.Law.Why {
		d.t.Errorf("the API says %q", refused.Detail)
	}
}

// leadUp is what comes before an offer: notices, the cancellation and permission, or the customer's own question.
func (d *abroad) leadUp(law policy.Policy, call dialer.CallID) {
	d.t.Helper()
	var steps []retention.StepInput
	for _, n := range law.Notices {
		steps = append(steps, retention.StepInput{Call: call, Notice: string(n)})
	}
	switch law.Mode {
	case policy.CompleteFirst:
		d.cancel(call)
		steps = append(steps, retention.StepInput{Call: call, Step: "permission_asked"}, retention.StepInput{Call: call, Step: "permission_given"})
	case policy.Frictionless:
		steps = append(steps, retention.StepInput{Call: call, Step: "asked_for_offer"})
	}
	for _, s := range steps {
		d.must(d.house.retention.RecordStep(d.t.Context(), d.agent(), s))
	}
}

// offer makes the first offer, and after a no tries another.
func (d *abroad) offer(did *deeds, call dialer.CallID, agrees bool) (saved bool) {
	d.t.Helper()
	for i := range d.offers {
		p, err := d.present(call, i)
		if i > 0 && errs.CodeOf(err) == errs.Conflict {
			did.RefusedSecond++
			return false
		}
		d.must(err)
		did.Offers++
		in := retention.DecideInput{Presentation: p.ID, Decision: retention.Declined, Reason: "price"}
		if agrees {
			in.Decision, in.Reason = retention.Accepted, ""
		}
		_, err = d.house.retention.Decide(d.t.Context(), d.agent(), in)
		d.must(err)
		if agrees {
			return true
		}
	}
	return false
}

func (d *abroad) agent() auth.Actor { return d.staff.Agents[0] }

func (d *abroad) present(call dialer.CallID, i int) (retention.Presentation, error) {
	return d.house.retention.Present(d.t.Context(), d.agent(), retention.PresentInput{Call: call, Offer: d.offers[i].ID})
}

func (d *abroad) cancel(call dialer.CallID) {
	d.t.Helper()
	_, err := d.house.retention.CancelNow(d.t.Context(), d.agent(), retention.CancelInput{Call: call})
	d.must(err)
}

// connect has the lead called through the gate, and the agent talking to them.
func (d *abroad) connect(c waiting) (call dialer.CallID) {
	d.t.Helper()
	ctx, now := d.t.Context(), d.clock.Now()
	d.must(pg.InTx(ctx, d.db, func(tx *pg.Tx) error {
		if _, err := d.house.campaigns.ReserveOneTx(ctx, tx, c.Lead, campaigns.Lease{Campaign: d.campaign, Epoch: 1}); err != nil {
			return err
		}
		a, err := d.house.campaigns.PlaceTx(ctx, tx, c.Lead, campaigns.Dialing{Epoch: 1, Agent: d.agent().User, Mode: "manual", Trunk: "sim"})
		if err != nil {
			return err
		}
		if !a.Verdict.Allowed {
			return fmt.Errorf("nobody may call %s at %s: %+v", c.Region, now, a.Verdict)
		}
		if err := tx.GetContext(ctx, &call, `INSERT INTO calls (client_id, campaign_id, lead_id, person_id, attempt_id, number, state, agent_id, epoch,
			placed_at, answered_at, connected_at) VALUES ($1, $2, $3, $4, $5, $6, 'connected', $7, 1, $8, $8, $8) RETURNING id`,
			d.staff.Client.ID, d.campaign, c.Lead, a.Lead.Person, a.ID, a.Number, d.agent().User, now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO agent_states (user_id, state, campaign_id, call_id, since, heartbeat_at)
			VALUES ($1, 'talking', $2, $3, $4, $4) ON CONFLICT (user_id) DO UPDATE SET state = 'talking', campaign_id = $2, call_id = $3`,
			d.agent().User, d.campaign, call, now)
		return err
	}))
	return call
}

// season lets so many days pass: promises are kept, some of the saved leave or stop paying, saves are verified, pay hears.
func (d *abroad) season(days int) {
	d.t.Helper()
	ctx := d.t.Context()
	d.keepPromises(ctx)
	for id, m := range d.minds {
		var sub billing.SubscriptionID
		if err := d.db.Get(&sub, `SELECT s.external_id FROM cases c JOIN subscriptions s ON s.id = c.subscription_id WHERE c.id = $1 AND c.state = 'saved_provisional'`, id); err != nil {
			continue // they left
		}
		switch end := d.clock.Now().AddDate(0, 0, 40); m.fate {
		case 1:
			d.billing.Edit(sub, func(s *billing.Subscription) { s.CancelAt = &end })
		case 2:
			d.billing.Declines(sub, true)
		}
	}
	for range days / 5 {
		d.clock.Set(d.clock.Now().AddDate(0, 0, 5))
		d.keepPromises(ctx)
	}
	d.must(d.house.facts.Drain(ctx))
	d.must(d.house.commissions.Value(ctx))
	_, err := d.house.commissions.Vest(ctx)
	d.must(err)
}

func (d *abroad) keepPromises(ctx context.Context) {
	d.t.Helper()
	for _, act := range []func(context.Context) (int, error){d.house.retention.WatchGrants, d.house.retention.CloseDueCases, d.house.retention.VerifySaves} {
		_, err := act(ctx)
		d.must(err)
	}
}

// tally reads "key, number" rows.
func (d *abroad) tally(query string) map[string]string {
	d.t.Helper()
	var rows []struct{ Key, Value string }
	d.must(d.db.Select(&rows, query))
	out := map[string]string{}
	for _, r := range rows {
		out[r.Key] = r.Value
	}
	return out
}

func (d *abroad) same(what string, want, got any) {
	d.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

// The project's own requests: five laws, three months, and what is paid at the end.
func TestRequestsFromFiveLawsToPay(t *testing.T) {
	t.Parallel()
	d := newAbroad(t)
	raw, err := os.ReadFile(requestsFile)
	d.must(err)
	d.enrol(string(raw))
	rep, err := d.house.retention.ImportCases(t.Context(), d.staff.Manager, retention.ImportInput{File: strings.NewReader(string(raw))})
	d.must(err)
	d.same("import", retention.CaseImport{Rows: 72, Opened: 72, Unsaveable: 8, Rejected: []retention.CaseReject{}}, rep)
	d.same("requests, MRR at risk and saveable", map[string]string{
		"EUR": "6 32295 6", "GBP": "12 40550 8", "KRW": "12 805300 11", "USD": "42 289625 39",
	}, d.tally(`SELECT currency AS key, count(*) || ' ' || sum(mrr_minor) || ' ' || count(*) FILTER (WHERE saveable) AS value FROM cases GROUP BY 1`))
	d.same("reasons", map[string]string{
		"competitor_price": "4", "competitor_product": "5", "deceased": "4", "missing_features": "6", "moved": "4", "quality": "10",
		"service_experience": "8", "too_expensive": "14", "unexpected_charges": "7", "unused": "10",
	}, d.tally(`SELECT reason_code AS key, count(*) || '' AS value FROM cancel_requests GROUP BY 1`))
	d.callEverybody()
	d.same("by law", map[policy.Mode]*deeds{
		policy.OfferFirst:           {Cases: 5, Offers: 4, Saved: 4, Lost: 1},
		policy.OfferFirstWithNotice: {Cases: 39, RefusedAtFirst: 39, Offers: 31, RefusedSecond: 8, Saved: 15, Lost: 24},
		policy.CompleteFirst:        {Cases: 12, RefusedAtFirst: 12, Offers: 10, RefusedSecond: 2, Saved: 8, Lost: 4},
		policy.Frictionless:         {Cases: 8, RefusedAtFirst: 8, Offers: 7, RefusedSecond: 2, Saved: 5, Lost: 3},
	}, d.did)
	d.season(110)
	d.same("states", map[string]string{"rechurned": "16", "verified_90": "16", "winback_eligible": "40"},
		d.tally(`SELECT state AS key, count(*) || '' AS value FROM cases GROUP BY 1`))
	d.same("verified", map[string]string{"30 fail set_to_cancel": "8", "30 fail unpaid": "8", "30 pass ": "16", "60 pass ": "16", "90 pass ": "16"},
		d.tally(`SELECT stage || ' ' || verdict || ' ' || cause AS key, count(*) || '' AS value FROM verifications GROUP BY 1`))
	d.same("pay: 12.00 a save, taken back where it did not last", map[string]string{"accrue USD": "32 38400", "reverse USD": "16 19200", "earn USD": "16 19200"},
		d.tally(`SELECT kind || ' ' || currency AS key, count(*) || ' ' || sum(amount_minor) AS value FROM entries GROUP BY 1`))
	d.same("what the agent has earned", map[string]string{"earned": "19200"}, d.tally(`SELECT 'earned' AS key,
		sum(amount_minor * CASE WHEN credit LIKE 'agent:%:earned' THEN 1 WHEN debit LIKE 'agent:%:earned' THEN -1 ELSE 0 END) || '' AS value FROM entries`))
	replayed, err := d.house.retention.Replay(t.Context(), d.staff.Client.ID, d.house.commissions)
	d.must(err)
	d.same("replay", []retention.Discrepancy{}, replayed.Differences)
}
