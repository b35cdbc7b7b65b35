package policy

import (
	"slices"
	"strings"
	"time"
)

// everywhere is the place of the row that binds everybody, unknown that of the row for people of a place not in the rules.
const (
	everywhere = "everywhere"
	unknown    = "unknown"
	union      = "EU"
)

// members of the European Union, ISO 3166-1.
const members = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"

// states of the United States, with the district and the territories, ISO 3166-2.
const states = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND " +
	"OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR UM VI"

// places is every place whose rows bind somebody in the given ones: upper case, sorted, each once.
func (r Rules) places(given []string) []string {
	var out []string
	for _, g := range given {
		out = append(out, r.around(strings.ToUpper(strings.TrimSpace(g)))...)
	}
	if len(out) == 0 {
		out = []string{unknown}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// around is a place and what it lies in.
func (r Rules) around(place string) []string {
	country, part, _ := strings.Cut(place, "-")
	if country == "UK" {
		country = "GB"
	}
	out := []string{country}
	if part != "" {
		out = append(out, country+"-"+part)
	}
	switch {
	case slices.Contains(strings.Fields(members), country):
		return append(out, union)
	case country == "US" && part != "" && !slices.Contains(strings.Fields(states), part):
		return append(out, unknown)
	case !r.knows(country):
		return append(out, unknown)
	}
	return out
}

func (r Rules) knows(place string) bool {
	return slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Jurisdiction == place })
}

// clocks is whose midnight begins a rule's first day. A country of several zones is read by its easternmost, where the
// day begins first, the Union likewise.
var clocks = map[string]string{
	"US": "America/New_York", "US-CA": "America/Los_Angeles", "US-MA": "America/New_York", "US-MN": "America/Chicago",
	"US-NY": "America/New_York", "GB": "Europe/London", union: "Europe/Helsinki", "FR": "Europe/Paris", "DE": "Europe/Berlin",
	"KR": "Asia/Seoul", "PH": "Asia/Manila",
}

func clockOf(place string) *time.Location {
	loc, err := time.LoadLocation(clocks[place]) // "" is UTC
	if err != nil {
		panic("time zone data is missing: " + err.Error()) // the binary embeds it: a broken build, not an input
	}
	return loc
}
