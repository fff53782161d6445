package main

import (
	"math"
	"path/filepath"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

// savedAlpha is what result.json says about the ℓ1 optimum, of an answer at an α.
type savedAlpha struct {
	L1Bound *float64 `json:"l1_bound"`
	Excess  *float64 `json:"excess"`
	Apriori *float64 `json:"excess_bound"`
	Closed  *float64 `json:"excess_bound_closed"`
}

// agreement recomputes the ℓ1 norm of x, the bound that the vector in y_l1.npy proves,
// and what follows from the two.
func (a savedAlpha) agreement(s *saved, p *problem) []certify.Check {
	c, l1 := s.cert, s.result.L1
	claim := certify.L1
	if c.Geometry == certify.Entropy {
		claim = certify.L1Nonneg
	}
	holds := func(ok bool) []certify.Check {
		return []certify.Check{condition("result.json: l1, l1_bound, excess and the bounds of the excess", ok)}
	}
	if a.L1Bound == nil || l1 == nil {
		return holds(a.L1Bound == nil && a.Excess == nil)
	}
	y, in, err := dataio.LoadVector(filepath.Join(s.dir, tacit.L1DualFile), "", "", -1, s.opt)
	if err != nil {
		return []certify.Check{condition("result.json: l1_bound has its proof in "+tacit.L1DualFile, false)}
	}
	in.Close()
	proof, err := certify.Issue(p.A, p.B, certify.Certificate{Claim: claim, Tol: c.Tol, Weights: c.Weights}, certify.Witness{X: s.witness.X, Y: y, Weights: s.witness.Weights})
	if err != nil {
		return holds(false)
	}
	near := func(got *float64, want float64) bool {
		return got == nil && (math.IsInf(want, 0) || math.IsNaN(want)) || got != nil && math.Abs(*got-want) <= 1e-9*math.Max(1, math.Abs(want))
	}
	excess := math.Max(0, *l1 / *a.L1Bound - 1)
	apriori := limit.AprioriExcess(c.Cols, *c.LogAlpha, *a.L1Bound, s.witness.Weights, claim == certify.L1Nonneg)
	ok := near(a.Excess, excess) && near(a.Apriori, apriori)
	if a.Closed != nil {
		closed, has := limit.EntropyExcess(c.Cols, *c.LogAlpha, *a.L1Bound)
		ok = ok && has && near(a.Closed, closed) && claim == certify.L1Nonneg && c.Weights == nil
	}
	return append(holds(ok),
		condition("result.json: l1", math.Abs(*l1-proof.Objective) <= 1e-9*proof.Objective),
		condition("result.json: l1_bound", *a.L1Bound <= proof.Bound*(1+1e-12)))
}
