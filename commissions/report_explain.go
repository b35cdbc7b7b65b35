package commissions

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// explainMax is how many entries one reading explains.
const explainMax = 2000

// The whole descent of some entries in one statement: down to the call and up to the run, each step by a key. $3 is whose
// entries they must be; 0 is anybody's.
const selectDescents = `
SELECT e.id, e.kind, e.key, e.component, e.amount_minor, e.currency, e.basis::text AS basis, e.effective_at, e.run_id IS NOT NULL AS of_run,
       COALESCE(e.user_id, 0) AS user_id, COALESCE(w.name, '') AS agent,
       COALESCE(c.id, 0) AS credit_id, COALESCE(c.role, '') AS role, COALESCE(c.share_bp, 0) AS share_bp, c.effective_at AS credited_at,
       COALESCE(c.result_id, 0) AS result_id, COALESCE(c.kind, '') AS result_kind, COALESCE(c.value_minor, 0) AS value_minor,
       COALESCE(c.currency, '') AS value_currency, COALESCE(c.call_id, 0) AS call_id,
       rs.id IS NOT NULL AS result_known, COALESCE(o.id, 0) AS outcome_id, COALESCE(o.code, '') AS outcome_code, o.effective_at AS outcome_at,
       k.placed_at, COALESCE(m.name, '') AS campaign,
       COALESCE(s.id, 0) AS presentation_id, COALESCE(s.decision, '') AS decision, s.decided_at AS presentation_at,
       COALESCE(f.id, 0) AS offer_id, COALESCE(f.code, '') AS offer_code, COALESCE(ov.version, 0) AS offer_version, COALESCE(ov.name, '') AS offer_name,
       COALESCE(v.id, 0) AS version_id, COALESCE(v.text, '') AS text, e.line_on IS NOT NULL AS of_line, COALESCE(v.plan_id, 0) AS plan_id, COALESCE(p.name, '') AS plan, COALESCE(v.version, 0) AS version,
       COALESCE(encode(v.sha256, 'hex'), '') AS sha256, COALESCE(au.name, 'the house') AS author, COALESCE(ap.name, '') AS approver, v.approved_at,
       COALESCE((SELECT t.n FROM jsonb_array_elements(CASE jsonb_typeof(v.terms -> 'components') WHEN 'array' THEN v.terms -> 'components' ELSE '[]' END)
                 WITH ORDINALITY AS t(line, n) WHERE t.line ->> 'id' = e.component LIMIT 1), 0) AS line,
       COALESCE(a.id, 0) AS adjustment_id, COALESCE(a.reason, '') AS reason, COALESCE(a.evidence, '') AS evidence, a.decided_at,
       COALESCE(eb.name, '') AS entered_by, COALESCE(db.name, '') AS decided_by,
       h.vests_at, COALESCE(x.id, 0) AS accrued_by, COALESCE(y.id, 0) AS earned_by, COALESCE(e.reverses_id, 0) AS reverses_id,
       COALESCE(r.id, 0) AS reversed_by, COALESCE(r.basis ->> 'cause', '') AS reversed_cause, COALESCE(e.adjusts_id, 0) AS adjusts_id,
       ARRAY(SELECT d.id FROM entries d WHERE d.adjusts_id = e.id ORDER BY d.id) AS adjusted_by,
       COALESCE(n.id, 0) AS run_id, COALESCE(n.seq, 0) AS run_seq, COALESCE(n.state, '') AS run_state, COALESCE(to_char(np.starts_on, 'YYYY-MM-DD'), '') AS run_from,
       COALESCE(z.position, 0) AS position, COALESCE(encode(z.digest, 'hex'), '') AS digest,
       lk.line_key, split_part(lk.line_key, '|', 5) AS line_ref, split_part(lk.line_key, '|', 6) AS line_cause,
       COALESCE(pe.event_id, '') AS event_id, COALESCE(pe.type, '') AS event_type, COALESCE(pe.source, '') AS event_source, pe.effective_at AS event_at, pe.recorded_at AS event_heard,
       COALESCE((SELECT to_char(min(g.from_date), 'YYYY-MM-DD') FROM assignments g
                 WHERE g.client_id = e.client_id AND g.user_id = e.user_id AND g.plan_id = v.plan_id AND g.from_date <= COALESCE(e.line_on, e.effective_at::date)), '') AS assigned_from,
       COALESCE(x.amount_minor, 0) AS accrued_minor,
       COALESCE(cf.method, '') AS confirmed_by, COALESCE(cf.ref, '') AS confirmed_ref
FROM entries e
     LEFT JOIN users w ON w.id = e.user_id
     LEFT JOIN credits c ON c.id = e.credit_id
     LEFT JOIN results rs ON rs.id = c.result_id
     LEFT JOIN outcomes o ON o.id = rs.outcome_id
     LEFT JOIN calls k ON k.id = o.call_id AND k.id = c.call_id
     LEFT JOIN campaigns m ON m.id = k.campaign_id
     LEFT JOIN presentations s ON s.id = rs.presentation_id
     LEFT JOIN offer_versions ov ON ov.id = s.offer_version_id
     LEFT JOIN offers f ON f.id = ov.offer_id
     LEFT JOIN plan_versions v ON v.id = e.plan_version_id
     LEFT JOIN plans p ON p.id = v.plan_id
     LEFT JOIN users au ON au.id = v.author_id
     LEFT JOIN users ap ON ap.id = v.approver_id
     LEFT JOIN adjustments a ON a.id = e.adjustment_id
     LEFT JOIN users eb ON eb.id = a.entered_by
     LEFT JOIN users db ON db.id = a.decided_by
     LEFT JOIN holds h ON h.entry_id = e.id
     LEFT JOIN entries x ON e.kind = 'earn' AND x.key = substr(e.key, 6)
     LEFT JOIN entries y ON e.kind IN ('accrue', 'release') AND y.key = 'earn:' || e.key
     LEFT JOIN entries r ON r.reverses_id = e.id
     LEFT JOIN entries bk ON bk.key = CASE WHEN e.key LIKE 'leg:%' THEN substr(e.key, 5) WHEN e.key LIKE 'hold:in:%' THEN substr(e.key, 9) END
     CROSS JOIN LATERAL (SELECT COALESCE(NULLIF(e.line_key, ''), NULLIF(x.line_key, ''), bk.line_key, '') AS line_key) lk
     LEFT JOIN pay_events pe ON pe.client_id = e.client_id AND pe.event_id = split_part(lk.line_key, '|', 6) AND pe.event_id <> ''
     LEFT JOIN LATERAL (SELECT y.method, y.ref FROM confirmations y WHERE y.case_id = s.case_id AND y.call_id = k.id ORDER BY y.id LIMIT 1) cf ON true
     LEFT JOIN payables q ON q.entry_id = e.id
     LEFT JOIN runs n ON n.id = COALESCE(e.run_id, q.run_id)
     LEFT JOIN periods np ON np.id = n.period_id
     LEFT JOIN seal_lines z ON z.entry_id = e.id
WHERE e.id = ANY($1) AND e.client_id = ANY($2) AND ($3 = 0 OR e.user_id = $3)
ORDER BY e.effective_at, e.id`

