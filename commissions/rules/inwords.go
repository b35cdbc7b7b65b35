package rules

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Said is one sentence about a plan: which, and what stands in its gaps. Languages have the sentences; amounts, rates and
// conditions are as the plan writes them. Under says that it belongs to the sentence before it.
type Said struct {
	Code   string
	Values map[string]string
	Under  bool
}

// InWords is a plan in sentences, in the order of the plan: what is counted, what pays, what it depends on, what is taken
// back. Everything that moves money has a sentence.
func (p *PayPlan) InWords() []Said {
	w := wording{p: p}
	d := p.doc
	w.say("plan", "plan", p.Name, "version", strconv.Itoa(p.Version), "currency", p.Currency, "sha", p.SHA)
	w.say("calendar_"+calendarWord(d.Calendar.Pay), "pay", d.Calendar.Pay, "zone", d.Calendar.TZ)
	w.say("rounding_" + orElse(d.Rounding.Mode, "half_up"))
	for _, name := range slices.Sorted(maps.Keys(d.Measures)) {
		w.measure(name, d.Measures[name])
	}
	w.quota(d.Quota)
	for _, c := range d.Components {
		w.component(c)
	}
	for _, g := range d.Gates {
		w.gate(g)
	}
	w.bounds("cap", d.Caps)
	w.bounds("floor", d.Floors)
	w.team(d)
	w.takenBack(d.Clawback)
	if d.FX != nil {
		w.say("fx_" + d.FX.Date)
	}
	return w.out
}

type wording struct {
	p   *PayPlan
	out []Said
}

func (w *wording) say(code string, pairs ...string) {
	values := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	w.out = append(w.out, Said{Code: code, Values: values})
}

func (w *wording) under(code string, pairs ...string) {
	w.say(code, pairs...)
	w.out[len(w.out)-1].Under = true
}

func calendarWord(pay string) string {
	if slices.Contains([]string{"weekly", "biweekly", "semimonthly", "monthly"}, pay) {
		return pay
	}
	return "days"
}

func spoken(id string) string { return strings.ReplaceAll(id, "_", " ") }

func spokenAll(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = spoken(id)
	}
	return strings.Join(out, ", ")
}

func (w *wording) measure(name string, m measureDoc) {
	code, field := "count", m.Count
	for _, x := range []struct{ code, field string }{{"sum", m.Sum}, {"avg", m.Avg}, {"max", m.Max}, {"min", m.Min}, {"metric", m.Metric}} {
		if x.field != "" {
			code, field = x.code, x.field
		}
	}
	w.say("measure_"+code, "name", spoken(name), "field", field)
	if m.When != "" {
		w.under("only_when", "when", m.When)
	}
	if m.MinSamples > 0 {
		w.under("at_least_samples", "n", strconv.Itoa(m.MinSamples))
	}
}

func (w *wording) quota(q *quotaDoc) {
	if q == nil {
		return
	}
	code := "quota"
	if q.Amount == "" {
		code = "quota_given"
	}
	w.say(code, "measure", spoken(q.Measure), "amount", q.Amount, "per", orElse(q.Per, perPeriod))
	if q.Prorate != "" && q.Prorate != "none" {
		w.under("prorated_" + q.Prorate)
	}
}

func (w *wording) component(c componentDoc) {
	id, currency := spoken(c.ID), w.p.Currency
	switch Type(c.Type) {
	case PerUnit:
		if len(c.Rules) == 0 {
			w.say("per_unit", "id", id, "measure", spoken(c.Measure), "amount", c.Amount, "currency", currency)
		} else {
			w.say("per_unit_rules", "id", id, "measure", spoken(c.Measure))
		}
		w.rules(c.Rules)
	case Percent:
		w.say("percent", "id", id, "measure", spoken(c.Measure), "rate", c.Rate)
	case Tiered:
		w.say("tiered_"+orElse(c.Mode, modeMarginal), "id", id, "measure", spoken(c.Measure), "per", orElse(c.Per, perPeriod))
		w.tiers(c)
	case BonusTable:
		w.say("bonus_table", "id", id, "measure", spoken(c.Measure), "per", orElse(c.Per, perPeriod))
		for _, r := range c.Table.Rows {
			w.under("row", "from", r.From, "amount", r.Value, "currency", currency)
		}
	case KPIBonus:
		w.say("kpi_bonus", "id", id, "metric", spoken(c.Metric), "target", c.Target, "amount", c.Amount, "currency", currency)
	case Contest:
		w.say("contest_"+orElse(c.Ties, "split_pool"), "id", id, "measure", spoken(c.Measure), "window", strings.ReplaceAll(c.Window, "/", " – "),
			"prizes", strings.Join(c.Prizes, ", "), "currency", currency)
	case ShiftPremium:
		w.say("shift_premium", "id", id, "of", spokenAll(c.Of), "rate", c.Rate)
		if c.When != "" {
			w.under("only_when", "when", c.When)
		}
	}
	w.extras(c)
}

