package rules

import (
	"fmt"
	"slices"
)

// tier is a half-open range [from, to) of a component's axis. In a component of quota attainment the bounds are shares of
// the quota; else they are what the measure counts in (minor units for money).
type tier struct {
	from, to num
	open     bool // no upper bound
	rate     num
	amount   int64
	label    string // as the plan writes it: "100%"
	line     int
}

const (
	axisAmount     = "amount"
	axisCount      = "count"
	axisAttainment = "quota_attainment"

	modeMarginal     = "marginal"
	modeWhole        = "whole"
	modeInterpolated = "interpolated"
)

func (c *planCompiler) tiered(k *component, d componentDoc, at string) {
	k.measure = c.measureOf(d.Measure, at)
	m := k.measure.m
	k.axis = d.Axis
	if k.axis == "" {
		k.axis = axisCount
		if m.money {
			k.axis = axisAmount
		}
	}
	k.mode = orElse(d.Mode, modeMarginal)
	if k.axis == axisAttainment {
		c.f.Check(c.quota != nil, at+".axis", "quota_attainment needs a quota in the plan")
		if d.Per == "" && c.quota != nil {
			k.per = c.quota.per
		}
	}
	c.f.Check(len(d.Tiers) > 0, at+".tiers", "a tiered component needs tiers")
	if m.fold != foldCount && slices.ContainsFunc(d.Tiers, func(t tierDoc) bool { return t.Rate != "" }) {
		m.money = true // what a rate is applied to is an amount
	}
	bounds := func(path, s string) num {
		switch {
		case k.axis == axisAttainment:
			return c.share(path, s)
		case m.money:
			return c.inMinor(c.decimal(path, s))
		}
		return c.decimal(path, s)
	}
	k.tiers = c.tiers(d.Tiers, at+".tiers", bounds)
	for i, t := range d.Tiers {
		c.tierReward(k, &k.tiers[i], t, fmt.Sprintf("%s.tiers.%d", at, i))
	}
}

// tierReward checks that a tier pays in the way its component can.
func (c *planCompiler) tierReward(k *component, out *tier, t tierDoc, at string) {
	c.f.Check(t.Share == "", at+".share", "belongs to gates; a tier has a rate or an amount")
	c.f.Check((t.Rate == "") != (t.Amount == ""), at, "a tier has either a rate or an amount")
	m := k.measure.m
	if t.Rate != "" {
		out.rate = c.share(at+".rate", t.Rate)
		c.f.Check(k.mode != modeInterpolated, at+".rate", "an interpolated tier has an amount: the whole tier's reward")
		c.f.Check(m.fold != foldCount, at+".rate", "a rate needs a measure that sums a value; a count has an amount for one")
	}
	if t.Amount == "" {
		return
	}
	out.amount = c.money(at+".amount", t.Amount)
	if k.mode == modeInterpolated {
		c.f.Check(!out.open, at+".to", "an interpolated tier needs an end: where its whole reward is reached")
	}
	if k.mode == modeMarginal && m.fold != foldCount && !(m.incremental() && !m.money) {
		c.f.Addf(at+".amount", "a marginal tier of an amount has a rate; use whole or interpolated for fixed rewards")
	}
}

// tiers reads ranges and refuses gaps and overlaps between them. An end that is left out is the next one's beginning.
func (c *planCompiler) tiers(docs []tierDoc, at string, bound func(path, s string) num) []tier {
	out := make([]tier, len(docs))
	for i, d := range docs {
		path := fmt.Sprintf("%s.%d", at, i)
		out[i] = tier{from: bound(path+".from", d.From), label: d.From, line: d.Line, open: d.To == ""}
		if d.To != "" {
			out[i].to = bound(path+".to", d.To)
			c.f.Check(out[i].from.cmp(out[i].to) < 0, path+".to", "must be more than from")
		}
	}
	for i := range out {
		if i == 0 {
			c.f.Check(out[0].from.sign() >= 0, at+".0.from", "must not be negative")
			continue
		}
		before := &out[i-1]
		path := fmt.Sprintf("%s.%d.from", at, i)
		if before.open {
			before.open, before.to = false, out[i].from
			c.f.Check(before.from.cmp(out[i].from) < 0, path, fmt.Sprintf("tiers overlap or are out of order: %s does not come after %s", docs[i].From, docs[i-1].From))
			continue
		}
		switch before.to.cmp(out[i].from) {
		case -1:
			c.f.Addf(path, "there is a gap between tiers: nothing is said from %s to %s", docs[i-1].To, docs[i].From)
		case 1:
			c.f.Addf(path, "tiers overlap: the one before ends at %s, this one begins at %s", docs[i-1].To, docs[i].From)
		}
	}
	return out
}

