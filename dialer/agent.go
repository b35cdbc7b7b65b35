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

func init() {
	pg.Constraint("calls_one_live_per_lead", errs.Conflict, "this person is being called already")
}

const insertAgent = `
INSERT INTO agent_states (user_id, state, reason, since, heartbeat_at) VALUES ($1, 'away', '', $2, $2)
ON CONFLICT (user_id) DO NOTHING`

// lockAgentTx locks the agent's row; who comes to the desk for the first time gets one.
func lockAgentTx(ctx context.Context, tx *pg.Tx, user auth.UserID, now time.Time) (agentRow, error) {
	var a agentRow
	err := tx.GetContext(ctx, &a, agentLocked, user)
	if pg.None(err) {
		if _, err := tx.ExecContext(ctx, insertAgent, user, now); err != nil {
			return a, errs.Wrap(err, "open a desk")
		}
		err = tx.GetContext(ctx, &a, agentLocked, user)
	}
	return a, errs.Wrap(err, "read agent")
}

// SetAgentState moves the actor to ready or away. During a call or its wrap-up nothing moves at once: what was asked for
// follows when the outcome is recorded.
//
// Codes: invalid, forbidden (not an agent of that campaign), not_found, conflict.
func (s *Service) SetAgentState(ctx context.Context, by auth.Actor, in SetState) error {
	if err := in.Validate(); err != nil {
		return err
	}
	if err := s.setState(ctx, by.User, in, false); err != nil {
		return err
	}
	s.poke()
	s.tellAgent(by.User, "state")
	return nil
}

// ForceAgentState is a supervisor's SetAgentState for somebody else, audited. Nobody is taken out of a live call.
//
// Codes: invalid, not_found (no such agent on this actor's floor), conflict.
func (s *Service) ForceAgentState(ctx context.Context, by auth.Actor, user auth.UserID, in SetState) error {
	if in.State == Away && in.Reason == "" {
		in.Reason = ReasonForced
	}
	if err := in.Validate(); err != nil {
		return err
	}
	if err := s.onFloorOf(ctx, by, user); err != nil {
		return err
	}
	if err := s.setState(ctx, user, in, true); err != nil {
		return err
	}
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		return auth.AuditTx(ctx, tx, by, s.now(), auth.Change{
			Act: "agent.force_" + string(in.State), Object: fmt.Sprintf("user:%d", user), Why: in.Reason,
		})
	})
	s.poke()
	s.tellAgent(user, "state")
	return err
}

func (s *Service) setState(ctx context.Context, user auth.UserID, in SetState, forced bool) error {
	now := s.now()
	if in.State == Ready {
		if err := s.mayWork(ctx, user, in.Campaign); err != nil {
			return err
		}
	}
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		a, err := s.lockForMoveTx(ctx, tx, user, now)
		if err != nil {
			return err
		}
		if !forced {
			if _, err := tx.ExecContext(ctx, beatHeart, user, now); err != nil {
				return errs.Wrap(err, "note the desk's heartbeat")
			}
		}
		if slices.Contains([]AgentState{Ringing, Talking, Wrapping}, a.State) {
			_, err := tx.ExecContext(ctx, setAfterWrap, user, in.State, in.Reason)
			return errs.Wrap(err, "note what follows the call")
		}
		return s.moveIdleTx(ctx, tx, a, in, now)
	})
}

// lockForMoveTx locks the agent's row, and before it the lead on their desk: a lead comes first in the order of locks.
func (s *Service) lockForMoveTx(ctx context.Context, tx *pg.Tx, user auth.UserID, now time.Time) (agentRow, error) {
	var seen agentRow
	err := tx.GetContext(ctx, &seen, agentByID, user)
	if err != nil && !pg.None(err) {
		return seen, errs.Wrap(err, "read agent")
	}
	if seen.Lead != 0 {
		if err := s.leads.LockLeadTx(ctx, tx, seen.Lead); err != nil {
			return seen, err
		}
	}
	a, err := lockAgentTx(ctx, tx, user, now)
	if err == nil && a.Lead != seen.Lead {
		return a, errs.Newf(errs.Conflict, "the desk changed just now; please try again")
	}
	return a, err
}

const setAfterWrap = `
UPDATE agent_states SET after_wrap = $2, after_reason = $3, version = version + 1
WHERE user_id = $1 AND state IN ('ringing','talking','wrapping')`

