package retention

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/jobs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/billing"
	"saveline/retention/billing/fakebilling"
	"saveline/retention/billing/stripe"
	"saveline/retention/billing/webhook"
	"saveline/retention/flow"
)

// till is a desk whose client's billing is a fakebilling world, reached over HTTP.
type till struct {
	*desk
	world  *fakebilling.World
	server *httptest.Server
	client *httpx.Client
	box    auth.Box
}

const (
	outSecret = "out"
	inSecret  = "in"
)

func newTill(t testing.TB, kind string) *till {
	t.Helper()
	b := &till{desk: newDesk(t)}
	b.world = fakebilling.New(noon, b.now)
	b.world.AddPlan(fakebilling.Plan{ID: "Gold", Price: money.Amount{Minor: 8000, Currency: "USD"}, TermMonths: 1})
	b.world.AddPlan(fakebilling.Plan{ID: "Basic", Price: money.Amount{Minor: 3000, Currency: "USD"}, TermMonths: 1})
	face := b.world.Endpoint(outSecret, b.now)
	if kind == BillingStripe {
		face = b.world.Stripe(outSecret)
	}
	b.server = httptest.NewServer(face)
	t.Cleanup(b.server.Close)
	b.equip()
	_, err := b.Connect(ctx, b.boss, ConnectionInput{
		Kind: kind, URL: b.server.URL, Secret: outSecret, Signing: inSecret, PaymentLink: "https://pay.example.com/o/{order}",
	})
	b.must(err)
	return b
}

// equip wires the service to billing.
func (b *till) equip() {
	b.box = auth.NewBox(auth.SecretKey{7})
	b.client = httpx.NewClient(httpx.ClientOptions{Timeout: 20 * time.Second, Allow: func(to netip.AddrPort) bool { return to.Addr().IsLoopback() }})
	b.t.Cleanup(b.client.Close)
	b.Service.UseBilling(b.wiring(nil))
}

// wiring is billing's, with jobs or on the spot.
func (b *till) wiring(queue *jobs.Client) Wiring {
	return Wiring{Jobs: queue, Box: b.box, Open: func(c OpenedConnection) (billing.Adapter, error) {
		if c.Kind == BillingStripe {
			return stripe.New(stripe.Config{Key: c.Secret, Signing: c.Signing, BaseURL: c.URL}, b.client), nil
		}
		return webhook.New(webhook.Config{URL: c.URL, Secret: c.Secret, Signing: c.Signing}, b.client, b.now), nil
	}}
}

// subscriber is a case of a customer whose subscription billing knows.
func (b *till) subscriber() (Case, billing.SubscriptionID) {
	b.t.Helper()
	c := b.aCase()
	id := billing.SubscriptionID(fmt.Sprintf("sub-%d", b.people))
	b.world.Subscribe(fakebilling.NewSubscription{ID: id, Customer: billing.CustomerID(fmt.Sprintf("cus-%d", b.people)), Plan: "Gold"})
	return c, id
}

// saved is a customer saved with an offer, and the grant that this queued.
func (b *till) saved(o Offer) (GrantID, billing.SubscriptionID) {
	b.t.Helper()
	c, sub := b.subscriber()
	call := b.connect(c.Lead, b.ann)
	b.accept(b.ann, call, o)
	b.conclude(b.ann, call, CodeSave)
	var id GrantID
	b.must(b.db.Get(&id, `SELECT id FROM grants WHERE case_id = $1`, c.ID))
	return id, sub
}

func (b *till) grant(id GrantID) Grant {
	b.t.Helper()
	var r grantRow
	b.must(b.db.Get(&r, selectGrant, id))
	return r.grant()
}

func (b *till) discounts(id billing.SubscriptionID) []billing.Discount {
	b.t.Helper()
	got, known := b.world.Subscription(id)
	if !known {
		b.t.Fatalf("billing knows no %s", id)
	}
	return got.Discounts
}

func (b *till) watch() {
	b.t.Helper()
	_, err := b.WatchGrants(ctx)
	b.must(err)
}

func TestASaveIsAppliedInBilling(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{BillingWebhook, BillingStripe} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := newTill(t, kind)
			save := b.offer("discount_percent", 0, "retention_save")
			b.campaign("retention_save")
			id, sub := b.saved(save)
			if g := b.grant(id); g.Status != GrantQueued || g.Presentation == 0 || g.PromisedBy != b.ann.User || g.CostEstimate.Minor != 6000 {
				t.Errorf("queued %+v", g)
			}
			b.watch()
			g := b.grant(id)
			if g.Status != GrantApplied || g.BillingRef == "" || g.Attempts != 1 || g.SettledAt == nil {
				t.Errorf("applied %+v", g)
			}
			if d := b.discounts(sub); len(d) != 1 || d[0].Percent != 25 || d[0].Key != id.Key() {
				t.Errorf("discounts %+v", d)
			}
			if n := b.count(`SELECT count(*) FROM case_events WHERE case_id = $1 AND event = 'grant_applied'`, g.Case); n != 1 {
				t.Errorf("%d events", n)
			}
			b.caseNow(g.Case)
			if n := b.count(`SELECT count(*) FROM audit WHERE act = 'grant.applied'`); n != 1 {
				t.Errorf("%d audit rows", n)
			}
		})
	}
}

