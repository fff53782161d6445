package limit

import (
	"context"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// forced is a set Z of coordinates that the constraints hold on the boundary of
// the domain, with a y that proves it: with z = Aᵀy,
//
//	zⱼ < 0 for j ∈ Z on a lower bound, zⱼ > 0 on an upper one, zⱼ = 0 elsewhere,
//	bᵀy = Σ zⱼ·boundⱼ,
//
// so that zᵀx = bᵀy is the largest value of zᵀx in the domain, reached only where
// xⱼ = boundⱼ on all of Z.
type forced struct {
	y     []float64 // in the units of the caller
	bound []float64 // of xⱼ for j ∈ Z, NaN elsewhere
}

// onBoundary answers for constraints that force coordinates to the boundary of
// the domain; nil if it cannot prove that they do. Where φ is infinite there no
// point of the domain meets the constraints. Elsewhere the projection has xⱼ on
// the bound exactly and is the projection in the other coordinates; ν goes far
// out along y, so that ∇φ*(θ₀+Aᵀν) is at the bound to rounding.
func (s *projection) onBoundary(ctx context.Context) (*Result, error) {
	if !s.bounded() || s.gram == nil || len(s.r) > largestForced {
		return nil, nil
	}
	// The entropy goes to the boundary where barriers only stall.
	guide := s
	if !s.phi.logarithmic() {
		lower, upper := domainOf(s.chart.Phi, len(s.x))
		var phi geometry.Separable = geometry.Entropy{}
		if lower != nil {
			box, err := geometry.NewFermiDirac(lower, upper)
			if err != nil {
				return nil, err
			}
			phi = box
		} else if !s.onHalfLine() {
			return nil, nil
		}
		opt := s.opt
		opt.Observe = nil
		guide = newProjection(ctx, dual.NewChart(phi, s.chart.A, make([]float64, len(s.x))), s.rhs, opt)
		guide.run()
		s.stats.Passes += guide.stats.Passes
		s.stats.Factorizations += guide.stats.Factorizations
		s.stats.Steps += guide.stats.Steps
	}
	f := guide.findForced()
	if f == nil {
		return nil, nil
	}
	phi := s.chart.Phi
	_, m := s.chart.A.Dims()
	edge, mask := make([]float64, m), make([]float64, m)
	at := make([]float64, m)
	phi.GradConj(at, s.chart.Theta0)
	for j, v := range f.bound {
		if mask[j] = 1; !math.IsNaN(v) {
			edge[j], mask[j], at[j] = v, 0, v
		}
	}
	if math.IsInf(phi.Value(at), 1) {
		res := &Result{Status: Infeasible, Boundary: true, Y: f.y, X: flushed(slices.Clone(s.x)), Stats: s.stats,
			Residual: residualInUnits(s.units, s.r, s.rhs)}
		if !finite(res.X) {
			clear(res.X)
		}
		res.Stats.Route = "newton > boundary"
		res.Reason = Reason{Criterion: "residual", Value: res.Residual, Bound: s.opt.tol(),
			Hint: "the constraints leave no x inside the domain: drop the columns that they force to 0, or take a geometry that is finite there (entropy)"}
		return res, nil
	}
	rest := make([]float64, len(s.rhs))
	subtractProduct(s.chart.A, rest, s.rhs, edge)
	opt := s.opt
	opt.Observe = nil
	inner, err := projectOn(ctx, dual.NewChart(phi, linop.Scale(s.chart.A, nil, mask), s.chart.Theta0), rest, nil, opt, false)
	if err != nil || inner.Status != Certified {
		return nil, err
	}
	for j, v := range f.bound {
		if !math.IsNaN(v) {
			inner.X[j] = v
		}
	}
	inner.Stats.Passes += s.stats.Passes
	inner.Stats.Factorizations += s.stats.Factorizations
	inner.Stats.Steps += s.stats.Steps
	inner.Stats.Route = "newton > boundary"
	s.extend(inner, f.y)
	return inner, nil
}

// extend measures res.X with the dual vectors res.Y + t·y, t ≥ 0, and keeps the
// best.
func (s *projection) extend(res *Result, y []float64) {
	a, phi := s.chart.A, s.chart.Phi
	r := make([]float64, len(s.rhs))
	subtractProduct(a, r, s.rhs, res.X)
	res.Residual = ratioOf(norm2(r), norm2(s.rhs))
	res.Objective = phi.Fenchel(res.X, s.chart.Theta0)
	theta, trial := make([]float64, len(res.X)), make([]float64, len(y))
	nu, best := res.Y, math.Inf(1)
	for t := 1.0; t < 0x1p60; t *= 4 {
		copy(trial, nu)
		blas.Axpy(t, y, trial)
		a.ApplyT(theta, trial)
		blas.Axpy(1, s.chart.Theta0, theta)
		res.Stats.Passes++
		off := phi.Fenchel(res.X, theta) + math.Abs(dotCompensated(trial, r))
		if !(off < best) {
			if best < math.Inf(1) {
				break
			}
			continue
		}
		best, res.Y = off, slices.Clone(trial)
		// Farther out the rounding of θ hides more than is gained.
		if off <= 1e-3*s.opt.tol()*res.Objective {
			break
		}
	}
	res.Bound, res.Gap, res.Support = res.Objective-best, 0, 0
	if res.Objective > 0 {
		res.Gap = best / res.Objective
	}
	for _, v := range res.X {
		if v != 0 {
			res.Support++
		}
	}
	res.Status = Certified
	res.Reason = Reason{Criterion: "gap", Value: res.Gap, Bound: s.opt.tol()}
	if res.Residual > s.opt.tol() {
		res.Reason.Criterion, res.Reason.Value = "residual", res.Residual
	}
	if !(res.Reason.Value <= s.opt.tol()) {
		res.Status = Approximate
	}
}

// findForced looks for a set of forced coordinates among those next to their
// bounds, in the units of the Newton iteration; nil if it finds none.
func (s *projection) findForced() *forced {
	_, m := s.a.Dims()
	if !finite(s.x) || !finite(s.nu) {
		return nil
	}
	distance, bound, nearest, size := s.distances()
	before := -1
	for limit := 1e-2; limit >= 1e-14 && nearest <= limit*size; limit /= 10 {
		on, count := make([]float64, m), 0
		for j, d := range distance {
			if on[j] = math.NaN(); d <= limit*size {
				on[j] = bound[j]
				count++
			}
		}
		if count == before || count == 0 {
			continue
		}
		before = count
		if y := s.proofOf(on); y != nil {
			return &forced{y: s.units.dual(y), bound: on}
		}
	}
	return nil
}

// distances returns how far each coordinate is from its next bound, that bound,
// the least of the distances, and what to compare it with.
func (s *projection) distances() (distance, bound []float64, nearest, size float64) {
	distance, bound = make([]float64, len(s.x)), make([]float64, len(s.x))
	nearest = math.Inf(1)
	for j, v := range s.x {
		lower, upper := geometry.Bounds(s.chart.Phi, j)
		distance[j], bound[j] = v-lower, lower
		if upper-v < distance[j] {
			distance[j], bound[j] = upper-v, upper
		}
		if !math.IsInf(distance[j], 1) {
			size, nearest = math.Max(size, distance[j]), math.Min(nearest, distance[j])
			if width := upper - lower; !math.IsInf(width, 1) {
				size = math.Max(size, width)
			}
		}
	}
	return distance, bound, nearest, size
}

// mayBeForced reports whether a coordinate is so close to a bound that it is
// worth asking whether it can be elsewhere, in a problem where that is cheap.
func (s *projection) mayBeForced() bool {
	if s.gram == nil || len(s.r) > quickForced || !s.bounded() {
		return false
	}
	_, _, nearest, size := s.distances()
	return nearest <= 1e-9*size
}

const (
	quickForced   = 128   // rows up to which a certified answer is looked at again
	largestForced = 1024  // rows up to which the null space of A_Nᵀ is computed
	nullSpace     = 1e-13 // eigenvalue of A_N A_Nᵀ that counts as 0
	zeroCosine    = 1e-12 // |aⱼᵀy|/(‖aⱼ‖‖y‖) that counts as 0
	forcedCosine  = 1e-6  // and that counts as not 0
)

// proofOf returns a y as forced wants it for the set on which bound is a number;
// nil if it finds none. Coordinates that y does not force are taken off the set.
func (s *projection) proofOf(bound []float64) []float64 {
	n, m := s.a.Dims()
	for j, v := range bound {
		if s.d[j] = 0; math.IsNaN(v) {
			s.d[j] = 1
		}
	}
	linop.Gram(s.a, s.gram, s.d)
	s.stats.Factorizations++
	values := make([]float64, n)
	if !blas.Eigen(values, s.gram, n, n) {
		return nil
	}
	kernel := 0
	for kernel < n && values[kernel] <= nullSpace*math.Max(values[n-1], 1e-300) {
		kernel++
	}
	if kernel == 0 {
		return nil
	}
	y := make([]float64, n)
	for k := range kernel {
		part := 0.0
		for i, v := range s.nu {
			part += s.gram[i*n+k] * v
		}
		for i := range y {
			y[i] += part * s.gram[i*n+k]
		}
	}
	norms := make([]float64, m)
	linop.ColumnNorms(s.a, norms)
	simple := simplified(y)
	if simple != nil && s.forces(simple, bound, norms) {
		return simple
	}
	if s.forces(y, bound, norms) {
		return y
	}
	return nil
}

// forces reports whether y proves that bound holds, and takes off what it does
// not force.
func (s *projection) forces(y, bound, norms []float64) bool {
	length := norm2(y)
	if length == 0 {
		return false
	}
	s.a.ApplyT(s.q, y)
	s.stats.Passes++
	reach, count := -dotCompensated(s.b, y), 0
	for j, z := range s.q {
		cosine := z / (norms[j] * length)
		lower, _ := geometry.Bounds(s.chart.Phi, j)
		switch free := math.IsNaN(bound[j]); {
		case math.Abs(cosine) <= zeroCosine || norms[j] == 0:
		case free || math.Abs(cosine) < forcedCosine, (z < 0) != (bound[j] == lower):
			return false
		default:
			reach += z * bound[j]
			count++
		}
	}
	if count == 0 || !(math.Abs(reach) <= zeroCosine*s.scale*length) {
		return false
	}
	for j, z := range s.q {
		if math.Abs(z) <= zeroCosine*norms[j]*length {
			bound[j] = math.NaN()
		}
	}
	return true
}

// simplified returns the multiple of y that consists of integers, if it has a
// small one to within 1e-6: forced zeros come from rows of few integers, and an
// exact y lets a verifier see zeros where they are. Nil if there is none.
func simplified(y []float64) []float64 {
	largest := 0.0
	for _, v := range y {
		largest = math.Max(largest, math.Abs(v))
	}
	if largest == 0 {
		return nil
	}
	out := make([]float64, len(y))
	for q := 1.0; q <= 60; q++ {
		fits := true
		for i, v := range y {
			t := v / largest * q
			out[i] = math.Round(t)
			fits = fits && math.Abs(t-out[i]) <= 1e-6*q
		}
		if fits {
			return out
		}
	}
	return nil
}

// ratioOf returns v/size, v itself if size is 0.
func ratioOf(v, size float64) float64 {
	if size == 0 {
		return v
	}
	return v / size
}
