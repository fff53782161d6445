package limit

import (
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/tacit-dev/tacit/linop"
)

// followExactly computes the events in rational arithmetic, rounds them, and
// proves the final point in doubles like any other.
func (run *pathRun) followExactly() {
	s := run.s
	s.enter("rational-path")
	exact := newRationalRun(run.fractions())
	size := math.Sqrt(toFloat(exact.b.inner(exact.b)))
	exact.observe = func(e RationalEvent) {
		rel := math.Sqrt(toFloat(e.ResidualSquared)) / size
		s.step("rational-path", len(run.events)+1, rel)
		run.events = append(run.events, PathEvent{
			Tau: toFloat(e.Tau), Entering: e.Entering, Leaving: e.Leaving,
			X: sparseRational(e.X), Residual: rel, Bound: toFloatBelow(e.Bound), Unique: e.Unique,
		})
	}
	run.exact = exact.follow(s.ctx, s.opt.MaxSteps)
	run.ended = run.exact.Status == Certified || run.exact.Status == Infeasible
	s.stopped = !run.ended
	x, y := run.normalised()
	v := make([]float64, s.m)
	s.applyT(v, y)
	s.offerPrimal(x)
	if run.exact.Status == Infeasible {
		if s.provesInfeasible(y, v) {
			return
		}
		// b contradicts A by less than the tolerance.
		clear(y)
		clear(v)
	}
	s.offerDual(y, v)
	run.settle()
}

// fractions returns the given problem in rational numbers.
func (run *pathRun) fractions() RationalProblem {
	p := run.given
	n, m := p.A.Dims()
	out := RationalProblem{A: make([][]*big.Rat, n), Nonneg: p.Nonneg,
		B: run.rationals(p.B), Weights: run.rationals(p.Weights), WeightsNeg: run.rationals(run.opt.WeightsNeg)}
	row := make([]float64, m)
	for i := range n {
		clear(row)
		linop.Row(p.A, i, func(j int, v float64) { row[j] += v })
		out.A[i] = run.rationals(row)
	}
	return out
}

func (run *pathRun) rationals(x []float64) []*big.Rat {
	if x == nil {
		return nil
	}
	out := make([]*big.Rat, len(x))
	for i, v := range x {
		if run.opt.Decimal {
			out[i], _ = new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
		} else {
			out[i] = new(big.Rat).SetFloat64(v)
		}
	}
	return out
}

// normalised returns the final x and y in the units of the search.
func (run *pathRun) normalised() (x, y []float64) {
	s := run.s
	x, y = make([]float64, s.m), make([]float64, s.n)
	for j, v := range run.exact.X {
		k := j
		f := toFloat(v)
		if run.opt.WeightsNeg != nil && f < 0 {
			k, f = run.m+j, -f
		}
		if s.units.col != nil {
			f /= s.units.col[k]
		}
		x[k] = f / s.units.x
	}
	for i, v := range run.exact.Y {
		y[i] = toFloat(v)
		if s.units.row != nil {
			y[i] /= s.units.row[i]
		}
	}
	return x, y
}

// toFloat returns the double nearest to v.
func toFloat(v *big.Rat) float64 {
	f, _ := v.Float64()
	return f
}

// toFloatBelow returns the largest double that is at most v.
func toFloatBelow(v *big.Rat) float64 {
	f := toFloat(v)
	if math.IsInf(f, 1) || new(big.Rat).SetFloat64(f).Cmp(v) > 0 {
		return math.Nextafter(f, math.Inf(-1))
	}
	return f
}

func sparseRational(x map[int]*big.Rat) Sparse {
	var s Sparse
	for j := range x {
		s.Index = append(s.Index, j)
	}
	slices.Sort(s.Index)
	for _, j := range s.Index {
		s.Value = append(s.Value, toFloat(x[j]))
	}
	return s
}
