package backup

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/lib/pq"
)

// Tables of the migrations themselves are not carried: the target has its own, and the manifest has their versions.
const (
	// selectTables lists the tables of the schema with the columns that can be written, in their order. Partitions are
	// read and written through their parents.
	selectTables = `
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND c.relname NOT IN ('goose_db_version', 'river_migration')
GROUP BY c.relname ORDER BY c.relname`

	selectSequences = `
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND relname <> 'goose_db_version_id_seq'
ORDER BY relname`

	selectSchemaVersion = `SELECT max(version_id) FROM goose_db_version WHERE is_applied`
	selectQueueVersion  = `SELECT coalesce(max(version), 0) FROM river_migration`

	// selectForeignKeys is what stands between tables, with the words to make each again.
	selectForeignKeys = `
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0
ORDER BY conrelid::regclass::text, conname`

	// selectTriggers lists tables with triggers of our own, which have fired already for what a backup holds.
	selectTriggers = `
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = 'public'::regnamespace`
)

// querier is a transaction or a connection.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

type table struct {
	name    string
	columns []string
}

// list is the table's columns as SQL.
func (t table) list() string { return join(t.columns, pq.QuoteIdentifier) }

func join(names []string, quote func(string) string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return strings.Join(quoted, ", ")
}

func tablesOf(ctx context.Context, q querier) ([]table, error) {
	var tables []table
	err := each(ctx, q, selectTables, func(rows *sql.Rows) error {
		var t table
		err := rows.Scan(&t.name, pq.Array(&t.columns))
		tables = append(tables, t)
		return err
	})
	return tables, err
}

func names(ctx context.Context, q querier, query string) ([]string, error) {
	var out []string
	err := each(ctx, q, query, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		out = append(out, name)
		return err
	})
	return out, err
}

// each reads a query's rows one by one.
func each(ctx context.Context, q querier, query string, read func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Schema is the version of what the data fits into.
type Schema struct {
	Version int64 `json:"version"` // of our migrations
	Queue   int64 `json:"queue"`   // of the job queue's
}

func schemaOf(ctx context.Context, q querier) (s Schema, err error) {
	if err := q.QueryRowContext(ctx, selectSchemaVersion).Scan(&s.Version); err != nil {
		return s, fmt.Errorf("version of the schema: %w", err)
	}
	if err := q.QueryRowContext(ctx, selectQueueVersion).Scan(&s.Queue); err != nil {
		return s, fmt.Errorf("version of the job queue: %w", err)
	}
	return s, nil
}
