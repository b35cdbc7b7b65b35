package dialer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lib/pq"

	"saveline/campaigns"
	"saveline/dialer/engine"
	"saveline/dialer/telephony"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Step is one synchronous pass over everything this node holds: leases, what the switch said, what people asked for,
// what time did. Run repeats it; a rehearsal calls it with a clock of its own. An error of one campaign does not keep
// the others from their pass; that campaign starts again from the database and the switch.
func (s *Service) Step(ctx context.Context) error {
	s.step.Lock()
	defer s.step.Unlock()
	s.again = false
	select {
	case <-s.wake:
	default:
	}
	now := s.now()
	if err := s.hold(ctx, now); err != nil {
		return err
	}
	events := s.drainEvents()
	works, err := s.look(ctx)
	if err != nil {
		s.pending = slices.Concat(events, s.pending) // nothing of it is lost
		return err
	}
	byCampaign := s.sortEvents(ctx, events)
	var faults []error
	for _, r := range s.inOrder() {
		if err := s.passOf(ctx, r, now, works[r.campaign.ID], byCampaign[r.campaign.ID]); err != nil {
			faults = append(faults, err)
		}
	}
	s.flushFloor(now)
	return errors.Join(faults...)
}

// passOf gives one campaign its pass, and after a fault makes it start over.
func (s *Service) passOf(ctx context.Context, r *runner, now time.Time, w work, events []telephony.Event) error {
	if r.stale {
		if err := r.recover(ctx, now); err != nil {
			return s.fault(r, err)
		}
		return nil // agents and commands are looked at afresh in the next pass
	}
	if err := r.pass(ctx, now, w, events); err != nil {
		return s.fault(r, err)
	}
	return nil
}

func (s *Service) fault(r *runner, err error) error {
	r.stale, s.again = true, true
	if errors.Is(err, errFenced) {
		s.log.Warn("campaign is another node's now", "campaign", r.campaign.ID, "epoch", r.lease.Epoch)
		delete(s.runners, r.campaign.ID)
		s.reloadAt = time.Time{}
		return nil
	}
	return fmt.Errorf("campaign %d: %w", r.campaign.ID, err)
}

func (s *Service) inOrder() []*runner {
	rs := make([]*runner, 0, len(s.runners))
	for _, r := range s.runners {
		rs = append(rs, r)
	}
	slices.SortFunc(rs, func(a, b *runner) int {
		return cmp.Or(cmp.Compare(b.campaign.Priority, a.campaign.Priority), cmp.Compare(a.campaign.ID, b.campaign.ID))
	})
	return rs
}

// drainEvents takes what the switch said so far; it never waits.
func (s *Service) drainEvents() []telephony.Event {
	events := s.pending
	s.pending = nil
	for {
		select {
		case ev := <-s.sw.Events():
			events = append(events, ev)
		default:
			return events
		}
	}
}

// sortEvents gives each event to the campaign that its leg is labelled with. After the switch came back everything is
// asked for afresh.
func (s *Service) sortEvents(ctx context.Context, events []telephony.Event) map[campaigns.ID][]telephony.Event {
	out := map[campaigns.ID][]telephony.Event{}
	for _, ev := range events {
		switch ev.Kind {
		case telephony.SwitchUp:
			for _, r := range s.runners {
				r.stale = true
			}
			s.log.InfoContext(ctx, "switch is up", "switch", ev.Switch)
		case telephony.SwitchDown:
			s.log.WarnContext(ctx, "switch is down", "switch", ev.Switch)
		default:
			id, _ := strconv.ParseInt(ev.Labels[labelCampaign], 10, 64)
			out[campaigns.ID(id)] = append(out[campaigns.ID(id)], ev)
		}
	}
	return out
}

// look reads agents and commands of all held campaigns, and the stop switch, in one round trip.
func (s *Service) look(ctx context.Context) (map[campaigns.ID]work, error) {
	ids := make([]int64, 0, len(s.runners))
	for id := range s.runners {
		ids = append(ids, int64(id))
	}
	if len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	var rows []workRow
	if err := s.db.SelectContext(ctx, &rows, lookAtWork, pq.Array(ids)); err != nil {
		return nil, errs.Wrap(err, "look at agents and commands")
	}
	out, stopped := map[campaigns.ID]work{}, false
	for _, row := range rows {
		w := out[row.Campaign]
		switch row.Kind {
		case "agent":
			w.agents = append(w.agents, row.agentRow)
		case "stop":
			stopped = true
		case "command":
			w.commands = append(w.commands, asked{engine.Command{
				ID: engine.CommandID(row.ID), Kind: engine.CommandKind(row.State), Call: engine.CallID(row.Call),
				Lead: engine.LeadID(row.Lead), Agent: engine.AgentID(row.User),
			}, row.Since})
		}
		out[row.Campaign] = w
	}
	if stopped != s.stopped {
		s.stopped = stopped
		s.tellFloor()
	}
	return out, nil
}

// sendAway moves an agent who is not there; a lead on their desk goes back.
func (s *Service) sendAway(ctx context.Context, a agentRow, now time.Time, reason string) error {
	m := agentMove{agent: a.User, from: a.State, to: Away, reason: reason}
	if a.State != Preview {
		_, err := m.apply(ctx, s.db, now)
		return err
	}
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := s.leads.ReleaseTx(ctx, tx, a.Lead); err != nil {
			return err
		}
		m.onLead = a.Lead
		_, err := m.apply(ctx, tx, now)
		return err
	})
}

// NextAt is the earliest instant at which a pass has something to do that no event of the switch announces: for a driver
// with a clock of its own. It is now, if the last pass or somebody's act asked for another.
func (s *Service) NextAt() (at time.Time, ok bool) {
	s.step.Lock()
	defer s.step.Unlock()
	if s.again || len(s.wake) > 0 || len(s.pending) > 0 {
		return s.now(), true
	}
	for _, r := range s.runners {
		if r.engine == nil {
			return s.now(), true
		}
		for _, t := range r.deadlines() {
			if !ok || t.Before(at) {
				at, ok = t, true
			}
		}
	}
	return at, ok
}

func (r *runner) deadlines() []time.Time {
	out := r.wraps
	if t, ok := r.engine.Next(); ok {
		out = append(slices.Clone(out), t)
	}
	return out
}

// liveCalls lists what is up, for the drain.
func (s *Service) liveCalls() []string {
	s.step.Lock()
	defer s.step.Unlock()
	var up []string
	for _, r := range s.inOrder() {
		if r.engine == nil {
			continue
		}
		for _, id := range r.engine.Live() {
			up = append(up, fmt.Sprintf("call %d of campaign %d", id, r.campaign.ID))
		}
	}
	return up
}
