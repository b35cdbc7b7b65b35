package rules_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/commissions/rules"
	"saveline/internal/money"
)

var newYork = mustZone("America/New_York")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

func usd(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "USD"} }

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func plan(holdDays int, cs ...rules.Component) rules.Plan {
	p, err := rules.Compile(rules.Terms{Currency: "USD", HoldDays: holdDays, Components: cs}, "terms")
	if err != nil {
		panic(err)
	}
	return p
}

var (
	perSale   = rules.Component{ID: "sale_bonus", Type: rules.PerUnit, Result: "sale", Amount: "15.00"}
	perUpsell = rules.Component{ID: "upsell", Type: rules.Percent, Result: "upsell", Rate: "7.5%"}
)

// amounts is what the tests below compare: key and signed amount.
func amounts(lines []rules.Line) map[string]string {
	out := map[string]string{}
	for _, l := range lines {
		out[l.Key] = fmt.Sprintf("%s v%d", l.Amount, l.Version.Number)
	}
	return out
}

func TestTheVersionInForceValuesTheCredit(t *testing.T) {
	t.Parallel()
	dearer := perSale
	dearer.Amount = "20.00"
	book := rules.Book{
		Zone: newYork,
		Versions: []rules.Version{
			{ID: 1, Plan: 1, Number: 1, Approved: at("2026-11-02T12:00:00Z"), Terms: plan(0, perSale)},
			{ID: 2, Plan: 1, Number: 2, Approved: at("2026-11-10T12:00:00Z"), Terms: plan(0, dearer)},
		},
		Assignments: []rules.Assignment{
			{Agent: 7, Plan: 1, From: "2026-11-01", Until: "2026-11-20"},
			{Agent: 8, Plan: 2, From: "2026-11-01"},
		},
	}
	for name, c := range map[string]struct {
		agent     int64
		effective string
		want      string // amount, or the gap's sentence
	}{
		"before the first approval, on purpose":    {7, "2026-11-01T15:00:00Z", "15.00 v1"},
		"the first version":                        {7, "2026-11-09T15:00:00Z", "15.00 v1"},
		"at the very instant of the next approval": {7, "2026-11-10T12:00:00Z", "20.00 v2"},
		"the last evening, in New York":            {7, "2026-11-20T04:59:59Z", "20.00 v2"},
		"midnight in New York ends the assignment": {7, "2026-11-20T05:00:00Z", "the agent was on no plan on 2026-11-20"},
		"the evening before the first day":         {7, "2026-11-01T03:59:00Z", "the agent was on no plan on 2026-10-31"},
		"a plan that nobody has approved":          {8, "2026-11-09T15:00:00Z", "the agent's plan of 2026-11-09 has no approved version"},
		"an agent whom nobody has put on any plan": {9, "2026-11-09T15:00:00Z", "the agent was on no plan on 2026-11-09"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := book
			b.Credits = []rules.Credit{{Result: 1, Agent: c.agent, Role: "owner", Kind: "sale", Value: usd(0), EffectiveAt: at(c.effective)}}
			lines, gaps := rules.Evaluate(b)
			got := ""
			switch {
			case len(lines) == 1 && len(gaps) == 0:
				got = amounts(lines)[lines[0].Key]
			case len(lines) == 0 && len(gaps) == 1:
				got = gaps[0].Why
			}
			if got != c.want {
				t.Errorf("got %q (%d lines, %d gaps), want %q", got, len(lines), len(gaps), c.want)
			}
		})
	}
}

