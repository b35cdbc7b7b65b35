package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/lib/pq"
)

const feedBytes = 1 << 16

const setSequence = `SELECT setval($1::regclass, $2, $3)`

// seeded are the tables that migrations put rows into; the backup's rows take their place. A test keeps the list true.
var seeded = []string{"fact_head"}

// Prepare brings an empty database's schema to the backup's version, or fails.
type Prepare func(context.Context, Schema) error

// Restore puts the backup in dir into db, whose schema prepare has made and whose tables must be empty. It is one
// transaction: either everything is there, with the rows, the sums and all foreign keys checked, or nothing is. It
// needs the rights of the tables' owner, not of a superuser.
func Restore(ctx context.Context, db *sql.DB, dir string, prepare Prepare) (Manifest, error) {
	m, err := Read(dir)
	if err != nil {
		return Manifest{}, err
	}
	if err := prepare(ctx, m.Schema); err != nil {
		return Manifest{}, fmt.Errorf("prepare the schema: %w", err)
	}
	if err := restore(ctx, db, dir, m); err != nil {
		return Manifest{}, fmt.Errorf("restore from %s: %w (nothing was changed)", dir, err)
	}
	return m, nil
}

func restore(ctx context.Context, db *sql.DB, dir string, m Manifest) (err error) {
	conn, err := db.Conn(ctx) // COPY speaks to the driver's own connection
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if _, err := conn.ExecContext(ctx, unlimited); err != nil {
		return err
	}
	if err := fits(ctx, conn, m); err != nil {
		return err
	}
	again, err := loosen(ctx, conn)
	if err != nil {
		return err
	}
	for _, t := range m.Tables {
		if err := readTable(ctx, conn, dir, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	for _, s := range m.Sequences {
		if _, err := conn.ExecContext(ctx, setSequence, pq.QuoteIdentifier(s.Name), s.Last, s.Called); err != nil {
			return fmt.Errorf("sequence %s: %w", s.Name, err)
		}
	}
	for _, statement := range again {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("the backup does not hold together: %w", err)
		}
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return err
}

// fits checks that the database has the backup's schema and none of anybody's data.
func fits(ctx context.Context, q querier, m Manifest) error {
	schema, err := schemaOf(ctx, q)
	if err != nil {
		return err
	}
	if schema != m.Schema {
		return fmt.Errorf("the database's schema is version %d (queue %d), the backup's %d (queue %d)",
			schema.Version, schema.Queue, m.Schema.Version, m.Schema.Queue)
	}
	tables, err := tablesOf(ctx, q)
	if err != nil {
		return err
	}
	if len(tables) != len(m.Tables) {
		return fmt.Errorf("the database has %d tables, the backup %d", len(tables), len(m.Tables))
	}
	for i, t := range tables {
		if t.name != m.Tables[i].Name || !slices.Equal(t.columns, m.Tables[i].Columns) {
			return fmt.Errorf("table %s is not as in the backup", t.name)
		}
		if _, err := q.ExecContext(ctx, "LOCK TABLE "+pq.QuoteIdentifier(t.name)+" IN ACCESS EXCLUSIVE MODE"); err != nil {
			return err
		}
		if slices.Contains(seeded, t.name) {
			if _, err := q.ExecContext(ctx, "DELETE FROM "+pq.QuoteIdentifier(t.name)); err != nil {
				return err
			}
		}
		var used bool
		if err := q.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM "+pq.QuoteIdentifier(t.name)+")").Scan(&used); err != nil {
			return err
		}
		if used {
			return fmt.Errorf("table %s is not empty: a backup goes into an empty database only", t.name)
		}
	}
	return nil
}

