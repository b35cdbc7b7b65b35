package appointment

import (
	"fmt"
	"strings"
	"time"
)

// Invite is an appointment as calendars read it.
type Invite struct {
	UID       string
	Sequence  int // grows with every change
	Cancelled bool
	Starts    time.Time
	Minutes   int
	Zone      *time.Location // the callee's: the wall clock that the calendar keeps
	Summary   string
	Place     string
	Organizer string // an e-mail address, "" for none
	Attendee  string // an e-mail address, "" for none
	At        time.Time
}

const (
	wall       = "20060102T150405"
	octetsLine = 75 // RFC 5545, 3.1
)

// ICS writes the invitation as an iCalendar object (RFC 5545; METHOD by RFC 5546). The time stands as the wall clock of
// its zone, with the zone's rules around it, so that a calendar shows it right whatever it knows of daylight saving.
func (i Invite) ICS() string {
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString(fold(fmt.Sprintf(format, args...))) }
	method, status := "REQUEST", "CONFIRMED"
	if i.Cancelled {
		method, status = "CANCEL", "CANCELLED"
	}
	line("BEGIN:VCALENDAR")
	line("VERSION:2.0")
	line("PRODID:-//Saveline//Appointments//EN")
	line("CALSCALE:GREGORIAN")
	line("METHOD:%s", method)
	i.timezone(line)
	line("BEGIN:VEVENT")
	line("UID:%s", i.UID)
	line("SEQUENCE:%d", i.Sequence)
	line("DTSTAMP:%sZ", i.At.UTC().Format(wall))
	line("DTSTART;TZID=%s:%s", i.Zone, i.Starts.In(i.Zone).Format(wall))
	line("DURATION:PT%dM", i.Minutes)
	line("SUMMARY:%s", escape(i.Summary))
	if i.Place != "" {
		line("LOCATION:%s", escape(i.Place))
	}
	if i.Organizer != "" {
		line("ORGANIZER:mailto:%s", i.Organizer)
	}
	if i.Attendee != "" {
		line("ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:%s", i.Attendee)
	}
	line("STATUS:%s", status)
	line("END:VEVENT")
	line("END:VCALENDAR")
	return b.String()
}

// timezone writes the part of the zone's history that covers the event: the period it falls into and the next one.
func (i Invite) timezone(line func(string, ...any)) {
	line("BEGIN:VTIMEZONE")
	line("TZID:%s", i.Zone)
	at := i.Starts.In(i.Zone)
	for range 2 {
		from, until := at.ZoneBounds()
		i.period(line, at, from)
		if until.IsZero() {
			break
		}
		at = until.In(i.Zone)
	}
	line("END:VTIMEZONE")
}

// period is one stretch without a change of the clock. DTSTART is told by the clock that was in force before it.
func (i Invite) period(line func(string, ...any), at, from time.Time) {
	kind := "STANDARD"
	if at.IsDST() {
		kind = "DAYLIGHT"
	}
	name, to := at.Zone()
	before, onset := to, "19700101T000000"
	if !from.IsZero() {
		_, before = from.Add(-time.Second).In(i.Zone).Zone()
		onset = from.UTC().Add(time.Duration(before) * time.Second).Format(wall)
	}
	line("BEGIN:%s", kind)
	line("DTSTART:%s", onset)
	line("TZOFFSETFROM:%s", offset(before))
	line("TZOFFSETTO:%s", offset(to))
	line("TZNAME:%s", name)
	line("END:%s", kind)
}

func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds%3600/60)
}

// escape is TEXT of RFC 5545, 3.3.11.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", "").Replace(s)
}

// fold ends a line, breaking it before its 75th octet without cutting a character.
func fold(s string) string {
	var b strings.Builder
	width := 0
	for _, r := range s {
		n := len(string(r))
		if width+n > octetsLine {
			b.WriteString("\r\n ")
			width = 1
		}
		b.WriteRune(r)
		width += n
	}
	b.WriteString("\r\n")
	return b.String()
}
