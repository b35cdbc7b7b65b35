package rules

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"strings"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// num is an exact number: n/d while both fit 64 bits, else big. The zero num is 0. Nothing is rounded until round.
type num struct {
	n, d int64 // d is 0 in the zero num and stands for 1
	big  *big.Rat
}

var one = num{n: 1, d: 1}

func whole(n int64) num { return num{n: n, d: 1} }

func (a num) den() int64 {
	if a.d == 0 {
		return 1
	}
	return a.d
}

func (a num) rat() *big.Rat {
	if a.big != nil {
		return a.big
	}
	return big.NewRat(a.n, a.den())
}

// fromRat goes back to two words where they suffice.
func fromRat(r *big.Rat) num {
	if r.Num().IsInt64() && r.Denom().IsInt64() {
		return num{n: r.Num().Int64(), d: r.Denom().Int64()}
	}
	return num{big: r}
}

func (a num) sign() int {
	if a.big != nil {
		return a.big.Sign()
	}
	return cmp.Compare(a.n, 0)
}

func (a num) isZero() bool { return a.sign() == 0 }

func (a num) neg() num {
	if a.big == nil && a.n != math.MinInt64 {
		return num{n: -a.n, d: a.den()}
	}
	return fromRat(new(big.Rat).Neg(a.rat()))
}

func (a num) sub(b num) num { return a.add(b.neg()) }

func (a num) add(b num) num {
	if a.big == nil && b.big == nil {
		if out, ok := addSmall(a, b); ok {
			return out
		}
	}
	return fromRat(new(big.Rat).Add(a.rat(), b.rat()))
}

func addSmall(a, b num) (num, bool) {
	ad, bd := a.den(), b.den()
	if ad == bd {
		sum, ok := addInt(a.n, b.n)
		return num{n: sum, d: ad}, ok
	}
	g := gcd(ad, bd)
	x, ok1 := mulInt(a.n, bd/g)
	y, ok2 := mulInt(b.n, ad/g)
	d, ok3 := mulInt(ad/g, bd)
	sum, ok4 := addInt(x, y)
	return num{n: sum, d: d}, ok1 && ok2 && ok3 && ok4
}

func (a num) mul(b num) num {
	if a.big == nil && b.big == nil {
		if out, ok := mulSmall(a, b); ok {
			return out
		}
	}
	return fromRat(new(big.Rat).Mul(a.rat(), b.rat()))
}

func mulSmall(a, b num) (num, bool) {
	n, okN := mulInt(a.n, b.n)
	d, okD := mulInt(a.den(), b.den())
	if okN && okD && d <= math.MaxInt32 {
		return num{n: n, d: d}, true
	}
	g, h := gcd(a.n, b.den()), gcd(b.n, a.den()) // cut across before giving up
	n, okN = mulInt(a.n/g, b.n/h)
	d, okD = mulInt(a.den()/h, b.den()/g)
	return num{n: n, d: d}, okN && okD
}

// div is a / b; b is not zero.
func (a num) div(b num) num {
	if b.big == nil && b.n != 0 && b.n != math.MinInt64 {
		inverse := num{n: b.den(), d: b.n}
		if b.n < 0 {
			inverse = num{n: -b.den(), d: -b.n}
		}
		return a.mul(inverse)
	}
	return fromRat(new(big.Rat).Quo(a.rat(), b.rat()))
}

func (a num) cmp(b num) int {
	if a.big != nil || b.big != nil {
		return a.rat().Cmp(b.rat())
	}
	ad, bd := a.den(), b.den()
	if ad == bd || a.n == 0 || b.n == 0 || (a.n < 0) != (b.n < 0) {
		return cmp.Compare(a.n, b.n)
	}
	xh, xl := bits.Mul64(magnitude(a.n), uint64(bd))
	yh, yl := bits.Mul64(magnitude(b.n), uint64(ad))
	c := cmp.Or(cmp.Compare(xh, yh), cmp.Compare(xl, yl))
	if a.n < 0 {
		return -c
	}
	return c
}

