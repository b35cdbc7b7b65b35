package rules

import "strings"

// Basis is how an amount came about, for the statement and its explanation: what the entry itself keeps, so that nothing has
// to be computed again to say it. All numbers are text.
type Basis struct {
	Type     string   `json:"type,omitempty"`   // of the component
	Result   string   `json:"result,omitempty"` // the kind of result
	Amount   string   `json:"amount,omitempty"` // for one
	Count    string   `json:"count,omitempty"`  // how many, where it is not one
	Value    string   `json:"value,omitempty"`  // what the rate was applied to
	Rate     string   `json:"rate,omitempty"`
	Tier     string   `json:"tier,omitempty"`
	Before   string   `json:"before,omitempty"` // gathered in the bucket before this
	Quota    string   `json:"quota,omitempty"`
	Factor   string   `json:"factor,omitempty"`
	Kicker   string   `json:"kicker,omitempty"`
	Gates    []string `json:"gates,omitempty"` // each with its number
	Exact    string   `json:"exact,omitempty"` // before rounding, where a rate or a factor made it
	Rounding string   `json:"rounding,omitempty"`
	Note     string   `json:"note,omitempty"`
	Reason   string   `json:"reason,omitempty"` // of a correction
	Cause    string   `json:"cause,omitempty"`  // of what is taken back
	HoldDays int      `json:"holdDays"`
	Plan     string   `json:"plan"`
	Version  int      `json:"version"`
}

// Basis says how the line came about.
func (l *PayLine) Basis() Basis {
	b := Basis{Plan: l.Plan.Name, Version: l.Plan.Version, Note: l.note, Reason: l.Reason}
	if l.earns > l.day {
		b.HoldDays = int(l.earns - l.day)
	}
	if l.item != nil {
		l.item.tell(&b, l.Plan)
	}
	return b
}

// tell fills in what made the item's amount, in the order of operations.
func (it *item) tell(b *Basis, p *PayPlan) {
	k := it.comp
	b.Type = string(k.typ)
	if it.pt != nil && it.pt.res != nil {
		b.Result = it.pt.res.outcome.Type
	}
	isMoney := k.typ == Percent || k.typ == Override || k.typ == ShiftPremium || k.measure.m != nil && k.measure.m.money
	base := it.base
	if isMoney {
		base = base.div(p.minor)
	}
	switch {
	case !it.rate.isZero():
		b.Value, b.Rate = p.shown(base, isMoney), it.rate.percent()
	case it.perOne != 0:
		b.Amount = p.amount(it.perOne).String()
		if base != one {
			b.Count = base.approx(6)
		}
	}
	it.tellTier(b, p, isMoney)
	if it.times != nil {
		b.Factor = it.times.factor.String()
		if !it.times.kicker.isZero() {
			b.Kicker = it.times.kicker.percent()
		}
	}
	for _, g := range it.gated.gates {
		b.Gates = append(b.Gates, g.gate.id+": "+g.why)
	}
	exact := it.exact.mul(it.gated.share)
	if b.Exact = p.shown(exact.div(p.minor), true); b.Exact != p.amount(it.amount).String() || b.Rate != "" {
		b.Rounding = string(p.rounding)
	} else {
		b.Exact = ""
	}
	b.Note = strings.TrimPrefix(b.Note+"; "+it.note, "; ")
	b.Note = strings.TrimSuffix(b.Note, "; ")
}

func (it *item) tellTier(b *Basis, p *PayPlan, isMoney bool) {
	if it.tier == nil {
		return
	}
	b.Tier = it.tier.label
	before := it.before
	if isMoney {
		before = before.div(p.minor)
	}
	b.Before = p.shown(before, isMoney)
	if it.quota != nil {
		q := *it.quota
		if isMoney {
			q = q.div(p.minor)
		}
		b.Quota = p.shown(q, isMoney)
	}
}

// shown is a number as people read it; money has the decimals of the currency, and more where it is not whole.
func (p *PayPlan) shown(v num, isMoney bool) string {
	if minor := v.mul(p.minor); isMoney && minor.big == nil && minor.n%minor.den() == 0 {
		return p.amount(minor.round("floor")).String()
	}
	return v.approx(10)
}
