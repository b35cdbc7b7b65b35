package schedule_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"go.uber.org/goleak"

	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/internal/pgtest"
	"saveline/internal/schedule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clock is a virtual clock that several nodes share.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// diary is a job that writes down when it ran.
type diary struct {
	mu   sync.Mutex
	dues []string
	fail func(due time.Time) error
}

func (d *diary) run(_ context.Context, due time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		if err := d.fail(due); err != nil {
			return err
		}
	}
	d.dues = append(d.dues, due.UTC().Format("15:04:05"))
	return nil
}

func (d *diary) read() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.dues, " ")
}

var quiet = slog.New(slog.DiscardHandler)

func node(db *sqlx.DB, c *clock, queue schedule.Queue, jobs ...schedule.Job) *schedule.Scheduler {
	s := schedule.New(db, c.now, quiet, queue)
	s.Register(jobs...)
	return s
}

func step(t testing.TB, s *schedule.Scheduler, want int) {
	t.Helper()
	if n, err := s.Step(t.Context()); n != want || err != nil {
		t.Errorf("a step fired %d ticks, %v; want %d", n, err, want)
	}
}

func TestMissedTicksAreCaughtUp(t *testing.T) {
	t.Parallel()
	db, c := pgtest.New(t), &clock{at: noon}
	var quarterly, once, often diary
	jobs := []schedule.Job{
		{Name: "quarterly", Spec: "*/15 * * * *", Run: quarterly.run},
		{Name: "once", Spec: "*/15 * * * *", Run: once.run, Once: true},
		{Name: "often", Spec: "@every 30s", Run: often.run},
	}
	s := node(db, c, nil, jobs...)
	step(t, s, 0)
	c.advance(30 * time.Second)
	step(t, s, 1)
	step(t, s, 0)
	c.advance(time.Hour) // the house was down
	late, err := s.Lateness(t.Context())
	want := map[string]time.Duration{"quarterly": 45*time.Minute + 30*time.Second, "once": 45*time.Minute + 30*time.Second, "often": 59*time.Minute + 30*time.Second}
	if diff := cmp.Diff(want, late); err != nil || diff != "" {
		t.Errorf("lateness: %v %s", err, diff)
	}
	again := node(db, c, nil, jobs...) // a new process
	step(t, again, 6)
	step(t, s, 0)
	if once.read() != "12:15:00" {
		t.Errorf("what is done once ran for %s; want the first missed instant alone", once.read())
	}
	if quarterly.read() != "12:15:00 12:30:00 12:45:00 13:00:00" {
		t.Errorf("cron fields ran for %s; want every missed instant", quarterly.read())
	}
	if often.read() != "12:00:30 13:00:30" {
		t.Errorf("the interval ran for %s; want one run for all that were missed", often.read())
	}
}

func TestCatchingUpIsBoundedPerStepAndLosesNothing(t *testing.T) {
	t.Parallel()
	db, c := pgtest.New(t), &clock{at: noon}
	ran := 0
	s := node(db, c, nil, schedule.Job{Name: "minutely", Spec: "* * * * *", Run: func(context.Context, time.Time) error {
		ran++
		return nil
	}})
	step(t, s, 0)
	c.advance(150 * time.Minute)
	step(t, s, 100)
	step(t, s, 50)
	step(t, s, 0)
	if ran != 150 {
		t.Errorf("%d runs; want 150", ran)
	}
}

