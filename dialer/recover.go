package dialer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"saveline/campaigns"
	"saveline/dialer/engine"
	"saveline/dialer/telephony"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// takeCalls makes this epoch the owner of every live call: from here on the former holder's writes change nothing.
const takeCalls = `UPDATE calls SET epoch = $2 WHERE campaign_id = $1 AND state <> 'ended' AND epoch <> $2`

const liveCalls = `SELECT ` + callColumns + ` FROM calls k WHERE k.campaign_id = $1 AND k.state <> 'ended' ORDER BY k.id`

const campaignAgents = `SELECT ` + agentColumns + `
FROM agent_states a JOIN users u ON u.id = a.user_id WHERE a.campaign_id = $1 AND a.state <> 'away' ORDER BY a.user_id`

// scene is everything known of a campaign when nobody remembers: the database's word and the switch's.
type scene struct {
	calls  []Call
	agents map[auth.UserID]agentRow
	up     map[telephony.LegID]telephony.LegInfo
}

// recover gives a new engine the truth after a crash, a take-over or an error: calls whose leg is up go on, calls whose
// leg is gone end as lost and are not dialed again soon, agents without a call are set free, and legs that belong to
// nothing are hung up.
func (r *runner) recover(ctx context.Context, now time.Time) error {
	sc, err := r.survey(ctx)
	if err != nil {
		return err
	}
	r.engine = engine.New(r.policy)
	r.rang, r.answers, r.missing, r.strays = nil, nil, nil, nil
	clear(r.attempts)
	for _, c := range sc.calls {
		if err := r.resume(ctx, now, c, sc); err != nil {
			return errs.Wrap(err, fmt.Sprintf("take over call %d", c.ID))
		}
	}
	if err := r.settleAgents(ctx, now, sc); err != nil {
		return err
	}
	r.hangStrays(ctx, sc)
	r.stale, r.s.again = false, true
	r.s.tellFloor()
	if len(sc.calls) > 0 {
		r.s.log.Info("campaign taken over", "campaign", r.campaign.ID, "epoch", r.lease.Epoch, "calls", len(sc.calls))
	}
	return nil
}

func (r *runner) survey(ctx context.Context) (scene, error) {
	sc := scene{agents: map[auth.UserID]agentRow{}, up: map[telephony.LegID]telephony.LegInfo{}}
	var agents []agentRow
	err := pg.InTx(ctx, r.s.db, func(tx *pg.Tx) error {
		if err := pg.HoldsTx(ctx, tx, r.lease); err != nil {
			return errFenced
		}
		if _, err := tx.ExecContext(ctx, takeCalls, r.campaign.ID, r.lease.Epoch); err != nil {
			return err
		}
		sc.calls = nil
		if err := tx.SelectContext(ctx, &sc.calls, liveCalls, r.campaign.ID); err != nil {
			return err
		}
		agents = nil
		return tx.SelectContext(ctx, &agents, campaignAgents, r.campaign.ID)
	})
	if err != nil {
		return sc, errs.Wrap(err, "read what was going on")
	}
	for _, a := range agents {
		sc.agents[a.User] = a
	}
	ctx, cancel := context.WithTimeout(ctx, switchWait)
	defer cancel()
	snap, err := r.s.sw.Snapshot(ctx)
	if err != nil {
		return sc, errs.Wrap(err, "ask the switch what is up")
	}
	for id, info := range snap.Legs {
		if info.Labels[labelCampaign] == strconv.FormatInt(int64(r.campaign.ID), 10) {
			sc.up[id] = info
		}
	}
	return sc, nil
}

// resume takes one call over, as the switch has it.
func (r *runner) resume(ctx context.Context, now time.Time, c Call, sc scene) error {
	id := engine.CallID(c.ID)
	r.attempts[id] = c.Attempt
	in := engine.Resumed{
		Call: id, Lead: engine.Lead{ID: engine.LeadID(c.Lead)}, By: engine.AgentID(c.DialedBy), Ring: c.Rings, PlacedAt: c.PlacedAt,
		State: engine.CallState(c.State), AnsweredAt: instant(c.AnsweredAt),
	}
	info, up := sc.up[engine.CustomerLeg(id)]
	if up && info.State == telephony.Up && in.AnsweredAt.IsZero() {
		in.State, in.AnsweredAt = engine.StateAnswered, info.Since // answered while nobody listened
		if err := r.exec(ctx, "note the answer", markAnswered, in.AnsweredAt, c.ID, r.lease.Epoch); err != nil {
			return err
		}
	}
	if a, ok := agentOf(c, sc); ok {
		leg, there := sc.up[engine.AgentLeg(id, c.Rings)]
		switch {
		case a.State == Talking:
			in.Agent = engine.AgentID(a.User)
		case there:
			in.Agent, in.AgentUp = engine.AgentID(a.User), leg.State == telephony.Up
		}
	}
	r.engine.Step(now, in)
	if !up {
		return r.feed(ctx, now, engine.Gone{Call: id})
	}
	return r.mend(ctx, now, c, in, sc)
}

