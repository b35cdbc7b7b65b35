package dialer

import (
	"context"
	"encoding/json"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/phone"
)

// Record is one call in the history, with the names that a person wants to read.
type Record struct {
	ID            CallID           `db:"id" json:"id"`
	CampaignID    campaigns.ID     `db:"campaign_id" json:"campaignId"`
	Campaign      string           `db:"campaign" json:"campaign"`
	AgentID       auth.UserID      `db:"agent_id" json:"agentId,omitempty"`
	Agent         string           `db:"agent" json:"agent,omitempty"`
	LeadID        campaigns.LeadID `db:"lead_id" json:"leadId"`
	Name          string           `db:"name" json:"name"`
	Number        phone.E164       `db:"number" json:"number"`
	State         CallState        `db:"state" json:"state"`
	Disposition   string           `db:"disposition" json:"disposition"`
	HangupBy      string           `db:"hangup_by" json:"hangupBy,omitempty"`
	PlacedAt      time.Time        `db:"placed_at" json:"placedAt"`
	AnsweredAt    *time.Time       `db:"answered_at" json:"answeredAt"`
	ConnectedAt   *time.Time       `db:"connected_at" json:"connectedAt"`
	EndedAt       *time.Time       `db:"ended_at" json:"endedAt"`
	TalkSeconds   int              `db:"talk_seconds" json:"talkSeconds"`
	Outcome       string           `db:"outcome" json:"outcome,omitempty"`
	MessagePlayed bool             `db:"message_played" json:"messagePlayed"`
}

const recordColumns = `k.id, k.campaign_id, c.name AS campaign, COALESCE(k.agent_id, k.dialed_by, 0) AS agent_id, COALESCE(u.name, '') AS agent,
    k.lead_id, pe.name, k.number, k.state, COALESCE(k.disposition, '') AS disposition, k.hangup_by, k.placed_at, k.answered_at,
    k.connected_at, k.ended_at, k.message_played, at.outcome,
    COALESCE(extract(epoch FROM COALESCE(k.ended_at, $1) - k.connected_at), 0)::integer AS talk_seconds`

const recordTables = `
FROM calls k JOIN campaigns c ON c.id = k.campaign_id JOIN people pe ON pe.id = k.person_id JOIN attempts at ON at.id = k.attempt_id
    LEFT JOIN users u ON u.id = COALESCE(k.agent_id, k.dialed_by)`

const recordFilter = `
WHERE k.client_id = ANY($2) AND ($3::bigint = 0 OR k.campaign_id = $3)
    AND ($4::bigint = 0 OR k.agent_id = $4 OR (k.agent_id IS NULL AND k.dialed_by = $4))`

const listRecords = `SELECT ` + recordColumns + recordTables + recordFilter + recordOrder + ` LIMIT $5 OFFSET $6`

// $7: the column to sort by, with - descending. talk is as long as it was, or is by now.
const recordOrder = `
ORDER BY CASE $7 WHEN 'person' THEN pe.name WHEN 'campaign' THEN c.name WHEN 'agent' THEN u.name WHEN 'ended' THEN k.disposition WHEN 'outcome' THEN at.outcome END,
    CASE $7 WHEN '-person' THEN pe.name WHEN '-campaign' THEN c.name WHEN '-agent' THEN u.name WHEN '-ended' THEN k.disposition WHEN '-outcome' THEN at.outcome END DESC NULLS LAST,
    CASE WHEN $7 = 'talk' THEN COALESCE(k.ended_at, $1) - k.connected_at END,
    CASE WHEN $7 = '-talk' THEN COALESCE(k.ended_at, $1) - k.connected_at END DESC NULLS LAST,
    CASE WHEN $7 = 'placed' THEN k.placed_at END,
    k.placed_at DESC, k.id DESC`

const countRecords = `
SELECT count(*) FROM calls k WHERE k.client_id = ANY($1) AND ($2::bigint = 0 OR k.campaign_id = $2)
    AND ($3::bigint = 0 OR k.agent_id = $3 OR (k.agent_id IS NULL AND k.dialed_by = $3))`

// CallFilter says which calls; zero values mean all.
type CallFilter struct {
	Campaign      campaigns.ID
	Agent         auth.UserID
	Sort          string // placed, person, campaign, agent, ended, talk or outcome, with - descending; "" is newest first
	Limit, Offset int
}

