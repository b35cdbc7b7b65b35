package campaigns

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/schedule"
)

// Jobs are what has to be done again and again: leads whose time has come, windows that open and close, imports that
// a dead node left behind.
func (s *Service) Jobs() []schedule.Job {
	return []schedule.Job{
		{Name: "campaigns.promote", Spec: "@every 5s", Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.Promote(ctx)
			return err
		}},
		{Name: "campaigns.windows", Spec: "* * * * *", Run: s.Windows},
		{Name: "campaigns.imports", Spec: "@every 5s", Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.ResumeImports(ctx)
			return err
		}},
	}
}

const scheduledOrRunning = `SELECT ` + campaignColumns + ` FROM campaigns c WHERE c.state IN ('scheduled','running') ORDER BY c.id`

// Windows starts scheduled campaigns whose window is open at due and tells screens which windows opened or closed in
// the minute before. Nothing depends on the news: whether a campaign is open is computed from its windows.
func (s *Service) Windows(ctx context.Context, due time.Time) error {
	var rows []campaignRow
	if err := s.db.SelectContext(ctx, &rows, scheduledOrRunning); err != nil {
		return errs.Wrap(err, "campaigns with windows")
	}
	for _, r := range rows {
		c, err := r.campaign()
		if err != nil {
			return err
		}
		open := c.OpenAt(due)
		if c.State == Scheduled && open {
			if _, err := s.Start(ctx, auth.System("schedule", c.Client), c.ID); err != nil && !errs.Is(err, errs.Conflict) {
				return err
			}
		}
		if open != c.OpenAt(due.Add(-time.Minute)) {
			s.tell(c.ID, "window", map[string]any{"id": c.ID, "open": open})
			s.pub.Publish("floor", "campaign", map[string]any{"id": c.ID, "open": open})
		}
	}
	return nil
}
