package rules

import (
	"cmp"
	"slices"
)

// roundItems makes whole minor units of exact amounts, once, by the plan's rule.
//
// line_telescoped: a line is R(C after it) - R(C before it), where C is the exact sum of its component in its bucket, so
// the lines of a bucket add up to the rounded sum. line: each by itself. total: the rounded sum of a bucket, cut by
// largest remainder. What a gate holds is rounded apart from what is paid.
func (x *reckoning) roundItems() {
	if x.p.scope == scopeTotal {
		x.roundTotals()
		return
	}
	type state struct {
		bucket  day
		exact   num
		rounded int64
	}
	states := make([]state, 2*len(x.p.components))
	for i := range x.items {
		it := &x.items[i]
		exact := it.exact
		if it.gated.share != one {
			exact = exact.mul(it.gated.share)
		}
		if x.p.scope == scopeLine {
			it.amount = exact.round(x.p.rounding)
			continue
		}
		at := 2 * it.comp.index
		if it.gated.held {
			at++
		}
		s := &states[at]
		if s.bucket != it.bucket.from {
			*s = state{bucket: it.bucket.from}
		}
		s.exact = s.exact.add(exact)
		rounded := s.exact.round(x.p.rounding)
		it.amount, s.rounded = rounded-s.rounded, rounded
	}
}

func (x *reckoning) roundTotals() {
	type group struct {
		component int
		bucket    day
		held      bool
	}
	groups := map[group][]int{}
	var order []group
	for i := range x.items {
		it := &x.items[i]
		g := group{it.comp.index, it.bucket.from, it.gated.held}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], i)
	}
	for _, g := range order {
		sum := num{}
		for _, i := range groups[g] {
			sum = sum.add(x.items[i].exact.mul(x.items[i].gated.share))
		}
		x.handOut(groups[g], sum.round(x.p.rounding))
	}
}

// handOut cuts a rounded total over its items: each its exact amount cut down, what is left to the largest remainders.
func (x *reckoning) handOut(items []int, total int64) {
	rests := make([]num, len(items))
	for at, i := range items {
		it := &x.items[i]
		exact := it.exact.mul(it.gated.share)
		it.amount = exact.round("floor")
		rests[at] = exact.sub(whole(it.amount))
		total -= it.amount
	}
	byRest := make([]int, len(items))
	for at := range items {
		byRest[at] = at
	}
	slices.SortStableFunc(byRest, func(a, b int) int { return cmp.Or(rests[b].cmp(rests[a])) })
	for _, at := range byRest {
		if total <= 0 {
			return
		}
		x.items[items[at]].amount++
		total--
	}
}
