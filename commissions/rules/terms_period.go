package rules

import (
	"fmt"
	"strings"
)

// quotaRule is what attainment is measured against.
type quotaRule struct {
	measure measureRef
	amount  quantity // as the plan says it; from quota events when not set
	per     string
	prorate string
}

func (c *planCompiler) compileQuota() {
	d := c.doc.Quota
	if d == nil {
		return
	}
	q := &quotaRule{per: orElse(d.Per, perPeriod), prorate: orElse(d.Prorate, "none")}
	q.measure = c.lookUp("quota.measure", d.Measure, false)
	if d.Amount != "" {
		q.amount = quantity{c.decimal("quota.amount", d.Amount), true}
		c.f.Check(q.amount.v.sign() > 0, "quota.amount", "must be more than zero")
	}
	c.quota = q
}

// gate decides what share of a period's components is paid.
type gate struct {
	index      int
	id         string
	measure    measureRef
	gte        quantity
	otherwise  string // zero | scale | hold
	missing    string // hold | pass | zero
	tiers      []tier
	minSamples int
	line       int
}

func (c *planCompiler) compileGates() {
	ids := map[string]bool{}
	for i, d := range c.doc.Gates {
		at := fmt.Sprintf("gates.%d", i)
		g := &gate{index: i, id: d.ID, otherwise: d.Else, missing: orElse(d.Missing, "hold"), minSamples: d.MinSamples, line: d.Line}
		c.f.Check(!ids[d.ID] && d.ID != "", at+".id", "must be a name that no other gate has")
		ids[d.ID] = true
		g.measure = c.lookUp(at+".metric", d.Metric, true)
		if d.GTE != "" {
			g.gte = quantity{c.decimal(at+".gte", d.GTE), true}
		}
		c.f.Check(d.Else == "scale" || d.GTE != "", at+".gte", "is missing: from which value is the gate open?")
		c.scale(g, d, at)
		for _, index := range c.gated(at+".applies_to", d.AppliesTo) {
			c.components[index].gates = append(c.components[index].gates, g)
		}
		c.gates = append(c.gates, g)
	}
}

// gated finds the components of a gate; the override's id may stand among them.
func (c *planCompiler) gated(at string, names []string) []int {
	var own []string
	var out []int
	for _, n := range names {
		if c.override != nil && n == c.override.component.id {
			out = append(out, c.override.component.index)
			continue
		}
		own = append(own, n)
	}
	return append(out, c.indexesOf(at, own)...)
}

// scale reads the tiers of a gate that scales: every value from 0 up must have a share, unless gte covers it.
func (c *planCompiler) scale(g *gate, d gateDoc, at string) {
	if d.Else != "scale" {
		c.f.Check(len(d.Tiers) == 0, at+".tiers", "only a gate that scales has tiers")
		return
	}
	c.f.Check(len(d.Tiers) > 0, at+".tiers", "a gate that scales needs tiers: the share by the metric")
	g.tiers = c.tiers(d.Tiers, at+".tiers", c.decimal)
	for i, t := range d.Tiers {
		path := fmt.Sprintf("%s.tiers.%d", at, i)
		c.f.Check((t.Share == "") != (t.Rate == "") && t.Amount == "", path, "has a share, as \"50%\"")
		g.tiers[i].rate = c.share(path+".share", t.Share+t.Rate)
	}
	if len(g.tiers) == 0 {
		return
	}
	c.f.Check(g.tiers[0].from.sign() == 0, at+".tiers.0.from", fmt.Sprintf("there is a gap: values below %s are not covered", g.tiers[0].label))
	last := g.tiers[len(g.tiers)-1]
	c.f.Check(last.open || g.gte.set && last.to.cmp(g.gte.v) >= 0, at+".tiers", "there is a gap: values from the last tier's end are not covered")
}

// capRule bounds the sum of components over a bucket, from above or from below.
type capRule struct {
	index      int
	scope      string // component | plan
	components []int
	amount     int64
	per        string
	line       int
}

