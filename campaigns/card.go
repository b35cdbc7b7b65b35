package campaigns

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/phone"
)

// Card is what the desk shows of the person on the line.
type Card struct {
	LeadID     LeadID        `json:"leadId"`
	CampaignID ID            `json:"campaignId"`
	Client     auth.ClientID `json:"clientId"`
	Person     CardPerson    `json:"person"`
	Number     phone.E164    `json:"number"`
	Zone       string        `json:"zone"`  // key of the zone set
	Zones      []string      `json:"zones"` // every zone the person may be in
	LocalTime  string        `json:"localTime" doc:"wall clock of the first zone, as 2006-01-02T15:04:05-07:00"`
	Attempts   int           `json:"attempts"`
	History    []CardAttempt `json:"history"`
	Script     *CardScript   `json:"script"`
	Note       string        `json:"note" doc:"of the callback that is due, if there is one"`
	CaseID     int64         `json:"caseId,omitempty"`
	State      LeadState     `json:"state"`
	Masked     bool          `json:"masked" doc:"facts are hidden: who is on the line is not verified yet"`
	values     map[string]string
	template   string
}

// CardPerson is who is on the line.
type CardPerson struct {
	ID         PersonID       `json:"id"`
	ExternalID string         `json:"externalId"`
	Name       string         `json:"name"`
	Email      string         `json:"email"`
	Region     string         `json:"region"`
	PostalCode string         `json:"postalCode"`
	Language   string         `json:"language"`
	Data       map[string]any `json:"data" doc:"further columns of the client's file"`
}

// CardAttempt is one earlier attempt to reach the person, on whatever campaign of the client.
type CardAttempt struct {
	At          time.Time `json:"at" db:"at"`
	Number      string    `json:"number" db:"number"`
	Disposition string    `json:"disposition" db:"disposition"`
	Outcome     string    `json:"outcome,omitempty" db:"outcome"`
}

// CardScript is the script with its merge fields filled.
type CardScript struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	Body    string `json:"body"`
}

// cardOf joins what the card shows; $2 is null for the house, else the clients it must be one of.
const cardOf = `
SELECT l.id, l.campaign_id, l.client_id, l.person_id, ph.number, l.zone, l.attempts, COALESCE(l.case_id, 0) AS case_id, l.state,
    COALESCE(pe.external_id, '') AS external_id, pe.name, pe.email, pe.region, pe.postal_code, pe.language, pe.data,
    c.name AS campaign, cl.name AS client,
    COALESCE(sc.name, '') AS script, COALESCE(sv.version, 0) AS script_version, COALESCE(sv.body, '') AS script_body,
    COALESCE((SELECT cb.note FROM callbacks cb WHERE cb.lead_id = l.id AND cb.state <> 'cancelled' ORDER BY cb.id DESC LIMIT 1), '') AS note
FROM leads l JOIN phones ph ON ph.id = l.phone_id JOIN people pe ON pe.id = l.person_id JOIN campaigns c ON c.id = l.campaign_id
JOIN clients cl ON cl.id = l.client_id
LEFT JOIN scripts sc ON sc.id = c.script_id
LEFT JOIN LATERAL (SELECT version, body FROM script_versions WHERE script_id = sc.id ORDER BY version DESC LIMIT 1) sv ON true
WHERE l.id = $1 AND ($2::bigint[] IS NULL OR l.client_id = ANY ($2))`

type cardRow struct {
	ID            LeadID          `db:"id"`
	Campaign      ID              `db:"campaign_id"`
	Client        auth.ClientID   `db:"client_id"`
	Person        PersonID        `db:"person_id"`
	Number        phone.E164      `db:"number"`
	Zone          string          `db:"zone"`
	Attempts      int             `db:"attempts"`
	CaseID        int64           `db:"case_id"`
	State         LeadState       `db:"state"`
	ExternalID    string          `db:"external_id"`
	Name          string          `db:"name"`
	Email         string          `db:"email"`
	Region        string          `db:"region"`
	PostalCode    string          `db:"postal_code"`
	Language      string          `db:"language"`
	Data          json.RawMessage `db:"data"`
	CampaignName  string          `db:"campaign"`
	ClientName    string          `db:"client"`
	Script        string          `db:"script"`
	ScriptVersion int             `db:"script_version"`
	ScriptBody    string          `db:"script_body"`
	Note          string          `db:"note"`
}

