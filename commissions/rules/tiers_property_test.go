package rules_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"saveline/commissions/rules"
)

// drawTiers makes rising rates, in tenths of a percent, and their bounds in whole dollars.
func drawTiers(t *rapid.T) (bounds, rates []int64, text string) {
	at, rate := int64(0), rapid.Int64Range(0, 50).Draw(t, "first rate")
	var parts []string
	for i := range rapid.IntRange(1, 5).Draw(t, "tiers") {
		if i > 0 {
			at += rapid.Int64Range(1, 400).Draw(t, "width")
			rate += rapid.Int64Range(0, 40).Draw(t, "more")
		}
		bounds, rates = append(bounds, at), append(rates, rate)
		parts = append(parts, fmt.Sprintf(`{from: "%d", rate: "%d.%d%%"}`, at, rate/10, rate%10))
	}
	return bounds, rates, strings.Join(parts, ", ")
}

// marginal is the pay for a total of cents, by the definition: each part at its own rate, rounded once.
func marginal(bounds, rates []int64, cents int64) int64 {
	sum := new(big.Rat)
	for i, from := range bounds {
		top := cents
		if i+1 < len(bounds) {
			top = min(top, bounds[i+1]*100)
		}
		if part := top - from*100; part > 0 {
			sum.Add(sum, big.NewRat(part*rates[i], 1000))
		}
	}
	half := new(big.Rat).Add(sum, big.NewRat(1, 2))
	return new(big.Int).Quo(half.Num(), half.Denom()).Int64()
}

// I6: marginal tiers pay what the definition says, one sale more never pays less, and no threshold makes a jump: a sale
// never pays more than its value at the highest rate (and the cent of rounding).
func TestMarginalTiersAreContinuousAndRise(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bounds, rates, text := drawTiers(t)
		p := mustPlan(t, `{plan: m, currency: USD, calendar: {pay: monthly, tz: UTC}, measures: {sold: {sum: outcome.value}},
components: [{id: c, type: tiered, measure: sold, axis: amount, tiers: [`+text+`]}]}`)
		var events []rules.Event
		sold, paid := int64(0), int64(0)
		for i := range rapid.IntRange(1, 12).Draw(t, "sales") {
			cents := rapid.Int64Range(0, 60_000).Draw(t, "cents")
			events = append(events, event(rules.EventOutcome, fmt.Sprintf("e%02d", i), march.Add(time.Duration(i)*time.Hour), "A", fmt.Sprintf("r%d", i),
				fmt.Sprintf(`{"type":"sale","value":"%d.%02d"}`, cents/100, cents%100)))
			before := paid
			paid = 0
			for _, l := range compute(t, rules.PayBook{Plans: []*rules.PayPlan{p}, Events: events}).Lines {
				paid += l.Amount.Minor
			}
			sold += cents
			if want := marginal(bounds, rates, sold); paid != want {
				t.Fatalf("%d cents pay %d, by the definition %d", sold, paid, want)
			}
			if most := cents*rates[len(rates)-1]/1000 + 1; paid < before || paid-before > most {
				t.Fatalf("a sale of %d moves pay from %d to %d, at most by %d", cents, before, paid, most)
			}
		}
	})
}

// Whole tiers jump, and the linter names each jump.
func TestTheLinterNamesEveryJump(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bounds, rates, text := drawTiers(t)
		p := mustPlan(t, `{plan: m, currency: USD, calendar: {pay: monthly, tz: UTC}, measures: {sold: {sum: outcome.value}},
components: [{id: c, type: tiered, measure: sold, axis: amount, mode: whole, tiers: [`+text+`]}]}`)
		want, got := 0, 0
		for i := 1; i < len(bounds); i++ {
			if rates[i] != rates[i-1] {
				want++
			}
		}
		for _, f := range rules.Lint(p) {
			if f.Rule == "cliff" {
				got++
			}
		}
		if got != want {
			t.Fatalf("%d cliffs named, %d are there: %s", got, want, text)
		}
	})
}
