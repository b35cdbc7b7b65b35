package campaigns

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const reserveMax = 500 // leads of one reservation

// lockFence holds the campaign's row, and with it the highest epoch seen, until commit.
const lockFence = `
SELECT c.state, c.reserve_epoch, EXISTS (SELECT FROM dial_stops WHERE ended_at IS NULL) AS stopped FROM campaigns c WHERE c.id = $1
FOR NO KEY UPDATE`

// lockLooking is lockFence that also says where leads are ready, in the same round trip: "list zone" of the pool, which
// jumps from zone to zone along the ready index of each active list and so costs one probe for each pair, however many
// leads there are; and "0 zone" of due callbacks that belong to the agents $2. Whether a lead is still there the
// statements that take it see for themselves.
//
// The commit need not wait for the disk: a crash of the server forgets the reservation and the leads are ready again.
// What dials is committed later, and no commit reaches the disk before an earlier one.
const lockLooking = `
SELECT c.state, c.reserve_epoch, EXISTS (SELECT FROM dial_stops WHERE ended_at IS NULL) AS stopped,
    set_config('synchronous_commit', 'off', true) AS commits,
    ARRAY(
        SELECT DISTINCT '0 ' || l.zone FROM leads l WHERE l.owner_id = ANY ($2::bigint[]) AND l.ready AND l.campaign_id = c.id
        UNION ALL
        SELECT li.id || ' ' || z.zone
        FROM lists li CROSS JOIN LATERAL (
            WITH RECURSIVE hop AS (
                (SELECT zone FROM leads WHERE list_id = li.id AND ready AND owner_id IS NULL ORDER BY zone LIMIT 1)
                UNION ALL
                SELECT (SELECT l.zone FROM leads l WHERE l.list_id = li.id AND l.ready AND l.owner_id IS NULL AND l.zone > hop.zone
                        ORDER BY l.zone LIMIT 1)
                FROM hop WHERE hop.zone IS NOT NULL)
            SELECT zone FROM hop WHERE zone IS NOT NULL) z
        WHERE li.campaign_id = c.id AND li.active) AS places
FROM campaigns c WHERE c.id = $1 FOR NO KEY UPDATE`

const raiseFence = `UPDATE campaigns SET reserve_epoch = $2 WHERE id = $1 AND reserve_epoch < $2`

// reserveReady takes the first n over all open pairs of list and zone; each pair's first n come straight from the
// index. Rows that somebody else holds are skipped.
const reserveReady = `
WITH pick AS MATERIALIZED (
    SELECT c.id, c.priority, c.due_at
    FROM unnest($1::bigint[], $7::text[]) AS o(list_id, zone)
    CROSS JOIN LATERAL (
        SELECT l.id, l.priority, l.due_at FROM leads l
        WHERE l.list_id = o.list_id AND l.zone = o.zone AND l.ready AND l.owner_id IS NULL
        ORDER BY l.priority DESC, l.due_at, l.id LIMIT $3) c
    ORDER BY c.priority DESC, c.due_at, c.id LIMIT $3),
held AS MATERIALIZED (
    SELECT l.id, ph.number FROM leads l JOIN phones ph ON ph.id = l.phone_id
    WHERE l.id = ANY (ARRAY(SELECT id FROM pick)) AND l.ready AND l.owner_id IS NULL
    ORDER BY l.id FOR NO KEY UPDATE OF l SKIP LOCKED),
` + takeHeld

// reserveOwned takes due callbacks of the agents who are ready, before anything else.
const reserveOwned = `
WITH held AS MATERIALIZED (
    SELECT l.id, ph.number FROM leads l JOIN lists li ON li.id = l.list_id AND li.active JOIN phones ph ON ph.id = l.phone_id
    WHERE l.owner_id = ANY ($1::bigint[]) AND l.ready AND l.campaign_id = $2 AND l.zone = ANY ($7::text[])
    ORDER BY l.due_at, l.id LIMIT $3 FOR NO KEY UPDATE OF l SKIP LOCKED),
` + takeHeld

