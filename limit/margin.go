package limit

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

// MarginNorm is the norm of w in which a margin is measured.
type MarginNorm string

// The norms of a margin: these, and lp:P for 1 < P < ∞.
const (
	MarginL2   MarginNorm = "l2"
	MarginL1   MarginNorm = "l1"
	MarginLInf MarginNorm = "linf"
)

// MarginProblem asks for the separator of largest margin,
//
//	γ = max { minᵢ yᵢ(wᵀxᵢ + c) : ‖w‖ = 1 },
//
// which is where gradient descent on the exponential or logistic loss turns
// (Soudry, Hoffer, Nacson, Gunasekar and Srebro 2018): equivalently
//
//	minimise ‖w‖  subject to  yᵢ(wᵀxᵢ + c) ≥ 1.
//
// X is N×d with the points as rows. Y has one label for each of them: the larger
// of two values stands for yᵢ = +1, the smaller for −1. Three and more values are
// classes, by increasing value, and the problem is the joint one (theory of
// softmax regression, Crammer and Singer's constraints),
//
//	minimise Σ‖wₖ‖²  subject to  (w_{yₙ} − wₖ)ᵀxₙ ≥ 1 for all k ≠ yₙ.
//
// With Bias the intercept c is free and unpenalised, of classes c_{yₙ} − cₖ is added on
// the left; without it c = 0. (A constant column would penalise it, and has a
// different answer.)
type MarginProblem struct {
	X    linop.Operator
	Y    []float64
	Bias bool
	Norm MarginNorm // "": l2; for classes that of all entries of the K×d matrix
}

// MarginResult is a separator with its proof. With zᵢ = yᵢxᵢ,
//
//   - X is w, scaled so that the least yᵢ(wᵀxᵢ+c) is 1; for K > 2 classes the
//     K×d matrix of the wₖ, by rows;
//   - Y is p, the convex weights of the support vectors: every separator has a
//     margin of at most ‖Σpᵢzᵢ‖ (in the dual norm; Σpᵢyᵢ = 0 with an intercept).
//     For K classes it is N×K, entry (n, k) belonging to class k against yₙ;
//   - Objective is ‖w‖ = 1/γ, Bound what p proves about it from below.
//
// For NotSeparable p is the proof: Σpᵢzᵢ = 0, up to rounding, so no separator
// exists (Gordan 1873).
type MarginResult struct {
	Result
	Margin         float64   // γ, 0 if there is none
	Intercept      float64   // c, in the scale of X
	Intercepts     []float64 // cₖ of K > 2 classes, of which the first is 0
	Classes        []float64 // the labels that occur, increasing
	SupportVectors []int     // points with positive weight, increasing
}

// Margin solves p and proves the answer.
//
// The Euclidean margin is found by one of three lanes, whichever is cheapest,
// and the next where one fails. Gram: all inner products and block pivoting, for
// few points in many dimensions. Active set: the dual method of Goldfarb and
// Idnani (1983) with an orthogonal factorization of the support vectors, on a
// working set of violated points, for many points in few dimensions. Coordinate:
// coordinate descent in the dual, for large sparse data, followed by conjugate
// gradients on the support vectors that it finds. The norms l1 and linf are linear
// programs, solved by L1; lp:P has an interior point method of its own.
//
// Cost: a few products with X beside the work on the support vectors, k²d for k
// of them.
func Margin(ctx context.Context, p MarginProblem, opt Options) (*MarginResult, error) {
	classes, err := p.check()
	if err != nil {
		return nil, err
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
	}
	if p.Norm == "" {
		p.Norm = MarginL2
	}
	pts, err := newPoints(p.X, p.Y, classes, p.Norm, p.Bias)
	if err != nil {
		return nil, err
	}
	s := &separation{ctx: ctx, opt: opt, points: pts, bias: p.Bias && pts.classes == 0, norm: p.Norm}
	s.run()
	return s.result(classes), nil
}

// Classes returns the values that occur in y, increasing.
func Classes(y []float64) []float64 {
	c := slices.Clone(y)
	slices.Sort(c)
	return slices.Compact(c)
}

// maxClasses bounds the number of classes: more values are measurements, not
// labels.
const maxClasses = 1000

// check reports the first thing that makes p unusable, and the classes.
func (p MarginProblem) check() ([]float64, error) {
	if p.X == nil {
		return nil, fmt.Errorf("limit: the problem has no points X")
	}
	n, d := p.X.Dims()
	if n == 0 || d == 0 {
		return nil, fmt.Errorf("limit: X is %d×%d; it needs at least one point and one coordinate", n, d)
	}
	if len(p.Y) != n {
		return nil, fmt.Errorf("limit: %d labels for %d points", len(p.Y), n)
	}
	for i, v := range p.Y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("limit: label %d is %v; every label must be finite", i, v)
		}
	}
	classes := Classes(p.Y)
	switch k := len(classes); {
	case k == 1 && n == 1:
		return nil, fmt.Errorf("limit: there is one point, of label %v; a separator needs points of two labels", classes[0])
	case k == 1:
		return nil, fmt.Errorf("limit: all %d points have the label %v; a separator needs two", n, classes[0])
	case k > maxClasses:
		return nil, fmt.Errorf("limit: the labels have %d different values; they look like measurements, not like classes", k)
	}
	if p.Norm != "" && p.Norm.Exponent() == 0 {
		return nil, fmt.Errorf("limit: there is no margin in the norm %q; the norms are l2, l1, linf and lp:P with 1 < P", p.Norm)
	}
	return classes, nil
}
