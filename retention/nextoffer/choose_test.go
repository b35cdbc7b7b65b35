package nextoffer_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/internal/money"
	"saveline/retention/nextoffer"
)

var (
	quarter = nextoffer.Offer{Code: "off25x3", Family: "discount", Keeps: 1, Off: 0.25, Cycles: 3}
	half    = nextoffer.Offer{Code: "off50x3", Family: "discount", Keeps: 1, Off: 0.50, Cycles: 3, Stick: 0.30}
	pause   = nextoffer.Offer{Code: "pause_2m", Family: "pause", Keeps: 1, PauseMonths: 2}
	smaller = nextoffer.Offer{Code: "smaller_plan", Family: "plan", Keeps: 0.7}
	fix     = nextoffer.Offer{Code: "fix", Family: "fix", Keeps: 1}
	all     = []nextoffer.Offer{quarter, half, pause, smaller, fix}

	fits = map[string]map[string]nextoffer.Fit{
		"price":   {"off25x3": nextoffer.Match, "off50x3": nextoffer.Match, "fix": nextoffer.Poor},
		"service": {"fix": nextoffer.Match, "smaller_plan": nextoffer.Poor, "pause_2m": nextoffer.Poor},
	}
	table = nextoffer.Table{
		{Segment: "vip", Reasons: []string{"price"}, Offers: []nextoffer.Weighted{{Offer: "off50x3"}}},
		{Reasons: []string{"price"}, Offers: []nextoffer.Weighted{{Offer: "off25x3", Weight: 3}, {Offer: "smaller_plan", Weight: 1}}},
		{Reasons: []string{"moved"}},
		{Offers: []nextoffer.Weighted{{Offer: "fix"}}},
	}
)

func policy(mode nextoffer.Mode) nextoffer.Policy {
	p := nextoffer.DefaultPolicy("v7", table)
	p.Mode, p.HoldoutBP, p.Salt = mode, 0, "salt"
	p.Economics.Commission = func(o nextoffer.Offer, mrr float64) float64 { return 0.1 * mrr * o.Keeps }
	return p
}

func leaver(reason string) nextoffer.Case {
	return nextoffer.Case{
		ID: "case-1", Cell: nextoffer.Cell{Reason: reason, Tier: "mid"}, MRR: money.Amount{Minor: 8000, Currency: "USD"},
		At: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
	}
}

// learned is a model that has seen some weeks of choices with made-up answers.
func learned(seed uint64) *nextoffer.Model {
	m := nextoffer.NewModel(nextoffer.Published(fits))
	x := leaver("price")
	for i := range 300 {
		o := all[(i+int(seed))%len(all)]
		seen := nextoffer.Observation{Cell: nextoffer.Cell{Reason: []string{"price", "service"}[i%2], Tier: []string{"low", "mid", "high"}[i%3]}, Arm: o.Code}
		seen.At, seen.By, seen.Kind, seen.Yes = x.At.Add(time.Duration(i-400)*time.Hour), nextoffer.ByBandit, nextoffer.Answer, i%4 == 0
		m.Learn(seen)
		if seen.Yes {
			seen.Kind, seen.Yes = nextoffer.Lasted, i%8 == 0
			m.Learn(seen)
		}
	}
	return m
}

