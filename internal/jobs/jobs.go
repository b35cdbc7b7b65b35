// Package jobs runs durable work in the background: what must survive a crash, may take time and may be tried again.
//
// It is River, polling PostgreSQL over database/sql. A job is inserted in the transaction that wants it, runs on one
// node at a time and at least once, so that its work must be idempotent. Nothing on a call's path goes through here.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

const (
	queueWork    = river.QueueDefault
	queueTicks   = "ticks" // apart, so that long imports never hold up the clock
	workersMax   = 8       // jobs at once on a node, each queue
	pollEvery    = 100 * time.Millisecond
	fetchPause   = 50 * time.Millisecond
	stopWait     = 20 * time.Second // for running jobs, before their contexts end
	rescueMargin = time.Minute      // past the longest timeout, a running job's node is taken for dead
)

// Client inserts jobs and works them. Handle every kind before anything else.
type Client struct {
	db      *sqlx.DB
	log     *slog.Logger
	insert  func() (*river.Client[*sqlTx], error)
	workers *river.Workers
	kinds   map[string]bool
	longest time.Duration // the longest timeout of any kind
	mu      sync.Mutex
	ended   []error // how the jobs of a Work ended; nil while none runs
}

// New returns a client that handles nothing yet.
func New(db *sqlx.DB, log *slog.Logger) *Client {
	c := &Client{db: db, log: log, workers: river.NewWorkers(), kinds: map[string]bool{}, longest: time.Minute}
	c.insert = sync.OnceValues(func() (*river.Client[*sqlTx], error) {
		return river.NewClient(riverdatabasesql.New(db.DB), &river.Config{Logger: log})
	})
	return c
}

// Handle says how jobs of A's kind are done. The context ends after timeout; keep it short, because a job whose node
// died is given to another only after the longest timeout of all kinds. An error is tried again with growing pauses
// (1 s, 16 s, 81 s, ...), at most 25 times; a panic is an error. It panics on a kind that is handled already.
func Handle[A river.JobArgs](c *Client, timeout time.Duration, do func(ctx context.Context, args A) error) {
	var zero A
	handle(c, zero.Kind(), &worker[A]{c: c, timeout: timeout, do: func(ctx context.Context, j *river.Job[envelope[A]]) error {
		return do(ctx, j.Args.Args)
	}})
}

func handle[A river.JobArgs](c *Client, kind string, w *worker[A]) {
	if c.kinds[kind] {
		panic(fmt.Sprintf("jobs: kind %q is handled twice", kind))
	}
	c.kinds[kind] = true
	c.longest = max(c.longest, w.timeout)
	river.AddWorker(c.workers, w)
}

// Options of one job; the zero value runs it as soon as the transaction commits.
type Options struct {
	RunAt     time.Time // not before; it may start some seconds later
	UniqueKey string    // while a job of this kind with this key waits, runs, or ended well in the last day, no second is inserted
}

// envelope is how a job's arguments stand in the queue: with the key that makes them unique beside them.
type envelope[A river.JobArgs] struct {
	Args A      `json:"args"`
	Key  string `json:"key,omitempty" river:"unique"`
}

// Kind is that of the arguments.
func (e envelope[A]) Kind() string { return e.Args.Kind() }

// InsertTx queues a job in the caller's transaction: it runs if, and only if, that commits. A job that UniqueKey says is
// there already is no error.
func (c *Client) InsertTx(ctx context.Context, tx *pg.Tx, args river.JobArgs, o Options) error {
	return c.insertTx(ctx, tx, args, river.InsertOpts{
		Queue: queueWork, ScheduledAt: o.RunAt, UniqueOpts: river.UniqueOpts{ByArgs: o.UniqueKey != ""},
	}, o.UniqueKey)
}

func (c *Client) insertTx(ctx context.Context, tx *pg.Tx, args river.JobArgs, o river.InsertOpts, key string) error {
	if !c.kinds[args.Kind()] {
		return errs.Newf(errs.Internal, "nothing here does jobs of kind %q", args.Kind())
	}
	client, err := c.insert()
	if err != nil {
		return errs.Wrap(err, "job queue")
	}
	_, err = client.InsertTx(ctx, tx.Tx, envelope[river.JobArgs]{Args: args, Key: key}, &o)
	return errs.Wrap(err, "queue job "+args.Kind())
}

// worker does the jobs of one kind.
type worker[A river.JobArgs] struct {
	river.WorkerDefaults[envelope[A]]
	c       *Client
	timeout time.Duration
	pause   func(attempt int) time.Duration // before the next try; nil is River's way
	do      func(ctx context.Context, j *river.Job[envelope[A]]) error
}

// Timeout is how long one try may take.
func (w *worker[A]) Timeout(*river.Job[envelope[A]]) time.Duration { return w.timeout }

// NextRetry is when a failed job is tried again.
func (w *worker[A]) NextRetry(j *river.Job[envelope[A]]) time.Time {
	if w.pause == nil || j.AttemptedAt == nil {
		return time.Time{}
	}
	return j.AttemptedAt.Add(w.pause(j.Attempt))
}

// Work does one job.
func (w *worker[A]) Work(ctx context.Context, j *river.Job[envelope[A]]) (err error) {
	finished := false
	defer func() {
		if !finished { // a panic, which River turns into an error
			err = fmt.Errorf("panic in job %s %d", j.Kind, j.ID)
		}
		w.c.note(err)
		if err != nil {
			w.c.log.WarnContext(ctx, "a job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "error", err)
		}
	}()
	err = w.do(ctx, j)
	finished = true
	return err
}
