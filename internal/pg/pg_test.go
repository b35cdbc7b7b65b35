package pg_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

func init() {
	pg.Constraint("pairs_low_positive", errs.Invalid, "the number must be positive")
}

func withPairs(t *testing.T) *sqlx.DB {
	t.Helper()
	db := pgtest.New(t)
	db.MustExec(`CREATE TABLE pairs (id int PRIMARY KEY, low int CONSTRAINT pairs_low_positive CHECK (low > 0))`)
	db.MustExec(`INSERT INTO pairs VALUES (1, 1), (2, 1)`)
	return db
}

func sum(t *testing.T, db *sqlx.DB) (n int) {
	t.Helper()
	if err := db.Get(&n, `SELECT sum(low) FROM pairs`); err != nil {
		t.Fatal(err)
	}
	return n
}

// Two transactions take the same two rows in opposite order: PostgreSQL ends one with 40P01 and InTx runs it again.
func TestInTxRetriesADeadlock(t *testing.T) {
	t.Parallel()
	db := withPairs(t)
	var wg, bothHold sync.WaitGroup
	bothHold.Add(2)
	tries := [2]int{}
	for i, order := range [][2]int{{1, 2}, {2, 1}} {
		wg.Go(func() {
			err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
				tries[i]++
				if _, err := tx.Exec(`UPDATE pairs SET low = low + 1 WHERE id = $1`, order[0]); err != nil {
					return err
				}
				if tries[i] == 1 {
					bothHold.Done()
					bothHold.Wait()
				}
				_, err := tx.Exec(`UPDATE pairs SET low = low + 1 WHERE id = $1`, order[1])
				return err
			})
			if err != nil {
				t.Errorf("order %v: %v", order, err)
			}
		})
	}
	wg.Wait()
	if tries[0]+tries[1] != 3 || sum(t, db) != 6 {
		t.Errorf("%v tries and a sum of %d; want three tries and 6", tries, sum(t, db))
	}
}

