package engine

import (
	"time"

	"saveline/dialer/telephony"
)

// event handles what happened to a leg. A leg that nobody follows and that is answered is hung up: nobody may be left
// talking to silence.
func (e *Engine) event(now time.Time, ev telephony.Event) []Output {
	leg, ours := ParseLeg(ev.Leg)
	if !ours {
		return nil
	}
	if leg.Ring > 0 {
		return e.agentEvent(now, leg, ev)
	}
	c := e.calls[leg.Call]
	if c == nil {
		return strayLeg(ev)
	}
	switch ev.Kind {
	case telephony.LegRinging:
		if c.state == StatePlaced {
			c.state = StateRinging
			return []Output{Rang{c.id, now}}
		}
	case telephony.LegAnswered:
		return e.customerAnswered(now, c)
	case telephony.LegEnded:
		return e.end(now, c.id, ev.Cause, "")
	case telephony.PlayDone:
		if c.state == StateAbandoned && !c.hung {
			return []Output{e.hangCustomer(c)}
		}
	}
	return nil
}

func strayLeg(ev telephony.Event) []Output {
	if ev.Kind != telephony.LegAnswered {
		return nil
	}
	return []Output{HangLeg{ev.Leg, telephony.HangupNormal}}
}

func (e *Engine) customerAnswered(now time.Time, c *call) []Output {
	if !c.inFlight() || c.cancelled {
		return nil // a cancel that met the answer: its end is on the way
	}
	c.state, c.answeredAt = StateAnswered, now
	switch {
	case c.ring != nil && c.ring.up:
		return []Output{Answered{c.id, now}, e.connect(c)}
	case c.by != 0:
		return []Output{Answered{c.id, now}}
	}
	if o, ok := e.offer(now, c); ok {
		return []Output{o}
	}
	return []Output{Answered{c.id, now}}
}

// connect seats the agent who is on the line.
func (e *Engine) connect(c *call) Output {
	r := c.ring
	e.dropRing(r)
	c.ring, c.agent, c.leg, c.state = nil, r.agent, r.leg, StateConnected
	return Connect{c.id, r.agent, [2]telephony.LegID{CustomerLeg(c.id), r.leg}}
}

func (e *Engine) agentEvent(now time.Time, leg Leg, ev telephony.Event) []Output {
	c := e.calls[leg.Call]
	if c != nil && c.leg == ev.Leg {
		if ev.Kind == telephony.LegEnded && !c.hung {
			if c.party == "" {
				c.party = ByAgent
			}
			return []Output{e.hangCustomer(c)} // the agent's phone hung up
		}
		return nil
	}
	r := e.ringOf(ev.Leg)
	if r == nil {
		return strayLeg(ev)
	}
	switch ev.Kind {
	case telephony.LegAnswered:
		return e.agentAnswered(c, r)
	case telephony.LegEnded:
		var gone Output = NoAnswer{r.agent, r.call}
		if r.up {
			gone = Free{r.agent, r.call} // they were there, and hung up before the customer answered
		}
		return append([]Output{gone}, e.unseat(now, r.call, r.agent)...)
	}
	return nil
}

func (e *Engine) agentAnswered(c *call, r *ring) []Output {
	switch {
	case c == nil || c.ring != r: // the call was abandoned meanwhile: the agent is there, only slow
		e.dropRing(r)
		return []Output{HangLeg{r.leg, telephony.HangupNormal}, Free{r.agent, r.call}}
	case c.state == StateAnswered && !c.cancelled:
		return []Output{e.connect(c)}
	}
	r.up = true
	return nil
}
