package schedule

import (
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"saveline/internal/errs"
)

// rule says when a job is due. The cron library only ever walks a calendar without zones: with one it panics on a bare
// "TZ=UTC", skips a tick that falls into the hour that spring takes away and repeats those of the hour that autumn
// gives back.
type rule struct {
	every     time.Duration      // for an interval; else 0 and
	calendar  *cron.SpecSchedule // walks wall-clock times, written as UTC
	zone      *time.Location
	everyHour bool // the hour field is *: ticks follow elapsed time, not the name of the hour
}

const (
	everyMin = time.Second
	starBit  = 1 << 63 // how the cron library marks a field that is *
)

var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// parse reads a spec of five cron fields, a descriptor such as @daily, or "@every 30s".
//
// Codes: invalid (no such spec or zone, a zone inside the spec, an interval under a second, a date that never comes).
func parse(spec, zone string) (rule, error) {
	if strings.Contains(spec, "TZ=") {
		return rule{}, errs.Newf(errs.Invalid, "%q: the zone is said apart from the spec", spec)
	}
	at, err := time.LoadLocation(zone) // "" is UTC
	if err != nil || zone == "Local" {
		return rule{}, errs.Newf(errs.Invalid, "there is no time zone %q; write it like America/Chicago", zone)
	}
	if text, ok := strings.CutPrefix(spec, "@every "); ok {
		every, err := time.ParseDuration(text)
		if err != nil || every < everyMin || every%time.Second != 0 {
			return rule{}, errs.Newf(errs.Invalid, "%q: an interval is a whole number of seconds, like @every 30s", spec)
		}
		return rule{every: every, zone: at}, nil
	}
	parsed, err := parser.Parse(spec)
	if err != nil {
		return rule{}, errs.WithCause(errs.Invalid, err, "%q is no schedule; write minute, hour, day, month and weekday", spec)
	}
	calendar, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return rule{}, errs.Newf(errs.Invalid, "%q is no schedule we know", spec)
	}
	calendar.Location = time.UTC
	if calendar.Next(time.Unix(0, 0).UTC()).IsZero() {
		return rule{}, errs.Newf(errs.Invalid, "%q never comes", spec)
	}
	return rule{calendar: calendar, zone: at, everyHour: calendar.Hour&starBit != 0}, nil
}

// next is the first due instant after t. Intervals lie on a grid that is the same on every node, whenever it started.
func (r rule) next(t time.Time) time.Time {
	switch {
	case r.every > 0:
		return t.Truncate(r.every).Add(r.every)
	case r.everyHour:
		return r.nextElapsed(t)
	}
	return r.nextNamed(t)
}

// nextNamed is next for a spec that names its hours: each named time of the day comes exactly once a day. One that
// spring skips comes at the first instant after the gap, one that autumn repeats comes the first time only.
func (r rule) nextNamed(t time.Time) time.Time {
	for wall := r.wall(t); ; {
		if wall = r.calendar.Next(wall); wall.IsZero() {
			return wall
		}
		if at := r.instant(wall); at.After(t) {
			return at
		}
	}
}

// nextElapsed is next for a spec of every hour: an hour that spring takes away has no ticks, one that autumn repeats
// has them twice. It walks from one change of the zone's offset to the next.
func (r rule) nextElapsed(t time.Time) time.Time {
	from, wall := t, r.wall(t)
	for {
		_, offset := from.In(r.zone).Zone()
		_, change := from.In(r.zone).ZoneBounds()
		next := r.calendar.Next(wall)
		if next.IsZero() {
			return next
		}
		at := next.Add(-time.Duration(offset) * time.Second)
		if change.IsZero() || at.Before(change) {
			return at
		}
		from, wall = change, r.wall(change).Add(-1) // Next is exclusive, and the change itself may be a tick
	}
}

// wall is what the clock in the rule's zone shows at t, written as UTC.
func (r rule) wall(t time.Time) time.Time {
	_, offset := t.In(r.zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// instant is the first at which the clock shows wall, or the end of the gap that skips it.
func (r rule) instant(wall time.Time) time.Time {
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, r.zone)
	start, end := at.ZoneBounds()
	shown := r.wall(at)
	switch {
	case shown.After(wall): // past the gap
		return start.UTC()
	case shown.Before(wall): // short of the gap
		return end.UTC()
	}
	if !start.IsZero() {
		_, before := start.Add(-1).Zone()
		earlier := wall.Add(-time.Duration(before) * time.Second)
		if earlier.Before(start) {
			return earlier
		}
	}
	return at.UTC()
}
