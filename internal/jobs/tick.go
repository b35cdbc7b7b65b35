package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"saveline/internal/pg"
)

const (
	tickTriesMax = 8
	tickPauseMax = time.Minute
	tickTimeout  = 5 * time.Minute
)

// tick is a scheduled job's run for one due instant.
type tick struct {
	Name string    `json:"name"`
	Due  time.Time `json:"due"`
}

// Kind names ticks in the queue.
func (tick) Kind() string { return "schedule_tick" }

// InsertTickTx queues a scheduled job's run for its due instant; it implements schedule.Queue.
func (c *Client) InsertTickTx(ctx context.Context, tx *pg.Tx, name string, due time.Time) error {
	return c.insertTx(ctx, tx, tick{Name: name, Due: due}, river.InsertOpts{Queue: queueTicks, MaxAttempts: tickTriesMax}, "")
}

// HandleTicks says how queued ticks are run: schedule's Tick. last says that a failure will not be tried again, which is
// so after tickTriesMax tries. The pauses between them grow to tickPauseMax, as the next tick waits for this one.
func (c *Client) HandleTicks(run func(ctx context.Context, name string, due time.Time, last bool) error) {
	handle(c, tick{}.Kind(), &worker[tick]{
		c: c, timeout: tickTimeout,
		pause: func(attempt int) time.Duration { return min(time.Second<<(attempt-1), tickPauseMax) },
		do: func(ctx context.Context, j *river.Job[envelope[tick]]) error {
			return run(ctx, j.Args.Args.Name, j.Args.Args.Due, j.Attempt >= j.MaxAttempts)
		},
	})
}