// Calls lists the calls of the actor's clients a page at a time, and how many there are.
func (s *Service) Calls(ctx context.Context, by auth.Actor, f CallFilter) (page []Record, total int, err error) {
	if err := s.db.GetContext(ctx, &total, countRecords, by.Scope(), f.Campaign, f.Agent); err != nil {
		return nil, 0, errs.Wrap(err, "count calls")
	}
	page = []Record{}
	err = s.db.SelectContext(ctx, &page, listRecords, s.now(), by.Scope(), f.Campaign, f.Agent, f.Limit, f.Offset, f.Sort)
	return page, total, errs.Wrap(err, "list calls")
}

// CallEvent is one step of a call.
type CallEvent struct {
	At    time.Time       `db:"at" json:"at"`
	Event string          `db:"event" json:"event" doc:"placed, ringing, answered, offered, connected, hold, abandoned, message, ended, wrapped"`
	Data  json.RawMessage `db:"data" json:"data,omitempty"`
}

// Detail is a call with everything that happened to it.
type Detail struct {
	Record
	Events []CallEvent `json:"events"`
}

const oneRecord = `SELECT ` + recordColumns + recordTables + ` WHERE k.client_id = ANY($2) AND k.id = $3`

const eventsOf = `SELECT at, event, COALESCE(data, 'null') AS data FROM call_events WHERE call_id = $1 ORDER BY id LIMIT 500`

// CallDetail reads one call with its events.
//
// Codes: not_found.
func (s *Service) CallDetail(ctx context.Context, by auth.Actor, id CallID) (Detail, error) {
	var d Detail
	if err := s.db.GetContext(ctx, &d.Record, oneRecord, s.now(), by.Scope(), id); err != nil {
		return d, noCall(err, id)
	}
	d.Events = []CallEvent{}
	err := s.db.SelectContext(ctx, &d.Events, eventsOf, id)
	return d, errs.Wrap(err, "events of the call")
}

// DeskLead is a lead that an agent of a manual campaign may pick.
type DeskLead struct {
	ID       campaigns.LeadID `db:"id" json:"id"`
	Name     string           `db:"name" json:"name"`
	Number   phone.E164       `db:"number" json:"number"`
	Zone     string           `db:"zone" json:"zone"`
	DueAt    time.Time        `db:"due_at" json:"dueAt"`
	Attempts int              `db:"attempts" json:"attempts"`
	Mine     bool             `db:"mine" json:"mine" doc:"a callback that I promised"`
}

// deskLeads are due leads of the agent's campaign, their own callbacks first. The search is by the start of a name's
// words or by digits of the number.
const deskLeads = `
SELECT l.id, pe.name, ph.number, l.zone, l.due_at, l.attempts, l.owner_id IS NOT NULL AS mine
FROM leads l JOIN people pe ON pe.id = l.person_id JOIN phones ph ON ph.id = l.phone_id JOIN lists li ON li.id = l.list_id
WHERE l.campaign_id = $1 AND li.active AND l.state = 'waiting' AND l.due_at <= $3 AND (l.owner_id IS NULL OR l.owner_id = $2)
    AND l.client_id = ANY($4) AND ($5 = '' OR pe.name ILIKE '%' || $5 || '%' OR ph.number LIKE '%' || $5 || '%')
ORDER BY l.owner_id IS NULL, l.priority DESC, l.due_at, l.id LIMIT $6`

const (
	deskLeadsMax = 50
	searchLenMax = 80
)

// DeskLeads lists what the actor may call by hand on the campaign they are at.
func (s *Service) DeskLeads(ctx context.Context, by auth.Actor, search string) ([]DeskLead, error) {
	if len(search) > searchLenMax {
		return nil, errs.Newf(errs.Invalid, "search for at most %d characters", searchLenMax)
	}
	var campaign campaigns.ID
	if err := s.db.GetContext(ctx, &campaign, currentCampaignOr0, by.User); err != nil {
		return nil, errs.Wrap(err, "read agent")
	}
	out := []DeskLead{}
	err := s.db.SelectContext(ctx, &out, deskLeads, campaign, by.User, s.now(), by.Scope(), escapeLike(search), deskLeadsMax)
	return out, errs.Wrap(err, "list leads for the desk")
}

const currentCampaignOr0 = `SELECT COALESCE((SELECT campaign_id FROM agent_states WHERE user_id = $1), 0)`

// escapeLike makes a person's text mean itself in a LIKE pattern.
func escapeLike(text string) string {
	out := make([]rune, 0, len(text))
	for _, r := range text {
		if r == '%' || r == '_' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}
