package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/lib/pq"
)

// statementsMax bounds the prepared statements of one connection; the house has fewer.
const statementsMax = 500

// connector opens lib/pq's connections with a memory for prepared statements. Without it the driver parses and plans
// every statement anew and needs two round trips for it; with it a known statement needs one.
//
// A transaction-pooling proxy would hand a statement to a connection that does not know it: use session pooling.
type connector struct{ driver.Connector }

// Connect opens one connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	raw, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := raw.(pqConn)
	if !ok {
		_ = raw.Close()
		return nil, fmt.Errorf("the driver's connection %T lacks what we need", raw)
	}
	return &conn{pqConn: full, known: map[string]driver.Stmt{}}, nil
}

// pqConn is what a lib/pq connection can do.
type pqConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// conn is a connection that remembers what it prepared. database/sql uses it from one goroutine at a time.
type conn struct {
	pqConn
	known map[string]driver.Stmt
}

// QueryContext runs a statement as a prepared one, with arguments or without.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	st, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := st.(driver.StmtQueryContext).QueryContext(ctx, args)
	c.forgetStale(query, err)
	return rows, err
}

// ExecContext is QueryContext for statements without rows. One without arguments goes the driver's simple way: it may be
// several in one text, as in a migration.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return c.pqConn.ExecContext(ctx, query, args)
	}
	st, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	res, err := st.(driver.StmtExecContext).ExecContext(ctx, args)
	c.forgetStale(query, err)
	return res, err
}

func (c *conn) prepared(ctx context.Context, query string) (driver.Stmt, error) {
	if st, ok := c.known[query]; ok {
		return st, nil
	}
	st, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(c.known) >= statementsMax {
		for q, old := range c.known { // any one: it is prepared again when it is needed
			delete(c.known, q)
			_ = old.Close()
			break
		}
	}
	c.known[query] = st
	return st, nil
}

// forgetStale drops a statement that no longer fits the schema (a migration ran beside us), so that the next try
// prepares it again.
func (c *conn) forgetStale(query string, err error) {
	if !stale(err) {
		return
	}
	if st, ok := c.known[query]; ok {
		delete(c.known, query)
		_ = st.Close()
	}
}

// stale recognises "cached plan must not change result type"; nothing has run then, so another try is safe.
func stale(err error) bool {
	e, ok := errors.AsType[*pq.Error](err)
	return ok && e.Code == "0A000" && strings.Contains(e.Message, "cached plan")
}