// mend repeats the command that may not have reached the switch when the former holder stopped. All of them are safe to
// repeat.
func (r *runner) mend(ctx context.Context, now time.Time, c Call, in engine.Resumed, sc scene) error {
	id := in.Call
	agentLeg := engine.AgentLeg(id, c.Rings)
	_, agentThere := sc.up[agentLeg]
	switch {
	case c.State == CallConnected && in.Agent != 0 && agentThere:
		r.command(ctx, "bridge", func(ctx context.Context) error {
			return r.s.sw.Bridge(ctx, engine.Bridge(id), engine.CustomerLeg(id), agentLeg)
		})
	case c.State == CallConnected: // the agent's phone is gone: nobody is left talking to silence
		return r.feed(ctx, now, engine.Event{Event: telephony.Event{Kind: telephony.LegEnded, Leg: agentLeg, At: now}})
	case c.State == CallAbandoned:
		r.play(ctx, id)
	case in.By != 0 && in.Agent == 0: // who dialed it is not on the line
		r.hang(ctx, engine.HangLeg{Leg: engine.CustomerLeg(id)})
	case in.State == engine.StateAnswered && in.AgentUp:
		return r.feed(ctx, now, engine.Event{Event: telephony.Event{Kind: telephony.LegAnswered, Leg: agentLeg, At: now}})
	}
	return nil
}

func agentOf(c Call, sc scene) (agentRow, bool) {
	for _, a := range sc.agents {
		if a.Call == c.ID && (a.State == Talking || a.State == Ringing) {
			return a, true
		}
	}
	return agentRow{}, false
}

// endTalk sends an agent whose call is over to the wrap-up; the former holder did not get to it.
const endTalk = `
WITH was AS MATERIALIZED (
    SELECT ` + wasColumns + ` FROM agent_states a WHERE a.user_id = $2 AND a.state = 'talking' AND a.call_id = $3 FOR NO KEY UPDATE),
` + stretchOf + `
UPDATE agent_states a SET state = 'wrapping', wrap_until = $4, since = $1, version = a.version + 1
FROM was WHERE a.user_id = was.user_id`

// settleAgents frees who waits for nothing: a ring whose leg is not there, a talk without a call, a preview whose
// reservation belongs to an older epoch.
func (r *runner) settleAgents(ctx context.Context, now time.Time, sc scene) error {
	live := map[CallID]int{}
	for _, c := range sc.calls {
		live[c.ID] = c.Rings
	}
	users := make([]auth.UserID, 0, len(sc.agents))
	for u := range sc.agents {
		users = append(users, u)
	}
	slices.Sort(users)
	for _, u := range users {
		a := sc.agents[u]
		rings, up := live[a.Call]
		_, there := sc.up[engine.AgentLeg(engine.CallID(a.Call), rings)]
		var err error
		switch {
		case a.State == Ringing && !(up && there):
			err = r.exec(ctx, "free agent", freeAgent, now, a.User, a.Call)
		case a.State == Talking && !up:
			wrapUntil := now.Add(time.Duration(r.campaign.WrapupSeconds) * time.Second)
			err = r.exec(ctx, "end the talk", endTalk, now, a.User, a.Call, wrapUntil)
		case a.State == Preview:
			err = r.takeBack(ctx, now, engine.TakeBack{Agent: engine.AgentID(a.User), Lead: engine.LeadID(a.Lead)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hangStrays hangs up every leg of this campaign that no live call follows.
func (r *runner) hangStrays(ctx context.Context, sc scene) {
	ids := make([]telephony.LegID, 0, len(sc.up))
	for id := range sc.up {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if leg, ours := engine.ParseLeg(id); ours && !r.engine.Knows(leg) {
			r.s.log.Warn("a leg that nobody follows is hung up", "leg", id, "campaign", r.campaign.ID)
			r.hang(ctx, engine.HangLeg{Leg: id})
		}
	}
}

// sweep compares engine and switch now and then. What is missing, or left over, in two looks in a row is acted upon: in
// one look it may only be news that is still on its way.
func (r *runner) sweep(ctx context.Context, now time.Time) error {
	if now.Before(r.sweepAt) {
		return nil
	}
	r.sweepAt = now.Add(sweepAfter)
	sctx, cancel := context.WithTimeout(ctx, switchWait)
	defer cancel()
	snap, err := r.s.sw.Snapshot(sctx)
	if err != nil {
		return nil //nolint:nilerr // a switch that is down says so itself; the next sweep asks again
	}
	missing, strays := map[engine.CallID]bool{}, map[telephony.LegID]bool{}
	for _, id := range r.engine.Live() {
		if _, up := snap.Legs[engine.CustomerLeg(id)]; up {
			continue
		}
		if missing[id] = true; r.missing[id] {
			if err := r.feed(ctx, now, engine.Gone{Call: id}); err != nil {
				return err
			}
		}
	}
	for id, info := range snap.Legs {
		leg, ours := engine.ParseLeg(id)
		if !ours || info.Labels[labelCampaign] != strconv.FormatInt(int64(r.campaign.ID), 10) || r.engine.Knows(leg) {
			continue
		}
		if strays[id] = true; r.strays[id] {
			r.hang(ctx, engine.HangLeg{Leg: id})
		}
	}
	r.missing, r.strays = missing, strays
	return nil
}

// dropWrapUp is what happens to a conversation whose outcome nobody recorded when nobody above cares to.
func (s *Service) dropWrapUp(ctx context.Context, id CallID) error {
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.LockTx(ctx, tx, id, 0)
		if err != nil {
			return err
		}
		st := campaigns.Settlement{Attempt: c.Attempt, Disposition: string(telephony.Answered), Outcome: "no_disposition", Now: now}
		if err := s.leads.SettleTx(ctx, tx, c.Lead, st); err != nil {
			return err
		}
		return s.WrapUpDoneTx(ctx, tx, id, 0)
	})
}
