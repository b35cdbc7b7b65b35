package phone

import (
	"fmt"
	"math/bits"
)

// SyntheticCount is how many synthetic numbers there are: 555-0100 to 555-0199, which are kept free for fiction
// (ATIS-0300115), in each of the 441 geographic area codes.
const SyntheticCount = 44_100

const (
	fiction       = "55501" // what the seven digits after a synthetic number's area code start with
	fictionLines  = 100
	feistelHalf   = 8 // bits; two halves cover the 44,100 numbers
	feistelRounds = 4
)

// Synthetic is the nth of a shuffle of all synthetic numbers, a different shuffle for each seed. None repeats before
// all SyntheticCount have come; then the shuffle starts again.
func Synthetic(seed uint64, n int) E164 {
	if n %= SyntheticCount; n < 0 {
		n += SyntheticCount
	}
	// A Feistel network permutes 2^16 numbers; walking along its cycle until one is below SyntheticCount permutes those.
	at := shuffle(seed, uint32(n))
	for at >= SyntheticCount {
		at = shuffle(seed, at)
	}
	code, line := geographic[at/fictionLines], at%fictionLines
	return E164(fmt.Sprintf("+1%03d%s%02d", code, fiction, line))
}

func shuffle(seed uint64, n uint32) uint32 {
	const mask = 1<<feistelHalf - 1
	left, right := n>>feistelHalf&mask, n&mask
	for round := range uint64(feistelRounds) {
		left, right = right, left^uint32(mix(seed+round<<56, uint64(right)))&mask
	}
	return left<<feistelHalf | right
}

// mix hashes two words (the multiply-and-fold step of wyhash).
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xe7037ed1a0b428db)
	hi, lo = bits.Mul64(hi^lo, 0x8ebc6af09c88c6e3)
	return hi ^ lo
}
