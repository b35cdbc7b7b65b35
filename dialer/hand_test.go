package dialer

import (
	"context"
	"strings"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/internal/errs"
)

// ask queues a command and lets the dialer answer it.
func (h *house) ask(id CommandID, err error) error {
	h.t.Helper()
	if err != nil {
		return err
	}
	h.step() // the first pass of a node only takes the campaign over
	h.step()
	return h.Await(context.Background(), id)
}

func TestPreview(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, setup{mode: "preview", agents: 1, plan: []string{"+1200025000001", "+1486010000002", "+1200025000003"}})
	me := h.agents[0]
	h.ready(me)
	h.until(time.Minute, "a lead lies on the desk", func() bool { return h.agentNow(me).State == Preview })
	d, err := h.Desk(ctx, me)
	h.must(err)
	if d.Card == nil || d.Card.LeadID != h.ids[0] || d.Call != nil {
		t.Fatalf("the desk shows %+v", d)
	}
	if n := len(h.calls()); n != 0 {
		t.Fatalf("%d calls before the agent dialed", n)
	}

	// Skipped: the next lead comes, the first rests by its rule.
	h.must(h.ask(h.SkipLead(ctx, me, h.ids[0])))
	h.until(time.Minute, "the next lead", func() bool { return h.agentNow(me).Lead == h.ids[1] })
	if err := h.ask(h.SkipLead(ctx, me, h.ids[0])); !errs.Is(err, errs.Conflict) {
		t.Errorf("skipping a lead that is not on the desk: %v", err)
	}

	// Dialed and busy: the dialer settles it, the agent gets the next.
	h.must(h.ask(h.DialLead(ctx, me, h.ids[1])))
	if a := h.agentNow(me); a.State != Ringing || a.Call == 0 {
		t.Fatalf("while it rings the agent is %s", a.State)
	}
	h.until(time.Minute, "the third lead", func() bool { return h.agentNow(me).Lead == h.ids[2] })
	if c := h.calls()[0]; c.Disposition != "busy" || c.DialedBy != me.User {
		t.Errorf("the call is %+v", c)
	}

	// Dialed and answered: they talk at once, because the agent was on the line before.
	h.must(h.ask(h.DialLead(ctx, me, h.ids[2])))
	h.until(time.Minute, "they talk", func() bool { return h.agentNow(me).State == Talking })
	c := h.calls()[1]
	if wait := c.ConnectedAt.Sub(*c.AnsweredAt); wait != 0 {
		t.Errorf("the customer waited %s", wait)
	}
	h.must(h.ask(h.Hold(ctx, me, c.ID, true)))
	if !h.calls()[1].Held {
		t.Error("the call is not on hold")
	}
	h.must(h.ask(h.HangUp(ctx, me, c.ID)))
	h.until(time.Minute, "wrap-up", func() bool { return h.agentNow(me).State == Wrapping })
	if _, err := h.HangUp(ctx, me, c.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("hanging up a call that is over: %v", err)
	}
}

func TestPreviewTimesOutAndIsTakenBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, setup{mode: "preview", agents: 2, plan: []string{"+1200025000001"}})
	me := h.agents[0]
	h.ready(me)
	h.until(time.Minute, "a lead lies on the desk", func() bool { return h.agentNow(me).State == Preview })
	h.run(defaultPreviewSecs*time.Second, nil)
	if a := h.agentNow(me); a.State != Away || a.Reason != ReasonPreviewTimeout {
		t.Fatalf("the agent is %s (%s)", a.State, a.Reason)
	}
	h.ready(h.agents[1])
	h.until(time.Minute, "the lead lies on the other desk", func() bool { return h.agentNow(h.agents[1]).Lead == h.ids[0] })
	h.must(h.SetAgentState(ctx, h.agents[1], SetState{State: Away, Reason: "lunch"}))
	if n := h.count(`SELECT count(*) FROM leads WHERE state = 'waiting' AND ready`); n != 1 {
		t.Error("the lead did not go back when its agent went to lunch")
	}
	h.ready(h.agents[1])
	h.until(time.Minute, "the lead is back", func() bool { return h.agentNow(h.agents[1]).State == Preview })
	h.exec(`UPDATE campaigns SET state = 'paused'`)
	h.run(3*time.Second, nil)
	if a := h.agentNow(h.agents[1]); a.State != Ready {
		t.Errorf("on a paused campaign the agent is %s", a.State)
	}
}

