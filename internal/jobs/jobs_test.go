package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"go.uber.org/goleak"

	"saveline/internal/jobs"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "greet" }

type other struct{}

func (other) Kind() string { return "other" }

func newClient(db *sqlx.DB) *jobs.Client { return jobs.New(db, slog.New(slog.DiscardHandler)) }

// greeter handles greet and keeps the names it was given.
type greeter struct {
	mu    sync.Mutex
	names []string
	fail  func(name string) error
}

func (g *greeter) handle(c *jobs.Client) *jobs.Client {
	jobs.Handle(c, time.Minute, func(_ context.Context, a greet) error {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.names = append(g.names, a.Name)
		if g.fail != nil {
			return g.fail(a.Name)
		}
		return nil
	})
	return c
}

func (g *greeter) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.names)
}

func insert(t testing.TB, c *jobs.Client, db *sqlx.DB, name string, o jobs.Options) {
	t.Helper()
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error { return c.InsertTx(t.Context(), tx, greet{Name: name}, o) })
	if err != nil {
		t.Fatal(err)
	}
}

func work(t testing.TB, c *jobs.Client, want int) {
	t.Helper()
	if n, err := c.Work(t.Context()); n != want || err != nil {
		t.Errorf("worked %d jobs, %v; want %d", n, err, want)
	}
}

func until(t testing.TB, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within 30 s", what)
		case <-tick.C:
		}
	}
}

func TestAJobRunsOnlyIfItsTransactionCommits(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var g greeter
	c := g.handle(newClient(db))
	refused := errors.New("refused")
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
		if err := c.InsertTx(t.Context(), tx, greet{Name: "never"}, jobs.Options{}); err != nil {
			return err
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Fatal(err)
	}
	work(t, c, 0)
	insert(t, c, db, "one", jobs.Options{})
	work(t, c, 1)
	work(t, c, 0)
	if strings.Join(g.names, " ") != "one" {
		t.Errorf("greeted %v", g.names)
	}
}

func TestAUniqueKeyIsQueuedOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var g greeter
	c := g.handle(newClient(db))
	insert(t, c, db, "one", jobs.Options{UniqueKey: "a"})
	insert(t, c, db, "again", jobs.Options{UniqueKey: "a"})
	insert(t, c, db, "two", jobs.Options{UniqueKey: "b"})
	insert(t, c, db, "free", jobs.Options{})
	insert(t, c, db, "free", jobs.Options{})
	work(t, c, 4)
	insert(t, c, db, "after the end", jobs.Options{UniqueKey: "a"})
	work(t, c, 0)
	if strings.Contains(strings.Join(g.names, " "), "again") {
		t.Errorf("greeted %v", g.names)
	}
}

func TestALaterJobWaits(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var g greeter
	c := g.handle(newClient(db))
	insert(t, c, db, "later", jobs.Options{RunAt: time.Now().Add(time.Hour)})
	work(t, c, 0)
	ages, err := c.Ages(t.Context())
	if err != nil || len(ages) != 0 {
		t.Errorf("ages of what is not due: %v, %v", ages, err)
	}
	db.MustExec(`UPDATE river_job SET scheduled_at = now() - interval '10 minutes'`)
	ages, err = c.Ages(t.Context())
	if err != nil || ages["greet"] < 9*time.Minute || ages["greet"] > 11*time.Minute {
		t.Errorf("ages: %v, %v; want ten minutes", ages, err)
	}
	work(t, c, 1)
}

func TestAFailedJobIsTriedAgainLaterAndLater(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	g := greeter{fail: func(name string) error {
		if name == "panic" {
			panic("boom")
		}
		return errors.New("not now")
	}}
	c := g.handle(newClient(db))
	insert(t, c, db, "error", jobs.Options{})
	insert(t, c, db, "panic", jobs.Options{})
	pauses := map[int]float64{} // by try; a slow machine may get through two tries at once
	for len(pauses) < 3 {
		if n, err := c.Work(t.Context()); n < 2 || err == nil || !strings.Contains(err.Error(), "not now") {
			t.Fatalf("%d jobs, %v; want two that fail", n, err)
		}
		var last struct {
			Attempt int
			Pause   float64
		}
		err := db.Get(&last, `SELECT attempt, extract(epoch FROM scheduled_at - attempted_at)::float8 AS pause FROM river_job
			WHERE args -> 'args' ->> 'name' = 'error'`)
		if err != nil {
			t.Fatal(err)
		}
		pauses[last.Attempt] = last.Pause
		db.MustExec(`UPDATE river_job SET scheduled_at = now()`)
	}
	tries := slices.Sorted(maps.Keys(pauses))
	for i, try := range tries[1:] {
		if pauses[try] <= pauses[tries[i]] {
			t.Errorf("the pauses do not grow: %v s", pauses)
		}
	}
	g.fail = nil
	work(t, c, 2)
}

