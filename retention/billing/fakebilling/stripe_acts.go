package fakebilling

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"saveline/internal/money"
	"saveline/retention/billing"
)

func (w *World) subscriptionOf(id string) (*sub, error) {
	if s := w.subs[billing.SubscriptionID(id)]; s != nil {
		return s, nil
	}
	return nil, missing("subscription", id)
}

func (w *World) stripeSubscription(id string, _ url.Values) (object, error) {
	s, err := w.subscriptionOf(id)
	if err != nil {
		return nil, err
	}
	return w.subscriptionObject(s), nil
}

// stripeUpdate changes what the form names and nothing else.
func (w *World) stripeUpdate(id string, f url.Values) (object, error) {
	s, err := w.subscriptionOf(id)
	if err != nil {
		return nil, err
	}
	if s.Status == billing.Cancelled {
		return nil, stripeFault{http.StatusBadRequest, "invalid_request_error", "", "A canceled subscription can only update its cancellation_details and metadata."}
	}
	if err := w.stripeDiscounts(s, f); err != nil {
		return nil, err
	}
	if plan := f.Get("items[0][price]"); plan != "" {
		if err := w.replan(s, plan); err != nil {
			return nil, err
		}
	}
	if at, ok := unix(f.Get("pause_collection[resumes_at]")); ok {
		s.PausedUntil = &at
	}
	if at, ok := unix(f.Get("trial_end")); ok {
		if err := extend(s, at); err != nil {
			return nil, err
		}
	}
	stripeCancel(s, f)
	for name, values := range f {
		if key, is := strings.CutPrefix(name, "metadata["); is {
			s.marks[strings.TrimSuffix(key, "]")] = values[0]
		}
	}
	w.tell("customer.subscription.updated", s, nil)
	return w.subscriptionObject(s), nil
}

// stripeCancel plans the end, or takes it back.
func stripeCancel(s *sub, f url.Values) {
	end := *s.TermEnd
	switch f.Get("cancel_at_period_end") {
	case "true":
		s.CancelAt, s.NextInvoiceAt = &end, nil
	case "false":
		s.CancelAt, s.NextInvoiceAt = nil, &end
	}
	if !f.Has("cancel_at") {
		return
	}
	s.CancelAt, s.NextInvoiceAt = nil, &end
	if at, ok := unix(f.Get("cancel_at")); ok {
		s.CancelAt, s.NextInvoiceAt = &at, nil
	}
}

// stripeDiscounts replaces the subscription's discounts by those of the form.
func (w *World) stripeDiscounts(s *sub, f url.Values) error {
	set := []billing.Discount{}
	for i := 0; ; i++ {
		have, coupon := f.Get(fmt.Sprintf("discounts[%d][discount]", i)), f.Get(fmt.Sprintf("discounts[%d][coupon]", i))
		if have == "" && coupon == "" {
			break
		}
		d, err := w.discountFor(s, have, coupon)
		if err != nil {
			return err
		}
		set = append(set, d)
	}
	if len(set) > 0 {
		s.Discounts = set
	}
	return nil
}

func (w *World) discountFor(s *sub, have, coupon string) (billing.Discount, error) {
	if have != "" {
		for _, d := range w.seen(s).Discounts {
			if d.Ref == have {
				return d, nil
			}
		}
		return billing.Discount{}, missing("discount", have)
	}
	d, ok := w.coupons[coupon]
	if !ok {
		return billing.Discount{}, missing("coupon", coupon)
	}
	w.next++
	d.Ref = fmt.Sprintf("di_%d", w.next)
	if d.Cycles > 0 { // a coupon's length is in months
		end := w.at.AddDate(0, d.Cycles, 0)
		d.EndsAt = &end
	}
	return d, nil
}

