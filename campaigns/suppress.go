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
