package facts

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	pollEvery  = 50 * time.Millisecond
	backOffMin = 100 * time.Millisecond
	backOffMax = 30 * time.Second
)

// Drain numbers and hands out facts until nothing is left, those that handlers append on the way included. It returns
// the first refusal. Rehearsals and tests call it where a running house has Run.
func (l *Log) Drain(ctx context.Context) error {
	for {
		lag, err := l.Lag(ctx)
		if err != nil {
			return err
		}
		left := false
		for _, behind := range lag {
			left = left || behind > 0
		}
		if !left {
			return nil
		}
		n, err := l.Sequence(ctx)
		if err != nil {
			return err
		}
		moved := n > 0
		for _, c := range l.consumers {
			step, err := l.step(ctx, c)
			if err != nil {
				return err
			}
			moved = moved || step.moved
		}
		if !moved { // another node is at it
			if err := pause(ctx, pollEvery); err != nil {
				return err
			}
		}
	}
}

// Run numbers facts and hands them out until ctx ends. Each consumer goes at its own pace: one that is slow or stands
// still holds up no other. It returns nil when ctx ends; a batch under way then is rolled back and comes again.
func (l *Log) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return l.watch(ctx) })
	for _, c := range l.consumers {
		group.Go(func() error { return l.follow(ctx, c) })
	}
	return group.Wait()
}

// watch numbers new facts and wakes the consumers that are behind, of whichever node's facts.
func (l *Log) watch(ctx context.Context) error {
	for ctx.Err() == nil {
		n, err := l.Sequence(ctx)
		if err == nil {
			err = l.wakeBehind(ctx)
		}
		if err != nil && ctx.Err() == nil {
			l.log.WarnContext(ctx, "facts are not being numbered", "error", err)
		}
		if n < sequenceFactsMax {
			_ = pause(ctx, pollEvery)
		}
	}
	return nil
}

func (l *Log) wakeBehind(ctx context.Context) error {
	lag, err := l.Lag(ctx)
	if err != nil {
		return err
	}
	for _, c := range l.consumers {
		if lag[c.Name] == 0 {
			continue
		}
		select {
		case c.wake <- struct{}{}:
		default: // it has yet to hear of the last time
		}
	}
	return nil
}

// follow takes batches while there are any, then waits to be woken. After a refusal it waits longer each time.
func (l *Log) follow(ctx context.Context, c *consumer) error {
	backOff := backOffMin
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.wake:
		}
		for ctx.Err() == nil {
			step, err := l.step(ctx, c)
			if err != nil {
				l.log.WarnContext(ctx, "a consumer of facts waits before it tries again", "wait", backOff, "error", err)
				_ = pause(ctx, backOff)
				backOff = min(2*backOff, backOffMax)
				continue
			}
			backOff = backOffMin
			if !step.moved {
				break
			}
		}
	}
}

// pause waits d, or less if ctx ends: then it says why.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
