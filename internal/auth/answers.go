package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/errs"
	"saveline/internal/httpx"
)

const (
	answersKept = 24 * time.Hour
	actWithin   = 2 * time.Minute // a first request still without an answer after this was cut off
)

const (
	claimAnswer = `
INSERT INTO idempotency (actor, key, input_hash, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (actor, key) DO UPDATE
SET input_hash = EXCLUDED.input_hash, created_at = EXCLUDED.created_at, status = NULL, headers = NULL, body = NULL
WHERE idempotency.created_at <= $5`
	selectAnswer = `
SELECT input_hash, status, coalesce(headers, '{}') AS headers, body, created_at FROM idempotency WHERE actor = $1 AND key = $2`
	keepAnswer    = `UPDATE idempotency SET status = $3, headers = $4, body = $5 WHERE actor = $1 AND key = $2`
	releaseAnswer = `DELETE FROM idempotency WHERE actor = $1 AND key = $2 AND status IS NULL`
)

type answerRow struct {
	Input     []byte    `db:"input_hash"`
	Status    *int      `db:"status"`
	Headers   []byte    `db:"headers"`
	Body      []byte    `db:"body"`
	CreatedAt time.Time `db:"created_at"`
}

var _ httpx.IdempotencyStore = (*Service)(nil)

func answerPlace(k httpx.AnswerKey) string { return "idempotency.body:" + k.Owner + ":" + k.Key }

// Claim implements httpx.IdempotencyStore on the table idempotency. An answer older than a day is as good as none.
//
// Codes: invalid (the key came with another input), conflict (the first request is still at work, or was cut off).
func (s *Service) Claim(ctx context.Context, k httpx.AnswerKey) (*httpx.Answer, error) {
	now := s.now()
	res, err := s.db.ExecContext(ctx, claimAnswer, k.Owner, k.Key, k.Input[:], now, now.Add(-answersKept))
	if err != nil {
		return nil, errs.Wrap(err, "claim idempotency key")
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return nil, err
	}
	var row answerRow
	if err := s.db.GetContext(ctx, &row, selectAnswer, k.Owner, k.Key); err != nil {
		// Released in between, or the database is away: either way the client may simply ask again.
		return nil, errs.WithCause(errs.Conflict, err, "the first request with this Idempotency-Key has just failed; send it again")
	}
	switch {
	case !bytes.Equal(row.Input, k.Input[:]):
		return nil, errs.Newf(errs.Invalid, "this Idempotency-Key was used for another request; take a new key for each act")
	case row.Status == nil && now.Sub(row.CreatedAt) > actWithin:
		return nil, errs.Newf(errs.Conflict,
			"the first request with this Idempotency-Key was cut off; look whether it took effect and take a new key if not")
	case row.Status == nil:
		return nil, errs.Newf(errs.Conflict, "the first request with this Idempotency-Key is still at work; ask again in a moment")
	}
	return s.openAnswer(k, row)
}

func (s *Service) openAnswer(k httpx.AnswerKey, row answerRow) (*httpx.Answer, error) {
	a := httpx.Answer{Status: *row.Status}
	if err := json.Unmarshal(row.Headers, &a.Headers); err != nil {
		return nil, fmt.Errorf("kept answer's headers: %w", err)
	}
	var err error
	a.Body, err = s.box.Open(row.Body, answerPlace(k))
	return &a, err
}

// Keep implements httpx.IdempotencyStore. The body is sealed: it may hold a password or a token that is shown once.
func (s *Service) Keep(ctx context.Context, k httpx.AnswerKey, a httpx.Answer) error {
	headers, err := json.Marshal(a.Headers)
	if err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	_, err = s.db.ExecContext(ctx, keepAnswer, k.Owner, k.Key, a.Status, headers, s.box.Seal(a.Body, answerPlace(k)))
	return errs.Wrap(err, "keep answer")
}

// Release implements httpx.IdempotencyStore.
func (s *Service) Release(ctx context.Context, k httpx.AnswerKey) error {
	_, err := s.db.ExecContext(ctx, releaseAnswer, k.Owner, k.Key)
	return errs.Wrap(err, "release idempotency key")
}
