// Package switchtest checks that a switch keeps the rules of package telephony. Every switch runs the same suite: the
// simulator in each build, a real one against a test carrier in a slower job.
//
// The far end behaves as the number says: "1 CCC RR TT xxxx", where CCC is what the callee does (200 a person, 180 rings
// for ever, 183 a tone and then 404, else that final SIP code), RR the seconds of ringing, TT the seconds of talk.
package switchtest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"saveline/dialer/telephony"
)

// Harness is a switch under test and its time.
type Harness struct {
	Switch telephony.Switch
	// Pass lets d go by: a simulator moves its clock, a real switch is waited for.
	Pass func(d time.Duration)
	// Crash takes the switch down and brings it up again. Nil if this switch cannot be crashed in a test.
	Crash func()
	// Slack is how late an event may be; 0 for a virtual clock.
	Slack time.Duration
	// Account is the name of an agent's phone that answers.
	Account string
}

// suite is one run of one case: a fresh switch, and every event it sent.
type suite struct {
	t *testing.T
	Harness
	seen []telephony.Event
	n    int
}

// Run checks the switch that each call of open makes.
func Run(t *testing.T, open func(*testing.T) Harness) {
	t.Helper()
	for name, check := range map[string]func(*suite){
		"every disposition":                 everyDisposition,
		"events of a leg in order":          order,
		"callee hangs up":                   calleeHangsUp,
		"we hang up":                        weHangUp,
		"cancel while ringing":              cancel,
		"cancel meets the answer":           cancelRace,
		"ring limit":                        ringLimit,
		"a repeated dial is refused":        repeatedDial,
		"a leg that is gone is never fatal": gone,
		"labels come back":                  labels,
		"bridge, move, unbridge":            bridge,
		"hold":                              hold,
		"play and stop":                     play,
		"snapshot":                          snapshot,
		"an agent's phone":                  agentLeg,
		"switch lost":                       lost,
		"a slow reader":                     slowReader,
		"bad requests":                      badRequests,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &suite{t: t, Harness: open(t)}
			check(s)
			s.endAll()
			s.exactlyOneEnd()
		})
	}
}

func (s *suite) ctx() context.Context { return s.t.Context() }

// number is one of the test carrier's plan, never the same twice.
func (s *suite) number(code, ring, talk int) string {
	s.n++
	return fmt.Sprintf("+1%03d%02d%02d%05d", code, ring, talk, s.n)
}

func (s *suite) dial(code, ring, talk int) telephony.LegID {
	s.t.Helper()
	number := s.number(code, ring, talk)
	leg := telephony.LegID(fmt.Sprintf("leg%d", s.n))
	s.ok(s.Switch.Dial(s.ctx(), telephony.DialRequest{
		Leg: leg, Trunk: "sim", Number: number, CallerID: "+12125550100", RingFor: 25 * time.Second,
		Labels: map[string]string{"call": string(leg)},
	}))
	return leg
}

func (s *suite) dialAgent(leg telephony.LegID) {
	s.t.Helper()
	s.ok(s.Switch.Dial(s.ctx(), telephony.DialRequest{
		Leg: leg, Side: telephony.Agent, Account: s.Account, RingFor: 10 * time.Second, Labels: map[string]string{"call": string(leg)},
	}))
}

func (s *suite) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *suite) wants(err, want error) {
	s.t.Helper()
	if !errors.Is(err, want) {
		s.t.Errorf("got %v, want %v", err, want)
	}
}

// pass lets time go by and reads what happened.
func (s *suite) pass(d time.Duration) {
	s.Pass(d + s.Slack)
	s.read()
}

func (s *suite) read() {
	for {
		select {
		case ev := <-s.Switch.Events():
			s.seen = append(s.seen, ev)
		default:
			return
		}
	}
}

func (s *suite) of(leg telephony.LegID) []telephony.Event {
	var out []telephony.Event
	for _, ev := range s.seen {
		if ev.Leg == leg {
			out = append(out, ev)
		}
	}
	return out
}

func (s *suite) has(leg telephony.LegID, kind telephony.EventKind) bool {
	for _, ev := range s.of(leg) {
		if ev.Kind == kind {
			return true
		}
	}
	return false
}

func (s *suite) must(leg telephony.LegID, kind telephony.EventKind) {
	s.t.Helper()
	if !s.has(leg, kind) {
		s.t.Fatalf("%s: no %s among %v", leg, kind, s.of(leg))
	}
}

// ended is the last word about a leg.
func (s *suite) ended(leg telephony.LegID) telephony.Cause {
	s.t.Helper()
	s.must(leg, telephony.LegEnded)
	events := s.of(leg)
	last := events[len(events)-1]
	if last.Kind != telephony.LegEnded {
		s.t.Errorf("%s: %s came after the end", leg, last.Kind)
	}
	return last.Cause
}

func (s *suite) snap() telephony.Snapshot {
	s.t.Helper()
	snap, err := s.Switch.Snapshot(s.ctx())
	s.ok(err)
	return snap
}

// endAll hangs up whatever a case left behind.
func (s *suite) endAll() {
	snap, err := s.Switch.Snapshot(s.ctx())
	if err != nil {
		return
	}
	for leg := range snap.Legs {
		if err := s.Switch.Hangup(s.ctx(), leg, telephony.HangupNormal); err != nil && !errors.Is(err, telephony.ErrGone) {
			s.t.Errorf("hang up %s: %v", leg, err)
		}
	}
	s.pass(time.Second)
}

// exactlyOneEnd is the rule that everything else stands on.
func (s *suite) exactlyOneEnd() {
	s.t.Helper()
	begun, ends := map[telephony.LegID]bool{}, map[telephony.LegID]int{}
	for _, ev := range s.seen {
		if ev.Leg == "" {
			continue
		}
		begun[ev.Leg] = true
		if ends[ev.Leg] > 0 {
			s.t.Errorf("%s: %s after its end", ev.Leg, ev.Kind)
		}
		if ev.Kind == telephony.LegEnded {
			ends[ev.Leg]++
		}
	}
	for leg := range begun {
		if ends[leg] != 1 {
			s.t.Errorf("%s ended %d times, want once", leg, ends[leg])
		}
	}
}
