package nextoffer

import (
	"math/rand/v2"
	"slices"
	"time"

	"saveline/internal/money"
)

// By is who chose an arm.
type By string

// Who can choose.
const (
	ByHoldout By = "holdout" // nobody: the case is shown nothing
	ByTable   By = "table"
	ByBandit  By = "bandit"
	ByExplore By = "explore" // at random, to keep learning
	ByAgent   By = "agent"   // against the policy, with a reason; recorded by the caller
)

// Mode is how much is left to the challenger.
type Mode string

// The modes.
const (
	TableOnly  Mode = "table"               // poor fits too, if people wrote them there
	Challenged Mode = "champion_challenger" // the table, unless the challenger is very likely better
	Thompson   Mode = "thompson"            // the challenger alone: after some 10,000 cases
)

// Policy is everything a choice goes by, in one version.
type Policy struct {
	Version   string // stored with each choice
	Mode      Mode
	Table     Table
	Economics Economics
	Salt      string   // of the holdout; changing it deals the cases anew
	HoldoutBP int      // of 10,000 cases, those that are shown nothing; 500 to 1,000
	Epsilon   float64  // share of the bandit's choices made uniformly at random: 0.05
	Explore   float64  // share of a challenged table's cases that the bandit chooses: 0.10
	Better    float64  // how sure the challenger must be to overrule the table: 0.85
	Draws     int      // for the propensity of a bandit's choice: 1,000; 0 leaves it out
	Stopped   []string // reasons for which the bandit is stopped (Harmful): the table decides
}

// DefaultPolicy is the table with a challenger. Source: retention.md 4.2 and 4.3.
func DefaultPolicy(version string, table Table) Policy {
	return Policy{
		Version: version, Mode: Challenged, Table: table, Economics: DefaultEconomics(), HoldoutBP: 500, Epsilon: 0.05,
		Explore: 0.10, Better: 0.85, Draws: 1000,
	}
}

// Case is one customer who wants to leave, at the moment the next offer is asked for.
type Case struct {
	ID string // the holdout is dealt by it
	Cell
	Segments []string     // of the routing table, those the customer is in
	MRR      money.Amount // the monthly price now
	Declined []string     // arms declined in this case, None too once the customer was simply asked
	At       time.Time
}

// Scored is what was believed of one candidate: the means, and the expected net margin in minor units.
type Scored struct {
	Arm    string  `json:"arm"`
	Fit    Fit     `json:"fit"`
	Accept float64 `json:"accept"`
	Stick  float64 `json:"stick"`
	Score  float64 `json:"score"`
}

// Choice is what was chosen, and all that is needed to choose it again and to learn from it without bias.
type Choice struct {
	Case       string    `json:"case"`
	At         time.Time `json:"at"`
	Arm        string    `json:"arm"` // an offer's code, or None
	By         By        `json:"by"`
	Candidates []string  `json:"candidates"` // the eligible set after declines, without poor fits that the table does not name
	Propensity float64   `json:"propensity"` // probability of the arm under this policy; 0: not computed
	Scores     []Scored  `json:"scores"`     // in the order of the candidates
	Seed       uint64    `json:"seed"`
	Policy     string    `json:"policy"` // its version
	Learned    int64     `json:"learned"`
}

