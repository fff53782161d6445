package certify

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

func times(v []float64, k int) []float64 {
	out := slices.Clone(v)
	for i := range out {
		out[i] = math.Ldexp(out[i], k)
	}
	return out
}

// TestScales multiplies A by 2^ka and b by 2^kb: x scales by 2^(kb−ka), y of
// the ℓ1 claims by 2^−ka, and every relative number stays what it is.
func TestScales(t *testing.T) {
	for _, in := range instances() {
		if in.cert.Claim == Bregman || in.cert.Claim == InfeasibleBox || in.w.Start != nil {
			continue // x₀ and boxes do not scale along
		}
		base := in.issue(t)
		for _, k := range [][2]int{{990, 990}, {-990, -990}, {490, -490}, {-490, 490}, {0, 900}, {0, -900}, {900, 0}, {-900, 0}, {-900, 900}, {900, -900}} {
			if d := k[1] - k[0]; in.w.X != nil && (d > 1000 || d < -1000) {
				continue
			}
			s := in
			s.a, s.b = times(in.a, k[0]), times(in.b, k[1])
			if in.cert.Sigma != nil {
				s.cert.Sigma = ptr(math.Ldexp(*in.cert.Sigma, k[1]))
			}
			s.w.Y = times(in.w.Y, -k[0])
			if in.w.X != nil {
				s.w.X = times(in.w.X, k[1]-k[0])
			}
			if in.w.Other != nil {
				s.w.Other = times(in.w.Other, k[1]-k[0])
			}
			c := s.issue(t)
			if c.Gap != base.Gap && math.Abs(c.Gap-base.Gap) > 1e-15 || math.Abs(c.Residual-base.Residual) > 1e-15 {
				t.Errorf("%s ·2^%v: gap %v residual %v, unscaled %v %v", in.name, k, c.Gap, c.Residual, base.Gap, base.Residual)
			}
			if v := verify(t, s, c); !v.Valid {
				t.Errorf("%s ·2^%v: %+v", in.name, k, v.Failed())
			}
			if v, err := VerifyExact(s.op(), s.b, c, s.w); err != nil || !v.Valid {
				t.Errorf("%s ·2^%v exactly: %v %+v", in.name, k, err, v.Failed())
			}
		}
	}
}

// TestRowAndColumnScales mixes entries near 1e300 and 1e−300 in one matrix.
func TestRowAndColumnScales(t *testing.T) {
	base := instances()[0]
	for _, scales := range [][2][]int{
		{{990, -990}, {0, 0, 0, 0}},
		{{0, 0}, {-990, -400, 0, 0}},
	} {
		rows, cols := scales[0], scales[1]
		in := base
		in.cert.Unique = nil
		in.a, in.b = slices.Clone(base.a), slices.Clone(base.b)
		in.w.X, in.w.Y = slices.Clone(base.w.X), slices.Clone(base.w.Y)
		for i := range in.n {
			in.b[i] = math.Ldexp(in.b[i], rows[i])
			in.w.Y[i] = math.Ldexp(in.w.Y[i], -rows[i])
			for j := range in.m {
				in.a[i*in.m+j] = math.Ldexp(in.a[i*in.m+j], rows[i]+cols[j])
			}
		}
		for j := range in.m {
			in.w.X[j] = math.Ldexp(in.w.X[j], -cols[j])
		}
		c := in.issue(t)
		if v := verify(t, in, c); !v.Valid {
			t.Errorf("rows %v cols %v: %+v", rows, cols, v.Failed())
		}
	}
}

// TestSubnormalData: the smallest numbers there are.
func TestSubnormalData(t *testing.T) {
	in := instance{
		name: "subnormal", n: 1, m: 2, a: []float64{0x1p-1074, 0x1p-1074}, b: []float64{0x1p-1074},
		w:    Witness{X: []float64{1, 0}, Y: []float64{0x1p1023}},
		cert: Certificate{Claim: L1, Tol: 1e-9},
	}
	// |Aᵀy| = 2⁻⁵¹: a valid bound, far from the objective 1.
	c := in.issue(t)
	if c.Bound != 0x1p-51 || c.Objective != 1 {
		t.Errorf("objective %v bound %v", c.Objective, c.Bound)
	}
	if verify(t, in, c).Valid {
		t.Error("a gap of 1 is accepted")
	}
}

