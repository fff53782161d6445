package certify

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/linop"
)

// diagonal is the amplifier of diag(d), exact up to the last digit.
func diagonal(d []float64, g float64) amplifier {
	return amplifier{dim: len(d), room: len(d), g: g, eps: 8 * unit, work: func() func(x, y, z []float64) {
		return func(x, y, z []float64) {
			for i, v := range d {
				z[i] = 2*v*x[i] - y[i]
			}
		}
	}}
}

func seedOf(n int) func(draw int) [32]byte {
	return func(draw int) (s [32]byte) {
		binary.LittleEndian.PutUint64(s[:], uint64(n))
		binary.LittleEndian.PutUint64(s[8:], uint64(draw))
		return s
	}
}

// Where there is an eigenvalue beyond g the proof succeeds by mistake as often as it
// is allowed to, and hardly more rarely: the bound is not a coarse one. Where there
// is none it always succeeds.
func TestRandomVectorsMisleadAsOftenAsStated(t *testing.T) {
	spectrum := make([]float64, 300)
	for i := range spectrum {
		spectrum[i] = math.Cos(float64(i))
	}
	const g = 1.2
	for name, beyond := range map[string]float64{"at g": g, "far beyond g": 3, "a multiple one": g} {
		d := append([]float64(nil), spectrum...)
		d[17] = beyond
		if name == "a multiple one" {
			d[18], d[200] = beyond, beyond
		}
		wrong := 0
		const tries, allowed = 4000, 0.1
		for k := range tries {
			if _, ok := diagonal(d, g).excluded("", allowed, seedOf(k)); ok {
				wrong++
			}
		}
		rate := float64(wrong) / tries
		if rate > allowed+3*math.Sqrt(allowed/tries) || name == "at g" && rate < allowed/3 {
			t.Errorf("%s: wrong proofs in %v of the tries, %v are allowed", name, rate, allowed)
		}
	}
	for k := range 50 {
		if c, ok := diagonal(spectrum, g).excluded("", 1e-13, seedOf(k)); !ok {
			t.Errorf("no proof where there is nothing beyond g: %+v", c)
		}
	}
}

// A larger claimed rounding error is a weaker proof, and one that promises nothing is
// not begun.
func TestRandomProofsPayForRounding(t *testing.T) {
	a := diagonal(make([]float64, 50), 1.5)
	last := 0.0
	for _, eps := range []float64{0, 1e-12, 1e-9, 1e-6} {
		a.eps = eps
		v := a.component(20, seedOf(1)(0))
		if !(v > last) {
			t.Errorf("ε = %g: bound %g, not above %g", eps, v, last)
		}
		last = v
	}
	a.eps = 1
	if _, _, ok := a.plan(1e-12); ok {
		t.Error("a proof with errors of the size of its numbers is planned")
	}
	a.eps, a.g = 0, 1+1e-12
	if _, _, ok := a.plan(1e-12); ok {
		t.Error("a proof of a million products is planned")
	}
}

func TestTridiagonalEnds(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	for n := 1; n < 12; n++ {
		s := mat.NewSymDense(n, nil)
		alpha, beta := make([]float64, n), make([]float64, n-1)
		for i := range n {
			alpha[i] = rng.NormFloat64()
			s.SetSym(i, i, alpha[i])
			if i > 0 {
				beta[i-1] = math.Abs(rng.NormFloat64())
				s.SetSym(i, i-1, beta[i-1])
			}
		}
		var e mat.EigenSym
		e.Factorize(s, false)
		w := e.Values(nil)
		if low, high := tridiagonalEnds(alpha, beta); math.Abs(low-w[0]) > 1e-12 || math.Abs(high-w[n-1]) > 1e-12 {
			t.Errorf("order %d: %v, %v; want %v, %v", n, low, high, w[0], w[n-1])
		}
	}
}

// tangentCase is a matrix problem of one kind with random factors.
func tangentCase(t *testing.T, kind string, p, q, r int, share float64) *matrixProblem {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(p), uint64(len(kind))))
	var rows, cols []int
	for i := range p {
		for j := range q {
			if rng.Float64() < share {
				rows, cols = append(rows, i), append(cols, j)
			}
		}
	}
	var a linop.Operator = linop.Entries(p, q, rows, cols)
	if n := len(rows); kind == "lines" || kind == "sparse" || kind == "psd lines" {
		data := make([]float64, n*p*q)
		for k := range n {
			data[k*p*q+rows[k]*q+cols[k]] = 1 + rng.Float64()
			data[k*p*q+rng.IntN(p*q)] = rng.NormFloat64()
		}
		if kind == "sparse" {
			a = sparseRows(n, p*q, data)
		} else {
			a = linop.NewDense(n, p*q, data)
		}
	}
	w := Witness{Y: make([]float64, len(rows)), Left: make([]float64, p*r)}
	c := Certificate{Claim: Nuclear, Shape: [2]int{p, q}, Failure: 1e-12}
	for i := range w.Left {
		w.Left[i] = rng.NormFloat64()
	}
	if kind == "psd" || kind == "psd lines" {
		c.Claim = TracePSD
	} else {
		w.Right = make([]float64, q*r)
		for i := range w.Right {
			w.Right[i] = rng.NormFloat64()
		}
	}
	m, err := newMatrixProblem(a, make([]float64, len(rows)), c, w)
	if err != nil {
		t.Fatal(err)
	}
	if !m.multiply() {
		t.Fatal("finite entries are refused")
	}
	return m
}

