package instance

import (
	"math"
	"slices"
	"testing"
)

func ziggurat(seed uint64, count int) []float64 {
	x := make([]float64, count)
	testStream(seed).layered(x, 1)
	return x
}

// The layers are stacked without a gap, have the same area and end at the top.
func TestLayersCloseAtTheTop(t *testing.T) {
	for i := 1; i < 256; i++ {
		width := layers[i].width * 0x1p53
		if area := width * (layers[i+1].height - layers[i].height); math.Abs(area/zigguratArea-1) > 1e-11 {
			t.Errorf("layer %d has the area %v, want %v", i, area, zigguratArea)
		}
	}
	lowest := zigguratEnd*layers[1].height + math.Sqrt(math.Pi/2)*math.Erfc(zigguratEnd/math.Sqrt2)
	if math.Abs(lowest/zigguratArea-1) > 1e-13 {
		t.Errorf("the lowest layer has the area %v, want %v", lowest, zigguratArea)
	}
}

// The moments up to the eighth of 2²⁰ draws lie within five standard errors of
// those of N(0,1): E x^(2k) = (2k−1)!!.
func TestZigguratMoments(t *testing.T) {
	const count = 1 << 20
	moment := func(p int) float64 { // of N(0,1)
		if p%2 == 1 {
			return 0
		}
		m := 1.0
		for k := p - 1; k > 1; k -= 2 {
			m *= float64(k)
		}
		return m
	}
	var m [9]float64
	for _, v := range ziggurat(1, count) {
		for k, p := 1, v; k < len(m); k, p = k+1, p*v {
			m[k] += p / count
		}
	}
	for k := 1; k < len(m); k++ {
		want := moment(k)
		if bound := 5 * math.Sqrt((moment(2*k)-want*want)/count); math.Abs(m[k]-want) > bound {
			t.Errorf("moment %d is %v, want %v ± %v", k, m[k], want, bound)
		}
	}
}

// Kolmogorov and Smirnov: √n·sup|F_n−Φ| of 2²⁰ draws stays below 1.95, which a
// sample of Φ exceeds once in 1000 times.
func TestZigguratIsNormal(t *testing.T) {
	const count = 1 << 20
	x := ziggurat(2, count)
	slices.Sort(x)
	worst := 0.0
	for i, v := range x {
		phi := math.Erfc(-v/math.Sqrt2) / 2
		worst = max(worst, math.Abs(phi-float64(i)/count), math.Abs(phi-float64(i+1)/count))
	}
	if worst *= math.Sqrt(count); worst > 1.95 {
		t.Errorf("√n·sup|F−Φ| = %v", worst)
	}
}

// Each side has as many draws beyond 2, 3, the end of the layers, 4 and 4.5 as it
// should, within five standard deviations; those beyond the end come from tail,
// those beyond 2 and 3 from wedges and their neighbours.
func TestZigguratTails(t *testing.T) {
	const count = 1 << 22
	ends := []float64{2, 3, zigguratEnd, 4, 4.5}
	var beyond [2][5]float64
	for _, v := range ziggurat(3, count) {
		side := 0
		if v < 0 {
			side, v = 1, -v
		}
		for i, end := range ends {
			if v > end {
				beyond[side][i]++
			}
		}
	}
	for side := range beyond {
		for i, end := range ends {
			want := count * math.Erfc(end/math.Sqrt2) / 2
			if got := beyond[side][i]; math.Abs(got-want) > 5*math.Sqrt(want) {
				t.Errorf("side %d: %v draws beyond %v, want %.0f", side, got, end, want)
			}
		}
	}
}

// Neighbours in the stream, and the layer and the point, which share a word, do
// not know of each other: all correlations stay within five standard errors.
func TestZigguratDrawsAreIndependent(t *testing.T) {
	const count = 1 << 20
	x := ziggurat(4, count)
	var next, squares float64
	for i := 1; i < count; i++ {
		next += x[i] * x[i-1] / count
		squares += (x[i]*x[i] - 1) * (x[i-1]*x[i-1] - 1) / 2 / count
	}
	if bound := 5 / math.Sqrt(count); math.Abs(next) > bound || math.Abs(squares) > bound {
		t.Errorf("correlations %v and %v, want below %v", next, squares, bound)
	}
}

// BenchmarkNormals draws 20000 numbers, by the two methods.
func BenchmarkNormals(b *testing.B) {
	x := make([]float64, 20000)
	b.Run("polar", func(b *testing.B) {
		for i := range b.N {
			testStream(uint64(i)).normals(x)
		}
	})
	b.Run("ziggurat", func(b *testing.B) {
		for i := range b.N {
			testStream(uint64(i)).layered(x, 0.1)
		}
	})
}
