package limit

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// Start is the point that Nearest measures from, by itself or by its mirror
// image: one of the two, both of length m.
type Start struct {
	X0     []float64 // x₀, inside the domain of φ
	Theta0 []float64 // θ₀ = ∇φ(x₀), for starts that are no float64 such as 1e-3000
}

// Nearest returns the solution of Ax = b that is nearest to a start in the
// Bregman divergence of φ,
//
//	minimise D_φ(x, x₀)  subject to  Ax = b,
//
// the limit of mirror descent from x₀: raking, calibration and entropy
// balancing of survey weights, maximum entropy, generalised least squares. φ is
// any separable potential or *geometry.Mahalanobis; A is n×m of any shape and
// rank.
//
// What is returned is said at Projection: X inside the domain of φ with its
// dual Y, or Y + YTail where from a start near the boundary of the domain, or far
// out, no Y in doubles has its θ₀+Aᵀy at X; Objective D_φ(X, x₀), and the gap of Pythagoras' identity. For a
// quadratic φ that is too ill-conditioned for Newton's method the answer comes
// from an orthogonal factorization, as that of MinNorm does, and for entropies
// from a constant start that is too small for it from the limit problem, as that
// of L1AtAlpha does.
//
// If no x in the domain meets the constraints the status is Infeasible. Y is
// then a Farkas vector: bᵀy > 0 = Aᵀy (AnySign), Aᵀy ≤ 0 < bᵀy where the domain
// is x > 0, or bᵀy > max {yᵀAx : x in the box} where it is a box. Constraints
// that can be met on the boundary of the domain only have a limit there if φ is
// finite on it, and none otherwise.
//
// The error is non-nil if the question cannot be asked: it names the first
// coordinate of x₀ that is outside the domain of φ.
//
// Cost: 5 to 15 Newton steps, each the product A D Aᵀ, two products with A and
// a few evaluations of ∇φ*; memory 10m + n² numbers beside A.
func Nearest(ctx context.Context, a linop.Operator, b []float64, phi geometry.Potential, start Start, opt Options) (*Result, error) {
	if err := (Problem{A: a, B: b}).check(); err != nil {
		return nil, err
	}
	theta0, err := start.image(phi, a)
	if err != nil {
		return nil, err
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
		opt.MaxTime = 0
	}
	switch phi := phi.(type) {
	case geometry.Separable:
		return nearestSeparable(ctx, a, b, phi, theta0, start.X0, opt)
	case *geometry.Mahalanobis:
		return nearestMahalanobis(ctx, a, b, phi, theta0, opt)
	}
	return nil, fmt.Errorf("limit: the geometry %s is not separable, and Nearest cannot project in it", phi.Name())
}

// image returns θ₀.
func (s Start) image(phi geometry.Potential, a linop.Operator) ([]float64, error) {
	_, m := a.Dims()
	if (s.X0 == nil) == (s.Theta0 == nil) {
		return nil, fmt.Errorf("limit: a start is given by x₀ or by θ₀, one of them")
	}
	if s.Theta0 != nil {
		if len(s.Theta0) != m {
			return nil, fmt.Errorf("limit: θ₀ has length %d, but A has %d columns", len(s.Theta0), m)
		}
		return s.Theta0, nil
	}
	if len(s.X0) != m {
		return nil, fmt.Errorf("limit: x₀ has length %d, but A has %d columns", len(s.X0), m)
	}
	if err := geometry.CheckInterior(phi, "x0", s.X0); err != nil {
		return nil, err
	}
	theta0 := make([]float64, m)
	phi.Grad(theta0, s.X0)
	for j, t := range theta0 {
		lower, upper := geometry.DualBounds(phi, j)
		if math.IsInf(t, 0) && t == max(lower, min(upper, t)) {
			return nil, fmt.Errorf("x0[%d] = %v: the gradient of %s there is beyond the range of doubles; scale x0 and b towards 1", j, s.X0[j], phi.Name())
		}
		if !(lower < t && t < upper) {
			return nil, fmt.Errorf("x0[%d] = %v is too close to the boundary of the domain of %s: the gradient there is %v", j, s.X0[j], phi.Name(), t)
		}
	}
	return theta0, nil
}

