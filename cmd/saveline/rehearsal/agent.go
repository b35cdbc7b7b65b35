package rehearsal

import (
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

const (
	lookAgainAfter = 20 * time.Second // an idle desk that heard nothing looks for itself
	lookBusyAfter  = time.Minute      // and one with somebody on the line
)

// agent is a simulated person at a desk. It does what a browser can do, through the same services; the dialer knows
// that it needs no heartbeat.
type agent struct {
	who      auth.Actor
	campaign campaigns.ID
	seed     uint64
	speed    float64 // multiplies the time every act takes
	style    style

	conv   *conversation // the one that plan is about
	wrapAt time.Time     // when its outcome will be recorded; zero before the wrap-up
	plan   []step
	lookAt time.Time
}

// step is one thing an agent will do.
type step struct {
	at  time.Time
	act func(ctx context.Context) error
}

func newAgent(who auth.Actor, campaign campaigns.ID, seed uint64) *agent {
	rnd := rand.New(rand.NewPCG(seed, hash(who.Email)))
	return &agent{who: who, campaign: campaign, seed: seed, speed: math.Exp(rnd.NormFloat64() * 0.2)}
}

// next is when this agent has something to do.
func (a *agent) next() time.Time {
	t := a.lookAt
	if len(a.plan) > 0 && a.plan[0].at.Before(t) {
		t = a.plan[0].at
	}
	return t
}

// step looks at the desk if there was news, and does what is due. A refusal (the customer hung up first, the
// gate said no) is part of the day, not a failure of it.
func (a *agent) step(ctx context.Context, f *Floor, now time.Time) error {
	if f.ears.take(a.who.User) || !now.Before(a.lookAt) {
		if err := a.look(ctx, f, now); err != nil {
			return err
		}
	}
	for len(a.plan) > 0 && !a.plan[0].at.After(now) {
		s := a.plan[0]
		a.plan = a.plan[1:]
		if err := s.act(ctx); err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

func (a *agent) will(at time.Time, act func(ctx context.Context) error) {
	a.plan = append(a.plan, step{at, act})
}

// seconds draws a lognormal time with the given mean and spread, in this agent's speed.
func (a *agent) seconds(rnd *rand.Rand, mean, sigma float64) time.Duration {
	s := math.Exp(math.Log(mean) - sigma*sigma/2 + sigma*rnd.NormFloat64())
	return time.Duration(s * a.speed * float64(time.Second))
}

func refused(err error) bool {
	switch errs.CodeOf(err) {
	case errs.Conflict, errs.Invalid, errs.NotFound, errs.Limited, errs.Stale:
		return true
	}
	return false
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}
