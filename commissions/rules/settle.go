package rules

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/common/types"
)

// settle takes back what cancellations take back, and gives back what reinstatements restore. What is taken of a line is
// its amount x the fraction cancelled x the share that has not vested, exactly, and is rounded by telescoping: two halves
// take what one whole would.
func (x *reckoning) settle() {
	if x.p.clawback == nil {
		return
	}
	touched := map[*result][]*piece{}
	var order []*result
	for i := range x.pieces {
		p := &x.pieces[i]
		if p.it.pt == nil || p.it.pt.res == nil || len(p.it.pt.res.after) == 0 || !x.flows(p.it.comp) {
			continue
		}
		if touched[p.it.pt.res] == nil {
			order = append(order, p.it.pt.res)
		}
		touched[p.it.pt.res] = append(touched[p.it.pt.res], p)
	}
	for _, res := range order {
		x.settleResult(res, touched[res])
	}
}

// settleResult goes through what became of one result, by time.
func (x *reckoning) settleResult(res *result, pieces []*piece) {
	start, ok := x.clock(res)
	if !ok {
		x.gap(pieces[0].it.pt, "", fmt.Sprintf("the clawback's clock, %s, is not known", x.p.clawback.clock.text))
		return
	}
	cancelled := num{}
	for _, e := range res.after {
		for _, p := range pieces {
			if !p.posted && !p.at.After(e.EffectiveAt) {
				p.fix(x.p)
			}
		}
		switch b := e.Body.(type) {
		case *Cancel:
			if e.Type == EventReinstate {
				cancelled = x.restore(e, b, pieces, cancelled)
				continue
			}
			cancelled = x.take(e, b.fraction, res, pieces, start, cancelled)
		case *Verification:
			cancelled = x.take(e, one, res, pieces, start, cancelled)
		}
	}
}

// take applies one cancellation and returns how much of the result is cancelled now.
func (x *reckoning) take(e *Event, fraction num, res *result, pieces []*piece, start day, cancelled num) num {
	x.scope = scope{
		ev: e, outcome: res.outcome, result: res.ev.Ref, effective: res.ev.EffectiveAt, agent: x.agent, seat: x.factsAtOrNil(res),
		zone: x.p.cal.zone, planZone: x.p.cal.zone,
	}
	if res.outcome.Counted {
		x.scope.stood = x.stood(res)
	}
	hit, err := x.p.clawback.triggers.holds(&x.scope)
	if err != nil {
		x.gap(&part{ev: e}, "", fmt.Sprintf("clawback triggers: %v", err))
	}
	if left := one.sub(cancelled); fraction.cmp(left) > 0 {
		fraction = left
	}
	if !hit || fraction.sign() <= 0 {
		return cancelled
	}
	w := x.p.clawback
	on := dayOf(e.EffectiveAt, x.p.cal.zone)
	unvested, kept := w.unvested(start, on)
	for _, p := range pieces {
		share := fraction.mul(unvested)
		if p.pending && !p.posted {
			share = fraction
		}
		base := whole(p.amount)
		if w.retier {
			base = x.retiered(p, fraction)
			share = unvested
		}
		p.clawed = p.clawed.add(base.mul(share))
		x.postTaken(e, KindClawback, p, on, fmt.Sprintf("%s x %s cancelled x %s not vested (kept %d of %s), %s",
			x.p.amount(p.amount), fraction.percent(), unvested, kept, w.window(), w.basis()))
	}
	return cancelled.add(fraction)
}

func (w *clawback) window() string {
	if w.months > 0 {
		return fmt.Sprintf("%d months", w.months)
	}
	return fmt.Sprintf("%d days", w.days)
}

func (w *clawback) basis() string {
	if w.retier {
		return "re-tiered"
	}
	return "as posted"
}

func (x *reckoning) factsAtOrNil(res *result) *AssignmentFacts {
	return x.factsAt(dayOf(res.ev.EffectiveAt, x.p.cal.zone))
}

// restore gives back the share of what is cancelled that a reinstatement restores.
func (x *reckoning) restore(e *Event, b *Cancel, pieces []*piece, cancelled num) num {
	if cancelled.sign() <= 0 {
		return cancelled
	}
	fraction := b.fraction
	if fraction.cmp(cancelled) > 0 {
		fraction = cancelled
	}
	back := fraction.div(cancelled)
	on := dayOf(e.EffectiveAt, x.p.cal.zone)
	for _, p := range pieces {
		if x.p.clawback.retier && firstOf(x.items, p.it) == p.it {
			key := retierKey{p.it.comp.index, p.it.bucket.from}
			x.retired[key] = x.retired[key].sub(x.ownQuantity(p.it).mul(fraction))
		}
		p.clawed = p.clawed.sub(p.clawed.mul(back))
		x.postTaken(e, KindReinstate, p, on, fmt.Sprintf("the result came back: %s of what was taken is restored", back.percent()))
	}
	return cancelled.sub(fraction)
}

