package lowrank

import (
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// inconsistent finds out whether b is in the range of 𝒜 at all, by the solution of
// least Frobenius norm.
func (s *solver) inconsistent(op *denseMeasure) bool {
	if m, ok := s.op.(*sparseMeasure); ok && (m.single || s.psd && m.distinctPairs()) {
		return false // single entries of X are independent
	}
	r, err := limit.MinNorm(s.ctx, linop.NewDense(op.n, op.p*op.q, op.a), s.b, nil, limit.Options{})
	if err != nil || r.Status != limit.Infeasible {
		return false
	}
	s.farkas, s.any, s.res = r.Y, true, r.Residual
	return true
}

// distinctPairs reports whether every measurement of a symmetric completion reads
// a pair of its own.
func (s *sparseMeasure) distinctPairs() bool {
	count := make([]int, s.n)
	for i := range s.p {
		for e := s.rowPtr[i]; e < s.rowPtr[i+1]; e++ {
			if int(s.col[e]) <= i {
				count[s.obs[e]]++
			}
			if e > s.rowPtr[i] && s.col[e] == s.col[e-1] {
				return false
			}
		}
	}
	for _, c := range count {
		if c != 1 {
			return false
		}
	}
	return true
}
