package switchtest

import (
	"slices"
	"time"

	"saveline/dialer/telephony"
)

// everyDisposition dials each row of the measured table of causes.
func everyDisposition(s *suite) {
	want := map[int]telephony.Disposition{
		486: telephony.Busy, 600: telephony.Busy, 404: telephony.Invalid, 604: telephony.Invalid, 410: telephony.Invalid,
		484: telephony.Invalid, 480: telephony.NoAnswer, 408: telephony.NoAnswer, 403: telephony.Rejected, 603: telephony.Rejected,
		607: telephony.Blocked, 608: telephony.Blocked, 488: telephony.TrunkFailure, 500: telephony.Congestion,
		502: telephony.Congestion, 503: telephony.Congestion, 504: telephony.Congestion, 183: telephony.Invalid, 200: telephony.Answered,
	}
	legs := map[int]telephony.LegID{}
	for code := range want {
		legs[code] = s.dial(code, 1, 1)
	}
	s.pass(5 * time.Second)
	for code, disposition := range want {
		if got := telephony.Classify(s.ended(legs[code])); got != disposition {
			s.t.Errorf("%d: %s, want %s", code, got, disposition)
		}
	}
}

func order(s *suite) {
	leg := s.dial(200, 2, 2)
	s.pass(10 * time.Second)
	var kinds []telephony.EventKind
	var last time.Time
	for _, ev := range s.of(leg) {
		kinds = append(kinds, ev.Kind)
		if ev.At.Before(last) {
			s.t.Errorf("%s at %s, before the event it follows", ev.Kind, ev.At)
		}
		last = ev.At
	}
	want := []telephony.EventKind{telephony.LegRinging, telephony.LegAnswered, telephony.LegEnded}
	if !slices.Equal(kinds, want) {
		s.t.Errorf("events %v, want %v", kinds, want)
	}
}

func calleeHangsUp(s *suite) {
	leg := s.dial(200, 0, 2)
	s.pass(5 * time.Second)
	c := s.ended(leg)
	if !c.Answered || c.ByUs || c.Lost {
		s.t.Errorf("the callee hung up: %+v", c)
	}
}

func weHangUp(s *suite) {
	leg := s.dial(200, 0, 60)
	s.pass(2 * time.Second)
	s.must(leg, telephony.LegAnswered)
	s.ok(s.Switch.Hangup(s.ctx(), leg, telephony.HangupNormal))
	s.pass(time.Second)
	if c := s.ended(leg); !c.Answered || !c.ByUs {
		s.t.Errorf("we hung up: %+v", c)
	}
}

func cancel(s *suite) {
	leg := s.dial(180, 0, 0)
	s.pass(2 * time.Second)
	s.must(leg, telephony.LegRinging)
	s.ok(s.Switch.Hangup(s.ctx(), leg, telephony.HangupNormal))
	s.pass(time.Second)
	if got := telephony.Classify(s.ended(leg)); got != telephony.Cancelled {
		s.t.Errorf("a cancelled call is %s", got)
	}
}

// cancelRace hangs up around the moment of the answer: either the answer came first or it never comes, and the leg ends
// once in both cases (exactlyOneEnd).
func cancelRace(s *suite) {
	for i := range 10 {
		leg := s.dial(200, 1, 60)
		s.Pass(time.Second + time.Duration(i*5)*time.Millisecond)
		if err := s.Switch.Hangup(s.ctx(), leg, telephony.HangupNormal); err != nil {
			s.wants(err, telephony.ErrGone)
		}
		s.pass(time.Second)
		if c := s.ended(leg); c.Answered != s.has(leg, telephony.LegAnswered) {
			s.t.Errorf("%s: the cause says answered=%t, the events say otherwise", leg, c.Answered)
		}
	}
}

func ringLimit(s *suite) {
	number := s.number(180, 0, 0)
	s.ok(s.Switch.Dial(s.ctx(), telephony.DialRequest{Leg: "limited", Trunk: "sim", Number: number, RingFor: 3 * time.Second}))
	s.pass(2 * time.Second)
	if s.has("limited", telephony.LegEnded) {
		s.t.Fatal("the leg ended before its ring limit")
	}
	s.pass(7 * time.Second) // a real switch has a net of five seconds under ours
	if got := telephony.Classify(s.ended("limited")); got != telephony.NoAnswer {
		s.t.Errorf("a call that rang to its limit is %s", got)
	}
}