// sparseRows is a matrix of which the rows are read entry by entry.
func sparseRows(n, m int, data []float64) linop.Operator {
	var rows, cols []int
	var val []float64
	for k := range n {
		for j, v := range data[k*m : (k+1)*m] {
			if v != 0 {
				rows, cols, val = append(rows, k), append(cols, j), append(val, v)
			}
		}
	}
	return linop.FromTriplets(n, m, rows, cols, val)
}

// twin writes 𝒜 on the tangent space out, in an orthonormal basis of the coordinates,
// and returns its least singular value and its norm.
func twin(q *matrixProblem) (least, norm float64) {
	s, n := q.split(), len(q.b)
	dim := q.tangent().dim()
	j := mat.NewDense(n, dim, nil) // in all coordinates
	for k := range n {
		q.rows(k, func(i, jj int, v float64) {
			for a := range q.r {
				right := (q.p+jj)*q.r + a
				if q.psd {
					right = jj*q.r + a
				}
				j.Set(k, i*q.r+a, j.At(k, i*q.r+a)+v*s.v[jj*q.r+a])
				j.Set(k, right, j.At(k, right)+v*s.u[i*q.r+a])
			}
		})
	}
	basis := mat.NewDense(dim, dim, nil) // the projection of the unit vectors
	project := q.tangent().project()
	for c := range dim {
		e := make([]float64, dim)
		e[c] = 1
		project(e)
		basis.SetCol(c, e)
	}
	var svd mat.SVD
	svd.Factorize(basis, mat.SVDThin)
	var u, on mat.Dense
	svd.UTo(&u)
	on.Mul(j, u.Slice(0, dim, 0, q.tangent().freedom()))
	svd.Factorize(&on, mat.SVDNone)
	w := svd.Values(nil)
	if n < len(w) || n < q.tangent().freedom() {
		return 0, w[0]
	}
	return w[len(w)-1], w[0]
}

// The proof by random vectors encloses the least singular value of 𝒜 on the tangent
// space, as decomposing it whole does, for entries, sparse and dense measurements.
func TestRandomInjectivityAgreesWithTheDenseTwin(t *testing.T) {
	for _, kind := range []string{"entries", "sparse", "lines", "psd", "psd lines"} {
		q := tangentCase(t, kind, 14, 14, 2, 0.75)
		least, norm := twin(q)
		f := q.tangent()
		reach, free := 1.0, 2*(14+14-2) // ‖AVᵀ+UBᵀ‖ over that of the coordinates
		if q.psd {
			reach, free = 2, 14*2-1
		}
		if f.size*reach < norm*(1-1e-12) || f.freedom() != free {
			t.Errorf("%s: ‖𝒜‖ ≤ %v, but it is at least %v; %d degrees of freedom", kind, f.size, norm/reach, f.freedom())
		}
		sigma, c, ok := f.least(q.turn(), 1e-12, seedOf(3))
		if !ok || sigma > least || sigma < least/8 {
			t.Errorf("%s: σ ≥ %v (%v, %+v), but σ = %v", kind, sigma, ok, c, least)
		}
	}
}

// Where a row of X has fewer entries than the rank 𝒜 is not injective, and nothing is
// proven; nor where it is so nearly so that rounding decides.
func TestRandomInjectivityFailsWhereItShould(t *testing.T) {
	p, r := 30, 3
	for name, change := range map[string]func(m *matrixProblem, rows, cols []int) (r, c []int){
		"a row with two entries": func(_ *matrixProblem, rows, cols []int) (r, c []int) {
			kept := 0
			for k, i := range rows {
				if i != 4 || kept < 2 {
					r, c = append(r, i), append(c, cols[k])
					if i == 4 {
						kept++
					}
				}
			}
			return r, c
		},
		"two parallel columns, nearly": func(m *matrixProblem, rows, cols []int) (r, c []int) {
			// The entries of row 4 see a space of V of dimension 3 only by 1e-9.
			kept := 0
			for k, i := range rows {
				if i != 4 || kept < 3 {
					r, c = append(r, i), append(c, cols[k])
					if i == 4 {
						for a := range 3 {
							v := m.w.Right[cols[k]*3+a]
							if kept > 0 && a > 0 {
								v *= 1e-9
							}
							m.w.Right[cols[k]*3+a] = v
						}
						kept++
					}
				}
			}
			return r, c
		},
	} {
		m := tangentCase(t, "entries", p, p, r, 0.6)
		op := m.tangent()
		rows, cols := make([]int, op.n), make([]int, op.n)
		for i := range op.p {
			for e := op.ptr[i]; e < op.ptr[i+1]; e++ {
				rows[op.obs[e]], cols[op.obs[e]] = i, int(op.col[e])
			}
		}
		rows, cols = change(m, rows, cols)
		m.w.Y = make([]float64, len(rows))
		q, err := newMatrixProblem(linop.Entries(p, p, rows, cols), make([]float64, len(rows)), m.cert, m.w)
		if err != nil || !q.multiply() {
			t.Fatal(err)
		}
		least, _ := twin(q)
		if least > 1e-6 {
			t.Fatalf("%s: σ = %v, which is no singular case", name, least)
		}
		for k := range 20 {
			if sigma, _, ok := q.tangent().least(q.turn(), 1e-9, seedOf(k)); ok {
				t.Errorf("%s: σ ≥ %v is proven, but σ = %v", name, sigma, least)
			}
		}
	}
}
