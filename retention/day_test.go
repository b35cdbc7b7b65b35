package retention

import (
	"log/slog"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/live"
)

// day is the desk over a real dialer with the simulated switch, in virtual time.
type day struct {
	*desk
	sim      *sim.Switch
	campaign campaigns.ID
}

// newDay has a running progressive campaign of the purpose, with a wrap-up of 30 s. People answer after two seconds and
// talk for ten minutes, whatever their number.
func newDay(t testing.TB, purpose string) *day {
	t.Helper()
	d := &day{desk: newDesk(t)}
	d.sim = sim.New(sim.Config{Now: d.now, NumberPlan: true})
	quiet := slog.New(slog.DiscardHandler)
	d.calls = dialer.New(d.db, d.now, quiet, d.leads, d.sim, live.Nowhere{}, "node-1")
	d.Service = New(d.db, d.now, quiet, d.calls, d.leads, live.Nowhere{})
	d.SetRecorder(SimulatedRecorder{})
	d.calls.SetWrapUpExpired(d.ExpireWrapUp)
	d.campaign = d.desk.campaign(purpose)
	d.exec(`UPDATE campaigns SET mode = 'progressive', wrapup_seconds = 30, abandon_message = 'sorry'`)
	for _, a := range []auth.Actor{d.ann, d.ben} {
		d.exec(`UPDATE users SET simulated = true WHERE id = $1`, a.User) // no desk whose heart must beat
		d.exec(`INSERT INTO user_clients (user_id, client_id) VALUES ($1, $2)`, a.User, d.client)
		d.exec(`INSERT INTO campaign_agents (campaign_id, user_id) VALUES ($1, $2)`, d.campaign, a.User)
	}
	return d
}

// reach gives every person so far a number of the simulator's plan (200: answers, 02 s of ringing, 99 s of talk) and a
// known zone.
func (d *day) reach() {
	d.t.Helper()
	d.exec(`UPDATE phones SET number = '+12000299' || lpad(id::text, 4, '0')`)
	d.exec(`UPDATE people SET zone = 'America/New_York'`)
	d.exec(`UPDATE leads SET zone = 'America/New_York'`)
}

func (d *day) ready(agents ...auth.Actor) {
	d.t.Helper()
	for _, a := range agents {
		d.must(d.calls.SetAgentState(ctx, a, dialer.SetState{State: dialer.Ready, Campaign: d.campaign}))
	}
}

// step takes one pass with everything that is due, and lets a quarter of a second go by.
func (d *day) step() {
	d.t.Helper()
	_, err := d.leads.Promote(ctx)
	d.must(err)
	d.sim.Advance(d.now())
	d.must(d.calls.Step(ctx))
	d.pass(250 * time.Millisecond)
}

// until steps until the agent is in the state, and returns the call they have then.
func (d *day) until(agent auth.Actor, state dialer.AgentState) dialer.CallID {
	d.t.Helper()
	for range 1000 {
		d.step()
		if d.text(`SELECT state FROM agent_states WHERE user_id = $1`, agent.User) == string(state) {
			return dialer.CallID(d.count(`SELECT coalesce(call_id, 0) FROM agent_states WHERE user_id = $1`, agent.User))
		}
	}
	d.t.Fatalf("%s does not become %s", agent.Name, state)
	return 0
}

func TestADayFromRequestToSave(t *testing.T) {
	t.Parallel()
	d := newDay(t, "retention_save")
	save := d.offer("discount_percent", 0, "retention_save")
	c := d.aCase()
	d.reach()
	d.ready(d.ann)
	call := d.until(d.ann, dialer.Talking)
	offers, err := d.OffersFor(ctx, d.ann, call)
	d.must(err)
	if len(offers) != 1 || offers[0].ID != save.ID {
		t.Fatalf("offers %+v", offers)
	}
	d.accept(d.ann, call, save)
	out := d.conclude(d.ann, call, CodeSave) // while the customer is still on the line
	if s := d.text(`SELECT state FROM calls WHERE id = $1`, call); s != "connected" {
		t.Errorf("call is %s", s)
	}
	d.until(d.ann, dialer.Ready)
	if s := d.text(`SELECT state FROM calls WHERE id = $1`, call); s != "ended" {
		t.Errorf("call is %s: concluding did not hang up", s)
	}
	if now := d.caseNow(c.ID); now.State != "saved_provisional" || now.ClosedAt == nil || now.Owner != d.ann.User {
		t.Errorf("case %+v", now)
	}
	if len(out.Results) != 1 || out.Results[0].Value.Minor != 8000 {
		t.Errorf("results %+v: a save without a value of its own is worth the month", out.Results)
	}
}

func TestACallbackThatComesDueIsItsOwners(t *testing.T) {
	t.Parallel()
	d := newDay(t, "retention_save")
	c := d.aCase()
	d.reach()
	d.ready(d.ann)
	call := d.until(d.ann, dialer.Talking)
	at := d.now().Add(2 * time.Hour)
	_, err := d.Conclude(ctx, d.ann, ConcludeInput{Call: call, Code: CodeCallback, CallbackAt: &at, CallbackMine: true, Note: "after lunch"})
	d.must(err)
	d.until(d.ann, dialer.Ready)
	if now := d.caseNow(c.ID); now.State != "callback_scheduled" || now.ClosedAt != nil {
		t.Fatalf("case %+v", now)
	}

	d.ready(d.ben)
	for range 20 {
		d.step()
	}
	if n := d.count(`SELECT count(*) FROM calls`); n != 1 {
		t.Fatalf("%d calls before the callback was due", n)
	}

	d.pass(at.Sub(d.now()) - time.Second)
	second := d.until(d.ann, dialer.Talking) // though Ben is free too
	if second == call {
		t.Fatal("the same call")
	}
	if s := d.text(`SELECT state FROM agent_states WHERE user_id = $1`, d.ben.User); s != "ready" {
		t.Errorf("Ben is %s", s)
	}
	_, err = d.OffersFor(ctx, d.ann, second)
	d.must(err)
	if now := d.caseNow(c.ID); now.State != "in_progress" {
		t.Errorf("case %+v", now)
	}
	d.conclude(d.ann, second, CodeLost)
	if now := d.caseNow(c.ID); now.State != "cancelled_scheduled" || now.Subscription.Status != "cancel_scheduled" {
		t.Errorf("case %+v", now)
	}
}

func TestAWrapUpThatTakesTooLongIsTheSupervisors(t *testing.T) {
	t.Parallel()
	d := newDay(t, "acquisition")
	d.person(d.campaign)
	d.reach()
	d.ready(d.ann)
	call := d.until(d.ann, dialer.Talking)
	_, err := d.calls.HangUp(ctx, d.ann, call)
	d.must(err)
	d.until(d.ann, dialer.Wrapping)
	d.until(d.ann, dialer.Ready)
	_, n, err := d.Outcomes(ctx, d.boss, OutcomeFilter{Code: CodeNoDisposition, Reviewed: "false"}, 10, 0)
	d.must(err)
	if n != 1 {
		t.Errorf("%d in the queue", n)
	}
}
