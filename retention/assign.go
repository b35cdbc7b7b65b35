package retention

import (
	"context"
	"time"

	"github.com/lib/pq"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/schedule"
	"saveline/retention/flow"
)

// Jobs are the save desk's clocks.
func (s *Service) Jobs() []schedule.Job {
	return []schedule.Job{{
		Name: "retention.cases", Spec: "* * * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error {
			if _, err := s.AssignCases(ctx); err != nil {
				return err
			}
			_, err := s.CloseDueCases(ctx)
			return err
		},
	}, {
		Name: "retention.learn", Spec: "* * * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.LearnOffers(ctx)
			return err
		},
	}, {
		Name: "retention.grants", Spec: "@every 20s", Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.WatchGrants(ctx)
			return err
		},
	}, {
		Name: "retention.reconcile", Spec: "30 3 * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error {
			return s.ReconcileAll(ctx)
		},
	}, {
		Name: "retention.verify", Spec: "*/10 * * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.VerifySaves(ctx)
			return err
		},
	}, {
		Name: "retention.contradictions", Spec: "25 * * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.ContradictVerdicts(ctx)
			return err
		},
	}, {
		Name: "retention.messages", Spec: "@every 1m", Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.SendDue(ctx)
			return err
		},
	}, {
		Name: "retention.appointments", Spec: "*/10 * * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.SettleSilent(ctx)
			return err
		},
	}, {
		Name: "retention.surveys", Spec: "*/15 * * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.InviteToSurveys(ctx)
			return err
		},
	}, {
		Name: "retention.outreach", Spec: "40 * * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.JoinOutreaches(ctx)
			return err
		},
	}, {
		Name: "retention.gaming", Spec: "50 3 * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error { return s.ScanAll(ctx) },
	}, {
		Name: "retention.public", Spec: "17 * * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error { return s.prunePublic(ctx) },
	}}
}

const casesWithoutLead = `
SELECT c.id, c.client_id, cu.person_id FROM cases c JOIN customers cu ON cu.id = c.customer_id
WHERE c.closed_at IS NULL AND c.lead_id IS NULL AND c.due_at > $1 AND c.client_id = ANY($2)
  AND NOT EXISTS (SELECT FROM case_events e WHERE e.case_id = c.id AND e.event = 'lead_refused')
ORDER BY c.id LIMIT $3`

// AssignCases puts cases that came in while no save campaign ran on the list of the one that runs now. Returns how many.
func (s *Service) AssignCases(ctx context.Context) (int, error) {
	now := s.now()
	running, err := s.people.Running(ctx)
	if err != nil {
		return 0, errs.Wrap(err, "find save campaigns")
	}
	campaignOf := map[auth.ClientID]campaigns.ID{}
	var clients []int64
	for _, c := range running { // by priority: the first of a client counts
		if _, known := campaignOf[c.Client]; !known && c.Purpose == purposeSave {
			campaignOf[c.Client] = c.ID
			clients = append(clients, int64(c.Client))
		}
	}
	var waiting []struct {
		ID     CaseID             `db:"id"`
		Client auth.ClientID      `db:"client_id"`
		Person campaigns.PersonID `db:"person_id"`
	}
	if err := s.db.SelectContext(ctx, &waiting, casesWithoutLead, now, pq.Array(clients), timerBatchMax); err != nil {
		return 0, errs.Wrap(err, "find cases without a lead")
	}
	assigned := 0
	for _, w := range waiting {
		done, err := s.assign(ctx, w.ID, w.Person, campaignOf[w.Client], now)
		if err != nil {
			return assigned, errs.Wrap(err, "assign case")
		}
		if done {
			assigned++
		}
	}
	return assigned, nil
}

func (s *Service) assign(
	ctx context.Context, id CaseID, person campaigns.PersonID, campaign campaigns.ID, now time.Time,
) (done bool, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := lockedCase(ctx, tx, lockCase, id)
		if err != nil || c == nil {
			return err
		}
		if done = c.State == flow.Requested && c.Lead == 0; !done {
			return nil
		}
		if err := s.addLead(ctx, tx, auth.System("case assignment", c.Client), c, person, campaign, now); err != nil {
			return err
		}
		done = c.Lead != 0
		return nil
	})
	return done, err
}
