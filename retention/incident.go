package retention

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// IncidentID names something that was promised, is not done, and that somebody must see to.
type IncidentID int64

// The causes of an incident.
const (
	incidentLate   = "late"   // billing has not applied it in time
	incidentFailed = "failed" // billing said no
)

// GrantIncident is a promise that is not kept yet, with the person who sees to it.
type GrantIncident struct {
	ID       IncidentID    `json:"id" db:"id"`
	Client   auth.ClientID `json:"clientId" db:"client_id"`
	Grant    GrantID       `json:"grantId" db:"grant_id"`
	Case     CaseID        `json:"caseId,omitempty" db:"case_id"`
	Owner    auth.UserID   `json:"ownerId,omitempty" db:"owner_id"`
	OwnerIs  string        `json:"ownerName,omitempty" db:"owner_name"`
	Cause    string        `json:"cause" db:"cause" enum:"late,failed"`
	Error    string        `json:"error,omitempty" db:"error" doc:"what billing said the last time"`
	DueAt    *time.Time    `json:"dueAt,omitempty" db:"due_at" doc:"the next invoice"`
	OpenedAt time.Time     `json:"openedAt" db:"opened_at"`
	ClosedAt *time.Time    `json:"closedAt,omitempty" db:"closed_at"`
	ClosedBy string        `json:"closedBy,omitempty" db:"closed_by"`
	Note     string        `json:"note,omitempty" db:"note"`
	Total    int           `json:"-" db:"total"`
}

const (
	// The owner is who made the promise, until somebody is given it.
	insertIncident = `
INSERT INTO incidents (client_id, grant_id, case_id, owner_id, cause, due_at, opened_at)
VALUES ($1, $2, NULLIF($3, 0), NULLIF($4, 0), $5, $6, $7)
ON CONFLICT (grant_id) WHERE closed_at IS NULL DO UPDATE SET cause = excluded.cause`

	closeIncidents = `UPDATE incidents SET closed_at = $2, closed_by = $3, note = $4 WHERE grant_id = $1 AND closed_at IS NULL`

	incidentColumns = `
SELECT i.id, i.client_id, i.grant_id, coalesce(i.case_id, 0) AS case_id, coalesce(i.owner_id, 0) AS owner_id,
       coalesce(u.name, '') AS owner_name, i.cause, g.error, i.due_at, i.opened_at, i.closed_at, i.closed_by, i.note`

	listIncidents = incidentColumns + `, count(*) OVER () AS total
FROM incidents i JOIN grants g ON g.id = i.grant_id LEFT JOIN users u ON u.id = i.owner_id
WHERE i.client_id = ANY($1) AND ($2 = '' OR ($2 = 'open') = (i.closed_at IS NULL))
ORDER BY i.closed_at IS NOT NULL, i.due_at NULLS LAST, i.id LIMIT $3 OFFSET $4`

	selectIncident = incidentColumns + `
FROM incidents i JOIN grants g ON g.id = i.grant_id LEFT JOIN users u ON u.id = i.owner_id
WHERE i.client_id = ANY($1) AND i.id = $2`

	ownIncident = `
UPDATE incidents i SET owner_id = u.id
FROM users u JOIN user_clients uc ON uc.user_id = u.id
WHERE i.id = $1 AND i.closed_at IS NULL AND u.id = $2 AND uc.client_id = i.client_id`
)

func openIncident(ctx context.Context, tx *pg.Tx, g Grant, cause string, now time.Time) error {
	_, err := tx.ExecContext(ctx, insertIncident, g.Client, g.ID, g.Case, g.PromisedBy, cause, g.DueAt, now)
	return errs.Wrap(err, "open incident")
}

func closeIncident(ctx context.Context, tx *pg.Tx, by auth.Actor, g Grant, now time.Time, note string) error {
	_, err := tx.ExecContext(ctx, closeIncidents, g.ID, now, by.Name, note)
	return errs.Wrap(err, "close incident")
}

// Incidents lists them, open ones first and the most pressing first. state is open, closed or "" for all.
func (s *Service) Incidents(ctx context.Context, by auth.Actor, state string, limit, offset int) ([]GrantIncident, int, error) {
	rows := []GrantIncident{}
	if err := s.db.SelectContext(ctx, &rows, listIncidents, by.Scope(), state, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list incidents")
	}
	if len(rows) == 0 {
		return rows, 0, nil
	}
	return rows, rows[0].Total, nil
}

// GiveIncident makes somebody of the client's people the owner of an open incident. It closes by itself when the grant
// is applied, by billing or by hand.
//
// Codes: not_found, conflict (it is closed, or that person does not work for this client).
func (s *Service) GiveIncident(ctx context.Context, by auth.Actor, id IncidentID, to auth.UserID) (out GrantIncident, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &out, selectIncident, by.Scope(), id); pg.None(err) {
			return errs.Newf(errs.NotFound, "there is no incident %d here", id)
		} else if err != nil {
			return errs.Wrap(err, "read incident")
		}
		is, err := changed(tx.ExecContext(ctx, ownIncident, id, to))
		if err != nil {
			return err
		}
		if !is {
			return errs.Newf(errs.Conflict, "the incident is closed, or that person does not work for this client")
		}
		if err := tx.GetContext(ctx, &out, selectIncident, by.Scope(), id); err != nil {
			return errs.Wrap(err, "read incident")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: out.Client, Act: "incident.give", Object: fmt.Sprintf("incident:%d", id), Data: map[string]any{"owner": to},
		})
	})
	return out, err
}

// changed reports whether a statement changed a row.
func changed(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, errs.Wrap(err, "change")
	}
	n, err := res.RowsAffected()
	return n > 0, errs.Wrap(err, "change")
}
