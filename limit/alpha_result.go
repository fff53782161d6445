package limit

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// finish turns the state of Newton's method into the result.
func (s *alphaSolve) finish() {
	s.keepStats()
	res := s.res
	res.Stats = s.spent
	res.Stats.Route = "newton"
	yes := true
	res.Unique = &yes
	res.X = flushed(s.units.primal(s.newton.x))
	nu := make([]float64, len(s.newton.nu))
	for i, v := range s.newton.nu {
		nu[i] = s.l*s.y[i] + v
	}
	res.Y = s.units.dual(nu)
	res.Residual = residualInUnits(s.units, s.newton.r, s.p.B)
	for j, v := range res.X {
		if v != 0 {
			res.Support++
		}
		res.L1 += s.w[j] * math.Abs(v)
	}
	// Objective − Bound = ⟨ν, Ax−b⟩ for x = ∇φ*(θ₀+Aᵀν).
	res.Objective = s.divergence(res.X)
	res.Bound = res.Objective + dotCompensated(nu, s.newton.r)*s.units.x
	res.Gap = relativeGap(res.Objective, res.Bound)
	s.opt.judgeNewton(s.ctx, &res.Result, s.outcome)
	if res.Status != Certified {
		res.Unique = nil
	}
	if s.bounds {
		s.boundL1(nu)
	}
}

// flushed sets the subnormal entries of x to 0: they have lost their digits,
// and their logarithms would be taken for those of x.
func flushed(x []float64) []float64 {
	for j, v := range x {
		if math.Abs(v) < 0x1p-1022 {
			x[j] = 0
		}
	}
	return x
}

// divergence is D_φ(x, x₀) in the units of the problem.
func (s *alphaSolve) divergence(x []float64) float64 {
	theta := make([]float64, len(x))
	scale := make([]float64, len(x))
	for j, w := range s.w {
		scale[j] = -s.l * w
	}
	if s.p.Nonneg {
		return geometry.Entropy{}.Fenchel(x, scale)
	}
	return geometry.Hypentropy{LogBeta: scale}.Fenchel(x, theta)
}

// boundL1 fills in what the state proves about the ℓ1 optimum.
func (s *alphaSolve) boundL1(nu []float64) {
	res := s.res
	// aⱼᵀν = L(wⱼ−slackⱼ) + uⱼ; scaled by its largest ratio to wⱼ, ν is dual
	// feasible.
	largest := 0.0
	for j, w := range s.w {
		v := s.l*(w-s.up[j]) + s.newton.u[j]
		largest = math.Max(largest, v/w)
		if s.down != nil {
			largest = math.Max(largest, (s.l*(w-s.down[j])-s.newton.u[j])/w)
		}
	}
	if largest > 0 {
		res.L1Bound = math.Max(0, dotCompensated(s.b, nu)/largest*s.units.x)
		res.L1Dual = s.units.dual(nu)
		for i := range res.L1Dual {
			res.L1Dual[i] /= largest
		}
	}
	if s.start != nil && s.start.YTail == nil && s.start.Bound > res.L1Bound {
		res.L1Bound, res.L1Dual = s.start.Bound, s.start.Y
	}
	q := res.L1Bound
	switch {
	case res.Status != Certified:
		res.Excess = math.Inf(1) // X is no point of the constraints
	case res.L1 <= res.L1Bound:
		res.Excess = 0
	default:
		res.Excess = res.L1/res.L1Bound - 1
	}
	_, m := s.a.Dims()
	res.Apriori = AprioriExcess(m, res.LogAlpha, q, s.p.Weights, s.p.Nonneg)
	if s.p.Nonneg && s.p.Weights == nil {
		if e, ok := EntropyExcess(m, res.LogAlpha, q); ok {
			res.ClosedForm = &e
		}
	}
	if s.p.Nonneg && s.outcome == newtonConverged {
		res.AlphaIrrelevant = s.weightsInRange()
	}
}

// weightsInRange reports whether w = Aᵀy for some y: the least norm solution of
// Ax = Aw, which is the projection of w on range(Aᵀ), is w itself.
func (s *alphaSolve) weightsInRange() bool {
	aw := make([]float64, len(s.b))
	s.a.Apply(aw, s.w)
	ls := leastSquares(s.ctx, s.a, aw, leastSquaresOptions{tol: newtonArrived})
	s.res.Stats.Passes += ls.passes + 1
	s.res.Stats.Factorizations += ls.factorized
	for j, v := range ls.x {
		if math.Abs(v-s.w[j]) > 1e-9*s.w[j] {
			return false
		}
	}
	return true
}
