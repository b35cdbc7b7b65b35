package migrations_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/pgtest"
	"saveline/migrations"
)

// shape is all that the migrations made: columns, indexes, constraints, sequences.
const shape = `
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public' AND table_name !~ '^(river|goose)'
UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename !~ '^(river|goose)'
UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text !~ '^(river|goose)'
UNION ALL SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename !~ '^(river|goose)'
ORDER BY 1`

func shapeOf(t *testing.T, db *sql.DB) (lines []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), shape)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var line sql.NullString
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestUpDownUp(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t).DB // up
	first := shapeOf(t, db)
	p, err := migrations.Provider(db)
	if err != nil {
		t.Fatal(err)
	}

	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if left := shapeOf(t, db); len(left) > 0 {
		t.Errorf("after the way down there is left: %v", left)
	}
	if err := migrations.Up(context.Background(), db); err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(first, shapeOf(t, db)); diff != "" {
		t.Errorf("the second way up made another schema (-first +second):\n%s", diff)
	}
}

func TestUpTwiceAtOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t).DB
	p, err := migrations.Provider(db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	for range 2 {
		go func() { done <- migrations.Up(t.Context(), db) }()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
