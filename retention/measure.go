package retention

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/eligibility"
	"saveline/retention/flow"
	"saveline/retention/policy"
)

const weekDays = 7 // of a budget

// measures is what the limits on offers are reckoned from, read once for a customer.
type measures struct {
	now      time.Time
	agent    auth.UserID // whom the offers are weighed for; 0: the customer on their own page
	settings Settings
	given    []flow.Given
	week     map[OfferID]int64 // cost given by each offer to all customers in the last seven days
	mine     int64             // cost given by this agent in the last seven days
	limit    *Authority        // nil: nobody set one
	law      policy.Policy     // where the customer lives, now
	may      policy.Verdict    // whether any offer may be made now
	about    eligibility.Subject
	hopeless bool // the reason leaves nothing to save
}

// What a customer was granted: every save that they agreed to on record, in any of their cases.
const givenTo = `
SELECT v.offer_id, v.family, p.cost_minor, k.confirmed_at
FROM presentations p
JOIN offer_versions v ON v.id = p.offer_version_id
JOIN cases c ON c.id = p.case_id
JOIN confirmations k ON k.id = c.confirmation_id
WHERE c.customer_id = $1 AND p.decision = 'accepted' AND v.result = 'save' AND c.state <> 'voided'
ORDER BY k.confirmed_at`

const givenThisWeek = `
SELECT v.offer_id, coalesce(sum(p.cost_minor), 0)::bigint AS cost, coalesce(sum(p.cost_minor) FILTER (WHERE p.agent_id = $3), 0)::bigint AS mine
FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id
WHERE p.client_id = $1 AND p.decided_at >= $2 AND p.decision = 'accepted' AND v.result = 'save'
GROUP BY v.offer_id`

func (s *Service) measuresOf(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow) (m measures, err error) {
	m.now, m.agent = s.now(), by.User
	if m.settings, err = saveSettingsOf(ctx, tx, c.Client); err != nil {
		return m, err
	}
	if m.given, err = givenBefore(ctx, tx, c.Customer); err != nil {
		return m, err
	}
	var week []struct {
		Offer OfferID `db:"offer_id"`
		Cost  int64   `db:"cost"`
		Mine  int64   `db:"mine"`
	}
	if err := tx.SelectContext(ctx, &week, givenThisWeek, c.Client, m.now.AddDate(0, 0, -weekDays), by.User); err != nil {
		return m, errs.Wrap(err, "read this week's budget")
	}
	m.week = map[OfferID]int64{}
	for _, w := range week {
		m.week[w.Offer] = w.Cost
		m.mine += w.Mine
	}
	if m.limit, err = limitOf(ctx, tx, c.Client, by, c.Tier); err != nil {
		return m, err
	}
	reasons, err := reasonsOf(ctx, tx, c.Client)
	if err != nil {
		return m, err
	}
	m.hopeless = hopeless(reasons, c.Reason)
	p, err := placeOf(ctx, tx, c.ID)
	m.law = policy.Decide(m.now, p.jurisdictions()...)
	m.may = m.law.May(c.progress(p, m.now))
	m.about = c.subject(p, m)
	return m, err
}

func givenBefore(ctx context.Context, tx *pg.Tx, customer CustomerID) ([]flow.Given, error) {
	var rows []struct {
		Offer  int64     `db:"offer_id"`
		Family string    `db:"family"`
		Cost   int64     `db:"cost_minor"`
		At     time.Time `db:"confirmed_at"`
	}
	if err := tx.SelectContext(ctx, &rows, givenTo, customer); err != nil {
		return nil, errs.Wrap(err, "read what the customer was given")
	}
	out := make([]flow.Given, 0, len(rows))
	for _, r := range rows {
		out = append(out, flow.Given{Offer: r.Offer, Family: r.Family, CostMinor: r.Cost, At: r.At})
	}
	return out, nil
}

// judge weighs a save offer for the customer of a case. What was made on this call already is not judged again.
func (s *Service) judge(m measures, w *weighed, c *caseRow) {
	w.giving = w.gives(c.MRRMinor)
	w.rung, w.law = c.Rung(int64(w.ID)), m.law
	if w.refused != "" {
		return
	}
	if w.refused = s.fits(w.Offer, m.about); w.refused != "" {
		w.hidden = true
		return
	}
	if w.refused = m.refuse(w.Offer, w.giving, c); w.refused == "" {
		w.refused, w.hidden = lawful(m.may)
	}
	if m.limit != nil {
		w.limitBP = m.limit.PercentMax * centBP
		w.over = w.refused == "" && m.limit.exceeds(w.giving, m.mine) && !c.approvedBefore(w.Offer)
	}
	if w.over && c.SaidCancel { // nobody waits for a supervisor after a cancellation
		w.refused, w.over = "this offer is above what may be given without asking", false
	}
}

// refuse says why this offer may not be made to the customer of the case, "" if it may.
func (m measures) refuse(o Offer, g giving, c *caseRow) string {
	before := c.last(o.ID)
	switch {
	case !c.offering():
		return "this case is settled (" + words(c.State) + ")"
	case m.hopeless:
		return "this reason leaves nothing to save: let the cancellation go ahead"
	case c.Held || c.SaidCancel && !c.Invited():
		return "no offer may be made in this case"
	case before != nil && before.Decision == Declined:
		return "they declined this offer before"
	case before == nil && c.Rungs() >= m.law.MaxOffers:
		return "no further offer may be made here"
	case c.declinedApproval(o):
		return "a supervisor did not approve this offer"
	}
	return m.guardrails(o, g.CostMinor, m.about)
}

// approvedBefore reports whether a supervisor said yes to this version of the offer in this case.
func (c *caseRow) approvedBefore(o Offer) bool {
	for _, a := range c.Approvals {
		if a.Approved && a.Offer.ID == int64(o.ID) && a.Offer.Version == o.Version {
			return true
		}
	}
	return false
}

func (c *caseRow) declinedApproval(o Offer) bool {
	for _, a := range c.Approvals {
		if a.Decided && !a.Approved && a.Offer.ID == int64(o.ID) {
			return true
		}
	}
	return false
}

// flowOffer is the offer as the case's log keeps it.
func (w weighed) flowOffer(p PresentationID) *flow.Offer {
	return &flow.Offer{
		Presentation: int64(p), ID: int64(w.ID), Version: w.Version, Family: w.Family, DepthBP: w.DepthBP, LimitBP: w.limitBP, Over: w.over,
		Rung: w.rung, RungsMax: w.law.MaxOffers, Billing: kinds[w.Kind].billing,
	}
}

// ttl is until when an offer that is made now holds.
func (m measures) ttl(o Offer) time.Time {
	minutes := o.TTLMinutes
	if minutes == 0 {
		minutes = m.settings.OfferMinutes
	}
	return microInstant(m.now.Add(time.Duration(minutes) * time.Minute))
}
