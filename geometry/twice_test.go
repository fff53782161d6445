package geometry

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// The gradient in twice the precision against 300 bits.
func TestGradTwice(t *testing.T) {
	diagonal, err := NewDiagonal([]float64{0.3, 7e5, 1e-9, 1, 3, 3, 3, 3})
	if err != nil {
		t.Fatal(err)
	}
	wide := func(v float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(v) }
	inverse := func(v *big.Float) *big.Float { return v.Quo(wide(-1), v) }
	for _, in := range []struct {
		phi   Separable
		exact func(j int, x float64) *big.Float
		size  float64 // of x, in decades
		cone  bool
	}{
		{Burg{}, func(_ int, x float64) *big.Float { return inverse(wide(x)) }, 100, true},
		{Inverse{}, func(_ int, x float64) *big.Float { v := wide(x); return inverse(v.Mul(v, v)) }, 60, true},
		{Euclidean{}, func(_ int, x float64) *big.Float { return wide(x) }, 300, false},
		{Exponential{}, func(_ int, x float64) *big.Float { return bigExp(x) }, 2.3, false},
		{diagonal, func(j int, x float64) *big.Float { v := wide(x); return v.Mul(v, wide(diagonal.at(j).k)) }, 100, false},
	} {
		rng := rand.New(rand.NewPCG(7, 1))
		x, hi, lo := make([]float64, 8), make([]float64, 8), make([]float64, 8)
		for range 500 {
			for j := range x {
				x[j] = math.Pow(10, in.size*(2*rng.Float64()-1)) * (0.5 + rng.Float64())
				if !in.cone && rng.IntN(2) == 0 {
					x[j] = -x[j]
				}
			}
			if !GradTwice(in.phi, hi, lo, x) {
				t.Fatalf("%s: none at %v", in.phi.Name(), x)
			}
			for j, v := range x {
				want := in.exact(j, v)
				got := wide(hi[j])
				got.Add(got, wide(lo[j]))
				got.Sub(got, want)
				off, _ := got.Quo(got, want).Float64()
				if !(math.Abs(off) <= GradTwiceError) {
					t.Fatalf("%s at %v: off by %g", in.phi.Name(), v, off)
				}
			}
		}
	}
	if GradTwice(Entropy{}, make([]float64, 1), make([]float64, 1), []float64{1}) {
		t.Error("the entropy has no such gradient")
	}
	if GradTwice(Burg{}, make([]float64, 1), make([]float64, 1), []float64{1e-200}) {
		t.Error("burg: 1/x of 1e-200 has a low part that doubles do not hold")
	}
}

// At the start of chi-square the gradient is 1, though k = 1/x₀ is rounded.
func TestGradTwiceOfChiSquareIsOne(t *testing.T) {
	x := []float64{3, 1e12 / 7, 1e-30}
	phi, err := NewChiSquare(x)
	if err != nil {
		t.Fatal(err)
	}
	hi, lo := make([]float64, 3), make([]float64, 3)
	if !GradTwice(phi, hi, lo, x) {
		t.Fatal("none")
	}
	for j := range x {
		if hi[j] != 1 || lo[j] != 0 {
			t.Errorf("θ = %v + %v", hi[j], lo[j])
		}
	}
}

// bigExp is the series of eˣ = (e^{x/2ᵏ})^{2ᵏ} in 300 bits and more.
func bigExp(x float64) *big.Float {
	const halvings, precision = 16, 400
	s := new(big.Float).SetPrec(precision).SetFloat64(math.Ldexp(x, -halvings))
	term, sum := new(big.Float).SetPrec(precision).SetInt64(1), new(big.Float).SetPrec(precision).SetInt64(1)
	for i := int64(1); i < 60; i++ {
		term.Mul(term, s)
		term.Quo(term, new(big.Float).SetPrec(precision).SetInt64(i))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}
