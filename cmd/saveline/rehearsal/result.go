package rehearsal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"saveline/internal/money"
	"saveline/internal/pg"
)

// DayResult is what a rehearsed day came to. Money is in decimal strings; shares are between 0 and 1. Digest covers the
// business facts (numbers, times in the rehearsal's own clock, outcomes, pay), not ids or recording times.
type DayResult struct {
	Calls       int            `json:"calls"`
	Answered    int            `json:"answered"`
	Abandoned   int            `json:"abandoned"`
	AbandonRate float64        `json:"abandon_rate"` // abandoned / answered
	Utilisation float64        `json:"utilisation"`  // (talking + wrapping) / signed in
	Outcomes    map[string]int `json:"outcomes"`
	Saves       int            `json:"saves"`
	Sales       int            `json:"sales"`
	Credits     int            `json:"credits"`
	Earnings    string         `json:"earnings"`
	Payout      string         `json:"payout"`
	Exported    string         `json:"exported"`
	LedgerSum   string         `json:"ledger_sum"`
	LeadsLeft   int            `json:"leads_left"`
	Digest      string         `json:"digest"`
}

const selectCallCounts = `
SELECT count(*) AS calls,
       count(answered_at) AS answered,
       count(*) FILTER (WHERE disposition = 'abandoned') AS abandoned
FROM calls`

const selectUtilisation = `
SELECT COALESCE(sum(extract(epoch FROM ended_at - started_at)) FILTER (WHERE state IN ('talking', 'wrapping')), 0)
     / GREATEST(sum(extract(epoch FROM ended_at - started_at)), 1)
FROM agent_times
WHERE state <> 'away'`

const selectOutcomeCounts = `SELECT code, count(*) AS n FROM outcomes GROUP BY code`

const selectResultCounts = `
SELECT count(*) FILTER (WHERE kind = 'save') AS saves, count(*) FILTER (WHERE kind = 'sale') AS sales FROM results`

const selectCreditCounts = `
SELECT (SELECT count(*) FROM credits) AS credits,
       (SELECT COALESCE(sum(amount_minor), 0) FROM entries WHERE kind = 'accrue') AS earnings,
       (SELECT count(*) FROM leads WHERE state IN ('waiting', 'reserved')) AS leads_left`

// count fills in what can be counted in the database.
func (r *DayResult) count(ctx context.Context, db pg.DB) error {
	var calls struct{ Calls, Answered, Abandoned int }
	if err := db.GetContext(ctx, &calls, selectCallCounts); err != nil {
		return fmt.Errorf("count calls: %w", err)
	}
	r.Calls, r.Answered, r.Abandoned = calls.Calls, calls.Answered, calls.Abandoned
	r.AbandonRate = round4(float64(r.Abandoned) / float64(max(r.Answered, 1)))
	if err := db.GetContext(ctx, &r.Utilisation, selectUtilisation); err != nil {
		return fmt.Errorf("utilisation: %w", err)
	}
	r.Utilisation = round4(r.Utilisation)
	var codes []struct {
		Code string
		N    int
	}
	if err := db.SelectContext(ctx, &codes, selectOutcomeCounts); err != nil {
		return fmt.Errorf("count outcomes: %w", err)
	}
	r.Outcomes = map[string]int{}
	for _, c := range codes {
		r.Outcomes[c.Code] = c.N
	}
	var results struct{ Saves, Sales int }
	if err := db.GetContext(ctx, &results, selectResultCounts); err != nil {
		return fmt.Errorf("count results: %w", err)
	}
	r.Saves, r.Sales = results.Saves, results.Sales
	var pay struct {
		Credits   int
		Earnings  int64
		LeadsLeft int `db:"leads_left"`
	}
	if err := db.GetContext(ctx, &pay, selectCreditCounts); err != nil {
		return fmt.Errorf("count credits: %w", err)
	}
	r.Credits, r.LeadsLeft = pay.Credits, pay.LeadsLeft
	r.Earnings = money.Amount{Minor: pay.Earnings, Currency: currency}.String()
	return nil
}

// One line a call with all that came of it, and one line a ledger entry, in an order that ids play no part in.
const selectCallFacts = `
SELECT line FROM (SELECT concat_ws('|', 'call', c.number, p.external_id, extract(epoch FROM c.placed_at), c.disposition,
       extract(epoch FROM c.answered_at), extract(epoch FROM c.ended_at), u.email, o.code,
       (SELECT string_agg(concat_ws(':', r.kind, r.value_minor, r.currency), ',' ORDER BY r.kind, r.value_minor)
        FROM results r WHERE r.outcome_id = o.id)) AS line
FROM calls c
JOIN people p ON p.id = c.person_id
LEFT JOIN users u ON u.id = c.agent_id
LEFT JOIN outcomes o ON o.call_id = c.id) AS calls
ORDER BY line COLLATE "C"`

const selectEntryFacts = `
SELECT line FROM (SELECT concat_ws('|', 'entry', e.kind, u.email, e.component, e.amount_minor, e.currency, extract(epoch FROM e.effective_at)) AS line
FROM entries e
LEFT JOIN users u ON u.id = e.user_id) AS entries
ORDER BY line COLLATE "C"`

// digest hashes the business facts of the day.
func digest(ctx context.Context, db pg.DB) (string, error) {
	h := sha256.New()
	for _, query := range []string{selectCallFacts, selectEntryFacts} {
		var lines []string
		if err := db.SelectContext(ctx, &lines, query); err != nil {
			return "", fmt.Errorf("digest: %w", err)
		}
		for _, line := range lines {
			_, _ = fmt.Fprintln(h, line) // a hash takes everything
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func round4(f float64) float64 { return float64(int64(f*10_000+0.5)) / 10_000 }
