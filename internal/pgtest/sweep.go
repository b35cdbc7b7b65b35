package pgtest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

// A killed test drops nothing. Databases that nobody has used for longer than any test runs are orphans; templates of
// schemas that are history go after a week.
const (
	orphanAge   = 2 * time.Hour
	templateAge = 7 * 24 * time.Hour
)

// PostgreSQL does not record when a database was made, but it made this file then.
const selectIdle = `
SELECT d.datname FROM pg_database d
WHERE starts_with(d.datname, $1)
  AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
  AND (pg_stat_file('base/' || d.oid || '/PG_VERSION')).modification < clock_timestamp() - $2 * interval '1 second'`

var sweepOnce sync.Once

// sweepOrphans cleans up after killed runs, once per process. It is a courtesy: what fails is left for the next.
func sweepOrphans(ctx context.Context, srv *sqlx.DB) {
	sweepOnce.Do(func() {
		_ = sweep(ctx, srv, "saveline_test_", orphanAge)
		_ = sweep(ctx, srv, "saveline_template_", templateAge)
	})
}

// sweep drops the databases whose names begin so, that nobody is connected to, and that are older than age.
func sweep(ctx context.Context, srv *sqlx.DB, prefix string, age time.Duration) error {
	var names []string
	if err := srv.SelectContext(ctx, &names, selectIdle, prefix, age.Seconds()); err != nil {
		return fmt.Errorf("look for orphaned databases: %w", err)
	}
	for _, name := range names {
		// Without FORCE: one that somebody opened meanwhile stays.
		if _, err := srv.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name); err != nil {
			return fmt.Errorf("drop an orphaned database: %w", err)
		}
	}
	return nil
}
