package trial

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestArms(t *testing.T) {
	t.Parallel()
	left := 0
	for unit := range int64(20_000) {
		arm := Arm("salt", unit, 10)
		if arm != Arm("salt", unit, 10) {
			t.Fatal("not the same twice")
		}
		if arm == Holdout {
			left++
		}
	}
	if left < 1850 || left > 2150 {
		t.Errorf("10 %% of 20,000 is %d", left)
	}
}

// The example of Newcombe's paper, table II (a): 56/70 against 48/80, method 10.
func TestTheIntervalOfThePaper(t *testing.T) {
	t.Parallel()
	c := Compare(Count{70, 56}, Count{80, 48})
	if math.Abs(c.Difference-0.2) > 1e-9 || math.Abs(c.Low-0.0524) > 5e-4 || math.Abs(c.High-0.3339) > 5e-4 || c.Verdict != Better {
		t.Errorf("%+v, want 0.2 (0.0524 to 0.3339)", c)
	}
}

func TestWhatAComparisonSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		treated, holdout Count
		want             string
	}{
		"nothing yet":              {Count{}, Count{}, NotEnough},
		"large against small":      {Count{1000, 900}, Count{20, 1}, NotEnough},
		"the same":                 {Count{500, 50}, Count{500, 50}, Unclear},
		"calling makes them leave": {Count{5000, 4500}, Count{500, 470}, Worse},
		"calling helps":            {Count{500, 100}, Count{500, 50}, Better},
	} {
		if got := Compare(c.treated, c.holdout).Verdict; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTheIntervalHoldsTheDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Count {
			n := rapid.IntRange(0, 2000).Draw(t, name)
			return Count{n, rapid.IntRange(0, n).Draw(t, name+" good")}
		}
		c := Compare(draw("treated"), draw("holdout"))
		const slack = 1e-9
		if c.Low > c.Difference+slack || c.High < c.Difference-slack || c.Low < -1-slack || c.High > 1+slack {
			t.Fatalf("%+v", c)
		}
	})
}
