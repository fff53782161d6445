package flow

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// Mirror turns the flow into the mirror flow of φ = ‖w‖ₚᵖ/p, 1 < p ≤ 2,
//
//	d∇φ(w)/dt = −∇L(w),
//
// which turns to the separator of largest margin in ℓp (Sun, Ahn, Thrampoulidis and
// Azizan 2022). The state is θ = ∇φ(w), or ν with θ = Zᵀν, and w = ∇φ*(θ). Norms and margins
// of a point are then those of ℓp.
//
// For p > 2 the flow exists too, but ∇φ*, |θ|^{1/(p−1)}, has an infinite slope at 0. An entry
// of w whose partial derivative is balanced while it passes 0 slides along that point, in
// a θ of the order of |w|^{p−1}: a linearization holds there for changes of θ of its own
// size alone, and the steps stay that short for as long as it slides (60×30 points,
// p = 3: more than a million steps to ln t = 10⁴, where p = 1.5 takes 8000). Those flows are
// refused.
func (s *Separator) Mirror(p float64) error {
	if !(p > 1 && p <= 2) {
		return fmt.Errorf("flow: the exponent %v of a mirror potential: the flow is offered above 1 and up to 2; beyond, ∇φ* has an infinite slope where an entry of w passes 0, and steps shrink there", p)
	}
	s.p = p
	return nil
}

// Begin lets the flow start from w, of length d, and not from 0.
func (s *Separator) Begin(w []float64) error {
	if len(w) != s.d {
		return fmt.Errorf("flow: a start of length %d for %d coordinates", len(w), s.d)
	}
	for j, v := range w {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("flow: entry %d of the start is %v; it must be finite", j, v)
		}
	}
	s.start = append([]float64(nil), w...)
	return nil
}

// plain reports whether w is the state itself, or Zᵀν.
func (s *Separator) plain() bool { return s.p == 2 && s.start == nil }

// begin returns the state of the start, and prepares θ₀ = ∇φ(w₀).
func (s *Separator) begin() []float64 {
	state := make([]float64, s.Dim())
	if s.plain() {
		return state
	}
	s.theta0 = make([]float64, s.d)
	for j, v := range s.start {
		s.theta0[j] = math.Copysign(math.Pow(math.Abs(v), s.p-1), v)
	}
	if s.primal {
		copy(state, s.theta0)
	}
	return state
}

// theta sets dst = θ of a state.
func (s *Separator) theta(dst, state []float64) {
	if s.primal {
		copy(dst, state)
		return
	}
	signed := make([]float64, s.n)
	for i, v := range state {
		signed[i] = s.y[i] * v
	}
	s.x.ApplyT(dst, signed)
	if s.theta0 != nil {
		blas.Axpy(1, s.theta0, dst)
	}
}

// moveBack replaces θ by w = ∇φ*(θ).
func (s *Separator) moveBack(theta []float64) {
	if s.p == 2 {
		return
	}
	for j, v := range theta {
		theta[j] = math.Copysign(math.Pow(math.Abs(v), 1/(s.p-1)), v)
	}
}

// slope sets dst = ∂w/∂θ at a state.
func (s *Separator) slope(dst, state []float64) {
	s.theta(dst, state)
	for j, v := range dst {
		dst[j] = math.Pow(math.Abs(v), 1/(s.p-1)-1) / (s.p - 1)
	}
}

// lpNorm is ‖v‖ in the exponent p.
func lpNorm(v []float64, p float64) float64 {
	if p == 2 {
		return math.Sqrt(blas.Dot(v, v))
	}
	var largest, sum float64
	for _, x := range v {
		largest = math.Max(largest, math.Abs(x))
	}
	if largest == 0 {
		return 0
	}
	for _, x := range v {
		sum += math.Pow(math.Abs(x)/largest, p)
	}
	return largest * math.Pow(sum, 1/p)
}

// moved is how far a change of the state by −err moves w.
func (s *Separator) moved(step *ode.Step) (change, norm float64) {
	before := make([]float64, len(step.Y1))
	for i, e := range step.Err {
		before[i] = step.Y1[i] - e
	}
	a, b := make([]float64, s.d), make([]float64, s.d)
	s.W(a, step.Y1)
	s.W(b, before)
	norm = math.Sqrt(blas.Dot(a, a))
	blas.Axpy(-1, b, a)
	return math.Sqrt(blas.Dot(a, a)), norm
}

// mirrorJacobian solves with I + cZᵀDZG in the state θ, and with I + cDZGZᵀ in ν, G = ∂w/∂θ.
func (s *Separator) mirrorJacobian(j *separatorJacobian, state []float64) ode.Jacobian {
	j.g = make([]float64, s.d)
	s.slope(j.g, state)
	if s.primal {
		linop.Gram(linop.Transpose(s.x), j.h, j.d)
		j.zdz = append([]float64(nil), j.h...)
		for a := range j.k {
			for b := range a + 1 {
				j.zdz[b*j.k+a] = j.zdz[a*j.k+b]
				j.h[a*j.k+b] *= math.Sqrt(j.g[a]) * math.Sqrt(j.g[b])
			}
		}
		return j
	}
	j.gram = make([]float64, s.n*s.n)
	linop.Gram(s.x, j.gram, j.g)
	for i := range s.n {
		for q := range i + 1 {
			v := s.y[i] * s.y[q] * j.gram[i*s.n+q]
			j.gram[i*s.n+q], j.gram[q*s.n+i] = v, v
			j.h[i*s.n+q] = math.Sqrt(j.d[i]) * v * math.Sqrt(j.d[q])
		}
	}
	return j
}

// solveMirror replaces v by (I + cZᵀDZG)⁻¹v = v − cZᵀDZG^½(I + cG^½ZᵀDZG^½)⁻¹G^½v.
func (j *separatorJacobian) solveMirror(v []float64) {
	r := make([]float64, j.k)
	for i, x := range v {
		r[i] = math.Sqrt(j.g[i]) * x
	}
	blas.SolveLower(j.l, j.k, j.k, r)
	blas.SolveLowerT(j.l, j.k, j.k, r)
	for i := range r {
		r[i] *= math.Sqrt(j.g[i])
	}
	out := make([]float64, j.k)
	blas.Gemv(out, j.zdz, j.k, j.k, j.k, r)
	blas.Axpy(-j.c, out, v)
}
