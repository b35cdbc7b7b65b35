package retention

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/retention/flow"
	"saveline/retention/netsave"
)

// The dimensions that saves are counted by.
const (
	ByReason = "reason"
	ByOffer  = "offer"
	ByAgent  = "agent"
	ByPlan   = "plan"
	ByCohort = "cohort"
	ByClient = "client"
)

// SaveQuery chooses cases by when the customer asked, [From, To), and narrows them; zero values do not.
type SaveQuery struct {
	From, To time.Time
	Reason   string
	Agent    auth.UserID
	Plan     string
	Offer    OfferID
	By       string // a dimension
	Group    string // of cases behind a number: the key in that dimension
	HasGroup bool   // "" is a key too
}

// payCost is what is known of the pay that results have cost.
type payCost interface {
	// PayOfResults is by result what was posted for it less what was taken back, in minor units of its currency.
	PayOfResults(ctx context.Context, results []int64) (map[int64]int64, error)
}

// SetPayCost says where the pay of saves is read. Without it pay is no part of what a save costs.
func (s *Service) SetPayCost(p payCost) { s.payCost = p }

// The reason is the customer's own where their request gave one, so that what an agent hears moves no case to another
// group. Discounts cost what billing applied; where no billing is connected, what was agreed.
const savesForReport = `
SELECT c.id, c.client_id, r.requested_at, c.currency, c.mrr_minor, c.saveable, c.state, c.arm,
       EXISTS (SELECT FROM presentations p WHERE p.case_id = c.id) AS attempted,
       EXISTS (SELECT FROM case_events e WHERE e.case_id = c.id AND e.to_state = 'saved_provisional'
           AND e.from_state NOT IN ('saved_provisional','clock_paused')) AS saved,
       coalesce(NULLIF(r.reason_code, ''), c.reason_code) AS reason_code, coalesce(s.plan, '') AS plan, coalesce(c.owner_id, 0) AS agent_id,
       coalesce(x.result_id, 0) AS result_id, coalesce(x.cause = ANY($6), false) AS voided,
       coalesce((SELECT sum(coalesce(g.cost_actual_minor, g.cost_estimate_minor)) FROM grants g WHERE g.case_id = c.id AND g.presentation_id IS NOT NULL AND g.status = 'applied'),
           (SELECT sum(p.cost_minor) FROM presentations p WHERE p.case_id = c.id AND p.decision = 'accepted' AND p.rung > 0
               AND NOT EXISTS (SELECT FROM grants g WHERE g.presentation_id = p.id)), 0) AS discount_minor
FROM cancel_requests r
JOIN cases c ON c.request_id = r.id
LEFT JOIN subscriptions s ON s.id = c.subscription_id
LEFT JOIN LATERAL (
	SELECT t.id AS result_id, v.cause FROM outcomes o JOIN results t ON t.outcome_id = o.id AND t.kind = 'save'
	LEFT JOIN reversals v ON v.result_id = t.id WHERE o.case_id = c.id ORDER BY t.id DESC LIMIT 1
) x ON true
WHERE r.client_id = ANY($1) AND r.requested_at >= $2 AND r.requested_at < $3
  AND ($4 = '' OR coalesce(NULLIF(r.reason_code, ''), c.reason_code) = $4) AND ($5 = 0 OR c.owner_id = $5) AND ($7 = '' OR s.plan = $7)
  AND ($8 = 0 OR EXISTS (SELECT FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id WHERE p.case_id = c.id AND v.offer_id = $8))
ORDER BY c.id`

// A pass that was contradicted is none.
const verdictsForReport = `
SELECT v.case_id, v.stage, v.verdict = 'pass' AND NOT EXISTS (SELECT FROM verifications l WHERE l.contradicts = v.id) AS passed, v.mrr_after_minor
FROM verifications v WHERE v.case_id = ANY($1) AND v.contradicts IS NULL ORDER BY v.case_id, v.stage`

const offersForReport = `
SELECT p.case_id, v.offer_id, coalesce(p.decision, '') = 'accepted' AS accepted
FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id WHERE p.case_id = ANY($1) ORDER BY p.id`

// noSaves are the causes by which a save was none for the figures: pay that a review took back says nothing of the customer.
var noSaves = slices.DeleteFunc(slices.Clone(voids), func(cause string) bool { return cause == CauseFraud })

