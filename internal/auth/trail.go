package auth

import (
	"context"
	"encoding/json"
	"time"

	"saveline/internal/errs"
)

// Entry is one row of the audit trail.
type Entry struct {
	ID        int64           `db:"id" json:"id"`
	At        time.Time       `db:"at" json:"at"`
	UserID    *UserID         `db:"user_id" json:"userId,omitempty"`
	Actor     string          `db:"actor" json:"actor"`
	ClientID  *ClientID       `db:"client_id" json:"clientId,omitempty"`
	Act       string          `db:"act" json:"act"`
	Object    string          `db:"object" json:"object"`
	Why       string          `db:"why" json:"why"`
	Data      json.RawMessage `db:"data" json:"data,omitempty"`
	RequestID string          `db:"request_id" json:"requestId"`
	Total     int             `db:"total" json:"-"`
}

// TrailFilter narrows the audit trail.
type TrailFilter struct {
	Act    string    // an act, or the noun before its dot ("campaign")
	Object string    // "campaign:12"
	User   UserID    // 0 for all
	From   time.Time // zero for the beginning
	Until  time.Time // zero for now
	Limit  int
	Offset int
}

// The rows of no client are the house's own: only who sees all clients sees them, and everybody their own acts.
const selectTrail = `
SELECT id, at, user_id, actor, client_id, act, object, why, coalesce(data, 'null') AS data, request_id,
       count(*) OVER () AS total
FROM audit
WHERE ($1 OR client_id = ANY($2) OR client_id IS NULL AND user_id = $3)
  AND ($4 = '' OR act = $4 OR starts_with(act, $4 || '.'))
  AND ($5 = '' OR object = $5)
  AND ($6 = 0 OR user_id = $6)
  AND ($7::timestamptz IS NULL OR at >= $7)
  AND ($8::timestamptz IS NULL OR at < $8)
ORDER BY id DESC LIMIT $9 OFFSET $10`

// Trail lists the audit rows of the actor's clients, newest first, and how many there are in all.
func (s *Service) Trail(ctx context.Context, by Actor, f TrailFilter) ([]Entry, int, error) {
	rows := []Entry{}
	err := s.db.SelectContext(ctx, &rows, selectTrail, by.AllClients, by.Scope(), by.User, f.Act, f.Object, f.User,
		orNull(f.From), orNull(f.Until), f.Limit, f.Offset)
	if err != nil {
		return nil, 0, errs.Wrap(err, "read audit trail")
	}
	total := 0
	if len(rows) > 0 {
		total = rows[0].Total
	}
	return rows, total, nil
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
