package fft

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
	"pgregory.net/rapid"
)

// naive is the definition, with roots by root, which TestRoot holds exact.
func naive(x []complex128) []complex128 {
	n := len(x)
	out := make([]complex128, n)
	for k := range out {
		for j, v := range x {
			out[k] += v * root(j*k%n, n)
		}
	}
	return out
}

func randomReal(n int) []float64 {
	rng := rand.New(rand.NewPCG(uint64(n), 7))
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

func randomComplex(n int) []complex128 {
	x, y := randomReal(n), randomReal(n+1)
	z := make([]complex128, n)
	for i := range z {
		z[i] = complex(x[i], y[i])
	}
	return z
}

// distance returns max |x − y|, relative to the root mean square of y.
func distance(x, y []complex128) float64 {
	var worst, sum float64
	for i, v := range y {
		d := x[i] - v
		worst = max(worst, math.Hypot(real(d), imag(d)))
		sum += real(v)*real(v) + imag(v)*imag(v)
	}
	return worst / math.Sqrt(sum/float64(len(y)))
}

func TestPlanAgainstSum(t *testing.T) {
	for n := 1; n <= 1500; n++ {
		x := randomComplex(n)
		want := naive(x)
		got := NewPlan(n).Transform(append([]complex128(nil), x...), make([]complex128, n))
		if d := distance(got, want); d > 1e-13 {
			t.Errorf("n = %d: error %v", n, d)
		}
		if n > 50 {
			n += n / 8
		}
	}
}

// split forces the four-step path on a length that can be checked by the sum.
func split(n int) *Plan {
	p := &Plan{n: n, r: nearRoot(n)}
	p.c = n / p.r
	p.down, p.along = NewColumns(p.r), NewColumns(p.c)
	for k := range p.r {
		for j := range p.c {
			p.roots = append(p.roots, root(j*k, n))
		}
	}
	return p
}

func TestSplitAgainstSum(t *testing.T) {
	for _, n := range []int{1, 2, 6, 16, 30, 360, 500, 768, 1024, 1536, 2187} {
		x := randomComplex(n)
		want := naive(x)
		got := split(n).Transform(append([]complex128(nil), x...), make([]complex128, n))
		if d := distance(got, want); d > 1e-13 {
			t.Errorf("n = %d: error %v", n, d)
		}
	}
}

func TestReal(t *testing.T) {
	for _, m := range []int{2, 4, 6, 10, 16, 30, 48, 360, 1000, 1024} {
		x := randomReal(m)
		z := make([]complex128, m)
		for j, v := range x {
			z[j] = complex(v, 0)
		}
		r, got, back := NewReal(m), make([]complex128, m/2+1), make([]float64, m)
		r.Forward(got, x)
		if d := distance(got, naive(z)[:m/2+1]); d > 1e-13 {
			t.Errorf("m = %d: error %v", m, d)
		}
		r.Backward(back, got)
		for j, v := range back {
			if math.Abs(v-x[j]) > 1e-14 {
				t.Errorf("m = %d: entry %d comes back as %v, not %v", m, j, v, x[j])
				break
			}
		}
	}
}

// precision of the exact sums, in bits.
const precision = 160

const piDigits = "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798"

func float(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func add(x, y *big.Float) *big.Float { return float(0).Add(x, y) }
func sub(x, y *big.Float) *big.Float { return float(0).Sub(x, y) }
func mul(x, y *big.Float) *big.Float { return float(0).Mul(x, y) }

// circle returns cos and sin of 2πk/n by their Taylor series.
func circle(k, n int) (cos, sin *big.Float) {
	pi, _, err := big.ParseFloat(piDigits, 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	angle := float(0).Quo(mul(pi, float(float64(2*k))), float(float64(n)))
	cos, sin = float(0), float(0)
	term := float(1)
	for i := 1; i < 90; i++ {
		switch i % 4 {
		case 1:
			cos.Add(cos, term)
		case 2:
			sin.Add(sin, term)
		case 3:
			cos.Sub(cos, term)
		default:
			sin.Sub(sin, term)
		}
		term = float(0).Quo(mul(term, angle), float(float64(i)))
	}
	return cos, sin
}

func TestRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1<<27).Draw(t, "n")
		k := rapid.IntRange(0, n-1).Draw(t, "k")
		cos, sin := circle(k, n)
		w := root(k, n)
		for _, c := range []struct {
			got  float64
			want *big.Float
		}{{real(w), cos}, {imag(w), sin.Neg(sin)}} {
			want, _ := c.want.Float64()
			// The angle carries two roundings and that of π, Sincos its own.
			if off, _ := sub(float(c.got), c.want).Float64(); math.Abs(off) > 5*0x1p-53*math.Abs(want)+1e-40 {
				t.Fatalf("exp(−2πi %d/%d) has the part %v, want %v", k, n, c.got, want)
			}
		}
	})
}

