// Package dialer turns reserved leads into conversations: it decides with package engine, places calls through the
// gate of package campaigns, seats agents, and keeps the life of every call and every agent in the database.
package dialer

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/campaigns"
	"saveline/dialer/telephony"
	"saveline/internal/auth"
	"saveline/internal/live"
)

const (
	leaseTTL      = 10 * time.Second
	leaseRenewal  = leaseTTL / 3
	pollInterval  = 100 * time.Millisecond
	reloadAfter   = 2 * time.Second        // campaigns, and which of them need this node; the gate sees a pause at once
	settingsAfter = 10 * time.Second       // between two looks at the desks' settings
	sweepAfter    = 10 * time.Second       // between two looks for strays on the switch
	floorNewsMin  = 500 * time.Millisecond // between two pieces of news for the floor
	switchWait    = 5 * time.Second        // for a command's acceptance
)

// Service is the one door to everything this package owns.
type Service struct {
	db    *sqlx.DB
	now   func() time.Time
	log   *slog.Logger
	leads *campaigns.Service
	sw    telephony.Switch
	pub   live.Publisher
	node  string

	wake  chan struct{} // coalesced: something changed, take a pass
	renew *time.Ticker  // leases run by the database's clock, so their renewal does not follow s.now

	step     sync.Mutex // one pass at a time; guards what follows
	expired  func(context.Context, CallID) error
	speak    mayKnow
	runners  map[campaigns.ID]*runner
	pending  []telephony.Event // read from the switch, not handled yet
	reloadAt time.Time
	setAt    time.Time
	stopped  bool
	draining bool
	previews map[auth.ClientID]time.Duration // how long a lead may lie on a desk, where a client set it
	again    bool                            // the last pass changed something that the next one should see at once

	news     sync.Mutex // guards what follows
	floorNew bool
	floorAt  time.Time
}

// New makes the service of one node. node is unique per start of a process. now is business time; pub tells screens.
func New(
	db *sqlx.DB, now func() time.Time, log *slog.Logger, leads *campaigns.Service, sw telephony.Switch, pub live.Publisher, node string,
) *Service {
	s := &Service{
		db: db, now: now, log: log, leads: leads, sw: sw, pub: pub, node: node, wake: make(chan struct{}, 1),
		renew: time.NewTicker(leaseRenewal), runners: map[campaigns.ID]*runner{},
		previews: map[auth.ClientID]time.Duration{},
	}
	s.expired = s.dropWrapUp
	return s
}

// SetWrapUpExpired names who records the outcome of a call whose wrap-up took too long. It must end in WrapUpDoneTx.
func (s *Service) SetWrapUpExpired(f func(context.Context, CallID) error) {
	s.step.Lock()
	defer s.step.Unlock()
	s.expired = f
}

// mayKnow reports whether an agent may be shown the account of a person: on a call of theirs, or with call 0 before one.
type mayKnow func(ctx context.Context, by auth.Actor, person campaigns.PersonID, call CallID) (bool, error)

// SetMayKnow names who says whether an account may be shown at a desk. It is set before the desk is used; without one
// nothing is hidden.
func (s *Service) SetMayKnow(f func(context.Context, auth.Actor, campaigns.PersonID, CallID) (bool, error)) {
	s.speak = f
}

// poke asks for a pass soon. It may be called inside a transaction: a pass that comes too early finds nothing, and the
// next poll finds it.
func (s *Service) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// tellAgent sends news to an agent's desk, and notes that the floor changed.
func (s *Service) tellAgent(a auth.UserID, event string) {
	s.pub.Publish(fmt.Sprintf("agent:%d", a), event, map[string]int64{"userId": int64(a)})
	s.tellFloor()
}

func (s *Service) tellFloor() {
	s.news.Lock()
	defer s.news.Unlock()
	s.floorNew = true
}

// flushFloor sends the floor's news, at most every floorNewsMin: a busy floor changes hundreds of times a second.
func (s *Service) flushFloor(now time.Time) {
	s.news.Lock()
	defer s.news.Unlock()
	if s.floorNew && now.Sub(s.floorAt) >= floorNewsMin {
		s.floorNew, s.floorAt = false, now
		s.pub.Publish("floor", "changed", map[string]any{})
	}
}
