package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/limit"
)

// diagonalNet follows gradient flow on ln Σexp(−zᵢᵀw), w = u^L − v^L, from u = v = α, at
// unit speed of ln ‖(u, v)‖: the curve is that of the flow on the loss. z are the
// points by rows, of d coordinates. It returns w and the cosine between the layers
// and the force on them.
func diagonalNet(ctx context.Context, z []float64, d int, depth float64, alpha, until float64) (w []float64, least, cosine float64, err error) {
	n := len(z) / d
	m := make([]float64, n)
	force := func(dst, y []float64) {
		least = math.Inf(1)
		for i := range n {
			m[i] = 0
			for j := range d {
				m[i] += z[i*d+j] * (math.Pow(y[j], depth) - math.Pow(y[d+j], depth))
			}
			least = math.Min(least, m[i])
		}
		sum := 0.0
		for i, v := range m {
			m[i] = math.Exp(least - v)
			sum += m[i]
		}
		clear(dst)
		for i, p := range m {
			for j := range d {
				dst[j] += p / sum * z[i*d+j]
			}
		}
		for j := range d {
			dst[d+j] = -dst[j] * math.Pow(y[d+j], depth-1)
			dst[j] *= math.Pow(y[j], depth-1)
		}
	}
	start := make([]float64, 2*d)
	for j := range start {
		start[j] = alpha
	}
	states, err := integrate(ctx, func(dst, y []float64) {
		force(dst, y)
		speed := norm2(y) / norm2(dst)
		for j := range dst {
			dst[j] *= speed
		}
	}, start, []float64{until})
	if err != nil {
		return nil, 0, 0, err
	}
	y := states[0]
	f := make([]float64, 2*d)
	force(f, y)
	w = make([]float64, d)
	for j := range w {
		w[j] = math.Pow(y[j], depth) - math.Pow(y[d+j], depth)
	}
	for j, v := range f {
		cosine += v * y[j]
	}
	return w, least, cosine / (norm2(f) * norm2(y)), nil
}

func diagonalMargin(ctx context.Context) ([]Check, error) {
	pts, err := planted(30, 5, 0.3, 4)
	if err != nil {
		return nil, err
	}
	z := append([]float64(nil), pts.Dense...)
	for i, y := range pts.Y {
		for j := range 5 {
			z[i*5+j] *= y
		}
	}
	p := limit.MarginProblem{X: pts.X, Y: pts.Y}
	l2, err := limit.Margin(ctx, p, limit.Options{})
	if err != nil {
		return nil, err
	}
	p.Norm = limit.MarginL1
	l1, err := limit.Margin(ctx, p, limit.Options{})
	if err != nil {
		return nil, err
	}
	var checks []Check
	quasi := func(w []float64, q float64) float64 {
		sum := 0.0
		for _, v := range w {
			sum += math.Pow(math.Abs(v), q)
		}
		return math.Pow(sum, 1/q)
	}
	for _, depth := range []float64{1, 2, 3} {
		w, least, cosine, err := diagonalNet(ctx, z, 5, depth, 0.1, math.Log(1e4)/depth+math.Log(10))
		if err != nil {
			return nil, err
		}
		tol := 40 / least
		q := 2 / depth
		switch depth {
		case 1:
			checks = append(checks, relative(fmt.Sprintf("one layer: the margin in ℓ2 when it is %.3g, against the largest", least), l2.Margin, least/norm2(w), tol))
		case 2:
			checks = append(checks, relative(fmt.Sprintf("two layers: the margin in ℓ1 when it is %.3g, against the largest", least), l1.Margin, least/quasi(w, 1), tol))
		default:
			checks = append(checks,
				absolute("three layers: the cosine of layers and force, 1 at stationary points of ‖w‖_{2/3}", 1, cosine, 1e-3),
				atLeast("three layers: ‖w‖_{2/3} at margin 1, against that of the ℓ1 separator: stationary, not least", quasi(l1.X, q), quasi(w, q)/least, 0))
		}
	}
	return checks, nil
}
