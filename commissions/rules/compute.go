package rules

import (
	"maps"
	"slices"
)

// PayBook is everything a computation may look at.
type PayBook struct {
	Plans   []*PayPlan
	Events  []Event // in any order, with repeats
	Horizon Horizon

	// What has been posted before, and through when each plan's periods are closed: the first day that is still open, by
	// the plan's name. A line whose period is closed is corrected in the first open one.
	Posted   []PayLine
	ClosedTo map[string]Date

	late map[string][]*Event // by agent: what was recorded after the last close, for the reasons of corrections
}

// Pay is what a book comes to. Lines are what is to be posted now: new lines, and corrections of posted ones.
type Pay struct {
	Lines []PayLine
	Held  []PayLine
	Gaps  []PayGap
}

// Compute is a pure function of its book: any order of events gives the same lines, in the order of their keys, and lines
// that are posted already give nothing new.
//
// Codes: invalid (what NewRulebook refuses, two rules of equal priority that both match, amounts past 64 bits).
func Compute(b PayBook) (Pay, error) {
	var out Pay
	posted := postedByAgent(b.Posted)
	err := Stream(b, func(a AgentPay) error {
		lines, err := correct(a.Lines, posted[a.Agent], b.ClosedTo, b.whyLate)
		delete(posted, a.Agent)
		out.Lines, out.Held, out.Gaps = append(out.Lines, lines...), append(out.Held, a.Held...), append(out.Gaps, a.Gaps...)
		return err
	})
	if err != nil {
		return Pay{}, err
	}
	for _, agent := range slices.Sorted(maps.Keys(posted)) { // agents who have nothing any more
		lines, err := correct(nil, posted[agent], b.ClosedTo, b.whyLate)
		if err != nil {
			return Pay{}, err
		}
		out.Lines = append(out.Lines, lines...)
	}
	out.Lines = inOrder(out.Lines)
	return out, nil
}

// Stream computes agent by agent, in the order of their ids, and hands each to yield; only one agent's lines are in
// memory. It takes no notice of what was posted before.
//
// Codes: those of Compute, and whatever yield returns.
func Stream(b PayBook, yield func(AgentPay) error) error {
	events, err := distinctEvents(b.Events)
	if err != nil {
		return err
	}
	r, err := newRulebook(b.Plans, events, b.Horizon)
	if err != nil {
		return err
	}
	byAgent := r.GroupByAgent(events)
	team, err := r.gather(byAgent)
	if err != nil {
		return err
	}
	agents := slices.Collect(maps.Keys(byAgent))
	for _, lead := range team.leadsOf() {
		if _, ok := byAgent[lead]; !ok {
			agents = append(agents, lead)
		}
	}
	slices.Sort(agents)
	for _, agent := range agents {
		a, err := r.Agent(agent, byAgent[agent], team)
		if err != nil {
			return err
		}
		if err := yield(a); err != nil {
			return err
		}
	}
	return nil
}

func (t *TeamFacts) leadsOf() []string {
	if t == nil {
		return nil
	}
	return t.Leads()
}

// gather computes what agents share, if anything.
func (r *Rulebook) gather(byAgent map[string][]*Event) (*TeamFacts, error) {
	if !r.Shares() {
		return nil, nil
	}
	var all []Contribution
	for _, agent := range slices.Sorted(maps.Keys(byAgent)) {
		c, err := r.Contribute(agent, byAgent[agent])
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return r.NewTeamFacts(all), nil
}

// GroupByAgent gives each agent the events that Agent needs, in order. A result belongs to those who had a part in it
// when it was first told.
func (r *Rulebook) GroupByAgent(events []*Event) map[string][]*Event {
	owners := map[string][]string{}
	out := map[string][]*Event{}
	for agent := range r.assignments {
		out[agent] = nil
	}
	for _, e := range events {
		if o, ok := e.Body.(*Outcome); ok && owners[e.Ref] == nil {
			owners[e.Ref] = o.agents(e.Agent)
		}
	}
	for _, e := range events {
		switch e.Type {
		case EventOutcome, EventCancel, EventReinstate, EventVerification:
			for _, agent := range owners[e.Ref] {
				out[agent] = append(out[agent], e)
			}
		default:
			if e.Agent != "" && !e.setsUp() && !isTeam(e.Agent) {
				out[e.Agent] = append(out[e.Agent], e)
			}
		}
	}
	return out
}

func isTeam(agent string) bool {
	return len(agent) > len(teamPrefix) && agent[:len(teamPrefix)] == teamPrefix
}

// agents are those with a part in the result.
func (o *Outcome) agents(owner string) []string {
	if len(o.Splits) == 0 {
		return []string{owner}
	}
	var out []string
	for _, s := range o.Splits {
		out = append(out, s.Agent)
	}
	return out
}
