package limit

import "math"

const (
	// flat is the share of the first slope at which a line search ends.
	flat = 0.1
	// maxSlopes bounds the slopes that it looks at; none needs a product.
	maxSlopes = 60
)

// search returns the step along dy, dv = Aᵀdy, to where φ is nearly least, or 1
// if φ still falls there. φ is convex along the line, with the slope
//
//	φ′(t) = soft(x + s(v + t dv), sw)ᵀdv + σ dyᵀŷ(t) − bᵀdy,
//
// so its zero is bracketed by eighths, since τ may make a direction longer by
// many orders than the support holds for, and then found by regula falsi
// (Dowell and Jarratt 1971).
func (t *multiplier) search(dy, dv []float64) float64 {
	d := t.d
	y, v := make([]float64, d.n), make([]float64, d.m)
	toB := dot(d.b, dy)
	slope := func(step float64) float64 {
		for i := range y {
			y[i] = t.y[i] + step*dy[i]
		}
		for j := range v {
			v[j] = t.v[j] + step*dv[j]
		}
		t.shrink(v)
		return dot(t.next, dv) + d.sigma*dot(dy, y)/norm2(y) - toB
	}
	first := -dot(t.grad, dy)
	if !(first < 0) {
		return 0
	}
	lo, hi := 0.0, 1.0
	atLo, atHi := first, slope(1)
	if atHi <= -flat*first {
		return 1
	}
	for range maxSlopes {
		step := hi / 8
		if lo > 0 {
			step = (lo*atHi - hi*atLo) / (atHi - atLo)
		}
		at := slope(step)
		switch {
		case math.Abs(at) <= -flat*first:
			return step
		case at > 0:
			hi, atHi, atLo = step, at, atLo/2
		default:
			lo, atLo, atHi = step, at, atHi/2
		}
	}
	return lo
}
