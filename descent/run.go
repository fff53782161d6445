package descent

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// Run is a method with everything that it takes to follow it. A is n×m of any
// shape, b has length n.
type Run struct {
	A        linop.Operator
	B        []float64
	Method   Method
	Rule     Rule
	Sampling Sampling
	// Stop are asked in their order before every step at which the residual is
	// known: each step, or with batches once in n/K steps, when each row has
	// been seen about once.
	Stop []Criterion
	// Observe are called at the same points, before Stop; also for the start,
	// and for the last iterate.
	Observe []func(*Iterate)

	at position
}

// position is the part of the state that is not the method's.
type position struct {
	k             int
	t, eta, begin float64 // begin is the residual of the start
}

// Result is how a run ended.
type Result struct {
	Status   Status
	Reason   Reason
	K        int
	T        float64 // Σ η
	Eta      float64 // of the last step
	Residual float64 // of the last iterate, relative
	Passes   float64 // products with A or Aᵀ, fractions for batches
	// StableStep is an estimate of 2/λ_max, the largest constant step that does
	// not diverge near a solution; 0 unless the run diverged. The method is then
	// back at the best point that was seen.
	StableStep float64
}

// Follow takes steps until a criterion is met or ctx ends. The error says that
// the run cannot begin. Without a criterion that ends it a run goes on until
// ctx ends.
//
// Cost of a step: a product with A and one with Aᵀ, of K rows of them with
// batches; m evaluations of ∇φ* or G; a product more for each step that Armijo
// tries on parameters.
func (r *Run) Follow(ctx context.Context) (Result, error) {
	if err := r.check(); err != nil {
		return Result{}, err
	}
	n, _ := r.A.Dims()
	src := newSource(r.A, r.B, r.Sampling)
	every := r.Every()
	scale := blas.Dot(r.B, r.B)
	if scale = math.Sqrt(scale); scale == 0 {
		scale = 1
	}
	it := &Iterate{Method: r.Method, R: make([]float64, n), X: r.Method.X()}
	best := newBest(r.Method)
	end := func(s Status, why Reason) (Result, error) {
		res := Result{Status: s, Reason: why, K: r.at.k, T: r.at.t, Eta: r.at.eta, Residual: it.Residual, Passes: src.passes}
		if s == Diverged {
			best.restore()
			res.StableStep = 2 / r.curvatureAhead(ctx)
			best.restore()
		}
		return res, nil
	}
	measured := -1
	measure := func() {
		if measured == r.at.k {
			return
		}
		measured = r.at.k
		src.residual(it.R, it.X)
		it.K, it.T, it.Eta = r.at.k, r.at.t, r.at.eta
		it.Loss = blas.Dot(it.R, it.R) / 2
		it.Residual = math.Sqrt(2*it.Loss) / scale
		if r.at.k == 0 {
			r.at.begin = it.Residual
		}
		it.Begin = r.at.begin
		best.see(it.Residual)
		for _, observe := range r.Observe {
			observe(it)
		}
	}
	for {
		if ctx.Err() != nil {
			measure()
			return end(Interrupted, Reason{Criterion: "interrupted", Value: float64(r.at.k), Hint: "resume from the checkpoint"})
		}
		if r.at.k%every == 0 || r.last(r.at.k) {
			measure()
			for _, c := range r.Stop {
				if s, why, met := c.Met(it); met {
					return end(s, why)
				}
			}
		}
		g := src.at(r.at.k, it.X, it.R)
		eta := r.Rule.Size(r.at.k, r.at.eta, r.Method, g)
		if !(eta > 0) {
			if src.rows != nil && g.Loss == 0 { // the sample is solved: nothing to do
				r.at.k++
				continue
			}
			measure()
			return end(Stalled, Reason{Criterion: "stall", Value: it.Residual, Hint: "no step lowers the loss further in floating point"})
		}
		if err := r.Method.Move(eta, g); err != nil {
			measure()
			return end(Diverged, noPoint(it, err))
		}
		r.at.k++
		r.at.t += eta
		r.at.eta = eta
	}
}

// Every is how many steps lie between the points at which the residual is
// known.
func (r *Run) Every() int {
	n, _ := r.A.Dims()
	if k := r.Sampling.Batch; k > 0 && k < n {
		return (n + k - 1) / k
	}
	return 1
}

// last reports whether a criterion ends the run at step k by its number.
func (r *Run) last(k int) bool {
	for _, c := range r.Stop {
		if s, ok := c.(Steps); ok && k >= int(s) {
			return true
		}
	}
	return false
}

func (r *Run) check() error {
	n, m := r.A.Dims()
	switch {
	case len(r.B) != n:
		return fmt.Errorf("descent: b has length %d, but A has %d rows", len(r.B), n)
	case r.Method == nil || r.Rule == nil:
		return fmt.Errorf("descent: a run needs a method and a rule for its steps")
	case len(r.Method.X()) != m:
		return fmt.Errorf("descent: the method has %d unknowns, but A has %d columns", len(r.Method.X()), m)
	}
	if err := checkScale(r.B); err != nil {
		return err
	}
	if err := r.Sampling.check(n); err != nil {
		return err
	}
	if !searches(r.Rule) {
		return nil
	}
	s, ok := r.Method.(Searcher)
	switch {
	case !ok:
		return fmt.Errorf("the rule %s asks how far the loss falls along a step, which means nothing for %s; use constant or decay", r.Rule.Name(), r.Method.Name())
	case r.Sampling.LabelNoise > 0:
		return fmt.Errorf("the rule %s supposes that the loss of a sample can be 0, which label noise prevents; use constant or decay", r.Rule.Name())
	case hasMomentum(s):
		return fmt.Errorf("the rule %s judges the step along the gradient, which is not the one that momentum takes; use constant or decay", r.Rule.Name())
	}
	return nil
}

// checkScale refuses a b for which the squares of residuals, down to 1e-16 of
// ‖b‖, or of those of a run that diverges, leave the doubles: a loss that
// underflows would look like one that is 0.
func checkScale(b []float64) error {
	const least, largest = 1e-135, 1e145
	var size float64
	for _, v := range b {
		size = math.Hypot(size, v)
	}
	if size != 0 && !(size >= least && size <= largest) {
		return fmt.Errorf("‖b‖ = %.3g: squares of residuals do not fit in doubles there; scale b, and with it the start, to between %g and %g", size, least, largest)
	}
	return nil
}

func hasMomentum(m Method) bool {
	switch m := m.(type) {
	case *Mirror:
		return m.momentum > 0
	case *Parameters:
		return m.momentum > 0
	}
	return false
}