// setCampaign moves a ready agent to another campaign; their idle time starts anew there.
const setCampaign = `
WITH was AS MATERIALIZED (
    SELECT ` + wasColumns + ` FROM agent_states a WHERE a.user_id = $2 AND a.state = 'ready' AND a.campaign_id <> $3 FOR NO KEY UPDATE),
` + stretchOf + `
UPDATE agent_states a SET campaign_id = $3, since = $1, version = a.version + 1 FROM was WHERE a.user_id = was.user_id`

// moveIdleTx moves an agent who is on no call.
func (s *Service) moveIdleTx(ctx context.Context, tx *pg.Tx, a agentRow, in SetState, now time.Time) error {
	campaign := in.Campaign
	if campaign == 0 {
		campaign = a.Campaign
	}
	switch {
	case in.State == Ready && campaign == 0:
		return errs.Newf(errs.Invalid, "choose the campaign you are ready for")
	case in.State == Ready && a.State == Ready:
		_, err := tx.ExecContext(ctx, setCampaign, now, a.User, campaign)
		return errs.Wrap(err, "change campaign")
	case in.State == Ready && a.State == Preview && campaign == a.Campaign:
		return nil
	case a.State == Away && in.State == Away:
		_, err := tx.ExecContext(ctx, changeReason, now, a.User, in.Reason)
		return errs.Wrap(err, "change the reason")
	}
	if a.State == Preview {
		if err := s.leads.ReleaseTx(ctx, tx, a.Lead); err != nil {
			return err
		}
	}
	m := agentMove{agent: a.User, from: a.State, to: in.State, reason: in.Reason}
	if in.State == Ready {
		m.campaign, m.reason = campaign, ""
	}
	_, err := m.apply(ctx, tx, now)
	return err
}

// changeReason starts a new stretch of being away, for another reason.
const changeReason = `
WITH was AS MATERIALIZED (
    SELECT ` + wasColumns + ` FROM agent_states a WHERE a.user_id = $2 AND a.state = 'away' AND a.reason <> $3 FOR NO KEY UPDATE),
` + stretchOf + `
UPDATE agent_states a SET reason = $3, since = $1, version = a.version + 1 FROM was WHERE a.user_id = was.user_id`

// assigned says whether a person may work on a campaign: they are on its list of agents and may sign in.
const assigned = `
SELECT c.state, c.name FROM campaigns c JOIN campaign_agents ca ON ca.campaign_id = c.id JOIN users u ON u.id = ca.user_id
WHERE c.id = $1 AND ca.user_id = $2 AND u.disabled_at IS NULL`

const currentCampaign = `SELECT COALESCE(campaign_id, 0) FROM agent_states WHERE user_id = $1`

func (s *Service) mayWork(ctx context.Context, user auth.UserID, campaign campaigns.ID) error {
	if campaign == 0 {
		err := s.db.GetContext(ctx, &campaign, currentCampaign, user)
		if err != nil && !pg.None(err) {
			return errs.Wrap(err, "read agent")
		}
		if campaign == 0 {
			return errs.Newf(errs.Invalid, "choose the campaign you are ready for")
		}
	}
	var c struct {
		State campaigns.State `db:"state"`
		Name  string          `db:"name"`
	}
	err := s.db.GetContext(ctx, &c, assigned, campaign, user)
	switch {
	case pg.None(err):
		return errs.Newf(errs.NotFound, "there is no such campaign among yours; ask your supervisor to add you to it")
	case err != nil:
		return errs.Wrap(err, "read campaign")
	case c.State != campaigns.Running:
		return errs.Newf(errs.Conflict, "%s is %s; you can be ready when it runs", c.Name, c.State)
	}
	return nil
}

const beatHeart = `UPDATE agent_states SET heartbeat_at = $2 WHERE user_id = $1 RETURNING state, version`

// Beat answers a heartbeat: a desk whose version is older refetches.
type Beat struct {
	State   AgentState `db:"state"`
	Version int64      `db:"version"`
}

// Heartbeat is a desk's sign of life, every five seconds.
func (s *Service) Heartbeat(ctx context.Context, by auth.Actor) (Beat, error) {
	var b Beat
	err := s.db.GetContext(ctx, &b, beatHeart, by.User, s.now())
	if pg.None(err) {
		return Beat{State: Away}, nil // never was at the desk
	}
	return b, errs.Wrap(err, "note the desk's heartbeat")
}
