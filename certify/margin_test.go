package certify

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// marginInstances returns good certificates of separators, from closed forms.
func marginInstances() []instance {
	// z = (2,0), (0,1), (3,3): â = (½, 1), α = (¼, 1, 0), γ = 2/√5.
	three := []float64{1, 1, -1}
	x := []float64{2, 0, 0, 1, -3, -3}
	return []instance{
		{
			name: "margin", n: 3, m: 2, a: x, b: three,
			w:    Witness{X: []float64{0.5, 1}, Y: []float64{0.2, 0.8, 0}},
			cert: Certificate{Claim: Margin, Tol: 1e-9, Norm: NormL2, Unique: ptr(true)},
		},
		{
			// ℓ1: w = (⅓, ⅔)·3/2, and Σpᵢzᵢ = (⅔, ⅔) for p = (⅓, ⅔).
			name: "margin-l1", n: 3, m: 2, a: x, b: three,
			w:    Witness{X: []float64{0.5, 1}, Y: []float64{1, 2, 0}},
			cert: Certificate{Claim: Margin, Tol: 1e-9, Norm: NormL1},
		},
		{
			name: "margin-linf", n: 3, m: 2, a: x, b: three,
			w:    Witness{X: []float64{0.75, 1}, Y: []float64{0, 1, 0}},
			cert: Certificate{Claim: Margin, Tol: 1e-9, Norm: NormLInf},
		},
		{
			// (2,1) against (1,0): w = (1,1), c = −2. A penalised intercept would
			// give w = (1/3, 5/3), c = −4/3.
			name: "margin-bias", n: 2, m: 2, a: []float64{2, 1, 1, 0}, b: []float64{7, 3},
			w:    Witness{X: []float64{1, 1}, Y: []float64{0.5, 0.5}},
			cert: Certificate{Claim: Margin, Tol: 1e-9, Norm: NormL2, Bias: true, Intercept: ptr(-2.0), Unique: ptr(true)},
		},
		{
			// One point at e_k for class k: w_k = (e_k − ⅓·1)... by symmetry
			// W = I − J/3, margins (w_k − w_j)ᵀe_k = 1, all six weights 1/6.
			name: "margin-classes", n: 3, m: 3, a: []float64{1, 0, 0, 0, 1, 0, 0, 0, 1}, b: []float64{0, 1, 2},
			w: Witness{
				X: []float64{2.0 / 3, -1.0 / 3, -1.0 / 3, -1.0 / 3, 2.0 / 3, -1.0 / 3, -1.0 / 3, -1.0 / 3, 2.0 / 3},
				Y: []float64{0, 1, 1, 1, 0, 1, 1, 1, 0},
			},
			cert: Certificate{Claim: Margin, Tol: 1e-9, Norm: NormL2, Unique: ptr(true)},
		},
		{
			// z = (3, 4) twice: w ∝ |z|^{q−1} with q = 3/2, whatever the weights.
			name: "margin-lp", n: 2, m: 2, a: []float64{3, 4, -3, -4}, b: []float64{1, 0},
			w:    Witness{X: []float64{math.Sqrt(3), 2}, Y: []float64{0.5, 0.5}},
			cert: Certificate{Claim: Margin, Tol: 1e-9, Norm: "lp:3", Unique: ptr(true)},
		},
		{
			// The classes once more, moved by (5, 0, 0): c₀ = −5 restores the margins.
			name: "margin-classes-bias", n: 3, m: 3, a: []float64{6, 0, 0, 5, 1, 0, 5, 0, 1}, b: []float64{0, 1, 2},
			w: Witness{
				X: []float64{2.0 / 3, -1.0 / 3, -1.0 / 3, -1.0 / 3, 2.0 / 3, -1.0 / 3, -1.0 / 3, -1.0 / 3, 2.0 / 3},
				Y: []float64{0, 1, 1, 1, 0, 1, 1, 1, 0},
			},
			cert: Certificate{Claim: Margin, Tol: 1e-9, Norm: NormL2, Bias: true, Intercepts: []float64{-5, 0, 0}, Unique: ptr(true)},
		},
		{
			name: "not-separable", n: 2, m: 2, a: []float64{1, 2, 1, 2}, b: []float64{1, -1},
			w:    Witness{Y: []float64{0.5, 0.5}},
			cert: Certificate{Claim: NotSeparable, Tol: 1e-9},
		},
		{
			// 0 and 2 against 1 on a line.
			name: "not-separable-bias", n: 3, m: 1, a: []float64{0, 2, 1}, b: []float64{1, 1, 0},
			w:    Witness{Y: []float64{0.25, 0.25, 0.5}},
			cert: Certificate{Claim: NotSeparable, Tol: 1e-9, Bias: true},
		},
		{
			// z = (1,0), (−1,0), (0,1): the third can be separated (theory of the split).
			name: "split", n: 3, m: 2, a: []float64{1, 0, 1, 0, 0, 1}, b: []float64{1, -1, 1},
			w:    Witness{X: []float64{0, 1}, Y: []float64{0.5, 0.5, 0}},
			cert: Certificate{Claim: Split, Tol: 1e-9},
		},
		{
			// 0 and 2 against 1 on the line y = 1, where the intercept cancels w, and (5, 3).
			name: "split-bias", n: 4, m: 2, a: []float64{0, 1, 2, 1, 1, 1, 5, 3}, b: []float64{1, 1, 0, 1},
			w:    Witness{X: []float64{0, 0.5}, Y: []float64{0.25, 0.25, 0.5, 0}},
			cert: Certificate{Claim: Split, Tol: 1e-9, Bias: true, Intercept: ptr(-0.5)},
		},
		{
			name: "split-nothing", n: 2, m: 2, a: []float64{1, 2, 1, 2}, b: []float64{1, -1},
			w:    Witness{X: []float64{0, 0}, Y: []float64{0.5, 0.5}},
			cert: Certificate{Claim: Split, Tol: 1e-9},
		},
	}
}

