package backup

import (
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"saveline/internal/jobs"
	"saveline/internal/pg"
	"saveline/internal/pgembed"
	"saveline/internal/pgtest"
	"saveline/migrations"
)

// odd has what a table of ours has or may come to have: every kind of value, a generated column, partitions, a
// reference to itself, a trigger that forbids changes.
const odd = `
CREATE TABLE odd (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	parent bigint CONSTRAINT odd_parent REFERENCES odd DEFERRABLE INITIALLY DEFERRED,
	text text, raw bytea, doc jsonb, fraction float8, exact numeric, at timestamptz, day date, yes boolean, many text[],
	twice bigint GENERATED ALWAYS AS (id * 2) STORED
);
CREATE FUNCTION odd_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'odd is append-only, by its own act'; END $$;
CREATE SEQUENCE odd_numbers;
CREATE TABLE odd_parts (month date NOT NULL, n int) PARTITION BY RANGE (month);
CREATE TABLE odd_parts_1 PARTITION OF odd_parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE odd_parts_2 PARTITION OF odd_parts FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');`

const oddTrigger = `CREATE TRIGGER odd_fixed BEFORE INSERT OR UPDATE ON odd FOR EACH ROW EXECUTE FUNCTION odd_fixed()`

const rowsOfAll = `
INSERT INTO clients (name, zone, created_at) SELECT 'client ' || n, 'Asia/Seoul', '2026-01-02T03:04:05.678901Z' FROM generate_series(1, 3000) n;
INSERT INTO facts (kind, key, client_id, effective_at, recorded_at, body)
	SELECT 'test.v1', 'k' || id, id, created_at, created_at, jsonb_build_object('n', id, 'text', E'tab\t "quote" \\ backslash') FROM clients;
INSERT INTO odd (parent, text, raw, doc, fraction, exact, at, day, yes, many) VALUES
	(2, E'tab\tnew\nline\rreturn \\ back \\N \\.', '\x00ff0a5c09', '{"a": [1, null, "\\n"]}', 0.1::float8 + 0.2, 123456789012345678901234567890.123456789,
	 '2026-03-08T07:59:59.999999Z', '2026-02-28', true, ARRAY['a,b', 'c"d', NULL, '', E'e\\f\n']),
	(1, '', '', 'null', 'NaN', 'Infinity', 'infinity', '-infinity', false, '{}'),
	(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	(NULL, '\N', NULL, NULL, '-0', 1.10, '0044-03-15 BC', NULL, NULL, NULL);
INSERT INTO odd_parts SELECT date '2026-01-01' + n, n FROM generate_series(0, 50) n;
SELECT nextval('odd_numbers'), nextval('odd_numbers');`

