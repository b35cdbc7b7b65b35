package commissions

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/pg"
)

const upsertException = `
INSERT INTO pay_exceptions (client_id, credit_id, result_id, why, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (credit_id) DO UPDATE SET why = EXCLUDED.why`

const solveExceptions = `
UPDATE pay_exceptions SET solved_at = $1
WHERE solved_at IS NULL AND (credit_id = ANY($2) OR credit_id IS NULL AND result_id = ANY($3))`

// noteGaps makes an exception of every credit that cannot be valued, and solves those of the credits that now can be.
func noteGaps(ctx context.Context, tx *pg.Tx, client auth.ClientID, now time.Time, credits map[string]credit, gaps []rules.Gap) error {
	open := map[string]bool{}
	for _, g := range gaps {
		c := credits[g.Credit.Key()]
		open[g.Credit.Key()] = true
		if _, err := tx.ExecContext(ctx, upsertException, client, c.ID, c.Result, g.Why, now); err != nil {
			return fmt.Errorf("exception of credit %d: %w", c.ID, err)
		}
	}
	var valued, results []int64
	for key, c := range credits {
		if !open[key] {
			valued = append(valued, int64(c.ID))
		}
		results = append(results, c.Result)
	}
	if _, err := tx.ExecContext(ctx, solveExceptions, now, pq.Array(valued), pq.Array(results)); err != nil {
		return fmt.Errorf("solve exceptions: %w", err)
	}
	return nil
}

const insertUncredited = `
INSERT INTO pay_exceptions (client_id, result_id, why, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (result_id) WHERE credit_id IS NULL AND gap_key = '' DO NOTHING`

// noteUncredited keeps a reversal of which no credit is known in sight; the reversal itself is remembered, and a credit
// that comes later is posted with its mirror.
func noteUncredited(ctx context.Context, tx *pg.Tx, client auth.ClientID, now time.Time, result int64) error {
	const why = "the result was reversed, but nobody has been credited with it"
	if _, err := tx.ExecContext(ctx, insertUncredited, client, result, why, now); err != nil {
		return fmt.Errorf("exception of result %d: %w", result, err)
	}
	return nil
}

// exceptionsBatchMax is how many exceptions one transaction tries again.
const exceptionsBatchMax = 200

const lockOpenExceptions = `
SELECT x.id AS exception_id, x.client_id, c.id, c.result_id, c.user_id, c.role, c.kind, c.value_minor, c.currency, c.call_id, c.effective_at
FROM pay_exceptions x JOIN credits c ON c.id = x.credit_id
WHERE x.client_id = ANY($1) AND x.solved_at IS NULL AND x.id > $2
ORDER BY x.id LIMIT $3
FOR UPDATE OF c SKIP LOCKED`

// RetryExceptions values again every credit that had no plan, for the actor's clients, and says how many it could solve.
// Approving a plan version and assigning a person do it by themselves.
func (s *Service) RetryExceptions(ctx context.Context, by auth.Actor) (solved int, err error) {
	after := ExceptionID(0)
	for {
		n, last, err := s.retryBatch(ctx, by, after)
		if err != nil {
			return solved, fmt.Errorf("try exceptions again: %w", err)
		}
		if last == after {
			return solved, nil
		}
		solved, after = solved+n, last
	}
}

const countSolved = `SELECT count(*) FROM pay_exceptions WHERE id = ANY($1) AND solved_at IS NOT NULL`

func (s *Service) retryBatch(ctx context.Context, by auth.Actor, after ExceptionID) (solved int, last ExceptionID, err error) {
	var told []auth.UserID
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var rows []struct {
			Exception ExceptionID   `db:"exception_id"`
			Client    auth.ClientID `db:"client_id"`
			credit
		}
		if err := tx.SelectContext(ctx, &rows, lockOpenExceptions, by.Scope(), after, exceptionsBatchMax); err != nil {
			return err
		}
		last, told = after, nil
		var ids []int64
		byClient := map[auth.ClientID][]credit{}
		for _, r := range rows {
			last, ids = r.Exception, append(ids, int64(r.Exception))
			byClient[r.Client] = append(byClient[r.Client], r.credit)
			told = append(told, r.User)
		}
		for _, client := range sortedKeys(byClient) {
			if err := s.accrueTx(ctx, tx, client, s.now(), byClient[client]); err != nil {
				return err
			}
		}
		return tx.GetContext(ctx, &solved, countSolved, pq.Array(ids))
	})
	if err != nil || solved == 0 {
		return 0, last, err
	}
	s.tellAll(told)
	return solved, last, nil
}
