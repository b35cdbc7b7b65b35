package rules

import "time"

// Date is a day of some calendar as "2026-11-23"; such text sorts as the days do.
type Date string

// DateOf is the day that t falls on in zone.
func DateOf(t time.Time, zone *time.Location) Date { return Date(t.In(zone).Format(time.DateOnly)) }

// HoldEnd is when a hold that began at t has passed: the same time of day so many calendar days later in zone. A day is a
// day, whether it has 23, 24 or 25 hours; a time that the clocks skip that day is the same instant by the clock before.
func HoldEnd(t time.Time, days int, zone *time.Location) time.Time {
	local := t.In(zone)
	end := local.AddDate(0, 0, days)
	if end.Hour() != local.Hour() || end.Minute() != local.Minute() {
		_, offset := end.AddDate(0, 0, -1).Zone()
		y, m, d := local.Date()
		end = time.Date(y, m, d+days, local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.FixedZone("", offset))
	}
	return end.UTC()
}