// Choose decides what to try next among the offers a customer may be given (after law, eligibility, authority and
// budget, which filter and are never weighed). The same policy, model, case, offers and seed give the same choice.
func (p Policy) Choose(m *Model, x Case, offers []Offer, seed uint64) Choice {
	c := Choice{Case: x.ID, At: x.At, Arm: None, Seed: seed, Policy: p.Version, Learned: m.seen}
	if p.Holdout(x.ID) {
		c.By, c.Candidates, c.Propensity = ByHoldout, []string{None}, 1
		return c
	}
	mode, arms := p.modeFor(x), open(x, offers)
	var shares map[string]float64 // of the table's arms
	if mode != Thompson {
		shares = p.Table.shares(x, codes(arms))
	}
	t := p.weigh(m, x, arms, shares)
	c.Candidates, c.Scores = t.codes, t.scores
	r := rand.New(rand.NewPCG(seed, streamChoice))
	switch mode {
	case TableOnly:
		c.By, c.Arm = ByTable, pick(shares, t.codes, r)
		c.Propensity = shares[c.Arm]
	case Challenged:
		p.challenged(t, shares, r, &c)
	default:
		c.By, c.Arm = t.thompson(p.Epsilon, r)
		c.Propensity = t.propensity(p, c.Arm, seed)
	}
	return c
}

// Odds is one candidate as a policy sees it: how probable its choice is, and what the model expects of it.
type Odds struct {
	Arm         string
	Probability float64
	Value       float64 // expected net margin, minor units
}

// Odds is what Choose would do in a case, as probabilities. A bandit's are reckoned by p.Draws draws of the seed.
func (p Policy) Odds(m *Model, x Case, offers []Offer, seed uint64) []Odds {
	mode, arms := p.modeFor(x), open(x, offers)
	var shares map[string]float64
	if mode != Thompson {
		shares = p.Table.shares(x, codes(arms))
	}
	t := p.weigh(m, x, arms, shares)
	out := make([]Odds, len(t.codes))
	for i, code := range t.codes {
		out[i] = Odds{Arm: code, Value: t.arms[i].mean, Probability: shares[code]}
	}
	if mode == TableOnly {
		return out
	}
	bandit := t.odds(p, seed)
	if mode == Thompson {
		for i := range out {
			out[i].Probability = bandit[i]
		}
		return out
	}
	overruled := t.overruled(p.Better, shares)
	for i := range out {
		out[i].Probability = p.Explore * bandit[i]
	}
	for _, from := range t.codes {
		to := from
		if better := overruled[from]; better != "" {
			to = better
		}
		out[slices.Index(t.codes, to)].Probability += (1 - p.Explore) * shares[from]
	}
	return out
}

// open is what may still be tried: None and the offers that remain after the declines; if nothing does, None alone.
func open(x Case, offers []Offer) []Offer {
	left := Remaining(offers, x.Declined)
	if len(left) > 0 && slices.Contains(x.Declined, None) {
		return left
	}
	return slices.Concat([]Offer{none()}, left)
}

func codes(arms []Offer) []string {
	out := make([]string, len(arms))
	for i, o := range arms {
		out[i] = o.Code
	}
	return out
}

// modeFor is the policy's mode, or the table for a reason whose bandit was stopped.
func (p Policy) modeFor(x Case) Mode {
	if slices.Contains(p.Stopped, x.Reason) {
		return TableOnly
	}
	return p.Mode
}

// challenged is the table's arm, unless the arm with the best expected score is better than it with at least the
// probability that the policy asks for; a share of cases is the bandit's, to learn what the table never tries.
func (p Policy) challenged(t trial, shares map[string]float64, r *rand.Rand, c *Choice) {
	explore := r.Float64() < p.Explore
	arm := pick(shares, t.codes, r)
	overruled := t.overruled(p.Better, shares)
	switch {
	case explore:
		c.By, c.Arm = t.thompson(p.Epsilon, r)
	case overruled[arm] != "":
		c.By, c.Arm = ByBandit, overruled[arm]
	default:
		c.By, c.Arm = ByTable, arm
	}
	bandit := t.propensity(p, c.Arm, c.Seed)
	if p.Explore > 0 && bandit == 0 {
		return // not computed
	}
	for _, from := range t.codes { // not over the map: sums of floats hang on their order
		to := from
		if better := overruled[from]; better != "" {
			to = better
		}
		if to == c.Arm {
			c.Propensity += (1 - p.Explore) * shares[from]
		}
	}
	c.Propensity += p.Explore * bandit
}
