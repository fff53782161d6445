package instance

import (
	"fmt"

	"github.com/tacit-dev/tacit/linop"
)

// LowRank specifies measurements of a planted p×q matrix X = LRᵀ of rank Rank,
// the entries of L and R (of L alone, X = LLᵀ, if PSD) independent N(0, 1).
type LowRank struct {
	Seed    uint64  `json:"seed"`
	P       int     `json:"p"`
	Q       int     `json:"q"`
	Rank    int     `json:"rank"`
	PSD     bool    `json:"psd"`
	N       int     `json:"n"`       // sensing: number of Gaussian matrices A_k, symmetric if PSD
	Density float64 `json:"density"` // completion: the share of the entries that is observed; 0: sensing
}

// MatrixInstance is an instance with its planted matrix, X = L Rᵀ.
type MatrixInstance struct {
	A          linop.Operator
	B          []float64
	P, Q       int
	L, R       []float64 // P×Rank, Q×Rank, by rows
	Rows, Cols []int     // of the observed entries of a completion
	Dense      []float64 // n×P×Q, the A_k of a sensing problem
}

// Generate makes the instance, in O(nPQ) for sensing and O(PQ + n·Rank) for a
// completion.
func (s LowRank) Generate() (*MatrixInstance, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	kind := "sensing"
	if s.Density > 0 {
		kind = "completion"
	}
	m := &MatrixInstance{P: s.P, Q: s.Q, L: normals(keyed(kind, "left", s.Seed), s.P*s.Rank)}
	m.R = m.L
	if !s.PSD {
		m.R = normals(keyed(kind, "right", s.Seed), s.Q*s.Rank)
	}
	if s.Density > 0 {
		s.observe(m)
		return m, nil
	}
	src := keyed(kind, "matrices", s.Seed)
	m.Dense = normals(src, s.N*s.P*s.Q)
	m.B = make([]float64, s.N)
	x := s.Planted(m)
	for k := range s.N {
		a := m.Dense[k*len(x) : (k+1)*len(x)]
		if s.PSD {
			for i := range s.P {
				for j := range i {
					v := (a[i*s.P+j] + a[j*s.P+i]) / 2
					a[i*s.P+j], a[j*s.P+i] = v, v
				}
			}
		}
		m.B[k] = wideDot(a, x)
	}
	m.A = linop.NewDense(s.N, len(x), m.Dense)
	return m, nil
}

func (s LowRank) check() error {
	switch {
	case s.P < 1 || s.Q < 1:
		return fmt.Errorf("a matrix of %d×%d is empty", s.P, s.Q)
	case s.PSD && s.P != s.Q:
		return fmt.Errorf("a matrix of %d×%d is not square, and cannot be positive semidefinite", s.P, s.Q)
	case s.Rank < 1 || s.Rank > min(s.P, s.Q):
		return fmt.Errorf("rank %d: it must be from 1 to %d for a matrix of %d×%d", s.Rank, min(s.P, s.Q), s.P, s.Q)
	case s.Density == 0 && s.N < 1:
		return fmt.Errorf("%d measurements: there must be at least one", s.N)
	case s.Density < 0 || s.Density > 1:
		return fmt.Errorf("a share of %v of the entries: it must be between 0 and 1", s.Density)
	}
	return nil
}

// observe draws each entry (of the lower triangle if PSD) with probability Density.
func (s LowRank) observe(m *MatrixInstance) {
	src := keyed("completion", "places", s.Seed)
	for i := range s.P {
		last := s.Q
		if s.PSD {
			last = i + 1
		}
		for j := range last {
			if src.uniform() < s.Density {
				m.Rows, m.Cols = append(m.Rows, i), append(m.Cols, j)
				m.B = append(m.B, s.entry(m, i, j))
			}
		}
	}
	m.A = linop.Entries(s.P, s.Q, m.Rows, m.Cols)
}

// Planted returns X by rows.
func (s LowRank) Planted(m *MatrixInstance) []float64 {
	x := make([]float64, s.P*s.Q)
	for i := range s.P {
		for j := range s.Q {
			x[i*s.Q+j] = s.entry(m, i, j)
		}
	}
	return x
}

// entry returns X_ij, rounded once.
func (s LowRank) entry(m *MatrixInstance, i, j int) float64 {
	return wideDot(m.L[i*s.Rank:(i+1)*s.Rank], m.R[j*s.Rank:(j+1)*s.Rank])
}

func normals(src *stream, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = src.normal()
	}
	return v
}

// wideDot is the inner product in twice the precision, rounded once.
func wideDot(x, y []float64) float64 {
	var w wide
	for i, v := range x {
		w.add(v, y[i])
	}
	return w.value()
}
