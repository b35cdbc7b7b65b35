package money

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// Split divides a in proportion to shares by largest remainder: every part is the exact one cut down to whole minor
// units, and the units left over go one each to the parts that lost most by it, ties in listed order. The parts add up
// to a exactly and no part is a whole unit off. A negative amount splits as the mirror of the positive one.
// It panics when a share is negative, when the shares add up to nothing or to more than 64 bits: check them first.
func Split(a Amount, shares []int64) []Amount {
	whole := total(shares)
	size := magnitude(a.Minor)
	type part struct {
		index      int
		units, rem uint64
	}
	parts := make([]part, len(shares))
	left := size
	for i, s := range shares {
		hi, lo := bits.Mul64(size, uint64(s))
		q, rem := bits.Div64(hi, lo, whole) // s <= whole, so q <= size
		parts[i] = part{i, q, rem}
		left -= q
	}
	byLoss := slices.Clone(parts)
	slices.SortStableFunc(byLoss, func(x, y part) int { return cmp.Compare(y.rem, x.rem) })
	for _, p := range byLoss[:left] {
		parts[p.index].units++
	}
	out := make([]Amount, len(parts))
	for i, p := range parts {
		minor := int64(p.units)
		if a.Minor < 0 {
			minor = -minor
		}
		out[i] = Amount{Minor: minor, Currency: a.Currency}
	}
	return out
}

func total(shares []int64) uint64 {
	var sum uint64
	for _, s := range shares {
		if s < 0 {
			panic(fmt.Sprintf("money: a share of %d is negative", s))
		}
		next, carry := bits.Add64(sum, uint64(s), 0)
		if carry != 0 {
			panic("money: the shares add up to more than 64 bits")
		}
		sum = next
	}
	if sum == 0 {
		panic("money: the shares add up to nothing")
	}
	return sum
}
