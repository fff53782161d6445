package main

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// verdict is what an answer is worth, computed from A, b, x and y alone.
type verdict struct {
	Residual  float64  `json:"residual"`  // ‖Ax−b‖₂/‖b‖₂
	Negative  float64  `json:"negative"`  // x ≥ 0: largest violation / ‖x‖∞
	Objective float64  `json:"objective"` // ‖x‖₁
	Bound     *float64 `json:"bound"`     // lower bound on the optimum by y, null without y
	Gap       *float64 `json:"gap"`       // (Objective−Bound)/Objective
	Error     float64  `json:"error"`     // |Objective−Q|/Q, Q the best proven optimum
}

// judge computes everything but Error, which needs the other answers. It
// returns nil if x is not finite, and no bound if y is not.
func judge(t *task, a answer) *verdict {
	n, _ := t.A.Dims()
	r := make([]float64, n)
	t.A.Apply(r, a.x)
	for i := range r {
		r[i] -= t.B[i]
	}
	v := &verdict{Residual: norm2(r) / norm2(t.B)}
	least, most := 0.0, 0.0
	for _, c := range a.x {
		v.Objective += math.Abs(c)
		least, most = min(least, c), max(most, math.Abs(c))
	}
	if t.Nonneg && most > 0 {
		v.Negative = -least / most
	}
	if !finite(v.Residual + v.Objective) {
		return nil
	}
	if a.y != nil {
		bound := lowerBound(t.A, t.B, a.y, t.Nonneg)
		if gap := (v.Objective - bound) / v.Objective; finite(gap) {
			v.Bound, v.Gap = &bound, &gap
		}
	}
	return v
}

// lowerBound scales y to dual feasibility, |Aᵀy| ≤ 1 or Aᵀy ≤ 1 for x ≥ 0, and
// returns bᵀy.
func lowerBound(a linop.Operator, b, y []float64, nonneg bool) float64 {
	_, m := a.Dims()
	c := make([]float64, m)
	a.ApplyT(c, y)
	worst := 1.0
	for _, v := range c {
		if nonneg {
			worst = max(worst, v)
		} else {
			worst = max(worst, math.Abs(v))
		}
	}
	dot := 0.0
	for i, v := range y {
		dot += b[i] * v
	}
	return dot / worst
}

func norm2(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// accuracy is the largest of the three errors that an answer can have.
func (v *verdict) accuracy() float64 {
	return max(v.Residual, v.Negative, v.Error)
}

// proven reports whether the answer comes with a dual vector that proves it to
// the relative gap tol.
func (v *verdict) proven(tol float64) bool {
	return v.Gap != nil && *v.Gap <= tol && v.Residual <= tol && v.Negative <= tol
}

// reference returns the optimum Q of an instance: the objective of the answer
// with the smallest proven gap, or else the norm of the planted x, which is
// only an upper bound.
func reference(runs []*record, planted []float64) (q float64, origin string) {
	best := 1e-6
	for _, r := range runs {
		v := r.Verdict
		if v == nil || !v.proven(best) {
			continue
		}
		best = max(math.Abs(*v.Gap), v.Residual, v.Negative)
		q, origin = v.Objective, r.Solver
	}
	if origin == "" {
		for _, v := range planted {
			q += math.Abs(v)
		}
		origin = "planted"
	}
	return q, origin
}

// setError compares the objective with the optimum q.
func (v *verdict) setError(q float64) {
	v.Error = math.Abs(v.Objective-q) / math.Abs(q)
}
