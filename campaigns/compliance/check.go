package compliance

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reason classes a refusal; "" is none.
type Reason string

// The reasons, in the order in which they are asked.
const (
	Stopped     Reason = "stopped"        // the switch that stops all dialing is on
	Synthetic   Reason = "synthetic"      // a generated number, on a switch that reaches real people
	DoNotCall   Reason = "do_not_call"    // the number is on the client's own list
	NumberGone  Reason = "number_removed" // somebody said it is not this person's
	LeadCap     Reason = "lead_attempts"  // the lead's attempts are used up
	PersonCap   Reason = "person_attempts_day"
	NumberCap   Reason = "number_attempts_day"
	NotOpen     Reason = "campaign_closed" // the campaign does not run, or its window is closed
	OutsideHour Reason = "calling_hours"
)

// Final reports that waiting does not help: no later instant makes the call lawful.
func (r Reason) Final() bool { return r == DoNotCall || r == NumberGone || r == LeadCap }

// Subject is what is known, at the moment of asking, about one call to one person.
type Subject struct {
	Zones    []*time.Location // every zone they may be in; none: nobody knows
	Country  string           // ISO 3166-1
	States   []string         // ISO 3166-2, of the number and of the address: all of them bind
	Campaign []Timetable      // the campaign's own window
	Running  bool             // the campaign is in state running

	Stopped    string // why all dialing is stopped; "" is not stopped
	Suppressed string // why the number is on the do-not-call list; "" is not on it
	Removed    bool   // the number was found to be somebody else's
	Synthetic  bool   // the number was generated
	LiveSwitch bool   // the switch reaches real people

	LeadAttempts, LeadAttemptsMax  int
	PersonAttempts, NumberAttempts []time.Time // within the rolling span, in any order
	DayAttemptsMax                 int
}

