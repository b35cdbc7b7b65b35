package retention

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/live"
)

// doomed hands out connections that the server kills at a chosen statement: the k-th one that goes over them finds its
// backend terminated, as if the machine had failed at that moment. Commit counts as a statement.
type doomed struct {
	driver.Connector
	admin *sqlx.DB
	left  atomic.Int64 // statements until the end; below 0: never
	after atomic.Bool  // strike when the statement has run and its answer is lost, not before
}

func (d *doomed) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := d.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := c.(driver.QueryerContext).QueryContext(ctx, "SELECT pg_backend_pid()", nil)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
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
	now := c.doom.left.Add(-1) == 0
	if now && !c.doom.after.Load() {
		c.kill()
	}
	err := run()
	if now && c.doom.after.Load() {
		c.kill()
		return driver.ErrBadConn
	}
	return err
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

// through is the desk's service over doomed connections.
func (d *desk) through(doom *doomed) (*Service, func()) {
	d.t.Helper()
	connector, err := pq.NewConnector(d.dsn)
	d.must(err)
	doom.Connector, doom.admin = connector, d.db
	raw := sql.OpenDB(doom)
	db := sqlx.NewDb(raw, "postgres")
	quiet := slog.New(slog.DiscardHandler)
	leads := campaigns.New(db, d.now, quiet, live.Nowhere{})
	calls := dialer.New(db, d.now, quiet, leads, nil, live.Nowhere{}, "doomed")
	s := New(db, d.now, quiet, calls, leads, live.Nowhere{})
	s.SetRecorder(SimulatedRecorder{})
	return s, func() { _ = raw.Close() }
}

// Conclude is killed before and after every single statement it makes. Each time either everything is written or
// nothing, and concluding again through a sound connection gives one outcome.
func TestConcludeKilledAtEveryStatement(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	save, upsell := d.offer("discount_percent", 0, "retention_save"), d.offer("upsell", 1500, "retention_save")
	d.campaign("retention_save")
	const statementsMin, statementsMax = 15, 80
	for _, after := range []bool{false, true} {
		for k := int64(1); ; k++ {
			if k > statementsMax {
				t.Fatalf("no end after %d statements", statementsMax)
			}
			call := d.connect(d.aCase().Lead, d.ann)
			d.accept(d.ann, call, save)
			d.accept(d.ann, call, upsell)
			before := d.snapshot()

			doom := &doomed{}
			doom.after.Store(after)
			doomedService, closeAll := d.through(doom)
			doom.left.Store(k)
			_, err := doomedService.Conclude(ctx, d.ann, ConcludeInput{Call: call, Code: CodeSave})
			closeAll()
			whole := d.count(`SELECT count(*) FROM outcomes WHERE call_id = $1`, call) == 1
			switch {
			case err == nil && !whole:
				t.Fatalf("statement %d (after %v): it said yes and wrote nothing", k, after)
			case err != nil && !whole && d.snapshot() != before:
				t.Fatalf("statement %d (after %v): something is half done", k, after)
			}
			out, err2 := d.Conclude(ctx, d.ann, ConcludeInput{Call: call, Code: CodeSave})
			d.must(err2)
			d.checkWhole(out, fmt.Sprintf("statement %d (after %v)", k, after))
			if err == nil && doom.left.Load() > 0 { // it finished before its hour: every statement has been tried
				if k < statementsMin {
					t.Fatalf("a conclusion of only %d statements: the test kills nothing", k)
				}
				break
			}
		}
	}
}

// checkWhole fails the test unless the saved call has every row that a conclusion writes, exactly once.
func (d *desk) checkWhole(out Outcome, when string) {
	d.t.Helper()
	for what, query := range map[string]string{
		"outcome":           `SELECT count(*) FROM outcomes WHERE call_id = $1`,
		"fact":              `SELECT count(*) FROM facts WHERE kind = 'outcome.v2' AND (body->>'call')::bigint = $1`,
		"wrapped call":      `SELECT count(*) FROM calls WHERE id = $1 AND wrapped_at IS NOT NULL`,
		"settled attempt":   `SELECT count(*) FROM attempts a JOIN calls k ON k.attempt_id = a.id WHERE k.id = $1 AND a.settled_at IS NOT NULL`,
		"lead done":         `SELECT count(*) FROM leads l JOIN calls k ON k.lead_id = l.id WHERE k.id = $1 AND l.state = 'done'`,
		"case saved":        `SELECT count(*) FROM cases c JOIN calls k ON k.lead_id = c.lead_id WHERE k.id = $1 AND c.state = 'saved_provisional'`,
		"hang-up or ended":  `SELECT count(*) FROM call_commands WHERE call_id = $1 AND command = 'hangup'`,
		"confirmed event":   `SELECT count(*) FROM case_events e JOIN cases c ON c.id = e.case_id JOIN calls k ON k.lead_id = c.lead_id WHERE k.id = $1 AND e.to_state = 'confirmed'`,
		"one save":          `SELECT count(*) FROM results r JOIN outcomes o ON o.id = r.outcome_id WHERE o.call_id = $1 AND r.kind = 'save'`,
		"one upsell result": `SELECT count(*) FROM results r JOIN outcomes o ON o.id = r.outcome_id WHERE o.call_id = $1 AND r.kind = 'upsell'`,
	} {
		if n := d.count(query, out.Call); n != 1 {
			d.t.Fatalf("%s: %d × %s", when, n, what)
		}
	}
	d.caseNow(out.Case)
}

// A request whose client goes away is cancelled anywhere on its way; what it leaves is all or nothing too.
func TestConcludeCancelledAnywhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	save, upsell := d.offer("discount_percent", 0, "retention_save"), d.offer("upsell", 1500, "retention_save")
	d.campaign("retention_save")
	for i := range 40 {
		call := d.connect(d.aCase().Lead, d.ann)
		d.accept(d.ann, call, save)
		d.accept(d.ann, call, upsell)
		before := d.snapshot()
		short, cancel := context.WithTimeout(ctx, time.Duration(i)*400*time.Microsecond)
		_, err := d.Conclude(short, d.ann, ConcludeInput{Call: call, Code: CodeSave})
		cancel()
		if whole := d.count(`SELECT count(*) FROM outcomes WHERE call_id = $1`, call) == 1; !whole {
			if err == nil {
				t.Fatalf("round %d: it said yes and wrote nothing", i)
			}
			if d.snapshot() != before {
				t.Fatalf("round %d: something is half done", i)
			}
		}
		d.checkWhole(d.conclude(d.ann, call, CodeSave), fmt.Sprintf("round %d", i))
	}
}
