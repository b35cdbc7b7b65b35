package retention

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/gaming"
)

// What the detectors are fed with, for one client ($1) since $2. Times of the month are in the client's zone.

const gamingTalks = `
SELECT k.id AS call, o.case_id AS "case", o.agent_id AS agent, o.effective_at AS at, o.code, k.hangup_by AS hungupby,
       coalesce(extract(epoch FROM k.ended_at - k.connected_at), 0)::int AS seconds,
       first.id IS NOT NULL AS shown, coalesce(first.depth_bp, 0) AS firstdepthbp,
       extract(day FROM date_trunc('month', day.local) + interval '1 month' - interval '1 day')::int - extract(day FROM day.local)::int AS monthdaysleft
FROM outcomes o
JOIN calls k ON k.id = o.call_id
JOIN clients c ON c.id = o.client_id
CROSS JOIN LATERAL (SELECT o.effective_at AT TIME ZONE c.zone AS local) day
LEFT JOIN LATERAL ( -- the case's very first save offer, if it was made on this call
    SELECT p.id, p.depth_bp FROM presentations p
    WHERE p.case_id = o.case_id AND p.rung > 0 AND p.call_id = k.id
      AND NOT EXISTS (SELECT FROM presentations q WHERE q.case_id = p.case_id AND q.rung > 0 AND q.id < p.id)
) first ON true
WHERE o.client_id = $1 AND o.effective_at >= $2 AND o.case_id IS NOT NULL AND o.agent_id IS NOT NULL`

// Who an identity was when it cancelled: the person, every number and e-mail address. A sale in a win-back campaign is
// what that campaign is for. Discounts of a save weigh against what an upsell on the same person brought.
const gamingResults = `
WITH gone AS MATERIALIZED (
    SELECT cu.person_id, c.closed_at, p.email FROM cases c JOIN customers cu ON cu.id = c.customer_id JOIN people p ON p.id = cu.person_id
    WHERE c.client_id = $1 AND c.closed_at IS NOT NULL
      AND c.state IN ('cancelled_scheduled','cancelled_effective','winback_eligible','won_back','expired')
), marks AS MATERIALIZED (
    SELECT 'person:' || person_id AS mark, closed_at FROM gone
    UNION ALL SELECT 'phone:' || f.number, closed_at FROM gone JOIN phones f USING (person_id)
    UNION ALL SELECT 'mail:' || lower(email), closed_at FROM gone WHERE email <> ''
)
SELECT r.id, o.call_id AS call, coalesce(o.case_id, 0) AS "case", o.agent_id AS agent, coalesce(c.customer_id, 0) AS customer, r.kind,
       o.effective_at AS at, v.effective_at AS endedat, coalesce(v.cause, '') AS cause,
       EXISTS (SELECT FROM objections b WHERE b.call_id = o.call_id OR b.case_id = o.case_id AND b.call_id IS NULL) OR
       EXISTS (SELECT FROM confirm_links l WHERE l.case_id = o.case_id AND l.answer = 'wrong' AND l.answered_at >= o.effective_at) AS objected,
       coalesce(q.source IN ('agent','call'), false) AS byagent, coalesce(q.reason_text, '') <> '' AS words,
       CASE WHEN r.kind = 'save' THEN greatest(
           (SELECT max(s.ends_at) FROM subscription_pauses s WHERE s.subscription_id = c.subscription_id
              AND s.starts_at BETWEEN o.effective_at - interval '1 day' AND o.effective_at + interval '31 days'),
           CASE WHEN ov.kind IN ('pause','free_month') OR p.depth_bp >= 10000
                THEN o.effective_at + make_interval(months => coalesce((ov.terms ->> 'months')::int, (ov.terms ->> 'cycles')::int, 1)) END) END AS suspendeduntil,
       NOT EXISTS (SELECT FROM invoices i WHERE i.subscription_id = c.subscription_id) OR
       EXISTS (SELECT FROM invoices i WHERE i.subscription_id = c.subscription_id AND i.paid_minor > i.refunded_minor AND i.paid_at > o.effective_at) AS paid,
       (SELECT min(a.asked_at) FROM account_requests a WHERE a.customer_id = c.customer_id AND a.status IN ('waiting','approved','passed_on')) AS promisesince,
       extract(day FROM date_trunc('month', day.local) + interval '1 month' - interval '1 day')::int - extract(day FROM day.local)::int AS monthdaysleft,
       CASE WHEN r.kind = 'sale' AND m.purpose <> 'winback' THEN
           (SELECT max(g.closed_at) FROM marks g WHERE g.closed_at < o.effective_at
              AND g.mark IN ('person:' || k.person_id, 'phone:' || k.number, 'mail:' || lower(NULLIF(who.email, '')))) END AS cancelledat,
       (SELECT min(u.effective_at) FROM upsell_removals u WHERE u.result_id = r.id) AS removedat,
       kept.at AS discountedat, coalesce(r.mrr_after_minor - r.mrr_before_minor, 0) - coalesce(kept.monthly, 0) AS netminor
FROM results r
JOIN outcomes o ON o.id = r.outcome_id
JOIN calls k ON k.id = o.call_id
JOIN people who ON who.id = k.person_id
JOIN campaigns m ON m.id = k.campaign_id
JOIN clients cl ON cl.id = o.client_id
CROSS JOIN LATERAL (SELECT o.effective_at AT TIME ZONE cl.zone AS local) day
LEFT JOIN reversals v ON v.result_id = r.id
LEFT JOIN cases c ON c.id = o.case_id
LEFT JOIN cancel_requests q ON q.id = c.request_id
LEFT JOIN presentations p ON p.id = r.presentation_id
LEFT JOIN offer_versions ov ON ov.id = p.offer_version_id
LEFT JOIN LATERAL (
    SELECT so.effective_at AS at, sc.mrr_minor * sp.depth_bp / 10000 AS monthly
    FROM cases sc JOIN customers su ON su.id = sc.customer_id JOIN outcomes so ON so.case_id = sc.id
    JOIN results sr ON sr.outcome_id = so.id AND sr.kind = 'save' JOIN presentations sp ON sp.id = sr.presentation_id
    WHERE r.kind = 'upsell' AND su.person_id = k.person_id AND so.effective_at <= o.effective_at AND sp.depth_bp > 0
    ORDER BY so.effective_at DESC LIMIT 1
) kept ON true
WHERE r.client_id = $1 AND o.effective_at >= $2 AND o.agent_id IS NOT NULL AND r.kind IN ('save','sale','upsell')`

