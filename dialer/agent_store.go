package dialer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// moveAgent is compare-and-set on state, version or call: whoever comes second changes nothing.
const moveAgent = `
WITH was AS MATERIALIZED (
    SELECT ` + wasColumns + ` FROM agent_states a
    WHERE a.user_id = $2 AND a.state = $3 AND ($4::bigint = 0 OR a.call_id = $4) AND ($5::bigint = 0 OR a.lead_id = $5) FOR NO KEY UPDATE),
` + stretchOf + `
UPDATE agent_states a SET state = $6, reason = $7, campaign_id = COALESCE(NULLIF($8::bigint, 0), a.campaign_id), call_id = NULL,
    lead_id = NULLIF($9::bigint, 0), wrap_until = NULL, since = $1, after_wrap = 'ready', after_reason = '', version = a.version + 1
FROM was WHERE a.user_id = was.user_id`

// agentMove is one move of an agent that has no call of its own to move with.
type agentMove struct {
	agent    auth.UserID
	from, to AgentState
	onCall   CallID           // only if they are on this call; 0 = whatever
	onLead   campaigns.LeadID // only if they look at this lead; 0 = whatever
	reason   string
	campaign campaigns.ID     // 0 keeps it
	lead     campaigns.LeadID // for preview
}

// apply makes the move; false means that the agent was no longer in m.from.
func (m agentMove) apply(ctx context.Context, db pg.DB, now time.Time) (bool, error) {
	if !slices.Contains(agentNext[m.from], m.to) {
		return false, errs.Newf(errs.Conflict, "an agent who is %s cannot become %s", m.from, m.to)
	}
	res, err := db.ExecContext(ctx, moveAgent, now, m.agent, m.from, m.onCall, m.onLead, m.to, m.reason, m.campaign, m.lead)
	if err != nil {
		return false, fmt.Errorf("move agent %d from %s to %s: %w", m.agent, m.from, m.to, err)
	}
	n, err := res.RowsAffected()
	return n == 1, errs.Wrap(err, "move agent")
}

// freeAgent lets an agent go whom a call did not reach, to where they asked to be.
const freeAgent = `
WITH was AS MATERIALIZED (
    SELECT ` + wasColumns + ` FROM agent_states a WHERE a.user_id = $2 AND a.state = 'ringing' AND a.call_id = $3 FOR NO KEY UPDATE),
` + stretchOf + `
UPDATE agent_states a SET state = a.after_wrap, reason = a.after_reason, call_id = NULL, lead_id = NULL, wrap_until = NULL,
    since = $1, after_wrap = 'ready', after_reason = '', version = a.version + 1
FROM was WHERE a.user_id = was.user_id`

// agentRow is an agent as a pass sees them.
type agentRow struct {
	User      auth.UserID      `db:"user_id"`
	State     AgentState       `db:"state"`
	Reason    string           `db:"reason"`
	Campaign  campaigns.ID     `db:"campaign_id"`
	Call      CallID           `db:"call_id"`
	Lead      campaigns.LeadID `db:"lead_id"`
	Since     time.Time        `db:"since"`
	WrapUntil *time.Time       `db:"wrap_until"`
	AfterWrap AgentState       `db:"after_wrap"`
	Heartbeat time.Time        `db:"heartbeat_at"`
	Version   int64            `db:"version"`
	Simulated bool             `db:"simulated"` // moved by the program: has no desk whose heart could beat
}

func (a agentRow) silent(now time.Time) bool {
	return !a.Simulated && now.Sub(a.Heartbeat) > heartbeatMax
}

const agentColumns = `a.user_id, a.state, a.reason, COALESCE(a.campaign_id, 0) AS campaign_id, COALESCE(a.call_id, 0) AS call_id,
    COALESCE(a.lead_id, 0) AS lead_id, a.since, a.wrap_until, a.after_wrap, a.heartbeat_at, a.version, u.simulated`

const agentByID = `SELECT ` + agentColumns + ` FROM agent_states a JOIN users u ON u.id = a.user_id WHERE a.user_id = $1`

const agentLocked = agentByID + ` FOR NO KEY UPDATE OF a`

// lookAtWork is all that a pass reads of the database, in one round trip: this node's agents who are not away, the
// commands that nobody has answered, and whether all dialing is stopped.
const lookAtWork = `
SELECT 'agent' AS kind, 0::bigint AS id, ` + agentColumns + `
FROM agent_states a JOIN users u ON u.id = a.user_id
WHERE a.campaign_id = ANY($1::bigint[]) AND a.state <> 'away'
UNION ALL
SELECT 'command', c.id, COALESCE(c.user_id, 0), c.command, '', c.campaign_id, COALESCE(c.call_id, 0), COALESCE(c.lead_id, 0),
    c.created_at, NULL, '', c.created_at, 0, false
FROM call_commands c WHERE c.campaign_id = ANY($1::bigint[]) AND c.done_at IS NULL
UNION ALL
SELECT 'stop', d.id, 0, '', '', 0, 0, 0, d.started_at, NULL, '', d.started_at, 0, false FROM dial_stops d WHERE d.ended_at IS NULL
ORDER BY 2, 3 LIMIT 20000`

// workRow is an agent, a command whose name stands in State, or the stop switch if somebody threw it.
type workRow struct {
	Kind string `db:"kind"`
	ID   int64  `db:"id"`
	agentRow
}
