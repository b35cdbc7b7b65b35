package nextoffer

import (
	"math"
	"math/rand/v2"
	"slices"
)

// The streams of random numbers that one seed gives: the propensity is drawn apart from the choice, so that leaving it
// out changes no choice.
const (
	streamChoice     = 1
	streamPropensity = 2
)

// trial is one choice being made: the candidates with what is believed of each.
type trial struct {
	codes  []string
	scores []Scored
	arms   []armBelief
}

type armBelief struct {
	accept, stick         sampler
	lasting, leaving, fee float64
	mean, variance        float64 // of the score
}

// weigh makes the trial of the arms that may be tried. A poor fit is left out, unless the table gives it a share.
func (p Policy) weigh(m *Model, x Case, arms []Offer, shares map[string]float64) trial {
	mrr := float64(x.MRR.Minor)
	t := trial{codes: make([]string, 0, len(arms)), scores: make([]Scored, 0, len(arms)), arms: make([]armBelief, 0, len(arms))}
	for _, o := range arms {
		fit := m.prior.fit(x.Reason, o.Code)
		if fit == Poor && shares[o.Code] == 0 {
			continue
		}
		t.add(p.Economics, o, fit, mrr, m, x)
	}
	if len(t.codes) == 0 || shares[None] > 0 && !slices.Contains(t.codes, None) {
		t.add(p.Economics, none(), Plausible, mrr, m, x)
	}
	return t
}

func (t *trial) add(e Economics, o Offer, fit Fit, mrr float64, m *Model, x Case) {
	accept, stick := m.belief(x.Cell, o, x.At)
	a := armBelief{accept: accept.sampler(), stick: stick.sampler(), fee: e.contact(o)}
	a.lasting, a.leaving = e.Values(o, mrr)
	a.moments(accept, stick)
	t.codes = append(t.codes, o.Code)
	t.arms = append(t.arms, a)
	t.scores = append(t.scores, Scored{Arm: o.Code, Fit: fit, Accept: accept.mean(), Stick: stick.mean(), Score: a.mean})
}

// moments of the score: accept and stick are independent.
func (a *armBelief) moments(accept, stick beta) {
	gain := a.lasting - a.leaving
	p, y := accept.mean(), a.leaving+gain*stick.mean()
	vp, vy := accept.variance(), gain*gain*stick.variance()
	a.mean = p*y - a.fee
	a.variance = (vp+p*p)*(vy+y*y) - p*p*y*y
}

func (a *armBelief) draw(r *rand.Rand) float64 {
	stick := a.stick.draw(r)
	return a.accept.draw(r)*(a.leaving+stick*(a.lasting-a.leaving)) - a.fee
}

// thompson draws a score for every candidate and takes the best; a share epsilon is uniform over all of them.
func (t trial) thompson(epsilon float64, r *rand.Rand) (By, string) {
	if r.Float64() < epsilon {
		return ByExplore, t.codes[r.IntN(len(t.codes))]
	}
	return ByBandit, t.codes[t.best(r)]
}

func (t trial) best(r *rand.Rand) int {
	best, most := 0, math.Inf(-1)
	for i := range t.arms {
		if s := t.arms[i].draw(r); s > most {
			best, most = i, s
		}
	}
	return best
}

// propensity is the probability that thompson takes an arm, by so many draws of its own stream. A draw more is counted
// for the arm that was taken: what happened had not probability nothing, even without epsilon.
func (t trial) propensity(p Policy, arm string, seed uint64) float64 {
	if p.Draws <= 0 {
		return 0
	}
	r := rand.New(rand.NewPCG(seed, streamPropensity))
	i, hits := slices.Index(t.codes, arm), 1
	for range p.Draws {
		if t.best(r) == i {
			hits++
		}
	}
	return (1-p.Epsilon)*float64(hits)/float64(p.Draws+1) + p.Epsilon/float64(len(t.codes))
}

// odds are the probabilities with which thompson takes each arm, by so many draws.
func (t trial) odds(p Policy, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, streamPropensity))
	out := make([]float64, len(t.codes))
	for range p.Draws {
		out[t.best(r)]++
	}
	for i := range out {
		out[i] = (1-p.Epsilon)*out[i]/float64(max(p.Draws, 1)) + p.Epsilon/float64(len(out))
	}
	return out
}

// overruled says for each of the table's arms which candidate is better with at least the probability asked for; "" is
// none. The two scores are taken as normal with their exact moments, so that no draw is spent on it.
func (t trial) overruled(sure float64, shares map[string]float64) map[string]string {
	top := 0
	for i, a := range t.arms {
		if a.mean > t.arms[top].mean {
			top = i
		}
	}
	out := map[string]string{}
	for i, code := range t.codes {
		if shares[code] == 0 || i == top {
			continue
		}
		a, b := t.arms[top], t.arms[i]
		if normalBelow((a.mean-b.mean)/math.Sqrt(a.variance+b.variance)) >= sure {
			out[code] = t.codes[top]
		}
	}
	return out
}

// normalBelow is the share of a standard normal distribution below z.
func normalBelow(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
