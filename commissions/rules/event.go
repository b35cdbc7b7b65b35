package rules

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// EventType names what happened. The table of docs/plans.md says which columns and attributes each has.
type EventType string

// The types of events.
const (
	EventOutcome      EventType = "outcome"
	EventCancel       EventType = "cancel"
	EventReinstate    EventType = "reinstate"
	EventVerification EventType = "verification"
	EventQA           EventType = "qa"
	EventSurvey       EventType = "survey"
	EventAttendance   EventType = "attendance"
	EventHours        EventType = "hours"
	EventMetric       EventType = "metric"
	EventQuota        EventType = "quota"
	EventAssignment   EventType = "assignment"
	EventEmployment   EventType = "employment"
	EventRate         EventType = "rate"
	EventPlanVersion  EventType = "plan_version"
	EventClose        EventType = "close"
	EventPay          EventType = "pay"
)

// Event is one thing that happened, wherever it was heard of: a row of events.csv or a fact of the running product.
type Event struct {
	ID          string
	EffectiveAt time.Time // when it happened: decides the period, and the order (then by ID)
	RecordedAt  time.Time // when it was heard of: decides what was known at a close
	Type        EventType
	Agent       string // whose it is; "team:ID" for a team's number; empty for what has no agent
	Ref         string // the result's or form's id
	Body        any    // *Outcome, *Cancel, ... by Type
}

// quantity is a decimal of an event, which may be absent. Money is in major units: "12.50" is 12.50.
type quantity struct {
	v   num
	set bool
}

// Outcome is a result that an agent brought about: the body of an outcome.
type Outcome struct {
	Type, Currency, Product               string
	Value, FirstYear, MRRBefore, MRRAfter quantity
	ConfirmedDays                         int
	Counted                               bool // nobody says how many days: they are counted as of the computation
	EffectiveDate                         day  // noDay: the event's own
	Offer                                 Offer
	Call                                  Call
	Splits                                []Split
	Data                                  map[string]any
}

// Offer is what was accepted.
type Offer struct{ ID, Family, Depth, Campaign string }

// Call is where it was agreed.
type Call struct {
	ID, Campaign string
	Start        time.Time // zero when nobody knows
}

// Split is one agent's part of a result.
type Split struct {
	Agent string
	share num
}

// Cancel is the body of a cancel and of a reinstate: how much of the result ended, or came back.
type Cancel struct {
	Cause    string
	fraction num
}

// Verification says whether a result was still there after Stage days.
type Verification struct {
	Stage  int
	Passed bool
}

// Score is the body of qa and survey.
type Score struct {
	Score quantity
	Call  string
}

// Attendance counts occurrences against the agent.
type Attendance struct{ Occurrences int }

// Hours is time worked.
type Hours struct {
	Work, Overtime, Available, Wage quantity
	Calls                           int
}

// Metric is a number from outside.
type Metric struct {
	Name  string
	Value quantity
}

// Quota is what an agent or a team should reach.
type Quota struct {
	Measure, Period string
	Amount          quantity
}

// AssignmentFacts put an agent on a plan for the days [From, To).
type AssignmentFacts struct {
	Plan, Team, Lead, Zone, Jurisdiction, PayGroup string
	days                                           span
	Draw, Guarantee                                quantity
}

// Employment is a change of an agent's status.
type Employment struct{ Status string }

// ExchangeRate is what one unit of the pair's first currency is worth in its second, from the event's time on.
type ExchangeRate struct {
	From, To string
	rate     num
}

// VersionFrom puts a version of a plan in force.
type VersionFrom struct {
	Plan    string
	Version int
	from    day
}

// PeriodMark is the body of close and pay.
type PeriodMark struct{ Period string }

// setsUp reports whether the event arranges how pay is computed and is no work of itself.
func (e *Event) setsUp() bool {
	switch e.Type {
	case EventQuota, EventAssignment, EventEmployment, EventRate, EventPlanVersion, EventClose, EventPay:
		return true
	}
	return false
}

// byTime is the order in which events count.
func byTime(a, b *Event) int {
	return cmp.Or(a.EffectiveAt.Compare(b.EffectiveAt), cmp.Compare(a.ID, b.ID))
}

// distinctEvents sorts events and drops repeats of the same one, keeping the time when it was first heard of.
//
// Codes: invalid (one id with two contents).
func distinctEvents(in []Event) ([]*Event, error) {
	place := make(map[string]int, len(in))
	out := make([]*Event, 0, len(in))
	for i := range in {
		e := &in[i]
		at, again := place[e.ID]
		if !again {
			place[e.ID] = len(out)
			out = append(out, e)
			continue
		}
		if !out[at].sameAs(e) {
			return nil, errs.Newf(errs.Invalid, "event %q is there twice with different contents; a correction is a new event", e.ID)
		}
		if e.RecordedAt.Before(out[at].RecordedAt) {
			out[at] = e
		}
	}
	if !slices.IsSortedFunc(out, byTime) {
		slices.SortFunc(out, byTime)
	}
	return out, nil
}

func (e *Event) sameAs(o *Event) bool {
	return e.EffectiveAt.Equal(o.EffectiveAt) && e.Type == o.Type && e.Agent == o.Agent && e.Ref == o.Ref &&
		reflect.DeepEqual(e.Body, o.Body)
}

// share is the agent's part of the result, 0 when it has none, and the part's place in the list.
func (o *Outcome) share(agent, owner string) (share num, index int) {
	if len(o.Splits) == 0 {
		if agent == owner {
			return one, 0
		}
		return num{}, -1
	}
	for i, s := range o.Splits {
		if s.Agent == agent {
			return s.share, i
		}
	}
	return num{}, -1
}

// cut is part index of a whole amount of minor units, by largest remainder, ties in listed order.
func (o *Outcome) cut(minor int64, currency string, index int) int64 {
	if len(o.Splits) == 0 {
		return minor
	}
	shares := make([]num, len(o.Splits))
	for i, s := range o.Splits {
		shares[i] = s.share
	}
	return largestRemainder(minor, currency, shares)[index]
}

// commonDenominator is false when shares are cut so finely that they have none of a usable size.
func commonDenominator(shares []num) (int64, bool) {
	const denMax = 1_000_000_000_000
	den := int64(1)
	for _, s := range shares {
		d, ok := mulInt(den/gcd(den, s.den()), s.den())
		if !ok || d > denMax || s.big != nil {
			return 0, false
		}
		den = d
	}
	return den, true
}

// largestRemainder cuts minor units in proportion to shares, which add up to one.
func largestRemainder(minor int64, currency string, shares []num) []int64 {
	den, _ := commonDenominator(shares) // checked where shares are read
	weights := make([]int64, len(shares))
	for i, s := range shares {
		weights[i] = s.n * (den / s.den())
	}
	out := make([]int64, len(shares))
	for i, a := range money.Split(money.Amount{Minor: minor, Currency: currency}, weights) {
		out[i] = a.Minor
	}
	return out
}
