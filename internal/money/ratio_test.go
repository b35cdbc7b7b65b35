package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestRoundRatioAgreesWithRound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "n")
		den := rapid.Int64Range(1, 1000).Draw(t, "den")
		how := rapid.SampledFrom([]Rounding{HalfUp, HalfEven, Floor}).Draw(t, "how")
		want, err := Round(n, 1, den, how)
		if err != nil {
			t.Fatal(err)
		}
		got, err := RoundRatio(big.NewRat(n, den), how)
		if err != nil || got != want {
			t.Fatalf("%d/%d %s: %d, %v; want %d", n, den, how, got, err, want)
		}
	})
}

func TestRoundRatioRefuses(t *testing.T) {
	t.Parallel()
	huge := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 64))
	if got, err := RoundRatio(huge, HalfUp); err == nil {
		t.Errorf("2^64 is %d", got)
	}
	if _, err := RoundRatio(big.NewRat(1, 2), "up"); err == nil {
		t.Error("rounded by no rule")
	}
}
