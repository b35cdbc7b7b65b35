package retention

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/pg"
)

// FactResultReview says that somebody looks at how a result came about, or has decided. While it is opened, pay waits.
const FactResultReview facts.Kind = "result_review.v1"

// ResultReviewFact is its body. A later fact of the same result is the newer word.
type ResultReviewFact struct {
	Result int64  `json:"result_id"`
	State  string `json:"state"` // opened, cleared, confirmed
}

// DecodeResultReview reads the body of a result_review.v1 fact.
func DecodeResultReview(body json.RawMessage) (ResultReviewFact, error) {
	var f ResultReviewFact
	err := json.Unmarshal(body, &f)
	return f, errs.Wrap(err, "decode "+string(FactResultReview))
}

// What pay should know of each result that is evidence of anything, against what it was told. One finding that is open is
// enough to hold it; what one finding confirms, another does not clear.
const untoldReviews = `
SELECT now.result_id, now.state, coalesce(told.seq, 0) + 1 AS seq
FROM (
    SELECT e.result_id, CASE WHEN bool_or(e.decision IS NULL AND f.state IN ('open','proposed')) THEN 'opened'
                             WHEN bool_or(e.decision = 'confirmed') THEN 'confirmed'
                             WHEN bool_or(e.decision = 'cleared') THEN 'cleared' END AS state
    FROM gaming_evidence e JOIN gaming_findings f ON f.id = e.finding_id
    WHERE e.client_id = $1 AND e.result_id IS NOT NULL
    GROUP BY e.result_id
) now
LEFT JOIN gaming_results told ON told.result_id = now.result_id
WHERE now.state IS NOT NULL AND now.state IS DISTINCT FROM told.state
ORDER BY now.result_id`

const upsertReview = `
INSERT INTO gaming_results (result_id, client_id, state, seq, told_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (result_id) DO UPDATE SET state = excluded.state, seq = excluded.seq, told_at = excluded.told_at
WHERE gaming_results.seq = excluded.seq - 1`

// tellPay posts a fact for every result whose review pay has not heard of.
func tellPay(ctx context.Context, tx *pg.Tx, client auth.ClientID, now time.Time) error {
	var rows []struct {
		Result ResultID `db:"result_id"`
		State  string   `db:"state"`
		Seq    int      `db:"seq"`
	}
	if err := tx.SelectContext(ctx, &rows, untoldReviews, client); err != nil {
		return errs.Wrap(err, "compare reviews with what pay knows")
	}
	for _, r := range rows {
		done, err := tx.ExecContext(ctx, upsertReview, r.Result, client, r.State, r.Seq, now)
		if err != nil {
			return errs.Wrap(err, "tell pay")
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errs.WithCause(errs.Conflict, err, "somebody else is deciding about the same results; try again")
		}
		f := facts.Fact{
			Kind: FactResultReview, Key: fmt.Sprintf("result:%d:%d", r.Result, r.Seq), Client: int64(client), EffectiveAt: now, RecordedAt: now,
		}
		if err := facts.AppendTx(ctx, tx, f, ResultReviewFact{Result: int64(r.Result), State: r.State}); err != nil {
			return err
		}
	}
	return nil
}
