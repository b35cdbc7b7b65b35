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
INSERT INTO pay_exceptions (client_id, credit_id, result_id, why, created_at, user_id) VALUES ($1, $2, $3::text::bigint, $4, $5, $6)
ON CONFLICT (credit_id) DO UPDATE SET why = EXCLUDED.why, solved_at = NULL`

const upsertGap = `
INSERT INTO pay_exceptions (client_id, result_id, why, created_at, user_id, gap_key) VALUES ($1, 0, $2, $3, $4, $5)
ON CONFLICT (client_id, user_id, gap_key) WHERE gap_key <> '' DO UPDATE SET why = EXCLUDED.why, solved_at = NULL`

// Of a person whose pay has just been computed, whatever is not said again is solved; so is a reversal of what nobody had
// been credited with, once somebody is.
const solveExceptions = `
UPDATE pay_exceptions x SET solved_at = $3
WHERE x.client_id = $1 AND x.solved_at IS NULL AND (
    x.gap_key <> '' AND x.user_id = $2 AND NOT (x.gap_key = ANY($5))
    OR x.credit_id IN (SELECT id FROM credits WHERE client_id = $1 AND user_id = $2) AND NOT (x.credit_id = ANY($4))
    OR x.credit_id IS NULL AND x.gap_key = '' AND x.result_id IN (SELECT result_id FROM credits WHERE client_id = $1 AND user_id = $2))`

// noteGaps keeps in sight what cannot be paid, and solves what now can be.
func (p *poster) noteGaps(ctx context.Context, events []*rules.Event, gaps []rules.PayGap) error {
	if err := p.readCreditsOf(ctx, gaps); err != nil {
		return err
	}
	open, keys := []int64{}, []string{}
	for _, g := range gaps {
		id, ok := p.credits[g.Ref]
		if ok {
			open = append(open, int64(id))
			if _, err := p.tx.ExecContext(ctx, upsertException, p.client, id, g.Ref, g.Why, p.now, p.user); err != nil {
				return fmt.Errorf("exception of credit %d: %w", id, err)
			}
			continue
		}
		key := fmt.Sprintf("%s|%s|%s", g.Plan, g.Component, g.Ref)
		keys = append(keys, key)
		if _, err := p.tx.ExecContext(ctx, upsertGap, p.client, g.Why, p.now, p.user, key); err != nil {
			return fmt.Errorf("exception of %s: %w", key, err)
		}
	}
	if _, err := p.tx.ExecContext(ctx, solveExceptions, p.client, p.user, p.now, pq.Array(open), pq.Array(keys)); err != nil {
		return fmt.Errorf("solve exceptions: %w", err)
	}
	return nil
}

func (p *poster) readCreditsOf(ctx context.Context, gaps []rules.PayGap) error {
	var refs []string
	for _, g := range gaps {
		refs = append(refs, g.Ref)
	}
	p.credits = map[string]CreditID{}
	if len(refs) == 0 {
		return nil
	}
	var rows []struct {
		ID  CreditID `db:"id"`
		Ref string   `db:"ref"`
	}
	if err := p.tx.SelectContext(ctx, &rows, selectCreditsOf, p.client, p.user, pq.Array(refs)); err != nil {
		return fmt.Errorf("credits: %w", err)
	}
	for _, r := range rows {
		p.credits[r.Ref] = r.ID
	}
	return nil
}

const insertUncredited = `
INSERT INTO pay_exceptions (client_id, result_id, why, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (result_id) WHERE credit_id IS NULL AND gap_key = '' DO NOTHING`

// noteUncredited keeps a reversal of which no credit is known in sight; the reversal itself is remembered, and a credit
// that comes later is valued with it.
func noteUncredited(ctx context.Context, tx *pg.Tx, client auth.ClientID, now time.Time, result int64) error {
	const why = "the result was reversed, but nobody has been credited with it"
	if _, err := tx.ExecContext(ctx, insertUncredited, client, result, why, now); err != nil {
		return fmt.Errorf("exception of result %d: %w", result, err)
	}
	return nil
}

const insertUnreadable = `
INSERT INTO pay_exceptions (client_id, result_id, why, created_at, user_id, gap_key) VALUES ($1, 0, $2, $3, NULLIF($4::bigint, 0), $5)
ON CONFLICT DO NOTHING`

// noteUnreadable keeps a fact in sight that the rules cannot read.
func noteUnreadable(ctx context.Context, tx *pg.Tx, client auth.ClientID, now time.Time, e payEvent, cause error) error {
	if _, err := tx.ExecContext(ctx, insertUnreadable, client, cause.Error(), now, e.User, "event "+e.ID); err != nil {
		return fmt.Errorf("exception of event %s: %w", e.ID, err)
	}
	return nil
}

const (
	countOpenOf    = `SELECT count(*) FROM pay_exceptions WHERE client_id = ANY($1) AND solved_at IS NULL`
	markExceptions = `
INSERT INTO pay_dirty (client_id, user_id)
SELECT DISTINCT x.client_id, COALESCE(c.user_id, x.user_id)
FROM pay_exceptions x LEFT JOIN credits c ON c.id = x.credit_id
WHERE x.client_id = ANY($1) AND x.solved_at IS NULL AND COALESCE(c.user_id, x.user_id) IS NOT NULL`
)

// RetryExceptions values again everybody with something that could not be paid, for the actor's clients, and says how many
// it could solve. Approving a plan version and assigning a person do it by themselves.
func (s *Service) RetryExceptions(ctx context.Context, by auth.Actor) (solved int, err error) {
	var before, after int
	if err := s.db.GetContext(ctx, &before, countOpenOf, by.Scope()); err != nil {
		return 0, fmt.Errorf("open exceptions: %w", err)
	}
	if before == 0 {
		return 0, nil
	}
	if _, err := s.db.ExecContext(ctx, markExceptions, by.Scope()); err != nil {
		return 0, fmt.Errorf("mark exceptions: %w", err)
	}
	for _, client := range by.Clients {
		if err := s.value(ctx, client); err != nil {
			return 0, fmt.Errorf("try exceptions again: %w", err)
		}
	}
	if err := s.db.GetContext(ctx, &after, countOpenOf, by.Scope()); err != nil {
		return 0, fmt.Errorf("open exceptions: %w", err)
	}
	return max(0, before-after), nil
}
