package nextoffer_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"saveline/retention/nextoffer"
)

// believed is what a model believes of one arm in one cell.
func believed(t *testing.T, m *nextoffer.Model, x nextoffer.Case, arm string) nextoffer.Scored {
	t.Helper()
	p := policy(nextoffer.TableOnly)
	c := p.Choose(m, x, all, 1)
	return c.Scores[slices.Index(c.Candidates, arm)]
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestBeliefsBeginWithThePublishedFigures(t *testing.T) {
	t.Parallel()
	m := nextoffer.NewModel(nextoffer.Published(fits))
	x := leaver("price")
	for arm, want := range map[string][2]float64{
		"off25x3": {0.28, 0.45}, "off50x3": {0.28, 0.30}, "smaller_plan": {0.15, 0.85}, "pause_2m": {0.15, 0.54}, nextoffer.None: {0.08, 0.50},
	} {
		if got := believed(t, m, x, arm); !near(got.Accept, want[0]) || !near(got.Stick, want[1]) {
			t.Errorf("%s: %+v, want %v", arm, got, want)
		}
	}
	// 0.28 x (0.45 x (0.5 x 80 x 12 - 60 - 8) + 0.55 x (0.5 x 80 x 1.5 - 30)), in cents
	if got, want := believed(t, m, x, "off25x3").Score, 0.28*(0.45*(48000-6000-800)+0.55*(6000-3000)); !near(got, want) {
		t.Errorf("the score is %v, want %v", got, want)
	}
}

func TestCellsLearnFromEachOther(t *testing.T) {
	t.Parallel()
	m := nextoffer.NewModel(nextoffer.Published(fits))
	x := leaver("price")
	teach := func(tier, reason string, kind nextoffer.Learned, yes bool, n int, by nextoffer.By) {
		for range n {
			m.Learn(nextoffer.Observation{Cell: nextoffer.Cell{Reason: reason, Tier: tier}, Arm: "off25x3", At: x.At, By: by, Kind: kind, Yes: yes})
		}
	}
	teach("mid", "price", nextoffer.Answer, true, 500, nextoffer.ByAgent)
	teach("mid", "price", nextoffer.Answer, true, 500, nextoffer.ByHoldout)
	if got := believed(t, m, x, "off25x3").Accept; !near(got, 0.28) || m.Seen() != 1000 {
		t.Errorf("what agents chose taught %v, %d seen", got, m.Seen())
	}
	teach("high", "price", nextoffer.Answer, true, 1000, nextoffer.ByTable) // another tier: worth 30 cases at most
	want := (0.28*8 + 1000) / 1008
	if got := believed(t, m, x, "off25x3").Accept; !near(got, want) {
		t.Errorf("the other tier's answers: %v, want %v", got, want)
	}
	teach("mid", "price", nextoffer.Answer, false, 70, nextoffer.ByTable)
	if got := believed(t, m, x, "off25x3").Accept; !near(got, want*30/100) {
		t.Errorf("then its own: %v, want %v", got, want*30/100)
	}
	teach("low", "service", nextoffer.Lasted, false, 990, nextoffer.ByTable) // another cell's: worth 20
	want = 0.45 * 10 / 1000
	if got := believed(t, m, x, "off25x3").Stick; !near(got, want) {
		t.Errorf("lasting: %v, want %v", got, want)
	}
	if got := believed(t, m, leaver("unknown"), "off25x3").Accept; !near(got, 0.15) {
		t.Errorf("answers of another reason taught %v", got)
	}
}

func TestWhatWasSeenFades(t *testing.T) {
	t.Parallel()
	m := nextoffer.NewModel(nextoffer.Published(fits))
	x := leaver("price")
	for range 100 {
		m.Learn(nextoffer.Observation{Cell: x.Cell, Arm: "off25x3", At: x.At, Kind: nextoffer.Answer, Yes: true})
	}
	fresh := believed(t, m, x, "off25x3").Accept
	x.At = x.At.AddDate(0, 0, 180)
	if got, want := believed(t, m, x, "off25x3").Accept, (0.28*8+50)/58; !near(got, want) || got >= fresh {
		t.Errorf("after a half-life %v, want %v; it was %v", got, want, fresh)
	}
}

// Delay: an answer teaches nothing about lasting.
func TestAnAnswerSaysNothingOfLasting(t *testing.T) {
	t.Parallel()
	m := nextoffer.NewModel(nextoffer.Published(fits))
	x := leaver("price")
	for range 100 {
		m.Learn(nextoffer.Observation{Cell: x.Cell, Arm: "fix", At: x.At, Kind: nextoffer.Answer, Yes: true})
	}
	if got := believed(t, m, leaver("service"), "fix").Stick; !near(got, 0.60) {
		t.Errorf("lasting is believed to be %v", got)
	}
}

func TestAModelIsWrittenInOneWay(t *testing.T) {
	t.Parallel()
	a, err := json.Marshal(learned(4))
	b, err2 := json.Marshal(learned(4))
	if err != nil || err2 != nil || string(a) != string(b) {
		t.Errorf("%v %v\n%s\n%s", err, err2, a, b)
	}
	if err := json.Unmarshal([]byte(`{"cells":1}`), nextoffer.NewModel(nextoffer.Flat())); err == nil {
		t.Error("nonsense was read")
	}
}

// The same money for a yes that lasts and one that does not leaves the share of yes alone, and yet a commission as deep
// as the margin makes the best-liked offer worthless: acceptance is never what is optimised.
func TestTheBestLikedOfferIsNotTheBest(t *testing.T) {
	t.Parallel()
	m := nextoffer.NewModel(nextoffer.Published(map[string]map[string]nextoffer.Fit{"price": {"off50x3": nextoffer.Match}}))
	x := leaver("price")
	for range 200 { // eight in ten take half off, and two in ten stay
		m.Learn(nextoffer.Observation{Cell: x.Cell, Arm: "off50x3", At: x.At, Kind: nextoffer.Answer, Yes: rand.New(rand.NewPCG(1, uint64(m.Seen()))).Float64() < 0.8})
		m.Learn(nextoffer.Observation{Cell: x.Cell, Arm: "off50x3", At: x.At, Kind: nextoffer.Lasted, Yes: m.Seen()%10 == 1})
		m.Learn(nextoffer.Observation{Cell: x.Cell, Arm: "fix", At: x.At, Kind: nextoffer.Answer, Yes: m.Seen()%10 < 5})
		m.Learn(nextoffer.Observation{Cell: x.Cell, Arm: "fix", At: x.At, Kind: nextoffer.Lasted, Yes: true})
	}
	p := policy(nextoffer.Thompson)
	p.Epsilon, p.Draws = 0, 0
	count := map[string]int{}
	for seed := range uint64(300) {
		count[p.Choose(m, x, all, seed).Arm]++
	}
	if count["off50x3"] > 3 || count["fix"] < 250 {
		t.Errorf("chosen %v", count)
	}
}

func TestHarmful(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		treated, holdout nextoffer.Tally
		harmful          bool
	}{
		{"offers keep more", nextoffer.Tally{Cases: 1000, Kept: 150}, nextoffer.Tally{Cases: 100, Kept: 5}, false},
		{"no difference", nextoffer.Tally{Cases: 1000, Kept: 100}, nextoffer.Tally{Cases: 1000, Kept: 100}, false},
		{"offers drive them away", nextoffer.Tally{Cases: 1000, Kept: 50}, nextoffer.Tally{Cases: 1000, Kept: 100}, true},
		{"just not sure", nextoffer.Tally{Cases: 1000, Kept: 80}, nextoffer.Tally{Cases: 100, Kept: 12}, false},
		{"too few", nextoffer.Tally{Cases: 1000, Kept: 0}, nextoffer.Tally{Cases: 29, Kept: 29}, false},
		{"nobody stays anywhere", nextoffer.Tally{Cases: 100}, nextoffer.Tally{Cases: 100}, false},
	} {
		if got := nextoffer.Harmful(c.treated, c.holdout); got != c.harmful {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestCommissionCostsOnlyWhatLasts(t *testing.T) {
	t.Parallel()
	e := nextoffer.DefaultEconomics()
	before, leaving := e.Values(half, 8000)
	e.Commission = func(nextoffer.Offer, float64) float64 { return 500 }
	after, still := e.Values(half, 8000)
	if !near(before-after, 500) || !near(leaving, still) {
		t.Errorf("%v -> %v, %v -> %v", before, after, leaving, still)
	}
	// half of 80.00 off for 3 of 12 months; a pause is paid for 10 of 12
	if lasting, _ := nextoffer.DefaultEconomics().Values(half, 8000); !near(lasting, 48000-12000) {
		t.Errorf("half off is worth %v", lasting)
	}
	if lasting, leaving := nextoffer.DefaultEconomics().Values(pause, 8000); !near(lasting, 40000) || !near(leaving, 0) {
		t.Errorf("a pause is worth %v and %v", lasting, leaving)
	}
}
