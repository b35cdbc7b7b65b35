package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention"
	"saveline/retention/billing"
	"saveline/retention/billing/fakebilling"
)

const (
	tillEvery       = time.Second
	tillHeaderMax   = 5 * time.Second
	tillMonthDays   = 28 // first invoices are spread over so many days
	tillPaymentPage = "https://pay.example.com/o/{order}"
)

// till is a demo's billing system: a server on loopback that speaks as Stripe does, with every customer of the company.
// What is promised on a demo's calls goes there over HTTP, and its news come back the same way.
type till struct {
	world    *fakebilling.World
	listener net.Listener
	at       netip.AddrPort
	client   auth.ClientID
	signing  string
}

// allows lets our guarded client reach the demo's own billing system, and nothing else on this machine.
func (t *till) allows(to netip.AddrPort) bool { return t.at.IsValid() && to == t.at }

// openTill starts the demo's billing system and connects the company to it.
func (n *node) openTill(ctx context.Context) error {
	house, err := n.auth.House(ctx, "demo")
	if err != nil || len(house.Clients) == 0 {
		return err
	}
	t := &n.till
	t.client, t.signing = house.Clients[0], rand.Text()
	if err := t.stock(ctx, n.retention); err != nil {
		return err
	}
	t.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("the demo's billing system: %w", err)
	}
	t.at = netip.MustParseAddrPort(t.listener.Addr().String())
	key := rand.Text()
	_, err = n.retention.Connect(ctx, house, retention.ConnectionInput{
		Client: t.client, Kind: retention.BillingStripe, URL: "http://" + t.at.String(), Secret: key, Signing: t.signing,
		PaymentLink: tillPaymentPage,
	})
	n.extra = append(n.extra, func(ctx context.Context) error { return t.serve(ctx, t.world.Stripe(key)) }, func(ctx context.Context) error {
		return t.report(ctx, "http://"+n.server.Addr().String()+"/v1/billing/events/"+strconv.FormatInt(int64(t.client), 10))
	})
	return err
}

// stock gives the billing system the customers that the company has.
func (t *till) stock(ctx context.Context, r *retention.Service) error {
	subs, err := r.MirroredSubscriptions(ctx, t.client)
	if err != nil {
		return err
	}
	now := time.Now()
	t.world = fakebilling.New(now.AddDate(0, 0, -tillMonthDays), nil)
	for day := range tillMonthDays {
		for i, s := range subs {
			if i%tillMonthDays == day {
				t.enrol(s)
			}
		}
		t.world.Advance(24 * time.Hour)
	}
	t.world.Follow(time.Now)
	t.world.Events()
	return nil
}

func (t *till) enrol(s billing.Subscription) {
	plan := fmt.Sprintf("%s %s", s.Plan, s.Price)
	if s.Plan != "" {
		t.world.AddPlan(fakebilling.Plan{ID: s.Plan, Price: s.Price, TermMonths: s.TermMonths})
		plan = s.Plan
	} else {
		t.world.AddPlan(fakebilling.Plan{ID: plan, Price: s.Price, TermMonths: s.TermMonths})
	}
	t.world.Subscribe(fakebilling.NewSubscription{ID: s.ID, Customer: billing.CustomerID("cus_" + string(s.ID)), Plan: plan})
	t.world.Edit(s.ID, func(is *billing.Subscription) {
		is.Price, is.CancelAt, is.PausedUntil = s.Price, s.CancelAt, s.PausedUntil
		is.Discounts = append(is.Discounts, s.Discounts...)
	})
}

// serve answers until ctx ends.
func (t *till) serve(ctx context.Context, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: tillHeaderMax}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(t.listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	if err := server.Close(); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// report sends the billing system's news to our own door, signed, until ctx ends.
func (t *till) report(ctx context.Context, to string) error {
	tick := time.NewTicker(tillEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		for _, e := range t.world.Events() {
			if err := t.send(ctx, to, e); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
}

func (t *till) send(ctx context.Context, to string, e billing.Event) error {
	body, err := fakebilling.StripeEvent(t.world, e)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Stripe-Signature", billing.Sign(t.signing, time.Now(), body))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil //nolint:nilerr // our own door is closing; the nightly comparison makes up for it
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return errs.Newf(errs.Internal, "our own door answered the demo's billing system %s", res.Status)
	}
	return nil
}
