package rules

import (
	"cmp"
	"slices"

	"saveline/internal/money"
)

// EdgeKind says what kind of threshold an edge is.
type EdgeKind string

// The kinds of edges: where one more unit moves pay that was there already.
const (
	EdgeGate  EdgeKind = "gate"  // a gate of a period
	EdgeTier  EdgeKind = "tier"  // a tier that everything is paid by
	EdgeTable EdgeKind = "table" // a row of a bonus table
	EdgeKPI   EdgeKind = "kpi"   // a target
)

// Edge is a threshold that an agent came to in some stretch of days. Amount is what hung on it: what a gate withheld or let
// through, what a tier or a row added at once.
type Edge struct {
	Kind      EdgeKind
	Component string
	On        string // the gate, the tier or the row
	From      Date   // first day of the stretch
	Reached   bool   // false: only a gate says what was not reached
	Held      bool   // the gate waits for its number
	Amount    money.Amount
}

// AgentEdges is Agent with the thresholds that decided something.
//
// Codes: invalid (an amount past 64 bits).
func (r *Rulebook) AgentEdges(agent string, events []*Event, team *TeamFacts) (pay AgentPay, edges []Edge, err error) {
	defer catchTooLarge(&err)
	pay, done, err := r.agent(agent, events, team)
	for _, x := range done {
		edges = append(edges, x.gateEdges()...)
		edges = append(edges, x.jumps()...)
	}
	slices.SortFunc(edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.On, b.On))
	})
	return pay, edges, err
}

// gateEdges are the gates of components that had something to pay, each with what it withheld or let through.
func (x *reckoning) gateEdges() (out []Edge) {
	type stretch struct {
		component int
		from      day
	}
	sums := map[stretch]num{}
	for i := range x.items {
		it := &x.items[i]
		if len(it.comp.gates) > 0 {
			key := stretch{it.comp.index, it.period.from}
			sums[key] = sums[key].add(it.exact)
		}
	}
	for key, sum := range sums {
		k := x.p.components[key.component]
		for _, v := range x.gated[gateKey{k.index, key.from}].gates {
			part := sum
			if v.share != one && !v.held {
				part = sum.sub(sum.mul(v.share))
			}
			out = append(out, Edge{
				Kind: EdgeGate, Component: k.id, On: v.gate.id, From: Date(key.from.String()), Reached: v.share == one && !v.held, Held: v.held,
				Amount: x.p.amount(part.round(x.p.rounding)),
			})
		}
	}
	return out
}

// jumps are the whole tiers, rows and targets that were reached, each once for its bucket.
func (x *reckoning) jumps() (out []Edge) {
	last := map[int]map[day]*item{}
	for i := range x.items {
		it := &x.items[i]
		if it.comp.typ != KPIBonus && it.comp.typ != BonusTable && (it.comp.typ != Tiered || it.comp.mode != modeWhole) {
			continue
		}
		if last[it.comp.index] == nil {
			last[it.comp.index] = map[day]*item{}
		}
		last[it.comp.index][it.bucket.from] = it
	}
	for index, byBucket := range last {
		for from, it := range byBucket {
			if e, ok := x.jump(x.p.components[index], it); ok {
				e.Component, e.From, e.Reached = x.p.components[index].id, Date(from.String()), true
				out = append(out, e)
			}
		}
	}
	return out
}

// jump is what reaching an item's tier, row or target adds at once; false where it is the lowest one.
func (x *reckoning) jump(k *component, it *item) (Edge, bool) {
	amount := func(v num) money.Amount { return x.p.amount(v.round(x.p.rounding)) }
	switch k.typ {
	case KPIBonus:
		return Edge{Kind: EdgeKPI, On: k.target.String(), Amount: amount(it.exact)}, true
	case BonusTable:
		return Edge{Kind: EdgeTable, On: it.note, Amount: amount(it.exact)}, !it.exact.isZero()
	}
	if it.tier == nil {
		return Edge{}, false
	}
	i := slices.IndexFunc(k.tiers, func(t tier) bool { return t.label == it.tier.label })
	if i <= 0 {
		return Edge{}, false
	}
	rise := rewardAt(k, *it.tier, it.tier.from).sub(rewardAt(k, k.tiers[i-1], it.tier.from))
	return Edge{Kind: EdgeTier, On: it.tier.label, Amount: amount(rise)}, !rise.isZero()
}
