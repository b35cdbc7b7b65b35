package rules

import (
	"fmt"
	"strings"

	"saveline/internal/errs"
)

// PayCalendar cuts days into the periods of a pay calendar, whatever their zone.
type PayCalendar struct{ cal calendar }

// Monthly is the calendar of calendar months.
var Monthly = PayCalendar{calendar{pay: "monthly", monthDay: 1}}

// firstSunday is a day from which weeks are counted.
var firstSunday = civil(2000, 1, 2)

// Calendar is the plan's.
func (p *PayPlan) Calendar() PayCalendar { return PayCalendar{p.cal} }

// Kind is weekly, biweekly, semimonthly, monthly, or a day and the one before it ("15-14").
func (c PayCalendar) Kind() string { return c.cal.pay }

// Key names the calendar: calendars with the same periods have the same key. It is the kind, and for weeks and fortnights the
// first of them that begins in the new millennium: "biweekly:2000-01-09".
func (c PayCalendar) Key() string {
	length := c.cal.weekDays()
	if length == 0 {
		return c.cal.pay
	}
	off := (c.cal.anchor - firstSunday) % length
	if off < 0 {
		off += length
	}
	return fmt.Sprintf("%s:%s", c.cal.pay, firstSunday+off)
}

// weekDays is how many days a period of weeks has; 0 when it is no weeks.
func (c *calendar) weekDays() day {
	switch c.pay {
	case "weekly":
		return 7
	case "biweekly":
		return 14
	}
	return 0
}

// ParseCalendar reads what Key writes.
//
// Codes: invalid.
func ParseCalendar(key string) (PayCalendar, error) {
	kind, anchor, _ := strings.Cut(key, ":")
	var f errs.Faults
	c := PayCalendar{newCalendar(calendarDoc{Pay: kind, TZ: "UTC", Anchor: anchor}, &f)}
	if f.Err() != nil || c.Key() != key {
		return PayCalendar{}, errs.Newf(errs.Invalid, "%q is no pay calendar", key)
	}
	return c, nil
}

// Period is the period that a day is in: its first day, and the first day after it.
//
// Codes: invalid (no date).
func (c PayCalendar) Period(d Date) (from, to Date, err error) {
	v, ok := parseDay(string(d))
	if !ok {
		return "", "", errs.Newf(errs.Invalid, "%q is no date", d)
	}
	p := c.cal.period(v)
	return Date(p.from.String()), Date(p.to.String()), nil
}
