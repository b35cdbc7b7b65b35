package engine

import (
	"fmt"
	"strconv"
	"strings"

	"saveline/dialer/telephony"
)

// Leg ids are derived from the call's id, so that a repeated Dial of the same leg is refused by the switch and every leg
// found there after a crash can be told apart.

// CustomerLeg is the leg of the person called: "c17".
func CustomerLeg(call CallID) telephony.LegID { return telephony.LegID(fmt.Sprintf("c%d", call)) }

// AgentLeg is the n-th ringing of an agent for this call: "a17.1".
func AgentLeg(call CallID, n int) telephony.LegID {
	return telephony.LegID(fmt.Sprintf("a%d.%d", call, n))
}

// Bridge is where a call's legs hear each other.
func Bridge(call CallID) telephony.BridgeID { return telephony.BridgeID(fmt.Sprintf("b%d", call)) }

// Leg is what a leg's id says.
type Leg struct {
	Call CallID
	Ring int // 0 for the customer's
}

// ParseLeg reads an id that CustomerLeg or AgentLeg made; ok is false for any other.
func ParseLeg(id telephony.LegID) (leg Leg, ok bool) {
	s := string(id)
	if len(s) < 2 {
		return Leg{}, false
	}
	kind, s := s[0], s[1:]
	switch kind {
	case 'c':
		n, err := strconv.ParseInt(s, 10, 64)
		return Leg{Call: CallID(n)}, err == nil && n > 0
	case 'a':
		call, ring, found := strings.Cut(s, ".")
		n, err := strconv.ParseInt(call, 10, 64)
		r, err2 := strconv.Atoi(ring)
		return Leg{Call: CallID(n), Ring: r}, found && err == nil && err2 == nil && n > 0 && r > 0
	}
	return Leg{}, false
}
