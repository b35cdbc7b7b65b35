package campaigns

import (
	"context"

	"saveline/internal/errs"
)

const isStopped = `SELECT EXISTS (SELECT FROM dial_stops WHERE ended_at IS NULL)`

// Stopped reports whether all dialing is stopped. The gate asks the same table in its own transaction, so a dialer
// needs this only to save itself the trouble.
func (s *Service) Stopped(ctx context.Context) (bool, error) {
	var is bool
	err := s.db.GetContext(ctx, &is, isStopped)
	return is, errs.Wrap(err, "read the stop switch")
}
