package engine

import (
	"slices"
	"time"

	"saveline/dialer/telephony"
)

// CallState is how far a call has come; the same words as in the database.
type CallState string

// The states of a live call.
const (
	StatePlaced    CallState = "placed"
	StateRinging   CallState = "ringing"
	StateAnswered  CallState = "answered" // a person is there, an agent not yet
	StateConnected CallState = "connected"
	StateAbandoned CallState = "abandoned" // the message plays
)

type call struct {
	id         CallID
	lead       Lead
	by         AgentID // who dialed it by hand; such a call goes to nobody else
	state      CallState
	agent      AgentID         // who talks
	leg        telephony.LegID // the talking agent's
	ring       *ring           // who is being rung for it, or waits on the line
	rings      int             // how often an agent was rung
	placedAt   time.Time
	answeredAt time.Time
	abandoned  time.Time
	told       bool // Answered was said
	cancelled  bool // we hung up while it rang
	ringOut    bool // because of the ring limit
	hung       bool // a hang-up of the customer was said after the answer
	party      Party
}

func (c *call) inFlight() bool { return c.state == StatePlaced || c.state == StateRinging }

// ring is one agent's phone that rings for a call, or was answered before the customer was.
type ring struct {
	leg   telephony.LegID
	call  CallID
	agent AgentID
	since time.Time
	up    bool
}

func (e *Engine) placed(now time.Time, in Placed) {
	p, known := e.placing[in.Lead]
	if !known {
		return
	}
	delete(e.placing, in.Lead)
	c := &call{id: in.Call, lead: p.Lead, by: p.By, state: StatePlaced, placedAt: now}
	e.add(c)
	if p.By != 0 {
		delete(e.previews, p.By)
		c.rings = 1
		c.ring = e.addRing(c, p.By, now)
	}
}

func (e *Engine) add(c *call) {
	e.calls[c.id] = c
	e.order = append(e.order, c.id)
}

func (e *Engine) remove(c *call) {
	delete(e.calls, c.id)
	e.order = slices.DeleteFunc(e.order, func(id CallID) bool { return id == c.id })
}

func (e *Engine) addRing(c *call, a AgentID, now time.Time) *ring {
	r := &ring{leg: AgentLeg(c.id, c.rings), call: c.id, agent: a, since: now}
	e.rings = append(e.rings, r)
	return r
}

func (e *Engine) dropRing(r *ring) {
	e.rings = slices.DeleteFunc(e.rings, func(x *ring) bool { return x == r })
}

func (e *Engine) ringOf(leg telephony.LegID) *ring {
	i := slices.IndexFunc(e.rings, func(r *ring) bool { return r.leg == leg })
	if i < 0 {
		return nil
	}
	return e.rings[i]
}

// offer rings the owner of the lead if they are free, else the longest idle agent; false if nobody is free.
func (e *Engine) offer(now time.Time, c *call) (Offer, bool) {
	if len(e.ready) == 0 {
		return Offer{}, false
	}
	i := max(0, slices.IndexFunc(e.ready, func(x Idle) bool { return x.Agent == c.lead.Owner }))
	agent := e.ready[i].Agent
	e.ready = slices.Delete(e.ready, i, i+1)
	c.rings++
	c.ring = e.addRing(c, agent, now)
	c.told = true
	return Offer{Call: c.id, Agent: agent, At: c.answeredAt, Ring: c.rings}, true
}

// seatWaiting gives agents who became free to the people who wait, longest waiting first.
func (e *Engine) seatWaiting(now time.Time, out []Output) []Output {
	var waiting []*call
	for _, id := range e.order {
		if c := e.calls[id]; c.state == StateAnswered && c.ring == nil && c.by == 0 && !c.cancelled {
			waiting = append(waiting, c)
		}
	}
	slices.SortStableFunc(waiting, func(a, b *call) int { return a.answeredAt.Compare(b.answeredAt) })
	for _, c := range waiting {
		o, ok := e.offer(now, c)
		if !ok {
			break
		}
		out = append(out, o)
	}
	return out
}

