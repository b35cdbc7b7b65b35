package retention

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// ReviewInput is what a supervisor found out about a call that its agent never concluded.
type ReviewInput struct {
	Outcome    OutcomeID
	Code       string // "" leaves the outcome as it is: looked at, and that is all
	Note       string
	CallbackAt *time.Time // with code callback
}

// Review is a reviewed outcome, and how it was corrected.
type Review struct {
	Outcome    OutcomeID   `json:"outcomeId"`
	Code       string      `json:"code" doc:"as recorded; it never changes"`
	Corrected  string      `json:"corrected,omitempty" doc:"what the supervisor found it to be"`
	ReviewedBy auth.UserID `json:"reviewedBy"`
	ReviewedAt time.Time   `json:"reviewedAt"`
}

// correctable is what a review may find: nothing that pays. A save or a sale that no agent recorded did not happen.
var correctable = []string{CodeLost, CodeCallback, CodeNotInterested, CodeWrongNumber, CodeDoNotCall, CodeOther}

// Validate names every fault that the input alone shows.
func (in ReviewInput) Validate() error {
	var f errs.Faults
	if in.Code != "" && !slices.Contains(correctable, in.Code) {
		f.Addf("code", "a review can find %s; it cannot make results", strings.Join(correctable, ", "))
	}
	f.Check(len(in.Note) <= noteCharsMax, "note", "use at most 4,000 characters")
	f.Check((in.Code == CodeCallback) == (in.CallbackAt != nil), "callbackAt", "a callback needs its time, and nothing else has one")
	return f.Err()
}

const callOfOutcome = `SELECT call_id FROM outcomes WHERE client_id = ANY($1) AND id = $2`

const markReviewed = `UPDATE outcomes SET reviewed_by = $2, reviewed_at = $3 WHERE id = $1 AND reviewed_at IS NULL`

const insertCorrection = `
INSERT INTO corrections (client_id, outcome_id, code, note, corrected_by, corrected_at) VALUES ($1, $2, $3, $4, $5, $6)`

// ReviewOutcome takes a no_disposition out of the supervisor's queue. A correction is appended; outcome, results, facts
// and pay stay as they were. What it may do: promise the customer a callback, put them on the do-not-call list, and let
// a case go the way the customer said. What it may not do: make a result.
//
// Codes: invalid, not_found, forbidden (nobody reviews their own call), conflict (concluded by its agent, or reviewed).
func (s *Service) ReviewOutcome(ctx context.Context, by auth.Actor, in ReviewInput) (out Review, err error) {
	if err := in.Validate(); err != nil {
		return Review{}, err
	}
	now := s.now()
	var id dialer.CallID
	if err := s.db.GetContext(ctx, &id, callOfOutcome, by.Scope(), in.Outcome); pg.None(err) {
		return Review{}, errs.Newf(errs.NotFound, "there is no outcome %d here", in.Outcome)
	} else if err != nil {
		return Review{}, errs.Wrap(err, "read outcome")
	}
	var call dialer.Call
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if call, err = s.calls.LockTx(ctx, tx, id, 0); err != nil {
			return err
		}
		recorded, err := firstOutcome(ctx, tx, id, call.Campaign)
		if err != nil {
			return err
		}
		if err := reviewable(ctx, tx, by, recorded, now); err != nil {
			return err
		}
		out = Review{Outcome: recorded.ID, Code: recorded.Code, Corrected: in.Code, ReviewedBy: by.User, ReviewedAt: now}
		if err := s.correct(ctx, tx, by, call, in, now); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: call.Client, Act: "outcome.review", Object: fmt.Sprintf("outcome:%d", recorded.ID), Data: out,
		})
	})
	if err != nil {
		return Review{}, err
	}
	s.tell(call.Campaign, call.Agent, "outcome", map[string]any{"callId": call.ID, "outcomeId": out.Outcome, "corrected": out.Corrected})
	return out, nil
}

