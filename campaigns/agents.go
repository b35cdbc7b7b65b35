package campaigns

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const agentsOf = `
SELECT u.id, u.name, u.email FROM campaign_agents ca JOIN users u ON u.id = ca.user_id JOIN campaigns c ON c.id = ca.campaign_id
WHERE ca.campaign_id = $1 AND c.client_id = ANY ($2) ORDER BY u.name, u.id`

// AgentRef is an agent of a campaign.
type AgentRef struct {
	ID    auth.UserID `json:"id" db:"id"`
	Name  string      `json:"name" db:"name"`
	Email string      `json:"email" db:"email"`
}

// Agents lists who works on a campaign.
//
// Codes: not_found.
func (s *Service) Agents(ctx context.Context, by auth.Actor, id ID) ([]AgentRef, error) {
	if _, err := s.Campaign(ctx, by, id); err != nil {
		return nil, err
	}
	out := []AgentRef{}
	err := s.db.SelectContext(ctx, &out, agentsOf, id, by.Scope())
	return out, errs.Wrap(err, "agents of the campaign")
}

const clearAgents = `DELETE FROM campaign_agents WHERE campaign_id = $1 AND user_id <> ALL ($2::bigint[])`

// addAgents takes only people who may see the campaign's client.
const addAgents = `
INSERT INTO campaign_agents (campaign_id, user_id)
SELECT $1, u.id FROM users u
WHERE u.id = ANY ($2::bigint[]) AND u.disabled_at IS NULL
    AND (u.all_clients OR EXISTS (SELECT FROM user_clients uc WHERE uc.user_id = u.id AND uc.client_id = $3))
ON CONFLICT DO NOTHING`

const countAgents = `SELECT count(*) FROM campaign_agents WHERE campaign_id = $1`

// SetAgents says who works on a campaign, all at once.
//
// Codes: not_found, invalid (somebody does not exist, is disabled, or does not work for this client).
func (s *Service) SetAgents(ctx context.Context, by auth.Actor, id ID, users []auth.UserID) ([]AgentRef, error) {
	ids := make([]int64, 0, len(users))
	for _, u := range users {
		ids = append(ids, int64(u))
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := scopedCampaign(ctx, tx, campaignForUpdate, by, id)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, clearAgents, id, pq.Array(ids)); err != nil {
			return errs.Wrap(err, "set agents")
		}
		if _, err := tx.ExecContext(ctx, addAgents, id, pq.Array(ids), c.Client); err != nil {
			return errs.Wrap(err, "set agents")
		}
		var n int
		if err := tx.GetContext(ctx, &n, countAgents, id); err != nil {
			return errs.Wrap(err, "count agents")
		}
		if n != len(ids) {
			return invalidField("userIds", fmt.Sprintf("%d of these people do not work for this client; give them access first", len(ids)-n))
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: c.Client, Act: "campaign.agents", Object: c.object(), Data: map[string]any{"userIds": ids},
		})
	})
	if err != nil {
		return nil, err
	}
	s.tell(id, "agents", map[string]any{"id": id})
	return s.Agents(ctx, by, id)
}

func invalidField(path, message string) error {
	var f errs.Faults
	f.Addf(path, "%s", message)
	return f.Err()
}
