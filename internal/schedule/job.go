// Package schedule runs named jobs at cron times: due times live in the database, N nodes run each tick once, and
// missed ticks are caught up.
package schedule

import (
	"context"
	"time"
)

// Job is one thing to be done again and again. Run must be idempotent for the same due instant.
type Job struct {
	Name string // unique, "campaigns.windows"
	Spec string // five cron fields, or "@every 30s"; a "TZ=" prefix is refused: say Zone
	Zone string // IANA name; "" means UTC
	Run  func(ctx context.Context, due time.Time) error
}
