package geometry_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
)

// extreme draws a number strictly between the bounds: of any size, from the
// smallest subnormal to the largest, or any number of digits from a bound.
func extreme(rng *rand.Rand, lower, upper float64) float64 {
	for {
		var v float64
		size := decades(rng, -323, 308)
		switch rng.IntN(5) {
		case 0:
			v = lower + size
		case 1:
			v = upper - size
		case 2:
			v = 0
		default:
			v = sign(rng) * size
		}
		if lower < v && v < upper {
			return v
		}
	}
}

// Whatever the arguments, no map gives NaN or leaves the domain, and no
// divergence is NaN or negative.
func TestExtremes(t *testing.T) {
	for _, c := range append(everywhere(), extremes()...) {
		rng := rand.New(rand.NewPCG(11, 12))
		for range 4000 {
			if why := atExtremes(c.phi, rng); why != "" {
				t.Errorf("%s %+v: %s", c.phi.Name(), c.phi, why)
				break
			}
		}
	}
}

// atExtremes says what is wrong at a random point, if anything is.
func atExtremes(phi geometry.Separable, rng *rand.Rand) string {
	xl, xu := geometry.Bounds(phi, 0)
	tl, tu := geometry.DualBounds(phi, 0)
	x, z, theta := extreme(rng, xl, xu), extreme(rng, xl, xu), extreme(rng, tl, tu)
	if near := x * (1 + 1e-15*rng.NormFloat64()); rng.IntN(4) == 0 && xl < near && near < xu {
		z = near
	}
	vx, vz, vt, out := []float64{x}, []float64{z}, []float64{theta}, make([]float64, 1)
	if phi.Grad(out, vx); math.IsNaN(out[0]) {
		return fmt.Sprintf("∇φ(%v) = NaN", x)
	}
	if phi.GradConj(out, vt); !(xl <= out[0] && out[0] <= xu) {
		return fmt.Sprintf("∇φ*(%v) = %v is outside of [%v, %v]", theta, out[0], xl, xu)
	}
	if phi.HessConjDiag(out, vt); !(out[0] >= 0) {
		return fmt.Sprintf("∇²φ*(%v) = %v", theta, out[0])
	}
	for _, c := range []struct {
		name string
		v    float64
	}{{"φ(x)", phi.Value(vx)}, {"φ*(θ)", phi.Conj(vt)}} {
		if math.IsNaN(c.v) {
			return fmt.Sprintf("%s = NaN at x = %v, θ = %v", c.name, x, theta)
		}
	}
	if d := phi.Bregman(vx, vz); !(d >= 0) {
		return fmt.Sprintf("D(%v, %v) = %v", x, z, d)
	}
	if d := phi.Fenchel(vx, vt); !(d >= 0) {
		return fmt.Sprintf("Fenchel(%v, %v) = %v", x, theta, d)
	}
	return ""
}

// extremes lists potentials with parameters near the ends of their ranges.
func extremes() []struct {
	phi geometry.Separable
	x   float64
} {
	sep := func(phi geometry.Potential) geometry.Separable { return phi.(geometry.Separable) }
	return []struct {
		phi geometry.Separable
		x   float64
	}{
		{sep(must(geometry.NewLP(1.001))), 1}, {sep(must(geometry.NewLP(1.5))), 1}, {sep(must(geometry.NewLP(900))), 1},
		{sep(must(geometry.NewLPQuasi(1e-6))), 1}, {sep(must(geometry.NewLPQuasi(1 - 1e-9))), 1},
		{sep(must(geometry.NewPower(1e6))), 1}, {sep(must(geometry.NewPowerDiff(1e4, -600))), 1},
		{sep(must(geometry.NewPowerDiff(3, 600))), 1},
		{sep(must(geometry.NewFermiDirac([]float64{-1e300}, []float64{1e-300}))), -1},
		{sep(must(geometry.NewFermiDirac([]float64{1}, []float64{1 + 1e-12}))), 1},
		{geometry.Hypentropy{LogBeta: []float64{-1e6}}, 1}, {geometry.Hypentropy{LogBeta: []float64{700}}, 1},
	}
}
