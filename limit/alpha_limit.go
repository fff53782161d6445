package limit

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// fromLimit starts Newton's method from the certified solution (x, y) of the
// problem for α → 0: ν = L·y + ω with A_Sᵀω = ln x_S on the support S, so that
// x_S is right from the start and the other coordinates are e^(−L·slack+…). It
// reports whether the method arrived.
func (s *alphaSolve) fromLimit() bool {
	var support []int
	for j, v := range s.start.X {
		if v != 0 {
			support = append(support, j)
		}
	}
	s.y = s.scaledDual(s.start.Y)
	if len(support) > 0 {
		s.interpolate(s.y, support, func(j int) float64 { return s.sign(j) * s.w[j] })
	}
	if !s.slacks(support) {
		return false
	}
	s.begin(s.l)
	s.newton.damping = limitDamping
	if v := s.log.take(stageAlphaLimit, "nu"); v != nil {
		copy(s.newton.nu, v["nu"])
	} else if len(support) > 0 {
		s.interpolate(s.newton.nu, support, func(j int) float64 {
			v := math.Log(math.Abs(s.start.X[j]))
			if !s.p.Nonneg {
				v += math.Ln2
			}
			return s.sign(j) * v
		})
	}
	s.a.ApplyT(s.newton.u, s.newton.nu)
	s.newton.evaluate()
	s.newton.stats.Passes += 2
	s.outcome = s.newton.minimise(newtonGoal)
	return s.outcome == newtonCancelled || s.outcome == newtonBudget ||
		s.newton.residual <= math.Max(newtonArrived, s.opt.tol()/10)
}

// limitDamping is the damping of Newton's method from the solution for α → 0:
// the best of the powers of ten over ln α = −80 to −7000 on dense and sparse
// instances. Without any, single instances take three times as many steps.
const limitDamping = 1e-5

// scaledDual returns y in normalised units.
func (s *alphaSolve) scaledDual(y []float64) []float64 {
	out := append([]float64(nil), y...)
	for i := range s.units.row {
		out[i] /= s.units.row[i]
	}
	return out
}

// sign is that of the start at j.
func (s *alphaSolve) sign(j int) float64 { return math.Copysign(1, s.start.X[j]) }

// interpolate replaces lambda by the nearest point, to rounding, with
// aⱼᵀλ = t(j) on the support.
func (s *alphaSolve) interpolate(lambda []float64, support []int, t func(j int) float64) {
	columns := s.transposedColumns(support)
	e := make([]float64, len(support))
	columns.Apply(e, lambda)
	for k, j := range support {
		e[k] = t(j) - e[k]
	}
	ls := leastSquares(s.ctx, columns, e, leastSquaresOptions{tol: newtonArrived})
	for i, v := range ls.x {
		lambda[i] += v
	}
	s.spent.Passes += ls.passes
	s.spent.Factorizations += ls.factorized
}

// denseColumns is the largest A_S that is copied out: 128 MB.
const denseColumns = 1 << 24

// transposedColumns returns A_Sᵀ, dense where that is small enough, so that it
// can be factorized.
func (s *alphaSolve) transposedColumns(support []int) linop.Operator {
	n, _ := s.a.Dims()
	if len(support)*n > denseColumns {
		return linop.Transpose(linop.Select(s.a, support))
	}
	data := make([]float64, len(support)*n)
	linop.Columns(s.a, data, support)
	return linop.NewDense(len(support), n, data)
}

// slacks sets up and down to those of y: w ∓ Aᵀy, zero on the support on the
// side of its sign, never negative. It reports whether y has such slacks to
// rounding, without which x would not be on the chart: where the columns of the
// support depend on each other no y may interpolate all of its signs.
func (s *alphaSolve) slacks(support []int) bool {
	_, m := s.a.Dims()
	z := make([]float64, m)
	s.a.ApplyT(z, s.y)
	s.up = make([]float64, m)
	var missed float64
	for j, v := range z {
		s.up[j] = math.Max(0, s.w[j]-v)
		missed = math.Max(missed, (v-s.w[j])/s.w[j])
	}
	s.down = nil
	if !s.p.Nonneg {
		s.down = make([]float64, m)
		for j, v := range z {
			s.down[j] = math.Max(0, s.w[j]+v)
			missed = math.Max(missed, (-v-s.w[j])/s.w[j])
		}
	}
	for _, j := range support {
		missed = math.Max(missed, math.Abs(s.sign(j)*z[j]-s.w[j])/s.w[j])
	}
	if missed > slackRounding {
		return false
	}
	for _, j := range support {
		if s.sign(j) > 0 {
			s.up[j] = 0
		} else {
			s.down[j] = 0
		}
	}
	return true
}

// slackRounding is what the slacks of a certified y may miss, relative to w.
const slackRounding = 1e-11
