package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"saveline/internal/money"
)

// Date is a day of some calendar as "2026-11-23"; such text sorts as the days do.
type Date string

// DateOf is the day that t falls on in zone.
func DateOf(t time.Time, zone *time.Location) Date { return Date(t.In(zone).Format(time.DateOnly)) }

// Book is everything an evaluation may look at.
type Book struct {
	Zone        *time.Location // the client's business day: dates and holds are counted in it
	Versions    []Version      // approved ones only
	Assignments []Assignment   // an agent's do not overlap
	Credits     []Credit       // one twice is one
	Reversals   []Reversal     // results that did not last
}

// Version is one approved version of a plan.
type Version struct {
	ID       int64
	Plan     int64
	PlanName string
	Number   int
	Approved time.Time
	Terms    Plan
}

// Assignment puts an agent on a plan for the days [From, Until); an empty Until is no end.
type Assignment struct {
	Agent int64
	Plan  int64
	From  Date
	Until Date
}

// covers reports whether day is one of the assignment's.
func (a Assignment) covers(day Date) bool { return a.From <= day && (a.Until == "" || day < a.Until) }

// Credit says that an agent did a result. It names no plan and has no state.
type Credit struct {
	Result      int64
	Agent       int64
	Role        string
	Kind        string
	Value       money.Amount
	EffectiveAt time.Time
}

// Key is the credit's natural key: result, agent, role.
func (c Credit) Key() string { return fmt.Sprintf("r%d:u%d:%s", c.Result, c.Agent, c.Role) }

// Reversal says that a result did not last.
type Reversal struct {
	Result      int64
	Cause       string
	EffectiveAt time.Time
}

// Line is one amount that one component of one plan version gives for one credit, or takes back.
type Line struct {
	Key       string // natural: "accrue:" or "reverse:accrue:", the credit's key, the component
	Credit    Credit
	Version   Version
	Component string
	Amount    money.Amount // less than zero when the line takes back
	Basis     Basis
	Effective time.Time // the conversation's, or the reversal's
	VestsAt   time.Time // when the hold passes; zero when the line takes back
	Reverses  string    // key of the line that this one mirrors
	Cause     string    // why it was reversed
}

// Basis is how an amount came about, for the statement and its explanation. All numbers are text.
type Basis struct {
	Type     Type           `json:"type"`
	Result   string         `json:"result"`
	Amount   string         `json:"amount,omitempty"`
	Value    string         `json:"value,omitempty"`
	Rate     string         `json:"rate,omitempty"`
	Rounding money.Rounding `json:"rounding,omitempty"`
	HoldDays int            `json:"holdDays"`
	Plan     string         `json:"plan"`
	Version  int            `json:"version"`
}

// Gap is a credit that cannot be valued. It is for somebody to look at and is never paid as zero.
type Gap struct {
	Credit Credit
	Why    string
}

// Evaluate values every credit by the plan version in force for its agent at its time. The order of anything in the book
// does not matter, and neither does whether it is evaluated whole or in parts: a credit's lines depend on that credit only.
// Lines come sorted by key, gaps by the credit's key. A reversed credit has its lines and their mirrors, which add up to
// nothing.
func Evaluate(b Book) ([]Line, []Gap) {
	var lines []Line
	var gaps []Gap
	reversed := map[int64]Reversal{}
	for _, r := range b.Reversals {
		reversed[r.Result] = r
	}
	for _, c := range distinct(b.Credits) {
		v, why := b.inForce(c)
		if why == "" {
			why = unpayable(c, v.Terms)
		}
		if why != "" {
			gaps = append(gaps, Gap{Credit: c, Why: why})
			continue
		}
		for _, l := range accruals(c, v, b.Zone) {
			lines = append(lines, l)
			if r, ok := reversed[c.Result]; ok {
				lines = append(lines, l.mirror(r))
			}
		}
	}
	slices.SortFunc(lines, func(x, y Line) int { return cmp.Compare(x.Key, y.Key) })
	return lines, gaps
}

func distinct(in []Credit) []Credit {
	out := slices.Clone(in)
	slices.SortFunc(out, func(x, y Credit) int { return cmp.Compare(x.Key(), y.Key()) })
	return slices.CompactFunc(out, func(x, y Credit) bool { return x.Key() == y.Key() })
}

