package certify

import (
	"math"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// The eigenvalues of the answers below at y = 0.2.
var (
	neumannValues = [2]float64{math.Exp(0.6), math.Exp(-0.2)}
	logdetValues  = [2]float64{1 / (1 - 0.6), 1 / (1 + 0.2)}
)

// spectralInstances are claims about matrices from closed forms.
func spectralInstances() []instance {
	// The 2×2 X nearest to I with ⟨A, X⟩ = b, A = [[1, 2], [2, 1]] with the eigenvectors
	// (1, ±1): X = exp(yA) of von Neumann's entropy, (I − yA)⁻¹ of −ln det.
	a := []float64{1, 2, 2, 1}
	matrix := func(v [2]float64) (x []float64, b float64) {
		s, d := (v[0]+v[1])/2, (v[0]-v[1])/2
		return []float64{s, d, d, s}, 2*s + 4*d
	}
	neumann, bn := matrix(neumannValues)
	logdet, bl := matrix(logdetValues)
	// The 1×2 X with 3X₁ + 4X₂ = 10 nearest to 0 by its singular value: X = β sinh(5y)(3, 4)/5.
	beta := 1e-3
	x := []float64{1.2, 1.6}
	return []instance{
		{
			name: "matrix-von-neumann", n: 1, m: 4, a: a, b: []float64{bn},
			w:    Witness{X: neumann, Y: []float64{0.2}, Start: []float64{1, 0, 0, 1}},
			cert: Certificate{Claim: MatrixBregman, Tol: 1e-9, Unique: ptr(true), Geometry: "von-neumann", Shape: [2]int{2, 2}, Symmetric: true, Start: ptr("x0.npy")},
		},
		{
			name: "matrix-logdet", n: 1, m: 4, a: a, b: []float64{bl},
			w:    Witness{X: logdet, Y: []float64{0.2}, Start: []float64{1, 0, 0, 1}},
			cert: Certificate{Claim: MatrixBregman, Tol: 1e-9, Unique: ptr(true), Geometry: "logdet", Shape: [2]int{2, 2}, Symmetric: true, Start: ptr("x0.npy")},
		},
		{
			name: "matrix-hypentropy", n: 1, m: 2, a: []float64{3, 4}, b: []float64{10},
			w:    Witness{X: x, Y: []float64{math.Asinh(2/beta) / 5}, Start: []float64{0, 0}},
			cert: Certificate{Claim: MatrixBregman, Tol: 1e-9, Unique: ptr(true), Geometry: "spectral-hypentropy:1e-3", Shape: [2]int{1, 2}, Start: ptr("x0.npy")},
		},
		{
			name: "matrix-schatten", n: 1, m: 2, a: []float64{3, 4}, b: []float64{10},
			// σ = y·5 for the exponent 2, and √ for 1.5: φ′ = √σ.
			w:    Witness{X: x, Y: []float64{math.Sqrt2 / 5}, Start: []float64{0, 0}},
			cert: Certificate{Claim: MatrixBregman, Tol: 1e-9, Unique: ptr(true), Geometry: "schatten:1.5", Shape: [2]int{1, 2}, Start: ptr("x0.npy")},
		},
	}
}

// The divergences of the certificates are those of the closed forms.
func TestSpectralClaimsByClosedForm(t *testing.T) {
	want := map[string]float64{}
	for i := range 2 {
		v, w := neumannValues[i], logdetValues[i]
		want["matrix-von-neumann"] += v*math.Log(v) - v + 1
		want["matrix-logdet"] += w - math.Log(w) - 1
	}
	want["matrix-hypentropy"] = 2*math.Asinh(2e3) - math.Hypot(2, 1e-3) + 1e-3
	want["matrix-schatten"] = math.Pow(2, 1.5) / 1.5
	for _, in := range spectralInstances() {
		c := in.issue(t)
		if math.Abs(c.Objective-want[in.name]) > 1e-13*want[in.name] {
			t.Errorf("%s: D = %v, want %v", in.name, c.Objective, want[in.name])
		}
		if !(math.Abs(c.Gap) < 1e-12) || !(c.Residual < 1e-14) {
			t.Errorf("%s: gap %v, residual %v", in.name, c.Gap, c.Residual)
		}
	}
}

// What a decomposition misses is bounded by what it says.
func TestEigensystemBoundsItsError(t *testing.T) {
	a := []float64{2, 1, 0, 1, 2, 1, 0, 1, 2}
	s := eigensystemOf(a, 3)
	if !(s.err < 1e-13 && s.off < 1e-13) {
		t.Fatalf("err %v, off %v", s.err, s.off)
	}
	s.v[0] += 1e-6
	identity, ones := []float64{1, 0, 0, 0, 1, 0, 0, 0, 1}, []float64{1, 1, 1}
	if off := s.misses(identity, ones); off < 0.5e-6 {
		t.Errorf("a vector that is wrong by 1e-6 has a defect of %v", off)
	}
	s.v[0] -= 1e-6
	s.w[2] += 1e-6
	if e := s.misses(a, s.w); math.Abs(e-1e-6) > 1e-9 {
		t.Errorf("an eigenvalue that is wrong by 1e-6 makes an error of %v", e)
	}
}

// A matrix with eigenvalues at rounding level of the boundary is still judged, by the
// difference of values: φ of von Neumann is finite there.
func TestSpectralClaimAtTheBoundary(t *testing.T) {
	// X₁₁ = 1 and X₂₂ = 1e-30 from I: X = diag(1, 1e-30), y = (0, ln 1e-30).
	x, y := []float64{1, 0, 0, 1e-30}, []float64{0, math.Log(1e-30)}
	a := linop.Entries(2, 2, []int{0, 1}, []int{0, 1})
	b := []float64{1, 1e-30}
	c := Certificate{Claim: MatrixBregman, Tol: 1e-9, Geometry: "von-neumann", Shape: [2]int{2, 2}, Symmetric: true, Start: ptr("x0.npy")}
	w := Witness{X: x, Y: y, Start: []float64{1, 0, 0, 1}}
	issued, err := Issue(a, b, c, w)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(a, b, issued, w); err != nil || !v.Valid {
		t.Errorf("%v: %+v", err, v.Failed())
	}
	// The same X is not the nearest from elsewhere.
	w.Start = []float64{1.01, 0, 0, 1}
	if issued, err = Issue(a, b, c, w); err == nil {
		if v, _ := Verify(a, b, issued, w); v.Valid {
			t.Error("a projection from another start passes")
		}
	}
}

// A matrix outside of the domain, or that is not symmetric, is no answer, whatever
// seal it carries.
func TestSpectralClaimsOutsideOfTheDomain(t *testing.T) {
	for _, in := range spectralInstances()[:2] {
		c := in.issue(t)
		for name, x := range map[string][]float64{
			"indefinite": {0.1, in.w.X[1], in.w.X[2], 0.1}, "not symmetric": {in.w.X[0], in.w.X[1], in.w.X[2] * (1 + 1e-15), in.w.X[3]},
		} {
			w := in.w
			w.X = x
			if v, err := Verify(in.op(), in.b, c.Sealed(in.b, w), w); err == nil && v.Valid {
				t.Errorf("%s: %s passes", in.name, name)
			}
		}
		for name, change := range map[string]func(*Certificate){
			"symmetric denied": func(c *Certificate) { c.Symmetric = false }, "shape": func(c *Certificate) { c.Shape = [2]int{1, 4} },
			"geometry of vectors": func(c *Certificate) { c.Geometry = "entropy" }, "no start": func(c *Certificate) { c.Start = nil },
		} {
			d := c
			change(&d)
			if v, err := Verify(in.op(), in.b, d.Sealed(in.b, in.w), in.w); err == nil && v.Valid {
				t.Errorf("%s: %s passes", in.name, name)
			}
		}
	}
}
