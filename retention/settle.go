package retention

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// SettleInput ends a case in one of the ways that no conversation does.
type SettleInput struct {
	Case     CaseID
	Evidence string // where it is shown: an id of the client's
	Of       CaseID // of a duplicate: the case that stays
	Request  string // of an uncancel: the client's id of the customer's new request
	Method   string // of an uncancel: letter or recording
}

// Withdraw settles a case whose customer left the conversation without cancelling. It counts as asked and not as saved,
// and nobody is paid for it.
//
// Codes: invalid, not_found, conflict (the case is not in progress).
func (s *Service) Withdraw(ctx context.Context, by auth.Actor, in SettleInput) (Cancelled, error) {
	if err := in.checkEvidence(); err != nil {
		return Cancelled{}, err
	}
	return s.settleCase(ctx, by, in.Case, "case.withdraw", func(*pg.Tx, *caseRow, time.Time) (flow.Event, error) {
		return flow.Event{Kind: flow.LeftWithout, Data: flow.Data{Ref: in.Evidence}}, nil
	})
}

// Duplicate settles a case that nobody has taken up because another one is about the same wish.
//
// Codes: invalid, not_found, conflict (an agent is with it already, or the other case is of another customer).
func (s *Service) Duplicate(ctx context.Context, by auth.Actor, in SettleInput) (Cancelled, error) {
	return s.settleCase(ctx, by, in.Case, "case.duplicate", func(tx *pg.Tx, c *caseRow, _ time.Time) (flow.Event, error) {
		var same bool
		if err := tx.GetContext(ctx, &same, sameCustomer, in.Of, c.Customer, c.ID); err != nil {
			return flow.Event{}, errs.Wrap(err, "find the other case")
		}
		if !same {
			return flow.Event{}, errs.Newf(errs.Conflict, "case %d is not another case of this customer", in.Of)
		}
		return flow.Event{Kind: flow.Duplicated, Data: flow.Data{Of: int64(in.Of)}}, nil
	})
}

const sameCustomer = `SELECT EXISTS (SELECT FROM cases WHERE id = $1 AND customer_id = $2 AND id <> $3)`

const insertSecondThought = `
INSERT INTO cancel_requests (client_id, external_id, customer_id, source, requested_at, created_at, case_id)
VALUES ($1, $2, $3, 'uncancel', $4, $4, $5) RETURNING id`

const keepSubscription = `UPDATE subscriptions SET status = 'active', updated_at = $2 WHERE id = $1`

// Uncancel takes a cancellation back before it takes effect, because the customer asked for it anew, on record. It is no
// agent's save: nobody is paid for it.
//
// Codes: invalid, not_found, conflict (it is not on its way, or this request is known).
func (s *Service) Uncancel(ctx context.Context, by auth.Actor, in SettleInput) (Cancelled, error) {
	var f errs.Faults
	checkExternal(&f, "request", in.Request)
	checkExternal(&f, "evidence", in.Evidence)
	checkOneOf(&f, "method", in.Method, []string{flow.EvidenceLetter, flow.EvidenceRecording})
	if err := f.Err(); err != nil {
		return Cancelled{}, err
	}
	return s.settleCase(ctx, by, in.Case, "case.uncancel", func(tx *pg.Tx, c *caseRow, now time.Time) (flow.Event, error) {
		if c.State != flow.CancelledScheduled {
			return flow.Event{}, errs.Newf(errs.Conflict, "the case is %s: only a cancellation that has not taken effect is taken back", words(c.State))
		}
		var request int64
		if err := tx.GetContext(ctx, &request, insertSecondThought, c.Client, in.Request, c.Customer, now, c.ID); err != nil {
			return flow.Event{}, errs.Wrap(err, "record request")
		}
		if _, err := tx.ExecContext(ctx, insertConfirmation, c.Client, c.ID, 0, in.Method, in.Evidence, 0, "", now); err != nil {
			return flow.Event{}, errs.Wrap(err, "record confirmation")
		}
		if c.Sub != 0 {
			if _, err := tx.ExecContext(ctx, keepSubscription, c.Sub, now); err != nil {
				return flow.Event{}, errs.Wrap(err, "mark subscription")
			}
		}
		return flow.Event{Kind: flow.Uncancelled, Data: flow.Data{Request: request, Ref: in.Evidence, Method: in.Method}}, nil
	})
}

func (in SettleInput) checkEvidence() error {
	var f errs.Faults
	checkExternal(&f, "evidence", in.Evidence)
	return f.Err()
}

// settleCase applies one event to a case that was named, takes its lead back if it is decided by it, and audits.
func (s *Service) settleCase(
	ctx context.Context, by auth.Actor, id CaseID, act string, event func(*pg.Tx, *caseRow, time.Time) (flow.Event, error),
) (Cancelled, error) {
	var c *caseRow
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) (err error) {
		if c, err = s.lockNamed(ctx, tx, by, id); err != nil {
			return err
		}
		e, err := event(tx, c, now)
		if err != nil {
			return err
		}
		if err := c.apply(ctx, tx, by, now, e); err != nil {
			return err
		}
		if err := s.withdraw(ctx, tx, c, false); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: c.Client, Act: act, Object: caseObject(c.ID)})
	})
	if err != nil {
		return Cancelled{}, err
	}
	s.tellCase(c)
	return Cancelled{Case: c.ID, State: c.State, EffectiveAt: c.EffectiveAt}, nil
}
