package rehearsal

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/campaigns"
	"saveline/commissions"
	"saveline/dialer"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/live"
	"saveline/internal/schedule"
	"saveline/retention"
)

// Services are the house's own, wired by the command over one database, one clock and one switch.
type Services struct {
	DB          *sqlx.DB
	Auth        *auth.Service
	Campaigns   *campaigns.Service
	Dialer      *dialer.Service
	Retention   *retention.Service
	Commissions *commissions.Service
	Facts       *facts.Log
	Schedule    *schedule.Scheduler
	Switch      *sim.Switch
	Now         func() time.Time
}

func (s Services) now() time.Time { return s.Now() }

// Wire makes Services; the command gives it, so that a rehearsal stands on the very wiring of the service.
type Wire func(db *sqlx.DB, now func() time.Time, sw *sim.Switch, pub live.Publisher) Services

// Floor is a floor of simulated agents.
type Floor struct {
	Services
	ears   *Ears
	agents []*agent
	mode   string
	seed   uint64
	until  time.Time // end of the shift; zero: never

	styled bool                 // the agents have the demo's styles
	untrue []retention.ResultID // saves of this shift that quality will find to be none
}

// NewFloor seats agents; each works one campaign.
func NewFloor(s Services, ears *Ears, mode string, seed uint64, until time.Time) *Floor {
	return &Floor{Services: s, ears: ears, mode: mode, seed: seed, until: until}
}

// Seat gives an agent a desk on a campaign.
func (f *Floor) Seat(who auth.Actor, campaign campaigns.ID) {
	a := newAgent(who, campaign, f.seed)
	if f.styled {
		a.style = styleOf(who.Email)
	}
	f.agents = append(f.agents, a)
}

func (f *Floor) onShift(now time.Time) bool { return f.until.IsZero() || now.Before(f.until) }

// Step lets every agent do what is due, in the order of their desks.
func (f *Floor) Step(ctx context.Context) error {
	now := f.now()
	for _, a := range f.agents {
		if err := a.step(ctx, f, now); err != nil {
			return err
		}
	}
	return nil
}

// next is when the first agent has something to do.
func (f *Floor) next() time.Time {
	first := f.agents[0].next()
	for _, a := range f.agents[1:] {
		if t := a.next(); t.Before(first) {
			first = t
		}
	}
	return first
}

// Run steps on the real clock until ctx ends: the demo's floor.
func (f *Floor) Run(ctx context.Context) error {
	tick := time.NewTicker(demoTick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := f.Step(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

const demoTick = 250 * time.Millisecond

// rnd is chance that depends on nothing but the seed, the desk and key: the same in every run.
func (f *Floor) rnd(a *agent, key uint64) *rand.Rand {
	return rand.New(rand.NewPCG(f.seed^hash(a.who.Email), key))
}

// conversation draws what a call will come to from the seed, the number and how often it was dialed.
func (f *Floor) conversation(seat dialer.Seat) *conversation {
	number := string(seat.Number)
	dials := f.Switch.Dialed(number)
	truth := f.Switch.Truth(number, dials)
	rnd := rand.New(rand.NewPCG(f.seed^hash(number), uint64(dials)))
	c := &conversation{call: seat.Call, rnd: rnd, machine: truth.Kind != sim.Human, saving: seat.Case != 0}
	c.draw()
	return c
}

// draw says what the conversation comes to with anybody.
func (c *conversation) draw() {
	rnd := c.rnd
	c.second = rnd.Float64() < 0.25
	chances := sellingChances
	if c.saving {
		chances = savingChances
	}
	c.outcome = draw(rnd.Float64(), chances, c.no())
	switch {
	case c.machine && c.saving: // their wish to cancel is still open: somebody tries again
		c.outcome = "callback"
	case c.machine:
		c.outcome = "other"
	}
}