// descent is an entry with everything it stands on.
type descent struct {
	ID             EntryID       `db:"id"`
	Kind           string        `db:"kind"`
	Key            string        `db:"key"`
	Component      string        `db:"component"`
	Minor          int64         `db:"amount_minor"`
	Currency       string        `db:"currency"`
	Basis          string        `db:"basis"`
	EffectiveAt    time.Time     `db:"effective_at"`
	OfRun          bool          `db:"of_run"`
	User           auth.UserID   `db:"user_id"`
	Agent          string        `db:"agent"`
	CreditID       CreditID      `db:"credit_id"`
	Role           string        `db:"role"`
	ShareBP        int           `db:"share_bp"`
	CreditedAt     *time.Time    `db:"credited_at"`
	Result         int64         `db:"result_id"`
	ResultKind     string        `db:"result_kind"`
	ResultKnown    bool          `db:"result_known"`
	ValueMinor     int64         `db:"value_minor"`
	ValueCurrency  string        `db:"value_currency"`
	Call           int64         `db:"call_id"`
	Outcome        int64         `db:"outcome_id"`
	OutcomeCode    string        `db:"outcome_code"`
	OutcomeAt      *time.Time    `db:"outcome_at"`
	PlacedAt       *time.Time    `db:"placed_at"`
	Campaign       string        `db:"campaign"`
	Presentation   int64         `db:"presentation_id"`
	Decision       string        `db:"decision"`
	PresentationAt *time.Time    `db:"presentation_at"`
	Offer          int64         `db:"offer_id"`
	OfferCode      string        `db:"offer_code"`
	OfferVersion   int           `db:"offer_version"`
	OfferName      string        `db:"offer_name"`
	VersionID      VersionID     `db:"version_id"`
	PlanID         PlanID        `db:"plan_id"`
	Plan           string        `db:"plan"`
	Version        int           `db:"version"`
	SHA256         string        `db:"sha256"`
	Author         string        `db:"author"`
	Approver       string        `db:"approver"`
	ApprovedAt     *time.Time    `db:"approved_at"`
	Line           int           `db:"line"`
	Text           string        `db:"text"`
	OfLine         bool          `db:"of_line"` // it posts, or moves, a line of the rules
	AdjustmentID   AdjustmentID  `db:"adjustment_id"`
	Reason         string        `db:"reason"`
	Evidence       string        `db:"evidence"`
	EnteredBy      string        `db:"entered_by"`
	DecidedBy      string        `db:"decided_by"`
	DecidedAt      *time.Time    `db:"decided_at"`
	VestsAt        *time.Time    `db:"vests_at"`
	AccruedBy      EntryID       `db:"accrued_by"`
	EarnedBy       EntryID       `db:"earned_by"`
	Reverses       EntryID       `db:"reverses_id"`
	ReversedBy     EntryID       `db:"reversed_by"`
	ReversedCause  string        `db:"reversed_cause"`
	Adjusts        EntryID       `db:"adjusts_id"`
	AdjustedBy     pq.Int64Array `db:"adjusted_by"`
	Run            RunID         `db:"run_id"`
	RunSeq         int           `db:"run_seq"`
	RunState       string        `db:"run_state"`
	RunFrom        string        `db:"run_from"`
	Position       int64         `db:"position"`
	Digest         string        `db:"digest"`
	LineKey        string        `db:"line_key"`
	LineRef        string        `db:"line_ref"`
	LineCause      string        `db:"line_cause"`
	Event          string        `db:"event_id"`
	EventType      string        `db:"event_type"`
	EventSource    string        `db:"event_source"`
	EventAt        *time.Time    `db:"event_at"`
	EventHeard     *time.Time    `db:"event_heard"`
	AssignedFrom   string        `db:"assigned_from"`
	AccruedMinor   int64         `db:"accrued_minor"` // of what is earned: what it was as an advance
	ConfirmedBy    string        `db:"confirmed_by"`
	ConfirmedRef   string        `db:"confirmed_ref"`

	lines []ExplainNode // of what a run posted: what it settled
	forms []callForm    // about the call

	TakenFirst int64 `db:"-"` // of the advance, before it was earned
}

