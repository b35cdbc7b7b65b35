package nextoffer

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
)

const bpWhole = 10_000

// Holdout reports whether a case is held out: it is shown no offer, and its cancellation is processed at once. It is
// asked before anything else is, and answers the same for ever: by a hash of the case and the policy's salt.
func (p Policy) Holdout(caseID string) bool {
	return dealt("holdout", p.Salt, caseID)%bpWhole < uint64(max(p.HoldoutBP, 0))
}

// Seed is the seed of the n-th choice in a case (0 is the first), which needs no store of its own to be found again.
func (p Policy) Seed(caseID string, n int) uint64 {
	var nth [8]byte
	binary.BigEndian.PutUint64(nth[:], uint64(n))
	return dealt("seed", p.Salt, caseID, string(nth[:]))
}

func dealt(parts ...string) uint64 {
	h := sha256.New()
	for _, p := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.Write(size[:])
		h.Write([]byte(p))
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// Tally counts cases whose day 90 is over, and those of them still there.
type Tally struct{ Cases, Kept int }

// Harmful reports whether customers who were shown offers stay less often than the holdout, with 95 % confidence: the
// bandit of that reason is stopped then. Few cases prove nothing.
//
// Source: one-sided test of two proportions, pooled; retention.md 4.2 (7).
func Harmful(treated, holdout Tally) bool {
	const casesMin, z95 = 30, 1.6449
	if treated.Cases < casesMin || holdout.Cases < casesMin {
		return false
	}
	n, m := float64(treated.Cases), float64(holdout.Cases)
	pool := float64(treated.Kept+holdout.Kept) / (n + m)
	spread := math.Sqrt(pool * (1 - pool) * (1/n + 1/m))
	return spread > 0 && (float64(holdout.Kept)/m-float64(treated.Kept)/n)/spread > z95
}