func TestTheTable(t *testing.T) {
	t.Parallel()
	p := policy(nextoffer.TableOnly)
	m := nextoffer.NewModel(nextoffer.Published(fits))
	vip := leaver("price")
	vip.Segments = []string{"vip"}
	for _, c := range []struct {
		name   string
		x      nextoffer.Case
		may    []nextoffer.Offer
		arm    string
		chance float64
	}{
		{"the first rule that binds", vip, all, "off50x3", 1},
		{"its offer may not be given: the next rule", vip, []nextoffer.Offer{smaller, fix}, "smaller_plan", 1},
		{"no offer, said in so many words", leaver("moved"), all, nextoffer.None, 1},
		{"the rest", leaver("unknown"), all, "fix", 1},
		{"a poor fit, if people say so", leaver("price"), []nextoffer.Offer{fix}, "fix", 1},
		{"nothing may be given", leaver("unknown"), nil, nextoffer.None, 1},
	} {
		got := p.Choose(m, c.x, c.may, 1)
		if got.Arm != c.arm || got.By != nextoffer.ByTable || math.Abs(got.Propensity-c.chance) > 1e-12 {
			t.Errorf("%s: %s by %s, %v", c.name, got.Arm, got.By, got.Propensity)
		}
	}
	if c := policy(nextoffer.Thompson).Choose(m, leaver("price"), []nextoffer.Offer{fix}, 1); len(c.Candidates) != 1 || c.Arm != nextoffer.None {
		t.Errorf("without the table a poor fit is tried: %+v", c)
	}
	count := map[string]int{}
	for seed := range uint64(4000) {
		c := p.Choose(m, leaver("price"), all, seed)
		count[c.Arm]++
		if want := map[string]float64{"off25x3": 0.75, "smaller_plan": 0.25}[c.Arm]; c.Propensity != want {
			t.Fatalf("%s with propensity %v, want %v", c.Arm, c.Propensity, want)
		}
	}
	if len(count) != 2 || math.Abs(float64(count["off25x3"])/4000-0.75) > 0.03 {
		t.Errorf("three to one: %v", count)
	}
}

// A stored choice is made again from what it carries: bit for bit, also after the model was written and read.
func TestAChoiceReplays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		p := policy(rapid.SampledFrom([]nextoffer.Mode{nextoffer.TableOnly, nextoffer.Challenged, nextoffer.Thompson}).Draw(t, "mode"))
		p.HoldoutBP, p.Draws = 500, 50
		x := leaver(rapid.SampledFrom([]string{"price", "service", "unknown"}).Draw(t, "reason"))
		x.ID = fmt.Sprint("case-", seed%97)
		m := learned(seed % 7)
		first := p.Choose(m, x, all, seed)
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		again := nextoffer.NewModel(nextoffer.Published(fits))
		if err := json.Unmarshal(raw, again); err != nil {
			t.Fatal(err)
		}
		// sums over cells are added up in another order than they were learned in, so scores may differ in their last bits
		alike := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(a)) })
		if diff := cmp.Diff(first, p.Choose(again, x, all, seed), alike); diff != "" {
			t.Fatalf("another choice after the model was read again\n%s", diff)
		}
		if diff := cmp.Diff(first, p.Choose(learned(seed%7), x, all, seed)); diff != "" {
			t.Fatalf("another choice from the same log\n%s", diff)
		}
		if !slices.Contains(first.Candidates, first.Arm) || first.Propensity <= 0 || first.Propensity > 1+1e-9 || first.Policy != "v7" {
			t.Fatalf("%+v", first)
		}
	})
}

// The propensity of an arm is how often it is chosen over many seeds, and that of all arms adds up to one.
func TestPropensitiesAreWhatHappens(t *testing.T) {
	t.Parallel()
	for _, mode := range []nextoffer.Mode{nextoffer.Challenged, nextoffer.Thompson} {
		p, m, x := policy(mode), learned(3), leaver("price")
		const n = 6000
		count, said := map[string]float64{}, map[string]float64{}
		for seed := range uint64(n) {
			q := p
			q.Draws = 0
			if seed < 40 {
				q.Draws = 1000
			}
			c := q.Choose(m, x, all, seed)
			count[c.Arm]++
			if q.Draws > 0 {
				said[c.Arm] = c.Propensity
			}
			if least := p.Explore * p.Epsilon / float64(len(c.Candidates)); q.Draws > 0 && c.Propensity < least {
				t.Fatalf("%s: %s has propensity %v, less than exploration alone gives", mode, c.Arm, c.Propensity)
			}
		}
		for arm, chance := range said {
			if share := count[arm] / n; math.Abs(share-chance) > 0.05 {
				t.Errorf("%s: %s was chosen in %.3f of all cases, and says %.3f", mode, arm, share, chance)
			}
		}
	}
}

