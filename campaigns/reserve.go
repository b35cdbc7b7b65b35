package campaigns

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/phone"
)

const reserveMax = 500 // leads of one reservation

// lockFence holds the campaign's row, and with it the highest epoch seen, until commit.
const lockFence = `
SELECT state, reserve_epoch, EXISTS (SELECT FROM dial_stops WHERE ended_at IS NULL) AS stopped
FROM campaigns WHERE id = $1 FOR NO KEY UPDATE`

const raiseFence = `UPDATE campaigns SET reserve_epoch = $2 WHERE id = $1 AND reserve_epoch < $2`

// readyZones jumps from zone to zone along the ready index of each active list, so it costs one probe for each pair of
// list and zone that has a ready lead, however many leads there are.
const readyZones = `
SELECT li.id AS list_id, z.zone
FROM lists li CROSS JOIN LATERAL (
    WITH RECURSIVE hop AS (
        (SELECT zone FROM leads WHERE list_id = li.id AND ready AND owner_id IS NULL ORDER BY zone LIMIT 1)
        UNION ALL
        SELECT (SELECT l.zone FROM leads l WHERE l.list_id = li.id AND l.ready AND l.owner_id IS NULL AND l.zone > hop.zone
                ORDER BY l.zone LIMIT 1)
        FROM hop WHERE hop.zone IS NOT NULL)
    SELECT zone FROM hop WHERE zone IS NOT NULL) z
WHERE li.campaign_id = $1 AND li.active`

// reserveReady takes the first n over all open pairs of list and zone; each pair's first n come straight from the
// index. Rows that somebody else holds are skipped.
const reserveReady = `
WITH pick AS MATERIALIZED (
    SELECT c.id, c.priority, c.due_at
    FROM unnest($1::bigint[], $2::text[]) AS o(list_id, zone)
    CROSS JOIN LATERAL (
        SELECT l.id, l.priority, l.due_at FROM leads l
        WHERE l.list_id = o.list_id AND l.zone = o.zone AND l.ready AND l.owner_id IS NULL
        ORDER BY l.priority DESC, l.due_at, l.id LIMIT $3) c
    ORDER BY c.priority DESC, c.due_at, c.id LIMIT $3),
held AS MATERIALIZED (
    SELECT l.id FROM leads l WHERE l.id = ANY (ARRAY(SELECT id FROM pick)) AND l.ready AND l.owner_id IS NULL
    ORDER BY l.id FOR NO KEY UPDATE SKIP LOCKED)
UPDATE leads l SET state = 'reserved', ready = false, reserved_until = $4, reserved_epoch = $5, updated_at = $6
FROM held, phones ph
WHERE l.id = held.id AND ph.id = l.phone_id
RETURNING ` + leadColumns

// reserveOwned takes due callbacks of the agents who are ready, before anything else.
const reserveOwned = `
WITH held AS MATERIALIZED (
    SELECT l.id FROM leads l JOIN lists li ON li.id = l.list_id AND li.active
    WHERE l.owner_id = ANY ($1::bigint[]) AND l.ready AND l.campaign_id = $2 AND l.zone = ANY ($7::text[])
    ORDER BY l.due_at, l.id LIMIT $3 FOR NO KEY UPDATE OF l SKIP LOCKED)
UPDATE leads l SET state = 'reserved', ready = false, reserved_until = $4, reserved_epoch = $5, updated_at = $6
FROM held, phones ph
WHERE l.id = held.id AND ph.id = l.phone_id
RETURNING ` + leadColumns

const ownedZones = `SELECT DISTINCT zone FROM leads WHERE owner_id = ANY ($1::bigint[]) AND ready AND campaign_id = $2`

const leadColumns = `l.id, l.campaign_id, l.client_id, l.person_id, ph.number, COALESCE(l.owner_id, 0) AS owner_id, l.priority,
    l.zone, l.attempts, l.due_at, COALESCE(l.case_id, 0) AS case_id`

// suppressedOf says which of a batch's numbers are on the client's do-not-call list: by primary key, a batch at a time.
const suppressedOf = `SELECT number FROM suppressions WHERE client_id = $1 AND number = ANY ($2::text[])`

