package engine

import (
	"cmp"
	"slices"
	"time"

	"saveline/dialer/pacing"
	"saveline/dialer/telephony"
)

// Engine runs one campaign. It is not safe for concurrent use: every input passes through one loop.
type Engine struct {
	policy   Policy
	gate     Gate
	why      string // the sentence of a gate that is not open
	ready    []Idle // longest idle first
	stock    []reserved
	asked    bool // Want was said and not answered yet
	dryUntil time.Time
	dry      bool // agents wait, and only dryUntil stands between them and the next reservation
	denials  int  // since the last tick
	placing  map[LeadID]Place
	previews map[AgentID]Look
	calls    map[CallID]*call
	order    []CallID // the live calls as they came: whoever walks them must not depend on a map
	rings    []*ring  // agents' phones that ring or wait, as they were started
	decision pacing.Decision
}

// Look is an agent who looks at a lead, and since when.
type Look struct {
	Agent AgentID
	Lead  LeadID
	Since time.Time
}

type reserved struct {
	lead  Lead
	since time.Time
}

// New returns an engine that knows nothing yet: feed it Policy, Agents and Tick.
func New(p Policy) *Engine {
	return &Engine{
		policy: p, gate: Shut, why: "The dialer is just starting. Please try again.", placing: map[LeadID]Place{}, previews: map[AgentID]Look{}, calls: map[CallID]*call{},
	}
}

// Step takes one input at one instant and says what is to be done, in order.
func (e *Engine) Step(now time.Time, in Input) []Output {
	switch in := in.(type) {
	case Policy:
		e.policy = in
	case Agents:
		e.seat(in)
	case Tick:
		return e.tick(now, in)
	case Granted:
		return e.granted(now, in)
	case Placed:
		e.placed(now, in)
	case Denied:
		return e.denied(now, in)
	case DialFailed:
		return e.end(now, in.Call, telephony.Cause{}, telephony.TrunkFailure)
	case ClaimLost:
		return e.unseat(now, in.Call, in.Agent)
	case AgentUnreachable:
		return append([]Output{NoAnswer{in.Agent, in.Call}}, e.unseat(now, in.Call, in.Agent)...)
	case PreviewLost:
		delete(e.previews, in.Agent)
		e.stock = append(e.stock, reserved{in.Lead, now})
	case Event:
		return e.event(now, in.Event)
	case Command:
		return e.command(in)
	case Resumed:
		e.resume(in)
	case Gone:
		return e.end(now, in.Call, telephony.Cause{Lost: true}, "")
	}
	return nil
}

// seat takes over the database's view of the agents. Claims that this engine made are in it, because the shell reads
// it before a pass and carries every claim out within one.
func (e *Engine) seat(in Agents) {
	e.ready = slices.Clone(in.Ready)
	slices.SortFunc(e.ready, func(a, b Idle) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Agent, b.Agent))
	})
	clear(e.previews)
	for _, l := range in.Looking {
		e.previews[l.Agent] = l
	}
}

func (e *Engine) tick(now time.Time, in Tick) []Output {
	e.gate, e.why, e.denials = in.Gate, in.Why, 0
	var out []Output
	if e.gate == Stopped {
		out = e.cancelRinging(out)
	}
	out = e.deadlines(now, out)
	out = e.seatWaiting(now, out)
	out = e.endPreviews(now, out)
	return append(out, e.decide(now)...)
}

// cancelRinging hangs up what nobody has answered yet; live calls go on.
func (e *Engine) cancelRinging(out []Output) []Output {
	for _, id := range e.order {
		if c := e.calls[id]; c.inFlight() && !c.cancelled {
			c.cancelled, c.party = true, BySystem
			out = append(out, HangLeg{CustomerLeg(id), telephony.HangupNormal})
		}
	}
	return out
}

// decide asks the pacing rule and starts what it allows.
func (e *Engine) decide(now time.Time) []Output {
	out := e.freshen(now, nil)
	if e.gate != Open {
		e.decision = pacing.Decision{Why: e.why}
		return out
	}
	e.decision = pacing.Decide(e.policy.Pacing, e.snapshot())
	started := 0
	for range e.decision.Calls {
		o := e.start(now)
		if o == nil {
			break
		}
		started++
		out = append(out, o)
	}
	missing := e.decision.Calls - started
	e.dry = missing > 0 && now.Before(e.dryUntil)
	if missing > 0 && !e.asked && !e.dry && e.denials < denialsMax {
		e.asked = true
		out = append(out, Want{missing + e.ahead()})
	}
	return out
}

