package compliance

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	eastern = mustLoad("America/New_York")
	central = mustLoad("America/Chicago")
	pacific = mustLoad("America/Los_Angeles")
	hawaii  = mustLoad("Pacific/Honolulu")
)

// subject is somebody in the given zones whom nothing but the hours keeps from being called.
func subject(zones ...*time.Location) Subject {
	return Subject{Zones: zones, Country: "US", Running: true, LeadAttemptsMax: 6, DayAttemptsMax: 3}
}

func local(loc *time.Location, text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", text, loc)
	if err != nil {
		panic(err)
	}
	return t
}

func TestCallingHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		s       Subject
		at      time.Time
		allowed bool
		next    time.Time
	}{
		{"a minute early", subject(eastern), local(eastern, "2026-11-23 07:59:59"), false, local(eastern, "2026-11-23 08:00:00")},
		{"on the hour", subject(eastern), local(eastern, "2026-11-23 08:00:00"), true, time.Time{}},
		{"before the buffer", subject(eastern), local(eastern, "2026-11-23 20:58:59"), true, time.Time{}},
		{"inside the buffer", subject(eastern), local(eastern, "2026-11-23 20:59:00"), false, local(eastern, "2026-11-24 08:00:00")},
		{"open in the east only", subject(eastern, pacific), local(eastern, "2026-11-23 10:00:00"), false, local(eastern, "2026-11-23 11:00:00")},
		{"closed in the east only", subject(eastern, pacific), local(eastern, "2026-11-23 21:00:00"), false, local(eastern, "2026-11-24 11:00:00")},
		{"nobody knows, too early", subject(), local(eastern, "2026-07-15 13:59:59"), false, local(eastern, "2026-07-15 14:00:00")},
		{"nobody knows, open", subject(), local(eastern, "2026-07-15 14:00:00"), true, time.Time{}},
		{"nobody knows, too late", subject(), local(eastern, "2026-07-15 19:59:00"), false, local(eastern, "2026-07-16 14:00:00")},
		{"the night the clocks go forward", subject(eastern), local(eastern, "2026-03-07 23:00:00"), false, local(eastern, "2026-03-08 08:00:00")},
		{"the night the clocks go back", subject(eastern), local(eastern, "2026-10-31 23:00:00"), false, local(eastern, "2026-11-01 08:00:00")},
		{"Florida closes at eight", in(subject(eastern), "US-FL"), local(eastern, "2026-11-23 20:30:00"), false, local(eastern, "2026-11-24 08:00:00")},
		{"both zones of Florida", in(subject(eastern, central), "US-FL"), local(eastern, "2026-11-23 08:30:00"), false, local(eastern, "2026-11-23 09:00:00")},
		{"no Sunday in Alabama", in(subject(central), "US-AL"), local(central, "2026-11-22 12:00:00"), false, local(central, "2026-11-23 08:00:00")},
		{"Texas on Sunday noon", in(subject(central), "US-TX"), local(central, "2026-11-22 11:59:00"), false, local(central, "2026-11-22 12:00:00")},
		{"a rule not yet in force", in(subject(pacific), "US-OR"), local(pacific, "2025-12-30 20:30:00"), true, time.Time{}},
		{"and in force", in(subject(pacific), "US-OR"), local(pacific, "2026-01-02 20:30:00"), false, local(pacific, "2026-01-03 08:00:00")},
	} {
		v := Check(House(), c.s, c.at)
		if v.Allowed != c.allowed || !v.NextAt.Equal(c.next) || (!c.allowed && v.Reason != OutsideHour) {
			t.Errorf("%s: allowed %v (%s), next %v; want %v, %v", c.name, v.Allowed, v.Reason, v.NextAt, c.allowed, c.next)
		}
	}
}

func in(s Subject, states ...string) Subject {
	s.States = states
	return s
}

