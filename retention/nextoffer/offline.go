package nextoffer

import (
	"math"

	"saveline/internal/errs"
)

// CasesMin is how many logged cases an offline estimate needs before it is shown: with 5,000 the relative error of a
// policy's value is about 10 %. Source: retention.md 4.4.
const CasesMin = 5000

// Logged is one finished case of the past, seen with the eyes of another policy.
type Logged struct {
	By          By
	Propensity  float64 // with which the arm was chosen then
	Target      float64 // with which the other policy would choose the same arm
	Reward      float64 // net margin that came of it
	Value       float64 // what a model, learned elsewhere, expects of the arm that was chosen
	TargetValue float64 // what it expects of the other policy: the mean over its arms
}

// Estimate is the value of a policy per case, with a 95 % confidence interval.
type Estimate struct {
	Value     float64 `json:"value"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Cases     int     `json:"cases"`
	Effective float64 `json:"effective"` // cases that the weights are worth
	Clipped   int     `json:"clipped"`   // cases whose weight was cut down to the limit
}

const z975 = 1.959964

// SNIPS estimates by self-normalised inverse propensities: the mean reward, each case weighted by how much more often
// the other policy would have chosen its arm. Weights are clipped at 1/epsilon. What agents chose against the policy is
// left out, and so is the holdout.
//
// Codes: conflict (not enough data yet), invalid (epsilon, or a propensity that is no probability).
// Source: Swaminathan and Joachims, NIPS 2015; the interval by linearisation of the ratio.
func SNIPS(log []Logged, epsilon float64) (Estimate, error) {
	used, err := usable(log, epsilon)
	if err != nil {
		return Estimate{}, err
	}
	var sum, weights float64
	for _, u := range used {
		sum += u.weight * u.Reward
		weights += u.weight
	}
	if weights == 0 {
		return Estimate{}, errs.Newf(errs.Conflict, "not enough data yet: none of the %d cases was treated as this policy would have", len(used))
	}
	value, squares := sum/weights, 0.0
	for _, u := range used {
		d := u.weight * (u.Reward - value)
		squares += d * d
	}
	return estimate(used, value, math.Sqrt(squares)/weights), nil
}

// DoublyRobust estimates by a model's expectation, corrected by what the logged cases say of the model's errors. It is
// right if either the model or the propensities are.
//
// Codes: as SNIPS. Source: Dudík, Langford and Li, ICML 2011.
func DoublyRobust(log []Logged, epsilon float64) (Estimate, error) {
	used, err := usable(log, epsilon)
	if err != nil {
		return Estimate{}, err
	}
	n := float64(len(used))
	var sum, squares float64
	for _, u := range used {
		v := u.TargetValue + u.weight*(u.Reward-u.Value)
		sum += v
		squares += v * v
	}
	mean := sum / n
	return estimate(used, mean, math.Sqrt(max(0, squares/n-mean*mean)/n)), nil
}

type weighted struct {
	Logged
	weight  float64
	clipped bool
}

// usable is the cases an estimate may use, with their clipped weights.
func usable(log []Logged, epsilon float64) ([]weighted, error) {
	if epsilon <= 0 || epsilon > 1 {
		return nil, errs.Newf(errs.Invalid, "epsilon %g is no share of exploration: it limits the weights and lies between 0 and 1", epsilon)
	}
	out := make([]weighted, 0, len(log))
	for _, l := range log {
		if l.By == ByAgent || l.By == ByHoldout || l.Propensity == 0 {
			continue
		}
		if !(l.Propensity > 0 && l.Propensity <= 1+1e-9 && l.Target >= 0 && l.Target <= 1+1e-9) {
			return nil, errs.Newf(errs.Invalid, "%g and %g are not the probabilities of an arm", l.Propensity, l.Target)
		}
		w := l.Target / l.Propensity
		out = append(out, weighted{l, min(w, 1/epsilon), w > 1/epsilon})
	}
	if len(out) < CasesMin {
		return nil, errs.Newf(errs.Conflict, "not enough data yet: %d of %d cases", len(out), CasesMin)
	}
	return out, nil
}

func estimate(used []weighted, value, spread float64) Estimate {
	e := Estimate{Value: value, Low: value - z975*spread, High: value + z975*spread, Cases: len(used)}
	var sum, squares float64
	for _, u := range used {
		sum += u.weight
		squares += u.weight * u.weight
		if u.clipped {
			e.Clipped++
		}
	}
	if squares > 0 {
		e.Effective = sum * sum / squares
	}
	return e
}