// source is a migrated database with rows in it.
func source(t *testing.T) *sqlx.DB {
	t.Helper()
	db := pgtest.New(t)
	for _, sql := range []string{odd, rowsOfAll, oddTrigger} {
		if _, err := db.Exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// target is an empty database, and what prepares it.
func target(t *testing.T) (*sqlx.DB, Prepare) {
	t.Helper()
	db := pgtest.New(t)
	return db, func(ctx context.Context, _ Schema) error {
		_, err := db.ExecContext(ctx, odd+";"+oddTrigger)
		return err
	}
}

// sums is every table's rows, counted and summed up, every sequence, and every constraint and trigger.
func sums(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	ctx := t.Context()
	tables, err := tablesOf(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	read := func(name, query string) {
		var s sql.NullString
		if err := db.QueryRowContext(ctx, query).Scan(&s); err != nil {
			t.Fatal(err)
		}
		out[name] = s.String
	}
	for _, tab := range tables {
		read(tab.name, fmt.Sprintf(`SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\n' ORDER BY t::text)), '') FROM %q t`, tab.name))
	}
	read("sequences", `SELECT string_agg(sequencename || ' ' || coalesce(last_value, 0), ' ' ORDER BY sequencename) FROM pg_sequences WHERE sequencename <> 'goose_db_version_id_seq'`)
	read("constraints", `SELECT string_agg(conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated, E'\n' ORDER BY conrelid::regclass::text, conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace`)
	read("triggers", `SELECT string_agg(concat(tgname, ' ', tgenabled), ' ' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal`)
	return out
}

func TestWhatIsBackedUpIsWhatIsRestored(t *testing.T) {
	t.Parallel()
	from := source(t)
	to, prepare := target(t)
	dir := filepath.Join(t.TempDir(), "backup")

	made, err := Backup(t.Context(), from.DB, dir, "v1")
	if err != nil {
		t.Fatal(err)
	}
	restored, err := Restore(t.Context(), to.DB, dir, prepare)
	if err != nil {
		t.Fatal(err)
	}

	if made.Rows() != int64(3000+3000+4+51+len(seeded)) || restored.Rows() != made.Rows() {
		t.Errorf("%d rows were saved and %d restored, want 6055 and those that migrations put there", made.Rows(), restored.Rows())
	}
	if diff := cmp.Diff(sums(t, from.DB), sums(t, to.DB)); diff != "" {
		t.Errorf("the databases differ (-saved +restored):\n%s", diff)
	}
	var next int64
	if err := to.Get(&next, `INSERT INTO clients (name, created_at) VALUES ('next', '2026-01-01') RETURNING id`); err != nil || next != 3001 {
		t.Errorf("the next client is %d (%v), want 3001", next, err)
	}
	if _, err := to.Exec(`INSERT INTO odd (text) VALUES ('x')`); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("the trigger stayed silent: %v", err)
	}
}

func TestABackupIsOneMoment(t *testing.T) {
	t.Parallel()
	db := source(t)
	before := sums(t, db.DB)
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := schemaOf(t.Context(), tx); err != nil { // the picture is taken here
		t.Fatal(err)
	}

	if _, err := db.Exec(`INSERT INTO clients (name, created_at) VALUES ('late', '2026-01-01')`); err != nil {
		t.Fatal(err)
	}

	written, err := writeTable(t.Context(), tx, t.TempDir(), table{"clients", []string{"id", "name"}})
	if err != nil || fmt.Sprint(written.Rows) != strings.Fields(before["clients"])[0] {
		t.Errorf("%d rows (%v), want %s", written.Rows, err, before["clients"])
	}
}

// damage rewrites a table's file.
func damage(t *testing.T, dir, name string, change func(string) string) {
	t.Helper()
	f, err := os.Open(fileOf(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	gz, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(gz)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(fileOf(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	w := gzip.NewWriter(out)
	if _, err := w.Write([]byte(change(string(text)))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedBackupsAreRefusedAndNothingChanges(t *testing.T) {
	t.Parallel()
	from := source(t)
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, dir string)
		says   string
	}{
		{"half written", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, manifestFile)) }, "was not finished"},
		{"a file missing", func(t *testing.T, dir string) { remove(t, fileOf(dir, "facts")) }, "no such file"},
		{"a file cut short", func(t *testing.T, dir string) {
			if err := os.Truncate(fileOf(dir, "facts"), 5000); err != nil {
				t.Fatal(err)
			}
		}, "table facts"},
		{"a row missing", func(t *testing.T, dir string) {
			damage(t, dir, "odd_parts", func(s string) string { _, rest, _ := strings.Cut(s, "\n"); return rest })
		}, "50 rows went in, the manifest says 51"},
		{"a value changed", func(t *testing.T, dir string) {
			damage(t, dir, "clients", func(s string) string { return strings.Replace(s, "client 17\t", "client 71!\t", 1) })
		}, "not the one that the manifest sums up"},
		{"a last line cut", func(t *testing.T, dir string) {
			damage(t, dir, "clients", func(s string) string { return s[:len(s)-1] })
		}, "unexpected EOF"},
		{"a later format", func(t *testing.T, dir string) {
			path := filepath.Join(dir, manifestFile)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(b), `"format": 1`, `"format": 2`, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "use the program that made it (v1)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "backup")
			if _, err := Backup(t.Context(), from.DB, dir, "v1"); err != nil {
				t.Fatal(err)
			}
			to, prepare := target(t)
			if err := prepare(t.Context(), Schema{}); err != nil {
				t.Fatal(err)
			}
			before := sums(t, to.DB)
			c.damage(t, dir)

			_, err := Restore(t.Context(), to.DB, dir, func(context.Context, Schema) error { return nil })

			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Restore gave %v, want %q", err, c.says)
			}
			if diff := cmp.Diff(before, sums(t, to.DB)); diff != "" {
				t.Errorf("the refused restore left something behind:\n%s", diff)
			}
		})
	}
}

func TestRestoreNeedsAnEmptyDatabaseOfTheSameSchema(t *testing.T) {
	t.Parallel()
	from := source(t)
	dir := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), from.DB, dir, "v1"); err != nil {
		t.Fatal(err)
	}

	used, prepare := target(t)
	if _, err := used.Exec(`INSERT INTO clients (name, created_at) VALUES ('mine', '2026-01-01')`); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), used.DB, dir, prepare); err == nil || !strings.Contains(err.Error(), "table clients is not empty") {
		t.Errorf("into a database in use: %v", err)
	}

	other := pgtest.New(t)
	nothing := func(context.Context, Schema) error { return nil }
	if _, err := Restore(t.Context(), other.DB, dir, nothing); err == nil || !strings.Contains(err.Error(), "tables, the backup") {
		t.Errorf("into another set of tables: %v", err)
	}
	if _, err := other.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), other.DB, dir, nothing); err == nil || !strings.Contains(err.Error(), "schema is version 99999") {
		t.Errorf("into another version: %v", err)
	}
}

