// Package sim is a telephone switch and the people behind it, made of seeded chance.
//
// What happens to a dial is a pure function of the seed, the number and how often it was dialed, so a run repeats
// whatever the order of things. The clock is the caller's: a rehearsal asks NextAt, moves its clock there and calls
// Advance; a demo calls Run. Trunks lead nowhere: Live is false.
package sim

import (
	"container/heap"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"saveline/dialer/telephony"
)

// eventsBuffer is how many events wait for a slow consumer in the channel; more wait in the backlog.
const eventsBuffer = 1024

// Config makes a switch.
type Config struct {
	Seed       uint64
	Now        func() time.Time
	World      World
	NumberPlan bool // numbers say what happens, as at the test carrier
}

// Switch is a simulated switch. It is safe for concurrent use.
type Switch struct {
	cfg     Config
	events  chan telephony.Event
	changed chan struct{} // something new is in the queue

	mu      sync.Mutex
	down    bool
	seq     int
	queue   queue
	backlog []telephony.Event // happened, and not yet in the channel
	legs    map[telephony.LegID]*leg
	used    map[telephony.LegID]bool // every id of this run: an id names one leg for ever
	bridges map[telephony.BridgeID][]telephony.LegID
	plays   map[telephony.PlayID]telephony.LegID
	dialed  map[string]int // how often a number or an account was dialed
}

type leg struct {
	id     telephony.LegID
	req    telephony.DialRequest
	state  telephony.LegState
	since  time.Time
	rang   bool
	held   bool
	bridge telephony.BridgeID
	will   behaviour
}

var _ telephony.Switch = (*Switch)(nil)

// New makes a switch that is up and has no legs.
func New(cfg Config) *Switch {
	return &Switch{
		cfg: cfg, events: make(chan telephony.Event, eventsBuffer), changed: make(chan struct{}, 1),
		legs: map[telephony.LegID]*leg{}, used: map[telephony.LegID]bool{},
		bridges: map[telephony.BridgeID][]telephony.LegID{}, plays: map[telephony.PlayID]telephony.LegID{},
		dialed: map[string]int{},
	}
}

// Name says which switch it is.
func (s *Switch) Name() string { return "sim" }

// Live is false: no real person is ever reached.
func (s *Switch) Live() bool { return false }

// Events is the stream of what happened, in order.
func (s *Switch) Events() <-chan telephony.Event { return s.events }

// Close forgets everything that is still to happen.
func (s *Switch) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down, s.queue, s.backlog = true, nil, nil
	return nil
}

// Truth tells who is at the far end of the dialNo-th dial (from 1) of number; for simulated agents and tests.
func (s *Switch) Truth(number string, dialNo int) Person {
	if s.cfg.NumberPlan {
		return planned(number).Person
	}
	return s.cfg.World.Truth(s.cfg.Seed, number, dialNo)
}

// Dialed says how often number was dialed here: the dialNo of its last dial.
func (s *Switch) Dialed(number string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialed[number]
}

// Dial starts a leg.
func (s *Switch) Dial(_ context.Context, r telephony.DialRequest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.down:
		return telephony.ErrDown
	case s.used[r.Leg]:
		return telephony.ErrExists
	case r.Leg == "" || (r.Number == "") == (r.Account == ""):
		return fmt.Errorf("dial needs a leg and either a number or an account: %w", telephony.ErrUnroutable)
	}
	s.used[r.Leg] = true
	r.Labels = maps.Clone(r.Labels)
	l := &leg{id: r.Leg, req: r, since: s.cfg.Now()}
	s.legs[r.Leg] = l
	to := r.Number + r.Account
	s.dialed[to]++
	switch {
	case r.Account != "":
		l.will = behaviour{
			Person: Person{Kind: Human, Talk: never}, progress: time.Millisecond,
			end: s.cfg.World.agentRing(s.cfg.Seed, r.Account, s.dialed[to]),
		}
	case s.cfg.NumberPlan:
		l.will = planned(r.Number)
	default:
		l.will = s.cfg.World.behave(s.cfg.Seed, r.Number, s.dialed[to])
	}
	s.planRing(l)
	return nil
}

// planRing puts into the queue what will happen until the leg is answered, refused or given up.
func (s *Switch) planRing(l *leg) {
	limit := l.req.RingFor
	if limit == 0 {
		limit = never
	}
	if l.will.progress > 0 && l.will.progress < limit {
		s.after(l.will.progress, l.id, func() {
			l.state, l.rang = telephony.Ringing, true
			s.emit(l, telephony.Event{Kind: telephony.LegRinging})
		})
	}
	switch {
	case l.will.end >= limit:
		s.after(limit, l.id, func() {
			s.end(l, telephony.Cause{SIP: 480, Q850: 19, RingOut: true, ByUs: true})
		})
	case l.will.answers():
		s.after(l.will.end, l.id, func() { s.answer(l) })
	default:
		s.after(l.will.end, l.id, func() { s.end(l, l.will.cause) })
	}
}

func (s *Switch) answer(l *leg) {
	if l.state == telephony.Up {
		return
	}
	l.state, l.since = telephony.Up, s.cfg.Now()
	s.emit(l, telephony.Event{Kind: telephony.LegAnswered})
	if l.will.Talk < never {
		s.after(l.will.Talk, l.id, func() { s.end(l, telephony.Cause{Q850: 16}) })
	}
}

// end takes a leg off the switch; its event is the last one of the leg.
func (s *Switch) end(l *leg, c telephony.Cause) {
	s.leaveBridge(l)
	for _, p := range s.playsOn(l.id) {
		delete(s.plays, p)
		s.emit(l, telephony.Event{Kind: telephony.PlayDone, Play: p})
	}
	delete(s.legs, l.id)
	c.Rang, c.Answered = l.rang, l.state == telephony.Up
	s.emit(l, telephony.Event{Kind: telephony.LegEnded, Cause: c})
}

func (s *Switch) playsOn(id telephony.LegID) []telephony.PlayID {
	var on []telephony.PlayID
	for p, l := range s.plays {
		if l == id {
			on = append(on, p)
		}
	}
	slices.Sort(on)
	return on
}

func (s *Switch) emit(l *leg, e telephony.Event) {
	e.At, e.Switch = s.cfg.Now(), s.Name()
	if l != nil {
		e.Leg, e.Side, e.Labels = l.id, l.req.Side, maps.Clone(l.req.Labels)
	}
	s.backlog = append(s.backlog, e)
	s.wake()
}

func (s *Switch) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// after does something to a leg when its time comes, unless the leg has ended by then.
func (s *Switch) after(d time.Duration, id telephony.LegID, do func()) {
	s.seq++
	heap.Push(&s.queue, item{at: s.cfg.Now().Add(d), seq: s.seq, leg: id, do: do})
	s.wake()
}
