package campaigns

import (
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/phone"
)

// Priorities: a caller gives 0..999; a promised callback is called before all of them.
const (
	priorityMax   = 999
	callbackBoost = 1000
)

// Validate names what is wrong with a lead.
func (l NewLead) Validate() error {
	var f errs.Faults
	f.Check(l.Campaign > 0 || l.List > 0, "campaignId", "say which campaign or list the lead goes to")
	f.Check(l.Person > 0, "personId", "say who is to be called")
	f.Check(l.Priority >= 0 && l.Priority <= priorityMax, "priority", "priority is a number from 0 to 999")
	return f.Err()
}

// houseList is the list of a campaign that holds leads added one by one.
const houseList = "Added one by one"

const insertHouseList = `
INSERT INTO lists (client_id, campaign_id, name, created_at)
SELECT client_id, id, $2, $3 FROM campaigns WHERE id = $1
ON CONFLICT ON CONSTRAINT lists_name_key DO UPDATE SET name = excluded.name
RETURNING id`

// leadTarget reads what a new lead needs to know of its list, person, first usable phone and do-not-call.
const leadTarget = `
SELECT li.client_id, li.campaign_id, ph.id AS phone_id, ph.number, pe.postal_code, pe.zone AS confirmed,
    EXISTS (SELECT FROM suppressions su WHERE su.client_id = li.client_id AND su.number = ph.number) AS suppressed
FROM lists li JOIN people pe ON pe.id = $2 AND pe.client_id = li.client_id
CROSS JOIN LATERAL (SELECT id, number FROM phones WHERE person_id = pe.id AND removed_at IS NULL ORDER BY rank, id LIMIT 1) ph
WHERE li.id = $1`

type targetRow struct {
	Client     auth.ClientID `db:"client_id"`
	Campaign   ID            `db:"campaign_id"`
	Phone      int64         `db:"phone_id"`
	Number     phone.E164    `db:"number"`
	PostalCode string        `db:"postal_code"`
	Confirmed  string        `db:"confirmed"`
	Suppressed bool          `db:"suppressed"`
}

// insertLead adds a lead, or wakes the one that the person has on this list: a case may be opened again.
const insertLead = `
INSERT INTO leads (client_id, campaign_id, list_id, person_id, phone_id, zone, priority, state, due_at, ready, case_id, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULLIF($11, 0), $12, $12)
ON CONFLICT ON CONSTRAINT leads_list_person_key DO UPDATE SET
    phone_id = excluded.phone_id, zone = excluded.zone, priority = excluded.priority, state = excluded.state, due_at = excluded.due_at,
    ready = excluded.ready, case_id = excluded.case_id, attempts = 0, owner_id = NULL, updated_at = excluded.updated_at
    WHERE leads.state IN ('done','withdrawn','waiting')
RETURNING id`

// AddLeadTx puts a person on a list (or on the campaign's own list of leads added one by one). A person on the
// do-not-call list is added as suppressed and never called.
//
// Codes: invalid, not_found (list, or the person is another client's or has no usable number), conflict (the
// person is being called from this list just now, or is suppressed on it).
func (s *Service) AddLeadTx(ctx context.Context, tx *pg.Tx, in NewLead) (LeadID, error) {
	if err := in.Validate(); err != nil {
		return 0, err
	}
	if in.List == 0 {
		if err := tx.GetContext(ctx, &in.List, insertHouseList, in.Campaign, houseList, in.Now); err != nil {
			return 0, noneAs(err, "there is no campaign %d", in.Campaign)
		}
	}
	var t targetRow
	if err := tx.GetContext(ctx, &t, leadTarget, in.List, in.Person); err != nil {
		return 0, noneAs(err, "there is no list %d with a client of this person, or the person has no usable number", in.List)
	}
	due, state := in.DueAt, Waiting
	if due.IsZero() {
		due = in.Now
	}
	if t.Suppressed {
		state = Suppressed
	}
	zone := personZone(t.Confirmed, t.Number, t.PostalCode)
	ready := state == Waiting && !due.After(in.Now)
	var id LeadID
	err := tx.GetContext(ctx, &id, insertLead, t.Client, t.Campaign, in.List, in.Person, t.Phone, zone, in.Priority,
		state, due, ready, in.CaseID, in.Now)
	if pg.None(err) {
		return 0, errs.Newf(errs.Conflict, "this person is being called from that list just now, or is suppressed on it")
	}
	return id, errs.Wrap(err, "add lead")
}

const withdrawLead = `
UPDATE leads SET state = 'withdrawn', ready = false, reserved_until = NULL, owner_id = NULL, last_disposition = $2, updated_at = $3
WHERE id = $1 AND state IN ('waiting','reserved','calling')`

const cancelCallbacks = `UPDATE callbacks SET state = 'cancelled' WHERE lead_id = $1 AND state = 'open'`

// WithdrawLeadTx takes a lead back: it is not called again. A lead that is over already stays as it is.
func (s *Service) WithdrawLeadTx(ctx context.Context, tx *pg.Tx, lead LeadID, why string) error {
	if _, err := tx.ExecContext(ctx, withdrawLead, lead, why, s.now()); err != nil {
		return fmt.Errorf("withdraw lead %d: %w", lead, err)
	}
	if _, err := tx.ExecContext(ctx, cancelCallbacks, lead); err != nil {
		return fmt.Errorf("withdraw lead %d: %w", lead, err)
	}
	return nil
}

const lockLead = `SELECT id FROM leads WHERE id = $1 FOR NO KEY UPDATE`

// LockLeadTx locks a lead's row, which comes before its call's in the order of locks.
//
// Codes: not_found.
func (s *Service) LockLeadTx(ctx context.Context, tx *pg.Tx, lead LeadID) error {
	var id LeadID
	if err := tx.GetContext(ctx, &id, lockLead, lead); err != nil {
		return noneAs(err, "there is no lead %d", lead)
	}
	return nil
}

const releaseLead = `
UPDATE leads SET state = 'waiting', ready = (due_at <= $2), reserved_until = NULL, updated_at = $2
WHERE id = $1 AND state = 'reserved'`

// ReleaseTx gives back a reserved lead that nobody wants now; one that is not reserved any more stays as it is.
func (s *Service) ReleaseTx(ctx context.Context, tx *pg.Tx, lead LeadID) error {
	_, err := tx.ExecContext(ctx, releaseLead, lead, s.now())
	return errs.Wrap(err, "release lead")
}

// reservedFor is how long a reservation lasts without a dial.
const reservedFor = 2 * time.Minute

// noneAs turns "no row" into not_found with a sentence; any other error stays.
func noneAs(err error, format string, args ...any) error {
	if pg.None(err) {
		return errs.Newf(errs.NotFound, format, args...)
	}
	return err
}
