package rules_test

import (
	"testing"
	"time"

	"saveline/commissions/rules"
)

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
		if got := rules.HoldEnd(instant(t, c.from), c.days, mustZone("America/New_York")); !got.Equal(instant(t, c.want)) {
			t.Errorf("%d days from %s end %s, want %s", c.days, c.from, got.Format(time.RFC3339), c.want)
		}
	}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
