package dialer

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/campaigns"
	"saveline/dialer/sim"
	"saveline/internal/auth"
)

// TestProgressiveRecordsEveryEnd dials numbers that say how they behave, and looks at how each was recorded.
func TestProgressiveRecordsEveryEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t, setup{mode: "progressive", agents: 1, plan: []string{
		"+1200020500001", "+1486010100001", "+1404010100001", "+1180000000001", "+1603010100001", "+1503000000001", "+1607010100001",
	}})
	h.ready(h.agents...)
	h.run(3*time.Minute, h.concludeAll)
	want := map[string]int{
		"answered": 1, "busy": 1, "invalid": 1, "no_answer": 1, "rejected": 1, "congestion": 1, "blocked": 1,
	}
	if diff := cmp.Diff(want, h.dispositions()); diff != "" {
		t.Fatalf("dispositions (-want +got):\n%s", diff)
	}
	if n := h.count(`SELECT count(*) FROM leads WHERE state IN ('reserved','calling')`); n != 0 {
		t.Errorf("%d leads are not settled", n)
	}
	if n := h.count(`SELECT count(*) FROM attempts WHERE settled_at IS NULL`); n != 0 {
		t.Errorf("%d attempts are not settled", n)
	}
	for _, c := range h.calls() {
		if c.EndedAt == nil || c.State != CallEnded {
			t.Errorf("call %d is %s", c.ID, c.State)
		}
	}
	if got := h.agentNow(h.agents[0]).State; got != Ready {
		t.Errorf("the agent is %s after the calls, want ready", got)
	}
}

func TestACallFromDialToOutcome(t *testing.T) {
	t.Parallel()
	h := newHouse(t, setup{mode: "progressive", agents: 1, plan: []string{"+1200033000001"}})
	h.ready(h.agents[0])
	h.until(time.Minute, "the agent talks", func() bool { return h.agentNow(h.agents[0]).State == Talking })
	c := h.calls()[0]
	if c.State != CallConnected || c.Agent != h.agents[0].User {
		t.Fatalf("the call is %s with agent %d", c.State, c.Agent)
	}
	if wait := c.ConnectedAt.Sub(*c.AnsweredAt); wait < 0 || wait > 2*time.Second {
		t.Errorf("the customer waited %s", wait)
	}
	h.until(time.Minute, "the agent wraps up", func() bool { return h.agentNow(h.agents[0]).State == Wrapping })
	a := h.agentNow(h.agents[0])
	if a.WrapUntil == nil || a.WrapUntil.Sub(a.Since) != 30*time.Second {
		t.Errorf("the wrap-up ends at %v", a.WrapUntil)
	}
	h.conclude(h.agents[0], c.ID)
	if got := h.agentNow(h.agents[0]).State; got != Ready {
		t.Errorf("the agent is %s after the outcome", got)
	}
	var events []string
	h.must(h.db.Select(&events, `SELECT event FROM call_events WHERE call_id = $1 ORDER BY id`, c.ID))
	want := []string{"placed", "ringing", "offered", "connected", "ended", "wrapped"}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	var states []string
	h.must(h.db.Select(&states, `SELECT state FROM agent_times WHERE user_id = $1 ORDER BY id`, a.User))
	if diff := cmp.Diff([]string{"away", "ready", "ringing", "talking", "wrapping"}, states); diff != "" {
		t.Errorf("stretches (-want +got):\n%s", diff)
	}
}

