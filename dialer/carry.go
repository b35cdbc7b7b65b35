package dialer

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"saveline/campaigns"
	"saveline/dialer/engine"
	"saveline/dialer/telephony"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// carryOut does one thing the engine said. What it returns goes back into the engine. An error means that the engine
// may not know what is true any more; the next pass asks the database and the switch.
func (r *runner) carryOut(ctx context.Context, now time.Time, out engine.Output) ([]engine.Input, error) {
	switch o := out.(type) {
	case engine.Want:
		return r.reserve(ctx, o.N)
	case engine.Release:
		return nil, r.release(ctx, campaigns.LeadID(o.Lead))
	case engine.Show:
		return r.show(ctx, now, o)
	case engine.TakeBack:
		return nil, r.takeBack(ctx, now, o)
	case engine.Place:
		return r.place(ctx, now, o)
	case engine.SkipLead:
		return nil, r.skip(ctx, now, o)
	case engine.Rang:
		r.rang = append(r.rang, int64(o.Call))
	case engine.Answered:
		return nil, r.exec(ctx, "note the answer", markAnswered, o.At, o.Call, r.lease.Epoch)
	case engine.Offer:
		return r.offer(ctx, now, o)
	case engine.Connect:
		return nil, r.connect(ctx, now, o)
	case engine.Abandon:
		return nil, r.abandon(ctx, now, o)
	case engine.Free:
		r.s.again = true // somebody is ready
		return nil, r.exec(ctx, "free agent", freeAgent, now, o.Agent, o.Call)
	case engine.NoAnswer:
		m := agentMove{agent: auth.UserID(o.Agent), from: Ringing, to: Away, onCall: CallID(o.Call), reason: ReasonNoAnswer}
		_, err := m.apply(ctx, r.s.db, now)
		r.s.tellAgent(m.agent, "state")
		return nil, err
	case engine.HangLeg:
		r.hang(ctx, o)
	case engine.PutHold:
		return nil, r.hold(ctx, now, o)
	case engine.Done:
		r.answer(o.Command, "")
	case engine.Refused:
		r.answer(o.Command, o.Why)
	case engine.Ended:
		return nil, r.ended(ctx, now, o)
	default:
		return nil, fmt.Errorf("the engine said %T, which nobody carries out", out)
	}
	return nil, nil
}

func (r *runner) exec(ctx context.Context, doing, query string, args ...any) error {
	_, err := r.s.db.ExecContext(ctx, query, args...)
	return errs.Wrap(err, doing)
}

func (r *runner) reserve(ctx context.Context, n int) ([]engine.Input, error) {
	agents := make([]auth.UserID, 0, len(r.agents))
	for _, a := range r.engine.Ready() {
		agents = append(agents, auth.UserID(a))
	}
	leads, err := r.s.leads.Reserve(ctx, campaigns.Lease{Campaign: r.campaign.ID, Epoch: r.lease.Epoch}, n, agents)
	if errs.Is(err, errs.Conflict) {
		return nil, errFenced
	}
	if err != nil {
		return nil, errs.Wrap(err, "reserve leads")
	}
	granted := engine.Granted{Leads: make([]engine.Lead, len(leads))}
	for i, l := range leads {
		granted.Leads[i] = engine.Lead{ID: engine.LeadID(l.ID), Owner: engine.AgentID(l.Owner)}
	}
	return []engine.Input{granted}, nil
}

func (r *runner) release(ctx context.Context, lead campaigns.LeadID) error {
	return pg.InTx(ctx, r.s.db, func(tx *pg.Tx) error { return r.s.leads.ReleaseTx(ctx, tx, lead) })
}

func (r *runner) show(ctx context.Context, now time.Time, o engine.Show) ([]engine.Input, error) {
	m := agentMove{agent: auth.UserID(o.Agent), from: Ready, to: Preview, lead: campaigns.LeadID(o.Lead.ID)}
	ok, err := m.apply(ctx, r.s.db, now)
	if err != nil {
		return nil, err
	}
	if !ok {
		return []engine.Input{engine.PreviewLost{Agent: o.Agent, Lead: o.Lead}}, nil
	}
	return nil, nil
}

