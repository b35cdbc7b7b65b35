package dialer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"saveline/campaigns"
	"saveline/dialer/engine"
	"saveline/dialer/pacing"
	"saveline/dialer/telephony"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// errFenced says that another node owns the campaign now: everything here that belongs to it is dropped, untouched.
var errFenced = errors.New("another node has taken over this campaign")

// runner is the shell around one campaign's engine. It lives as long as its lease does.
type runner struct {
	s        *Service
	lease    pg.Lease
	campaign campaigns.Campaign
	policy   engine.Policy
	engine   *engine.Engine
	attempts map[engine.CallID]campaigns.AttemptID // of the live calls
	stale    bool                                  // the engine does not know what is up: ask the database and the switch first
	agents   map[engine.AgentID]int64              // version of each agent's row at the last look, for news
	rang     []int64                               // calls that began to ring in this pass
	answers  []answer                              // to commands, written at the end of the pass
	missing  map[engine.CallID]bool                // legs that the last sweep did not find
	strays   map[telephony.LegID]bool              // legs that the last sweep found and nobody follows
	sweepAt  time.Time
	wraps    []time.Time // when the wrap-ups that run now are over
	retryAt  time.Time   // of wrap-ups that could not be ended
	decided  pacing.Decision
	decideAt time.Time
}

type answer struct {
	id  int64
	why string
}

func newRunner(s *Service, lease pg.Lease, c campaigns.Campaign) *runner {
	r := &runner{s: s, lease: lease, stale: true, agents: map[engine.AgentID]int64{}, attempts: map[engine.CallID]campaigns.AttemptID{}}
	r.adopt(c)
	return r
}

// adopt takes over the campaign as it was edited.
func (r *runner) adopt(c campaigns.Campaign) {
	r.campaign = c
	r.policy = engine.Policy{
		Pacing: pacing.Policy{Mode: pacing.Mode(c.Mode)}, Preview: r.s.previewMax(c.Client), Message: c.AbandonMessage != "",
		RingFor: time.Duration(c.RingSeconds) * time.Second,
	}
	if r.engine != nil {
		r.engine.Step(time.Time{}, r.policy)
	}
}

// work is what one look at the database found for one campaign.
type work struct {
	agents   []agentRow
	commands []asked
}

// asked is a command and when somebody asked for it.
type asked struct {
	engine.Command
	at time.Time
}

// commandMax is how old a wish to dial may be: nobody expects a call that they asked for before the coffee break.
const commandMax = 10 * time.Second

// pass lets the campaign's engine see everything that happened, once.
func (r *runner) pass(ctx context.Context, now time.Time, w work, events []telephony.Event) error {
	agents, err := r.timeOut(ctx, now, w.agents)
	if err != nil {
		return err
	}
	if err := r.feed(ctx, now, agentsInput(agents)); err != nil {
		return err
	}
	for _, ev := range events {
		if err := r.feed(ctx, now, engine.Event{Event: ev}); err != nil {
			return err
		}
	}
	if err := r.sweep(ctx, now); err != nil {
		return err
	}
	gate, why := r.gate(now)
	if err := r.feed(ctx, now, engine.Tick{Gate: gate, Why: why}); err != nil {
		return err
	}
	for _, c := range w.commands {
		if c.Kind == engine.Dial && now.Sub(c.at) > commandMax {
			r.answer(c.ID, "This took too long, so the call was not placed. Please try again.")
			continue
		}
		if err := r.feed(ctx, now, c.Command); err != nil {
			return err
		}
	}
	return r.flush(ctx, now)
}

// gate says whether this campaign may dial now, and the sentence that an agent reads if not.
func (r *runner) gate(now time.Time) (engine.Gate, string) {
	switch {
	case r.s.stopped:
		return engine.Stopped, "All dialing is stopped. Ask your supervisor when it goes on."
	case r.s.draining:
		return engine.Shut, "This server is about to restart. Please try again in a minute."
	case r.campaign.State != campaigns.Running:
		return engine.Shut, fmt.Sprintf("The campaign is %s, so nothing is dialed.", r.campaign.State)
	case r.campaign.OpenAt(now):
		return engine.Open, ""
	}
	next, ok := r.campaign.NextOpen(now)
	if !ok {
		return engine.Shut, "The campaign has no dialing hours."
	}
	return engine.Shut, "The campaign is closed; it opens " + next.UTC().Format("Mon 2 Jan 15:04 MST") + "."
}

// feed gives one input to the engine and carries out what it says, and so on until it has nothing more to say. The
// engine bounds that: it stops asking for leads after a number of refusals.
func (r *runner) feed(ctx context.Context, now time.Time, in engine.Input) error {
	for queue := []engine.Input{in}; len(queue) > 0; queue = queue[1:] {
		for _, out := range r.engine.Step(now, queue[0]) {
			more, err := r.carryOut(ctx, now, out)
			if err != nil {
				return err
			}
			queue = append(queue, more...)
		}
	}
	return nil
}

