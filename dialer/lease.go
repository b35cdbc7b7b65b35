package dialer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"saveline/campaigns"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

func leaseName(id campaigns.ID) string { return fmt.Sprintf("campaign:%d", id) }

// busyCampaigns have live calls, agents at work or somebody who waits for an answer, whatever state they are in: somebody must look after them.
const busyCampaigns = `
SELECT campaign_id FROM calls WHERE state <> 'ended'
UNION
SELECT campaign_id FROM agent_states WHERE state <> 'away' AND campaign_id IS NOT NULL
UNION
SELECT campaign_id FROM call_commands WHERE done_at IS NULL`

// hold keeps the leases of the campaigns that need a dialer: the running ones, and those with people on the line. It
// reads them every other second and renews on a ticker, because leases run by the database's clock and s.now may be another.
func (s *Service) hold(ctx context.Context, now time.Time) error {
	due := false
	select {
	case <-s.renew.C:
		due = true
	default:
	}
	if !due && now.Before(s.reloadAt) {
		return nil
	}
	wanted, err := s.wanted(ctx)
	if err != nil {
		return err
	}
	if err := s.readPreviews(ctx, now); err != nil {
		return err
	}
	s.reloadAt = now.Add(reloadAfter)
	for id, r := range s.runners {
		if c, ok := wanted[id]; ok {
			r.adopt(c)
			continue
		}
		if err := s.letGo(ctx, r); err != nil {
			return err
		}
	}
	for id := range wanted {
		due = due || s.runners[id] == nil
	}
	if !due {
		return nil
	}
	return s.lease(ctx, wanted)
}

func (s *Service) wanted(ctx context.Context) (map[campaigns.ID]campaigns.Campaign, error) {
	running, err := s.leads.Running(ctx)
	if err != nil {
		return nil, err
	}
	wanted := make(map[campaigns.ID]campaigns.Campaign, len(running))
	for _, c := range running {
		wanted[c.ID] = c
	}
	var busy []campaigns.ID
	if err := s.db.SelectContext(ctx, &busy, busyCampaigns); err != nil {
		return nil, errs.Wrap(err, "campaigns with people on the line")
	}
	for _, id := range busy {
		if _, have := wanted[id]; have {
			continue
		}
		if wanted[id], err = s.leads.CampaignFor(ctx, id); err != nil {
			return nil, err
		}
	}
	return wanted, nil
}

// lease acquires and renews. A campaign that came with a new epoch starts from the database and the switch; one that
// another node has is dropped.
func (s *Service) lease(ctx context.Context, wanted map[campaigns.ID]campaigns.Campaign) error {
	names := make([]string, 0, len(wanted))
	byName := make(map[string]campaigns.Campaign, len(wanted))
	for id, c := range wanted {
		names = append(names, leaseName(id))
		byName[leaseName(id)] = c
	}
	slices.Sort(names)
	held, err := pg.AcquireLeases(ctx, s.db, s.node, names, leaseTTL)
	if err != nil {
		return err
	}
	for _, l := range held {
		c := byName[l.Name]
		delete(byName, l.Name)
		if r := s.runners[c.ID]; r == nil || r.lease.Epoch != l.Epoch {
			s.runners[c.ID] = newRunner(s, l, c)
		}
	}
	for _, c := range byName { // another node's
		delete(s.runners, c.ID)
	}
	return nil
}

// letGo gives a campaign up that needs nobody any more.
func (s *Service) letGo(ctx context.Context, r *runner) error {
	if r.engine != nil && len(r.engine.Live()) > 0 {
		return nil
	}
	delete(s.runners, r.campaign.ID)
	return pg.ReleaseLease(ctx, s.db, r.lease)
}