func (w *wording) rules(list []ruleDoc) {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b ruleDoc) int { return b.Priority - a.Priority })
	for _, r := range sorted {
		code := "rule"
		if r.When == "" {
			code = "rule_else"
		}
		w.under(code, "amount", r.Amount, "currency", w.p.Currency, "when", r.When)
	}
}

func (w *wording) tiers(c componentDoc) {
	for i, t := range c.Tiers {
		to, code := t.To, "tier"
		if to == "" && i+1 < len(c.Tiers) {
			to = c.Tiers[i+1].From
		}
		if to == "" {
			code = "tier_last"
		}
		pays := t.Rate
		if pays == "" {
			pays = t.Amount + " " + w.p.Currency
		}
		if c.Axis == axisAttainment {
			code += "_quota"
		}
		w.under(code, "from", t.From, "to", to, "pays", pays)
	}
}

func (w *wording) extras(c componentDoc) {
	if c.Factor != nil {
		w.under("factor", "by", c.Factor.By)
		for _, r := range c.Factor.Table.Rows {
			w.under("factor_row", "from", r.From, "factor", r.Value)
		}
	}
	if c.Kicker != nil {
		w.under("kicker", "rate", c.Kicker.Rate, "when", c.Kicker.When)
	}
	if c.Earn != nil {
		for _, t := range c.Earn.Tranches {
			code := "tranche"
			if t.Stage == 0 {
				code = "tranche_now"
			}
			w.under(code, "share", t.Share, "days", strconv.Itoa(t.Stage))
		}
	}
	if c.OutsideCap {
		w.under("outside_cap")
	}
}

func (w *wording) gate(g gateDoc) {
	code := "gate_" + g.Else
	if g.GTE == "" {
		code = "gate_table"
	}
	w.say(code, "id", spoken(g.ID), "metric", spoken(g.Metric), "gte", g.GTE, "of", spokenAll(g.AppliesTo))
	for _, t := range g.Tiers {
		w.under("gate_share", "from", t.From, "share", t.Share)
	}
	w.under("missing_" + orElse(g.Missing, "hold"))
	if g.MinSamples > 0 {
		w.under("at_least_samples", "n", strconv.Itoa(g.MinSamples))
	}
}

func (w *wording) bounds(code string, list []capDoc) {
	for _, c := range list {
		which := code + "_" + c.Scope
		of := spokenAll(c.Components)
		if of == "" {
			which += "_all"
		}
		w.say(which, "of", of, "amount", c.Amount, "currency", w.p.Currency, "per", orElse(c.Per, perPeriod))
	}
}

// team says what is of leads, draws, guarantees and what is held back.
func (w *wording) team(d planDoc) {
	currency := w.p.Currency
	if o := d.Override; o != nil {
		w.say("override", "id", spoken(o.ID), "rate", o.Rate, "base", spoken(strings.TrimPrefix(o.Base, "team.")))
		if o.ExcludeOwn {
			w.under("exclude_own")
		}
		if o.ClawbackFlows {
			w.under("clawback_flows")
		}
	}
	if x := d.Draw; x != nil {
		w.say("draw_"+x.Kind, "amount", x.Amount, "currency", currency, "per", orElse(x.Per, perPeriod))
		if x.MaxRecovery != "" {
			w.under("draw_most", "most", x.MaxRecovery)
		}
		if x.To != "" {
			w.under("draw_until", "to", x.To)
		}
		w.under("leaving_" + orElse(x.OnTermination, "write_off"))
	}
	if g := d.Guarantee; g != nil {
		w.say("guarantee", "amount", g.Amount, "currency", currency, "per", orElse(g.Per, perPeriod))
		if g.Prorate != "" && g.Prorate != "none" {
			w.under("prorated_" + g.Prorate)
		}
	}
	if h := d.Holdback; h != nil {
		w.say("holdback", "of", spokenAll(h.Components), "rate", h.Rate, "days", strconv.Itoa(h.WindowDays))
	}
}

func (w *wording) takenBack(c *clawbackDoc) {
	if c == nil {
		w.say("no_clawback")
		return
	}
	window, unit := c.WindowDays, "days"
	if window == 0 {
		window, unit = c.WindowMonths, "months"
	}
	w.say("clawback_"+c.Method+"_"+unit, "window", strconv.Itoa(window))
	if c.Triggers == "" {
		w.under("any_but_company")
	} else {
		w.under("only_when", "when", c.Triggers)
	}
	if c.Basis == "retier" {
		w.under("retier")
	}
	switch {
	case c.EarnedAfter > 0:
		w.under("earned_after", "days", fmt.Sprint(c.EarnedAfter))
	case c.EarnedWhen == "posted":
		w.under("earned_posted")
	default:
		w.under("earned_window")
	}
	if c.MaxRecovery != "" {
		w.under("most_taken", "rate", c.MaxRecovery)
	}
	w.under("leaving_" + orElse(c.OnTermination, "write_off"))
}
