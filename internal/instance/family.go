package instance

import (
	"fmt"
	"strings"
)

// Spec describes a benchmark family: what it is like and why it is there.
type Spec struct {
	ID, About string
	sparse    Sparse
}

// families are the benchmark families in the order of a report.
var families = []Spec{
	{"B1", "small, very sparse", Sparse{Ensemble: Gaussian, N: 200, M: 1000, K: 30, Nonneg: true}},
	{"B2", "medium, very sparse", Sparse{Ensemble: Gaussian, N: 500, M: 2000, K: 60, Nonneg: true}},
	{"B3", "large, very sparse", Sparse{Ensemble: Gaussian, N: 1000, M: 4000, K: 100, Nonneg: true}},
	{"B4", "large, sparse", Sparse{Ensemble: Gaussian, N: 1000, M: 4000, K: 250, Nonneg: true}},
	{"B4h", "next to the phase transition of nonnegative recovery", Sparse{Ensemble: Gaussian, N: 1000, M: 4000, K: 370, Nonneg: true}},
	{"B5", "large, very sparse, signed", Sparse{Ensemble: Gaussian, N: 1000, M: 4000, K: 100}},
	{"B6", "large, sparse, signed", Sparse{Ensemble: Gaussian, N: 1000, M: 4000, K: 200}},
	{"B6h", "next to the phase transition of signed recovery", Sparse{Ensemble: Gaussian, N: 1000, M: 4000, K: 265}},
	{"B7", "magnitudes over five decades", Sparse{Ensemble: Gaussian, N: 1000, M: 4000, K: 80, Range: 1e5}},
	{"B8", "dense x: the optimum is a generic vertex", Sparse{Ensemble: Gaussian, N: 300, M: 1200, K: 1200, Nonneg: true}},
	{"B9", "sparse A", Sparse{Ensemble: SparseCol, N: 2000, M: 20000, K: 200, NNZ: 20, Nonneg: true}},
	{"B9s", "sparse A, signed", Sparse{Ensemble: SparseCol, N: 2000, M: 20000, K: 200, NNZ: 20}},
	{"B10", "matrix-free", Sparse{Ensemble: PartialC, N: 1 << 13, M: 1 << 15, K: 600}},
	{"B11", "matrix-free, large", Sparse{Ensemble: PartialC, N: 1 << 16, M: 1 << 18, K: 5000}},
	{"B12", "coherent columns", Sparse{Ensemble: Bumps, N: 200, M: 2000, K: 10, Width: 0.01, Gap: 0.05, Nonneg: true}},
	{"B12s", "coherent columns, signed", Sparse{Ensemble: Bumps, N: 200, M: 2000, K: 10, Width: 0.01, Gap: 0.05}},
	{"B13", "ties: the minimiser is not unique", Sparse{Ensemble: Ternary, N: 100, M: 700, K: 20, Duplicates: 100, Midpoints: 100, Nonneg: true}},
}

// Families lists the benchmark families in the order of a report.
func Families() []Spec {
	return append([]Spec(nil), families...)
}

// Family returns the instance of a benchmark family with the given seed.
func Family(id string, seed uint64) (Sparse, error) {
	ids := make([]string, len(families))
	for i, f := range families {
		if f.ID == id {
			s := f.sparse
			s.Name, s.Seed = id, seed
			return s, nil
		}
		ids[i] = f.ID
	}
	return Sparse{}, fmt.Errorf("unknown family %q; choose one of %s", id, strings.Join(ids, ", "))
}
