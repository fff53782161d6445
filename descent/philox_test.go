package descent

import (
	"math"
	"slices"
	"testing"
)

// The known answers of Random123 1.14, kat_vectors, philox4x32 with 10 rounds.
func TestPhiloxKnownAnswers(t *testing.T) {
	for _, c := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, [2]uint32{0xffffffff, 0xffffffff},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := (philox{c.key}).block(c.counter); got != c.want {
			t.Errorf("block(%x) = %x, want %x", c.counter, got, c.want)
		}
	}
}

// Each row is drawn as often as any other, K different ones at a time.
func TestBatchesAreUniform(t *testing.T) {
	const n, k, steps = 10, 3, 20000
	s := newSource(denseOf(n, 2), make([]float64, n), Sampling{Batch: k, Seed: 7})
	var count [n]int
	for step := range steps {
		s.draw(step)
		if len(s.g.Rows) != k || !slices.IsSorted(s.g.Rows) || len(slices.Compact(slices.Clone(s.g.Rows))) != k {
			t.Fatalf("step %d draws %v", step, s.g.Rows)
		}
		for _, i := range s.g.Rows {
			count[i]++
		}
	}
	// Hypergeometric: mean 6000, standard deviation √(20000·0.3·0.7) = 65.
	for i, c := range count {
		if math.Abs(float64(c)-steps*k/n) > 5*65 {
			t.Errorf("row %d is drawn %d times of %d, want about %d", i, c, steps, steps*k/n)
		}
	}
	first := slices.Clone(s.g.Rows)
	s.draw(steps - 1)
	if !slices.Equal(first, s.g.Rows) {
		t.Error("the rows of a step depend on more than seed and step")
	}
	other := newSource(denseOf(n, 2), make([]float64, n), Sampling{Batch: k, Seed: 8})
	same := 0
	for step := range 1000 {
		s.draw(step)
		other.draw(step)
		if slices.Equal(s.g.Rows, other.g.Rows) {
			same++
		}
	}
	if same > 30 { // of 120 choices: 8 expected
		t.Errorf("seeds 7 and 8 draw the same rows in %d of 1000 steps", same)
	}
}

// A gradient is Aᵀd with the d that its definition says, and has the right mean.
func TestGradientsOfSamples(t *testing.T) {
	const n, m = 7, 12
	a, b, x := denseOf(n, m), vectorOf(n), vectorOf(m)
	r := make([]float64, n)
	full := newSource(a, b, Sampling{})
	full.residual(r, x)
	exact := slices.Clone(full.at(0, x, r).X)
	mean, dense := make([]float64, m), make([]float64, n)
	const steps = 4000
	s := newSource(a, b, Sampling{Batch: 3, LabelNoise: 0.5, Seed: 3})
	for k := range steps {
		g := s.at(k, x, nil)
		clear(dense)
		g.addTo(dense, 1)
		want := make([]float64, m)
		a.ApplyT(want, dense)
		var loss float64
		for j, i := range g.Rows {
			loss += r[i] * r[i] * 7 / 3 / 2
			if noise := math.Abs(g.D[j]*3/7 - r[i]); math.Abs(noise-0.5) > 1e-12 {
				t.Fatalf("step %d: the label noise of row %d is %v, want ±0.5", k, i, noise)
			}
		}
		if !close(loss, g.Loss, 1e-13) || !close(g.Loss, g.LossAt(x), 1e-13) {
			t.Fatalf("step %d: the loss of the sample is %v and %v, want %v", k, g.Loss, g.LossAt(x), loss)
		}
		for i, v := range want {
			if math.Abs(v-g.X[i]) > 1e-12 {
				t.Fatalf("step %d: g[%d] = %v, want %v", k, i, g.X[i], v)
			}
			mean[i] += g.X[i] / steps
		}
	}
	for i, v := range exact {
		if math.Abs(mean[i]-v) > 0.25 { // standard error about 0.05
			t.Errorf("the mean of gradient %d is %v, want %v", i, mean[i], v)
		}
	}
}
