package campaigns

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const mergeRows = 20_000 // of one chunk: about a second's work

// claimImport locks a running import for one chunk. Who comes second waits for the chunk and goes on after it.
const claimImport = `
SELECT i.id, i.client_id, i.list_id, i.synthetic, i.checkpoint, i.row_last, i.rows_read, i.rows_added, i.rows_known, i.rows_rejected,
    li.campaign_id, i.state
FROM imports i JOIN lists li ON li.id = i.list_id WHERE i.id = $1 FOR NO KEY UPDATE`

type claimed struct {
	ID         ImportID      `db:"id"`
	Client     auth.ClientID `db:"client_id"`
	List       ListID        `db:"list_id"`
	Campaign   ID            `db:"campaign_id"`
	Synthetic  bool          `db:"synthetic"`
	Checkpoint int           `db:"checkpoint"`
	RowLast    int           `db:"row_last"`
	Read       int           `db:"rows_read"`
	Added      int           `db:"rows_added"`
	Known      int           `db:"rows_known"`
	Rejected   int           `db:"rows_rejected"`
	State      string        `db:"state"`
}

// upsertPeople adds the chunk's people who have an external id, or refreshes what is known of them; blanks erase
// nothing, and a row that says nothing new touches nothing. Sorted, so that two imports lock people in one order.
const upsertPeople = `
INSERT INTO people (client_id, external_id, name, email, region, postal_code, language, data, synthetic, created_at, updated_at)
SELECT $1, r.external_id, r.name, r.email, r.region, r.postal_code, r.language, r.data, $5, $6, $6
FROM import_rows r
WHERE r.import_id = $2 AND r.row_no > $3 AND r.row_no <= $4 AND r.reason = '' AND r.external_id IS NOT NULL
ORDER BY r.external_id
ON CONFLICT (client_id, external_id) WHERE external_id IS NOT NULL DO UPDATE SET
    name = COALESCE(NULLIF(excluded.name, ''), people.name), email = COALESCE(NULLIF(excluded.email, ''), people.email),
    region = COALESCE(NULLIF(excluded.region, ''), people.region),
    postal_code = COALESCE(NULLIF(excluded.postal_code, ''), people.postal_code),
    language = COALESCE(NULLIF(excluded.language, ''), people.language),
    data = people.data || excluded.data, synthetic = people.synthetic AND excluded.synthetic, updated_at = excluded.updated_at
WHERE (excluded.name NOT IN ('', people.name)) OR (excluded.email NOT IN ('', people.email))
    OR (excluded.region NOT IN ('', people.region)) OR (excluded.postal_code NOT IN ('', people.postal_code))
    OR (excluded.language NOT IN ('', people.language)) OR NOT people.data @> excluded.data
    OR (people.synthetic AND NOT excluded.synthetic)`

// insertIdentified puts the chunk's people with an external id on the list: their numbers after those they have, and
// a lead unless they are on it (LATERAL … LIMIT 1 keeps the planner on the keys: it knows nothing yet of tables that
// are just being filled, and would hash all of them for every chunk), suppressed from the start if its number is on the client's do-not-call list.
const insertIdentified = `
WITH batch AS MATERIALIZED (
    SELECT r.row_no, r.number, r.more, COALESCE(NULLIF(pe.zone, ''), r.zone) AS zone, pe.id AS person_id
    FROM import_rows r
    CROSS JOIN LATERAL (SELECT id, zone FROM people WHERE client_id = $1 AND external_id = r.external_id LIMIT 1) pe
    WHERE r.import_id = $2 AND r.row_no > $3 AND r.row_no <= $4 AND r.reason = '' AND r.external_id IS NOT NULL),
added AS (
    INSERT INTO phones (person_id, number, rank)
    SELECT b.person_id, n.number, n.rank FROM batch b, unnest(array_prepend(b.number, b.more)) WITH ORDINALITY AS n(number, rank)
    ON CONFLICT ON CONSTRAINT phones_person_number_key DO NOTHING RETURNING id, person_id, number),
dial AS (
    SELECT b.*, COALESCE(a.id, ph.id) AS phone_id
    FROM batch b LEFT JOIN added a ON a.person_id = b.person_id AND a.number = b.number
    LEFT JOIN LATERAL (SELECT id FROM phones WHERE a.id IS NULL AND person_id = b.person_id AND number = b.number LIMIT 1) ph ON true),
listed AS (
    INSERT INTO leads (client_id, campaign_id, list_id, person_id, phone_id, zone, state, due_at, ready, import_id, created_at, updated_at)
    SELECT $1, $7, $6, d.person_id, d.phone_id, d.zone, CASE WHEN su.number IS NULL THEN 'waiting' ELSE 'suppressed' END, $5,
        su.number IS NULL, $2, $5, $5
    FROM dial d LEFT JOIN suppressions su ON su.client_id = $1 AND su.number = d.number
    ORDER BY d.row_no
    ON CONFLICT ON CONSTRAINT leads_list_person_key DO NOTHING RETURNING id)
SELECT (SELECT count(*) FROM batch) AS rows, (SELECT count(*) FROM listed) AS added`

