package rules

import (
	"fmt"
	"strings"
)

// value is a measure over a stretch of days.
type value struct {
	v       num
	samples int
	known   bool
	note    string
}

// valueOf computes a measure of the agent, or of the agent's team, over a bucket.
func (x *reckoning) valueOf(ref measureRef, b span) value {
	if ref.team {
		return x.teamValue(ref.m, b)
	}
	if ref.m.fold == foldMetric {
		return x.metricValue(ref.m, b)
	}
	return x.folded(ref.m, b)
}

// folded is a measure of the plan over the agent's events in a bucket.
func (x *reckoning) folded(m *measure, b span) value {
	out := value{known: m.incremental()}
	seen := map[string]bool{}
	from, to := x.within(b)
	for i := from; i < to; i++ {
		pt := &x.parts[i]
		if !m.seesType(pt.ev.Type) {
			continue
		}
		x.look(pt, x.factsAt(x.days[i]))
		ok, err := m.when.holds(&x.scope)
		if err != nil {
			x.gap(pt, "", fmt.Sprintf("measure %s: %v", m.name, err))
			continue
		}
		if !ok {
			continue
		}
		if m.fold == foldCount && !m.ownID {
			if word := m.path.word(&x.scope); word == "" || seen[word] {
				continue
			} else {
				seen[word] = true
			}
		}
		q, why := x.quantityIn(m, pt, x.days[i])
		if why == "" {
			out.take(m.fold, q)
		}
	}
	if m.fold == foldAvg && out.samples > 0 {
		out.v = out.v.div(whole(int64(out.samples)))
	}
	out.known = out.known || out.samples > 0
	if out.samples < m.minSamples {
		out.known, out.note = false, fmt.Sprintf("%d of at least %d", out.samples, m.minSamples)
	}
	return out
}

func (v *value) take(f fold, q num) {
	switch {
	case f == foldMax && v.samples > 0:
		v.v = larger(v.v, q)
	case f == foldMin && v.samples > 0:
		v.v = larger(v.v.neg(), q.neg()).neg()
	case f == foldMax || f == foldMin:
		v.v = q
	default:
		v.v = v.v.add(q)
	}
	v.samples++
}

// quantityIn is the agent's part of what a measure reads, for totals. An average takes a value as it is.
func (x *reckoning) quantityIn(m *measure, pt *part, d day) (num, string) {
	if m.fold == foldCount || m.fold == foldSum {
		_, mine, why := x.quantity(m, pt, d)
		return mine, why
	}
	q := m.path.field.read(&x.scope)
	if !q.set {
		return num{}, m.path.text + " is not known"
	}
	if m.money {
		return x.p.inMinor(q.v), ""
	}
	return q.v, ""
}

func (x *reckoning) factsAt(d day) *AssignmentFacts {
	if x.seat == nil {
		return nil
	}
	return x.seat.at(d)
}

// metricValue is the last number from outside in a bucket, or one that every plan knows.
func (x *reckoning) metricValue(m *measure, b span) value {
	var out value
	var t tally
	from, to := x.within(b)
	for i := from; i < to; i++ {
		e := x.parts[i].ev
		if n, ok := e.Body.(*Metric); ok && n.Name == m.metric {
			out.v, out.known = n.Value.v, true
			out.samples++
		}
		t.take(e)
	}
	if compute, ok := builtIn[m.metric]; ok && !out.known {
		out.v, out.samples, out.note = compute(&t)
		out.known = out.samples > 0
	}
	if out.known && m.money {
		out.v = x.p.inMinor(out.v)
	}
	if out.samples < m.minSamples {
		out.known, out.note = false, fmt.Sprintf("%d of at least %d", out.samples, m.minSamples)
	}
	return out
}

// teamValue is the team's number from outside, or the sum over its agents.
func (x *reckoning) teamValue(m *measure, b span) value {
	facts := x.seat.during(b)
	if facts == nil || facts.Team == "" {
		return value{note: "the agent is in no team"}
	}
	var out value
	for _, e := range x.r.teamMetrics[teamPrefix+facts.Team] {
		if n := e.Body.(*Metric); n.Name == m.metric && m.metric != "" && b.covers(dayOf(e.EffectiveAt, x.p.cal.zone)) {
			out.v, out.known, out.samples = n.Value.v, true, out.samples+1
		}
	}
	if out.known {
		return out
	}
	return x.team.sum(teamSum{x.p, facts.Team, m.index, b})
}

// payBuckets pays what is paid for a bucket as a whole.
func (x *reckoning) payBuckets() {
	for _, k := range x.p.components {
		switch {
		case k.typ == BonusTable, k.typ == KPIBonus, k.typ == Tiered && !k.eventful():
			for _, b := range x.r.buckets(x.p, k.per) {
				if len(x.seat.active(b)) > 0 {
					x.payBucket(k, b)
				}
			}
		}
	}
}

func (x *reckoning) payBucket(k *component, b span) {
	v := x.valueOf(k.measure, b)
	if !v.known {
		x.gapIn(b, k.id, fmt.Sprintf("%s is not known for the period from %s %s", k.measure.m.name, b.from, v.note))
		return
	}
	it := item{comp: k, day: b.to - 1, bucket: b, base: v.v, note: v.note}
	switch k.typ {
	case KPIBonus:
		if v.v.cmp(k.target) < 0 {
			return
		}
		it.perOne, it.exact = k.amount, whole(k.amount)
	case BonusTable:
		at := v.v
		if k.measure.m.money {
			at = at.div(x.p.minor)
		}
		amount, label, ok := k.table.at(at)
		if !ok {
			if !k.table.under(at) {
				x.gapIn(b, k.id, fmt.Sprintf("the table has no row for %s", at.approx(6)))
			}
			return
		}
		it.exact, it.perOne = amount, amount.n
		it.note = strings.TrimSpace(it.note + " row " + label)
	default:
		if !x.payTotal(k, &it, v.v) {
			return
		}
	}
	x.add(it)
}

