package facts

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Consume hands the next batch of facts to a consumer and says how many it took. 0 means that nothing is left, or that
// another node has this consumer in hand. A fact that is refused stops the consumer: those before it are committed,
// the next call tries it again, and it is never skipped.
//
// Codes: not_found (no such consumer), and those of Handle.
func (l *Log) Consume(ctx context.Context, name string) (int, error) {
	c := l.consumer(name)
	if c == nil {
		return 0, errs.Newf(errs.NotFound, "nothing called %q reads facts", name)
	}
	for {
		step, err := l.step(ctx, c)
		if err != nil || step.handled > 0 || !step.moved {
			return step.handled, err
		}
	}
}

// progress is what one transaction did: facts handled, and whether the cursor moved at all (it also moves over facts
// of other kinds).
type progress struct {
	handled int
	moved   bool
}

// step is one batch. When the nth fact is refused, the n-1 before it are a batch of their own.
func (l *Log) step(ctx context.Context, c *consumer) (progress, error) {
	done, refused, err := l.batch(ctx, c, batchFactsMax)
	if refused != nil && done.handled > 0 {
		done, refused, err = l.batch(ctx, c, done.handled)
	}
	if refused != nil && ctx.Err() == nil {
		l.noteFailure(ctx, c, *refused, err)
	}
	if err != nil {
		return progress{}, errs.Wrap(err, "consumer "+c.Name)
	}
	return done, nil
}

const (
	ensureCursor = `INSERT INTO fact_cursors (consumer) VALUES ($1) ON CONFLICT (consumer) DO NOTHING`

	readCursor = `
SELECT h.position > coalesce(c.position, 0) AS behind, c.consumer IS NULL AS missing
FROM fact_head h LEFT JOIN fact_cursors c ON c.consumer = $1`

	// Every position up to the head is visible to the statements that follow, as one sequencer commits after the other.
	lockCursor = `
SELECT c.position AS at, least(h.position, c.position + $2) AS until
FROM fact_cursors c CROSS JOIN fact_head h
WHERE c.consumer = $1
FOR UPDATE OF c SKIP LOCKED`

	readFacts = `
SELECT position, kind, key, client_id, effective_at, recorded_at, body
FROM facts
WHERE position > $1 AND position <= $2 AND kind = ANY($3)
ORDER BY position
LIMIT $4`

	moveCursor = `
UPDATE fact_cursors SET position = $2, moved_at = $3, error = '', failed_at = NULL WHERE consumer = $1`
)

// batch handles at most limit facts in one transaction. When one is refused, nothing of the batch is kept, refused is
// that fact and done.handled says how many went well before it.
func (l *Log) batch(ctx context.Context, c *consumer, limit int) (done progress, refused *Fact, err error) {
	if behind, err := l.behind(ctx, c); err != nil || !behind {
		return progress{}, nil, err
	}
	var batch []Fact
	err = pg.InTx(ctx, l.db, func(tx *pg.Tx) error {
		done, refused, batch = progress{}, nil, nil
		var cursor struct {
			At    int64 `db:"at"`
			Until int64 `db:"until"`
		}
		err := tx.GetContext(ctx, &cursor, lockCursor, c.Name, windowMax)
		if pg.None(err) || err == nil && cursor.At >= cursor.Until {
			return nil // another node has it, or has just read to the end
		}
		if err != nil {
			return err
		}
		if err := tx.SelectContext(ctx, &batch, readFacts, cursor.At, cursor.Until, pq.Array(c.Kinds), limit); err != nil {
			return err
		}
		for _, f := range batch {
			if err := handle(ctx, tx, c, f); err != nil {
				refused = &f
				return err
			}
			done.handled++
		}
		if len(batch) == limit {
			cursor.Until = batch[limit-1].Position
		}
		done.moved = true
		_, err = tx.ExecContext(ctx, moveCursor, c.Name, cursor.Until, l.now())
		return err
	})
	if err == nil && len(batch) > 0 && c.Committed != nil {
		c.Committed(ctx, batch)
	}
	return done, refused, err
}

// behind reports, without a transaction, whether there is anything for c to look at. It makes c's cursor when c is new.
func (l *Log) behind(ctx context.Context, c *consumer) (bool, error) {
	var cursor struct {
		Behind  bool `db:"behind"`
		Missing bool `db:"missing"`
	}
	if err := l.db.GetContext(ctx, &cursor, readCursor, c.Name); err != nil {
		return false, err
	}
	if cursor.Missing {
		if _, err := l.db.ExecContext(ctx, ensureCursor, c.Name); err != nil {
			return false, err
		}
	}
	return cursor.Behind, nil
}

// handle gives f to its consumer; a panic is a refusal like any other.
func handle(ctx context.Context, tx *pg.Tx, c *consumer, f Fact) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return c.Handle(ctx, tx, f)
}

const failCursor = `
UPDATE fact_cursors SET error = $2, failed_at = coalesce(failed_at, $3) WHERE consumer = $1`

// noteFailure makes a refusal visible to everyone who looks: it is logged, and stands beside the cursor until the
// fact is taken.
func (l *Log) noteFailure(ctx context.Context, c *consumer, f Fact, cause error) {
	l.log.ErrorContext(ctx, "a fact is refused; its consumer stands still until it is taken",
		"consumer", c.Name, "position", f.Position, "kind", f.Kind, "key", f.Key, "error", cause)
	text := fmt.Sprintf("fact %d (%s %s): %v", f.Position, f.Kind, f.Key, cause)
	if _, err := l.db.ExecContext(ctx, failCursor, c.Name, text, l.now()); err != nil {
		l.log.ErrorContext(ctx, "a consumer's failure could not be noted", "consumer", c.Name, "error", err)
	}
}
