package rules

import "strings"

// Basis is how an amount came about, for the statement and its explanation: what the entry itself keeps, so that nothing has
// to be computed again to say it. All numbers are text.
type Basis struct {
	Type     string      `json:"type,omitempty"`   // of the component
	Result   string      `json:"result,omitempty"` // the kind of result
	Amount   string      `json:"amount,omitempty"` // for one
	Count    string      `json:"count,omitempty"`  // how many, where it is not one
	Value    string      `json:"value,omitempty"`  // what the rate was applied to
	Rate     string      `json:"rate,omitempty"`
	Tier     string      `json:"tier,omitempty"`
	Before   string      `json:"before,omitempty"` // gathered in the bucket before this
	Quota    string      `json:"quota,omitempty"`
	Factor   string      `json:"factor,omitempty"`
	Kicker   string      `json:"kicker,omitempty"`
	Premium  string      `json:"premium,omitempty"` // the component that a premium, or the member that an override, is on
	Share    string      `json:"share,omitempty"`   // of the result, where it is split
	Part     string      `json:"part,omitempty"`    // which part of what was rounded it is
	Whole    string      `json:"whole,omitempty"`   // of which
	Gated    []GateBasis `json:"gated,omitempty"`
	Exact    string      `json:"exact,omitempty"` // before rounding, where more than a plain amount made it
	Rounding string      `json:"rounding,omitempty"`
	Scope    string      `json:"scope,omitempty"` // of the rounding
	Note     string      `json:"note,omitempty"`
	Reason   string      `json:"reason,omitempty"`  // of a correction
	Cause    string      `json:"cause,omitempty"`   // of what is taken back
	Advance  bool        `json:"advance,omitempty"` // a run pays it before it is earned
	HoldDays int         `json:"holdDays"`
	Plan     string      `json:"plan"`
	Version  int         `json:"version"`
}

// GateBasis is what one gate said of a line: the number it looked at, from how many values, what it needs, what it left.
type GateBasis struct {
	Gate    string `json:"gate"`
	Metric  string `json:"metric"`
	Value   string `json:"value,omitempty"` // absent: not known
	Samples int    `json:"samples"`
	Needs   string `json:"needs,omitempty"`
	Share   string `json:"share"`
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
	if l.item != nil && (l.Kind == KindEarn || l.Kind == KindReserve) && l.Corrects == "" && l.Amount.Minor != l.item.amount { // a tranche, or what a holdback splits
		b.Part, b.Whole, b.Rounding = orElse(l.Slice, "rest"), l.Plan.amount(l.item.amount).String(), string(l.Plan.rounding)
	}
	if l.Kind == KindClawback || l.Kind == KindReinstate { // the note has what is rounded
		b.Rounding, b.Scope = string(l.Plan.rounding), l.Plan.scope
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
		b.Gated = append(b.Gated, g.basis())
	}
	if it.pt != nil && it.pt.share != one {
		b.Share = it.pt.share.percent()
	}
	it.tellRounding(b, p)
	if k.typ == ShiftPremium || k.typ == Override {
		b.Premium = it.note
		return
	}
	b.Note = strings.TrimPrefix(b.Note+"; "+it.note, "; ")
	b.Note = strings.TrimSuffix(b.Note, "; ")
}

// tellRounding says what was rounded, and how, unless the line is an amount for so many and nothing else.
func (it *item) tellRounding(b *Basis, p *PayPlan) {
	exact := it.exact.mul(it.gated.share)
	plain := b.Amount != "" && b.Share == "" && it.times == nil && exact.cmp(whole(it.perOne).mul(it.base)) == 0 && exact.cmp(whole(it.amount)) == 0
	if plain {
		return
	}
	b.Exact, b.Rounding, b.Scope = p.shown(exact.div(p.minor), true), string(p.rounding), p.scope
}

func (out gateValue) basis() GateBasis {
	b := GateBasis{Gate: out.gate.id, Metric: out.gate.measure.m.name, Samples: out.value.samples, Share: out.share.percent()}
	if out.held {
		b.Share = "held"
	}
	if out.value.known {
		b.Value = out.value.v.approx(6)
	}
	if out.gate.gte.set {
		b.Needs = out.gate.gte.v.String()
	}
	return b
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
