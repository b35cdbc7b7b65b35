package rules

import (
	"strconv"
	"strings"
	"time"

	"saveline/internal/errs"
)

// day is a date as days since 1970-01-01, so that counting days is subtraction.
type day int32

const (
	noDay   day = -1 << 30
	lastDay day = 1 << 30 // the end of what has no end
)

func civil(y int, m time.Month, d int) day {
	return day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func dayOf(t time.Time, zone *time.Location) day {
	_, offset := t.In(zone).Zone()
	seconds := t.Unix() + int64(offset)
	d := seconds / 86400
	if seconds%86400 < 0 {
		d--
	}
	return day(d)
}

func (d day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String is "2026-03-01".
func (d day) String() string { return d.time().Format(time.DateOnly) }

// start is the instant when the day begins in zone.
func (d day) start(zone *time.Location) time.Time {
	y, m, dd := d.time().Date()
	return time.Date(y, m, dd, 0, 0, 0, 0, zone)
}

func parseDay(s string) (day, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return day(t.Unix() / 86400), err == nil
}

// span is a half-open range of days.
type span struct{ from, to day }

func (s span) covers(d day) bool { return s.from <= d && d < s.to }

func (s span) days() int64 { return int64(s.to - s.from) }

func (s span) overlap(o span) span {
	out := span{max(s.from, o.from), min(s.to, o.to)}
	if out.to < out.from {
		out.to = out.from
	}
	return out
}

// The kinds of buckets over which something accumulates.
const (
	perEvent   = "event"
	perPeriod  = "period"
	perMonth   = "month"
	perQuarter = "quarter"
	perYear    = "year"
)

// calendar cuts time into pay periods.
type calendar struct {
	pay  string
	zone *time.Location

	weekStart time.Weekday
	anchor    day // first day of some period, for weekly and biweekly
	monthDay  int // first day of the period, for monthly (1) and "15-14" (15)
}

const monthDayMax = 28 // every month has it

// period is the pay period that d is in.
func (c *calendar) period(d day) span {
	switch c.pay {
	case "weekly":
		return c.weeks(d, 7)
	case "biweekly":
		return c.weeks(d, 14)
	case "semimonthly":
		y, m, dd := d.time().Date()
		if dd < 16 {
			return span{civil(y, m, 1), civil(y, m, 16)}
		}
		return span{civil(y, m, 16), civil(y, m+1, 1)}
	}
	y, m, dd := d.time().Date()
	if dd < c.monthDay {
		m--
	}
	return span{civil(y, m, c.monthDay), civil(y, m+1, c.monthDay)}
}

func (c *calendar) weeks(d day, length day) span {
	back := (d - c.anchor) % length
	if back < 0 {
		back += length
	}
	return span{d - back, d - back + length}
}

// label names a period: "2026-03" for whole months, else its first day.
func (c *calendar) label(p span) string {
	if c.pay == "monthly" {
		return p.from.time().Format("2006-01")
	}
	return p.from.String()
}

// bucket is the stretch of days around d over which something accumulates.
func (c *calendar) bucket(per string, d day) span {
	y, m, _ := d.time().Date()
	switch per {
	case perMonth:
		return span{civil(y, m, 1), civil(y, m+1, 1)}
	case perQuarter:
		first := (m-1)/3*3 + 1
		return span{civil(y, first, 1), civil(y, first+3, 1)}
	case perYear:
		return span{civil(y, 1, 1), civil(y+1, 1, 1)}
	}
	return c.period(d)
}

// parsePeriod reads what label writes, any day of a period, "2026-Q1" and "2026".
func (c *calendar) parsePeriod(s string) (day, error) {
	if d, ok := parseDay(s); ok {
		return d, nil
	}
	if t, err := time.Parse("2006-01", s); err == nil {
		return day(t.Unix()/86400) + day(c.monthDay-1), nil
	}
	if year, quarter, ok := strings.Cut(s, "-Q"); ok {
		y, err1 := strconv.Atoi(year)
		q, err2 := strconv.Atoi(quarter)
		if err1 == nil && err2 == nil && q >= 1 && q <= 4 {
			return civil(y, time.Month(q*3-2), 1), nil
		}
	}
	if t, err := time.Parse("2006", s); err == nil {
		return day(t.Unix() / 86400), nil
	}
	return 0, errs.Newf(errs.Invalid, `%q is no period: write "2026-03", or the first day of it`, s)
}

// sameDayOfMonth is n months after d, on the last day of the month where it has no such day.
func sameDayOfMonth(d day, n int) day {
	y, m, dd := d.time().Date()
	last := civil(y, m+time.Month(n)+1, 1) - 1
	return min(civil(y, m+time.Month(n), 1)+day(dd-1), last)
}

// monthsBetween is how many whole months lie between two days.
func monthsBetween(from, to day) int {
	y1, m1, _ := from.time().Date()
	y2, m2, _ := to.time().Date()
	n := (y2-y1)*12 + int(m2-m1)
	if n > 0 && sameDayOfMonth(from, n) > to {
		n--
	}
	return max(n, 0)
}

// workdays counts Mondays to Fridays.
func (s span) workdays() int64 {
	n := int64(0)
	for d := s.from; d < s.to; d++ {
		if w := d.time().Weekday(); w != time.Saturday && w != time.Sunday {
			n++
		}
	}
	return n
}

var weekdays = map[string]time.Weekday{
	"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday,
	"thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday,
}

// newCalendar reads the calendar of a plan.
func newCalendar(d calendarDoc, f *errs.Faults) calendar {
	c := calendar{pay: d.Pay, zone: time.UTC, monthDay: 1}
	zone, err := time.LoadLocation(d.TZ)
	if err != nil || d.TZ == "Local" || d.TZ == "" {
		f.Addf("calendar.tz", "%q is no time zone: write one like America/New_York", d.TZ)
	} else {
		c.zone = zone
	}
	if d.WorkweekStart != "" {
		c.weekStart = weekdays[d.WorkweekStart]
	}
	c.anchor = civil(2000, 1, 2) + day(c.weekStart) // 2000-01-02 was a Sunday
	if d.Anchor != "" {
		a, ok := parseDay(d.Anchor)
		f.Check(ok, "calendar.anchor", "must be a date such as 2026-01-05: the first day of some period")
		c.anchor = a
	}
	switch d.Pay {
	case "weekly", "biweekly", "semimonthly", "monthly":
		return c
	}
	first, last, ok := strings.Cut(d.Pay, "-")
	from, err1 := strconv.Atoi(first)
	to, err2 := strconv.Atoi(last)
	if !ok || err1 != nil || err2 != nil || from != to+1 || to < 1 || from > monthDayMax {
		f.Addf("calendar.pay", `%q is no pay calendar: weekly, biweekly, semimonthly, monthly, or a day and the one before it, such as "15-14" (up to %d)`, d.Pay, monthDayMax)
	}
	c.monthDay = from
	return c
}
