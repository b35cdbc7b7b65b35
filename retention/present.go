package retention

import (
	"context"
	"slices"

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

// Shown is an offer as the desk shows it: what the agent says to this customer, and what came of it on this call.
type Shown struct {
	Offer        Offer         `json:"offer"`
	Say          string        `json:"sayRendered"`
	Presentation *Presentation `json:"presentation"`
}

// OffersFor lists, in script order, the offers the agent may present on a call now. The first look at them takes up the
// case that the call is about.
//
// Codes: not_found, conflict (another agent's call, nobody connected, or the call is concluded).
func (s *Service) OffersFor(ctx context.Context, by auth.Actor, call dialer.CallID) ([]Offer, error) {
	offers, w, err := s.shelf(ctx, by, call)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(offers, func(o Offer) bool { return w.refuse(o) != "" }), nil
}

// Desk is OffersFor with the words to say, and with what was shown on this call before.
//
// Codes: as OffersFor.
func (s *Service) Desk(ctx context.Context, by auth.Actor, id dialer.CallID) ([]Shown, error) {
	offers, w, err := s.shelf(ctx, by, id)
	if err != nil {
		return nil, err
	}
	call, err := s.calls.CallFor(ctx, by, id)
	if err != nil {
		return nil, err
	}
	to, err := s.listenerOf(ctx, call)
	if err != nil {
		return nil, err
	}
	out := make([]Shown, 0, len(offers))
	for _, o := range offers {
		if p := ofOffer(w.shown, o.ID); p != nil || w.refuse(o) == "" {
			out = append(out, Shown{Offer: o, Say: render(o, to, by.Name), Presentation: p})
		}
	}
	return out, nil
}

// shelf is every offer of the call's client that is not retired or was shown on this call, and what decides about them.
func (s *Service) shelf(ctx context.Context, by auth.Actor, id dialer.CallID) (offers []Offer, w offerable, err error) {
	var call dialer.Call
	var c *caseRow
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if call, err = s.lockedCall(ctx, tx, by, id); err != nil {
			return err
		}
		if err = refuseConcluded(ctx, tx, call); err != nil {
			return err
		}
		if c, err = s.takeUp(ctx, tx, by, call); err != nil {
			return err
		}
		if w.shown, err = presentationsOf(ctx, tx, call.ID); err != nil {
			return err
		}
		offers, err = shelfOf(ctx, tx, call)
		return err
	})
	if err != nil {
		return nil, offerable{}, err
	}
	campaign, err := s.people.CampaignFor(ctx, call.Campaign)
	w.purpose, w.aCase = campaign.Purpose, c != nil
	return offers, w, err
}

// An offer that was shown on the call stands there in the version that was shown, whatever became of it since.
const offersOfCall = `
SELECT o.id, o.client_id, o.code, o.retired_at, v.id AS version_id, v.version, v.name, v.kind, v.result, v.say, v.terms,
       v.value_minor, v.cost_minor, v.currency, v.purposes, v.rank, v.created_at
FROM offers o
LEFT JOIN LATERAL (
	SELECT p.offer_version_id FROM presentations p JOIN offer_versions pv ON pv.id = p.offer_version_id
	WHERE p.call_id = $2 AND pv.offer_id = o.id LIMIT 1
) shown ON true
CROSS JOIN LATERAL (
	SELECT * FROM offer_versions
	WHERE offer_id = o.id AND (shown.offer_version_id IS NULL OR id = shown.offer_version_id) ORDER BY version DESC LIMIT 1
) v
WHERE o.client_id = $1 AND (o.retired_at IS NULL OR shown.offer_version_id IS NOT NULL)
ORDER BY v.rank, o.id`

func shelfOf(ctx context.Context, tx *pg.Tx, call dialer.Call) ([]Offer, error) {
	var rows []offerRow
	if err := tx.SelectContext(ctx, &rows, offersOfCall, call.Client, call.ID); err != nil {
		return nil, errs.Wrap(err, "read offers")
	}
	offers := make([]Offer, 0, len(rows))
	for _, r := range rows {
		offers = append(offers, r.offer())
	}
	return offers, nil
}

// Present records that the agent shows an offer to the customer. Shown again on the same call it is the same
// presentation, in the version that was shown first: what was promised in a conversation stays.
//
// Codes: not_found, conflict (another agent's call, nobody connected, the call is concluded, the offer may not be shown).
func (s *Service) Present(ctx context.Context, by auth.Actor, in PresentInput) (out Presentation, err error) {
	now := s.now()
	var call dialer.Call
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if call, err = s.lockedCall(ctx, tx, by, in.Call); err != nil {
			return err
		}
		if err := refuseConcluded(ctx, tx, call); err != nil {
			return err
		}
		shown, err := presentationsOf(ctx, tx, call.ID)
		if err != nil {
			return err
		}
		if before := ofOffer(shown, in.Offer); before != nil {
			out = *before
			return nil
		}
		offer, err := getOffer(ctx, tx, by, in.Offer)
		if err != nil || offer.Client != call.Client {
			return notThisOffer(err, in.Offer)
		}
		c, err := s.takeUp(ctx, tx, by, call)
		if err != nil {
			return err
		}
		campaign, err := s.people.CampaignFor(ctx, call.Campaign)
		if err != nil {
			return err
		}
		if why := (offerable{campaign.Purpose, c != nil, shown}).refuse(offer); why != "" {
			return errs.Newf(errs.Conflict, "%s", why)
		}
		if _, err := tx.ExecContext(ctx, insertPresentation, call.Client, call.ID, c.id(), offer.versionID, by.User, now); err != nil {
			return errs.Wrap(err, "present offer")
		}
		if c != nil && c.State == flow.InProgress && offer.Result == ResultSave {
			if err := c.move(ctx, tx, by, now, flow.Offering); err != nil {
				return err
			}
		}
		shown, err = presentationsOf(ctx, tx, call.ID)
		if err == nil {
			out = *ofOffer(shown, in.Offer)
		}
		return err
	})
	if err != nil {
		return Presentation{}, err
	}
	s.tell(call.Campaign, by.User, "presentation", map[string]any{"callId": call.ID, "presentationId": out.ID})
	return out, nil
}

func notThisOffer(err error, id OfferID) error {
	if err != nil {
		return err
	}
	return errs.Newf(errs.NotFound, "there is no offer %d here", id)
}