func TestThreeNodesRunEachTickOnce(t *testing.T) {
	t.Parallel()
	db, c := pgtest.New(t), &clock{at: noon}
	var minutely, often diary
	const minutes = 20
	var nodes sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		s := node(db, c, nil,
			schedule.Job{Name: "minutely", Spec: "* * * * *", Zone: "Asia/Manila", Run: minutely.run},
			schedule.Job{Name: "often", Spec: "@every 1m", Run: often.run})
		step(t, s, 0)
		nodes.Go(func() {
			for {
				if _, err := s.Step(t.Context()); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for range minutes {
		c.advance(time.Minute)
		for dueRows(t, db, c.now()) > 0 {
			runtime.Gosched()
		}
	}
	close(done)
	nodes.Wait()
	for name, d := range map[string]*diary{"minutely": &minutely, "often": &often} {
		seen := map[string]int{}
		for due := range strings.FieldsSeq(d.read()) {
			seen[due]++
		}
		if len(seen) != minutes || len(d.dues) != minutes {
			t.Errorf("%s: %d runs for %d instants; want %d of each", name, len(d.dues), len(seen), minutes)
		}
	}
}

func dueRows(t testing.TB, db *sqlx.DB, now time.Time) (n int) {
	t.Helper()
	if err := db.Get(&n, `SELECT count(*) FROM schedules WHERE next_at <= $1`, now); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAFailureIsVisibleAndKeepsNobodyElseFromRunning(t *testing.T) {
	t.Parallel()
	db, c := pgtest.New(t), &clock{at: noon}
	broken := diary{fail: func(time.Time) error { panic("boom") }}
	var fine diary
	s := node(db, c, nil,
		schedule.Job{Name: "broken", Spec: "@every 1m", Run: broken.run},
		schedule.Job{Name: "fine", Spec: "@every 1m", Run: fine.run})
	step(t, s, 0)
	c.advance(time.Minute)
	if n, err := s.Step(t.Context()); n != 2 || err == nil || !strings.Contains(err.Error(), "boom") {
		t.Errorf("a step fired %d, %v; want 2 and the failure", n, err)
	}
	failures, err := s.Failures(t.Context())
	if err != nil || len(failures) != 1 || !strings.Contains(failures["broken"], "boom") {
		t.Errorf("failures: %v, %v", failures, err)
	}
	broken.fail = nil
	c.advance(time.Minute)
	step(t, s, 2)
	if failures, err = s.Failures(t.Context()); err != nil || len(failures) != 0 {
		t.Errorf("failures after a good run: %v, %v", failures, err)
	}
	if broken.read() != "12:02:00" || fine.read() != "12:01:00 12:02:00" {
		t.Errorf("broken ran for %s, fine for %s", broken.read(), fine.read())
	}
}

// queued is a node whose ticks go through the job queue.
func queued(db *sqlx.DB, c *clock, list ...schedule.Job) (*schedule.Scheduler, *jobs.Client) {
	queue := jobs.New(db, quiet)
	s := node(db, c, queue, list...)
	queue.HandleTicks(s.Tick)
	return s, queue
}

func TestQueuedTicksRunInOrderOnWhicheverNode(t *testing.T) {
	t.Parallel()
	db, c := pgtest.New(t), &clock{at: noon}
	var hourly, often diary
	list := []schedule.Job{
		{Name: "hourly", Spec: "0 * * * *", Run: hourly.run}, {Name: "often", Spec: "@every 30m", Run: often.run},
	}
	a, _ := queued(db, c, list...)
	b, queue := queued(db, c, list...)
	step(t, a, 0)
	c.advance(3 * time.Hour)
	step(t, a, 2) // hourly's first missed tick is queued, often has run
	step(t, b, 0) // hourly waits for it
	if hourly.read() != "" || often.read() != "15:00:00" {
		t.Errorf("hourly ran for %q, often for %q", hourly.read(), often.read())
	}
	for range 3 {
		if n, err := queue.Work(t.Context()); n != 1 || err != nil {
			t.Errorf("worked %d, %v; want 1", n, err)
		}
		if _, err := b.Step(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if hourly.read() != "13:00:00 14:00:00 15:00:00" {
		t.Errorf("hourly ran for %s", hourly.read())
	}
}

func TestAQueuedTickThatFailsHoldsUpTheNextOnesUntilItIsGivenUp(t *testing.T) {
	t.Parallel()
	db, c := pgtest.New(t), &clock{at: noon}
	hourly := diary{fail: func(due time.Time) error {
		if due.Hour() == 13 {
			return errors.New("not now")
		}
		return nil
	}}
	s, queue := queued(db, c, schedule.Job{Name: "hourly", Spec: "0 * * * *", Run: hourly.run})
	step(t, s, 0)
	c.advance(2 * time.Hour)
	step(t, s, 1)
	tries := 0
	for {
		n, err := queue.Work(t.Context())
		if n == 0 {
			break
		}
		if tries++; err == nil {
			t.Error("the failure went unnoticed")
		}
		if tries < 8 {
			step(t, s, 0)
		}
		db.MustExec(`UPDATE river_job SET scheduled_at = now() WHERE state <> 'discarded'`)
	}
	step(t, s, 1)
	if n, err := queue.Work(t.Context()); n != 1 || err != nil || tries != 8 || hourly.read() != "14:00:00" {
		t.Errorf("worked %d, %v, after %d tries, and ran for %q", n, err, tries, hourly.read())
	}
}

func TestALostTickComesAgain(t *testing.T) {
	t.Parallel()
	db, c := pgtest.New(t), &clock{at: noon}
	var hourly diary
	s, queue := queued(db, c, schedule.Job{Name: "hourly", Spec: "0 * * * *", Run: hourly.run})
	step(t, s, 0)
	c.advance(time.Hour)
	step(t, s, 1)
	db.MustExec(`DELETE FROM river_job`)
	c.advance(3 * time.Hour)
	for range 10 {
		if _, err := s.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := queue.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if hourly.read() != "13:00:00 14:00:00 15:00:00 16:00:00" {
		t.Errorf("hourly ran for %s", hourly.read())
	}
}

func TestATickThatWasDoneIsNotRunAgain(t *testing.T) {
	t.Parallel()
	db, c := pgtest.New(t), &clock{at: noon}
	var hourly diary
	s, queue := queued(db, c, schedule.Job{Name: "hourly", Spec: "0 * * * *", Run: hourly.run})
	step(t, s, 0)
	c.advance(time.Hour)
	step(t, s, 1)
	if _, err := queue.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Tick(t.Context(), "hourly", c.now(), false); err != nil {
		t.Fatal(err)
	}
	if hourly.read() != "13:00:00" {
		t.Errorf("hourly ran for %s", hourly.read())
	}
	if err := s.Tick(t.Context(), "unknown", c.now(), false); !errs.Is(err, errs.NotFound) {
		t.Errorf("a tick of an unknown job: %v", err)
	}
}

func TestAChangedSpecStartsAnew(t *testing.T) {
	t.Parallel()
	db, c := pgtest.New(t), &clock{at: noon}
	var d diary
	step(t, node(db, c, nil, schedule.Job{Name: "job", Spec: "0 0 * * *", Run: d.run}), 0)
	s := node(db, c, nil, schedule.Job{Name: "job", Spec: "0 0 * * *", Zone: "America/Los_Angeles", Run: d.run})
	step(t, s, 0)
	c.advance(20 * time.Hour) // midnight in Los Angeles is 08:00 UTC
	step(t, s, 1)
	if d.read() != "08:00:00" {
		t.Errorf("ran for %s", d.read())
	}
}

func TestRunFiresAndStops(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	fired := make(chan time.Time, 10)
	s := schedule.New(db, time.Now, quiet, nil)
	s.Register(schedule.Job{Name: "secondly", Spec: "@every 1s", Run: func(_ context.Context, due time.Time) error {
		fired <- due
		return nil
	}})
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- s.Run(ctx) }()
	first, second := <-fired, <-fired
	stop()
	if err := <-stopped; err != nil || !second.After(first) {
		t.Errorf("fired at %v and %v, stopped with %v", first, second, err)
	}
}

func TestRegisterRefusesAJobThatCanNeverRun(t *testing.T) {
	t.Parallel()
	var d diary
	good := schedule.Job{Name: "job", Spec: "@daily", Run: d.run}
	for name, j := range map[string]schedule.Job{
		"twice": good, "no name": {Spec: "@daily", Run: d.run}, "no run": {Name: "x", Spec: "@daily"},
		"spec": {Name: "x", Spec: "daily", Run: d.run}, "zone": {Name: "x", Spec: "@daily", Zone: "Nowhere", Run: d.run},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s went unnoticed", name)
				}
			}()
			node(nil, &clock{}, nil, good, j)
		}()
	}
}
