// Package phone decides what a phone number is, which country it belongs to and which time zones its owner may be in.
//
// North American numbers take a fast path over an area-code table; every other number is left to libphonenumber's
// metadata. A zone set is all zones a number may be in, never a guess at one of them.
package phone

import (
	"github.com/nyaruka/phonenumbers"

	"saveline/internal/errs"
)

// E164 is a phone number as the world dials it, with the plus: "+12125550100".
type E164 string

const rawMax = 64 // bytes; the longest number with an extension and decoration is far below

// Parse reads a number as people write it. region is the country of numbers written without one ("US"); with ""
// only numbers that start with + are understood. An extension is dropped.
//
// Codes: invalid.
func Parse(raw, region string) (E164, error) {
	if len(raw) > rawMax {
		return "", errs.Newf(errs.Invalid, "that is too long for a phone number")
	}
	if digits, ok := northAmerican(raw, region); ok {
		return format(digits), nil
	}
	n, err := phonenumbers.Parse(raw, region)
	if err != nil {
		return "", errs.WithCause(errs.Invalid, err, "%q is not a phone number", raw)
	}
	if !phonenumbers.IsValidNumber(n) {
		return "", errs.Newf(errs.Invalid, "%q is not a phone number in use in any country", raw)
	}
	return E164(phonenumbers.Format(n, phonenumbers.E164)), nil
}

// northAmerican reads raw as ten digits of the North American plan, with or without +1 or 1 and the usual separators.
// It says no to everything it is not sure of, which then takes the slow path.
func northAmerican(raw, region string) (digits [10]byte, ok bool) {
	var all [11]byte
	n, plus := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c >= '0' && c <= '9':
			if n == len(all) {
				return digits, false
			}
			all[n] = c
			n++
		case c == '+' && n == 0 && !plus:
			plus = true
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')':
		default:
			return digits, false
		}
	}
	switch {
	case n == 11 && all[0] == '1' && (plus || usesPlan(region)):
		copy(digits[:], all[1:])
	case n == 10 && !plus && usesPlan(region):
		copy(digits[:], all[:10])
	default:
		return digits, false
	}
	a := areaOf(digits[0], digits[1], digits[2])
	return digits, a != nil && (a.whole && digits[3] >= '2' || string(digits[3:8]) == fiction)
}

func format(digits [10]byte) E164 {
	var out [12]byte
	out[0], out[1] = '+', '1'
	copy(out[2:], digits[:])
	return E164(out[:])
}

// usesPlan reports whether a country's numbers are North American ones.
func usesPlan(region string) bool {
	return region == "US" || region == "CA" || planRegions[region]
}

// area finds the row of a North American number, nil when it is none or its area code is not assigned.
func (e E164) area() *area {
	if len(e) != 12 || e[1] != '1' {
		return nil
	}
	return areaOf(e[2], e[3], e[4])
}

// Region is the ISO 3166 country of a number, "US"; "" when it has none, as satellite and toll-free world numbers.
func Region(e E164) string {
	if a := e.area(); a != nil {
		return a.region
	}
	n, err := phonenumbers.Parse(string(e), "")
	if err != nil {
		return ""
	}
	if region := phonenumbers.GetRegionCodeForNumber(n); len(region) == 2 {
		return region
	}
	return ""
}
