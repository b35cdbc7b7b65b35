package facts_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/facts"
	"saveline/internal/pg"
)

// consumeShareMin is what numbering, cursors and exactly-once may leave of what the same reads and writes cost by
// themselves.
const consumeShareMin = 0.5

// factsOfBench is one in twenty rows of SAVELINE_BENCH_ROWS, or fifty thousand.
func factsOfBench() int {
	if n, err := strconv.Atoi(os.Getenv("SAVELINE_BENCH_ROWS")); err == nil {
		return max(1, n/20)
	}
	return 50_000
}

const bulkFacts = `
INSERT INTO facts (kind, key, client_id, effective_at, recorded_at, body)
SELECT $1, 'sale:' || n, $2, $3, $3, '{"agent":7,"minor":1}' FROM generate_series(1, $4::int) AS n`

// BenchmarkConsume is facts numbered and consumed a second, by a consumer that writes one row a fact, against a loop
// that does the same reads and writes and keeps no account of them: batches of 200 by id, one row a fact, one
// transaction a batch.
func BenchmarkConsume(b *testing.B) {
	n := factsOfBench()
	var consumed, plain time.Duration
	for b.Loop() {
		db := shop(b)
		l := newLog(db, recorder())
		db.MustExec(bulkFacts, sold, client(b, db), noon, n)
		db.MustExec(`ANALYZE facts`)
		plain += plainLoop(b, db)
		db.MustExec(`TRUNCATE sales`)
		start := time.Now()
		drain(b, l)
		consumed += time.Since(start)
		if got := len(keys(b, db)); got != n {
			b.Fatalf("%d of %d facts were consumed", got, n)
		}
	}
	share := plain.Seconds() / consumed.Seconds()
	b.ReportMetric(float64(n)*float64(b.N)/consumed.Seconds(), "facts/s")
	b.ReportMetric(share, "of-plain-loop")
	if share < consumeShareMin {
		b.Errorf("facts consumed against a plain loop: %.3f, and at least %.3f is wanted", share, consumeShareMin)
	}
}

const nextFacts = `
SELECT id AS position, kind, key, client_id, effective_at, recorded_at, body FROM facts WHERE id > $1 ORDER BY id LIMIT 200`

func plainLoop(b *testing.B, db *sqlx.DB) time.Duration {
	b.Helper()
	start := time.Now()
	for last := int64(0); ; {
		var batch []facts.Fact
		err := pg.InTx(b.Context(), db, func(tx *pg.Tx) error {
			if err := tx.SelectContext(b.Context(), &batch, nextFacts, last); err != nil {
				return err
			}
			for _, f := range batch {
				if err := record(b.Context(), tx, f); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		if len(batch) == 0 {
			return time.Since(start)
		}
		last = batch[len(batch)-1].Position
	}
}
