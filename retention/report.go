package retention

import (
	"context"
	"encoding/json"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// This file alone reads tables of lower slices (people, calls, campaigns) and of auth (users).

const readListener = `
SELECT p.name, p.email, p.region, p.postal_code, p.language, p.data, coalesce(s.plan, '') AS plan,
       coalesce(s.price_minor, 0) AS price_minor, coalesce(s.currency, '') AS currency
FROM people p
LEFT JOIN cases c ON c.lead_id = $2 AND c.closed_at IS NULL
LEFT JOIN subscriptions s ON s.id = c.subscription_id
WHERE p.id = $1`

// listenerOf is who the call's offers are said to.
func (s *Service) listenerOf(ctx context.Context, call dialer.Call) (to listener, err error) {
	err = s.db.GetContext(ctx, &to, readListener, call.Person, call.Lead)
	return to, errs.Wrap(err, "read the person on the call")
}

// Case is one customer's wish to cancel and what became of it.
type Case struct {
	ID           CaseID           `json:"id"`
	Client       auth.ClientID    `json:"clientId"`
	State        flow.State       `json:"state"`
	ExternalID   string           `json:"externalId" doc:"the client's id of the request that opened it"`
	Customer     CaseCustomer     `json:"customer"`
	Subscription CaseSubscription `json:"subscription"`
	Campaign     campaigns.ID     `json:"campaignId,omitempty"`
	Lead         campaigns.LeadID `json:"leadId,omitempty"`
	Owner        auth.UserID      `json:"ownerId,omitempty" doc:"the agent who spoke to them last"`
	OwnerName    string           `json:"owner,omitempty"`
	Saveable     bool             `json:"saveable"`
	MRR          money.Amount     `json:"mrr"`
	ReasonCode   string           `json:"reasonCode"`
	ReasonText   string           `json:"reasonText"`
	Source       string           `json:"source"`
	RequestedAt  time.Time        `json:"requestedAt"`
	DueAt        time.Time        `json:"dueAt" doc:"must be decided by then; undecided, the cancellation goes ahead"`
	Arm          string           `json:"arm" enum:"treated,holdout" doc:"holdout: chosen to be shown nothing, so that saves can be measured"`
	EffectiveAt  *time.Time       `json:"effectiveAt,omitempty" doc:"when the subscription ends, if they cancel"`
	ClosedAt     *time.Time       `json:"closedAt,omitempty"`
	CreatedAt    time.Time        `json:"createdAt"`
}

// CaseCustomer is who wants to cancel.
type CaseCustomer struct {
	ID         CustomerID         `json:"id"`
	Person     campaigns.PersonID `json:"personId"`
	ExternalID string             `json:"externalId"`
	Name       string             `json:"name"`
	ValueTier  string             `json:"valueTier"`
}

// CaseSubscription is what they want to end.
type CaseSubscription struct {
	ExternalID string       `json:"externalId"`
	Plan       string       `json:"plan"`
	Price      money.Amount `json:"price" doc:"a month"`
	Status     string       `json:"status"`
}

// CaseDetail is a case with its log, its offers and every request that belongs to it.
type CaseDetail struct {
	Case
	Events        []CaseEvent    `json:"events"`
	Presentations []Presentation `json:"presentations"`
	Requests      int            `json:"requests" doc:"how often they asked while it was open"`
}

// CaseEvent is one row of a case's log: a move, or a note that leaves the state alone.
type CaseEvent struct {
	At    time.Time       `json:"at" db:"at"`
	Actor string          `json:"actor" db:"actor"`
	Event string          `json:"event" db:"event"`
	From  string          `json:"from" db:"from_state"`
	To    string          `json:"to" db:"to_state"`
	Data  json.RawMessage `json:"data,omitempty" db:"data"`
}

type caseListRow struct {
	ID          CaseID             `db:"id"`
	Client      auth.ClientID      `db:"client_id"`
	State       flow.State         `db:"state"`
	ExternalID  string             `db:"request_external"`
	Customer    CustomerID         `db:"customer_id"`
	Person      campaigns.PersonID `db:"person_id"`
	CustomerExt string             `db:"customer_external"`
	Name        string             `db:"name"`
	ValueTier   string             `db:"value_tier"`
	SubExternal string             `db:"sub_external"`
	Plan        string             `db:"plan"`
	PriceMinor  int64              `db:"price_minor"`
	SubCurrency string             `db:"sub_currency"`
	Status      string             `db:"status"`
	Campaign    campaigns.ID       `db:"campaign_id"`
	Lead        campaigns.LeadID   `db:"lead_id"`
	Owner       auth.UserID        `db:"owner_id"`
	OwnerName   string             `db:"owner_name"`
	Saveable    bool               `db:"saveable"`
	MRRMinor    int64              `db:"mrr_minor"`
	Currency    string             `db:"currency"`
	ReasonCode  string             `db:"reason_code"`
	ReasonText  string             `db:"reason_text"`
	Source      string             `db:"source"`
	RequestedAt time.Time          `db:"requested_at"`
	DueAt       time.Time          `db:"due_at"`
	Arm         string             `db:"arm"`
	EffectiveAt *time.Time         `db:"effective_at"`
	ClosedAt    *time.Time         `db:"closed_at"`
	CreatedAt   time.Time          `db:"created_at"`
	Total       int                `db:"total"`
}

func (r caseListRow) full() Case {
	return Case{
		ID: r.ID, Client: r.Client, State: r.State, ExternalID: r.ExternalID,
		Customer: CaseCustomer{ID: r.Customer, Person: r.Person, ExternalID: r.CustomerExt, Name: r.Name, ValueTier: r.ValueTier},
		Subscription: CaseSubscription{
			ExternalID: r.SubExternal, Plan: r.Plan, Price: money.Amount{Minor: r.PriceMinor, Currency: r.SubCurrency}, Status: r.Status,
		},
		Campaign: r.Campaign, Lead: r.Lead, Owner: r.Owner, OwnerName: r.OwnerName, Saveable: r.Saveable,
		MRR: money.Amount{Minor: r.MRRMinor, Currency: r.Currency}, ReasonCode: r.ReasonCode, ReasonText: r.ReasonText,
		Source: r.Source, RequestedAt: r.RequestedAt, DueAt: r.DueAt, Arm: r.Arm, EffectiveAt: r.EffectiveAt, ClosedAt: r.ClosedAt, CreatedAt: r.CreatedAt,
	}
}

// $2: a state, "open" for every case that is not closed, or "" for all; $3: one case, or 0 for all; $6: the column to
// sort by, with - descending, amounts within their currency; $7: a reason, $8: an arm, $9: a part of the customer's name
// or id, each "" for all.
const listCases = `
SELECT c.id, c.client_id, c.state, r.external_id AS request_external, c.customer_id, cu.person_id, cu.external_id AS customer_external,
       p.name, cu.value_tier, coalesce(s.external_id, '') AS sub_external, coalesce(s.plan, '') AS plan,
       coalesce(s.price_minor, 0) AS price_minor, coalesce(s.currency, c.currency) AS sub_currency, coalesce(s.status, '') AS status,
       coalesce(c.campaign_id, 0) AS campaign_id, coalesce(c.lead_id, 0) AS lead_id, coalesce(c.owner_id, 0) AS owner_id,
       coalesce(u.name, '') AS owner_name, c.saveable, c.mrr_minor, c.currency, coalesce(NULLIF(c.reason_code, ''), r.reason_code) AS reason_code,
       coalesce(NULLIF(c.reason_text, ''), r.reason_text) AS reason_text, r.source, c.arm, c.effective_at,
       r.requested_at, c.due_at, c.closed_at, c.created_at, count(*) OVER () AS total
FROM cases c
JOIN cancel_requests r ON r.id = c.request_id
JOIN customers cu ON cu.id = c.customer_id
JOIN people p ON p.id = cu.person_id
LEFT JOIN subscriptions s ON s.id = c.subscription_id
LEFT JOIN users u ON u.id = c.owner_id
WHERE c.client_id = ANY($1) AND ($2 = '' OR c.state = $2 OR $2 = 'open' AND c.closed_at IS NULL) AND ($3 = 0 OR c.id = $3)
  AND ($7 = '' OR coalesce(NULLIF(c.reason_code, ''), r.reason_code) = $7) AND ($8 = '' OR c.arm = $8)
  AND ($9 = '' OR p.name ILIKE '%' || $9 || '%' OR cu.external_id ILIKE $9 || '%')
ORDER BY CASE $6 WHEN 'customer' THEN p.name WHEN 'state' THEN c.state WHEN 'reason' THEN r.reason_code WHEN 'mrr' THEN c.currency END,
         CASE $6 WHEN '-customer' THEN p.name WHEN '-state' THEN c.state WHEN '-reason' THEN r.reason_code WHEN '-mrr' THEN c.currency END DESC,
         CASE WHEN $6 = 'mrr' THEN c.mrr_minor END, CASE WHEN $6 = '-mrr' THEN c.mrr_minor END DESC,
         CASE WHEN $6 = 'due' THEN c.due_at END, CASE WHEN $6 = '-due' THEN c.due_at END DESC,
         c.closed_at IS NOT NULL, c.due_at, c.id
LIMIT $4 OFFSET $5`

const eventsOfCase = `SELECT at, actor, event, from_state, to_state, data FROM case_events WHERE case_id = $1 ORDER BY id`

const presentationsOfCase = `
SELECT p.id, coalesce(p.call_id, 0) AS call_id, v.offer_id, p.offer_version_id, v.version, v.name, v.result, v.value_minor, v.currency, p.presented_at,
       p.expires_at, p.rung, v.kind, v.family, p.depth_bp, p.cost_minor, v.terms, p.decision, p.decline_reason, p.decided_at
FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id
WHERE p.case_id = $1 ORDER BY p.id`

const countRequests = `SELECT count(*) FROM cancel_requests WHERE case_id = $1`

// CaseQuery narrows and orders a list of cases.
type CaseQuery struct {
	State  string // a state, "open" for all that are not closed, "" for all
	Reason string // code
	Arm    string // treated or holdout
	Query  string // part of the customer's name, or the beginning of their id
	Sort   string // customer, state, reason, mrr or due, with - descending; "" is the most urgent open one first
	Limit  int
	Offset int
}

// Cases lists cases a page at a time, and how many there are.
func (s *Service) Cases(ctx context.Context, by auth.Actor, q CaseQuery) ([]Case, int, error) {
	var rows []caseListRow
	err := s.db.SelectContext(ctx, &rows, listCases, by.Scope(), q.State, 0, q.Limit, q.Offset, q.Sort, q.Reason, q.Arm, q.Query)
	if err != nil {
		return nil, 0, errs.Wrap(err, "list cases")
	}
	out, total := make([]Case, 0, len(rows)), 0
	for _, r := range rows {
		out, total = append(out, r.full()), r.Total
	}
	return out, total, nil
}

// CaseFor reads a case with its log and its offers.
//
// Codes: not_found.
func (s *Service) CaseFor(ctx context.Context, by auth.Actor, id CaseID) (CaseDetail, error) {
	var r caseListRow
	if err := s.db.GetContext(ctx, &r, listCases, by.Scope(), "", id, 1, 0, "", "", "", ""); pg.None(err) {
		return CaseDetail{}, errs.Newf(errs.NotFound, "there is no case %d here", id)
	} else if err != nil {
		return CaseDetail{}, errs.Wrap(err, "read case")
	}
	out := CaseDetail{Case: r.full(), Events: []CaseEvent{}, Presentations: []Presentation{}}
	if err := s.db.SelectContext(ctx, &out.Events, eventsOfCase, id); err != nil {
		return CaseDetail{}, errs.Wrap(err, "read the case's log")
	}
	var shown []presentationRow
	if err := s.db.SelectContext(ctx, &shown, presentationsOfCase, id); err != nil {
		return CaseDetail{}, errs.Wrap(err, "read the case's offers")
	}
	for _, p := range shown {
		out.Presentations = append(out.Presentations, p.presentation())
	}
	err := s.db.GetContext(ctx, &out.Requests, countRequests, id)
	return out, errs.Wrap(err, "count the case's requests")
}

// ListedOutcome is an outcome as a supervisor reads it.
type ListedOutcome struct {
	ID          OutcomeID        `json:"id" db:"id"`
	Call        dialer.CallID    `json:"callId" db:"call_id"`
	Campaign    campaigns.ID     `json:"campaignId" db:"campaign_id"`
	Lead        campaigns.LeadID `json:"leadId" db:"lead_id"`
	Case        CaseID           `json:"caseId,omitempty" db:"case_id"`
	Agent       auth.UserID      `json:"agentId,omitempty" db:"agent_id"`
	AgentName   string           `json:"agent" db:"agent"`
	Name        string           `json:"name" db:"name" doc:"who was called"`
	Number      string           `json:"number" db:"number"`
	Code        string           `json:"code" db:"code"`
	Reason      string           `json:"reason,omitempty" db:"reason"`
	Note        string           `json:"note,omitempty" db:"note"`
	EffectiveAt time.Time        `json:"effectiveAt" db:"effective_at"`
	ReviewedAt  *time.Time       `json:"reviewedAt,omitempty" db:"reviewed_at"`
	Reviewer    string           `json:"reviewedBy,omitempty" db:"reviewer"`
	Corrected   string           `json:"corrected,omitempty" db:"corrected"`
	Total       int              `json:"-" db:"total"`
}

// $2: a code or "" for all; $3: "true" or "false" for reviewed or not, "" for both.
const listOutcomes = `
SELECT o.id, o.call_id, k.campaign_id, k.lead_id, coalesce(o.case_id, 0) AS case_id, coalesce(o.agent_id, 0) AS agent_id,
       coalesce(a.name, '') AS agent, p.name, k.number, o.code, o.reason, o.note, o.effective_at, o.reviewed_at,
       coalesce(v.name, '') AS reviewer, coalesce(x.code, '') AS corrected, count(*) OVER () AS total
FROM outcomes o
JOIN calls k ON k.id = o.call_id
JOIN people p ON p.id = k.person_id
LEFT JOIN users a ON a.id = o.agent_id
LEFT JOIN users v ON v.id = o.reviewed_by
LEFT JOIN corrections x ON x.outcome_id = o.id
WHERE o.client_id = ANY($1) AND ($2 = '' OR o.code = $2) AND ($3 = '' OR (o.reviewed_at IS NOT NULL) = ($3 = 'true'))
ORDER BY o.id DESC
LIMIT $4 OFFSET $5`

// OutcomeFilter chooses outcomes: a code or "" for all; reviewed "true", "false" or "" for both.
type OutcomeFilter struct {
	Code     string
	Reviewed string
}

// Outcomes lists outcomes, the newest first. Code no_disposition with reviewed false is the supervisor's queue.
func (s *Service) Outcomes(ctx context.Context, by auth.Actor, f OutcomeFilter, limit, offset int) ([]ListedOutcome, int, error) {
	rows := []ListedOutcome{}
	if err := s.db.SelectContext(ctx, &rows, listOutcomes, by.Scope(), f.Code, f.Reviewed, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list outcomes")
	}
	if len(rows) == 0 {
		return rows, 0, nil
	}
	return rows, rows[0].Total, nil
}

// ReportFilter is a stretch of time, [From, To), and a campaign or 0 for all.
type ReportFilter struct {
	Campaign campaigns.ID
	From, To time.Time
}

// OutcomeReport counts what was achieved. Saves are gross: what the customer said on the call, reversals not taken off.
type OutcomeReport struct {
	From     time.Time      `json:"from"`
	To       time.Time      `json:"to" doc:"exclusive"`
	Contacts int            `json:"contacts" doc:"calls that reached an agent"`
	Outcomes map[string]int `json:"outcomes" doc:"by code"`
	Results  map[string]int `json:"results" doc:"by kind"`
	Saves    int            `json:"saves"`
	Sales    int            `json:"sales"`
	Reversed int            `json:"reversed" doc:"results of this time that did not last"`
	ByAgent  []AgentReport  `json:"byAgent"`
}

// AgentReport is one agent's part of an OutcomeReport.
type AgentReport struct {
	Agent    auth.UserID `json:"agentId" db:"agent_id"`
	Name     string      `json:"name" db:"name"`
	Contacts int         `json:"contacts" db:"contacts"`
	Outcomes int         `json:"outcomes" db:"outcomes"`
	Saves    int         `json:"saves" db:"saves"`
	Sales    int         `json:"sales" db:"sales"`
	Upsells  int         `json:"upsells" db:"upsells"`
	Reversed int         `json:"reversed" db:"reversed"`
}

const countOutcomes = `
SELECT o.code AS what, count(*) AS n FROM outcomes o JOIN calls k ON k.id = o.call_id
WHERE o.client_id = ANY($1) AND ($2 = 0 OR k.campaign_id = $2) AND o.effective_at >= $3 AND o.effective_at < $4
GROUP BY o.code`

const countResults = `
SELECT r.kind AS what, count(*) AS n FROM results r JOIN outcomes o ON o.id = r.outcome_id JOIN calls k ON k.id = o.call_id
WHERE o.client_id = ANY($1) AND ($2 = 0 OR k.campaign_id = $2) AND o.effective_at >= $3 AND o.effective_at < $4
GROUP BY r.kind`

// A contact belongs to the instant it was connected, an outcome and its results to the instant it was concluded.
const countByAgent = `
WITH contact AS (
	SELECT agent_id, count(*) AS contacts FROM calls
	WHERE client_id = ANY($1) AND ($2 = 0 OR campaign_id = $2) AND connected_at >= $3 AND connected_at < $4 GROUP BY agent_id
), outcome AS (
	SELECT o.agent_id, count(DISTINCT o.id) AS outcomes,
	       count(r.id) FILTER (WHERE r.kind = 'save') AS saves, count(r.id) FILTER (WHERE r.kind = 'sale') AS sales,
	       count(r.id) FILTER (WHERE r.kind = 'upsell') AS upsells, count(v.id) AS reversed
	FROM outcomes o
	JOIN calls k ON k.id = o.call_id
	LEFT JOIN results r ON r.outcome_id = o.id
	LEFT JOIN reversals v ON v.result_id = r.id
	WHERE o.client_id = ANY($1) AND ($2 = 0 OR k.campaign_id = $2) AND o.effective_at >= $3 AND o.effective_at < $4
	GROUP BY o.agent_id
)
SELECT coalesce(agent_id, 0) AS agent_id, coalesce(u.name, '') AS name, coalesce(c.contacts, 0) AS contacts,
       coalesce(o.outcomes, 0) AS outcomes, coalesce(o.saves, 0) AS saves, coalesce(o.sales, 0) AS sales,
       coalesce(o.upsells, 0) AS upsells, coalesce(o.reversed, 0) AS reversed
FROM contact c FULL JOIN outcome o USING (agent_id) LEFT JOIN users u ON u.id = agent_id
ORDER BY name, agent_id`

// Report counts contacts, outcomes and results of a stretch of time, in all and by agent.
func (s *Service) Report(ctx context.Context, by auth.Actor, f ReportFilter) (OutcomeReport, error) {
	out := OutcomeReport{From: f.From, To: f.To, ByAgent: []AgentReport{}}
	args := []any{by.Scope(), f.Campaign, f.From, f.To}
	var err error
	if out.Outcomes, err = s.counts(ctx, countOutcomes, args); err != nil {
		return out, err
	}
	if out.Results, err = s.counts(ctx, countResults, args); err != nil {
		return out, err
	}
	if err := s.db.SelectContext(ctx, &out.ByAgent, countByAgent, args...); err != nil {
		return out, errs.Wrap(err, "count by agent")
	}
	for _, a := range out.ByAgent {
		out.Contacts, out.Reversed = out.Contacts+a.Contacts, out.Reversed+a.Reversed
	}
	out.Saves, out.Sales = out.Results[ResultSave], out.Results[ResultSale]
	return out, nil
}

func (s *Service) counts(ctx context.Context, query string, args []any) (map[string]int, error) {
	var rows []struct {
		What string `db:"what"`
		N    int    `db:"n"`
	}
	if err := s.db.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, errs.Wrap(err, "count")
	}
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.What] = r.N
	}
	return out, nil
}
