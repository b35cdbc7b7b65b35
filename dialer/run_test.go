package dialer

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"saveline/campaigns"
	"saveline/dialer/sim"
	"saveline/internal/errs"
	"saveline/internal/live"
)

func TestMain(m *testing.M) {
	// database/sql keeps a goroutine per pool until the pool's cleanup has run.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

// TestRunAndDrain lets the dialer run by itself on the real clock: it connects a call, refuses to stop while it is up,
// names it, and gives its lease back at the end.
func TestRunAndDrain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, setup{mode: "progressive", agents: 1, plan: []string{"+1200006000001", "+1200006000002"}})
	now := func() time.Time { return noon.Add(time.Since(started)) }
	sw := sim.New(sim.Config{Now: now, World: sim.DefaultWorld(), NumberPlan: true})
	leads := campaigns.New(h.db, now, slog.New(slog.DiscardHandler), live.Nowhere{})
	h.Service = New(h.db, now, slog.New(slog.DiscardHandler), leads, sw, live.Nowhere{}, "node-run")

	ctx, stop := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() { _ = sw.Run(ctx) })
	ran := make(chan error, 1)
	wait.Go(func() { ran <- h.Run(ctx) })
	h.ready(h.agents[0])
	h.waitFor("the agent talks", func() bool { return h.agentNow(h.agents[0]).State == Talking })

	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	if err := h.Drain(short); !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "call 1 of campaign") {
		t.Errorf("draining with a call up: %v", err)
	}
	if _, err := h.HangUp(ctx, h.agents[0], h.agentNow(h.agents[0]).Call); err != nil {
		t.Error(err)
	}
	long, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	h.must(h.Drain(long))
	h.conclude(h.agents[0], h.calls()[0].ID)
	h.waitFor("the second lead is given back", func() bool {
		return h.count(`SELECT count(*) FROM leads WHERE state = 'waiting'`) == 1
	})
	stop()
	wait.Wait()
	h.must(<-ran)
	if n := len(h.calls()); n != 1 {
		t.Errorf("%d calls: a draining dialer placed one", n)
	}
	if n := h.count(`SELECT count(*) FROM leases WHERE holder <> '' AND name LIKE 'campaign:%'`); n != 0 {
		t.Error("the lease was not given back")
	}
}

// started is when the test process began: the real clock's distance from noon.
var started = time.Now()

// waitFor looks again and again, for a dialer that runs by itself.
func (h *house) waitFor(what string, done func() bool) {
	h.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	limit := time.NewTimer(30 * time.Second)
	defer limit.Stop()
	for !done() {
		select {
		case <-look.C:
		case <-limit.C:
			h.t.Fatalf("not within 30 s: %s", what)
		}
	}
}

// TestIdlePassIsCheap counts what a pass with nothing to do asks the database.
func TestIdlePassIsCheap(t *testing.T) {
	t.Parallel()
	h := newHouse(t, setup{mode: "progressive", agents: 2, plan: []string{"+1200015000001"}})
	h.ready(h.agents...)
	f := &fuse{left: 1 << 30}
	h.restart("node-idle", h.fusedDB(f), h.sim)
	h.run(3*time.Second, nil)
	worst, sum := 0, 0
	const passes = 20
	for range passes {
		h.clock.set(h.clock.now().Add(pollInterval))
		before := f.used
		h.must(h.Step(context.Background()))
		worst, sum = max(worst, f.used-before), sum+f.used-before
	}
	if worst > 8 || sum > 3*passes {
		t.Errorf("idle passes asked the database up to %d times, %d in %d passes", worst, sum, passes)
	}
}

// TestACallsPrice counts the statements that a call costs: a rehearsed day of 20,000 calls must fit into two minutes.
func TestACallsPrice(t *testing.T) {
	t.Parallel()
	h := newHouse(t, setup{mode: "progressive", agents: 25, leads: 400, seed: 4})
	f := &fuse{left: 1 << 30}
	h.restart("node-day", h.fusedDB(f), h.sim)
	h.ready(h.agents...)
	begun, passes := time.Now(), 0
	h.run(5*time.Minute, func() { passes++; h.concludeAll() })
	calls := len(h.calls())
	t.Logf("%d calls of 25 agents in 5 virtual minutes took %s: %.1f ms, %.1f statements and %.1f passes a call", calls,
		time.Since(begun).Round(time.Millisecond), float64(time.Since(begun).Microseconds())/1000/float64(max(1, calls)),
		float64(f.used)/float64(max(1, calls)), float64(passes)/float64(max(1, calls)))
	if calls < 100 || f.used > 24*calls {
		t.Errorf("%d statements for %d calls", f.used, calls)
	}
}