func TestAJobThatTakesTooLongIsEnded(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	c := newClient(db)
	jobs.Handle(c, 20*time.Millisecond, func(ctx context.Context, _ greet) error {
		<-ctx.Done()
		return ctx.Err()
	})
	insert(t, c, db, "slow", jobs.Options{})
	// On a slow machine the second try is due before Work has seen the queue empty.
	if n, err := c.Work(t.Context()); n < 1 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("worked %d, %v; want a deadline", n, err)
	}
}

func TestStoppingWaitsForTheJobThatRuns(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	c := newClient(db)
	started, finish := make(chan struct{}), make(chan struct{})
	var whole atomic.Bool
	jobs.Handle(c, time.Minute, func(ctx context.Context, _ greet) error {
		close(started)
		<-finish
		whole.Store(ctx.Err() == nil)
		return ctx.Err()
	})
	insert(t, c, db, "one", jobs.Options{})
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- c.Run(ctx) }()
	<-started
	stop()
	insert(t, c, db, "late", jobs.Options{}) // nobody takes it any more
	close(finish)
	if err := <-stopped; err != nil || !whole.Load() {
		t.Errorf("stopped with %v; the job ended whole: %v", err, whole.Load())
	}
	var left int
	if err := db.Get(&left, `SELECT count(*) FROM river_job WHERE state = 'available'`); err != nil || left != 1 {
		t.Errorf("%d jobs left, %v; want the late one", left, err)
	}
}

func TestTwoNodesRunEachJobOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var g greeter
	ctx, stop := context.WithCancel(t.Context())
	var nodes sync.WaitGroup
	a, b := g.handle(newClient(db)), g.handle(newClient(db))
	for _, c := range []*jobs.Client{a, b} {
		nodes.Go(func() {
			if err := c.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	const count = 60
	for range count {
		insert(t, a, db, "one", jobs.Options{})
	}
	until(t, "all jobs run", func() bool { return g.count() >= count })
	stop()
	nodes.Wait()
	if g.count() != count {
		t.Errorf("%d runs of %d jobs", g.count(), count)
	}
}

func TestTicksCarryTheirInstantAndKnowTheirLastTry(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	c := newClient(db)
	due := time.Date(2026, 3, 8, 7, 0, 0, 0, time.UTC)
	var lasts []bool
	c.HandleTicks(func(_ context.Context, name string, at time.Time, last bool) error {
		if name != "nightly" || !at.Equal(due) {
			t.Errorf("tick %s at %v", name, at)
		}
		lasts = append(lasts, last)
		return errors.New("not now")
	})
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error { return c.InsertTickTx(t.Context(), tx, "nightly", due) })
	if err != nil {
		t.Fatal(err)
	}
	for {
		n, _ := c.Work(t.Context())
		if n == 0 {
			break
		}
		db.MustExec(`UPDATE river_job SET scheduled_at = now() WHERE state <> 'discarded'`)
	}
	if len(lasts) != 8 || !lasts[7] || lasts[6] {
		t.Errorf("tries: %v; want 8, of which the eighth is the last", lasts)
	}
}

func TestAFaultyWiringIsRefused(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var g greeter
	c := g.handle(newClient(db))
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error { return c.InsertTx(t.Context(), tx, other{}, jobs.Options{}) })
	if err == nil {
		t.Error("a job that nobody handles was queued")
	}
	defer func() {
		if recover() == nil {
			t.Error("a kind was handled twice")
		}
	}()
	g.handle(c)
}

func TestMigrateTwice(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if err := jobs.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	var version int
	if err := db.Get(&version, `SELECT max(version) FROM river_migration`); err != nil || version != jobs.SchemaVersion() {
		t.Errorf("the queue's tables are of version %d, %v; want %d", version, err, jobs.SchemaVersion())
	}
}