// takeHeld reserves what was locked. A lead whose number came onto the client's do-not-call list after it was added is
// suppressed instead; the list is asked by primary key with the batch's numbers as an array, because a join would make
// the planner read all of it.
const takeHeld = `
listed AS MATERIALIZED (
    SELECT number FROM suppressions
    WHERE client_id = (SELECT client_id FROM campaigns WHERE id = $2) AND number = ANY (ARRAY(SELECT number FROM held)))
UPDATE leads l SET ready = false, reserved_epoch = $5, updated_at = $6,
    state = CASE WHEN listed.number IS NULL THEN 'reserved' ELSE 'suppressed' END,
    reserved_until = CASE WHEN listed.number IS NULL THEN $4::timestamptz END,
    last_disposition = CASE WHEN listed.number IS NULL THEN l.last_disposition ELSE 'do_not_call' END
FROM held LEFT JOIN listed ON listed.number = held.number
WHERE l.id = held.id
RETURNING l.id, l.campaign_id, l.client_id, l.person_id, held.number, COALESCE(l.owner_id, 0) AS owner_id, l.priority, l.zone,
    l.attempts, l.due_at, COALESCE(l.case_id, 0) AS case_id, listed.number IS NOT NULL AS listed`

const leadColumns = `l.id, l.campaign_id, l.client_id, l.person_id, ph.number, COALESCE(l.owner_id, 0) AS owner_id, l.priority,
    l.zone, l.attempts, l.due_at, COALESCE(l.case_id, 0) AS case_id`

// Reserve takes up to n due leads of the lease's campaign for two minutes: callbacks of the given (ready) agents first,
// then the rest, only where calling hours are open now, never on a stopped floor or a campaign that does not run. Who
// comes with an epoch lower than one seen before gets conflict: another node owns the campaign.
//
// Codes: conflict (fenced), not_found.
func (s *Service) Reserve(ctx context.Context, l Lease, n int, agents []auth.UserID) ([]Lead, error) {
	n = min(n, reserveMax)
	if n <= 0 {
		return nil, nil
	}
	now := s.now()
	ids := make([]int64, len(agents))
	for i, a := range agents {
		ids[i] = int64(a)
	}
	var out []Lead
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		out = nil
		var f fenceRow
		if err := tx.GetContext(ctx, &f, lockLooking, l.Campaign, pq.Array(ids)); err != nil {
			return noneAs(err, "there is no campaign %d", l.Campaign)
		}
		open, err := f.passTx(ctx, tx, l)
		if err != nil || !open {
			return err
		}
		owned, pool := s.openPlaces(f.Places, now)
		if len(owned.zones) > 0 {
			if out, err = takeTx(ctx, tx, reserveOwned, ids, owned.zones, l, n, now); err != nil {
				return err
			}
		}
		if len(pool.zones) == 0 || len(out) >= n {
			return nil
		}
		more, err := takeTx(ctx, tx, reserveReady, pool.lists, pool.zones, l, n-len(out), now)
		out = append(out, more...)
		return err
	})
	return out, err
}

type fenceRow struct {
	State   State `db:"state"`
	Epoch   int64 `db:"reserve_epoch"`
	Stopped bool  `db:"stopped"`

	Commits string         `db:"commits"`
	Places  pq.StringArray `db:"places"` // "list zone", list 0 for owned callbacks
}

// fenceTx refuses a lease that was overtaken and holds the campaign's row until commit, so that nobody overtakes
// meanwhile. open is false when nothing may be reserved now.
func fenceTx(ctx context.Context, tx *pg.Tx, l Lease) (open bool, err error) {
	var f fenceRow
	if err := tx.GetContext(ctx, &f, lockFence, l.Campaign); err != nil {
		return false, noneAs(err, "there is no campaign %d", l.Campaign)
	}
	return f.passTx(ctx, tx, l)
}