// Every kind of save offer does in billing what it says.
// A yes that the customer still has to confirm by their link changes nothing in billing before they do.
func TestBillingWaitsForTheCustomersLink(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	b.SetRecorder(nil)
	b.recorder = nil
	save := b.offer("discount_percent", 0, "retention_save")
	b.campaign("retention_save")
	c, sub := b.subscriber()
	call := b.connect(c.Lead, b.ann)
	b.accept(b.ann, call, save)
	link, err := b.SendLink(ctx, b.ann, call)
	b.must(err)
	b.conclude(b.ann, call, CodeSave)
	b.watch()
	if n := b.count(`SELECT count(*) FROM grants`); n != 0 || len(b.discounts(sub)) != 0 {
		t.Fatalf("%d grants and %v before the customer's word", n, b.discounts(sub))
	}
	_, err = b.AnswerLink(ctx, link.Token, LinkAnswer{Answer: answerConfirm})
	b.must(err)
	b.watch()
	if d := b.discounts(sub); len(d) != 1 || b.stateOf(c.ID) != flow.SavedProvisional {
		t.Errorf("discounts %v, case %s after it", d, b.stateOf(c.ID))
	}
}

func TestWhatOffersMeanInBilling(t *testing.T) {
	t.Parallel()
	next := noon.AddDate(0, 0, 10)
	monthly := priced{ID: 1, PriceMinor: 8000, Currency: "USD", TermMonths: 1, NextInvoiceAt: &next}
	yearly := priced{ID: 1, PriceMinor: 8000, Currency: "USD", TermMonths: 12}
	usd := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "USD"} }
	for _, c := range []struct {
		kind  string
		terms Terms
		sub   priced
		want  string
		cost  int64
	}{
		{"discount_percent", Terms{"percent": 25, "cycles": 3}, monthly, "discount 25% 0.00 ×3", 6000},
		{"discount_amount", Terms{"amount": "5.00", "cycles": 2}, monthly, "discount 0% 5.00 ×2", 1000},
		{"free_month", Terms{"months": 2}, monthly, "discount 100% 0.00 ×2", 16000},
		{"free_month", Terms{"months": 2}, yearly, "credit 160.00", 16000},
		{"credit", Terms{"amount": "10.00"}, monthly, "credit 10.00", 1000},
		{"pause", Terms{"months": 2}, monthly, "pause 2027-02-02", 16000},
		{"plan_change", Terms{"plan": "Basic"}, monthly, "plan Basic", 0},
		{"downgrade", Terms{"plan": "Basic", "price": "40.00"}, monthly, "plan Basic", 0},
		{"re_term", Terms{"months": 12, "percent": 10}, monthly, "discount 10% 0.00 ×12", 9600},
		{"re_term", Terms{"months": 18, "percent": 10}, yearly, "discount 10% 0.00 ×2", 19200},
		{"re_term", Terms{"months": 12}, monthly, "", 0},
		{"trial_extension", Terms{"days": 14}, monthly, "extend_trial 2026-12-07", 0},
		{"fix", Terms{}, monthly, "", 0},
		{"custom", Terms{"gift": "mug"}, monthly, "", 0},
	} {
		change, cost, has := promised(c.kind, c.terms, "USD", c.sub, noon)
		if got := said(change); got != c.want || has != (c.want != "") || has && cost != usd(c.cost) {
			t.Errorf("%s %v: %q (%v) cost %v, want %q cost %d", c.kind, c.terms, got, has, cost, c.want, c.cost)
		}
		if has && change.Validate() != nil {
			t.Errorf("%s: %v", c.kind, change.Validate())
		}
	}
}

func said(c billing.Change) string {
	switch {
	case c.Discount != nil:
		return fmt.Sprintf("%s %d%% %s ×%d", c.Kind, c.Discount.Percent, c.Discount.Amount, c.Discount.Cycles)
	case c.Amount != nil:
		return fmt.Sprintf("%s %s", c.Kind, c.Amount)
	case c.At != nil:
		return fmt.Sprintf("%s %s", c.Kind, c.At.Format(time.DateOnly))
	case c.Plan != "":
		return fmt.Sprintf("%s %s", c.Kind, c.Plan)
	}
	return ""
}