// insertUnidentified adds the chunk's people without an external id. Somebody on this list with the same number and
// the same name is known; otherwise each row is a new person, whoever else has the number.
const insertUnidentified = `
WITH rows AS MATERIALIZED (
    SELECT r.row_no, r.name, r.email, r.region, r.postal_code, r.language, r.data, r.number, r.more, r.zone
    FROM import_rows r
    WHERE r.import_id = $2 AND r.row_no > $3 AND r.row_no <= $4 AND r.reason = '' AND r.external_id IS NULL),
known AS MATERIALIZED (
    SELECT r.row_no FROM rows r CROSS JOIN LATERAL (
        SELECT FROM phones ph JOIN people pe ON pe.id = ph.person_id AND pe.external_id IS NULL AND pe.name = r.name
        JOIN leads l ON l.list_id = $6 AND l.person_id = pe.id
        WHERE ph.number = r.number LIMIT 1) k),
batch AS MATERIALIZED (
    SELECT r.*, nextval('people_id_seq') AS person_id FROM rows r
    WHERE NOT EXISTS (SELECT FROM known k WHERE k.row_no = r.row_no)),
persons AS (
    INSERT INTO people (id, client_id, name, email, region, postal_code, language, data, synthetic, created_at, updated_at)
    OVERRIDING SYSTEM VALUE
    SELECT person_id, $1, name, email, region, postal_code, language, data, $8, $5, $5 FROM batch),
dial AS (
    INSERT INTO phones (person_id, number, rank) SELECT person_id, number, 1 FROM batch RETURNING id AS phone_id, person_id, number),
others AS (
    INSERT INTO phones (person_id, number, rank)
    SELECT b.person_id, n.number, n.rank + 1 FROM batch b, unnest(b.more) WITH ORDINALITY AS n(number, rank)
    WHERE b.more IS NOT NULL AND n.number <> b.number
    ON CONFLICT ON CONSTRAINT phones_person_number_key DO NOTHING),
listed AS (
    INSERT INTO leads (client_id, campaign_id, list_id, person_id, phone_id, zone, state, due_at, ready, import_id, created_at, updated_at)
    SELECT $1, $7, $6, b.person_id, d.phone_id, b.zone, CASE WHEN su.number IS NULL THEN 'waiting' ELSE 'suppressed' END, $5,
        su.number IS NULL, $2, $5, $5
    FROM batch b JOIN dial d ON d.person_id = b.person_id
    LEFT JOIN suppressions su ON su.client_id = $1 AND su.number = b.number
    RETURNING id)
SELECT (SELECT count(*) FROM rows) AS rows, (SELECT count(*) FROM listed) AS added`

const insertRejects = `
INSERT INTO import_rejects (import_id, row_no, reason, raw)
SELECT import_id, row_no, reason, raw FROM import_rows WHERE import_id = $1 AND row_no > $2 AND row_no <= $3 AND reason <> ''
ON CONFLICT DO NOTHING`

// lockList lets one import at a time add to a list: what one adds, the next one sees as known.
const lockList = `SELECT id FROM lists WHERE id = $1 FOR NO KEY UPDATE`

