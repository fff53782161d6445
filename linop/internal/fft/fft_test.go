package fft

import (
	"fmt"
	"math"
	"testing"
	"math/rand/v2"
	"gonum.org/v1/gonum/dsp/fourier"
)

func TestTmp(t *testing.T) {
	for _, m := range []int{2, 4, 6, 8, 10, 12, 16, 30, 50, 60, 128, 1000, 2160, 4096, 6000, 7500} {
		x := make([]float64, m)
		for i := range x { x[i] = rand.NormFloat64() }
		y, z := make([]float64, m), make([]float64, m)
		h := newHalves(m)
		h.forward(y, x)
		h.backward(z, y)
		worst, back := 0.0, 0.0
		for k := range m {
			s := 0.0
			for j := range m { s += x[j]*math.Cos(math.Pi*float64(k*(2*j+1)%(4*m))/float64(2*m)) }
			if k == 0 { s *= math.Sqrt(1/float64(m)) } else { s *= math.Sqrt(2/float64(m)) }
			worst = max(worst, math.Abs(s-y[k]))
			back = max(back, math.Abs(x[k]-z[k]))
		}
		fmt.Println(m, worst, back)
	}
}

func BenchmarkCosine(b *testing.B) {
	for _, e := range []int{8, 10, 12, 15, 16, 18, 20} {
		m := 1 << e
		h := newHalves(m)
		x, y := make([]float64, m), make([]float64, m)
		for i := range x { x[i] = rand.NormFloat64() }
		b.Run(fmt.Sprintf("fwd%d", e), func(b *testing.B) { for b.Loop() { h.forward(y, x) } })
		b.Run(fmt.Sprintf("bwd%d", e), func(b *testing.B) { for b.Loop() { h.backward(y, x) } })
		w := [2][]complex128{make([]complex128, m/2), make([]complex128, m/2)}
		b.Run(fmt.Sprintf("fft%d", e), func(b *testing.B) { for b.Loop() { h.plan.Transform(w[0], w[1]) } })
		if e <= 18 {
		q := fourier.NewQuarterWaveFFT(m)
		b.Run(fmt.Sprintf("gonum%d", e), func(b *testing.B) { for b.Loop() { q.CosSequence(y, x) } })
		}
	}
}
