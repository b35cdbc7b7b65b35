package retention

import (
	"context"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
)

// Like report.go, this file reads tables of lower slices: for the save desk and for those who supervise it.

// The offers counted are all that the customer was ever made; a save offer has a rung.
const readPlace = `
SELECT pe.region, pe.language, coalesce(s.plan, '') AS plan, coalesce(s.status, '') AS status, s.started_on,
       coalesce(s.past_due, false) AS past_due, coalesce(s.discounts, '[]') AS discounts,
       (SELECT min(x.started_on) FROM subscriptions x WHERE x.customer_id = c.customer_id) AS first_on,
       h.presented, h.accepted, h.declined, h.declined_at, h.presented_at
FROM cases c
JOIN customers cu ON cu.id = c.customer_id
JOIN people pe ON pe.id = cu.person_id
LEFT JOIN subscriptions s ON s.id = c.subscription_id
CROSS JOIN LATERAL (
	SELECT count(*) AS presented, count(*) FILTER (WHERE p.decision = 'accepted') AS accepted,
	       count(*) FILTER (WHERE p.decision = 'declined') AS declined, max(p.decided_at) FILTER (WHERE p.decision = 'declined') AS declined_at,
	       max(p.presented_at) FILTER (WHERE p.case_id <> c.id) AS presented_at
	FROM presentations p JOIN cases k ON k.id = p.case_id WHERE k.customer_id = c.customer_id AND p.rung > 0
) h
WHERE c.id = $1`

// The call of a link is the one on which the offer was made.
const selectLink = `
SELECT l.id, l.client_id, l.case_id, coalesce(p.call_id, 0) AS call_id, l.purpose, l.expires_at, coalesce(l.answer, '') AS answer,
       cl.name AS company, coalesce(v.name, '') AS offer, c.state, pe.language, coalesce(l.presentation_id, 0) AS presentation_id
FROM confirm_links l
JOIN cases c ON c.id = l.case_id
JOIN clients cl ON cl.id = l.client_id
JOIN customers cu ON cu.id = c.customer_id
JOIN people pe ON pe.id = cu.person_id
LEFT JOIN presentations p ON p.id = l.presentation_id
LEFT JOIN offer_versions v ON v.id = p.offer_version_id
WHERE l.id = $1 AND l.purpose = $2`

// Every subscription of a client, as conditions ask about it.
const previewSubscriptions = `
SELECT pe.region, pe.language, s.plan, s.status, s.started_on, s.past_due, s.discounts, min(s.started_on) OVER (PARTITION BY s.customer_id) AS first_on,
       0::bigint AS presented, 0::bigint AS accepted, 0::bigint AS declined, NULL::timestamptz AS declined_at, NULL::timestamptz AS presented_at,
       s.price_minor AS mrr_minor, s.currency, cu.value_tier
FROM subscriptions s JOIN customers cu ON cu.id = s.customer_id JOIN people pe ON pe.id = cu.person_id
WHERE s.client_id = $1 ORDER BY s.id LIMIT $2`

// The client's last cases that could be saved, as the rules of a routing table ask about them.
const previewCases = `
SELECT pe.region, pe.language, coalesce(s.plan, '') AS plan, coalesce(s.status, '') AS status, s.started_on,
       coalesce(s.past_due, false) AS past_due, coalesce(s.discounts, '[]') AS discounts, s.started_on AS first_on,
       0::bigint AS presented, 0::bigint AS accepted, 0::bigint AS declined, NULL::timestamptz AS declined_at, NULL::timestamptz AS presented_at,
       c.mrr_minor, c.currency, cu.value_tier, coalesce(NULLIF(c.reason_code, ''), r.reason_code) AS reason_code
FROM cases c
JOIN cancel_requests r ON r.id = c.request_id
JOIN customers cu ON cu.id = c.customer_id
JOIN people pe ON pe.id = cu.person_id
LEFT JOIN subscriptions s ON s.id = c.subscription_id
WHERE c.client_id = $1 AND c.saveable AND c.state <> 'duplicate' ORDER BY c.id DESC LIMIT $2`

// The place of a subscription's customer, before there is a case.
const placeOfSubscription = `
SELECT pe.region, pe.language, s.plan, s.status, s.past_due, s.discounts, s.started_on, s.started_on AS first_on, 0::bigint AS presented, 0::bigint AS accepted,
       0::bigint AS declined, NULL::timestamptz AS presented_at,
       (SELECT max(p.decided_at) FROM presentations p JOIN cases k ON k.id = p.case_id
        WHERE k.customer_id = s.customer_id AND p.rung > 0 AND p.decision = 'declined') AS declined_at
FROM subscriptions s JOIN customers cu ON cu.id = s.customer_id JOIN people pe ON pe.id = cu.person_id WHERE s.id = $1`

