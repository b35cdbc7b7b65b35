package sim

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"saveline/dialer/telephony"
	"saveline/dialer/telephony/switchtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// virtual is a switch whose time only the test moves.
type virtual struct {
	*Switch
	at time.Time
}

func newVirtual(cfg Config) *virtual {
	v := &virtual{at: noon}
	cfg.Now = func() time.Time { return v.at }
	v.Switch = New(cfg)
	return v
}

// pass moves the clock from one thing that happens to the next.
func (v *virtual) pass(d time.Duration) {
	end := v.at.Add(d)
	for {
		next, ok := v.planned()
		if !ok || next.After(end) {
			break
		}
		v.at = next
		v.Advance(next)
	}
	v.at = end
	v.Advance(end)
}

// planned is NextAt without the events that wait for their reader.
func (v *virtual) planned() (time.Time, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.prune()
	if len(v.queue) == 0 {
		return time.Time{}, false
	}
	return v.queue[0].at, true
}

func TestKeepsTheRulesOfASwitch(t *testing.T) {
	t.Parallel()
	switchtest.Run(t, func(*testing.T) switchtest.Harness {
		v := newVirtual(Config{NumberPlan: true, World: DefaultWorld()})
		return switchtest.Harness{
			Switch: v, Pass: v.pass, Account: "agent-1",
			Crash: func() { v.Crash(); v.Restart() },
		}
	})
}

// TestBehaviourDependsOnNothingElse dials the same numbers in two orders: each has the same fate.
func TestBehaviourDependsOnNothingElse(t *testing.T) {
	t.Parallel()
	fates := func(order []int) map[string]string {
		v := newVirtual(Config{Seed: 3, World: DefaultWorld()})
		for _, i := range order {
			n := fmt.Sprintf("+1212555%04d", i)
			err := v.Dial(context.Background(), telephony.DialRequest{Leg: telephony.LegID(n), Number: n, RingFor: 25 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			v.pass(7 * time.Second)
		}
		v.pass(2 * time.Hour)
		out := map[string]string{}
		for len(v.Events()) > 0 {
			ev := <-v.Events()
			out[string(ev.Leg)] += fmt.Sprintf("%s %+v; ", ev.Kind, ev.Cause)
		}
		return out
	}
	forth, back := make([]int, 200), make([]int, 200)
	for i := range forth {
		forth[i], back[len(back)-1-i] = i, i
	}
	a, b := fates(forth), fates(back)
	if len(a) != 200 {
		t.Fatalf("%d fates", len(a))
	}
	for n := range a {
		if a[n] != b[n] {
			t.Errorf("%s: %q in one order, %q in the other", n, a[n], b[n])
		}
	}
}

// TestTheWorldHasItsShares compares what happens with what the world was asked for.
func TestTheWorldHasItsShares(t *testing.T) {
	t.Parallel()
	const dials = 20_000
	w := DefaultWorld()
	kinds := map[Kind]float64{}
	for i := range dials {
		kinds[w.Truth(1, fmt.Sprintf("+1%010d", i), 1).Kind] += 1.0 / dials
	}
	for kind, want := range map[Kind]float64{Human: 0.20, Machine: 0.40, NoAnswer: 0.28, Busy: 0.04, Invalid: 0.08} {
		if got := kinds[kind]; got < want-0.015 || got > want+0.015 {
			t.Errorf("%s: %.3f of the dials, want %.3f", kind, got, want)
		}
	}
	for i := range 200 {
		n := fmt.Sprintf("+1%010d", i)
		if (w.Truth(1, n, 1).Kind == Invalid) != (w.Truth(1, n, 2).Kind == Invalid) {
			t.Errorf("%s is a number at one dial and none at the next", n)
		}
	}
}

func TestNextAtIsWhenSomethingHappens(t *testing.T) {
	t.Parallel()
	v := newVirtual(Config{NumberPlan: true})
	if _, ok := v.NextAt(); ok {
		t.Error("an idle switch has something planned")
	}
	if err := v.Dial(context.Background(), telephony.DialRequest{Leg: "a", Number: "+1486010100001"}); err != nil {
		t.Fatal(err)
	}
	at, ok := v.NextAt()
	if !ok || !at.Equal(noon.Add(10*time.Millisecond)) {
		t.Fatalf("next at %v (%t), want the ringing", at, ok)
	}
	if err := v.Hangup(context.Background(), "a", telephony.HangupNormal); err != nil {
		t.Fatal(err)
	}
	if at, ok = v.NextAt(); !ok || !at.Equal(noon) {
		t.Errorf("an event waits, but next is %v (%t)", at, ok)
	}
	v.Advance(noon)
	if at, ok = v.NextAt(); ok {
		t.Errorf("the leg is gone, but something is planned at %v", at)
	}
}

// TestRealClock lets Run carry a short call, while commands come from another goroutine.
func TestRealClock(t *testing.T) {
	t.Parallel()
	s := New(Config{NumberPlan: true, Now: time.Now, World: DefaultWorld()})
	ctx, stop := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	defer wait.Wait()
	defer stop()
	if err := s.Dial(ctx, telephony.DialRequest{Leg: "a", Number: "+1200006000001", RingFor: time.Minute}); err != nil {
		t.Fatal(err)
	}
	for want := range map[telephony.EventKind]bool{telephony.LegEnded: true} {
		for {
			ev := <-s.Events()
			if ev.Kind == telephony.LegAnswered {
				if err := s.Hangup(ctx, "a", telephony.HangupNormal); err != nil {
					t.Fatal(err)
				}
			}
			if ev.Kind == want {
				return
			}
		}
	}
}

func TestDownSwitchRefuses(t *testing.T) {
	t.Parallel()
	v := newVirtual(Config{NumberPlan: true})
	v.Crash()
	err := v.Dial(context.Background(), telephony.DialRequest{Leg: "a", Number: "+1200010100001"})
	if !errors.Is(err, telephony.ErrDown) {
		t.Errorf("dial on a switch that is down: %v", err)
	}
	v.Restart()
	if err := v.Dial(context.Background(), telephony.DialRequest{Leg: "a", Number: "+1200010100001"}); err != nil {
		t.Error(err)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

func TestSomebodyIsAlwaysAtHomeWhereTheWorldSaysSo(t *testing.T) {
	w := DefaultWorld()
	w.AtHome = "555019"
	elsewhere := 0
	for n := range 200 {
		p := w.Truth(uint64(n), "+12125550190", 1+n%3)
		if p.Kind != Human || p.Talk != time.Hour {
			t.Fatalf("dial %d: %+v, want somebody with time to talk", n, p)
		}
		if w.Truth(uint64(n), "+12125550180", 1).Kind == Human {
			elsewhere++
		}
	}
	if elsewhere > 80 {
		t.Errorf("%d of 200 others answered at a rate of 0.2", elsewhere)
	}
}