// cosineSum returns Σ_j x[j] s_k cos(πk(2j+1)/2m) in high precision, the angle
// advanced by rotations.
func cosineSum(x []float64, k int) float64 {
	m := len(x)
	c, s := circle(k, 4*m)
	dc, ds := circle(2*k, 4*m)
	sum := float(0)
	for _, v := range x {
		sum.Add(sum, mul(float(v), c))
		c, s = sub(mul(c, dc), mul(s, ds)), add(mul(c, ds), mul(s, dc))
	}
	f, _ := sum.Float64()
	if k == 0 {
		return f * math.Sqrt(1/float64(m))
	}
	return f * math.Sqrt(2/float64(m))
}

// The entries of x are standard normal, so those of the transform are too: the
// errors are absolute. They grow like the root of log m, from a few ε.
func TestCosineAgainstExactSum(t *testing.T) {
	lengths := []int{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 30, 36, 50, 97, 122, 243, 250, 251, 512, 1000, 1994, 2160, 4096, 1 << 15, 6 * 15625, 1 << 16}
	if !testing.Short() {
		lengths = append(lengths, 1<<18, 1<<18-1)
	}
	for _, m := range lengths {
		x := randomReal(m)
		y, back := make([]float64, m), make([]float64, m)
		c := NewCosine(m)
		c.Forward(y, x)
		tol := 0.7e-15 * math.Sqrt(math.Log2(float64(4*m)))
		coefficients := []int{0, 1, m / 4, m / 3, m / 2, m - m/4, m - 1}
		if m > 1<<16 { // the exact sums are slow
			coefficients = coefficients[3:5]
		}
		for _, k := range coefficients {
			if k >= m {
				continue
			}
			if want := cosineSum(x, k); !(math.Abs(y[k]-want) <= tol) {
				t.Errorf("m = %d: coefficient %d is off by %.2g, more than %.2g", m, k, y[k]-want, tol)
			}
		}
		c.Backward(back, y)
		for j, v := range back {
			if !(math.Abs(v-x[j]) <= 2*tol) {
				t.Errorf("m = %d: entry %d comes back off by %.2g", m, j, v-x[j])
				break
			}
		}
		c.Forward(x, x) // in place
		for j, v := range x {
			if v != y[j] {
				t.Errorf("m = %d: in place, entry %d is %v, not %v", m, j, v, y[j])
				break
			}
		}
	}
}

func TestCosineThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, m := range []int{1 << 12, 1 << 16, 2 * 3 * 5 * 4096} {
		c, x := NewCosine(m), randomReal(m)
		var first [2][]float64
		for _, threads := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(threads)
			y, z := make([]float64, m), make([]float64, m)
			c.Forward(y, x)
			c.Backward(z, x)
			if threads == 1 {
				first = [2][]float64{y, z}
			}
			for j := range m {
				if y[j] != first[0][j] || z[j] != first[1][j] {
					t.Fatalf("m = %d: %d threads give other bits", m, threads)
				}
			}
		}
	}
}

func TestSmooth(t *testing.T) {
	for n, want := range map[int]bool{-2: false, 0: false, 1: true, 2: true, 7: false, 30: true, 49: false, 1 << 20: true, 3 * 7: false} {
		if Smooth(n) != want {
			t.Errorf("Smooth(%d) = %v", n, !want)
		}
	}
	for _, c := range [][3]int{{0, 1, 1}, {0, 2, 2}, {7, 1, 8}, {11, 1, 12}, {13, 1, 15}, {13, 2, 16}, {25, 2, 30}} {
		if got := NextSmooth(c[0], c[1]); got != c[2] {
			t.Errorf("NextSmooth(%d, %d) = %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func TestPanics(t *testing.T) {
	for name, call := range map[string]func(){
		"prime columns":   func() { NewColumns(11) },
		"odd real":        func() { NewReal(9) },
		"plan length":     func() { NewPlan(4).Transform(make([]complex128, 4), make([]complex128, 3)) },
		"columns length":  func() { NewColumns(4).Transform(make([]complex128, 8), make([]complex128, 8), nil, 3) },
		"real length":     func() { NewReal(4).Forward(make([]complex128, 4), make([]float64, 4)) },
		"cosine length":   func() { NewCosine(4).Forward(make([]float64, 3), make([]float64, 4)) },
		"backward length": func() { NewCosine(4).Backward(make([]float64, 3), make([]float64, 4)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

func BenchmarkCosine(b *testing.B) {
	for _, m := range []int{1 << 8, 1 << 12, 1 << 15, 1 << 16, 1 << 18, 1 << 20, 3 * 5 * 1 << 14, 4099, 65537} {
		c, x, y := NewCosine(m), randomReal(m), make([]float64, m)
		b.Run(fmt.Sprintf("Forward/%d", m), func(b *testing.B) {
			for b.Loop() {
				c.Forward(y, x)
			}
		})
		b.Run(fmt.Sprintf("Backward/%d", m), func(b *testing.B) {
			for b.Loop() {
				c.Backward(y, x)
			}
		})
		peer := fourier.NewQuarterWaveFFT(m)
		b.Run(fmt.Sprintf("Gonum/%d", m), func(b *testing.B) {
			for b.Loop() {
				peer.CosSequence(y, x)
			}
		})
	}
}
