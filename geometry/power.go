package geometry

import (
	"fmt"
	"math"
)

// Power is the potential of the parameterization x = u^L, L ≥ 3,
//
//	φ(x) = −Σ xᵢ^(2/L)/(2(L−2)),  ∇φ(x) = −x^(2/L−1)/(L(L−2)),
//	∇²φ(x) = diag(x^(2/L−2)/L²),  x = (−L(L−2)θ)^(−L/(L−2)),
//
// on x ≥ 0, with φ* on θ < 0: gradient flow in u is its mirror flow, in the
// same time. Its selection is that of LPQuasi with p = 2/L.
type Power struct{ each[quasi] }

var _ Separable = Power{}

// NewPower returns the potential of x = u^L. L need not be an integer.
func NewPower(l float64) (Power, error) {
	if err := checkDepth("power", "entropy", l); err != nil {
		return Power{}, err
	}
	return Power{each[quasi]{[]quasi{newQuasi(exponent{2, 0}.over(exponent{l, 0}), 1/(2*(l-2)))}}}, nil
}

// checkDepth returns an error unless 3 ≤ L < ∞.
func checkDepth(name, square string, l float64) error {
	switch {
	case l == 2:
		return fmt.Errorf("depth L = 2 is out of range: %s needs L ≥ 3 (the geometry of L = 2 is %s)", name, square)
	case !(l >= 3) || math.IsInf(l, 0):
		return fmt.Errorf("depth L = %v is out of range: %s needs 3 ≤ L < ∞", l, name)
	}
	return nil
}

// Name returns "power".
func (Power) Name() string { return "power" }