// postTaken posts the change of what is taken of a piece, if it has been posted itself.
func (x *reckoning) postTaken(e *Event, kind LineKind, p *piece, on day, note string) {
	if !p.posted || !p.due {
		return
	}
	taken := p.clawed.round(x.p.rounding)
	change := p.taken - taken
	p.taken = taken
	if change == 0 {
		return
	}
	l := x.line(p.it, kind, on)
	l.Cause, l.Slice, l.At, l.Gross = e.ID, p.slice, e.EffectiveAt, kind != KindClawback
	l.Amount, l.note = x.p.amount(change), fmt.Sprintf("%s; %s taken in all, rounded %s", note, p.clawed.div(x.p.minor).approx(6), x.p.amount(taken))
	x.lines = append(x.lines, l)
	x.moves = append(x.moves, move{p.it.comp.only(), p.earnedOn(), on, change, true})
}

const effectiveDatePath = "outcome.effective_date"

// clock is the day on which the clawback's window begins.
func (x *reckoning) clock(res *result) (day, bool) {
	if x.p.clawback.clock.text == effectiveDatePath { // nearly always; the lines of a year ask for it
		if res.outcome.EffectiveDate != noDay {
			return res.outcome.EffectiveDate, true
		}
		return dayOf(res.ev.EffectiveAt, x.p.cal.zone), true
	}
	s := scope{ev: res.ev, outcome: res.outcome, result: res.ev.Ref, effective: res.ev.EffectiveAt, zone: x.p.cal.zone, planZone: x.p.cal.zone}
	switch v := x.p.clawback.clock.field.get(&s).(type) {
	case types.Timestamp:
		return dayOf(v.Time, x.p.cal.zone), true
	case types.String:
		d, err := dayOr(string(v), noDay)
		return d, err == nil && d != noDay
	}
	return 0, false
}

// retiered is what a fraction of the result adds to its tiered component as things stand: the pay with it, less the pay
// without it. Results that have been re-tiered away before do not count any more.
func (x *reckoning) retiered(p *piece, fraction num) num {
	it := p.it
	k := it.comp
	if k.typ != Tiered || k.per == perEvent {
		return whole(p.amount).mul(fraction)
	}
	if firstOf(x.items, it) != it {
		return num{} // the slices of a result are taken back as one, on the first of them
	}
	quantity := num{}
	for i := range x.items {
		if o := &x.items[i]; o.comp == k && o.bucket == it.bucket && !o.gated.held {
			quantity = quantity.add(o.base)
		}
	}
	own := x.ownQuantity(it)
	key := retierKey{k.index, it.bucket.from}
	net := quantity.sub(x.retired[key])
	with, without := x.totalReward(it, net), x.totalReward(it, net.sub(own.mul(fraction)))
	x.retired[key] = x.retired[key].add(own.mul(fraction))
	return with.sub(without).mul(it.gated.share).mul(it.times.product())
}

type retierKey struct {
	component int
	bucket    day
}

// firstOf is the first item of the same result and component.
func firstOf(items []item, it *item) *item {
	i := slices.IndexFunc(items, func(o item) bool { return o.comp == it.comp && o.pt == it.pt })
	return &items[i]
}

func (x *reckoning) ownQuantity(it *item) num {
	sum := num{}
	for i := range x.items {
		if o := &x.items[i]; o.comp == it.comp && o.pt == it.pt {
			sum = sum.add(o.base)
		}
	}
	return sum
}

// totalReward is what a tiered component pays for a total in a bucket.
func (x *reckoning) totalReward(it *item, total num) num {
	tiers := it.comp.tiers
	if it.comp.axis == axisAttainment {
		tiers = scaled(tiers, *it.quota)
	}
	if it.comp.mode != modeMarginal {
		return it.comp.reward(tiers, total)
	}
	sum := num{}
	for i := range tiers {
		t := &tiers[i]
		top := total
		if !t.open && t.to.cmp(total) < 0 {
			top = t.to
		}
		if part := top.sub(t.from); part.sign() > 0 {
			sum = sum.add(part.mul(t.rate)).add(part.mul(whole(t.amount)))
		}
	}
	return sum
}