func TestMarginCertificatesAreAccepted(t *testing.T) {
	for _, in := range marginInstances() {
		c := in.issue(t)
		if v := verify(t, in, c); !v.Valid {
			t.Errorf("%s: %+v", in.name, v.Failed())
		}
		v, err := VerifyExact(in.op(), in.b, c, in.w)
		if err != nil || !v.Valid {
			t.Errorf("%s: exactly: %v %+v", in.name, err, v.Failed())
		}
		sparse := linop.FromTriplets(in.n, in.m, []int{}, []int{}, []float64{})
		if in.cert.Claim == Margin {
			if v, err := Verify(sparse, in.b, c, in.w); err == nil && v.Valid {
				t.Errorf("%s: accepted for points that are all 0", in.name)
			}
		}
	}
}

// TestMarginEveryDigitCounts changes each digit of file and vectors.
func TestMarginEveryDigitCounts(t *testing.T) {
	for _, in := range marginInstances() {
		c := in.issue(t)
		text, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		for _, mutant := range digitMutations(string(text)) {
			c, err := Decode([]byte(mutant))
			if err != nil {
				continue
			}
			if v, err := Verify(in.op(), in.b, c, in.w); err == nil && v.Valid {
				t.Errorf("%s: accepted\n%s", in.name, mutant)
			}
		}
		for _, swap := range [][2]string{{`"l2"`, `"l1"`}, {`"bias": true`, `"bias": false`}, {"not-separable", "margin"}, {`"margin"`, `"not-separable"`}, {`"split"`, `"not-separable"`}, {"not-separable", "split"}} {
			mutant := strings.Replace(string(text), swap[0], swap[1], 1)
			if c, err := Decode([]byte(mutant)); mutant != string(text) && err == nil {
				if v, err := Verify(in.op(), in.b, c, in.w); err == nil && v.Valid {
					t.Errorf("%s: accepted %s for %s", in.name, swap[1], swap[0])
				}
			}
		}
		for name, vector := range map[string][]float64{"x": in.w.X, "y": in.w.Y, "b": in.b} {
			for i, old := range vector {
				for _, v := range mutations(old) {
					vector[i] = v
					if verdict, err := Verify(in.op(), in.b, c, in.w); err == nil && verdict.Valid {
						t.Errorf("%s: accepted %s[%d] = %v for %v", in.name, name, i, v, old)
					}
				}
				vector[i] = old
			}
		}
	}
}

// TestMarginForgedVectors issues and seals certificates of changed vectors. What
// is accepted has to be a separator whose margin is the largest to within tol:
// computed here from the definition, in 200 bits.
func TestMarginForgedVectors(t *testing.T) {
	for _, in := range marginInstances() {
		if in.cert.Claim != Margin || strings.HasPrefix(in.name, "margin-classes") {
			continue
		}
		best := slowMargin(in)
		accepted := 0
		for name, vector := range map[string][]float64{"x": in.w.X, "y": in.w.Y, "c": {0}} {
			for i, old := range vector {
				if name == "c" {
					if in.cert.Intercept == nil {
						continue
					}
					old = *in.cert.Intercept
				}
				for _, v := range append(mutations(old), -old-1, old+1e-6, old-1e-6, old*2) {
					if name == "c" {
						in.cert.Intercept = ptr(v)
					} else {
						vector[i] = v
					}
					c, err := Issue(in.op(), in.b, in.cert, in.w)
					if err != nil {
						continue
					}
					valid := verify(t, in, c).Valid
					exact, err := VerifyExact(in.op(), in.b, c, in.w)
					if valid && (err != nil || !exact.Valid) {
						t.Errorf("%s: %s[%d] = %v accepted, but not exactly: %+v", in.name, name, i, v, exact.Failed())
					}
					if valid {
						accepted++
						if got := slowMargin(in); got < best*(1-1e-9) {
							t.Errorf("%s: %s[%d] = %v accepted with margin %v of %v", in.name, name, i, v, got, best)
						}
					}
				}
				if name == "c" {
					in.cert.Intercept = ptr(old)
				} else {
					vector[i] = old
				}
			}
		}
		if accepted == 0 {
			t.Errorf("%s: not even a change of the last digit was accepted", in.name)
		}
	}
}