func (d descent) decidedAt() string {
	if d.PresentationAt == nil {
		return "–"
	}
	return whenText(*d.PresentationAt)
}

func explainEntries(ctx context.Context, db pg.DB, by auth.Actor, owner auth.UserID, ids []EntryID) ([]Explanation, error) {
	var found []descent
	if err := db.SelectContext(ctx, &found, selectDescents, int64s(ids), by.Scope(), owner); err != nil {
		return nil, fmt.Errorf("explain entries: %w", err)
	}
	forms, err := formsOf(ctx, db, by, found)
	if err != nil {
		return nil, err
	}
	taken, err := takenFirst(ctx, db, found)
	if err != nil {
		return nil, err
	}
	out := make([]Explanation, len(found))
	for i, d := range found {
		d.forms, d.TakenFirst, d.Line = forms[d.Call], taken[d.AccruedBy], d.planLine()
		if d.OfRun {
			var err error
			if d.lines, err = settledLines(ctx, db, d); err != nil {
				return nil, err
			}
		}
		out[i] = d.explain()
	}
	return out, nil
}

// What was taken of advances before they were earned.
const selectTakenFirst = `
SELECT x.id, SUM(t.amount_minor)::bigint AS minor
FROM entries x JOIN entries y ON y.key = 'earn:' || x.key
     JOIN entries t ON (t.reverses_id = x.id OR t.adjusts_id = x.id) AND t.debit = x.credit AND t.adjustment_id IS NULL AND t.id < y.id
WHERE x.id = ANY($1) GROUP BY x.id`

