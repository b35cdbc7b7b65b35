package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"saveline/internal/errs"
)

// Correct compares an agent's lines with what is posted of the agent, and returns what to post: new lines, and corrections.
// closedTo is, by plan, the first day that is open; late are the events recorded since the last close, for the reasons.
//
// Codes: invalid (a closedTo that is no date).
func Correct(a AgentPay, posted []PayLine, closedTo map[string]Date, late []*Event) ([]PayLine, error) {
	b := PayBook{late: map[string][]*Event{a.Agent: late}}
	return correct(a.Lines, postedByAgent(posted)[a.Agent], closedTo, b.whyLate)
}

// postedSum is what has been posted under one key.
type postedSum struct {
	first PayLine // the line itself
	last  PayLine // it, or its last correction
	minor int64
	times int
}

func postedByAgent(lines []PayLine) map[string]map[string]*postedSum {
	out := map[string]map[string]*postedSum{}
	for _, l := range lines {
		if out[l.Agent] == nil {
			out[l.Agent] = map[string]*postedSum{}
		}
		key := l.Key()
		if d, ok := parseDay(string(l.Date)); ok && l.item == nil {
			l.day = d // a line that comes from a database
		}
		p := out[l.Agent][key]
		if p == nil {
			p = &postedSum{first: l}
			out[l.Agent][key] = p
		}
		if l.Seq == 0 {
			p.first = l
		}
		if p.times == 0 || l.Seq > p.last.Seq {
			p.last = l
		}
		p.minor += l.Amount.Minor
		p.times++
	}
	return out
}

// correct compares lines with what is posted of one agent. A line that nobody has posted is posted as it is, in its own
// period or the first open one; a posted one that has changed gives a correction that points at it; the same gives
// nothing, so that computing again posts nothing.
func correct(lines []PayLine, posted map[string]*postedSum, closedTo map[string]Date, why func(*PayLine) string) ([]PayLine, error) {
	var out []PayLine
	closed := map[string]day{}
	for name, d := range closedTo {
		v, ok := parseDay(string(d))
		if !ok {
			return nil, errs.Newf(errs.Invalid, "closed through %q, which is no date", d)
		}
		closed[name] = v
	}
	left := make(map[string]*postedSum, len(posted))
	maps.Copy(left, posted)
	siblings := map[string]string{} // by component and result: a line that is posted
	if len(posted) > 0 {
		why = withTerms(why, lines, posted)
		for key, p := range posted {
			if at := p.first.Component + "|" + p.first.Ref; p.first.Kind == KindEarn && (siblings[at] == "" || key < siblings[at]) {
				siblings[at] = key
			}
		}
	}
	for _, l := range lines {
		key := l.Key()
		p := left[key]
		delete(left, key)
		if p == nil {
			if l.postIn(closed) {
				l.Reason = fmt.Sprintf("%s of %s came after %s was closed", why(&l), l.name(), l.natural())
				if other := siblings[l.Component+"|"+l.Ref]; other != "" && l.Kind == KindEarn { // another tier of a posted result
					l.Corrects, l.Reason = other, fmt.Sprintf("%s of %s moved by %s", why(&l), l.name(), l.Amount)
				}
			}
			out = append(out, l)
			continue
		}
		if p.minor == l.Amount.Minor {
			continue
		}
		out = append(out, p.correction(l, l.Amount.Minor-p.minor, closed, why))
	}
	for _, p := range left {
		if p.minor == 0 {
			continue
		}
		gone := p.last
		gone.Amount.Minor = 0
		out = append(out, p.correction(gone, -p.minor, closed, why))
	}
	return inOrder(out), nil
}

// correction is the difference between what a line should be and what has been posted of it.
func (p *postedSum) correction(l PayLine, minor int64, closed map[string]day, why func(*PayLine) string) PayLine {
	was := p.first.Plan.amount(p.minor)
	l.Reason = fmt.Sprintf("%s of %s moved from %s to %s", why(&l), l.name(), was, l.Amount)
	l.Amount.Minor = minor
	l.Corrects, l.Seq = p.first.Key(), p.last.Seq+1
	l.postIn(closed)
	return l
}

// postIn moves a line whose period is closed into the first open one, and reports whether it did.
func (l *PayLine) postIn(closed map[string]day) bool {
	open, ok := closed[l.Plan.Name]
	if !ok || l.day >= open {
		return false
	}
	l.Period = l.Plan.cal.label(l.Plan.cal.period(open))
	return true
}

// natural is the period that a line is of, wherever it is posted.
func (l *PayLine) natural() string { return l.Plan.cal.label(l.Plan.cal.period(l.day)) }

// name is how a sentence calls what a line is for.
func (l *PayLine) name() string {
	if l.Ref == "" {
		return l.natural()
	}
	return l.Ref
}

// withTerms adds to a reason by which rates a result was paid and is: a result whose tiers moved is lines of several keys.
func withTerms(why func(*PayLine) string, lines []PayLine, posted map[string]*postedSum) func(*PayLine) string {
	was, is := map[string][]string{}, map[string][]string{}
	note := func(into map[string][]string, l *PayLine, minor int64) {
		key, terms := l.Component+"|"+l.Ref, l.Terms()
		if minor != 0 && l.Kind == KindEarn && terms != "" && !slices.Contains(into[key], terms) {
			into[key] = append(into[key], terms)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(posted)) {
		note(was, &posted[key].last, posted[key].minor)
	}
	for i := range lines {
		note(is, &lines[i], lines[i].Amount.Minor)
	}
	return func(l *PayLine) string {
		key := l.Component + "|" + l.Ref
		a, b := strings.Join(was[key], " and "), strings.Join(is[key], " and ")
		if a == b || a == "" || b == "" {
			return why(l) + l.Component
		}
		return fmt.Sprintf("%s%s (from %s to %s)", why(l), l.Component, a, b)
	}
}

// Terms are the rate or amount and what gates left of it: "7.5%". Keep them with a posted line, in TermsKept.
func (l *PayLine) Terms() string {
	if l.item == nil {
		return l.TermsKept
	}
	it := l.item
	var out []string
	switch {
	case !it.rate.isZero():
		out = append(out, it.rate.percent())
	case it.perOne != 0:
		out = append(out, l.Plan.amount(it.perOne).String())
	}
	for _, g := range it.gated.gates {
		if g.share != one {
			out = append(out, "gate "+g.share.percent())
		}
	}
	return strings.Join(out, ", ")
}

// whyLate names what was recorded after the books were closed and touches the line's agent: the cause of a correction.
func (b PayBook) whyLate(l *PayLine) string {
	if len(b.late) == 0 {
		return ""
	}
	var names []string
	for _, e := range b.late[l.Agent] {
		if len(names) == lateNamesMax {
			names = append(names, "others")
			break
		}
		names = append(names, fmt.Sprintf("%s %s of %s", e.Type, orElse(e.Ref, e.ID), dayOf(e.EffectiveAt, l.Plan.cal.zone)))
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("because %s arrived late, ", strings.Join(names, ", "))
}

const lateNamesMax = 3
