package geometry_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	gt "github.com/tacit-dev/tacit/geometry/geometrytest"
)

// One coordinate at a time, so that no large divergence hides a small one:
// ratios x/z of every size for β far below, near and far above x, and numbers
// close to under- and overflow.
func TestHypentropyRatios(t *testing.T) {
	for _, lb := range []float64{-1e6, -720, -30, -1, 2, 50} {
		h := geometry.Hypentropy{LogBeta: []float64{lb}}
		tw := hypTwin(func(int) float64 { return lb })
		one := func(v float64) []*big.Float { return []*big.Float{gt.New(v)} }
		for _, z := range []float64{1, -3e-3, 1e-307, 1e-310, 1e308} {
			theta, want := make([]float64, 1), tw.Grad(one(z))[0]
			h.Grad(theta, []float64{z})
			if w, _ := want.Float64(); math.Abs(theta[0]-w) > 4e-15*math.Abs(w) {
				t.Errorf("ln β = %v: ∇φ(%v) = %v, want %v", lb, z, theta[0], w)
			}
			for _, q := range []float64{1 + 1e-9, 1.01, 1.5, 3, 8, 1e5, 0.7, 0.2, 1e-4, 0, -1e-3, -1, -4} {
				x := z * q
				if math.IsInf(x, 0) {
					continue
				}
				d := gt.Sub(gt.Sub(tw.Value(one(x)), tw.Value(one(z))), gt.Mul(want, gt.Sub(gt.New(x), gt.New(z))))
				w, _ := d.Float64()
				if got := h.Bregman([]float64{x}, []float64{z}); math.Abs(got-w) > 1e-13*w+0x1p-1060 {
					t.Errorf("ln β = %v: D(%v, %v) = %v, want %v", lb, x, z, got, w)
				}
			}
		}
	}
}

// The sum |θ| + ln β is rounded to 57 units in the last place of β cosh θ.
func TestHypentropySmallBeta(t *testing.T) {
	h := geometry.Hypentropy{LogBeta: []float64{-690}}
	tw := hypTwin(func(int) float64 { return -690 })
	for _, theta := range []float64{1.1, 3, -7.3} {
		th := []*big.Float{gt.New(theta)}
		want, _ := gt.Sub(tw.Conj(th), gt.Exp(gt.New(-690))).Float64() // D(0, x) = β cosh θ − β
		if got := h.Fenchel([]float64{0}, []float64{theta}); math.Abs(got-want) > 2e-15*want {
			t.Errorf("D(0, β sinh %v) = %v, want %v", theta, got, want)
		}
	}
}

func TestEntropyRatios(t *testing.T) {
	for _, q := range []float64{1 + 1e-12, 1.001, 1.1, 1.28, 1.3, 2, 50, 0.99, 0.78, 0.75, 0.3, 1e-5} {
		b := gt.New(q)
		want, _ := gt.Add(gt.Sub(gt.Mul(b, gt.Log(b)), b), gt.New(1)).Float64()
		if got := (geometry.Entropy{}).Bregman([]float64{q}, []float64{1}); math.Abs(got-want) > 1e-14*want {
			t.Errorf("D(%v, 1) = %v, want %v", q, got, want)
		}
	}
}

// β = e⁷²⁰ overflows, x = β sinh θ does not.
func TestGradConjHugeBeta(t *testing.T) {
	x := make([]float64, 3)
	geometry.Hypentropy{LogBeta: []float64{720}}.GradConj(x, []float64{1e-9, -1e-9, 0})
	want := math.Exp(720 - 9*math.Ln10)
	if math.Abs(x[0]-want) > 1e-12*want || x[1] != -x[0] || x[2] != 0 {
		t.Errorf("β sinh(±1e-9) = %v, want ±%v", x, want)
	}
}

func TestEntropyOfSubnormals(t *testing.T) {
	e := geometry.Entropy{}
	theta := make([]float64, 1)
	for _, x := range []float64{5e-324, 1e-310, 0x1p-1022} {
		want, _ := gt.Log(gt.New(x)).Float64()
		if e.Grad(theta, []float64{x}); math.Abs(theta[0]-want) > 1e-12 {
			t.Errorf("∇φ(%v) = %v, want %v", x, theta[0], want)
		}
		if d := e.Bregman([]float64{1}, []float64{x}); math.Abs(d-(-want-1)) > 1e-12 {
			t.Errorf("D(1, %v) = %v, want %v", x, d, -want-1)
		}
	}
}

// D(cx, cz) = c D(x, z) for the entropy, up to the largest numbers.
func TestEntropyIsHomogeneous(t *testing.T) {
	d := func(x, z float64) float64 { return geometry.Entropy{}.Bregman([]float64{x}, []float64{z}) }
	for _, q := range []float64{1.5, 1.2, 1.001, 0.9, 0.3} {
		const c = 0x1p1023
		if got, want := d(q*c, c), d(q, 1)*c; math.Abs(got-want) > 1e-13*want {
			t.Errorf("D(%vc, c) = %v for c = 2¹⁰²³, want %v", q, got, want)
		}
	}
}

// For huge β the geometry is Euclidean: D = (x−z)²/2β = ½β(x/β − θ)².
func TestHypentropyHugeBeta(t *testing.T) {
	for _, c := range []struct{ lb, x, z float64 }{
		{600, 3, -1}, {699, 3e300, -1e300}, {720, 3e300, -1e300}, {755, 3e300, -1e300},
		{761, 3e300, -1e300}, {900, 3e300, -1e300}, {1e6, 3e300, -1e300},
	} {
		lb, x, z := c.lb, c.x, c.z
		h := geometry.Hypentropy{LogBeta: []float64{lb}}
		beta := gt.Exp(gt.New(lb))
		want, _ := gt.Quo(gt.Mul(gt.New(x-z), gt.New(x-z)), gt.Mul(gt.New(2), beta)).Float64()
		if got := h.Bregman([]float64{x}, []float64{z}); math.Abs(got-want) > 1e-6*want {
			t.Errorf("ln β = %v: D = %v, want %v", lb, got, want)
		}
		theta, _ := gt.Quo(gt.New(z), beta).Float64()
		if got := h.Fenchel([]float64{x}, []float64{theta}); math.Abs(got-want) > 1e-6*want {
			t.Errorf("ln β = %v: Fenchel = %v, want %v", lb, got, want)
		}
	}
}
