package retention

import (
	"context"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// CancelInput is “cancel it”: by the agent on the call, or for a case by whoever may write cases.
type CancelInput struct {
	Call  dialer.CallID // one of the two
	Case  CaseID
	Cause string // a code: customer, moved, …; "" is customer
}

// Cancelled is what became of it.
type Cancelled struct {
	Case        CaseID     `json:"caseId"`
	State       flow.State `json:"state"`
	EffectiveAt time.Time  `json:"effectiveAt" doc:"when the subscription ends"`
}

// CancelNow honours “cancel it” at once, from any live state, in one act: no question is in its way and no offer is made
// after it. Said twice it is said once. The agent still concludes the call.
//
// Codes: invalid, not_found, conflict (another agent's call, the call is about no case, or the customer was saved).
func (s *Service) CancelNow(ctx context.Context, by auth.Actor, in CancelInput) (out Cancelled, err error) {
	if in.Cause == "" {
		in.Cause = "customer"
	}
	var f errs.Faults
	checkCode(&f, "cause", in.Cause)
	if err := f.Err(); err != nil {
		return Cancelled{}, err
	}
	var c *caseRow
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if c, err = s.caseToCancel(ctx, tx, by, in, now); err != nil {
			return err
		}
		if !c.open() && c.SaidCancel {
			return nil
		}
		if err := s.cancel(ctx, tx, by, c, in.Cause, now); err != nil {
			return err
		}
		if err := s.withdraw(ctx, tx, c, in.Call != 0); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: c.Client, Act: "case.cancel", Object: caseObject(c.ID), Why: in.Cause})
	})
	if err != nil {
		return Cancelled{}, err
	}
	s.tellCase(c)
	return Cancelled{Case: c.ID, State: c.State, EffectiveAt: c.EffectiveAt}, nil
}

// caseToCancel is the locked case of the call, or the one that was named.
func (s *Service) caseToCancel(ctx context.Context, tx *pg.Tx, by auth.Actor, in CancelInput, now time.Time) (*caseRow, error) {
	if in.Call == 0 {
		return s.lockNamed(ctx, tx, by, in.Case)
	}
	call, err := s.lockedCall(ctx, tx, by, in.Call)
	if err != nil {
		return nil, err
	}
	if err := refuseConcluded(ctx, tx, call); err != nil {
		return nil, err
	}
	c, err := s.takeUp(ctx, tx, by, call)
	if err == nil && c == nil {
		err = errs.Newf(errs.Conflict, "this call is not about a wish to cancel; record the outcome instead")
	}
	return c, err
}

const leadOfCase = `SELECT coalesce(lead_id, 0) FROM cases WHERE client_id = ANY($1) AND id = $2`

// lockNamed locks a case that was named, its lead first as the order of locks wants.
//
// Codes: not_found.
func (s *Service) lockNamed(ctx context.Context, tx *pg.Tx, by auth.Actor, id CaseID) (*caseRow, error) {
	var lead campaigns.LeadID
	if err := tx.GetContext(ctx, &lead, leadOfCase, by.Scope(), id); pg.None(err) {
		return nil, errs.Newf(errs.NotFound, "there is no case %d here", id)
	} else if err != nil {
		return nil, errs.Wrap(err, "find case")
	}
	if lead != 0 {
		if err := s.leads.LockLeadTx(ctx, tx, lead); err != nil {
			return nil, err
		}
	}
	c, err := lockedCase(ctx, tx, lockCaseFor, by.Scope(), id)
	if err == nil && (c == nil || c.Lead != lead) {
		err = errs.Newf(errs.Conflict, "somebody else moved this case; load it again")
	}
	if err != nil {
		return nil, err
	}
	return c, c.strike(ctx, tx, s.now())
}

// cancel lets the cancellation of an undecided case go ahead.
func (s *Service) cancel(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, cause string, now time.Time) error {
	if err := c.apply(ctx, tx, by, now, c.CancelNow(int64(by.User), cause, microInstant(now))...); err != nil {
		return err
	}
	return c.cancelled(ctx, tx, by, now)
}

const cancelSubscription = `UPDATE subscriptions SET status = 'cancel_scheduled', updated_at = $2 WHERE id = $1`

