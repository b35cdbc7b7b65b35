package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// Severity is how bad a finding is.
type Severity string

// The severities. An error keeps a plan from being used; a warning wants somebody to look; a notice informs.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityNotice  Severity = "notice"
)

// Finding is one thing that a linter has to say about a plan.
type Finding struct {
	Severity Severity
	Rule     string // a code: gap, overlap, cliff, unreachable, missing_data, minimum_save, ...
	Path     string
	Line     int // 0 when it is of no one line
	Column   int // 0 when nobody has looked: CheckText does
	Message  string
	Hangs    *Hangs // of a cliff: what hangs on its threshold
}

// Hangs is how much pay one threshold decides. Amount is zero where it depends on what comes; Share is of the component.
type Hangs struct {
	On     string
	Amount money.Amount
	Share  string
}

// String is "warning: gates.0 (line 14): ... [cliff]".
func (f Finding) String() string {
	at := f.Path
	if f.Line > 0 {
		at = fmt.Sprintf("%s (line %d)", f.Path, f.Line)
	}
	return fmt.Sprintf("%s: %s: %s [%s]", f.Severity, at, f.Message, f.Rule)
}

// LintText reads a plan and says everything about it: what is refused, or else what Lint finds.
func LintText(text []byte) []Finding {
	p, err := ParsePlan(text)
	if err == nil {
		return Lint(p)
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Fields) == 0 {
		return []Finding{{Severity: SeverityError, Rule: "refused", Path: "plan", Message: err.Error()}}
	}
	var out []Finding
	for _, f := range e.Fields {
		rule := "refused"
		for _, word := range []string{"gap", "overlap", "unknown key"} {
			if strings.Contains(f.Message, word) {
				rule = strings.ReplaceAll(word, " ", "_")
			}
		}
		out = append(out, Finding{Severity: SeverityError, Rule: rule, Path: f.Path, Message: f.Message})
	}
	return out
}

// Lint finds what is lawful to write and unwise to sign: cliffs, with how much hangs on one threshold; tiers that nobody
// reaches or that pay nothing; gates without a word on missing data; pay that hangs on a least number of saves.
func Lint(p *PayPlan) (findings []Finding) {
	l := linter{p: p}
	var tooLarge error
	defer func() {
		if findings = l.out; tooLarge != nil {
			l.addf(SeverityError, "too_large", "plan", 0, "%v", tooLarge)
			findings = l.out
		}
	}()
	defer catchTooLarge(&tooLarge)
	for i, k := range p.components {
		if k.typ == Override {
			continue
		}
		at := fmt.Sprintf("components.%d", i)
		l.tiers(k, at)
		l.table(k, at)
		l.kpi(k, at)
	}
	for i, g := range p.gates {
		l.gate(g, fmt.Sprintf("gates.%d", i))
	}
	l.caps()
	l.fx()
	l.clawback()
	return l.out
}

type linter struct {
	p   *PayPlan
	out []Finding
}

func (l *linter) addf(s Severity, rule, path string, line int, format string, args ...any) {
	l.out = append(l.out, Finding{Severity: s, Rule: rule, Path: path, Line: line, Message: fmt.Sprintf(format, args...)})
}

// hangs says of the last finding what hangs on its threshold.
func (l *linter) hangs(on string, amount money.Amount, share string) {
	l.out[len(l.out)-1].Hangs = &Hangs{on, amount, share}
}

