package telephony

// Cause is how a leg ended, as the switch knows it.
type Cause struct {
	Q850     int  // 0: none given
	SIP      int  // 0: none given
	Answered bool // the leg had been up
	Rang     bool // 180 or 183 had come
	ByUs     bool // our Hangup (or ring limit)
	RingOut  bool // our ring limit
	Lost     bool // the switch went away: nothing is known
}

// Disposition is how an attempt ended, for campaigns and reports.
type Disposition string

// The dispositions.
const (
	Unknown      Disposition = "unknown"
	Answered     Disposition = "answered"
	Abandoned    Disposition = "abandoned" // answered, and no agent was there: the dialer's fault
	NoAnswer     Disposition = "no_answer"
	Busy         Disposition = "busy"
	Rejected     Disposition = "rejected"      // the person or network refused: 403, 603
	Blocked      Disposition = "blocked"       // marked unwanted: 607, 608
	Invalid      Disposition = "invalid"       // not a number in service: never again
	Unavailable  Disposition = "unavailable"   // 480 without ringing: phone off
	Congestion   Disposition = "congestion"    // the network could not: retry soon
	TrunkFailure Disposition = "trunk_failure" // our own side: credentials, codec, carrier dead
	Cancelled    Disposition = "cancelled"     // we gave up before the ring limit
	Lost         Disposition = "lost"          // the switch or this node went away; nothing is known
)

// Classify maps a cause to a disposition. The SIP code wins over Q.850: Asterisk folds many SIP codes into one Q.850
// value. Source: telephony measurements on Asterisk 22.10.1, and RFC 3261, 8688 (608), 8197 (607).
func Classify(c Cause) Disposition {
	switch {
	case c.Answered:
		return Answered
	case c.Lost:
		return Lost
	case c.RingOut && c.Rang:
		return NoAnswer
	case c.RingOut: // never a 180: the carrier or the network is silent
		return TrunkFailure
	case c.ByUs:
		return Cancelled
	}
	if d, ok := bySIP(c); ok {
		return d
	}
	return byQ850(c)
}

func bySIP(c Cause) (Disposition, bool) {
	switch c.SIP {
	case 486, 600:
		return Busy, true
	case 404, 410, 416, 484, 604:
		return Invalid, true
	case 480:
		return rangOr(c, Unavailable), true
	case 408, 487:
		return NoAnswer, true
	case 403, 603:
		return Rejected, true
	case 607, 608:
		return Blocked, true
	case 401, 407, 415, 488, 606:
		return TrunkFailure, true
	case 500, 502, 503, 504, 580:
		return Congestion, true
	}
	return Unknown, false
}

func byQ850(c Cause) Disposition {
	switch c.Q850 {
	case 17:
		return Busy
	case 1, 22, 28:
		return Invalid
	case 18, 19:
		return rangOr(c, Unavailable)
	case 20:
		return Unavailable
	case 21:
		return Rejected
	case 27, 34, 38, 41, 42, 44, 102:
		return Congestion
	case 58, 65, 88:
		return TrunkFailure
	}
	return Unknown
}

func rangOr(c Cause, silent Disposition) Disposition {
	if c.Rang {
		return NoAnswer
	}
	return silent
}
