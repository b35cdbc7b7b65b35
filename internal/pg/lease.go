package pg

import (
	"context"
	"time"

	"github.com/lib/pq"

	"saveline/internal/errs"
)

// Lease is the right to do what only one may do, held until it runs out by the database's clock. One epoch is one
// unbroken holding: whoever finds a newer epoch has been replaced, even if it never noticed that it was late.
type Lease struct {
	Name   string `db:"name"`   // "campaign:7"
	Holder string `db:"holder"` // unique per start of a process, so that a restarted node is not taken for its old self
	Epoch  int64  `db:"epoch"`
}

// In order of name, so that two nodes that want the same leases wait for each other and never deadlock.
const acquireLeases = `
INSERT INTO leases AS l (name, holder, epoch, expires_at)
SELECT name, $1, 1, clock_timestamp() + make_interval(secs => $3)
FROM (SELECT DISTINCT unnest($2::text[]) AS name) wanted
ORDER BY name
ON CONFLICT (name) DO UPDATE
SET holder = EXCLUDED.holder,
    expires_at = EXCLUDED.expires_at,
    epoch = CASE WHEN l.holder = EXCLUDED.holder AND l.expires_at > clock_timestamp() THEN l.epoch ELSE l.epoch + 1 END
WHERE l.holder = EXCLUDED.holder OR l.expires_at <= clock_timestamp()
RETURNING name, holder, epoch`

// AcquireLeases takes those of names that are free or have run out and renews those that holder has already, in one
// statement. It returns what holder has now; a name that is missing from it is another's.
func AcquireLeases(ctx context.Context, db DB, holder string, names []string, ttl time.Duration) ([]Lease, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var held []Lease
	err := db.SelectContext(ctx, &held, acquireLeases, holder, pq.Array(names), ttl.Seconds())
	return held, errs.Wrap(err, "acquire leases")
}

// The row stays, because the epoch must never start again.
const releaseLease = `
UPDATE leases SET holder = '', expires_at = clock_timestamp()
WHERE name = $1 AND holder = $2 AND epoch = $3`

// ReleaseLease gives l back, so that another need not wait for it to run out. A lease that is another's by now is left
// alone.
func ReleaseLease(ctx context.Context, db DB, l Lease) error {
	_, err := db.ExecContext(ctx, releaseLease, l.Name, l.Holder, l.Epoch)
	return errs.Wrap(err, "release lease "+l.Name)
}

// The share lock keeps a successor waiting until the transaction is over.
const holdsLease = `
SELECT true FROM leases WHERE name = $1 AND holder = $2 AND epoch = $3 FOR SHARE`

// HoldsTx fences the transaction's writes: after it nobody else can take l before the transaction ends. A lease that
// ran out but that nobody took counts as held.
//
// Codes: conflict (another holds it, or it was released).
func HoldsTx(ctx context.Context, tx *Tx, l Lease) error {
	var holds bool
	err := tx.GetContext(ctx, &holds, holdsLease, l.Name, l.Holder, l.Epoch)
	if None(err) {
		return errs.Newf(errs.Conflict, "%s is led by another node now", l.Name)
	}
	return errs.Wrap(err, "check lease "+l.Name)
}

const countLeases = `
SELECT holder, count(*) AS leases FROM leases WHERE expires_at > clock_timestamp() GROUP BY holder`

// LeaseCounts says how many leases each live holder has: its length is the number of nodes at work.
func LeaseCounts(ctx context.Context, db DB) (map[string]int, error) {
	var rows []struct {
		Holder string `db:"holder"`
		Leases int    `db:"leases"`
	}
	if err := db.SelectContext(ctx, &rows, countLeases); err != nil {
		return nil, errs.Wrap(err, "count leases")
	}
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.Holder] = r.Leases
	}
	return counts, nil
}
