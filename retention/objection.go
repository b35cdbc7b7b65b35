package retention

import (
	"context"
	"fmt"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// ObjectionID names a customer's word that what we noted is wrong.
type ObjectionID int64

// Objection is a customer's word that what we noted after a call is wrong.
type Objection struct {
	ID         ObjectionID   `json:"id" db:"id"`
	Client     auth.ClientID `json:"clientId" db:"client_id"`
	Message    MessageID     `json:"messageId" db:"message_id"`
	Case       CaseID        `json:"caseId,omitempty" db:"case_id"`
	Call       dialer.CallID `json:"callId,omitempty" db:"call_id"`
	Said       string        `json:"said" db:"said"`
	At         time.Time     `json:"at" db:"at"`
	Resolution string        `json:"resolution,omitempty" db:"resolution"`
	ResolvedAt *time.Time    `json:"resolvedAt,omitempty" db:"resolved_at"`
}

// The first word counts; it is sent from a link that may be opened twice.
const insertObjection = `
INSERT INTO objections (client_id, message_id, case_id, call_id, said, at)
SELECT client_id, id, case_id, call_id, $2, $3 FROM messages WHERE id = $1
ON CONFLICT ON CONSTRAINT objections_once DO NOTHING`

// object records that a customer calls the outcome notice wrong.
func (s *Service) object(ctx context.Context, id MessageID, said string) error {
	if r := []rune(said); len(r) > noteCharsMax/4 {
		said = string(r[:noteCharsMax/4])
	}
	_, err := s.db.ExecContext(ctx, insertObjection, id, said, s.now())
	return errs.Wrap(err, "record objection")
}

const listObjections = `
SELECT id, client_id, message_id, coalesce(case_id, 0) AS case_id, coalesce(call_id, 0) AS call_id, said, at, resolution, resolved_at,
       count(*) OVER () AS total
FROM objections WHERE client_id = ANY($1) AND (NOT $2 OR resolved_at IS NULL)
ORDER BY resolved_at IS NOT NULL, id DESC LIMIT $3 OFFSET $4`

// Objections lists what customers called wrong, the unresolved first.
func (s *Service) Objections(ctx context.Context, by auth.Actor, open bool, limit, offset int) ([]Objection, int, error) {
	var rows []struct {
		Objection
		Total int `db:"total"`
	}
	if err := s.db.SelectContext(ctx, &rows, listObjections, by.Scope(), open, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list objections")
	}
	out, total := make([]Objection, 0, len(rows)), 0
	for _, r := range rows {
		out, total = append(out, r.Objection), r.Total
	}
	return out, total, nil
}

const resolveObjection = `
UPDATE objections SET resolution = $3, resolved_by = NULLIF($4, 0), resolved_at = $5
WHERE client_id = ANY($1) AND id = $2 AND resolved_at IS NULL
RETURNING id, client_id, message_id, coalesce(case_id, 0) AS case_id, coalesce(call_id, 0) AS call_id, said, at, resolution, resolved_at`

const objectionExists = `SELECT EXISTS (SELECT FROM objections WHERE client_id = ANY($1) AND id = $2)`

// ResolveObjection says what came of it.
//
// Codes: invalid (no resolution), not_found, conflict (resolved already).
func (s *Service) ResolveObjection(ctx context.Context, by auth.Actor, id ObjectionID, resolution string) (out Objection, err error) {
	var f errs.Faults
	f.Check(resolution != "" && len(resolution) <= noteCharsMax, "resolution", "say what came of it, at most 4,000 characters")
	if err := f.Err(); err != nil {
		return out, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		err := tx.GetContext(ctx, &out, resolveObjection, by.Scope(), id, resolution, by.User, now)
		if pg.None(err) {
			return resolvedOrUnknown(ctx, tx, by, id)
		}
		if err != nil {
			return errs.Wrap(err, "resolve objection")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: out.Client, Act: "objection.resolve", Object: fmt.Sprintf("objection:%d", id), Data: map[string]any{"case": out.Case, "call": out.Call},
		})
	})
	return out, err
}

func resolvedOrUnknown(ctx context.Context, tx *pg.Tx, by auth.Actor, id ObjectionID) error {
	var known bool
	if err := tx.GetContext(ctx, &known, objectionExists, by.Scope(), id); err != nil {
		return errs.Wrap(err, "find objection")
	}
	if known {
		return errs.Newf(errs.Conflict, "this has been resolved already")
	}
	return errs.Newf(errs.NotFound, "there is no objection %d here", id)
}
