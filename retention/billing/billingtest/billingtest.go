// Package billingtest holds every billing adapter to the port's promises, against package fakebilling over HTTP.
package billingtest

import (
	"context"
	"testing"
	"time"

	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/retention/billing"
	"saveline/retention/billing/fakebilling"
)

// Start is when every world of the suite begins.
var Start = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// Bench is an adapter and the world it speaks to. Deliver makes an event into what the adapter would receive, signed
// at that instant.
type Bench struct {
	Adapter billing.Adapter
	World   *fakebilling.World
	Deliver func(e billing.Event, signedAt time.Time) billing.Delivery
}

// World is one with two plans and four subscriptions: sub_1 in force, sub_trial in a trial, sub_own of a customer with a
// discount of their own, sub_year paid by the year.
func World() *fakebilling.World {
	w := fakebilling.New(Start, nil)
	w.AddPlan(fakebilling.Plan{ID: "gold", Price: USD(8000), TermMonths: 1})
	w.AddPlan(fakebilling.Plan{ID: "basic", Price: USD(3000), TermMonths: 1})
	w.AddPlan(fakebilling.Plan{ID: "gold-year", Price: USD(80000), TermMonths: 12})
	trial := Start.AddDate(0, 0, 14)
	w.GiveCustomer("cus_own", billing.Discount{Percent: 10})
	w.Subscribe(fakebilling.NewSubscription{ID: "sub_1", Customer: "cus_1", Plan: "gold"})
	w.Subscribe(fakebilling.NewSubscription{ID: "sub_trial", Customer: "cus_2", Plan: "gold", TrialEnd: &trial})
	w.Subscribe(fakebilling.NewSubscription{ID: "sub_own", Customer: "cus_own", Plan: "gold"})
	w.Subscribe(fakebilling.NewSubscription{ID: "sub_year", Customer: "cus_3", Plan: "gold-year"})
	return w
}

// USD is an amount in cents.
func USD(cents int64) money.Amount { return money.Amount{Minor: cents, Currency: "USD"} }

type suite struct {
	*testing.T
	Bench
	ctx context.Context
}

// Run puts an adapter to the test; start gives a fresh bench for each part.
func Run(t *testing.T, start func(t *testing.T) Bench) {
	t.Helper()
	for name, part := range map[string]func(*suite){
		"reads":                 (*suite).reads,
		"unknown":               (*suite).unknown,
		"discount once":         (*suite).discountOnce,
		"discounts add up":      (*suite).discountsAddUp,
		"a discount of a year":  (*suite).discountOfAYear,
		"customer's discount":   (*suite).customersDiscount,
		"credit":                (*suite).credit,
		"refund":                (*suite).refund,
		"pause":                 (*suite).pause,
		"plan":                  (*suite).plan,
		"trial":                 (*suite).trial,
		"cancel and take back":  (*suite).cancel,
		"cancel on a day":       (*suite).cancelOnADay,
		"the answer gets lost":  (*suite).lostAnswer,
		"it breaks before":      (*suite).brokenBefore,
		"refused is no unclear": (*suite).refusedIsClear,
		"dispute and past due":  (*suite).dispute,
		"receives":              (*suite).receives,
	} {
		t.Run(name, func(t *testing.T) { part(&suite{T: t, Bench: start(t), ctx: t.Context()}) })
	}
}

func (s *suite) target(key billing.Key, sub billing.SubscriptionID) billing.Target {
	return billing.Target{Key: key, Subscription: sub}
}

func (s *suite) get(id billing.SubscriptionID) billing.Subscription {
	s.Helper()
	got, err := s.Adapter.GetSubscription(s.ctx, id)
	if err != nil {
		s.Fatal(err)
	}
	return got
}

func (s *suite) invoices(id billing.SubscriptionID) []billing.Invoice {
	s.Helper()
	got, err := s.Adapter.ListInvoices(s.ctx, id, time.Time{})
	if err != nil {
		s.Fatal(err)
	}
	return got
}

