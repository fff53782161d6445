package flow

import (
	"math"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// rangeInvariant is the distance of θ − θ₀ from the range of Aᵀ, relative to ‖q‖ +
// ‖θ₀‖: ‖q − Aᵀ(AAᵀ)⁺Aq‖ by conjugate gradients, which need no rank. It
// costs tens of products, so only points whose step numbers are powers of 2, and
// the last, are looked at.
type rangeInvariant struct {
	chart  *dual.Chart
	value  func(dst, state []float64)
	q      []float64
	steps  float64
	drift  float64
	last   []float64 // the state after the last step, not yet looked at
	solver *projection
}

func newRange(chart *dual.Chart, value func(dst, state []float64)) *rangeInvariant {
	_, m := chart.A.Dims()
	return &rangeInvariant{chart: chart, value: value, q: make([]float64, m), solver: newProjection(chart.A)}
}

// Name returns "theta - theta0 in the range of A^T".
func (*rangeInvariant) Name() string { return "theta - theta0 in the range of A^T" }

// Observe looks at some of the steps.
func (r *rangeInvariant) Observe(s *ode.Segment) error {
	r.last = append(r.last[:0], s.Y1...)
	r.steps++
	if n := int(r.steps); n&(n-1) == 0 {
		r.look()
	}
	return nil
}

func (r *rangeInvariant) look() {
	if len(r.last) == 0 {
		return
	}
	r.value(r.q, r.last)
	r.last = r.last[:0]
	// What θ loses to the rounding of θ₀ is no distance from the range.
	size := math.Sqrt(blas.Dot(r.q, r.q)) + math.Sqrt(blas.Dot(r.chart.Theta0, r.chart.Theta0))
	if size == 0 {
		return
	}
	if d := r.solver.distance(r.q) / size; !(d <= r.drift) {
		r.drift = d
	}
}

// Drift looks at the last step, too.
func (r *rangeInvariant) Drift() float64 {
	r.look()
	return r.drift
}

// State returns what a checkpoint has to hold.
func (r *rangeInvariant) State() []float64 { return []float64{r.steps, r.drift} }

// Restore takes it back.
func (r *rangeInvariant) Restore(state []float64) {
	if len(state) == 2 {
		r.steps, r.drift = state[0]-1, state[1] // the resumed run shows the last step again
	}
}

// projection computes distances from the range of Aᵀ.
type projection struct {
	a    linop.Operator
	r, p []float64 // length n
	v    []float64 // length m
}

func newProjection(a linop.Operator) *projection {
	n, m := a.Dims()
	return &projection{
		a: a, r: make([]float64, n), p: make([]float64, n),
		v: make([]float64, m),
	}
}

// distance returns min ‖q − Aᵀy‖ by the method of conjugate gradients for least
// squares (Björck 1996, section 7.4.2), and destroys q.
func (s *projection) distance(q []float64) float64 {
	s.a.Apply(s.r, q)
	copy(s.p, s.r)
	gamma := blas.Dot(s.r, s.r)
	stop := gamma * 1e-28
	for range 4*len(s.p) + 10 {
		if gamma <= stop || gamma == 0 {
			break
		}
		s.a.ApplyT(s.v, s.p)
		delta := blas.Dot(s.v, s.v)
		if !(delta > 0) {
			break
		}
		alpha := gamma / delta
		blas.Axpy(-alpha, s.v, q)
		s.a.Apply(s.r, q)
		next := blas.Dot(s.r, s.r)
		beta := next / gamma
		for i, r := range s.r {
			s.p[i] = r + beta*s.p[i]
		}
		gamma = next
	}
	return math.Sqrt(blas.Dot(q, q))
}
