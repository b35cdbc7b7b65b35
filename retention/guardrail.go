package retention

import (
	"time"

	"saveline/internal/money"
	"saveline/retention/eligibility"
)

// guarded is an offer as the guardrails see it: what it gives to this customer, and what is left of its budget.
func (m measures) guarded(o Offer, cost int64, currency string) eligibility.Offer {
	amount := money.Amount{Minor: cost, Currency: currency}
	out := eligibility.Offer{
		ID: int64(o.ID), Version: o.Version, Code: o.Code, Rank: o.Rank, Family: o.Family, CooldownDays: o.CooldownDays,
		CustomerMax: o.RedemptionsMax, Off: amount, Cost: amount,
	}
	switch o.Kind {
	case "discount_percent", "discount_amount", "free_month":
		out.PriceOff = true
	case "credit": // once, beside whatever lowers the price
		out.PriceOff, out.Stacks = true, true
	case "re_term":
		percent, _ := whole(o.Terms["percent"])
		out.PriceOff = percent > 0
	}
	if o.WeekBudgetMinor > 0 {
		out.BudgetLeft = &money.Amount{Minor: o.WeekBudgetMinor - m.week[o.ID], Currency: currency}
	}
	return out
}

// guardrails say why the customer may not be given this on top of what they have and were given before, "" if they may:
// what is past due, a discount that runs, cool-downs, how often, the week's budget, and what one customer may be given in
// all. Mending what is broken gives nothing away.
func (m measures) guardrails(o Offer, cost int64, about eligibility.Subject) string {
	currency := about.Subscription.MRR.Currency
	about.At = microInstant(m.now)
	about.Limits = eligibility.Limits{AnyCooldownDays: m.settings.AnyCooldownDays}
	if m.settings.LifetimeMinor > 0 {
		about.Limits.DiscountMax = money.Amount{Minor: m.settings.LifetimeMinor, Currency: currency}
	}
	if cost == 0 && o.Kind == "fix" {
		about.Limits = eligibility.Limits{}
	}
	for _, g := range m.given {
		about.History.Grants = append(about.History.Grants, eligibility.Grant{
			Offer: g.Offer, Family: g.Family, At: g.At, Off: money.Amount{Minor: g.CostMinor, Currency: currency},
		})
	}
	for _, v := range eligibility.Match([]eligibility.Offer{m.guarded(o, cost, currency)}, about) {
		for _, r := range v.Reasons {
			return r.Sentence
		}
	}
	return ""
}

// running reports whether a discount lowers the price now.
func (d Discounts) running(now time.Time) bool {
	for _, one := range d {
		if one.EndsAt == nil || now.Before(*one.EndsAt) {
			return true
		}
	}
	return false
}
