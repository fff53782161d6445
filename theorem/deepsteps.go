package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/landscape"
)

// gradientSteps is gradient descent on all layers of a deep linear network.
func gradientSteps(d *landscape.Data, net *landscape.Net, w []float64, eta float64, steps int) error {
	g := make([]float64, len(w))
	for range steps {
		s, err := d.At(net, w)
		if err != nil {
			return err
		}
		s.Gradient(g)
		for i, v := range g {
			w[i] -= eta * v
		}
	}
	return nil
}

// largest is the largest difference of entries.
func largest(x, y []float64) float64 {
	far := 0.0
	for i, v := range x {
		far = math.Max(far, math.Abs(v-y[i]))
	}
	return far
}

func largeSteps(ctx context.Context) ([]Check, error) {
	d, net, err := deepCase(3, 3, 9, 4, 3)
	if err != nil {
		return nil, err
	}
	start := make([]float64, net.Parameters())
	for i := range start {
		start[i] = 0.4 * math.Sin(1.3*float64(i*i)+0.2)
	}
	const end = 1.0
	flow, err := integrate(ctx, func(dst, w []float64) {
		s, err := d.At(net, w)
		if err != nil { // not finite: let the integrator see it
			dst[0] = math.NaN()
			return
		}
		s.Gradient(dst)
		for i := range dst {
			dst[i] = -dst[i]
		}
	}, start, []float64{end})
	if err != nil {
		return nil, err
	}
	size := net.Dims[0] * net.Dims[3]
	exact, balance := make([]float64, size), make([]float64, 4*4+3*3)
	net.Product(exact, flow[0])
	net.Balance(balance, start)
	var far, drift [2]float64
	for k, steps := range []int{2000, 4000} {
		w := append([]float64(nil), start...)
		if err := gradientSteps(d, net, w, end/float64(steps), steps); err != nil {
			return nil, err
		}
		p, b := make([]float64, size), make([]float64, len(balance))
		net.Product(p, w)
		net.Balance(b, w)
		far[k], drift[k] = largest(p, exact), largest(b, balance)
	}
	checks := []Check{
		absolute("order of the distance to the flow at a fixed time, in η", 1, math.Log2(far[0]/far[1]), 0.02),
		absolute("order of the drift of W_{j+1}ᵀW_{j+1} − W_jW_jᵀ until then, in η", 1, math.Log2(drift[0]/drift[1]), 0.02),
	}
	more, err := sharpness()
	return append(checks, more...), err
}

// sharpness descends ½(ab − 1)² from (6, 0.1). The minima ab = 1 have the Hessian's
// eigenvalue a² + b², which along the flow is √((a²−b²)² + 4): 36.04 from there.
func sharpness() ([]Check, error) {
	d, err := landscape.NewData([]float64{1}, []float64{1}, 1, 1, 1, 0)
	if err != nil {
		return nil, err
	}
	net, err := d.Net([]int{1})
	if err != nil {
		return nil, err
	}
	const a, b = 6, 0.1
	ofFlow := math.Hypot(a*a-b*b, 2)
	var checks []Check
	for _, eta := range []float64{1e-4, 0.07, 0.1} {
		w := []float64{b, a}
		if err := gradientSteps(d, net, w, eta, int(2000+3/eta)); err != nil {
			return nil, err
		}
		s, err := d.At(net, w)
		if err != nil {
			return nil, err
		}
		spectrum, err := s.DenseInertia(1e-12)
		if err != nil {
			return nil, err
		}
		top := spectrum.Values[1]
		checks = append(checks, absolute(fmt.Sprintf("loss of ½(ab − 1)² with η = %g", eta), 0, s.Loss(), 1e-12))
		if 2/eta > ofFlow {
			checks = append(checks, relative(fmt.Sprintf("λ_max of the Hessian there, against the flow's (2/η = %.4g)", 2/eta), ofFlow, top, 1e-3))
		} else {
			checks = append(checks, atMost(fmt.Sprintf("λ_max of the Hessian there, against 2/η (the flow's is %.4g)", ofFlow), 2/eta, top, 0))
		}
	}
	return checks, nil
}
