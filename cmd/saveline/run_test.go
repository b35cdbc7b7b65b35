package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/jmoiron/sqlx"

	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

// saveline runs one command as main would, on the given database, and returns what it printed.
func saveline(t testing.TB, dsn string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return savelineIn(t, map[string]string{
		"DATABASE_URL": dsn, "SAVELINE_DATA_DIR": t.TempDir(), "SAVELINE_SECRET_KEY": testKey, "SAVELINE_LOG": "warn",
	}, args...)
}

// savelineIn is saveline with an environment of one's own.
func savelineIn(t testing.TB, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, func(key string) string { return env[key] }, &out, &errs)
	return code, out.String(), errs.String()
}

// works is saveline for what has to work; it returns what was printed.
func works(t *testing.T, dsn string, args ...string) string {
	t.Helper()
	code, out, errs := saveline(t, dsn, args...)
	if code != 0 {
		t.Fatalf("saveline %v: status %d\n%s", args, code, errs)
	}
	return out
}

// emptyDSN is a database with nothing in it, not even tables.
func emptyDSN(t *testing.T) string {
	t.Helper()
	dsn := pgtest.DSN(t)
	db := open(t, dsn)
	for _, s := range []string{`DROP SCHEMA public CASCADE`, `CREATE SCHEMA public`} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return dsn
}

func open(t *testing.T, dsn string) *sqlx.DB {
	t.Helper()
	db, err := pg.Open(context.Background(), dsn, pg.Settings{MaxOpen: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
