package nextoffer

import (
	"math/rand/v2"
	"slices"
)

// Rule is one line of the routing table. It binds a case whose segment and reason are among its own; no segment and no
// reasons bind everybody.
type Rule struct {
	Segment string     `json:"segment,omitempty"` // named by the client; who is in it is the caller's to say
	Reasons []string   `json:"reasons,omitempty"`
	Offers  []Weighted `json:"offers,omitempty"` // drawn by weight; none at all is the explicit "no offer"
}

// Weighted is an offer with the share of cases it gets among the others of its rule.
type Weighted struct {
	Offer  string `json:"offer"`
	Weight int    `json:"weight"` // 0 counts as 1
}

// Table is the champion: rules read from the top, the first that binds decides. A rule none of whose offers may be
// given to this customer is passed over, one that says "no offer" is not. No rule at all is no offer.
type Table []Rule

// shares is the probability of each arm by the table, over the candidates.
func (t Table) shares(x Case, candidates []string) map[string]float64 {
	i := t.Binding(x, candidates)
	if i == 0 || len(t[i-1].Offers) == 0 {
		return map[string]float64{None: 1}
	}
	out, sum := map[string]float64{}, 0.0
	for _, w := range t[i-1].Offers {
		if slices.Contains(candidates, w.Offer) {
			out[w.Offer] += w.share()
			sum += w.share()
		}
	}
	for arm := range out {
		out[arm] /= sum
	}
	return out
}

// Binding is the place of the rule that decides for a case, 1 for the first; 0 if none does, which is no offer.
func (t Table) Binding(x Case, candidates []string) int {
	for i, r := range t {
		if r.binds(x) && (len(r.Offers) == 0 || slices.ContainsFunc(r.Offers, func(w Weighted) bool { return slices.Contains(candidates, w.Offer) })) {
			return i + 1
		}
	}
	return 0
}

// Fits are what the table says about which offer goes with which reason: an offer of a rule matches the rule's reasons.
// What it says nothing about is plausible.
func (t Table) Fits() map[string]map[string]Fit {
	out := map[string]map[string]Fit{}
	for _, r := range t {
		for _, reason := range r.Reasons {
			for _, w := range r.Offers {
				if out[reason] == nil {
					out[reason] = map[string]Fit{}
				}
				out[reason][w.Offer] = Match
			}
		}
	}
	return out
}

func (w Weighted) share() float64 { return float64(max(w.Weight, 1)) }

func (r Rule) binds(x Case) bool {
	return (r.Segment == "" || slices.Contains(x.Segments, r.Segment)) && (len(r.Reasons) == 0 || slices.Contains(r.Reasons, x.Reason))
}

// pick draws one arm by its share, in the order of the candidates.
func pick(shares map[string]float64, candidates []string, r *rand.Rand) string {
	u := r.Float64()
	for _, c := range candidates {
		if u -= shares[c]; u < 0 && shares[c] > 0 {
			return c
		}
	}
	for _, c := range slices.Backward(candidates) { // the shares fell short of 1 by rounding
		if shares[c] > 0 {
			return c
		}
	}
	return None
}