func (r *runner) takeBack(ctx context.Context, now time.Time, o engine.TakeBack) error {
	lead := campaigns.LeadID(o.Lead)
	m := agentMove{agent: auth.UserID(o.Agent), from: Preview, to: Ready, onLead: lead}
	if o.Away {
		m.to, m.reason = Away, ReasonPreviewTimeout
	}
	err := pg.InTx(ctx, r.s.db, func(tx *pg.Tx) error {
		if err := r.s.leads.ReleaseTx(ctx, tx, lead); err != nil {
			return err
		}
		_, err := m.apply(ctx, tx, now)
		return err
	})
	r.s.tellAgent(m.agent, "state")
	return err
}

// skip settles a lead that the agent would not dial; the campaign's rule for "skipped" says when it comes again.
func (r *runner) skip(ctx context.Context, now time.Time, o engine.SkipLead) error {
	r.s.again = true
	lead := campaigns.LeadID(o.Lead)
	m := agentMove{agent: auth.UserID(o.Agent), from: Preview, to: Ready, onLead: lead}
	err := pg.InTx(ctx, r.s.db, func(tx *pg.Tx) error {
		if err := r.s.leads.SettleTx(ctx, tx, lead, campaigns.Settlement{Disposition: "skipped", Now: now}); err != nil {
			return err
		}
		_, err := m.apply(ctx, tx, now)
		return err
	})
	r.answer(o.Command, "")
	return err
}

type claim struct {
	Held    bool `db:"held"`    // the call is still this holder's
	Claimed bool `db:"claimed"` // the agent was as expected
}

// offer claims the agent in the database, and only then rings them.
func (r *runner) offer(ctx context.Context, now time.Time, o engine.Offer) ([]engine.Input, error) {
	var c claim
	err := r.s.db.GetContext(ctx, &c, claimAgent, now, o.Call, r.lease.Epoch, o.Agent, r.campaign.ID, o.At, o.Ring)
	switch {
	case err != nil:
		return nil, errs.Wrap(err, "claim an agent")
	case !c.Held:
		return nil, errFenced
	case !c.Claimed:
		err := r.exec(ctx, "note the answer", markAnswered, o.At, o.Call, r.lease.Epoch)
		return []engine.Input{engine.ClaimLost{Call: o.Call, Agent: o.Agent}}, err
	}
	r.tellMoved(o.Agent)
	return r.ringAgent(ctx, o.Call, o.Agent, o.Ring), nil
}

// ringAgent rings an agent's phone. A phone that the switch refuses to ring is not there.
func (r *runner) ringAgent(ctx context.Context, call engine.CallID, agent engine.AgentID, n int) []engine.Input {
	err := r.dial(ctx, telephony.DialRequest{
		Leg: engine.AgentLeg(call, n), Side: telephony.Agent, Account: account(agent), CallerID: r.campaign.CallerID,
		RingFor: agentRingFor, Labels: r.labels(call, agent),
	})
	if refused(err) {
		return []engine.Input{engine.AgentUnreachable{Call: call, Agent: agent}}
	}
	return nil
}

// agentRingFor is the switch's net under the engine's own limit of an agent's ring.
const agentRingFor = 10 * time.Second

// account is the name of an agent's phone on the switch.
func account(a engine.AgentID) string { return fmt.Sprintf("agent-%d", a) }

// The labels of a leg: they survive a crash of ours and say whose the leg is.
const (
	labelCall     = "call"
	labelCampaign = "campaign"
	labelAgent    = "agent"
)

func (r *runner) labels(call engine.CallID, agent engine.AgentID) map[string]string {
	l := map[string]string{
		labelCall: strconv.FormatInt(int64(call), 10), labelCampaign: strconv.FormatInt(int64(r.campaign.ID), 10),
	}
	if agent != 0 {
		l[labelAgent] = strconv.FormatInt(int64(agent), 10)
	}
	return l
}

// dial gives a leg to the switch. A leg that is there already was dialed by us: a repeat is a success.
func (r *runner) dial(ctx context.Context, req telephony.DialRequest) error {
	ctx, cancel := context.WithTimeout(ctx, switchWait)
	defer cancel()
	err := r.s.sw.Dial(ctx, req)
	if err == nil || errors.Is(err, telephony.ErrExists) {
		return nil
	}
	r.s.log.Warn("dial", "leg", req.Leg, "err", err)
	return err
}

// refused reports that the switch surely did not take the leg. After any other error it may be dialing: it is never
// dialed again, and the sweep finds out.
func refused(err error) bool {
	return errors.Is(err, telephony.ErrDown) || errors.Is(err, telephony.ErrUnroutable) || errors.Is(err, telephony.ErrOverload)
}

