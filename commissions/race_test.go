package commissions_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestVestingAndReversalMeet has nodes vest while the consumer reverses the same results, over and over: whichever comes
// first, nothing is left of a reversed result and everything of the others.
func TestVestingAndReversalMeet(t *testing.T) {
	t.Parallel()
	const results = 60
	h := newHouse(t, 2)
	h.plan(saves(1), h.agents...)
	for i := range results {
		h.outcome(result{ID: int64(i + 1), Agent: h.agents[i%2], Kind: "save", At: "2026-11-02T17:30:00Z"})
	}
	h.drain()
	h.setClock("2026-11-10T17:00:00Z")
	for i := 0; i < results; i += 3 {
		h.reversal(int64(i+1), "2026-11-09T17:00:00Z")
	}
	var all sync.WaitGroup
	faults := make(chan error, 8)
	for range 3 {
		all.Go(func() { faults <- second(h.pay.Vest(context.Background())) })
	}
	all.Go(func() { faults <- h.log.Drain(context.Background()) })
	all.Wait()
	close(faults)
	for err := range faults {
		h.must(err)
	}
	h.vest()
	want := map[string]string{"expense:incentive:save_bonus": "-600.00", h.agent(0, "earned"): "300.00", h.agent(1, "earned"): "300.00"}
	if diff := cmp.Diff(want, h.books()); diff != "" {
		t.Error(diff)
	}
}

// TestTwoRunsAtOnce has two people press the same button: one of them does it, once.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	h := november(t)
	run := h.approved("2026-11-10")
	var all sync.WaitGroup
	done := make([]error, 4)
	for i := range done {
		all.Go(func() { _, done[i] = h.pay.Lock(context.Background(), h.ana, run.ID) })
	}
	all.Wait()
	ok := 0
	for _, err := range done {
		if err == nil {
			ok++
		}
	}
	if ok != 1 || h.balance(fmt.Sprintf("payroll_clearing:%d", run.ID)) != "120.00" {
		t.Errorf("%d locks, clearing holds %s; want one lock and 120.00", ok, h.balance(fmt.Sprintf("payroll_clearing:%d", run.ID)))
	}
}
