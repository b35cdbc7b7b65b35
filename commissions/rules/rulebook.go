package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"saveline/internal/errs"
)

// Rulebook is everything that says how pay is computed and is no work itself: plan versions, who is on which plan, who
// is employed, quotas, exchange rates. It is immutable, and computing an agent changes nothing in it.
type Rulebook struct {
	plans       []*PayPlan
	versions    map[string][]inForce // by plan name, oldest first
	assignments map[string][]*AssignmentFacts
	assigned    bool // somebody has been assigned: who is not is on no plan
	employed    map[string][]span
	absent      map[string][]span // after leaving, until a return
	quotas      map[string][]*Event
	rates       map[string][]rateFrom
	teamMetrics map[string][]*Event  // by "team:ID"
	pays        map[string]time.Time // plan and period label, when it was paid
	from, to    day                  // the days that are looked at: the horizon
	asOf        time.Time            // what is due later has not happened
}

// inForce is a version and the first day that it rules.
type inForce struct {
	plan *PayPlan
	from day
}

// Horizon bounds what is computed. Zero values are taken from the events: from the first work to the last, or to the
// last period that was closed or paid.
type Horizon struct {
	From, To Date      // [From, To)
	AsOf     time.Time // held and future amounts that fall due after it are not there yet
}

// NewRulebook reads the arrangements among events; work among them only widens the horizon.
//
// Codes: invalid (overlapping assignments, versions or rates; names of plans that there are none of).
func NewRulebook(plans []*PayPlan, events []Event, h Horizon) (*Rulebook, error) {
	distinct, err := distinctEvents(events)
	if err != nil {
		return nil, err
	}
	return newRulebook(plans, distinct, h)
}

func newRulebook(plans []*PayPlan, events []*Event, h Horizon) (*Rulebook, error) {
	r := &Rulebook{
		plans: plans, assignments: map[string][]*AssignmentFacts{}, employed: map[string][]span{}, absent: map[string][]span{},
		quotas: map[string][]*Event{}, rates: map[string][]rateFrom{}, teamMetrics: map[string][]*Event{}, pays: map[string]time.Time{},
	}
	if len(plans) == 0 {
		return nil, errs.Newf(errs.Invalid, "there is no plan")
	}
	for _, step := range []func([]*Event) error{r.readVersions, r.readAssignments, r.readEmployment, r.readRates, r.readMarks} {
		if err := step(events); err != nil {
			return nil, err
		}
	}
	for _, e := range events {
		switch {
		case e.Type == EventQuota:
			r.quotas[e.Agent] = append(r.quotas[e.Agent], e)
		case e.Type == EventMetric && strings.HasPrefix(e.Agent, teamPrefix):
			r.teamMetrics[e.Agent] = append(r.teamMetrics[e.Agent], e)
		}
	}
	return r, r.setHorizon(events, h)
}

const teamPrefix = "team:"

// readVersions orders the versions of each plan. One without a plan_version event rules from the beginning.
func (r *Rulebook) readVersions(events []*Event) error {
	r.versions = map[string][]inForce{}
	said := map[string]day{}
	for _, e := range events {
		v, ok := e.Body.(*VersionFrom)
		if !ok {
			continue
		}
		key := fmt.Sprintf("%s@%d", v.Plan, v.Version)
		if from, again := said[key]; again && from != v.from {
			return errs.Newf(errs.Invalid, "event %q: %s is put in force twice, from %s and from %s", e.ID, key, from, v.from)
		}
		said[key] = v.from
	}
	for _, p := range r.plans {
		from, ok := said[p.ID()]
		if !ok {
			from = noDay
		}
		delete(said, p.ID())
		r.versions[p.Name] = append(r.versions[p.Name], inForce{p, from})
	}
	for _, key := range slices.Sorted(maps.Keys(said)) {
		return errs.Newf(errs.Invalid, "a plan_version event names %s, and there is no such version", key)
	}
	for name, list := range r.versions {
		slices.SortFunc(list, func(a, b inForce) int {
			return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.plan.Version, b.plan.Version))
		})
		for i := 1; i < len(list); i++ {
			if list[i].from == list[i-1].from {
				return errs.Newf(errs.Invalid, "versions %d and %d of plan %s overlap: both are in force from the same day; say from when with plan_version events",
					list[i-1].plan.Version, list[i].plan.Version, name)
			}
		}
	}
	return nil
}

