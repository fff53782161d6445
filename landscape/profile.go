package landscape

import "errors"

// profile holds the ranks that decide the inertia at a critical point of rank r.
// In bases that split every layer in the r dimensions that carry the product and
// the rest, W_j = diag(·, Z_j) with Z_k⋯Z₁ = 0, and with M′ the part of M that the
// product misses,
//
//	through[s][t] = rank(Z_t⋯Z_{s+1}),            0 ≤ s ≤ t ≤ k, h_s where s = t,
//	pairs[a][b]   = rank((Z_k⋯Z_{a+1})ᵀ M′ (Z_b⋯Z₁)ᵀ),   1 ≤ a ≤ k, 0 ≤ b < k.
type profile struct {
	k       int
	through [][]int
	pairs   [][]int
}

// w is through with zeros outside of its range.
func (p *profile) w(s, t int) int {
	if s < 0 || t > p.k {
		return 0
	}
	return p.through[s][t]
}

// pair is pairs with zeros outside of its range.
func (p *profile) pair(a, b int) int {
	if a < 1 || b > p.k-1 {
		return 0
	}
	return p.pairs[a][b]
}

// interval counts the chains of basis vectors that Z₁, …, Z_k carry from layer s
// to layer t and no further in either direction.
func (p *profile) interval(s, t int) int {
	return p.w(s, t) - p.w(s-1, t) - p.w(s, t+1) + p.w(s-1, t+1)
}

// matched counts the pairs of an output chain that starts at layer a and an input
// chain that ends at layer b between which M′ has a one, in bases of both that
// bring M′ to the form of a permutation.
func (p *profile) matched(a, b int) int {
	return p.pair(a, b) - p.pair(a-1, b) - p.pair(a, b+1) + p.pair(a-1, b+1)
}

// inertia is that of the Hessian on the Z_j alone, the rest of it being known.
// docs/theory/deep-linear.md derives it.
func (p *profile) inertia() (neg, pos int) {
	// Chains within the hidden layers: each gives a hyperbolic plane for every
	// pair that it can join.
	for s := 1; s < p.k; s++ {
		for t := s; t < p.k; t++ {
			joined := p.interval(s, t) * p.pair(t+1, s-1)
			neg, pos = neg+joined, pos+joined
		}
	}
	// Chains that reach an end: a square of the change of the product, which a
	// matched chain couples with free directions.
	for a := 1; a <= p.k; a++ {
		for b := max(0, a-1); b < p.k; b++ {
			out, in := p.interval(a, p.k), p.interval(0, b)
			outFree, inFree := out, in
			for c := range p.k {
				outFree -= p.matched(a, c)
			}
			for c := 1; c <= p.k; c++ {
				inFree -= p.matched(c, b)
			}
			pos += out * in
			switch {
			case b >= 1 && a <= p.k-1:
				neg += out*in - outFree*inFree
			case b >= 1:
				neg += (out - outFree) * in
			case a <= p.k-1:
				neg += out * (in - inFree)
			}
		}
	}
	return neg, pos
}

// profile computes the ranks at a critical point with product rank r; singular
// values below tol times the product of the norms of the factors count as zero.
//
// Cost: O(k²) singular value decompositions of d_j×d_i matrices.
func (s *State) profile(r int, tol float64) (*profile, error) {
	k := s.net.Layers()
	p := &profile{k: k, through: square(k + 1), pairs: square(k + 1)}
	norms := make([]float64, k+1)
	for j := 1; j <= k; j++ {
		norms[j] = s.layer(j).norm()
	}
	for from := 0; from <= k; from++ {
		p.through[from][from] = s.net.Dims[from] - r
		if from == 0 {
			p.through[0][0] = s.data.Rank - r
		}
		// The product of W_{from+1} and on; from the input it starts at F.
		prod, bound := identity(s.net.Dims[from]), 1.0
		if from == 0 {
			prod, bound = s.data.f, s.data.f.norm()
		}
		for to := from + 1; to <= k; to++ {
			prod = s.layer(to).times(prod)
			bound *= norms[to]
			rank, ok := prod.rank(tol * bound)
			if !ok || rank < r {
				return nil, errNoProfile
			}
			p.through[from][to] = rank - r
		}
	}
	residual := s.g[k].norm()
	reach := s.data.f.norm() // bounds the terms of which the residual is a sum
	for j := 1; j <= k; j++ {
		reach *= norms[j]
	}
	if residual <= tol*max(s.data.m.norm(), reach) {
		return p, nil // the product misses nothing
	}
	back := 1.0
	for a := k; a >= 1; a-- {
		ahead := s.data.f.norm()
		for b := range k {
			c := newMatrix(s.net.Dims[a], s.net.Dims[b])
			mul(c, s.g[a], false, s.h[b], true, 0)
			rank, ok := c.rank(tol * residual * back * ahead)
			if !ok {
				return nil, errNoProfile
			}
			p.pairs[a][b] = rank
			ahead *= norms[b+1]
		}
		back *= norms[a]
	}
	return p, nil
}

var errNoProfile = errors.New("the ranks of the layers could not be told: they contradict each other at this tolerance")

func square(n int) [][]int {
	m := make([][]int, n)
	for i := range m {
		m[i] = make([]int, n)
	}
	return m
}

// Count is the inertia at a critical point by ranks alone. set are the
// eigenvectors that its product keeps, as Identify found them; tol decides ranks.
//
// The split into the r dimensions that carry the product and the rest makes the
// Hessian block diagonal: r² positive eigenvalues for the part that is carried,
// one sign of 1 ± σ_j/σ_i for every i ∈ I and j ∉ I, and the part of profile.
func (s *State) Count(set []int, tol float64) (Inertia, error) {
	p, err := s.profile(len(set), tol)
	if err != nil {
		return Inertia{}, err
	}
	base := s.data.CountSet(s.net, set, 0)
	if s.net.Layers() == 1 {
		return base, nil
	}
	neg, pos := p.inertia()
	in := Inertia{Negative: base.Negative + neg, Positive: base.Positive + pos}
	in.Zero = s.net.Parameters() - in.Negative - in.Positive
	if neg < 0 || pos < 0 || in.Zero < 0 {
		return Inertia{}, errNoProfile
	}
	return in, nil
}
