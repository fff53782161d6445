package certify

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// The counterexample of Li, Luo and Lyu: 4×4 symmetric, X₁₃ = 1, X₁₄ = X₂₃ = R
// observed. The least trace is 4R, and y = 1 on the entries (1,4) and (2,3) proves
// it: Σ yA has the eigenvalues ±1 (the off-diagonal measurements are halves).
func counterexample(r float64) (linop.Operator, []float64, Certificate, Witness) {
	a := linop.Entries(4, 4, []int{2, 3, 2}, []int{0, 0, 1})
	b := []float64{1, r, r}
	// X = [[R,1,1,R],[1,R,R,1],[1,R,R,1],[R,1,1,R]] = (R+1)/2·pp ᵀ + (R−1)/2·qqᵀ.
	f, g := math.Sqrt((r+1)/2), math.Sqrt((r-1)/2)
	left := []float64{f, g, f, -g, f, -g, f, g}
	name := "left.npy"
	c := Certificate{Claim: TracePSD, Tol: 1e-9, Shape: [2]int{4, 4}, Left: &name}
	return a, b, c, Witness{Y: []float64{0, 2, 2}, Left: left}
}

func TestCounterexampleOfLiLuoLyuIsCertified(t *testing.T) {
	a, b, c, w := counterexample(2)
	c, err := Issue(a, b, c, w)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(c.Objective-8) > 1e-14 || math.Abs(c.Bound-8) > 1e-12 || c.Support != 2 {
		t.Errorf("trace %v, bound %v, rank %d; want 8, 8, 2", c.Objective, c.Bound, c.Support)
	}
	v, err := Verify(a, b, c, w)
	if err != nil || !v.Valid {
		t.Fatalf("verdict %v, %v", v.Failed(), err)
	}
	if v, err := VerifyExact(a, b, c, w); err != nil || !v.Valid {
		t.Errorf("exactly: %v, %v", v.Failed(), err)
	}
	// The matrix of rank 1 has the trace 2(1+R²) = 10: no y proves that.
	w.Left = []float64{1, 2, 1, 2}
	rank1, err := Issue(a, b, Certificate{Claim: TracePSD, Tol: 1e-9, Shape: [2]int{4, 4}, Left: c.Left}, w)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = Verify(a, b, rank1, w); err != nil || v.Valid {
		t.Errorf("the matrix of rank 1 passes as the least trace: %v, %v", v, err)
	}
}

// A changed digit is refused, also where digests and seal are forged.
func TestMatrixCertificateMutations(t *testing.T) {
	a, b, blank, w := counterexample(3)
	good, err := Issue(a, b, blank, w)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(c *Certificate, w *Witness){
		"left":      func(_ *Certificate, w *Witness) { w.Left[3] *= 1 + 1e-6 },
		"y":         func(_ *Certificate, w *Witness) { w.Y[0] += 1e-6 },
		"larger y":  func(_ *Certificate, w *Witness) { w.Y[1] *= 1.001 },
		"objective": func(c *Certificate, _ *Witness) { c.Objective *= 1 + 1e-9 },
		"bound":     func(c *Certificate, _ *Witness) { c.Bound *= 1 + 1e-9 },
		"rank":      func(c *Certificate, _ *Witness) { c.Support = 1 },
		"x":         func(_ *Certificate, w *Witness) { w.X = make([]float64, 16) },
		"claim":     func(c *Certificate, _ *Witness) { c.Claim = InfeasiblePSD },
		"unique":    func(c *Certificate, _ *Witness) { yes := true; c.Unique = &yes },
		"not unique": func(c *Certificate, w *Witness) {
			no, name := false, "other.npy"
			c.Unique, c.Other, w.Other = &no, &name, w.Left // X itself is no second one
		},
		"sigma":    func(c *Certificate, _ *Witness) { s := 1.0; c.Sigma = &s },
		"y is NaN": func(_ *Certificate, w *Witness) { w.Y[0] = math.NaN() },
	} {
		c, m := good, Witness{Y: slices.Clone(w.Y), Left: slices.Clone(w.Left)}
		change(&c, &m)
		v, err := Verify(a, b, c.Sealed(b, m), m)
		if err == nil && v.Valid {
			t.Errorf("%s: a forged certificate is accepted", name)
		}
		v, err = VerifyExact(a, b, c.Sealed(b, m), m)
		if err == nil && v.Valid {
			t.Errorf("%s: a forged certificate is accepted in exact arithmetic", name)
		}
	}
	// Without the forger's work the digests tell.
	m := Witness{Y: slices.Clone(w.Y), Left: slices.Clone(w.Left)}
	m.Left[0] = math.Nextafter(m.Left[0], 9)
	if v, err := Verify(a, b, good, m); err != nil || v.Valid {
		t.Errorf("a changed last digit is accepted: %v", err)
	}
}

