package offerworld

import (
	"math"
	"testing"

	"saveline/retention/nextoffer"
)

// mean is a policy's mean over a few worlds.
func mean(name string, cases, worlds int, c Config) (out Result) {
	for seed := range worlds {
		c.Seed = uint64(seed) + 1
		r := Run(name, cases, c)
		out.Percent += r.Percent / float64(worlds)
		out.Gross += r.Gross / float64(worlds)
		out.Regret += r.Regret / float64(worlds)
		out.RegretEnd += r.RegretEnd / float64(worlds)
		out.Weight += r.Weight / float64(worlds)
	}
	return out
}

// Source: the floors of retention.md 4.4.
func TestTheChallengerEarnsItsPlace(t *testing.T) {
	t.Parallel()
	short, long := mean(WarmTS, 2000, 6, Config{}), mean(WarmTS, 10_000, 4, Config{})
	if short.Percent < 85 || long.Percent < 90 || long.RegretEnd >= long.Regret {
		t.Errorf("%+v after 2,000 cases, %+v after 10,000", short, long)
	}
	liked := mean(AcceptTS, 10_000, 4, Config{})
	if liked.Percent > long.Percent-5 {
		t.Errorf("optimising acceptance brings %.1f %%, net margin %.1f %%", liked.Percent, long.Percent)
	}
	if lazy, cold := mean(MaxOffer, 2000, 6, Config{}), mean(ColdTS, 2000, 6, Config{}); lazy.Percent > 70 || cold.Percent > short.Percent-10 {
		t.Errorf("the lazy agent brings %.1f %%, the cold start %.1f %%", lazy.Percent, cold.Percent)
	}
}

// A table that is wrong costs the table's owner most of the margin, the challenger nothing, and the two together little.
func TestAWrongTable(t *testing.T) {
	t.Parallel()
	good, bad := mean(WarmTS, 2000, 3, Config{}), mean(WarmTS, 2000, 3, Config{BadTable: true})
	if good != bad {
		t.Errorf("the challenger read the table: %+v, %+v", good, bad)
	}
	alone, both := mean(Table, 2000, 6, Config{BadTable: true}), mean(Challenged, 2000, 6, Config{BadTable: true})
	if alone.Percent > 50 || both.Percent < alone.Percent+25 {
		t.Errorf("the wrong table brings %.1f %%, with its challenger %.1f %%", alone.Percent, both.Percent)
	}
}

func TestRunsRepeatAndSeedsDiffer(t *testing.T) {
	t.Parallel()
	for _, name := range Names {
		a, b := Run(name, 400, Config{Seed: 5}), Run(name, 400, Config{Seed: 5})
		if a != b {
			t.Errorf("%s: %+v, then %+v", name, a, b)
		}
		if c := Run(name, 400, Config{Seed: 6}); a == c {
			t.Errorf("%s: the same in another world", name)
		}
		if a.Percent <= 0 || a.Percent > 100 {
			t.Errorf("%s: %.1f %% of the optimum", name, a.Percent)
		}
	}
}

// Propensities change no choice, and weights made of them count every candidate once.
func TestPropensitiesOfARun(t *testing.T) {
	t.Parallel()
	without, with := Run(WarmTS, 800, Config{Seed: 3}), Run(WarmTS, 800, Config{Seed: 3, Draws: 200})
	if without.Percent != with.Percent || without.Weight != 0 {
		t.Errorf("drawing propensities changed choices: %+v, %+v", without, with)
	}
	if math.Abs(with.Weight-1) > 0.25 {
		t.Errorf("the mean weight is %.3f, not 1", with.Weight)
	}
}

func TestTheWorldIsThePublishedOne(t *testing.T) {
	t.Parallel()
	requests, mrr := 0, int64(0)
	for _, g := range groups {
		requests, mrr = requests+g.requests, mrr+g.mrr
	}
	if requests != 1817 || mrr != 13_516_210 {
		t.Errorf("%d saveable requests of %d cents a month", requests, mrr)
	}
	w := NewWorld(1)
	share, paid := 0.0, 0.0
	for _, k := range w.kinds {
		share += k.share
		paid += k.share * float64(k.mrr.Minor)
		for a := range armCount {
			if k.accept[a] <= 0 || k.accept[a] >= 1 || k.stick[a] <= 0 || k.stick[a] >= 1 {
				t.Errorf("%v: %v, %v", k.cell, k.accept, k.stick)
			}
		}
	}
	if len(w.kinds) != 15 || math.Abs(share-1) > 1e-9 || math.Abs(paid-13_516_210.0/1817) > 1 {
		t.Errorf("%d kinds, shares of %v, %.0f cents a month", len(w.kinds), share, paid)
	}
}

// The learner's prior is the published anchors, whatever the truth of a world is.
func TestTheLearnerDoesNotKnowTheWorld(t *testing.T) {
	t.Parallel()
	first := func(seed uint64) []nextoffer.Scored {
		d := newPlayer(WarmTS, Config{Seed: seed}).(*desk)
		var may [armCount]bool
		for a := range may {
			may[a] = true
		}
		k := NewWorld(seed).kinds[0]
		_, c := d.choose(nextoffer.Case{ID: "1", Cell: k.cell, MRR: k.mrr, At: epoch}, may, 0)
		return c.Scores
	}
	a, b := first(1), first(2)
	for i := range a {
		if a[i].Accept != b[i].Accept || a[i].Stick != b[i].Stick {
			t.Errorf("%s: %+v in one world, %+v in another", a[i].Arm, a[i], b[i])
		}
	}
	if NewWorld(1).kinds[0].accept == NewWorld(2).kinds[0].accept {
		t.Error("the truth of two worlds is the same")
	}
}
