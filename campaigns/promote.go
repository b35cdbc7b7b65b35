package campaigns

import (
	"context"
	"time"

	"saveline/internal/errs"
)

const promoteMax = 5000 // leads of one statement

// promoteDue puts leads whose time has come into the ready index.
const promoteDue = `
UPDATE leads SET ready = true WHERE id IN (
    SELECT id FROM leads WHERE state = 'waiting' AND NOT ready AND due_at <= $1
    ORDER BY due_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)`

// freeExpired gives back reservations whose engine never dialed.
const freeExpired = `
UPDATE leads SET state = 'waiting', ready = (due_at <= $1), reserved_until = NULL, updated_at = $1 WHERE id IN (
    SELECT id FROM leads WHERE state = 'reserved' AND reserved_until <= $1
    ORDER BY reserved_until LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)`

// poolCallbacks makes owned callbacks anybody's once the campaign's grace has passed.
const poolCallbacks = `
UPDATE leads SET owner_id = NULL, updated_at = $1 WHERE id IN (
    SELECT l.id FROM leads l JOIN campaigns c ON c.id = l.campaign_id
    WHERE l.ready AND l.owner_id IS NOT NULL AND l.due_at <= $1::timestamptz - c.callback_grace_minutes * interval '1 minute'
    LIMIT $2 FOR NO KEY UPDATE OF l SKIP LOCKED)`

// Promote does what time does to leads: due ones become ready, reservations that ran out are given back, and callbacks
// whose owner did not call go to everybody. It returns how many leads it moved.
func (s *Service) Promote(ctx context.Context) (int, error) {
	now := s.now()
	moved := 0
	for _, statement := range []string{promoteDue, freeExpired, poolCallbacks} {
		n, err := s.inBatches(ctx, statement, now)
		if err != nil {
			return moved, err
		}
		moved += n
	}
	return moved, nil
}

func (s *Service) inBatches(ctx context.Context, statement string, now time.Time) (int, error) {
	for total := 0; ; {
		res, err := s.db.ExecContext(ctx, statement, now, promoteMax)
		if err != nil {
			return total, errs.Wrap(err, "promote leads")
		}
		n, err := res.RowsAffected()
		if err != nil {
			return total, errs.Wrap(err, "promote leads")
		}
		total += int(n)
		if n < promoteMax {
			return total, nil
		}
	}
}
