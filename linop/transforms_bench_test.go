package linop_test

import (
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

func BenchmarkTransforms(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	const long, side = 1 << 18, 256
	half := rng.Perm(long)[:long/4]
	few := rng.Perm(side * side)[:side*side/4]
	image := linop.Compose(
		linop.Compose(linop.PartialHadamard(few, side*side), linop.RandomSigns(side*side, 1)),
		linop.Transpose(linop.DCT2D(side, side)))
	for _, c := range []struct {
		name string
		op   linop.Operator
	}{
		{"PartialDCT/262144", linop.PartialDCT(half, long)},
		{"PartialHadamard/262144", linop.PartialHadamard(half, long)},
		{"Convolution/262144", linop.Convolution(random(rng, 1000, 1, 1), long)},
		{"Convolution/262139", linop.Convolution(random(rng, 1000, 1, 1), 262139)},
		{"Convolution2D/256×256", linop.Convolution2D(random(rng, 9, 9, 1), 9, 9, side, side)},
		{"Haar/262144", linop.WaveletTransform(linop.Haar, long, 10)},
		{"Daubechies4/262144", linop.WaveletTransform(linop.Daubechies4, long, 10)},
		{"Daubechies4/256×256", linop.WaveletTransform2D(linop.Daubechies4, side, side, 5)},
		{"DCT2D/256×256", linop.DCT2D(side, side)},
		{"PartialHadamard signs inverse DCT2D/256×256", image},
		{"Marginals/1000×1000", linop.Marginals(1000, 1000)},
	} {
		n, m := c.op.Dims()
		x, y, d := random(rng, m, 1, 1), random(rng, n, 1, 1), random(rng, m, 1, 1)
		out, outT := make([]float64, n), make([]float64, m)
		for name, run := range map[string]func(){
			"Apply":     func() { c.op.Apply(out, x) },
			"ApplyT":    func() { c.op.ApplyT(outT, y) },
			"NormalMul": func() { linop.NormalMul(c.op, out, d, y) },
		} {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					run()
				}
			})
		}
	}
}
