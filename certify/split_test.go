package certify

import (
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// TestSplitRefused: what is no split is refused, by the check that says why.
func TestSplitRefused(t *testing.T) {
	x := []float64{1, 0, 1, 0, 0, 1, 2, 2} // z = (1,0), (−1,0), (0,1), (2,2)
	labels := []float64{1, -1, 1, 1}
	for _, c := range []struct {
		name, check string
		w, p        []float64
	}{
		{"the core holds a point that can be separated", "terms of Σpᵢzᵢ that do not cancel", []float64{0, 1}, []float64{0.4, 0.5, 0.1, 0}},
		{"a point of the core is left out", "least margin of the separable part", []float64{0, 1}, []float64{0.5, 0, 0, 0}},
		{"w errs on the separable part", "least margin of the separable part", []float64{0, -1}, []float64{0.5, 0.5, 0, 0}},
		{"w puts the core on a side", "core off the boundary", []float64{1e-6, 1}, []float64{0.5, 0.5, 0, 0}},
		{"a weight so small that it shows nothing", "margin of a point of the core", []float64{0, 1}, []float64{0.5, 0.5, 1e-12, 0}},
		{"a weight below 0", "negative part of p", []float64{0, 1}, []float64{0.5, 0.5, -1e-13, 0}},
	} {
		in := instance{n: 4, m: 2, a: x, b: labels, w: Witness{X: c.w, Y: c.p}, cert: Certificate{Claim: Split, Tol: 1e-9}}
		cert, err := Issue(in.op(), in.b, in.cert, in.w)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for how, judge := range map[string]func(linop.Operator, []float64, Certificate, Witness) (Verdict, error){"compensated": Verify, "exact": VerifyExact} {
			v, err := judge(in.op(), in.b, cert, in.w)
			if err != nil {
				t.Fatal(err)
			}
			named := false
			for _, f := range v.Failed() {
				named = named || strings.HasPrefix(f.Name, c.check)
			}
			if v.Valid || !named {
				t.Errorf("%s, %s: valid %t, failed %+v", c.name, how, v.Valid, v.Failed())
			}
		}
	}
}

// TestSplitFields: a split has no norm, two classes, and an intercept where there is a bias.
func TestSplitFields(t *testing.T) {
	in := instance{n: 3, m: 2, a: []float64{1, 0, 1, 0, 0, 1}, b: []float64{1, -1, 1},
		w: Witness{X: []float64{0, 1}, Y: []float64{0.5, 0.5, 0}}}
	for name, c := range map[string]Certificate{
		"norm":       {Norm: NormL2},
		"bias":       {Bias: true},
		"intercept":  {Intercept: ptr(0.0)},
		"intercepts": {Intercepts: []float64{1, 2}},
	} {
		c.Claim, c.Tol = Split, 1e-9
		if _, err := Issue(in.op(), in.b, c, in.w); err == nil {
			t.Errorf("%s: issued", name)
		}
	}
	in.b = []float64{1, 2, 3}
	if _, err := Issue(in.op(), in.b, Certificate{Claim: Split, Tol: 1e-9}, in.w); err == nil {
		t.Error("three classes: issued")
	}
}
