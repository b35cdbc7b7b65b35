package schedule

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"
	"pgregory.net/rapid"

	"saveline/internal/errs"
)

func mustParse(t testing.TB, spec, zone string) rule {
	t.Helper()
	r, err := parse(spec, zone)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ticks lists the due instants in [from, until) as the clock in zone shows them.
func ticks(r rule, from, until time.Time) (shown []string) {
	for at := r.next(from.Add(-1)); at.Before(until) && !at.IsZero(); at = r.next(at) {
		shown = append(shown, at.In(r.zone).Format("02 15:04 MST"))
	}
	return shown
}

func day(zone string, month time.Month, d int) (from, until time.Time) {
	at, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, month, d, 0, 0, 0, 0, at), time.Date(2026, month, d+1, 0, 0, 0, 0, at)
}

// In New York the clock goes from 01:59 to 03:00 on 8 March 2026 and from 01:59 to 01:00 on 1 November.
func TestTheDaysWithout24Hours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, spec, zone string
		month            time.Month
		day              int
		want             []string
	}{
		{"spring takes the hour away", "30 2 * * *", "America/New_York", 3, 8, []string{"08 03:00 EDT"}},
		{"several in the gap are one", "*/15 2 * * *", "America/New_York", 3, 8, []string{"08 03:00 EDT"}},
		{"gap and end of gap are one", "0 2,3 * * *", "America/New_York", 3, 8, []string{"08 03:00 EDT"}},
		{"after the gap", "30 3 * * *", "America/New_York", 3, 8, []string{"08 03:30 EDT"}},
		{"autumn repeats the hour", "30 1 * * *", "America/New_York", 11, 1, []string{"01 01:30 EDT"}},
		{"after the repeated hour", "0 2 * * *", "America/New_York", 11, 1, []string{"01 02:00 EST"}},
		{
			"every hour of named ones, once", "0 0-3 * * *", "America/New_York", 11, 1,
			[]string{"01 00:00 EDT", "01 01:00 EDT", "01 02:00 EST", "01 03:00 EST"},
		},
		{"midnight that does not exist", "0 0 * * *", "Africa/Cairo", 4, 24, []string{"24 01:00 EEST"}},
		{"half an hour", "15 2 * * *", "Australia/Lord_Howe", 10, 4, []string{"04 02:30 +11"}},
	} {
		from, until := day(c.zone, c.month, c.day)
		if c.zone == "Africa/Cairo" {
			from = from.Add(-30 * time.Minute) // midnight itself is in the gap
		}
		if diff := cmp.Diff(c.want, ticks(mustParse(t, c.spec, c.zone), from, until)); diff != "" {
			t.Errorf("%s (%s):\n%s", c.name, c.spec, diff)
		}
	}
	for month, want := range map[time.Month]int{3: 23, 11: 25, 6: 24} {
		from, until := day("America/New_York", month, map[time.Month]int{3: 8, 11: 1, 6: 1}[month])
		if got := ticks(mustParse(t, "0 * * * *", "America/New_York"), from, until); len(got) != want {
			t.Errorf("every hour in %s: %v; want %d", month, got, want)
		}
	}
}

