package main

import (
	"sync/atomic"
	"testing"
	"time"
)

type leaseRow struct {
	Name   string `db:"name"`
	Holder string `db:"holder"`
}

// holders says who holds each campaign now.
func (o *office) holders() map[string]string {
	o.t.Helper()
	var rows []leaseRow
	if err := o.db.Select(&rows, `SELECT name, holder FROM leases WHERE name LIKE 'campaign:%' AND expires_at > clock_timestamp()`); err != nil {
		o.t.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range rows {
		out[r.Name] = r.Holder
	}
	return out
}

const takeOverMax = 10*time.Second + 5*time.Second // a lease's life, and a node's next look for free ones

func TestTwoNodesShareTheCampaignsAndOneSwitchStopsBoth(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 8)
	a, b := serve(t, o.dsn, "a"), serve(t, o.dsn, "b")
	var left atomic.Pointer[child] // the node that agents are sent to
	left.Store(a)
	base := func() string { return left.Load().url }
	manager := o.signIn(o.staff.Manager, at(a))
	first := o.campaign(manager, "First", o.agentsOf(0, 4), 2000, 300)
	second := o.campaign(manager, "Second", o.agentsOf(4, 4), 4000, 300)
	o.work(base, first, o.agentsOf(0, 4), nil)
	o.work(at(b), second, o.agentsOf(4, 4), nil)
	until(t, 20*time.Second, "both campaigns are held and dial", func() bool {
		return len(o.holders()) == 2 && o.number(`SELECT count(DISTINCT campaign_id) FROM calls WHERE state IN ('placed','ringing')`) == 2
	})
	t.Logf("held by %v", o.holders())

	o.stopAll(manager)

	supervisor := o.signIn(o.staff.Supervisor, at(b))
	supervisor.refused("POST", "/v1/stop/end", map[string]string{"why": "I want to"}, 403)
	supervisor.refused("POST", "/v1/stop", map[string]string{"why": "twice"}, 409)
	until(t, 20*time.Second, "no call is up", func() bool { return len(o.liveCalls()) == 0 })
	attempts := o.number(`SELECT count(*) FROM attempts`)
	o.signIn(o.staff.Manager, at(b)).post("/v1/stop/end", map[string]string{"why": "all clear"}, nil)
	until(t, 20*time.Second, "dialing goes on", func() bool { return o.number(`SELECT count(*) FROM attempts`) > attempts })

	o.takeOver(a, b, &left)
}

// stopAll throws the switch on one node and looks at what both do.
func (o *office) stopAll(manager *browser) {
	o.t.Helper()
	o.campaignsRing()
	var stop struct {
		Stopped   bool      `json:"stopped"`
		StartedAt time.Time `json:"startedAt"`
	}
	manager.post("/v1/stop", map[string]string{"why": "a complaint"}, &stop)
	if !stop.Stopped || time.Since(stop.StartedAt) > time.Second {
		o.t.Errorf("stopped %v at %v", stop.Stopped, stop.StartedAt)
	}
	until(o.t, 2*time.Second, "whoever's phone only rings is let alone", func() bool {
		return o.number(`SELECT count(*) FROM calls WHERE state IN ('placed','ringing')`) == 0
	})
	time.Sleep(2 * time.Second) // in which a node that had not heard would dial
	o.none("a person dialed although all dialing was stopped a second ago",
		`SELECT count(*) FROM attempts WHERE placed_at > $1`, stop.StartedAt.Add(time.Second))
	if n := o.number(`SELECT count(*) FROM calls WHERE disposition = 'cancelled' AND ended_at >= $1`, stop.StartedAt); n == 0 {
		o.t.Error("no ringing call was cancelled")
	}
	if n := o.number(`SELECT count(*) FROM audit WHERE act = 'dial.stop' AND why = 'a complaint' AND user_id = $1`, o.staff.Manager.User); n != 1 {
		o.t.Errorf("%d rows in the audit trail, want 1", n)
	}
}

func (o *office) campaignsRing() {
	o.t.Helper()
	until(o.t, 30*time.Second, "phones ring", func() bool {
		return o.number(`SELECT count(*) FROM calls WHERE state IN ('placed','ringing')`) > 1
	})
}

// takeOver kills the node that holds most; the other one has everything soon, and dials.
func (o *office) takeOver(a, b *child, left *atomic.Pointer[child]) {
	o.t.Helper()
	dead, alive, name := a, b, "b"
	held := map[string]int{}
	for _, holder := range o.holders() {
		held[holder]++
	}
	if held["b"] > held["a"] {
		dead, alive, name = b, a, "a"
	}
	dead.kill()
	killed := time.Now()
	calls := o.liveCalls()
	left.Store(alive)
	until(o.t, takeOverMax, "the other node holds both campaigns", func() bool {
		h := o.holders()
		for _, holder := range h {
			if holder != name {
				return false
			}
		}
		return len(h) == 2
	})
	o.t.Logf("taken over after %v; %d calls were up", time.Since(killed).Round(time.Millisecond), len(calls))
	until(o.t, takeOverMax, "the dead node's calls have ended", func() bool {
		return o.number(`SELECT count(*) FROM calls WHERE state <> 'ended' AND placed_at < $1`, killed) == 0
	})
	until(o.t, 30*time.Second, "it dials", func() bool {
		return o.number(`SELECT count(*) FROM attempts WHERE placed_at > $1`, killed.Add(takeOverMax/2)) > 0
	})
	o.consistent()
}
