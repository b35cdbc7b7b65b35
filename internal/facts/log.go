package facts

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"saveline/internal/errs"
)

// Limits of the log.
const (
	sequenceFactsMax = 1000   // facts numbered in one transaction
	batchFactsMax    = 200    // facts handled in one transaction
	windowMax        = 10_000 // positions looked through in one query for kinds that may be rare
)

// Log numbers facts and hands them to their consumers. Any number of nodes may run one over the same database.
type Log struct {
	db        *sqlx.DB
	now       func() time.Time
	log       *slog.Logger
	consumers []*consumer
}

type consumer struct {
	Consumer
	wake chan struct{} // holds one: "look"
}

// NewLog returns a log without consumers; now gives the times that its rows bear.
func NewLog(db *sqlx.DB, now func() time.Time, log *slog.Logger) *Log {
	return &Log{db: db, now: now, log: log}
}

// Register adds a consumer, before anything else is called. It panics on a consumer without name, kinds or Handle and
// on a name that is taken, because that is a fault of the wiring.
func (l *Log) Register(c Consumer) {
	if c.Name == "" || len(c.Kinds) == 0 || c.Handle == nil {
		panic(fmt.Sprintf("facts: consumer %q needs a name, kinds and a handler", c.Name))
	}
	if l.consumer(c.Name) != nil {
		panic(fmt.Sprintf("facts: there are two consumers %q", c.Name))
	}
	l.consumers = append(l.consumers, &consumer{Consumer: c, wake: make(chan struct{}, 1)})
}

func (l *Log) consumer(name string) *consumer {
	for _, c := range l.consumers {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func (l *Log) names() []string {
	names := make([]string, len(l.consumers))
	for i, c := range l.consumers {
		names[i] = c.Name
	}
	return names
}

const readLag = `
SELECT n.name, h.position - coalesce(c.position, 0) + (SELECT count(*) FROM facts WHERE position IS NULL) AS lag
FROM unnest($1::text[]) AS n (name) CROSS JOIN fact_head h LEFT JOIN fact_cursors c ON c.consumer = n.name`

// Lag is how many facts, of whatever kind, each consumer has yet to look at.
func (l *Log) Lag(ctx context.Context) (map[string]int64, error) {
	var rows []struct {
		Name string `db:"name"`
		Lag  int64  `db:"lag"`
	}
	if err := l.db.SelectContext(ctx, &rows, readLag, pq.Array(l.names())); err != nil {
		return nil, errs.Wrap(err, "read the consumers' lag")
	}
	lag := make(map[string]int64, len(rows))
	for _, r := range rows {
		lag[r.Name] = r.Lag
	}
	return lag, nil
}

// Failure is a fact that a consumer refuses. The consumer stands still and tries again until it is taken.
type Failure struct {
	Consumer string    `db:"consumer"`
	After    int64     `db:"position"` // the refused fact is the consumer's next one after this position
	Error    string    `db:"error"`
	Since    time.Time `db:"failed_at"`
}

const readFailures = `
SELECT consumer, position, error, failed_at FROM fact_cursors WHERE error <> '' ORDER BY consumer`

// Failures names the consumers that stand still, on whichever node.
func (l *Log) Failures(ctx context.Context) ([]Failure, error) {
	var failures []Failure
	err := l.db.SelectContext(ctx, &failures, readFailures)
	return failures, errs.Wrap(err, "read the consumers' failures")
}

const rewindCursor = `
INSERT INTO fact_cursors (consumer, moved_at) VALUES ($1, $2)
ON CONFLICT (consumer) DO UPDATE SET position = 0, moved_at = EXCLUDED.moved_at, error = '', failed_at = NULL`

// Replay sends a consumer through all facts again, from the first. It waits for a batch under way.
//
// Codes: not_found.
func (l *Log) Replay(ctx context.Context, name string) error {
	if l.consumer(name) == nil {
		return errs.Newf(errs.NotFound, "nothing called %q reads facts", name)
	}
	_, err := l.db.ExecContext(ctx, rewindCursor, name, l.now())
	return errs.Wrap(err, "replay facts for "+name)
}
