package law

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/internal/errs"
	"saveline/internal/money"
)

var september = Span{"2026-09-01", "2026-10-01"} // begins on a Tuesday

func weeks(hours ...string) (out []Week) { // from the week of 30 August on: worked, overtime, worked, overtime
	for i := 0; i < len(hours); i += 2 {
		out = append(out, Week{From: addDays("2026-08-30", 7*i/2), Hours: worked(hours[i]), Overtime: worked(hours[i+1])})
	}
	return out
}

func told(slices []Slice) (out []string) {
	for _, s := range slices {
		out = append(out, fmt.Sprintf("%s %dd %s due %s", s.Week, s.Days, s.Part, s.Due))
	}
	return out
}

func TestAllocation(t *testing.T) {
	t.Parallel()
	p := Person{Weeks: weeks("40", "0", "46", "6", "40", "0", "50", "10", "24", "0")}
	for name, c := range map[string]struct {
		facts Facts
		in    Incentive
		want  []string
	}{
		"a month in equal weeks: 12/52 of 520.00 is 120.00 a week": {
			Facts{Period: september, Cycle: Monthly, Method: EqualWeek},
			Incentive{Amount: usd(520_00)},
			[]string{
				"2026-08-30 5d 86.67 due 0.00", "2026-09-06 7d 121.34 due 7.83", // 120.00 x 6 / 92
				"2026-09-13 7d 121.33 due 0.00", "2026-09-20 7d 121.33 due 12.00", "2026-09-27 4d 69.33 due 0.00",
			},
		},
		"half a month: 24/52": {
			Facts{Period: Span{"2026-09-16", "2026-10-01"}, Cycle: Semimonthly, Method: EqualWeek},
			Incentive{Amount: usd(260_00)},
			[]string{"2026-09-13 4d 69.34 due 0.00", "2026-09-20 7d 121.33 due 12.00", "2026-09-27 4d 69.33 due 0.00"},
		},
		"two whole weeks: half each": {
			Facts{Period: Span{"2026-09-06", "2026-09-20"}, Cycle: Biweekly, Method: EqualWeek},
			Incentive{Amount: usd(100_01)},
			[]string{"2026-09-06 7d 50.01 due 3.26", "2026-09-13 7d 50.00 due 0.00"},
		},
		"by the week earned": {
			Facts{Period: september, Cycle: Monthly, Method: ByWeekEarned},
			Incentive{Amount: usd(100_00), ByWeek: map[Date]money.Amount{"2026-09-06": usd(46_00), "2026-09-20": usd(54_00)}},
			[]string{
				"2026-08-30 5d 0.00 due 0.00", "2026-09-06 7d 46.00 due 3.00", "2026-09-13 7d 0.00 due 0.00", "2026-09-20 7d 54.00 due 5.40",
				"2026-09-27 4d 0.00 due 0.00",
			},
		},
	} {
		got, err := Allocate(c.facts, p, c.in)
		if diff := cmp.Diff(c.want, told(got)); diff != "" || err != nil {
			t.Errorf("%s: %s (%v)", name, diff, err)
		}
	}
}

// 192.00 over 96 hours raises the rate by 2.00 an hour, so each of 16 hours of overtime gets 1.00 more (778.120(b)).
func TestEqualHours(t *testing.T) {
	t.Parallel()
	p := Person{Weeks: []Week{{From: "2026-09-06", Hours: worked("46"), Overtime: worked("6")}, {From: "2026-09-13", Hours: worked("50"), Overtime: worked("10")}}}
	f := Facts{Period: Span{"2026-09-06", "2026-09-20"}, Cycle: Biweekly, Method: EqualHour}
	got, err := Allocate(f, p, Incentive{Amount: usd(192_00)})
	want := []string{"2026-09-06 7d 92.00 due 6.00", "2026-09-13 7d 100.00 due 10.00"}
	if diff := cmp.Diff(want, told(got)); diff != "" || err != nil {
		t.Errorf("%s (%v)", diff, err)
	}
}

