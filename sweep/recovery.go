package sweep

import (
	"context"

	"github.com/tacit-dev/tacit/limit"
)

// recovery decides whether the planted x is recovered. The row holds what is proven
// then: with success the norm and the bound, without it a smaller norm. Where
// neither can be shown, or the minimiser might be closer to x than what counts as a
// success, it is computed and measured as by the algorithm l1: either way the
// success is the one that l1 records.
func (c Cell) recovery(ctx context.Context, p limit.Problem, planted []float64, opt limit.Options, success float64, row *Row) error {
	r, err := limit.Recovers(ctx, p, planted, opt)
	if err != nil {
		return err
	}
	if !r.Decided || !r.Recovered && r.Distance <= success*norm(planted) {
		res, err := limit.L1(ctx, p, opt)
		if err != nil {
			return err
		}
		res.Stats.Route = r.Stats.Route + " > " + res.Stats.Route
		res.Stats.Passes += r.Stats.Passes
		res.Stats.Steps += r.Stats.Steps
		res.Stats.Factorizations += r.Stats.Factorizations
		row.measure(res, planted, success)
		return nil
	}
	row.Status = string(limit.Certified)
	row.Success = &r.Recovered
	row.Objective, row.Residual = finite(r.Objective), finite(r.Residual)
	row.Route = r.Stats.Route
	row.Passes, row.Steps, row.Factorizations = count(r.Stats.Passes), count(r.Stats.Steps), count(r.Stats.Factorizations)
	if r.Recovered {
		row.L1, row.Bound, row.Gap = finite(r.Norm), finite(r.Bound), finite(r.Gap)
		row.Unique, row.Support = &r.Recovered, count(c.Instance.K)
	}
	return nil
}
