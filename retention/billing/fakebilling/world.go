// Package fakebilling is a billing system of our own, for demos and tests: subscriptions, and invoices that appear as
// its clock goes on, with discounts, credit, pauses, disputes, and faults that can be asked for.
//
// It is spoken to over HTTP, in two ways: as Stripe (Stripe) and as the generic signed endpoint (Endpoint). It moves no
// money, keeps everything in memory and forgets it at the end.
package fakebilling

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"saveline/internal/money"
	"saveline/retention/billing"
)

// World is the state of the billing system.
type World struct {
	mu       sync.Mutex
	at       time.Time
	clock    func() time.Time // the world's time follows it, where there is one
	plans    map[string]Plan
	subs     map[billing.SubscriptionID]*sub
	balance  map[billing.CustomerID]int64 // credit in minor units, taken by the next invoice
	own      map[billing.CustomerID]*billing.Discount
	coupons  map[string]billing.Discount
	charges  []charge // credits and refunds made, in order
	answers  map[string]answer
	events   []billing.Event
	faults   []Fault
	requests map[string]int // by what was asked, for tests that count
	next     int
}

// Plan is what can be subscribed to.
type Plan struct {
	ID         string
	Price      money.Amount // a term
	TermMonths int
}

// sub is a subscription with what billing systems keep beside it.
type sub struct {
	billing.Subscription
	marks    map[string]string // metadata
	invoices []*billing.Invoice
	paysWith string // "" pays; "declined" does not
}

// charge is a credit or a refund.
type charge struct {
	id       string
	kind     billing.Kind
	key      string
	customer billing.CustomerID
	invoice  billing.InvoiceID
	minor    int64
	currency string
}

// New returns a world at an instant. With a clock its time follows the clock's; without one only Advance moves it.
func New(at time.Time, clock func() time.Time) *World {
	return &World{
		at: at.UTC(), clock: clock, plans: map[string]Plan{}, subs: map[billing.SubscriptionID]*sub{},
		balance: map[billing.CustomerID]int64{}, own: map[billing.CustomerID]*billing.Discount{},
		coupons: map[string]billing.Discount{}, answers: map[string]answer{}, requests: map[string]int{},
	}
}

// Follow has the world's time follow a clock from now on.
func (w *World) Follow(clock func() time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = clock
}

// CountFrom has the names of invoices and events begin after n, so that two worlds in a row share none.
func (w *World) CountFrom(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next = n
}

// AddPlan puts a plan on the shelf.
func (w *World) AddPlan(p Plan) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.plans[p.ID] = p
}

// NewSubscription starts one. With a trial its first invoice comes at the trial's end, else at once.
type NewSubscription struct {
	ID       billing.SubscriptionID
	Customer billing.CustomerID
	Plan     string
	TrialEnd *time.Time
	Declined bool // the customer's payments fail
}

// Subscribe adds a subscription; the plan must be there.
func (w *World) Subscribe(n NewSubscription) {
	w.mu.Lock()
	defer w.mu.Unlock()
	plan, ok := w.plans[n.Plan]
	if !ok {
		panic(fmt.Sprintf("fakebilling: there is no plan %q", n.Plan))
	}
	s := &sub{marks: map[string]string{}, Subscription: billing.Subscription{
		ID: n.ID, Customer: n.Customer, Plan: plan.ID, Price: plan.Price, TermMonths: plan.TermMonths, Status: billing.Active,
		StartedAt: w.at, Discounts: []billing.Discount{},
	}}
	if n.Declined {
		s.paysWith = "declined"
	}
	w.subs[n.ID] = s
	if n.TrialEnd != nil {
		s.Status, s.TrialEnd, s.TermEnd, s.NextInvoiceAt = billing.Trialing, n.TrialEnd, n.TrialEnd, n.TrialEnd
		return
	}
	end := w.at
	s.TermEnd, s.NextInvoiceAt = &end, &end
	w.bill(s)
}

// GiveCustomer gives a customer a discount of their own, which counts for subscriptions without one.
func (w *World) GiveCustomer(id billing.CustomerID, d billing.Discount) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next++
	d.Ref = fmt.Sprintf("di_own%d", w.next)
	w.own[id] = &d
}

// Dispute has the customer's bank ask for the money of an invoice back.
func (w *World) Dispute(id billing.InvoiceID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.subs {
		for _, in := range s.invoices {
			if in.ID == id {
				in.Disputed = true
				w.tell("invoice.updated", s, in)
			}
		}
	}
}

// Declines says whether the payments of a subscription fail from now on.
func (w *World) Declines(id billing.SubscriptionID, declined bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s := w.subs[id]; s != nil {
		s.paysWith = map[bool]string{true: "declined"}[declined]
	}
}

// Edit changes a subscription the way somebody at the client's office would, past everything that asks here.
func (w *World) Edit(id billing.SubscriptionID, change func(*billing.Subscription)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s := w.subs[id]; s != nil {
		change(&s.Subscription)
		w.tell("customer.subscription.updated", s, nil)
	}
}

// Subscription is one as it is now.
func (w *World) Subscription(id billing.SubscriptionID) (billing.Subscription, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.follow()
	s, ok := w.subs[id]
	if !ok {
		return billing.Subscription{}, false
	}
	return w.seen(s), true
}

// Invoices are those of a subscription, the oldest first.
func (w *World) Invoices(id billing.SubscriptionID) []billing.Invoice {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.follow()
	out := []billing.Invoice{}
	if s := w.subs[id]; s != nil {
		for _, in := range s.invoices {
			out = append(out, *in)
		}
	}
	return out
}

// Subscriptions are all there are, by id.
func (w *World) Subscriptions() []billing.SubscriptionID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.subs))
}

// Balance is a customer's credit in minor units.
func (w *World) Balance(id billing.CustomerID) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.balance[id]
}

// Requests counts what was asked so far: "discount", "coupon", "get".
func (w *World) Requests(what string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests[what]
}

// Events are all news since the last call, the oldest first.
func (w *World) Events() []billing.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.events
	w.events = nil
	return out
}

// seen is a subscription as it is shown: with the customer's discount where it has none of its own.
func (w *World) seen(s *sub) billing.Subscription {
	out := s.Subscription
	out.Discounts = slices.Clone(s.Discounts)
	if d := w.own[s.Customer]; len(out.Discounts) == 0 && d != nil {
		out.Discounts = append(out.Discounts, *d)
	}
	return out
}

func (w *World) tell(what string, s *sub, in *billing.Invoice) {
	w.next++
	e := billing.Event{ID: fmt.Sprintf("evt_%d", w.next), Type: what, At: w.at}
	if in != nil {
		invoice := *in
		e.Invoice = &invoice
	} else {
		shown := w.seen(s)
		e.Subscription = &shown
	}
	if w.events = append(w.events, e); len(w.events) > eventsMax {
		w.events = w.events[1:] // nobody fetches them
	}
}

const eventsMax = 10_000