func TestWorkweeksBeginOnTheStatedDay(t *testing.T) {
	t.Parallel()
	for start, want := range map[WeekStart]Date{"": "2026-08-30", "sunday": "2026-08-30", "monday": "2026-08-31", "tuesday": "2026-09-01", "wednesday": "2026-08-26", "saturday": "2026-08-29"} {
		if got := start.Of("2026-09-01"); got != want {
			t.Errorf("the week from %q on is that of %s, want %s", start, got, want)
		}
	}
}

func TestWhatCannotBeAllocated(t *testing.T) {
	t.Parallel()
	base := Facts{Period: september, Cycle: Monthly, Method: ByWeekEarned}
	method, cycle, period := base, base, base
	method.Method, cycle.Cycle, period.Period = "guess", "yearly", Span{}
	for name, c := range map[string]struct {
		facts Facts
		in    Incentive
	}{
		"no such method":           {method, Incentive{Amount: usd(1)}},
		"no such cycle":            {cycle, Incentive{Amount: usd(1)}},
		"no period":                {period, Incentive{Amount: usd(1)}},
		"a week of another period": {base, Incentive{Amount: usd(2), ByWeek: map[Date]money.Amount{"2026-09-06": usd(1), "2026-10-04": usd(1)}}},
		"weeks that lack some":     {base, Incentive{Amount: usd(2), ByWeek: map[Date]money.Amount{"2026-09-06": usd(1)}}},
	} {
		if got, err := Allocate(c.facts, Person{}, c.in); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v (%v)", name, got, err)
		}
	}
}

// Whatever the method, the parts add up to the amount, and no premium is below zero or more than half of the amount.
func TestAllocationsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := addDays("2026-01-01", rapid.IntRange(0, 700).Draw(t, "from"))
		f := Facts{
			Period: Span{from, addDays(from, rapid.IntRange(1, 92).Draw(t, "days"))},
			Cycle:  rapid.SampledFrom([]Cycle{Weekly, Biweekly, Semimonthly, Monthly}).Draw(t, "cycle"),
			Method: rapid.SampledFrom([]Method{ByWeekEarned, EqualWeek, EqualHour}).Draw(t, "method"),
			Weeks:  rapid.SampledFrom([]WeekStart{"", "monday", "thursday"}).Draw(t, "start"),
		}
		in := Incentive{Amount: usd(rapid.Int64Range(-1_000_000, 1_000_000_000).Draw(t, "amount")), Kind: rapid.SampledFrom([]BonusKind{"", FlatSum, Commission}).Draw(t, "kind")}
		var p Person
		for at := f.Weeks.Of(from); at < f.Period.Until; at = addDays(at, 7) {
			h := Hours(rapid.Int64Range(0, int64(90*hour)).Draw(t, "hours"))
			p.Weeks = append(p.Weeks, Week{From: at, Hours: h, Overtime: max(0, h-40*hour)})
		}
		slices, err := Allocate(f, p, in)
		if err != nil {
			t.Fatal(err)
		}
		var sum, due money.Amount
		days := 0
		for _, s := range slices {
			sum, due, days = plus(sum, s.Part), plus(due, s.Due), days+s.Days
			state, err := CaliforniaDue(s, in.Kind)
			if s.Due.Minor < 0 || err != nil || f.Method != EqualHour && f.Cycle != Monthly && f.Cycle != Semimonthly && state.Minor < s.Due.Minor {
				t.Fatalf("%+v: California %s (%v)", s, state, err)
			}
		}
		if sum != in.Amount || days != f.Period.days() {
			t.Fatalf("parts %s in %d days, want %s in %d", sum, days, in.Amount, f.Period.days())
		}
		if f.Cycle != Monthly && f.Cycle != Semimonthly && due.Minor > max(0, in.Amount.Minor/2+int64(len(slices))) {
			t.Fatalf("%s is due on %s", due, in.Amount)
		}
	})
}
