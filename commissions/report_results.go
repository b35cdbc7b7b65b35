package commissions

import (
	"context"

	"github.com/lib/pq"

	"saveline/internal/errs"
)

// What a result has cost is what its credits were posted for, less what was taken back.
const costOfResults = `
SELECT c.result_id, sum(CASE WHEN e.debit LIKE 'expense:%' THEN e.amount_minor ELSE 0 END)
     - sum(CASE WHEN e.credit LIKE 'expense:%' THEN e.amount_minor ELSE 0 END) AS cost
FROM credits c JOIN entries e ON e.credit_id = c.id WHERE c.result_id = ANY($1) GROUP BY c.result_id`

// PayOfResults is by result what was posted for it less what was taken back, in minor units of the currency it is paid in.
// The save desk's report counts it among what a save costs.
func (s *Service) PayOfResults(ctx context.Context, results []int64) (map[int64]int64, error) {
	var rows []struct {
		Result int64 `db:"result_id"`
		Cost   int64 `db:"cost"`
	}
	if err := s.db.SelectContext(ctx, &rows, costOfResults, pq.Array(results)); err != nil {
		return nil, errs.Wrap(err, "add up the pay of results")
	}
	out := make(map[int64]int64, len(rows))
	for _, r := range rows {
		out[r.Result] = r.Cost
	}
	return out, nil
}
