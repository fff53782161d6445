package instance

import (
	"math"
	"testing"
)

// b holds the measurements of the planted matrix, and a seed names the instance.
func TestLowRankMeasuresThePlantedMatrix(t *testing.T) {
	for _, s := range []LowRank{
		{Seed: 1, P: 6, Q: 6, Rank: 2, PSD: true, N: 9},
		{Seed: 1, P: 5, Q: 7, Rank: 1, N: 9},
		{Seed: 2, P: 8, Q: 6, Rank: 3, Density: 0.5},
		{Seed: 2, P: 8, Q: 8, Rank: 3, Density: 0.5, PSD: true},
	} {
		m, err := s.Generate()
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float64, s.P*s.Q)
		for i := range s.P {
			for j := range s.Q {
				for a := range s.Rank {
					x[i*s.Q+j] += m.L[i*s.Rank+a] * m.R[j*s.Rank+a]
				}
			}
		}
		got := make([]float64, len(m.B))
		m.A.Apply(got, x)
		for k, v := range m.B {
			if math.Abs(got[k]-v) > 1e-13*(1+math.Abs(v)) {
				t.Fatalf("%+v: b[%d] = %v, ⟨A, X⟩ = %v", s, k, v, got[k])
			}
		}
		again, err := s.Generate()
		if err != nil || again.B[0] != m.B[0] {
			t.Errorf("%+v: not the same twice: %v", s, err)
		}
	}
}

func TestLowRankRefusesTheImpossible(t *testing.T) {
	for _, s := range []LowRank{
		{P: 0, Q: 3, Rank: 1, N: 1},
		{P: 3, Q: 4, Rank: 1, N: 1, PSD: true},
		{P: 3, Q: 4, Rank: 4, N: 1},
		{P: 3, Q: 4, Rank: 1},
		{P: 3, Q: 4, Rank: 1, Density: 1.5},
	} {
		if _, err := s.Generate(); err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
}
