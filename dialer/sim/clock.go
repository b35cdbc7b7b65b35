package sim

import (
	"container/heap"
	"context"
	"time"

	"saveline/dialer/telephony"
)

// item is something that will happen to a leg.
type item struct {
	at  time.Time
	seq int // what was planned first happens first
	leg telephony.LegID
	do  func()
}

type queue []item

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].seq < q[j].seq
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(item)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = item{}
	*q = old[:len(old)-1]
	return last
}

// NextAt is when something will happen next: now, if events wait to be read; ok is false if nothing is planned.
func (s *Switch) NextAt() (at time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prune()
	if len(s.backlog) > 0 {
		return s.cfg.Now(), true
	}
	if len(s.queue) == 0 {
		return time.Time{}, false
	}
	return s.queue[0].at, true
}

// prune drops plans of legs that have ended, so that nobody wakes up for nothing.
func (s *Switch) prune() {
	for len(s.queue) > 0 && s.legs[s.queue[0].leg] == nil {
		heap.Pop(&s.queue)
	}
}

// Advance lets everything happen that is due at now, and puts as many events into the channel as it holds.
func (s *Switch) Advance(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.happen(now)
	for len(s.backlog) > 0 {
		select {
		case s.events <- s.backlog[0]:
			s.backlog = s.backlog[1:]
		default:
			return
		}
	}
}

func (s *Switch) happen(now time.Time) {
	for len(s.queue) > 0 && !s.queue[0].at.After(now) {
		it := heap.Pop(&s.queue).(item)
		if s.legs[it.leg] != nil {
			it.do()
		}
	}
}

// Run lets time pass by itself until ctx is done. Now must be the real clock.
func (s *Switch) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		s.Advance(s.cfg.Now())
		wait := time.Hour
		s.mu.Lock()
		s.prune()
		if len(s.queue) > 0 {
			wait = max(0, s.queue[0].at.Sub(s.cfg.Now()))
		}
		if len(s.backlog) > 0 {
			wait = 10 * time.Millisecond // the consumer is slow: look again soon, never wait for it
		}
		s.mu.Unlock()
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return nil
		case <-s.changed:
		case <-timer.C:
		}
	}
}

// Crash takes the switch down: every leg ends with nothing known, and commands fail with ErrDown until Restart.
func (s *Switch) Crash() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range s.sortedLegs() {
		s.end(s.legs[id], telephony.Cause{Lost: true})
	}
	clear(s.bridges)
	s.queue, s.down = nil, true
	s.emit(nil, telephony.Event{Kind: telephony.SwitchDown})
}

// Restart brings the switch up again, empty.
func (s *Switch) Restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = false
	s.emit(nil, telephony.Event{Kind: telephony.SwitchUp})
}