func TestPercentRoundsHalfUpOnceALine(t *testing.T) {
	t.Parallel()
	for value, want := range map[int64]string{120_000: "90.00", 134: "0.10", 133: "0.10", 140: "0.11", 6: "", 7: "0.01"} {
		lines, gaps := rules.Evaluate(rules.Book{
			Zone:        newYork,
			Versions:    []rules.Version{{ID: 1, Plan: 1, Number: 1, Terms: plan(0, perUpsell)}},
			Assignments: []rules.Assignment{{Agent: 7, Plan: 1, From: "2026-01-01"}},
			Credits:     []rules.Credit{{Result: 1, Agent: 7, Role: "owner", Kind: "upsell", Value: usd(value), EffectiveAt: at("2026-11-09T15:00:00Z")}},
		})
		got := ""
		if len(lines) == 1 {
			got = lines[0].Amount.String()
		}
		if got != want || len(gaps) != 0 {
			t.Errorf("7.5%% of %s is %q (%d gaps), want %q", usd(value), got, len(gaps), want)
		}
	}
}

func TestAValueInAnotherCurrencyIsAGap(t *testing.T) {
	t.Parallel()
	b := rules.Book{
		Zone:        newYork,
		Versions:    []rules.Version{{ID: 1, Plan: 1, Number: 1, Terms: plan(0, perSale, perUpsell)}},
		Assignments: []rules.Assignment{{Agent: 7, Plan: 1, From: "2026-01-01"}},
		Credits: []rules.Credit{
			{Result: 1, Agent: 7, Role: "owner", Kind: "upsell", Value: money.Amount{Minor: 100, Currency: "EUR"}, EffectiveAt: at("2026-11-09T15:00:00Z")},
			{Result: 2, Agent: 7, Role: "owner", Kind: "upsell", Value: usd(-100), EffectiveAt: at("2026-11-09T15:00:00Z")},
			{Result: 3, Agent: 7, Role: "owner", Kind: "sale", Value: money.Amount{Minor: 100, Currency: "EUR"}, EffectiveAt: at("2026-11-09T15:00:00Z")},
			{Result: 4, Agent: 7, Role: "owner", Kind: "save", EffectiveAt: at("2026-11-09T15:00:00Z")},
		},
	}
	lines, gaps := rules.Evaluate(b)
	if diff := cmp.Diff(map[string]string{"accrue:r3:u7:owner:sale_bonus": "15.00 v1"}, amounts(lines)); diff != "" {
		t.Error(diff)
	}
	if len(gaps) != 2 || gaps[0].Why != "the result's value is in EUR, the plan pays in USD" {
		t.Errorf("gaps %+v", gaps)
	}
}

func TestAHoldIsCountedInCalendarDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, want string
		days       int
	}{
		{"2026-11-09T15:00:00Z", "2026-11-09T15:00:00Z", 0},
		{"2026-10-20T14:00:00Z", "2026-11-03T15:00:00Z", 14}, // 10:00 in New York, before and after the clocks went back
		{"2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", 1},  // 02:30 does not exist that day: it is 03:30
		{"2026-01-31T15:00:00Z", "2026-03-02T15:00:00Z", 30},
	} {
		if got := rules.HoldEnd(at(c.from), c.days, newYork); !got.Equal(at(c.want)) {
			t.Errorf("%d days from %s end %s, want %s", c.days, c.from, got.Format(time.RFC3339), c.want)
		}
	}
}

// drawBook makes a random month of a small team.
func drawBook(t *rapid.T) rules.Book {
	b := rules.Book{Zone: newYork}
	start := at("2026-11-01T12:00:00Z")
	for plans := range 2 {
		for n := range rapid.IntRange(0, 3).Draw(t, "versions") {
			terms := plan(rapid.IntRange(0, 40).Draw(t, "hold"), perSale, perUpsell,
				rules.Component{ID: "extra", Type: rules.Percent, Result: "sale", Rate: rapid.SampledFrom([]string{"0.01%", "3.33%", "100%"}).Draw(t, "rate")})
			b.Versions = append(b.Versions, rules.Version{
				ID: int64(plans*10 + n + 1), Plan: int64(plans + 1), Number: n + 1, Terms: terms,
				Approved: start.Add(time.Duration(rapid.IntRange(0, 700).Draw(t, "approved hour")) * time.Hour),
			})
		}
	}
	for agent := range int64(3) {
		b.Assignments = append(b.Assignments, rules.Assignment{Agent: agent + 1, Plan: rapid.Int64Range(1, 2).Draw(t, "plan"), From: "2026-11-05"})
	}
	for i := range rapid.IntRange(0, 30).Draw(t, "credits") {
		b.Credits = append(b.Credits, rules.Credit{
			Result: int64(i + 1), Agent: rapid.Int64Range(1, 4).Draw(t, "agent"), Role: "owner",
			Kind: rapid.SampledFrom(rules.Results).Draw(t, "kind"), Value: usd(rapid.Int64Range(0, 1_000_000).Draw(t, "value")),
			EffectiveAt: start.Add(time.Duration(rapid.IntRange(0, 700*60).Draw(t, "minute")) * time.Minute),
		})
		if rapid.Bool().Draw(t, "reversed") {
			b.Reversals = append(b.Reversals, rules.Reversal{Result: int64(i + 1), Cause: "customer", EffectiveAt: start.AddDate(0, 1, 0)})
		}
	}
	return b
}