// Source: the vector (d) of our compliance notes.
func TestFourthAttemptWaitsForTheFirstToLeaveTheDay(t *testing.T) {
	t.Parallel()
	day := func(h int) time.Time { return time.Date(2026, 11, 23, h, 0, 0, 0, eastern) }
	for _, by := range []string{"person", "number"} {
		s := subject(eastern)
		attempts := []time.Time{day(12), day(10), day(11)}
		if by == "person" {
			s.PersonAttempts = attempts
		} else {
			s.NumberAttempts = attempts
		}
		v := Check(House(), s, day(13))
		if v.Allowed || !v.NextAt.Equal(day(34)) { // 10:00 of the next day, not midnight
			t.Errorf("by %s: %v, next %v; want 10:00 the next day", by, v.Allowed, v.NextAt)
		}
		if v := Check(House(), s, day(34)); !v.Allowed {
			t.Errorf("by %s: still refused at 10:00 the next day: %s", by, v.Sentence())
		}
	}
}

func TestEveryRefusalHasItsReason(t *testing.T) {
	t.Parallel()
	noon := local(eastern, "2026-11-23 12:00:00")
	for reason, change := range map[Reason]func(*Subject){
		Stopped:   func(s *Subject) { s.Stopped = "fire drill" },
		Synthetic: func(s *Subject) { s.Synthetic, s.LiveSwitch = true, true },
		DoNotCall: func(s *Subject) { s.Suppressed = "asked" },
		NumberGone: func(s *Subject) {
			s.Removed = true
		},
		LeadCap: func(s *Subject) { s.LeadAttempts = 6 },
		NotOpen: func(s *Subject) { s.Running = false },
	} {
		s := subject(eastern)
		change(&s)
		v := Check(House(), s, noon)
		if v.Allowed || v.Reason != reason || !v.NextAt.IsZero() || !strings.Contains(v.Sentence(), sentences[reason]) {
			t.Errorf("%s: %+v, %q", reason, v, v.Sentence())
		}
	}
	s := subject(eastern)
	s.Synthetic = true
	if v := Check(House(), s, noon); !v.Allowed {
		t.Errorf("a generated number on the simulator: %s", v.Sentence())
	}
	if v := Check(Rules{CapSpan: time.Hour}, subject(eastern), noon); v.Allowed {
		t.Error("without rules somebody may be called")
	}
}

var someZones = []string{
	"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
	"America/St_Johns", "America/Puerto_Rico", "Pacific/Guam", "Europe/London", "Asia/Seoul", "Australia/Lord_Howe", "America/Havana",
}

func drawSubject(t *rapid.T) Subject {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom(someZones), 0, 3, rapid.ID[string]).Draw(t, "zones")
	s := subject()
	for _, n := range names {
		s.Zones = append(s.Zones, mustLoad(n))
	}
	s.States = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"US-FL", "US-AL", "US-TX", "US-RI", "US-MS", "US-KY"}), 0, 2, rapid.ID[string]).Draw(t, "states")
	if rapid.Bool().Draw(t, "window") {
		from := rapid.IntRange(0, 1439).Draw(t, "from")
		to := rapid.IntRange(1, 1440).Filter(func(to int) bool { return to != from }).Draw(t, "to")
		s.Campaign = []Timetable{{Daily(from, to), mustLoad(rapid.SampledFrom(someZones).Draw(t, "campaign zone"))}}
	}
	return s
}

func drawTime(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(1_767_225_600, 1_798_761_600).Draw(t, "at"), 0).UTC() // any second of 2026
}

