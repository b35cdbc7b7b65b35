package money

import (
	"fmt"
	"math"
	"math/bits"
	"strings"

	"saveline/internal/errs"
)

// Rate is a proportion in millionths (ppm): 75_000 is 7.5 %.
type Rate int64

const (
	ppm       = 1_000_000
	ppmPlaces = 6
	rateMax   = 1000 * ppm // a thousand times the whole, either sign
)

// ParseRate reads "7.5%" or "0.075". It refuses what millionths cannot hold exactly: more than four decimals of a
// percentage, or six of a fraction.
//
// Codes: invalid.
func ParseRate(s string) (Rate, error) {
	body, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	places := ppmPlaces
	if percent {
		places -= 2
		body = strings.TrimSpace(body)
	}
	n, fault := parseFixed(body, places)
	if fault != "" {
		return 0, errs.Newf(errs.Invalid, "%q is not a rate: %s", s, fault)
	}
	if n > rateMax || n < -rateMax {
		return 0, errs.Newf(errs.Invalid, "%q is not a rate: it may be at most 1000 times the whole", s)
	}
	return Rate(n), nil
}

// String is the rate as a percentage without needless zeros: "7.5%".
func (r Rate) String() string {
	s := formatFixed(int64(r), ppmPlaces-2)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + "%"
}

// MarshalText writes String, so that a rate in JSON is "7.5%".
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseRate reads.
func (r *Rate) UnmarshalText(text []byte) error {
	got, err := ParseRate(string(text))
	if err != nil {
		return err
	}
	*r = got
	return nil
}

// Rounding names what is done with a part of a minor unit. Its text is printed on statements.
type Rounding string

// The ways to round.
const (
	HalfUp   Rounding = "half_up"   // to the nearest; a half goes away from zero, so that R(-x) = -R(x)
	HalfEven Rounding = "half_even" // to the nearest; a half goes to the even neighbour (banker's)
	Floor    Rounding = "floor"     // down, towards minus infinity
)

// Round is n x num / den, rounded once. The product has 128 bits, so nothing is lost before the division.
// It is the only place in the house where money is rounded.
//
// Codes: invalid (den is not positive, an unknown rounding, or a result past 64 bits).
func Round(n, num, den int64, how Rounding) (int64, error) {
	if den <= 0 {
		return 0, errs.Newf(errs.Invalid, "an amount cannot be divided by %d", den)
	}
	negative := (n < 0) != (num < 0)
	hi, lo := bits.Mul64(magnitude(n), magnitude(num))
	d := uint64(den)
	if hi >= d {
		return 0, errs.Newf(errs.Invalid, "%d x %d / %d is too large", n, num, den)
	}
	q, rem := bits.Div64(hi, lo, d)
	var up bool
	switch how {
	case HalfUp:
		up = rem >= d-rem
	case HalfEven:
		up = rem > d-rem || rem == d-rem && q&1 == 1
	case Floor:
		up = negative && rem > 0
	default:
		return 0, errs.Newf(errs.Invalid, "%q is no way to round that we know", how)
	}
	if up {
		q++
	}
	limit := uint64(math.MaxInt64)
	if negative {
		limit++ // there is one more negative number than there are positive ones
	}
	switch {
	case q > limit:
		return 0, errs.Newf(errs.Invalid, "%d x %d / %d is too large", n, num, den)
	case negative:
		return int64(-q), nil
	}
	return int64(q), nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// Mul is a x r, rounded once. It panics on an unknown rounding, and on amounts or rates beyond MinorMax and what
// ParseRate accepts when their product does not fit: both are faults of the program, not of its input.
func (a Amount) Mul(r Rate, how Rounding) Amount {
	minor, err := Round(a.Minor, int64(r), ppm, how)
	if err != nil {
		panic(fmt.Sprintf("money: %s x %s: %v", a, r, err))
	}
	return Amount{Minor: minor, Currency: a.Currency}
}