// start uses one lead of the stock: a call in progressive mode, a preview for the longest idle agent in preview mode.
func (e *Engine) start(now time.Time) Output {
	if e.policy.Pacing.Mode != pacing.Preview {
		if len(e.stock) == 0 {
			return nil
		}
		p := Place{Lead: e.stock[0].lead}
		e.stock = e.stock[1:]
		e.placing[p.Lead.ID] = p
		return p
	}
	for i, a := range e.ready {
		if lead, ok := e.takeFor(a.Agent); ok {
			e.ready = slices.Delete(e.ready, i, i+1)
			e.previews[a.Agent] = Look{a.Agent, lead.ID, now}
			return Show{a.Agent, lead}
		}
	}
	return nil
}

// takeFor takes the agent's own lead from the stock, or else the first that is anybody's.
func (e *Engine) takeFor(a AgentID) (Lead, bool) {
	i := slices.IndexFunc(e.stock, func(r reserved) bool { return r.lead.Owner == a })
	if i < 0 {
		i = slices.IndexFunc(e.stock, func(r reserved) bool { return r.lead.Owner == 0 })
	}
	if i < 0 {
		return Lead{}, false
	}
	lead := e.stock[i].lead
	e.stock = slices.Delete(e.stock, i, i+1)
	return lead, true
}

// freshen gives back what the stock should not hold: everything while the gate is not open, leads that lay for long,
// and callbacks whose owner is no longer free.
func (e *Engine) freshen(now time.Time, out []Output) []Output {
	e.stock = slices.DeleteFunc(e.stock, func(r reserved) bool {
		keep := e.gate == Open && now.Sub(r.since) < stockAgeMax && (r.lead.Owner == 0 || e.isReady(r.lead.Owner))
		if !keep {
			out = append(out, Release{r.lead.ID})
		}
		return !keep
	})
	return out
}

func (e *Engine) isReady(a AgentID) bool {
	return slices.ContainsFunc(e.ready, func(i Idle) bool { return i.Agent == a })
}

// ahead is how many leads are reserved beyond the need of the moment, so that a busy floor asks the database once for
// many calls. Previews are shown at once and need none.
func (e *Engine) ahead() int {
	if e.policy.Pacing.Mode == pacing.Preview {
		return 0
	}
	talking := 0
	for _, c := range e.calls {
		if c.state == StateConnected {
			talking++
		}
	}
	return min(stockMax, stockPerAgent*(len(e.ready)+talking))
}

func (e *Engine) snapshot() pacing.Snapshot {
	s := pacing.Snapshot{Ready: len(e.ready)}
	for _, p := range e.placing {
		if p.By == 0 {
			s.InFlight++
		}
	}
	for _, c := range e.calls {
		switch {
		case c.by != 0:
		case c.inFlight():
			s.InFlight++
		case c.state == StateAnswered && c.ring == nil:
			s.Waiting++
		}
	}
	return s
}

func (e *Engine) granted(now time.Time, in Granted) []Output {
	e.asked = false
	if len(in.Leads) == 0 {
		e.dryUntil, e.dry = now.Add(dryPause), true
		return nil
	}
	for _, l := range in.Leads {
		e.stock = append(e.stock, reserved{l, now})
	}
	return e.decide(now)
}

func (e *Engine) denied(now time.Time, in Denied) []Output {
	p := e.placing[in.Lead]
	delete(e.placing, in.Lead)
	e.denials++
	if p.By != 0 || e.denials >= denialsMax {
		return nil // an agent who dials by hand reads why, and chooses again
	}
	return e.decide(now)
}

// Ready lists the agents who are free, longest idle first.
func (e *Engine) Ready() []AgentID {
	out := make([]AgentID, len(e.ready))
	for i, a := range e.ready {
		out[i] = a.Agent
	}
	return out
}

// Decision is the last one of the pacing rule.
func (e *Engine) Decision() pacing.Decision { return e.decision }

// Live lists the calls that are up in any way, as they came.
func (e *Engine) Live() []CallID { return slices.Clone(e.order) }

// Knows reports that the leg belongs to something this engine still follows.
func (e *Engine) Knows(leg Leg) bool {
	if leg.Ring == 0 {
		return e.calls[leg.Call] != nil
	}
	return e.ringOf(AgentLeg(leg.Call, leg.Ring)) != nil ||
		e.calls[leg.Call] != nil && e.calls[leg.Call].leg == AgentLeg(leg.Call, leg.Ring)
}
