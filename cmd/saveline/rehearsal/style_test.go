package rehearsal

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"saveline/retention/gaming"
)

const (
	shifts        = 3
	talksOfAShift = 14 // customers that one agent of the demo's save desk speaks to
	machineShare  = 0.3
)

// season is three shifts of the demo's people: drawn as the floor draws them, written down as the house does. Every
// ordinary save ends early in one of twelve, and one sale in fifty is to somebody who cancelled before.
func season(seed uint64) gaming.Book {
	b := gaming.Book{Now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	id := int64(0)
	for i := range demoAgents {
		who, s := int64(i+1), styleOf(fmt.Sprintf("agent%03d@saveline.test", i+1))
		rnd := rand.New(rand.NewPCG(seed, uint64(who)))
		for n := range shifts * talksOfAShift {
			id++
			c := &conversation{rnd: rnd, saving: i < demoDeskAgents, machine: rnd.Float64() < machineShare}
			at := b.Now.AddDate(0, 0, -30*(n/talksOfAShift)-1)
			c.draw()
			s.bend(c)
			writeDown(&b, gaming.Talk{Call: id, Case: id, Agent: who, At: at, Seconds: 60 + rnd.IntN(300), HungUpBy: "customer", MonthDaysLeft: 12}, s, c)
		}
	}
	return b
}

func writeDown(b *gaming.Book, t gaming.Talk, s style, c *conversation) {
	t.Code = c.outcome
	if c.outcome == c.no() && c.lossAs != "" {
		t.Code = c.lossAs
	}
	if c.machine {
		t.Seconds, t.HungUpBy = 4, "agent"
	}
	r := gaming.Result{ID: t.Call, Call: t.Call, Agent: t.Agent, Customer: t.Call, Kind: c.yes(), At: t.At, Words: true, Paid: true, MonthDaysLeft: t.MonthDaysLeft}
	switch {
	case c.saving:
		r.Case, t.Shown, t.FirstDepthBP = t.Case, !c.machine, 2000
		if s == maxDiscount {
			t.FirstDepthBP = 4000
		}
		if c.untrue {
			r.EndedAt, r.Cause = t.At.Add(qualityAfter), "no_consent"
		} else if c.rnd.Float64() < 1.0/12 {
			r.EndedAt, r.Cause = t.At.AddDate(0, 0, 20), "cancelled"
		}
		b.Talks = append(b.Talks, t)
	case s == resigner || c.rnd.Float64() < 1.0/50:
		r.CancelledAt = t.At.AddDate(0, 0, -30)
	}
	if c.outcome == c.yes() {
		b.Results = append(b.Results, r)
	}
}

func found(b gaming.Book) map[int64][]gaming.Pattern {
	out := map[int64][]gaming.Pattern{}
	for _, f := range gaming.Find(b, gaming.Defaults()) {
		out[f.Who] = append(out[f.Who], f.Pattern)
	}
	return out
}

// In every world the four who game are found for what they do, and nobody else: neither the two best nor the ordinary.
func TestExactlyTheFourAreFound(t *testing.T) {
	t.Parallel()
	want := map[int64]gaming.Pattern{3: gaming.Phantom, 4: gaming.MaxFirst, 5: gaming.Shrinking, 8: gaming.ReSign}
	for seed := uint64(1); seed <= 30; seed++ {
		got := found(season(seed))
		if len(got) != len(want) {
			t.Fatalf("seed %d: found %v", seed, got)
		}
		for who, pattern := range want {
			if !slices.Contains(got[who], pattern) {
				t.Fatalf("seed %d: agent %d is not found for %s but %v", seed, who, pattern, got)
			}
		}
	}
}

// Without the four nobody is found.
func TestOrdinaryPeopleAreNotFound(t *testing.T) {
	t.Parallel()
	for seed := uint64(101); seed <= 130; seed++ {
		b := season(seed)
		ordinary := func(agent int64) bool { return styleOf(fmt.Sprintf("agent%03d@", agent)) == "" }
		b.Talks = slices.DeleteFunc(b.Talks, func(t gaming.Talk) bool { return !ordinary(t.Agent) })
		b.Results = slices.DeleteFunc(b.Results, func(r gaming.Result) bool { return !ordinary(r.Agent) })
		if got := found(b); len(got) != 0 {
			t.Fatalf("seed %d: found %v", seed, slices.Collect(maps.Keys(got)))
		}
	}
}
