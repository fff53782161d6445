// Package geometrytest is the law suite of package geometry: one call holds a
// potential against what makes it a Legendre function, and against the same
// formulas in high precision.
package geometrytest

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
)

// Case is a potential with the points to test it on. The functions return new
// vectors of one fixed length.
type Case struct {
	Phi geometry.Potential
	// Point returns a random point inside the domain, of ordinary size: values
	// and slopes are tested there.
	Point func(rng *rand.Rand) []float64
	// Wide returns a random point inside the domain, its coordinates spread
	// over all the decades that the domain has.
	Wide func(rng *rand.Rand) []float64
	// Dual returns a random θ whose image ∇φ*(θ) is a vector of normal numbers,
	// spread as widely as that allows.
	Dual func(rng *rand.Rand) []float64
	// Approach returns a point inside the domain that tends to its boundary as
	// t → 0; nil if the domain has none.
	Approach func(t float64) []float64
	// Mixed says that the potential mixes the coordinates, so that the small
	// ones have the rounding errors of the largest, and some more of them.
	Mixed bool
	// Twin computes the same potential in high precision; nil to do without.
	Twin *Twin
}

// Twin is a potential by its definition in high precision.
type Twin struct {
	Value    func(x []*big.Float) *big.Float
	Conj     func(theta []*big.Float) *big.Float
	Grad     func(x []*big.Float) []*big.Float
	GradConj func(theta []*big.Float) []*big.Float
}

// rounds is how many random points each law is tested on.
const rounds = 40

// eps bounds the relative error allowed to a chain of a few operations.
const eps = 64 * 0x1p-53

// Run checks the laws of a Legendre potential:
//
//   - Fenchel–Young: φ(x) + φ*(∇φ(x)) = ⟨x, ∇φ(x)⟩;
//   - ∇φ and ∇φ* are inverse to each other;
//   - ∇φ, ∇φ* and ∇²φ* are the derivatives, by slope tests (Boumal 2023, §4.8);
//   - ∇²φ* is symmetric and positive definite, its diagonal as promised;
//   - D ≥ 0, = 0 for equal points only, three-point identity, no cancellation
//     near the diagonal, D(x, ∇φ*(θ)) = φ(x) + φ*(θ) − ⟨x, θ⟩;
//   - the gradient blows up at the boundary;
//   - destinations are overwritten, may be the input, and inputs are kept;
//   - all values agree with the twin.
func Run(t *testing.T, c Case) {
	t.Helper()
	for _, law := range []struct {
		name string
		test func(*suite)
	}{
		{"FenchelYoung", (*suite).fenchelYoung},
		{"InverseMaps", (*suite).inverseMaps},
		{"Slopes", (*suite).slopes},
		{"Hessian", (*suite).hessian},
		{"Bregman", (*suite).bregman},
		{"NearDiagonal", (*suite).nearDiagonal},
		{"Boundary", (*suite).boundary},
		{"Destinations", (*suite).destinations},
		{"Twin", (*suite).twin},
	} {
		t.Run(law.name, func(t *testing.T) {
			law.test(&suite{t, c, c.Phi, rand.New(rand.NewPCG(7, 8))})
		})
	}
}

// eps returns the relative error allowed where coordinates may mix.
func (s *suite) eps() float64 {
	if s.c.Mixed {
		return 16 * eps
	}
	return eps
}

// sizes returns |xᵢ| + |yᵢ|, or the largest of them for all if coordinates mix.
func (s *suite) sizes(x, y []float64) []float64 {
	out, largest := make([]float64, len(x)), 0.0
	for i, v := range x {
		out[i] = math.Abs(v) + math.Abs(y[i])
		largest = max(largest, out[i])
	}
	for i := range out {
		if s.c.Mixed {
			out[i] = largest
		}
	}
	return out
}

type suite struct {
	t   *testing.T
	c   Case
	phi geometry.Potential
	rng *rand.Rand
}

func (s *suite) grad(x []float64) []float64 {
	theta := nans(len(x))
	s.phi.Grad(theta, x)
	return theta
}

func (s *suite) gradConj(theta []float64) []float64 {
	x := nans(len(theta))
	s.phi.GradConj(x, theta)
	return x
}

func (s *suite) hessConj(theta, v []float64) []float64 {
	w := nans(len(theta))
	s.phi.HessConj(w, theta, v)
	return w
}

// direction returns a random vector with |vᵢ| ≤ |xᵢ|, so that steps of length
// t < 1 stay in the domain of a potential on x > 0.
func (s *suite) direction(x []float64) []float64 {
	v := make([]float64, len(x))
	for i := range v {
		v[i] = (2*s.rng.Float64() - 1) * x[i]
	}
	return v
}

func nans(k int) []float64 {
	v := make([]float64, k)
	for i := range v {
		v[i] = math.NaN()
	}
	return v
}

func dot(x, y []float64) float64 {
	var sum float64
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// along returns x + t v.
func along(x []float64, t float64, v []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i] + t*v[i]
	}
	return out
}

func sub(x, y []float64) []float64 { return along(x, -1, y) }

func equal(x, y []float64) bool {
	for i, v := range x {
		if v != y[i] {
			return false
		}
	}
	return true
}
