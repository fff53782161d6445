package page

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/limit"
)

// The paths of two other methods, for comparison. They are written for problems
// that fit a picture, from their definitions.

// lassoPoint is the minimiser of ½‖Ax−b‖² + λ‖x‖₁ with its duality gap.
type lassoPoint struct {
	tau float64 // 1/λ
	x   []float64
	gap float64
}

// lassoPath returns the lasso at λ = 1/τ: the averaged path where its gap is as
// good as none, and else coordinate descent from there, up to a gap of 1e-9 of
// ½‖b‖², or as many sweeps as a slider can wait for.
func lassoPath(ctx context.Context, p *linearProblem, path *limit.PathResult, taus []float64) []lassoPoint {
	n, m := p.A.Dims()
	size := square(norm2(p.B)) / 2
	var out []lassoPoint
	norms := make([]float64, m)
	for i := range n {
		for j := range m {
			norms[j] += square(p.entries[i*m+j])
		}
	}
	for _, tau := range taus {
		if ctx.Err() != nil {
			break
		}
		x, gap := path.Lasso(1 / tau)
		for sweep := 0; gap > 1e-9*size && sweep < 400; sweep += 10 {
			p.sweep(x, norms, 1/tau, 10)
			gap = p.lassoGap(x, 1/tau)
		}
		out = append(out, lassoPoint{tau, x, gap})
	}
	return out
}

// sweep minimises over one coordinate after the other, several times.
func (p *linearProblem) sweep(x, norms []float64, lambda float64, times int) {
	n, m := p.A.Dims()
	r := p.rest(x)
	for range times {
		for j := range m {
			if norms[j] == 0 {
				continue
			}
			c := norms[j] * x[j]
			for i := range n {
				c += p.entries[i*m+j] * r[i]
			}
			v := math.Max(0, math.Abs(c)-lambda) / norms[j]
			if c < 0 {
				v = -v
				if p.Nonneg {
					v = 0
				}
			}
			if d := v - x[j]; d != 0 {
				x[j] = v
				for i := range n {
					r[i] -= d * p.entries[i*m+j]
				}
			}
		}
	}
}

// rest is b − Ax.
func (p *linearProblem) rest(x []float64) []float64 {
	r := make([]float64, len(p.B))
	p.A.Apply(r, x)
	for i, v := range r {
		r[i] = p.B[i] - v
	}
	return r
}

// correlations is Aᵀr.
func (p *linearProblem) correlations(r []float64) []float64 {
	_, m := p.A.Dims()
	c := make([]float64, m)
	p.A.ApplyT(c, r)
	return c
}

// lassoValue is ½‖Ax−b‖² + λ‖x‖₁.
func (p *linearProblem) lassoValue(x []float64, lambda float64) float64 {
	return square(norm2(p.rest(x)))/2 + lambda*norm1(x)
}

// lassoGap is the value at x less the dual value at the residual, scaled to be
// feasible.
func (p *linearProblem) lassoGap(x []float64, lambda float64) float64 {
	r := p.rest(x)
	worst := lambda
	for _, c := range p.correlations(r) {
		if !p.Nonneg {
			c = math.Abs(c)
		}
		worst = math.Max(worst, c)
	}
	s := lambda / worst
	dual := 0.0
	for i, v := range r {
		dual += s*v*p.B[i] - s*s*v*v/2
	}
	return math.Max(0, p.lassoValue(x, lambda)-dual)
}

// pursuitStep is a step of orthogonal matching pursuit: at τ = 1/max|Aᵀr|, where
// the lasso of the same residual would let a coordinate in, one coordinate comes in
// and all are fitted again.
type pursuitStep struct {
	tau   float64
	x     []float64
	index int
}

// pursuit is orthogonal matching pursuit up to a residual of 1e-9·‖b‖, as many
// coordinates as there are equations, or a coordinate that depends on the others.
func (p *linearProblem) pursuit() []pursuitStep {
	n, m := p.A.Dims()
	var steps []pursuitStep
	var chosen []int
	x := make([]float64, m)
	for range min(n, m, 60) {
		r := p.rest(x)
		if norm2(r) <= 1e-9*norm2(p.B) {
			break
		}
		best, most := -1, 0.0
		for j, c := range p.correlations(r) {
			if !p.Nonneg {
				c = math.Abs(c)
			}
			if c > most && !slices.Contains(chosen, j) {
				best, most = j, c
			}
		}
		if best < 0 {
			break
		}
		chosen = append(chosen, best)
		fitted, ok := p.fit(chosen)
		if !ok {
			break
		}
		x = make([]float64, m)
		for k, j := range chosen {
			x[j] = fitted[k]
		}
		tau := 1 / most
		if k := len(steps); k > 0 {
			tau = math.Max(tau, steps[k-1].tau) // the largest correlation need not fall
		}
		steps = append(steps, pursuitStep{tau, x, best})
	}
	return steps
}

// fit is the least-squares solution on some columns.
func (p *linearProblem) fit(columns []int) ([]float64, bool) {
	n, m := p.A.Dims()
	a := mat.NewDense(n, len(columns), nil)
	for i := range n {
		for k, j := range columns {
			a.Set(i, k, p.entries[i*m+j])
		}
	}
	var qr mat.QR
	qr.Factorize(a)
	if !(qr.Cond() < 1e10) {
		return nil, false
	}
	var x mat.VecDense
	if err := qr.SolveVecTo(&x, false, mat.NewVecDense(n, p.B)); err != nil {
		return nil, false
	}
	return x.RawVector().Data, true
}
