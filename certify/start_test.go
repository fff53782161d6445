package certify

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
)

// ∇φ by its definition in 400 bits.
func TestGradientToTwiceThePrecision(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	const m = 400
	x, k := make([]float64, m), make([]float64, m)
	for j := range x {
		x[j] = math.Pow(10, 60*(2*rng.Float64()-1))
		k[j] = math.Pow(10, 60*(2*rng.Float64()-1))
	}
	diagonal, err := geometry.NewDiagonal(k)
	if err != nil {
		t.Fatal(err)
	}
	chi, err := geometry.NewChiSquare(x)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		phi  geometry.Separable
		want func(j int) *big.Float
	}{
		{geometry.Euclidean{}, func(j int) *big.Float { return bigOf(x[j]) }},
		{geometry.Burg{}, func(j int) *big.Float { return quo(bigOf(-1), bigOf(x[j])) }},
		{geometry.Inverse{}, func(j int) *big.Float { return quo(bigOf(-1), mul(bigOf(x[j]), bigOf(x[j]))) }},
		{diagonal, func(j int) *big.Float { return mul(bigOf(k[j]), bigOf(x[j])) }},
		{chi, func(int) *big.Float { return bigOf(1) }},
	} {
		theta, ok := gradient(c.phi, x)
		if !ok {
			t.Fatalf("%s: not known", c.phi.Name())
		}
		for j, got := range theta {
			want := c.want(j)
			off, _ := sub(add(bigOf(got.hi), bigOf(got.lo)), want).Float64()
			size, _ := want.Float64()
			if math.Abs(off) > got.err || got.err > 0x1p-100*math.Abs(size) {
				t.Errorf("%s at %v: off by %g, error bound %g, size %g", c.phi.Name(), x[j], off, got.err, size)
			}
		}
	}
	if _, ok := gradient(geometry.Burg{}, []float64{1e-200}); ok {
		t.Error("an x whose low part is near underflow taken")
	}
	if _, ok := gradient(geometry.Entropy{}, x); ok {
		t.Error("the logarithm is no exact operation")
	}
}

// From so far away θ₀ and Aᵀy cancel to ten digits. What is left decides, and a
// wrong x or y, by less than the rounding of θ₀ would once have hidden, is
// rejected.
func TestNearestFromFarAwayIsDecided(t *testing.T) {
	const y = 0x1p33
	far := instance{name: "far", n: 1, m: 2, a: []float64{1, 1}, b: []float64{2},
		w:    Witness{X: []float64{1, 1}, Y: []float64{y - 1}, Start: []float64{1 / y, 1 / y}},
		cert: Certificate{Claim: Bregman, Tol: 1e-9, Geometry: "burg", Unique: ptr(true), Start: ptr("x0.npy")}}
	if v := verify(t, far, far.issue(t)); !v.Valid {
		t.Fatalf("refused: %+v", v.Failed())
	}
	for _, change := range []func(*Witness){
		func(w *Witness) { w.X = []float64{1 + 1e-4, 1 - 1e-4} },
		func(w *Witness) { w.Y = []float64{y - 1 + 1e-3} },
		func(w *Witness) { w.Start = []float64{1 / y * (1 + 1e-12), 1 / y} },
		func(w *Witness) { w.Y = []float64{y} }, // θ = 0
	} {
		bad := far
		change(&bad.w)
		if c, err := Issue(bad.op(), bad.b, bad.cert, bad.w); err == nil && verify(t, bad, c).Valid {
			t.Errorf("accepted: %+v", bad.w)
		}
	}
}