// tiers finds jumps: where one more unit changes the pay of all that came before.
func (l *linter) tiers(k *component, at string) {
	if k.typ != Tiered || len(k.tiers) == 0 {
		return
	}
	if k.tiers[0].from.sign() > 0 {
		l.addf(SeverityNotice, "below_first_tier", at, k.line, "%s pays nothing below %s", k.id, k.tiers[0].label)
	}
	if last := k.tiers[len(k.tiers)-1]; !last.open && k.mode != modeInterpolated {
		l.addf(SeverityWarning, "above_last_tier", at, k.line, "values from the end of the last tier (%s) are exceptions: leave its \"to\" out to pay them", last.label)
	}
	for i := 1; i < len(k.tiers); i++ {
		was, is := k.tiers[i-1], k.tiers[i]
		path := fmt.Sprintf("%s.tiers.%d", at, i)
		if was.rate.cmp(is.rate) == 0 && was.amount == is.amount {
			l.addf(SeverityNotice, "same_tier", path, is.line, "pays what the tier before it pays")
		}
		if is.rate.cmp(was.rate) < 0 || is.amount < was.amount && k.mode != modeInterpolated {
			l.addf(SeverityNotice, "decelerator", path, is.line, "pays less than the tier before it")
		}
		if k.mode != modeWhole {
			continue
		}
		l.cliff(k, was, is, path)
	}
	if k.axis == axisAttainment && k.per != l.p.quota.per {
		l.addf(SeverityWarning, "quota_period", at, k.line, "attainment is gathered per %s, and the quota is per %s", k.per, l.p.quota.per)
	}
}

// cliff says what hangs on reaching a whole tier.
func (l *linter) cliff(k *component, was, is tier, path string) {
	quota := one
	if k.axis == axisAttainment {
		if !l.p.quota.amount.set {
			l.addf(SeverityWarning, "cliff", path, is.line, "at %s of quota the rate changes from %s to %s for everything sold before", is.label, was.rate.percent(), is.rate.percent())
			l.hangs(is.label, l.p.amount(0), "")
			return
		}
		quota = l.p.quota.amount.v
		if k.measure.m.money {
			quota = l.p.inMinor(quota)
		}
	}
	edge := is.from.mul(quota)
	below, above := rewardAt(k, was, edge), rewardAt(k, is, edge)
	jump := above.sub(below)
	if jump.isZero() {
		return
	}
	amount := l.p.amount(jump.round(l.p.rounding))
	l.addf(SeverityWarning, "cliff", path, is.line, "reaching %s changes pay by %s %s at once (%s): agents who are near it are under pressure; marginal tiers have no such jump",
		is.label, amount, l.p.Currency, shareOf(jump, above))
	l.hangs(is.label, amount, shareOf(jump, above))
}

func rewardAt(k *component, t tier, total num) num {
	t.open = true
	t.from = num{}
	return k.reward([]tier{t}, total)
}

func shareOf(part, all num) string {
	if all.isZero() {
		return "all of it"
	}
	return part.div(all).mul(whole(100)).approx(0) + "% of the component"
}

// table finds how much hangs on one row.
func (l *linter) table(k *component, at string) {
	if k.table == nil {
		return
	}
	for i := 1; i < len(k.table.rows); i++ {
		was, is := k.table.rows[i-1].value, k.table.rows[i].value
		if jump := is.sub(was); jump.mul(whole(2)).cmp(is) >= 0 && jump.sign() > 0 {
			l.addf(SeverityWarning, "cliff", at+".table", k.table.line, "the row %s pays %s more than the one before: %s",
				k.table.rows[i].label, l.p.amount(jump.round(l.p.rounding)), shareOf(jump, is))
			l.hangs(k.table.rows[i].label, l.p.amount(jump.round(l.p.rounding)), shareOf(jump, is))
		}
	}
}

func (l *linter) kpi(k *component, at string) {
	if k.typ == KPIBonus {
		l.addf(SeverityWarning, "cliff", at, k.line, "all of %s (%s) hangs on reaching %s", k.id, l.p.amount(k.amount), k.target)
		l.hangs(k.target.String(), l.p.amount(k.amount), "all of it")
	}
}

// gate finds what a gate decides at one threshold, and what it says of missing data.
func (l *linter) gate(g *gate, at string) {
	if g.missing != "hold" {
		l.addf(SeverityWarning, "missing_data", at, g.line, "without a number for %s the gate says %s: hold is the only answer that neither pays nor withholds wrongly", g.measure.m.name, g.missing)
	}
	if g.minSamples == 0 && g.measure.m.minSamples == 0 && slices.Contains([]fold{foldAvg, foldMax, foldMin}, g.measure.m.fold) {
		l.addf(SeverityNotice, "few_samples", at, g.line, "one value of %s is enough to open or close it: give min_samples", g.measure.m.name)
	}
	behind := 0
	for _, k := range l.p.components {
		if slices.Contains(k.gates, g) {
			behind++
		}
	}
	if g.otherwise == "zero" {
		l.addf(SeverityWarning, "cliff", at, g.line, "%d of %d components hang on %s reaching %s: below it they pay nothing; else: scale has no such edge", behind, l.ownComponents(), g.measure.m.name, g.gte.v)
		l.hangs(g.measure.m.name+" "+g.gte.v.String(), l.p.amount(0), fmt.Sprintf("%d/%d", behind, l.ownComponents()))
	}
	l.scale(g, at)
	l.minimumSave(g, at)
}

