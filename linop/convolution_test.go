package linop_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

func naiveConvolution(h []float64, hr, hc, rows, cols int) []float64 {
	m := rows * cols
	a := make([]float64, m*m)
	for i := range m {
		for k := range hr {
			for l := range hc {
				r := ((i/cols-k)%rows + rows) % rows
				c := ((i%cols-l)%cols + cols) % cols
				a[i*m+r*cols+c] += h[k*hc+l]
			}
		}
	}
	return a
}

func TestConvolution(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for _, c := range []struct{ k, m int }{{1, 1}, {1, 2}, {2, 2}, {3, 7}, {7, 7}, {3, 12}, {12, 12}, {5, 77}, {80, 97}, {100, 120}} {
		h := random(rng, c.k, 1, 1)
		runAll(t, fmt.Sprintf("%d of %d", c.k, c.m), linop.Convolution(h, c.m), naiveConvolution(h, 1, c.k, 1, c.m))
	}
	for _, c := range []struct{ hr, hc, rows, cols int }{{1, 1, 1, 1}, {2, 3, 4, 6}, {4, 6, 4, 6}, {3, 3, 7, 7}, {1, 3, 5, 11}, {5, 1, 11, 4}, {3, 2, 14, 9}, {8, 9, 10, 9}} {
		h := random(rng, c.hr, c.hc, 1)
		runAll(t, fmt.Sprint(c), linop.Convolution2D(h, c.hr, c.hc, c.rows, c.cols), naiveConvolution(h, c.hr, c.hc, c.rows, c.cols))
	}
}
