package limit

import (
	"math"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
)

// chartConjugate is φ*(θ₀+u) of a chart whose θ are logarithms. With u apart from
// θ₀ a share of θ₀ can be taken.
type chartConjugate struct {
	logarithms
	chart *dual.Chart
	work  []float64
	share float64 // of θ₀: 1 but on the way of anneal
}

// ofChart is the conjugate of the potential of a chart.
type ofChart interface {
	conjugate
	theta(dst, u []float64) // θ₀ + Aᵀν
}

func conjugateOf(chart *dual.Chart) ofChart {
	switch chart.Phi.(type) {
	case geometry.Entropy, geometry.Hypentropy, geometry.FermiDirac:
		return &chartConjugate{chart: chart, work: make([]float64, len(chart.Theta0)), share: 1}
	}
	return &boundedConjugate{phi: chart.Phi, theta0: chart.Theta0}
}

func (c *chartConjugate) at(u []float64) []float64 {
	for j, v := range u {
		c.work[j] = c.share*c.chart.Theta0[j] + v
	}
	return c.work
}

func (c *chartConjugate) theta(dst, u []float64) {
	copy(dst, u)
	blas.Axpy(1, c.chart.Theta0, dst)
}

func (c *chartConjugate) grad(dst, u []float64) { c.chart.Phi.GradConj(dst, c.at(u)) }
func (c *chartConjugate) hess(dst, u []float64) { c.chart.Phi.HessConjDiag(dst, c.at(u)) }

// boundedConjugate is φ* of a chart whose θ have units, and perhaps a domain.
// Its u is θ itself, which is moved and never recomputed: next to the end of the
// domain, as from an x₀ that is far too small, θ₀ and Aᵀν cancel to nothing that
// doubles hold. The errors of the moves are those of an x₀ changed in its last
// digits.
type boundedConjugate struct {
	phi    geometry.Separable
	theta0 []float64
}

func (c *boundedConjugate) logarithmic() bool      { return false }
func (c *boundedConjugate) theta(dst, u []float64) { copy(dst, u) }
func (c *boundedConjugate) origin(u []float64)     { copy(u, c.theta0) }
func (c *boundedConjugate) grad(dst, u []float64)  { c.phi.GradConj(dst, u) }

func (c *boundedConjugate) maxStep(u, q []float64) float64 {
	return geometry.MaxStep(c.phi, u, q)
}

// hess replaces what Newton's method cannot use: φ* of a p-norm has no second
// derivative, or a zero one, at θ = 0.
func (c *boundedConjugate) hess(dst, u []float64) {
	c.phi.HessConjDiag(dst, u)
	largest := 0.0
	for _, v := range dst {
		if v > largest && v <= math.MaxFloat64 {
			largest = v
		}
	}
	instead := math.Min(largest*0x1p20, math.MaxFloat64)
	if largest == 0 {
		instead = 1
	}
	for j, v := range dst {
		if !(v <= math.MaxFloat64) || largest == 0 {
			dst[j] = instead
		}
	}
}
