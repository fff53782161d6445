package lowrank

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// leastTrace is the value of min tr X subject to ⟨A_k, X⟩ = b_k, X ⪰ 0, the slow obvious
// way: Newton's method with halved steps on the barrier bᵀy + μ ln det(I − Σ y_kA_k) of
// the dual, μ going to 0; the gap at its maximum is dμ.
func leastTrace(a []*mat.SymDense, b []float64) (value, gap float64) {
	n, d := len(b), a[0].SymmetricDim()
	y := make([]float64, n)
	slack := func(y []float64) (*mat.SymDense, float64, bool) { // S⁻¹ and ln det S
		s := mat.NewSymDense(d, nil)
		for i := range d {
			s.SetSym(i, i, 1)
		}
		for k, v := range y {
			for i := range d {
				for j := range i + 1 {
					s.SetSym(i, j, s.At(i, j)-v*a[k].At(i, j))
				}
			}
		}
		var chol mat.Cholesky
		if !chol.Factorize(s) {
			return nil, 0, false
		}
		inv := mat.NewSymDense(d, nil)
		if chol.InverseTo(inv) != nil {
			return nil, 0, false
		}
		return inv, chol.LogDet(), true
	}
	mu := 1.0
	for ; mu > 1e-9; mu /= 3 {
		for range 60 {
			inv, logDet, ok := slack(y)
			if !ok {
				return math.NaN(), math.Inf(1)
			}
			grad, hess := mat.NewVecDense(n, nil), mat.NewSymDense(n, nil)
			turned := make([]*mat.Dense, n) // S⁻¹A_k
			for k := range n {
				turned[k] = new(mat.Dense)
				turned[k].Mul(inv, a[k])
				grad.SetVec(k, b[k]-mu*mat.Trace(turned[k]))
				for l := range k + 1 {
					var p mat.Dense
					p.Mul(turned[k], turned[l])
					hess.SetSym(k, l, mu*mat.Trace(&p))
				}
			}
			var step mat.VecDense
			if step.SolveVec(hess, grad) != nil {
				break
			}
			decrement := mat.Dot(grad, &step)
			if decrement < 1e-14 {
				break
			}
			here := mu * logDet
			for k, v := range b {
				here += v * y[k]
			}
			for t := 1.0; t > 1e-12; t /= 2 {
				next, there := make([]float64, n), 0.0
				for k := range next {
					next[k] = y[k] + t*step.AtVec(k)
					there += b[k] * next[k]
				}
				if _, logDet, ok := slack(next); ok && there+mu*logDet >= here+0.25*t*decrement {
					y = next
					break
				}
			}
		}
	}
	for k, v := range b {
		value += v * y[k]
	}
	return value, 2 * mu * float64(d)
}

// The answers are those of a small interior-point method that shares nothing with the
// package: traces of random problems, planted and not, and nuclear norms as traces of
// the twice as large problem, min ½(tr P + tr C) over [[P, X], [Xᵀ, C]] ⪰ 0.
func TestAnswersAreThoseOfAnInteriorPointMethod(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for trial := range 12 {
		p, q, psd := 4, 4, trial%2 == 0
		if !psd {
			p, q = 3, 4
		}
		n := 3 + trial%5
		data := make([]float64, n*p*q)
		for i := range data {
			data[i] = rng.NormFloat64()
		}
		x := make([]float64, p*q) // has the measurements, of full rank
		for i := range p {
			for j := range q {
				x[i*q+j] = rng.NormFloat64() / 2
			}
		}
		if psd {
			g := append([]float64(nil), x...)
			for i := range p {
				for j := range p {
					x[i*q+j] = 0
					for k := range p {
						x[i*q+j] += g[i*p+k] * g[j*p+k]
					}
				}
			}
		}
		b := make([]float64, n)
		small := make([]*mat.SymDense, n)
		for k := range n {
			for i, v := range x {
				b[k] += data[k*p*q+i] * v
			}
			if psd {
				small[k] = mat.NewSymDense(p, nil)
				for i := range p {
					for j := range i + 1 {
						small[k].SetSym(i, j, (data[k*p*q+i*q+j]+data[k*p*q+j*q+i])/2)
					}
				}
				continue
			}
			// ⟨A, X⟩ = ⟨[[0, A], [Aᵀ, 0]], Z⟩/2, and the trace of Z is twice the norm.
			small[k] = mat.NewSymDense(p+q, nil)
			for i := range p {
				for j := range q {
					small[k].SetSym(i, p+j, data[k*p*q+i*q+j])
				}
			}
		}
		rhs := append([]float64(nil), b...)
		half := 1.0
		if !psd {
			half = 0.5
			for k := range rhs {
				rhs[k] *= 2
			}
		}
		value, gap := leastTrace(small, rhs)
		value *= half
		if math.IsNaN(value) {
			t.Fatalf("trial %d: the interior-point method fails", trial)
		}
		r, err := Solve(context.Background(), Problem{A: linop.NewDense(n, p*q, data), B: b, P: p, Q: q, PSD: psd}, limit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != limit.Certified || math.Abs(r.Objective-value) > gap+1e-6*value {
			t.Errorf("trial %d (psd %v, %d measurements): %s with %v, the interior-point method has %v within %v", trial, psd, n, r.Status, r.Objective, value, gap)
		}
	}
}
