package sim

import (
	"strconv"
	"strings"
	"time"

	"saveline/dialer/telephony"
)

// q850Of is what a carrier's Q.850 value is for each final SIP code, as measured on Asterisk.
var q850Of = map[int]int{
	403: 21, 404: 1, 408: 18, 410: 22, 480: 19, 484: 28, 486: 17, 488: 58, 500: 38, 502: 27, 503: 34, 504: 102,
	600: 17, 603: 21, 604: 1, 607: 127, 608: 127,
}

// planned reads a number of the test carrier's plan, "1 CCC RR TT xxxx": what the callee does, seconds of ringing,
// seconds of talk. CCC 200-219 answer, 180 rings for ever, 183 plays a tone and refuses with 404, any other is that
// final code. The SIPp carrier of the conformance suite reads the same plan.
func planned(number string) behaviour {
	digits := strings.TrimPrefix(number, "+")
	if len(digits) < 8 || digits[0] != '1' {
		return behaviour{Person: Person{Kind: Invalid}, cause: telephony.Cause{SIP: 404, Q850: 1}}
	}
	code, ring, talk := field(digits[1:4]), field(digits[4:6]), field(digits[6:8])
	b := behaviour{progress: 10 * time.Millisecond, end: time.Duration(ring)*time.Second + 20*time.Millisecond}
	switch {
	case code >= 200 && code <= 219:
		b.Kind, b.Talk = Human, time.Duration(talk)*time.Second
		if code == 201 {
			b.Kind = Machine
		}
	case code == 180:
		b.Kind, b.end = NoAnswer, never
	case code == 183:
		b.Kind, b.cause = Invalid, telephony.Cause{SIP: 404, Q850: 1}
	default:
		b.Kind, b.cause = Refused, telephony.Cause{SIP: code, Q850: q850Of[code]}
		if ring == 0 {
			b.progress = 0 // refused before it rang
		}
	}
	return b
}

func field(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