// What was offered in a case that is cancelled does not stand any more: a yes before it is taken back.
const dropOffers = `
WITH dropped AS (
	UPDATE presentations SET decision = 'declined', decline_reason = 'cancelled', decided_at = $2
	WHERE case_id = $1 AND rung > 0 AND decision IS DISTINCT FROM 'declined' AND decision IS DISTINCT FROM 'expired' RETURNING id
)
INSERT INTO decisions (presentation_id, decision, reason, decided_at) SELECT id, 'declined', 'cancelled', $2 FROM dropped`

const dropLinks = `
UPDATE confirm_links SET answer = 'replaced', answered_at = $2 WHERE case_id = $1 AND purpose = 'agree' AND answer IS NULL`

const savesOfCase = `
SELECT r.id FROM results r JOIN outcomes o ON o.id = r.outcome_id
WHERE o.case_id = $1 AND r.kind = 'save' AND NOT EXISTS (SELECT FROM reversals v WHERE v.result_id = r.id) ORDER BY r.id`

// causeUnapplied is why a save was none whose offer billing never applied.
const causeUnapplied = "billing_failed"

// unsave takes the save of a case back whose cancellation goes ahead after all: the customer said so before billing had
// applied what they agreed to, or billing did not apply it in time. What was promised and not done is no save, and no pay.
func (c *caseRow) unsave(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time) error {
	var saves []ResultID
	if err := tx.SelectContext(ctx, &saves, savesOfCase, c.ID); err != nil {
		return errs.Wrap(err, "find the save")
	}
	cause := flow.CauseCancelled
	if c.Cause == flow.CauseSLA {
		cause = causeUnapplied
	}
	for _, id := range saves {
		if _, err := reverseTx(ctx, tx, by, ReverseInput{Result: id, Cause: cause, EffectiveAt: now}, now); err != nil {
			return err
		}
	}
	return nil
}

// cancelled follows a cancellation that goes ahead: the subscription is marked, and what was offered falls.
func (c *caseRow) cancelled(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time) error {
	if err := c.unsave(ctx, tx, by, now); err != nil {
		return err
	}
	for _, statement := range []string{dropOffers, timeOutApproval, dropLinks} {
		if _, err := tx.ExecContext(ctx, statement, c.ID, now); err != nil {
			return errs.Wrap(err, "drop what was offered")
		}
	}
	if c.Sub == 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, cancelSubscription, c.Sub, now); err != nil {
		return errs.Wrap(err, "mark subscription")
	}
	if _, err := withdrawGrantsTx(ctx, tx, c.ID, now); err != nil {
		return err
	}
	return queueCancelTx(ctx, tx, c, now)
}

// withdraw takes the lead of a decided case back, unless its call is going on: the conclusion settles that.
func (s *Service) withdraw(ctx context.Context, tx *pg.Tx, c *caseRow, talking bool) error {
	if talking || c.Lead == 0 || c.open() {
		return nil
	}
	return s.leads.WithdrawLeadTx(ctx, tx, c.Lead, "case_closed")
}

const expirePresentation = `
WITH said AS (
	INSERT INTO decisions (presentation_id, decision, decided_at) VALUES ($1, 'expired', $2)
)
UPDATE presentations SET decision = 'expired', decided_at = $2 WHERE id = $1`

// lapse marks the offers that some events let expire.
func (c *caseRow) lapse(ctx context.Context, tx *pg.Tx, events []flow.Event, now time.Time) error {
	for _, e := range events {
		if e.Kind != flow.OfferExpired {
			continue
		}
		if _, err := tx.ExecContext(ctx, expirePresentation, e.Data.Presentation, now); err != nil {
			return errs.Wrap(err, "let offer lapse")
		}
	}
	return nil
}

const timeOutApproval = `UPDATE approvals SET decision = 'timeout', decided_at = $2 WHERE case_id = $1 AND decision IS NULL`

func (c *caseRow) timeOutApproval(ctx context.Context, tx *pg.Tx, now time.Time) error {
	_, err := tx.ExecContext(ctx, timeOutApproval, c.ID, now)
	return errs.Wrap(err, "time out approval")
}
