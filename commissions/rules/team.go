package rules

import (
	"cmp"
	"fmt"
	"slices"
)

// Contribution is what one agent adds to what agents share: contests, numbers of the team, and the lead's override.
type Contribution struct {
	scores []score
	sums   map[teamSum]value
	feeds  map[string][]feed // by lead
	gaps   []PayGap
}

// score is an agent's in a contest.
type score struct {
	plan    string
	contest string
	k       *component
	agent   string
	v       num
}

// teamSum names a measure of a plan over a bucket, summed over a team.
type teamSum struct {
	plan    *PayPlan
	team    string
	measure int
	bucket  span
}

// feed is one result of a member for the lead.
type feed struct {
	plan   *PayPlan // whose override pays
	member string
	pt     *part
	base   num
}

// TeamFacts is what agents share, made of all contributions.
type TeamFacts struct {
	prizes map[prizeKey]prize
	sums   map[teamSum]value
	feeds  map[string][]feed
}

type prizeKey struct{ plan, contest, agent string }

type prize struct {
	amount int64
	score  num
	note   string
}

// Shares reports whether any plan pays for what agents share. Without it Agent needs no TeamFacts.
func (r *Rulebook) Shares() bool {
	return slices.ContainsFunc(r.plans, func(p *PayPlan) bool {
		return p.override != nil || len(p.teamRefs()) > 0 || slices.ContainsFunc(p.components, func(k *component) bool { return k.typ == Contest })
	})
}

// teamRef is a measure of the team and a kind of bucket in which it is asked for.
type teamRef struct {
	m   *measure
	per string
}

func (p *PayPlan) teamRefs() []teamRef {
	var out []teamRef
	for _, k := range p.components {
		if k.measure.team {
			out = append(out, teamRef{k.measure.m, k.per})
		}
	}
	for _, g := range p.gates {
		if g.measure.team {
			out = append(out, teamRef{g.measure.m, perPeriod})
		}
	}
	return out
}

// Contribute computes what an agent adds to what agents share, from the same events as Agent.
//
// Codes: invalid (an amount past 64 bits).
func (r *Rulebook) Contribute(agent string, events []*Event) (c Contribution, err error) {
	defer catchTooLarge(&err)
	c = Contribution{sums: map[teamSum]value{}, feeds: map[string][]feed{}}
	parts, _ := partsOf(agent, events)
	seats, calls := r.seats(agent), scoresOf(events)
	for _, s := range seats {
		x := newReckoning(r, agent, s, s.plan, parts, calls, nil)
		for _, k := range s.plan.components {
			if k.typ != Contest || s.at(k.window.to-1) == nil {
				continue
			}
			if v := x.valueOf(k.measure, k.window); v.known && v.v.sign() > 0 {
				c.scores = append(c.scores, score{s.plan.Name, k.id, k, agent, v.v})
			}
		}
		c.gaps = append(c.gaps, x.gaps...)
	}
	r.contributeSums(&c, agent, seats, parts, calls)
	r.contributeFeeds(&c, agent, seats, parts, calls)
	return c, nil
}

func (r *Rulebook) contributeSums(c *Contribution, agent string, seats []*seat, parts []part, calls callScores) {
	all := &seat{}
	for _, s := range seats {
		all.facts = append(all.facts, s.facts...)
	}
	for _, p := range r.plans {
		refs := p.teamRefs()
		if len(refs) == 0 {
			continue
		}
		x := newReckoning(r, agent, all, p, parts, calls, nil)
		for _, ref := range refs {
			for _, b := range r.buckets(p, ref.per) {
				f := all.during(b)
				if f == nil || f.Team == "" {
					continue
				}
				if v := x.valueOf(measureRef{m: ref.m}, b); v.known {
					c.sums[teamSum{p, f.Team, ref.m.index, b}] = v
				}
			}
		}
	}
}

// contributeFeeds lists the agent's results that a lead is paid for: by the lead's own plan where it has an override, else
// by the agent's. Who leads is a fact of the day of the result.
func (r *Rulebook) contributeFeeds(c *Contribution, agent string, seats []*seat, parts []part, calls callScores) {
	readers := map[*PayPlan]*reckoning{}
	for i := range parts {
		pt := &parts[i]
		if pt.res == nil {
			continue
		}
		s, f := seatOn(seats, pt.ev)
		if s == nil {
			continue
		}
		lead := f.Lead
		if lead == "" && r.leads(agent, f.Team) {
			lead = agent
		}
		p := r.overridingPlan(lead, s.plan, pt.ev)
		if lead == "" || p == nil || lead == agent && p.override.excludeOwn {
			continue
		}
		x := readers[p]
		if x == nil {
			x = newReckoning(r, agent, s, p, parts, calls, nil)
			if p.override.base != nil && s.plan == p {
				x = r.reckon(agent, s, p, parts, calls, nil)
			}
			readers[p] = x
		}
		if base := x.overrideBase(pt, f); !base.isZero() {
			c.feeds[lead] = append(c.feeds[lead], feed{p, agent, pt, base})
		}
	}
	for _, x := range readers {
		if x.p.override.base == nil {
			c.gaps = append(c.gaps, x.gaps...)
		}
	}
}