// TestAbandoned has an agent whose phone never answers: after two seconds the customer hears the message.
func TestAbandoned(t *testing.T) {
	t.Parallel()
	world := sim.DefaultWorld()
	world.AgentMissRate = 1
	h := newHouse(t, setup{mode: "progressive", agents: 1, plan: []string{"+1200023000001"}, world: world})
	h.ready(h.agents[0])
	h.run(time.Minute, nil)
	c := h.calls()[0]
	if c.Disposition != "abandoned" || !c.MessagePlayed || c.HangupBy != "system" || c.Agent != 0 {
		t.Fatalf("the call ended as %+v", c)
	}
	if up := c.EndedAt.Sub(*c.AnsweredAt); up < 8*time.Second || up > 9*time.Second {
		t.Errorf("the call was up for %s, want 2 s of waiting and 6 s of message", up)
	}
	a := h.agentNow(h.agents[0])
	if a.State != Away || a.Reason != ReasonNoAnswer {
		t.Errorf("the agent is %s (%s)", a.State, a.Reason)
	}
	if away := a.Since.Sub(*c.AnsweredAt); away != 5*time.Second {
		t.Errorf("the agent was sent away after %s of ringing", away)
	}
	var due time.Time
	h.get(&due, `SELECT due_at FROM leads WHERE id = $1`, c.Lead)
	if due.Sub(noon) < 71*time.Hour {
		t.Errorf("the abandoned person is due again at %s", due)
	}
}

func TestLongestIdleFirstAndOneCallEach(t *testing.T) {
	t.Parallel()
	h := newHouse(t, setup{mode: "progressive", agents: 3, plan: []string{
		"+1200025000001", "+1200025000002", "+1200025000003", "+1200025000004", "+1200025000005",
	}})
	for _, i := range []int{2, 0, 1} {
		h.ready(h.agents[i])
		h.clock.set(h.clock.now().Add(time.Second))
	}
	h.step() // takes the campaign over
	h.step()
	if n := h.count(`SELECT count(*) FROM calls`); n != 3 {
		t.Fatalf("%d calls for 3 ready agents", n)
	}
	h.until(time.Minute, "three calls are connected", func() bool {
		return h.count(`SELECT count(*) FROM calls WHERE state = 'connected'`) == 3
	})
	var order []auth.UserID
	h.must(h.db.Select(&order, `SELECT agent_id FROM calls WHERE agent_id IS NOT NULL ORDER BY id`))
	want := []auth.UserID{h.agents[2].User, h.agents[0].User, h.agents[1].User}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("who got the calls in turn (-want +got):\n%s", diff)
	}
}

func TestAwayAfterThisCall(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, setup{mode: "progressive", agents: 1, plan: []string{"+1200023000001", "+1200023000002"}})
	h.ready(h.agents[0])
	h.until(time.Minute, "the agent talks", func() bool { return h.agentNow(h.agents[0]).State == Talking })
	h.must(h.SetAgentState(ctx, h.agents[0], SetState{State: Away, Reason: "lunch"}))
	a := h.agentNow(h.agents[0])
	if a.State != Talking || a.AfterWrap != Away {
		t.Fatalf("the agent is %s, then %s", a.State, a.AfterWrap)
	}
	// The outcome is recorded while the customer is still there: the call is hung up and the agent goes.
	h.conclude(h.agents[0], a.Call)
	h.run(2*time.Second, nil)
	a = h.agentNow(h.agents[0])
	if a.State != Away || a.Reason != "lunch" || a.Call != 0 {
		t.Fatalf("the agent is %s (%s) with call %d", a.State, a.Reason, a.Call)
	}
	if c := h.calls()[0]; c.HangupBy != "agent" || c.Disposition != "answered" {
		t.Errorf("the call ended as %s by %s", c.Disposition, c.HangupBy)
	}
}

func TestWrapUpExpires(t *testing.T) {
	t.Parallel()
	h := newHouse(t, setup{mode: "progressive", agents: 1, plan: []string{"+1200020200001"}})
	h.ready(h.agents[0])
	h.until(time.Minute, "the agent wraps up", func() bool { return h.agentNow(h.agents[0]).State == Wrapping })
	ended := h.clock.now()
	h.until(time.Minute, "the wrap-up is over", func() bool { return h.agentNow(h.agents[0]).State == Ready })
	if took := h.clock.now().Sub(ended); took < 30*time.Second || took > 31*time.Second {
		t.Errorf("the wrap-up took %s, want its limit of 30 s", took)
	}
	var outcome string
	h.get(&outcome, `SELECT outcome FROM attempts`)
	if outcome != "no_disposition" {
		t.Errorf("the outcome is %q", outcome)
	}
	if n := h.count(`SELECT count(*) FROM leads WHERE state = 'done'`); n != 1 {
		t.Error("the lead is recycled")
	}
}