func TestMatrixShapesAreErrors(t *testing.T) {
	a, b, c, w := counterexample(2)
	for name, change := range map[string]func(c *Certificate, w *Witness){
		"shape":  func(c *Certificate, _ *Witness) { c.Shape = [2]int{2, 4} },
		"square": func(c *Certificate, _ *Witness) { c.Shape = [2]int{2, 8} },
		"y":      func(_ *Certificate, w *Witness) { w.Y = w.Y[:2] },
		"left":   func(_ *Certificate, w *Witness) { w.Left = w.Left[:7] },
		"x":      func(_ *Certificate, w *Witness) { w.X = make([]float64, 3) },
	} {
		c, w := c, w
		change(&c, &w)
		if _, err := Verify(a, b, c, w); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// X ⪰ 0 with X₁₁ = X₂₂ = 1 and X₁₂ = 2 does not exist: y = (1, 1, −2)·(−1) gives
// Σ yA = −(e₁−e₂)(e₁−e₂)ᵀ ⪯ 0 and bᵀy = 2 > 0.
func TestInfeasiblePSD(t *testing.T) {
	a := linop.Entries(2, 2, []int{0, 1, 1}, []int{0, 1, 0})
	b := []float64{1, 1, 2}
	w := Witness{Y: []float64{-1, -1, 2}}
	c, err := Issue(a, b, Certificate{Claim: InfeasiblePSD, Tol: 1e-9, Shape: [2]int{2, 2}}, w)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(a, b, c, w); err != nil || !v.Valid {
		t.Errorf("refused: %v, %v", v.Failed(), err)
	}
	if v, err := VerifyExact(a, b, c, w); err != nil || !v.Valid {
		t.Errorf("refused exactly: %v, %v", v.Failed(), err)
	}
	b = []float64{1, 1, 0.5} // this one exists
	if c, err = Issue(a, b, c, w); err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(a, b, c, w); err != nil || v.Valid {
		t.Errorf("a feasible problem is denied: %v", err)
	}
}

// Where Σ y_kA_k = 0 no eigenvalue has to be looked for: A_k = 0 and b_k ≠ 0 is denied.
func TestInfeasiblePSDOfNothing(t *testing.T) {
	a := linop.NewDense(2, 1, []float64{0, 0})
	b := []float64{1, -1}
	w := Witness{Y: []float64{1, -1}}
	c, err := Issue(a, b, Certificate{Claim: InfeasiblePSD, Tol: 1e-9, Shape: [2]int{1, 1}}, w)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(a, b, c, w); err != nil || !v.Valid {
		t.Errorf("refused: %v, %v", v.Failed(), err)
	}
}

// spectrum returns a p×q matrix with known singular values on dense entries, as
// the sparse form, by plane rotations of diag(s).
func spectrum(rng *rand.Rand, p, q int, s []float64, symmetric bool) sparse {
	a := make([]float64, p*q)
	for i, v := range s {
		a[i*q+i] = v
	}
	rotate := func(i, k int, c, t float64, rows bool) {
		if rows {
			for j := range q {
				x, y := a[i*q+j], a[k*q+j]
				a[i*q+j], a[k*q+j] = c*x-t*y, t*x+c*y
			}
			return
		}
		for j := range p {
			x, y := a[j*q+i], a[j*q+k]
			a[j*q+i], a[j*q+k] = c*x-t*y, t*x+c*y
		}
	}
	for range 6 * max(p, q) {
		t, c := math.Sincos(rng.Float64())
		i := rng.IntN(p)
		k := (i + 1 + rng.IntN(p-1)) % p
		rotate(i, k, c, t, true)
		if symmetric {
			rotate(i, k, c, t, false)
			continue
		}
		i = rng.IntN(q)
		rotate(i, (i+1+rng.IntN(q-1))%q, c, t, false)
	}
	b := newBuilder(p, q, symmetric)
	for i := range p {
		for j := range q {
			b.add(i, j, a[i*q+j], 1)
		}
	}
	return b.finish(2)
}

// Both ways to bound ‖M‖ are upper bounds and close to the truth.
func TestNormBoundsEncloseTheTruth(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, top := range []float64{0.3, 1 - 1e-6, 1, 1.5} {
		s := make([]float64, 30)
		for i := range s {
			s[i] = top * math.Pow(0.9, float64(i))
		}
		for _, psd := range []bool{false, true} {
			p := 40
			if psd {
				p = 30
				s[29] = -3 // of no concern
			}
			q := &matrixProblem{p: p, q: 30, psd: psd, m: spectrum(rng, p, 30, s, psd)}
			if got, ok := q.outside(1); !ok || got < top || got > max(1, top*1.2) {
				t.Errorf("psd %v: ‖M‖ = %v is bounded by %v", psd, top, got)
			}
			f := q.filter()
			for _, level := range []float64{0.25, 0.9, 0.99, 1.4, 2} {
				if got := f.below(level); got && level <= top || !got && level > 1.2*top {
					t.Errorf("psd %v: ‖M‖ = %v: the filter says below %v: %v", psd, top, level, got)
				}
				q.failure, q.low, q.test = 1e-12, nil, nil
				if s := q.sampled("test"); s.below(level) != (s.proven && level >= s.level) || s.proven && s.level <= top || !s.proven && top < 0.99 {
					t.Errorf("psd %v: ‖M‖ = %v: random vectors prove %v below %v", psd, top, s.proven, s.level)
				}
				q.failure = 0
				if got := q.cholesky().below(level); got != (level > top) {
					t.Errorf("psd %v: ‖M‖ = %v: the pivots say below %v: %v", psd, top, level, got)
				}
			}
		}
	}
}

// The deflated matrix is that of the explicit projections.
func TestPartsAgreeWithExplicitProjections(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	p, q, r := 9, 7, 2
	build := newBuilder(p, q, false)
	for i := range p {
		for j := range q {
			build.add(i, j, rng.NormFloat64()/5, 1)
		}
	}
	m := &matrixProblem{p: p, q: q, r: r, m: build.finish(1), l: make([]float64, p*r), rt: make([]float64, q*r)}
	for _, v := range [][]float64{m.l, m.rt} {
		for i := range v {
			v[i] = rng.NormFloat64()
		}
	}
	s := m.split()
	w := m.m.dense()
	project := func(a []float64, n, k int, u []float64, at func(i, j int) int) {
		for j := range k {
			for c := range r {
				var f float64
				for i := range n {
					f += u[i*r+c] * a[at(i, j)]
				}
				for i := range n {
					a[at(i, j)] -= f * u[i*r+c]
				}
			}
		}
	}
	project(w, p, q, s.u, func(i, j int) int { return i*q + j })
	project(w, q, p, s.v, func(j, i int) int { return i*q + j })
	got := m.cholesky().gram
	for i := range q {
		for j := range i + 1 {
			var want float64
			for k := range p {
				want += w[k*q+i] * w[k*q+j]
			}
			if math.Abs(got[i*q+j]-want) > 1e-14 {
				t.Fatalf("WᵀW[%d,%d] = %v, want %v", i, j, got[i*q+j], want)
			}
		}
	}
}
