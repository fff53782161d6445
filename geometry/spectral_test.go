package geometry_test

import (
	"math"
	"math/rand/v2"
	"strings"
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

// rectangular draws a matrix with distinct singular values near c, 2c, 3c.
func rectangular(p, q int, c float64) func(rng *rand.Rand) []float64 {
	return func(rng *rand.Rand) []float64 {
		x := make([]float64, p*q)
		for i := range x {
			x[i] = 0.1 * c * rng.NormFloat64()
		}
		for i := range min(p, q) {
			x[i*q+i] += c * float64(i+1)
		}
		return x
	}
}

func TestSingularLaws(t *testing.T) {
	for _, shape := range [][2]int{{3, 2}, {2, 4}, {3, 3}} {
		point := rectangular(shape[0], shape[1], 1)
		for _, phi := range []geometry.Separable{
			geometry.Euclidean{}, geometry.Hypentropy{LogBeta: []float64{-1}},
			must(geometry.NewLP(1.5)).(geometry.Separable), must(geometry.NewLP(3)).(geometry.Separable),
		} {
			gt.Run(t, gt.Case{Phi: geometry.NewSingular(phi, shape[0], shape[1]), Point: point, Wide: point, Dual: point, Mixed: true})
		}
	}
}

// Twice the potential of the singular values is that of the eigenvalues of
// [[0, X], [Xᵀ, 0]], divergences included.
func TestSingularIsHalfOfTheDoubledMatrix(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, shape := range [][2]int{{3, 2}, {2, 5}, {4, 4}} {
		p, q := shape[0], shape[1]
		double := func(x []float64) []float64 {
			d := p + q
			v := make([]float64, d*(d+1)/2)
			for i := range p {
				for j := range q {
					r := p + j
					v[r*(r+1)/2+i] = math.Sqrt2 * x[i*q+j]
				}
			}
			return v
		}
		x, z := rectangular(p, q, 1)(rng), rectangular(p, q, 0.3)(rng)
		for _, phi := range []geometry.Separable{geometry.Hypentropy{LogBeta: []float64{-2}}, must(geometry.NewLP(1.3)).(geometry.Separable)} {
			one, two := geometry.NewSingular(phi, p, q), geometry.NewSpectral(phi, p+q)
			for name, pair := range map[string][2]float64{
				"Bregman": {one.Bregman(x, z), two.Bregman(double(x), double(z)) / 2},
				"Fenchel": {one.Fenchel(x, z), two.Fenchel(double(x), double(z)) / 2},
			} {
				if math.Abs(pair[0]-pair[1]) > 1e-12*math.Abs(pair[1]) {
					t.Errorf("%s, %d×%d, %s: %v, half of the doubled one is %v", phi.Name(), p, q, name, pair[0], pair[1])
				}
			}
		}
	}
}

// ∇²φ* = Rᵀ diag(D) R with an orthogonal R, and a rotated unit vector is a column
// of R.
func TestFrame(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct {
		phi   geometry.Matrix
		theta []float64
	}{
		{geometry.NewSpectral(geometry.Entropy{}, 3), symmetric(1, 0.3)(rng)},
		{geometry.NewSpectral(geometry.Burg{}, 3), symmetric(-1, 0.1)(rng)},
		{geometry.NewSingular(geometry.Hypentropy{LogBeta: []float64{-1}}, 3, 2), rectangular(3, 2, 1)(rng)},
		{geometry.NewSingular(geometry.Hypentropy{LogBeta: []float64{-1}}, 2, 4), make([]float64, 8)},
	} {
		f, ok := c.phi.Frame(c.theta)
		if !ok {
			t.Fatalf("%s has no frame at %v", c.phi.Name(), c.theta)
		}
		m := len(c.theta)
		x, v := make([]float64, m), make([]float64, m)
		c.phi.GradConj(x, c.theta)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		w, back, hess, sum := make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m)
		f.Rotate(w, v)
		f.Back(back, w)
		for at, e := range v {
			f.AddSingle(sum, at, e)
		}
		c.phi.HessConj(hess, c.theta, v)
		scaled, want := make([]float64, m), make([]float64, m)
		for i, d := range f.Diagonal() {
			scaled[i] = d * w[i]
		}
		f.Back(want, scaled)
		for i := range v {
			for name, pair := range map[string][2]float64{"X": {f.X[i], x[i]}, "RᵀR": {back[i], v[i]}, "unit vectors": {sum[i], w[i]}, "Hessian": {want[i], hess[i]}} {
				if math.Abs(pair[0]-pair[1]) > 1e-13*(1+math.Abs(pair[1])) {
					t.Errorf("%s: %s: %v, want %v", c.phi.Name(), name, pair[0], pair[1])
				}
			}
		}
	}
}

func TestParseMatrix(t *testing.T) {
	for _, c := range []struct {
		text      string
		p, q      int
		symmetric bool
		want      string // the name, or a part of the error
	}{
		{"von-neumann", 3, 3, false, "spectral-entropy"},
		{"logdet", 2, 2, false, "spectral-burg"},
		{"spectral-hypentropy:1e-3", 2, 3, false, "spectral-hypentropy"},
		{"schatten:1.5", 3, 3, true, "spectral-lp"},
		{"schatten", 3, 3, true, "write schatten:P"},
		{"schatten:0.5", 3, 3, true, "out of range"},
		{"von-neumann", 3, 2, false, "not square"},
		{"von-neuman", 3, 3, false, "did you mean von-neumann"},
		{"spectral-hypentropy:-1", 3, 3, false, "spectral-hypentropy:-1"},
	} {
		phi, err := geometry.ParseMatrix(c.text, c.p, c.q, c.symmetric)
		var got string
		if err != nil {
			got = err.Error()
		} else {
			got = phi.Name()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s of %d×%d: %q, want %q", c.text, c.p, c.q, got, c.want)
		}
	}
	if err := geometry.CheckMatrix(geometry.NewSpectral(geometry.Entropy{}, 2), "x0", []float64{1, 2, 1}); err == nil || !strings.Contains(err.Error(), "positive definite") {
		t.Errorf("an indefinite start: %v", err)
	}
}