// loosen takes the foreign keys away and silences triggers, so that tables can be filled in any order, and returns
// the statements that bring both back: making a foreign key again checks every row against it.
func loosen(ctx context.Context, q querier) (again []string, err error) {
	var now []string
	err = each(ctx, q, selectForeignKeys, func(rows *sql.Rows) error {
		var table, name, definition string
		err := rows.Scan(&table, &name, &definition)
		now = append(now, "ALTER TABLE "+table+" DROP CONSTRAINT "+pq.QuoteIdentifier(name))
		again = append(again, "ALTER TABLE "+table+" ADD CONSTRAINT "+pq.QuoteIdentifier(name)+" "+definition)
		return err
	})
	if err != nil {
		return nil, err
	}
	loud, err := names(ctx, q, selectTriggers)
	if err != nil {
		return nil, err
	}
	for _, table := range loud {
		now = append(now, "ALTER TABLE "+table+" DISABLE TRIGGER USER")
		again = append(again, "ALTER TABLE "+table+" ENABLE TRIGGER USER")
	}
	for _, statement := range now {
		if _, err := q.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	return again, nil
}

// readTable copies one file into its table and compares what went in with the manifest.
func readTable(ctx context.Context, conn *sql.Conn, dir string, t Table) error {
	f, err := os.Open(fileOf(dir, t.Name))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	gz, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	w := &summing{w: io.Discard, sum: sha256.New()}
	command := "COPY " + pq.QuoteIdentifier(t.Name) + " (" + table{t.Name, t.Columns}.list() + ") FROM STDIN"
	var rows int64
	err = conn.Raw(func(raw any) error {
		rows, err = copyIn(ctx, raw, command, io.TeeReader(gz, w))
		return err
	})
	switch {
	case err != nil:
		return err
	case rows != t.Rows:
		return fmt.Errorf("%d rows went in, the manifest says %d", rows, t.Rows)
	case hex.EncodeToString(w.sum.Sum(nil)) != t.SHA256:
		return errors.New("the file is not the one that the manifest sums up")
	}
	return nil
}

// copyIn feeds lines to COPY on the driver's connection and returns how many rows the server took.
func copyIn(ctx context.Context, raw any, command string, r io.Reader) (int64, error) {
	preparer, ok := raw.(driver.ConnPrepareContext)
	if !ok {
		return 0, fmt.Errorf("%T cannot copy", raw)
	}
	stmt, err := preparer.PrepareContext(ctx, command)
	if err != nil {
		return 0, err
	}
	copier, ok := stmt.(interface {
		Exec(args []driver.Value) (driver.Result, error)
		CopyData(ctx context.Context, line string) (driver.Result, error)
	})
	if !ok {
		return 0, errors.Join(fmt.Errorf("%T cannot copy", stmt), stmt.Close())
	}
	if err := feed(ctx, copier.CopyData, r); err != nil {
		return 0, errors.Join(fmt.Errorf("the file is damaged, or the server refused a row: %w", err), stmt.Close())
	}
	result, err := copier.Exec(nil)
	if err != nil {
		return 0, errors.Join(err, stmt.Close())
	}
	rows, err := result.RowsAffected()
	return rows, errors.Join(err, stmt.Close())
}

// feed hands whole lines over in pieces of feedBytes: a line at a time would cost more than the copying.
func feed(ctx context.Context, send func(context.Context, string) (driver.Result, error), r io.Reader) error {
	lines := bufio.NewReaderSize(r, feedBytes)
	var piece []byte
	for {
		line, err := lines.ReadSlice('\n')
		piece = append(piece, line...)
		done := errors.Is(err, io.EOF)
		whole := len(piece) > 0 && piece[len(piece)-1] == '\n'
		switch {
		case err != nil && !done && !errors.Is(err, bufio.ErrBufferFull):
			return err
		case done && len(piece) == 0:
			return nil
		case done && !whole:
			return io.ErrUnexpectedEOF
		case whole && (done || len(piece) >= feedBytes):
			if _, err := send(ctx, string(piece[:len(piece)-1])); err != nil {
				return err
			}
			piece = piece[:0]
		}
		if done {
			return nil
		}
	}
}
