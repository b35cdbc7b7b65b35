package fakebilling

import (
	"fmt"
	"slices"
	"time"

	"saveline/internal/money"
	"saveline/retention/billing"
)

// make carries a change out, if it was not carried out under its key before.
func (w *World) make(t billing.Target, c billing.Change) (billing.Receipt, error) {
	w.requests[string(c.Kind)]++
	s := w.subs[t.Subscription]
	if s == nil {
		return billing.Receipt{}, billing.Errorf(billing.NotFound, "there is no subscription %s", t.Subscription)
	}
	if ref, was := s.marks[string(t.Key)]; was {
		return billing.Receipt{Ref: ref}, nil
	}
	if err := c.Validate(); err != nil {
		return billing.Receipt{}, &billing.Error{Kind: billing.Refused, Message: "the change is not complete", Cause: err}
	}
	if s.Status == billing.Cancelled && c.Kind != billing.KindRefund {
		return billing.Receipt{}, billing.Errorf(billing.Refused, "the subscription is cancelled already")
	}
	ref, err := w.change(s, t.Key, c)
	if err != nil {
		return billing.Receipt{}, err
	}
	s.marks[string(t.Key)] = ref
	w.tell("customer.subscription.updated", s, nil)
	return billing.Receipt{Ref: ref}, nil
}

func (w *World) change(s *sub, key billing.Key, c billing.Change) (ref string, err error) {
	switch c.Kind {
	case billing.KindDiscount:
		return w.discount(s, key, *c.Discount), nil
	case billing.KindCredit:
		return w.credit(s.Customer, string(key), *c.Amount), nil
	case billing.KindRefund:
		return w.refund(s, string(key), *c.Refund)
	case billing.KindPause:
		s.PausedUntil = c.At
	case billing.KindPlan:
		err = w.replan(s, c.Plan)
	case billing.KindExtendTrial:
		err = extend(s, *c.At)
	case billing.KindCancel:
		s.CancelAt, s.NextInvoiceAt = c.At, nil
		if c.At == nil {
			end := *s.TermEnd
			s.CancelAt = &end
		}
	case billing.KindUncancel:
		s.CancelAt, s.NextInvoiceAt = nil, s.TermEnd
	}
	return string(c.Kind), err
}

// discount adds one beside those in force, the customer's own among them: a subscription's hides the customer's.
func (w *World) discount(s *sub, key billing.Key, d billing.Discount) string {
	w.next++
	d.Ref, d.Key = fmt.Sprintf("di_%d", w.next), key
	if d.Cycles > 0 {
		end := w.at.AddDate(0, d.Cycles*s.TermMonths, 0)
		d.EndsAt = &end
	}
	s.Discounts = slices.Concat(w.seen(s).Discounts, []billing.Discount{d})
	return d.Ref
}

func (w *World) credit(to billing.CustomerID, key string, a money.Amount) string {
	w.next++
	id := fmt.Sprintf("cbtxn_%d", w.next)
	w.balance[to] += a.Minor
	w.charges = append(w.charges, charge{id: id, kind: billing.KindCredit, key: key, customer: to, minor: a.Minor, currency: a.Currency})
	return id
}

func (w *World) refund(s *sub, key string, r billing.Refund) (string, error) {
	i := slices.IndexFunc(s.invoices, func(in *billing.Invoice) bool { return in.ID == r.Invoice })
	if i < 0 {
		return "", billing.Errorf(billing.NotFound, "there is no invoice %s", r.Invoice)
	}
	in := s.invoices[i]
	left := in.Paid.Minor - in.Refunded.Minor
	if r.Amount.Minor == 0 {
		r.Amount.Minor = left
	}
	if left <= 0 || r.Amount.Minor > left {
		return "", billing.Errorf(billing.Refused, "only %d minor units of this invoice are left to pay back", left)
	}
	w.next++
	id := fmt.Sprintf("re_%d", w.next)
	in.Refunded.Minor += r.Amount.Minor
	w.charges = append(w.charges, charge{id: id, kind: billing.KindRefund, key: key, invoice: in.ID, minor: r.Amount.Minor, currency: in.Paid.Currency})
	w.tell("invoice.updated", s, in)
	return id, nil
}

func (w *World) replan(s *sub, id string) error {
	plan, ok := w.plans[id]
	if !ok {
		return billing.Errorf(billing.Refused, "there is no plan %q", id)
	}
	s.Plan, s.Price, s.TermMonths = plan.ID, plan.Price, plan.TermMonths
	return nil
}

func extend(s *sub, until time.Time) error {
	if s.Status != billing.Trialing {
		return billing.Errorf(billing.Refused, "the subscription is not in a trial that could be extended")
	}
	until = until.UTC()
	end, next := until, until
	s.TrialEnd, s.TermEnd, s.NextInvoiceAt = &until, &end, &next
	return nil
}

// find is the receipt of the change with a key.
func (w *World) find(t billing.Target) (billing.Receipt, bool, error) {
	w.requests["find"]++
	s := w.subs[t.Subscription]
	if s == nil {
		return billing.Receipt{}, false, billing.Errorf(billing.NotFound, "there is no subscription %s", t.Subscription)
	}
	ref, found := s.marks[string(t.Key)]
	return billing.Receipt{Ref: ref}, found, nil
}
