package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// twice holds ν and θ = θ₀ + Aᵀν of a projection in about twice the precision of
// doubles. From an x₀ close to the boundary of the domain of φ, or far out, θ₀ is
// so much larger than θ that no ν in doubles has its θ at x: there Newton's method
// finds the projection of a start that differs from x₀ in its last digits, if any.
type twice struct {
	*projection
	start, startLow []float64 // θ₀
	high, low       []float64 // θ, rounded, and the rest
	tail            []float64 // ν is s.nu + tail
}

// Blurred is the Blur from which on Nearest wants ν in twice the precision, and
// from which on an answer has to be verified before it is believed.
const Blurred = 1e-10

// refineTwice returns the projection of x₀ with a ν in twice the precision, where
// the rounding of θ₀ and of ν blurs x and φ, A allow better; else res, which
// Newton's method came to.
func (s *projection) refineTwice(x0 []float64, res *Result) *Result {
	if s.phi.logarithmic() {
		return res
	}
	if res.Blur = s.blur(); res.Blur <= Blurred {
		return res
	}
	if _, entries := s.a.(linop.Rower); x0 == nil || s.gram == nil || !entries {
		return res
	}
	n, m := s.a.Dims()
	w := &twice{projection: s, tail: make([]float64, n), high: make([]float64, m), low: make([]float64, m),
		start: make([]float64, m), startLow: make([]float64, m)}
	if !geometry.GradTwice(s.chart.Phi, w.start, w.startLow, x0) {
		return res
	}
	if res.Residual <= floorSought {
		w.fit(res.X)
	}
	w.minimise()
	better := w.result()
	if better == nil || better.Status != Certified || better.Blur > math.Sqrt(s.opt.tol()) || better.Residual > math.Max(4*res.Residual, newtonGoal) {
		return res // the gap is second order in the blur
	}
	return better
}

// blur estimates Σ|x(θ+δ)−x(θ)|/‖x‖₁ over the rounding δ of θ₀ and of Aᵀν.
func (s *projection) blur() float64 {
	s.phi.hess(s.d, s.u)
	linop.ColumnNorms(s.a, s.q)
	nu := norm2(s.nu)
	var moved, size float64
	for j := range s.u {
		moved += s.d[j] * roundoff * (math.Abs(s.chart.Theta0[j]) + s.q[j]*nu)
		size += math.Abs(s.x[j])
	}
	return moved / size
}

// move adds p to ν.
func (w *twice) move(p []float64) {
	for i, v := range p {
		sum := w.nu[i] + v
		z := sum - w.nu[i]
		low := w.tail[i] + ((w.nu[i] - (sum - z)) + (v - z))
		w.nu[i] = sum + low
		w.tail[i] = low - (w.nu[i] - sum)
	}
}

// evaluate sets θ to that of ν.
func (w *twice) evaluate() {
	copy(w.high, w.start)
	copy(w.low, w.startLow)
	addTransposed(w.a, w.high, w.low, w.nu)
	addTransposed(w.a, w.high, w.low, w.tail)
	for j, v := range w.high {
		w.high[j] = v + w.low[j]
		w.low[j] -= w.high[j] - v
	}
	w.stats.Passes += 2
}

// fit brings ν near that of a known x, by least squares on ∇φ(x) − θ with the
// weights ∇²φ*: where θ in doubles is outside of dom φ*, Newton's method could not
// begin.
func (w *twice) fit(x []float64) {
	m := len(x)
	target, targetLow := make([]float64, m), make([]float64, m)
	if !geometry.GradTwice(w.chart.Phi, target, targetLow, x) {
		return
	}
	w.chart.Phi.HessConjDiag(w.d, target)
	none, p := make([]float64, len(w.nu)), make([]float64, len(w.nu))
	best := math.Inf(1)
	for range twiceSteps {
		w.evaluate()
		size := 0.0
		for j, v := range target {
			w.q[j] = w.d[j] * ((v - w.high[j]) + (targetLow[j] - w.low[j]))
			size += math.Abs(w.q[j])
		}
		if !(size < best/2) || w.ctx.Err() != nil {
			return
		}
		best = size
		subtractProduct(w.a, w.r, none, w.q)
		scale(-1, w.r)
		w.stats.Passes++
		w.solve(p, w.r)
		w.move(p)
	}
}

// twiceSteps bounds the steps of fit and of minimise.
const twiceSteps = 40

// minimise takes Newton steps on Ψ until the residual stops falling, and returns
// to the best point.
func (w *twice) minimise() {
	best, since := math.Inf(1), 0
	var nu, tail []float64
	for range twiceSteps {
		if w.evaluate(); !w.readOut() {
			break
		}
		size := norm2(w.r)
		if size < best {
			nu, tail = slices.Clone(w.nu), slices.Clone(w.tail)
		}
		if size < best/2 {
			since = 0
		} else if since++; since > 2 {
			break
		}
		best = math.Min(best, size)
		if size <= roundoff*w.scale || w.ctx.Err() != nil {
			break
		}
		w.phi.hess(w.d, w.high)
		w.solve(w.p, w.r)
		w.a.ApplyT(w.q, w.p)
		w.stats.Passes++
		w.stats.Steps++
		scale(math.Min(1, 0.9*w.phi.maxStep(w.high, w.q)), w.p)
		w.move(w.p)
	}
	if nu != nil {
		copy(w.nu, nu)
		copy(w.tail, tail)
	}
	w.evaluate()
	w.readOut()
}

// readOut sets x and the residual to those of θ, and reports whether θ is inside
// the domain.
func (w *twice) readOut() bool {
	if !geometry.InDualDomain(w.chart.Phi, w.high) {
		return false
	}
	w.phi.grad(w.x, w.high)
	w.phi.hess(w.d, w.high)
	for j, v := range w.low {
		w.x[j] += w.d[j] * v
	}
	subtractCompensated(w.a, w.r, w.b, w.x)
	w.stats.Passes++
	w.residual = norm2(w.r) / w.scale
	return !math.IsNaN(w.residual)
}

// result measures the point, nil if θ is outside the domain.
func (w *twice) result() *Result {
	if !geometry.InDualDomain(w.chart.Phi, w.high) {
		return nil
	}
	copy(w.u, w.high)
	outcome := newtonStalled
	if w.residual <= newtonGoal {
		outcome = newtonConverged
	}
	res := w.projection.result(outcome)
	tail := w.units.dual(w.tail)
	if slack := dotCompensated(w.tail, w.r); slack != 0 {
		res.Gap += math.Abs(slack) / math.Max(math.Abs(res.Objective), math.Abs(res.Bound))
	}
	res.YTail, res.Blur = tail, roundoff*w.blur()
	res.Stats.Route += " > twice"
	return res
}
