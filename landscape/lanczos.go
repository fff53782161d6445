package landscape

import (
	"context"
	"errors"
	"math"
)

// LanczosOptions are the settings of Lanczos; the zero value is the default.
type LanczosOptions struct {
	Tol   float64 // as for DenseInertia; 0: 1e-7
	Basis int     // vectors of a search; 0: as many as fit into 128 MB, at most 800
	// Negative is how many negative directions are kept at most; 0: as many as fit
	// into 512 MB, with their products.
	Negative int
	Products int // with the Hessian at most, about; 0: 20000
	Seed     uint64
	Doubt    float64 // probability with which Edge may be wrong; 0: 1e-6
	// Blind does without the directions that the structure of a critical point
	// suggests: everything is found by products with random vectors.
	Blind bool
}

// Negative is what products with the Hessian have established about its negative
// eigenvalues.
type Negative struct {
	// Count eigenvalues at least are below −Tol: the Hessian is that negative on a
	// space of as many dimensions (Cauchy's interlacing theorem), which holds
	// however the space was found and however far it is from eigenvectors.
	Count int
	Tol   float64
	// Values are the Ritz values of that space, ascending, and Residual the largest
	// norm of Hv − θv among their vectors.
	Values   []float64
	Residual float64
	// At most Count eigenvalues are below −Edge, with probability 1 − Doubt over
	// the random start of the last pass (see edge).
	Edge, Doubt float64
	// Lowest is the Ritz vector of the smallest value, of length 1; nil if the
	// smallest value is not negative.
	Lowest   []float64
	Guessed  int  // how many of Count the structure of the point suggested
	Products int  // with the Hessian
	Settled  bool // further products found no more negative values
}

const (
	lanczosBlock = 8
	// quietBlocks is how many blocks in a row must bring no new negative value.
	quietBlocks = 12
	lastPass    = 400
)

var errNoRitz = errors.New("the projected Hessian could not be diagonalized")

// Lanczos counts the negative eigenvalues of the Hessian by products with it.
//
// It keeps a space on which the Hessian H is negative, as rows U with U H Uᵀ = −1
// and G = U H. By the inertia of Schur complements (Haynsworth 1968) all that is
// left to find are the negative eigenvalues of
//
//	H′ = H + GᵀG,   H′Uᵀ = 0,
//
// and any x with xᵀH′x < 0, made H-orthogonal to U, extends it: nothing need have
// converged. First come the directions that the structure of a critical point
// suggests (suggest); then a block Lanczos method with full reorthogonalization and
// thick restarts (Wu and Simon 2000) searches H′, from a new random block after each
// find, so that multiple eigenvalues are found up to their multiplicity; last, the
// plain method bounds what can be left.
//
// Cost: products with the Hessian (12ρ flops a parameter), 4 Basis flops a parameter
// for each of a search, and 4 Count for each with H′; memory 8 (Basis + 2 Count)
// bytes a parameter.
func (s *State) Lanczos(ctx context.Context, opt LanczosOptions) (*Negative, error) {
	n := s.net.Parameters()
	if opt.Tol == 0 {
		opt.Tol = 1e-7
	}
	if opt.Doubt == 0 {
		opt.Doubt = 1e-6
	}
	if opt.Basis == 0 {
		opt.Basis = max(6*lanczosBlock, min(800, 16<<20/n))
	}
	if opt.Negative == 0 {
		opt.Negative = max(lanczosBlock, min(n, 32<<20/n))
	}
	if opt.Products == 0 {
		opt.Products = 20000
	}
	d := &deflated{p: s.newProduct(), n: n, most: opt.Negative, bound: s.upper()}
	rnd := newRandom(opt.Seed, "lanczos")
	if err := d.measure(ctx, rnd); err != nil {
		return nil, err
	}
	d.tol = opt.Tol * d.size
	guessed := 0
	if !opt.Blind {
		if err := d.extend(ctx, s.suggest(d.room())); err != nil {
			return nil, err
		}
		guessed = d.count
	}
	var settled bool
	var edge float64
	for {
		l := newSearch(d, rnd, opt.Basis)
		end, err := l.run(ctx, opt.Products)
		if err != nil {
			return nil, err
		}
		if end == found {
			continue
		}
		lowest, e, err := d.edge(ctx, rnd, opt.Doubt)
		if err != nil {
			return nil, err
		}
		edge = e
		settled = end == nothing && lowest >= -d.tol
		if settled || end != nothing || d.products > opt.Products {
			break
		}
	}
	whole := d.count == n
	out, err := d.ritz(ctx)
	if err != nil {
		return nil, err
	}
	out.Guessed, out.Settled = min(guessed, out.Count), settled
	out.Edge, out.Doubt = max(edge, out.Tol), opt.Doubt
	if whole {
		out.Edge, out.Doubt, out.Settled = out.Tol, 0, true
	}
	return out, nil
}

// upper bounds the largest eigenvalue of the Hessian, by the norms of the layers.
func (s *State) upper() float64 {
	k := s.net.Layers()
	norms := make([]float64, k+1)
	for j := 1; j <= k; j++ {
		norms[j] = spectral(s.layer(j))
	}
	f, r := spectral(s.data.f), spectral(s.g[k])
	sum, cross := 0.0, 0.0
	for i := 1; i <= k; i++ {
		p := f
		for j := 1; j <= k; j++ {
			if j != i {
				p *= norms[j]
			}
		}
		sum += p * p
		for j := 1; j < i; j++ {
			q := f * r
			for m := 1; m <= k; m++ {
				if m != i && m != j {
					q *= norms[m]
				}
			}
			cross = max(cross, q)
		}
	}
	// ‖Σ A_jV_jh_{j−1}‖² ≤ Σ‖A_j‖²‖h_{j−1}‖² ‖V‖², and 2Σ_{i>j} a_{ij}‖V_i‖‖V_j‖ ≤ (k−1) max a ‖V‖².
	return sum + float64(k-1)*cross
}

// spectral is the largest singular value.
func spectral(m matrix) float64 {
	s, ok := m.singularValues()
	if !ok {
		return m.norm()
	}
	if len(s) == 0 {
		return 0
	}
	return s[0]
}

func scaleBy(x []float64, a float64) {
	for i := range x {
		x[i] *= a
	}
}

// orthonormal replaces the rows of x (m×n) by an orthonormal basis of their span and
// returns how many those are: the eigenvectors of the Gram matrix, without those
// that are rounding errors.
func orthonormal(x []float64, m, n int) (int, error) {
	for i := range m {
		row := x[i*n : (i+1)*n]
		if size := norm(row); size > 0 {
			scaleBy(row, 1/size)
		}
	}
	rank := m
	for range 2 {
		gram, w := make([]float64, rank*rank), make([]float64, rank)
		rowsTimes(gram, x, x, rank, rank, n)
		if !eigen(w, gram, rank) {
			return 0, errNoRitz
		}
		first := 0
		for first < rank && w[first] <= 1e-10*math.Max(1, w[rank-1]) {
			first++
		}
		keep := rank - first
		e := make([]float64, rank*keep) // columns of the eigenvectors, scaled
		for i := range rank {
			for j := range keep {
				e[i*keep+j] = gram[i*rank+first+j] / math.Sqrt(w[first+j])
			}
		}
		combineRows(x, e, rank, keep, n)
		rank = keep
	}
	return rank, nil
}
