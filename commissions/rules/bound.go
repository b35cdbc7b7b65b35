package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// applyCaps posts what is above a cap, component caps before caps of the plan. A cap looks at a bucket of earning: what a
// clawback takes from it later makes the cap's line smaller, in the same posting.
func (x *reckoning) applyCaps() {
	for _, scope := range []string{"component", "plan"} {
		for _, r := range x.p.caps {
			if r.scope == scope {
				x.boundEach(r, false)
			}
		}
	}
}

// applyFloors posts what is missing to a floor, when a bucket has ended, in buckets in which the agent is at work.
func (x *reckoning) applyFloors() {
	if x.seat == nil {
		return
	}
	for _, r := range x.p.floors {
		x.boundEach(r, true)
	}
}

// boundEach bounds each component by itself, or the sum of them.
func (x *reckoning) boundEach(r *capRule, floor bool) {
	if r.scope == "plan" {
		x.bound(r, r.components, floor)
		return
	}
	for _, k := range r.components {
		x.bound(r, []int{k}, floor)
	}
}

// bound posts the lines of one rule for one group of components: after each pay period in which the bucket's sum has
// changed, the difference between what the bound demands now and what it has posted.
func (x *reckoning) bound(r *capRule, group []int, floor bool) {
	buckets := map[span][]move{}
	var order []span
	if floor {
		for _, b := range x.r.buckets(x.p, r.per) {
			if len(x.seat.active(b)) > 0 {
				buckets[b], order = nil, append(order, b)
			}
		}
	}
	for _, m := range x.moves {
		if !x.counts(m, group, r) {
			continue
		}
		b := x.p.cal.bucket(r.per, m.earned)
		if _, known := buckets[b]; !known {
			if floor {
				continue
			}
			order = append(order, b)
		}
		buckets[b] = append(buckets[b], m)
	}
	slices.SortFunc(order, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for _, b := range order {
		x.boundBucket(r, group, floor, b, buckets[b])
	}
}

// counts reports whether a move is part of the sum: all of its components are in the group, and none is outside of caps.
func (x *reckoning) counts(m move, group []int, r *capRule) bool {
	for _, k := range m.components {
		if !slices.Contains(group, k) || x.p.components[k].outside && r.scope == "plan" {
			return false
		}
	}
	return true
}

func (x *reckoning) boundBucket(r *capRule, group []int, floor bool, b span, moves []move) {
	slices.SortStableFunc(moves, func(m, n move) int { return cmp.Compare(m.posted, n.posted) })
	sum, posted := int64(0), int64(0)
	step := func(d day, claw bool) {
		want := -max(0, sum-r.amount)
		if floor {
			want = max(0, r.amount-sum)
		}
		if want == posted {
			return
		}
		x.postBound(r, group, floor, b, d, claw, want-posted, sum)
		posted = want
	}
	closed := !floor
	for i := 0; i < len(moves); {
		p := x.p.cal.period(moves[i].posted)
		if p.from >= b.to && !closed {
			step(b.to-1, false)
			closed = true
		}
		from := i
		for ; i < len(moves) && p.covers(moves[i].posted); i++ {
			if !moves[i].claw {
				sum += moves[i].amount
			}
		}
		if last := moves[i-1].posted; !floor {
			step(last, false)
		}
		for _, m := range moves[from:i] {
			if m.claw {
				sum += m.amount
			}
		}
		if closed {
			step(moves[i-1].posted, true)
		}
	}
	if !closed {
		step(b.to-1, false)
	}
}

func (x *reckoning) postBound(r *capRule, group []int, floor bool, b span, d day, claw bool, amount, sum int64) {
	kind, verb := KindCap, "at most"
	if floor {
		kind, verb = KindFloor, "at least"
	}
	l := PayLine{
		Agent: x.agent, Plan: x.p, Component: fmt.Sprintf("%s:%s", kind, r.scope), Kind: kind, Ref: b.from.String(), day: d,
		At: (d + 1).start(x.p.cal.zone).Add(-time.Second), Amount: x.p.amount(amount), Gross: !claw, Slice: fmt.Sprintf("%s#%d", r.per, r.index),
		note: fmt.Sprintf("%s of %s come to %s, %s %s a %s", x.p.names(group), b.from, x.p.amount(sum), verb, x.p.amount(r.amount), r.per),
	}
	if r.scope == "component" {
		l.Slice += " " + x.p.components[group[0]].id
	}
	if !x.p.cal.bucketIsPeriod(b, d) || claw {
		l.Slice += " " + x.p.cal.label(x.p.cal.period(d))
	}
	if claw {
		l.Slice += afterClawback
	}
	x.lines = append(x.lines, l)
	x.moves = append(x.moves, move{group, b.from, d, amount, claw})
}

// afterClawback ends the slice of a bound's line that a clawback made.
const afterClawback = " after clawback"

// bucketIsPeriod reports whether a day's pay period is the whole bucket.
func (c *calendar) bucketIsPeriod(b span, d day) bool { return c.period(d) == b }