func TestManual(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, setup{mode: "manual", agents: 2, plan: []string{"+1200015000001", "+1180000000002"}})
	me, other := h.agents[0], h.agents[1]
	if _, err := h.DialLead(ctx, me, h.ids[0]); !errs.Is(err, errs.Conflict) {
		t.Errorf("dialing while away: %v", err)
	}
	h.ready(me, other)
	h.run(3*time.Second, nil)
	if n := len(h.calls()); n != 0 {
		t.Fatalf("manual mode placed %d calls by itself", n)
	}
	leads, err := h.DeskLeads(ctx, me, "Person 2")
	h.must(err)
	if len(leads) != 1 || leads[0].ID != h.ids[1] {
		t.Fatalf("the search found %+v", leads)
	}
	h.must(h.ask(h.DialLead(ctx, me, h.ids[0])))
	if err := h.ask(h.DialLead(ctx, other, h.ids[0])); !errs.Is(err, errs.Conflict) {
		t.Errorf("two agents dial the same person: %v", err)
	}
	h.until(time.Minute, "they talk", func() bool { return h.agentNow(me).State == Talking })
	// The other agent's customer lets it ring: the agent gives up, and is ready again.
	h.must(h.ask(h.DialLead(ctx, other, h.ids[1])))
	h.run(3*time.Second, nil)
	h.must(h.ask(h.HangUp(ctx, other, h.agentNow(other).Call)))
	h.run(time.Second, nil)
	if a := h.agentNow(other); a.State != Ready {
		t.Errorf("after giving up the agent is %s", a.State)
	}
	if got := h.dispositions()["cancelled"]; got != 1 {
		t.Errorf("dispositions %v", h.dispositions())
	}
}

// TestRefusalsCarryTheirSentence dials what may not be dialed: the agent reads why.
func TestRefusalsCarryTheirSentence(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, setup{mode: "manual", agents: 1, plan: []string{"+1200015000001", "+1200015000002"}})
	me := h.agents[0]
	h.ready(me)
	h.exec(`INSERT INTO suppressions (client_id, number, reason, created_by, created_at) VALUES ($1, '+1200015000001', 'asked', 'test', $2)`,
		h.client, noon)
	err := h.ask(h.DialLead(ctx, me, h.ids[0]))
	if !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "do-not-call") {
		t.Errorf("a suppressed number: %v", err)
	}
	h.clock.set(noon.Add(12 * time.Hour)) // midnight where the person lives
	h.ready(me)
	h.step()
	err = h.ask(h.DialLead(ctx, me, h.ids[1]))
	if !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "next possible") {
		t.Errorf("midnight: %v", err)
	}
	d, err := h.Desk(ctx, me)
	h.must(err)
	if !strings.Contains(d.Notice, "calling hours") {
		t.Errorf("the desk's notice is %q", d.Notice)
	}
	h.exec(`INSERT INTO dial_stops (why, by_name, started_at) VALUES ('test', 'Boss', $1)`, h.clock.now())
	h.run(time.Second, nil)
	if err := h.ask(h.DialLead(ctx, me, h.ids[1])); err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("a stopped floor: %v", err)
	}
	if n := len(h.calls()); n != 0 {
		t.Errorf("%d calls were placed", n)
	}
}

func TestStatesThatAreRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, setup{mode: "manual", agents: 1, plan: []string{"+1200015000001"}})
	me := h.agents[0]
	for name, tt := range map[string]struct {
		in   SetState
		code errs.Code
	}{
		"no reason":            {SetState{State: Away}, errs.Invalid},
		"not a choice":         {SetState{State: Talking}, errs.Invalid},
		"ready for nothing":    {SetState{State: Ready}, errs.Invalid},
		"somebody else's work": {SetState{State: Ready, Campaign: h.campaign + 99}, errs.NotFound},
	} {
		if err := h.SetAgentState(ctx, me, tt.in); !errs.Is(err, tt.code) {
			t.Errorf("%s: %v, want %s", name, err, tt.code)
		}
	}
	h.exec(`UPDATE campaigns SET state = 'paused'`)
	if err := h.SetAgentState(ctx, me, SetState{State: Ready, Campaign: h.campaign}); !errs.Is(err, errs.Conflict) {
		t.Errorf("ready for a paused campaign: %v", err)
	}
	var lead campaigns.LeadID = 1
	if _, err := h.SkipLead(ctx, me, lead); !errs.Is(err, errs.Conflict) {
		t.Errorf("skipping from nowhere: %v", err)
	}
}
