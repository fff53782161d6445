package landscape

import (
	"errors"
	"math"
)

var errNoSet = errors.New("the product of the layers is not one that a critical point has at this tolerance")

// Identify returns the index set of a critical point: the eigenvectors of Σ that
// its product keeps. Of equal eigenvalues, whose eigenvectors are not determined,
// it names the first ones.
//
// At a critical point the product on the data is the projection of M on the kept
// part, so that ⟨uᵢ, P F vᵢ⟩/σᵢ is 1 or 0, or sums to the number kept over equal
// eigenvalues.
func (s *State) Identify(tol float64) ([]int, error) {
	d, p := s.data, s.h[s.net.Layers()]
	r, ok := p.rank(tol * math.Max(d.m.norm(), p.norm()))
	if !ok {
		return nil, errors.New("the rank of the product could not be computed")
	}
	set := []int{}
	for i := 0; i < len(d.Lambda); {
		end, kept := i, 0.0
		for ; end < len(d.Lambda) && d.equal(i, end); end++ {
			for a := range d.DY {
				for b := range d.Rank {
					kept += d.u.at(a, end) * p.at(a, b) * d.v.at(end, b) / d.Sigma[end]
				}
			}
		}
		count := int(math.Round(kept))
		if count < 0 || count > end-i {
			return nil, errNoSet
		}
		for c := range count {
			set = append(set, i+c)
		}
		i = end
	}
	if len(set) != r {
		return nil, errNoSet
	}
	return set, nil
}
