package netsave

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	today = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	march = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
)

func usd(c Case) Case {
	c.Currency, c.MRRBefore, c.Saveable = "USD", 8000, true
	if c.RequestedAt.IsZero() {
		c.RequestedAt = march
	}
	return c
}

func passes(mrr ...int64) (out [stageCount]Verified) {
	for i := range out {
		out[i] = Verified{Failed: true}
		if i < len(mrr) {
			out[i] = Verified{Passed: true, MRRAfter: mrr[i]}
		}
	}
	return out
}

func TestFold(t *testing.T) {
	t.Parallel()
	cases := []Case{
		usd(Case{Attempted: true, Saved: true, Stage: passes(8000, 8000, 8000), DiscountCost: 1000, PayCost: 1200}),
		usd(Case{Attempted: true, Saved: true, Stage: passes(8000), DiscountCost: 500}), // left between day 30 and 60
		usd(Case{Attempted: true, Saved: true, Stage: passes(7000, 7000, 7000)}),        // on a smaller plan
		usd(Case{Attempted: true, Saved: true}),                                         // waits
		usd(Case{Attempted: true, Saved: true, Voided: true, Stage: passes(8000)}),      // was none
		usd(Case{Attempted: true}),
		usd(Case{}), // nobody reached them: in the denominator all the same
		usd(Case{Holdout: true}),
		usd(Case{Duplicate: true}),
		{Currency: "USD", MRRBefore: 5000, RequestedAt: march},
		usd(Case{RequestedAt: today.AddDate(0, 0, -50), Attempted: true, Saved: true}), // too young for day 60 and 90
	}
	got := Fold(cases, today)
	want := Figures{
		Requests: 11, Excluded: 2, Holdout: 1, Eligible: 8, Attempted: 7, Gross: 5, Withdrawn: 1,
		Net: [3]Net{
			{Eligible: 7, Gross: 4, Verified: 3, Waiting: 1, Immature: 1, HoldoutEligible: 1},
			{Eligible: 7, Gross: 4, Verified: 2, Failed: 1, Waiting: 1, Immature: 1, HoldoutEligible: 1},
			{Eligible: 7, Gross: 4, Verified: 2, Failed: 1, Waiting: 1, Immature: 1, HoldoutEligible: 1},
		},
		Money: map[string]*Money{"USD": {
			AtRisk: 85000, Saveable: 72000, GrossSaved: 40000, DiscountCost: 1500, PayCost: 1200,
			Stage: [3]Kept{
				{GrossSaved: 32000, Retained: 23000, Downgrade: 1000, Waiting: 8000, Cost: 2700},
				{GrossSaved: 32000, Retained: 15000, Rechurn: 8000, Downgrade: 1000, Waiting: 8000, Cost: 2700},
				{GrossSaved: 32000, Retained: 15000, Rechurn: 8000, Downgrade: 1000, Waiting: 8000, Cost: 2700},
			},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if cost, ok := CostPerNetSave(2700, got.Net[2].Verified); !ok || cost != 1350 {
		t.Errorf("a net save costs %d", cost)
	}
	if _, ok := CostPerNetSave(2700, 0); ok {
		t.Error("no net save has no cost")
	}
}

// TestChurnkeyRate is the worked example of retention design 0.2: 390 sessions that stayed on, 100 of which accepted an
// offer, and 200 that cancelled.
func TestChurnkeyRate(t *testing.T) {
	t.Parallel()
	const accepted = 100
	theirs, _ := ChurnkeyRate(390, 0, 200).Value()
	ours, _ := Rate{Of: 390, Count: accepted}.Value()
	if math.Round(theirs*100_000) != 48_718 || math.Round(ours*100_000) != 25_641 {
		t.Errorf("%.5f and %.5f", theirs, ours)
	}
	if _, ok := (Rate{}).Value(); ok {
		t.Error("nothing of nothing is no rate")
	}
}

func TestAnOfferHasItsOwnSavesOnly(t *testing.T) {
	t.Parallel()
	cases := []Case{
		usd(Case{Attempted: true, Saved: true, Stage: passes(8000, 8000, 8000), Offers: []Offer{{ID: 1}, {ID: 2, Accepted: true}, {ID: 2}}}),
		usd(Case{Attempted: true, Offers: []Offer{{ID: 1}}}),
		usd(Case{}),
	}
	got := FoldBy(cases, "offer", today)
	if one := got["1"]; one.Eligible != 2 || one.Gross != 0 || one.Net[2].Verified != 0 {
		t.Errorf("declined: %+v", one)
	}
	if two := got["2"]; two.Eligible != 1 || two.Gross != 1 || two.Net[2].Verified != 1 {
		t.Errorf("accepted: %+v", two)
	}
}

func TestMatured(t *testing.T) {
	t.Parallel()
	c := Case{RequestedAt: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)} // its month ends with August
	for _, tc := range []struct {
		at   time.Time
		want bool
	}{
		{time.Date(2026, 9, 30, 23, 59, 59, 0, time.UTC), false},
		{time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), true},
	} {
		if got := c.Matured(30, tc.at); got != tc.want {
			t.Errorf("at %s: %v", tc.at, got)
		}
	}
}

func random(rnd *rand.Rand) Case {
	c := usd(Case{
		ID: rnd.Int64N(1 << 40), Duplicate: rnd.IntN(9) == 0, Holdout: rnd.IntN(6) == 0, Attempted: rnd.IntN(2) == 0,
		RequestedAt: today.AddDate(0, 0, -rnd.IntN(300)), Reason: fmt.Sprint(rnd.IntN(4)), Agent: rnd.Int64N(3), Plan: "p",
	})
	c.Saveable = rnd.IntN(8) != 0
	c.Saved = c.Attempted && rnd.IntN(2) == 0 || rnd.IntN(20) == 0
	c.Voided = c.Saved && rnd.IntN(7) == 0
	if c.Saved {
		c.Stage = passes([]int64{8000, 8000, 6000}[:rnd.IntN(4)]...)
		if rnd.IntN(4) == 0 {
			c.Stage = [stageCount]Verified{}
		}
	}
	return c
}

// Every number is the count of the cases that it leads to, groups add up to the whole, and what an agent records moves no
// denominator.
func TestFiguresOverRandomCases(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		cases := make([]Case, rnd.IntN(60))
		for i := range cases {
			cases[i] = random(rnd)
		}
		whole := Fold(cases, today)
		counts := map[string]int{}
		for _, number := range Numbers() {
			for _, c := range cases {
				if c.In(number, today) {
					counts[number]++
				}
			}
		}
		want := map[string]int{
			NumberRequests: whole.Requests, NumberExcluded: whole.Excluded, NumberHoldout: whole.Holdout, NumberEligible: whole.Eligible,
			NumberAttempted: whole.Attempted, NumberGross: whole.Gross,
		}
		for i, stage := range Stages {
			n := whole.Net[i]
			want[fmt.Sprintf("net%d", stage)], want[fmt.Sprintf("failed%d", stage)], want[fmt.Sprintf("waiting%d", stage)] = n.Verified, n.Failed, n.Waiting
			if n.Verified+n.Failed+n.Waiting != n.Gross || n.Eligible+n.Immature != whole.Eligible {
				t.Fatalf("seed %d: stage %d does not add up: %+v of %+v", seed, stage, n, whole)
			}
		}
		for number, n := range want {
			if counts[number] != n {
				t.Fatalf("seed %d: %s is %d, and leads to %d cases", seed, number, n, counts[number])
			}
		}
		for _, by := range []string{"reason", "agent", "plan", "cohort", "client", ""} {
			sum := 0
			for _, f := range FoldBy(cases, by, today) {
				sum += f.Eligible
			}
			if sum != whole.Eligible {
				t.Fatalf("seed %d: by %q E is %d of %d", seed, by, sum, whole.Eligible)
			}
		}
		for i := range cases { // an agent records whatever they like
			cases[i].Attempted, cases[i].Saved = rnd.IntN(2) == 0, rnd.IntN(2) == 0
		}
		after := Fold(cases, today)
		if after.Eligible != whole.Eligible || after.Requests != whole.Requests || after.Net[2].Eligible != whole.Net[2].Eligible || after.Holdout != whole.Holdout {
			t.Fatalf("seed %d: a disposition moved a denominator: %+v, before %+v", seed, after, whole)
		}
	}
}
