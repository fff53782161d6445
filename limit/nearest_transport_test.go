package limit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// transport returns the start −C/ε of an entropic transport problem between k
// and k points of the plane with uniform masses, ε in units of the largest
// cost, and the marginals.
func transport(k int, epsilon float64) (theta0, b []float64) {
	rng := rand.New(rand.NewPCG(100, 1))
	p, q := gaussian(rng, k, 2), gaussian(rng, k, 2)
	theta0, b = make([]float64, k*k), make([]float64, 2*k)
	largest := 0.0
	for i := range k {
		for j := range k {
			d := math.Hypot(p[2*i]-q[2*j], p[2*i+1]-q[2*j+1])
			theta0[i*k+j] = -d * d
			largest = max(largest, d*d)
		}
	}
	for j := range theta0 {
		theta0[j] /= epsilon * largest
	}
	for i := range b {
		b[i] = 1 / float64(k)
	}
	return theta0, b
}

// sinkhorn is the twin: alternating scaling in logarithms.
func sinkhorn(theta0 []float64, k, rounds int) []float64 {
	u, v := make([]float64, k), make([]float64, k)
	lse := func(at func(i int) float64) float64 {
		largest, sum := math.Inf(-1), 0.0
		for i := range k {
			largest = max(largest, at(i))
		}
		for i := range k {
			sum += math.Exp(at(i) - largest)
		}
		return largest + math.Log(sum)
	}
	for range rounds {
		for i := range k {
			u[i] = -math.Log(float64(k)) - lse(func(j int) float64 { return theta0[i*k+j] + v[j] })
		}
		for j := range k {
			v[j] = -math.Log(float64(k)) - lse(func(i int) float64 { return theta0[i*k+j] + u[i] })
		}
	}
	x := make([]float64, k*k)
	for i := range k {
		for j := range k {
			x[i*k+j] = math.Exp(theta0[i*k+j] + u[i] + v[j])
		}
	}
	return x
}

func TestNearestTransport(t *testing.T) {
	const k = 12
	theta0, b := transport(k, 0.01)
	res, err := Nearest(context.Background(), linop.Marginals(k, k), b, geometry.Entropy{}, Start{Theta0: theta0}, Options{})
	if err != nil || res.Status != Certified {
		t.Fatalf("%v %+v", err, res)
	}
	if e := distance(res.X, sinkhorn(theta0, k, 20000)); e > 1e-9 {
		t.Errorf("distance %g to the plan of Sinkhorn's iteration", e)
	}
}

// Starts e^(−10⁴) underflow; the plan does not.
func TestNearestTransportWithLittleEntropy(t *testing.T) {
	for _, epsilon := range []float64{1e-3, 1e-4, 1e-5, 1e-6, 1e-7} {
		for _, k := range []int{20, 60} {
			checkTransport(t, k, epsilon)
		}
	}
}

func checkTransport(t *testing.T, k int, epsilon float64) {
	t.Helper()
	theta0, b := transport(k, epsilon)
	res, err := Nearest(context.Background(), linop.Marginals(k, k), b, geometry.Entropy{}, Start{Theta0: theta0}, Options{})
	if err != nil || res.Status != Certified {
		t.Fatalf("k = %d, ε = %g: %v %+v %+v", k, epsilon, err, res.Reason, res.Stats)
	}
	mass := 0.0
	for _, v := range res.X {
		mass += v
	}
	if math.Abs(mass-1) > 1e-9 || res.Residual > 1e-11 {
		t.Errorf("k = %d, ε = %g: the plan has mass %v, residual %g", k, epsilon, mass, res.Residual)
	}
	// x is the point of the chart at ν.
	u := make([]float64, k*k)
	linop.Marginals(k, k).ApplyT(u, res.Y)
	for j, v := range u {
		if x := math.Exp(theta0[j] + v); math.Abs(x-res.X[j]) > 1e-7/float64(k) {
			t.Fatalf("k = %d, ε = %g: x[%d] = %g, on the chart %g", k, epsilon, j, res.X[j], x)
		}
	}
}

// BenchmarkNearestTransport moves 1000 points to 1000 points of the plane.
func BenchmarkNearestTransport(b *testing.B) {
	const k = 1000
	for _, epsilon := range []float64{1e-2, 1e-3, 1e-4, 1e-5, 1e-6} {
		b.Run(fmt.Sprintf("%g", epsilon), func(b *testing.B) {
			theta0, rhs := transport(k, epsilon)
			for b.Loop() {
				res, err := Nearest(context.Background(), linop.Marginals(k, k), rhs, geometry.Entropy{}, Start{Theta0: theta0}, Options{})
				if err != nil || res.Status != Certified {
					b.Fatalf("%v %+v", err, res)
				}
				b.ReportMetric(float64(res.Stats.Factorizations), "factorizations")
			}
		})
	}
}
