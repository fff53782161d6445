package geometry_test

import (
	"math"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
)

var inf = math.Inf(1)

// everywhere lists one potential of every kind, with a point inside its domain.
func everywhere() []struct {
	phi geometry.Separable
	x   float64
} {
	sep := func(phi geometry.Potential) geometry.Separable { return phi.(geometry.Separable) }
	return []struct {
		phi geometry.Separable
		x   float64
	}{
		{geometry.Euclidean{}, 0.3}, {geometry.Entropy{}, 0.3},
		{geometry.Hypentropy{LogBeta: []float64{-3}}, -0.3},
		{geometry.Burg{}, 0.3}, {geometry.Hellinger{}, -0.3}, {geometry.Exponential{}, -0.3},
		{geometry.Inverse{}, 0.3}, {geometry.Tanh{}, -0.3}, {geometry.Sigmoid{}, 0.3}, {geometry.Softplus{}, 0.3},
		{sep(must(geometry.NewFermiDirac([]float64{-1}, []float64{0.5}))), 0.3},
		{sep(must(geometry.NewLP(3))), -0.3}, {sep(must(geometry.NewLPQuasi(0.4))), 0.3},
		{sep(must(geometry.NewPower(4))), 0.3}, {sep(must(geometry.NewPowerDiff(3, -1))), -0.3},
		{sep(must(geometry.NewWeighted(geometry.Burg{}, []float64{3}))), 0.3},
	}
}

// A domain ends where ∇φ or ∇φ* leaves the numbers: inside they are finite,
// beyond they are not, and φ, φ* are +Inf there.
func TestDomains(t *testing.T) {
	for _, c := range everywhere() {
		phi, one := c.phi, make([]float64, 1)
		lower, upper := geometry.Bounds(phi, 0)
		for _, end := range []struct{ at, in, out float64 }{
			{lower, math.Nextafter(lower, inf), math.Nextafter(lower, -inf)},
			{upper, math.Nextafter(upper, -inf), math.Nextafter(upper, inf)},
		} {
			if math.IsInf(end.at, 0) {
				continue
			}
			if err := geometry.CheckInterior(phi, "x0", []float64{end.in}); err != nil {
				t.Errorf("%s: %v is refused: %v", phi.Name(), end.in, err)
			}
			for _, x := range []float64{end.at, end.out} {
				if err := geometry.CheckInterior(phi, "x0", []float64{x}); err == nil || !strings.Contains(err.Error(), "x0[0]") {
					t.Errorf("%s: %v is inside, or not named: %v", phi.Name(), x, err)
				}
			}
			phi.Grad(one, []float64{end.at})
			if !math.IsInf(one[0], 0) {
				t.Errorf("%s: ∇φ(%v) = %v, want ±Inf", phi.Name(), end.at, one[0])
			}
			phi.Grad(one, []float64{end.out})
			if !math.IsNaN(one[0]) {
				t.Errorf("%s: ∇φ(%v) = %v, want NaN", phi.Name(), end.out, one[0])
			}
			if v := phi.Value([]float64{end.out}); v != inf {
				t.Errorf("%s: φ(%v) = %v, want +Inf", phi.Name(), end.out, v)
			}
			for name, d := range map[string]float64{
				"D(x, end)": phi.Bregman([]float64{c.x}, []float64{end.at}),
				"D(out, x)": phi.Bregman([]float64{end.out}, []float64{c.x}),
			} {
				if d != inf {
					t.Errorf("%s: %s = %v at %v, want +Inf", phi.Name(), name, d, end.at)
				}
			}
		}
		lower, upper = geometry.DualBounds(phi, 0)
		for _, end := range []struct{ at, in, out float64 }{
			{lower, math.Nextafter(lower, inf), math.Nextafter(lower, -inf)},
			{upper, math.Nextafter(upper, -inf), math.Nextafter(upper, inf)},
		} {
			if math.IsInf(end.at, 0) {
				continue
			}
			in, out := []float64{end.in}, []float64{end.out}
			if !geometry.InDualDomain(phi, in) || geometry.InDualDomain(phi, []float64{end.at}) || geometry.InDualDomain(phi, out) {
				t.Errorf("%s: θ = %v, %v, %v should be in, out, out of dom φ*", phi.Name(), end.in, end.at, end.out)
			}
			if v := phi.Conj(out); v != inf {
				t.Errorf("%s: φ*(%v) = %v, want +Inf", phi.Name(), end.out, v)
			}
			if v := phi.Fenchel([]float64{c.x}, out); v != inf {
				t.Errorf("%s: Fenchel(%v, %v) = %v, want +Inf", phi.Name(), c.x, end.out, v)
			}
			phi.GradConj(one, []float64{end.at})
			if !math.IsInf(one[0], 0) {
				t.Errorf("%s: ∇φ*(%v) = %v, want ±Inf", phi.Name(), end.at, one[0])
			}
		}
		if geometry.InDualDomain(phi, []float64{inf}) || geometry.InDualDomain(phi, []float64{math.NaN()}) {
			t.Errorf("%s: θ = Inf or NaN is in dom φ*", phi.Name())
		}
		if err := geometry.CheckInterior(phi, "x0", []float64{c.x, math.NaN()}); err == nil || !strings.Contains(err.Error(), "x0[1]") {
			t.Errorf("%s: NaN is inside, or not named: %v", phi.Name(), err)
		}
	}
}

