// Package pgtest gives each test a real, migrated PostgreSQL database of its own.
package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/jobs"
	"saveline/internal/pg"
	"saveline/migrations"
)

// New creates a database from the migrated template and drops it when the test ends. SAVELINE_TEST_DSN names a
// server on which the test may create databases (a postgres:// URL); without it the tests share a private one.
func New(t testing.TB) *sqlx.DB {
	t.Helper()
	db, err := pg.Open(context.Background(), DSN(t), pg.Settings{MaxOpen: 16})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// DSN is New for a test that opens the database itself.
func DSN(t testing.TB) string {
	t.Helper()
	admin, err := adminDSN()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	srv, err := connect(admin)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = srv.Close() }()
	sweepOrphans(ctx, srv)
	template, err := ensureTemplate(ctx, srv, admin)
	if err != nil {
		t.Fatal(err)
	}
	name := "saveline_test_" + randomHex()
	if _, err := srv.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY file_copy"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { drop(t, admin, name) })
	return withDatabase(admin, name)
}

// connect opens one session, so that a lock it takes is a lock it holds.
func connect(admin string) (*sqlx.DB, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	srv, err := sqlx.ConnectContext(ctx, "postgres", admin)
	if err != nil {
		return nil, fmt.Errorf("test server: %w", err)
	}
	srv.SetMaxOpenConns(1)
	return srv, nil
}

func drop(t testing.TB, admin, name string) {
	srv, err := sqlx.Connect("postgres", admin)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = srv.Close() }()
	if _, err := srv.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
		t.Error(err)
	}
}

// ensureTemplate makes the template of this schema once per server, whichever test process comes first.
func ensureTemplate(ctx context.Context, srv *sqlx.DB, admin string) (string, error) {
	name := "saveline_template_" + schemaHash()
	if _, err := srv.ExecContext(ctx, "SELECT pg_advisory_lock(7283645)"); err != nil {
		return "", fmt.Errorf("template lock: %w", err)
	}
	defer func() { _, _ = srv.ExecContext(ctx, "SELECT pg_advisory_unlock(7283645)") }()
	var n int
	if err := srv.GetContext(ctx, &n, "SELECT count(*) FROM pg_database WHERE datname = $1", name); err != nil || n > 0 {
		return name, err
	}
	tmp := name + "_new"
	if _, err := srv.ExecContext(ctx, "DROP DATABASE IF EXISTS "+tmp+" WITH (FORCE)"); err != nil {
		return "", err
	}
	if _, err := srv.ExecContext(ctx, "CREATE DATABASE "+tmp); err != nil {
		return "", err
	}
	if err := migrate(ctx, withDatabase(admin, tmp)); err != nil {
		return "", err
	}
	_, err := srv.ExecContext(ctx, "ALTER DATABASE "+tmp+" RENAME TO "+name)
	return name, err
}

func migrate(ctx context.Context, dsn string) error {
	db, err := pg.Open(ctx, dsn, pg.Settings{MaxOpen: 2})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := migrations.Up(ctx, db.DB); err != nil {
		return err
	}
	return jobs.Migrate(ctx, db)
}

func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + name
	return u.String()
}

func schemaHash() string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "queue %d\n", jobs.SchemaVersion())
	_ = fs.WalkDir(migrations.Files(), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".sql") {
			b, _ := fs.ReadFile(migrations.Files(), p)
			h.Write(b)
		}
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:6])
}

func randomHex() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
