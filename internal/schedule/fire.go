package schedule

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// A spec or zone that changed starts anew from now.
const ensureSchedule = `
INSERT INTO schedules (name, spec, zone, next_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE
SET spec = EXCLUDED.spec, zone = EXCLUDED.zone, next_at = EXCLUDED.next_at
WHERE schedules.spec <> EXCLUDED.spec OR schedules.zone <> EXCLUDED.zone`

// ensure gives a job its row.
func (s *Scheduler) ensure(ctx context.Context, e *entry) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known {
		return nil
	}
	if _, err := s.db.ExecContext(ctx, ensureSchedule, e.Name, e.Spec, e.Zone, e.rule.next(s.now())); err != nil {
		return errs.Wrap(err, "schedule "+e.Name)
	}
	e.known = true
	return nil
}

// catchUp fires what is due of one job, oldest first, until nothing is or another node is at it.
func (s *Scheduler) catchUp(ctx context.Context, e *entry) (n int, err error) {
	for n < catchUpMax {
		fired, err := s.fire(ctx, e)
		if fired {
			n++
		}
		if err != nil || !fired {
			return n, errs.Wrap(err, "schedule "+e.Name)
		}
	}
	return n, nil
}

// standing is a job's row.
type standing struct {
	NextAt     time.Time  `db:"next_at"`
	RunningDue *time.Time `db:"running_due"`
	FiredAt    *time.Time `db:"fired_at"`
}

const (
	readStanding = `SELECT next_at, running_due, fired_at FROM schedules WHERE name = $1`

	// The compare-and-set: of all nodes that saw this next_at, one moves it.
	claimTick = `
UPDATE schedules SET next_at = $3, running_due = $4, fired_at = $5
WHERE name = $1 AND next_at = $2 AND running_due IS NULL`
)

// fire claims the next tick, if it is due and free, and runs or queues it.
func (s *Scheduler) fire(ctx context.Context, e *entry) (fired bool, err error) {
	now := s.now()
	var at standing
	if err := s.db.GetContext(ctx, &at, readStanding, e.Name); err != nil {
		return false, err
	}
	if at.RunningDue != nil {
		return false, s.rescue(ctx, e, at, now)
	}
	if at.NextAt.After(now) {
		return false, nil
	}
	due := at.NextAt.UTC()
	if newest := now.Truncate(max(e.rule.every, 1)); e.rule.every > 0 && newest.After(due) {
		due = newest.UTC() // one run for all that were missed
	}
	next := e.rule.next(due)
	if e.Once {
		next = e.rule.next(now)
	}
	if e.rule.every == 0 && s.queue != nil {
		return s.enqueue(ctx, e, tick{was: at.NextAt, due: due, next: next}, now)
	}
	res, err := s.db.ExecContext(ctx, claimTick, e.Name, at.NextAt, next, nil, now)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	return true, s.run(ctx, e, due)
}

// tick is a move of a job's row: the instant it stood at, the one to run for, the one to stand at from now on.
type tick struct{ was, due, next time.Time }

// enqueue claims a tick and queues it in the same transaction.
func (s *Scheduler) enqueue(ctx context.Context, e *entry, t tick, now time.Time) (fired bool, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		fired = false
		res, err := tx.ExecContext(ctx, claimTick, e.Name, t.was, t.next, t.due, now)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		fired = true
		return s.queue.InsertTickTx(ctx, tx, e.Name, t.due)
	})
	return fired && err == nil, err
}

const rescueTick = `
UPDATE schedules SET next_at = running_due, running_due = NULL WHERE name = $1 AND running_due = $2`

// rescue makes a tick due again that has been in the queue for so long that it must have been lost.
func (s *Scheduler) rescue(ctx context.Context, e *entry, at standing, now time.Time) error {
	if at.FiredAt != nil && now.Sub(*at.FiredAt) < tickLifeMax {
		return nil
	}
	s.log.WarnContext(ctx, "a queued tick was lost and is due again", "job", e.Name, "due", at.RunningDue)
	_, err := s.db.ExecContext(ctx, rescueTick, e.Name, at.RunningDue)
	return err
}

const (
	noteSuccess = `
UPDATE schedules SET last_due = $2, last_ok_at = $3, last_error = '' WHERE name = $1`

	noteFailure = `
UPDATE schedules SET last_error = $2 WHERE name = $1`

	tickWaits = `
SELECT EXISTS (SELECT FROM schedules WHERE name = $1 AND running_due = $2)`

	endTick = `
UPDATE schedules SET running_due = NULL WHERE name = $1 AND running_due = $2`
)

// Tick runs a queued tick: a queue's worker calls it. While it fails the job's later ticks wait, so that they stay in
// order; last says that it will not be tried again, and then they wait no longer.
//
// Codes: not_found (this node does not know the job), and those of the job.
func (s *Scheduler) Tick(ctx context.Context, name string, due time.Time, last bool) error {
	e := s.entry(name)
	if e == nil {
		return errs.Newf(errs.NotFound, "this node knows no scheduled job %q", name)
	}
	var waits bool
	if err := s.db.GetContext(ctx, &waits, tickWaits, name, due); err != nil || !waits {
		return errs.Wrap(err, "schedule "+name) // not there: it was done, or given up, before
	}
	err := s.run(ctx, e, due)
	if err == nil || last {
		if _, err := s.db.ExecContext(context.WithoutCancel(ctx), endTick, name, due); err != nil {
			return errs.Wrap(err, "schedule "+name)
		}
	}
	return err
}

// run does the job for one due instant and notes how it went.
func (s *Scheduler) run(ctx context.Context, e *entry, due time.Time) error {
	failed := guarded(ctx, e, due)
	ctx = context.WithoutCancel(ctx) // how it went is noted even when the house is closing
	var err error
	if failed != nil {
		_, err = s.db.ExecContext(ctx, noteFailure, e.Name, failed.Error())
	} else {
		_, err = s.db.ExecContext(ctx, noteSuccess, e.Name, due, s.now())
	}
	if failed != nil {
		return fmt.Errorf("due %s: %w", due.Format(time.RFC3339), failed)
	}
	return err
}

// guarded turns a job's panic into an error: it must not take the node down.
func guarded(ctx context.Context, e *entry, due time.Time) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return e.Run(ctx, due)
}
