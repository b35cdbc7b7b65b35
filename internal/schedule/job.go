// Package schedule runs named jobs at cron times: due times live in the database, N nodes run each tick once, and
// missed ticks are caught up.
//
// A tick belongs to the node that moves its row's next_at from the old value to the new one. What is missed while the
// house is down depends on what the spec says. An interval ("@every 30s") asks for something to be kept up to date, so
// one run makes up for all that were missed. Cron fields name instants that each mean something (a day's report, a
// month's closing), so every one that was missed runs, in order, one after the other.
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

	// Once says that the work is about what there is now and not about the instant: one run does for all that were
	// missed, with the first of them as due. Intervals ("@every") always do so, with the last.
	Once bool
}