// passTx is what a lease needs to pass the fence it has locked.
func (f fenceRow) passTx(ctx context.Context, tx *pg.Tx, l Lease) (open bool, err error) {
	if f.Epoch < l.Epoch {
		if _, err := tx.ExecContext(ctx, raiseFence, l.Campaign, l.Epoch); err != nil {
			return false, errs.Wrap(err, "fence campaign")
		}
	}
	if f.Epoch > l.Epoch {
		return false, errs.Newf(errs.Conflict, "another node has taken over campaign %d (epoch %d, ours is %d)", l.Campaign, f.Epoch, l.Epoch)
	}
	return f.State == Running && !f.Stopped, nil
}

// pairs are of a list and a zone, in two columns.
type pairs struct {
	lists []int64
	zones []string
}

// openPlaces sorts out where calling hours are open now: zones of owned callbacks, and pairs of list and zone.
func (s *Service) openPlaces(all []string, now time.Time) (owned, pool pairs) {
	open := map[string]bool{}
	for _, p := range all {
		list, zone, _ := strings.Cut(p, " ")
		isOpen, seen := open[zone]
		if !seen {
			isOpen = len(s.openZones([]string{zone}, now)) == 1
			open[zone] = isOpen
		}
		id, err := strconv.ParseInt(list, 10, 64)
		if !isOpen || err != nil {
			continue
		}
		to := &pool
		if id == 0 {
			to = &owned
		}
		to.lists, to.zones = append(to.lists, id), append(to.zones, zone)
	}
	return owned, pool
}

// takeTx reserves leads and returns those that did not turn out to be on the do-not-call list, in the order in which
// they were picked: RETURNING gives rows in the order of whatever join the server planned, which changes with its
// statistics. All owned callbacks have one priority unless somebody changed it, which is meant then. whose are agents for reserveOwned and lists for reserveReady.
func takeTx(ctx context.Context, tx *pg.Tx, query string, whose []int64, zones []string, l Lease, n int, now time.Time) ([]Lead, error) {
	var rows []struct {
		Lead
		Listed bool `db:"listed"`
	}
	err := tx.SelectContext(ctx, &rows, query, pq.Array(whose), l.Campaign, n, now.Add(reservedFor), l.Epoch, now, pq.Array(zones))
	if err != nil {
		return nil, errs.Wrap(err, "reserve leads")
	}
	out := make([]Lead, 0, len(rows))
	for _, r := range rows {
		if !r.Listed {
			out = append(out, r.Lead)
		}
	}
	slices.SortFunc(out, func(a, b Lead) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

const reserveOne = `
UPDATE leads l SET state = 'reserved', ready = false, reserved_until = $2, reserved_epoch = $3, updated_at = $4
FROM phones ph
WHERE l.id = $1 AND l.campaign_id = $5 AND ph.id = l.phone_id
    AND (l.state = 'waiting' OR (l.state = 'reserved' AND l.reserved_until <= $4))
RETURNING ` + leadColumns

const leadState = `SELECT state FROM leads WHERE id = $1 AND campaign_id = $2`

// ReserveOneTx reserves this very lead: manual mode and click-to-call. It asks nothing of zones or due times; the
// gate in PlaceTx does.
//
// Codes: not_found, conflict (fenced, or the lead is not waiting: the sentence says what it is).
func (s *Service) ReserveOneTx(ctx context.Context, tx *pg.Tx, lead LeadID, l Lease) (Lead, error) {
	if _, err := fenceTx(ctx, tx, l); err != nil {
		return Lead{}, err
	}
	now := s.now()
	var out Lead
	err := tx.GetContext(ctx, &out, reserveOne, lead, now.Add(reservedFor), l.Epoch, now, l.Campaign)
	if !pg.None(err) {
		return out, errs.Wrap(err, "reserve lead")
	}
	var state LeadState
	if err := tx.GetContext(ctx, &state, leadState, lead, l.Campaign); err != nil {
		return Lead{}, noneAs(err, "there is no lead %d in this campaign", lead)
	}
	return Lead{}, errs.Newf(errs.Conflict, "this lead cannot be called now: it is %s", leadWords[state])
}

var leadWords = map[LeadState]string{
	Waiting: "waiting", Reserved: "about to be called by somebody else", Calling: "being called", Done: "done",
	Suppressed: "on the do-not-call list", Withdrawn: "withdrawn",
}
