package compliance

import (
	"slices"
	"time"
)

// Span is one stretch of a weekly timetable in local wall-clock minutes since midnight. To is exclusive and may be
// 1440; a To at or before From runs into the next day.
type Span struct {
	Day      time.Weekday
	From, To int
}

const (
	dayMinutes  = 24 * 60
	horizonDays = 15 // how far ahead an opening is looked for: two weeks and a day show every weekly pattern
)

func (s Span) overnight() bool { return s.To <= s.From }

// Week is a weekly timetable. Its order does not matter and spans may overlap.
type Week []Span

// Daily is the same span on the given days; no days means all seven.
func Daily(from, to int, days ...time.Weekday) Week {
	if len(days) == 0 {
		days = []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	}
	w := make(Week, 0, len(days))
	for _, d := range days {
		w = append(w, Span{d, from, to})
	}
	return w
}

// Open reports whether the wall clock of loc reads a time inside the timetable at t.
func (w Week) Open(t time.Time, loc *time.Location) bool {
	local := t.In(loc)
	day, yesterday := local.Weekday(), (local.Weekday()+6)%7
	minute := local.Hour()*60 + local.Minute()
	for _, s := range w {
		switch {
		case s.Day == day && minute >= s.From && (s.overnight() || minute < s.To):
			return true
		case s.Day == yesterday && s.overnight() && minute < s.To:
			return true
		}
	}
	return false
}

// starts lists every instant in [t, t+horizon] at which the timetable may open in loc: the wall clock reads the start
// of a span, or the clock is put forward or back, which can open a window in its middle.
func (w Week) starts(t time.Time, loc *time.Location) []time.Time {
	var out []time.Time
	end := t.AddDate(0, 0, horizonDays)
	add := func(at time.Time) {
		if !at.Before(t) && !at.After(end) {
			out = append(out, at)
		}
	}
	for at := t.In(loc); ; {
		_, change := at.ZoneBounds()
		if change.IsZero() || change.After(end) {
			break
		}
		add(change)
		at = change
	}
	y, m, d := t.In(loc).Date()
	for ahead := -1; ahead <= horizonDays; ahead++ {
		noon := time.Date(y, m, d+ahead, 12, 0, 0, 0, loc)
		for _, s := range w {
			if s.Day != noon.Weekday() {
				continue
			}
			first := time.Date(y, m, d+ahead, s.From/60, s.From%60, 0, 0, loc)
			add(first)
			add(first.Add(time.Hour)) // the second reading of an hour that the clock shows twice
			add(first.Add(-time.Hour))
		}
	}
	return out
}

// Timetable is a week on the clock of one place.
type Timetable struct {
	Week  Week
	Place *time.Location
}

// Next is the first instant at or after t at which all timetables are open, with ok false if there is none within
// the horizon of fifteen days. An intersection of timetables opens only where one of them does, so their starts are
// the only candidates.
func Next(t time.Time, all []Timetable) (at time.Time, ok bool) {
	if allOpen(t, all) {
		return t, true
	}
	var candidates []time.Time
	for _, tt := range all {
		candidates = append(candidates, tt.Week.starts(t, tt.Place)...)
	}
	slices.SortFunc(candidates, time.Time.Compare)
	for _, c := range candidates {
		if allOpen(c, all) {
			return c.UTC(), true
		}
	}
	return time.Time{}, false
}

func allOpen(t time.Time, all []Timetable) bool {
	for _, tt := range all {
		if !tt.Week.Open(t, tt.Place) {
			return false
		}
	}
	return true
}
