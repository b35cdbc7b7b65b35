package stripe

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	stripego "github.com/stripe/stripe-go/v84"

	"saveline/internal/errs"
	"saveline/retention/billing"
)

func isCode(err error, code stripego.ErrorCode) bool {
	answer, ok := errors.AsType[*stripego.Error](err)
	return ok && answer.Code == code
}

// Find looks for the grant's mark where its kind leaves one.
func (c *Client) Find(ctx context.Context, t billing.Target, kind billing.Kind) (billing.Receipt, bool, error) {
	s, err := c.retrieve(ctx, t.Subscription)
	if err != nil {
		return billing.Receipt{}, false, err
	}
	switch kind {
	case billing.KindCredit:
		return c.findCredit(ctx, t.Key, s.Customer.ID)
	case billing.KindRefund:
		return c.findAnyRefund(ctx, t)
	}
	ref, found := s.Metadata[mark(t.Key)]
	return billing.Receipt{Ref: ref}, found, nil
}

func (c *Client) findCredit(ctx context.Context, key billing.Key, customer string) (r billing.Receipt, found bool, err error) {
	p := &stripego.CustomerBalanceTransactionListParams{Customer: stripego.String(customer)}
	p.Context = ctx
	c.api.V1CustomerBalanceTransactions.List(ctx, p)(func(tx *stripego.CustomerBalanceTransaction, fault error) bool {
		if err = fault; fault != nil {
			return false
		}
		if found = tx.Metadata[couponKey] == string(key); found {
			r.Ref = tx.ID
		}
		return !found
	})
	return r, found, said(err)
}

func (c *Client) findRefund(ctx context.Context, key billing.Key, intent string) (r billing.Receipt, found bool, err error) {
	p := &stripego.RefundListParams{PaymentIntent: stripego.String(intent)}
	p.Context = ctx
	c.api.V1Refunds.List(ctx, p)(func(refund *stripego.Refund, fault error) bool {
		if err = fault; fault != nil {
			return false
		}
		if found = refund.Metadata[couponKey] == string(key); found {
			r.Ref = refund.ID
		}
		return !found
	})
	return r, found, said(err)
}

// findAnyRefund looks through the payments of the subscription's newest invoices.
func (c *Client) findAnyRefund(ctx context.Context, t billing.Target) (r billing.Receipt, found bool, err error) {
	p := &stripego.InvoiceListParams{Subscription: stripego.String(string(t.Subscription))}
	p.Context = ctx
	p.AddExpand("data.payments")
	seen := 0
	c.api.V1Invoices.List(ctx, p)(func(in *stripego.Invoice, fault error) bool {
		if err = said(fault); fault != nil {
			return false
		}
		seen++
		if intent := intentOf(in); intent != "" {
			r, found, err = c.findRefund(ctx, t.Key, intent)
		}
		return err == nil && !found && seen < invoiceLimit
	})
	return r, found, err
}

// SignatureHeader is where Stripe signs.
func (c *Client) SignatureHeader() string { return "Stripe-Signature" }

// Receive reads an event about a subscription or an invoice; others come back without either.
func (c *Client) Receive(d billing.Delivery) (billing.Event, error) {
	if err := billing.Verify(c.signing, d); err != nil {
		return billing.Event{}, err
	}
	var e stripego.Event
	if err := json.Unmarshal(d.Body, &e); err != nil || e.ID == "" || e.Data == nil {
		return billing.Event{}, errs.WithCause(errs.Invalid, err, "this is no event of Stripe's")
	}
	out := billing.Event{ID: e.ID, Type: string(e.Type), At: time.Unix(e.Created, 0).UTC()}
	var err error
	switch kind, _ := e.Data.Object["object"].(string); kind {
	case "subscription":
		var s stripego.Subscription
		if err = json.Unmarshal(e.Data.Raw, &s); err == nil {
			sub := subscription(&s)
			out.Subscription = &sub
		}
	case "invoice":
		var in stripego.Invoice
		if err = json.Unmarshal(e.Data.Raw, &in); err == nil {
			invoice := invoiceOf(&in)
			out.Invoice = &invoice
		}
	}
	if err != nil {
		return billing.Event{}, errs.WithCause(errs.Invalid, err, "this event of Stripe's could not be read")
	}
	return out, nil
}
