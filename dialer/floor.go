package dialer

import (
	"context"
	"fmt"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

// Floor is everything a supervisor sees at one glance.
type Floor struct {
	Now       time.Time       `json:"now"`
	Stop      FloorStop       `json:"stop"`
	Agents    []FloorAgent    `json:"agents"`
	Campaigns []FloorCampaign `json:"campaigns"`
	Incidents []Incident      `json:"incidents"`
	Totals    FloorTotals     `json:"totals"`
}

// FloorStop is the one switch that stops all dialing.
type FloorStop struct {
	Stopped   bool       `db:"stopped" json:"stopped"`
	Why       string     `db:"why" json:"why"`
	By        string     `db:"by_name" json:"by"`
	StartedAt *time.Time `db:"started_at" json:"startedAt"`
}

// FloorAgent is one agent's tile.
type FloorAgent struct {
	UserID      auth.UserID  `db:"user_id" json:"userId"`
	Name        string       `db:"name" json:"name"`
	State       AgentState   `db:"state" json:"state"`
	Reason      string       `db:"reason" json:"reason"`
	Since       time.Time    `db:"since" json:"since"`
	CampaignID  campaigns.ID `db:"campaign_id" json:"campaignId"`
	Campaign    string       `db:"campaign" json:"campaign"`
	CallID      CallID       `db:"call_id" json:"callId"`
	CallSeconds int          `db:"call_seconds" json:"callSeconds"`
	Silent      bool         `db:"silent" json:"silent" doc:"no sign of life from the desk for 15 s"`
}

// FloorCampaign is one campaign's strip. Today begins at midnight in the campaign's zone; sinceStart counts from the
// campaign's start, at most thirty days, which is the period the abandonment limit is measured over.
type FloorCampaign struct {
	ID                    campaigns.ID    `db:"id" json:"id"`
	Name                  string          `db:"name" json:"name"`
	Mode                  string          `db:"mode" json:"mode"`
	State                 campaigns.State `db:"state" json:"state"`
	OpenNow               bool            `db:"-" json:"openNow"`
	Ringing               int             `db:"ringing" json:"ringing"`
	Waiting               int             `db:"waiting" json:"waiting"`
	Talking               int             `db:"talking" json:"talking"`
	AgentsReady           int             `db:"agents_ready" json:"agentsReady"`
	AgentsTalking         int             `db:"agents_talking" json:"agentsTalking"`
	AgentsWrapping        int             `db:"agents_wrapping" json:"agentsWrapping"`
	AnsweredLive          int             `db:"answered" json:"answeredLive"`
	Abandoned             int             `db:"abandoned" json:"abandoned"`
	AbandonRate           float64         `db:"-" json:"abandonRate"`
	AnsweredSinceStart    int             `db:"answered_ever" json:"answeredSinceStart"`
	AbandonedSinceStart   int             `db:"abandoned_ever" json:"abandonedSinceStart"`
	AbandonRateSinceStart float64         `db:"-" json:"abandonRateSinceStart"`
	AttemptsToday         int             `db:"attempts" json:"attemptsToday"`
	LeadsReady            int             `db:"leads_ready" json:"leadsReady"`
	LeadsLeft             int             `db:"leads_left" json:"leadsLeft"`
	LastDecision          string          `db:"decision" json:"lastDecision"`
	HeldBy                string          `db:"held_by" json:"heldBy"`
}

// Incident is something a supervisor should look at.
type Incident struct {
	Kind     string      `json:"kind" doc:"silent_desk, no_outcome_soon, no_answer"`
	CallID   CallID      `json:"callId,omitempty"`
	AgentID  auth.UserID `json:"agentId,omitempty"`
	Since    time.Time   `json:"since"`
	Sentence string      `json:"sentence"`
}

// FloorTotals sums the campaigns' day.
type FloorTotals struct {
	Calls     int `json:"calls"`
	Answered  int `json:"answered"`
	Abandoned int `json:"abandoned"`
}

const floorStop = `
SELECT true AS stopped, why, by_name, started_at FROM dial_stops WHERE ended_at IS NULL`

// floorAgents are people with a desk whom the actor sees: on one of their clients' campaigns, or, away from all of them,
// assigned to one of their clients.
const floorAgents = `
SELECT a.user_id, u.name, a.state, a.reason, a.since, COALESCE(a.campaign_id, 0) AS campaign_id, COALESCE(c.name, '') AS campaign,
    COALESCE(a.call_id, 0) AS call_id, COALESCE(extract(epoch FROM $2 - k.connected_at), 0)::integer AS call_seconds,
    NOT u.simulated AND a.state <> 'away' AND a.heartbeat_at < $3 AS silent
FROM agent_states a JOIN users u ON u.id = a.user_id LEFT JOIN campaigns c ON c.id = a.campaign_id
    LEFT JOIN calls k ON k.id = a.call_id AND a.state = 'talking'
WHERE u.disabled_at IS NULL AND (c.client_id = ANY($1) OR (c.id IS NULL AND EXISTS (
    SELECT FROM user_clients uc WHERE uc.user_id = u.id AND uc.client_id = ANY($1))))
ORDER BY u.name, a.user_id LIMIT 2000`

// floorCampaigns counts in one pass over each small index: live calls, agents, today's calls, leads.
const floorCampaigns = `
SELECT c.id, c.name, c.mode, c.state, live.ringing, live.waiting, live.talking, ag.agents_ready, ag.agents_talking, ag.agents_wrapping,
    today.attempts, today.answered, today.abandoned, ever.answered_ever, ever.abandoned_ever, le.leads_ready, le.leads_left,
    COALESCE(pd.decision, '') AS decision, COALESCE(ls.holder, '') AS held_by
FROM campaigns c
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE k.state IN ('placed','ringing')) AS ringing,
        count(*) FILTER (WHERE k.state = 'answered') AS waiting, count(*) FILTER (WHERE k.state = 'connected') AS talking
    FROM calls k WHERE k.campaign_id = c.id AND k.state <> 'ended') live
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE a.state = 'ready') AS agents_ready,
        count(*) FILTER (WHERE a.state = 'talking') AS agents_talking, count(*) FILTER (WHERE a.state = 'wrapping') AS agents_wrapping
    FROM agent_states a WHERE a.campaign_id = c.id) ag
CROSS JOIN LATERAL (SELECT count(*) AS attempts, count(k.answered_at) AS answered,
        count(*) FILTER (WHERE k.state = 'abandoned' OR k.disposition = 'abandoned') AS abandoned
    FROM calls k WHERE k.campaign_id = c.id AND k.placed_at >= date_trunc('day', $2::timestamptz, c.zone)) today
CROSS JOIN LATERAL (SELECT count(*) AS answered_ever,
        count(*) FILTER (WHERE k.state = 'abandoned' OR k.disposition = 'abandoned') AS abandoned_ever
    FROM calls k WHERE k.campaign_id = c.id AND k.answered_at >= $2::timestamptz - interval '30 days') ever
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE l.ready) AS leads_ready, count(*) AS leads_left
    FROM leads l WHERE l.campaign_id = c.id AND l.state IN ('waiting','reserved','calling')) le
LEFT JOIN pacing_decisions pd ON pd.campaign_id = c.id
LEFT JOIN leases ls ON ls.name = 'campaign:' || c.id
WHERE c.client_id = ANY($1) AND (c.state = 'running' OR live.ringing + live.waiting + live.talking > 0
    OR ag.agents_ready + ag.agents_talking + ag.agents_wrapping > 0)
ORDER BY c.priority DESC, c.id LIMIT 200`

// Floor reads the floor of the actor's clients as it is now.
func (s *Service) Floor(ctx context.Context, by auth.Actor) (Floor, error) {
	now := s.now()
	f := Floor{Now: now, Agents: []FloorAgent{}, Campaigns: []FloorCampaign{}, Incidents: []Incident{}}
	var stops []FloorStop
	if err := s.db.SelectContext(ctx, &stops, floorStop); err != nil {
		return f, errs.Wrap(err, "read the stop switch")
	}
	if len(stops) > 0 {
		f.Stop = stops[0]
	}
	if err := s.db.SelectContext(ctx, &f.Agents, floorAgents, by.Scope(), now, now.Add(-heartbeatMax)); err != nil {
		return f, errs.Wrap(err, "agents of the floor")
	}
	if err := s.db.SelectContext(ctx, &f.Campaigns, floorCampaigns, by.Scope(), now); err != nil {
		return f, errs.Wrap(err, "campaigns of the floor")
	}
	if err := s.complete(ctx, &f); err != nil {
		return f, err
	}
	f.Incidents = incidents(f.Agents)
	return f, nil
}

// complete adds what is computed from rows rather than counted in them.
func (s *Service) complete(ctx context.Context, f *Floor) error {
	running, err := s.leads.Running(ctx)
	if err != nil {
		return err
	}
	open := map[campaigns.ID]bool{}
	for _, c := range running {
		open[c.ID] = c.OpenAt(f.Now)
	}
	for i := range f.Campaigns {
		c := &f.Campaigns[i]
		c.OpenNow = open[c.ID]
		c.AbandonRate = rate(c.Abandoned, c.AnsweredLive)
		c.AbandonRateSinceStart = rate(c.AbandonedSinceStart, c.AnsweredSinceStart)
		f.Totals.Calls += c.AttemptsToday
		f.Totals.Answered += c.AnsweredLive
		f.Totals.Abandoned += c.Abandoned
	}
	return nil
}

func rate(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// incidents are the agents somebody should go and see.
func incidents(agents []FloorAgent) []Incident {
	out := []Incident{}
	for _, a := range agents {
		switch {
		case a.Silent && a.State == Talking:
			out = append(out, Incident{
				Kind: "silent_desk", CallID: a.CallID, AgentID: a.UserID, Since: a.Since,
				Sentence: fmt.Sprintf("%s is in a call, but the desk has been silent for more than 15 seconds", a.Name),
			})
		case a.State == Away && a.Reason == ReasonNoAnswer:
			out = append(out, Incident{
				Kind: "no_answer", AgentID: a.UserID, Since: a.Since,
				Sentence: a.Name + " did not answer the phone and was sent away",
			})
		}
	}
	return out
}

const onFloor = `
SELECT EXISTS (SELECT FROM users u WHERE u.id = $1 AND (u.all_clients
    OR EXISTS (SELECT FROM user_clients uc WHERE uc.user_id = u.id AND uc.client_id = ANY($2))))`

// onFloorOf refuses people whom the actor does not see.
func (s *Service) onFloorOf(ctx context.Context, by auth.Actor, user auth.UserID) error {
	var is bool
	if err := s.db.GetContext(ctx, &is, onFloor, user, by.Scope()); err != nil {
		return errs.Wrap(err, "read person")
	}
	if !is {
		return errs.Newf(errs.NotFound, "there is no agent %d on your floor", user)
	}
	return nil
}