// round is the one place where this package makes a whole number of an exact one.
func (a num) round(how money.Rounding) int64 {
	if a.big == nil && a.den() == 1 && a.n <= money.MinorMax && a.n >= -money.MinorMax {
		return a.n
	}
	round := func() (int64, error) { return money.RoundRatio(a.big, how) }
	if a.big == nil {
		round = func() (int64, error) { return money.Round(a.n, 1, a.den(), how) }
	}
	out, err := round()
	if err == nil && (out > money.MinorMax || out < -money.MinorMax) {
		err = errs.Newf(errs.Invalid, "%d is past %d", out, int64(money.MinorMax))
	}
	if err != nil {
		panic(tooLarge{err})
	}
	return out
}

// tooLarge is thrown by round and caught where a computation begins: an amount past 64 bits ends it.
type tooLarge struct{ err error }

func catchTooLarge(err *error) {
	switch e := recover().(type) {
	case nil:
	case tooLarge:
		*err = errs.WithCause(errs.Invalid, e.err, "an amount is larger than this system keeps; check the values of the events")
	default:
		panic(e)
	}
}

const (
	wholeDigitsMax   = 13
	decimalDigitsMax = 9
)

// parseDecimal reads "-12.50": at most 13 digits before the point and 9 after it. fault is "" or why it is not one.
func parseDecimal(s string) (v num, fault string) {
	body := strings.TrimPrefix(s, "-")
	before, after, point := strings.Cut(body, ".")
	if before == "" || point && after == "" || len(before) > wholeDigitsMax || len(after) > decimalDigitsMax {
		return num{}, `write it as digits, like "12.50"`
	}
	v.d = 1
	for i, part := range []string{before, after} {
		for _, c := range []byte(part) {
			if c < '0' || c > '9' {
				return num{}, `write it as digits, like "12.50"`
			}
			n, ok := mulInt(v.n, 10)
			if !ok || n > math.MaxInt64-9 {
				return num{}, "it has too many digits"
			}
			v.n = n + int64(c-'0')
			if i == 1 {
				v.d *= 10
			}
		}
	}
	if len(body) < len(s) {
		v.n = -v.n
	}
	return v, ""
}

// parseShare reads a proportion: "7.5%", "0.075" or "1/3".
func parseShare(s string) (v num, fault string) {
	if top, bottom, is := strings.Cut(s, "/"); is {
		a, fault1 := parseDecimal(top)
		b, fault2 := parseDecimal(bottom)
		if fault1 != "" || fault2 != "" || b.sign() <= 0 {
			return num{}, `write it as "7.5%", "0.075" or "1/3"`
		}
		return a.div(b), ""
	}
	body, percent := strings.CutSuffix(s, "%")
	v, fault = parseDecimal(strings.TrimSpace(body))
	if fault != "" {
		return num{}, `write it as "7.5%", "0.075" or "1/3"`
	}
	if percent {
		v = v.mul(num{n: 1, d: 100})
	}
	return v, ""
}

// String is the number as a decimal where that is exact, else as a fraction in lowest terms.
func (a num) String() string {
	r := a.rat()
	places, exact := r.FloatPrec()
	if !exact || places > decimalDigitsMax {
		return r.RatString()
	}
	return r.FloatString(places)
}

// approx is for people: at most so many decimals, without needless zeros.
func (a num) approx(places int) string {
	s := a.rat().FloatString(places)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// percent is the number as a percentage: "7.5%".
func (a num) percent() string { return a.mul(whole(100)).approx(6) + "%" }

func addInt(a, b int64) (int64, bool) {
	s := a + b
	return s, (a > 0) != (b > 0) || (s > 0) == (a > 0) || a == 0 || b == 0
}

func mulInt(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// gcd is at least 1.
func gcd(a, b int64) int64 {
	x, y := magnitude(a), magnitude(b)
	for y != 0 {
		x, y = y, x%y
	}
	if x == 0 || x > math.MaxInt64 {
		return 1
	}
	return int64(x)
}
