package rules

import (
	"fmt"
	"slices"
)

// payTiers pays what an event adds to a tiered component.
func (x *reckoning) payTiers(k *component, cum *cumulative, pt *part, d day, q num) {
	if !x.readyTiers(k, cum) {
		x.gap(pt, k.id, cum.note)
		return
	}
	before := cum.total
	if k.per == perEvent {
		before = num{}
	}
	after := before.add(q)
	cum.total = after
	it := item{comp: k, pt: pt, day: d, bucket: cum.bucket, base: q, before: before, quota: cum.quota, note: cum.note}
	if last := cum.tiers[len(cum.tiers)-1]; !last.open && k.mode != modeInterpolated && after.cmp(last.to) > 0 {
		x.gap(pt, k.id, fmt.Sprintf("%s is past the end of the last tier, %s: no rate is given for it", x.measured(k, after), x.measured(k, last.to)))
	}
	if k.mode == modeMarginal {
		x.paySlices(k, cum.tiers, it, after)
		return
	}
	it.exact = k.reward(cum.tiers, after).sub(k.reward(cum.tiers, before))
	if i := min(tierAt(cum.tiers, after), len(cum.tiers)-1); i >= 0 {
		it.tier = &cum.tiers[i]
		it.rate, it.perOne = it.tier.rate, it.tier.amount
	}
	x.emit(it, false)
}

// measured writes a value of a component's measure for people.
func (x *reckoning) measured(k *component, v num) string {
	if k.measure.m.money {
		return v.div(x.p.minor).approx(6)
	}
	return v.approx(6)
}

// readyTiers puts the tiers of a bucket in the measure's unit: a share of quota becomes an amount. It is false, with a
// note, when there is no quota.
func (x *reckoning) readyTiers(k *component, cum *cumulative) bool {
	if cum.tiers != nil {
		return true
	}
	if k.axis != axisAttainment {
		cum.tiers = k.tiers
		return true
	}
	quota, note, ok := x.quotaFor(k, cum.bucket)
	cum.note = note
	if !ok {
		return false
	}
	cum.quota, cum.tiers = &quota, scaled(k.tiers, quota)
	return true
}

// scaled are tiers of attainment in the unit of the quota.
func scaled(in []tier, quota num) []tier {
	out := make([]tier, len(in))
	for i, t := range in {
		t.from = t.from.mul(quota)
		if !t.open {
			t.to = t.to.mul(quota)
		}
		out[i] = t
	}
	return out
}

// quotaFor is the agent's quota in a bucket, prorated to the days in the seat, in the measure's unit.
func (x *reckoning) quotaFor(k *component, b span) (v num, note string, ok bool) {
	q := x.p.quota
	amount, found := q.amount, q.amount.set
	if !found {
		amount, found = x.r.quotaEvent(x.agent, x.p, q, b)
	}
	if team := x.seat.during(b); !found && team != nil && team.Team != "" {
		amount, found = x.r.quotaEvent(teamPrefix+team.Team, x.p, q, b)
	}
	if !found || amount.v.sign() <= 0 {
		return num{}, fmt.Sprintf("no quota of %s is known for %s from %s", q.measure.m.name, x.agent, b.from), false
	}
	v = amount.v
	if k.measure.m.money {
		v = x.p.inMinor(v)
	}
	part, days := x.seat.prorated(v, b, q.prorate)
	if days == "" {
		return v, "", true
	}
	if k.measure.m.money {
		part = whole(part.round(x.p.rounding))
	}
	if part.isZero() {
		return num{}, fmt.Sprintf("the quota of %s from %s has no active day", q.measure.m.name, b.from), false
	}
	return part, fmt.Sprintf("quota %s for %s", x.measured(k, part), days), true
}

// quotaEvent is the last quota event of somebody for a bucket: by its period, or else by its time.
func (r *Rulebook) quotaEvent(whose string, p *PayPlan, q *quotaRule, b span) (quantity, bool) {
	for _, e := range slices.Backward(r.quotas[whose]) {
		body := e.Body.(*Quota)
		if body.Measure != q.measure.m.name {
			continue
		}
		d := dayOf(e.EffectiveAt, p.cal.zone)
		if body.Period != "" {
			named, err := p.cal.parsePeriod(body.Period)
			if err != nil {
				continue
			}
			d = named
		}
		if b.covers(d) {
			return body.Amount, true
		}
	}
	return quantity{}, false
}

// paySlices cuts what an event adds at the tiers' bounds: one item a slice. What is taken off is cut the same way.
func (x *reckoning) paySlices(k *component, tiers []tier, it item, after num) {
	lo, hi, sign := it.before, after, false
	if after.cmp(it.before) < 0 {
		lo, hi, sign = after, it.before, true
	}
	for i := max(tierAt(tiers, lo), 0); i < len(tiers); i++ {
		t := &tiers[i]
		from, to := larger(lo, t.from), hi
		if !t.open && t.to.cmp(hi) < 0 {
			to = t.to
		}
		if from.cmp(to) >= 0 {
			if t.from.cmp(hi) >= 0 {
				break
			}
			continue
		}
		slice := it
		slice.tier, slice.before, slice.base = t, from, to.sub(from)
		if sign {
			slice.base = slice.base.neg()
		}
		slice.rate, slice.perOne = t.rate, t.amount
		slice.exact = slice.base.mul(t.rate)
		if k.measure.m.fold == foldCount || t.amount != 0 {
			slice.exact = slice.base.mul(whole(t.amount))
		}
		x.emit(slice, false)
	}
}

func larger(a, b num) num {
	if a.cmp(b) < 0 {
		return b
	}
	return a
}

// reward is what a whole or interpolated component pays for a total.
func (k *component) reward(tiers []tier, total num) num {
	if k.mode == modeInterpolated {
		return interpolated(tiers, total)
	}
	i := tierAt(tiers, total)
	if i < 0 {
		return num{}
	}
	if i == len(tiers) {
		i--
		total = tiers[i].to // past the end: as at the end, with a gap noted
	}
	t := tiers[i]
	switch {
	case !t.rate.isZero() || t.amount == 0:
		return total.mul(t.rate)
	case k.measure.m.fold == foldCount:
		return total.mul(whole(t.amount))
	}
	return whole(t.amount) // a fixed reward
}

// interpolated is the sum of the rewards of the tiers below, and the share of the tier that the total is in.
func interpolated(tiers []tier, total num) num {
	sum := num{}
	for _, t := range tiers {
		if total.cmp(t.to) >= 0 {
			sum = sum.add(whole(t.amount))
			continue
		}
		if total.cmp(t.from) > 0 {
			sum = sum.add(whole(t.amount).mul(total.sub(t.from).div(t.to.sub(t.from))))
		}
		break
	}
	return sum
}