func TestSilentDeskGoesAwayAndALiveCallStays(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, setup{mode: "progressive", agents: 2, plan: []string{"+1200026000001"}, real: true})
	h.ready(h.agents...)
	beating := func() { // the second desk lives on, the first falls silent
		_, err := h.Heartbeat(ctx, h.agents[1])
		h.must(err)
	}
	h.run(30*time.Second, beating)
	if a := h.agentNow(h.agents[0]); a.State != Talking {
		t.Errorf("the agent on the line is %s, want talking although the desk is silent", a.State)
	}
	if a := h.agentNow(h.agents[1]); a.State != Ready {
		t.Errorf("the agent with a living desk is %s", a.State)
	}
	h.run(16*time.Second, nil)
	if a := h.agentNow(h.agents[1]); a.State != Away || a.Reason != ReasonLostConnection {
		t.Errorf("after 16 s of silence the idle agent is %s (%s)", a.State, a.Reason)
	}
}

func TestStopSwitch(t *testing.T) {
	t.Parallel()
	h := newHouse(t, setup{mode: "progressive", agents: 3, plan: []string{
		"+1200005000001", "+1180000000001", "+1180000000002", "+1180000000003", "+1180000000004",
	}})
	h.ready(h.agents...)
	h.until(time.Minute, "one talks and two ring", func() bool {
		return h.count(`SELECT count(*) FROM calls WHERE state = 'connected'`) == 1 &&
			h.count(`SELECT count(*) FROM calls WHERE state = 'ringing'`) >= 2
	})
	h.exec(`INSERT INTO dial_stops (why, by_name, started_at) VALUES ('test', 'Boss', $1)`, h.clock.now())
	placed := len(h.calls())
	for range 10 {
		h.run(pollInterval, nil) // what Run does in a second
	}
	if n := h.count(`SELECT count(*) FROM calls WHERE state IN ('placed','ringing')`); n != 0 {
		t.Errorf("%d calls ring a second after the stop", n)
	}
	if got := h.dispositions()["cancelled"]; got < 2 {
		t.Errorf("%d calls were cancelled, want those that rang", got)
	}
	if n := h.count(`SELECT count(*) FROM calls WHERE state = 'connected'`); n != 1 {
		t.Errorf("%d live calls, want the one that was there", n)
	}
	h.run(20*time.Second, nil)
	if n := len(h.calls()); n != placed {
		t.Errorf("%d calls were placed on a stopped floor", n-placed)
	}
	if n := h.count(`SELECT count(*) FROM leads WHERE state = 'reserved'`); n != 0 {
		t.Errorf("%d leads stay reserved on a stopped floor", n)
	}
}

func TestOwnedCallbackGoesToItsOwner(t *testing.T) {
	t.Parallel()
	h := newHouse(t, setup{mode: "progressive", agents: 2, plan: []string{"+1200023000001"}})
	owner := h.agents[1]
	h.exec(`UPDATE leads SET owner_id = $1`, owner.User)
	h.ready(h.agents[0])
	h.run(5*time.Second, nil)
	if n := len(h.calls()); n != 0 {
		t.Fatalf("%d calls while the owner is away", n)
	}
	h.ready(owner)
	h.until(time.Minute, "the owner talks", func() bool { return h.agentNow(owner).State == Talking })
	if a := h.agentNow(h.agents[0]); a.State != Ready {
		t.Errorf("the longer idle agent is %s", a.State)
	}
	var lead campaigns.LeadID
	h.get(&lead, `SELECT lead_id FROM calls`)
	if lead != h.ids[0] {
		t.Errorf("lead %d was called", lead)
	}
}
