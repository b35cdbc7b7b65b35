package main

import (
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestASignalLetsConversationsEndAndASecondOneDoesNot(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 8)
	node := serve(t, o.dsn, "one")
	var current atomic.Pointer[child] // agents ask for its address while it is replaced
	current.Store(node)
	base := func() string { return current.Load().url }
	manager := o.signIn(o.staff.Manager, base)
	campaign := o.campaign(manager, "Autumn", o.staff.Agents, 1000, 300)
	var mayEnd atomic.Bool
	o.work(base, campaign, o.staff.Agents, mayEnd.Load)
	until(t, time.Minute, "somebody talks", func() bool { return o.number(`SELECT count(*) FROM calls WHERE state = 'connected'`) > 0 })

	node.signal(syscall.SIGTERM)
	asked := time.Now()

	until(t, 2*time.Second, "the balancer is told", func() bool { return node.ready() == 503 })
	time.Sleep(time.Second) // time in which a house that does not drain would dial
	o.none("a person called after the signal", `SELECT count(*) FROM attempts WHERE placed_at > $1`, asked.Add(500*time.Millisecond))
	if !node.isRunning() {
		t.Fatal("it ended with people on the line")
	}
	talking := o.number(`SELECT count(*) FROM agent_states WHERE state IN ('talking','wrapping')`)
	before := o.number(`SELECT count(*) FROM outcomes WHERE code <> 'no_disposition'`)
	mayEnd.Store(true)
	if status := node.status(time.Minute); status != 0 {
		t.Errorf("status %d, want 0", status)
	}
	if after := o.number(`SELECT count(*) FROM outcomes WHERE code <> 'no_disposition'`); after == before || talking == 0 {
		t.Errorf("%d agents talked when the signal came; %d outcomes before, %d after: they could not finish", talking, before, after)
	}
	o.none("a call that is still up", `SELECT count(*) FROM calls WHERE state <> 'ended'`)
	o.none("a campaign that is still held", `SELECT count(*) FROM leases WHERE name LIKE 'campaign:%' AND expires_at > clock_timestamp()`)
	o.none("a person called during the drain", `SELECT count(*) FROM attempts WHERE placed_at > $1`, asked.Add(500*time.Millisecond))

	mayEnd.Store(false)
	node = serve(t, o.dsn, "one")
	current.Store(node)
	until(t, 30*time.Second, "calls are up again", func() bool { return len(o.liveCalls()) > 0 })
	node.signal(syscall.SIGTERM)
	until(t, 2*time.Second, "the balancer is told", func() bool { return node.ready() == 503 })
	node.signal(syscall.SIGTERM)
	if status := node.status(2 * time.Second); status != 130 {
		t.Errorf("a second signal: status %d, want 130", status)
	}
}
