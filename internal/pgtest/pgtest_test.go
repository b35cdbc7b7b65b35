package pgtest

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	a, b := New(t), New(t)
	if _, err := a.Exec(`INSERT INTO clients (name, created_at) VALUES ('one', now())`); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := b.Get(&n, `SELECT count(*) FROM clients`); err != nil || n != 0 {
		t.Fatalf("the second database holds %d clients (%v), want none", n, err)
	}
}

func TestOrphansOfKilledRunsAreSwept(t *testing.T) {
	t.Parallel()
	admin, err := adminDSN()
	if err != nil {
		t.Fatal(err)
	}
	srv, err := connect(admin)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = srv.Close() }()
	prefix := "saveline_swept_" + randomHex()
	for _, name := range []string{prefix + "_idle", prefix + "_used"} {
		if _, err := srv.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { drop(t, admin, name) })
	}
	used, err := sqlx.ConnectContext(t.Context(), "postgres", withDatabase(admin, prefix+"_used"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = used.Close() }()
	left := func() (names []string) {
		if err := srv.Select(&names, "SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY 1", prefix); err != nil {
			t.Fatal(err)
		}
		return names
	}

	if err := sweep(t.Context(), srv, prefix, time.Hour); err != nil || len(left()) != 2 {
		t.Errorf("young databases: %v are left (%v)", left(), err)
	}
	if err := sweep(t.Context(), srv, prefix, 0); err != nil || len(left()) != 1 || left()[0] != prefix+"_used" {
		t.Errorf("%v are left (%v), want only the one in use", left(), err)
	}
}
