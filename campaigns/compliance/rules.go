package compliance

import (
	"slices"
	"time"
)

// HourRule says when people of some place may be called, by their own clock, while it is in force.
type HourRule struct {
	ID      string   // stable, shown in every "why not"
	Country string   // ISO 3166-1 ("US"); "" applies everywhere
	States  []string // ISO 3166-2 ("US-FL"); none means the whole country
	Week    Week
	Clock   string    // IANA zone whose clock counts; "" is the callee's own
	From    time.Time // in force from
	Until   time.Time // in force until, exclusive; zero is open-ended
	Source  string    // what it was read in
	Verify  bool      // read in a secondary source only: the narrower reading is used
}

func (r HourRule) inForce(now time.Time) bool {
	return !now.Before(r.From) && (r.Until.IsZero() || now.Before(r.Until))
}

func (r HourRule) binds(s Subject) bool {
	if r.Country != "" && r.Country != s.Country {
		return false
	}
	if len(r.States) == 0 {
		return true
	}
	return slices.ContainsFunc(s.States, func(state string) bool { return slices.Contains(r.States, state) })
}

// Rules is everything Check goes by.
type Rules struct {
	Version     string        // stored with each verdict
	Hours       []HourRule    // a person is called only while all that bind them are open, in every zone they may be in
	CloseBuffer time.Duration // calls stop this long before a window closes, so that none begins in its last moment
	Unknown     Timetable     // when nobody knows where a person is: inside the windows of every candidate
	CapSpan     time.Duration // attempt caps count attempts in this rolling span
}

const (
	hour     = 60 // minutes
	capHours = 24
)

// House is the built-in rule set: the federal hours of the United States for everybody, the narrower hours of its
// states, and 14:00-20:00 Eastern for people of unknown place, which lies inside 08:00-21:00 of all fifty states in
// winter and summer. Sources: 16 CFR 310.4(c), 47 CFR 64.1200(c)(1); states as named beside each.
func House() Rules {
	eastern := mustLoad("America/New_York")
	return Rules{
		Version:     "house-2026-11",
		Hours:       slices.Concat(federalHours, stateHours),
		CloseBuffer: time.Minute,
		Unknown:     Timetable{Daily(14*hour, 20*hour), eastern},
		CapSpan:     capHours * time.Hour,
	}
}

func mustLoad(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		panic("time zone data is missing: " + err.Error()) // the binary embeds it: a broken build, not an input
	}
	return loc
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

var federalHours = []HourRule{{
	ID: "us.tsr.hours", Week: Daily(8*hour, 21*hour), From: date(1995, 12, 31),
	Source: "16 CFR 310.4(c); 47 CFR 64.1200(c)(1)",
}}

var (
	weekdays   = []time.Weekday{1, 2, 3, 4, 5}
	monToSat   = []time.Weekday{1, 2, 3, 4, 5, 6}
	eightEight = Daily(8*hour, 20*hour)
	nineNine   = Daily(9*hour, 21*hour)
)

// stateHours are the windows narrower than the federal ones. Holidays, caps and exemptions come with rule packs.
var stateHours = []HourRule{
	{ID: "us.al.hours", Country: "US", States: []string{"US-AL"}, Week: Daily(8*hour, 20*hour, monToSat...), From: date(2000, 1, 1), Source: "Ala. PSC rules", Verify: true},
	{ID: "us.ct.hours", Country: "US", States: []string{"US-CT"}, Week: Daily(9*hour, 20*hour), From: date(2023, 10, 1), Source: "Conn. Gen. Stat. 42-288a"},
	{ID: "us.fl.hours", Country: "US", States: []string{"US-FL"}, Week: eightEight, From: date(2021, 7, 1), Source: "Fla. Stat. 501.616(6)(a)"},
	{ID: "us.ky.hours", Country: "US", States: []string{"US-KY"}, Week: Daily(10*hour, 21*hour), From: date(2002, 7, 15), Source: "Ky. Rev. Stat. 367.46955"},
	{ID: "us.la.hours", Country: "US", States: []string{"US-LA"}, Week: Daily(8*hour, 20*hour, monToSat...), From: date(2002, 1, 1), Source: "La. PSC order R-29617", Verify: true},
	{ID: "us.md.hours", Country: "US", States: []string{"US-MD"}, Week: eightEight, From: date(2024, 1, 1), Source: "Md. Com. Law 14-4502"},
	{ID: "us.ma.hours", Country: "US", States: []string{"US-MA"}, Week: eightEight, From: date(2003, 4, 1), Source: "Mass. Gen. Laws 159C s. 3"},
	{ID: "us.mi.hours", Country: "US", States: []string{"US-MI"}, Week: nineNine, From: date(2003, 1, 1), Source: "published state table", Verify: true},
	{ID: "us.mn.hours", Country: "US", States: []string{"US-MN"}, Week: nineNine, From: date(2003, 1, 1), Source: "Minn. Stat. 325E.30"},
	{ID: "us.ms.hours", Country: "US", States: []string{"US-MS"}, Week: Daily(8*hour, 20*hour, monToSat...), Clock: "America/Chicago", From: date(2003, 7, 1), Source: "Miss. Code 77-3-723"},
	{ID: "us.nv.hours", Country: "US", States: []string{"US-NV"}, Week: Daily(9*hour, 20*hour), From: date(2003, 1, 1), Source: "published state table", Verify: true},
	{ID: "us.nm.hours", Country: "US", States: []string{"US-NM"}, Week: nineNine, From: date(2003, 7, 1), Source: "N.M. Stat. 57-12-22"},
	{ID: "us.ok.hours", Country: "US", States: []string{"US-OK"}, Week: eightEight, From: date(2022, 11, 1), Source: "Okla. Stat. 15 s. 775C.4"},
	{ID: "us.or.hours", Country: "US", States: []string{"US-OR"}, Week: eightEight, From: date(2026, 1, 1), Source: "Or. HB 3865 (2025)"},
	{ID: "us.ri.hours", Country: "US", States: []string{"US-RI"}, Week: slices.Concat(Daily(9*hour, 18*hour, weekdays...), Daily(10*hour, 17*hour, time.Saturday)), From: date(2000, 1, 1), Source: "R.I. Gen. Laws 5-61-3.6", Verify: true},
	{ID: "us.sd.hours", Country: "US", States: []string{"US-SD"}, Week: Daily(9*hour, 21*hour, monToSat...), From: date(2003, 1, 1), Source: "published state table", Verify: true},
	{ID: "us.tx.hours", Country: "US", States: []string{"US-TX"}, Week: slices.Concat(Daily(9*hour, 21*hour, monToSat...), Daily(12*hour, 21*hour, time.Sunday)), From: date(2009, 9, 1), Source: "Tex. Bus. & Com. Code 301.051"},
	{ID: "us.wa.hours", Country: "US", States: []string{"US-WA"}, Week: eightEight, From: date(2022, 6, 9), Source: "Wash. Rev. Code 80.36.390"},
	{ID: "us.wy.hours", Country: "US", States: []string{"US-WY"}, Week: eightEight, From: date(2003, 1, 1), Source: "published state table", Verify: true},
}
