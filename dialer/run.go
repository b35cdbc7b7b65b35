package dialer

import (
	"context"
	"strings"
	"time"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Run takes passes until ctx is done: at once when the switch says something or somebody asks, else ten times a second.
// All campaigns of a node share one loop, so a node's calls a second are bounded by its passes; more nodes share the
// campaigns. It gives its leases back at the end.
func (s *Service) Run(ctx context.Context) error {
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for {
		if err := s.Step(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("dialer pass", "err", err)
			if !s.pause(ctx, poll.C) {
				break
			}
		}
		if !s.wait(ctx, poll.C) {
			break
		}
	}
	return s.releaseAll(context.WithoutCancel(ctx))
}

// wait sleeps until there is something to do; false when ctx is done.
func (s *Service) wait(ctx context.Context, poll <-chan time.Time) bool {
	if s.wantsMore() {
		return ctx.Err() == nil
	}
	select {
	case <-ctx.Done():
		return false
	case ev := <-s.sw.Events():
		s.step.Lock()
		s.pending = append(s.pending, ev)
		s.step.Unlock()
	case <-s.wake:
	case <-poll:
	}
	return true
}

func (s *Service) wantsMore() bool {
	s.step.Lock()
	defer s.step.Unlock()
	return s.again
}

// pause keeps a node whose database is away from asking it a thousand times a second.
func (s *Service) pause(ctx context.Context, poll <-chan time.Time) bool {
	select {
	case <-ctx.Done():
		return false
	case <-poll:
		return true
	}
}

// releaseAll hands the campaigns to whoever wants them. Live calls are found by the next holder.
func (s *Service) releaseAll(ctx context.Context) error {
	s.step.Lock()
	defer s.step.Unlock()
	ctx, cancel := context.WithTimeout(ctx, switchWait)
	defer cancel()
	for _, r := range s.inOrder() {
		delete(s.runners, r.campaign.ID)
		if err := pg.ReleaseLease(ctx, s.db, r.lease); err != nil {
			return err
		}
	}
	return nil
}

// Drain stops placing calls and waits for the live ones to end, while Run goes on. It gives up when ctx is done.
//
// Codes: unavailable (names the calls that are still up).
func (s *Service) Drain(ctx context.Context) error {
	s.step.Lock()
	s.draining = true
	s.step.Unlock()
	s.poke()
	look := time.NewTicker(pollInterval)
	defer look.Stop()
	for {
		up := s.liveCalls()
		if len(up) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return errs.Newf(errs.Unavailable, "still up: %s", strings.Join(up, ", "))
		case <-look.C:
		}
	}
}