// A/A: two halves dealt by the holdout's hash, both with the same policy, do the same within chance; the holdout is of
// the size it was asked for, and the same for ever.
func TestAAndTheHoldout(t *testing.T) {
	t.Parallel()
	p, m := policy(nextoffer.Challenged), learned(1)
	p.HoldoutBP, p.Draws = 1000, 0
	half := p
	half.HoldoutBP, half.Salt = 5000, "halves"
	const n = 20_000
	var held int
	var value, cases [2]float64
	for i := range n {
		x := leaver("price")
		x.ID = fmt.Sprint("case-", i)
		c := p.Choose(m, x, all, p.Seed(x.ID, 0))
		if c.By == nextoffer.ByHoldout {
			held++
			if c.Arm != nextoffer.None || len(c.Candidates) != 1 || c.Propensity != 1 || !p.Holdout(x.ID) {
				t.Fatalf("held out, and yet %+v", c)
			}
			continue
		}
		side := 0
		if half.Holdout(x.ID) {
			side = 1
		}
		cases[side]++
		value[side] += c.Scores[slices.Index(c.Candidates, c.Arm)].Score
	}
	if share := float64(held) / n; math.Abs(share-0.10) > 0.01 {
		t.Errorf("%.3f are held out, want 0.100", share)
	}
	a, b := value[0]/cases[0], value[1]/cases[1]
	if math.Abs(a-b) > 0.02*a {
		t.Errorf("A brings %.1f and A brings %.1f", a, b)
	}
}

func TestAStoppedReasonIsTheTables(t *testing.T) {
	t.Parallel()
	p, m := policy(nextoffer.Thompson), learned(2)
	p.Stopped = []string{"price"}
	for seed := range uint64(50) {
		if c := p.Choose(m, leaver("price"), all, seed); c.By != nextoffer.ByTable {
			t.Fatalf("stopped, and yet chosen by %s", c.By)
		}
	}
	if c := p.Choose(m, leaver("service"), all, 1); c.By == nextoffer.ByTable {
		t.Error("another reason was stopped too")
	}
}

func TestAfterADeclineNothingCheaperOfTheFamily(t *testing.T) {
	t.Parallel()
	codes := func(offers []nextoffer.Offer) (out []string) {
		for _, o := range offers {
			out = append(out, o.Code)
		}
		return out
	}
	if diff := cmp.Diff([]string{"pause_2m", "smaller_plan", "fix"}, codes(nextoffer.Remaining(all, []string{"off50x3"}))); diff != "" {
		t.Errorf("half off was declined (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"off50x3", "pause_2m", "smaller_plan", "fix"}, codes(nextoffer.Remaining(all, []string{"off25x3"}))); diff != "" {
		t.Errorf("a quarter off was declined (-want +got)\n%s", diff)
	}
	x := leaver("price")
	x.Declined = []string{nextoffer.None, "off25x3"}
	c := policy(nextoffer.Thompson).Choose(learned(0), x, all, 5)
	if diff := cmp.Diff([]string{"off50x3", "pause_2m", "smaller_plan"}, c.Candidates); diff != "" {
		t.Errorf("candidates (-want +got)\n%s", diff)
	}
	x.Reason = "moved" // for which the table has nothing
	if c := policy(nextoffer.Challenged).Choose(learned(0), x, all, 5); !slices.Contains(c.Candidates, c.Arm) || c.Propensity <= 0 {
		t.Errorf("nothing, though asked before: %+v", c)
	}
	x.Declined = append(x.Declined, "off50x3", "pause_2m", "smaller_plan", "fix")
	if c := policy(nextoffer.Thompson).Choose(learned(0), x, all, 5); c.Arm != nextoffer.None {
		t.Errorf("all was declined, and then %s", c.Arm)
	}
}
