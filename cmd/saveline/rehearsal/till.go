package rehearsal

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/netip"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/retention"
	"saveline/retention/billing"
	"saveline/retention/billing/fakebilling"
	"saveline/retention/billing/stripe"
)

const (
	tillKey      = "past" // nobody but this process reaches it
	tillFirst    = 1_000_000
	goesOfHun    = 18 // of a hundred saved customers, those who leave after all
	declinesOf   = 30 // and, up to here, those whose payments fail
	goesAfterMin = 20 // days after the save
	goesSpread   = 50
)

// till is the billing system of the demo's past, in virtual time: what is promised is applied there, and saves are
// verified against its invoices.
type till struct {
	world  *fakebilling.World
	server *httptest.Server
	client *httpx.Client
	st     *Staff
	fated  map[billing.SubscriptionID]bool
}

// openTill connects the company to a billing system of its own, until close.
func openTill(ctx context.Context, s Services, st *Staff, clock *Clock) (*till, error) {
	t := &till{world: fakebilling.New(clock.Now(), nil), st: st, fated: map[billing.SubscriptionID]bool{}}
	t.world.CountFrom(tillFirst) // invoices of the demo's present have other names
	t.server = httptest.NewServer(t.world.Stripe(tillKey))
	at, err := netip.ParseAddrPort(t.server.Listener.Addr().String())
	if err != nil {
		return nil, fmt.Errorf("the past's billing system: %w", err)
	}
	t.client = httpx.NewClient(httpx.ClientOptions{Allow: func(to netip.AddrPort) bool { return to == at }})
	s.Retention.UseBilling(retention.Wiring{Box: s.Auth.Box(), Open: func(c retention.OpenedConnection) (billing.Adapter, error) {
		if c.Kind != retention.BillingStripe {
			return nil, errs.Newf(errs.Internal, "the past has no billing system of kind %q", c.Kind)
		}
		return stripe.New(stripe.Config{Key: c.Secret, Signing: c.Signing, BaseURL: c.URL}, t.client), nil
	}})
	_, err = s.Retention.Connect(ctx, auth.System("rehearsal", st.Client.ID), retention.ConnectionInput{
		Client: st.Client.ID, Kind: retention.BillingStripe, URL: t.server.URL, Secret: tillKey, Signing: tillKey,
	})
	return t, err
}

func (t *till) close() {
	t.server.Close()
	t.client.Close()
}

// follow brings the billing system to the clock's time, and gives it the customers it does not know.
func (t *till) follow(ctx context.Context, s Services) error {
	if by := s.now().Sub(t.world.Now()); by > 0 {
		t.world.Advance(by)
	}
	t.world.Events() // nobody listens: saves are verified by asking
	subs, err := s.Retention.MirroredSubscriptions(ctx, t.st.Client.ID)
	if err != nil {
		return err
	}
	for _, is := range subs {
		if _, known := t.world.Subscription(is.ID); known || is.CancelAt != nil {
			continue
		}
		plan := fmt.Sprintf("%s %s", is.Plan, is.Price)
		t.world.AddPlan(fakebilling.Plan{ID: plan, Price: is.Price, TermMonths: is.TermMonths})
		t.world.Subscribe(fakebilling.NewSubscription{ID: is.ID, Customer: billing.CustomerID("cus_" + string(is.ID)), Plan: plan})
		t.world.Edit(is.ID, func(b *billing.Subscription) { b.Plan = is.Plan })
	}
	return nil
}

const selectSaved = `
SELECT s.external_id FROM cases c JOIN subscriptions s ON s.id = c.subscription_id WHERE c.state = 'saved_provisional' ORDER BY c.id`

// fate decides what becomes of those who were saved since: most stay, some leave after all, some do not pay.
func (t *till) fate(ctx context.Context, s Services) error {
	var saved []billing.SubscriptionID
	if err := s.DB.SelectContext(ctx, &saved, selectSaved); err != nil {
		return fmt.Errorf("list the saved: %w", err)
	}
	for _, id := range saved {
		if t.fated[id] {
			continue
		}
		t.fated[id] = true
		lot := hash("fate " + string(id))
		const hundred = 100
		switch of := lot % hundred; {
		case of < goesOfHun:
			days := goesAfterMin + lot/hundred%goesSpread
			end := s.now().AddDate(0, 0, int(days)) //nolint:gosec // below a hundred
			t.world.Edit(id, func(b *billing.Subscription) { b.CancelAt = &end })
		case of < declinesOf:
			t.world.Declines(id, true)
		}
	}
	return nil
}

// between lets the days from now until then pass: deadlines strike, billing bills, saves are verified, pay hears of it.
func (t *till) between(ctx context.Context, s Services, clock *Clock, then time.Time) error {
	for at := clock.Now().Add(dayLong); ; at = at.Add(dayLong) {
		if at.After(then) {
			at = then
		}
		clock.Set(at)
		if err := t.follow(ctx, s); err != nil {
			return err
		}
		for _, act := range []func(context.Context) (int, error){s.Retention.WatchGrants, s.Retention.CloseDueCases, s.Retention.VerifySaves} {
			if _, err := act(ctx); err != nil {
				return err
			}
		}
		if !at.Before(then) {
			return s.Facts.Drain(ctx)
		}
	}
}

const dayLong = 24 * time.Hour
