package dialer

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"saveline/dialer/sim"
	"saveline/dialer/telephony"
)

// errKilled is what a dead process would have read, had it lived.
var errKilled = errors.New("this process was killed")

// fuse is the life of one process, counted in things it does to the outside world: statements, commits, commands to the
// switch. At the last one it dies, either before the world felt it or right after; from then on nothing gets out.
type fuse struct {
	mu    sync.Mutex
	left  int
	after bool // the last act still happens, only its answer is lost
	dead  bool
	used  int
}

// burn counts one act: whether it happens, and whether its answer arrives.
func (f *fuse) burn() (happens, heard bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return false, false
	}
	f.used++
	if f.left--; f.left > 0 {
		return true, true
	}
	f.dead = true
	return f.after, false
}

func (f *fuse) isDead() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dead
}

// do carries one act out as the fuse allows.
func burn[T any](f *fuse, act func() (T, error)) (T, error) {
	var none T
	happens, heard := f.burn()
	if !happens {
		return none, errKilled
	}
	out, err := act()
	if !heard {
		return none, errKilled
	}
	return out, err
}

// connector opens connections of a process with a fuse.
type connector struct {
	*pq.Connector
	fuse *fuse
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{inner, c.fuse}, nil
}

func (h *house) fusedDB(f *fuse) *sqlx.DB {
	h.t.Helper()
	c, err := pq.NewConnector(h.dsn)
	h.must(err)
	db := sqlx.NewDb(sql.OpenDB(connector{c, f}), "postgres")
	db.SetMaxOpenConns(4)
	h.t.Cleanup(func() { _ = db.Close() })
	return db
}

type conn struct {
	driver.Conn
	fuse *fuse
}

func (c *conn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	inner, ok := c.Conn.(driver.QueryerContext)
	if !ok {
		return nil, driver.ErrSkip
	}
	rows, err := burn(c.fuse, func() (driver.Rows, error) { return inner.QueryContext(ctx, q, args) })
	if err != nil && rows == nil && !errors.Is(err, errKilled) {
		return nil, err
	}
	return rows, err
}

func (c *conn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	inner, ok := c.Conn.(driver.ExecerContext)
	if !ok {
		return nil, driver.ErrSkip
	}
	return burn(c.fuse, func() (driver.Result, error) { return inner.ExecContext(ctx, q, args) })
}

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	inner, ok := c.Conn.(driver.ConnBeginTx)
	if !ok {
		return nil, errors.New("the driver cannot begin a transaction")
	}
	t, err := burn(c.fuse, func() (driver.Tx, error) { return inner.BeginTx(ctx, opts) })
	if err != nil {
		return nil, err
	}
	return &txn{t, c.fuse}, nil
}

func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if inner, ok := c.Conn.(driver.NamedValueChecker); ok {
		return inner.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type txn struct {
	driver.Tx
	fuse *fuse
}

func (t *txn) Commit() error {
	_, err := burn(t.fuse, func() (struct{}, error) { return struct{}{}, t.Tx.Commit() })
	if t.fuse.isDead() {
		_ = t.Tx.Rollback() // what the server does when the connection of a dead process breaks
	}
	return err
}

// fusedSwitch is the switch as a process with a fuse reaches it.
type fusedSwitch struct {
	*sim.Switch
	fuse *fuse
}

var _ telephony.Switch = (*fusedSwitch)(nil)

func (s *fusedSwitch) cmd(act func() error) error {
	_, err := burn(s.fuse, func() (struct{}, error) { return struct{}{}, act() })
	return err
}

func (s *fusedSwitch) Dial(ctx context.Context, r telephony.DialRequest) error {
	return s.cmd(func() error { return s.Switch.Dial(ctx, r) })
}

func (s *fusedSwitch) Hangup(ctx context.Context, leg telephony.LegID, why telephony.HangupReason) error {
	return s.cmd(func() error { return s.Switch.Hangup(ctx, leg, why) })
}

func (s *fusedSwitch) Bridge(ctx context.Context, b telephony.BridgeID, legs ...telephony.LegID) error {
	return s.cmd(func() error { return s.Switch.Bridge(ctx, b, legs...) })
}

func (s *fusedSwitch) Play(ctx context.Context, p telephony.PlayID, leg telephony.LegID, sound telephony.Sound) error {
	return s.cmd(func() error { return s.Switch.Play(ctx, p, leg, sound) })
}

func (s *fusedSwitch) Snapshot(ctx context.Context) (telephony.Snapshot, error) {
	return burn(s.fuse, func() (telephony.Snapshot, error) { return s.Switch.Snapshot(ctx) })
}

func TestFuse(t *testing.T) {
	t.Parallel()
	f := &fuse{left: 2}
	acts := 0
	act := func() (int, error) { acts++; return acts, nil }
	if _, err := burn(f, act); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := burn(f, act); !errors.Is(err, errKilled) {
			t.Fatalf("a dead process got %v", err)
		}
	}
	if acts != 1 {
		t.Errorf("%d acts happened, want 1", acts)
	}
	f = &fuse{left: 1, after: true}
	if _, err := burn(f, act); !errors.Is(err, errKilled) || acts != 2 {
		t.Errorf("the last act of a process that dies after it: %v, %d", err, acts)
	}
}