// unseat handles an agent who was offered a call and is not there: the next one is tried, within the two seconds.
func (e *Engine) unseat(now time.Time, id CallID, a AgentID) []Output {
	i := slices.IndexFunc(e.rings, func(r *ring) bool { return r.call == id && r.agent == a })
	if i >= 0 {
		e.dropRing(e.rings[i])
	}
	c := e.calls[id]
	if c == nil || c.ring == nil || c.ring.agent != a {
		return nil
	}
	c.ring = nil
	return e.reseat(now, c)
}

// reseat finds the next agent for a call that just lost the one being rung.
func (e *Engine) reseat(now time.Time, c *call) []Output {
	switch {
	case c.inFlight() && c.by != 0:
		c.cancelled, c.party = true, BySystem
		return []Output{HangLeg{CustomerLeg(c.id), telephony.HangupNormal}}
	case c.state != StateAnswered || c.cancelled:
		return nil
	case c.by != 0:
		return e.abandon(now, c)
	}
	if o, ok := e.offer(now, c); ok {
		return []Output{o}
	}
	return nil // the tick abandons it when its two seconds are over
}

// abandon gives up on a person who answered: the message if there is one, then the end.
func (e *Engine) abandon(now time.Time, c *call) []Output {
	c.state, c.abandoned, c.party = StateAbandoned, now, BySystem
	c.ring = nil // that phone rings on: if it is answered in its time the agent is there, only slow
	out := []Output{Abandon{c.id, e.policy.Message}}
	if !e.policy.Message {
		out = append(out, e.hangCustomer(c))
	}
	return out
}

func (e *Engine) hangCustomer(c *call) Output {
	c.hung = true
	return HangLeg{CustomerLeg(c.id), telephony.HangupNormal}
}

// deadlines handles everything that waited long enough.
func (e *Engine) deadlines(now time.Time, out []Output) []Output {
	for _, r := range slices.Clone(e.rings) {
		if !r.up && now.Sub(r.since) >= agentRingMax {
			out = append(out, HangLeg{r.leg, telephony.HangupNoAnswer}, NoAnswer{r.agent, r.call})
			out = append(out, e.unseat(now, r.call, r.agent)...)
		}
	}
	for _, id := range slices.Clone(e.order) {
		c := e.calls[id]
		switch {
		case c.inFlight() && !c.cancelled && now.Sub(c.placedAt) >= e.policy.RingFor+ringNet:
			c.cancelled, c.ringOut = true, true
			out = append(out, HangLeg{CustomerLeg(id), telephony.HangupNoAnswer})
		case c.state == StateAnswered && !c.cancelled && now.Sub(c.answeredAt) >= connectMax:
			out = append(out, e.abandon(now, c)...)
		case c.state == StateAbandoned && !c.hung && now.Sub(c.abandoned) >= messageMax:
			out = append(out, e.hangCustomer(c))
		}
	}
	return out
}

// end takes a call out of the engine. A forced disposition wins over what the cause says.
func (e *Engine) end(now time.Time, id CallID, cause telephony.Cause, forced telephony.Disposition) []Output {
	c := e.calls[id]
	if c == nil {
		return nil
	}
	e.remove(c)
	var out []Output
	ended := Ended{Call: id, Lead: c.lead.ID, Agent: c.agent, Disposition: forced, By: c.party, At: now}
	if forced == "" {
		ended.Disposition = c.disposition(cause)
	}
	if ended.By == "" {
		ended.By = ByCustomer
	}
	if c.leg != "" {
		out = append(out, HangLeg{c.leg, telephony.HangupNormal})
	}
	if c.ring != nil {
		e.dropRing(c.ring)
		ended.Free = c.ring.agent
		out = append(out, HangLeg{c.ring.leg, telephony.HangupNormal})
	}
	return append(out, ended)
}

// disposition is how the attempt ended. A person who answered and never met an agent was abandoned, whoever hung up.
func (c *call) disposition(cause telephony.Cause) telephony.Disposition {
	switch {
	case c.state == StateConnected:
		return telephony.Answered
	case !c.inFlight() || cause.Answered:
		return telephony.Abandoned
	}
	cause.RingOut = cause.RingOut || c.ringOut
	cause.ByUs = cause.ByUs || c.cancelled
	cause.Rang = cause.Rang || c.state == StateRinging
	return telephony.Classify(cause)
}
