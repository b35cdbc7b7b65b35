package campaigns

import (
	"context"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const moveCampaign = `UPDATE campaigns SET state = $3, version = version + 1, updated_at = $4 WHERE id = $1 AND state = $2`

// Schedule moves a campaign to where it starts by itself when its window opens. Start, Pause and Finish move it
// further, with the same codes.
//
// Codes: not_found, conflict (it is in a state from which this is not possible).
func (s *Service) Schedule(ctx context.Context, by auth.Actor, id ID) (Campaign, error) {
	return s.moveTo(ctx, by, id, Scheduled)
}

// Start lets a campaign dial in its windows.
func (s *Service) Start(ctx context.Context, by auth.Actor, id ID) (Campaign, error) {
	return s.moveTo(ctx, by, id, Running)
}

// Pause keeps a campaign from dialing until it is started again.
func (s *Service) Pause(ctx context.Context, by auth.Actor, id ID) (Campaign, error) {
	return s.moveTo(ctx, by, id, Paused)
}

// Finish ends a campaign for good.
func (s *Service) Finish(ctx context.Context, by auth.Actor, id ID) (Campaign, error) {
	return s.moveTo(ctx, by, id, Finished)
}

func (s *Service) moveTo(ctx context.Context, by auth.Actor, id ID, to State) (Campaign, error) {
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error { return s.moveTx(ctx, tx, by, id, to) })
	if err != nil {
		return Campaign{}, err
	}
	s.tell(id, "state", map[string]any{"id": id, "state": to})
	s.pub.Publish("floor", "campaign", map[string]any{"id": id, "state": to})
	return s.Campaign(ctx, by, id)
}

func (s *Service) moveTx(ctx context.Context, tx *pg.Tx, by auth.Actor, id ID, to State) error {
	c, err := scopedCampaign(ctx, tx, campaignForUpdate, by, id)
	if err != nil {
		return err
	}
	if err := move(c.State, to); err != nil {
		return err
	}
	if to == Running || to == Scheduled {
		if err := c.Validate(); err != nil {
			return err // a rule may have become stricter since it was saved
		}
	}
	now := s.now()
	if _, err := tx.ExecContext(ctx, moveCampaign, id, c.State, to, now); err != nil {
		return errs.Wrap(err, "move campaign")
	}
	return auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: c.Client, Act: "campaign." + acts[to], Object: c.object(), Data: map[string]State{"from": c.State, "to": to},
	})
}

var acts = map[State]string{Scheduled: "schedule", Running: "start", Paused: "pause", Finished: "finish"}
