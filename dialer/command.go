package dialer

import (
	"context"
	"time"

	"saveline/campaigns"
	"saveline/dialer/engine"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// CommandID names what somebody asked of a call or of the engine. Whoever holds the campaign's lease reads it, on this
// node or another, and answers.
type CommandID int64

const queueCommand = `
INSERT INTO call_commands (campaign_id, call_id, user_id, lead_id, command, created_at)
VALUES ($1, NULLIF($2::bigint, 0), NULLIF($3::bigint, 0), NULLIF($4::bigint, 0), $5, $6) RETURNING id`

type command struct {
	campaign campaigns.ID
	call     CallID
	user     auth.UserID
	lead     campaigns.LeadID
	kind     engine.CommandKind
}

func (s *Service) queue(ctx context.Context, c command) (CommandID, error) {
	var id CommandID
	err := s.db.GetContext(ctx, &id, queueCommand, c.campaign, c.call, c.user, c.lead, c.kind, s.now())
	if err != nil {
		return 0, errs.Wrap(err, "queue a command")
	}
	s.poke()
	return id, nil
}

// DialLead asks to call the lead on the actor's desk, or in manual mode one they picked. Whether the gate allowed it the
// command's answer says: see Await.
//
// Codes: conflict (the actor is not at work).
func (s *Service) DialLead(ctx context.Context, by auth.Actor, lead campaigns.LeadID) (CommandID, error) {
	return s.deskCommand(ctx, by, lead, engine.Dial)
}

// SkipLead asks not to call the lead on the actor's desk; the campaign's rule for "skipped" says when it comes again.
//
// Codes: conflict (the actor is not at work).
func (s *Service) SkipLead(ctx context.Context, by auth.Actor, lead campaigns.LeadID) (CommandID, error) {
	return s.deskCommand(ctx, by, lead, engine.Skip)
}

func (s *Service) deskCommand(ctx context.Context, by auth.Actor, lead campaigns.LeadID, kind engine.CommandKind) (CommandID, error) {
	var a agentRow
	err := s.db.GetContext(ctx, &a, agentByID, by.User)
	switch {
	case err != nil && !pg.None(err):
		return 0, errs.Wrap(err, "read agent")
	case a.State != Ready && a.State != Preview:
		return 0, errs.Newf(errs.Conflict, "say that you are ready first")
	}
	return s.queue(ctx, command{campaign: a.Campaign, user: by.User, lead: lead, kind: kind})
}

// HangUp asks to end a call: the actor's own, or any call of their clients if they may act on the floor.
//
// Codes: not_found, conflict (another agent's, or over already).
func (s *Service) HangUp(ctx context.Context, by auth.Actor, id CallID) (CommandID, error) {
	return s.callCommand(ctx, by, id, engine.HangUp)
}

// Hold asks to put the customer of the actor's call on hold, or to take them back.
//
// Codes: not_found, conflict (another agent's, or over already).
func (s *Service) Hold(ctx context.Context, by auth.Actor, id CallID, on bool) (CommandID, error) {
	kind := engine.Unhold
	if on {
		kind = engine.Hold
	}
	return s.callCommand(ctx, by, id, kind)
}

func (s *Service) callCommand(ctx context.Context, by auth.Actor, id CallID, kind engine.CommandKind) (CommandID, error) {
	c, err := s.CallFor(ctx, by, id)
	if err != nil {
		return 0, err
	}
	own := by.User != 0 && (c.Agent == by.User || c.Agent == 0 && c.DialedBy == by.User)
	user := by.User
	switch {
	case c.State == CallEnded:
		return 0, errs.Newf(errs.Conflict, "the call is over")
	case own:
	case kind == engine.HangUp && by.Can(auth.FloorAct):
		user = 0 // the house hangs up
	default:
		return 0, errs.Newf(errs.Conflict, "this call is another agent's")
	}
	return s.queue(ctx, command{campaign: c.Campaign, call: id, user: user, kind: kind})
}

const commandAnswer = `SELECT done_at, error FROM call_commands WHERE id = $1`

const (
	awaitMax  = 3 * time.Second
	awaitPoll = 20 * time.Millisecond
)

// Await waits a moment for a command's answer. A command that nobody answered in time stays in the queue.
//
// Codes: conflict (refused, with the sentence), unavailable (no answer yet).
func (s *Service) Await(ctx context.Context, id CommandID) error {
	ctx, cancel := context.WithTimeout(ctx, awaitMax)
	defer cancel()
	poll := time.NewTicker(awaitPoll)
	defer poll.Stop()
	for {
		var a struct {
			DoneAt *time.Time `db:"done_at"`
			Error  string     `db:"error"`
		}
		err := s.db.GetContext(ctx, &a, commandAnswer, id)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			return errs.Wrap(err, "read a command's answer")
		case a.DoneAt != nil && a.Error != "":
			return errs.Newf(errs.Conflict, "%s", a.Error)
		case a.DoneAt != nil:
			return nil
		}
		select {
		case <-ctx.Done():
			return errs.Newf(errs.Unavailable, "the dialer has not answered yet; your screen will show what came of it")
		case <-poll.C:
		}
	}
}
