package geometry_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	gt "github.com/tacit-dev/tacit/geometry/geometrytest"
)

func entropyTwin(w, shift func(i int) float64) *gt.Twin {
	less := func(i int, x *big.Float) *big.Float { return gt.Sub(x, fl(shift(i))) }
	return twin(
		func(i int, x *big.Float) *big.Float {
			y := less(i, x)
			return gt.Mul(fl(w(i)), gt.Sub(bigXlogx(y), y))
		},
		func(i int, v *big.Float) *big.Float {
			return gt.Add(gt.Mul(fl(w(i)), gt.Exp(gt.Quo(v, fl(w(i))))), gt.Mul(v, fl(shift(i))))
		},
		func(i int, x *big.Float) *big.Float { return gt.Mul(fl(w(i)), gt.Log(less(i, x))) },
		func(i int, v *big.Float) *big.Float { return gt.Add(gt.Exp(gt.Quo(v, fl(w(i)))), fl(shift(i))) },
	)
}

func TestWeighted(t *testing.T) {
	for _, w := range [][]float64{{0.25}, {1, 0.1, 3, 20, 0.5}} {
		phi, err := geometry.NewWeighted(geometry.Entropy{}, w)
		if err != nil {
			t.Fatal(err)
		}
		at := func(i int) float64 { return w[i%len(w)] }
		gt.Run(t, gt.Case{
			Phi: phi, Point: logs(1, -1, 1).vector(), Wide: logs(1, -300, 300).vector(),
			Dual: func(rng *rand.Rand) []float64 {
				v := between(-600, 600).vector()(rng)
				for i := range v {
					v[i] *= at(i)
				}
				return v
			},
			Twin: entropyTwin(at, func(int) float64 { return 0 }),
		})
	}
}

// Every separable potential can be weighted, with parameters that differ from
// coordinate to coordinate: the sums are those of the coordinates.
func TestWeightedCoordinates(t *testing.T) {
	box := must(geometry.NewFermiDirac([]float64{0, -1}, []float64{1, 2})).(geometry.Separable)
	diff := must(geometry.NewPowerDiff(3, 0, -2)).(geometry.Separable)
	for _, phi := range []geometry.Separable{
		box, diff, geometry.Euclidean{}, geometry.Burg{}, geometry.Hypentropy{LogBeta: []float64{0, -9}},
	} {
		p, err := geometry.NewWeighted(phi, []float64{2, 5})
		if err != nil {
			t.Fatal(err)
		}
		x, z := []float64{0.3, 0.8}, []float64{0.6, 0.2}
		theta := make([]float64, 2)
		p.Grad(theta, z)
		part := func(i int) float64 { // of coordinate i alone: the other one is at z
			y := append([]float64(nil), z...)
			y[i] = x[i]
			return phi.Bregman(y, z)
		}
		want := 2*part(0) + 5*part(1)
		for name, d := range map[string]float64{"Bregman": p.Bregman(x, z), "Fenchel": p.Fenchel(x, theta)} {
			if math.Abs(d-want) > 1e-13*want {
				t.Errorf("%s: weighted %s = %v, want %v", phi.Name(), name, d, want)
			}
		}
		inner := x[0]*theta[0] + x[1]*theta[1]
		if d := p.Value(x) + p.Conj(theta) - inner; math.Abs(d-want) > 1e-13*(math.Abs(inner)+math.Abs(p.Value(x))) {
			t.Errorf("%s: φ(x) + φ*(θ) − ⟨x, θ⟩ = %v, want %v", phi.Name(), d, want)
		}
	}
}

func TestWeightedRefuses(t *testing.T) {
	for _, w := range [][]float64{{}, {1, 0}, {1, -1}, {1, math.NaN()}, {1, math.Inf(1)}} {
		if _, err := geometry.NewWeighted(geometry.Burg{}, w); err == nil || len(w) > 1 && !strings.Contains(err.Error(), "weights[1]") {
			t.Errorf("weights %v: %v", w, err)
		}
	}
	nested, err := geometry.NewWeighted(geometry.Burg{}, []float64{1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := geometry.NewWeighted(nested, []float64{1}); err == nil {
		t.Error("Weighted can be weighted")
	}
}

// The same bits on any number of threads, and the coordinates of a long vector
// are those of short ones.
func TestThreads(t *testing.T) {
	const m = 20001
	rng := rand.New(rand.NewPCG(5, 5))
	for _, c := range everywhere() {
		x, z := make([]float64, m), make([]float64, m)
		for i := range x {
			x[i], z[i] = c.x*(0.5+rng.Float64()), c.x*(0.5+rng.Float64())
		}
		run := func(threads int) []float64 {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
			theta, back, h := make([]float64, m), make([]float64, m), make([]float64, m)
			c.phi.Grad(theta, z)
			c.phi.GradConj(back, theta)
			c.phi.HessConjDiag(h, theta)
			out := append(append(append([]float64(nil), theta...), back...), h...)
			return append(out, c.phi.Value(x), c.phi.Conj(theta), c.phi.Bregman(x, z), c.phi.Fenchel(x, theta))
		}
		one := run(1)
		for _, threads := range []int{2, 8} {
			for i, v := range run(threads) {
				if v != one[i] {
					t.Fatalf("%s: number %d is %v on %d threads, %v on one", c.phi.Name(), i, v, threads, one[i])
				}
			}
		}
		var sum float64
		for i := range x {
			sum += c.phi.Bregman(x[i:i+1], z[i:i+1])
		}
		if d := one[len(one)-2]; math.Abs(d-sum) > 1e-12*sum {
			t.Errorf("%s: D = %v, the coordinates add up to %v", c.phi.Name(), d, sum)
		}
		var last [3][1]float64
		c.phi.Grad(last[0][:], z[m-1:])
		c.phi.GradConj(last[1][:], last[0][:])
		c.phi.HessConjDiag(last[2][:], last[0][:])
		for k, v := range last {
			if w := one[(k+1)*m-1]; math.Abs(w-v[0]) > 1e-15*math.Abs(w) {
				t.Errorf("%s: map %d gives %v in a vector, %v alone", c.phi.Name(), k, w, v[0])
			}
		}
	}
}