// overrideBase is what the lead's rate is applied to for one result.
func (x *reckoning) overrideBase(pt *part, f *AssignmentFacts) num {
	o := x.p.override
	if o.base != nil {
		sum := num{}
		for i := range x.items {
			if it := &x.items[i]; it.comp == o.base && it.pt == pt && !it.gated.held {
				sum = sum.add(whole(it.amount))
			}
		}
		return sum
	}
	if !o.measure.seesType(pt.ev.Type) {
		return num{}
	}
	x.look(pt, f)
	ok, err := o.measure.when.holds(&x.scope)
	if err != nil {
		x.gap(pt, o.component.id, fmt.Sprintf("measure %s: %v", o.measure.name, err))
	}
	if !ok {
		return num{}
	}
	_, mine, why := x.quantity(o.measure, pt, dayOf(pt.ev.EffectiveAt, x.p.cal.zone))
	if why != "" {
		x.gap(pt, o.component.id, why)
		return num{}
	}
	return mine
}

func seatOn(seats []*seat, e *Event) (*seat, *AssignmentFacts) {
	for _, s := range seats {
		if f := s.at(dayOf(e.EffectiveAt, s.plan.cal.zone)); f != nil {
			return s, f
		}
	}
	return nil, nil
}

// leads reports whether the agent leads somebody of a team.
func (r *Rulebook) leads(agent, team string) bool {
	for _, list := range r.assignments {
		if slices.ContainsFunc(list, func(a *AssignmentFacts) bool { return a.Lead == agent && a.Team == team }) {
			return true
		}
	}
	return false
}

func (r *Rulebook) overridingPlan(lead string, members *PayPlan, e *Event) *PayPlan {
	if s, _ := seatOn(r.seats(lead), e); s != nil && s.plan.override != nil {
		return s.plan
	}
	if members.override != nil {
		return members
	}
	return nil
}

// NewTeamFacts joins the contributions of all agents, in any order.
func (r *Rulebook) NewTeamFacts(contributions []Contribution) *TeamFacts {
	t := &TeamFacts{prizes: map[prizeKey]prize{}, sums: map[teamSum]value{}, feeds: map[string][]feed{}}
	contests := map[prizeKey][]score{}
	for _, c := range contributions {
		for key, v := range c.sums {
			had := t.sums[key]
			t.sums[key] = value{v: had.v.add(v.v), samples: had.samples + v.samples, known: true}
		}
		for lead, list := range c.feeds {
			t.feeds[lead] = append(t.feeds[lead], list...)
		}
		for _, s := range c.scores {
			key := prizeKey{plan: s.plan, contest: s.contest}
			contests[key] = append(contests[key], s)
		}
	}
	for _, list := range t.feeds {
		slices.SortFunc(list, func(a, b feed) int { return cmp.Or(byTime(a.pt.ev, b.pt.ev), cmp.Compare(a.member, b.member)) })
	}
	for _, list := range contests {
		if k := list[0].k; k.window.to <= r.to { // before that nobody has won
			t.award(list)
		}
	}
	return t
}

// award ranks agents and gives out the prizes. Equal scores share the places they stand on: split_pool cuts their prizes
// by largest remainder in the order of the agents' ids, all_higher gives each the highest of them.
func (t *TeamFacts) award(list []score) {
	slices.SortFunc(list, func(a, b score) int { return cmp.Or(b.v.cmp(a.v), cmp.Compare(a.agent, b.agent)) })
	k := list[0].k
	for i := 0; i < len(list) && i < len(k.prizes); {
		n := 1
		for i+n < len(list) && list[i+n].v.cmp(list[i].v) == 0 {
			n++
		}
		pool := int64(0)
		for _, p := range k.prizes[i:min(i+n, len(k.prizes))] {
			pool += p
		}
		shares := make([]num, n)
		for at := range shares {
			shares[at] = num{n: 1, d: int64(n)}
		}
		parts := largestRemainder(pool, "USD", shares) // the currency does not matter for whole units
		for at, s := range list[i : i+n] {
			won := prize{amount: parts[at], score: s.v, note: fmt.Sprintf("place %d of %d", i+1, len(list))}
			if k.ties == "all_higher" {
				won.amount = k.prizes[i]
			}
			if n > 1 {
				won.note += fmt.Sprintf(", shared by %d (%s)", n, k.ties)
			}
			t.prizes[prizeKey{s.plan, s.contest, s.agent}] = won
		}
		i += n
	}
}

// prize is the agent's in a contest, if any.
func (t *TeamFacts) prize(p *PayPlan, k *component, agent string) (prize, bool) {
	if t == nil {
		return prize{}, false
	}
	won, ok := t.prizes[prizeKey{p.Name, k.id, agent}]
	return won, ok
}

func (t *TeamFacts) sum(key teamSum) value {
	if t == nil {
		return value{note: "the team's numbers are not there"}
	}
	v, ok := t.sums[key]
	if !ok {
		v.note = "nobody in the team has a number"
	}
	return v
}

// overridesFor are the plans whose override pays the agent.
func (t *TeamFacts) overridesFor(agent string) []*PayPlan {
	if t == nil {
		return nil
	}
	var out []*PayPlan
	for _, f := range t.feeds[agent] {
		if !slices.Contains(out, f.plan) {
			out = append(out, f.plan)
		}
	}
	return out
}

// Leads are the agents whom somebody's results pay.
func (t *TeamFacts) Leads() []string {
	var out []string
	for lead := range t.feeds {
		out = append(out, lead)
	}
	slices.Sort(out)
	return out
}
