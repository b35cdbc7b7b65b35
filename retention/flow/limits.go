package flow

import (
	"slices"
	"time"
)

// Given is what a customer was granted before, in any case: a discount, a pause, a credit.
type Given struct {
	Offer     int64
	Family    string
	CostMinor int64 // what it gives away over its whole life
	At        time.Time
}

// Caps are the limits on what one customer is given. The zero value of each is no limit.
type Caps struct {
	LifetimeMinor  int64 // sum of everything given
	CooldownDays   int   // of the offer's family
	AnyDays        int   // between any two
	RedemptionsMax int   // of the same offer
}

// Refuse says why a customer who was given all this may not be given one thing more, "" if they may.
func (k Caps) Refuse(before []Given, more Given) string {
	sum, times := more.CostMinor, 0
	for _, g := range before {
		sum += g.CostMinor
		if g.Offer == more.Offer {
			times++
		}
		if g.Family == more.Family && within(g.At, more.At, k.CooldownDays) {
			return "they were given one of this kind not long ago"
		}
		if within(g.At, more.At, k.AnyDays) {
			return "they were given something not long ago"
		}
	}
	switch {
	case k.RedemptionsMax > 0 && times >= k.RedemptionsMax:
		return "they were given this as often as they may"
	case k.LifetimeMinor > 0 && sum > k.LifetimeMinor:
		return "they would be given more than one customer may"
	}
	return ""
}

func within(before, now time.Time, days int) bool {
	return days > 0 && now.Before(before.AddDate(0, 0, days))
}

// Attach is which of a subscription's cases a further request belongs to: the one that is not decided, 0 if it opens a
// new one.
func Attach(cases map[int64]State) int64 {
	for _, id := range slices.Sorted(keys(cases)) {
		if !cases[id].Closed() {
			return id
		}
	}
	return 0
}

func keys(m map[int64]State) func(func(int64) bool) {
	return func(yield func(int64) bool) {
		for id := range m {
			if !yield(id) {
				return
			}
		}
	}
}
