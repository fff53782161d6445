package limit

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/linop"
)

// hilbert is A_ij = 1/(i+j+1).
func hilbert(n, m int) *linop.Dense {
	data := make([]float64, n*m)
	for i := range data {
		data[i] = 1 / float64(i/m+i%m+1)
	}
	return linop.NewDense(n, m, data)
}

// conditionedMatrix has singular values from 1 to 1e-decades, by random rotations of
// pairs of rows and columns.
func conditionedMatrix(rng *rand.Rand, n, m int, decades float64) *linop.Dense {
	data := make([]float64, n*m)
	for i := range n {
		data[i*m+i] = math.Pow(10, -decades*float64(i)/float64(n-1))
	}
	turn := func(k, l int, at func(k, i int) *float64, length int) {
		s, c := math.Sincos(2 * math.Pi * rng.Float64())
		for i := range length {
			a, b := at(k, i), at(l, i)
			*a, *b = c**a-s**b, s**a+c**b
		}
	}
	row := func(k, i int) *float64 { return &data[k*m+i] }
	column := func(k, i int) *float64 { return &data[i*m+k] }
	for range 8 {
		for k := range n {
			turn(k, (k+1+rng.IntN(n-1))%n, row, m)
		}
		for k := range m {
			turn(k, (k+1+rng.IntN(m-1))%m, column, n)
		}
	}
	return linop.NewDense(n, m, data)
}

func plantedFor(rng *rand.Rand, a linop.Operator, k int, nonneg bool) []float64 {
	n, m := a.Dims()
	x, b := make([]float64, m), make([]float64, n)
	for range k {
		x[rng.IntN(m)] = rng.NormFloat64()
	}
	if nonneg {
		for j, v := range x {
			x[j] = math.Abs(v)
		}
	}
	a.Apply(b, x)
	return b
}

// TestRowBasis: QQᵀ = I, Q = TA and c = Tb, in 400 bits, for condition numbers up to 1e16.
func TestRowBasis(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 53))
	for _, a := range []*linop.Dense{hilbert(9, 20), conditionedMatrix(rng, 12, 20, 14), conditionedMatrix(rng, 6, 6, 3)} {
		n, m := a.Dims()
		b := plantedFor(rng, a, 3, false)
		s := newRowBasis(context.Background(), a, b, dependences[0])
		if s == nil || len(s.q) != n {
			t.Fatal("no basis of all rows")
		}
		f := func(hi, lo float64) *big.Float {
			z := new(big.Float).SetPrec(400).SetFloat64(hi)
			return z.Add(z, new(big.Float).SetPrec(400).SetFloat64(lo))
		}
		data, _ := a.Data()
		for k := range n {
			var largest float64 // of the terms of TA
			for _, v := range s.t[k].hi {
				largest = max(largest, math.Abs(v))
			}
			far := func(what string, sum *big.Float, want float64, lo float64) {
				t.Helper()
				if d, _ := sum.Sub(sum, f(want, lo)).Float64(); math.Abs(d) > 1e-29*largest {
					t.Errorf("%d×%d, row %d: %s is off by %v, with terms of %v", n, m, k, what, d, largest)
				}
			}
			for j := range m {
				sum := f(0, 0)
				for i := range n {
					sum.Add(sum, new(big.Float).Mul(f(s.t[k].hi[i], s.t[k].lo[i]), f(data[i*m+j], 0)))
				}
				far("TA", sum, s.q[k].hi[j], s.q[k].lo[j])
			}
			sum := f(0, 0)
			for i := range n {
				sum.Add(sum, new(big.Float).Mul(f(s.t[k].hi[i], s.t[k].lo[i]), f(b[i], 0)))
			}
			far("Tb", sum, s.c.hi[k], s.c.lo[k])
			for l := range n {
				hi, _ := s.q[k].dot(s.q[l])
				want := 0.0
				if k == l {
					want = 1
				}
				if math.Abs(hi-want) > 1e-15 {
					t.Errorf("%d×%d: rows %d and %d of Q have the product %v", n, m, k, l, hi)
				}
			}
		}
	}
}

