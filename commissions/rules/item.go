package rules

import (
	"fmt"
	"slices"
)

// item is one exact amount that a component gives, on its way to a line: how it came about. There are as many as lines, so
// what most of them share or lack is behind pointers.
type item struct {
	comp   *component
	pt     *part // nil for what pays for a bucket
	day    day
	period span // the pay period that gates look at
	bucket span // over which its component accumulates and is rounded

	base   num   // what the rate was applied to, or how many
	rate   num   // or
	perOne int64 // the amount for one
	before num   // gathered before in the bucket
	tier   *tier
	quota  *num
	times  *multiplier // nil: neither factor nor kicker
	exact  num         // before gates
	gated  *gated
	note   string
	amount int64 // rounded
}

// multiplier is what factor and kicker did to an amount.
type multiplier struct{ factor, kicker num }

// product is the multiplier as one number.
func (m *multiplier) product() num {
	if m == nil {
		return one
	}
	return m.factor.add(m.factor.mul(m.kicker))
}

// gated is what the gates of a component leave of a pay period.
type gated struct {
	share num
	held  bool
	gates []gateValue
}

var ungated = &gated{share: one}

// eventGroup is a measure and the components that it pays event by event.
type eventGroup struct {
	measure    *measure
	components []*component
}

// groupByMeasure lists what is paid event by event, each measure once.
func (p *PayPlan) groupByMeasure() []eventGroup {
	var out []eventGroup
	for _, k := range p.components {
		if !k.eventful() {
			continue
		}
		i := slices.IndexFunc(out, func(g eventGroup) bool { return g.measure == k.measure.m })
		if i < 0 {
			out, i = append(out, eventGroup{measure: k.measure.m}), len(out)
		}
		out[i].components = append(out[i].components, k)
	}
	return out
}

// payMeasured pays one event that a measure counts, to each component of the measure.
func (x *reckoning) payMeasured(g eventGroup, pt *part, d day) {
	all, mine, why := x.quantity(g.measure, pt, d)
	if why != "" {
		for _, k := range g.components {
			x.gap(pt, k.id, why)
		}
		return
	}
	for _, k := range g.components {
		cum := x.cumulativeOf(k, d)
		if !x.countsOnce(g.measure, cum) {
			continue
		}
		switch k.typ {
		case PerUnit:
			x.payUnit(k, pt, d, all)
		case Percent:
			x.emit(item{comp: k, pt: pt, day: d, bucket: cum.bucket, base: all, rate: k.rate, exact: all.mul(k.rate)}, true)
		default:
			x.payTiers(k, cum, pt, d, mine)
		}
	}
}

// quantity is what a measure reads of an event: all of it, and the agent's part. why says what is missing.
func (x *reckoning) quantity(m *measure, pt *part, d day) (all, mine num, why string) {
	if m.fold == foldCount {
		return one, pt.share, ""
	}
	q := m.path.field.read(&x.scope)
	if !q.set {
		return num{}, num{}, fmt.Sprintf("%s is not known, so measure %s cannot be paid", m.path.text, m.name)
	}
	if !m.money {
		return q.v, q.v.mul(pt.share), ""
	}
	o := x.scope.outcome
	all = x.p.inMinor(q.v)
	mine = all
	if o != nil && len(o.Splits) > 0 {
		mine = whole(o.cut(all.round(x.p.rounding), x.p.Currency, pt.index))
	}
	if o == nil || o.Currency == "" || o.Currency == x.p.Currency {
		return all, mine, ""
	}
	rate, why := x.exchange(o.Currency, pt, d)
	return all.mul(rate), mine.mul(rate), why
}

// exchange is the rate from a currency to the plan's, of the day that the plan says.
func (x *reckoning) exchange(currency string, pt *part, d day) (num, string) {
	at := pt.ev.EffectiveAt
	period := x.p.cal.period(d)
	switch x.p.fx {
	case "":
		return num{}, fmt.Sprintf("the value is in %s, the plan pays in %s and says nothing of exchange rates (fx)", currency, x.p.Currency)
	case "period_end":
		at = period.to.start(x.p.cal.zone).Add(-1)
	case "pay":
		at = x.r.asOf
		if paid, ok := x.r.pays[x.p.Name+" "+x.p.cal.label(period)]; ok {
			at = paid
		}
	}
	rate, ok := x.r.rate(currency, x.p.Currency, at)
	if !ok {
		return num{}, fmt.Sprintf("no rate of %s/%s is known for %s", currency, x.p.Currency, dayOf(at, x.p.cal.zone))
	}
	return rate, ""
}