func agentsInput(rows []agentRow) engine.Agents {
	var in engine.Agents
	for _, a := range rows {
		switch a.State {
		case Ready:
			in.Ready = append(in.Ready, engine.Idle{Agent: engine.AgentID(a.User), Since: a.Since})
		case Preview:
			in.Looking = append(in.Looking, engine.Look{Agent: engine.AgentID(a.User), Lead: engine.LeadID(a.Lead), Since: a.Since})
		case Away, Ringing, Talking, Wrapping:
		}
	}
	return in
}

// timeOut handles what time does to agents: a desk that fell silent, a wrap-up that took too long. It returns the agents
// who are left as they were.
func (r *runner) timeOut(ctx context.Context, now time.Time, rows []agentRow) ([]agentRow, error) {
	r.tellChanges(rows)
	r.wraps = r.wraps[:0]
	left := rows[:0]
	for _, a := range rows {
		switch {
		case a.State == Wrapping && a.WrapUntil != nil:
			r.wraps = append(r.wraps, later(*a.WrapUntil, r.retryAt))
			if !now.Before(*a.WrapUntil) && !now.Before(r.retryAt) {
				r.expire(ctx, now, a)
			}
		case (a.State == Ready || a.State == Preview) && a.silent(now):
			if err := r.s.sendAway(ctx, a, now, ReasonLostConnection); err != nil {
				return nil, err
			}
			r.s.log.Info("agent's desk fell silent", "agent", a.User, "state", a.State, "since", a.Heartbeat)
			r.s.tellAgent(a.User, "state")
		default:
			left = append(left, a)
		}
	}
	return left, nil
}

// expire ends a wrap-up that took too long. If its outcome cannot be recorded the agent stays where they are and it is
// tried again soon; the campaign goes on meanwhile.
func (r *runner) expire(ctx context.Context, now time.Time, a agentRow) {
	if err := r.s.expired(ctx, a.Call); err != nil {
		r.retryAt = now.Add(wrapRetry)
		r.s.log.Error("end a wrap-up", "call", a.Call, "agent", a.User, "err", err)
		return
	}
	r.s.again = true
}

const wrapRetry = 5 * time.Second

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// tellChanges sends news of every agent whose row changed since the last look, whoever changed it.
func (r *runner) tellChanges(rows []agentRow) {
	seen := make(map[engine.AgentID]int64, len(rows))
	for _, a := range rows {
		id := engine.AgentID(a.User)
		seen[id] = a.Version
		if r.agents[id] != a.Version {
			r.s.tellAgent(a.User, "state")
		}
	}
	r.agents = seen
}

// tellMoved sends news of a call to an agent whom this pass moved, and counts the move, so that the next look does not
// tell the same thing again.
func (r *runner) tellMoved(a engine.AgentID) {
	r.agents[a]++
	r.s.tellAgent(auth.UserID(a), "call")
}

const saveDecision = `
INSERT INTO pacing_decisions (campaign_id, decision, decided_at) VALUES ($1, $2, $3)
ON CONFLICT (campaign_id) DO UPDATE SET decision = excluded.decision, decided_at = excluded.decided_at`

const decisionEvery = 5 * time.Second

// flush writes what can wait until the end of a pass, each kind in one statement.
func (r *runner) flush(ctx context.Context, now time.Time) error {
	if len(r.rang) > 0 {
		if _, err := r.s.db.ExecContext(ctx, markRinging, now, pq.Array(r.rang), r.lease.Epoch); err != nil {
			return errs.Wrap(err, "note ringing calls")
		}
		r.rang = r.rang[:0]
		r.s.tellFloor()
	}
	if len(r.answers) > 0 {
		ids, why := make([]int64, len(r.answers)), make([]string, len(r.answers))
		for i, a := range r.answers {
			ids[i], why[i] = a.id, a.why
		}
		if _, err := r.s.db.ExecContext(ctx, finishCommands, now, pq.Array(ids), pq.Array(why)); err != nil {
			return errs.Wrap(err, "answer commands")
		}
		r.answers = r.answers[:0]
	}
	if d := r.engine.Decision(); d != r.decided && now.Sub(r.decideAt) >= decisionEvery {
		if _, err := r.s.db.ExecContext(ctx, saveDecision, r.campaign.ID, d.Why, now); err != nil {
			return errs.Wrap(err, "note the pacing decision")
		}
		r.decided, r.decideAt = d, now
	}
	return nil
}

func (r *runner) answer(id engine.CommandID, why string) {
	if id != 0 {
		r.answers = append(r.answers, answer{int64(id), why})
	}
}
