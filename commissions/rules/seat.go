package rules

import (
	"cmp"
	"slices"
	"time"
)

// seat is an agent on one version of a plan: on which days, with which facts.
type seat struct {
	plan   *PayPlan
	facts  []*AssignmentFacts // by their days
	always bool               // on every day there is
	work   []span             // days on which the agent is at work
}

// seats are the agent's, in the order of their first days.
func (r *Rulebook) seats(agent string) []*seat {
	var out []*seat
	byPlan := map[*PayPlan]*seat{}
	assignments := r.assignments[agent]
	if !r.assigned {
		assignments = []*AssignmentFacts{{Plan: r.plans[0].Name, days: span{noDay, lastDay}}}
	}
	for _, a := range slices.SortedFunc(slices.Values(assignments), func(x, y *AssignmentFacts) int { return cmp.Compare(x.days.from, y.days.from) }) {
		for i, v := range r.versions[a.Plan] {
			days := span{v.from, lastDay}
			if i == 0 {
				days.from = noDay // a plan's first version also covers what came before it: somebody assigned the agent on purpose
			}
			if i+1 < len(r.versions[a.Plan]) {
				days.to = r.versions[a.Plan][i+1].from
			}
			days = days.overlap(a.days)
			if days.from >= days.to {
				continue
			}
			s, ok := byPlan[v.plan]
			if !ok {
				s = &seat{plan: v.plan, work: r.employed[agent]}
				if _, known := r.employed[agent]; !known {
					s.work = []span{{noDay, lastDay}}
				}
				byPlan[v.plan] = s
				out = append(out, s)
			}
			f := *a
			f.days = days
			s.facts = append(s.facts, &f)
			s.always = days == span{noDay, lastDay}
		}
	}
	return out
}

// at is the seat's facts on a day, nil when the agent is not on it.
func (s *seat) at(d day) *AssignmentFacts {
	for _, f := range s.facts {
		if f.days.covers(d) {
			return f
		}
	}
	return nil
}

// during is the facts of the last days of a bucket, nil when the agent is not in the seat in it.
func (s *seat) during(b span) *AssignmentFacts {
	for _, f := range slices.Backward(s.facts) {
		if o := f.days.overlap(b); o.from < o.to {
			return f
		}
	}
	return nil
}

// active are the days of a bucket on which the agent is in the seat and at work.
func (s *seat) active(b span) []span {
	var out []span
	for _, f := range s.facts {
		for _, w := range s.work {
			if o := f.days.overlap(b).overlap(w); o.from < o.to {
				out = append(out, o)
			}
		}
	}
	return out
}

// prorated is the part of a whole amount for the active days of a bucket, exactly, and those days in words.
func (s *seat) prorated(whole num, b span, how string) (v num, note string) {
	count := span.days
	if how == "working_days" {
		count = span.workdays
	}
	days, all := int64(0), count(b)
	for _, a := range s.active(b) {
		days += count(a)
	}
	if how == "none" || days == all || all == 0 {
		return whole, ""
	}
	return whole.mul(num{n: days, d: all}), fractionOf(days, all, how)
}

// rateFrom is an exchange rate and since when it holds.
type rateFrom struct {
	at   time.Time
	rate num
	id   string
}

// readRates files exchange rates by pair. Two at one instant must agree.
func (r *Rulebook) readRates(events []*Event) error {
	for _, e := range events {
		x, ok := e.Body.(*ExchangeRate)
		if !ok {
			continue
		}
		pair := x.From + "/" + x.To
		list := r.rates[pair]
		if n := len(list); n > 0 && list[n-1].at.Equal(e.EffectiveAt) && list[n-1].rate.cmp(x.rate) != 0 {
			return ratesOverlap(pair, list[n-1].id, e.ID)
		}
		r.rates[pair] = append(list, rateFrom{e.EffectiveAt, x.rate, e.ID})
	}
	return nil
}

// rate is what one unit of from is worth in to at t.
func (r *Rulebook) rate(from, to string, t time.Time) (num, bool) {
	if v, ok := lastBefore(r.rates[from+"/"+to], t); ok {
		return v, true
	}
	v, ok := lastBefore(r.rates[to+"/"+from], t)
	if !ok {
		return num{}, false
	}
	return one.div(v), true
}

func lastBefore(list []rateFrom, t time.Time) (num, bool) {
	for _, x := range slices.Backward(list) {
		if !x.at.After(t) {
			return x.rate, true
		}
	}
	return num{}, false
}
