package linop_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// Sizes at which the work is cut into blocks: adjoint, and the same bits on any
// number of threads.
func TestLargeTransforms(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const m = 1 << 17
	rows := rng.Perm(m)[:m/4]
	for name, op := range map[string]linop.Operator{
		"PartialDCT":      linop.PartialDCT(rows, m),
		"PartialHadamard": linop.PartialHadamard(rows, m),
		"DCT2D":           linop.DCT2D(250, 384),
		"Convolution":     linop.Convolution(random(rng, 500, 1, 1), 100003),
		"Convolution2D":   linop.Convolution2D(random(rng, 9, 7, 1), 9, 7, 250, 331),
		"Wavelet":         linop.WaveletTransform(linop.Daubechies4, m, 6),
		"Wavelet2D":       linop.WaveletTransform2D(linop.Daubechies4, 256, 384, 4),
		"Marginals":       linop.Marginals(300, 411),
	} {
		n, m := op.Dims()
		x, y, d := random(rng, m, 1, 1), random(rng, n, 1, 1), random(rng, m, 1, 1)
		ax, aty := make([]float64, n), make([]float64, m)
		op.Apply(ax, x)
		op.ApplyT(aty, y)
		var left, right, size float64
		for i, v := range ax {
			left += v * y[i]
			size += math.Abs(v * y[i])
		}
		for j, v := range aty {
			right += v * x[j]
		}
		if !(math.Abs(left-right) <= 1e-13*size) {
			t.Errorf("%s: ⟨Ax, y⟩ = %v but ⟨x, Aᵀy⟩ = %v", name, left, right)
		}
		var first []float64
		for _, threads := range []int{1, 2, 8} {
			before := runtime.GOMAXPROCS(threads)
			out := make([]float64, 2*n+m)
			op.Apply(out[:n], x)
			op.ApplyT(out[n:n+m], y)
			linop.NormalMul(op, out[n+m:], d, y)
			runtime.GOMAXPROCS(before)
			if first == nil {
				first = out
			}
			if !slices.Equal(out, first) {
				t.Errorf("%s: %d threads give other bits", name, threads)
			}
		}
	}
}
