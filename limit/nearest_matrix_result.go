package limit

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
)

// result measures where Newton's method ended.
func (s *matrixNewton) result(outcome newtonOutcome) *Result {
	yes := true
	res := &Result{Unique: &yes, Y: s.units.dual(s.y), Stats: s.stats, Support: s.m}
	res.Stats.Route = "newton"
	if s.frame == nil {
		res.Residual, res.Gap = 1, math.Inf(1)
		s.opt.judgeNewton(s.ctx, res, newtonStalled)
		return res
	}
	x, r := s.repaired()
	res.X = x
	res.Residual = residualInUnits(s.units, r, s.rhs)
	divergence, slack := s.phi.Fenchel(x, s.theta), dotCompensated(s.y, r)
	res.Objective = s.phi.Fenchel(x, s.theta0)
	res.Bound = res.Objective - divergence + slack
	x0 := s.start()
	if size := math.Max(math.Abs(res.Objective), math.Abs(res.Bound)); size > 0 && !near(x, x0) {
		res.Gap = (divergence + math.Abs(slack)) / size
	}
	s.opt.judgeNewton(s.ctx, res, outcome)
	switch res.Status {
	case Approximate:
		res.Reason.Hint = "rounding errors at this scale: accept the answer with a larger --tol, or bring the start and the constraints to similar scales"
	case NumericalTrouble:
		res.Reason.Hint = s.trouble()
	}
	return res
}

// The range of powers, of scales of b over those of 𝒜(X₀), and of P in which Newton's
// method is known to come to an end.
const (
	leastPower, mostPower = 1.0005, 10
	mostScale             = 1e100
	closestLogDet         = 1e8
)

// trouble says what was established where no answer was found, and what to do.
func (s *matrixNewton) trouble() string {
	const none = "no matrix that meets the constraints was found, nor a proof that there is none"
	size, reach := 0.0, 1.0 // norms whose squares may underflow
	for _, v := range s.b {
		size = math.Hypot(size, v)
	}
	for _, v := range s.phi.Values(s.start()) {
		reach = math.Max(reach, math.Abs(v))
	}
	if size > 0 && (size < reach/mostScale || size > reach*mostScale) {
		return fmt.Sprintf("X would have the size %.0e (‖b‖ over the size of the A_k), beyond the range from %.0e to %.0e of that of the start: measure X in other units", size, 1/mostScale, mostScale)
	}
	switch phi := s.phi.Scalar().(type) {
	case geometry.LP:
		if p := phi.Power(); p < leastPower || p > mostPower {
			return fmt.Sprintf("at P = %v Newton's method is at the end of doubles, where X is a power %.3g of its dual matrix: take P between %v and %v; `tacit lowrank` has the limit P → 1", p, 1/(p-1), leastPower, mostPower)
		}
	case geometry.Burg:
		if s.far > farBurg*math.Log(closestLogDet) {
			return fmt.Sprintf("b is %.0e times what the start has: X⁻¹ = X₀⁻¹ − Σ y_kA_k cancels beyond doubles; start within %.0e of the size of X, for example with a larger --alpha", math.Exp(s.far/farBurg), closestLogDet)
		}
		return none + " (positive definite: the potential is infinite at singular ones): the constraints may force an eigenvalue to 0, where von-neumann has an answer, or be met at infinity only"
	case geometry.Entropy:
		return none + ": the constraints may be met by no X ⪰ 0, or at infinity only; relax them"
	}
	return none + ": b may contradict itself up to rounding; check dependent measurements, or start closer"
}

// start returns X₀.
func (s *matrixNewton) start() []float64 {
	x := make([]float64, s.m)
	s.phi.GradConj(x, s.theta0)
	return x
}

// repaired returns X with first-order steps X + ∇²φ* Aᵀp towards what is left of the
// residual, which rounding of θ leaves and X need not carry, while they lower it.
func (s *matrixNewton) repaired() (x, r []float64) {
	x, r = append([]float64(nil), s.frame.X...), append([]float64(nil), s.r...)
	if s.residual > 1e-6 || s.ctx.Err() != nil {
		return x, r
	}
	v, w := make([]float64, s.m), make([]float64, s.m)
	given := s.r
	defer func() { s.r = given }()
	for range 3 {
		s.r = r
		s.a.ApplyT(v, s.direction())
		s.frame.Rotate(w, v)
		for i, d := range s.diag {
			w[i] *= d
		}
		s.frame.Back(v, w)
		blas.Axpy(1, x, v)
		left := make([]float64, s.n)
		subtractProduct(s.a, left, s.b, v)
		s.stats.Passes += 2
		if !(norm2(left) < 0.9*norm2(r)) {
			break
		}
		x, r = append([]float64(nil), v...), left
	}
	return x, r
}
