package commissions_test

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"saveline/commissions"
)

// errKilled is what a dead process would have read, had it lived.
var errKilled = errors.New("this process was killed")

// doomed hands out connections of a process that dies at a chosen statement: the k-th one that goes over them finds its
// backend terminated, and nothing after it gets out. Commit counts as a statement.
type doomed struct {
	driver.Connector
	admin *sqlx.DB
	left  atomic.Int64 // statements until the end; from 0 on it is dead
	after bool         // strike when the statement has run and its answer is lost, not before
}

func (d *doomed) Connect(ctx context.Context) (driver.Conn, error) {
	if d.left.Load() <= 0 {
		return nil, errKilled
	}
	c, err := d.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := c.(driver.QueryerContext).QueryContext(ctx, "SELECT pg_backend_pid()", nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil {
		return nil, err
	}
	return &doomedConn{Conn: c, doom: d, pid: row[0].(int64)}, nil
}

type doomedConn struct {
	driver.Conn
	doom *doomed
	pid  int64
}

// around runs one statement, and kills the connection before or after it when its time has come.
func (c *doomedConn) around(run func() error) error {
	left := c.doom.left.Add(-1)
	if left > 0 {
		return run()
	}
	if left == 0 && c.doom.after {
		_ = run()
	}
	c.kill()
	return errKilled
}

func (c *doomedConn) kill() {
	_, _ = c.doom.admin.Exec(`SELECT pg_terminate_backend($1, 5000)`, c.pid)
}

func (c *doomedConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (rows driver.Rows, err error) {
	err = c.around(func() error {
		rows, err = c.Conn.(driver.QueryerContext).QueryContext(ctx, q, args)
		return err
	})
	return rows, err
}

func (c *doomedConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (res driver.Result, err error) {
	err = c.around(func() error {
		res, err = c.Conn.(driver.ExecerContext).ExecContext(ctx, q, args)
		return err
	})
	return res, err
}

func (c *doomedConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
	return doomedTx{tx, c}, err
}

func (c *doomedConn) CheckNamedValue(v *driver.NamedValue) error {
	if check, ok := c.Conn.(driver.NamedValueChecker); ok {
		return check.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type doomedTx struct {
	driver.Tx
	conn *doomedConn
}

func (t doomedTx) Commit() error { return t.conn.around(t.Tx.Commit) }

// killed tries an act over connections that are killed at the k-th statement, and says whether it was over before that.
func (h *house) killed(k int64, after bool, act func(*commissions.Service) error) (err error, over bool) {
	h.t.Helper()
	connector, err := pq.NewConnector(h.dsn)
	h.must(err)
	doom := &doomed{Connector: connector, admin: h.db, after: after}
	doom.left.Store(k)
	raw := sql.OpenDB(doom)
	defer func() { _ = raw.Close() }()
	db := sqlx.NewDb(raw, "postgres")
	err = act(commissions.New(db, h.now, slog.New(slog.DiscardHandler), h.news))
	return err, doom.left.Load() > 0
}

// shape is everything that a pay run writes, put in a few numbers.
func (h *house) shape(run commissions.RunID) string {
	h.t.Helper()
	var out string
	h.must(h.db.Get(&out, `
SELECT concat_ws(' ', r.state, (SELECT count(*) FROM entries), (SELECT count(*) FROM payables WHERE run_id = r.id),
    (SELECT count(*) FROM periods WHERE state = 'closed'), (SELECT count(*) FROM closes), (SELECT count(*) FROM run_evidence),
    (SELECT count(*) FROM run_files), (SELECT count(*) FROM audit WHERE object = 'run:' || r.id), r.export_sha256 <> '')
FROM runs r WHERE r.id = $1`, run))
	return out
}

// TestARunKilledAnywhereIsUnpostedOrWhole: lock, export and reconciliation are killed before and after every single
// statement they make. Each time either everything is written or nothing, and doing it again through a sound connection
// gives one run, whole.
func TestARunKilledAnywhereIsUnpostedOrWhole(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprint("after ", after), func(t *testing.T) {
			t.Parallel()
			h := november(t)
			run := h.approved("2026-11-10")
			for _, step := range []struct {
				name  string
				whole string
				act   func(*commissions.Service) error
			}{
				{"lock", "locked 10 3 1 1 1 0 5 f", func(pay *commissions.Service) error { return second(pay.Lock(t.Context(), h.ana, run.ID)) }},
				{"export", "exported 10 3 1 1 1 1 6 t", func(pay *commissions.Service) error {
					return second(pay.Export(t.Context(), h.ana, run.ID, &bytes.Buffer{}))
				}},
				{"reconcile", "reconciled 11 3 1 1 1 1 7 t", func(pay *commissions.Service) error { return second(pay.Reconcile(t.Context(), h.ana, run.ID)) }},
			} {
				h.killStep(run.ID, after, step.name, step.whole, step.act)
			}
			if v := h.verify(); !v.OK() {
				t.Errorf("%q", v.Faults)
			}
		})
	}
}

func (h *house) killStep(run commissions.RunID, after bool, name, whole string, act func(*commissions.Service) error) {
	h.t.Helper()
	const statementsMin, statementsMax = 5, 60
	before := h.shape(run)
	for k := int64(1); k <= statementsMax; k++ {
		err, over := h.killed(k, after, act)
		switch now := h.shape(run); {
		case now == whole && (err == nil || after): // its commit went through, whether or not it heard so
			if k < statementsMin {
				h.t.Fatalf("%s of only %d statements: the test kills nothing", name, k)
			}
			return
		case err == nil:
			h.t.Fatalf("%s at statement %d: it said yes and wrote %q, want %q", name, k, now, whole)
		case now == whole && !over: // killed while it read back what it had committed
			return
		case now != before:
			h.t.Fatalf("%s at statement %d: something is half done: %q became %q", name, k, before, now)
		}
	}
	h.t.Fatalf("%s: no end after %d statements", name, statementsMax)
}
