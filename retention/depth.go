package retention

import "saveline/internal/money"

const (
	centBP    = 100 // hundredths of a percent in a percent
	monthDays = 30
)

// giving is what an offer gives to a customer who pays so much a month.
type giving struct {
	DepthBP   int   // share of the price, in hundredths of a percent, at most all of it
	CostMinor int64 // over its whole life
	Cycles    int   // months it lasts
	MRRAfter  int64 // what they pay a month once it is over
}

// gives reckons in whole minor units; parts of one are dropped.
func (o Offer) gives(mrr int64) giving {
	percent, _ := whole(o.Terms["percent"])
	cycles, _ := whole(o.Terms["cycles"])
	months, _ := whole(o.Terms["months"])
	days, _ := whole(o.Terms["days"])
	amount := o.amount("amount")
	g := giving{MRRAfter: mrr}
	switch o.Kind {
	case "discount_percent":
		g = giving{int(percent) * centBP, mrr * percent / 100 * cycles, int(cycles), mrr}
	case "discount_amount":
		g = giving{share(amount, mrr), amount * cycles, int(cycles), mrr}
	case "credit":
		g = giving{share(amount, mrr), amount, 1, mrr}
	case "free_month":
		g = giving{basisPointsWhole, mrr * months, int(months), mrr}
	case "trial_extension":
		g = giving{basisPointsWhole, mrr * days / monthDays, int((days + monthDays - 1) / monthDays), mrr}
	case "re_term":
		g = giving{int(percent) * centBP, mrr * percent / 100 * months, int(months), mrr}
	case "plan_change", "downgrade":
		if price := o.amount("price"); price > 0 {
			g.MRRAfter = price
		}
	}
	g.CostMinor = max(g.CostMinor, o.Cost.Minor)
	return g
}

// amount is a decimal of the terms in minor units, 0 if there is none.
func (o Offer) amount(name string) int64 {
	text, _ := o.Terms[name].(string)
	a, err := money.Parse(text, o.Value.Currency)
	if err != nil {
		return 0
	}
	return a.Minor
}

// share is part of whole in hundredths of a percent, at most all of it. Of nothing, anything is all.
func share(part, all int64) int {
	if all <= 0 || part >= all {
		return basisPointsWhole
	}
	return int(part * basisPointsWhole / all)
}
