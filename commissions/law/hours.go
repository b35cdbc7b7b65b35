package law

import (
	"strings"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// Hours are ten-thousandths of an hour: 460_000 is 46 hours.
type Hours int64

const (
	hour     Hours = 10_000
	hoursMax       = 100_000 * hour
)

// ParseHours reads "46", "46.25" or "173.3333".
//
// Codes: invalid (not a decimal, below zero, or more than four decimals).
func ParseHours(text string) (Hours, error) {
	a, err := money.Parse(strings.TrimSpace(text), fourDecimals)
	if err != nil || a.Minor < 0 || Hours(a.Minor) > hoursMax {
		return 0, errs.Newf(errs.Invalid, `%q is no number of hours; write it like "46" or "46.25"`, text)
	}
	return Hours(a.Minor), nil
}

// fourDecimals is a unit with four of them, which is what hours need of money's parser.
const fourDecimals = "CLF"

// String is the hours as a decimal with two decimals, more where they say more: "46.00", "173.3333".
func (h Hours) String() string {
	s := money.Amount{Minor: int64(h), Currency: fourDecimals}.String()
	for range 2 {
		s = strings.TrimSuffix(s, "0")
	}
	return s
}
