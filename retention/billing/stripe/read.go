package stripe

import (
	"context"
	"slices"
	"strings"
	"time"

	stripego "github.com/stripe/stripe-go/v84"

	"saveline/internal/money"
	"saveline/retention/billing"
)

// GetSubscription reads a subscription with its discounts, and the customer's where the subscription has none.
func (c *Client) GetSubscription(ctx context.Context, id billing.SubscriptionID) (billing.Subscription, error) {
	s, err := c.retrieve(ctx, id)
	if err != nil {
		return billing.Subscription{}, err
	}
	return subscription(s), nil
}

func (c *Client) retrieve(ctx context.Context, id billing.SubscriptionID) (*stripego.Subscription, error) {
	p := &stripego.SubscriptionRetrieveParams{Params: params(ctx, "")}
	p.AddExpand("discounts")
	p.AddExpand("customer")
	s, err := c.api.V1Subscriptions.Retrieve(ctx, string(id), p)
	return s, said(err)
}

// ListInvoices reads the invoices made at since or later. Whether one was refunded or disputed stands at its charge.
func (c *Client) ListInvoices(ctx context.Context, id billing.SubscriptionID, since time.Time) ([]billing.Invoice, error) {
	p := &stripego.InvoiceListParams{Subscription: stripego.String(string(id))}
	p.Context = ctx
	if !since.IsZero() {
		p.CreatedRange = &stripego.RangeQueryParams{GreaterThanOrEqual: since.Unix()}
	}
	p.AddExpand("data.payments")
	out := []billing.Invoice{}
	var fault error
	c.api.V1Invoices.List(ctx, p)(func(in *stripego.Invoice, err error) bool {
		if err != nil {
			fault = err
			return false
		}
		invoice := invoiceOf(in)
		if fault = c.readCharge(ctx, in, &invoice); fault == nil {
			out = append(out, invoice)
		}
		return fault == nil
	})
	slices.SortFunc(out, func(a, b billing.Invoice) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return out, said(fault)
}

// readCharge adds what became of the payment.
func (c *Client) readCharge(ctx context.Context, in *stripego.Invoice, out *billing.Invoice) (fault error) {
	intent := intentOf(in)
	if intent == "" || out.Paid.Minor == 0 {
		return nil
	}
	p := &stripego.ChargeListParams{PaymentIntent: stripego.String(intent)}
	p.Context = ctx
	c.api.V1Charges.List(ctx, p)(func(charge *stripego.Charge, err error) bool {
		if fault = err; err != nil {
			return false
		}
		out.Refunded.Minor += charge.AmountRefunded
		out.Disputed = out.Disputed || charge.Disputed
		return true
	})
	return fault
}

// intentOf is the payment intent that paid an invoice, "" if nothing did.
func intentOf(in *stripego.Invoice) string {
	if in.Payments == nil {
		return ""
	}
	for _, p := range in.Payments.Data {
		if p.Payment != nil && p.Payment.PaymentIntent != nil {
			return p.Payment.PaymentIntent.ID
		}
	}
	return ""
}

func subscription(s *stripego.Subscription) billing.Subscription {
	out := billing.Subscription{
		ID: billing.SubscriptionID(s.ID), Status: statusOf(s.Status), StartedAt: time.Unix(s.StartDate, 0).UTC(),
		CancelAt: at(s.CancelAt), TrialEnd: at(s.TrialEnd), Discounts: []billing.Discount{}, TermMonths: 1,
	}
	if s.Customer != nil {
		out.Customer = billing.CustomerID(s.Customer.ID)
	}
	if item := itemOf(s); item != nil {
		out.TermEnd, out.NextInvoiceAt = at(item.CurrentPeriodEnd), at(item.CurrentPeriodEnd)
		if item.Price != nil {
			out.Plan, out.TermMonths = item.Price.ID, months(item.Price.Recurring)
			out.Price = amount(item.Price.UnitAmount*max(item.Quantity, 1), s.Currency)
		}
	}
	if s.CancelAtPeriodEnd {
		out.CancelAt = out.TermEnd
	}
	if out.CancelAt != nil || out.Status == billing.Cancelled {
		out.NextInvoiceAt = nil
	}
	if s.PauseCollection != nil { // the status stays active all the while
		out.PausedUntil = at(s.PauseCollection.ResumesAt)
	}
	for _, d := range inForce(s) {
		if d.Source == nil { // an event names discounts without saying what they are
			out.Discounts = nil
			break
		}
		out.Discounts = append(out.Discounts, discountOf(d))
	}
	return out
}

// inForce are the discounts that count: the subscription's own or, if it has none, the customer's.
func inForce(s *stripego.Subscription) []*stripego.Discount {
	switch {
	case len(s.Discounts) > 0:
		return s.Discounts
	case s.Customer != nil && s.Customer.Discount != nil:
		return []*stripego.Discount{s.Customer.Discount}
	}
	return nil
}

func itemOf(s *stripego.Subscription) *stripego.SubscriptionItem {
	if s.Items == nil || len(s.Items.Data) == 0 {
		return nil
	}
	return s.Items.Data[0]
}

func discountOf(d *stripego.Discount) billing.Discount {
	out := billing.Discount{Ref: d.ID, EndsAt: at(d.End)}
	if d.Source == nil || d.Source.Coupon == nil {
		return out
	}
	coupon := d.Source.Coupon
	out.Percent, out.Cycles = int(coupon.PercentOff), int(coupon.DurationInMonths)
	if coupon.AmountOff > 0 {
		out.Amount = amount(coupon.AmountOff, coupon.Currency)
	}
	out.Key = billing.Key(coupon.Metadata[couponKey])
	return out
}

func invoiceOf(in *stripego.Invoice) billing.Invoice {
	out := billing.Invoice{
		ID: billing.InvoiceID(in.ID), Status: invoiceStatus(in.Status), Due: amount(in.AmountDue, in.Currency),
		Paid: amount(in.AmountPaid, in.Currency), Refunded: amount(0, in.Currency), CreatedAt: time.Unix(in.Created, 0).UTC(),
	}
	if in.StatusTransitions != nil {
		out.PaidAt = at(in.StatusTransitions.PaidAt)
	}
	if in.Parent != nil && in.Parent.SubscriptionDetails != nil && in.Parent.SubscriptionDetails.Subscription != nil {
		out.Subscription = billing.SubscriptionID(in.Parent.SubscriptionDetails.Subscription.ID)
	}
	return out
}

func statusOf(s stripego.SubscriptionStatus) billing.Status {
	switch s {
	case stripego.SubscriptionStatusTrialing:
		return billing.Trialing
	case stripego.SubscriptionStatusPastDue, stripego.SubscriptionStatusIncomplete:
		return billing.PastDue
	case stripego.SubscriptionStatusUnpaid:
		return billing.Unpaid
	case stripego.SubscriptionStatusCanceled, stripego.SubscriptionStatusIncompleteExpired:
		return billing.Cancelled
	}
	return billing.Active // active, and paused after a trial without a card, which charges nothing
}

func invoiceStatus(s stripego.InvoiceStatus) billing.InvoiceStatus {
	switch s {
	case stripego.InvoiceStatusPaid:
		return billing.InvoicePaid
	case stripego.InvoiceStatusVoid:
		return billing.InvoiceVoid
	case stripego.InvoiceStatusUncollectible:
		return billing.InvoiceUncollectible
	}
	return billing.InvoiceOpen // open, and draft, which will be
}

func months(r *stripego.PriceRecurring) int {
	if r == nil {
		return 1
	}
	n := int(max(r.IntervalCount, 1))
	if r.Interval == stripego.PriceRecurringIntervalYear {
		return 12 * n
	}
	return n // a term of days or weeks counts as a month: discounts are given by the month
}

func amount(minor int64, currency stripego.Currency) money.Amount {
	return money.Amount{Minor: minor, Currency: strings.ToUpper(string(currency))}
}

func at(unix int64) *time.Time {
	if unix == 0 {
		return nil
	}
	t := time.Unix(unix, 0).UTC()
	return &t
}
