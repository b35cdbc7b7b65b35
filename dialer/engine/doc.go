// Package engine is one campaign's mind: a step function from what happened to what is to be done. It has no goroutine,
// no clock, no channel and no database, so a day of it runs in a second and always ends the same.
//
// The shell (package dialer) feeds it inputs and carries out its outputs in order; whatever the engine believes, the
// database decides: an agent is claimed there, a call is placed there, and the shell reports back what came of it.
package engine

import "time"

// The clocks of a call. The legal one is connectMax: two seconds after the answer nobody may still be waiting for a
// person to speak (16 CFR 310.4(b)(4)); the rest are the house's.
const (
	connectMax    = 2 * time.Second  // from the customer's answer to an agent on the line; then the call is abandoned
	agentRingMax  = 5 * time.Second  // an agent's phone that does not answer for so long is not there
	ringNet       = 5 * time.Second  // beyond the ring limit that the switch keeps: a net under a switch that forgot
	messageMax    = 60 * time.Second // the longest an abandoned call's message may play
	dryPause      = 2 * time.Second  // after a reservation that brought too little
	stockAgeMax   = 60 * time.Second // a reserved lead is good for two minutes; give it back well before
	stockMax      = 20               // leads reserved ahead
	denialsMax    = 50               // refusals of the gate that one pass takes before it waits for the next
	stockPerAgent = 1
)
