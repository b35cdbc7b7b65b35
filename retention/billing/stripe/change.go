package stripe

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	stripego "github.com/stripe/stripe-go/v84"

	"saveline/internal/money"
	"saveline/retention/billing"
)

const (
	couponKey    = "saveline_key" // metadata of a coupon: the grant it was made for
	invoiceLimit = 100            // invoices looked through for a refund
)

// ApplyDiscount makes a coupon for the grant and adds it to the discounts in force.
func (c *Client) ApplyDiscount(ctx context.Context, t billing.Target, d billing.Discount) (billing.Receipt, error) {
	s, err := c.retrieve(ctx, t.Subscription)
	if err != nil {
		return billing.Receipt{}, err
	}
	if ref := s.Metadata[mark(t.Key)]; ref != "" {
		return billing.Receipt{Ref: ref}, nil
	}
	coupon, err := c.coupon(ctx, t.Key, d, s)
	if err != nil {
		return billing.Receipt{}, err
	}
	set := []*stripego.SubscriptionUpdateDiscountParams{}
	for _, have := range inForce(s) {
		set = append(set, &stripego.SubscriptionUpdateDiscountParams{Discount: stripego.String(have.ID)})
	}
	set = append(set, &stripego.SubscriptionUpdateDiscountParams{Coupon: stripego.String(coupon)})
	return c.update(ctx, t, coupon, &stripego.SubscriptionUpdateParams{Discounts: set})
}

// coupon makes the grant's coupon, or finds that it is there.
func (c *Client) coupon(ctx context.Context, key billing.Key, d billing.Discount, s *stripego.Subscription) (string, error) {
	id := "saveline-" + strings.ReplaceAll(string(key), ":", "-")
	p := &stripego.CouponCreateParams{
		Params: params(ctx, key+":coupon"), ID: stripego.String(id), Duration: stripego.String(string(stripego.CouponDurationForever)),
		Metadata: map[string]string{couponKey: string(key)},
	}
	if d.Cycles > 0 {
		term := int64(1)
		if item := itemOf(s); item != nil && item.Price != nil {
			term = int64(months(item.Price.Recurring))
		}
		p.Duration = stripego.String(string(stripego.CouponDurationRepeating))
		p.DurationInMonths = new(int64(d.Cycles) * term)
	}
	if d.Percent > 0 {
		p.PercentOff = new(float64(d.Percent))
	} else {
		p.AmountOff, p.Currency = new(d.Amount.Minor), stripego.String(strings.ToLower(d.Amount.Currency))
	}
	_, err := c.api.V1Coupons.Create(ctx, p)
	if isCode(err, stripego.ErrorCodeResourceAlreadyExists) {
		err = nil
	}
	return id, said(err)
}

// update changes the subscription and leaves the grant's mark, in one request. The key of the request contains what is
// sent: Stripe refuses a key that comes back with another content, and the discounts in force may have changed since.
func (c *Client) update(
	ctx context.Context, t billing.Target, ref string, p *stripego.SubscriptionUpdateParams,
) (billing.Receipt, error) {
	p.Context = ctx
	p.SetIdempotencyKey(string(t.Key) + "-" + fingerprint(p))
	p.AddMetadata(mark(t.Key), ref)
	_, err := c.api.V1Subscriptions.Update(ctx, string(t.Subscription), p)
	return billing.Receipt{Ref: ref}, said(err)
}

func fingerprint(p *stripego.SubscriptionUpdateParams) string {
	var b strings.Builder
	for _, d := range p.Discounts {
		for _, s := range []*string{d.Discount, d.Coupon} {
			if s != nil {
				b.WriteString(*s + ";")
			}
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:6])
}

// marked makes a change to the subscription itself, once.
func (c *Client) marked(
	ctx context.Context, t billing.Target, ref string, change func(*stripego.Subscription, *stripego.SubscriptionUpdateParams) error,
) (billing.Receipt, error) {
	s, err := c.retrieve(ctx, t.Subscription)
	if err != nil {
		return billing.Receipt{}, err
	}
	if was := s.Metadata[mark(t.Key)]; was != "" {
		return billing.Receipt{Ref: was}, nil
	}
	if s.Status == stripego.SubscriptionStatusCanceled {
		return billing.Receipt{}, billing.Errorf(billing.Refused, "the subscription is cancelled already")
	}
	p := &stripego.SubscriptionUpdateParams{}
	if err := change(s, p); err != nil {
		return billing.Receipt{}, err
	}
	return c.update(ctx, t, ref, p)
}

