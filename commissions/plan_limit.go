package commissions

import (
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
)

const (
	planAsksMinuteMax = 120 // checks and examples a minute of one person: an editor asks at every pause of the typing
	planAsksKept      = time.Hour
)

const countPlanAsk = `
INSERT INTO plan_asks (user_id, minute_at, count) VALUES ($1, $2, 1)
ON CONFLICT (user_id, minute_at) DO UPDATE SET count = plan_asks.count + 1 RETURNING count`

const prunePlanAsks = `DELETE FROM plan_asks WHERE minute_at < $1`

// allowPlanAsk counts what somebody asks of the linter and of the example: both compile whatever text comes.
//
// Codes: limited.
func (s *Service) allowPlanAsk(ctx context.Context, by auth.Actor) error {
	var count int
	if err := s.db.GetContext(ctx, &count, countPlanAsk, by.User, s.now().Truncate(time.Minute)); err != nil {
		return fmt.Errorf("count what is asked of plans: %w", err)
	}
	if count > planAsksMinuteMax {
		return errs.Newf(errs.Limited, "that is more than %d checks of a plan in a minute; wait a minute and go on", planAsksMinuteMax)
	}
	return nil
}

// prunePlanAsks forgets what was counted.
func (s *Service) prunePlanAsks(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, prunePlanAsks, s.now().Add(-planAsksKept))
	return errs.Wrap(err, "forget what was asked of plans")
}
