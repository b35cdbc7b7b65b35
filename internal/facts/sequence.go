package facts

import (
	"context"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

const (
	anyUnnumbered = `SELECT EXISTS (SELECT FROM facts WHERE position IS NULL)`

	lockHead = `SELECT position FROM fact_head FOR UPDATE`

	// A row that commits later than this statement's snapshot stays without a position until the next step, however low
	// its id is; its position is then higher than all given so far, so no reader has passed it.
	numberFacts = `
WITH fresh AS (
	SELECT id, row_number() OVER (ORDER BY id) AS n
	FROM (SELECT id FROM facts WHERE position IS NULL ORDER BY id LIMIT $1) unnumbered
), numbered AS (
	UPDATE facts f SET position = h.position + fresh.n
	FROM fresh, fact_head h
	WHERE f.id = fresh.id
	RETURNING f.id
), total AS (
	SELECT count(*) AS n FROM numbered
)
UPDATE fact_head SET position = position + total.n FROM total RETURNING total.n`
)

// Sequence gives visible facts their positions, at most sequenceFactsMax in a step, and says how many it numbered. The
// head's lock makes one node the sequencer for the length of the step; another waits and then sees what the first left.
func (l *Log) Sequence(ctx context.Context) (int, error) {
	var some bool
	if err := l.db.GetContext(ctx, &some, anyUnnumbered); err != nil || !some {
		return 0, errs.Wrap(err, "look for new facts")
	}
	var n int
	err := pg.InTx(ctx, l.db, func(tx *pg.Tx) error {
		// Two statements: only a snapshot taken under the lock sees what the previous sequencer numbered.
		var head int64
		if err := tx.GetContext(ctx, &head, lockHead); err != nil {
			return err
		}
		return tx.GetContext(ctx, &n, numberFacts, sequenceFactsMax)
	})
	return n, errs.Wrap(err, "number facts")
}