const gamingCancels = `
SELECT o.case_id AS "case", o.call_id AS call, o.agent_id AS agent, o.effective_at AS at,
       s.status IN ('active','trialing') AND s.cancel_at IS NULL AS alive,
       EXISTS (SELECT FROM subscription_pauses p WHERE p.subscription_id = s.id
           AND p.starts_at BETWEEN o.effective_at - interval '1 day' AND o.effective_at + interval '31 days') AS suspended
FROM outcomes o JOIN cases c ON c.id = o.case_id JOIN subscriptions s ON s.id = c.subscription_id
WHERE o.client_id = $1 AND o.effective_at >= $2 AND o.code = 'lost' AND o.agent_id IS NOT NULL`

const gamingPromises = `
SELECT g.id AS "grant", coalesce(g.case_id, 0) AS "case", coalesce(p.call_id, 0) AS call, g.promised_by AS agent, coalesce(r.id, 0) AS result,
       g.created_at AS at, g.status = 'failed' AS failed, CASE WHEN g.status IN ('applied','reversed') THEN g.settled_at END AS appliedat, g.due_at AS dueat
FROM grants g
LEFT JOIN presentations p ON p.id = g.presentation_id
LEFT JOIN results r ON r.presentation_id = g.presentation_id
WHERE g.client_id = $1 AND g.created_at >= $2 AND g.promised_by IS NOT NULL`

const gamingApprovals = `
SELECT id, case_id AS "case", call_id AS call, decided_by AS approver, requested_by AS agent, decided_at AS at,
       extract(epoch FROM decided_at - requested_at)::int AS seconds, decision = 'approved' AS approved
FROM approvals WHERE client_id = $1 AND decided_at >= $2 AND decided_by IS NOT NULL`

// gamingResult is a row whose absent times are null.
type gamingResult struct {
	gaming.Result
	EndedAt        *time.Time
	SuspendedUntil *time.Time
	PromiseSince   *time.Time
	CancelledAt    *time.Time
	RemovedAt      *time.Time
	DiscountedAt   *time.Time
}

func (r gamingResult) row() gaming.Result {
	out := r.Result
	for at, into := range map[*time.Time]*time.Time{
		r.EndedAt: &out.EndedAt, r.SuspendedUntil: &out.SuspendedUntil, r.PromiseSince: &out.PromiseSince,
		r.CancelledAt: &out.CancelledAt, r.RemovedAt: &out.RemovedAt, r.DiscountedAt: &out.DiscountedAt,
	} {
		if at != nil {
			*into = *at
		}
	}
	return out
}

type gamingPromise struct {
	gaming.Promise
	AppliedAt *time.Time
	DueAt     *time.Time
}

// gamingBook reads what happened at a client's desks since a time.
func gamingBook(ctx context.Context, db pg.DB, client auth.ClientID, since, now time.Time) (gaming.Book, error) {
	b := gaming.Book{Now: now}
	var results []gamingResult
	var promises []gamingPromise
	for _, q := range []struct {
		query string
		into  any
	}{
		{gamingTalks, &b.Talks}, {gamingResults, &results}, {gamingCancels, &b.Cancels}, {gamingPromises, &promises}, {gamingApprovals, &b.Approvals},
	} {
		if err := db.SelectContext(ctx, q.into, q.query, client, since); err != nil {
			return b, errs.Wrap(err, "read what the detectors look at")
		}
	}
	for _, r := range results {
		b.Results = append(b.Results, r.row())
	}
	for _, p := range promises {
		if p.AppliedAt != nil {
			p.Promise.AppliedAt = *p.AppliedAt
		}
		if p.DueAt != nil {
			p.Promise.DueAt = *p.DueAt
		}
		b.Promises = append(b.Promises, p.Promise)
	}
	return b, nil
}