// $2: one approval, or 0 for all that wait.
const listApprovals = `
SELECT a.id, a.client_id, a.case_id, a.call_id, a.requested_by, u.name AS agent, v.offer_id, v.name AS offer, v.kind, v.terms,
       v.cost_minor, v.currency AS offer_currency, a.why, pe.name AS customer, cu.value_tier, coalesce(s.plan, '') AS plan, c.mrr_minor, c.currency,
       coalesce(NULLIF(c.reason_code, ''), r.reason_code) AS reason_code, a.requested_at, a.expires_at, coalesce(a.decision, '') AS decision,
       coalesce(d.name, '') AS decided_by,
       (SELECT count(*) FROM presentations p WHERE p.case_id = c.id AND p.rung > 0) AS offers_before,
       (SELECT count(*) FROM cases k WHERE k.customer_id = c.customer_id AND k.id <> c.id AND k.confirmation_id IS NOT NULL) AS saves_before
FROM approvals a
JOIN cases c ON c.id = a.case_id
JOIN cancel_requests r ON r.id = c.request_id
JOIN customers cu ON cu.id = c.customer_id
JOIN people pe ON pe.id = cu.person_id
LEFT JOIN subscriptions s ON s.id = c.subscription_id
JOIN offer_versions v ON v.id = a.offer_version_id
JOIN users u ON u.id = a.requested_by
LEFT JOIN users d ON d.id = a.decided_by
WHERE a.client_id = ANY($1) AND ($2 = 0 AND a.decision IS NULL AND a.expires_at > $3 OR a.id = $2)
ORDER BY a.id LIMIT 200`

type approvalRow struct {
	ID            ApprovalID    `db:"id"`
	Client        auth.ClientID `db:"client_id"`
	Case          CaseID        `db:"case_id"`
	Call          dialer.CallID `db:"call_id"`
	Agent         auth.UserID   `db:"requested_by"`
	AgentName     string        `db:"agent"`
	Offer         OfferID       `db:"offer_id"`
	OfferName     string        `db:"offer"`
	Kind          string        `db:"kind"`
	Terms         Terms         `db:"terms"`
	CostMinor     int64         `db:"cost_minor"`
	OfferCurrency string        `db:"offer_currency"`
	Why           string        `db:"why"`
	Customer      string        `db:"customer"`
	Tier          string        `db:"value_tier"`
	Plan          string        `db:"plan"`
	MRRMinor      int64         `db:"mrr_minor"`
	Currency      string        `db:"currency"`
	Reason        string        `db:"reason_code"`
	RequestedAt   time.Time     `db:"requested_at"`
	ExpiresAt     time.Time     `db:"expires_at"`
	Decision      string        `db:"decision"`
	DecidedBy     string        `db:"decided_by"`
	OffersBefore  int           `db:"offers_before"`
	SavesBefore   int           `db:"saves_before"`
}

func (r approvalRow) approval() Approval {
	o := Offer{
		Kind: r.Kind, Terms: r.Terms, Cost: money.Amount{Minor: r.CostMinor, Currency: r.OfferCurrency},
		Value: money.Amount{Currency: r.OfferCurrency},
	}
	g := o.gives(r.MRRMinor)
	return Approval{
		ID: r.ID, Client: r.Client, Case: r.Case, Call: r.Call, Agent: r.Agent, AgentName: r.AgentName, Offer: r.Offer, OfferName: r.OfferName,
		DepthPercent: g.DepthBP / centBP, Cost: money.Amount{Minor: g.CostMinor, Currency: r.OfferCurrency}, Why: r.Why, Customer: r.Customer,
		Tier: r.Tier, Plan: r.Plan, MRR: money.Amount{Minor: r.MRRMinor, Currency: r.Currency}, Reason: r.Reason, OffersBefore: r.OffersBefore,
		SavesBefore: r.SavesBefore, RequestedAt: r.RequestedAt, ExpiresAt: r.ExpiresAt, Decision: r.Decision, DecidedByName: r.DecidedBy,
	}
}

func (s *Service) approvals(ctx context.Context, by auth.Actor, id ApprovalID) ([]Approval, error) {
	var rows []approvalRow
	if err := s.db.SelectContext(ctx, &rows, listApprovals, by.Scope(), id, s.now()); err != nil {
		return nil, errs.Wrap(err, "list approvals")
	}
	out := make([]Approval, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.approval())
	}
	return out, nil
}
