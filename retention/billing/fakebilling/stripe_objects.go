package fakebilling

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"saveline/retention/billing"
)

const intentPrefix = "pi_"

// StripeEvent is an event as Stripe's webhooks send it; sign it with billing.Sign.
func StripeEvent(w *World, e billing.Event) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var about object
	switch {
	case e.Invoice != nil:
		about = invoiceObject(*e.Invoice)
	case e.Subscription != nil:
		s := &sub{Subscription: *e.Subscription, marks: map[string]string{}}
		about = w.subscriptionObject(s)
		ids := []string{} // an event does not expand
		for _, d := range s.Discounts {
			ids = append(ids, d.Ref)
		}
		about["discounts"], about["customer"] = ids, string(s.Customer)
	}
	return json.Marshal(object{
		"id": e.ID, "object": "event", "type": e.Type, "created": e.At.Unix(), "data": object{"object": about},
	})
}

func (w *World) subscriptionObject(s *sub) object {
	interval, count := "month", s.TermMonths
	if s.TermMonths%12 == 0 && s.TermMonths > 0 {
		interval, count = "year", s.TermMonths/12
	}
	discounts := []object{}
	for _, d := range s.Discounts {
		discounts = append(discounts, discountObject(d))
	}
	customer := object{"id": string(s.Customer), "object": "customer", "balance": -w.balance[s.Customer]}
	if d := w.own[s.Customer]; d != nil {
		customer["discount"] = discountObject(*d)
	}
	out := object{
		"id": string(s.ID), "object": "subscription", "customer": customer, "currency": strings.ToLower(s.Price.Currency),
		"status": stripeStatus(s.Status), "start_date": s.StartedAt.Unix(), "discounts": discounts, "metadata": s.marks,
		"cancel_at": seconds(s.CancelAt), "trial_end": seconds(s.TrialEnd), "cancel_at_period_end": false,
		"items": listObject("/v1/subscription_items", []object{{
			"id": "si_" + string(s.ID), "object": "subscription_item", "quantity": 1, "current_period_end": seconds(s.TermEnd),
			"price": object{
				"id": s.Plan, "object": "price", "unit_amount": s.Price.Minor, "currency": strings.ToLower(s.Price.Currency),
				"recurring": object{"interval": interval, "interval_count": count},
			},
		}}),
	}
	if s.CancelAt != nil && s.TermEnd != nil && s.CancelAt.Equal(*s.TermEnd) {
		out["cancel_at_period_end"] = true
	}
	if s.PausedUntil != nil {
		out["pause_collection"] = object{"behavior": "void", "resumes_at": s.PausedUntil.Unix()}
	}
	return out
}

func stripeStatus(s billing.Status) string {
	if s == billing.Cancelled {
		return "canceled"
	}
	return string(s)
}

func discountObject(d billing.Discount) object {
	return object{
		"id": d.Ref, "object": "discount", "end": seconds(d.EndsAt),
		"source": object{"type": "coupon", "coupon": couponObject("coupon-of-"+d.Ref, d)},
	}
}

func couponObject(id string, d billing.Discount) object {
	out := object{"id": id, "object": "coupon", "duration": "forever", "metadata": object{}, "valid": true}
	if d.Key != "" {
		out["metadata"] = object{"saveline_key": string(d.Key)}
	}
	if d.Cycles > 0 {
		out["duration"], out["duration_in_months"] = "repeating", d.Cycles
	}
	if d.Percent > 0 {
		out["percent_off"] = d.Percent
	} else {
		out["amount_off"], out["currency"] = d.Amount.Minor, strings.ToLower(d.Amount.Currency)
	}
	return out
}

func invoiceObject(in billing.Invoice) object {
	out := object{
		"id": string(in.ID), "object": "invoice", "status": string(in.Status), "amount_due": in.Due.Minor, "amount_paid": in.Paid.Minor,
		"currency": strings.ToLower(in.Due.Currency), "created": in.CreatedAt.Unix(),
		"parent":             object{"type": "subscription_details", "subscription_details": object{"subscription": string(in.Subscription)}},
		"status_transitions": object{"paid_at": seconds(in.PaidAt)},
	}
	if in.Status == billing.InvoicePaid && in.Paid.Minor > 0 {
		out["payments"] = listObject("/v1/invoice_payments", []object{{
			"id": "inpay_" + string(in.ID), "object": "invoice_payment", "status": "paid", "amount_paid": in.Paid.Minor,
			"payment": object{"type": "payment_intent", "payment_intent": intentPrefix + string(in.ID)},
		}})
	}
	return out
}

// chargeList is the credits or refunds that fit, the newest first.
func (w *World) chargeList(fits func(charge) bool) object {
	found := []object{}
	for _, c := range slices.Backward(w.charges) {
		if fits(c) {
			found = append(found, chargeObject(c))
		}
	}
	return listObject("/v1/charges", found)
}

func chargeObject(c charge) object {
	out := object{
		"id": c.id, "currency": strings.ToLower(c.currency), "metadata": object{"saveline_key": c.key}, "object": "refund", "amount": c.minor,
		"status": "succeeded",
	}
	if c.kind == billing.KindCredit {
		out["object"], out["amount"], out["customer"] = "customer_balance_transaction", -c.minor, string(c.customer)
	}
	return out
}

func listObject(at string, data []object) object {
	return object{"object": "list", "url": at, "has_more": false, "data": data}
}

func seconds(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.Unix()
}