func (w *World) stripeCoupon(_ string, f url.Values) (object, error) {
	id := f.Get("id")
	if _, there := w.coupons[id]; there {
		return nil, stripeFault{http.StatusBadRequest, "invalid_request_error", "resource_already_exists", "Coupon already exists."}
	}
	d := billing.Discount{Key: billing.Key(f.Get("metadata[saveline_key]"))}
	if percent, err := strconv.ParseFloat(f.Get("percent_off"), 64); err == nil {
		d.Percent = int(percent)
	}
	d.Cycles, _ = strconv.Atoi(f.Get("duration_in_months")) // none is for ever
	if off, err := strconv.ParseInt(f.Get("amount_off"), 10, 64); err == nil {
		d.Amount = money.Amount{Minor: off, Currency: strings.ToUpper(f.Get("currency"))}
	}
	w.coupons[id] = d
	return couponObject(id, d), nil
}

func (w *World) stripeCredit(id string, f url.Values) (object, error) {
	minor, err := strconv.ParseInt(f.Get("amount"), 10, 64)
	if err != nil {
		return nil, stripeFault{http.StatusBadRequest, "invalid_request_error", "", "Invalid integer: amount"}
	}
	a := money.Amount{Minor: -minor, Currency: strings.ToUpper(f.Get("currency"))}
	w.credit(billing.CustomerID(id), f.Get("metadata[saveline_key]"), a)
	return chargeObject(w.charges[len(w.charges)-1]), nil
}

func (w *World) stripeBalance(id string, _ url.Values) (object, error) {
	return w.chargeList(func(c charge) bool { return c.kind == billing.KindCredit && c.customer == billing.CustomerID(id) }), nil
}

func (w *World) stripeRefund(_ string, f url.Values) (object, error) {
	invoice := billing.InvoiceID(strings.TrimPrefix(f.Get("payment_intent"), intentPrefix))
	s, _ := w.invoiceOf(invoice)
	if s == nil {
		return nil, missing("payment_intent", f.Get("payment_intent"))
	}
	r := billing.Refund{Invoice: invoice}
	r.Amount.Minor, _ = strconv.ParseInt(f.Get("amount"), 10, 64) // none is all of it
	if _, err := w.refund(s, f.Get("metadata[saveline_key]"), r); err != nil {
		return nil, err
	}
	return chargeObject(w.charges[len(w.charges)-1]), nil
}

func (w *World) stripeRefunds(_ string, f url.Values) (object, error) {
	invoice := billing.InvoiceID(strings.TrimPrefix(f.Get("payment_intent"), intentPrefix))
	return w.chargeList(func(c charge) bool { return c.kind == billing.KindRefund && c.invoice == invoice }), nil
}

func (w *World) invoiceOf(id billing.InvoiceID) (*sub, *billing.Invoice) {
	for _, s := range w.subs {
		for _, in := range s.invoices {
			if in.ID == id {
				return s, in
			}
		}
	}
	return nil, nil
}

func (w *World) stripeInvoice(id string, _ url.Values) (object, error) {
	_, in := w.invoiceOf(billing.InvoiceID(id))
	if in == nil {
		return nil, missing("invoice", id)
	}
	return invoiceObject(*in), nil
}

func (w *World) stripeInvoices(_ string, f url.Values) (object, error) {
	s, err := w.subscriptionOf(f.Get("subscription"))
	if err != nil {
		return nil, err
	}
	since, _ := unix(f.Get("created[gte]"))
	found := []object{}
	for _, in := range slices.Backward(s.invoices) { // the newest first, as Stripe lists
		if in.CreatedAt.Unix() >= since.Unix() {
			found = append(found, invoiceObject(*in))
		}
	}
	return listObject("/v1/invoices", found), nil
}

func (w *World) stripeCharges(_ string, f url.Values) (object, error) {
	_, in := w.invoiceOf(billing.InvoiceID(strings.TrimPrefix(f.Get("payment_intent"), intentPrefix)))
	if in == nil {
		return nil, missing("payment_intent", f.Get("payment_intent"))
	}
	return listObject("/v1/charges", []object{{
		"id": "ch_" + string(in.ID), "object": "charge", "amount": in.Paid.Minor, "amount_refunded": in.Refunded.Minor,
		"disputed": in.Disputed, "payment_intent": intentPrefix + string(in.ID),
	}}), nil
}

func unix(s string) (time.Time, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return time.Unix(n, 0).UTC(), err == nil
}
