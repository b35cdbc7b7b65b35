package dialer

import (
	"context"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/phone"
)

// Desk is all that an agent's page shows of the agent, the call and the person.
type Desk struct {
	Agent        DeskAgent       `json:"agent"`
	Campaigns    []DeskCampaign  `json:"campaigns"`
	Call         *DeskCall       `json:"call"`
	Card         *campaigns.Card `json:"card"`
	PauseReasons []string        `json:"pauseReasons"`
	Today        Today           `json:"today"`
	Notice       string          `json:"notice" doc:"why the last thing asked for was refused, until the state changes"`
}

// DeskAgent is who the agent is now.
type DeskAgent struct {
	UserID     auth.UserID      `db:"user_id" json:"userId"`
	Name       string           `db:"name" json:"name"`
	State      AgentState       `db:"state" json:"state"`
	Reason     string           `db:"reason" json:"reason"`
	Since      time.Time        `db:"since" json:"since"`
	CampaignID campaigns.ID     `db:"campaign_id" json:"campaignId"`
	CallID     CallID           `db:"call_id" json:"callId"`
	LeadID     campaigns.LeadID `db:"lead_id" json:"leadId"`
	WrapUntil  *time.Time       `db:"wrap_until" json:"wrapUntil"`
	AfterWrap  AgentState       `db:"after_wrap" json:"afterWrap"`
	Version    int64            `db:"version" json:"version"`
}

// DeskCampaign is a campaign the agent may work on.
type DeskCampaign struct {
	ID      campaigns.ID `json:"id"`
	Name    string       `json:"name"`
	Mode    string       `json:"mode"`
	Purpose string       `json:"purpose"`
	OpenNow bool         `json:"openNow"`
}

// DeskCall is the call on the desk, up or just over.
type DeskCall struct {
	ID          CallID           `json:"id"`
	State       CallState        `json:"state"`
	PlacedAt    time.Time        `json:"placedAt"`
	AnsweredAt  *time.Time       `json:"answeredAt"`
	ConnectedAt *time.Time       `json:"connectedAt"`
	EndedAt     *time.Time       `json:"endedAt"`
	CampaignID  campaigns.ID     `json:"campaignId"`
	LeadID      campaigns.LeadID `json:"leadId"`
	Number      phone.E164       `json:"number"`
	Held        bool             `json:"held"`
}

// Today is the agent's day so far, from midnight where the agent lives.
type Today struct {
	Calls       int            `db:"calls" json:"calls"`
	Connected   int            `db:"connected" json:"connected"`
	TalkSeconds int            `db:"talk_seconds" json:"talkSeconds"`
	Outcomes    map[string]int `db:"-" json:"outcomes"`
}

const deskAgent = `
SELECT u.id AS user_id, u.name, COALESCE(a.state, 'away') AS state, COALESCE(a.reason, '') AS reason, COALESCE(a.since, $2) AS since,
    COALESCE(a.campaign_id, 0) AS campaign_id, COALESCE(a.call_id, 0) AS call_id, COALESCE(a.lead_id, 0) AS lead_id, a.wrap_until,
    COALESCE(a.after_wrap, 'ready') AS after_wrap, COALESCE(a.version, 0) AS version
FROM users u LEFT JOIN agent_states a ON a.user_id = u.id WHERE u.id = $1`

// Desk reads the actor's desk.
//
// Codes: not_found (no such person any more).
func (s *Service) Desk(ctx context.Context, by auth.Actor) (Desk, error) {
	now := s.now()
	d := Desk{Campaigns: []DeskCampaign{}, PauseReasons: DefaultPauseReasons()}
	if err := s.db.GetContext(ctx, &d.Agent, deskAgent, by.User, now); err != nil {
		if pg.None(err) {
			return d, errs.Newf(errs.NotFound, "there is no desk for you")
		}
		return d, errs.Wrap(err, "read the desk")
	}
	if err := s.deskCampaigns(ctx, by, &d, now); err != nil {
		return d, err
	}
	if err := s.deskCall(ctx, by, &d); err != nil {
		return d, err
	}
	if err := s.deskToday(ctx, by, &d, now); err != nil {
		return d, err
	}
	return d, s.deskNotice(ctx, &d)
}

const assignedTo = `SELECT campaign_id FROM campaign_agents WHERE user_id = $1`