func repeatedDial(s *suite) {
	number := s.number(200, 1, 60)
	r := telephony.DialRequest{Leg: "once", Trunk: "sim", Number: number, RingFor: 25 * time.Second}
	s.ok(s.Switch.Dial(s.ctx(), r))
	s.wants(s.Switch.Dial(s.ctx(), r), telephony.ErrExists)
	s.pass(3 * time.Second)
	s.wants(s.Switch.Dial(s.ctx(), r), telephony.ErrExists)
	if n := len(s.snap().Legs); n != 1 {
		s.t.Errorf("%d legs after a dial and its repeats", n)
	}
}

func gone(s *suite) {
	ctx := s.ctx()
	s.wants(s.Switch.Hangup(ctx, "never", telephony.HangupNormal), telephony.ErrGone)
	s.wants(s.Switch.Bridge(ctx, "b", "never"), telephony.ErrGone)
	s.wants(s.Switch.Hold(ctx, "never", true), telephony.ErrGone)
	s.wants(s.Switch.Play(ctx, "p", "never", "beep"), telephony.ErrGone)
	s.wants(s.Switch.StopPlay(ctx, "never"), telephony.ErrGone)
	s.wants(s.Switch.CloseBridge(ctx, "never"), telephony.ErrGone)
	s.wants(s.Switch.Answer(ctx, "never"), telephony.ErrGone)
	leg := s.dial(200, 0, 1)
	s.pass(4 * time.Second)
	s.ended(leg)
	s.wants(s.Switch.Hangup(ctx, leg, telephony.HangupNormal), telephony.ErrGone)
}

func labels(s *suite) {
	given := map[string]string{"call": "17", "campaign": "3"}
	s.ok(s.Switch.Dial(s.ctx(), telephony.DialRequest{
		Leg: "labelled", Trunk: "sim", Number: s.number(200, 1, 60), RingFor: 25 * time.Second, Labels: given,
	}))
	given["call"] = "changed by the caller afterwards"
	s.pass(3 * time.Second)
	s.must("labelled", telephony.LegAnswered)
	for _, ev := range s.of("labelled") {
		if ev.Labels["call"] != "17" || ev.Labels["campaign"] != "3" {
			s.t.Errorf("%s came with labels %v", ev.Kind, ev.Labels)
		}
	}
	if got := s.snap().Legs["labelled"].Labels["call"]; got != "17" {
		s.t.Errorf("the snapshot has label %q", got)
	}
}

func bridge(s *suite) {
	ctx := s.ctx()
	a, b, c := s.dial(200, 0, 60), s.dial(200, 0, 60), s.dial(180, 0, 0)
	s.pass(2 * time.Second)
	s.wants(s.Switch.Bridge(ctx, "one", a, c), telephony.ErrState) // c only rings
	s.ok(s.Switch.Bridge(ctx, "one", a, b))
	s.ok(s.Switch.Bridge(ctx, "one", a, b)) // a repeat changes nothing
	s.pass(time.Second)
	if legs := s.snap().Bridges["one"]; len(legs) != 2 {
		s.t.Fatalf("the bridge holds %v", legs)
	}
	s.must(a, telephony.LegBridged)
	s.ok(s.Switch.Bridge(ctx, "two", b))
	s.pass(time.Second)
	snap := s.snap()
	if !slices.Contains(snap.Bridges["two"], b) || slices.Contains(snap.Bridges["one"], b) {
		s.t.Errorf("a leg did not move: %v", snap.Bridges)
	}
	s.ok(s.Switch.Unbridge(ctx, "two", b))
	s.pass(time.Second)
	s.must(b, telephony.LegUnbridged)
	s.ok(s.Switch.CloseBridge(ctx, "one"))
	s.pass(time.Second)
	if s.has(a, telephony.LegEnded) || s.has(b, telephony.LegEnded) {
		s.t.Error("a leg ended with its bridge")
	}
	s.wants(s.Switch.Unbridge(ctx, "one", a), telephony.ErrGone)
}

func hold(s *suite) {
	ctx := s.ctx()
	a, b := s.dial(200, 0, 60), s.dial(180, 0, 0)
	s.pass(2 * time.Second)
	s.ok(s.Switch.Bridge(ctx, "held", a))
	s.ok(s.Switch.Hold(ctx, a, true))
	s.ok(s.Switch.Hold(ctx, a, false))
	s.pass(time.Second)
	if !slices.Contains(s.snap().Bridges["held"], a) {
		s.t.Error("after the hold the leg is not back in its bridge")
	}
	s.wants(s.Switch.Hold(ctx, b, true), telephony.ErrState)
}

