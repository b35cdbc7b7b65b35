package retention

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// Verification is a verdict about a save, or news that contradicts one.
type Verification struct {
	ID          int64        `json:"id"`
	Case        CaseID       `json:"caseId"`
	Result      ResultID     `json:"resultId,omitempty"`
	Stage       int          `json:"stage" enum:"30,60,90"`
	Verdict     string       `json:"verdict" enum:"pass,fail,contradicted"`
	Cause       string       `json:"cause,omitempty" doc:"of a fail or a contradiction: cancelled, set_to_cancel, disputed, refunded, unpaid, paid_late, dispute_won"`
	DueAt       time.Time    `json:"dueAt"`
	DecidedAt   time.Time    `json:"decidedAt"`
	PausedDays  int          `json:"pausedDays"`
	Paid        money.Amount `json:"paid" doc:"of the invoices since the save, refunds taken off"`
	MRRAfter    money.Amount `json:"mrrAfter" doc:"a month, discounts not taken off"`
	Evidence    SeenAccount  `json:"evidence"`
	Contradicts int64        `json:"contradicts,omitempty" doc:"the verdict that this is against"`
}

// VerificationWait says what a verification waits for.
type VerificationWait struct {
	Stage    int          `json:"stage" enum:"30,60,90"`
	Cause    string       `json:"cause" doc:"paused, invoice_open, no_invoice, billing_unreachable, unknown_to_billing, billing_not_connected, no_subscription"`
	Said     string       `json:"said,omitempty" doc:"what billing answered"`
	Since    time.Time    `json:"since"`
	Looks    int          `json:"looks"`
	LookedAt time.Time    `json:"lookedAt"`
	NextAt   time.Time    `json:"nextAt" doc:"when it is looked at again"`
	UntilAt  *time.Time   `json:"untilAt,omitempty" doc:"when it is decided at the latest; none: as long as it takes"`
	Evidence *SeenAccount `json:"evidence,omitempty"`
}

// NextVerification is what comes next for a save.
type NextVerification struct {
	Stage int               `json:"stage" enum:"30,60,90"`
	DueAt time.Time         `json:"dueAt"`
	Wait  *VerificationWait `json:"wait,omitempty"`
}

// CaseVerifications are a case's, the oldest first, and what comes next.
type CaseVerifications struct {
	Items []Verification    `json:"items"`
	Next  *NextVerification `json:"next,omitempty"`
}

func (r verdictRow) view() Verification {
	v := Verification{
		ID: r.ID, Case: r.Case, Stage: r.Stage, Verdict: r.Verdict, Cause: r.Cause, DueAt: r.DueAt, DecidedAt: r.DecidedAt,
		PausedDays: r.PausedDays, Paid: money.Amount{Minor: r.Paid, Currency: r.Currency},
		MRRAfter: money.Amount{Minor: r.MRRAfter, Currency: r.Currency}, Evidence: r.Evidence.SeenAccount,
	}
	if r.Result != nil {
		v.Result = *r.Result
	}
	if r.Contradicts != nil {
		v.Contradicts = *r.Contradicts
	}
	return v
}

const (
	verdictsOfCase = `
SELECT id, client_id, case_id, result_id, subscription_id, stage, verdict, cause, due_at, decided_at, pulled_at, paused_days, paid_minor,
       mrr_after_minor, currency, evidence, contradicts
FROM verifications WHERE case_id = $1 ORDER BY id`

	clientOfCase = `SELECT client_id FROM cases WHERE id = $1`

	nextOfCase = `
SELECT t.case_id, t.due_at, (SELECT coalesce(max(v.stage), 0) + 30 FROM verifications v WHERE v.case_id = t.case_id AND v.verdict = 'pass') AS stage,
       coalesce(w.cause, '') AS cause, coalesce(w.said, '') AS said, coalesce(w.since, t.due_at) AS since, coalesce(w.looks, 0) AS looks,
       coalesce(w.looked_at, t.due_at) AS looked_at, coalesce(w.next_at, t.due_at) AS next_at, w.until_at,
       coalesce(w.evidence, '{}') AS evidence, w.evidence IS NOT NULL AS has_evidence
FROM case_timers t
LEFT JOIN verification_waits w ON w.case_id = t.case_id AND w.settled_at IS NULL
WHERE t.case_id = $1 AND t.kind = 'verify' AND t.fired_at IS NULL AND t.cancelled_at IS NULL`
)

