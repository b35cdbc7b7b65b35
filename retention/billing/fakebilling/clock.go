package fakebilling

import (
	"fmt"
	"slices"
	"time"

	"saveline/internal/money"
	"saveline/retention/billing"
)

// Now is the world's time.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.follow()
	return w.at
}

// Advance moves the clock on and lets everything happen that is due on the way, in its order.
func (w *World) Advance(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.runTo(w.at.Add(by))
}

// follow brings the world to its clock's time.
func (w *World) follow() {
	if w.clock != nil {
		w.runTo(w.clock().UTC())
	}
}

func (w *World) runTo(end time.Time) {
	for {
		s := w.nextDue(end)
		if s == nil {
			break
		}
		w.at = later(w.at, *s.TermEnd)
		w.bill(s)
	}
	w.at = later(w.at, end)
}

// nextDue is the subscription whose term ends first, if that is until end.
func (w *World) nextDue(end time.Time) *sub {
	var first *sub
	for _, s := range w.subs {
		if s.Status == billing.Cancelled || due(s).After(end) {
			continue
		}
		if first == nil || due(s).Before(due(first)) || due(s).Equal(due(first)) && s.ID < first.ID {
			first = s
		}
	}
	return first
}

// due is when something happens to a subscription: its planned end, or the end of its term.
func due(s *sub) time.Time {
	if s.CancelAt != nil && s.CancelAt.Before(*s.TermEnd) {
		*s.TermEnd = *s.CancelAt
	}
	return *s.TermEnd
}

// bill ends a term: the subscription ends if that was planned, else the next term begins with an invoice.
func (w *World) bill(s *sub) {
	if s.CancelAt != nil && !s.CancelAt.After(w.at) {
		s.Status, s.NextInvoiceAt = billing.Cancelled, nil
		w.tell("customer.subscription.deleted", s, nil)
		return
	}
	if s.Status == billing.Trialing {
		s.Status, s.TrialEnd = billing.Active, nil
	}
	isPaused := s.PausedUntil != nil && s.PausedUntil.After(w.at)
	if !isPaused {
		s.PausedUntil = nil
	}
	in := w.invoice(s)
	end := s.TermEnd.AddDate(0, s.TermMonths, 0)
	s.TermEnd, s.NextInvoiceAt = &end, &end
	if isPaused {
		in.Status = billing.InvoiceVoid
	} else {
		w.collect(s, in)
	}
	w.dropEnded(s)
	w.tell("customer.subscription.updated", s, nil)
	w.tell("invoice."+string(in.Status), s, in)
}

// invoice writes the next invoice: the price less discounts, less credit.
func (w *World) invoice(s *sub) *billing.Invoice {
	w.next++
	in := &billing.Invoice{
		ID: billing.InvoiceID(fmt.Sprintf("in_%d", w.next)), Subscription: s.ID, Status: billing.InvoiceOpen, CreatedAt: w.at,
		Due: money.Amount{Minor: w.discounted(s), Currency: s.Price.Currency}, Paid: money.Amount{Currency: s.Price.Currency},
		Refunded: money.Amount{Currency: s.Price.Currency},
	}
	s.invoices = append(s.invoices, in)
	return in
}

// discounted is the price after every discount in force: percentages first, then amounts, never below nothing.
func (w *World) discounted(s *sub) int64 {
	left := s.Price.Minor
	for _, d := range w.seen(s).Discounts {
		if d.Percent > 0 && (d.EndsAt == nil || d.EndsAt.After(w.at)) {
			left -= left * int64(d.Percent) / 100
		}
	}
	for _, d := range w.seen(s).Discounts {
		if d.Amount.Minor > 0 && (d.EndsAt == nil || d.EndsAt.After(w.at)) {
			left -= d.Amount.Minor
		}
	}
	return max(left, 0)
}

// collect takes credit, then the payment.
func (w *World) collect(s *sub, in *billing.Invoice) {
	used := min(w.balance[s.Customer], in.Due.Minor)
	w.balance[s.Customer] -= used
	in.Due.Minor -= used
	if s.paysWith != "" && in.Due.Minor > 0 {
		s.Status = billing.PastDue
		return
	}
	at := w.at
	in.Status, in.Paid, in.PaidAt = billing.InvoicePaid, in.Due, &at
	s.Status = billing.Active
}

// dropEnded forgets discounts that lasted their terms.
func (w *World) dropEnded(s *sub) {
	s.Discounts = slices.DeleteFunc(s.Discounts, func(d billing.Discount) bool { return d.EndsAt != nil && !d.EndsAt.After(w.at) })
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