// inForce finds the plan version that values c: the plan that the agent is on that day, and of its versions the last one
// approved by then. A plan's first version also covers what came before its approval: somebody assigned the agent to
// those days on purpose. why is a sentence when there is none.
func (b Book) inForce(c Credit) (v Version, why string) {
	day := DateOf(c.EffectiveAt, b.Zone)
	var on []Assignment
	for _, a := range b.Assignments {
		if a.Agent == c.Agent && a.covers(day) {
			on = append(on, a)
		}
	}
	switch {
	case len(on) == 0:
		return Version{}, fmt.Sprintf("the agent was on no plan on %s", day)
	case len(on) > 1:
		return Version{}, fmt.Sprintf("the agent was on more than one plan on %s", day)
	}
	var versions []Version
	for _, x := range b.Versions {
		if x.Plan == on[0].Plan {
			versions = append(versions, x)
		}
	}
	if len(versions) == 0 {
		return Version{}, fmt.Sprintf("the agent's plan of %s has no approved version", day)
	}
	slices.SortFunc(versions, func(x, y Version) int {
		return cmp.Or(x.Approved.Compare(y.Approved), cmp.Compare(x.Number, y.Number))
	})
	v = versions[0]
	for _, x := range versions {
		if !x.Approved.After(c.EffectiveAt) {
			v = x
		}
	}
	return v, ""
}

// unpayable says why a credit cannot be valued by p, "" when it can.
func unpayable(c Credit, p Plan) string {
	for _, k := range p.Components {
		switch {
		case k.Result != c.Kind || k.Type != Percent:
		case c.Value.Currency != p.Currency:
			return fmt.Sprintf("the result's value is in %s, the plan pays in %s", c.Value.Currency, p.Currency)
		case c.Value.Minor < 0 || c.Value.Minor > money.MinorMax:
			return "the result's value is not an amount that pay can be a share of"
		}
	}
	return ""
}

// accruals are the lines of one credit. A share that rounds to nothing is no line: an entry moves more than zero.
func accruals(c Credit, v Version, zone *time.Location) []Line {
	var out []Line
	for _, k := range v.Terms.Components {
		if k.Result != c.Kind {
			continue
		}
		basis := Basis{Type: k.Type, Result: c.Kind, HoldDays: v.Terms.HoldDays, Plan: v.PlanName, Version: v.Number}
		amount := k.Amount
		if k.Type == PerUnit {
			basis.Amount = k.Amount.String()
		} else {
			amount = c.Value.Mul(k.Rate, money.HalfUp)
			basis.Value, basis.Rate, basis.Rounding = c.Value.String(), k.Rate.String(), money.HalfUp
		}
		if amount.Minor == 0 {
			continue
		}
		out = append(out, Line{
			Key: "accrue:" + c.Key() + ":" + k.ID, Credit: c, Version: v, Component: k.ID, Amount: amount, Basis: basis,
			Effective: c.EffectiveAt, VestsAt: HoldEnd(c.EffectiveAt, v.Terms.HoldDays, zone),
		})
	}
	return out
}

// HoldEnd is when a hold that began at t has passed: the same time of day so many calendar days later in zone. A day is a
// day, whether it has 23, 24 or 25 hours; a time that the clocks skip that day is the same instant by the clock before.
func HoldEnd(t time.Time, days int, zone *time.Location) time.Time {
	local := t.In(zone)
	end := local.AddDate(0, 0, days)
	if end.Hour() != local.Hour() || end.Minute() != local.Minute() {
		_, offset := end.AddDate(0, 0, -1).Zone()
		y, m, d := local.Date()
		end = time.Date(y, m, d+days, local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.FixedZone("", offset))
	}
	return end.UTC()
}

// mirror takes the line back, exactly.
func (l Line) mirror(r Reversal) Line {
	m := l
	m.Key, m.Reverses, m.Cause = "reverse:"+l.Key, l.Key, r.Cause
	m.Amount.Minor = -l.Amount.Minor
	m.Effective, m.VestsAt = r.EffectiveAt, time.Time{}
	return m
}