type nextRow struct {
	Case     CaseID       `db:"case_id"`
	DueAt    time.Time    `db:"due_at"`
	Stage    int          `db:"stage"`
	Cause    string       `db:"cause"`
	Said     string       `db:"said"`
	Since    time.Time    `db:"since"`
	Looks    int          `db:"looks"`
	LookedAt time.Time    `db:"looked_at"`
	NextAt   time.Time    `db:"next_at"`
	UntilAt  *time.Time   `db:"until_at"`
	Evidence evidenceJSON `db:"evidence"`
	HasSeen  bool         `db:"has_evidence"`
}

func (r nextRow) view() *NextVerification {
	n := &NextVerification{Stage: r.Stage, DueAt: r.DueAt}
	if r.Cause == "" {
		return n
	}
	n.Wait = &VerificationWait{
		Stage: r.Stage, Cause: r.Cause, Said: r.Said, Since: r.Since, Looks: r.Looks, LookedAt: r.LookedAt, NextAt: r.NextAt, UntilAt: r.UntilAt,
	}
	if r.HasSeen {
		n.Wait.Evidence = &r.Evidence.SeenAccount
	}
	return n
}

// VerificationsOf are a case's verdicts, and what comes next.
//
// Codes: not_found.
func (s *Service) VerificationsOf(ctx context.Context, by auth.Actor, id CaseID) (out CaseVerifications, err error) {
	out.Items = []Verification{}
	var client auth.ClientID
	if err := s.db.GetContext(ctx, &client, clientOfCase, id); pg.None(err) || err == nil && !by.Sees(client) {
		return out, errs.Newf(errs.NotFound, "there is no case %d here", id)
	} else if err != nil {
		return out, errs.Wrap(err, "read case")
	}
	var rows []verdictRow
	if err := s.db.SelectContext(ctx, &rows, verdictsOfCase, id); err != nil {
		return out, errs.Wrap(err, "read verifications")
	}
	for _, r := range rows {
		out.Items = append(out.Items, r.view())
	}
	var next nextRow
	if err := s.db.GetContext(ctx, &next, nextOfCase, id); pg.None(err) {
		return out, nil
	} else if err != nil {
		return out, errs.Wrap(err, "read the next verification")
	}
	out.Next = next.view()
	return out, nil
}

// CalendarItem is a line of the verification calendar.
type CalendarItem struct {
	Kind      string       `json:"kind" enum:"due,waiting,pass,fail,contradicted" db:"kind"`
	Case      CaseID       `json:"caseId" db:"case_id"`
	Customer  string       `json:"customer" db:"customer"`
	Plan      string       `json:"plan" db:"plan"`
	Agent     auth.UserID  `json:"agentId,omitempty" db:"agent_id"`
	AgentName string       `json:"agent,omitempty" db:"agent"`
	Stage     int          `json:"stage" db:"stage"`
	Cause     string       `json:"cause,omitempty" db:"cause"`
	At        time.Time    `json:"at" db:"at" doc:"when it is due, is looked at again, or was decided"`
	UntilAt   *time.Time   `json:"untilAt,omitempty" db:"until_at" doc:"of a wait: when it is decided at the latest"`
	MRR       money.Amount `json:"mrr" db:"-" doc:"a month, when they asked"`
	MRRMinor  int64        `json:"-" db:"mrr_minor"`
	Currency  string       `json:"-" db:"currency"`
	Total     int          `json:"-" db:"total"`
}

// $2: a kind of line, or "" for all; $3, $4: from, until before; $7: an agent, 0 for all. What is to come stands in its
// order, what is decided with the newest first.
const calendarLines = `
WITH line AS (
	SELECT CASE WHEN w.case_id IS NULL THEN 'due' ELSE 'waiting' END AS kind, t.case_id,
	       (SELECT coalesce(max(v.stage), 0) + 30 FROM verifications v WHERE v.case_id = t.case_id AND v.verdict = 'pass') AS stage,
	       coalesce(w.cause, '') AS cause, coalesce(w.next_at, t.due_at) AS at, w.until_at
	FROM case_timers t
	LEFT JOIN verification_waits w ON w.case_id = t.case_id AND w.settled_at IS NULL
	WHERE t.client_id = ANY($1) AND t.kind = 'verify' AND t.fired_at IS NULL AND t.cancelled_at IS NULL
	UNION ALL
	SELECT verdict, case_id, stage, cause, decided_at, NULL FROM verifications WHERE client_id = ANY($1)
)
SELECT l.kind, l.case_id, l.stage, l.cause, l.at, l.until_at, coalesce(NULLIF(p.name, ''), k.external_id) AS customer, coalesce(s.plan, '') AS plan,
       coalesce(c.owner_id, 0) AS agent_id, coalesce(u.name, '') AS agent, c.mrr_minor, c.currency, count(*) OVER () AS total
FROM line l
JOIN cases c ON c.id = l.case_id
JOIN customers k ON k.id = c.customer_id
JOIN people p ON p.id = k.person_id
LEFT JOIN subscriptions s ON s.id = c.subscription_id
LEFT JOIN users u ON u.id = c.owner_id
WHERE ($2 = '' OR l.kind = $2) AND l.at >= $3 AND l.at < $4 AND ($7 = 0 OR c.owner_id = $7)
ORDER BY l.kind NOT IN ('due','waiting'), CASE WHEN l.kind IN ('due','waiting') THEN l.at END, l.at DESC, l.case_id, l.stage
LIMIT $5 OFFSET $6`

