package rules

import (
	"fmt"
	"maps"
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
	for _, l := range lines {
		key := l.Key()
		p := left[key]
		delete(left, key)
		if p == nil {
			if l.postIn(closed) {
				l.Reason = fmt.Sprintf("%s%s came after %s was closed", why(&l), l.Component, l.natural())
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
	l.Reason = fmt.Sprintf("%s%s of %s moved from %s to %s%s", why(&l), l.Component, l.name(), was, l.Amount, moved(&p.last, &l))
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

// moved says which tier or share a line had and has, where that changed.
func moved(was, is *PayLine) string {
	a, b := was.Terms(), is.Terms()
	if a == b || a == "" || b == "" {
		return ""
	}
	return fmt.Sprintf(" (from %s to %s)", a, b)
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
