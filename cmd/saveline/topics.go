package main

import (
	"context"
	"strconv"

	"saveline/campaigns"
	"saveline/commissions"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

// openTopics says who may hear of what.
func (n *node) openTopics() {
	n.hub.Allow("agent", n.auth.AgentTopic)
	n.hub.Allow("floor", n.auth.FloorTopic)
	n.hub.Allow("campaign", n.campaignTopic)
	n.hub.Allow("import", n.importTopic)
	n.hub.Allow("run", n.runTopic)
}

// campaignTopic lets those hear of a campaign who may read it.
func (n *node) campaignTopic(ctx context.Context, id string) error {
	by, i, err := listener(ctx, id)
	if err != nil {
		return err
	}
	_, err = n.campaigns.Campaign(ctx, by, campaigns.ID(i))
	return err
}

// importTopic lets those hear of an import who may read it.
func (n *node) importTopic(ctx context.Context, id string) error {
	by, i, err := listener(ctx, id)
	if err != nil {
		return err
	}
	_, err = n.campaigns.ImportOf(ctx, by, campaigns.ImportID(i))
	return err
}

// runTopic lets those hear of a pay run who may read it.
func (n *node) runTopic(ctx context.Context, id string) error {
	by, i, err := listener(ctx, id)
	if err != nil {
		return err
	}
	if err := by.Require(auth.PayRead); err != nil {
		return err
	}
	_, err = n.commissions.RunFor(ctx, by, commissions.RunID(i))
	return err
}

func listener(ctx context.Context, id string) (auth.Actor, int64, error) {
	i, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return auth.Actor{}, 0, errs.Newf(errs.NotFound, "there is no topic of that name")
	}
	return auth.ActorFrom(ctx), i, nil
}
