package rules

import (
	"fmt"
	"time"
)

// piece is a part of an item that is posted at one time: all of it, or a tranche, or what a holdback keeps back.
type piece struct {
	it      *item
	amount  int64
	day     day
	at      time.Time
	slice   string
	pending bool // a tranche: until it is posted, a cancellation takes all of it
	due     bool // has fallen due

	clawed num   // exact, of the amount
	taken  int64 // rounded
	posted bool  // its line is fixed
	net    int64 // what the line is
}

// move is an amount of a component in a bucket of its earning, for caps and floors.
type move struct {
	components []int
	earned     day
	posted     day
	amount     int64
	claw       bool
}

// cutPieces cuts items into what is posted when.
func (x *reckoning) cutPieces() {
	kept := make([]keptBack, len(x.p.components))
	x.pieces = make([]piece, 0, len(x.items))
	var buffer []piece
	for i := range x.items {
		it := &x.items[i]
		if it.amount == 0 && (x.p.clawback == nil || !x.p.clawback.retier) {
			continue
		}
		if it.gated.held {
			x.hold(it)
			continue
		}
		buffer = x.tranchesOf(it, buffer[:0])
		for _, p := range buffer {
			if !it.comp.held || x.p.holdback == nil {
				x.pieces = append(x.pieces, p)
				continue
			}
			now, later := x.holdBack(p, &kept[it.comp.index])
			x.pieces = append(x.pieces, now, later)
		}
	}
}

// keptBack is what a holdback has seen and kept of a component in a bucket.
type keptBack struct {
	bucket day
	sum    num
	held   int64
}

// holdBack splits a piece: part of it is posted when the window has passed. The parts kept of a bucket add up to the
// rate of its sum.
func (x *reckoning) holdBack(p piece, s *keptBack) (now, later piece) {
	if s.bucket != p.it.bucket.from {
		*s = keptBack{bucket: p.it.bucket.from}
	}
	s.sum = s.sum.add(whole(p.amount))
	held := s.sum.mul(x.p.holdback.rate).round(x.p.rounding)
	now, later = p, p
	later.amount, later.slice = held-s.held, p.slice+"held"
	now.amount -= later.amount
	s.held = held
	later.day += day(x.p.holdback.days)
	later.at = later.day.start(x.p.cal.zone)
	later.due = !later.at.After(x.r.asOf)
	return now, later
}

// hold notes an amount that a gate holds. It is no line until its number is known.
func (x *reckoning) hold(it *item) {
	l := x.line(it, KindEarn, it.day)
	l.Amount = x.p.amount(it.amount)
	for _, g := range it.gated.gates {
		if g.held {
			l.note = g.why
		}
	}
	x.held = append(x.held, l)
}

// tranchesOf makes one piece of an item, or one for each stage that has been verified.
func (x *reckoning) tranchesOf(it *item, out []piece) []piece {
	p := piece{it: it, amount: it.amount, day: it.day, at: x.timeOf(it), slice: it.slice(), due: true}
	if len(it.comp.tranches) == 0 || it.pt == nil || it.pt.res == nil {
		return append(out, p)
	}
	shares := make([]num, len(it.comp.tranches))
	for i, t := range it.comp.tranches {
		shares[i] = t.share
	}
	for i, amount := range largestRemainder(it.amount, x.p.Currency, shares) {
		stage := it.comp.tranches[i].stage
		q := p
		q.amount = amount
		if stage > 0 {
			e := it.pt.res.verified(stage)
			if e == nil {
				continue
			}
			q.day, q.at, q.pending = dayOf(e.EffectiveAt, x.p.cal.zone), e.EffectiveAt, true
			q.slice += fmt.Sprintf("net-%d", stage)
		}
		out = append(out, q)
	}
	return out
}

