package rules_test

import (
	"testing"

	"saveline/commissions/rules"
)

func TestAPayCalendarIsItsKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string][2]rules.Date{
		"monthly":             {"2026-11-01", "2026-12-01"},
		"semimonthly":         {"2026-11-16", "2026-12-01"},
		"15-14":               {"2026-11-15", "2026-12-15"},
		"weekly:2000-01-03":   {"2026-11-23", "2026-11-30"}, // Mondays
		"biweekly:2000-01-09": {"2026-11-22", "2026-12-06"},
	} {
		c, err := rules.ParseCalendar(key)
		if err != nil {
			t.Errorf("%s: %v", key, err)
			continue
		}
		from, to, err := c.Period("2026-11-25")
		if err != nil || from != want[0] || to != want[1] || c.Key() != key {
			t.Errorf("%s: %s to %s (%v), want %s to %s", c.Key(), from, to, err, want[0], want[1])
		}
	}
	for _, key := range []string{"", "weekly", "weekly:2000-01-20", "monthly:2000-01-02", "yearly", "31-30"} {
		if c, err := rules.ParseCalendar(key); err == nil {
			t.Errorf("%q was read as %s", key, c.Key())
		}
	}
}
