package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

const (
	catchUpMax  = 100           // ticks of one job fired in a step; the rest come with the next one
	tickLifeMax = 2 * time.Hour // a queued tick that has not ended by then was lost with its queue
	pollMin     = 50 * time.Millisecond
	pollMax     = time.Second
)

// Queue takes ticks to be run in the background, in the transaction that claims them; jobs.Client is one.
type Queue interface {
	InsertTickTx(ctx context.Context, tx *pg.Tx, name string, due time.Time) error
}

// Scheduler fires the jobs it knows. Any number of nodes may run one over the same database.
type Scheduler struct {
	db      *sqlx.DB
	now     func() time.Time
	log     *slog.Logger
	queue   Queue
	entries []*entry
}

type entry struct {
	Job
	rule  rule
	mu    sync.Mutex
	known bool // has its row
}

// New returns a scheduler without jobs. With a queue, ticks of cron fields are queued and run by Tick, on whichever
// node, again if they fail; without one (rehearsals, tests) they run at once, inside Step. Intervals always run at
// once: their next tick is a better retry than any queue's.
func New(db *sqlx.DB, now func() time.Time, log *slog.Logger, queue Queue) *Scheduler {
	return &Scheduler{db: db, now: now, log: log, queue: queue}
}

// Register adds jobs, before anything else is called. It panics on a job that can never run (no name, no Run, a faulty
// spec or zone) and on a name that is taken: that is a fault of the program.
func (s *Scheduler) Register(jobs ...Job) {
	for _, j := range jobs {
		r, err := parse(j.Spec, j.Zone)
		if err != nil || j.Name == "" || j.Run == nil || s.entry(j.Name) != nil {
			panic(fmt.Sprintf("schedule: job %q needs a name of its own, a spec, a zone and a Run: %v", j.Name, err))
		}
		s.entries = append(s.entries, &entry{Job: j, rule: r})
	}
}

func (s *Scheduler) entry(name string) *entry {
	for _, e := range s.entries {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func (s *Scheduler) names() []string {
	names := make([]string, len(s.entries))
	for i, e := range s.entries {
		names[i] = e.Name
	}
	return names
}

const readDue = `
SELECT name FROM schedules WHERE name = ANY($1) AND next_at <= $2`

// Step fires everything that is due, once, in the order in which the jobs were registered, and says how many ticks
// that were. One job's failure does not keep the others from running; err joins all.
func (s *Scheduler) Step(ctx context.Context) (int, error) {
	for _, e := range s.entries {
		if err := s.ensure(ctx, e); err != nil {
			return 0, err
		}
	}
	var names []string
	if err := s.db.SelectContext(ctx, &names, readDue, pq.Array(s.names()), s.now()); err != nil {
		return 0, errs.Wrap(err, "read due schedules")
	}
	due := make(map[string]bool, len(names))
	for _, name := range names {
		due[name] = true
	}
	total := 0
	var failed []error
	for _, e := range s.entries {
		if !due[e.Name] {
			continue
		}
		n, err := s.catchUp(ctx, e)
		total += n
		failed = append(failed, err)
	}
	return total, errors.Join(failed...)
}

// Run fires jobs as they come due until ctx ends. Each has its own pace: a slow one delays no other.
func (s *Scheduler) Run(ctx context.Context) error {
	var running sync.WaitGroup
	for _, e := range s.entries {
		running.Go(func() { s.follow(ctx, e) })
	}
	running.Wait()
	return nil
}

func (s *Scheduler) follow(ctx context.Context, e *entry) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		err := s.ensure(ctx, e)
		if err == nil {
			_, err = s.catchUp(ctx, e)
		}
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "a scheduled job failed", "job", e.Name, "error", err)
		}
		now := s.now()
		timer.Reset(min(max(e.rule.next(now).Sub(now), pollMin), pollMax))
	}
}

const readLateness = `
SELECT name, coalesce(running_due, next_at) AS due FROM schedules WHERE name = ANY($1)`

// Lateness says for each job how long its next tick, or the one in the queue, has been due: zero when all is well.
func (s *Scheduler) Lateness(ctx context.Context) (map[string]time.Duration, error) {
	var rows []struct {
		Name string    `db:"name"`
		Due  time.Time `db:"due"`
	}
	if err := s.db.SelectContext(ctx, &rows, readLateness, pq.Array(s.names())); err != nil {
		return nil, errs.Wrap(err, "read how late schedules are")
	}
	now := s.now()
	late := make(map[string]time.Duration, len(rows))
	for _, r := range rows {
		late[r.Name] = max(now.Sub(r.Due), 0)
	}
	return late, nil
}

const readFailures = `
SELECT name, last_error FROM schedules WHERE last_error <> '' ORDER BY name`

// Failures says for each job whose last run failed how it did, on whichever node.
func (s *Scheduler) Failures(ctx context.Context) (map[string]string, error) {
	var rows []struct {
		Name      string `db:"name"`
		LastError string `db:"last_error"`
	}
	if err := s.db.SelectContext(ctx, &rows, readFailures); err != nil {
		return nil, errs.Wrap(err, "read failed schedules")
	}
	failures := make(map[string]string, len(rows))
	for _, r := range rows {
		failures[r.Name] = r.LastError
	}
	return failures, nil
}
