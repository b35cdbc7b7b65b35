package engine

import (
	"cmp"
	"slices"
	"time"

	"saveline/dialer/pacing"
	"saveline/dialer/telephony"
)

// command does what a person asked for, or says why not.
func (e *Engine) command(in Command) []Output {
	switch in.Kind {
	case Dial:
		return e.dialByHand(in)
	case Skip:
		if look, ok := e.previews[in.Agent]; ok && look.Lead == in.Lead {
			delete(e.previews, in.Agent)
			return []Output{SkipLead{in.Agent, in.Lead, in.ID}}
		}
		return []Output{Refused{in.ID, "this lead is no longer on your desk"}}
	case HangUp:
		return e.hangUp(in)
	case Hold, Unhold:
		if c := e.calls[in.Call]; c == nil || c.state != StateConnected {
			return []Output{Refused{in.ID, "the call is over"}}
		}
		return []Output{PutHold{in.Call, in.Kind == Hold, in.ID}}
	}
	return []Output{Refused{in.ID, "this command is not known here"}}
}

func (e *Engine) hangUp(in Command) []Output {
	c := e.calls[in.Call]
	if c == nil || c.hung {
		return []Output{Done{in.ID}} // it ended a moment ago
	}
	c.party = ByAgent
	if in.Agent == 0 {
		c.party = BySystem
	}
	if c.inFlight() {
		c.cancelled = true
		return []Output{HangLeg{CustomerLeg(c.id), telephony.HangupNormal}, Done{in.ID}}
	}
	return []Output{e.hangCustomer(c), Done{in.ID}}
}

// dialByHand places the lead an agent looks at, or in manual mode the lead they picked.
func (e *Engine) dialByHand(in Command) []Output {
	if e.gate != Open {
		return []Output{Refused{in.ID, e.why}}
	}
	if _, twice := e.placing[in.Lead]; twice {
		return []Output{Refused{in.ID, "this lead is being dialed already"}}
	}
	p := Place{Lead: Lead{ID: in.Lead}, By: in.Agent, Command: in.ID}
	look, looking := e.previews[in.Agent]
	switch {
	case looking && look.Lead == in.Lead:
	case e.policy.Pacing.Mode == pacing.Manual && e.isReady(in.Agent):
		p.Reserve = true
		e.ready = slices.DeleteFunc(e.ready, func(i Idle) bool { return i.Agent == in.Agent })
	case e.policy.Pacing.Mode == pacing.Manual:
		return []Output{Refused{in.ID, "say that you are ready before you dial"}}
	default:
		return []Output{Refused{in.ID, "this lead is no longer on your desk"}}
	}
	e.placing[in.Lead] = p
	return []Output{p}
}

// endPreviews takes leads back that lay too long before an agent, and all of them when nothing may be dialed.
func (e *Engine) endPreviews(now time.Time, out []Output) []Output {
	agents := make([]AgentID, 0, len(e.previews))
	for a := range e.previews {
		agents = append(agents, a)
	}
	slices.SortFunc(agents, cmp.Compare)
	for _, a := range agents {
		look := e.previews[a]
		late := e.policy.Preview > 0 && now.Sub(look.Since) >= e.policy.Preview
		if late || e.gate != Open || e.policy.Pacing.Mode != pacing.Preview {
			delete(e.previews, a)
			out = append(out, TakeBack{a, look.Lead, late})
		}
	}
	return out
}

// resume takes a call over as switch and database have it. What is overdue is handled by the next tick.
func (e *Engine) resume(in Resumed) {
	c := &call{
		id: in.Call, lead: in.Lead, by: in.By, state: in.State, rings: in.Ring, placedAt: in.PlacedAt,
		answeredAt: in.AnsweredAt, abandoned: in.AnsweredAt.Add(connectMax), told: true,
	}
	e.add(c)
	switch {
	case in.Agent == 0:
	case in.State == StateConnected:
		c.agent, c.leg = in.Agent, AgentLeg(in.Call, in.Ring)
	default:
		c.ring = e.addRing(c, in.Agent, in.PlacedAt)
		c.ring.up = in.AgentUp
		if !in.AnsweredAt.IsZero() {
			c.ring.since = in.AnsweredAt
		}
	}
}

// Next is the earliest instant at which time alone makes this engine act.
func (e *Engine) Next() (at time.Time, ok bool) {
	soonest := func(t time.Time) {
		if !ok || t.Before(at) {
			at, ok = t, true
		}
	}
	for _, r := range e.rings {
		if !r.up {
			soonest(r.since.Add(agentRingMax))
		}
	}
	for _, id := range e.order {
		switch c := e.calls[id]; {
		case c.inFlight() && !c.cancelled:
			soonest(c.placedAt.Add(e.policy.RingFor + ringNet))
		case c.state == StateAnswered && !c.cancelled:
			soonest(c.answeredAt.Add(connectMax))
		case c.state == StateAbandoned && !c.hung:
			soonest(c.abandoned.Add(messageMax))
		}
	}
	for _, look := range e.previews {
		if e.policy.Preview > 0 {
			soonest(look.Since.Add(e.policy.Preview))
		}
	}
	if e.dry && e.gate == Open {
		soonest(e.dryUntil)
	}
	return at, ok
}
