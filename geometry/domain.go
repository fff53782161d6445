package geometry

import (
	"fmt"
	"math"
)

// Bounded is a Potential whose domain is a box. Potentials that are not Bounded
// are defined everywhere.
type Bounded interface {
	Potential
	// Bounds returns the ends of the domain of xᵢ, ±Inf if there is none. φ may
	// be finite at an end, ∇φ is not.
	Bounds(i int) (lower, upper float64)
}

// DualBounded is a Potential whose conjugate is defined in an open box.
// Potentials that are not DualBounded have a conjugate that is defined
// everywhere.
type DualBounded interface {
	Potential
	// DualBounds returns the ends of the domain of θᵢ, ±Inf if there is none.
	DualBounds(i int) (lower, upper float64)
}

// Bounds returns the ends of the domain of xᵢ.
func Bounds(phi Potential, i int) (lower, upper float64) {
	if b, ok := phi.(Bounded); ok {
		return b.Bounds(i)
	}
	return math.Inf(-1), math.Inf(1)
}

// DualBounds returns the ends of the domain of θᵢ.
func DualBounds(phi Potential, i int) (lower, upper float64) {
	if b, ok := phi.(DualBounded); ok {
		return b.DualBounds(i)
	}
	return math.Inf(-1), math.Inf(1)
}

// InDualDomain reports whether θ is in the interior of dom φ*, where ∇φ*(θ)
// exists.
func InDualDomain(phi Potential, theta []float64) bool {
	b, ok := phi.(DualBounded)
	for i, t := range theta {
		if math.IsNaN(t) || math.IsInf(t, 0) {
			return false
		}
		if ok {
			if lower, upper := b.DualBounds(i); !(lower < t && t < upper) {
				return false
			}
		}
	}
	return true
}

// MaxStep returns the supremum of the steps s ≥ 0 such that θ + s dθ stays
// within dom φ*, +Inf if all do. The boundary itself does not belong to the
// domain: take a fraction of a finite step.
func MaxStep(phi Potential, theta, dtheta []float64) float64 {
	same(theta, dtheta)
	step := math.Inf(1)
	b, ok := phi.(DualBounded)
	if !ok {
		return step
	}
	for i, d := range dtheta {
		lower, upper := b.DualBounds(i)
		switch {
		case d > 0:
			step = min(step, max(0, (upper-theta[i])/d))
		case d < 0:
			step = min(step, max(0, (lower-theta[i])/d))
		}
	}
	return step
}

// CheckInterior returns an error that names the first coordinate of x which is
// not in the interior of dom φ, where a flow may start. what names the vector
// to the reader: "x0".
func CheckInterior(phi Potential, what string, x []float64) error {
	b, ok := phi.(Bounded)
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s[%d] is %v, not a finite number", what, i, v)
		}
		if !ok {
			continue
		}
		if lower, upper := b.Bounds(i); !(lower < v && v < upper) {
			return fmt.Errorf("%s[%d] = %v is outside the domain of %s there, which is %s",
				what, i, v, phi.Name(), interval(lower, upper))
		}
	}
	return nil
}

// interval writes an open interval.
func interval(lower, upper float64) string {
	switch {
	case math.IsInf(upper, 1):
		return fmt.Sprintf("x > %v", lower)
	case math.IsInf(lower, -1):
		return fmt.Sprintf("x < %v", upper)
	}
	return fmt.Sprintf("%v < x < %v", lower, upper)
}
