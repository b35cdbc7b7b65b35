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
	for _, r := range t {
		if !r.binds(x) {
			continue
		}
		if len(r.Offers) == 0 {
			break
		}
		out, sum := map[string]float64{}, 0.0
		for _, w := range r.Offers {
			if slices.Contains(candidates, w.Offer) {
				out[w.Offer] += w.share()
				sum += w.share()
			}
		}
		if sum == 0 {
			continue
		}
		for arm := range out {
			out[arm] /= sum
		}
		return out
	}
	return map[string]float64{None: 1}
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
