package commissions

import (
	"cmp"
	"maps"
	"math/big"
	"slices"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/money"
)

// SimulationSummary is what a simulation comes to.
type SimulationSummary struct {
	Winners       int              `json:"winners" doc:"people who would have had more"`
	Losers        int              `json:"losers" doc:"people who would have had less"`
	Same          int              `json:"same"`
	Totals        []SimulatedTotal `json:"totals" nullable:"false" doc:"by currency"`
	Held          []SimulatedTotal `json:"held" nullable:"false" doc:"what gates would have held, by currency"`
	HeldOld       int              `json:"heldOld" doc:"lines that gates hold under the plans in force"`
	HeldNew       int              `json:"heldNew"`
	ExceptionsOld int              `json:"exceptionsOld" doc:"what cannot be computed under the plans in force"`
	ExceptionsNew int              `json:"exceptionsNew"`
	Cliffs        int              `json:"cliffs" doc:"how often somebody came to a threshold that decides pay at once"`
}

// SimulationResult is everything that a simulation found.
type SimulationResult struct {
	Summary    SimulationSummary    `json:"summary"`
	People     []SimulatedPerson    `json:"people" nullable:"false" doc:"whose pay it would have been, the largest loss first"`
	Periods    []SimulatedPeriod    `json:"periods" nullable:"false" doc:"by month, component and currency"`
	Booked     []BookedMonth        `json:"booked" nullable:"false" doc:"what the books have for the same people and months: equal to the old amounts unless a version has changed or corrections wait"`
	Cliffs     []SimulatedCliff     `json:"cliffs" nullable:"false"`
	Exceptions []SimulatedException `json:"exceptions" nullable:"false"`
}

// SimulatedTotal is an amount under the plans in force and under the one simulated.
type SimulatedTotal struct {
	Old        money.Amount `json:"old"`
	New        money.Amount `json:"new"`
	Difference money.Amount `json:"difference"`
	Percent    string       `json:"percent,omitempty" doc:"of old, with one decimal; absent where old is nothing"`
}

// SimulatedPerson is what one person would have had, in one currency.
type SimulatedPerson struct {
	User  auth.UserID `json:"userId"`
	Name  string      `json:"name,omitempty"`
	Tried bool        `json:"tried" doc:"on the plan that was simulated; others share a contest, a team or a lead with somebody who was"`
	SimulatedTotal
}

// SimulatedPeriod is what one component would have cost in one month.
type SimulatedPeriod struct {
	Month     rules.Date `json:"month"`
	Component string     `json:"component"`
	SimulatedTotal
}

// BookedMonth is what the books have for a month.
type BookedMonth struct {
	Month  rules.Date   `json:"month"`
	Amount money.Amount `json:"amount"`
}

// SimulatedCliff is a threshold of the plan simulated, and how people came to it.
type SimulatedCliff struct {
	Kind      rules.EdgeKind `json:"kind" enum:"gate,tier,table,kpi"`
	Component string         `json:"component"`
	On        string         `json:"on"`
	Reached   int            `json:"reached" doc:"people and periods"`
	Missed    int            `json:"missed" doc:"of a gate that was closed"`
	Held      int            `json:"held" doc:"of a gate that waits for its number"`
	Amount    money.Amount   `json:"amount" doc:"what was decided at once, all of them together"`
}

// SimulatedException is a reason why something could not be computed, and how often.
type SimulatedException struct {
	Component string `json:"component,omitempty"`
	Why       string `json:"why"`
	Old       int    `json:"old"`
	New       int    `json:"new"`
}

// twoSides gathers sums of both sides under keys of one kind.
type twoSides[K comparable] map[K][2]int64

func (t twoSides[K]) add(side int, key K, minor int64) {
	both := t[key]
	both[side] += minor
	t[key] = both
}

func total(both [2]int64, currency string) SimulatedTotal {
	in := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: currency} }
	out := SimulatedTotal{Old: in(both[0]), New: in(both[1]), Difference: in(both[1] - both[0])}
	if both[0] != 0 {
		share := big.NewRat(both[1]-both[0], abs(both[0]))
		out.Percent = share.Mul(share, big.NewRat(100, 1)).FloatString(1)
	}
	return out
}

type (
	personKey struct {
		user     auth.UserID
		currency string
	}
	componentKey struct {
		month               rules.Date
		component, currency string
	}
)

// compareSides makes of a trial what people read.
func compareSides(t PlanTrial) SimulationResult {
	people, months, totals, held := twoSides[personKey]{}, twoSides[componentKey]{}, twoSides[string]{}, twoSides[string]{}
	var lines [2]int
	affected := t.affected()
	for side, s := range []TrialSide{t.Actual, t.Instead} {
		for _, x := range s.Sums {
			if !affected[x.User] {
				continue
			}
			people.add(side, personKey{x.User, x.Currency}, x.Minor)
			months.add(side, componentKey{x.Month, x.Component, x.Currency}, x.Minor)
			totals.add(side, x.Currency, x.Minor)
		}
		for _, x := range s.Held {
			if affected[x.User] {
				held.add(side, x.Currency, x.Minor)
				lines[side] += x.Lines
			}
		}
	}
	for _, s := range []*TrialSide{&t.Actual, &t.Instead} {
		s.Gaps = slices.DeleteFunc(slices.Clone(s.Gaps), func(g rules.PayGap) bool { return !affected[userOf(g.Agent)] })
	}
	out := SimulationResult{Booked: []BookedMonth{}, Cliffs: cliffsOf(t.Instead.Edges), Exceptions: exceptionsOf(t)}
	out.Summary = SimulationSummary{HeldOld: lines[0], HeldNew: lines[1], ExceptionsOld: len(t.Actual.Gaps), ExceptionsNew: len(t.Instead.Gaps), Cliffs: len(t.Instead.Edges)}
	out.Summary.Totals, out.Summary.Held = totalsOf(totals), totalsOf(held)
	out.people(t, people)
	out.periods(months)
	return out
}

