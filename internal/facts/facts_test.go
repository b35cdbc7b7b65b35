package facts_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/facts/factstest"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const sold facts.Kind = "sold.v1"

type soldBody struct {
	Agent int64 `json:"agent"`
	Minor int64 `json:"minor"`
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// shop is a database with one client and a consumer's table: what each agent sold.
func shop(t testing.TB) *sqlx.DB {
	t.Helper()
	db := pgtest.New(t)
	db.MustExec(`INSERT INTO clients (name, created_at) VALUES ('one', $1)`, noon)
	db.MustExec(`CREATE TABLE sales (key text PRIMARY KEY, agent bigint, minor bigint, position bigint UNIQUE)`)
	return db
}

func client(t testing.TB, db *sqlx.DB) (id int64) {
	t.Helper()
	if err := db.Get(&id, `SELECT min(id) FROM clients`); err != nil {
		t.Fatal(err)
	}
	return id
}

func sale(db *sqlx.DB, t testing.TB, n int) facts.Fact {
	return facts.Fact{Kind: sold, Key: fmt.Sprint("sale:", n), Client: client(t, db), EffectiveAt: noon, RecordedAt: noon}
}

func appendSale(t testing.TB, db *sqlx.DB, n int) {
	t.Helper()
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
		return facts.AppendTx(t.Context(), tx, sale(db, t, n), soldBody{Agent: 7, Minor: int64(n)})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// record is a real consumer: idempotent by key.
func record(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	body, err := facts.Decode[soldBody](f)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO sales VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO NOTHING`,
		f.Key, body.Agent, body.Minor, f.Position)
	return err
}

func newLog(db *sqlx.DB, consumers ...facts.Consumer) *facts.Log {
	l := facts.NewLog(db, func() time.Time { return noon }, slog.New(slog.DiscardHandler))
	for _, c := range consumers {
		l.Register(c)
	}
	return l
}

func recorder() facts.Consumer {
	return facts.Consumer{Name: "sales", Kinds: []facts.Kind{sold}, Handle: record}
}

func keys(t testing.TB, db *sqlx.DB) (keys []string) {
	t.Helper()
	if err := db.Select(&keys, `SELECT key FROM sales ORDER BY position`); err != nil {
		t.Fatal(err)
	}
	return keys
}

func drain(t testing.TB, l *facts.Log) {
	t.Helper()
	if err := l.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestSoldIsGolden(t *testing.T) {
	t.Parallel()
	factstest.Golden(t, sold, soldBody{Agent: 7, Minor: 1250}, `{"agent": 7, "minor": 1250}`)
}

func TestDecodeRefusesAnotherVersion(t *testing.T) {
	t.Parallel()
	if _, err := facts.Decode[soldBody](facts.Fact{Kind: sold, Body: []byte(`{"agent":1,"minor":2,"tax":3}`)}); err == nil {
		t.Error("a field of another version went unnoticed")
	}
}

func TestAFactIsRecordedOnceByKey(t *testing.T) {
	t.Parallel()
	db := shop(t)
	appendSale(t, db, 1)
	appendSale(t, db, 1)
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
		return facts.AppendTx(t.Context(), tx, sale(db, t, 1), soldBody{Agent: 8, Minor: 1})
	})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("the same key with another body: %v; want conflict", err)
	}
	refused := errors.New("refused")
	err = pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
		if err := facts.AppendTx(t.Context(), tx, sale(db, t, 2), soldBody{}); err != nil {
			return err
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Fatal(err)
	}
	l := newLog(db, recorder())
	drain(t, l)
	if diff := cmp.Diff([]string{"sale:1"}, keys(t, db)); diff != "" {
		t.Error(diff)
	}
}

// The lower id commits last: it gets the higher position, and a consumer that has been past the others still meets it.
func TestALateCommitIsNotSkipped(t *testing.T) {
	t.Parallel()
	db := shop(t)
	l := newLog(db, recorder())
	late, err := db.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := facts.AppendTx(t.Context(), late, sale(db, t, 1), soldBody{Agent: 7, Minor: 1}); err != nil {
		t.Fatal(err)
	}
	appendSale(t, db, 2)
	drain(t, l)
	if diff := cmp.Diff([]string{"sale:2"}, keys(t, db)); diff != "" {
		t.Errorf("before the commit: %s", diff)
	}
	if err := late.Commit(); err != nil {
		t.Fatal(err)
	}
	appendSale(t, db, 3)
	drain(t, l)
	if diff := cmp.Diff([]string{"sale:2", "sale:1", "sale:3"}, keys(t, db)); diff != "" {
		t.Errorf("after the commit: %s", diff)
	}
}

// Writers commit in any order while two nodes number and a third reads: positions have no gaps and no fact is missed.
func TestManyWritersAndSequencers(t *testing.T) {
	t.Parallel()
	db := shop(t)
	const writers, each = 4, 50
	var writing, numbering sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for n := range each {
				appendSale(t, db, w*each+n)
			}
		})
	}
	written := make(chan struct{})
	for range 3 {
		l := newLog(db, recorder())
		numbering.Go(func() {
			for last := false; ; {
				if _, err := l.Sequence(t.Context()); err != nil {
					t.Error(err)
					return
				}
				if _, err := l.Consume(t.Context(), "sales"); err != nil {
					t.Error(err)
					return
				}
				if last {
					return
				}
				select {
				case <-written:
					last = true
				default:
				}
			}
		})
	}
	writing.Wait()
	close(written)
	numbering.Wait()
	drain(t, newLog(db, recorder()))
	var got struct{ Rows, Low, High, Head, Cursor int }
	err := db.Get(&got, `SELECT (SELECT count(*) FROM sales) AS rows, min(position) AS low, max(position) AS high,
		(SELECT position FROM fact_head) AS head, (SELECT position FROM fact_cursors) AS cursor FROM facts`)
	if want := writers * each; err != nil || got.Rows != want || got.Low != 1 || got.High != want || got.Head != want || got.Cursor != want {
		t.Errorf("%+v, %v; want %d rows at positions 1 to %d", got, err, want, want)
	}
}

func TestReplayGivesTheSameState(t *testing.T) {
	t.Parallel()
	db := shop(t)
	l := newLog(db, recorder())
	for n := range 5 {
		appendSale(t, db, n)
	}
	drain(t, l)
	before := keys(t, db)
	handled := 0
	again := newLog(db, facts.Consumer{Name: "sales", Kinds: []facts.Kind{sold}, Handle: func(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
		handled++
		return record(ctx, tx, f)
	}})
	if err := again.Replay(t.Context(), "sales"); err != nil {
		t.Fatal(err)
	}
	drain(t, again)
	if diff := cmp.Diff(before, keys(t, db)); diff != "" || handled != 5 {
		t.Errorf("%d facts were replayed, and changed: %s", handled, diff)
	}
	db.MustExec(`TRUNCATE sales`)
	if err := again.Replay(t.Context(), "sales"); err != nil {
		t.Fatal(err)
	}
	drain(t, again)
	if diff := cmp.Diff(before, keys(t, db)); diff != "" {
		t.Errorf("from nothing: %s", diff)
	}
	if err := again.Replay(t.Context(), "other"); !errs.Is(err, errs.NotFound) {
		t.Errorf("replay of an unknown consumer: %v", err)
	}
	if _, err := again.Consume(t.Context(), "other"); !errs.Is(err, errs.NotFound) {
		t.Errorf("consume for an unknown consumer: %v", err)
	}
}

func TestARefusedFactStopsItsConsumerAlone(t *testing.T) {
	t.Parallel()
	db := shop(t)
	poison := true
	var others []string
	l := newLog(db, facts.Consumer{Name: "sales", Kinds: []facts.Kind{sold}, Handle: func(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
		if poison && f.Key == "sale:2" {
			panic("indigestible")
		}
		return record(ctx, tx, f)
	}}, facts.Consumer{Name: "others", Kinds: []facts.Kind{sold}, Handle: func(_ context.Context, _ *pg.Tx, f facts.Fact) error {
		others = append(others, f.Key)
		return nil
	}})
	for n := range 5 {
		appendSale(t, db, n)
	}
	if _, err := l.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Consume(t.Context(), "sales"); n != 2 || err != nil {
		t.Errorf("what came before the refused fact: %d, %v; want 2", n, err)
	}
	for range 2 {
		if n, err := l.Consume(t.Context(), "sales"); n != 0 || err == nil || !strings.Contains(err.Error(), "indigestible") {
			t.Errorf("the refused fact: %d, %v; want its error", n, err)
		}
	}
	if n, err := l.Consume(t.Context(), "others"); n != 5 || err != nil {
		t.Errorf("the other consumer: %d, %v; want 5", n, err)
	}
	lag, err := l.Lag(t.Context())
	if diff := cmp.Diff(map[string]int64{"sales": 3, "others": 0}, lag); err != nil || diff != "" {
		t.Errorf("lag: %v %s", err, diff)
	}
	failures, err := l.Failures(t.Context())
	if err != nil || len(failures) != 1 || failures[0].Consumer != "sales" || failures[0].After != 2 ||
		!strings.Contains(failures[0].Error, "sale:2") || !failures[0].Since.Equal(noon) {
		t.Errorf("failures: %v %+v", err, failures)
	}
	poison = false
	drain(t, l)
	if failures, err = l.Failures(t.Context()); err != nil || len(failures) != 0 || len(keys(t, db)) != 5 {
		t.Errorf("after it was taken: %v %+v, %d sales", err, failures, len(keys(t, db)))
	}
}

func TestACursorPassesFactsOfOtherKinds(t *testing.T) {
	t.Parallel()
	db := shop(t)
	rare := facts.Consumer{Name: "rare", Kinds: []facts.Kind{"rare.v1"}, Handle: record}
	l := newLog(db, rare, recorder())
	appendSale(t, db, 1)
	if _, err := l.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Consume(t.Context(), "rare"); n != 0 || err != nil {
		t.Errorf("%d facts of a kind that does not exist, %v", n, err)
	}
	lag, err := l.Lag(t.Context())
	if diff := cmp.Diff(map[string]int64{"rare": 0, "sales": 1}, lag); err != nil || diff != "" {
		t.Errorf("lag: %v %s", err, diff)
	}
}

// Whatever is appended, numbered and consumed in whatever order, the consumer sees every fact once, in position order.
func TestEveryOrderOfStepsSeesEveryFact(t *testing.T) {
	t.Parallel()
	db := shop(t)
	total := 0
	var seen []int64
	l := newLog(db, facts.Consumer{Name: "sales", Kinds: []facts.Kind{sold}, Handle: func(_ context.Context, _ *pg.Tx, f facts.Fact) error {
		seen = append(seen, f.Position)
		return nil
	}})
	rapid.Check(t, func(rt *rapid.T) {
		for _, step := range rapid.SliceOfN(rapid.SampledFrom([]string{"append", "sequence", "consume"}), 1, 6).Draw(rt, "steps") {
			var err error
			switch step {
			case "append":
				appendSale(t, db, total)
				total++
			case "sequence":
				_, err = l.Sequence(t.Context())
			case "consume":
				_, err = l.Consume(t.Context(), "sales")
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		drain(t, l)
		if len(seen) != total {
			rt.Fatalf("%d facts seen of %d", len(seen), total)
		}
		for i, position := range seen {
			if position != int64(i+1) {
				rt.Fatalf("fact %d has position %d", i, position)
			}
		}
	})
}

func TestRunOnTwoNodes(t *testing.T) {
	t.Parallel()
	db := shop(t)
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	tries := 0
	flaky := facts.Consumer{Name: "sales", Kinds: []facts.Kind{sold}, Handle: func(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
		mu.Lock()
		defer mu.Unlock()
		if tries++; tries == 3 {
			return errors.New("not now")
		}
		return record(ctx, tx, f)
	}}
	var nodes sync.WaitGroup
	for range 2 {
		l := newLog(db, flaky)
		nodes.Go(func() {
			if err := l.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	for n := range 20 {
		appendSale(t, db, n)
	}
	watcher := newLog(db, flaky)
	deadline, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		lag, err := watcher.Lag(deadline)
		if err != nil {
			t.Fatal(err)
		}
		if lag["sales"] == 0 {
			break
		}
		<-tick.C
	}
	stop()
	nodes.Wait()
	if n := len(keys(t, db)); n != 20 {
		t.Errorf("%d sales; want 20", n)
	}
}

func TestRegisterRefusesAFaultyWiring(t *testing.T) {
	t.Parallel()
	l := newLog(nil, recorder())
	for name, c := range map[string]facts.Consumer{
		"twice": recorder(), "no kinds": {Name: "x", Handle: record}, "no handler": {Name: "x", Kinds: []facts.Kind{sold}}, "no name": {},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s went unnoticed", name)
				}
			}()
			l.Register(c)
		}()
	}
}
