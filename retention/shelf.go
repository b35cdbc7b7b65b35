package retention

import (
	"context"
	"slices"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
	"saveline/retention/policy"
)

// Shown is an offer as the desk shows it: what the agent says to this customer, what came of it on this call, and why it
// may not be made now.
type Shown struct {
	Offer         Offer         `json:"offer"`
	Say           string        `json:"sayRendered"`
	Presentation  *Presentation `json:"presentation"`
	Refused       string        `json:"refused,omitempty" doc:"why it may not be made now; empty if it may"`
	NeedsApproval bool          `json:"needsApproval,omitempty" doc:"above the agent's limits: a supervisor is asked first"`
	Rung          int           `json:"rung,omitempty" doc:"of the ladder, 1 first; 0 for what is no save offer"`
}

// OffersFor lists the offers the agent may present on a call now, the next one first. The first look at them takes up
// the case that the call is about.
//
// Codes: not_found, conflict (another agent's call, nobody connected, or the call is concluded).
func (s *Service) OffersFor(ctx context.Context, by auth.Actor, call dialer.CallID) ([]Offer, error) {
	v, err := s.shelf(ctx, by, call)
	if err != nil {
		return nil, err
	}
	out := []Offer{}
	for _, w := range v.weighed {
		if w.refused == "" {
			out = append(out, w.Offer)
		}
	}
	return out, nil
}

// Desk is OffersFor with the words to say, with what was shown on this call before, and with what may not be made now
// and why. What may never be made to this customer is left out. Until the person on the line is verified the words have gaps
// where they would tell a fact of the account.
//
// Codes: as OffersFor.
func (s *Service) Desk(ctx context.Context, by auth.Actor, id dialer.CallID) ([]Shown, error) {
	v, err := s.shelf(ctx, by, id)
	if err != nil {
		return nil, err
	}
	to, err := s.listenerOf(ctx, v.call)
	if err != nil {
		return nil, err
	}
	known, err := s.MayKnow(ctx, by, v.call.Person, v.call.ID)
	if err != nil {
		return nil, err
	}
	if !known {
		to = listener{Name: to.Name}
	}
	out := make([]Shown, 0, len(v.weighed))
	for _, w := range v.weighed {
		p := ofOffer(v.shown, w.ID)
		if p == nil && w.hidden {
			continue
		}
		refused := w.refused
		switch {
		case p != nil:
			refused = ""
		case !known: // why an offer may not be made tells of the account
			refused, w.over, w.rung = unverifiedWords, false, 0
		}
		out = append(out, Shown{
			Offer: w.Offer, Say: render(w.Offer, to, by.Name), Presentation: p, Refused: refused, NeedsApproval: w.over && p == nil, Rung: w.rung,
		})
	}
	return out, nil
}

const unverifiedWords = "ask who is on the line first"

// view is a call with its case and every offer weighed for it.
type view struct {
	call    dialer.Call
	purpose string // of the campaign; "": the call's
	c       *caseRow
	shown   []Presentation
	weighed []weighed
	choice  *choiceRow // of the next offer; nil: the script decides
}

// shelf weighs every offer of the call's client that is not retired or was shown on this call.
func (s *Service) shelf(ctx context.Context, by auth.Actor, id dialer.CallID) (v view, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if v.call, err = s.lockedCall(ctx, tx, by, id); err != nil {
			return err
		}
		if err = refuseConcluded(ctx, tx, v.call); err != nil {
			return err
		}
		if v.c, err = s.takeUp(ctx, tx, by, v.call); err != nil {
			return err
		}
		if v.shown, err = presentationsOf(ctx, tx, v.call.ID); err != nil {
			return err
		}
		offers, err := shelfOf(ctx, tx, v.call)
		if err != nil {
			return err
		}
		return s.weigh(ctx, tx, by, &v, offers)
	})
	return v, err
}

// An offer that was shown on the call stands there in the version that was shown, whatever became of it since.
const offersOfCall = `
SELECT o.id, o.client_id, o.code, o.retired_at, v.id AS version_id, v.version, v.name, v.kind, v.result, v.say, v.terms,
       v.value_minor, v.cost_minor, v.currency, v.purposes, v.rank, v.created_at, v.family, v.cooldown_days, v.redemptions_max,
       v.week_budget_minor, v.ttl_minutes, v.eligibility
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

// weighed is an offer with what decides about it for this customer, on this call, by this agent, now.
type weighed struct {
	Offer
	giving
	refused string // why it may not be made now
	hidden  bool   // it may never be made here: the desk does not show it
	later   bool   // it is refused only because another one comes first
	over    bool   // above what the agent may give without asking
	limitBP int
	rung    int
	law     policy.Policy
}

// weigh says of each offer whether it may be made now. Filters come first, then the choice of the next: those after it
// wait for its answer.
func (s *Service) weigh(ctx context.Context, tx *pg.Tx, by auth.Actor, v *view, offers []Offer) error {
	purpose := v.purpose
	if purpose == "" {
		var err error
		if purpose, err = s.people.PurposeTx(ctx, tx, v.call.Campaign); err != nil {
			return err
		}
	}
	base := offerable{purpose, v.c != nil, v.shown}
	var m measures
	var err error
	if v.c != nil {
		if m, err = s.measuresOf(ctx, tx, by, v.c); err != nil {
			return err
		}
	}
	v.weighed = make([]weighed, 0, len(offers))
	for _, o := range offers {
		w := weighed{Offer: o}
		if w.refused = base.refuse(o); w.refused != "" {
			w.hidden = !slices.Contains(o.Purposes, purpose) || o.RetiredAt != nil || o.Result != ResultSave && v.c != nil
		}
		if v.c != nil && o.Result == ResultSave {
			s.judge(m, &w, v.c)
		}
		v.weighed = append(v.weighed, w)
	}
	if v.c == nil {
		return nil
	}
	return s.inOrder(ctx, tx, m, v)
}

// inOrder lets the client's routing choose the next offer; where there is none, the offers stand in the script's order.
func (s *Service) inOrder(ctx context.Context, tx *pg.Tx, m measures, v *view) (err error) {
	if v.choice, err = s.next(ctx, tx, m, v.c, v.weighed); err != nil {
		return err
	}
	if v.choice == nil {
		ladder(v.weighed, v.c)
		return nil
	}
	v.weighed = v.choice.follow(v.weighed, v.c)
	return nil
}

// ladder refuses the offers that are not on the next rung.
func ladder(all []weighed, c *caseRow) {
	first := -1
	for i := range all {
		w := &all[i]
		if w.Result != ResultSave || w.refused != "" {
			continue
		}
		if open := c.Open(); open != nil && OfferID(open.ID) != w.ID {
			w.refused = "the offer before it has no answer yet"
			continue
		}
		switch {
		case first < 0 && !w.over:
			first = i
		case first >= 0 && all[first].Rank < w.Rank && c.last(w.ID) == nil:
			w.refused, w.later = "“"+all[first].Name+"” comes first", true
		}
	}
}

// last is the latest showing of an offer in this case, on any call.
func (c *caseRow) last(id OfferID) *flow.Shown { return c.Last(int64(id)) }