func (s *suite) ok(r billing.Receipt, err error) billing.Receipt {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	if r.Ref == "" {
		s.Fatal("a receipt without billing's own reference")
	}
	return r
}

func (s *suite) kind(err error, want billing.ErrorKind) {
	s.Helper()
	if got := billing.KindOf(err); got != want {
		s.Fatalf("error %v is %q, want %q", err, got, want)
	}
}

func (s *suite) found(key billing.Key, sub billing.SubscriptionID, kind billing.Kind, want bool) {
	s.Helper()
	r, found, err := s.Adapter.Find(s.ctx, s.target(key, sub), kind)
	if err != nil || found != want || found && r.Ref == "" {
		s.Fatalf("find %s: %v %v %v, want found %v", key, r, found, err, want)
	}
}

func (s *suite) reads() {
	got := s.get("sub_1")
	end := Start.AddDate(0, 1, 0)
	if got.Customer != "cus_1" || got.Plan != "gold" || got.Price != USD(8000) || got.TermMonths != 1 || got.Status != billing.Active ||
		!got.StartedAt.Equal(Start) || got.TermEnd == nil || !got.TermEnd.Equal(end) || got.NextInvoiceAt == nil || len(got.Discounts) != 0 {
		s.Errorf("subscription %+v", got)
	}
	if trial := s.get("sub_trial"); trial.Status != billing.Trialing || trial.TrialEnd == nil {
		s.Errorf("trial %+v", trial)
	}
	s.World.Advance(70 * 24 * time.Hour)
	all := s.invoices("sub_1")
	if len(all) != 3 || all[0].Status != billing.InvoicePaid || all[0].Paid != USD(8000) || all[0].PaidAt == nil || all[0].Subscription != "sub_1" {
		s.Errorf("invoices %+v", all)
	}
	late, err := s.Adapter.ListInvoices(s.ctx, "sub_1", Start.Add(time.Second))
	if err != nil || len(late) != 2 || !late[0].CreatedAt.Before(late[1].CreatedAt) {
		s.Errorf("since the second: %+v, %v", late, err)
	}
}

func (s *suite) unknown() {
	_, err := s.Adapter.GetSubscription(s.ctx, "sub_none")
	s.kind(err, billing.NotFound)
	_, err = s.Adapter.Credit(s.ctx, s.target("grant:1", "sub_none"), USD(1))
	s.kind(err, billing.NotFound)
	_, _, err = s.Adapter.Find(s.ctx, s.target("grant:1", "sub_none"), billing.KindDiscount)
	s.kind(err, billing.NotFound)
}

func (s *suite) discountOnce() {
	s.found("grant:1", "sub_1", billing.KindDiscount, false)
	d := billing.Discount{Percent: 25, Cycles: 3}
	first := s.ok(s.Adapter.ApplyDiscount(s.ctx, s.target("grant:1", "sub_1"), d))
	if again := s.ok(s.Adapter.ApplyDiscount(s.ctx, s.target("grant:1", "sub_1"), d)); again != first {
		s.Errorf("the second receipt is %v, the first %v", again, first)
	}
	got := s.get("sub_1").Discounts
	if len(got) != 1 || got[0].Percent != 25 || got[0].Key != "grant:1" || got[0].EndsAt == nil {
		s.Fatalf("discounts %+v", got)
	}
	s.found("grant:1", "sub_1", billing.KindDiscount, true)
	s.World.Advance(130 * 24 * time.Hour)
	paid := []int64{}
	for _, in := range s.invoices("sub_1") {
		paid = append(paid, in.Paid.Minor)
	}
	if len(paid) != 5 || paid[0] != 8000 || paid[1] != 6000 || paid[2] != 6000 || paid[4] != 8000 {
		s.Errorf("paid %v", paid)
	}
}

