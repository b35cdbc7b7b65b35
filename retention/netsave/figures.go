package netsave

import "time"

// Figures are the counts of a set of cases. Rates are of the treated arm; the holdout stands beside it.
type Figures struct {
	Requests  int // all that were made, whatever became of them
	Excluded  int // uncontrolled or duplicate: watched, because it would be a way to shrink the denominator
	Holdout   int
	Eligible  int // E
	Attempted int // A
	Gross     int // G
	Withdrawn int // saves that were none after all: no consent, never applied
	Net       [stageCount]Net
	Money     map[string]*Money // by currency
}

// Net are the counts of one stage. Only cases of matured months are in it.
type Net struct {
	Eligible        int // E of matured months
	Gross           int // G of them
	Verified        int // V
	Failed          int
	Waiting         int // saves whose verdict is not there yet: a pause, an invoice, a billing system that is silent
	Immature        int // E of months that are too young
	HoldoutEligible int
	HoldoutVerified int
}

// Money are the amounts of a currency, in minor units, of the treated arm. AtRisk is of every request.
type Money struct {
	AtRisk       int64 // what all who asked to cancel paid a month
	Saveable     int64 // of those who could be saved
	GrossSaved   int64 // what the gross saves paid a month
	DiscountCost int64
	PayCost      int64
	Stage        [stageCount]Kept
}

// Kept is what of the gross saves' monthly value was still there at a stage; of matured months.
type Kept struct {
	GrossSaved int64
	Retained   int64
	Rechurn    int64 // lost with saves that did not last
	Downgrade  int64 // lost by saves that pay less
	Waiting    int64 // not known yet
	Cost       int64 // discounts and pay of these months
}

// Leakage is what was lost of what was saved: re-churn and downgrade.
func (k Kept) Leakage() int64 { return k.Rechurn + k.Downgrade }

// Fold adds up cases.
func Fold(cases []Case, now time.Time) Figures {
	f := Figures{Money: map[string]*Money{}}
	for _, c := range cases {
		f.add(c, now)
	}
	return f
}

// GroupBy sorts cases by a dimension. An offer's group has as saved only what was saved with it.
func GroupBy(cases []Case, by string) map[string][]Case {
	groups := map[string][]Case{}
	for _, c := range cases {
		for _, key := range c.Groups(by) {
			of := c
			if by == "offer" {
				of = c.ofOffer(key)
			}
			groups[key] = append(groups[key], of)
		}
	}
	return groups
}

// FoldBy adds up cases by a dimension.
func FoldBy(cases []Case, by string, now time.Time) map[string]Figures {
	out := map[string]Figures{}
	for key, group := range GroupBy(cases, by) {
		out[key] = Fold(group, now)
	}
	return out
}

func (f *Figures) add(c Case, now time.Time) {
	m := f.Money[c.Currency]
	if m == nil {
		m = &Money{}
		f.Money[c.Currency] = m
	}
	f.Requests++
	m.AtRisk += c.MRRBefore
	if !c.counts() {
		f.Excluded++
		return
	}
	m.Saveable += c.MRRBefore
	for i, stage := range Stages {
		f.Net[i].add(c, i, c.Matured(stage, now))
	}
	if c.Holdout {
		f.Holdout++
		return
	}
	f.Eligible++
	if c.Attempted {
		f.Attempted++
	}
	if c.Saved && c.Voided {
		f.Withdrawn++
	}
	if !c.gross() {
		return
	}
	f.Gross++
	m.GrossSaved += c.MRRBefore
	m.DiscountCost += c.DiscountCost
	m.PayCost += c.PayCost
	for i, stage := range Stages {
		if c.Matured(stage, now) {
			m.Stage[i].add(c, i)
		}
	}
}

func (n *Net) add(c Case, i int, isMature bool) {
	v := c.Stage[i]
	isNet := v.Passed && c.gross()
	switch {
	case !isMature:
		if !c.Holdout {
			n.Immature++
		}
		return
	case c.Holdout:
		n.HoldoutEligible++
		if isNet {
			n.HoldoutVerified++
		}
		return
	}
	n.Eligible++
	if !c.gross() {
		return
	}
	n.Gross++
	switch {
	case isNet:
		n.Verified++
	case v.Failed:
		n.Failed++
	default:
		n.Waiting++
	}
}

func (k *Kept) add(c Case, i int) {
	v := c.Stage[i]
	k.GrossSaved += c.MRRBefore
	k.Cost += c.DiscountCost + c.PayCost
	switch {
	case v.Passed:
		k.Retained += v.MRRAfter
		k.Downgrade += c.MRRBefore - v.MRRAfter // below nothing where they pay more
	case v.Failed:
		k.Rechurn += c.MRRBefore
	default:
		k.Waiting += c.MRRBefore
	}
}
