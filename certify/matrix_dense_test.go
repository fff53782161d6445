package certify

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// Dense A_k are read line by line to what they are read entry by entry: the
// residuals, Σ y_kA_k and 𝒜 on the tangent space, with error bounds that cover the
// difference and do not exceed it by much.
func TestLinesAgreeWithEntries(t *testing.T) {
	for _, claim := range []Claim{Nuclear, TracePSD} {
		rng := rand.New(rand.NewPCG(5, 6))
		p, q, r, n := 7, 5, 2, 23
		if claim == TracePSD {
			q = p
		}
		normal := func(k int) []float64 {
			v := make([]float64, k)
			for i := range v {
				v[i] = rng.NormFloat64()
			}
			return v
		}
		data, b := normal(n*p*q), normal(n)
		data[3], data[p*q+1] = 0, 0
		w := Witness{Y: normal(n), Left: normal(p * r)}
		w.Y[4] = 0
		if claim == Nuclear {
			w.Right = normal(q * r)
		}
		of := func() *matrixProblem {
			m, err := newMatrixProblem(linop.NewDense(n, p*q, data), b, Certificate{Claim: claim, Shape: [2]int{p, q}}, w)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		lines, entries := of(), of()
		if lines.line == nil {
			t.Fatal("a dense operator is not read by lines")
		}
		entries.line = nil
		if !lines.multiply() || !entries.multiply() {
			t.Fatal("finite entries are refused")
		}
		agree := func(what string, x, y estimate) {
			if math.Abs(x.val-y.val) > x.err+y.err || x.err > 3*y.err+1e-300 || y.err > 3*x.err+1e-300 {
				t.Errorf("%s, %s: %v by lines, %v by entries", claim, what, x, y)
			}
		}
		for k := range n {
			agree("residual", lines.residual[k], entries.residual[k])
			if x, y := lines.absolute[k], entries.absolute[k]; math.Abs(x-y) > 1e-13*y {
				t.Errorf("%s: Σ|terms| is %v by lines, %v by entries", claim, x, y)
			}
		}
		agree("Σ y_kA_k", estimate{0, lines.m.err}, estimate{0, entries.m.err})
		x, y := lines.m.dense(), entries.m.dense()
		want := make([]float64, p*q) // the obvious sum
		for k, f := range w.Y {
			for at, v := range data[k*p*q : (k+1)*p*q] {
				i, j := at/q, at%q
				if claim == TracePSD {
					want[i*q+j] += f * v / 2
					want[j*q+i] += f * v / 2
				} else {
					want[at] += f * v
				}
			}
		}
		for at := range x {
			if x[at] != y[at] || math.Abs(x[at]-want[at]) > 1e-13 {
				t.Errorf("%s: Σ y_kA_k at %d is %v by lines, %v by entries, %v", claim, at, x[at], y[at], want[at])
			}
		}
		dim := (p + q) * r
		if claim == TracePSD {
			dim = p * r
		}
		jl, je := make([]float64, n*dim), make([]float64, n*dim)
		fl, fe := lines.tangentLines(jl, n), entries.tangentEntries(je, n)
		if math.Abs(fl-fe) > 1e-12*fe {
			t.Errorf("%s: Σ‖A_k‖² is %v by lines, %v by entries", claim, fl, fe)
		}
		for at := range jl {
			if math.Abs(jl[at]-je[at]) > 1e-13 {
				t.Errorf("%s: the tangent map at %d is %v by lines, %v by entries", claim, at, jl[at], je[at])
			}
		}
		data[p*q+2] = math.Inf(1)
		if of().multiply() {
			t.Errorf("%s: an infinite entry is not seen", claim)
		}
		data[p*q+2] = math.NaN()
		if of().multiply() {
			t.Errorf("%s: an entry that is not a number is not seen", claim)
		}
	}
}
