package retention

import (
	"context"
	"slices"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// offerable is what decides whether an offer may be shown now.
type offerable struct {
	purpose string         // of the call's campaign
	aCase   bool           // the call is about a request to cancel
	shown   []Presentation // on this call so far
}

// refuse says why o may not be shown, "" if it may. The first cut of eligibility: the campaign's purpose, retirement,
// a no on this call, one save a call, and no selling to somebody who wants to leave before that question is settled.
func (w offerable) refuse(o Offer) string {
	saved := acceptedSave(w.shown)
	switch before := ofOffer(w.shown, o.ID); {
	case before != nil && before.Decision == Declined:
		return "this offer was declined on this call"
	case before != nil && before.Decision == Lapsed:
		return "this offer has expired"
	case before != nil:
		return ""
	case o.RetiredAt != nil:
		return "this offer is retired"
	case !slices.Contains(o.Purposes, w.purpose):
		return "this offer is not for campaigns of this purpose"
	case o.Result == ResultSave && saved != nil:
		return "the customer accepted “" + saved.Name + "” already; mark that declined before you offer another"
	case o.Result != ResultSave && w.aCase && saved == nil:
		return "the customer wants to cancel: settle that before you offer anything else"
	}
	return ""
}

// Present records that the agent shows an offer to the customer. Shown again on the same call it is the same
// presentation, in the version that was shown first: what was promised in a conversation stays. Where an offer may not be
// made it is refused here too, whatever a screen shows.
//
// Codes: invalid, not_found, conflict (another agent's call, nobody connected, the call is concluded, the offer may not be
// shown, or needs a supervisor's approval first).
func (s *Service) Present(ctx context.Context, by auth.Actor, in PresentInput) (out Presentation, err error) {
	if err := in.Validate(); err != nil {
		return Presentation{}, err
	}
	var v view
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var w weighed
		if v, w, err = s.weighOne(ctx, tx, by, in.Call, in.Offer); err != nil {
			return err
		}
		if before := ofOffer(v.shown, in.Offer); before != nil && before.Decision != Lapsed {
			out = *before
			return nil
		}
		known, err := mayKnow(ctx, tx, by, v.call)
		if err != nil {
			return err
		}
		if v.c != nil && !known {
			return errs.Newf(errs.Conflict, "%s; then offers can be made", unverifiedWords)
		}
		if why := w.refusedFor(in); why != "" {
			return errs.Newf(errs.Conflict, "%s", why)
		}
		if w.over {
			return errs.Newf(errs.Conflict, "this offer is above what you may give; ask for approval first")
		}
		if out.ID, err = s.present(ctx, tx, by, v, w, in); err != nil {
			return err
		}
		shown, err := presentationsOf(ctx, tx, v.call.ID)
		if err == nil {
			out = *ofOffer(shown, in.Offer)
		}
		return err
	})
	if err != nil {
		return Presentation{}, err
	}
	s.tell(v.call.Campaign, by.User, "presentation", map[string]any{"callId": v.call.ID, "presentationId": out.ID})
	return out, nil
}

// weighOne locks the call, takes up its case and weighs one offer among all of the shelf.
func (s *Service) weighOne(ctx context.Context, tx *pg.Tx, by auth.Actor, id dialer.CallID, offer OfferID) (v view, w weighed, err error) {
	if v.call, err = s.lockedCall(ctx, tx, by, id); err != nil {
		return v, w, err
	}
	if err = refuseConcluded(ctx, tx, v.call); err != nil {
		return v, w, err
	}
	if v.shown, err = presentationsOf(ctx, tx, v.call.ID); err != nil {
		return v, w, err
	}
	chosen, err := getOffer(ctx, tx, by, offer)
	if err != nil || chosen.Client != v.call.Client {
		return v, w, notThisOffer(err, offer)
	}
	if v.c, err = s.takeUp(ctx, tx, by, v.call); err != nil {
		return v, w, err
	}
	offers, err := shelfOf(ctx, tx, v.call)
	if err != nil {
		return v, w, err
	}
	if err = s.weigh(ctx, tx, by, &v, offers); err != nil {
		return v, w, err
	}
	for _, w := range v.weighed {
		if w.ID == offer {
			return v, w, nil
		}
	}
	return v, w, errs.Newf(errs.Conflict, "this offer is retired")
}

// refusedFor is why the offer may not be made, but for its place on the ladder if the agent has a reason to go past it.
func (w weighed) refusedFor(in PresentInput) string {
	if in.Override != "" && w.later {
		return ""
	}
	return w.refused
}

// present writes the presentation and, for a save offer of a case, its event.
func (s *Service) present(ctx context.Context, tx *pg.Tx, by auth.Actor, v view, w weighed, in PresentInput) (id PresentationID, err error) {
	now := s.now()
	var expires *time.Time
	chosen, rung, saving := "script", 0, v.c.offering() && w.Result == ResultSave
	if saving {
		settings, err := saveSettingsOf(ctx, tx, v.c.Client)
		if err != nil {
			return 0, err
		}
		at := (measures{now: now, settings: settings}).ttl(w.Offer)
		expires, rung = &at, w.rung
	}
	choice := ChoiceID(0)
	if saving && v.choice != nil && v.c.last(w.ID) == nil {
		choice, chosen = v.choice.ID, v.choice.By
	}
	if in.Override != "" {
		chosen = "agent"
	}
	law, err := policyJSON(w.law)
	if err != nil {
		return 0, errs.Wrap(err, "present offer")
	}
	err = tx.GetContext(ctx, &id, insertPresentation, v.call.Client, v.call.ID, v.c.id(), w.versionID, by.User, now, rung, chosen, w.DepthBP,
		w.CostMinor, expires, law, choice)
	if err != nil || !saving {
		return id, errs.Wrap(err, "present offer")
	}
	if in.Override != "" {
		if err := v.c.note(ctx, tx, by, now, "override", map[string]any{"presentation": id, "why": in.Override}); err != nil {
			return 0, err
		}
	}
	return id, v.c.apply(ctx, tx, by, now, flow.Event{Kind: flow.Presented, Data: flow.Data{Offer: w.flowOffer(id), ExpiresAt: expires}})
}

func notThisOffer(err error, id OfferID) error {
	if err != nil {
		return err
	}
	return errs.Newf(errs.NotFound, "there is no offer %d here", id)
}
