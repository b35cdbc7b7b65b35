package offerworld

import (
	"math/rand/v2"
	"strconv"
	"time"

	"saveline/retention/nextoffer"
)

// Result is what a policy brought over one run, in expectations of the truth, so that luck of the customers does not
// blur it.
type Result struct {
	Percent   float64 // of the optimum's net margin, over all cases
	Gross     float64 // share of cases that said yes
	Net90     float64 // share that was still there after 90 days
	Discount  float64 // given away, in units of the currency a case
	Regret    float64 // net margin short of the optimum, in units of the currency a case
	RegretEnd float64 // the same over the last tenth of the cases
	// Weight is the mean of 1/(candidates x propensity) over the cases: 1 if propensities are what they say. 0: not drawn.
	Weight float64
}

const (
	days       = 200 // a run takes as long, or longer where a desk would have more cases a day than perDayMax
	perDayMax  = 100
	verifyDays = 90
	minor      = 100
)

var epoch = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// pending is a yes whose day 90 has not come.
type pending struct {
	due time.Time
	o   nextoffer.Observation
}

// Run lets one policy choose for so many cases of the world that its seed draws.
func Run(name string, cases int, c Config) Result { return simulate(newPlayer(name, c), cases, c) }

func simulate(p player, cases int, c Config) Result {
	w := NewWorld(c.Seed)
	customers := rand.New(rand.NewPCG(c.Seed, 2))
	step := 24 * time.Hour / time.Duration(max(1, min(cases/days, perDayMax)))
	var waiting []pending
	var sum, best, weight, end float64
	var r Result
	for n := range cases {
		now := epoch.Add(time.Duration(n) * step)
		for len(waiting) > 0 && !waiting[0].due.After(now) {
			p.learn(waiting[0].o)
			waiting = waiting[1:]
		}
		who := w.next(customers)
		k := who.kind
		arm, choice := p.choose(nextoffer.Case{ID: strconv.Itoa(n), Cell: k.cell, MRR: k.mrr, At: now}, who.may, n)
		o := nextoffer.Observation{Cell: k.cell, Arm: offers[arm].Code, At: now, By: choice.By, Kind: nextoffer.Answer, Yes: who.yes < k.accept[arm]}
		p.learn(o)
		if o.Yes {
			o.Kind, o.Yes, o.At = nextoffer.Lasted, who.stays < k.stick[arm], now.AddDate(0, 0, verifyDays)
			waiting = append(waiting, pending{o.At, o})
		}
		short := k.value[who.best()] - k.value[arm]
		sum, best = sum+k.value[arm], best+k.value[who.best()]
		if n >= cases-cases/10 {
			end += short
		}
		r.Gross += k.accept[arm]
		r.Net90 += k.accept[arm] * k.stick[arm]
		r.Discount += k.discount(arm)
		if choice.Propensity > 0 {
			weight += 1 / (float64(len(choice.Candidates)) * choice.Propensity)
		}
	}
	n := float64(cases)
	return Result{
		Percent: 100 * sum / best, Gross: r.Gross / n, Net90: r.Net90 / n, Discount: r.Discount / n / minor,
		Regret: (best - sum) / n / minor, RegretEnd: end / float64(cases/10) / minor, Weight: weight / n,
	}
}

// Lengths are the runs that are compared: a small desk's half a year, a large one's, and a long one.
var Lengths = []int{2000, 10_000, 50_000}

// Chooser is the warm-started challenger after so many cases of a world: each call brings the next customer, and the
// function it returns chooses for them, as often as it is called.
func Chooser(cases int, c Config) func() func() nextoffer.Choice {
	warmed := newPlayer(WarmTS, c)
	simulate(warmed, cases, c)
	w, r, n := NewWorld(c.Seed), rand.New(rand.NewPCG(c.Seed, 3)), cases
	return func() func() nextoffer.Choice {
		n++
		who := w.next(r)
		x := nextoffer.Case{ID: strconv.Itoa(n), Cell: who.kind.cell, MRR: who.kind.mrr, At: epoch.AddDate(1, 0, 0)}
		return func() nextoffer.Choice {
			_, choice := warmed.choose(x, who.may, n)
			return choice
		}
	}
}

// discount is what an arm is expected to give away, in cents.
func (k *kind) discount(arm int) float64 {
	o := offers[arm]
	given := func(months float64) float64 { return float64(k.mrr.Minor) * o.Off * min(o.Cycles, months) }
	e := economics()
	return k.accept[arm] * (k.stick[arm]*given(e.Months) + (1-k.stick[arm])*given(e.EarlyMonths))
}
