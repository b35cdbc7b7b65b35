package retention

import (
	"context"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// The decisions on an offer.
const (
	Accepted = "accepted"
	Declined = "declined"
	Lapsed   = "expired" // the house's: nobody answered in time
)

// Presentation is the showing of one version of an offer on one call, and what the customer said to it.
type Presentation struct {
	ID          PresentationID `json:"id"`
	Call        dialer.CallID  `json:"callId" doc:"0: on the customer's own page"`
	Offer       OfferID        `json:"offerId"`
	Version     int            `json:"version"`
	Name        string         `json:"name"`
	Result      string         `json:"result" doc:"what a yes counts as"`
	Value       money.Amount   `json:"value"`
	PresentedAt time.Time      `json:"presentedAt"`
	ExpiresAt   *time.Time     `json:"expiresAt,omitempty"`
	Rung        int            `json:"rung,omitempty" doc:"of the ladder, 1 first; 0 for what is no save offer"`
	Decision    string         `json:"decision,omitempty" enum:"accepted,declined,expired"`
	Reason      string         `json:"reason,omitempty" doc:"why it was declined"`
	DecidedAt   *time.Time     `json:"decidedAt,omitempty"`
	offer       Offer          // kind, terms and family of the version
	depthBP     int
}

// PresentInput asks for an offer to be shown on a call.
type PresentInput struct {
	Call  dialer.CallID
	Offer OfferID
	// Override is why the agent makes another offer than the next one, in a few words.
	Override string
}

// Validate names every fault of the input.
func (in PresentInput) Validate() error {
	var f errs.Faults
	f.Check(len(in.Override) <= reasonCharsMax, "override", "use at most 200 characters")
	return f.Err()
}

// DecideInput is the customer's answer to an offer.
type DecideInput struct {
	Presentation PresentationID
	Decision     string         // Accepted or Declined
	Reason       string         // of a refusal, in a few words or a code
	Consent      *UpsellConsent // with a yes to an upsell: it is a sale of its own
}

// Validate names every fault of the input.
func (in DecideInput) Validate() error {
	var f errs.Faults
	checkOneOf(&f, "decision", in.Decision, []string{Accepted, Declined})
	f.Check(len(in.Reason) <= reasonCharsMax, "reason", "use at most 200 characters")
	if in.Consent != nil {
		in.Consent.check(&f)
	}
	return f.Err()
}

type presentationRow struct {
	ID          PresentationID `db:"id"`
	Call        dialer.CallID  `db:"call_id"`
	Offer       OfferID        `db:"offer_id"`
	VersionID   int64          `db:"offer_version_id"`
	Version     int            `db:"version"`
	Name        string         `db:"name"`
	Result      string         `db:"result"`
	ValueMinor  int64          `db:"value_minor"`
	Currency    string         `db:"currency"`
	PresentedAt time.Time      `db:"presented_at"`
	ExpiresAt   *time.Time     `db:"expires_at"`
	Rung        int            `db:"rung"`
	Kind        string         `db:"kind"`
	Family      string         `db:"family"`
	DepthBP     int            `db:"depth_bp"`
	CostMinor   int64          `db:"cost_minor"`
	Terms       Terms          `db:"terms"`
	Decision    *string        `db:"decision"`
	Reason      string         `db:"decline_reason"`
	DecidedAt   *time.Time     `db:"decided_at"`
}

func (r presentationRow) presentation() Presentation {
	p := Presentation{
		ID: r.ID, Call: r.Call, Offer: r.Offer, Version: r.Version, Name: r.Name, Result: r.Result,
		Value: money.Amount{Minor: r.ValueMinor, Currency: r.Currency}, PresentedAt: r.PresentedAt, Reason: r.Reason,
		ExpiresAt: r.ExpiresAt, Rung: r.Rung, DecidedAt: r.DecidedAt,
		offer:   Offer{ID: r.Offer, Kind: r.Kind, Terms: r.Terms, Limits: Limits{Family: r.Family}, Value: money.Amount{Currency: r.Currency}},
		depthBP: r.DepthBP,
	}
	if r.Decision != nil {
		p.Decision = *r.Decision
	}
	return p
}

const presentationsOfCall = `
SELECT p.id, p.call_id, v.offer_id, p.offer_version_id, v.version, v.name, v.result, v.value_minor, v.currency, p.presented_at,
       p.expires_at, p.rung, v.kind, v.family, p.depth_bp, p.cost_minor, v.terms, p.decision, p.decline_reason, p.decided_at
FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id
WHERE p.call_id = $1 ORDER BY p.id`

const callOfPresentation = `SELECT call_id FROM presentations WHERE client_id = ANY($1) AND id = $2 AND call_id IS NOT NULL`

const insertPresentation = `
INSERT INTO presentations (client_id, call_id, case_id, offer_version_id, agent_id, presented_at, rung, chosen_by, depth_bp, cost_minor,
       expires_at, policy, choice_id)
VALUES ($1, NULLIF($2, 0), NULLIF($3, 0), $4, NULLIF($5, 0), $6, $7, $8, $9, $10, $11, $12, NULLIF($13, 0)) RETURNING id`

// Both rows of a decision: the last word on the presentation, and the log of every word.
const decidePresentation = `
WITH said AS (
	INSERT INTO decisions (presentation_id, decision, reason, decided_by, decided_at) VALUES ($1, $2, $3, NULLIF($4, 0), $5)
)
UPDATE presentations SET decision = $2, decline_reason = CASE $2 WHEN 'declined' THEN $3 ELSE '' END, decided_at = $5
WHERE id = $1`

func presentationsOf(ctx context.Context, db pg.DB, call dialer.CallID) ([]Presentation, error) {
	var rows []presentationRow
	if err := db.SelectContext(ctx, &rows, presentationsOfCall, call); err != nil {
		return nil, errs.Wrap(err, "read presentations")
	}
	out := make([]Presentation, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.presentation())
	}
	return out, nil
}

// callOf is the call a presentation was made on.
func (s *Service) callOf(ctx context.Context, by auth.Actor, id PresentationID) (call dialer.CallID, err error) {
	if err = s.db.GetContext(ctx, &call, callOfPresentation, by.Scope(), id); pg.None(err) {
		return 0, errs.Newf(errs.NotFound, "there is no presentation %d here", id)
	}
	return call, errs.Wrap(err, "read presentation")
}

func ofOffer(shown []Presentation, id OfferID) *Presentation {
	for i := range shown {
		if shown[i].Offer == id {
			return &shown[i]
		}
	}
	return nil
}

func acceptedSave(shown []Presentation) *Presentation {
	for i := range shown {
		if shown[i].Decision == Accepted && shown[i].Result == ResultSave {
			return &shown[i]
		}
	}
	return nil
}