// An answer that was lost: the grant is unclear, billing is asked, and the discount stands there once.
func TestALostAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	save := b.offer("discount_percent", 0, "retention_save")
	b.campaign("retention_save")
	id, sub := b.saved(save)
	b.world.Break(fakebilling.Fault{On: "discount", Made: true}, fakebilling.Fault{On: "find", Status: 500})
	b.watch()
	if g := b.grant(id); g.Status != GrantUnclear || g.NextAt == nil || !g.NextAt.Equal(noon.Add(time.Minute)) || g.Error == "" {
		t.Fatalf("unclear %+v", g)
	}
	b.watch() // not due yet
	b.pass(time.Minute)
	b.watch() // billing does not answer the question either
	if g := b.grant(id); g.Status != GrantUnclear || g.Attempts != 2 || !g.NextAt.Equal(noon.Add(3*time.Minute)) {
		t.Fatalf("still unclear %+v", g)
	}
	b.pass(2 * time.Minute)
	b.watch()
	if g := b.grant(id); g.Status != GrantApplied || g.BillingRef == "" || g.Attempts != 3 {
		t.Errorf("found %+v", g)
	}
	if n := b.world.Requests("discount"); n != 1 || len(b.discounts(sub)) != 1 {
		t.Errorf("asked %d times, %d discounts", n, len(b.discounts(sub)))
	}
}

func TestPausesGrowToAnHour(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{1: time.Minute, 2: 2 * time.Minute, 3: 4 * time.Minute, 6: 32 * time.Minute, 7: time.Hour, 40: time.Hour} {
		if got := pauseAfter(attempt); got != want {
			t.Errorf("after try %d: %v, want %v", attempt, got, want)
		}
	}
}

// Accepted and not applied is an incident with an owner: after 15 minutes, at once where billing said no, and before
// the next invoice.
func TestIncidents(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	save, plan := b.offer("discount_percent", 0, "retention_save"), b.offer("plan_change", 0, "retention_save")
	b.campaign("retention_save")
	late, _ := b.saved(save)
	for range 12 {
		b.world.Break(fakebilling.Fault{On: "discount"}, fakebilling.Fault{On: "find"})
	}
	b.watch()
	b.pass(14 * time.Minute)
	b.watch()
	if n := b.count(`SELECT count(*) FROM incidents`); n != 0 {
		t.Fatalf("%d incidents after 14 minutes", n)
	}
	b.pass(time.Minute)
	b.watch()
	b.watch()
	list, total, err := b.Incidents(ctx, b.boss, "open", 10, 0)
	b.must(err)
	if total != 1 || list[0].Grant != late || list[0].Owner != b.ann.User || list[0].Cause != incidentLate || list[0].OwnerIs != "Ann" {
		t.Fatalf("late %+v", list)
	}
	b.exec(`INSERT INTO user_clients (user_id, client_id) VALUES ($1, $2)`, b.ben.User, b.desk.client)
	given, err := b.GiveIncident(ctx, b.boss, list[0].ID, b.ben.User)
	if b.must(err); given.Owner != b.ben.User {
		t.Errorf("given %+v", given)
	}
	_, err = b.GiveIncident(ctx, b.boss, list[0].ID, 999)
	b.refused(err, errs.Conflict)

	refusedGrant, _ := b.saved(plan)
	b.world.Break(fakebilling.Fault{On: "plan", Status: 422})
	b.watch()
	if g := b.grant(refusedGrant); g.Status != GrantFailed {
		t.Fatalf("refused %+v", g)
	}
	if n := b.count(`SELECT count(*) FROM incidents WHERE grant_id = $1 AND cause = 'failed'`, refusedGrant); n != 1 {
		t.Fatalf("%d incidents of a refusal", n)
	}
	if n := b.count(`SELECT count(*) FROM case_events WHERE event = 'grant_failed'`); n != 1 {
		t.Errorf("%d events", n)
	}
	b.mend(refusedGrant, late)
}

// mend has the refused grant tried again, and does the late one by hand; both incidents close.
func (b *till) mend(refused, late GrantID) {
	b.t.Helper()
	_, err := b.RetryGrant(ctx, b.boss, late)
	b.refused(err, errs.Conflict)
	b.world.Mend()
	_, err = b.RetryGrant(ctx, b.boss, refused)
	b.must(err)
	b.watch()
	if g := b.grant(refused); g.Status != GrantApplied {
		b.t.Errorf("tried again %+v", g)
	}
	_, err = b.SettleGrant(ctx, b.boss, late, "")
	b.refused(err, errs.Invalid)
	_, err = b.SettleGrant(ctx, b.boss, late, "typed in by hand, 4711")
	b.must(err)
	_, err = b.SettleGrant(ctx, b.boss, late, "again")
	b.refused(err, errs.Conflict)
	if n := b.count(`SELECT count(*) FROM incidents WHERE closed_at IS NULL`); n != 0 {
		b.t.Errorf("%d incidents are open", n)
	}
	stranger := b.boss
	stranger.Clients = []auth.ClientID{b.desk.client + 1}
	_, err = b.SettleGrant(ctx, stranger, late, "x")
	b.refused(err, errs.NotFound)
}