type saveRow struct {
	ID          int64      `db:"id"`
	Client      int64      `db:"client_id"`
	RequestedAt time.Time  `db:"requested_at"`
	Currency    string     `db:"currency"`
	MRR         int64      `db:"mrr_minor"`
	Saveable    bool       `db:"saveable"`
	State       flow.State `db:"state"`
	Arm         string     `db:"arm"`
	Attempted   bool       `db:"attempted"`
	Saved       bool       `db:"saved"`
	Reason      string     `db:"reason_code"`
	Plan        string     `db:"plan"`
	Agent       int64      `db:"agent_id"`
	Result      int64      `db:"result_id"`
	Voided      bool       `db:"voided"`
	Discount    int64      `db:"discount_minor"`
}

func (r saveRow) figured() netsave.Case {
	return netsave.Case{
		ID: r.ID, Client: r.Client, RequestedAt: r.RequestedAt, Currency: r.Currency, MRRBefore: r.MRR, Saveable: r.Saveable,
		Duplicate: r.State == flow.Duplicate, Holdout: r.Arm == "holdout", Attempted: r.Attempted, Saved: r.Saved,
		Voided: r.State == flow.Voided || r.Voided, Reason: r.Reason, Plan: r.Plan, Agent: r.Agent, DiscountCost: r.Discount,
	}
}

// SaveCases are the cases of a query as the figures see them. Fold them with package netsave.
func (s *Service) SaveCases(ctx context.Context, by auth.Actor, q SaveQuery) ([]netsave.Case, error) {
	var rows []saveRow
	err := s.db.SelectContext(ctx, &rows, savesForReport, by.Scope(), q.From, q.To, q.Reason, q.Agent, pq.Array(noSaves), q.Plan, q.Offer)
	if err != nil {
		return nil, errs.Wrap(err, "read cases")
	}
	out, at, ids := make([]netsave.Case, 0, len(rows)), make(map[int64]int, len(rows)), make([]int64, 0, len(rows))
	var results []int64
	for _, r := range rows {
		at[r.ID] = len(out)
		out, ids = append(out, r.figured()), append(ids, r.ID)
		if r.Result != 0 {
			results = append(results, r.Result)
		}
	}
	if err := s.addVerdicts(ctx, out, at, ids); err != nil {
		return nil, err
	}
	for i, r := range rows {
		endStages(&out[i], r.State)
	}
	if err := s.addOffers(ctx, out, at, ids); err != nil || s.payCost == nil || len(results) == 0 {
		return out, err
	}
	pay, err := s.payCost.PayOfResults(ctx, results)
	for i, r := range rows {
		out[i].PayCost = pay[r.Result]
	}
	return out, err
}

func (s *Service) addVerdicts(ctx context.Context, cases []netsave.Case, at map[int64]int, ids []int64) error {
	var verdicts []struct {
		Case     int64 `db:"case_id"`
		Stage    int   `db:"stage"`
		Passed   bool  `db:"passed"`
		MRRAfter int64 `db:"mrr_after_minor"`
	}
	if err := s.db.SelectContext(ctx, &verdicts, verdictsForReport, pq.Array(ids)); err != nil {
		return errs.Wrap(err, "read verifications")
	}
	for _, v := range verdicts {
		i := slices.Index(netsave.Stages[:], v.Stage)
		cases[at[v.Case]].Stage[i] = netsave.Verified{Passed: v.Passed, Failed: !v.Passed, MRRAfter: v.MRRAfter}
	}
	return nil
}

// endStages carries a failure on to the later stages: who is gone on day 30 is gone on day 90. A save that ended between
// two stages failed the later one.
func endStages(c *netsave.Case, state flow.State) {
	isOver := false
	for i := range c.Stage {
		v := &c.Stage[i]
		isOver = isOver || v.Failed || !v.Passed && (state == flow.Rechurned || state == flow.Voided)
		if isOver {
			*v = netsave.Verified{Failed: true}
		}
	}
}

func (s *Service) addOffers(ctx context.Context, cases []netsave.Case, at map[int64]int, ids []int64) error {
	var offers []struct {
		Case     int64 `db:"case_id"`
		Offer    int64 `db:"offer_id"`
		Accepted bool  `db:"accepted"`
	}
	if err := s.db.SelectContext(ctx, &offers, offersForReport, pq.Array(ids)); err != nil {
		return errs.Wrap(err, "read offers")
	}
	for _, o := range offers {
		c := &cases[at[o.Case]]
		c.Offers = append(c.Offers, netsave.Offer{ID: o.Offer, Accepted: o.Accepted})
	}
	return nil
}

