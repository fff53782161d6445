package certify

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

var update = flag.Bool("update", false, "write testdata/certificates anew")

const kitDir = "testdata/certificates"

// kitCase is one file of the published kit, see its README.
type kitCase struct {
	About       string          `json:"about"`
	Valid       bool            `json:"valid"`
	A           [][]float64     `json:"A"`
	B           []float64       `json:"b"`
	X           []float64       `json:"x"`
	Y           []float64       `json:"y"`
	Weights     []float64       `json:"weights"`
	Start       []float64       `json:"start"`
	Matrix      []float64       `json:"matrix,omitempty"`
	Other       []float64       `json:"other,omitempty"`
	Certificate json.RawMessage `json:"certificate"`
}

// TestKit judges every file of the kit in both arithmetics.
func TestKit(t *testing.T) {
	if *update {
		writeKit(t)
	}
	files, err := filepath.Glob(filepath.Join(kitDir, "*.json"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files in %s: %v", len(files), kitDir, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var k kitCase
		if err := json.Unmarshal(text, &k); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		c, err := Decode(k.Certificate)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		a := linop.NewDense(len(k.A), len(k.A[0]), slices.Concat(k.A...))
		w := Witness{X: k.X, Y: k.Y, Weights: k.Weights, Start: k.Start, Matrix: k.Matrix, Other: k.Other}
		for name, verify := range map[string]func(linop.Operator, []float64, Certificate, Witness) (Verdict, error){"Verify": Verify, "VerifyExact": VerifyExact} {
			v, err := verify(a, k.B, c, w)
			if err != nil {
				t.Errorf("%s: %s: %v", file, name, err)
			}
			if v.Valid != k.Valid {
				t.Errorf("%s (%s): %s says valid = %v: %+v", file, k.About, name, v.Valid, v.Failed())
			}
			if _, err := json.Marshal(v); err != nil {
				t.Errorf("%s: verdict is no JSON: %v", file, err)
			}
		}
		if strings.HasPrefix(filepath.Base(file), "good-") != k.Valid {
			t.Errorf("%s: named against its verdict", file)
		}
	}
}

// forgery is a bad certificate made from a good instance. The witness is
// changed before the certificate is issued, the certificate after it; both are
// sealed again unless raw is set.
type forgery struct {
	of, name, about string
	witness         func(*Witness)
	cert            func(*Certificate)
	raw             bool
}

// notUnique claims what the witness does not show.
func notUnique(c *Certificate) {
	c.Unique = ptr(false)
	if c.Other == nil {
		c.Other = ptr("other.npy")
	}
}

func forgeries() []forgery {
	return []forgery{
		{of: "nearest-burg", name: "other-start", about: "x is the projection of another start", witness: func(w *Witness) { w.Start[1] *= 1.01 }},
		{of: "nearest-burg", name: "off-the-chart", about: "x satisfies Ax = b but is not the projection", witness: func(w *Witness) {
			for j, h := range []float64{3, -1.5, -1.5, 0} { // Ah = 0
				w.X[j] += 1e-3 * h
			}
		}},
		{of: "nearest-fermi-dirac-relative", name: "other-box", about: "x is the projection for another box", cert: func(c *Certificate) { c.Geometry = "fermi-dirac:0.7,1.6" }},
		{of: "nearest-mahalanobis-matrix", name: "other-matrix", about: "x is the projection for another K", witness: func(w *Witness) { w.Matrix[0] *= 1.01 }},
		{of: "nearest-power-diff-4", name: "other-scale", about: "x is the projection at another scale of the geometry", cert: func(c *Certificate) { c.LogAlpha = ptr(-2.01) }},
		{of: "matrix-von-neumann", name: "other-start", about: "X is the projection of another start", witness: func(w *Witness) { w.Start[0] *= 1.01 }},
		{of: "matrix-von-neumann", name: "off-the-chart", about: "X satisfies the constraints but is not the projection", witness: func(w *Witness) { w.X[0], w.X[3] = w.X[0]+1e-3, w.X[3]-1e-3 }},
		{of: "matrix-von-neumann", name: "other-geometry", about: "X is the projection in another geometry", cert: func(c *Certificate) { c.Geometry = "logdet" }},
		{of: "matrix-hypentropy", name: "other-scale", about: "X is the projection at another scale", cert: func(c *Certificate) { c.Geometry = "spectral-hypentropy:1.1e-3" }},
		{of: "matrix-schatten", name: "other-exponent", about: "X is the projection for another exponent", cert: func(c *Certificate) { c.Geometry = "schatten:1.51" }},
		{of: "infeasible-box", name: "wider-box", about: "a wider box has solutions", cert: func(c *Certificate) { c.Geometry = "fermi-dirac:0,1.2" }},
		{of: "infeasible-interior", name: "wrong-sign", about: "y forces nothing", witness: func(w *Witness) { w.Y[0], w.Y[1] = 1, -1 }},
		{of: "infeasible-interior", name: "unequal", about: "Aᵀy has both signs", witness: func(w *Witness) { w.Y[1] = 1.001 }},
		{of: "l1-denoise", name: "less-noise", about: "x is farther than sigma from b", cert: func(c *Certificate) { c.Sigma = ptr(0.499999) }},
		{of: "l1-denoise", name: "more-noise", about: "with more noise there are smaller solutions", cert: func(c *Certificate) { c.Sigma = ptr(0.500001) }},
		{of: "inconsistent-denoise", name: "more-noise", about: "the range of A comes within sigma of b", cert: func(c *Certificate) { c.Sigma = ptr(1.42) }},
		{of: "l1", name: "residual", about: "x does not satisfy Ax = b", witness: func(w *Witness) { w.X[2] += 1e-6 }},
		{of: "l1", name: "suboptimal", about: "x satisfies Ax = b but is not optimal, and says so", witness: func(w *Witness) {
			// x + t·h with Ah = 0, h = (1, −1, −5/7, 40/49), t = 1/8.
			for j, h := range []float64{1, -1, -5.0 / 7, 40.0 / 49} {
				w.X[j] += h / 8
			}
		}},
		{of: "l1", name: "dual-infeasible", about: "Aᵀy leaves the box by 1e-6", witness: func(w *Witness) { w.Y[0] *= 1 + 1e-6 }},
		{of: "l1", name: "bound-too-high", about: "the bound is above what y proves", cert: func(c *Certificate) { c.Bound *= 1 + 1e-10 }},
		{of: "l1", name: "objective", about: "the objective is not Σ|xᵢ|", cert: func(c *Certificate) { c.Objective *= 1 - 1e-10 }},
		{of: "l1", name: "residual-understated", about: "the residual is claimed to be larger than it is", cert: func(c *Certificate) { c.Residual = 1e-10 }},
		{of: "l1", name: "gap-above-tol", about: "the claimed gap exceeds the tolerance", cert: func(c *Certificate) { c.Gap = 2e-9 }},
		{of: "l1", name: "support", about: "x has two nonzero entries, not one", cert: func(c *Certificate) { c.Support = 1 }},
		{of: "l1", name: "shape", about: "A has four columns, not five", cert: func(c *Certificate) { c.Cols = 5 }},
		{of: "l1", name: "tolerance", about: "a tolerance of 1 proves nothing", cert: func(c *Certificate) { c.Tol = 1 }},
		{of: "l1", name: "not-unique", about: "the minimiser is unique, and y proves it", cert: func(c *Certificate) { c.Unique = ptr(false) }},
		{of: "l1", name: "digit-in-gap", about: "one digit changed, seal left", raw: true, cert: func(c *Certificate) { c.Gap += 1e-17 }},
		{of: "l1", name: "digit-in-tol", about: "one digit changed, seal left", raw: true, cert: func(c *Certificate) { c.Tol = 2e-9 }},
		{of: "l1", name: "digest-of-x", about: "x is not the vector that was sealed", raw: true, cert: func(c *Certificate) {
			c.SHA256.X = Digest([]float64{0, 0, 1, 0})
			c.Seal = c.seal()
		}},
		{of: "l1-nonneg", name: "unique-with-ties", about: "every feasible point is optimal", cert: func(c *Certificate) { c.Unique = ptr(true) }},
		{of: "l1-nonneg", name: "second-missing", about: "not unique, but no second minimiser is given", witness: func(w *Witness) { w.Other = nil }, cert: func(c *Certificate) { c.Unique = ptr(false) }},
		{of: "l1-nonneg", name: "second-negative", about: "the second minimiser has a negative entry", witness: func(w *Witness) { w.Other = []float64{0, 2.5, -1, 0.5} }, cert: notUnique},
		{of: "l1-nonneg", name: "second-elsewhere", about: "the second minimiser does not satisfy Ax = b", witness: func(w *Witness) { w.Other[0] += 1e-6 }, cert: notUnique},
		{of: "l1-ties", name: "second-is-x", about: "the second minimiser is x", witness: func(w *Witness) { copy(w.Other, w.X) }, cert: notUnique},
		{of: "l1-ties", name: "second-is-near", about: "the second minimiser is x to the tolerance", witness: func(w *Witness) { w.Other = []float64{0.5 + 1e-7, -0.5 + 1e-7, 0} }, cert: notUnique},
		{of: "l1-ties", name: "second-is-longer", about: "the second point satisfies Ax = b but is not optimal", witness: func(w *Witness) { w.Other = []float64{0.5, 0, 1} }, cert: notUnique},
		{of: "l1-ties", name: "second-unused", about: "nothing is said about uniqueness that a second minimiser would show", cert: func(c *Certificate) { c.Unique = nil }},
		{of: "l1", name: "second-of-unique", about: "the minimiser is unique: there is no second one", witness: func(w *Witness) { w.Other = []float64{0, 0, 1.4, 0} }, cert: notUnique},
		{of: "l1-nonneg-unique", name: "negative-entry", about: "x has a negative entry", witness: func(w *Witness) { w.X[0], w.X[1] = -1e-12, 0.75+0.25e-12 }},
		{of: "min-norm", name: "longer-solution", about: "x satisfies Ax = b but a shorter one does too", witness: func(w *Witness) { w.X[0], w.X[1] = w.X[0]+0.02, w.X[1]-0.01 }},
		{of: "min-norm-start", name: "other-start", about: "x is nearest to another x₀", witness: func(w *Witness) { w.Start[2] = 1 }},
		{of: "bregman-entropy", name: "other-alpha", about: "x belongs to another α", cert: func(c *Certificate) { c.LogAlpha = ptr(*c.LogAlpha + 1e-3) }},
		{of: "bregman-entropy", name: "other-point", about: "x satisfies Ax = b but is not the projection", witness: func(w *Witness) { w.X[0], w.X[1] = w.X[0]+0.02, w.X[1]-0.01 }},
		{of: "bregman-hypentropy", name: "other-geometry", about: "x is not the projection in the entropy", cert: func(c *Certificate) { c.Geometry = Entropy }},
		{of: "inconsistent", name: "consistent", about: "b lies in the range of A: y does not separate it", witness: func(w *Witness) { w.Y[0], w.Y[1] = 2, -1 }},
		{of: "inconsistent", name: "aTy", about: "Aᵀy is not 0", witness: func(w *Witness) { w.Y[1] = 1.001 }},
		{of: "infeasible-nonneg", name: "sign", about: "Aᵀy ≤ 0 fails in one column", witness: func(w *Witness) { w.Y[1] = 0.5 }},
		{of: "margin", name: "turned", about: "w separates, but another w by a larger margin", witness: func(w *Witness) { w.X[0] += 0.01 }},
		{of: "margin", name: "misses-a-point", about: "a point is on the wrong side", witness: func(w *Witness) { w.X[1] = -0.1 }},
		{of: "margin", name: "negative-weight", about: "p has a negative entry", witness: func(w *Witness) { w.Y[2] = -1e-3 }},
		{of: "margin", name: "other-norm", about: "w is not the separator in this norm", cert: func(c *Certificate) { c.Norm = NormL1 }},
		{of: "margin", name: "with-intercept", about: "p does not weigh both classes", cert: func(c *Certificate) { c.Bias, c.Intercept = true, ptr(0.0) }},
		{of: "margin-bias", name: "penalised", about: "the separator of a penalised intercept", witness: func(w *Witness) { w.X[0], w.X[1] = 1.0/3, 5.0/3 }, cert: func(c *Certificate) { c.Intercept = ptr(-4.0 / 3) }},
		{of: "margin-bias", name: "other-intercept", about: "the intercept is nearer to one class", cert: func(c *Certificate) { c.Intercept = ptr(-1.99) }},
		{of: "margin-classes", name: "other-weights", about: "p proves a weaker bound", witness: func(w *Witness) { w.Y[1] = 0.5 }},
		{of: "margin-lp", name: "other-power", about: "w is the separator of another exponent", cert: func(c *Certificate) { c.Norm = "lp:3.01" }},
		{of: "margin-lp", name: "no-power", about: "no norm has this exponent", cert: func(c *Certificate) { c.Norm = "lp:1" }, raw: true},
		{of: "margin-classes-bias", name: "unbalanced", about: "the weights of a class do not cancel: a shift of its intercept is free", witness: func(w *Witness) { w.Y[1] = 1.01 }},
		{of: "margin-classes-bias", name: "other-intercept", about: "an intercept is nearer to one class", cert: func(c *Certificate) { c.Intercepts = []float64{-5, 0, 0.01} }},
		{of: "margin-classes-bias", name: "no-intercepts", about: "the intercepts are left out", cert: func(c *Certificate) { c.Bias, c.Intercepts = false, nil }},
		{of: "not-separable", name: "separable", about: "the weights do not combine the points to 0", witness: func(w *Witness) { w.Y[0] = 0.6 }},
		{of: "not-separable-bias", name: "without-balance", about: "the mean of one class is not that of the other", witness: func(w *Witness) { w.Y[0] = 0.3 }},
		{of: "split", name: "core-short", about: "a point of the core is left out, and w does not separate it", witness: func(w *Witness) { w.Y[1] = 0 }},
		{of: "split", name: "off-the-boundary", about: "w puts the core on a side", witness: func(w *Witness) { w.X[0] = 1e-6 }},
		{of: "split-bias", name: "other-intercept", about: "the core is not on the boundary", cert: func(c *Certificate) { c.Intercept = ptr(-0.4) }},
		{of: "infeasible-nonneg", name: "any-sign", about: "with entries of any sign there is a solution", cert: func(c *Certificate) { c.Claim = Inconsistent }},
	}
}

func writeKit(t *testing.T) {
	t.Helper()
	if err := os.MkdirAll(kitDir, 0o755); err != nil {
		t.Fatal(err)
	}
	byName := func(name string) instance {
		all := slices.Concat(instances(), marginInstances())
		i := slices.IndexFunc(all, func(in instance) bool { return in.name == name })
		return all[i]
	}
	for _, in := range slices.Concat(instances(), marginInstances()) {
		writeCase(t, "good-"+in.name, "a good certificate", true, in, in.issue(t))
	}
	for _, f := range forgeries() {
		in := byName(f.of)
		if f.witness != nil {
			f.witness(&in.w)
		}
		c := in.issue(t)
		if f.cert != nil {
			f.cert(&c)
		}
		if !f.raw {
			c = c.Sealed(in.b, in.w)
		}
		writeCase(t, "bad-"+f.of+"-"+f.name, f.about, false, in, c)
	}
}

func writeCase(t *testing.T, name, about string, valid bool, in instance, c Certificate) {
	t.Helper()
	cert, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	k := kitCase{About: about, Valid: valid, B: in.b, X: in.w.X, Y: in.w.Y, Weights: in.w.Weights, Start: in.w.Start, Matrix: in.w.Matrix, Other: in.w.Other, Certificate: cert}
	for i := range in.n {
		k.A = append(k.A, in.a[i*in.m:(i+1)*in.m])
	}
	text, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(bytes.TrimSpace(text), '\n')
	if err := os.WriteFile(filepath.Join(kitDir, name+".json"), text, 0o644); err != nil {
		t.Fatal(err)
	}
}