// The two faults of the cron library that rule guards against. When an upgrade mends them this test says so.
func TestFaultsOfTheCronLibrary(t *testing.T) {
	t.Parallel()
	panics := func() (p any) {
		defer func() { p = recover() }()
		_, _ = cron.ParseStandard("TZ=UTC")
		return nil
	}
	if panics() == nil {
		t.Error(`cron.ParseStandard("TZ=UTC") panics no more`)
	}
	if _, err := parse("TZ=UTC", ""); !errs.Is(err, errs.Invalid) {
		t.Errorf(`parse("TZ=UTC") = %v; want invalid`, err)
	}
	from, until := day("America/New_York", 3, 8)
	spec, err := cron.ParseStandard("TZ=America/New_York 30 2 * * *")
	if err != nil {
		t.Fatal(err)
	}
	if at := spec.Next(from); at.Before(until) {
		t.Errorf("cron fires at %v: it skips the hour no more", at)
	}
	if got := ticks(mustParse(t, "30 2 * * *", "America/New_York"), from, until); len(got) != 1 {
		t.Errorf("ours: %v; want one tick", got)
	}
	from, until = day("America/New_York", 11, 1)
	if spec, err = cron.ParseStandard("TZ=America/New_York 30 1 * * *"); err != nil {
		t.Fatal(err)
	}
	if at := spec.Next(spec.Next(from)); !at.Before(until) {
		t.Errorf("cron fires once and then at %v: it repeats the hour no more", at)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"", ""},
		{"* * * *", ""},
		{"* * * * * *", ""},
		{"61 * * * *", ""},
		{"@every", ""},
		{"@every 500ms", ""},
		{"@every 1500ms", ""},
		{"@every -5s", ""},
		{"@reboot", ""},
		{"0 0 30 2 *", ""},
		{"CRON_TZ=UTC * * * * *", ""},
		{"TZ=", ""},
		{"* * * * *", "Local"},
		{"* * * * *", "America/Nowhere"},
		{"@every 5s", "Nowhere"},
	} {
		if _, err := parse(c[0], c[1]); !errs.Is(err, errs.Invalid) {
			t.Errorf("parse(%q, %q): %v; want invalid", c[0], c[1], err)
		}
	}
	for _, spec := range []string{"@daily", "@hourly", "0 3 29 2 *", "*/5 9-17 * * mon-fri", "@every 1h30m"} {
		if _, err := parse(spec, "Asia/Manila"); err != nil {
			t.Errorf("parse(%q): %v", spec, err)
		}
	}
}

func TestIntervalsLieOnOneGrid(t *testing.T) {
	t.Parallel()
	r := mustParse(t, "@every 30s", "")
	at := time.Date(2026, 3, 2, 12, 0, 7, 5, time.UTC)
	if got := r.next(at); !got.Equal(time.Date(2026, 3, 2, 12, 0, 30, 0, time.UTC)) {
		t.Errorf("next after %v is %v", at, got)
	}
	if got := r.next(r.next(at)); !got.Equal(time.Date(2026, 3, 2, 12, 1, 0, 0, time.UTC)) {
		t.Errorf("the one after is %v", got)
	}
}

// Minute by minute over the days around a change, every time of day that the spec names comes exactly once.
func TestEveryNamedTimeComesOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{
			"America/New_York", "Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo", "Asia/Seoul", "",
		}).Draw(t, "zone")
		minute := rapid.IntRange(0, 59).Draw(t, "minute")
		hour := rapid.IntRange(0, 23).Draw(t, "hour")
		r, err := parse(fmt.Sprintf("%d %d * * *", minute, hour), zone)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day"),
			0, rapid.IntRange(0, 1439).Draw(t, "start"), 0, 0, time.UTC)
		last := r.wall(at)
		for range 12 {
			next := r.next(at)
			if !next.After(at) {
				t.Fatalf("%v follows %v", next, at)
			}
			shown := r.wall(next)
			exact := shown.Hour() == hour && shown.Minute() == minute
			start, _ := next.In(r.zone).ZoneBounds()
			if !exact && !next.Equal(start) {
				t.Fatalf("due at %v, which is neither %d:%02d nor the end of a gap", next.In(r.zone), hour, minute)
			}
			if days := shown.Truncate(24*time.Hour).Sub(last.Truncate(24*time.Hour)) / (24 * time.Hour); days > 1 || at != last && days < 0 {
				t.Fatalf("%d days from %v to %v", days, last, shown)
			}
			at, last = next, shown
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, spec := range []string{"* * * * *", "30 2 * * *", "@every 5s", "@daily", "TZ=UTC", "0 0 29 2 *", "*/7 1-5/2 ? * sun", "@"} {
		f.Add(spec, "America/New_York")
	}
	f.Fuzz(func(t *testing.T, spec, zone string) {
		r, err := parse(spec, zone)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("parse(%q, %q): %v has no code", spec, zone, err)
			}
			return
		}
		at := time.Date(2026, 3, 7, 22, 0, 0, 0, time.UTC)
		for range 3 {
			next := r.next(at)
			if !next.After(at) {
				t.Fatalf("parse(%q, %q): %v follows %v", spec, zone, next, at)
			}
			at = next
		}
	})
}
