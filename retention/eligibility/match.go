package eligibility

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"saveline/internal/money"
)

// Match answers for every offer, in script order (rank, then id), whether the subject may be given it now. It says
// nothing of the law and nothing of an agent's authority. The same check belongs into the transaction that grants.
func Match(offers []Offer, s Subject) []Verdict {
	ordered := slices.SortedStableFunc(slices.Values(offers), func(a, b Offer) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID))
	})
	facts := values(s)
	out := make([]Verdict, len(ordered))
	for i, o := range ordered {
		reasons := o.against(s)
		if o.Condition != nil {
			for _, f := range o.Condition.failed(facts) {
				reasons = append(reasons, Reason{Why: ConditionFailed, Sentence: f.Sentence, Failed: &f})
			}
		}
		out[i] = Verdict{Offer: o.ID, Version: o.Version, Code: o.Code, Eligible: len(reasons) == 0, Reasons: reasons}
	}
	return out
}

// against lists what the guardrails say against an offer.
func (o Offer) against(s Subject) (out []Reason) {
	for _, ask := range []func(Subject) *Reason{
		o.dates, o.region, o.declined, o.rung, o.pastDue, o.stacking, o.familyCooldown, o.anyCooldown, o.customerMax, o.left, o.budget, o.lifetime,
	} {
		if r := ask(s); r != nil {
			out = append(out, *r)
		}
	}
	return out
}

func against(why Why, format string, args ...any) *Reason {
	return &Reason{Why: why, Sentence: fmt.Sprintf(format, args...)}
}

func (o Offer) dates(s Subject) *Reason {
	switch {
	case s.At.Before(o.From):
		r := against(NotYet, "the offer begins on %s", o.From.UTC().Format(time.DateOnly))
		r.Until = o.From
		return r
	case !o.Until.IsZero() && !s.At.Before(o.Until):
		return against(Expired, "the offer ended on %s", o.Until.UTC().Format(time.DateOnly))
	}
	return nil
}

func (o Offer) region(s Subject) *Reason {
	here := func(r string) bool { return r == s.Customer.Country || r == s.Customer.State }
	if len(o.Regions) == 0 || slices.ContainsFunc(o.Regions, here) {
		return nil
	}
	return against(OutOfRegion, "the offer is not given in %s", say(cmp.Or(s.Customer.State, s.Customer.Country)))
}

func (o Offer) declined(s Subject) *Reason {
	if slices.ContainsFunc(s.History.Declined, func(d Decline) bool { return d.Offer == o.ID }) {
		return against(DeclinedBefore, "the customer declined it in this case")
	}
	return nil
}

// rung unlocks a step of a ladder by a recorded decline of the step before.
func (o Offer) rung(s Subject) *Reason {
	if o.Ladder == "" || o.Rung <= 1 {
		return nil
	}
	before := func(d Decline) bool { return d.Ladder == o.Ladder && d.Rung == o.Rung-1 }
	if slices.ContainsFunc(s.History.Declined, before) {
		return nil
	}
	return against(RungLocked, "it is step %d of its ladder, and step %d was not declined", o.Rung, o.Rung-1)
}

func (o Offer) pastDue(s Subject) *Reason {
	if o.PriceOff && s.Subscription.PastDue {
		return against(PastDue, "an invoice is past due: settle the payment first")
	}
	return nil
}

func (o Offer) stacking(s Subject) *Reason {
	if o.PriceOff && s.Subscription.DiscountActive && !o.Stacks {
		return against(Stacking, "a discount is active, and this one does not go with another")
	}
	return nil
}

func (o Offer) familyCooldown(s Subject) *Reason {
	days := max(o.CooldownDays, s.Limits.CooldownDays[o.Family])
	last, found := s.lastGrant(func(g Grant) bool { return g.Family == o.Family })
	return cooling(FamilyCooldown, fmt.Sprintf("an offer of the family %q", o.Family), last, found, days, s.At)
}

func (o Offer) anyCooldown(s Subject) *Reason {
	last, found := s.lastGrant(func(Grant) bool { return true })
	return cooling(AnyCooldown, "an offer", last, found, s.Limits.AnyCooldownDays, s.At)
}

func cooling(why Why, what string, last time.Time, found bool, days int, at time.Time) *Reason {
	const day = 24 * time.Hour
	until := last.Add(time.Duration(days) * day)
	if !found || days <= 0 || !at.Before(until) {
		return nil
	}
	r := against(why, "the customer took %s on %s; the next is possible after %d days, on %s", what, last.UTC().Format(time.DateOnly), days,
		until.UTC().Format(time.DateOnly))
	r.Until = until
	return r
}

func (s Subject) lastGrant(of func(Grant) bool) (last time.Time, found bool) {
	for _, g := range s.History.Grants {
		if of(g) && (!found || g.At.After(last)) {
			last, found = g.At, true
		}
	}
	return last, found
}

func (o Offer) customerMax(s Subject) *Reason {
	taken := 0
	for _, g := range s.History.Grants {
		if g.Offer == o.ID {
			taken++
		}
	}
	if o.CustomerMax > 0 && taken >= o.CustomerMax {
		return against(CustomerMax, "the customer took it %d times, and %d is the most", taken, o.CustomerMax)
	}
	return nil
}

func (o Offer) left(Subject) *Reason {
	if o.Left != nil && *o.Left <= 0 {
		return against(UsedUp, "the offer is used up")
	}
	return nil
}

func (o Offer) budget(Subject) *Reason {
	if o.BudgetLeft == nil || o.Cost.Minor == 0 {
		return nil
	}
	rest, err := o.BudgetLeft.Sub(o.Cost)
	switch {
	case err != nil:
		return against(WrongCurrency, "cost and budget cannot be compared: %v", err)
	case rest.Minor < 0:
		return against(OverBudget, "%s %s of this week's budget are left, and it costs %s", o.BudgetLeft, o.BudgetLeft.Currency, o.Cost)
	}
	return nil
}

func (o Offer) lifetime(s Subject) *Reason {
	if o.Off.Minor == 0 || s.Limits.DiscountMax == (money.Amount{}) {
		return nil
	}
	sum := o.Off
	for _, g := range s.History.Grants {
		var err error
		if sum, err = sum.Add(g.Off); err != nil {
			return against(WrongCurrency, "discounts given so far cannot be added up: %v", err)
		}
	}
	rest, err := s.Limits.DiscountMax.Sub(sum)
	switch {
	case err != nil:
		return against(WrongCurrency, "discount and limit cannot be compared: %v", err)
	case rest.Minor < 0:
		return against(LifetimeMax, "with it the customer's discounts would be %s %s, and %s is the most", sum, sum.Currency, s.Limits.DiscountMax)
	}
	return nil
}

// discounts is what the customer was given so far in the subscription's currency.
func (s Subject) discounts() money.Amount {
	sum := money.Amount{Currency: s.Subscription.MRR.Currency}
	for _, g := range s.History.Grants {
		if next, err := sum.Add(g.Off); err == nil {
			sum = next
		}
	}
	return sum
}
