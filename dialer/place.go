package dialer

import (
	"context"
	"errors"
	"time"

	"saveline/campaigns"
	"saveline/dialer/engine"
	"saveline/dialer/telephony"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// place asks the gate and records the call in one transaction, commits, and only then dials. If this node dies in
// between, the call stands in the database without a leg, and whoever takes over settles it as lost: never redialed.
func (r *runner) place(ctx context.Context, now time.Time, o engine.Place) ([]engine.Input, error) {
	var p placement
	err := pg.InTx(ctx, r.s.db, func(tx *pg.Tx) (err error) {
		p, err = r.placeTx(ctx, tx, now, o)
		return err
	})
	switch {
	case errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound):
		// The lead, or the agent who dials it, is somebody else's by now. Nothing was written.
		r.answer(o.Command, messageOf(err))
		return []engine.Input{engine.Denied{Lead: o.Lead.ID}}, nil
	case err != nil:
		return nil, errs.Wrap(err, "place a call")
	case p.call == 0:
		r.s.again = r.s.again || o.By != 0 // who asked is free for the next lead
		return []engine.Input{engine.Denied{Lead: o.Lead.ID}}, nil
	}
	if o.By != 0 {
		r.s.tellAgent(auth.UserID(o.By), "call")
	}
	r.s.tellFloor()
	call := engine.CallID(p.call)
	r.attempts[call] = p.attempt.ID
	in := []engine.Input{engine.Placed{Lead: o.Lead.ID, Call: call}}
	err = r.dial(ctx, telephony.DialRequest{
		Leg: engine.CustomerLeg(call), Side: telephony.Customer, Trunk: r.campaign.Trunk, Number: string(p.attempt.Number),
		CallerID: p.attempt.CallerID, RingFor: p.attempt.RingFor, Labels: r.labels(call, 0),
	})
	if refused(err) {
		return append(in, engine.DialFailed{Call: call}), nil
	}
	if o.By != 0 {
		in = append(in, r.ringAgent(ctx, call, o.By, 1)...)
	}
	return in, nil
}

// placement is what came of asking the gate; call is 0 if it refused.
type placement struct {
	call    CallID
	attempt campaigns.Attempt
}

func (r *runner) placeTx(ctx context.Context, tx *pg.Tx, now time.Time, o engine.Place) (p placement, err error) {
	lead := campaigns.LeadID(o.Lead.ID)
	if o.Reserve {
		if _, err := r.s.leads.ReserveOneTx(ctx, tx, lead, campaigns.Lease{Campaign: r.campaign.ID, Epoch: r.lease.Epoch}); err != nil {
			return p, err
		}
	}
	p.attempt, err = r.s.leads.PlaceTx(ctx, tx, lead, campaigns.Dialing{
		Epoch: r.lease.Epoch, Agent: auth.UserID(o.By), Mode: r.campaign.Mode, Trunk: r.campaign.Trunk, LiveSwitch: r.s.sw.Live(),
	})
	if err != nil {
		return p, err
	}
	if !p.attempt.Verdict.Allowed {
		return p, r.deniedTx(ctx, tx, now, o, p.attempt.Verdict.Sentence())
	}
	l := p.attempt.Lead
	err = tx.GetContext(ctx, &p.call, insertCall, now, r.lease.Name, r.lease.Holder, r.lease.Epoch,
		l.Client, l.Campaign, l.ID, l.Person, p.attempt.ID, l.Number, o.By)
	if pg.None(err) {
		return p, errFenced
	}
	if err != nil || o.By == 0 {
		return p, errs.Wrap(err, "record the call")
	}
	return p, r.claimDialerTx(ctx, tx, now, o, p.call)
}

// claimDialerTx moves the agent onto the call they asked for and answers their command in the same transaction: after a
// crash the command is not carried out a second time.
func (r *runner) claimDialerTx(ctx context.Context, tx *pg.Tx, now time.Time, o engine.Place, call CallID) error {
	res, err := tx.ExecContext(ctx, claimDialer, now, o.By, call, r.campaign.ID, o.Lead.ID)
	if err != nil {
		return errs.Wrap(err, "claim the agent who dials")
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errs.WithCause(errs.Conflict, err, "you are no longer ready, so the call was not placed")
	}
	_, err = tx.ExecContext(ctx, finishOne, now, o.Command, "")
	return errs.Wrap(err, "answer the command")
}

const finishOne = `UPDATE call_commands SET done_at = $1, error = $3 WHERE id = $2 AND done_at IS NULL`

// deniedTx tells the agent why, and takes the lead, which has moved on, from their desk.
func (r *runner) deniedTx(ctx context.Context, tx *pg.Tx, now time.Time, o engine.Place, why string) error {
	if o.By == 0 {
		return nil
	}
	m := agentMove{agent: auth.UserID(o.By), from: Preview, to: Ready, onLead: campaigns.LeadID(o.Lead.ID)}
	if _, err := m.apply(ctx, tx, now); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, finishOne, now, o.Command, why)
	return errs.Wrap(err, "answer the command")
}

// messageOf is the sentence of an error that a person may read.
func messageOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Message
	}
	return "this did not work; please try again"
}
