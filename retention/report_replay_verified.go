package retention

import (
	"context"
	"fmt"

	"saveline/internal/auth"
	"saveline/internal/errs"
)

// What billing was asked says what the case's log says: every verdict has its event, and every verdict that pay hangs on its
// fact; and a save that failed or was made void has its reversal.
const (
	verdictsUntold = `
SELECT v.case_id, v.stage, v.verdict, 'no fact' AS lacks
FROM verifications v
WHERE v.client_id = $1 AND v.result_id IS NOT NULL AND v.contradicts IS NULL AND NOT EXISTS (
	SELECT FROM facts f WHERE f.client_id = v.client_id AND f.kind = 'verification.v1'
	  AND (f.body->>'result_id')::bigint = v.result_id AND (f.body->>'stage')::int = v.stage AND f.body->>'result' = v.verdict)
UNION ALL
SELECT e.case_id, right(e.to_state, 2)::int, '', 'no verdict'
FROM case_events e JOIN cases c ON c.id = e.case_id
WHERE c.client_id = $1 AND e.to_state IN ('verified_30','verified_60','verified_90') AND e.from_state <> e.to_state AND NOT EXISTS (
	SELECT FROM verifications v WHERE v.case_id = e.case_id AND v.stage = right(e.to_state, 2)::int AND v.verdict = 'pass')
UNION ALL
SELECT v.case_id, v.stage, v.verdict, 'no reversal'
FROM verifications v
WHERE v.client_id = $1 AND v.verdict = 'fail' AND v.result_id IS NOT NULL AND NOT EXISTS (SELECT FROM reversals r WHERE r.result_id = v.result_id)
UNION ALL
SELECT 0, 0, r.result_id::text, 'no fact of the reversal'
FROM reversals r JOIN results t ON t.id = r.result_id
WHERE t.client_id = $1 AND NOT EXISTS (
	SELECT FROM facts f WHERE f.client_id = t.client_id AND f.kind = 'reversal.v1' AND (f.body->>'result')::bigint = r.result_id)
ORDER BY 1, 2, 4`
)

// replayVerified holds verdicts, the cases' logs, reversals and the facts that pay hears against each other.
func (s *Service) replayVerified(ctx context.Context, client auth.ClientID, out *Replayed) error {
	var rows []struct {
		Case    CaseID `db:"case_id"`
		Stage   int    `db:"stage"`
		Verdict string `db:"verdict"`
		Lacks   string `db:"lacks"`
	}
	if err := s.db.SelectContext(ctx, &rows, verdictsUntold, client); err != nil {
		return errs.Wrap(err, "compare verifications")
	}
	for _, r := range rows {
		out.Differences = append(out.Differences, Discrepancy{
			"verification", fmt.Sprintf("case %d, day %d", r.Case, r.Stage), r.Verdict, r.Lacks,
		})
	}
	return nil
}
