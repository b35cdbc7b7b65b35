package nextoffer

import (
	"math"
	"slices"
)

// None is the arm without an offer: some customers stay when they are simply asked.
const None = "none"

// Offer is one arm: an offer, as far as it matters to what it leaves with us.
type Offer struct {
	Code        string  // with its version, if versions are to be told apart
	Family      string  // discount, pause, plan, fix, …
	Keeps       float64 // the price after a yes as a share of the price before: 1, or 0.7 for a smaller plan
	Off         float64 // share of that price taken off: 0.25; 1 is a free month
	Cycles      float64 // months it is taken off
	PauseMonths float64 // months nothing is paid
	Fulfilment  float64 // minor units: a visit, a device, a specialist's hour
	Stick       float64 // prior mean of lasting 90 days; 0: Published's by Family
	Pay         float64 `json:",omitzero"` // minor units that a save with it is expected to pay the agent who asks; 0: Commission's say
}

func none() Offer { return Offer{Code: None, Family: None, Keeps: 1} }

// Economics is what a kept customer is worth to the client.
type Economics struct {
	Margin      float64 // share of the price that is left after costs: 0.5
	Months      float64 // the horizon, 12
	EarlyMonths float64 // months paid by somebody who says yes and leaves within 90 days after all, 1.5
	ContactCost float64 // minor units for the minutes that presenting an offer takes
	// Commission is what a save with this offer is expected to pay the agent, in minor units; mrr is the monthly price
	// before. nil: nothing.
	Commission func(o Offer, mrr float64) float64
}

// DefaultEconomics are the house's until a client says better.
func DefaultEconomics() Economics { return Economics{Margin: 0.5, Months: 12, EarlyMonths: 1.5} }

// Values is what a yes to o is worth in minor units if it lasts, and if it does not:
//
//	V = margin x price after x months paid - discount - fulfilment - commission (only if it lasts)
//
// Source: retention.md 4.1.
func (e Economics) Values(o Offer, mrr float64) (lasting, leaving float64) {
	lasting, leaving = e.value(o, mrr, e.Months), e.value(o, mrr, e.EarlyMonths)
	switch {
	case o.Pay > 0:
		lasting -= o.Pay
	case e.Commission != nil:
		lasting -= e.Commission(o, mrr)
	}
	return lasting, leaving
}

func (e Economics) value(o Offer, mrr, months float64) float64 {
	paid := max(0, months-o.PauseMonths)
	price := mrr * o.Keeps
	return e.Margin*price*paid - price*o.Off*min(o.Cycles, paid) - o.Fulfilment
}

// Score is P(yes) x [ P(lasts) x V1 + (1 - P(lasts)) x V0 ] - contact cost: what trying o is expected to leave with us.
func (e Economics) Score(o Offer, mrr, accept, stick float64) float64 {
	lasting, leaving := e.Values(o, mrr)
	return accept*(stick*lasting+(1-stick)*leaving) - e.contact(o)
}

func (e Economics) contact(o Offer) float64 {
	if o.Code == None {
		return 0
	}
	return e.ContactCost
}

// Depth is how much of its price an offer gives away, in months: what "cheaper" means among the offers of a family.
func (o Offer) Depth() float64 { return o.Off*o.Cycles + o.PauseMonths + (1 - o.Keeps) }

// Remaining is what is left to try after declines: not the declined ones, and none of their families that gives less.
//
// Source: retention.md 4.2 (6).
func Remaining(offers []Offer, declined []string) []Offer {
	least := map[string]float64{}
	for _, o := range offers {
		if slices.Contains(declined, o.Code) {
			least[o.Family] = math.Max(least[o.Family], o.Depth())
		}
	}
	return slices.DeleteFunc(slices.Clone(offers), func(o Offer) bool {
		depth, found := least[o.Family]
		return slices.Contains(declined, o.Code) || found && o.Depth() < depth
	})
}
