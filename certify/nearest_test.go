package certify

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
)

// A 2×4 problem and a start for potentials on x > 0 and on wide enough boxes.
var (
	nearA      = []float64{1, 1, 1, 1, 0.5, -1, 2, 0.25}
	nearStart4 = []float64{0.5, 0.8, 0.3, 0.6}
	nearY      = []float64{0.1, -0.2}
)

// chartInstance makes x = ∇φ*(∇φ(x₀)+Aᵀy) and b = Ax, of which x is the
// projection.
func chartInstance(name string, c Certificate, w Witness) instance {
	w.X = make([]float64, 4)
	w.Y = append([]float64(nil), nearY...)
	if w.Start == nil {
		w.Start = append([]float64(nil), nearStart4...)
	}
	c.Claim, c.Tol, c.Unique, c.Start = Bregman, 1e-9, ptr(true), ptr("x0.npy")
	phi, err := c.potential(w)
	if err != nil {
		panic(err)
	}
	phi.Grad(w.X, w.Start)
	b := make([]float64, 2)
	for j := range w.X {
		w.X[j] += nearA[j]*nearY[0] + nearA[4+j]*nearY[1]
	}
	phi.GradConj(w.X, w.X)
	for j, x := range w.X {
		b[0] += nearA[j] * x
		b[1] += nearA[4+j] * x
	}
	return instance{name: "nearest-" + name, n: 2, m: 4, a: append([]float64(nil), nearA...), b: b, w: w, cert: c}
}

// nearestInstances returns one instance for each geometry, and those of the
// claims about boxes and noise.
func nearestInstances() []instance {
	k := []float64{4, 1, 0, 0, 1, 3, 1, 0, 0, 1, 2, 0.5, 0, 0, 0.5, 1}
	list := []instance{
		chartInstance("fermi-dirac-relative", Certificate{Geometry: "fermi-dirac:0.7,1.5", Relative: true}, Witness{}),
		chartInstance("power-diff-4", Certificate{Geometry: "power-diff:4", LogAlpha: ptr(-2.0)}, Witness{}),
		chartInstance("mahalanobis-diagonal", Certificate{Geometry: "mahalanobis", Matrix: ptr("k.npy")}, Witness{Matrix: []float64{1, 2, 0.5, 4}}),
		chartInstance("mahalanobis-matrix", Certificate{Geometry: "mahalanobis", Matrix: ptr("k.npy")}, Witness{Matrix: k}),
	}
	for _, name := range nearestNames {
		list = append(list, chartInstance(strings.NewReplacer(":", "-", ",", "-to-").Replace(name), Certificate{Geometry: name}, Witness{}))
	}
	return append(list,
		instance{
			name: "infeasible-box", n: 1, m: 3, a: []float64{1, 2, -1}, b: []float64{3.25},
			w:    Witness{Y: []float64{2}},
			cert: Certificate{Claim: InfeasibleBox, Tol: 1e-9, Geometry: "fermi-dirac"},
		},
		instance{
			name: "infeasible-box-relative", n: 1, m: 2, a: []float64{1, 1}, b: []float64{1},
			w:    Witness{Y: []float64{-1}, Start: []float64{1, 2}},
			cert: Certificate{Claim: InfeasibleBox, Tol: 1e-9, Geometry: "fermi-dirac:0.5,2", Relative: true, Start: ptr("x0.npy")},
		},
		instance{
			// x₁+x₂+x₃ = x₁+x₂ leaves x₃ = 0.
			name: "infeasible-interior", n: 2, m: 3, a: []float64{1, 1, 1, 1, 1, 0}, b: []float64{2, 2},
			w:    Witness{Y: []float64{-1, 1}},
			cert: Certificate{Claim: InfeasibleInterior, Tol: 1e-9},
		},
		instance{
			// min |x₁|+|x₂| with |x₁+2x₂−3| ≤ ½: x₂ = 5/4, y = ½.
			name: "l1-denoise", n: 1, m: 2, a: []float64{1, 2}, b: []float64{3},
			w:    Witness{X: []float64{0, 1.25}, Y: []float64{0.5}},
			cert: Certificate{Claim: L1Denoise, Tol: 1e-9, Unique: ptr(true), Sigma: ptr(0.5)},
		},
		instance{
			name: "l1-denoise-nonneg", n: 2, m: 3, a: []float64{1, -1, 0, 0, 0, 1}, b: []float64{2, 0},
			w:    Witness{X: []float64{1, 0, 0}, Y: []float64{1, 0}},
			cert: Certificate{Claim: L1DenoiseNonneg, Tol: 1e-9, Unique: ptr(true), Sigma: ptr(1.0)},
		},
		instance{
			// The range of A is the diagonal, at distance √2 from b.
			name: "inconsistent-denoise", n: 2, m: 1, a: []float64{1, 1}, b: []float64{1, 3},
			w:    Witness{Y: []float64{-1, 1}},
			cert: Certificate{Claim: Inconsistent, Tol: 1e-9, Sigma: ptr(1.4)},
		},
		instance{
			name: "infeasible-denoise", n: 1, m: 1, a: []float64{2}, b: []float64{-3},
			w:    Witness{Y: []float64{-1}},
			cert: Certificate{Claim: InfeasibleNonneg, Tol: 1e-9, Sigma: ptr(2.5)},
		},
	)
}

var nearestNames = []string{
	"euclidean", "entropy", "hypentropy:1e-2", "fermi-dirac:-1,3", "burg", "hellinger",
	"lp:1.5", "lp:3", "lp-quasi:0.5", "exponential", "inverse", "power:3", "chi-square",
}

