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
// good as none, and else coordinate descent from there or from the λ before, up to
// a gap of 1e-7 of ½‖b‖², which no picture shows, or as many sweeps as a reader can
// wait for.
func lassoPath(ctx context.Context, p *linearProblem, path *limit.PathResult, taus []float64) []lassoPoint {
	size := square(norm2(p.B)) / 2
	columns := p.columns()
	var out []lassoPoint
	for k, tau := range taus {
		if ctx.Err() != nil {
			break
		}
		x, gap := path.Lasso(1 / tau)
		if gap > 1e-7*size && k > 0 {
			if other := out[k-1].x; p.lassoGap(other, 1/tau) < gap {
				x = slices.Clone(other)
			}
		}
		for sweeps := 0; gap > 1e-7*size && sweeps < 20; sweeps++ {
			p.sweep(columns, x, 1/tau)
			gap = p.lassoGap(x, 1/tau)
		}
		out = append(out, lassoPoint{tau, x, gap})
	}
	return out
}

// columns are those of A, for sweeps.
func (p *linearProblem) columns() [][]float64 {
	n, m := p.A.Dims()
	columns := make([][]float64, m)
	for j := range columns {
		columns[j] = make([]float64, n)
		for i := range n {
			columns[j][i] = p.entries[i*m+j]
		}
	}
	return columns
}

// sweep minimises over one coordinate after the other, once over all of them and
// then several times over those that are not 0.
func (p *linearProblem) sweep(columns [][]float64, x []float64, lambda float64) {
	r := p.rest(x)
	for round := range 20 {
		for j, a := range columns {
			if round > 0 && x[j] == 0 {
				continue
			}
			size, c := 0.0, 0.0
			for i, v := range a {
				size += v * v
				c += v * r[i]
			}
			if size == 0 {
				continue
			}
			c += size * x[j]
			v := math.Max(0, math.Abs(c)-lambda) / size
			if c < 0 {
				v = -v
				if p.Nonneg {
					v = 0
				}
			}
			if d := v - x[j]; d != 0 {
				x[j] = v
				for i, w := range a {
					r[i] -= d * w
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
