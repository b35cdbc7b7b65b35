package campaigns

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/campaigns/compliance"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

// Campaign is a purpose, a timetable, a way of dialing and the rules of trying again. Its leads stand on its lists.
type Campaign struct {
	ID             ID
	Client         auth.ClientID
	Name           string
	Purpose        string
	Mode           string
	State          State
	Zone           string // IANA, of the windows
	Windows        []Window
	CallerID       string
	RingSeconds    int
	WrapupSeconds  int
	Priority       int
	AttemptsMax    int // per lead, over its life
	DayAttemptsMax int // per person and per number, in rolling 24 hours
	Retry          map[string]RetryRule
	GraceMinutes   int // after which an owned callback is anybody's
	Trunk          string
	AbandonMessage string
	ScriptID       *ScriptID
	Version        int // changes with every edit
	ReserveEpoch   int64
	CreatedBy      string
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Window is one weekly stretch of dialing time in the campaign's zone. To "24:00" ends with the day; a To at or
// before From ends on the next day.
type Window struct {
	Days []string `json:"days"` // mon tue wed thu fri sat sun
	From string   `json:"from"` // "09:00"
	To   string   `json:"to"`
}

// RetryRule says what follows a disposition: again after a while, at most Max times; a disposition without a rule is final.
type RetryRule struct {
	AfterMinutes int `json:"afterMinutes"`
	Max          int `json:"max"`
}

// DefaultRetry is what a new campaign starts with. Abandoned people are left alone for three days; a call of which
// nothing is known (lost) is never tried again at once.
func DefaultRetry() map[string]RetryRule {
	return map[string]RetryRule{
		"busy": {15, 4}, "no_answer": {120, 4}, "unavailable": {240, 3}, "congestion": {10, 4}, "trunk_failure": {15, 4},
		"cancelled": {15, 4}, "lost": {120, 2}, "unknown": {120, 2}, "abandoned": {72 * 60, 2}, "skipped": {30, 10},
	}
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday,
	"fri": time.Friday, "sat": time.Saturday,
}

// OpenAt reports whether now lies in one of the windows, computed from them and never from whether a tick fired.
func (c Campaign) OpenAt(now time.Time) bool {
	t, err := c.timetable()
	return err == nil && t.Week.Open(now, t.Place)
}

// NextOpen is now if the campaign is open, else the instant at which it opens next; false if it never does.
func (c Campaign) NextOpen(now time.Time) (time.Time, bool) {
	t, err := c.timetable()
	if err != nil {
		return time.Time{}, false
	}
	return compliance.Next(now, []compliance.Timetable{t})
}

func (c Campaign) timetable() (compliance.Timetable, error) { return timetable(c.Zone, c.Windows) }

func timetable(zone string, windows []Window) (compliance.Timetable, error) {
	loc, err := loadZone(zone)
	if err != nil {
		return compliance.Timetable{}, err
	}
	var week compliance.Week
	for _, w := range windows {
		from, okFrom := clockMinutes(w.From)
		to, okTo := clockMinutes(w.To)
		if !okFrom || !okTo {
			return compliance.Timetable{}, fmt.Errorf("window %s-%s: not a time of day", w.From, w.To)
		}
		for _, d := range w.Days {
			day, ok := weekdays[d]
			if !ok {
				return compliance.Timetable{}, fmt.Errorf("window: %q is not a day", d)
			}
			week = append(week, compliance.Span{Day: day, From: from, To: to})
		}
	}
	return compliance.Timetable{Week: week, Place: loc}, nil
}

func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is not an IANA time zone", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is not an IANA time zone: %w", name, err)
	}
	return loc, nil
}

// clockMinutes reads "HH:MM" as minutes since midnight; "24:00" is allowed.
func clockMinutes(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	if m > 59 || h > 24 || (h == 24 && m > 0) {
		return 0, false
	}
	return h*60 + m, true
}

// move is the one judge of campaign state changes.
func move(from, to State) error {
	if slices.Contains(next[from], to) {
		return nil
	}
	allowed := make([]string, 0, len(next[from]))
	for _, s := range next[from] {
		allowed = append(allowed, string(s))
	}
	if len(allowed) == 0 {
		return errs.Newf(errs.Conflict, "the campaign is %s, which is final", from)
	}
	return errs.Newf(errs.Conflict, "the campaign is %s; from there it can become %s, not %s", from, strings.Join(allowed, " or "), to)
}
