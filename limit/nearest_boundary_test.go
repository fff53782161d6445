package limit

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// boundaryCases have coordinates that the constraints hold at a bound: rows over
// x₁ … x₅ in [0, ∞) or a box [0, 1].
func boundaryCases() map[string]struct {
	rows [][]float64
	b    []float64
	zero []int // forced to 0
} {
	return map[string]struct {
		rows [][]float64
		b    []float64
		zero []int
	}{
		"a sum and a part of it": {[][]float64{{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}}, []float64{1.5, 1.5}, []int{3, 4}},
		"an empty cell":          {[][]float64{{1, 1, 1, 1, 1}, {0, 0, 0, 0, 1}, {1, 2, 3, 4, 5}}, []float64{2, 0, 4}, []int{4}},
		"weighted difference":    {[][]float64{{2, 4, 1, 2, 3}, {1, 2, 0.5, 0.5, 1}}, []float64{2, 1}, []int{3, 4}},
		"an extreme mean":        {[][]float64{{1, 1, 1, 1, 1}, {1, 1, 2, 3, 4}}, []float64{1.2, 1.2}, []int{2, 3, 4}},
	}
}

// φ finite on the boundary: the forced coordinates are there exactly, the others
// are the projection in theirs, and the gap proves it.
func TestNearestOnBoundary(t *testing.T) {
	for name, c := range boundaryCases() {
		for _, phi := range []geometry.Separable{
			geometry.Entropy{}, must(geometry.NewLPQuasi(0.5)).(geometry.Separable), must(geometry.NewPower(4)).(geometry.Separable),
			must(geometry.NewFermiDirac(nil, nil)).(geometry.Separable),
		} {
			label := fmt.Sprintf("%s, %s", name, phi.Name())
			a, x0 := dense(c.rows), []float64{0.3, 0.5, 0.7, 0.4, 0.2}
			res, err := Nearest(context.Background(), a, c.b, phi, Start{X0: x0}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != Certified || res.Residual > 1e-12 {
				t.Errorf("%s: %s %+v, x = %v, %+v", label, res.Status, res.Reason, res.X, res.Stats)
				continue
			}
			keep := map[int]bool{0: true, 1: true, 2: true, 3: true, 4: true}
			for _, j := range c.zero {
				delete(keep, j)
				if res.X[j] != 0 {
					t.Errorf("%s: x[%d] = %g, want 0", label, j, res.X[j])
				}
			}
			// The twin: without those columns.
			var rows [][]float64
			var start []float64
			for i, row := range c.rows {
				rows = append(rows, nil)
				for j, v := range row {
					if keep[j] {
						rows[i] = append(rows[i], v)
						if i == 0 {
							start = append(start, x0[j])
						}
					}
				}
			}
			want, err := Nearest(context.Background(), dense(rows), c.b, phi, Start{X0: start}, Options{})
			if err != nil || want.Status != Certified {
				t.Fatalf("%s: %v %+v", label, err, want)
			}
			k := 0
			for j, v := range res.X {
				if keep[j] {
					if math.Abs(v-want.X[k]) > 1e-9 {
						t.Errorf("%s: x[%d] = %v, want %v", label, j, v, want.X[k])
					}
					k++
				}
			}
		}
	}
}

// φ infinite on the boundary: no point of the domain, proven.
func TestNearestNoPointInside(t *testing.T) {
	for name, c := range boundaryCases() {
		for _, phi := range []geometry.Potential{geometry.Burg{}, geometry.Inverse{}} {
			label := fmt.Sprintf("%s, %s", name, phi.Name())
			a := dense(c.rows)
			res, err := Nearest(context.Background(), a, c.b, phi, Start{X0: []float64{0.3, 0.5, 0.7, 0.4, 0.2}}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != Infeasible || !res.Boundary {
				t.Errorf("%s: %s %+v, x = %v, %+v", label, res.Status, res.Reason, res.X, res.Stats)
				continue
			}
			z := make([]float64, 5)
			a.ApplyT(z, res.Y)
			negative := false
			for j, v := range z {
				if v > 0 {
					t.Errorf("%s: (Aᵀy)[%d] = %g", label, j, v)
				}
				negative = negative || v < 0
			}
			if by := dot(c.b, res.Y); by < 0 || !negative {
				t.Errorf("%s: bᵀy = %g, Aᵀy = %v", label, by, z)
			}
		}
	}
}

// On both sides of a box.
func TestNearestOnBoundaryOfBox(t *testing.T) {
	a := dense([][]float64{{1, 1, 1, -1, -1}, {0, 1, 2, 3, 4}})
	for _, c := range []struct {
		phi  geometry.Potential
		b    []float64
		want []float64 // NaN: inside
	}{
		{must(geometry.NewFermiDirac(nil, nil)), []float64{3, 3}, []float64{1, 1, 1, 0, 0}},
		{geometry.Hellinger{}, []float64{5, -4}, []float64{1, 1, 1, -1, -1}},
	} {
		x0 := []float64{0.2, 0.3, 0.4, 0.5, 0.6}
		res, err := Nearest(context.Background(), a, c.b, c.phi, Start{X0: x0}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if res.Status != Certified || distance(res.X, c.want) != 0 {
			t.Errorf("%s: %s %+v, x = %v", c.phi.Name(), res.Status, res.Reason, res.X)
		}
	}
}

func dense(rows [][]float64) *linop.Dense {
	var data []float64
	for _, r := range rows {
		data = append(data, r...)
	}
	return linop.NewDense(len(rows), len(rows[0]), data)
}