// CheckResult is one question asked and its answer.
type CheckResult struct {
	Rule   string `json:"rule"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// Verdict is the answer, and the proof of what it was based on.
type Verdict struct {
	Allowed bool          `json:"allowed"`
	Reason  Reason        `json:"reason,omitempty"`
	Rule    string        `json:"rule,omitempty"`  // the first rule that refused
	NextAt  time.Time     `json:"nextAt,omitzero"` // first instant worth trying again; zero: never, or not by waiting
	At      time.Time     `json:"at"`              // when it was asked
	Zones   []string      `json:"zones"`           // every zone considered
	Version string        `json:"rulesVersion"`    // of the rules
	Checks  []CheckResult `json:"checks"`
}

// Check asks every question and allows only if all answers are yes; a rule set without hours allows nothing.
func Check(r Rules, s Subject, now time.Time) Verdict {
	v := Verdict{At: now.UTC(), Version: r.Version, Zones: zoneNames(s)}
	refuse := func(ok bool, reason Reason, rule, detail string) {
		v.Checks = append(v.Checks, CheckResult{rule, ok, detail})
		if !ok && v.Reason == "" {
			v.Reason, v.Rule = reason, rule
		}
	}
	refuse(s.Stopped == "", Stopped, "house.stop", either(s.Stopped == "", "dialing is on", "all dialing is stopped: "+s.Stopped))
	refuse(!s.Synthetic || !s.LiveSwitch, Synthetic, "house.synthetic", syntheticDetail(s))
	refuse(s.Suppressed == "", DoNotCall, "house.dnc", either(s.Suppressed == "", "not on the do-not-call list", "on the do-not-call list: "+s.Suppressed))
	refuse(!s.Removed, NumberGone, "house.number", either(!s.Removed, "the number is the person's", "the number was reported as somebody else's"))
	refuse(s.LeadAttempts < s.LeadAttemptsMax, LeadCap, "house.lead_attempts",
		fmt.Sprintf("%d of %d attempts used", s.LeadAttempts, s.LeadAttemptsMax))
	personFree := r.capFreeAt(s.PersonAttempts, s.DayAttemptsMax, now)
	refuse(!personFree.After(now), PersonCap, "house.person_day", capDetail("the person", len(s.PersonAttempts), s.DayAttemptsMax))
	numberFree := r.capFreeAt(s.NumberAttempts, s.DayAttemptsMax, now)
	refuse(!numberFree.After(now), NumberCap, "house.number_day", capDetail("the number", len(s.NumberAttempts), s.DayAttemptsMax))
	refuse(s.Running && allOpen(now, s.Campaign), NotOpen, "house.campaign", campaignDetail(s, now))
	hours := r.hoursFor(s, now)
	if len(hours) == 0 {
		refuse(false, OutsideHour, "house.no_rules", "no rule says when this person may be called, so they may not")
	}
	for _, h := range hours {
		ok := h.open(now)
		refuse(ok, OutsideHour, h.rule, h.detail(now, ok))
	}
	v.Allowed = v.Reason == ""
	if !v.Allowed && !s.beyondWaiting() {
		v.NextAt = r.nextAt(s, now, personFree, numberFree)
	}
	return v
}

// beyondWaiting reports a refusal that time alone does not lift.
func (s Subject) beyondWaiting() bool {
	return s.Stopped != "" || !s.Running || s.Suppressed != "" || s.Removed || (s.Synthetic && s.LiveSwitch) ||
		s.LeadAttempts >= s.LeadAttemptsMax
}

// nextAt is the first instant at which caps, campaign and hours all allow the call.
func (r Rules) nextAt(s Subject, now, personFree, numberFree time.Time) time.Time {
	from := now
	for _, t := range []time.Time{personFree, numberFree} {
		if t.After(from) {
			from = t
		}
	}
	at, _ := r.NextOpen(s, from)
	return at
}

// NextOpen is the first instant at or after from at which the calling hours of every place the person may be in and
// the campaign's window are all open; ok is false if there is none within fifteen days.
func (r Rules) NextOpen(s Subject, from time.Time) (at time.Time, ok bool) {
	all := slices.Clone(s.Campaign)
	hours := r.hoursFor(s, from)
	if len(hours) == 0 {
		return time.Time{}, false
	}
	for _, h := range hours {
		all = append(all, h.tables...)
	}
	return Next(from, all)
}

// Lawful reports whether the hours alone allow a call at t: the cheap question that reservation asks of a whole zone.
func (r Rules) Lawful(s Subject, t time.Time) bool {
	hours := r.hoursFor(s, t)
	for _, h := range hours {
		if !h.open(t) {
			return false
		}
	}
	return len(hours) > 0
}

// bound is one rule applied to one person: its timetable on every clock that may be theirs, the end drawn in.
type bound struct {
	rule   string
	tables []Timetable
}

func (b bound) open(t time.Time) bool { return allOpen(t, b.tables) }

func (b bound) detail(t time.Time, ok bool) string {
	clocks := make([]string, 0, len(b.tables))
	for _, tt := range b.tables {
		clocks = append(clocks, t.In(tt.Place).Format("Mon 15:04")+" "+tt.Place.String())
	}
	return either(ok, "open at ", "closed at ") + strings.Join(clocks, ", ")
}

// hoursFor is every rule that binds s at t, on every clock that counts. No rule or no data means none: Check refuses.
func (r Rules) hoursFor(s Subject, t time.Time) []bound {
	var out []bound
	for _, h := range r.Hours {
		if !h.inForce(t) || !h.binds(s) {
			continue
		}
		b := bound{rule: h.ID}
		week := r.drawIn(h.Week)
		switch {
		case h.Clock != "":
			b.tables = []Timetable{clockOf(h, week)}
		default:
			for _, z := range s.Zones {
				b.tables = append(b.tables, Timetable{week, z})
			}
		}
		if len(b.tables) > 0 {
			out = append(out, b)
		}
	}
	if len(s.Zones) == 0 && r.Unknown.Place != nil {
		out = append(out, bound{rule: "house.unknown_zone", tables: []Timetable{{r.drawIn(r.Unknown.Week), r.Unknown.Place}}})
	}
	return out
}

// drawIn ends every span a close buffer early.
func (r Rules) drawIn(w Week) Week {
	early := int(r.CloseBuffer / time.Minute)
	out := make(Week, len(w))
	for i, s := range w {
		s.To -= early
		out[i] = s
	}
	return out
}

// capFreeAt is when one more attempt stays within limit per rolling span: now if it does already, else when the
// limit-th youngest attempt leaves the span.
func (r Rules) capFreeAt(attempts []time.Time, limit int, now time.Time) time.Time {
	recent := make([]time.Time, 0, len(attempts))
	for _, a := range attempts {
		if a.After(now.Add(-r.CapSpan)) {
			recent = append(recent, a)
		}
	}
	switch {
	case limit <= 0:
		return now.Add(r.CapSpan)
	case len(recent) < limit:
		return now
	}
	slices.SortFunc(recent, time.Time.Compare)
	return recent[len(recent)-limit].Add(r.CapSpan)
}

// clockOf is a rule's week on its own clock; one whose zone is unknown never opens.
func clockOf(h HourRule, w Week) Timetable {
	loc, err := time.LoadLocation(h.Clock)
	if err != nil {
		return Timetable{nil, time.UTC}
	}
	return Timetable{w, loc}
}
