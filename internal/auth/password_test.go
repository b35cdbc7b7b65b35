package auth

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
)

// An unknown address has no hash; comparing with none must cost what comparing with one costs. The parameters say so
// exactly, and the clock that the work is done at all: without it the answer comes ten thousand times sooner.
func TestComparingWithNoHashCostsAsMuch(t *testing.T) {
	decoy, _, _, err := argon2id.DecodeHash(decoyHash)
	if err != nil {
		t.Fatal(err)
	}
	if decoy.Memory != hashing.Memory || decoy.Iterations != hashing.Iterations || decoy.Parallelism != hashing.Parallelism || decoy.KeyLength != hashing.KeyLength {
		t.Errorf("the decoy costs %+v, a password %+v", decoy, hashing)
	}
	h := newHasher()
	known, err := h.hash(context.Background(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	best := map[string]time.Duration{known: time.Hour, lockedHash: time.Hour, "": time.Hour}
	for range 4 {
		for hash := range best {
			start := time.Now()
			if ok, err := h.fits(context.Background(), "wrong", hash); ok || err != nil {
				t.Fatalf("fits %q: %v, %v", hash, ok, err)
			}
			best[hash] = min(best[hash], time.Since(start))
		}
	}
	if best[""] < best[known]/20 || best[lockedHash] < best[known]/20 {
		t.Errorf("no hash: %v, locked: %v, a real one: %v", best[""], best[lockedHash], best[known])
	}
}

func TestRandomPasswordsAreGoodOnes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		p := randomPassword()
		if seen[p] || weakness(p, "ann@acme.example") != "" || strings.ContainsAny(p, "01lO") || len(p) != 19 {
			t.Fatalf("made %q", p)
		}
		seen[p] = true
	}
}