// countsOnce keeps a measure that counts different values from counting one twice in a bucket.
func (x *reckoning) countsOnce(m *measure, cum *cumulative) bool {
	if m.fold != foldCount || m.ownID {
		return true
	}
	word := m.path.word(&x.scope)
	if word == "" || cum.seen[word] {
		return false
	}
	if cum.seen == nil {
		cum.seen = map[string]bool{}
	}
	cum.seen[word] = true
	return true
}

// cumulativeOf is what a component has gathered in the bucket of a day; a new bucket begins at nothing.
func (x *reckoning) cumulativeOf(k *component, d day) *cumulative {
	c := &x.cums[k.index]
	if c.ready && c.bucket.covers(d) {
		return c
	}
	per := k.per
	if per == perEvent || per == perPeriod {
		*c = cumulative{bucket: x.periodOf(d), ready: true}
	} else {
		*c = cumulative{bucket: x.p.cal.bucket(per, d), ready: true}
	}
	return c
}

// payUnit pays an amount for one, by the rule with the highest priority that matches.
func (x *reckoning) payUnit(k *component, pt *part, d day, units num) {
	amount := k.amount
	if len(k.rules) > 0 {
		r, why, clash := k.ruleFor(&x.scope)
		if clash {
			x.refusef("event %q: %s", pt.ev.ID, why)
		}
		if r == nil {
			x.gap(pt, k.id, why)
			return
		}
		amount = r.amount
	}
	exact := whole(amount)
	if units != one {
		exact = exact.mul(units)
	}
	x.emit(item{comp: k, pt: pt, day: d, bucket: x.cums[k.index].bucket, base: units, perOne: amount, exact: exact}, true)
}

// ruleFor finds the rule that pays. Two of equal priority that both match are refused, as is none.
func (k *component) ruleFor(s *scope) (found *rule, why string, clash bool) {
	for i := range k.rules {
		r := &k.rules[i]
		if found != nil && r.priority < found.priority {
			break
		}
		ok, err := r.when.holds(s)
		switch {
		case err != nil:
			return nil, fmt.Sprintf("rule of priority %d: %v", r.priority, err), false
		case ok && found != nil:
			return nil, fmt.Sprintf("%s has two rules of equal priority %d that both match: they overlap, and which one pays is not said", k.id, r.priority), true
		case ok:
			found = r
		}
	}
	if found == nil {
		return nil, fmt.Sprintf("no rule of %s matches", k.id), false
	}
	return found, "", false
}

// emit finishes an item: factor, kicker, the agent's part of what is split, premiums on it. cut says that exact is of the
// whole result.
func (x *reckoning) emit(it item, cut bool) {
	k := it.comp
	it.period = x.periodOf(it.day)
	if k.factor != nil {
		word := k.factor.by.word(&x.scope)
		f, ok := k.factor.table.look(word)
		if !ok {
			x.gap(it.pt, k.id, fmt.Sprintf("the factor's table has nothing for %s %q", k.factor.by.text, word))
			return
		}
		it.times, it.exact = &multiplier{factor: f}, it.exact.mul(f)
	}
	if k.kicker != nil {
		ok, err := k.kicker.when.holds(&x.scope)
		if err != nil {
			x.gap(it.pt, k.id, fmt.Sprintf("kicker: %v", err))
		}
		if ok {
			if it.times == nil {
				it.times = &multiplier{factor: one}
			}
			it.times.kicker, it.exact = k.kicker.rate, it.exact.add(it.exact.mul(k.kicker.rate))
		}
	}
	if cut && it.pt.res != nil && len(it.pt.res.outcome.Splits) > 0 {
		it.exact = whole(it.pt.res.outcome.cut(it.exact.round(x.p.rounding), x.p.Currency, it.pt.index))
	}
	x.items = append(x.items, it)
	for _, index := range k.premiums {
		x.payPremium(x.p.components[index], &it)
	}
}

// payPremium pays a share of another component's amount, before gates.
func (x *reckoning) payPremium(k *component, on *item) {
	ok, err := k.when.holds(&x.scope)
	if err != nil {
		x.gap(on.pt, k.id, fmt.Sprintf("premium: %v", err))
		return
	}
	if !ok {
		return
	}
	cum := x.cumulativeOf(k, on.day)
	x.emit(item{comp: k, pt: on.pt, day: on.day, bucket: cum.bucket, base: on.exact, rate: k.rate, exact: on.exact.mul(k.rate), note: on.comp.id, tier: on.tier}, false)
}