// The definition of the divergence, in plain arithmetic on numbers about 1.
func TestNearestObjectiveIsTheDivergence(t *testing.T) {
	for _, in := range nearestInstances() {
		if in.cert.Claim != Bregman {
			continue
		}
		c := in.issue(t)
		phi, err := c.potential(in.w)
		if err != nil {
			t.Fatal(err)
		}
		theta := make([]float64, len(in.w.Start))
		phi.Grad(theta, in.w.Start)
		want := phi.Value(in.w.X) - phi.Value(in.w.Start)
		for j, v := range theta {
			want -= v * (in.w.X[j] - in.w.Start[j])
		}
		if math.Abs(c.Objective-want) > 1e-11 || math.Abs(c.Bound-want) > 1e-11 || math.Abs(c.Gap) > 1e-10 {
			t.Errorf("%s: objective %v, bound %v, gap %v; want %v", in.name, c.Objective, c.Bound, c.Gap, want)
		}
	}
}

// Every y gives a lower bound: weak duality, with the error of the bound.
func TestNearestBoundHolds(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	proven := 0
	for _, in := range nearestInstances() {
		if in.cert.Claim != Bregman {
			continue
		}
		optimum := in.issue(t).Objective
		for range 50 {
			for i := range in.w.Y {
				in.w.Y[i] = nearY[i] + 0.3*rng.NormFloat64()
			}
			c, err := Issue(in.op(), in.b, in.cert, in.w)
			if err != nil {
				continue // θ has left dom φ*: nothing is proven
			}
			proven++
			if c.Bound > optimum*(1+1e-12) {
				t.Errorf("%s: y = %v proves %v above the optimum %v", in.name, in.w.Y, c.Bound, optimum)
			}
			if v := verify(t, in, c); v.Valid {
				t.Errorf("%s: y = %v accepted", in.name, in.w.Y)
			}
		}
	}
	if proven < 300 {
		t.Errorf("only %d bounds were tried", proven)
	}
}

// The chart point moved in the null space of A meets Ax = b and is no
// projection.
func TestNearestOffTheChartIsRejected(t *testing.T) {
	h := []float64{3, -1.5, -1.5, 0} // Ah = 0
	for _, in := range nearestInstances() {
		if in.cert.Claim != Bregman {
			continue
		}
		old := append([]float64(nil), in.w.X...)
		for j, v := range old {
			in.w.X[j] = v + 1e-4*h[j]
		}
		if c, err := Issue(in.op(), in.b, in.cert, in.w); err == nil && verify(t, in, c).Valid {
			t.Errorf("%s: accepted off the chart", in.name)
		}
		copy(in.w.X, old)
	}
}

func TestGeometryFaults(t *testing.T) {
	good := chartInstance("burg", Certificate{Geometry: "burg"}, Witness{})
	for _, c := range []struct {
		change func(*Certificate, *Witness)
		want   string
	}{
		{func(c *Certificate, _ *Witness) { c.Geometry = "birg" }, "burg"},
		{func(c *Certificate, _ *Witness) { c.Geometry = "lp:0.5" }, "lp-quasi"},
		{func(c *Certificate, _ *Witness) { c.Relative = true }, "relative"},
		{func(c *Certificate, _ *Witness) { c.LogAlpha = ptr(1.0) }, "power-diff"},
		{func(c *Certificate, _ *Witness) { c.LogAlpha = ptr(math.NaN()) }, "finite"},
		{func(_ *Certificate, w *Witness) { w.Start = []float64{1, -1, 1, 1} }, "x0[1] = -1"},
		{func(c *Certificate, w *Witness) { c.Start, w.Start = nil, nil }, "without a start"},
		{func(c *Certificate, w *Witness) { c.Matrix, w.Matrix = ptr("k.npy"), []float64{1, 1, 1, 1} }, "no matrix"},
		{func(c *Certificate, w *Witness) { c.Geometry = "mahalanobis:k.npy" }, "no way to read"},
		{func(c *Certificate, w *Witness) { c.Weights, w.Weights = ptr("w.npy"), []float64{1, 1, 1, 1} }, "weights"},
		{func(c *Certificate, w *Witness) { c.Sigma = ptr(1.0) }, "sigma"},
	} {
		cert, w := good.cert, good.w
		c.change(&cert, &w)
		_, err := Issue(good.op(), good.b, cert, w)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", cert, err, c.want)
		}
		v, err := Verify(good.op(), good.b, cert.Sealed(good.b, w), w)
		if err != nil || v.Valid {
			t.Errorf("%+v: %v %v", cert, v.Valid, err)
		}
	}
	if _, _, ok := (Certificate{Geometry: "burg"}).box(Witness{}, 3); ok {
		t.Error("x > 0 counts as a box")
	}
	if lower, upper, ok := (Certificate{Geometry: "hellinger"}).box(Witness{}, 3); !ok || lower[2] != -1 || upper[0] != 1 {
		t.Error("the domain of hellinger is not the box [-1, 1]")
	}
}

// θ that only rounding keeps inside dom φ* proves nothing.
func TestNearestAtTheEdgeOfTheDualDomain(t *testing.T) {
	in := instance{n: 1, m: 1, a: []float64{1}, b: []float64{1e17},
		w:    Witness{X: []float64{1e17}, Y: []float64{1 - 1e-16}, Start: []float64{1}},
		cert: Certificate{Claim: Bregman, Tol: 1e-9, Geometry: "burg", Start: ptr("x0.npy")}}
	if c, err := Issue(in.op(), in.b, in.cert, in.w); err == nil && verify(t, in, c).Valid {
		t.Error("accepted")
	}
	if _, lower := geometry.DualBounds(geometry.Burg{}, 0); lower != 0 {
		t.Error("the dual domain of burg does not end at 0")
	}
}