// reviewable marks the outcome as reviewed by this person, if it may be.
func reviewable(ctx context.Context, tx *pg.Tx, by auth.Actor, o Outcome, now time.Time) error {
	switch {
	case o.Code != CodeNoDisposition:
		return errs.Newf(errs.Conflict, "this call was concluded by its agent (%s); only a call without a disposition is reviewed", words(o.Code))
	case by.User == 0 || by.User == o.Agent:
		return errs.Newf(errs.Forbidden, "somebody else must review this call")
	}
	done, err := tx.ExecContext(ctx, markReviewed, o.ID, by.User, now)
	if err != nil {
		return errs.Wrap(err, "mark reviewed")
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errs.WithCause(errs.Conflict, err, "this call has been reviewed already")
	}
	return nil
}

// correct appends what the supervisor found and does what follows from it.
func (s *Service) correct(ctx context.Context, tx *pg.Tx, by auth.Actor, call dialer.Call, in ReviewInput, now time.Time) error {
	if in.Code == "" {
		return nil
	}
	c, err := caseOf(ctx, tx, call, now)
	if err != nil {
		return err
	}
	if !c.open() {
		c = nil // decided meanwhile: the review changes nothing about it
	}
	var f errs.Faults
	agreement{about: c, now: now}.fitCallback(ConcludeInput{CallbackAt: in.CallbackAt}, &f)
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, insertCorrection, call.Client, in.Outcome, in.Code, in.Note, by.User, now); err != nil {
		return errs.Wrap(err, "record correction")
	}
	switch in.Code {
	case CodeCallback:
		err = s.callAgain(ctx, tx, call, c, *in.CallbackAt, now)
	case CodeDoNotCall:
		err = s.leads.SuppressTx(ctx, tx, call.Client, call.Number, "asked not to be called", fmt.Sprintf("call:%d", call.ID), by)
	}
	if err != nil || c == nil || endOf(in.Code) == 0 {
		return err
	}
	return s.endReviewed(ctx, tx, by, c, in, now)
}

// callAgain puts the person on the campaign's list of single leads, due at the promised time, for anybody there. The
// lead of the unconcluded call stays done.
func (s *Service) callAgain(ctx context.Context, tx *pg.Tx, call dialer.Call, c *caseRow, at, now time.Time) error {
	lead, err := s.leads.AddLeadTx(ctx, tx, campaigns.NewLead{
		Campaign: call.Campaign, Person: call.Person, DueAt: at, CaseID: int64(c.id()), Now: now,
	})
	if err != nil || c == nil {
		return errs.Wrap(err, "call again")
	}
	_, err = tx.ExecContext(ctx, setCaseLead, c.ID, lead, call.Campaign, now)
	return errs.Wrap(err, "call again")
}

// endReviewed takes the case from where the conversation broke off the way the customer said.
func (s *Service) endReviewed(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, in ReviewInput, now time.Time) error {
	code, at := in.Code, in.CallbackAt
	if err := c.note(ctx, tx, by, now, "reviewed", map[string]any{"code": code}); err != nil {
		return err
	}
	if code != CodeCallback {
		return s.cancel(ctx, tx, by, c, code, now)
	}
	if c.State == flow.Accepted { // a yes that nobody concluded is no save: they are back at the offers
		yes := c.Yes().Presentation
		if err := c.apply(ctx, tx, by, now, flow.Event{Kind: flow.OfferDeclined, Data: flow.Data{Presentation: yes}}); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, decidePresentation, yes, Declined, "not_concluded", by.User, now); err != nil {
			return errs.Wrap(err, "take back what was not concluded")
		}
	}
	if c.State == flow.CallbackScheduled {
		return nil
	}
	return c.apply(ctx, tx, by, now, flow.Event{Kind: flow.CallbackAgreed, Data: flow.Data{ExpiresAt: at}})
}