// verified is the last word on a stage, nil unless the result passed it.
func (r *result) verified(stage int) *Event {
	var last *Event
	for _, e := range r.after {
		if v, ok := e.Body.(*Verification); ok && v.Stage == stage {
			last = e
			if !v.Passed {
				last = nil
			}
		}
	}
	return last
}

// slice tells the lines of one event apart: the tier of a marginal component, the base of a premium.
func (it *item) slice() string {
	s := ""
	if it.comp.typ == ShiftPremium || it.comp.typ == Override {
		s = it.note // the base, or the member: two of a result are two lines
	}
	if it.tier != nil && (it.comp.mode == modeMarginal || it.comp.typ == ShiftPremium) {
		s += it.tier.label
	}
	return s
}

func (x *reckoning) timeOf(it *item) time.Time {
	if it.pt != nil {
		return it.pt.ev.EffectiveAt
	}
	return (it.day + 1).start(x.p.cal.zone).Add(-time.Second)
}

// line begins a line of an item.
func (x *reckoning) line(it *item, kind LineKind, d day) PayLine {
	l := PayLine{Agent: x.agent, Plan: x.p, Component: it.comp.id, Kind: kind, day: d, item: it, Gross: true, Slice: it.slice()}
	if it.pt != nil {
		l.Ref, l.Cause, l.At = it.pt.ev.Ref, it.pt.ev.ID, it.pt.ev.EffectiveAt
		return l
	}
	l.Ref, l.At = it.bucket.from.String(), x.timeOf(it)
	return l
}

// postPieces makes lines of the pieces that are due.
func (x *reckoning) postPieces() {
	lines := make([]PayLine, 0, len(x.pieces)+len(x.lines))
	moves := make([]move, 0, len(x.pieces)+len(x.moves))
	capped := len(x.p.caps)+len(x.p.floors) > 0
	for i := range x.pieces {
		p := &x.pieces[i]
		if !p.posted {
			p.fix(x.p)
		}
		if p.net == 0 {
			continue
		}
		if !p.due {
			l := x.line(p.it, KindReserve, p.it.day)
			l.Slice, l.Amount, l.note = p.slice, x.p.amount(p.net), fmt.Sprintf("kept back until %s", p.day)
			x.reserve = append(x.reserve, l)
			continue
		}
		l := x.line(p.it, KindEarn, p.day)
		l.At, l.Slice, l.Amount = p.at, p.slice, x.p.amount(p.net)
		x.vest(&l, p)
		lines = append(lines, l)
		if capped {
			moves = append(moves, move{p.it.comp.only(), p.earnedOn(), p.day, p.net, false})
		}
	}
	x.lines, x.moves = append(lines, x.lines...), append(moves, x.moves...)
}

// earnedOn is the day whose bucket a cap counts the piece in: of the result, or of its verification.
func (p *piece) earnedOn() day {
	if p.pending {
		return p.day
	}
	return p.it.day
}

func (k *component) only() []int { return []int{k.index} }

// fix settles what the piece's line is: its amount less what was taken before it was posted.
func (p *piece) fix(plan *PayPlan) {
	p.posted, p.net = true, p.amount
	if !p.clawed.isZero() {
		p.taken = p.clawed.round(plan.rounding)
		p.net = p.amount - p.taken
	}
}

// vest says until when the line is an advance.
func (x *reckoning) vest(l *PayLine, p *piece) {
	w := x.p.clawback
	if w == nil || p.it.pt == nil || p.it.pt.res == nil || !x.flows(p.it.comp) {
		return
	}
	start, ok := x.clock(p.it.pt.res)
	if !ok {
		start = p.it.day
	}
	l.vests = w.windowEnd(start)
	if w.advance {
		l.earns = w.earned(start)
		l.Advance = l.earns.start(x.p.cal.zone).After(x.r.asOf)
	}
}

// flows reports whether a clawback reaches the component's lines.
func (x *reckoning) flows(k *component) bool { return k.typ != Override || x.p.override.clawbackFlows }
