package limit

import (
	"context"
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
	const k = 60
	for _, epsilon := range []float64{1e-3, 1e-4} {
		theta0, b := transport(k, epsilon)
		res, err := Nearest(context.Background(), linop.Marginals(k, k), b, geometry.Entropy{}, Start{Theta0: theta0}, Options{})
		if err != nil || res.Status != Certified {
			t.Fatalf("ε = %g: %v %+v %+v", epsilon, err, res.Reason, res.Stats)
		}
		mass := 0.0
		for _, v := range res.X {
			mass += v
		}
		if math.Abs(mass-1) > 1e-9 {
			t.Errorf("ε = %g: the plan has mass %v", epsilon, mass)
		}
	}
}
