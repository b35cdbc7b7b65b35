// Package backup writes one consistent picture of a database into a directory and restores it into an empty one. It
// needs nothing but a connection, because a private PostgreSQL has no pg_dump.
package backup

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
	"time"

	"github.com/lib/pq"
)

const unlimited = `SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)`

// Backup writes every table of db into dir, which must be new or empty, while others go on working: all tables are
// read in one transaction, so they fit together. The manifest is written last.
func Backup(ctx context.Context, db *sql.DB, dir, program string) (Manifest, error) {
	if err := emptyDir(dir); err != nil {
		return Manifest{}, err
	}
	m, err := backup(ctx, db, dir, program)
	if err != nil {
		return Manifest{}, fmt.Errorf("backup into %s: %w", dir, err)
	}
	return m, nil
}

func backup(ctx context.Context, db *sql.DB, dir, program string) (Manifest, error) {
	m := Manifest{Format: formatNow, MadeAt: time.Now().UTC().Truncate(time.Second), Program: program}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return m, err
	}
	defer func() { _ = tx.Rollback() }() // it only read
	if _, err := tx.ExecContext(ctx, unlimited); err != nil {
		return m, err
	}
	if m.Schema, err = schemaOf(ctx, tx); err != nil {
		return m, err
	}
	tables, err := tablesOf(ctx, tx)
	if err != nil {
		return m, err
	}
	for _, t := range tables {
		written, err := writeTable(ctx, tx, dir, t)
		if err != nil {
			return m, fmt.Errorf("table %s: %w", t.name, err)
		}
		m.Tables = append(m.Tables, written)
	}
	// Sequences stand outside of transactions. Read after the tables, none can be behind a row of the picture.
	if m.Sequences, err = sequencesOf(ctx, tx); err != nil {
		return m, err
	}
	return m, m.write(dir)
}

func emptyDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty: give each backup a directory of its own", dir)
	}
	return nil
}

// writeTable writes a table's rows as lines of PostgreSQL's COPY text format. The server gives each value as text: the
// one form that every type can be read back from.
func writeTable(ctx context.Context, q querier, dir string, t table) (Table, error) {
	f, err := os.OpenFile(fileOf(dir, t.name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Table{}, err
	}
	defer func() { _ = f.Close() }()
	gz := gzip.NewWriter(f)
	w := &summing{w: gz, sum: sha256.New()}
	out := Table{Name: t.name, Columns: t.columns}
	if out.Rows, err = copyRows(ctx, q, t, w); err != nil {
		return Table{}, err
	}
	out.SHA256 = hex.EncodeToString(w.sum.Sum(nil))
	return out, errors.Join(gz.Close(), f.Sync(), f.Close())
}

func copyRows(ctx context.Context, q querier, t table, w io.Writer) (n int64, err error) {
	asText := join(t.columns, func(c string) string { return pq.QuoteIdentifier(c) + "::text" })
	values := make([]sql.RawBytes, len(t.columns))
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	var line []byte
	err = each(ctx, q, "SELECT "+asText+" FROM "+pq.QuoteIdentifier(t.name), func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		n++
		line = appendLine(line[:0], values)
		_, err := w.Write(line)
		return err
	})
	return n, err
}

var escapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// appendLine puts one row into COPY's text format: values between tabs, \N for null.
func appendLine(line []byte, values []sql.RawBytes) []byte {
	for i, v := range values {
		if i > 0 {
			line = append(line, '\t')
		}
		if v == nil {
			line = append(line, `\N`...)
			continue
		}
		line = append(line, escapes.Replace(string(v))...)
	}
	return append(line, '\n')
}

func sequencesOf(ctx context.Context, q querier) ([]Sequence, error) {
	all, err := names(ctx, q, selectSequences)
	if err != nil {
		return nil, err
	}
	out := make([]Sequence, len(all))
	for i, name := range all {
		s := Sequence{Name: name}
		row := q.QueryRowContext(ctx, "SELECT last_value, is_called FROM "+pq.QuoteIdentifier(name))
		if err := row.Scan(&s.Last, &s.Called); err != nil {
			return nil, fmt.Errorf("sequence %s: %w", name, err)
		}
		out[i] = s
	}
	return out, nil
}

// summing passes bytes on and sums them up.
type summing struct {
	w   io.Writer
	sum hash.Hash
}

func (s *summing) Write(p []byte) (int, error) {
	_, _ = s.sum.Write(p) // a hash never fails
	return s.w.Write(p)
}