// slowMargin is min yᵢ(wᵀxᵢ+c)/‖w‖ of two classes.
func slowMargin(in instance) float64 {
	high := math.Max(in.b[0], in.b[1])
	f := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	var least *big.Float
	for i := range in.n {
		sum := f(0)
		if in.cert.Intercept != nil {
			sum = f(*in.cert.Intercept)
		}
		for j := range in.m {
			sum.Add(sum, new(big.Float).Mul(f(in.a[i*in.m+j]), f(in.w.X[j])))
		}
		if in.b[i] != high {
			sum.Neg(sum)
		}
		if least == nil || sum.Cmp(least) < 0 {
			least = sum
		}
	}
	size := f(0)
	for _, v := range in.w.X {
		a := f(math.Abs(v))
		switch in.cert.Norm {
		case NormL1:
			size.Add(size, a)
		case NormLInf:
			if a.Cmp(size) > 0 {
				size = a
			}
		case "lp:3":
			size.Add(size, new(big.Float).Mul(a, new(big.Float).Mul(a, a)))
		default:
			size.Add(size, a.Mul(a, a))
		}
	}
	if in.cert.Norm == "lp:3" { // Newton's method for the root of its double
		v, _ := size.Float64()
		root := f(math.Cbrt(v))
		for range 4 {
			square := new(big.Float).Mul(root, root)
			root.Add(new(big.Float).Mul(f(2), root), new(big.Float).Quo(size, square))
			root.Quo(root, f(3))
		}
		size = root
	}
	if in.cert.Norm == NormL2 {
		size.Sqrt(size)
	}
	v, _ := least.Quo(least, size).Float64()
	return v
}

// TestMarginForgedNumbers changes what is claimed and seals again.
func TestMarginForgedNumbers(t *testing.T) {
	for _, in := range marginInstances() {
		good := in.issue(t)
		changes := map[string]func(*Certificate){
			"objective":  func(c *Certificate) { c.Objective = c.Objective*(1-1e-9) - 1e-9 },
			"bound":      func(c *Certificate) { c.Bound = c.Bound*(1+1e-9) + 1e-9 },
			"gap":        func(c *Certificate) { c.Gap += 1e-9 },
			"residual":   func(c *Certificate) { c.Residual += 1e-9 },
			"support":    func(c *Certificate) { c.Support++ },
			"rows":       func(c *Certificate) { c.Rows++ },
			"cols":       func(c *Certificate) { c.Cols-- },
			"tol":        func(c *Certificate) { c.Tol = 1 },
			"norm":       func(c *Certificate) { c.Norm = "l3" },
			"bias":       func(c *Certificate) { c.Bias = !c.Bias; c.Norm = strings.TrimSpace(c.Norm) },
			"intercept":  func(c *Certificate) { c.Intercept = ptr(math.NaN()) },
			"geometry":   func(c *Certificate) { c.Geometry = "entropy" },
			"start":      func(c *Certificate) { c.Start = ptr("x0.npy") },
			"l1 instead": func(c *Certificate) { c.Claim = L1 },
			"no claim":   func(c *Certificate) { c.Claim = "best-separator" },
		}
		if in.cert.Claim == NotSeparable {
			changes["unique"] = func(c *Certificate) { c.Unique = ptr(true) }
			delete(changes, "tol")
			if in.name == "not-separable" { // balanced: an intercept does not help either
				delete(changes, "bias")
			}
			if in.name == "not-separable-bias" { // what no intercept separates, w alone does not
				delete(changes, "bias")
			}
		}
		for name, change := range changes {
			c := good
			change(&c)
			c = c.Sealed(in.b, in.w)
			for kind, check := range map[string]func(linop.Operator, []float64, Certificate, Witness) (Verdict, error){"Verify": Verify, "VerifyExact": VerifyExact} {
				if v, err := check(in.op(), in.b, c, in.w); err == nil && v.Valid {
					t.Errorf("%s: %s accepted with another %s", in.name, kind, name)
				}
			}
		}
	}
}