// payTotal pays tiers of a number that no single event adds to.
func (x *reckoning) payTotal(k *component, it *item, total num) bool {
	cum := &cumulative{bucket: it.bucket}
	if !x.readyTiers(k, cum) {
		x.gapIn(it.bucket, k.id, cum.note)
		return false
	}
	it.quota, it.note = cum.quota, strings.TrimSpace(it.note+" "+cum.note)
	if k.mode == modeMarginal {
		for i := range cum.tiers {
			t := &cum.tiers[i]
			top := total
			if !t.open && t.to.cmp(total) < 0 {
				top = t.to
			}
			if part := top.sub(t.from); part.sign() > 0 {
				it.exact = it.exact.add(part.mul(t.rate)).add(part.mul(whole(t.amount)))
				it.tier, it.rate, it.perOne = t, t.rate, t.amount
			}
		}
		return true
	}
	it.exact = k.reward(cum.tiers, total)
	if i := min(tierAt(cum.tiers, total), len(cum.tiers)-1); i >= 0 {
		it.tier, it.rate, it.perOne = &cum.tiers[i], cum.tiers[i].rate, cum.tiers[i].amount
	}
	return true
}

// add takes an item that no event made.
func (x *reckoning) add(it item) {
	it.period = x.p.cal.period(it.day)
	x.items = append(x.items, it)
}

// payContests pays the prizes of contests whose window has ended.
func (x *reckoning) payContests() {
	for _, k := range x.p.components {
		if k.typ != Contest || x.seat.at(k.window.to-1) == nil {
			continue
		}
		if prize, ok := x.team.prize(x.p, k, x.agent); ok {
			x.add(item{comp: k, day: k.window.to - 1, bucket: k.window, base: prize.score, exact: whole(prize.amount), note: prize.note})
		}
	}
}

// payOverride pays a lead for each result of the team.
func (x *reckoning) payOverride() {
	o := x.p.override
	if o == nil || x.team == nil {
		return
	}
	for _, f := range x.team.feeds[x.agent] {
		if f.plan != x.p {
			continue
		}
		d := dayOf(f.pt.ev.EffectiveAt, x.p.cal.zone)
		period := x.p.cal.period(d)
		x.items = append(x.items, item{
			comp: o.component, pt: f.pt, day: d, period: period, bucket: period, base: f.base, rate: o.component.rate,
			exact: f.base.mul(o.component.rate), note: f.member,
		})
	}
}

type gateKey struct {
	gate   int
	period day
}

// gateValue is what a gate decided for a period.
type gateValue struct {
	gate  *gate
	value value
	share num
	held  bool
	why   string
}

// gateFor decides a gate for a pay period, once.
func (x *reckoning) gateFor(g *gate, period span) gateValue {
	key := gateKey{g.index, period.from}
	if v, ok := x.gates[key]; ok {
		return v
	}
	out := gateValue{gate: g, value: x.valueOf(g.measure, period), share: one}
	if out.value.known && out.value.samples < g.minSamples {
		out.value.known, out.value.note = false, fmt.Sprintf("%d of at least %d", out.value.samples, g.minSamples)
	}
	out.decide()
	x.gates[key] = out
	return out
}

func (out *gateValue) decide() {
	g, v := out.gate, out.value
	at := v.v.approx(6)
	switch {
	case !v.known:
		out.held, out.why = g.missing == "hold", fmt.Sprintf("%s is not known (%s): %s", g.measure.m.name, orElse(v.note, "nothing measured"), g.missing)
		if g.missing == "zero" {
			out.share = num{}
		}
	case g.gte.set && v.v.cmp(g.gte.v) >= 0:
		out.why = fmt.Sprintf("%s %s >= %s", g.measure.m.name, at, g.gte.v)
	case g.otherwise == "scale":
		i := min(max(tierAt(g.tiers, v.v), 0), len(g.tiers)-1)
		out.share = g.tiers[i].rate
		out.why = fmt.Sprintf("%s %s: %s", g.measure.m.name, at, out.share.percent())
	default:
		out.why = fmt.Sprintf("%s %s < %s: %s", g.measure.m.name, at, g.gte.v, g.otherwise)
		out.held = g.otherwise == "hold"
		if !out.held {
			out.share = num{}
		}
	}
}

// applyGates gives every item the share that its gates leave of it.
func (x *reckoning) applyGates() {
	for i := range x.items {
		it := &x.items[i]
		if len(it.comp.gates) == 0 {
			it.gated = ungated
			continue
		}
		key := gateKey{it.comp.index, it.period.from}
		if x.gated[key] == nil {
			x.gated[key] = x.gatesOf(it.comp, it.period)
		}
		it.gated = x.gated[key]
	}
}

// gatesOf joins the gates of a component in a period.
func (x *reckoning) gatesOf(k *component, period span) *gated {
	out := &gated{share: one}
	for _, g := range k.gates {
		v := x.gateFor(g, period)
		out.gates = append(out.gates, v)
		out.held = out.held || v.held
		out.share = out.share.mul(v.share)
	}
	out.held = out.held && !out.share.isZero() // what another gate has closed already is not held
	return out
}
