package pacing

import (
	"testing"

	"pgregory.net/rapid"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		mode  Mode
		s     Snapshot
		calls int
	}{
		"progressive, everybody free":         {Progressive, Snapshot{Ready: 3}, 3},
		"progressive, one already rings":      {Progressive, Snapshot{Ready: 3, InFlight: 1}, 2},
		"progressive, one is promised":        {Progressive, Snapshot{Ready: 3, InFlight: 1, Waiting: 1}, 1},
		"progressive, more rings than agents": {Progressive, Snapshot{Ready: 1, InFlight: 4}, 0},
		"preview":                             {Preview, Snapshot{Ready: 2, InFlight: 1}, 1},
		"manual":                              {Manual, Snapshot{Ready: 9}, 0},
		"an unknown mode dials nothing":       {"guess", Snapshot{Ready: 9}, 0},
	} {
		if got := Decide(Policy{tt.mode}, tt.s); got.Calls != tt.calls || got.Why == "" {
			t.Errorf("%s: %+v, want %d calls and a reason", name, got, tt.calls)
		}
	}
}

func TestDecideIsNeverNegativeAndGrowsWithAgents(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Policy{rapid.SampledFrom([]Mode{Manual, Preview, Progressive}).Draw(t, "mode")}
		s := Snapshot{
			Ready:    rapid.IntRange(0, 500).Draw(t, "ready"),
			InFlight: rapid.IntRange(0, 500).Draw(t, "in flight"),
			Waiting:  rapid.IntRange(0, 50).Draw(t, "waiting"),
		}
		n := Decide(p, s).Calls
		if n < 0 || n > s.Ready {
			t.Fatalf("%d calls for %d ready agents", n, s.Ready)
		}
		s.Ready++
		if more := Decide(p, s).Calls; more < n {
			t.Fatalf("one more agent gave %d calls instead of %d", more, n)
		}
	})
}