func TestZeroRightHandSide(t *testing.T) {
	for _, claim := range []Claim{L1, L1Nonneg, MinNorm} {
		in := instance{
			name: "zero " + string(claim), n: 1, m: 2, a: []float64{1, 2}, b: []float64{0},
			w:    Witness{X: []float64{0, 0}, Y: []float64{0}},
			cert: Certificate{Claim: claim, Tol: 1e-9, Unique: ptr(true)},
		}
		if v := verify(t, in, in.issue(t)); !v.Valid {
			t.Errorf("%s: %+v", in.name, v.Failed())
		}
	}
}

// applyOnly hides the entries of a matrix.
type applyOnly struct{ linop.Operator }

// TestLayouts gives the same verdict for every storage of A.
func TestLayouts(t *testing.T) {
	for _, in := range instances() {
		var rows, cols []int
		var vals []float64
		colMajor := make([]float64, len(in.a))
		for i := range in.n {
			for j := range in.m {
				rows, cols, vals = append(rows, i), append(cols, j), append(vals, in.a[i*in.m+j])
				colMajor[j*in.n+i] = in.a[i*in.m+j]
			}
		}
		csc := linop.FromTriplets(in.n, in.m, rows, cols, vals)
		want := in.issue(t)
		for name, op := range map[string]linop.Operator{
			"column-major": linop.NewDenseColMajor(in.n, in.m, colMajor),
			"csc":          csc,
			"csr":          csc.ToCSR(),
			"rower":        struct{ rowerOnly }{rowerOnly{in.op(), in.op().(linop.Rower)}},
			"operator":     applyOnly{in.op()},
		} {
			v, err := Verify(op, in.b, want, in.w)
			if err != nil || !v.Valid {
				t.Errorf("%s %s: %v %+v", in.name, name, err, v.Failed())
			}
			got, err := Issue(op, in.b, in.cert, in.w)
			if err != nil || name != "operator" && !reflect.DeepEqual(got, want) && !sameNumbers(got, want) {
				t.Errorf("%s %s: %v\n%+v\n%+v", in.name, name, err, got, want)
			}
		}
	}
}

type rowerOnly struct {
	linop.Operator
	linop.Rower
}

func sameNumbers(c, d Certificate) bool {
	return c.Objective == d.Objective && c.Bound == d.Bound && math.Abs(c.Gap-d.Gap) < 1e-20 && math.Abs(c.Residual-d.Residual) < 1e-20
}

// The length of a Farkas vector proves nothing: a feasible system is not made
// infeasible by a short y, nor a contradiction refuted by a long one.
func TestFarkasVectorOfAnyLength(t *testing.T) {
	for _, scale := range []float64{1e-250, 1e-30, 1, 1e11, 1e250} {
		for _, tc := range []struct {
			name  string
			a     []float64
			b, y  []float64
			valid bool
		}{
			{"feasible", []float64{1, 2, 3, 4}, []float64{1, 0}, []float64{1, 0}, false},
			{"contradiction", []float64{1, 2, 1, 2}, []float64{1, 2}, []float64{-1, 1}, true},
		} {
			w := Witness{Y: []float64{scale * tc.y[0], scale * tc.y[1]}}
			a := linop.NewDense(2, 2, tc.a)
			c, err := Issue(a, tc.b, Certificate{Claim: Inconsistent, Tol: 1e-9}, w)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := Verify(a, tc.b, c, w)
			if err != nil {
				t.Fatal(err)
			}
			exact, err := VerifyExact(a, tc.b, c, w)
			if err != nil {
				t.Fatal(err)
			}
			if plain.Valid != tc.valid || exact.Valid != tc.valid {
				t.Errorf("%s, y·%g: Verify %v %+v, VerifyExact %v", tc.name, scale, plain.Valid, plain.Failed(), exact.Valid)
			}
		}
	}
}
