package linop_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// naiveWavelet builds the matrix of a transform from its definition, level by
// level.
func naiveWavelet(h []float64, m, levels int) []float64 {
	out := eye(m)
	for l := range levels {
		n := m >> l
		step := eye(m)
		clear(step[:n*m])
		for i := range n / 2 {
			for k := range h {
				j := (2*i + k) % n
				step[i*m+j] += h[k]
				step[(n/2+i)*m+j] += h[len(h)-1-k] * float64(1-2*(k%2))
			}
		}
		out = mul(m, m, m, step, out)
	}
	return out
}

// naiveWavelet2D alternates rows and columns of the shrinking image.
func naiveWavelet2D(h []float64, rows, cols, levels int) []float64 {
	m := rows * cols
	out := eye(m)
	for l := range levels {
		r, c := rows>>l, cols>>l
		wr, wc := naiveWavelet(h, r, 1), naiveWavelet(h, c, 1)
		step := eye(m)
		for i := range r {
			for j := range c {
				for k := range r {
					for q := range c {
						step[(i*cols+j)*m+k*cols+q] = wr[i*r+k] * wc[j*c+q]
					}
				}
			}
		}
		out = mul(m, m, m, step, out)
	}
	return out
}

// The coefficients of Daubechies (1988), Table 1, to the digits printed there.
var filters = map[linop.Wavelet][]float64{
	linop.Haar: {math.Sqrt2 / 2, math.Sqrt2 / 2},
	linop.Daubechies4: {
		.230377813308896, .714846570552915, .630880767929859, -.027983769416859,
		-.187034811719093, .030841381835560, .032883011666885, -.010597401785069,
	},
}

func TestWaveletTransform(t *testing.T) {
	for w, h := range filters {
		h = polished(h)
		for _, c := range [][2]int{{1, 0}, {2, 1}, {6, 1}, {8, 3}, {16, 2}, {40, 3}, {64, 4}} {
			runAll(t, fmt.Sprintf("%d/m=%d,levels=%d", w, c[0], c[1]), linop.WaveletTransform(w, c[0], c[1]), naiveWavelet(h, c[0], c[1]))
		}
		for _, c := range [][3]int{{1, 1, 0}, {2, 4, 1}, {8, 4, 2}, {6, 10, 1}, {12, 20, 2}} {
			runAll(t, fmt.Sprintf("%d/%v", w, c), linop.WaveletTransform2D(w, c[0], c[1], c[2]), naiveWavelet2D(h, c[0], c[1], c[2]))
		}
	}
}

// polished improves the eight coefficients by Newton's method on the equations
// that define them: orthonormal shifts and vanishing moments.
func polished(h []float64) []float64 {
	if len(h) == 2 {
		return h
	}
	h = slices.Clone(h)
	n := len(h)
	for range 3 {
		system := make([][]float64, n)
		for l := range n / 2 {
			shift, moment := make([]float64, n+1), make([]float64, n+1)
			if l == 0 {
				shift[n] = 1
			}
			for k := range n {
				if k+2*l < n {
					shift[k] += h[k+2*l]
					shift[k+2*l] += h[k]
					shift[n] -= h[k] * h[k+2*l]
				}
				moment[k] = math.Pow(float64(k), float64(l)) * float64(1-2*(k%2))
				moment[n] -= moment[k] * h[k]
			}
			system[2*l], system[2*l+1] = shift, moment
		}
		for k, d := range eliminate(system) {
			h[k] += d
		}
	}
	return h
}

// eliminate solves a system given with its right-hand side as last column.
func eliminate(a [][]float64) []float64 {
	n := len(a)
	for i := range n {
		p := i
		for r := i; r < n; r++ {
			if math.Abs(a[r][i]) > math.Abs(a[p][i]) {
				p = r
			}
		}
		a[i], a[p] = a[p], a[i]
		for r := range n {
			if f := a[r][i] / a[i][i]; r != i {
				for k := range a[r] {
					a[r][k] -= f * a[i][k]
				}
			}
		}
	}
	x := make([]float64, n)
	for i := range n {
		x[i] = a[i][n] / a[i][i]
	}
	return x
}

// Details of a cubic polynomial vanish where the filter does not wrap around.
func TestDaubechies4VanishingMoments(t *testing.T) {
	const m = 64
	x, y := make([]float64, m), make([]float64, m)
	for j := range x {
		s := float64(j) / m
		x[j] = 1 + s*(2-s*(3-s))
	}
	linop.WaveletTransform(linop.Daubechies4, m, 1).Apply(y, x)
	for i, d := range y[m/2 : m-3] {
		if math.Abs(d) > 1e-15*100 {
			t.Errorf("detail %d of a cubic is %v", i, d)
		}
	}
	if math.Abs(y[m-1]) < 1e-3 {
		t.Errorf("the jump at the end leaves the detail %v", y[m-1])
	}
}