// Pause voids the invoices until resumeAt. Stripe goes on calling the subscription active.
func (c *Client) Pause(ctx context.Context, t billing.Target, resumeAt time.Time) (billing.Receipt, error) {
	return c.marked(ctx, t, "pause", func(_ *stripego.Subscription, p *stripego.SubscriptionUpdateParams) error {
		p.PauseCollection = &stripego.SubscriptionUpdatePauseCollectionParams{
			Behavior: stripego.String("void"), ResumesAt: new(resumeAt.Unix()),
		}
		return nil
	})
}

// ChangePlan moves the first item to another price. What was paid already is prorated.
func (c *Client) ChangePlan(ctx context.Context, t billing.Target, plan string) (billing.Receipt, error) {
	return c.marked(ctx, t, plan, func(s *stripego.Subscription, p *stripego.SubscriptionUpdateParams) error {
		item := itemOf(s)
		if item == nil {
			return billing.Errorf(billing.Refused, "the subscription has no item whose plan could be changed")
		}
		p.Items = []*stripego.SubscriptionUpdateItemParams{{ID: stripego.String(item.ID), Price: stripego.String(plan)}}
		return nil
	})
}

// ExtendTrial moves the end of a trial that still runs.
func (c *Client) ExtendTrial(ctx context.Context, t billing.Target, until time.Time) (billing.Receipt, error) {
	return c.marked(ctx, t, "trial", func(s *stripego.Subscription, p *stripego.SubscriptionUpdateParams) error {
		if s.Status != stripego.SubscriptionStatusTrialing {
			return billing.Errorf(billing.Refused, "the subscription is not in a trial that could be extended")
		}
		p.TrialEnd, p.ProrationBehavior = new(until.Unix()), stripego.String("none")
		return nil
	})
}

// CancelAt plans the end.
func (c *Client) CancelAt(ctx context.Context, t billing.Target, when time.Time) (billing.Receipt, error) {
	return c.marked(ctx, t, "cancel", func(_ *stripego.Subscription, p *stripego.SubscriptionUpdateParams) error {
		if when.IsZero() {
			p.CancelAtPeriodEnd = new(true)
		} else {
			p.CancelAt = new(when.Unix())
		}
		return nil
	})
}

// Uncancel takes the planned end back, whichever way it was planned.
func (c *Client) Uncancel(ctx context.Context, t billing.Target) (billing.Receipt, error) {
	return c.marked(ctx, t, "uncancel", func(s *stripego.Subscription, p *stripego.SubscriptionUpdateParams) error {
		if s.CancelAt != 0 && !s.CancelAtPeriodEnd {
			p.AddExtra("cancel_at", "")
		} else {
			p.CancelAtPeriodEnd = new(false)
		}
		return nil
	})
}

// Credit puts an amount on the customer's balance, which the next invoice takes first.
func (c *Client) Credit(ctx context.Context, t billing.Target, a money.Amount) (billing.Receipt, error) {
	s, err := c.retrieve(ctx, t.Subscription)
	if err != nil {
		return billing.Receipt{}, err
	}
	if r, found, err := c.findCredit(ctx, t.Key, s.Customer.ID); err != nil || found {
		return r, err
	}
	made, err := c.api.V1CustomerBalanceTransactions.Create(ctx, &stripego.CustomerBalanceTransactionCreateParams{
		Params: params(ctx, t.Key), Customer: stripego.String(s.Customer.ID), Amount: new(-a.Minor),
		Currency: stripego.String(strings.ToLower(a.Currency)), Metadata: map[string]string{couponKey: string(t.Key)},
	})
	if err != nil {
		return billing.Receipt{}, said(err)
	}
	return billing.Receipt{Ref: made.ID}, nil
}

// Refund pays back through the payment of an invoice.
func (c *Client) Refund(ctx context.Context, t billing.Target, r billing.Refund) (billing.Receipt, error) {
	p := &stripego.InvoiceRetrieveParams{Params: params(ctx, "")}
	p.AddExpand("payments")
	in, err := c.api.V1Invoices.Retrieve(ctx, string(r.Invoice), p)
	if err != nil {
		return billing.Receipt{}, said(err)
	}
	intent := intentOf(in)
	if intent == "" || in.AmountPaid == 0 {
		return billing.Receipt{}, billing.Errorf(billing.Refused, "nothing was paid on this invoice that could be paid back")
	}
	if was, found, err := c.findRefund(ctx, t.Key, intent); err != nil || found {
		return was, err
	}
	ask := &stripego.RefundCreateParams{
		Params: params(ctx, t.Key), PaymentIntent: stripego.String(intent), Metadata: map[string]string{couponKey: string(t.Key)},
	}
	if r.Amount.Minor > 0 {
		ask.Amount = new(r.Amount.Minor)
	}
	made, err := c.api.V1Refunds.Create(ctx, ask)
	if err != nil {
		return billing.Receipt{}, said(err)
	}
	return billing.Receipt{Ref: made.ID}, nil
}