// tierAt is the index of the tier that v is in: -1 below the first, len(tiers) past the last.
func tierAt(tiers []tier, v num) int {
	for i := range tiers {
		switch {
		case v.cmp(tiers[i].from) < 0:
			return i - 1
		case tiers[i].open || v.cmp(tiers[i].to) < 0:
			return i
		}
	}
	return len(tiers)
}

// table is a step table: each row's value holds from its bound up to the next one's.
type table struct {
	rows  []step
	words map[string]num
	line  int
}

type step struct {
	from, to num
	below    bool // the first row, with no lower bound
	ends     bool // has an upper bound
	value    num
	label    string
}

// table reads a step table. Amounts are in minor units when inMoney, else shares.
func (c *planCompiler) table(d tableDoc, at string, inMoney bool) *table {
	t := &table{line: d.Line, words: map[string]num{}}
	c.f.Check(len(d.Rows) > 0, at, "a table needs rows")
	for i, r := range d.Rows {
		path := fmt.Sprintf("%s.%d", at, i)
		var s step
		if inMoney {
			s.value = whole(c.money(path, r.Value))
		} else {
			s.value = c.share(path, r.Value)
		}
		from, fault := parseShare(r.From)
		switch {
		case r.From == "" && i == 0 && r.To != "":
			s.below = true
		case fault != "" && !inMoney && r.From != "" && r.To == "":
			t.words[r.From] = s.value
			continue
		case fault != "":
			c.f.Addf(path, "%q is no bound: %s", r.From, fault)
		}
		s.from, s.label = from, r.From
		if r.To != "" {
			s.to, s.ends = c.share(path+".to", r.To), true
		}
		t.rows = append(t.rows, s)
	}
	c.orderSteps(t, at)
	return t
}

func (c *planCompiler) orderSteps(t *table, at string) {
	slices.SortStableFunc(t.rows, func(a, b step) int {
		switch {
		case a.below != b.below && a.below:
			return -1
		case a.below != b.below:
			return 1
		}
		return a.from.cmp(b.from)
	})
	for i := range t.rows {
		if i == 0 {
			continue
		}
		before := &t.rows[i-1]
		switch {
		case !before.ends:
			before.to, before.ends = t.rows[i].from, true
			c.f.Check(before.below || before.from.cmp(before.to) < 0, at, fmt.Sprintf("rows overlap at %s", t.rows[i].label))
		case before.to.cmp(t.rows[i].from) < 0:
			c.f.Addf(at, "there is a gap between rows: nothing is said from %s to %s", before.to, t.rows[i].label)
		case before.to.cmp(t.rows[i].from) > 0:
			c.f.Addf(at, "rows overlap at %s", t.rows[i].label)
		}
	}
}

// at is the value for v, and the bound it comes from. found is false outside of the table.
func (t *table) at(v num) (value num, label string, found bool) {
	for _, r := range t.rows {
		if (r.below || v.cmp(r.from) >= 0) && (!r.ends || v.cmp(r.to) < 0) {
			return r.value, r.label, true
		}
	}
	return num{}, "", false
}

// under reports whether v is below the first row, where a bonus table pays nothing.
func (t *table) under(v num) bool {
	return len(t.rows) > 0 && !t.rows[0].below && v.cmp(t.rows[0].from) < 0
}

// look finds a word, or the word's number, or for no word at all "none" and then zero.
func (t *table) look(word string) (value num, found bool) {
	if word == "" {
		word = "none"
	}
	if v, ok := t.words[word]; ok {
		return v, true
	}
	n, fault := parseShare(word)
	if fault != "" && word != "none" {
		return num{}, false
	}
	v, _, ok := t.at(n)
	return v, ok
}
