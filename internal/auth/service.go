package auth

import (
	"context"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/pg"
)

// Service keeps clients, people, sessions, API tokens and the audit trail.
type Service struct {
	db     *sqlx.DB
	now    func() time.Time
	log    *slog.Logger
	box    Box
	hasher hasher
}

// NewService returns the service over db; key is what secrets lie under in the database.
func NewService(db *sqlx.DB, now func() time.Time, log *slog.Logger, key SecretKey) *Service {
	return &Service{db: db, now: now, log: log, box: NewBox(key), hasher: newHasher()}
}

// Box seals secrets of other owners under the same key.
func (s *Service) Box() Box { return s.box }

const (
	pruneSessions    = `DELETE FROM sessions WHERE expires_at <= $1`
	pruneFailures    = `DELETE FROM login_failures WHERE at <= $1`
	pruneIdempotency = `DELETE FROM idempotency WHERE created_at <= $1`
)

// Prune deletes sessions that are over, login failures that no longer count and answers older than a day. A schedule
// calls it every few minutes.
func (s *Service) Prune(ctx context.Context, now time.Time) error {
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if _, err := tx.ExecContext(ctx, pruneSessions, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, pruneFailures, now.Add(-loginWindow)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, pruneIdempotency, now.Add(-answersKept))
		return err
	})
}
