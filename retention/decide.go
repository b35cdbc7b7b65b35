package retention

import (
	"context"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// Decide records the customer's answer to an offer. The same answer twice is one; until the call is concluded a
// customer may change their mind, and every answer stays in the log of decisions.
//
// A yes to an upsell needs the customer's own consent to it (see UpsellConsent), and is none while they want to cancel.
//
// Codes: invalid, not_found, conflict (another agent's call, the call is concluded, another save was accepted, the wish
// to cancel is not settled).
func (s *Service) Decide(ctx context.Context, by auth.Actor, in DecideInput) (out Presentation, err error) {
	if err := in.Validate(); err != nil {
		return Presentation{}, err
	}
	id, err := s.callOf(ctx, by, in.Presentation)
	if err != nil {
		return Presentation{}, err
	}
	var call dialer.Call
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if call, err = s.lockedCall(ctx, tx, by, id); err != nil {
			return err
		}
		out, err = s.decide(ctx, tx, by, call, in)
		return err
	})
	if err != nil {
		return Presentation{}, err
	}
	s.tell(call.Campaign, by.User, "presentation", map[string]any{
		"callId": call.ID, "presentationId": out.ID, "decision": out.Decision,
	})
	return out, nil
}

func (s *Service) decide(ctx context.Context, tx *pg.Tx, by auth.Actor, call dialer.Call, in DecideInput) (Presentation, error) {
	now := s.now()
	shown, err := presentationsOf(ctx, tx, call.ID)
	if err != nil {
		return Presentation{}, err
	}
	p := byID(shown, in.Presentation)
	if p.Decision == in.Decision {
		return *p, nil
	}
	if err := refuseConcluded(ctx, tx, call); err != nil {
		return Presentation{}, err
	}
	if other := acceptedSave(shown); in.Decision == Accepted && p.Result == ResultSave && other != nil {
		return Presentation{}, errs.Newf(errs.Conflict,
			"the customer accepted “%s” already; mark that declined before they accept another", other.Name)
	}
	c, err := s.takeUp(ctx, tx, by, call)
	if err != nil {
		return Presentation{}, err
	}
	if c.offering() && p.Result == ResultSave && in.Decision == Accepted {
		if err := s.mayAccept(ctx, tx, c, now); err != nil {
			return Presentation{}, err
		}
	}
	if err := s.consentTo(ctx, tx, by, call, *p, in, c); err != nil {
		return Presentation{}, err
	}
	if c.offering() && p.Result == ResultSave {
		if err := c.apply(ctx, tx, by, now, answered(p.ID, in)); err != nil {
			return Presentation{}, err
		}
	} else if c != nil && p.Result == ResultSave {
		return Presentation{}, errs.Newf(errs.Conflict, "this case is settled (%s)", words(c.State))
	}
	if _, err := tx.ExecContext(ctx, decidePresentation, p.ID, in.Decision, in.Reason, by.User, now); err != nil {
		return Presentation{}, errs.Wrap(err, "record decision")
	}
	p.Decision, p.DecidedAt, p.Reason = in.Decision, &now, ""
	if in.Decision == Declined {
		p.Reason = in.Reason
	}
	return *p, nil
}

// answered is what an answer to a save offer does to its case: a yes accepts, a no opens the next rung of the ladder.
func answered(id PresentationID, in DecideInput) flow.Event {
	e := flow.Event{Kind: flow.OfferDeclined, Data: flow.Data{Presentation: int64(id)}}
	if in.Decision == Accepted {
		e.Kind = flow.OfferAccepted
	}
	return e
}

func byID(shown []Presentation, id PresentationID) *Presentation {
	for i := range shown {
		if shown[i].ID == id {
			return &shown[i]
		}
	}
	return nil
}