const suppressBatch = `
UPDATE leads SET state = 'suppressed', ready = false, reserved_until = NULL, last_disposition = 'do_not_call', updated_at = $2
WHERE id = ANY ($1::bigint[])`

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
	var out []Lead
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		out = nil
		open, err := fenceTx(ctx, tx, l)
		if err != nil || !open {
			return err
		}
		owned, err := s.reserveOwnedTx(ctx, tx, l, n, agents, now)
		if err != nil {
			return err
		}
		pool, err := s.reserveReadyTx(ctx, tx, l, n-len(owned), now)
		if err != nil {
			return err
		}
		out, err = dropSuppressedTx(ctx, tx, append(owned, pool...), now)
		return err
	})
	return out, err
}

type fenceRow struct {
	State   State `db:"state"`
	Epoch   int64 `db:"reserve_epoch"`
	Stopped bool  `db:"stopped"`
}

// fenceTx refuses a lease that was overtaken and holds the campaign's row until commit, so that nobody overtakes
// meanwhile. open is false when nothing may be reserved now.
func fenceTx(ctx context.Context, tx *pg.Tx, l Lease) (open bool, err error) {
	var f fenceRow
	if err := tx.GetContext(ctx, &f, lockFence, l.Campaign); err != nil {
		return false, noneAs(err, "there is no campaign %d", l.Campaign)
	}
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

type listZone struct {
	List ListID `db:"list_id"`
	Zone string `db:"zone"`
}

func (s *Service) reserveReadyTx(ctx context.Context, tx *pg.Tx, l Lease, n int, now time.Time) ([]Lead, error) {
	if n <= 0 {
		return nil, nil
	}
	var pairs []listZone
	if err := tx.SelectContext(ctx, &pairs, readyZones, l.Campaign); err != nil {
		return nil, errs.Wrap(err, "ready zones")
	}
	open := map[string]bool{}
	lists, zones := make([]int64, 0, len(pairs)), make([]string, 0, len(pairs))
	for _, p := range pairs {
		isOpen, seen := open[p.Zone]
		if !seen {
			isOpen = len(s.openZones([]string{p.Zone}, now)) == 1
			open[p.Zone] = isOpen
		}
		if isOpen {
			lists, zones = append(lists, int64(p.List)), append(zones, p.Zone)
		}
	}
	if len(lists) == 0 {
		return nil, nil
	}
	var out []Lead
	err := tx.SelectContext(ctx, &out, reserveReady, pq.Array(lists), pq.Array(zones), n, now.Add(reservedFor), l.Epoch, now)
	inTurn(out)
	return out, errs.Wrap(err, "reserve leads")
}

// inTurn puts a batch into the order in which it was picked: RETURNING gives rows in the order of whatever join the
// server planned, which changes with its statistics.
func inTurn(batch []Lead) {
	slices.SortFunc(batch, func(a, b Lead) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID))
	})
}

func (s *Service) reserveOwnedTx(ctx context.Context, tx *pg.Tx, l Lease, n int, agents []auth.UserID, now time.Time) ([]Lead, error) {
	if len(agents) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(agents))
	for i, a := range agents {
		ids[i] = int64(a)
	}
	var zones []string
	if err := tx.SelectContext(ctx, &zones, ownedZones, pq.Array(ids), l.Campaign); err != nil {
		return nil, errs.Wrap(err, "zones of owned callbacks")
	}
	if zones = s.openZones(zones, now); len(zones) == 0 {
		return nil, nil
	}
	var out []Lead
	err := tx.SelectContext(ctx, &out, reserveOwned, pq.Array(ids), l.Campaign, n, now.Add(reservedFor), l.Epoch, now, pq.Array(zones))
	slices.SortFunc(out, func(a, b Lead) int { return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID)) })
	return out, errs.Wrap(err, "reserve owned callbacks")
}

// dropSuppressedTx takes leads whose number came onto the do-not-call list after they were added out of a batch.
func dropSuppressedTx(ctx context.Context, tx *pg.Tx, batch []Lead, now time.Time) ([]Lead, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	numbers := make([]string, len(batch))
	for i, l := range batch {
		numbers[i] = string(l.Number)
	}
	var hit []phone.E164
	if err := tx.SelectContext(ctx, &hit, suppressedOf, batch[0].Client, pq.Array(numbers)); err != nil || len(hit) == 0 {
		return batch, errs.Wrap(err, "check do-not-call")
	}
	listed := map[phone.E164]bool{}
	for _, n := range hit {
		listed[n] = true
	}
	var keep []Lead
	var drop []int64
	for _, l := range batch {
		if listed[l.Number] {
			drop = append(drop, int64(l.ID))
			continue
		}
		keep = append(keep, l)
	}
	_, err := tx.ExecContext(ctx, suppressBatch, pq.Array(drop), now)
	return keep, errs.Wrap(err, "suppress leads")
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