func TestInTxRetriesASerializationFailure(t *testing.T) {
	t.Parallel()
	db := withPairs(t)
	tries := 0
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
		tries++
		if _, err := tx.Exec(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`); err != nil {
			return err
		}
		var low int
		if err := tx.Get(&low, `SELECT low FROM pairs WHERE id = 1`); err != nil {
			return err
		}
		if tries == 1 {
			db.MustExec(`UPDATE pairs SET low = low + 10 WHERE id = 1`) // somebody else, meanwhile
		}
		_, err := tx.Exec(`UPDATE pairs SET low = $1 WHERE id = 1`, low+1)
		return err
	})
	if err != nil || tries != 2 || sum(t, db) != 13 {
		t.Errorf("%v after %d tries, sum %d; want 2 tries and 13", err, tries, sum(t, db))
	}
}

func TestInTxRetriesALostConnectionBeforeTheCommit(t *testing.T) {
	t.Parallel()
	db := withPairs(t)
	tries := 0
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
		tries++
		var pid int
		if err := tx.Get(&pid, `SELECT pg_backend_pid()`); err != nil {
			return err
		}
		if tries == 1 {
			db.MustExec(`SELECT pg_terminate_backend($1, 5000)`, pid) // as a fail-over does (57P01)
		}
		_, err := tx.Exec(`UPDATE pairs SET low = low + 1 WHERE id = 1`)
		return err
	})
	if err != nil || tries != 2 || sum(t, db) != 3 {
		t.Errorf("%v after %d tries, sum %d; want 2 tries and 3", err, tries, sum(t, db))
	}
}

func TestInTxGivesUpWithASentence(t *testing.T) {
	t.Parallel()
	db := withPairs(t)
	tries := 0
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
		tries++
		_, err := tx.Exec(`DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '40001'; END $$`)
		return err
	})
	if !errs.Is(err, errs.Unavailable) || tries != 5 {
		t.Errorf("%v after %d tries; want unavailable after 5", err, tries)
	}
	ctx, cancel := context.WithCancel(t.Context())
	tries = 0
	err = pg.InTx(ctx, db, func(tx *pg.Tx) error {
		tries++
		cancel()
		_, err := tx.Exec(`DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '40001'; END $$`)
		return err
	})
	if !errors.Is(err, context.Canceled) || tries != 1 {
		t.Errorf("%v after %d tries; want canceled after 1", err, tries)
	}
}

// Whenever the caller gives up, before, during or after the statement, they hear that they gave up.
func TestInTxEndsWithItsContext(t *testing.T) {
	t.Parallel()
	db := withPairs(t)
	for i := range 8 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*7*time.Millisecond)
		err := pg.InTx(ctx, db, func(tx *pg.Tx) error {
			_, err := tx.Exec(`SELECT pg_sleep(60)`)
			return err
		})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %d ms: %v; want the deadline", i*7, err)
		}
	}
}

func TestInTxRollsBack(t *testing.T) {
	t.Parallel()
	db := withPairs(t)
	bump := func(tx *pg.Tx) { tx.MustExec(`UPDATE pairs SET low = low + 1`) }
	refused := errors.New("refused")
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
		bump(tx)
		return refused
	})
	if !errors.Is(err, refused) || sum(t, db) != 2 {
		t.Errorf("after an error: %v, sum %d; want 2", err, sum(t, db))
	}
	func() {
		defer func() {
			if p := recover(); p != "boom" {
				t.Errorf("recovered %v; want the panic of fn", p)
			}
		}()
		_ = pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
			bump(tx)
			panic("boom")
		})
	}()
	if sum(t, db) != 2 || db.Stats().InUse != 0 {
		t.Errorf("after a panic: sum %d, %d connections in use; want 2 and none", sum(t, db), db.Stats().InUse)
	}
}

func TestAViolatedConstraintBecomesItsSentence(t *testing.T) {
	t.Parallel()
	db := withPairs(t)
	err := pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
		_, err := tx.Exec(`UPDATE pairs SET low = 0`)
		return errs.Wrap(err, "lower")
	})
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != errs.Invalid || e.Message != "the number must be positive" {
		t.Errorf("got %v; want the constraint's sentence", err)
	}
	if got := pg.ConstraintOf(err); got != "pairs_low_positive" {
		t.Errorf("the constraint's name is %q", got)
	}
	_, err = db.Exec(`INSERT INTO pairs VALUES (1, 1)`)
	if got := pg.Explain(err); !errors.Is(got, err) || errs.CodeOf(got) != errs.Internal {
		t.Errorf("a constraint without a sentence became %v", got)
	}
	if pg.ConstraintOf(errors.New("x")) != "" || pg.ConstraintOf(nil) != "" {
		t.Error("what is no violation names a constraint")
	}
	if err := db.Get(new(int), `SELECT low FROM pairs WHERE id = 9`); !pg.None(err) {
		t.Errorf("no row is %v", err)
	}
}

func TestOpenSetsLimits(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	db, err := pg.Open(t.Context(), dsn+"&statement_timeout=50", pg.Settings{MaxOpen: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if n := db.Stats().MaxOpenConnections; n != 2 {
		t.Errorf("the pool may open %d connections; want 2", n)
	}
	start := time.Now()
	if _, err := db.Exec(`SELECT pg_sleep(20)`); err == nil || time.Since(start) > 10*time.Second {
		t.Errorf("a slow statement ended with %v after %v", err, time.Since(start))
	}
	plain, err := pg.Open(t.Context(), dsn, pg.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close() }()
	for name, want := range map[string]string{
		"statement_timeout": "30s", "idle_in_transaction_session_timeout": "1min", "TimeZone": "UTC",
	} {
		var got string
		if err := plain.Get(&got, `SELECT current_setting($1)`, name); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %s", name, got, err, want)
		}
	}
	if _, err := pg.Open(t.Context(), "postgres://127.0.0.1:1/none?sslmode=disable", pg.Settings{}); err == nil {
		t.Error("a server that is not there was opened")
	}
}
