package money

import (
	"math/big"

	"saveline/internal/errs"
)

// RoundRatio is an exact ratio rounded once to a whole number, as Round does it, for numbers past 64 bits.
//
// Codes: invalid (an unknown rounding, or a result past 64 bits).
func RoundRatio(r *big.Rat, how Rounding) (int64, error) {
	q, rem := new(big.Int).QuoRem(new(big.Int).Abs(r.Num()), r.Denom(), new(big.Int))
	half := new(big.Int).Lsh(rem, 1).Cmp(r.Denom()) // how the remainder compares with a half
	negative := r.Sign() < 0
	var up bool
	switch how {
	case HalfUp:
		up = half >= 0
	case HalfEven:
		up = half > 0 || half == 0 && q.Bit(0) == 1
	case Floor:
		up = negative && rem.Sign() > 0
	default:
		return 0, errs.Newf(errs.Invalid, "%q is no way to round that we know", how)
	}
	if up {
		q.Add(q, big.NewInt(1))
	}
	if negative {
		q.Neg(q)
	}
	if !q.IsInt64() {
		return 0, errs.Newf(errs.Invalid, "%s is too large", r.RatString())
	}
	return q.Int64(), nil
}