func TestABrokenReferenceIsFound(t *testing.T) {
	t.Parallel()
	from := source(t)
	if _, err := from.Exec(`ALTER TABLE facts DROP CONSTRAINT facts_client_id_fkey`); err != nil {
		t.Fatal(err)
	}
	if _, err := from.Exec(`INSERT INTO facts (kind, key, client_id, effective_at, recorded_at, body) VALUES ('x', 'y', 999999, '2026-01-01', '2026-01-01', '{}')`); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), from.DB, dir, "v1"); err != nil {
		t.Fatal(err)
	}
	to, prepare := target(t)
	if _, err := Restore(t.Context(), to.DB, dir, prepare); err == nil || !strings.Contains(err.Error(), "does not hold together") {
		t.Errorf("Restore gave %v", err)
	}
}

func TestABackupNeedsADirectoryOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Backup(t.Context(), pgtest.New(t).DB, dir, "v1"); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("Backup gave %v", err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// TestOnlySeededTablesHaveRows keeps the list of seeded tables true.
func TestOnlySeededTablesHaveRows(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for name, sum := range sums(t, db.DB) {
		count, _, _ := strings.Cut(sum, " ")
		if rows, err := strconv.Atoi(count); err == nil && rows > 0 && !slices.Contains(seeded, name) {
			t.Errorf("the migrations put %d rows into %s: add it to seeded", rows, name)
		}
	}
}

// TestAPrivateDatabaseMoves backs up a private PostgreSQL while it runs and restores it into another one.
func TestAPrivateDatabaseMoves(t *testing.T) {
	t.Parallel()
	open := func() *sqlx.DB {
		root := t.TempDir()
		for dir := root; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil { // as root the server is another user
				t.Fatal(err)
			}
		}
		server, err := pgembed.Start(t.Context(), pgembed.Config{
			Root: filepath.Join(root, "pg"), Params: pgtest.ServerParams(), Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Stop() })
		db, err := pg.Open(t.Context(), server.DSN(), pg.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	migrate := func(db *sqlx.DB) Prepare {
		return func(ctx context.Context, _ Schema) error {
			return errors.Join(migrations.Up(ctx, db.DB), jobs.Migrate(ctx, db))
		}
	}
	from, to := open(), open()
	if err := migrate(from)(t.Context(), Schema{}); err != nil {
		t.Fatal(err)
	}
	if _, err := from.Exec(`INSERT INTO clients (name, created_at) SELECT 'client ' || n, '2026-01-01' FROM generate_series(1, 100) n`); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "backup")

	if _, err := Backup(t.Context(), from.DB, dir, "v1"); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), to.DB, dir, migrate(to)); err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(sums(t, from.DB), sums(t, to.DB)); diff != "" {
		t.Errorf("the databases differ (-saved +restored):\n%s", diff)
	}
}