// TestRowBasisLeavesOut: rows of 0, copies, and sums of others are left out; the answer is
// that of the rest.
func TestRowBasisLeavesOut(t *testing.T) {
	a := linop.NewDense(5, 3, []float64{1, 2, 3, 0, 0, 0, 2, 4, 6, 1e-200, 0, 1e-200, 3, 6, 9})
	s := newRowBasis(context.Background(), a, []float64{6, 0, 12, 2e-200, 18}, dependences[0])
	if s == nil || len(s.kept) != 2 || s.kept[0] != 0 || s.kept[1] != 3 {
		t.Fatalf("%+v", s)
	}
	x := s.nearest()
	for j, v := range x { // (1, 1, 1) less its part along (−1, −1, 1)·k: none
		if want := []float64{1, 1, 1}[j] + []float64{1, 1, -1}[j]*-1.0/3; math.Abs(v-want) > 1e-15 {
			t.Errorf("x = %v", x)
		}
	}
}

// TestIllConditioned: what stops at a rounded x or y in the plain lanes is certified on a
// basis of the rows, with y in two doubles; both arithmetics of the verifier agree, and on
// small problems the optimum is that of rational arithmetic.
func TestIllConditioned(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 12))
	based := 0
	judge := func(name string, p Problem, r *Result, claim certify.Claim) {
		t.Helper()
		c := certify.Certificate{Claim: claim, Tol: 1e-9}
		w := certify.Witness{X: r.X, Y: r.Y}
		if r.YTail != nil {
			based++
			file := "y_tail.npy"
			c.Tail, w.Tail = &file, r.YTail
		}
		c, err := certify.Issue(p.A, p.B, c, w)
		if err != nil || r.Status != Certified {
			t.Errorf("%s: %v, %+v, %v", name, r.Status, r.Reason, err)
			return
		}
		for how, verify := range map[string]func(linop.Operator, []float64, certify.Certificate, certify.Witness) (certify.Verdict, error){"compensated": certify.Verify, "exact": certify.VerifyExact} {
			if v, err := verify(p.A, p.B, c, w); err != nil || !v.Valid {
				t.Errorf("%s, %s: %v %+v", name, how, err, v.Failed())
			}
		}
	}
	for _, in := range []struct {
		name string
		a    *linop.Dense
	}{
		{"Hilbert 12×160", hilbert(12, 160)},
		{"condition 1e10", conditionedMatrix(rng, 20, 60, 10)},
		{"condition 1e13", conditionedMatrix(rng, 20, 60, 13)},
		{"condition 1e15", conditionedMatrix(rng, 15, 50, 15)},
	} {
		for range 4 {
			p := Problem{A: in.a, B: plantedFor(rng, in.a, 4, false)}
			r, err := L1(context.Background(), p, Options{})
			if err != nil {
				t.Fatal(err)
			}
			judge(in.name, p, r, certify.L1)
			if r, err = MinNorm(context.Background(), p.A, p.B, nil, Options{}); err != nil {
				t.Fatal(err)
			}
			judge(in.name+", least norm", p, r, certify.MinNorm)
		}
	}
	if based < 12 {
		t.Errorf("only %d answers needed a basis of the rows", based)
	}
	small := hilbert(5, 12)
	for _, nonneg := range []bool{false, true} {
		p := Problem{A: small, B: plantedFor(rng, small, 5, nonneg), Nonneg: nonneg}
		exact, err := Path(context.Background(), p, PathOptions{Exact: true})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := L1(context.Background(), p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, dependent := range dependences[:1] { // also where the lanes have succeeded
			r := newRowBasis(context.Background(), p.A, p.B, dependent).answer(context.Background(), p, Options{}, plain)
			if r == plain || exact.Status != Certified || math.Abs(r.Objective-exact.Objective) > 1e-9*exact.Objective {
				t.Errorf("nonneg %v: %v %v, in rational arithmetic %v %v", nonneg, r.Status, r.Objective, exact.Status, exact.Objective)
			}
		}
	}
}
