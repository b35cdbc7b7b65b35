package pg_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

const longTTL = time.Hour

func acquire(t *testing.T, db pg.DB, holder string, ttl time.Duration, names ...string) []pg.Lease {
	t.Helper()
	held, err := pg.AcquireLeases(t.Context(), db, holder, names, ttl)
	if err != nil {
		t.Fatal(err)
	}
	return held
}

// until polls the database, because leases run out by its clock and not by ours.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within 20 s", what)
		case <-tick.C:
		}
	}
}

func TestALeaseIsTakenOnceAndRenewedByItsHolder(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	first := acquire(t, db, "a", longTTL, "campaign:2", "campaign:1", "campaign:1")
	want := []pg.Lease{{Name: "campaign:1", Holder: "a", Epoch: 1}, {Name: "campaign:2", Holder: "a", Epoch: 1}}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Fatal(diff)
	}
	if got := acquire(t, db, "b", longTTL, "campaign:1", "campaign:2", "campaign:3"); len(got) != 1 || got[0].Name != "campaign:3" {
		t.Errorf("b took %v; want campaign:3 alone", got)
	}
	if diff := cmp.Diff(want, acquire(t, db, "a", longTTL, "campaign:1", "campaign:2")); diff != "" {
		t.Errorf("a renewal changed the lease: %s", diff)
	}
	if got := acquire(t, db, "a", longTTL); got != nil {
		t.Errorf("no names gave %v", got)
	}
	counts, err := pg.LeaseCounts(t.Context(), db)
	if diff := cmp.Diff(map[string]int{"a": 2, "b": 1}, counts); err != nil || diff != "" {
		t.Errorf("counts: %v %s", err, diff)
	}
}

func TestAReleasedLeaseIsFreeUnderANewEpoch(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	old := acquire(t, db, "a", longTTL, "x")[0]
	if err := pg.ReleaseLease(t.Context(), db, old); err != nil {
		t.Fatal(err)
	}
	if err := holds(t, db, old); !errs.Is(err, errs.Conflict) {
		t.Errorf("a released lease: %v; want conflict", err)
	}
	next := acquire(t, db, "b", longTTL, "x")[0]
	if next.Epoch != old.Epoch+1 {
		t.Errorf("the next epoch is %d; want %d", next.Epoch, old.Epoch+1)
	}
	if err := pg.ReleaseLease(t.Context(), db, old); err != nil {
		t.Fatal(err)
	}
	if err := holds(t, db, next); err != nil {
		t.Errorf("the old holder released the new one's lease: %v", err)
	}
}

func holds(t *testing.T, db *sqlx.DB, l pg.Lease) error {
	t.Helper()
	return pg.InTx(t.Context(), db, func(tx *pg.Tx) error { return pg.HoldsTx(t.Context(), tx, l) })
}

func TestAnExpiredLeaseIsTakenAndItsHolderFenced(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	old := acquire(t, db, "a", 10*time.Millisecond, "x")[0]
	var next []pg.Lease
	until(t, "b takes the lease", func() bool {
		next = acquire(t, db, "b", longTTL, "x")
		return len(next) == 1
	})
	if next[0].Epoch != old.Epoch+1 {
		t.Errorf("epoch %d follows %d", next[0].Epoch, old.Epoch)
	}
	if err := holds(t, db, old); !errs.Is(err, errs.Conflict) {
		t.Errorf("the replaced holder: %v; want conflict", err)
	}
	if err := holds(t, db, next[0]); err != nil {
		t.Errorf("the new holder: %v", err)
	}
}

func TestComingBackTooLateIsANewEpoch(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	old := acquire(t, db, "a", time.Nanosecond, "x")[0]
	if err := holds(t, db, old); err != nil {
		t.Errorf("nobody took it, so it is still held: %v", err)
	}
	again := acquire(t, db, "a", longTTL, "x")[0]
	if again.Epoch != old.Epoch+1 {
		t.Errorf("epoch %d after a break; want %d", again.Epoch, old.Epoch+1)
	}
}

func TestASuccessorWaitsForTheFencedTransaction(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	old := acquire(t, db, "a", time.Nanosecond, "x")[0]
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := pg.HoldsTx(ctx, tx, old); err != nil {
		t.Fatal(err)
	}
	taken := make(chan error, 1)
	go func() {
		_, err := pg.AcquireLeases(ctx, db, "b", []string{"x"}, longTTL)
		taken <- err
	}()
	until(t, "b waits for a's transaction", func() bool {
		var waiting bool
		err := db.Get(&waiting, `SELECT EXISTS (SELECT FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock')`)
		return err == nil && waiting
	})
	select {
	case err := <-taken:
		t.Fatal("b took the lease under a running transaction of a", err)
	default:
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-taken; err != nil {
		t.Fatal(err)
	}
}

func TestRacingHoldersNeverShareALease(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	names := make([]string, 20)
	for i := range names {
		names[i] = fmt.Sprintf("campaign:%02d", i)
	}
	var mu sync.Mutex
	owner := map[string]string{} // name and epoch -> holder
	var wg sync.WaitGroup
	for n := range 6 {
		holder := fmt.Sprint("node", n)
		wg.Go(func() {
			for range 20 {
				held, err := pg.AcquireLeases(t.Context(), db, holder, names, time.Millisecond)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, l := range held {
					key := fmt.Sprint(l.Name, "@", l.Epoch)
					if o := owner[key]; o != "" && o != holder {
						t.Errorf("%s belongs to %s and to %s", key, o, holder)
					}
					owner[key] = holder
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}
