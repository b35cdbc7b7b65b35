// Package trial decides who is left alone for comparison, and what a comparison shows. It is pure.
package trial

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// The arms.
const (
	Treated = "treated"
	Holdout = "holdout"
)

// Arm is where a unit belongs: by hash, the same for ever and on every node, so that nobody can choose.
func Arm(salt string, unit int64, holdoutPercent int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s:%d", salt, unit))
	if binary.BigEndian.Uint64(sum[:8])%100 < uint64(max(holdoutPercent, 0)) {
		return Holdout
	}
	return Treated
}

// Count is how many units an arm has whose time is up, and for how many it went well.
type Count struct {
	Units int
	Good  int
}

func (c Count) rate() float64 {
	if c.Units == 0 {
		return 0
	}
	return float64(c.Good) / float64(c.Units)
}

// What a comparison shows.
const (
	NotEnough = "not_enough_data"
	Unclear   = "unclear" // the interval has zero in it
	Better    = "better"
	Worse     = "worse"
)

// UnitsMin is how many units each arm needs before a difference is shown as one.
const UnitsMin = 50

const z95 = 1.96 // of a 95 % interval

// Comparison is the difference of two rates with its 95 % interval. Rates are from 0 to 1.
type Comparison struct {
	Treated    float64
	Holdout    float64
	Difference float64
	Low, High  float64
	Verdict    string
}

// Compare is treated minus holdout, with Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10),
// which holds for small numbers and rates near 0 and 1.
func Compare(treated, holdout Count) Comparison {
	c := Comparison{Treated: treated.rate(), Holdout: holdout.rate(), Verdict: NotEnough}
	c.Difference = c.Treated - c.Holdout
	lowT, highT := wilson(treated)
	lowH, highH := wilson(holdout)
	c.Low = c.Difference - math.Hypot(c.Treated-lowT, highH-c.Holdout)
	c.High = c.Difference + math.Hypot(highT-c.Treated, c.Holdout-lowH)
	switch {
	case treated.Units < UnitsMin || holdout.Units < UnitsMin:
	case c.Low > 0:
		c.Verdict = Better
	case c.High < 0:
		c.Verdict = Worse
	default:
		c.Verdict = Unclear
	}
	return c
}

// wilson is the score interval of one rate; everything is possible where nothing was seen.
func wilson(c Count) (low, high float64) {
	if c.Units == 0 {
		return 0, 1
	}
	n, p := float64(c.Units), c.rate()
	middle := p + z95*z95/(2*n)
	reach := z95 * math.Sqrt(p*(1-p)/n+z95*z95/(4*n*n))
	scale := 1 + z95*z95/n
	return (middle - reach) / scale, (middle + reach) / scale
}
