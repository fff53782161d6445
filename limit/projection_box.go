package limit

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// domainOf returns the ends of the domain of φ if it is a box, else nil.
func domainOf(phi geometry.Potential, m int) (lower, upper []float64) {
	lower, upper = make([]float64, m), make([]float64, m)
	for j := range lower {
		lower[j], upper[j] = geometry.Bounds(phi, j)
		if math.IsInf(lower[j], -1) || math.IsInf(upper[j], 1) {
			return nil, nil
		}
	}
	return lower, upper
}

// boxReach returns max ⟨z, x⟩ over the box.
func boxReach(z, lower, upper []float64) float64 {
	sum := 0.0
	for j, v := range z {
		sum += math.Max(v*lower[j], v*upper[j])
	}
	return sum
}

// outsideBox looks for a y with bᵀy > max {yᵀAx : lower ≤ x ≤ upper}, which
// proves that no x of the box meets Ax = b; nil if there is none within reach.
//
// The residual of the point of the box that fits best is such a y. The point is
// approached by the accelerated projected gradient (Nesterov 1983; Beck and
// Teboulle 2009), and the proof stands as soon as the Frank–Wolfe gap of a
// point, max_v ⟨Aᵀr, v−x⟩, is below ‖r‖². The ν of Newton's method is tried
// first: where the constraints cannot be met it runs off in such a direction.
func (s *projection) outsideBox(p Problem, lower, upper []float64) *Result {
	z := make([]float64, len(s.x))
	proves := func(y []float64) bool {
		s.a.ApplyT(z, y)
		s.stats.Passes++
		margin := (blas.Dot(s.b, y) - boxReach(z, lower, upper)) / (s.scale * norm2(y))
		return margin > 2*s.opt.tol()
	}
	found := func(y []float64) *Result {
		x := flushed(append([]float64(nil), s.x...))
		if !finite(x) {
			clear(x)
		}
		res := &Result{Status: Infeasible, X: x, Y: s.units.dual(y), Stats: s.stats,
			Residual: residualInUnits(s.units, s.r, p.B)}
		res.Stats.Route = "newton > box"
		res.Reason = Reason{Criterion: "residual", Value: res.Residual, Bound: s.opt.tol(),
			Hint: "no x within the bounds fits: widen them, or drop the constraints that pull farthest"}
		return res
	}
	if finite(s.nu) && proves(s.nu) {
		return found(append([]float64(nil), s.nu...))
	}
	lipschitz := 2 * largestEigenvalue(s.a)
	if !(lipschitz > 0) || math.IsInf(lipschitz, 1) {
		return nil
	}
	clamp := func(j int, v float64) float64 { return math.Max(lower[j], math.Min(upper[j], v)) }
	x, ahead, r := make([]float64, len(z)), make([]float64, len(z)), make([]float64, len(s.r))
	for j := range x {
		x[j] = clamp(j, s.x[j])
		if math.IsNaN(x[j]) {
			x[j] = lower[j]
		}
	}
	copy(ahead, x)
	momentum := 1.0
	for range boxSteps {
		if s.ctx.Err() != nil {
			return nil
		}
		subtractProduct(s.a, r, s.b, ahead)
		s.stats.Passes++
		s.stats.Steps++
		if proves(r) { // leaves Aᵀr in z
			return found(r)
		}
		if norm2(r) <= s.opt.tol()*s.scale {
			return nil
		}
		next := (1 + math.Sqrt(1+4*momentum*momentum)) / 2
		for j, v := range z {
			moved := clamp(j, ahead[j]+v/lipschitz)
			ahead[j] = clamp(j, moved+(momentum-1)/next*(moved-x[j]))
			x[j] = moved
		}
		momentum = next
	}
	return nil
}

// boxSteps bounds the steps of outsideBox.
const boxSteps = 20000

// largestEigenvalue estimates ‖A‖² by the power method.
func largestEigenvalue(a linop.Operator) float64 {
	n, m := a.Dims()
	u, v := make([]float64, n), make([]float64, m)
	for i := range u {
		u[i] = 1 + math.Sin(float64(3*i+1))
	}
	size := 0.0
	for range 12 {
		length := norm2(u)
		if length == 0 {
			return size
		}
		scale(1/length, u)
		a.ApplyT(v, u)
		a.Apply(u, v)
		size = math.Max(size, norm2(u))
	}
	return size
}