func (c *planCompiler) compileCaps(docs []capDoc, name string) []*capRule {
	var out []*capRule
	for i, d := range docs {
		at := fmt.Sprintf("%s.%d", name, i)
		r := &capRule{index: i, scope: d.Scope, amount: c.requiredMoney(d.Amount, at+".amount"), per: orElse(d.Per, perPeriod), line: d.Line}
		r.components = c.indexesOf(at+".components", d.Components)
		if len(d.Components) == 0 {
			for _, k := range c.components {
				if !k.outside && k.typ != Override {
					r.components = append(r.components, k.index)
				}
			}
		}
		c.f.Check(r.amount >= 0, at+".amount", "must not be negative")
		out = append(out, r)
	}
	return out
}

// override pays the team's lead.
type override struct {
	component     *component // how the lead's lines are named and gated
	measure       *measure   // base: what the team brought in, or
	base          *component // what a component paid the team
	excludeOwn    bool
	clawbackFlows bool
}

func (c *planCompiler) compileOverride() {
	d := c.doc.Override
	if d == nil {
		return
	}
	c.f.Check(componentID.MatchString(d.ID) && c.byID[d.ID] == nil, "override.id", "must be a name that no component has")
	o := &override{excludeOwn: d.ExcludeOwn, clawbackFlows: d.ClawbackFlows}
	o.component = &component{index: len(c.components), id: d.ID, typ: Override, line: d.Line, per: perPeriod, outside: true, rate: c.share("override.rate", d.Rate)}
	name, ok := strings.CutPrefix(d.Base, "team.")
	if k := c.byID[name]; k != nil && ok && c.byName[name] == nil {
		o.base = k
		c.f.Check(k.eventful(), "override.base", "the component must pay for each result")
	} else {
		ref := c.lookUp("override.base", name, false)
		ref.m.money = ref.m.money || ref.m.fold == foldSum
		o.measure = ref.m
		c.f.Check(ok && ref.m.fold == foldSum, "override.base", "must be team. and a measure that sums a value, or a component")
	}
	c.components = append(c.components, o.component)
	c.byID[d.ID] = o.component
	c.override = o
}

// draw is money in advance of earnings.
type draw struct {
	kind      string // recoverable | non_recoverable | forgiven
	amount    int64
	per       string
	days      span
	maxAmount int64 // of what is recovered in a bucket, or
	maxShare  num   // of its earnings
	limited   string
	onLeaving string
}

func (c *planCompiler) compileDraw() {
	d := c.doc.Draw
	if d == nil {
		return
	}
	w := &draw{kind: d.Kind, amount: c.requiredMoney(d.Amount, "draw.amount"), per: orElse(d.Per, perPeriod), days: span{noDay, lastDay}, onLeaving: orElse(d.OnTermination, "write_off")}
	for _, x := range []struct {
		text string
		into *day
		at   string
	}{{d.From, &w.days.from, "draw.from"}, {d.To, &w.days.to, "draw.to"}} {
		if x.text == "" {
			continue
		}
		v, ok := parseDay(x.text)
		c.f.Check(ok, x.at, "must be a date such as 2026-03-01")
		*x.into = v
	}
	c.f.Check(w.days.from < w.days.to, "draw.to", "must be after from")
	switch {
	case strings.ContainsAny(d.MaxRecovery, "%/"):
		w.limited, w.maxShare = "share", c.portion("draw.max_recovery", d.MaxRecovery)
	case d.MaxRecovery != "":
		w.limited, w.maxAmount = "amount", c.money("draw.max_recovery", d.MaxRecovery)
	}
	c.draw = w
}

// guarantee is the least that a bucket pays.
type guarantee struct {
	amount  int64
	per     string
	prorate string
}

func (c *planCompiler) compileGuarantee() {
	if d := c.doc.Guarantee; d != nil {
		c.guarantee = &guarantee{c.requiredMoney(d.Amount, "guarantee.amount"), orElse(d.Per, perPeriod), orElse(d.Prorate, "none")}
	}
}

// holdback keeps a share of lines back for some days.
type holdback struct {
	rate num
	days int
}