// SaveReport is gross, net and incremental side by side, in all and by a dimension.
func (s *Service) SaveReport(ctx context.Context, by auth.Actor, q SaveQuery) (SaveReport, error) {
	now := s.now()
	out := SaveReport{From: q.From, To: q.To, At: now, By: q.By, HasPay: s.payCost != nil, Rows: []SaveRow{}}
	cases, err := s.SaveCases(ctx, by, q)
	if err != nil {
		return out, err
	}
	out.Total = figuresOf(netsave.Fold(cases, now))
	groups := netsave.FoldBy(cases, q.By, now)
	names, err := s.groupNames(ctx, q.By, slices.Collect(maps.Keys(groups)))
	if err != nil {
		return out, err
	}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		out.Rows = append(out.Rows, SaveRow{Key: key, Name: names[key], SaveFigures: figuresOf(groups[key])})
	}
	if q.By != ByCohort { // the months in their order, everything else by how much it is about
		slices.SortStableFunc(out.Rows, func(a, b SaveRow) int { return b.Requests - a.Requests })
	}
	return out, nil
}

const (
	agentNames  = `SELECT id, name FROM users WHERE id = ANY($1)`
	clientNames = `SELECT id, name FROM clients WHERE id = ANY($1)`
	offerNames  = `
SELECT DISTINCT ON (offer_id) offer_id AS id, name FROM offer_versions WHERE offer_id = ANY($1) ORDER BY offer_id, version DESC`
)

// groupNames are what people call the groups of a dimension whose keys are ids.
func (s *Service) groupNames(ctx context.Context, by string, keys []string) (map[string]string, error) {
	query := map[string]string{ByAgent: agentNames, ByClient: clientNames, ByOffer: offerNames}[by]
	if query == "" {
		return nil, nil
	}
	ids := make([]int64, 0, len(keys))
	for _, key := range keys {
		id, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return nil, errs.Wrap(err, "read the groups")
		}
		ids = append(ids, id)
	}
	var rows []struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	if err := s.db.SelectContext(ctx, &rows, query, pq.Array(ids)); err != nil {
		return nil, errs.Wrap(err, "read names")
	}
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[strconv.FormatInt(r.ID, 10)] = r.Name
	}
	return names, nil
}

const casesByID = `
SELECT c.id, c.state, coalesce(NULLIF(p.name, ''), k.external_id) AS customer, coalesce(NULLIF(r.reason_code, ''), c.reason_code) AS reason_code, r.requested_at,
       coalesce(u.name, '') AS agent, coalesce(s.plan, '') AS plan, c.mrr_minor, c.currency
FROM cases c
JOIN cancel_requests r ON r.id = c.request_id
JOIN customers k ON k.id = c.customer_id
JOIN people p ON p.id = k.person_id
LEFT JOIN users u ON u.id = c.owner_id
LEFT JOIN subscriptions s ON s.id = c.subscription_id
WHERE c.client_id = ANY($1) AND c.id = ANY($2) ORDER BY r.requested_at DESC, c.id DESC LIMIT $3 OFFSET $4`

// CountedCase is a case behind a number of a SaveReport.
type CountedCase struct {
	ID          CaseID       `json:"id" db:"id"`
	State       flow.State   `json:"state" db:"state"`
	Customer    string       `json:"customer" db:"customer"`
	Reason      string       `json:"reason" db:"reason_code"`
	RequestedAt time.Time    `json:"requestedAt" db:"requested_at"`
	Agent       string       `json:"agent,omitempty" db:"agent"`
	Plan        string       `json:"plan" db:"plan"`
	MRR         money.Amount `json:"mrr" db:"-"`
	MRRMinor    int64        `json:"-" db:"mrr_minor"`
	Currency    string       `json:"-" db:"currency"`
}

// CasesBehind lists the cases that a number of a SaveReport counts, the newest first.
func (s *Service) CasesBehind(ctx context.Context, by auth.Actor, q SaveQuery, number string, limit, offset int) ([]CountedCase, int, error) {
	cases, err := s.SaveCases(ctx, by, q)
	if err != nil {
		return nil, 0, err
	}
	if q.HasGroup {
		cases = netsave.GroupBy(cases, q.By)[q.Group]
	}
	now := s.now()
	var ids []int64
	for _, c := range cases {
		if c.In(number, now) {
			ids = append(ids, c.ID)
		}
	}
	rows := []CountedCase{}
	if err := s.db.SelectContext(ctx, &rows, casesByID, by.Scope(), pq.Array(ids), limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list cases")
	}
	for i := range rows {
		rows[i].MRR = money.Amount{Minor: rows[i].MRRMinor, Currency: rows[i].Currency}
	}
	return rows, len(ids), nil
}