func TestNobodyIsCalledOutsideHours(t *testing.T) {
	t.Parallel()
	rules := House()
	rapid.Check(t, func(t *rapid.T) {
		s, at := drawSubject(t), drawTime(t)
		if !Check(rules, s, at).Allowed {
			return
		}
		for _, z := range s.Zones {
			if h := at.In(z).Hour(); h < 8 || h >= 21 {
				t.Fatalf("allowed at %v in %v", at.In(z), z)
			}
		}
		if h := at.In(eastern).Hour(); len(s.Zones) == 0 && (h < 14 || h >= 20) {
			t.Fatalf("nobody knows where, allowed at %v", at.In(eastern))
		}
		for _, c := range s.Campaign {
			if !c.Week.Open(at, c.Place) {
				t.Fatalf("allowed while the campaign is closed")
			}
		}
	})
}

// The next instant is allowed, and no minute before it is: windows are minutes apart at the least.
func TestNextIsTheFirstAllowedInstant(t *testing.T) {
	t.Parallel()
	rules := House()
	rapid.Check(t, func(t *rapid.T) {
		s, at := drawSubject(t), drawTime(t)
		v := Check(rules, s, at)
		switch {
		case v.Allowed:
			return
		case v.NextAt.IsZero():
			for m := at.Truncate(time.Minute).Add(time.Minute); m.Before(at.AddDate(0, 0, 8)); m = m.Add(15 * time.Minute) {
				if Check(rules, s, m).Allowed {
					t.Fatalf("never, it says, but %v is allowed", m)
				}
			}
			return
		case !Check(rules, s, v.NextAt).Allowed:
			t.Fatalf("next %v is not allowed: %s", v.NextAt, Check(rules, s, v.NextAt).Sentence())
		}
		for m := at; m.Before(v.NextAt); m = m.Truncate(time.Minute).Add(time.Minute) {
			if Check(rules, s, m).Allowed {
				t.Fatalf("%v is allowed, before the next instant %v", m, v.NextAt)
			}
		}
	})
}

// The window for people of unknown place lies inside the hours of every state, winter and summer.
func TestUnknownWindowFitsEveryState(t *testing.T) {
	t.Parallel()
	rules := House()
	fifty := []*time.Location{eastern, central, mustLoad("America/Denver"), mustLoad("America/Phoenix"), pacific, mustLoad("America/Anchorage"), hawaii}
	for _, day := range []string{"2026-01-14", "2026-07-15"} {
		for m := local(eastern, day+" 00:00:00"); m.Before(local(eastern, day+" 23:59:00")); m = m.Add(time.Minute) {
			if Check(rules, subject(), m).Allowed && !Check(rules, subject(fifty...), m).Allowed {
				t.Fatalf("%v: allowed for unknown places, but not everywhere", m)
			}
		}
	}
}

func TestOvernightWeek(t *testing.T) {
	t.Parallel()
	night := Week{{time.Monday, 22 * hour, 6 * hour}}
	for _, c := range []struct {
		at   string
		open bool
	}{
		{"2026-11-23 21:59:00", false},
		{"2026-11-23 22:00:00", true},
		{"2026-11-24 05:59:00", true},
		{"2026-11-24 06:00:00", false},
		{"2026-11-24 22:30:00", false},
		{"2026-11-23 03:00:00", false},
	} {
		if got := night.Open(local(eastern, c.at), eastern); got != c.open {
			t.Errorf("%s: open %v", c.at, got)
		}
	}
	gap := []Timetable{{Daily(2*hour+30, 3*hour+30), eastern}} // 02:30 does not exist on the day the clocks go forward
	if at, ok := Next(local(eastern, "2026-03-08 00:00:00"), gap); !ok || !at.Equal(local(eastern, "2026-03-08 03:00:00")) {
		t.Errorf("window in the missing hour opens at %v", at.In(eastern))
	}
}

func TestRulesAreWellFormed(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, r := range House().Hours {
		ids = append(ids, r.ID)
		if r.Source == "" || r.From.IsZero() || len(r.Week) == 0 {
			t.Errorf("%s: no source, date or hours", r.ID)
		}
		if r.Clock != "" {
			mustLoad(r.Clock)
		}
	}
	slices.Sort(ids)
	if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) {
		t.Error("two rules have one id")
	}
}