// affected are the people tried and whoever else has another amount because of them.
func (t PlanTrial) affected() map[auth.UserID]bool {
	out := map[auth.UserID]bool{}
	sums := twoSides[TrialKey]{}
	for side, s := range []TrialSide{t.Actual, t.Instead} {
		for _, x := range s.Sums {
			sums.add(side, x.TrialKey, x.Minor)
		}
	}
	for key, both := range sums {
		out[key.User] = out[key.User] || both[0] != both[1]
	}
	for _, u := range t.Users {
		out[u] = true
	}
	return out
}

func totalsOf(sums twoSides[string]) []SimulatedTotal {
	out := []SimulatedTotal{}
	for _, currency := range sortedKeys(sums) {
		out = append(out, total(sums[currency], currency))
	}
	return out
}

func (r *SimulationResult) people(t PlanTrial, sums twoSides[personKey]) {
	paid := map[auth.UserID]bool{}
	r.People = []SimulatedPerson{}
	for key, both := range sums {
		paid[key.user] = true
		r.People = append(r.People, SimulatedPerson{User: key.user, SimulatedTotal: total(both, key.currency)})
	}
	for _, u := range t.Users {
		if !paid[u] && len(r.Summary.Totals) > 0 {
			r.People = append(r.People, SimulatedPerson{User: u, SimulatedTotal: total([2]int64{}, r.Summary.Totals[0].Old.Currency)})
		}
	}
	slices.SortFunc(r.People, func(a, b SimulatedPerson) int {
		return cmp.Or(cmp.Compare(a.Difference.Minor, b.Difference.Minor), cmp.Compare(a.User, b.User), cmp.Compare(a.Old.Currency, b.Old.Currency))
	})
	for i, p := range r.People {
		r.People[i].Tried = slices.Contains(t.Users, p.User)
		switch {
		case p.Difference.Minor > 0:
			r.Summary.Winners++
		case p.Difference.Minor < 0:
			r.Summary.Losers++
		default:
			r.Summary.Same++
		}
	}
}

func (r *SimulationResult) periods(sums twoSides[componentKey]) {
	r.Periods = []SimulatedPeriod{}
	for key, both := range sums {
		r.Periods = append(r.Periods, SimulatedPeriod{Month: key.month, Component: key.component, SimulatedTotal: total(both, key.currency)})
	}
	slices.SortFunc(r.Periods, func(a, b SimulatedPeriod) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Old.Currency, b.Old.Currency))
	})
}

func (r *SimulationResult) users() []auth.UserID {
	var out []auth.UserID
	for _, p := range r.People {
		out = append(out, p.User)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

type bookedRow struct {
	Month    rules.Date `db:"month"`
	Currency string     `db:"currency"`
	Minor    int64      `db:"minor"`
}

func (r *SimulationResult) book(rows []bookedRow) {
	for _, b := range rows {
		r.Booked = append(r.Booked, BookedMonth{Month: b.Month, Amount: money.Amount{Minor: b.Minor, Currency: b.Currency}})
	}
}

func cliffsOf(edges []TrialEdge) []SimulatedCliff {
	type key struct {
		kind                    rules.EdgeKind
		component, on, currency string
	}
	sums := map[key]SimulatedCliff{}
	for _, e := range edges {
		k := key{e.Kind, e.Component, e.On, e.Amount.Currency}
		one, ok := sums[k]
		if !ok {
			one = SimulatedCliff{Kind: e.Kind, Component: e.Component, On: e.On, Amount: money.Amount{Currency: e.Amount.Currency}}
		}
		switch {
		case e.Held:
			one.Held++
		case e.Reached:
			one.Reached++
		default:
			one.Missed++
		}
		one.Amount.Minor += e.Amount.Minor
		sums[k] = one
	}
	out := slices.AppendSeq([]SimulatedCliff{}, maps.Values(sums))
	slices.SortFunc(out, byCliff)
	return out
}

func byCliff(a, b SimulatedCliff) int {
	return cmp.Or(cmp.Compare(b.Missed, a.Missed), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.On, b.On))
}

func exceptionsOf(t PlanTrial) []SimulatedException {
	type key struct{ component, why string }
	sums := twoSides[key]{}
	for side, s := range []TrialSide{t.Actual, t.Instead} {
		for _, g := range s.Gaps {
			sums.add(side, key{g.Component, g.Why}, 1)
		}
	}
	out := []SimulatedException{}
	for k, both := range sums {
		out = append(out, SimulatedException{Component: k.component, Why: k.why, Old: int(both[0]), New: int(both[1])})
	}
	slices.SortFunc(out, func(a, b SimulatedException) int {
		return cmp.Or(cmp.Compare(b.New, a.New), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Why, b.Why))
	})
	return out
}
