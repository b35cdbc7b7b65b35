package retention

import (
	"saveline/retention/nextoffer"
)

// arm is an offer as the choice sees it: what it gives away to a customer who pays so much a month. Amounts are shares of
// the price, so that the same arm can be weighed again from what was stored.
func (o Offer) arm(mrr int64) nextoffer.Offer {
	g := o.gives(mrr)
	months, _ := whole(o.Terms["months"])
	a := nextoffer.Offer{Code: o.Code, Family: o.Family, Keeps: 1}
	price := float64(max(mrr, 1))
	switch o.Kind {
	case "discount_percent", "discount_amount", "credit", "re_term":
		a.Off, a.Cycles = float64(g.DepthBP)/basisPointsWhole, float64(max(g.Cycles, 1))
		if o.Kind == "re_term" {
			a.Cycles = float64(months)
		}
		if o.Kind != "discount_percent" && o.Kind != "re_term" { // an amount may be more than a month's price
			a.Off = float64(o.amount("amount")) / price
		}
	case "free_month":
		a.Off, a.Cycles = 1, float64(months)
	case "trial_extension":
		a.Off, a.Cycles = float64(g.CostMinor)/price, 1
	case "pause":
		a.PauseMonths = float64(months)
	case "plan_change", "downgrade":
		a.Keeps = float64(g.MRRAfter) / price
	default: // a fix, thanks, anything else: what it says that it costs
		a.Fulfilment = float64(o.Cost.Minor)
	}
	if stick, said := sticks[o.Kind]; said {
		a.Stick = stick
	}
	if o.Kind == "discount_percent" && g.DepthBP > deepBP {
		a.Stick = stickDeep
	}
	return a
}

const (
	deepBP    = 3500 // a discount above this is a deep one
	stickDeep = 0.30
)

// sticks is how many of those who said yes to an offer of a kind are still there on day 90, where the family's figure is
// too coarse. Source: retention design 0.4 and 4.2 (2).
var sticks = map[string]float64{"free_month": 0.35, "credit": 0.45, "re_term": 0.60, "upgrade": 0.60}
