package jobs

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"

	"saveline/internal/errs"
)

// sqlTx is the transaction River's driver knows; pg.Tx holds one.
type sqlTx = sql.Tx

const (
	lockMigration   = `SELECT pg_advisory_lock($1)`
	unlockMigration = `SELECT pg_advisory_unlock($1)`
	migrationLock   = 7_283_646
)

// Migrate brings the queue's tables up to date. Several nodes may start at once: one migrates, the others wait.
func Migrate(ctx context.Context, db *sqlx.DB) (err error) {
	defer func() { err = errs.Wrap(err, "migrate the job queue") }()
	migrator, err := rivermigrate.New(riverdatabasesql.New(db.DB), nil)
	if err != nil {
		return err
	}
	conn, err := db.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, lockMigration, migrationLock); err != nil {
		return err
	}
	defer func() {
		_, unlock := conn.ExecContext(context.WithoutCancel(ctx), unlockMigration, migrationLock)
		err = errors.Join(err, unlock)
	}()
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// SchemaVersion is the newest version of the queue's tables that Migrate makes.
func SchemaVersion() int {
	migrator, err := rivermigrate.New(riverdatabasesql.New(nil), nil)
	if err != nil {
		return 0
	}
	all := migrator.AllVersions()
	return all[len(all)-1].Version
}

// node is a River client that works both queues.
func (c *Client) node(poll, cooldown time.Duration) (*river.Client[*sqlTx], error) {
	return river.NewClient(riverdatabasesql.New(c.db.DB), &river.Config{
		Queues:               map[string]river.QueueConfig{queueWork: {MaxWorkers: workersMax}, queueTicks: {MaxWorkers: workersMax}},
		Workers:              c.workers,
		PollOnly:             true,
		FetchPollInterval:    poll,
		FetchCooldown:        cooldown,
		JobTimeout:           c.longest,
		RescueStuckJobsAfter: c.longest + rescueMargin,
		SoftStopTimeout:      stopWait,
		Logger:               c.log,
	})
}

// Run works jobs until ctx ends, then takes no more and waits for those that run: after stopWait their contexts end too.
func (c *Client) Run(ctx context.Context) error {
	client, err := c.node(pollEvery, fetchPause)
	if err != nil {
		return errs.Wrap(err, "job queue")
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return errs.Wrap(err, "start the job queue")
	}
	<-ctx.Done()
	return errs.Wrap(client.Stop(context.WithoutCancel(ctx)), "stop the job queue")
}

const (
	promoteJobs = `
UPDATE river_job SET state = 'available'
WHERE state IN ('scheduled', 'retryable') AND scheduled_at <= clock_timestamp()`

	countWorkable = `
SELECT count(*) FROM river_job
WHERE state = 'available' AND scheduled_at <= clock_timestamp()
   OR state = 'running' AND attempted_by[cardinality(attempted_by)] = $1`
)

// Work does every job that is due, and those that they insert, and says how many tries that took; err joins those that
// failed. Jobs due later stay. Rehearsals and tests call it where a running house has Run.
func (c *Client) Work(ctx context.Context) (n int, err error) {
	workable, err := c.workable(ctx, "")
	if err != nil || workable == 0 {
		return 0, err
	}
	client, err := c.node(workPoll, workPoll)
	if err != nil {
		return 0, errs.Wrap(err, "job queue")
	}
	c.mu.Lock()
	c.ended = []error{}
	c.mu.Unlock()
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return 0, errs.Wrap(err, "start the job queue")
	}
	wait := c.idle(ctx, client.ID())
	stop := client.Stop(context.WithoutCancel(ctx))
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err = len(c.ended), errors.Join(append(c.ended, wait, stop)...)
	c.ended = nil
	return n, err
}

const workPoll = 2 * time.Millisecond

// idle waits until nothing is due.
func (c *Client) idle(ctx context.Context, id string) error {
	tick := time.NewTicker(workPoll)
	defer tick.Stop()
	for {
		n, err := c.workable(ctx, id)
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// workable counts the jobs that are due or that the client id is at, having made those available that became due.
func (c *Client) workable(ctx context.Context, id string) (n int, err error) {
	if _, err := c.db.ExecContext(ctx, promoteJobs); err != nil {
		return 0, errs.Wrap(err, "promote due jobs")
	}
	err = c.db.GetContext(ctx, &n, countWorkable, id)
	return n, errs.Wrap(err, "count due jobs")
}

// note keeps how a job ended, for the Work under way if there is one.
func (c *Client) note(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		c.ended = append(c.ended, err)
	}
}

const readAges = `
SELECT kind, extract(epoch FROM clock_timestamp() - min(scheduled_at))::float8 AS seconds
FROM river_job
WHERE state IN ('available', 'scheduled', 'retryable') AND scheduled_at <= clock_timestamp()
GROUP BY kind`

// Ages says for each kind how long its oldest due job has been waiting. It is a metric: all should be near zero.
func (c *Client) Ages(ctx context.Context) (map[string]time.Duration, error) {
	var rows []struct {
		Kind    string  `db:"kind"`
		Seconds float64 `db:"seconds"`
	}
	if err := c.db.SelectContext(ctx, &rows, readAges); err != nil {
		return nil, errs.Wrap(err, "read the ages of jobs")
	}
	ages := make(map[string]time.Duration, len(rows))
	for _, r := range rows {
		ages[r.Kind] = time.Duration(r.Seconds * float64(time.Second))
	}
	return ages, nil
}
