package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// gaussian is a random system Ax = b with a planted x of k nonzero entries.
func gaussian(n, m, k int, nonneg bool, seed uint64) (*instance.Problem, error) {
	return instance.Sparse{Name: "theorem", Seed: seed, Ensemble: instance.Gaussian, N: n, M: m, K: k, Nonneg: nonneg}.Generate()
}

// row is the operator with one row.
func row(entries ...float64) linop.Operator { return linop.NewDense(1, len(entries), entries) }

// certified turns an answer that is not proven into an error: what is predicted
// from it would mean nothing.
func certified(what string, r *limit.Result) error {
	if r.Status != limit.Certified {
		return fmt.Errorf("%s: %s, %s %.1e > %.1e", what, r.Status, r.Reason.Criterion, r.Reason.Value, r.Reason.Bound)
	}
	return nil
}

// atAlpha is the limit of the flow from the scale α.
func atAlpha(ctx context.Context, p limit.Problem, logAlpha float64, start *limit.Result) (*limit.AlphaResult, error) {
	r, err := limit.L1AtAlpha(ctx, p, logAlpha, start, limit.Options{})
	if err != nil {
		return nil, err
	}
	return r, certified(fmt.Sprintf("the limit at ln α = %g", logAlpha), &r.Result)
}

// distance is ‖x−y‖₂.
func distance(x, y []float64) float64 {
	var sum float64
	for i, v := range x {
		sum = math.Hypot(sum, v-y[i])
	}
	return sum
}

// norm2 is ‖x‖₂.
func norm2(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum = math.Hypot(sum, v)
	}
	return sum
}
