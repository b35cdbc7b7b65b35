package rules

import (
	"fmt"
	"slices"
	"strings"
)

// The types of components, beyond PerUnit and Percent.
const (
	Tiered       Type = "tiered"
	BonusTable   Type = "bonus_table"
	KPIBonus     Type = "kpi_bonus"
	Contest      Type = "contest"
	ShiftPremium Type = "shift_premium"
	Override     Type = "override"
)

// component is one way a plan pays, compiled.
type component struct {
	index    int
	id       string
	typ      Type
	line     int
	measure  measureRef
	amount   int64
	rate     num
	rules    []rule
	axis     string
	mode     string
	per      string
	tiers    []tier
	table    *table
	target   num
	window   span
	prizes   []int64
	ties     string
	outside  bool
	of       []int
	when     *condition
	factor   *factor
	kicker   *kicker
	tranches []tranche
	premiums []int // shift premiums on it
	gates    []*gate
	held     bool // by the holdback
}

type rule struct {
	priority int
	when     *condition
	amount   int64
}

type factor struct {
	by    path
	table *table
}

type kicker struct {
	when *condition
	rate num
}

type tranche struct {
	stage int
	share num
}

// eventful reports whether the component pays event by event.
func (k *component) eventful() bool {
	switch k.typ {
	case PerUnit, Percent:
		return true
	case Tiered:
		return k.measure.m.incremental() && !k.measure.team
	}
	return false
}

// keysOf lists the keys that a type of component takes besides id, type, factor, kicker, earn and per.
var keysOf = map[Type]string{
	PerUnit: "measure amount rules", Percent: "measure rate", Tiered: "measure axis mode tiers", BonusTable: "measure table",
	KPIBonus: "metric target amount", Contest: "measure window prizes ties outside_cap", ShiftPremium: "of rate when",
}

func (c *planCompiler) compileComponent(d componentDoc, at string) {
	k := &component{
		index: len(c.components), id: d.ID, typ: Type(d.Type), line: d.Line, per: orElse(d.Per, perPeriod), outside: d.OutsideCap,
	}
	c.f.Check(componentID.MatchString(d.ID), at+".id", "must be lower-case letters, digits, - and _, beginning with a letter")
	c.f.Check(c.byID[d.ID] == nil, at+".id", "another component has this id already")
	c.foreignKeys(d, at)
	switch k.typ {
	case PerUnit:
		c.perUnit(k, d, at)
	case Percent:
		k.measure = c.measureOf(d.Measure, at)
		k.rate = c.requiredRate(d.Rate, at+".rate")
		c.f.Check(k.measure.m.fold == foldSum, at+".measure", "percent needs a measure that sums a value")
		k.measure.m.money = true // what a rate is applied to is an amount
	case Tiered:
		c.tiered(k, d, at)
	case BonusTable:
		k.measure = c.measureOf(d.Measure, at)
		k.table = c.table(d.Table, at+".table", true)
	case KPIBonus:
		c.f.Check(d.Metric != "", at+".metric", "is missing")
		k.measure, k.target = c.lookUp(at+".metric", d.Metric, true), c.decimal(at+".target", d.Target)
		k.amount = c.requiredMoney(d.Amount, at+".amount")
	case Contest:
		c.contest(k, d, at)
	case ShiftPremium:
		k.rate, k.when = c.requiredRate(d.Rate, at+".rate"), c.condition(at+".when", d.When)
		c.f.Check(len(d.Of) > 0, at+".of", "a premium needs the components it is a premium on")
	}
	c.extras(k, d, at)
	c.components = append(c.components, k)
	c.byID[k.id] = k
}

// foreignKeys finds keys that belong to other types of components.
func (c *planCompiler) foreignKeys(d componentDoc, at string) {
	allowed := " " + keysOf[Type(d.Type)] + " "
	if allowed == "  " {
		return
	}
	given := map[string]bool{
		"measure": d.Measure != "", "amount": d.Amount != "", "rate": d.Rate != "", "rules": len(d.Rules) > 0, "axis": d.Axis != "",
		"mode": d.Mode != "", "tiers": len(d.Tiers) > 0, "table": len(d.Table.Rows) > 0, "metric": d.Metric != "", "target": d.Target != "",
		"window": d.Window != "", "prizes": len(d.Prizes) > 0, "ties": d.Ties != "", "outside_cap": d.OutsideCap, "of": len(d.Of) > 0,
		"when": d.When != "",
	}
	for _, key := range sortedTrue(given) {
		if !strings.Contains(allowed, " "+key+" ") && key != "outside_cap" {
			c.f.Addf(at+"."+key, "a %s component has no %s (line %d)", d.Type, key, d.Line)
		}
	}
}

