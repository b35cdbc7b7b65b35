package nextoffer_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"saveline/internal/errs"
	"saveline/retention/nextoffer"
)

// logOf is n cases of three arms worth 10, 20 and 40 on average, chosen at random, seen by a policy that would take the
// third in eight of ten cases: it is worth 0.1 x 10 + 0.1 x 20 + 0.8 x 40 = 35.
func logOf(n int, seed uint64, bias float64) []nextoffer.Logged {
	r := rand.New(rand.NewPCG(seed, 9))
	worth, chance := []float64{10, 20, 40}, []float64{0.1, 0.1, 0.8}
	out := make([]nextoffer.Logged, n)
	for i := range out {
		arm := r.IntN(3)
		expected := worth[arm] + bias
		out[i] = nextoffer.Logged{
			By: nextoffer.ByExplore, Propensity: 1.0 / 3, Target: chance[arm], Reward: worth[arm] * 5 * float64(1-min(1, r.IntN(5))),
			Value: expected, TargetValue: 35 + bias,
		}
	}
	return out
}

func TestOfflineEstimatesFindTheValue(t *testing.T) {
	t.Parallel()
	for name, estimate := range map[string]func([]nextoffer.Logged, float64) (nextoffer.Estimate, error){
		"snips": nextoffer.SNIPS, "doubly robust": nextoffer.DoublyRobust,
	} {
		inside, off := 0, 0.0
		const logs = 100
		for seed := range uint64(logs) {
			e, err := estimate(logOf(6000, seed, 7), 0.05) // the model is wrong by 7 everywhere
			if err != nil {
				t.Fatal(err)
			}
			if e.Low < 35 && 35 < e.High {
				inside++
			}
			off += (e.Value - 35) / logs
		}
		if math.Abs(off) > 0.5 || inside < 88 {
			t.Errorf("%s: off by %.2f on average, %d of %d intervals hold the truth", name, off, inside, logs)
		}
	}
}

func TestOfflineEstimatesAreRefused(t *testing.T) {
	t.Parallel()
	few := logOf(nextoffer.CasesMin-1, 1, 0)
	if _, err := nextoffer.SNIPS(few, 0.05); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "not enough data yet: 4999 of 5000") {
		t.Errorf("%v", err)
	}
	agents := logOf(6000, 1, 0)
	for i := range agents {
		if i%4 == 0 {
			agents[i].By = nextoffer.ByAgent
		}
	}
	if _, err := nextoffer.DoublyRobust(agents, 0.05); !errs.Is(err, errs.Conflict) {
		t.Errorf("agents' own choices count: %v", err)
	}
	never := logOf(6000, 1, 0)
	for i := range never {
		never[i].Target = 0
	}
	if _, err := nextoffer.SNIPS(never, 0.05); !errs.Is(err, errs.Conflict) {
		t.Errorf("a policy that was never followed: %v", err)
	}
	odd := logOf(6000, 1, 0)
	odd[17].Propensity = 1.5
	if _, err := nextoffer.SNIPS(odd, 0.05); !errs.Is(err, errs.Invalid) {
		t.Errorf("a probability of 1.5: %v", err)
	}
	if _, err := nextoffer.SNIPS(odd, 0); !errs.Is(err, errs.Invalid) {
		t.Errorf("no exploration: %v", err)
	}
}

func TestWeightsAreClipped(t *testing.T) {
	t.Parallel()
	log := logOf(6000, 1, 0)
	for i := range 50 {
		log[i].Propensity, log[i].Target, log[i].Reward = 0.001, 1, 1e6
	}
	e, err := nextoffer.SNIPS(log, 0.05)
	if err != nil || e.Clipped != 50 || e.Effective >= 6000 {
		t.Errorf("%+v, %v", e, err)
	}
	if most := 50 * 20.0 / (50*20 + 5000) * 1e6; e.Value > most {
		t.Errorf("50 cases weigh %v, more than %v", e.Value, most)
	}
}