const historyMax = 20 // attempts on a card

const historyOf = `
SELECT placed_at AS at, number, COALESCE(disposition, '') AS disposition, outcome FROM attempts
WHERE person_id = $1 ORDER BY placed_at DESC, id DESC LIMIT $2`

// Card gathers what the desk shows of a lead's person. It is unscoped: the caller knows that the agent may see it.
//
// Codes: not_found.
func (s *Service) Card(ctx context.Context, lead LeadID) (Card, error) { return s.card(ctx, lead, nil) }

// CardFor is Card for a person's own request.
//
// Codes: not_found.
func (s *Service) CardFor(ctx context.Context, by auth.Actor, lead LeadID) (Card, error) {
	return s.card(ctx, lead, by.Scope())
}

func (s *Service) card(ctx context.Context, lead LeadID, scope any) (Card, error) {
	var r cardRow
	if err := s.db.GetContext(ctx, &r, cardOf, lead, scope); err != nil {
		return Card{}, noneAs(err, "there is no lead %d", lead)
	}
	out := Card{
		LeadID: r.ID, CampaignID: r.Campaign, Client: r.Client, Number: r.Number, Zone: r.Zone, Attempts: r.Attempts, CaseID: r.CaseID, Note: r.Note,
		State: r.State, History: []CardAttempt{}, Person: CardPerson{
			ID: r.Person, ExternalID: r.ExternalID, Name: r.Name, Email: r.Email, Region: r.Region, PostalCode: r.PostalCode,
			Language: r.Language,
		},
	}
	if err := json.Unmarshal(r.Data, &out.Person.Data); err != nil {
		return Card{}, fmt.Errorf("data of person %d: %w", r.Person, err)
	}
	places, _ := s.zones.placesOf(r.Zone)
	for _, p := range places {
		out.Zones = append(out.Zones, p.String())
	}
	if len(places) > 0 {
		out.LocalTime = s.now().In(places[0]).Format(time.RFC3339)
	}
	if err := s.db.SelectContext(ctx, &out.History, historyOf, r.Person, historyMax); err != nil {
		return Card{}, errs.Wrap(err, "history of the person")
	}
	out.values, out.template = r.values(out.Person.Data), r.ScriptBody
	if r.Script != "" {
		out.Script = &CardScript{Name: r.Script, Version: r.ScriptVersion}
	}
	return out.ForAgent(auth.ActorFrom(ctx).Name), nil
}

// ForAgent fills the script's {{agent.name}} with the name of whoever is to say it.
func (c Card) ForAgent(name string) Card {
	if c.Script == nil {
		return c
	}
	script := *c.Script
	c.values["agent.name"] = name
	script.Body = Render(c.template, c.values)
	c.Script = &script
	return c
}

// spokenBefore are the merge fields that may be said to somebody who is not verified: what they are called, and who calls.
var spokenBefore = []string{"campaign.name", "client.name", "person.firstName", "person.name"}

// Mask is the card before it is known who is on the line: whom to ask for, their clock and earlier tries. The account's
// facts, what was noted of them and the script's fields that would say them are hidden.
func (c Card) Mask(agent string) Card {
	p := c.Person
	c.Person = CardPerson{ID: p.ID, Name: p.Name, Language: p.Language, Data: map[string]any{}}
	c.Note, c.Masked = "", true
	values := map[string]string{}
	for _, name := range spokenBefore {
		values[name] = c.values[name]
	}
	c.values = values
	return c.ForAgent(agent)
}

func (r cardRow) values(data map[string]any) map[string]string {
	first, _, _ := strings.Cut(strings.TrimSpace(r.Name), " ")
	out := map[string]string{
		"campaign.name": r.CampaignName, "client.name": r.ClientName, "person.email": r.Email, "person.externalId": r.ExternalID,
		"person.firstName": first, "person.language": r.Language, "person.name": r.Name, "person.number": string(r.Number),
		"person.postalCode": r.PostalCode, "person.region": r.Region,
	}
	for k, v := range data {
		out[dataPrefix+k] = fmt.Sprint(v)
	}
	return out
}
