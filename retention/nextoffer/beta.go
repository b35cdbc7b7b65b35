package nextoffer

import (
	"math"
	"math/rand/v2"
)

// beta is a belief about a probability: so many yes, so many no.
type beta struct{ yes, no float64 }

func (b beta) mean() float64 { return b.yes / (b.yes + b.no) }

func (b beta) variance() float64 {
	n := b.yes + b.no
	return b.yes * b.no / (n * n * (n + 1))
}

// worth is a belief of the same mean that counts as n cases.
func (b beta) worth(n float64) beta { return b.times(n / (b.yes + b.no)) }

// atMost is b, or a belief of the same mean that counts as n cases if b counts as more.
func (b beta) atMost(n float64) beta { return b.worth(min(n, b.yes+b.no)) }

// sampler draws from a beta distribution as the share of one gamma variate in the sum of two.
type sampler struct{ yes, no gamma }

func (b beta) sampler() sampler { return sampler{newGamma(b.yes), newGamma(b.no)} }

func (s sampler) draw(r *rand.Rand) float64 {
	x := s.yes.draw(r)
	return x / (x + s.no.draw(r))
}

// gamma draws by the method of Marsaglia and Tsang, ACM TOMS 26 (2000); a shape below 1 is drawn one higher and
// multiplied by a uniform variate to the power of 1/shape.
type gamma struct{ d, c, power float64 }

const shapeMin = 1e-3 // a smaller one is a certainty

func newGamma(shape float64) gamma {
	shape = max(shape, shapeMin)
	var g gamma
	if shape < 1 {
		g.power = 1 / shape
		shape++
	}
	g.d = shape - 1.0/3
	g.c = 1 / math.Sqrt(9*g.d)
	return g
}

func (g gamma) draw(r *rand.Rand) float64 {
	for {
		x := r.NormFloat64()
		v := 1 + g.c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		u := 1 - r.Float64() // in (0, 1]
		if x *= x; u >= 1-0.0331*x*x && math.Log(u) >= 0.5*x+g.d*(1-v+math.Log(v)) {
			continue
		}
		if g.power == 0 {
			return g.d * v
		}
		return max(g.d*v*math.Pow(1-r.Float64(), g.power), math.SmallestNonzeroFloat64)
	}
}
