package rules

import (
	"fmt"
	"strings"
)

// Why is a node of an explanation: what a number is, and what it comes from. Every posted line has a whole tree.
type Why struct {
	What string `json:"what"`
	Is   string `json:"is,omitempty"`
	From []Why  `json:"from,omitempty"`
}

// Explain is the tree of a line: amount, rate, slice, gates, rounding, plan version, result, offer and call.
func Explain(l *PayLine) Why {
	root := Why{What: fmt.Sprintf("%s %s %s", l.Agent, l.Component, l.Kind), Is: l.Amount.String() + " " + l.Amount.Currency}
	root.add("period", l.Period)
	if l.Corrects != "" {
		root.add("corrects", l.Corrects)
	}
	root.add("reason", l.Reason)
	root.add("because", l.note)
	if l.item != nil {
		l.item.explain(&root, l.Plan)
	}
	plan := Why{What: "plan", Is: fmt.Sprintf("%s sha256:%s", l.Plan.ID(), l.Plan.SHA)}
	if line := l.Plan.LineOf(l.Component); line > 0 {
		plan.add("component", fmt.Sprintf("%s, line %d", l.Component, line))
	}
	plan.add("rounding", fmt.Sprintf("%s, %s", l.Plan.rounding, l.Plan.scope))
	plan.add("order of operations", strings.Join(OrderOfOperations, ", "))
	root.From = append(root.From, plan)
	if l.Advance {
		root.add("an advance until", string(l.EarnedOn()))
	} else {
		root.add("earned on", string(l.EarnedOn()))
	}
	root.add("can be taken back until", string(l.VestsAt))
	root.add("effective", string(l.Date))
	return root
}

func (w *Why) add(what, is string) {
	if is != "" {
		w.From = append(w.From, Why{What: what, Is: is})
	}
}

// LineOf is the line of the plan's text on which a component stands; 0 where none does.
func (p *PayPlan) LineOf(component string) int {
	if k := p.byID[component]; k != nil {
		return k.line
	}
	return 0
}

// explain writes how the item came about, in the order of operations.
func (it *item) explain(w *Why, p *PayPlan) {
	k := it.comp
	money := k.typ == Percent || k.typ == Override || k.typ == ShiftPremium || k.measure.m != nil && k.measure.m.money
	base := it.base.approx(6)
	if money {
		base = it.base.div(p.minor).approx(6)
	}
	amount := Why{What: "amount before gates", Is: it.exact.div(p.minor).approx(6)}
	switch {
	case k.typ == Tiered && k.mode == modeInterpolated:
		amount.add("interpolated", fmt.Sprintf("after %s more", base))
	case !it.rate.isZero():
		amount.add("rate", fmt.Sprintf("%s x %s", base, it.rate.percent()))
	case it.perOne != 0:
		amount.add("amount", fmt.Sprintf("%s x %s", base, p.amount(it.perOne)))
	}
	if it.tier != nil {
		it.explainTier(&amount, p)
	}
	if it.times != nil && k.factor != nil {
		amount.add("factor", fmt.Sprintf("%s by %s", it.times.factor, k.factor.by.text))
	}
	if it.times != nil && !it.times.kicker.isZero() {
		amount.add("kicker", it.times.kicker.percent()+" more")
	}
	amount.add("on", it.note)
	w.From = append(w.From, amount)
	for _, g := range it.gated.gates {
		w.add("gate "+g.gate.id, g.why)
	}
	exact := it.exact.mul(it.gated.share)
	w.add("rounding", fmt.Sprintf("%s %s -> %s", p.rounding, exact.div(p.minor).approx(6), p.amount(it.amount)))
	if it.pt != nil {
		w.From = append(w.From, it.pt.explain())
	}
}

func (it *item) explainTier(w *Why, p *PayPlan) {
	money := it.comp.measure.m != nil && it.comp.measure.m.money
	show := func(v num) string {
		if money {
			v = v.div(p.minor)
		}
		return v.approx(6)
	}
	to := "and more"
	if !it.tier.open {
		to = "to " + show(it.tier.to)
	}
	w.add("tier", fmt.Sprintf("%s (%s %s), line %d", it.tier.label, show(it.tier.from), to, it.tier.line))
	w.add("gathered before", show(it.before))
	if it.quota != nil {
		w.add("quota", show(*it.quota))
	}
}

// explain names what happened: result, offer, call, form.
func (pt *part) explain() Why {
	e := pt.ev
	w := Why{What: string(e.Type), Is: strings.TrimSpace(e.Ref + " (event " + e.ID + ")")}
	w.add("at", e.EffectiveAt.Format("2006-01-02T15:04:05Z07:00"))
	if pt.share != one {
		w.add("share", pt.share.percent())
	}
	o, ok := e.Body.(*Outcome)
	if !ok {
		return w
	}
	w.add("type", o.Type)
	if o.Value.set {
		w.add("value", strings.TrimSpace(o.Value.v.String()+" "+o.Currency))
	}
	w.add("offer", o.Offer.ID)
	w.add("call", o.Call.ID)
	return w
}

// String is the tree as indented text.
func (w Why) String() string {
	var b strings.Builder
	w.write(&b, 0)
	return b.String()
}

func (w *Why) write(b *strings.Builder, depth int) {
	b.WriteString(strings.Repeat("  ", depth))
	b.WriteString(w.What)
	if w.Is != "" {
		b.WriteString(": " + w.Is)
	}
	b.WriteByte('\n')
	for i := range w.From {
		w.From[i].write(b, depth+1)
	}
}