func TestMaxStep(t *testing.T) {
	diff := must(geometry.NewPowerDiff(3))
	for _, c := range []struct {
		phi           geometry.Potential
		theta, dtheta []float64
		want          float64
	}{
		{geometry.Entropy{}, []float64{1, 2}, []float64{5, -5}, inf},
		{geometry.Burg{}, []float64{-1, -2}, []float64{0.5, 4}, 0.5},
		{geometry.Burg{}, []float64{-1, -2}, []float64{-3, 0}, inf},
		{geometry.Exponential{}, []float64{1, 2}, []float64{-3, -4}, 1. / 3},
		{diff, []float64{0.5, -0.5}, []float64{1, -0.25}, 0.5},
		{diff, []float64{0.5, -0.5}, []float64{0.1, -1}, 0.5},
		{must(geometry.NewWeighted(geometry.Exponential{}, []float64{2})), []float64{1}, []float64{-1}, 1},
	} {
		if got := geometry.MaxStep(c.phi, c.theta, c.dtheta); got != c.want {
			t.Errorf("%s: MaxStep(%v, %v) = %v, want %v", c.phi.Name(), c.theta, c.dtheta, got, c.want)
		}
	}
}

// Near the ends of dom φ* the gaps of power-diff hold what θ cannot: x = 1e150
// from the scale 1 comes back to the last digits.
func TestPowerDiffGaps(t *testing.T) {
	for _, l := range []float64{3, 4, 6, 50} {
		phi, err := geometry.NewPowerDiff(l)
		if err != nil {
			t.Fatal(err)
		}
		x := []float64{1e150, -1e150, 1e20, -1e8, 3, 1, -0.4, 1e-9, 1e-12, 0}
		lower, upper, back := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
		phi.Gap(lower, upper, x)
		phi.GradConjGap(back, lower, upper)
		for i, v := range x {
			tol := 1e-13*math.Abs(v) + 1e-15
			if math.Abs(back[i]-v) > tol {
				t.Errorf("L = %v: x = %v comes back from its gaps as %v", l, v, back[i])
			}
		}
		theta := []float64{0.5, -0.9, 0.01}
		h, hGap := make([]float64, 3), make([]float64, 3)
		phi.HessConjDiag(h, theta)
		phi.HessConjDiagGap(hGap, []float64{1.5, 1 - 0.9, 1.01}, []float64{0.5, 1.9, 0.99})
		for i := range h {
			if math.Abs(h[i]-hGap[i]) > 1e-14*h[i] {
				t.Errorf("L = %v: ∇²φ* = %v by θ, %v by gaps", l, h[i], hGap[i])
			}
		}
	}
}