func takenFirst(ctx context.Context, db pg.DB, found []descent) (map[EntryID]int64, error) {
	var ids []EntryID
	for _, d := range found {
		if d.AccruedBy != 0 && d.AccruedMinor != d.Minor {
			ids = append(ids, d.AccruedBy)
		}
	}
	out := map[EntryID]int64{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ID    EntryID `db:"id"`
		Minor int64   `db:"minor"`
	}
	if err := db.SelectContext(ctx, &rows, selectTakenFirst, int64s(ids)); err != nil {
		return nil, fmt.Errorf("what was taken first: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r.Minor
	}
	return out, nil
}

// What was scored of some people's calls.
const selectCallForms = `
SELECT (attrs ->> 'call')::bigint AS call_id, type, ref, COALESCE(attrs ->> 'score', '') AS score
FROM pay_events
WHERE client_id = ANY($1) AND user_id = ANY($2) AND type IN ('qa','survey') AND attrs ->> 'call' = ANY($3) ORDER BY effective_at, event_id COLLATE "C"`

// callForm is a form that was filled in about a call.
type callForm struct {
	Call  int64  `db:"call_id"`
	Type  string `db:"type"`
	Form  string `db:"ref"`
	Score string `db:"score"`
}

// formsOf are the forms about the calls of some entries, by call.
func formsOf(ctx context.Context, db pg.DB, by auth.Actor, found []descent) (map[int64][]callForm, error) {
	var calls []string
	var users []int64
	for _, d := range found {
		if d.Call != 0 {
			calls, users = append(calls, number(d.Call)), append(users, int64(d.User))
		}
	}
	out := map[int64][]callForm{}
	if len(calls) == 0 {
		return out, nil
	}
	var rows []callForm
	if err := db.SelectContext(ctx, &rows, selectCallForms, by.Scope(), pq.Array(users), pq.Array(compacted(calls))); err != nil {
		return nil, fmt.Errorf("forms of calls: %w", err)
	}
	for _, f := range rows {
		out[f.Call] = append(out[f.Call], f)
	}
	return out, nil
}

const selectRunSettled = `
SELECT e.id, e.kind, e.component, e.currency,` + payableMinor + ` AS amount_minor
FROM payables d JOIN entries e ON e.id = d.entry_id
WHERE d.run_id = $1 AND ($2 = 0 OR d.user_id = $2) ORDER BY e.effective_at, e.id LIMIT $3`

// settledLines are the lines that a payout or a netting is made of; each of them explains itself.
func settledLines(ctx context.Context, db pg.DB, d descent) ([]ExplainNode, error) {
	var rows []descent
	if err := db.SelectContext(ctx, &rows, selectRunSettled, d.Run, d.User, explainMax); err != nil {
		return nil, fmt.Errorf("what run %d settled: %w", d.Run, err)
	}
	out := make([]ExplainNode, len(rows))
	for i, r := range rows {
		out[i] = node("line", &ExplainRef{"entry", int64(r.ID)}, "id", number(r.ID), "kind", r.Kind, "component", r.Component)
		out[i].Amount = &money.Amount{Minor: r.Minor, Currency: r.Currency}
	}
	return out, nil
}

// Explain tells the whole descent of one entry of the actor's clients.
//
// Codes: not_found.
func (s *Service) Explain(ctx context.Context, by auth.Actor, id EntryID) (Explanation, error) {
	return s.explainOne(ctx, by, 0, id)
}

// ExplainOwn tells the whole descent of one entry of the actor's own pay.
//
// Codes: not_found (also when it is somebody else's).
func (s *Service) ExplainOwn(ctx context.Context, by auth.Actor, id EntryID) (Explanation, error) {
	return s.explainOne(ctx, by, by.User, id)
}

func (s *Service) explainOne(ctx context.Context, by auth.Actor, owner auth.UserID, id EntryID) (Explanation, error) {
	found, err := explainEntries(ctx, s.db, by, owner, []EntryID{id})
	if err != nil {
		return Explanation{}, err
	}
	if len(found) == 0 {
		return Explanation{}, errs.Newf(errs.NotFound, "there is no entry %d here", id)
	}
	return found[0], nil
}

// ExplainStatement tells the descent of every line of a statement.
//
// Codes: not_found.
func (s *Service) ExplainStatement(ctx context.Context, by auth.Actor, id StatementID) ([]Explanation, error) {
	st, err := s.StatementFor(ctx, by, id)
	if err != nil {
		return nil, err
	}
	ids := make([]EntryID, len(st.Lines))
	for i, l := range st.Lines {
		ids[i] = l.Entry
	}
	return explainEntries(ctx, s.db, by, 0, ids)
}

const selectSettledEntries = `
SELECT entry_id FROM payables WHERE client_id = ANY($1) AND run_id IS NOT NULL AND entry_id > $2 ORDER BY entry_id LIMIT $3`

// Coverage is how much of what runs have settled explains itself completely. The two should be equal.
type Coverage struct {
	Settled   money.Amount // every line counted as what it moved, whichever way
	Explained money.Amount
	Missing   map[string]int // steps that are not there, and of how many lines
}

// Coverage measures what share of the settled money has a complete path, by currency. It explains every settled line, some at
// a time: complete is what Explain says is complete.
func (s *Service) Coverage(ctx context.Context, by auth.Actor) ([]Coverage, error) {
	sums := map[string]*Coverage{}
	var last EntryID
	for {
		var ids []EntryID
		if err := s.db.SelectContext(ctx, &ids, selectSettledEntries, by.Scope(), last, explainMax); err != nil {
			return nil, fmt.Errorf("what runs have settled: %w", err)
		}
		if len(ids) == 0 {
			break
		}
		last = ids[len(ids)-1]
		all, err := explainEntries(ctx, s.db, by, 0, ids)
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			cover(sums, e)
		}
	}
	out := []Coverage{}
	for _, currency := range sortedKeys(sums) {
		out = append(out, *sums[currency])
	}
	return out, nil
}

func cover(sums map[string]*Coverage, e Explanation) {
	amount := *e.Tree.Amount
	sum := sums[amount.Currency]
	if sum == nil {
		none := money.Amount{Currency: amount.Currency}
		sum = &Coverage{Settled: none, Explained: none, Missing: map[string]int{}}
		sums[amount.Currency] = sum
	}
	sum.Settled.Minor += amount.Minor
	if e.Complete {
		sum.Explained.Minor += amount.Minor
	}
	for _, step := range e.Missing {
		sum.Missing[step]++
	}
}