func (s *suite) discountsAddUp() {
	s.ok(s.Adapter.ApplyDiscount(s.ctx, s.target("grant:1", "sub_1"), billing.Discount{Percent: 50, Cycles: 2}))
	s.ok(s.Adapter.ApplyDiscount(s.ctx, s.target("grant:2", "sub_1"), billing.Discount{Amount: USD(500), Cycles: 2}))
	if got := s.get("sub_1").Discounts; len(got) != 2 || got[0].Percent != 50 || got[1].Amount != USD(500) {
		s.Fatalf("the second discount dropped the first: %+v", got)
	}
	s.World.Advance(31 * 24 * time.Hour)
	if all := s.invoices("sub_1"); all[1].Paid != USD(3500) {
		s.Errorf("invoice %+v", all[1])
	}
}

func (s *suite) discountOfAYear() {
	s.ok(s.Adapter.ApplyDiscount(s.ctx, s.target("grant:1", "sub_year"), billing.Discount{Percent: 10, Cycles: 1}))
	if got := s.get("sub_year").Discounts; len(got) != 1 || !got[0].EndsAt.Equal(Start.AddDate(1, 0, 0)) {
		s.Errorf("one term is a year: %+v", got)
	}
}

func (s *suite) customersDiscount() {
	s.ok(s.Adapter.ApplyDiscount(s.ctx, s.target("grant:1", "sub_own"), billing.Discount{Percent: 25, Cycles: 3}))
	if got := s.get("sub_own").Discounts; len(got) != 2 {
		s.Errorf("the customer's own discount is hidden: %+v", got)
	}
}

func (s *suite) credit() {
	first := s.ok(s.Adapter.Credit(s.ctx, s.target("grant:1", "sub_1"), USD(1000)))
	if again := s.ok(s.Adapter.Credit(s.ctx, s.target("grant:1", "sub_1"), USD(1000))); again != first {
		s.Errorf("again %v", again)
	}
	if b := s.World.Balance("cus_1"); b != 1000 {
		s.Errorf("balance %d", b)
	}
	s.found("grant:1", "sub_1", billing.KindCredit, true)
	s.found("grant:2", "sub_1", billing.KindCredit, false)
	s.World.Advance(31 * 24 * time.Hour)
	if all := s.invoices("sub_1"); all[1].Paid != USD(7000) {
		s.Errorf("invoice %+v", all[1])
	}
}

func (s *suite) refund() {
	in := s.invoices("sub_1")[0].ID
	s.ok(s.Adapter.Refund(s.ctx, s.target("grant:1", "sub_1"), billing.Refund{Invoice: in, Amount: USD(3000)}))
	s.ok(s.Adapter.Refund(s.ctx, s.target("grant:1", "sub_1"), billing.Refund{Invoice: in, Amount: USD(3000)}))
	if got := s.invoices("sub_1")[0]; got.Refunded != USD(3000) {
		s.Errorf("refunded %+v", got)
	}
	s.found("grant:1", "sub_1", billing.KindRefund, true)
	s.found("grant:2", "sub_1", billing.KindRefund, false)
	_, err := s.Adapter.Refund(s.ctx, s.target("grant:2", "sub_1"), billing.Refund{Invoice: in, Amount: USD(5001)})
	s.kind(err, billing.Refused)
	s.ok(s.Adapter.Refund(s.ctx, s.target("grant:3", "sub_1"), billing.Refund{Invoice: in}))
	if got := s.invoices("sub_1")[0]; got.Refunded != USD(8000) {
		s.Errorf("all of it %+v", got)
	}
}

func (s *suite) pause() {
	until := Start.AddDate(0, 2, 0).Add(-time.Hour)
	s.ok(s.Adapter.Pause(s.ctx, s.target("grant:1", "sub_1"), until))
	got := s.get("sub_1")
	if got.Status != billing.Active || got.PausedUntil == nil || !got.PausedUntil.Equal(until) {
		s.Errorf("paused %+v", got)
	}
	s.found("grant:1", "sub_1", billing.KindPause, true)
	s.World.Advance(62 * 24 * time.Hour)
	all := s.invoices("sub_1")
	if len(all) != 3 || all[1].Status != billing.InvoiceVoid || all[2].Status != billing.InvoicePaid {
		s.Errorf("invoices %+v", all)
	}
}