const moveCheckpoint = `
UPDATE imports SET checkpoint = $2, rows_added = rows_added + $3, rows_known = rows_known + $4, rows_rejected = rows_rejected + $5
WHERE id = $1`

const finishImport = `UPDATE imports SET state = 'done', finished_at = $2 WHERE id = $1 AND state = 'running'`

type mergeCount struct {
	Rows  int `db:"rows"`
	Added int `db:"added"`
}

// RunImport puts the staged rows of an import on its list, chunk by chunk, each in one transaction that also moves
// the checkpoint; so it can be stopped anywhere and gone on with by anybody, two at a time included.
//
// Codes: not_found, conflict (the upload is not complete).
func (s *Service) RunImport(ctx context.Context, id ImportID) error {
	for {
		more, err := s.mergeChunk(ctx, id)
		if err != nil || !more {
			return err
		}
	}
}

func (s *Service) mergeChunk(ctx context.Context, id ImportID) (more bool, err error) {
	var c claimed
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &c, claimImport, id); err != nil {
			return noneAs(err, "there is no import %d", id)
		}
		switch c.State {
		case importDone, importFailed:
			return nil
		case importReceiving:
			return errs.Newf(errs.Conflict, "the file of import %d has not arrived completely", id)
		}
		now := s.now()
		if c.Checkpoint < c.RowLast {
			return s.mergeTx(ctx, tx, &c, now)
		}
		if c.Added+c.Known+c.Rejected != c.Read {
			c.State = importFailed
			return nil
		}
		if _, err := tx.ExecContext(ctx, finishImport, id, now); err != nil {
			return errs.Wrap(err, "finish import")
		}
		_, err := tx.ExecContext(ctx, dropStaged, id)
		c.State = importDone
		return errs.Wrap(err, "clear staging")
	})
	if err != nil {
		return false, err
	}
	if c.State == importFailed {
		s.failImport(ctx, id, "the database was restarted and lost rows that were not on the list yet; import the same file again, nobody is added twice")
		return false, nil
	}
	s.tellImport(id, map[string]any{
		"id": id, "state": c.State, "rowsRead": c.Read, "rowsAdded": c.Added, "rowsKnown": c.Known, "rowsRejected": c.Rejected,
	})
	return c.State == importRunning, nil
}

// mergeTx is one chunk.
func (s *Service) mergeTx(ctx context.Context, tx *pg.Tx, c *claimed, now time.Time) error {
	to := min(c.Checkpoint+mergeRows, c.RowLast)
	var list ListID
	if err := tx.GetContext(ctx, &list, lockList, c.List); err != nil {
		return errs.Wrap(err, "lock list")
	}
	if _, err := tx.ExecContext(ctx, upsertPeople, c.Client, c.ID, c.Checkpoint, to, c.Synthetic, now); err != nil {
		return errs.Wrap(err, "add people")
	}
	var identified, others mergeCount
	err := tx.GetContext(ctx, &identified, insertIdentified, c.Client, c.ID, c.Checkpoint, to, now, c.List, c.Campaign)
	if err != nil {
		return errs.Wrap(err, "add leads")
	}
	err = tx.GetContext(ctx, &others, insertUnidentified, c.Client, c.ID, c.Checkpoint, to, now, c.List, c.Campaign, c.Synthetic)
	if err != nil {
		return errs.Wrap(err, "add leads")
	}
	res, err := tx.ExecContext(ctx, insertRejects, c.ID, c.Checkpoint, to)
	if err != nil {
		return errs.Wrap(err, "keep rejected rows")
	}
	rejected, err := res.RowsAffected()
	if err != nil {
		return errs.Wrap(err, "keep rejected rows")
	}
	added := identified.Added + others.Added
	known := identified.Rows + others.Rows - added
	if _, err := tx.ExecContext(ctx, moveCheckpoint, c.ID, to, added, known, rejected); err != nil {
		return errs.Wrap(err, "move checkpoint")
	}
	c.Checkpoint, c.Added, c.Known, c.Rejected = to, c.Added+added, c.Known+known, c.Rejected+int(rejected)
	return nil
}
