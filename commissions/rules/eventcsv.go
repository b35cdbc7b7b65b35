package rules

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"time"

	"saveline/internal/errs"
)

// EventsHeader is the first line of events.csv.
const EventsHeader = "event_id,effective_at,recorded_at,type,agent,ref,attrs"

// Limits of events.csv.
const (
	eventsMax = 5_000_000
	yearMin   = 1990
	yearMax   = 2200
)

// DecodeEvents reads events.csv. Times are RFC 3339, attrs is a JSON object; "-" in agent or ref is nothing.
//
// Codes: invalid, with the line.
func DecodeEvents(r io.Reader) ([]Event, error) {
	var out []Event
	err := readTable(r, "events.csv", EventsHeader, func(row []string) error {
		if len(out) == eventsMax {
			return errs.Newf(errs.Invalid, "there may be at most %d events", eventsMax)
		}
		e, err := DecodeEvent(row)
		out = append(out, e)
		return err
	})
	return out, err
}

// DecodeEvent reads one row of events.csv.
//
// Codes: invalid.
func DecodeEvent(row []string) (Event, error) {
	e := Event{ID: row[0], Type: EventType(row[3]), Agent: nothing(row[4]), Ref: nothing(row[5])}
	if e.ID == "" {
		return e, errs.Newf(errs.Invalid, "an event needs an event_id")
	}
	for i, into := range []*time.Time{&e.EffectiveAt, &e.RecordedAt} {
		t, err := time.Parse(time.RFC3339, row[1+i])
		if err != nil {
			return e, errs.Newf(errs.Invalid, "event %q: %q is no time: write it as 2026-03-01T09:30:00Z", e.ID, row[1+i])
		}
		if y := t.Year(); y < yearMin || y > yearMax {
			return e, errs.Newf(errs.Invalid, "event %q: the year %d is not one of %d to %d", e.ID, y, yearMin, yearMax)
		}
		*into = t.UTC()
	}
	return e, DecodeAttrs(&e, []byte(row[6]))
}

func nothing(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// readTable reads a CSV file with a fixed header, row by row.
func readTable(r io.Reader, name, header string, row func([]string) error) error {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	got, err := c.Read()
	if errors.Is(err, io.EOF) {
		return errs.Newf(errs.Invalid, "%s is empty; its first line is %s", name, header)
	}
	if err != nil {
		return errs.WithCause(errs.Invalid, err, "%s is not CSV", name)
	}
	if first := strings.TrimPrefix(strings.Join(got, ","), "\ufeff"); first != header {
		return errs.Newf(errs.Invalid, "%s begins with %q; its first line must be %q", name, first, header)
	}
	columns := strings.Count(header, ",") + 1
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errs.WithCause(errs.Invalid, err, "%s is not CSV", name)
		}
		line, _ := c.FieldPos(0)
		if len(fields) != columns {
			return errs.Newf(errs.Invalid, "%s line %d has %d columns, not %d", name, line, len(fields), columns)
		}
		if err := row(fields); err != nil {
			return errs.WithCause(errs.Invalid, err, "%s line %d", name, line)
		}
	}
}