func sortedTrue(m map[string]bool) []string {
	var out []string
	for k, v := range m {
		if v {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func (c *planCompiler) measureOf(name, at string) measureRef {
	if name == "" {
		c.f.Addf(at+".measure", "is missing")
		return measureRef{m: &measure{}}
	}
	return c.lookUp(at+".measure", name, false)
}

func (c *planCompiler) requiredRate(s, at string) num {
	if s == "" {
		c.f.Addf(at, "is missing")
		return num{}
	}
	return c.share(at, s)
}

func (c *planCompiler) requiredMoney(s, at string) int64 {
	if s == "" {
		c.f.Addf(at, "is missing")
		return 0
	}
	return c.money(at, s)
}

func (c *planCompiler) perUnit(k *component, d componentDoc, at string) {
	k.measure = c.measureOf(d.Measure, at)
	m := k.measure.m
	c.f.Check(m.fold == "" || m.incremental() && !m.money && !k.measure.team, at+".measure", "per_unit needs a measure that counts")
	if len(d.Rules) == 0 {
		k.amount = c.requiredMoney(d.Amount, at+".amount")
		return
	}
	c.f.Check(d.Amount == "", at+".amount", "has either an amount or rules")
	always := map[int]bool{}
	for i, r := range d.Rules {
		path := fmt.Sprintf("%s.rules.%d", at, i)
		k.rules = append(k.rules, rule{r.Priority, c.condition(path+".when", r.When), c.money(path+".amount", r.Amount)})
		if r.When == "" {
			c.f.Check(!always[r.Priority], path+".priority", "two rules of equal priority always match, so they overlap: which one pays?")
			always[r.Priority] = true
		}
	}
	slices.SortStableFunc(k.rules, func(a, b rule) int { return b.priority - a.priority })
}

func (c *planCompiler) contest(k *component, d componentDoc, at string) {
	k.measure = c.measureOf(d.Measure, at)
	k.ties = orElse(d.Ties, "split_pool")
	from, to, _ := strings.Cut(d.Window, "/")
	a, ok1 := parseDay(from)
	b, ok2 := parseDay(to)
	c.f.Check(ok1 && ok2 && a < b, at+".window", "must be two dates, the second one the first day after: 2026-03-01/2026-04-01")
	k.window = span{a, b}
	c.f.Check(len(d.Prizes) > 0, at+".prizes", "a contest needs prizes")
	for i, p := range d.Prizes {
		k.prizes = append(k.prizes, c.money(fmt.Sprintf("%s.prizes.%d", at, i), p))
		c.f.Check(i == 0 || k.prizes[i] <= k.prizes[i-1], fmt.Sprintf("%s.prizes.%d", at, i), "is more than the prize before it")
	}
}

// extras are what any component may have.
func (c *planCompiler) extras(k *component, d componentDoc, at string) {
	if d.Factor != nil {
		k.factor = &factor{c.path(at+".factor.by", d.Factor.By), c.table(d.Factor.Table, at+".factor.table", false)}
	}
	if d.Kicker != nil {
		k.kicker = &kicker{c.condition(at+".kicker.when", d.Kicker.When), c.share(at+".kicker.rate", d.Kicker.Rate)}
	}
	byEvent := k.typ == PerUnit || k.typ == Percent || k.typ == Tiered || k.typ == ShiftPremium
	c.f.Check(byEvent || d.Factor == nil && d.Kicker == nil && d.Earn == nil, at, "factor, kicker and earn need a component that pays for each result")
	c.f.Check(k.per != perEvent || k.typ == Tiered || k.typ == PerUnit || k.typ == Percent, at+".per", "only what pays for each result can be per event")
	if d.Earn == nil {
		return
	}
	sum, stages := num{}, map[int]bool{}
	for i, t := range d.Earn.Tranches {
		path := fmt.Sprintf("%s.earn.tranches.%d", at, i)
		share := c.portion(path+".share", t.Share)
		c.f.Check(!stages[t.Stage] && t.Stage >= 0, path+".stage", "must be 0, 30, 60 or 90, and each once")
		stages[t.Stage], sum = true, sum.add(share)
		k.tranches = append(k.tranches, tranche{t.Stage, share})
	}
	c.f.Check(sum.cmp(one) == 0, at+".earn.tranches", "the shares must add up to 100%")
	shares := make([]num, len(k.tranches))
	for i, t := range k.tranches {
		shares[i] = t.share
	}
	_, ok := commonDenominator(shares)
	c.f.Check(ok, at+".earn.tranches", "the shares are too finely cut")
}

// linkComponents resolves what components say of each other.
func (c *planCompiler) linkComponents() {
	for i, k := range c.components {
		if k.typ != ShiftPremium {
			continue
		}
		at := fmt.Sprintf("components.%d.of", i)
		k.of = c.indexesOf(at, c.doc.Components[i].Of)
		for _, base := range k.of {
			b := c.components[base]
			c.f.Check(b.typ == PerUnit || b.typ == Percent || b.typ == Tiered && b.eventful(), at, fmt.Sprintf("%s does not pay for each result", b.id))
			b.premiums = append(b.premiums, k.index)
		}
	}
}
