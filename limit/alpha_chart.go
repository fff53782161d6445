package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// twoSided is the conjugate of the entropic geometries at a scale α of any
// exponent, as a function of the part ω of ν = L·y + ω:
//
//	x = e^(up+u) − e^(down+(−u)),   u = Aᵀω.
//
// With y = 0 the exponents are up = down = −L·w − ln 2, since β sinh θ =
// ½(e^(θ+ln β) − e^(−θ+ln β)); the entropy has no second term and no ln 2. With
// a dual feasible y they are −L times the slacks of y: at L = 1e7 the
// difference of L·w and L·aᵀy would keep no digit of the exponent that
// matters, while a slack that is zero on the support is exactly zero.
type twoSided struct {
	logarithms
	up, down []float64 // down is nil for the entropy
}

func (c *twoSided) grad(dst, u []float64) {
	if c.down == nil {
		for j, v := range u {
			dst[j] = c.up[j] + v
		}
		blas.Exp(dst, dst)
		return
	}
	for j, v := range u {
		// e^p − e^q without cancellation for α that is not small: the half
		// difference is formed before v meets exponents that may dwarf it.
		if half := (c.up[j]-c.down[j])/2 + v; math.Abs(half) < 0.5 {
			dst[j] = 2 * math.Exp((c.up[j]+c.down[j])/2) * math.Sinh(half)
		} else {
			dst[j] = math.Exp(c.up[j]+v) - math.Exp(c.down[j]-v)
		}
	}
}

func (c *twoSided) hess(dst, u []float64) {
	if c.down == nil {
		c.grad(dst, u)
		return
	}
	for j, v := range u {
		dst[j] = math.Exp(c.up[j]+v) + math.Exp(c.down[j]-v)
	}
}

// set makes the exponents those of scale L and slacks up and down of y (both w
// for y = 0), for the unit of x whose logarithm is unit.
func (c *twoSided) set(l, unit float64, slackUp, slackDown []float64) {
	if slackDown == nil {
		for j, s := range slackUp {
			c.up[j] = unit - l*s
		}
		return
	}
	for j := range slackUp {
		c.up[j] = unit - l*slackUp[j] - math.Ln2
		c.down[j] = unit - l*slackDown[j] - math.Ln2
	}
}

func newTwoSided(m int, nonneg bool) *twoSided {
	c := &twoSided{up: make([]float64, m)}
	if !nonneg {
		c.down = make([]float64, m)
	}
	return c
}