func (l *linter) ownComponents() int {
	n := 0
	for _, k := range l.p.components {
		if k.typ != Override {
			n++
		}
	}
	return n
}

func (l *linter) scale(g *gate, at string) {
	for i := 1; i < len(g.tiers); i++ {
		if fall := g.tiers[i-1].rate.sub(g.tiers[i].rate); fall.mul(whole(2)).cmp(one) >= 0 || fall.neg().mul(whole(2)).cmp(one) >= 0 {
			l.addf(SeverityWarning, "cliff", fmt.Sprintf("%s.tiers.%d", at, i), g.tiers[i].line, "at %s the share moves from %s to %s at once", g.tiers[i].label, g.tiers[i-1].rate.percent(), g.tiers[i].rate.percent())
		}
	}
	if g.gte.set {
		for i, t := range g.tiers {
			if t.from.cmp(g.gte.v) >= 0 {
				l.addf(SeverityNotice, "unreachable", fmt.Sprintf("%s.tiers.%d", at, i), t.line, "is never reached: from %s on the gate is open", g.gte.v)
			}
		}
	}
}

// minimumSave warns of pay that hangs on a least number of saves, which has led agents to hinder lawful cancellations.
func (l *linter) minimumSave(g *gate, at string) {
	m := g.measure.m
	if !m.incremental() || !m.aboutSaves() {
		return
	}
	severity := SeverityWarning
	if a := l.p.doc.Acknowledgement; a != nil && a.MinimumSave == "accepted" {
		severity = SeverityNotice
	}
	l.addf(severity, "minimum_save", at, g.line, "pay hangs on a least number of saves. Regulators treat hindering a cancellation as unfair (FTC Act section 5, ROSCA, state auto-renewal laws), "+
		"and such gates have caused it; have counsel look, and write acknowledgement: {minimum_save: accepted}")
}

// aboutSaves reports whether a measure counts saves.
func (m *measure) aboutSaves() bool { return m.when != nil && saysSave(m.when.text) }

func (l *linter) caps() {
	for i, c := range l.p.caps {
		if c.amount == 0 {
			l.addf(SeverityWarning, "unreachable", fmt.Sprintf("caps.%d", i), c.line, "a cap of nothing: %s pay nothing", l.p.names(c.components))
		}
		for j, f := range l.p.floors {
			if f.scope == c.scope && f.amount > c.amount && f.per == c.per && slices.Equal(f.components, c.components) {
				l.addf(SeverityError, "floor_over_cap", fmt.Sprintf("floors.%d", j), f.line, "the floor %s is above the cap %s", l.p.amount(f.amount), l.p.amount(c.amount))
			}
		}
	}
}

func (l *linter) fx() {
	if l.p.fx == "pay" {
		l.addf(SeverityNotice, "fx_pay", "fx", 0, "amounts in other currencies are not final before the pay run")
	}
}

func (l *linter) clawback() {
	w := l.p.clawback
	if w == nil {
		return
	}
	if !w.advance {
		l.addf(SeverityWarning, "earned_before_window", "clawback", 0, "what is taken back was earned already: California (Labor Code 221) and New York (Labor Law 193) allow taking back advances, not earnings; use earned_when: window_end")
	}
	if w.onLeaving == "carry" {
		l.addf(SeverityWarning, "leaver_debt", "clawback", 0, "an agent who leaves stays in debt: see Stein v. hhgregg (6th Cir. 2017); use on_termination: write_off")
	}
	if !w.maxRecovery.set {
		l.addf(SeverityNotice, "unlimited_recovery", "clawback", 0, "nothing limits how much of a period's pay may be taken: give max_recovery_per_period")
	}
}
