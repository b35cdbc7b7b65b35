package gaming

import (
	"cmp"
	"math"
	"slices"
)

// Numbers are what a finding rests on. Rates are in hundredths of a percent of the occasions.
type Numbers struct {
	Trials     int     `json:"trials"` // occasions of this person
	Hits       int     `json:"hits"`   // on which the pattern showed
	PeerTrials int     `json:"peerTrials"`
	PeerHits   int     `json:"peerHits"`
	BasisBP    int     `json:"basisBp"` // what was taken as ordinary: of the peers, the person's own other work, or the rule's
	Chance     float64 `json:"chance"`  // probability of so many hits or more for somebody ordinary, before correction
}

// Finding is a pattern shown by one person more often than chance allows.
type Finding struct {
	Pattern Pattern
	Who     int64
	Numbers
	Evidence []Evidence // of every hit, the oldest first
}

// Find looks for every pattern that is on. A person is compared with everybody else of the client who had occasions for
// the same: exact binomial upper tail at the others' rate with add-one smoothing (Laplace's rule), but never below the
// rule's own basis. All tests of one look are corrected together (Benjamini and Hochberg 1995), so that of the findings
// no more than FalseBP are expected to be by chance. The result depends on the book's content alone, not on its order.
func Find(b Book, r Rules) []Finding {
	var all []Finding
	for _, d := range detectors {
		rule := r.Patterns[d.pattern]
		if rule.On {
			all = append(all, test(d.pattern, rule, d.trials(b, rule.Limit))...)
		}
	}
	slices.SortFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Chance, b.Chance), cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Who, b.Who))
	})
	var out []Finding
	for _, f := range all[:unlikely(all, r.FalseBP)] {
		if f.Hits >= r.Patterns[f.Pattern].Hits {
			out = append(out, f)
		}
	}
	return out
}

// unlikely is how many of the tests, the least likely first, are rejected at the rate of false discoveries.
func unlikely(sorted []Finding, falseBP int) int {
	q, n := float64(falseBP)/wholeBP, 0
	for i, f := range sorted {
		if f.Chance <= float64(i+1)/float64(len(sorted))*q {
			n = i + 1
		}
	}
	return n
}

// count is one person's occasions.
type count struct {
	Numbers
	ownTrials, ownHits int // that say what is ordinary for this person
	evidence           []Evidence
}

// test compares everybody who had enough occasions with the others.
func test(p Pattern, rule Rule, trials []trial) []Finding {
	of, trialsAll, hitsAll := tally(trials)
	var out []Finding
	for who, c := range of {
		if c.Trials < rule.Trials || who == 0 {
			continue
		}
		c.PeerTrials, c.PeerHits = trialsAll-c.Trials, hitsAll-c.Hits
		c.BasisBP = max(rule.BasisBP, smoothed(c.PeerHits, c.PeerTrials), own(c.ownHits, c.ownTrials))
		c.Chance = Tail(c.Trials, c.Hits, float64(min(c.BasisBP, wholeBP))/wholeBP)
		slices.SortFunc(c.evidence, func(a, b Evidence) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
		})
		out = append(out, Finding{Pattern: p, Who: who, Numbers: c.Numbers, Evidence: c.evidence})
	}
	return out
}

func tally(trials []trial) (of map[int64]*count, all, hits int) {
	of = map[int64]*count{}
	for _, t := range trials {
		c := of[t.who]
		if c == nil {
			c = &count{}
			of[t.who] = c
		}
		if t.base {
			c.ownTrials++
			if t.hit {
				c.ownHits++
			}
			continue
		}
		c.Trials, all = c.Trials+1, all+1
		if t.hit {
			c.Hits, hits = c.Hits+1, hits+1
			c.evidence = append(c.evidence, t.Evidence)
		}
	}
	return of, all, hits
}

// smoothed is a rate in hundredths of a percent that one more hit and one more miss are added to. Of nobody's occasions,
// nothing is known: 0, so that the rule's basis holds.
func smoothed(hits, trials int) int {
	if trials == 0 {
		return 0
	}
	return (hits + 1) * wholeBP / (trials + 2)
}

// own is the rate of a person's own occasions, rounded up; none: 0.
func own(hits, trials int) int {
	if trials == 0 {
		return 0
	}
	return (hits*wholeBP + trials - 1) / trials
}

// Tail is the probability of hits or more in n independent trials of probability p: exact, summed in logarithms.
func Tail(n, hits int, p float64) float64 {
	switch {
	case hits <= 0 || p >= 1:
		return 1
	case hits > n || p <= 0:
		return 0
	}
	sum, logP, logQ := 0.0, math.Log(p), math.Log1p(-p)
	whole, _ := math.Lgamma(float64(n + 1))
	for k := n; k >= hits; k-- { // the smallest first
		a, _ := math.Lgamma(float64(k + 1))
		b, _ := math.Lgamma(float64(n - k + 1))
		sum += math.Exp(whole - a - b + float64(k)*logP + float64(n-k)*logQ)
	}
	return min(1, sum)
}
