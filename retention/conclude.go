package retention

import (
	"context"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/dialer/telephony"
	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// Conclude ends a conversation: it records the outcome with its results, settles the lead, frees the agent, takes the
// save case to its next state and posts the fact that pay lives on, all in one transaction. A second Conclude of the
// same call returns the first outcome, also when the first was the house's own no_disposition.
//
// Codes: invalid (the outcome does not fit what was agreed; nothing was changed), conflict (another agent's call, or
// nobody was connected), not_found.
func (s *Service) Conclude(ctx context.Context, by auth.Actor, in ConcludeInput) (out Outcome, err error) {
	if err := in.Validate(); err != nil {
		return Outcome{}, err
	}
	now := s.now()
	first := false
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		call, err := s.lockedCall(ctx, tx, by, in.Call) // the lead's row first, then the call's
		if err != nil {
			return err
		}
		if out, err = firstOutcome(ctx, tx, call.ID, call.Campaign); err != nil || out.ID != 0 {
			return err
		}
		c, err := s.takeUp(ctx, tx, by, call)
		if err != nil {
			return err
		}
		shown, err := presentationsOf(ctx, tx, call.ID)
		if err != nil {
			return err
		}
		proof, err := s.proofOf(ctx, tx, call, c)
		if err != nil {
			return err
		}
		results, err := agreement{shown: shown, about: c, now: now, proof: proof}.fit(in)
		if err != nil {
			return err
		}
		out = newOutcome(call, c, in.Code, now)
		out.Reason, out.Note, out.Results = in.Reason, in.Note, results
		if in.Code == CodeSave && c != nil && c.Sub != 0 { // billing is changed now, or when the customer confirms
			if err := mustBeVerified(ctx, tx, call); err != nil {
				return err
			}
		}
		if c.open() || c.offering() && in.Code == CodeSave {
			if err := s.endCase(ctx, tx, by, c, in, proof, now); err != nil {
				return err
			}
		}
		if first, err = s.record(ctx, tx, call, &out, in.settlement(call, by.User, now)); err != nil || !first {
			return err
		}
		if err := placeOrdersTx(ctx, tx, call, out, shown, now); err != nil {
			return err
		}
		if noted := noticeOf(c, in.Code); noted != "" {
			return s.notice(ctx, tx, by, call, c, noted)
		}
		return nil
	})
	if err != nil {
		return Outcome{}, err
	}
	if first {
		s.tellOutcome(out)
	}
	return out, nil
}

// ExpireWrapUp records no_disposition for a call whose agent let the wrap-up limit pass: not a save, not called again,
// and in the supervisor's queue. Yeses that nobody concluded are no results. Twice is once.
//
// Codes: not_found.
func (s *Service) ExpireWrapUp(ctx context.Context, id dialer.CallID) error {
	now := s.now()
	var out Outcome
	first := false
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		call, err := s.calls.LockTx(ctx, tx, id, 0)
		if err != nil {
			return err
		}
		if out, err = firstOutcome(ctx, tx, call.ID, call.Campaign); err != nil || out.ID != 0 {
			return err
		}
		c, err := caseOf(ctx, tx, call, now)
		if err != nil {
			return err
		}
		if c.open() {
			if err := c.forgotten(ctx, tx, auth.System("wrap-up limit", call.Client), call.ID, now); err != nil {
				return err
			}
		}
		out = newOutcome(call, c, CodeNoDisposition, now)
		first, err = s.record(ctx, tx, call, &out, ConcludeInput{Code: CodeNoDisposition}.settlement(call, call.Agent, now))
		return err
	})
	if err == nil && first {
		s.tellOutcome(out)
	}
	return err
}

func newOutcome(call dialer.Call, c *caseRow, code string, now time.Time) Outcome {
	reason := ""
	if c != nil {
		reason = c.Reason
	}
	return Outcome{
		Client: call.Client, Call: call.ID, Case: c.id(), Agent: call.Agent, Code: code, EffectiveAt: now, Results: []Result{},
		campaign: call.Campaign, reasonCode: reason,
	}
}

// record is the part of the transaction that an agent's conclusion and the house's have in common.
func (s *Service) record(
	ctx context.Context, tx *pg.Tx, call dialer.Call, out *Outcome, st campaigns.Settlement,
) (first bool, err error) {
	if first, err = out.store(ctx, tx, call.Person); err != nil || !first {
		return false, err
	}
	if err := s.leads.SettleTx(ctx, tx, call.Lead, st); err != nil {
		return false, err
	}
	if out.Case != 0 && endOf(out.Code) != later && endOf(out.Code) != 0 {
		// The case is closed: a retry rule or another number of the customer must not bring its lead back.
		if err := s.leads.WithdrawLeadTx(ctx, tx, call.Lead, "case_closed"); err != nil {
			return false, err
		}
	}
	if err := s.calls.WrapUpDoneTx(ctx, tx, call.ID, call.Agent); err != nil {
		return false, err
	}
	if err := s.announceBooking(ctx, tx, call, out.EffectiveAt); err != nil {
		return false, err
	}
	return true, facts.AppendTx(ctx, tx, out.fact(), out.factBody())
}

// settlement is what the code means for the lead. A do-not-call also lists every number of the person.
func (in ConcludeInput) settlement(call dialer.Call, agent auth.UserID, now time.Time) campaigns.Settlement {
	st := campaigns.Settlement{
		Attempt: call.Attempt, Disposition: string(telephony.Answered), Outcome: in.Code, Suppress: in.Code == CodeDoNotCall, Now: now,
	}
	if in.CallbackAt != nil {
		st.Callback = &campaigns.CallbackRequest{At: *in.CallbackAt, Note: in.Note}
		if in.CallbackMine {
			st.Callback.Owner = agent
		}
	}
	return st
}

// undecidedHoursMax is how long a case may wait for somebody after an agent left it without a word: no case is left open
// by an agent.
const undecidedHoursMax = 24

// forgotten notes that an agent let a case lie. It is decided within a day, by a supervisor or by the clock.
func (c *caseRow) forgotten(ctx context.Context, tx *pg.Tx, by auth.Actor, call dialer.CallID, now time.Time) error {
	if err := c.note(ctx, tx, by, now, CodeNoDisposition, map[string]any{"call": call}); err != nil {
		return err
	}
	due := microInstant(now.Add(undecidedHoursMax * time.Hour))
	if !c.State.Live() || !due.Before(c.DueAt) {
		return nil
	}
	return c.apply(ctx, tx, by, now, flow.Event{Kind: flow.DueSooner, Data: flow.Data{DueAt: &due}})
}

// endCase takes the case the way the code means.
func (s *Service) endCase(
	ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, in ConcludeInput, proof proof, now time.Time,
) error {
	switch endOf(in.Code) {
	case stays:
		if !proof.onRecord() {
			return nil // the customer has the link: they confirm, or the clock lets the cancellation go ahead
		}
		return s.confirm(ctx, tx, by, c, proof, now)
	case leaves:
		return s.cancel(ctx, tx, by, c, in.Code, now)
	case later:
		return c.apply(ctx, tx, by, now, flow.Event{Kind: flow.CallbackAgreed, Data: flow.Data{ExpiresAt: in.CallbackAt}})
	}
	return nil
}

func (s *Service) tellOutcome(o Outcome) {
	s.tell(o.campaign, o.Agent, "outcome", map[string]any{"callId": o.Call, "outcomeId": o.ID, "code": o.Code})
}
