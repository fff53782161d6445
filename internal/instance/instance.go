// Package instance makes test problems A x = b with a known x.
//
// An instance is a pure function of its specification and its seed: the same
// bytes on every platform and with every version of the standard library. The
// randomness is ChaCha8 keyed by SHA-256, and logarithms, exponentials and
// cosines are computed here, without the freedom that a compiler has to fuse a
// product into a sum.
//
// A is n×m (n measurements of m unknowns), x has length m, b = A x has length
// n and is accumulated in twice the working precision, so that the planted x
// solves the system to rounding.
package instance

import "github.com/tacit-dev/tacit/linop"

// The ensembles of measurement matrices.
const (
	Gaussian  = "gaussian"  // independent N(0, 1/n)
	Bernoulli = "bernoulli" // independent ±1/√n
	SparseCol = "sparse"    // NNZ Gaussian entries a column in random rows, N(0, 1/NNZ)
	PartialC  = "dct"       // n random rows of the orthonormal DCT-II of length m
	PartialH  = "hadamard"  // n random rows of the orthonormal Walsh–Hadamard transform of length m = 2ᵖ
	Bumps     = "bumps"     // m Gaussian bumps on [0,1] sampled at n points, unit columns: coherent
	Ternary   = "ternary"   // independent −1, 0, 1, and columns that repeat or halve others: ties
)

// Ensembles lists the names of the ensembles.
func Ensembles() []string {
	return []string{Gaussian, Bernoulli, SparseCol, PartialC, PartialH, Bumps, Ternary}
}

// Sparse specifies an instance with a planted solution of K nonzeros.
type Sparse struct {
	Name     string `json:"name"` // keys the randomness together with Seed; "" means Ensemble
	Seed     uint64 `json:"seed"`
	Ensemble string `json:"ensemble"` // one of Ensembles
	N        int    `json:"n"`        // measurements: rows of A
	M        int    `json:"m"`        // unknowns: columns of A
	K        int    `json:"k"`        // nonzeros of x, 1 ≤ K ≤ M
	Nonneg   bool   `json:"nonneg"`   // x ≥ 0, otherwise random signs

	// Range is the dynamic range of the magnitudes: log-uniform in [1, Range]
	// if Range > 1, else |N(0,1)| + 0.1.
	Range float64 `json:"range,omitempty"`

	// Noise is the norm of a Gaussian error in b relative to ‖A x‖₂.
	Noise float64 `json:"noise,omitempty"`

	// NNZ is the number of nonzeros in a column of a sparse matrix, 1 ≤ NNZ ≤ N.
	NNZ int `json:"nnz,omitempty"`

	// Width is the standard deviation of a bump in the unit interval, and Gap
	// the least distance of two planted bumps in the same unit.
	Width float64 `json:"width,omitempty"`
	Gap   float64 `json:"gap,omitempty"`

	// Ziggurat draws a Gaussian matrix by the ziggurat method instead of the polar
	// one: other numbers of the same distribution, in a quarter of the time. Sweeps
	// do; a family keeps the numbers on which it was ever measured.
	Ziggurat bool `json:"ziggurat,omitempty"`

	// Duplicates and Midpoints count the columns of a ternary matrix that
	// repeat another column, or lie halfway between two others.
	Duplicates int `json:"duplicates,omitempty"`
	Midpoints  int `json:"midpoints,omitempty"`
}

// Problem is an instance: A x = b up to the noise.
//
// A is backed by exactly one of Dense, (ColPtr, RowIdx, Val) and Rows, which
// are there for what writes A to a file.
type Problem struct {
	Name   string
	A      linop.Operator
	B, X   []float64
	Nonneg bool

	Dense  []float64 // row-major n×m
	ColPtr []int     // compressed columns: column j is ColPtr[j]:ColPtr[j+1]
	RowIdx []int32
	Val    []float64
	Rows   []int // rows of the transform, increasing

	transform string // the ensemble of Rows
}

// Generate makes the instance. It costs O(nm) time and memory for a dense
// ensemble, O(NNZ·m) for a sparse one and O(nK) time for the transforms.
func (s Sparse) Generate() (*Problem, error) { return s.generate(new(Space)) }

func (s Sparse) generate(w *Space) (*Problem, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	p := &Problem{Name: s.name(), Nonneg: s.Nonneg}
	support := s.matrix(p, w)
	p.X = s.solution(support)
	p.B = p.product(s.N, support)
	s.addNoise(p.B)
	return p, nil
}

func (s Sparse) name() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Ensemble
}

// matrix draws A into p and then the support, which depends on the ensemble:
// bumps keep their distance, ties must be hit.
func (s Sparse) matrix(p *Problem, w *Space) (support []int) {
	r := s.stream("matrix")
	switch s.Ensemble {
	case Gaussian:
		p.setDense(s.N, s.M, gaussian(w.entries(s.N*s.M), r, s.N, s.Ziggurat))
	case Bernoulli:
		p.setDense(s.N, s.M, bernoulli(r, s.N, s.M))
	case SparseCol:
		p.setCSC(s.N, s.M, s.NNZ, r)
	case PartialC:
		p.setDCT(r.subset(s.N, s.M), s.M)
	case PartialH:
		p.setHadamard(r.subset(s.N, s.M), s.M)
	case Bumps:
		p.setDense(s.N, s.M, bumps(s.N, s.M, s.Width))
		return s.stream("support").spaced(s.K, s.M, s.gap())
	case Ternary:
		data, tied := ternary(r, s.N, s.M, s.Duplicates, s.Midpoints)
		p.setDense(s.N, s.M, data)
		return s.stream("support").subsetWith(tied, s.K, s.M)
	}
	return s.stream("support").subset(s.K, s.M)
}
