package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// repairSteps bounds the conjugate-gradient steps of a repair.
const repairSteps = 40

// repair moves a point next to the ball into it and offers it: conjugate
// gradients on ‖A_S x_S − b‖² over the support S of x, the last step cut where
// the residual reaches σ. The first direction is A_Sᵀr ≈ τ w∘sgn(x), which
// keeps the signs and costs what the dual predicts: in the limit the repair
// takes nothing away from the gap. Entries that change sign are set to zero in
// the nonnegative problem and the rest is moved again.
func (d *denoising) repair(x []float64) {
	x = append([]float64(nil), x...)
	for range 4 {
		if d.halted() || !d.moveInside(x) {
			return
		}
		clipped := false
		for j, v := range x {
			if d.nonneg && v < 0 {
				x[j], clipped = 0, true
			}
		}
		if r := d.offerPoint(x); d.within(r) {
			return
		} else if !clipped && r > 2*d.sigma {
			return
		}
	}
}

// moveInside is one run of the conjugate gradients of repair.
func (d *denoising) moveInside(x []float64) bool {
	r := d.residualOf(x)
	aim := d.inside()
	g, q, image := make([]float64, d.m), make([]float64, d.m), make([]float64, d.n)
	gradient := func() float64 {
		d.applyT(g, r)
		for j := range g {
			if x[j] == 0 {
				g[j] = 0
			}
		}
		return dot(g, g)
	}
	gamma := gradient()
	copy(q, g)
	for it := 0; it < repairSteps && gamma > 0 && !d.halted(); it++ {
		length := norm2(r)
		if length <= aim {
			return true
		}
		d.apply(image, q)
		curvature := dot(image, image)
		if curvature == 0 {
			return false
		}
		// ‖r − t·image‖² = ‖r‖² − 2tβ + t²·curvature; β = γ up to rounding.
		beta := dot(r, image)
		t := beta / curvature
		if floor := length*length - beta*t; floor < aim*aim {
			excess := (length - aim) * (length + aim)
			t = excess / (beta + math.Sqrt(math.Max(0, beta*beta-curvature*excess)))
			blas.Axpy(t, q, x)
			return true
		}
		blas.Axpy(t, q, x)
		blas.Axpy(-t, image, r)
		next := gradient()
		for j := range q {
			q[j] = g[j] + next/gamma*q[j]
		}
		gamma = next
	}
	return norm2(r) <= aim
}

// inside is σ less the rounding of a residual: points aimed at it are feasible
// when they are looked at again.
func (d *denoising) inside() float64 {
	return math.Max(0, d.sigma*(1-1e-13)-4*epsilon*d.bnorm)
}
