package campaigns

import (
	"context"
	"fmt"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/phone"
)

// List is a list of leads of one campaign. An inactive one keeps its leads and none of them is called.
type List struct {
	ID        ListID        `json:"id" db:"id"`
	Campaign  ID            `json:"campaignId" db:"campaign_id"`
	Client    auth.ClientID `json:"-" db:"client_id"`
	Name      string        `json:"name" db:"name"`
	Synthetic bool          `json:"synthetic" db:"synthetic" doc:"numbers were generated; only the simulator dials them"`
	Active    bool          `json:"active" db:"active"`
	Leads     int           `json:"leads" db:"leads"`
	Waiting   int           `json:"waiting" db:"waiting"`
	Done      int           `json:"done" db:"done"`
}

const listColumns = `li.id, li.campaign_id, li.client_id, li.name, li.synthetic, li.active,
    (SELECT count(*) FROM leads l WHERE l.list_id = li.id) AS leads,
    (SELECT count(*) FROM leads l WHERE l.list_id = li.id AND l.state IN ('waiting','reserved','calling')) AS waiting,
    (SELECT count(*) FROM leads l WHERE l.list_id = li.id AND l.state = 'done') AS done`

const listsOf = `SELECT ` + listColumns + ` FROM lists li WHERE li.campaign_id = $1 AND li.client_id = ANY ($2) ORDER BY li.id`

// Lists lists the lists of a campaign.
//
// Codes: not_found.
func (s *Service) Lists(ctx context.Context, by auth.Actor, id ID) ([]List, error) {
	if _, err := s.Campaign(ctx, by, id); err != nil {
		return nil, err
	}
	out := []List{}
	err := s.db.SelectContext(ctx, &out, listsOf, id, by.Scope())
	return out, errs.Wrap(err, "lists of the campaign")
}

const listByID = `SELECT ` + listColumns + ` FROM lists li WHERE li.id = $1 AND li.client_id = ANY ($2)`

const insertList = `INSERT INTO lists (client_id, campaign_id, name, created_at) VALUES ($1, $2, $3, $4) RETURNING id`

// AddList makes an empty list.
//
// Codes: invalid, not_found, conflict (the name is taken, or the campaign is finished).
func (s *Service) AddList(ctx context.Context, by auth.Actor, id ID, name string) (List, error) {
	name = strings.TrimSpace(name)
	var f errs.Faults
	f.Check(name != "", "name", "give the list a name")
	f.Check(len(name) <= campaignNameMax, "name", "the name is longer than 80 characters")
	if err := f.Err(); err != nil {
		return List{}, err
	}
	now := s.now()
	var list ListID
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := scopedCampaign(ctx, tx, campaignScoped, by, id)
		if err != nil {
			return err
		}
		if c.State == Finished {
			return errs.Newf(errs.Conflict, "the campaign is finished; make a new one")
		}
		if err := tx.GetContext(ctx, &list, insertList, c.Client, id, name, now); err != nil {
			return errs.Wrap(err, "add list")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: c.Client, Act: "list.create", Object: fmt.Sprintf("list:%d", list), Data: map[string]any{"campaign": id, "name": name},
		})
	})
	if err != nil {
		return List{}, err
	}
	s.tell(id, "changed", map[string]any{"id": id})
	return s.listOf(ctx, by, list)
}

func (s *Service) listOf(ctx context.Context, by auth.Actor, id ListID) (List, error) {
	var out List
	err := s.db.GetContext(ctx, &out, listByID, id, by.Scope())
	return out, noneAs(err, "there is no list %d", id)
}

const switchList = `UPDATE lists SET active = $2 WHERE id = $1 AND client_id = ANY ($3) RETURNING client_id, campaign_id`

// SwitchList turns a list on or off; off, none of its leads is reserved any more.
//
// Codes: not_found.
func (s *Service) SwitchList(ctx context.Context, by auth.Actor, id ListID, active bool) (List, error) {
	now := s.now()
	var at List
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &at, switchList, id, active, by.Scope()); err != nil {
			return noneAs(err, "there is no list %d", id)
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: at.Client, Act: "list.switch", Object: fmt.Sprintf("list:%d", id), Data: map[string]any{"active": active},
		})
	})
	if err != nil {
		return List{}, err
	}
	s.tell(at.Campaign, "changed", map[string]any{"id": at.Campaign})
	return s.listOf(ctx, by, id)
}

// LeadRow is a lead in a list of leads.
type LeadRow struct {
	ID              LeadID     `json:"id" db:"id"`
	PersonID        PersonID   `json:"personId" db:"person_id"`
	Name            string     `json:"name" db:"name"`
	Number          phone.E164 `json:"number" db:"number"`
	Zone            string     `json:"zone" db:"zone"`
	State           LeadState  `json:"state" db:"state"`
	DueAt           time.Time  `json:"dueAt" db:"due_at"`
	Attempts        int        `json:"attempts" db:"attempts"`
	LastDisposition string     `json:"lastDisposition" db:"last_disposition"`
	ListID          ListID     `json:"listId" db:"list_id"`
	ExternalID      string     `json:"externalId" db:"external_id"`
}

const leadFilter = `
FROM leads l JOIN people pe ON pe.id = l.person_id JOIN phones ph ON ph.id = l.phone_id
WHERE l.campaign_id = $1 AND l.client_id = ANY ($2) AND ($3 = '' OR l.state = $3)
    AND ($4 = '' OR pe.name ILIKE '%' || $4 || '%' OR ph.number LIKE '%' || $4 || '%' OR pe.external_id = $4)`

const leadRows = `
SELECT l.id, l.person_id, pe.name, ph.number, l.zone, l.state, l.due_at, l.attempts, l.last_disposition, l.list_id,
    COALESCE(pe.external_id, '') AS external_id` + leadFilter + leadOrder + ` LIMIT $5 OFFSET $6`

// $7: the column to sort by, with - descending. Of the constant it is, all but one line are none to the planner.
const leadOrder = `
ORDER BY CASE $7 WHEN 'name' THEN pe.name WHEN 'state' THEN l.state END,
    CASE $7 WHEN '-name' THEN pe.name WHEN '-state' THEN l.state END DESC,
    CASE WHEN $7 = 'attempts' THEN l.attempts END, CASE WHEN $7 = '-attempts' THEN l.attempts END DESC,
    CASE WHEN $7 = 'due' THEN l.due_at END, CASE WHEN $7 = '-due' THEN l.due_at END DESC,
    l.id`

const leadTotal = `SELECT count(*)` + leadFilter

// LeadQuery narrows a list of leads.
type LeadQuery struct {
	State  LeadState
	Text   string // part of the name or number, or the whole external id
	Sort   string // name, state, attempts or due, with - descending; "" is the order in which they came
	Limit  int
	Offset int
}

// Leads lists a campaign's leads a page at a time, and how many there are.
//
// Codes: not_found.
func (s *Service) Leads(ctx context.Context, by auth.Actor, id ID, q LeadQuery) ([]LeadRow, int, error) {
	if _, err := s.Campaign(ctx, by, id); err != nil {
		return nil, 0, err
	}
	text := likeText(strings.TrimSpace(q.Text))
	out, total := []LeadRow{}, 0
	if err := s.db.SelectContext(ctx, &out, leadRows, id, by.Scope(), q.State, text, q.Limit, q.Offset, q.Sort); err != nil {
		return nil, 0, errs.Wrap(err, "leads of the campaign")
	}
	err := s.db.GetContext(ctx, &total, leadTotal, id, by.Scope(), q.State, text)
	return out, total, errs.Wrap(err, "count leads")
}
