package retention

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// RequestID names something that a customer asked for on a call and that another system must do.
type RequestID int64

const settleRequest = `
UPDATE account_requests SET status = CASE $2 WHEN 'applied' THEN 'done' ELSE 'failed' END, updated_at = $3
WHERE id = $1 AND status IN ('approved','passed_on','failed')`

// requestSettledTx follows a request to its end: billing did it, or said no.
func (s *Service) requestSettledTx(ctx context.Context, tx *pg.Tx, _ auth.Actor, g Grant, now time.Time) error {
	_, err := tx.ExecContext(ctx, settleRequest, g.Request, g.Status, now)
	return errs.Wrap(err, "settle request")
}
