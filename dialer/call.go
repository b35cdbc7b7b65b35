package dialer

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const callColumns = `k.id, k.client_id, k.campaign_id, k.lead_id, k.person_id, k.attempt_id, k.number, k.state,
    COALESCE(k.agent_id, 0) AS agent_id, COALESCE(k.dialed_by, 0) AS dialed_by, k.rings, k.held, k.epoch,
    COALESCE(k.disposition, '') AS disposition, k.hangup_by, k.message_played, k.placed_at, k.ringing_at, k.answered_at,
    k.connected_at, k.ended_at, k.wrapped_at`

const callByID = `SELECT ` + callColumns + ` FROM calls k WHERE k.id = $1`

const callLocked = `SELECT ` + callColumns + ` FROM calls k WHERE k.id = $1 FOR NO KEY UPDATE`

// LockTx locks the call's lead and then the call, which is the order of locks for everything that ends a conversation.
// agent 0 is the house, which may lock any call.
//
// Codes: not_found, conflict (another agent's call, or nobody talked in it).
func (s *Service) LockTx(ctx context.Context, tx *pg.Tx, id CallID, agent auth.UserID) (Call, error) {
	var c Call
	if err := tx.GetContext(ctx, &c, callByID, id); err != nil {
		return Call{}, noCall(err, id)
	}
	if err := s.leads.LockLeadTx(ctx, tx, c.Lead); err != nil {
		return Call{}, err
	}
	if err := tx.GetContext(ctx, &c, callLocked, id); err != nil {
		return Call{}, noCall(err, id)
	}
	switch {
	case agent == 0, c.Agent == agent:
		return c, nil
	case c.Agent == 0:
		return Call{}, errs.Newf(errs.Conflict, "nobody talked in this call, so it has no outcome to record")
	}
	return Call{}, errs.Newf(errs.Conflict, "this call is another agent's")
}

func noCall(err error, id CallID) error {
	if pg.None(err) {
		return errs.Newf(errs.NotFound, "there is no call %d", id)
	}
	return errs.Wrap(err, "read call")
}

const callInScope = `SELECT ` + callColumns + ` FROM calls k WHERE k.id = $1 AND k.client_id = ANY($2)`

// CallFor reads a call that the actor may see.
//
// Codes: not_found.
func (s *Service) CallFor(ctx context.Context, by auth.Actor, id CallID) (Call, error) {
	var c Call
	if err := s.db.GetContext(ctx, &c, callInScope, id, by.Scope()); err != nil {
		return Call{}, noCall(err, id)
	}
	return c, nil
}

// CallForTx is CallFor within a transaction.
//
// Codes: not_found.
func (s *Service) CallForTx(ctx context.Context, tx *pg.Tx, by auth.Actor, id CallID) (Call, error) {
	var c Call
	if err := tx.GetContext(ctx, &c, callInScope, id, by.Scope()); err != nil {
		return Call{}, noCall(err, id)
	}
	return c, nil
}

// wrapCall notes that the outcome is recorded. A call that is still up gets a hang-up command in the same statement.
const wrapCall = `
WITH wrapped AS (
    UPDATE calls SET wrapped_at = $2 WHERE id = $1 AND wrapped_at IS NULL RETURNING id, campaign_id, agent_id, state),
event AS (
    INSERT INTO call_events (call_id, at, event) SELECT id, $2, 'wrapped' FROM wrapped),
hangup AS (
    INSERT INTO call_commands (campaign_id, call_id, user_id, command, created_at)
    SELECT campaign_id, id, agent_id, 'hangup', $2 FROM wrapped WHERE state <> 'ended')
SELECT count(*) FROM wrapped`

// freeWrapped sends the agent of a wrapped call where they asked to go.
const freeWrapped = `
WITH was AS (
    SELECT user_id, campaign_id, state, reason, since FROM agent_states
    WHERE call_id = $1 AND state = 'wrapping' FOR NO KEY UPDATE),
stretch AS (
    INSERT INTO agent_times (user_id, campaign_id, state, reason, started_at, ended_at)
    SELECT user_id, campaign_id, state, reason, since, $2 FROM was)
UPDATE agent_states a SET state = a.after_wrap, reason = a.after_reason, call_id = NULL, lead_id = NULL, wrap_until = NULL,
    since = $2, after_wrap = 'ready', after_reason = '', version = a.version + 1
FROM was WHERE a.user_id = was.user_id`

// WrapUpDoneTx frees the agent: the outcome of the call is recorded in the same transaction. If the call is still up a
// hang-up is queued with it, and the agent is free when it ends. Doing it twice changes nothing.
//
// Codes: conflict (the call is another agent's). The caller holds the call's lock (LockTx).
func (s *Service) WrapUpDoneTx(ctx context.Context, tx *pg.Tx, id CallID, agent auth.UserID) error {
	now := s.now()
	if agent != 0 {
		var c Call
		if err := tx.GetContext(ctx, &c, callByID, id); err != nil {
			return noCall(err, id)
		}
		if c.Agent != agent {
			return errs.Newf(errs.Conflict, "this call is another agent's")
		}
	}
	if _, err := tx.ExecContext(ctx, wrapCall, id, now); err != nil {
		return errs.Wrap(err, "note the outcome on the call")
	}
	if _, err := tx.ExecContext(ctx, freeWrapped, id, now); err != nil {
		return errs.Wrap(err, "free the agent")
	}
	s.poke()
	return nil
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