func (r *Rulebook) readAssignments(events []*Event) error {
	for _, e := range events {
		read, ok := e.Body.(*AssignmentFacts)
		if !ok {
			continue
		}
		r.assigned = true
		a := *read
		if a.Plan == "" && len(r.versions) == 1 {
			a.Plan = r.plans[0].Name
		}
		list, known := r.versions[a.Plan]
		if !known {
			return errs.Newf(errs.Invalid, "event %q assigns agent %s to plan %q, and there is no such plan", e.ID, e.Agent, a.Plan)
		}
		if a.days.from == noDay {
			a.days.from = dayOf(e.EffectiveAt, list[0].plan.cal.zone)
		}
		if a.days.from >= a.days.to {
			return errs.Newf(errs.Invalid, "event %q: the assignment ends before it begins", e.ID)
		}
		for _, had := range r.assignments[e.Agent] {
			if o := had.days.overlap(a.days); o.from < o.to {
				return errs.Newf(errs.Invalid, "event %q: agent %s has assignments that overlap, to %s from %s and to %s from %s: end one before the other begins",
					e.ID, e.Agent, had.Plan, had.days.from, a.Plan, a.days.from)
			}
		}
		r.assignments[e.Agent] = append(r.assignments[e.Agent], &a)
	}
	if !r.assigned && len(r.versions) > 1 {
		return errs.Newf(errs.Invalid, "there are %d plans and no assignment says who is on which", len(r.versions))
	}
	return nil
}

// readEmployment turns changes of status into the days on which an agent is at work.
func (r *Rulebook) readEmployment(events []*Event) error {
	zone := r.plans[0].cal.zone
	at := map[string]day{} // since when the agent is at work; lastDay when not
	for _, e := range events {
		b, ok := e.Body.(*Employment)
		if !ok {
			continue
		}
		d := dayOf(e.EffectiveAt, zone)
		since, known := at[e.Agent]
		if !known {
			since = noDay
		}
		switch b.Status {
		case "hired", "returned":
			r.comeBack(e.Agent, d)
			if !known || since == lastDay {
				since = d
			}
		default:
			if since != lastDay {
				r.employed[e.Agent] = append(r.employed[e.Agent], span{since, d})
			}
			since = lastDay
			if b.Status == "left" && !r.gone(e.Agent, d) {
				r.absent[e.Agent] = append(r.absent[e.Agent], span{d, lastDay})
			}
		}
		at[e.Agent] = since
	}
	for agent, since := range at {
		if since != lastDay {
			r.employed[agent] = append(r.employed[agent], span{since, lastDay})
		}
	}
	return nil
}

// comeBack ends an absence.
func (r *Rulebook) comeBack(agent string, d day) {
	if list := r.absent[agent]; len(list) > 0 {
		last := &list[len(list)-1]
		last.to = min(last.to, d)
	}
}

// gone reports whether an agent has left before a day and has not come back by then.
func (r *Rulebook) gone(agent string, d day) bool {
	return slices.ContainsFunc(r.absent[agent], func(s span) bool { return s.covers(d) })
}

func (r *Rulebook) readMarks(events []*Event) error {
	for _, e := range events {
		m, ok := e.Body.(*PeriodMark)
		if !ok {
			continue
		}
		for _, p := range r.plans {
			d, err := p.cal.parsePeriod(m.Period)
			if err != nil {
				return errs.WithCause(errs.Invalid, err, "event %q", e.ID)
			}
			key := p.Name + " " + p.cal.label(p.cal.period(d))
			if _, paid := r.pays[key]; e.Type == EventPay && !paid {
				r.pays[key] = e.EffectiveAt
			}
		}
	}
	return nil
}

func (r *Rulebook) setHorizon(events []*Event, h Horizon) error {
	r.from, r.to, r.asOf = lastDay, noDay, h.AsOf
	cal := &r.plans[0].cal
	for _, e := range events {
		if h.AsOf.IsZero() {
			r.asOf = latest(r.asOf, latest(e.EffectiveAt, e.RecordedAt))
		}
		d := dayOf(e.EffectiveAt, cal.zone)
		if m, ok := e.Body.(*PeriodMark); ok {
			d, _ = cal.parsePeriod(m.Period) // readMarks has checked it
		} else if e.setsUp() {
			continue
		}
		p := cal.period(d)
		r.from, r.to = min(r.from, p.from), max(r.to, p.to)
	}
	for _, x := range []struct {
		text Date
		into *day
	}{{h.From, &r.from}, {h.To, &r.to}} {
		if x.text == "" {
			continue
		}
		d, ok := parseDay(string(x.text))
		if !ok {
			return errs.Newf(errs.Invalid, "the horizon's %q is no date", x.text)
		}
		*x.into = d
	}
	return nil
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// buckets are the stretches of a kind that the horizon touches, oldest first.
func (r *Rulebook) buckets(p *PayPlan, per string) []span {
	var out []span
	if r.from >= r.to {
		return nil
	}
	for d := r.from; d < r.to; {
		b := p.cal.bucket(per, d)
		out = append(out, b)
		d = b.to
	}
	return out
}