// connect records the conversation first: a crash between the two leaves a call that the next holder bridges.
func (r *runner) connect(ctx context.Context, now time.Time, o engine.Connect) error {
	var c claim
	err := r.s.db.GetContext(ctx, &c, connectAgent, now, o.Call, r.lease.Epoch, o.Agent)
	switch {
	case err != nil:
		return errs.Wrap(err, "connect an agent")
	case !c.Held:
		return errFenced
	case !c.Claimed:
		return fmt.Errorf("agent %d is not ringing for call %d any more", o.Agent, o.Call)
	}
	r.tellMoved(o.Agent)
	r.command(ctx, "bridge", func(ctx context.Context) error {
		return r.s.sw.Bridge(ctx, engine.Bridge(o.Call), o.Legs[0], o.Legs[1])
	})
	return nil
}

func (r *runner) abandon(ctx context.Context, now time.Time, o engine.Abandon) error {
	if err := r.exec(ctx, "note the abandoned call", markAbandoned, now, o.Call, r.lease.Epoch, o.Play); err != nil {
		return err
	}
	r.s.tellFloor()
	if o.Play {
		r.play(ctx, o.Call)
	}
	return nil
}

// play says the message to a person whom nobody could talk to. If it cannot be played there is no reason to hold them.
func (r *runner) play(ctx context.Context, call engine.CallID) {
	leg := engine.CustomerLeg(call)
	err := r.s.sw.Play(ctx, telephony.PlayID(fmt.Sprintf("p%d", call)), leg, telephony.Sound(r.campaign.AbandonMessage))
	if err != nil && !errors.Is(err, telephony.ErrExists) {
		r.s.log.Warn("play the message", "call", call, "err", err)
		r.hang(ctx, engine.HangLeg{Leg: leg})
	}
}

func (r *runner) hang(ctx context.Context, o engine.HangLeg) {
	r.command(ctx, "hang up", func(ctx context.Context) error { return r.s.sw.Hangup(ctx, o.Leg, o.Why) })
}

// command tells the switch something about a leg that may have ended a moment ago, which is never an error.
func (r *runner) command(ctx context.Context, what string, do func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, switchWait)
	defer cancel()
	if err := do(ctx); err != nil && !errors.Is(err, telephony.ErrGone) {
		r.s.log.Warn("switch", "command", what, "campaign", r.campaign.ID, "err", err)
	}
}

func (r *runner) hold(ctx context.Context, now time.Time, o engine.PutHold) error {
	r.command(ctx, "hold", func(ctx context.Context) error { return r.s.sw.Hold(ctx, engine.CustomerLeg(o.Call), o.On) })
	r.answer(o.Command, "")
	return r.exec(ctx, "note the hold", markHeld, now, o.Call, r.lease.Epoch, o.On)
}

// ended records the end. A call in which nobody talked settles its lead here and now; one in which somebody did waits
// for its outcome.
func (r *runner) ended(ctx context.Context, now time.Time, o engine.Ended) error {
	r.s.again = r.s.again || o.Agent != 0 || o.Free != 0 // somebody may be ready
	defer delete(r.attempts, o.Call)
	agent := max(o.Agent, o.Free)
	var c claim
	wrapUntil := now.Add(time.Duration(r.campaign.WrapupSeconds) * time.Second)
	args := []any{o.At, o.Call, r.lease.Epoch, o.Disposition, o.By, agent, wrapUntil}
	if o.Agent != 0 {
		if err := r.s.db.GetContext(ctx, &c, endCall, args...); err != nil {
			return errs.Wrap(err, "end a call")
		}
	} else {
		settlement := campaigns.Settlement{Attempt: r.attempts[o.Call], Disposition: string(o.Disposition), Now: o.At}
		err := pg.InTx(ctx, r.s.db, func(tx *pg.Tx) error {
			if err := r.s.leads.SettleTx(ctx, tx, campaigns.LeadID(o.Lead), settlement); err != nil {
				return err
			}
			if err := tx.GetContext(ctx, &c, endCall, args...); err != nil {
				return err
			}
			if !c.Held {
				return errFenced
			}
			return nil
		})
		if err != nil && !errors.Is(err, errFenced) {
			return errs.Wrap(err, "end and settle a call")
		}
	}
	if !c.Held {
		return errFenced
	}
	r.s.tellFloor()
	switch {
	case c.Claimed:
		r.tellMoved(agent)
	case agent != 0:
		r.s.tellAgent(auth.UserID(agent), "call")
	}
	return nil
}
