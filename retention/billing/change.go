package billing

import (
	"context"
	"time"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// Kind is what a change does.
type Kind string

// The kinds of change.
const (
	KindDiscount    Kind = "discount"
	KindCredit      Kind = "credit"
	KindRefund      Kind = "refund"
	KindPause       Kind = "pause"
	KindPlan        Kind = "plan"
	KindExtendTrial Kind = "extend_trial"
	KindCancel      Kind = "cancel"
	KindUncancel    Kind = "uncancel"
)

// Change is a change as data, the way grants keep it and webhooks send it: a kind and the fields that it needs.
type Change struct {
	Kind     Kind          `json:"kind"`
	Discount *Discount     `json:"discount,omitempty"`
	Amount   *money.Amount `json:"amount,omitempty"`
	Refund   *Refund       `json:"refund,omitempty"`
	Plan     string        `json:"plan,omitempty"`
	At       *time.Time    `json:"at,omitempty"` // pause: until; trial: until; cancel: when, the end of the term if left out
}

// Validate names every fault of the change.
func (c Change) Validate() error {
	var f errs.Faults
	switch c.Kind {
	case KindDiscount:
		c.checkDiscount(&f)
	case KindCredit:
		f.Check(c.Amount != nil && c.Amount.Minor > 0, "amount", "say how much, more than nothing")
	case KindRefund:
		f.Check(c.Refund != nil && c.Refund.Invoice != "" && c.Refund.Amount.Minor >= 0, "refund", "say which invoice, and how much of it")
	case KindPause, KindExtendTrial:
		f.Check(c.At != nil, "at", "say until when")
	case KindPlan:
		f.Check(c.Plan != "", "plan", "say which plan")
	case KindCancel, KindUncancel:
	default:
		f.Addf("kind", "billing has no change of kind %q", c.Kind)
	}
	return f.Err()
}

func (c Change) checkDiscount(f *errs.Faults) {
	if c.Discount == nil {
		f.Addf("discount", "say how large it is and how long it lasts")
		return
	}
	d := *c.Discount
	f.Check(d.Percent >= 0 && d.Percent <= 100, "discount.percent", "must be from 1 to 100")
	f.Check((d.Percent > 0) != (d.Amount.Minor > 0), "discount", "give a percentage or an amount, one of the two")
	f.Check(d.Cycles >= 0, "discount.cycles", "must not be below nothing")
}

// Make makes the change through a port.
func (c Change) Make(ctx context.Context, p Port, t Target) (Receipt, error) {
	if err := c.Validate(); err != nil {
		return Receipt{}, &Error{Kind: Refused, Message: "the change is not complete", Cause: err}
	}
	switch c.Kind {
	case KindDiscount:
		return p.ApplyDiscount(ctx, t, *c.Discount)
	case KindCredit:
		return p.Credit(ctx, t, *c.Amount)
	case KindRefund:
		return p.Refund(ctx, t, *c.Refund)
	case KindPause:
		return p.Pause(ctx, t, *c.At)
	case KindPlan:
		return p.ChangePlan(ctx, t, c.Plan)
	case KindExtendTrial:
		return p.ExtendTrial(ctx, t, *c.At)
	case KindCancel:
		var at time.Time
		if c.At != nil {
			at = *c.At
		}
		return p.CancelAt(ctx, t, at)
	}
	return p.Uncancel(ctx, t)
}
