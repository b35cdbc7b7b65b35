package auth

import (
	"context"
	"strconv"

	"saveline/internal/errs"
)

// AgentTopic says whether the context's actor may hear the news of an agent: their own, or with floor.read those of
// people they see.
//
// Codes: not_found.
func (s *Service) AgentTopic(ctx context.Context, id string) error {
	by := ActorFrom(ctx)
	agent, err := strconv.ParseInt(id, 10, 64)
	switch {
	case err == nil && UserID(agent) == by.User:
		return nil
	case err == nil && by.Can(FloorRead):
		_, err := userByID(ctx, s.db, by, UserID(agent))
		return err
	}
	return errs.Newf(errs.NotFound, "there is no agent %q whose news you may hear", id)
}

// FloorTopic says whether the context's actor may hear the news of the floor.
//
// Codes: forbidden.
func (s *Service) FloorTopic(ctx context.Context, _ string) error {
	return ActorFrom(ctx).Require(FloorRead)
}
