package rehearsal

import (
	"context"
	"fmt"
	"time"
)

const (
	quantum       = 500 * time.Millisecond // the grid that acts and events fall on
	stepAtLeast   = time.Second            // the dialer looks at the floor at least this often
	promoteEvery  = 5 * time.Second
	settleEvery   = time.Minute
	overtimeMax   = 2 * time.Hour // the last calls and wrap-ups must be over by then
	progressEvery = 5 * time.Minute
	countEvery    = 10 * time.Second // after the shift: is anybody still there?
	analyzeAfter  = 4 * time.Minute  // of the shift, and whenever it is twice as old
)

// day drives one shift, single-threaded, through the services' synchronous steps.
type day struct {
	*Floor
	clock      *Clock
	start      time.Time
	progress   func(share float64)
	promoted   time.Time
	settled    time.Time
	counted    time.Time
	analyzeAt  time.Time
	progressed time.Time
}

// run lets the shift pass and the last conversations end.
func (d *day) run(ctx context.Context) error {
	deadline := d.until.Add(overtimeMax)
	act := context.WithoutCancel(ctx) // a statement that may be called off costs the driver a goroutine; instants are short
	for now := d.start; ; now = d.after(now) {
		if err := ctx.Err(); err != nil {
			return err
		}
		d.clock.Set(now)
		if err := d.instant(act, now); err != nil {
			return fmt.Errorf("at %s: %w", now.Format(time.RFC3339), err)
		}
		if now.Before(d.until) {
			continue
		}
		if now.Sub(d.counted) < countEvery {
			continue
		}
		d.counted = now
		quiet, err := d.quiet(ctx)
		if err != nil || quiet {
			return err
		}
		if now.After(deadline) {
			return fmt.Errorf("the floor is not empty %s after the end of the shift", overtimeMax)
		}
	}
}

// instant is everything that happens at one moment, always in the same order.
func (d *day) instant(ctx context.Context, now time.Time) error {
	d.Switch.Advance(now)
	if err := d.analyze(ctx, now); err != nil {
		return err
	}
	if now.Sub(d.promoted) >= promoteEvery {
		d.promoted = now
		if _, err := d.Campaigns.Promote(ctx); err != nil {
			return err
		}
	}
	if err := d.Dialer.Step(ctx); err != nil {
		return err
	}
	if err := d.Step(ctx); err != nil {
		return err
	}
	if now.Sub(d.settled) >= settleEvery {
		d.settled = now
		if _, err := d.Schedule.Step(ctx); err != nil {
			return err
		}
		if err := d.Facts.Drain(ctx); err != nil {
			return err
		}
	}
	if d.progress != nil && now.Sub(d.progressed) >= progressEvery {
		d.progressed = now
		d.progress(min(1, float64(now.Sub(d.start))/float64(d.until.Sub(d.start))))
	}
	return nil
}

// analyze lets the server look at its tables whenever the shift is twice as old: a day passes faster than autovacuum
// comes round, and plans made for empty tables would stay.
func (d *day) analyze(ctx context.Context, now time.Time) error {
	if now.Before(d.analyzeAt) {
		return nil
	}
	d.analyzeAt = now.Add(max(analyzeAfter, now.Sub(d.start)))
	if _, err := d.DB.ExecContext(ctx, "ANALYZE"); err != nil {
		return fmt.Errorf("let the server look at its tables: %w", err)
	}
	return nil
}

// after is the next moment of the grid at which something is due.
func (d *day) after(now time.Time) time.Time {
	next := now.Add(stepAtLeast)
	if t, ok := d.Switch.NextAt(); ok && t.Before(next) {
		next = t
	}
	if t := d.next(); t.Before(next) {
		next = t
	}
	next = next.Truncate(quantum)
	if !next.After(now) {
		return now.Truncate(quantum).Add(quantum)
	}
	return next
}

const selectBusy = `
SELECT (SELECT count(*) FROM calls WHERE state <> 'ended')
     + (SELECT count(*) FROM agent_states WHERE state <> 'away')`

// quiet reports that no call is up and everybody has left.
func (d *day) quiet(ctx context.Context) (bool, error) {
	var n int
	if err := d.DB.GetContext(ctx, &n, selectBusy); err != nil {
		return false, fmt.Errorf("count the busy: %w", err)
	}
	return n == 0, nil
}
