package campaigns

import (
	"context"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/phone"
)

func numberOf(s string) phone.E164 { return phone.E164(s) }

const insertSuppressions = `
INSERT INTO suppressions (client_id, number, reason, source, created_by, created_at)
SELECT $1, n, $3, $4, $5, $6 FROM unnest($2::text[]) AS n ORDER BY n
ON CONFLICT (client_id, number) DO NOTHING`

// flipSuppressed moves every lead of the client that waits for, or was reserved for, one of the numbers. It does not
// wait for leads that somebody holds just now: their next dial meets the gate, which reads the list itself.
const flipSuppressed = `
WITH hit AS MATERIALIZED (
    SELECT l.id FROM phones ph JOIN leads l ON l.phone_id = ph.id
    WHERE ph.number = ANY ($2::text[]) AND l.client_id = $1 AND l.state IN ('waiting','reserved')
    ORDER BY l.id FOR NO KEY UPDATE OF l SKIP LOCKED)
UPDATE leads l SET state = 'suppressed', ready = false, reserved_until = NULL, owner_id = NULL, last_disposition = 'do_not_call', updated_at = $3
FROM hit WHERE l.id = hit.id`

// SuppressTx puts a number on the client's do-not-call list, effective with the commit: leads that wait or are
// reserved are suppressed, and the gate refuses every later dial, callbacks included. Twice is once.
func (s *Service) SuppressTx(ctx context.Context, tx *pg.Tx, client auth.ClientID, n phone.E164, why, source string, by auth.Actor) error {
	return suppressTx(ctx, tx, client, []string{string(n)}, suppression{why, source, by.Name, s.now()})
}

type suppression struct {
	why, source, by string
	now             time.Time
}

func suppressTx(ctx context.Context, tx *pg.Tx, client auth.ClientID, numbers []string, su suppression) error {
	_, err := tx.ExecContext(ctx, insertSuppressions, client, pq.Array(numbers), su.why, su.source, su.by, su.now)
	if err != nil {
		return errs.Wrap(err, "put on the do-not-call list")
	}
	_, err = tx.ExecContext(ctx, flipSuppressed, client, pq.Array(numbers), su.now)
	return errs.Wrap(err, "suppress leads")
}

const personNumbers = `SELECT number FROM phones WHERE person_id = $1 ORDER BY number`

// suppressPersonTx suppresses every number of somebody who said they do not want to be called.
func (s *Service) suppressPersonTx(ctx context.Context, tx *pg.Tx, r settleRow, source string, now time.Time) error {
	var numbers []string
	if err := tx.SelectContext(ctx, &numbers, personNumbers, r.Person); err != nil {
		return errs.Wrap(err, "numbers of the person")
	}
	return suppressTx(ctx, tx, r.Client, numbers, suppression{"asked not to be called", source, source, now})
}

// Suppression is a number on a client's do-not-call list.
type Suppression struct {
	Client    auth.ClientID `json:"clientId" db:"client_id"`
	Number    phone.E164    `json:"number" db:"number"`
	Reason    string        `json:"reason" db:"reason"`
	Source    string        `json:"source" db:"source"`
	CreatedBy string        `json:"createdBy" db:"created_by"`
	CreatedAt time.Time     `json:"createdAt" db:"created_at"`
}

const suppressionFilter = ` FROM suppressions WHERE client_id = ANY ($1) AND ($2 = '' OR number LIKE '%' || $2 || '%')`

const suppressionRows = `SELECT client_id, number, reason, source, created_by, created_at` + suppressionFilter + `
ORDER BY created_at DESC, number LIMIT $3 OFFSET $4`

const suppressionTotal = `SELECT count(*)` + suppressionFilter

// Suppressions lists the do-not-call lists of the actor's clients, newest first.
func (s *Service) Suppressions(ctx context.Context, by auth.Actor, q string, limit, offset int) ([]Suppression, int, error) {
	out, total := []Suppression{}, 0
	if err := s.db.SelectContext(ctx, &out, suppressionRows, by.Scope(), likeText(q), limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "do-not-call list")
	}
	err := s.db.GetContext(ctx, &total, suppressionTotal, by.Scope(), likeText(q))
	return out, total, errs.Wrap(err, "do-not-call list")
}

// Suppress is SuppressTx as an act of its own. number may be written in any way people write it.
//
// Codes: invalid, not_found (client).
func (s *Service) Suppress(ctx context.Context, by auth.Actor, client auth.ClientID, number, why string) (Suppression, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return Suppression{}, err
	}
	n, err := phone.Parse(number, countryHouse)
	if err != nil {
		return Suppression{}, invalidField("number", "write the number with + and country code, like +12125550100")
	}
	if err := reasonGiven(why); err != nil {
		return Suppression{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := s.SuppressTx(ctx, tx, client, n, why, "api", by); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "suppression.add", Object: "number:" + string(n), Why: why})
	})
	return Suppression{Client: client, Number: n, Reason: why, Source: "api", CreatedBy: by.Name, CreatedAt: now}, err
}

const deleteSuppression = `DELETE FROM suppressions WHERE client_id = $1 AND number = $2`

// Unsuppress takes a number off a client's do-not-call list; its leads stay suppressed until they are imported or
// added again, because a mistake here calls somebody who asked for silence.
//
// Codes: invalid (no reason given), not_found.
func (s *Service) Unsuppress(ctx context.Context, by auth.Actor, client auth.ClientID, n phone.E164, why string) error {
	if !by.Sees(client) {
		return errs.Newf(errs.NotFound, "there is no client %d here", client)
	}
	if err := reasonGiven(why); err != nil {
		return err
	}
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		res, err := tx.ExecContext(ctx, deleteSuppression, client, n)
		if err != nil {
			return errs.Wrap(err, "take off the do-not-call list")
		}
		if gone, err := res.RowsAffected(); err != nil || gone == 0 {
			return errs.WithCause(errs.NotFound, err, "%s is not on this client's do-not-call list", n)
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "suppression.remove", Object: "number:" + string(n), Why: why})
	})
}
