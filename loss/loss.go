// Package loss holds convex functions f of the predictions z = Ax, sums over the
// measurements, for flows that go down f(Ax).
//
// The destination comes first. Lengths that do not fit panic.
package loss

import "math"

// Loss is a convex f(z) = Σ fᵢ(zᵢ).
type Loss interface {
	// Name is a lower-case name: "squared".
	Name() string
	// Value returns f(z).
	Value(z []float64) float64
	// Grad sets dst = ∇f(z); dst may be z.
	Grad(dst, z []float64)
	// Curvature sets dst to the diagonal of ∇²f(z); dst may be z.
	Curvature(dst, z []float64)
}

// Squared is f(z) = ½‖z − B‖².
type Squared struct{ B []float64 }

// Name returns "squared".
func (Squared) Name() string { return "squared" }

// Value returns ½‖z − b‖².
func (l Squared) Value(z []float64) float64 {
	fit(z, l.B)
	var sum float64
	for i, v := range z {
		sum += (v - l.B[i]) * (v - l.B[i])
	}
	return sum / 2
}

// Grad sets dst = z − b.
func (l Squared) Grad(dst, z []float64) {
	fit(z, l.B)
	fit(dst, z)
	for i, v := range z {
		dst[i] = v - l.B[i]
	}
}

// Curvature sets dst to ones.
func (l Squared) Curvature(dst, z []float64) {
	fit(dst, z)
	for i := range dst {
		dst[i] = 1
	}
}

// Exponential is f(z) = Σ e^(−yᵢzᵢ) for labels y of ±1.
type Exponential struct{ Y []float64 }

// Name returns "exponential".
func (Exponential) Name() string { return "exponential" }

// Value returns Σ e^(−yᵢzᵢ).
func (l Exponential) Value(z []float64) float64 {
	fit(z, l.Y)
	var sum float64
	for i, v := range z {
		sum += math.Exp(-l.Y[i] * v)
	}
	return sum
}

// Grad sets dst = −y∘e^(−y∘z).
func (l Exponential) Grad(dst, z []float64) {
	fit(z, l.Y)
	fit(dst, z)
	for i, v := range z {
		dst[i] = -l.Y[i] * math.Exp(-l.Y[i]*v)
	}
}

// Curvature sets dst = y²∘e^(−y∘z).
func (l Exponential) Curvature(dst, z []float64) {
	fit(z, l.Y)
	fit(dst, z)
	for i, v := range z {
		dst[i] = l.Y[i] * l.Y[i] * math.Exp(-l.Y[i]*v)
	}
}

// Logistic is f(z) = Σ ln(1 + e^(−yᵢzᵢ)) for labels y of ±1.
type Logistic struct{ Y []float64 }

// Name returns "logistic".
func (Logistic) Name() string { return "logistic" }

// Value returns Σ ln(1 + e^(−yᵢzᵢ)), without overflow.
func (l Logistic) Value(z []float64) float64 {
	fit(z, l.Y)
	var sum float64
	for i, v := range z {
		u := -l.Y[i] * v
		sum += max(u, 0) + math.Log1p(math.Exp(-math.Abs(u)))
	}
	return sum
}

// Grad sets dst = −y∘σ(−y∘z), σ(u) = 1/(1+e^(−u)).
func (l Logistic) Grad(dst, z []float64) {
	fit(z, l.Y)
	fit(dst, z)
	for i, v := range z {
		dst[i] = -l.Y[i] * sigma(-l.Y[i]*v)
	}
}

// Curvature sets dst = y²∘σ(y∘z)∘σ(−y∘z).
func (l Logistic) Curvature(dst, z []float64) {
	fit(z, l.Y)
	fit(dst, z)
	for i, v := range z {
		u := l.Y[i] * v
		dst[i] = l.Y[i] * l.Y[i] * sigma(u) * sigma(-u)
	}
}

func sigma(u float64) float64 {
	if u < 0 {
		e := math.Exp(u)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-u))
}

func fit(x, y []float64) {
	if len(x) != len(y) {
		panic("loss: vectors of lengths that do not fit")
	}
}
