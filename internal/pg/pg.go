// Package pg opens PostgreSQL and runs transactions.
package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"saveline/internal/errs"
)

// Tx is one transaction. A function whose name ends in Tx joins the caller's.
type Tx = sqlx.Tx

// DB is what both a database and a transaction can do: reads that take part in a transaction or stand alone.
type DB interface {
	sqlx.ExtContext
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
}

var (
	_ DB = (*sqlx.DB)(nil)
	_ DB = (*sqlx.Tx)(nil)
)

const (
	txTriesMax         = 5
	txBackoff          = 5 * time.Millisecond
	statementTimeoutMs = 30_000
	idleInTxTimeoutMs  = 60_000
)

// Settings of the pool.
type Settings struct {
	MaxOpen int // connections; 0 means 20
}

// Open connects to dsn (a URL or key=value list) and sets limits on pool, statements and idle transactions.
// The session's time zone is UTC.
func Open(ctx context.Context, dsn string, s Settings) (*sqlx.DB, error) {
	if s.MaxOpen == 0 {
		s.MaxOpen = 20
	}
	driver, err := pq.NewConnector(withOptions(dsn))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db := sqlx.NewDb(sql.OpenDB(connector{driver}), "postgres")
	db.SetMaxOpenConns(s.MaxOpen)
	db.SetMaxIdleConns(s.MaxOpen)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("reach database: %w", err)
	}
	return db, nil
}

// withOptions adds our session settings as connection options, in either DSN form.
func withOptions(dsn string) string {
	set := map[string]string{
		"timezone":                            "UTC",
		"statement_timeout":                   fmt.Sprint(statementTimeoutMs),
		"idle_in_transaction_session_timeout": fmt.Sprint(idleInTxTimeoutMs),
	}
	isURL := strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
	for k, v := range set {
		if strings.Contains(dsn, k+"=") {
			continue
		}
		switch {
		case !isURL:
			dsn += " " + k + "=" + v
		case strings.Contains(dsn, "?"):
			dsn += "&" + k + "=" + v
		default:
			dsn += "?" + k + "=" + v
		}
	}
	return dsn
}

// InTx runs fn in one transaction: commit when it returns nil, else roll back. After a serialization failure, a
// deadlock or a fail-over the whole of fn runs again, at most txTriesMax times; so fn must have no effect outside the
// database. A commit whose answer got lost is never repeated: it may have happened.
//
// Codes: unavailable (no try went through), and those of fn and of Constraint.
func InTx(ctx context.Context, db *sqlx.DB, fn func(tx *Tx) error) error {
	var err error
	for try := range txTriesMax {
		if err = wait(ctx, try); err != nil {
			return err
		}
		var again bool
		if again, err = once(ctx, db, fn); !again {
			if ctx.Err() != nil && abandoned(err) {
				return ctx.Err()
			}
			return Explain(err)
		}
	}
	return errs.WithCause(errs.Unavailable, err, "the database is busy; please try again")
}

// wait backs off before a try that is not the first.
func wait(ctx context.Context, try int) error {
	if try == 0 {
		return nil
	}
	t := time.NewTimer(txBackoff<<(try-1) + time.Duration(rand.Int64N(int64(txBackoff))))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// once is one try; again says that it left nothing behind and may go better the next time.
func once(ctx context.Context, db *sqlx.DB, fn func(tx *Tx) error) (again bool, err error) {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return failedOver(err), fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if !done { // an error, or a panic on its way up
			_ = tx.Rollback()
		}
	}()
	if err = fn(tx); err != nil {
		return clashed(err) || failedOver(err), err
	}
	done = true
	if err = tx.Commit(); err != nil {
		return clashed(err), fmt.Errorf("commit: %w", err)
	}
	return false, nil
}

// abandoned reports what a cancelled context looks like from below: database/sql rolled back behind our back and knows
// no better, or the server ended the statement because lib/pq asked it to. Which of them wins is a matter of moments.
func abandoned(err error) bool { return errors.Is(err, sql.ErrTxDone) || sqlState(err) == "57014" }

// clashed reports that PostgreSQL rolled the transaction back in favour of another, or of a migration.
func clashed(err error) bool {
	switch sqlState(err) {
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return true
	}
	return stale(err)
}

// failedOver reports that the server went away or turned into a standby. lib/pq says ErrBadConn when it has read the
// server's goodbye (57P01) already.
func failedOver(err error) bool {
	if errors.Is(err, driver.ErrBadConn) {
		return true
	}
	switch sqlState(err) {
	case "57P01", "25006": // admin_shutdown, read_only_sql_transaction
		return true
	}
	return false
}

func sqlState(err error) string {
	if e, ok := errors.AsType[*pq.Error](err); ok {
		return string(e.Code)
	}
	return ""
}

// ConstraintOf names the constraint that err violates, "" if it violates none.
func ConstraintOf(err error) string {
	if e, ok := errors.AsType[*pq.Error](err); ok && strings.HasPrefix(string(e.Code), "23") {
		return e.Constraint
	}
	return ""
}

// None reports that a query found no row.
func None(err error) bool { return errors.Is(err, sql.ErrNoRows) }

type sentence struct {
	code errs.Code
	text string
}

var sentences = map[string]sentence{}

// Constraint gives a constraint's violation a code and a sentence a person can act on. Owners call it from init
// of their store, beside the SQL that can violate it.
func Constraint(name string, code errs.Code, text string) {
	sentences[name] = sentence{code, text}
}

// Explain turns a violated constraint that somebody gave a sentence to into that error; any other err is returned as is.
func Explain(err error) error {
	if s, ok := sentences[ConstraintOf(err)]; ok {
		if _, ok := errors.AsType[*errs.Error](err); ok {
			return err
		}
		return errs.WithCause(s.code, err, "%s", s.text)
	}
	return err
}
