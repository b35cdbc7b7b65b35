package dialer

import (
	"context"

	"saveline/internal/auth"
	"saveline/internal/errs"
)

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