func nearestSeparable(ctx context.Context, a linop.Operator, b []float64, phi geometry.Separable, theta0, x0 []float64, opt Options) (*Result, error) {
	kept := (&logbook{resume: opt.Resume}).stage()
	_, entropy := phi.(geometry.Entropy)
	if projecting := slices.Contains(projectionStages, kept); entropy && !projecting && slices.Max(theta0)-slices.Min(theta0) > doubles {
		res, err := nearestScales(ctx, a, b, theta0, opt)
		if err != nil || res.Status == Certified || ctx.Err() != nil {
			return res, err
		}
	}
	res, err := projectOn(ctx, dual.NewChart(phi, a, theta0), b, x0, opt, true)
	if err != nil || res.Status == Certified || res.Status == Infeasible || ctx.Err() != nil {
		return res, err
	}
	opt.takeLog() // what follows is another way, and goes on from its start
	again := func() (*Result, error) { return nil, nil }
	switch phi := phi.(type) {
	case geometry.Euclidean, geometry.Diagonal:
		again = func() (*Result, error) { return nearestDiagonal(ctx, a, b, phi, theta0, opt) }
	case geometry.Entropy:
		again = func() (*Result, error) { return nearestScales(ctx, a, b, theta0, opt) }
	case geometry.Hypentropy:
		if constant(theta0) && theta0[0] == 0 && len(phi.LogBeta) == 1 {
			again = func() (*Result, error) { return nearestScale(ctx, Problem{A: a, B: b}, phi.LogBeta[0], opt) }
		}
	}
	better, err := again()
	if err != nil || better == nil || better.Status != Certified && better.Status != Infeasible {
		return res, err
	}
	better.Stats.Passes += res.Stats.Passes
	better.Stats.Factorizations += res.Stats.Factorizations
	better.Stats.Steps += res.Stats.Steps
	better.Stats.Route = res.Stats.Route + " > " + better.Stats.Route
	return better, nil
}

// nearestScale answers Nearest from a scale that is below what doubles resolve
// on the way, where only the limit problem leads to the answer.
func nearestScale(ctx context.Context, p Problem, logAlpha float64, opt Options) (*Result, error) {
	res, err := L1AtAlpha(ctx, p, logAlpha, nil, opt)
	if err != nil {
		return nil, err
	}
	return &res.Result, nil
}

// nearestScales answers Nearest in the entropy from x₀ᵢ = α^wᵢ, wᵢ > 0, which
// every x₀ is in a suitable unit of x. Where x₀ spans hundreds of powers of e, as
// in optimal transport with little entropy, x is next to a solution of the limit
// problem of least Σ wᵢxᵢ, and the ν of Newton's method next to L times its dual:
// L1AtAlpha follows that, and starts from it where α is tiny.
func nearestScales(ctx context.Context, a linop.Operator, b, theta0 []float64, opt Options) (*Result, error) {
	unit := 0
	if top := slices.Max(theta0); top > -1 {
		unit = int(math.Ceil((top + 1) / math.Ln2))
	}
	shift := float64(unit) * math.Ln2
	logAlpha := slices.Min(theta0) - shift
	w, rhs := make([]float64, len(theta0)), make([]float64, len(b))
	for j, v := range theta0 {
		w[j] = (v - shift) / logAlpha
	}
	for i, v := range b {
		rhs[i] = math.Ldexp(v, -unit)
	}
	res, err := l1AtAlpha(ctx, Problem{A: a, B: rhs, Nonneg: true, Weights: w}, logAlpha, nil, opt, false)
	if err != nil {
		return nil, err
	}
	for j, v := range res.X {
		res.X[j] = math.Ldexp(v, unit)
	}
	res.Objective, res.Bound = math.Ldexp(res.Objective, unit), math.Ldexp(res.Bound, unit)
	res.Stats.Route = "scales > " + res.Stats.Route
	return &res.Result, nil
}

// constant reports whether all entries are the same.
func constant(v []float64) bool {
	for _, x := range v {
		if x != v[0] {
			return false
		}
	}
	return true
}
