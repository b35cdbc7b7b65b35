package law

import (
	"testing"

	"pgregory.net/rapid"

	"saveline/internal/errs"
	"saveline/internal/money"
)

func usd(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "USD"} }

func worked(text string) Hours {
	h, err := ParseHours(text)
	if err != nil {
		panic(err)
	}
	return h
}

// The example of 29 CFR 778.110(b): 46 hours at 12.00 and a bonus of 46.00.
func TestTheRegularRateOfThePublishedExample(t *testing.T) {
	t.Parallel()
	w := Week{Hours: worked("46"), Overtime: worked("6"), Wage: usd(46 * 12_00)}
	pay, err := Regular(w, usd(46_00))
	if err != nil || pay.Rate != usd(13_00) || pay.Premium != usd(39_00) || pay.Total != usd(637_00) {
		t.Fatalf("%+v (%v), want rate 13.00, premium 39.00, total 637.00", pay, err)
	}
	alone, err := Regular(w, money.Amount{})
	if err != nil || alone.Total != usd(588_00) {
		t.Fatalf("%+v (%v), want 588.00 without the bonus", alone, err)
	}
	more, err := HalfTime(usd(46_00), w.Hours, w.Overtime) // .119: what the bonus adds later
	if err != nil || alone.Total.Minor+46_00+more.Minor != pay.Total.Minor {
		t.Errorf("paid later the bonus brings %s (%v), want %d", more, err, pay.Total.Minor-alone.Total.Minor-46_00)
	}
}

func TestPremiums(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		got  func() (money.Amount, error)
		want int64
	}{
		"no overtime":                      {func() (money.Amount, error) { return HalfTime(usd(5000), worked("38"), 0) }, 0},
		"a third of a cent":                {func() (money.Amount, error) { return HalfTime(usd(100), worked("45"), worked("5")) }, 6}, // 100 x 5 / 90 = 5.56
		"quarter hours":                    {func() (money.Amount, error) { return HalfTime(usd(100_00), worked("42.5"), worked("2.5")) }, 294},
		"flat sum in California":           {func() (money.Amount, error) { return FlatSumPremium(usd(100_00), worked("46"), worked("6")) }, 22_50},
		"minimum of a week":                {func() (money.Amount, error) { return MinimumPay(usd(7_25), worked("46.25")) }, 335_31},
		"recovery above the minimum":       {func() (money.Amount, error) { return RecoveryMax(usd(400_00), usd(7_25), worked("40")) }, 110_00},
		"recovery of a week at minimum":    {func() (money.Amount, error) { return RecoveryMax(usd(290_00), usd(7_25), worked("40")) }, 0},
		"recovery of a week below minimum": {func() (money.Amount, error) { return RecoveryMax(usd(100_00), usd(7_25), worked("40")) }, 0},
		"13th month":                       {func() (money.Amount, error) { return Thirteenth(usd(240_000_00)) }, 20_000_00},
	} {
		if got, err := c.got(); err != nil || got.Minor != c.want {
			t.Errorf("%s: %s (%v), want %d", name, got, err, c.want)
		}
	}
	for name, w := range map[string]Week{
		"no hours": {}, "more overtime than hours": {Hours: hour, Overtime: 2 * hour}, "below zero": {Hours: hour, Overtime: -1},
	} {
		if _, err := Regular(w, usd(1)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := HalfTime(usd(1), 0, 0); !errs.Is(err, errs.Invalid) {
		t.Errorf("half-time of no hours: %v", err)
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"46": "46.00", "46.25": "46.25", "173.3333": "173.3333", "0.5": "0.50", "40.125": "40.125"} {
		if h, err := ParseHours(text); err != nil || h.String() != want {
			t.Errorf("%q is %s (%v), want %s", text, h, err, want)
		}
	}
	for _, text := range []string{"", "x", "-1", "1.23456", "1e3", "1,5", "100001"} {
		if h, err := ParseHours(text); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q is %s (%v)", text, h, err)
		}
	}
}

// The premium is never below zero, grows with the overtime, and is half of the pay at most.
func TestThePremiumIsBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := Week{Hours: Hours(rapid.Int64Range(1, int64(168*hour)).Draw(t, "hours")), Wage: usd(rapid.Int64Range(0, 1e9).Draw(t, "wage"))}
		w.Overtime = Hours(rapid.Int64Range(0, int64(w.Hours)).Draw(t, "overtime"))
		pay, err := Regular(w, usd(rapid.Int64Range(0, 1e9).Draw(t, "incentive")))
		if err != nil {
			t.Fatal(err)
		}
		straight := pay.Total.Minor - pay.Premium.Minor
		if pay.Premium.Minor < 0 || pay.Premium.Minor > (straight+1)/2 {
			t.Fatalf("premium %s on %d", pay.Premium, straight)
		}
		less := w
		less.Overtime /= 2
		if p, err := Regular(less, usd(straight-w.Wage.Minor)); err != nil || p.Premium.Minor > pay.Premium.Minor {
			t.Fatalf("less overtime has the premium %s (%v), more has %s", p.Premium, err, pay.Premium)
		}
	})
}