func play(s *suite) {
	ctx := s.ctx()
	a, ringing := s.dial(200, 0, 60), s.dial(180, 0, 0)
	s.pass(2 * time.Second)
	s.ok(s.Switch.Play(ctx, "whole", a, "message"))
	s.wants(s.Switch.Play(ctx, "whole", a, "message"), telephony.ErrExists)
	s.wants(s.Switch.Play(ctx, "early", ringing, "message"), telephony.ErrState)
	s.pass(20 * time.Second)
	if done, complete := s.played("whole"); !done || !complete {
		s.t.Errorf("a message played to its end: done %t, complete %t", done, complete)
	}
	s.ok(s.Switch.Play(ctx, "cut", a, "message"))
	s.ok(s.Switch.StopPlay(ctx, "cut"))
	s.pass(time.Second)
	if done, complete := s.played("cut"); !done || complete {
		s.t.Errorf("a message cut short: done %t, complete %t", done, complete)
	}
	s.ok(s.Switch.Play(ctx, "hung", a, "message"))
	s.ok(s.Switch.Hangup(ctx, a, telephony.HangupNormal))
	s.pass(time.Second)
	if _, complete := s.played("hung"); complete {
		s.t.Error("a message ended complete on a leg that was hung up")
	}
}

func (s *suite) played(p telephony.PlayID) (done, complete bool) {
	for _, ev := range s.seen {
		if ev.Kind == telephony.PlayDone && ev.Play == p {
			return true, ev.Complete
		}
	}
	return false, false
}

func snapshot(s *suite) {
	up, ringing, over := s.dial(200, 0, 60), s.dial(180, 0, 0), s.dial(486, 0, 0)
	s.pass(3 * time.Second)
	legs := s.snap().Legs
	if legs[up].State != telephony.Up || legs[ringing].State != telephony.Ringing {
		s.t.Errorf("up is %v, ringing is %v", legs[up].State, legs[ringing].State)
	}
	if _, there := legs[over]; there {
		s.t.Error("a leg that ended is in the snapshot")
	}
	if legs[up].Side != telephony.Customer || legs[up].Since.IsZero() {
		s.t.Errorf("the leg's side and age are missing: %+v", legs[up])
	}
}

func agentLeg(s *suite) {
	s.dialAgent("agent")
	s.pass(3 * time.Second)
	s.must("agent", telephony.LegAnswered)
	s.pass(2 * time.Minute)
	if s.has("agent", telephony.LegEnded) {
		s.t.Error("the agent's phone hung up by itself")
	}
	if info := s.snap().Legs["agent"]; info.Side != telephony.Agent {
		s.t.Errorf("the agent's leg is on side %v", info.Side)
	}
}

// lost takes the switch away under a leg in each state: each ends once, with nothing known.
func lost(s *suite) {
	if s.Crash == nil {
		s.t.Skip("this switch cannot be crashed here")
	}
	up, ringing, dialing := s.dial(200, 0, 60), s.dial(180, 0, 0), telephony.LegID("dialing")
	s.pass(2 * time.Second)
	s.ok(s.Switch.Dial(s.ctx(), telephony.DialRequest{Leg: dialing, Trunk: "sim", Number: s.number(200, 5, 5), RingFor: 20 * time.Second}))
	s.Crash()
	s.pass(2 * time.Second)
	for _, leg := range []telephony.LegID{up, ringing, dialing} {
		if c := s.ended(leg); !c.Lost || c.Answered != (leg == up) {
			s.t.Errorf("%s ended with %+v when the switch was lost", leg, c)
		}
	}
	if n := len(s.snap().Legs); n != 0 {
		s.t.Errorf("%d legs on a switch that just came up", n)
	}
}

// slowReader leaves the events unread for long: the switch goes on, and nothing is lost.
func slowReader(s *suite) {
	const legs = 1500
	ids := make([]telephony.LegID, 0, legs)
	for range legs {
		ids = append(ids, s.dial(486, 0, 0))
	}
	s.Pass(3 * time.Second)
	extra := s.dial(200, 0, 60) // a command is still accepted at once
	for range 10 {
		s.pass(time.Second)
	}
	s.must(extra, telephony.LegAnswered)
	for _, id := range ids {
		s.ended(id)
	}
}

func badRequests(s *suite) {
	for name, r := range map[string]telephony.DialRequest{
		"no leg":                   {Number: s.number(200, 0, 1)},
		"nobody":                   {Leg: "nobody"},
		"both a number and a desk": {Leg: "both", Number: s.number(200, 0, 1), Account: s.Account},
	} {
		if err := s.Switch.Dial(s.ctx(), r); err == nil {
			s.t.Errorf("%s: accepted", name)
		}
	}
	s.pass(time.Second)
	if len(s.seen) != 0 {
		s.t.Errorf("refused dials made events: %v", s.seen)
	}
}
