package instance

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"
)

// TestSeparableGolden pins the bytes of the points.
func TestSeparableGolden(t *testing.T) {
	golden := map[string]string{
		Planted: "40a406254f4ce4c3", Noise: "424e7c38c06ae427", SparseRow: "361785661d16bc8f", Turned: "b1903f128ad60499",
	}
	for name, want := range golden {
		p, err := Separable{Ensemble: name, N: 20, D: 7, NNZ: 3, Margin: 0.25, Intercept: 0.5, Seed: 3}.Generate()
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		for _, v := range append(append([]float64(nil), p.Y...), append(p.Dense, p.Val...)...) {
			_ = binary.Write(h, binary.LittleEndian, v)
		}
		for _, j := range p.ColIdx {
			_ = binary.Write(h, binary.LittleEndian, j)
		}
		if got := hex.EncodeToString(h.Sum(nil)[:8]); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestSeparableMargin(t *testing.T) {
	for seed := range uint64(20) {
		s := Separable{Ensemble: Planted, N: 50, D: 4, Margin: 0.25, Intercept: 2, Seed: seed}
		p, err := s.Generate()
		if err != nil {
			t.Fatal(err)
		}
		var plus, minus int
		for i, y := range p.Y {
			at := -s.Intercept
			for j, v := range p.Dense[i*4 : i*4+4] {
				at += v * p.Direction[j]
			}
			if y*at < 0.25-1e-12 {
				t.Errorf("seed %d: point %d has margin %v", seed, i, y*at)
			}
			if y > 0 {
				plus++
			} else {
				minus++
			}
		}
		if plus == 0 || minus == 0 {
			t.Errorf("seed %d: one class is empty", seed)
		}
	}
	s, err := SeparableFamily("S4", 1)
	if err != nil {
		t.Fatal(err)
	}
	s.N, s.D, s.NNZ = 40, 100, 10
	p, err := s.Generate()
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Y {
		var q float64
		for _, v := range p.Val[p.RowPtr[i]:p.RowPtr[i+1]] {
			q += v * v
		}
		if math.Abs(q-1) > 1e-14 || p.RowPtr[i+1]-p.RowPtr[i] != 10 {
			t.Errorf("row %d has norm² %v", i, q)
		}
	}
}

func TestSeparableRefuses(t *testing.T) {
	for _, s := range []Separable{
		{Ensemble: "moons", N: 10, D: 2}, {Ensemble: Planted, N: 1, D: 2}, {Ensemble: Planted, N: 10},
		{Ensemble: SparseRow, N: 10, D: 5, NNZ: 6}, {Ensemble: Planted, N: 10, D: 2, Margin: -1},
		{Ensemble: Planted, N: 1 << 30, D: 1 << 30}, {Ensemble: Planted, N: 10, D: 2, Intercept: math.NaN()},
	} {
		if _, err := s.Generate(); err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
	if _, err := SeparableFamily("S9", 1); err == nil {
		t.Error("S9 exists")
	}
}
