package certify

import (
	"math"
	"math/big"
	"testing"
)

// TestPowerNorm holds the bounds of ‖v‖ₚ against p-th powers in 400 bits: for p = 3, and
// for p = 3/2 of sums that square roots make exact enough.
func TestPowerNorm(t *testing.T) {
	exact := func(v float64) *big.Float { return new(big.Float).SetPrec(400).SetFloat64(v) }
	cube := func(v *big.Float) *big.Float {
		c := new(big.Float).SetPrec(400).Mul(v, v)
		return c.Mul(c, v)
	}
	for _, v := range [][]float64{{1}, {3, -4}, {1e-300, 2, 1e-5}, {1e300, 1e300, -1e299}, {1, 1 + 1e-16, 0.3, 0.7, -0.9, 1e-9}} {
		list := make([]estimate, len(v))
		three, half := exact(0), exact(0)
		for i, x := range v {
			list[i] = estimate{x, 0}
			a := exact(math.Abs(x))
			three.Add(three, cube(a))
			half.Add(half, new(big.Float).SetPrec(400).Mul(a, new(big.Float).SetPrec(400).Sqrt(a)))
		}
		got := normIn(list, 3)
		if cube(exact(got.down())).Cmp(three) > 0 || cube(exact(got.up())).Cmp(three) < 0 || got.err > 1e-13*got.val {
			t.Errorf("‖%v‖₃ = %v ± %v is wrong", v, got.val, got.err)
		}
		got = normIn(list, 1.5)
		half.Mul(half, half) // (Σ|v|^{3/2})² = ‖v‖³
		if cube(exact(got.down())).Cmp(half) > 0 || cube(exact(got.up())).Cmp(half) < 0 || got.err > 1e-13*got.val {
			t.Errorf("‖%v‖_{3/2} = %v ± %v is wrong", v, got.val, got.err)
		}
	}
	// Errors of the entries count.
	if e := normIn([]estimate{{3, 0.1}, {4, 0.2}}, 3); e.err < 0.2 {
		t.Errorf("error %v", e.err)
	}
}
