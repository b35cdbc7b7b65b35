package offerworld

import (
	"math"
	"math/rand/v2"

	"saveline/internal/money"
	"saveline/retention/nextoffer"
)

// group is one group of reasons, with the published number of saveable requests and their monthly price in cents.
//
// Source: retention.md 7 (golden numbers of the 1,817 saveable requests).
type group struct {
	reason   string
	requests int
	mrr      int64
}

var groups = []group{
	{"price", 311 + 108 + 103, 2_342_665 + 828_395 + 646_720}, // competitor's price, too expensive, unexpected charges
	{"product", 530 + 66, 4_110_210 + 454_145},                // competitor's product, missing features
	{"service", 420, 3_011_110},
	{"quality", 149, 1_147_735},
	{"unknown", 130, 975_230},
}

// tier is a third of the customers, more or less, by what they pay; the factors keep the mean of the group.
type tier struct {
	name          string
	share, factor float64
}

var tiers = []tier{{"low", 0.3, 0.5}, {"mid", 0.4, 1.05}, {"high", 0.3, 43.0 / 30}}

// The arms, None first.
const (
	armNone = iota
	armOff10
	armOff25
	armOff50
	armFree
	armPause
	armSmaller
	armFix
	armCount
)

var offers = [armCount]nextoffer.Offer{
	armNone:    {Code: nextoffer.None, Family: nextoffer.None, Keeps: 1},
	armOff10:   {Code: "off10x3", Family: "discount", Keeps: 1, Off: 0.10, Cycles: 3, Stick: 0.50},
	armOff25:   {Code: "off25x3", Family: "discount", Keeps: 1, Off: 0.25, Cycles: 3, Stick: 0.45},
	armOff50:   {Code: "off50x3", Family: "discount", Keeps: 1, Off: 0.50, Cycles: 3, Stick: 0.30},
	armFree:    {Code: "free_month", Family: "free_month", Keeps: 1, Off: 1, Cycles: 1},
	armPause:   {Code: "pause_2m", Family: "pause", Keeps: 1, PauseMonths: 2},
	armSmaller: {Code: "smaller_plan", Family: "plan", Keeps: 0.7},
	armFix:     {Code: "fix", Family: "fix", Keeps: 1},
}

const (
	m = nextoffer.Match
	p = nextoffer.Plausible
	x = nextoffer.Poor
)

// fits is what people who know the business say: which offer goes with which reason.
var fits = map[string][armCount]nextoffer.Fit{ // none 10 25 50 free pause smaller fix
	"price":   {p, x, m, m, p, x, p, x},
	"product": {p, x, m, m, x, x, x, p},
	"service": {p, x, p, x, m, x, x, m},
	"quality": {p, x, p, x, m, x, p, m},
	"unknown": {p, x, m, x, p, m, x, p},
}

// The truth's anchors, and how far it strays from them: by offer and reason, and again by tier, on the logarithm of the
// odds. A deep discount is taken more often than its fit says, which no prior knows.
const (
	acceptMatch     = 0.28
	acceptPlausible = 0.15
	acceptPoor      = 0.08
	acceptNone      = 0.08
	deepFactor      = 1.4
	strayReason     = 0.30
	strayTier       = 0.15
	strayStick      = 0.25
	cooledShare     = 0.20 // of the cases, in the cool-down of a discount
)

var stickAnchors = [armCount]float64{0.50, 0.50, 0.45, 0.30, 0.35, 0.54, 0.85, 0.60}

// economics is what the desk knows of money: half of the price is margin, and a save pays the agent a fifth of the
// monthly price that is kept, less for deep offers. Source: retention.md 2.3.
func economics() nextoffer.Economics {
	e := nextoffer.DefaultEconomics()
	e.Margin = 0.55
	e.ContactCost = 100
	e.Commission = func(o nextoffer.Offer, mrr float64) float64 { return 0.20 * mrr * o.Keeps * depthFactor(o) }
	return e
}

func depthFactor(o nextoffer.Offer) float64 {
	switch {
	case o.PauseMonths > 0:
		return 0.50
	case o.Off > 0.25:
		return 0.20
	case o.Off > 0.10:
		return 0.50
	case o.Off > 0:
		return 0.80
	}
	return 1
}

// kind is one kind of customer, and the truth about them.
type kind struct {
	cell   nextoffer.Cell
	share  float64
	mrr    money.Amount
	accept [armCount]float64
	stick  [armCount]float64
	value  [armCount]float64 // expected net margin in cents: what policies are measured by
}

// World is one draw of the truth.
type World struct{ kinds []kind }

// NewWorld draws the truth of a seed.
func NewWorld(seed uint64) *World {
	r := rand.New(rand.NewPCG(seed, 1))
	w := &World{}
	total := 0
	for _, g := range groups {
		total += g.requests
	}
	for _, g := range groups {
		var accept, stick [armCount]float64
		for a := range armCount {
			accept[a] = stray(r, anchor(g.reason, a), strayReason)
			stick[a] = stickAnchors[a]
		}
		for _, t := range tiers {
			k := kind{
				cell:  nextoffer.Cell{Reason: g.reason, Tier: t.name},
				share: t.share * float64(g.requests) / float64(total),
				mrr:   money.Amount{Minor: int64(math.Round(float64(g.mrr) / float64(g.requests) * t.factor)), Currency: "USD"},
			}
			for a := range armCount {
				k.accept[a] = stray(r, accept[a], strayTier)
				k.stick[a] = stray(r, stick[a], strayStick)
				k.value[a] = economics().Score(offers[a], float64(k.mrr.Minor), k.accept[a], k.stick[a])
			}
			w.kinds = append(w.kinds, k)
		}
	}
	return w
}

func anchor(reason string, arm int) float64 {
	mean := map[nextoffer.Fit]float64{m: acceptMatch, p: acceptPlausible, x: acceptPoor}[fits[reason][arm]]
	switch arm {
	case armNone:
		mean = acceptNone
	case armOff50:
		mean *= deepFactor
	}
	return mean
}

// stray moves a probability by a normal error on the logarithm of its odds.
func stray(r *rand.Rand, mean, spread float64) float64 {
	odds := math.Log(mean/(1-mean)) + spread*r.NormFloat64()
	return 1 / (1 + math.Exp(-odds))
}

// customer is one case to come: what kind, what may be offered, and what they will answer to whatever is tried.
type customer struct {
	kind       *kind
	may        [armCount]bool
	yes, stays float64 // they say yes to an arm whose probability is above
}

func (w *World) next(r *rand.Rand) customer {
	c := customer{kind: &w.kinds[len(w.kinds)-1]}
	u := r.Float64()
	for i := range w.kinds {
		if u -= w.kinds[i].share; u < 0 {
			c.kind = &w.kinds[i]
			break
		}
	}
	cooled := r.Float64() < cooledShare
	for a := range armCount {
		c.may[a] = !cooled || offers[a].Family != "discount"
	}
	c.may[armOff50] = c.may[armOff50] && c.kind.cell.Tier == "high"
	c.yes, c.stays = r.Float64(), r.Float64()
	return c
}

// best is the arm of the highest expected value.
func (c customer) best() int {
	best := armNone
	for a := range armCount {
		if c.may[a] && c.kind.value[a] > c.kind.value[best] {
			best = a
		}
	}
	return best
}
