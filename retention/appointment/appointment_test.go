package appointment

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

var states = []State{Proposed, Booked, Confirmed, Rescheduled, Held, NoShow, Cancelled, Qualified, Rejected}

// Whatever is tried in whatever order: only a held one is judged, and what is over stays over.
func TestNoWayAroundTheTable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, wasHeld := Booked, false
		for _, to := range rapid.SliceOf(rapid.SampledFrom(states)).Draw(t, "tries") {
			if !s.To(to) {
				continue
			}
			if s == NoShow || s == Cancelled || s == Qualified || s == Rejected {
				t.Fatalf("%s became %s", s, to)
			}
			s = to
			wasHeld = wasHeld || s == Held
			if (s == Qualified || s == Rejected) && !wasHeld {
				t.Fatalf("%s without being held", s)
			}
		}
	})
}

func TestSilence(t *testing.T) {
	t.Parallel()
	starts := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		state State
		after time.Duration
		to    State
		ok    bool
	}{
		{Confirmed, 48 * time.Hour, Held, true},
		{Confirmed, 48*time.Hour - 1, "", false},
		{Booked, 48 * time.Hour, NoShow, true},
		{Rescheduled, 72 * time.Hour, NoShow, true},
		{Cancelled, 72 * time.Hour, "", false},
		{Held, 72 * time.Hour, "", false},
	} {
		if to, ok := Silence(c.state, starts, starts.Add(c.after)); to != c.to || ok != c.ok {
			t.Errorf("%s after %v: %q, %v", c.state, c.after, to, ok)
		}
	}
	if !Rejectable(starts, starts.Add(RejectWithin-1)) || Rejectable(starts, starts.Add(RejectWithin)) {
		t.Error("24 hours are 24 hours")
	}
}

func TestWhoIsCredited(t *testing.T) {
	t.Parallel()
	held := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	before := func(days int) *time.Time { at := held.AddDate(0, 0, -days); return &at }
	for name, c := range map[string]struct {
		m   Meeting
		why string
	}{
		"the plain one":       {Meeting{Evidence: ByHost}, ""},
		"moved once":          {Meeting{Evidence: ByCheckIn, Reschedules: 1}, ""},
		"moved twice":         {Meeting{Evidence: ByHost, Reschedules: 2}, RescheduledTwice},
		"no evidence":         {Meeting{}, NoEvidence},
		"again in 59 days":    {Meeting{Evidence: ByHost, HeldBefore: before(59)}, Duplicate},
		"again in 60 days":    {Meeting{Evidence: BySilence, HeldBefore: before(60)}, ""},
		"again on the spot":   {Meeting{Evidence: ByHost, HeldBefore: before(0)}, Duplicate},
		"evidence goes first": {Meeting{Reschedules: 5}, NoEvidence},
	} {
		c.m.HeldAt = held
		if ok, why := c.m.Credited(); ok != (c.why == "") || why != c.why {
			t.Errorf("%s: %v, %q, want %q", name, ok, why, c.why)
		}
	}
}

func TestAnInvitationKeepsTheWallClockAcrossDaylightSaving(t *testing.T) {
	t.Parallel()
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	for name, c := range map[string]struct {
		starts time.Time
		zone   string
		want   []string
	}{
		"New York in summer": {
			time.Date(2026, 7, 1, 18, 0, 0, 0, time.UTC), "America/New_York",
			[]string{"DTSTART;TZID=America/New_York:20260701T140000", "BEGIN:DAYLIGHT\r\nDTSTART:20260308T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nTZNAME:EDT", "BEGIN:STANDARD\r\nDTSTART:20261101T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500"},
		},
		"New York on the day the clock goes back, in the hour that comes twice": {
			time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC), "America/New_York",
			[]string{"DTSTART;TZID=America/New_York:20261101T013000", "BEGIN:STANDARD\r\nDTSTART:20261101T020000"},
		},
		"Seoul has none": {
			time.Date(2026, 7, 1, 5, 0, 0, 0, time.UTC), "Asia/Seoul",
			[]string{"DTSTART;TZID=Asia/Seoul:20260701T140000", "TZOFFSETTO:+0900"},
		},
		"half an hour, in St John's": {
			time.Date(2026, 1, 5, 15, 0, 0, 0, time.UTC), "America/St_Johns",
			[]string{"DTSTART;TZID=America/St_Johns:20260105T113000", "TZOFFSETTO:-0330"},
		},
	} {
		got := Invite{UID: "a-1@saveline", Starts: c.starts, Minutes: 45, Zone: zone(c.zone), Summary: "x", At: c.starts}.ICS()
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, got)
			}
		}
	}
}

func TestAnInvitationIsWellFormed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i := Invite{
			UID: "a-1@saveline", Starts: time.Unix(rapid.Int64Range(1e9, 3e9).Draw(t, "at"), 0), Minutes: 30, Zone: time.UTC,
			Summary: rapid.String().Draw(t, "summary"), Place: rapid.String().Draw(t, "place"),
			Cancelled: rapid.Bool().Draw(t, "cancelled"), Sequence: 3, Attendee: "a@b.example",
		}
		got := i.ICS()
		for l := range strings.SplitSeq(strings.TrimSuffix(got, "\r\n"), "\r\n") {
			if len(l) > octetsLine || strings.ContainsAny(l, "\n") {
				t.Fatalf("a line of %d octets: %q", len(l), l)
			}
		}
		whole := strings.ReplaceAll(got, "\r\n ", "")
		if strings.Count(whole, "\r\nBEGIN:VEVENT\r\n") != 1 || !strings.Contains(whole, "SUMMARY:"+escape(i.Summary)+"\r\n") {
			t.Fatalf("%s", got)
		}
		if i.Cancelled != strings.Contains(whole, "METHOD:CANCEL\r\n") || i.Cancelled != strings.Contains(whole, "STATUS:CANCELLED") {
			t.Fatalf("%s", got)
		}
	})
}
