package compliance

import (
	"fmt"
	"time"
)

// Sentence says the verdict to a person: what, why and, if waiting helps, from when (in UTC; screens localise).
func (v Verdict) Sentence() string {
	if v.Allowed {
		return "This person may be called now."
	}
	text, known := sentences[v.Reason]
	if !known {
		text = "This person may not be called."
	}
	for _, c := range v.Checks {
		if !c.OK && c.Rule == v.Rule {
			text += " (" + c.Detail + ")"
			break
		}
	}
	if !v.NextAt.IsZero() {
		text += "; next possible " + v.NextAt.UTC().Format("Mon 2 Jan 15:04 MST")
	}
	return text + "."
}

var sentences = map[Reason]string{
	Stopped:     "All dialing is stopped",
	Synthetic:   "The number was generated and only the simulator may dial it",
	DoNotCall:   "The number is on the do-not-call list",
	NumberGone:  "The number was reported as somebody else's",
	LeadCap:     "All attempts of this lead are used",
	PersonCap:   "The person was called often enough in the last 24 hours",
	NumberCap:   "The number was called often enough in the last 24 hours",
	NotOpen:     "The campaign is not dialing now",
	OutsideHour: "It is outside calling hours where the person may be",
}

func either(ok bool, yes, no string) string {
	if ok {
		return yes
	}
	return no
}

func syntheticDetail(s Subject) string {
	switch {
	case !s.Synthetic:
		return "a number that somebody gave us"
	case s.LiveSwitch:
		return "a generated number, and this switch reaches real people"
	}
	return "a generated number on a simulated switch"
}

func capDetail(who string, used, limit int) string {
	return fmt.Sprintf("%s had %d of %d attempts in 24 hours", who, used, limit)
}

func campaignDetail(s Subject, now time.Time) string {
	switch {
	case !s.Running:
		return "the campaign is not running"
	case !allOpen(now, s.Campaign):
		return "the campaign's window is closed"
	}
	return "the campaign is open"
}

func zoneNames(s Subject) []string {
	if len(s.Zones) == 0 {
		return []string{"unknown"}
	}
	names := make([]string, len(s.Zones))
	for i, z := range s.Zones {
		names[i] = z.String()
	}
	return names
}
