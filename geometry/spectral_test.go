package geometry_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	gt "github.com/tacit-dev/tacit/geometry/geometrytest"
)

// symmetric draws the vector of a 3×3 matrix near diag(c, 2c, 4c), far enough
// from the singular ones that no step of the laws leaves the domain.
func symmetric(c, off float64) func(rng *rand.Rand) []float64 {
	return func(rng *rand.Rand) []float64 {
		v := make([]float64, 6)
		for i := range v {
			v[i] = off * c * rng.NormFloat64()
		}
		for i, k := range []int{0, 2, 5} {
			v[k] = c * math.Pow(2, float64(i)) * (1 + 0.2*rng.Float64())
		}
		return v
	}
}

func TestSpectralLaws(t *testing.T) {
	for _, c := range []struct {
		phi  geometry.Separable
		dual float64
	}{
		{geometry.Entropy{}, 1}, {geometry.Burg{}, -1}, {geometry.Euclidean{}, 1},
		{geometry.Hypentropy{LogBeta: []float64{-1}}, 1},
		{must(geometry.NewLP(1.5)).(geometry.Separable), 1},
	} {
		point := symmetric(1, 0.1)
		gt.Run(t, gt.Case{Phi: geometry.NewSpectral(c.phi, 3), Point: point, Wide: point, Dual: symmetric(c.dual, 0.1), Mixed: true})
	}
}

// Diagonal matrices are the potential itself, and rotations change nothing.
func TestSpectralIsInvariant(t *testing.T) {
	phi := geometry.NewSpectral(geometry.Entropy{}, 2)
	diagonal := func(a, b float64) []float64 { return []float64{a, 0, b} }
	rotated := func(a, b, angle float64) []float64 {
		c, s := math.Cos(angle), math.Sin(angle)
		return []float64{a*c*c + b*s*s, math.Sqrt2 * (a - b) * c * s, a*s*s + b*c*c}
	}
	want := geometry.Entropy{}.Bregman([]float64{0.3, 2}, []float64{1, 0.1})
	for name, d := range map[string]float64{
		"of diagonal matrices": phi.Bregman(diagonal(0.3, 2), diagonal(1, 0.1)),
		"of rotated ones":      phi.Bregman(rotated(0.3, 2, 0.7), rotated(1, 0.1, 0.7)),
	} {
		if math.Abs(d-want) > 1e-13*want {
			t.Errorf("D %s = %v, want %v", name, d, want)
		}
	}
	// −ln det: D(X, Z) = tr XZ⁻¹ − ln det XZ⁻¹ − d.
	x, z := rotated(1, 2, 0.3), rotated(0.5, 3, -1)
	got := geometry.NewSpectral(geometry.Burg{}, 2).Bregman(x, z)
	theta := make([]float64, 3)
	geometry.NewSpectral(geometry.Burg{}, 2).Grad(theta, z) // −Z⁻¹
	trace := -(x[0]*theta[0] + x[1]*theta[1] + x[2]*theta[2])
	if want := trace - math.Log(2/1.5) - 2; math.Abs(got-want) > 1e-13*want {
		t.Errorf("LogDet D = %v, want %v", got, want)
	}
	if v := phi.Value([]float64{1, math.NaN(), 1}); !math.IsNaN(v) {
		t.Errorf("φ of a matrix with NaN is %v", v)
	}
}