func (s *suite) plan() {
	s.ok(s.Adapter.ChangePlan(s.ctx, s.target("grant:1", "sub_1"), "basic"))
	if got := s.get("sub_1"); got.Plan != "basic" || got.Price != USD(3000) {
		s.Errorf("plan %+v", got)
	}
	_, err := s.Adapter.ChangePlan(s.ctx, s.target("grant:2", "sub_1"), "nonsense")
	s.kind(err, billing.Refused)
	s.found("grant:2", "sub_1", billing.KindPlan, false)
}

func (s *suite) trial() {
	until := Start.AddDate(0, 1, 0)
	s.ok(s.Adapter.ExtendTrial(s.ctx, s.target("grant:1", "sub_trial"), until))
	if got := s.get("sub_trial"); got.TrialEnd == nil || !got.TrialEnd.Equal(until) {
		s.Errorf("trial %+v", got)
	}
	_, err := s.Adapter.ExtendTrial(s.ctx, s.target("grant:2", "sub_1"), until)
	s.kind(err, billing.Refused)
}

func (s *suite) cancel() {
	s.ok(s.Adapter.CancelAt(s.ctx, s.target("grant:1", "sub_1"), time.Time{}))
	got := s.get("sub_1")
	if got.Status != billing.Active || got.CancelAt == nil || !got.CancelAt.Equal(*got.TermEnd) || got.NextInvoiceAt != nil {
		s.Errorf("cancelling %+v", got)
	}
	s.ok(s.Adapter.Uncancel(s.ctx, s.target("grant:2", "sub_1")))
	if got := s.get("sub_1"); got.CancelAt != nil || got.NextInvoiceAt == nil {
		s.Errorf("taken back %+v", got)
	}
	s.ok(s.Adapter.CancelAt(s.ctx, s.target("grant:3", "sub_1"), time.Time{}))
	s.World.Advance(32 * 24 * time.Hour)
	if got := s.get("sub_1"); got.Status != billing.Cancelled {
		s.Errorf("ended %+v", got)
	}
	_, err := s.Adapter.ApplyDiscount(s.ctx, s.target("grant:4", "sub_1"), billing.Discount{Percent: 10, Cycles: 1})
	s.kind(err, billing.Refused)
	s.found("grant:1", "sub_1", billing.KindCancel, true)
}

func (s *suite) cancelOnADay() {
	day := Start.AddDate(0, 0, 10)
	s.ok(s.Adapter.CancelAt(s.ctx, s.target("grant:1", "sub_1"), day))
	if got := s.get("sub_1"); got.CancelAt == nil || !got.CancelAt.Equal(day) {
		s.Errorf("cancelling %+v", got)
	}
	s.ok(s.Adapter.Uncancel(s.ctx, s.target("grant:2", "sub_1")))
	if got := s.get("sub_1"); got.CancelAt != nil {
		s.Errorf("taken back %+v", got)
	}
}

// lostAnswer makes the change and loses the answer: unclear, found, and not made again.
func (s *suite) lostAnswer() {
	for i, f := range []fakebilling.Fault{{Made: true}, {Made: true, Status: 500}} {
		key := billing.Key([]string{"grant:1", "grant:2"}[i])
		f.On = string(billing.KindDiscount)
		s.World.Break(f)
		_, err := s.Adapter.ApplyDiscount(s.ctx, s.target(key, "sub_1"), billing.Discount{Percent: 5, Cycles: 1})
		s.kind(err, billing.Unclear)
		s.found(key, "sub_1", billing.KindDiscount, true)
		s.ok(s.Adapter.ApplyDiscount(s.ctx, s.target(key, "sub_1"), billing.Discount{Percent: 5, Cycles: 1}))
		if got := s.get("sub_1").Discounts; len(got) != i+1 {
			s.Fatalf("%d discounts of %d grants", len(got), i+1)
		}
	}
	s.World.Break(fakebilling.Fault{On: string(billing.KindCredit), Made: true})
	_, err := s.Adapter.Credit(s.ctx, s.target("grant:3", "sub_1"), USD(700))
	s.kind(err, billing.Unclear)
	s.ok(s.Adapter.Credit(s.ctx, s.target("grant:3", "sub_1"), USD(700)))
	if b := s.World.Balance("cus_1"); b != 700 {
		s.Errorf("balance %d", b)
	}
}