func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := drawBook(t)
		lines, gaps := rules.Evaluate(b)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		s := b
		s.Credits, s.Versions, s.Assignments, s.Reversals = shuffled(r, b.Credits), shuffled(r, b.Versions), shuffled(r, b.Assignments), shuffled(r, b.Reversals)
		s.Credits = append(s.Credits, s.Credits...) // and everything twice
		got, gotGaps := rules.Evaluate(s)
		if diff := cmp.Diff(lines, got, cmp.Comparer(sameZone)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(gaps, gotGaps); diff != "" {
			t.Fatal(diff)
		}
	})
}

func sameZone(a, b *time.Location) bool { return a.String() == b.String() }

func shuffled[T any](r *rand.Rand, in []T) []T {
	out := append([]T(nil), in...)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func TestTwoHalvesMakeTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := drawBook(t)
		whole, gaps := rules.Evaluate(b)
		cut := rapid.IntRange(0, len(b.Credits)).Draw(t, "cut")
		first, second := b, b
		first.Credits, second.Credits = b.Credits[:cut], b.Credits[cut:]
		a, aGaps := rules.Evaluate(first)
		c, cGaps := rules.Evaluate(second)
		if diff := cmp.Diff(amounts(whole), amounts(append(a, c...))); diff != "" {
			t.Fatal(diff)
		}
		if len(gaps) != len(aGaps)+len(cGaps) {
			t.Fatalf("%d gaps whole, %d and %d in halves", len(gaps), len(aGaps), len(cGaps))
		}
	})
}

func TestReversingEverythingLeavesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := drawBook(t)
		b.Reversals = nil
		for _, c := range b.Credits {
			b.Reversals = append(b.Reversals, rules.Reversal{Result: c.Result, Cause: "customer", EffectiveAt: c.EffectiveAt.AddDate(0, 0, 9)})
		}
		lines, _ := rules.Evaluate(b)
		perAgent, byKey := map[int64]int64{}, map[string]rules.Line{}
		for _, l := range lines {
			perAgent[l.Credit.Agent] += l.Amount.Minor
			byKey[l.Key] = l
		}
		for agent, sum := range perAgent {
			if sum != 0 {
				t.Fatalf("agent %d keeps %d", agent, sum)
			}
		}
		for _, l := range lines {
			if l.Reverses != "" && byKey[l.Reverses].Amount.Minor != -l.Amount.Minor {
				t.Fatalf("%s does not mirror %s", l.Key, l.Reverses)
			}
		}
	})
}

func TestALaterVersionChangesNoEarlierLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := drawBook(t)
		if len(b.Versions) == 0 {
			return
		}
		before, _ := rules.Evaluate(b)
		next := b.Versions[0] // another version of a plan that has one, approved after everything
		next.ID, next.Number, next.Approved, next.Terms = 99, 99, at("2027-01-01T00:00:00Z"), plan(0, perSale)
		b.Versions = append(b.Versions, next)
		after, _ := rules.Evaluate(b)
		if diff := cmp.Diff(amounts(before), amounts(after)); diff != "" {
			t.Fatal(diff)
		}
	})
}