func TestAGrantDueSoonIsAnIncidentBeforeItsInvoice(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	save := b.offer("discount_percent", 0, "retention_save")
	b.campaign("retention_save")
	c, _ := b.subscriber()
	b.exec(`UPDATE subscriptions SET next_invoice_at = $1`, noon.Add(30*time.Minute))
	call := b.connect(c.Lead, b.ann)
	b.accept(b.ann, call, save)
	b.conclude(b.ann, call, CodeSave)
	b.world.Break(fakebilling.Fault{On: "discount"})
	b.watch()
	if n := b.count(`SELECT count(*) FROM incidents WHERE due_at = $1`, noon.Add(30*time.Minute)); n != 1 {
		t.Errorf("%d incidents half an hour before the invoice", n)
	}
}

// A customer who leaves is cancelled in billing; one who was on the way out and stays is taken back first.
func TestCancellingAndStayingInBilling(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	save := b.offer("discount_percent", 0, "retention_save")
	b.campaign("retention_save")
	c, sub := b.subscriber()
	b.conclude(b.ann, b.connect(c.Lead, b.ann), CodeLost)
	b.watch()
	if got, _ := b.world.Subscription(sub); got.CancelAt == nil {
		t.Errorf("not cancelled: %+v", got)
	}
	c, sub = b.subscriber()
	b.world.Edit(sub, func(s *billing.Subscription) { end := *s.TermEnd; s.CancelAt = &end })
	b.exec(`UPDATE subscriptions SET cancel_at = $1 WHERE external_id = $2`, noon.AddDate(0, 1, 0), sub)
	call := b.connect(c.Lead, b.ann)
	b.accept(b.ann, call, save)
	b.conclude(b.ann, call, CodeSave)
	for range 2 { // one at a time
		b.watch()
	}
	if got, _ := b.world.Subscription(sub); got.CancelAt != nil || len(got.Discounts) != 1 {
		t.Errorf("not kept: %+v", got)
	}
}

func TestWithoutABillingSystemNothingIsQueued(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	save := d.offer("discount_percent", 0, "retention_save")
	d.campaign("retention_save")
	call := d.connect(d.aCase().Lead, d.ann)
	d.accept(d.ann, call, save)
	d.conclude(d.ann, call, CodeSave)
	d.conclude(d.ann, d.connect(d.aCase().Lead, d.ann), CodeLost)
	if n := d.count(`SELECT count(*) FROM grants`); n != 0 {
		t.Errorf("%d grants", n)
	}
}

func TestWithdrawnBeforeItIsTried(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	save := b.offer("discount_percent", 0, "retention_save")
	b.campaign("retention_save")
	id, sub := b.saved(save)
	b.tx(func(ctx context.Context, tx *pg.Tx) error {
		n, err := withdrawGrantsTx(ctx, tx, b.grant(id).Case, b.now())
		if n != 1 {
			t.Errorf("%d withdrawn", n)
		}
		return err
	})
	b.watch()
	if g := b.grant(id); g.Status != GrantReversed || len(b.discounts(sub)) != 0 {
		t.Errorf("withdrawn %+v", g)
	}
}

// Eight workers over the queue and the watch at once, with an unreliable billing system: each grant is applied once.
func TestEightWorkersApplyEachGrantOnce(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	save := b.offer("discount_percent", 0, "retention_save")
	b.campaign("retention_save")
	subs := map[GrantID]billing.SubscriptionID{}
	for range 12 {
		id, sub := b.saved(save)
		subs[id] = sub
	}
	for i := range 24 {
		b.world.Break(fakebilling.Fault{On: []string{"discount", "get", "coupon"}[i%3], Made: i%2 == 0, Status: []int{0, 500}[i%2]})
	}
	for range 40 {
		var workers sync.WaitGroup
		for range 8 {
			workers.Go(func() {
				for id := range subs {
					if _, err := b.ApplyGrant(ctx, id); err != nil {
						t.Error(err)
					}
				}
			})
		}
		workers.Wait()
		if b.count(`SELECT count(*) FROM grants WHERE status <> 'applied'`) == 0 {
			break
		}
		b.pass(time.Hour)
	}
	for id, sub := range subs {
		if g, d := b.grant(id), b.discounts(sub); g.Status != GrantApplied || len(d) != 1 {
			t.Errorf("grant %+v, discounts %+v", g, d)
		}
	}
}