// CalendarQuery narrows the verification calendar.
type CalendarQuery struct {
	Kind          string // due, waiting, pass, fail, contradicted; "" for all
	Agent         auth.UserID
	From, To      time.Time // of the line's time
	Limit, Offset int
}

// VerificationCalendar lists what is due, what waits, and what was decided.
func (s *Service) VerificationCalendar(ctx context.Context, by auth.Actor, q CalendarQuery) ([]CalendarItem, int, error) {
	rows := []CalendarItem{}
	if err := s.db.SelectContext(ctx, &rows, calendarLines, by.Scope(), q.Kind, q.From, q.To, q.Limit, q.Offset, q.Agent); err != nil {
		return nil, 0, errs.Wrap(err, "list verifications")
	}
	if len(rows) == 0 {
		return rows, 0, nil
	}
	for i := range rows {
		rows[i].MRR = money.Amount{Minor: rows[i].MRRMinor, Currency: rows[i].Currency}
	}
	return rows, rows[0].Total, nil
}

// CalendarDay is how many lines of a kind fall on one day.
type CalendarDay struct {
	Day   string `json:"day" db:"day" format:"date" doc:"by the clock of the zone that was asked for"`
	Kind  string `json:"kind" db:"kind" enum:"due,waiting,pass,fail,contradicted"`
	Count int    `json:"count" db:"n"`
}

// $2, $3: from, until before; $4: the zone whose days are counted; $5: an agent, 0 for all.
const calendarDays = `
WITH line AS (
	SELECT CASE WHEN w.case_id IS NULL THEN 'due' ELSE 'waiting' END AS kind, t.case_id, coalesce(w.next_at, t.due_at) AS at
	FROM case_timers t
	LEFT JOIN verification_waits w ON w.case_id = t.case_id AND w.settled_at IS NULL
	WHERE t.client_id = ANY($1) AND t.kind = 'verify' AND t.fired_at IS NULL AND t.cancelled_at IS NULL
	UNION ALL
	SELECT verdict, case_id, decided_at FROM verifications WHERE client_id = ANY($1)
)
SELECT to_char(l.at AT TIME ZONE $4, 'YYYY-MM-DD') AS day, l.kind, count(*) AS n
FROM line l JOIN cases c ON c.id = l.case_id
WHERE l.at >= $2 AND l.at < $3 AND ($5 = 0 OR c.owner_id = $5)
GROUP BY 1, 2 ORDER BY 1, 2`

// CalendarDays counts the lines of each day, in a zone.
func (s *Service) CalendarDays(ctx context.Context, by auth.Actor, q CalendarQuery, zone *time.Location) ([]CalendarDay, error) {
	out := []CalendarDay{}
	err := s.db.SelectContext(ctx, &out, calendarDays, by.Scope(), q.From, q.To, zone.String(), q.Agent)
	return out, errs.Wrap(err, "count the days of verifications")
}

const calendarCounts = `
SELECT kind, count(*) AS n FROM (
	SELECT CASE WHEN w.case_id IS NULL THEN 'due' ELSE 'waiting' END AS kind
	FROM case_timers t
	LEFT JOIN verification_waits w ON w.case_id = t.case_id AND w.settled_at IS NULL
	WHERE t.client_id = ANY($1) AND t.kind = 'verify' AND t.fired_at IS NULL AND t.cancelled_at IS NULL
	UNION ALL
	SELECT verdict FROM verifications WHERE client_id = ANY($1)
) line GROUP BY kind`

// CalendarCounts are how many lines of each kind the calendar has.
func (s *Service) CalendarCounts(ctx context.Context, by auth.Actor) (map[string]int, error) {
	var rows []struct {
		Kind string `db:"kind"`
		N    int    `db:"n"`
	}
	if err := s.db.SelectContext(ctx, &rows, calendarCounts, by.Scope()); err != nil {
		return nil, errs.Wrap(err, "count verifications")
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.Kind] = r.N
	}
	return out, nil
}
