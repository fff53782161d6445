package certify

import (
	"math"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// Of points that w = (0, 1) separates no weights prove the contrary, whatever the units
// or the common offset of the other coordinate.
func TestNotSeparableIsRefusedForSeparablePoints(t *testing.T) {
	b := []float64{1, -1, 1, -1}
	for name, c := range map[string]struct {
		column float64
		bias   bool
		p      []float64
	}{
		"a large column":                 {1.7e18, false, []float64{.5, .5, 0, 0}},
		"a large column, all points":     {1.7e18, false, []float64{.25, .25, .25, .25}},
		"a common offset, an intercept":  {1.7e18, true, []float64{.5, .5, 0, 0}},
		"a smaller offset, an intercept": {1e10, true, []float64{.25, .25, .25, .25}},
	} {
		a := linop.NewDense(4, 2, []float64{c.column, 1, c.column, -1, c.column, 2, c.column, -3})
		w := Witness{Y: c.p}
		cert, err := Issue(a, b, Certificate{Claim: NotSeparable, Tol: 1e-9, Bias: c.bias}, w)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for how, judge := range map[string]func(linop.Operator, []float64, Certificate, Witness) (Verdict, error){"compensated": Verify, "exact": VerifyExact} {
			if v, err := judge(a, b, cert, w); err != nil || v.Valid {
				t.Errorf("%s, %s: %v, %+v", name, how, err, v)
			}
		}
	}
}

// Independent points are separable, however small the length of their combination.
func TestNotSeparableIsRefusedForIndependentPoints(t *testing.T) {
	b := []float64{-1, 1}
	a := linop.NewDense(2, 2, []float64{1, 1, 1, 1 - 0x1p-40})
	w := Witness{Y: []float64{.5, .5}}
	cert, err := Issue(a, b, Certificate{Claim: NotSeparable, Tol: 1e-9}, w)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(a, b, cert, w); err != nil || v.Valid {
		t.Errorf("%v, %+v", err, v)
	}
}

// The margin between two points far from the origin is known to their distance, not to
// their distance from it.
func TestMarginFarFromTheOrigin(t *testing.T) {
	for _, offset := range []float64{1e10, 1e15, -3e12} {
		a := linop.NewDense(2, 2, []float64{offset, 1, offset, -1})
		b := []float64{1, -1}
		zero := 0.0
		w := Witness{X: []float64{0, 1}, Y: []float64{.5, .5}}
		cert, err := Issue(a, b, Certificate{Claim: Margin, Norm: NormL2, Bias: true, Intercept: &zero, Tol: 1e-9}, w)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(cert.Bound-1) > 1e-15 {
			t.Errorf("offset %g: bound %v of ‖w‖ = 1", offset, cert.Bound)
		}
		for how, judge := range map[string]func(linop.Operator, []float64, Certificate, Witness) (Verdict, error){"compensated": Verify, "exact": VerifyExact} {
			if v, err := judge(a, b, cert, w); err != nil || !v.Valid {
				t.Errorf("offset %g, %s: %v, %+v", offset, how, err, v.Failed())
			}
		}
	}
}

// A claim that a separator is not unique has nothing to rest on and is refused, with a
// second vector and without.
func TestMarginIsNeverNotUnique(t *testing.T) {
	a := linop.NewDense(2, 2, []float64{3, 2, -3, -2})
	b := []float64{1, -1}
	name := "other.npy"
	for _, norm := range []string{NormL1, NormLInf, NormL2} {
		w := Witness{X: []float64{1, 1}, Y: []float64{.5, .5}}
		cert, err := Issue(a, b, Certificate{Claim: Margin, Norm: norm, Tol: .5}, w)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := Verify(a, b, cert, w); err != nil || !v.Valid {
			t.Fatalf("%s: %v, %+v", norm, err, v.Failed())
		}
		cert.Unique = ptr(false)
		if v, err := Verify(a, b, cert.Sealed(b, w), w); err != nil || v.Valid {
			t.Errorf("%s: not unique, accepted (%v)", norm, err)
		}
		w.Other, cert.Other = []float64{7, 7}, &name
		if v, err := Verify(a, b, cert.Sealed(b, w), w); err != nil || v.Valid {
			t.Errorf("%s: not unique with a second vector, accepted (%v)", norm, err)
		}
	}
}