// brokenBefore loses the request: unclear too, and not found.
func (s *suite) brokenBefore() {
	s.World.Break(fakebilling.Fault{On: string(billing.KindPause)}, fakebilling.Fault{On: string(billing.KindPause), Status: 503})
	for range 2 {
		_, err := s.Adapter.Pause(s.ctx, s.target("grant:1", "sub_1"), Start.AddDate(0, 1, 0))
		s.kind(err, billing.Unclear)
		s.found("grant:1", "sub_1", billing.KindPause, false)
	}
	s.ok(s.Adapter.Pause(s.ctx, s.target("grant:1", "sub_1"), Start.AddDate(0, 1, 0)))
	gone, stop := context.WithCancel(s.ctx)
	stop()
	_, err := s.Adapter.Pause(gone, s.target("grant:2", "sub_1"), Start.AddDate(0, 1, 0))
	s.kind(err, billing.Unclear)
}

func (s *suite) refusedIsClear() {
	_, err := s.Adapter.Refund(s.ctx, s.target("grant:1", "sub_trial"), billing.Refund{Invoice: "in_none"})
	s.kind(err, billing.NotFound)
}

func (s *suite) dispute() {
	s.World.Dispute(s.invoices("sub_1")[0].ID)
	if got := s.invoices("sub_1")[0]; !got.Disputed {
		s.Errorf("disputed %+v", got)
	}
	s.World.Declines("sub_1", true)
	s.World.Advance(31 * 24 * time.Hour)
	if got := s.get("sub_1"); got.Status != billing.PastDue {
		s.Errorf("past due %+v", got)
	}
	if all := s.invoices("sub_1"); all[1].Status != billing.InvoiceOpen || all[1].Paid.Minor != 0 {
		s.Errorf("open %+v", all[1])
	}
}

func (s *suite) receives() {
	s.World.Events()
	s.ok(s.Adapter.CancelAt(s.ctx, s.target("grant:1", "sub_1"), time.Time{}))
	events := s.World.Events()
	now := Start.Add(time.Minute)
	d := s.Deliver(events[len(events)-1], now)
	d.At = now
	got, err := s.Adapter.Receive(d)
	if err != nil || got.ID == "" || got.At.IsZero() || got.Subscription == nil || got.Subscription.CancelAt == nil || got.Subscription.ID != "sub_1" {
		s.Fatalf("event %+v, %v", got, err)
	}
	for name, change := range map[string]func(*billing.Delivery){
		"another body":  func(d *billing.Delivery) { d.Body = append([]byte(" "), d.Body...) },
		"no signature":  func(d *billing.Delivery) { d.Signature = "" },
		"half of one":   func(d *billing.Delivery) { d.Signature = d.Signature[:len(d.Signature)-2] },
		"a replay":      func(d *billing.Delivery) { d.At = now.Add(billing.Tolerance + time.Second) },
		"from tomorrow": func(d *billing.Delivery) { d.At = now.Add(-billing.Tolerance - time.Second) },
	} {
		bad := d
		change(&bad)
		if _, err := s.Adapter.Receive(bad); errs.CodeOf(err) != errs.Forbidden {
			s.Errorf("%s: %v", name, err)
		}
	}
	s.World.Advance(31 * 24 * time.Hour)
	for _, e := range s.World.Events() {
		if e.Invoice == nil {
			continue
		}
		in, err := s.Adapter.Receive(s.Deliver(e, s.World.Now()))
		if err != nil || in.Invoice == nil || in.Invoice.Subscription == "" {
			s.Errorf("invoice event %+v, %v", in, err)
		}
	}
}
