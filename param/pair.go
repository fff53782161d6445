package param

import (
	"fmt"
	"math"
)

// pair is what a Param with two parameters per unknown, u and v, is for one
// coordinate.
type pair interface {
	at(u, v float64) (x, du, dv float64) // x and its derivatives
	// bend returns the second derivatives of x.
	bend(u, v float64) (uu, vv, uv float64)
	conserved(u, v float64) float64
	// lift returns parameters of x at the scale e^logAlpha, where constant is
	// what the flow conserves.
	lift(x, logAlpha float64) (u, v float64)
	constant(logAlpha float64) float64
}

// double is a Param with two parameters per unknown.
type double[P pair] struct{ p P }

// Len returns 2m.
func (double[P]) Len(m int) int { return 2 * m }

// Map sets dst = G(u, v).
func (d double[P]) Map(dst, y []float64) {
	fit(2, y, dst)
	m := len(dst)
	for i := range dst {
		dst[i], _, _ = d.p.at(y[i], y[m+i])
	}
}

// Push sets dst = ∂ᵤG v₁ + ∂ᵥG v₂.
func (d double[P]) Push(dst, y, v []float64) {
	fit(2, y, dst)
	fit(2, v, dst)
	m := len(dst)
	for i := range dst {
		_, du, dv := d.p.at(y[i], y[m+i])
		dst[i] = du*v[i] + dv*v[m+i]
	}
}

// Pull sets dst = (∂ᵤG∘g, ∂ᵥG∘g).
func (d double[P]) Pull(dst, y, g []float64) {
	fit(2, y, g)
	fit(2, dst, g)
	m := len(g)
	for i, v := range g {
		_, du, dv := d.p.at(y[i], y[m+i])
		dst[i], dst[m+i] = du*v, dv*v
	}
}

// Metric sets dst = (∂ᵤG)² + (∂ᵥG)².
func (d double[P]) Metric(dst, y []float64) {
	fit(2, y, dst)
	m := len(dst)
	for i := range dst {
		_, du, dv := d.p.at(y[i], y[m+i])
		dst[i] = du*du + dv*dv
	}
}

// Curve sets diag = (∂²ᵤG∘g, ∂²ᵥG∘g) and cross = ∂ᵤ∂ᵥG∘g.
func (d double[P]) Curve(diag, cross, y, g []float64) {
	fit(2, y, g)
	fit(2, diag, g)
	fit(1, cross, g)
	m := len(g)
	for i, v := range g {
		uu, vv, uv := d.p.bend(y[i], y[m+i])
		diag[i], diag[m+i], cross[i] = uu*v, vv*v, uv*v
	}
}

// Conserved sets dst to what the flow conserves of each coordinate.
func (d double[P]) Conserved(dst, y []float64) {
	fit(2, y, dst)
	m := len(dst)
	for i := range dst {
		dst[i] = d.p.conserved(y[i], y[m+i])
	}
}

// Lift sets dst to the parameters of x at the scale α = e^logAlpha.
func (d double[P]) Lift(dst, x []float64, logAlpha float64) error {
	fit(2, dst, x)
	m := len(x)
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("x0[%d] is %v, not a finite number", i, v)
		}
		u, w := d.p.lift(v, logAlpha)
		if back, _, _ := d.p.at(u, w); !(math.Abs(back-v) <= 1e-12*math.Abs(v)+1e-12*math.Exp(logAlpha)) || !agrees(d.p.conserved(u, w), d.p.constant(logAlpha)) {
			return fmt.Errorf("x0[%d] = %v has no parameters in floating point at the scale e^%.6g; use the geometry instead, which keeps logarithms", i, v, logAlpha)
		}
		dst[i], dst[m+i] = u, w
	}
	return nil
}

// agrees reports whether c is a number that has 8 digits of want.
func agrees(c, want float64) bool {
	return want >= 0x1p-1022 && !math.IsInf(want, 1) && math.Abs(c-want) <= 1e-8*want
}

// constants collects f of every coordinate, as one number where all are equal.
func constants(y []float64, f func(i int, u, v float64) (float64, error)) ([]float64, error) {
	if len(y)%2 != 0 {
		panic(errLength)
	}
	m := len(y) / 2
	out := make([]float64, m)
	equal := true
	for i := range out {
		v, err := f(i, y[i], y[m+i])
		if err != nil {
			return nil, err
		}
		out[i] = v
		equal = equal && v == out[0]
	}
	if equal && m > 1 {
		out = out[:1]
	}
	return out, nil
}