// deskCampaigns lists the running campaigns the agent is assigned to; the pause reasons are those of the client at whose
// campaign the agent is.
func (s *Service) deskCampaigns(ctx context.Context, by auth.Actor, d *Desk, now time.Time) error {
	var ids []campaigns.ID
	if err := s.db.SelectContext(ctx, &ids, assignedTo, by.User); err != nil {
		return errs.Wrap(err, "campaigns of the agent")
	}
	mine := map[campaigns.ID]bool{}
	for _, id := range ids {
		mine[id] = true
	}
	running, err := s.leads.Running(ctx)
	if err != nil {
		return err
	}
	var client auth.ClientID
	for _, c := range running {
		if !mine[c.ID] || !by.Sees(c.Client) {
			continue
		}
		d.Campaigns = append(d.Campaigns, DeskCampaign{c.ID, c.Name, c.Mode, c.Purpose, c.OpenAt(now)})
		if client == 0 || c.ID == d.Agent.CampaignID {
			client = c.Client
		}
	}
	if client == 0 {
		return nil
	}
	set, err := s.settings(ctx, client)
	d.PauseReasons = set.PauseReasons
	return err
}

func (s *Service) deskCall(ctx context.Context, by auth.Actor, d *Desk) error {
	lead := d.Agent.LeadID
	if d.Agent.CallID != 0 {
		c, err := s.CallFor(ctx, by, d.Agent.CallID)
		if err != nil {
			return err
		}
		lead = c.Lead
		d.Call = &DeskCall{
			ID: c.ID, State: c.State, PlacedAt: c.PlacedAt, AnsweredAt: c.AnsweredAt, ConnectedAt: c.ConnectedAt, EndedAt: c.EndedAt,
			CampaignID: c.Campaign, LeadID: c.Lead, Number: c.Number, Held: c.Held,
		}
	}
	if lead == 0 {
		return nil
	}
	card, err := s.leads.CardFor(ctx, by, lead)
	if err != nil {
		return err
	}
	if s.speak != nil {
		known, err := s.speak(ctx, by, card.Person.ID, d.Agent.CallID)
		if err != nil {
			return err
		}
		if !known {
			card = card.Mask(by.Name)
		}
	}
	d.Card = &card
	return nil
}

const todayOf = `
SELECT count(*) AS calls, count(k.connected_at) AS connected,
    COALESCE(sum(extract(epoch FROM COALESCE(k.ended_at, $2) - k.connected_at)), 0)::integer AS talk_seconds
FROM calls k JOIN users u ON u.id = $1
WHERE (k.agent_id = $1 OR k.dialed_by = $1) AND k.placed_at >= date_trunc('day', $2::timestamptz, u.zone)`

const outcomesOf = `
SELECT at.outcome, count(*) AS n FROM calls k JOIN attempts at ON at.id = k.attempt_id JOIN users u ON u.id = $1
WHERE k.agent_id = $1 AND at.outcome <> '' AND k.placed_at >= date_trunc('day', $2::timestamptz, u.zone)
GROUP BY at.outcome`

func (s *Service) deskToday(ctx context.Context, by auth.Actor, d *Desk, now time.Time) error {
	if err := s.db.GetContext(ctx, &d.Today, todayOf, by.User, now); err != nil {
		return errs.Wrap(err, "the agent's day")
	}
	var rows []struct {
		Outcome string `db:"outcome"`
		N       int    `db:"n"`
	}
	if err := s.db.SelectContext(ctx, &rows, outcomesOf, by.User, now); err != nil {
		return errs.Wrap(err, "the agent's outcomes")
	}
	d.Today.Outcomes = make(map[string]int, len(rows))
	for _, r := range rows {
		d.Today.Outcomes[r.Outcome] = r.N
	}
	return nil
}

// lastRefusal is the last command of the agent if it was refused, unless their state changed since.
const lastRefusal = `
SELECT COALESCE((SELECT error FROM call_commands WHERE user_id = $1 AND command IN ('dial','skip') AND created_at >= $2
    ORDER BY id DESC LIMIT 1), '')`

func (s *Service) deskNotice(ctx context.Context, d *Desk) error {
	err := s.db.GetContext(ctx, &d.Notice, lastRefusal, d.Agent.UserID, d.Agent.Since)
	return errs.Wrap(err, "the last refusal")
}