func (c *planCompiler) compileHoldback() {
	d := c.doc.Holdback
	if d == nil {
		return
	}
	c.holdback = &holdback{c.portion("holdback.rate", d.Rate), d.WindowDays}
	c.f.Check(d.WindowDays > 0 && d.WindowDays <= windowDaysMax, "holdback.window_days", "must be from 1 to 1100 days")
	for _, i := range c.indexesOf("holdback.components", d.Components) {
		c.components[i].held = true
	}
}

const (
	windowDaysMax   = 1100
	windowMonthsMax = 36
)

// clawback is what is taken back when a result does not last.
type clawback struct {
	days, months int // one of them
	clock        path
	triggers     *condition
	method       string // full | pro_rata_days | pro_rata_months
	retier       bool
	advance      bool // until the window's end it is not earned
	earnedAfter  int  // days after which it is, where that is before the window's end; 0 is the window's end
	maxRecovery  quantity
	onLeaving    string
}

const defaultTriggers = `event.type == "cancel" && event.cause != "company"`

func (c *planCompiler) compileClawback() {
	d := c.doc.Clawback
	if d == nil {
		return
	}
	w := &clawback{days: d.WindowDays, months: d.WindowMonths, method: d.Method, retier: d.Basis == "retier", advance: d.EarnedWhen != "posted", earnedAfter: d.EarnedAfter, onLeaving: orElse(d.OnTermination, "write_off")}
	c.f.Check((d.WindowDays > 0) != (d.WindowMonths > 0), "clawback", "needs either window_days or window_months")
	c.f.Check(d.WindowDays >= 0 && d.WindowDays <= windowDaysMax && d.WindowMonths >= 0 && d.WindowMonths <= windowMonthsMax, "clawback", "a window has at most 1100 days or 36 months")
	c.f.Check(d.EarnedAfter >= 0 && d.EarnedAfter <= windowDaysMax && (d.EarnedAfter == 0 || d.EarnedWhen != "posted"), "clawback.earned_after_days", "must be from 1 to 1100 days, and cannot stand beside earned_when: posted")
	c.f.Check(d.Method != "pro_rata_months" || d.WindowMonths > 0, "clawback.method", "pro_rata_months needs window_months")
	w.clock = c.path("clawback.clock", orElse(d.Clock, effectiveDatePath))
	w.triggers = c.condition("clawback.triggers", orElse(d.Triggers, defaultTriggers))
	if d.MaxRecovery != "" {
		w.maxRecovery = quantity{c.portion("clawback.max_recovery_per_period", d.MaxRecovery), true}
	}
	c.clawback = w
}

// unvested is the share that a cancellation on a day takes back: 1 on the first day, 0 after the window.
func (w *clawback) unvested(start, end day) (share num, kept int64) {
	kept = max(int64(end-start), 0)
	if w.months > 0 {
		stop := sameDayOfMonth(start, w.months)
		switch {
		case end >= stop:
			return num{}, kept
		case w.method == "pro_rata_months":
			m := int64(monthsBetween(start, end))
			return num{n: int64(w.months) - m, d: int64(w.months)}, m
		case w.method == "pro_rata_days":
			return num{n: int64(stop-start) - kept, d: int64(stop - start)}, kept
		}
		return one, kept
	}
	switch {
	case kept >= int64(w.days):
		return num{}, kept
	case w.method == "pro_rata_days":
		return num{n: int64(w.days) - kept, d: int64(w.days)}, kept
	}
	return one, kept
}

// windowEnd is the day on which what was paid is earned.
func (w *clawback) windowEnd(start day) day {
	if w.months > 0 {
		return sameDayOfMonth(start, w.months)
	}
	return start + day(w.days)
}

// earned is the day on which an advance is earned: the window's end, or sooner where the plan says so.
func (w *clawback) earned(start day) day {
	if end := w.windowEnd(start); w.earnedAfter == 0 || start+day(w.earnedAfter) > end {
		return end
	}
	return start + day(w.earnedAfter)
}
