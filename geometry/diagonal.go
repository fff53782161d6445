package geometry

import (
	"fmt"
	"math"
)

// Diagonal is the potential of a weighted Euclidean norm, the Mahalanobis
// potential of a diagonal K,
//
//	φ(x) = ½ Σ kᵢxᵢ²,  ∇φ(x) = k∘x,  φ*(θ) = ½ Σ θᵢ²/kᵢ,  x = θ/k,
//	D(x, z) = ½ Σ kᵢ (xᵢ−zᵢ)²,
//
// on all of Rᵐ. With k = 1/x₀ its divergence from x₀ is half the chi-square
// distance of survey calibration (Deville and Särndal 1992, case 1).
type Diagonal struct {
	each[diagonal]
	name string
}

var _ Separable = Diagonal{}

// NewDiagonal returns the potential of K = diag(k), k > 0.
func NewDiagonal(k []float64) (Diagonal, error) {
	coords := make([]diagonal, len(k))
	for i, v := range k {
		if !(v > 0) || math.IsInf(v, 0) {
			return Diagonal{}, fmt.Errorf("k[%d] = %v: the diagonal of mahalanobis must be positive and finite", i, v)
		}
		coords[i] = diagonal{v}
	}
	return Diagonal{each[diagonal]{coords}, "mahalanobis"}, nil
}

// NewChiSquare returns the potential of k = 1/x₀, x₀ > 0.
func NewChiSquare(x0 []float64) (Diagonal, error) {
	coords := make([]diagonal, len(x0))
	for i, v := range x0 {
		if !(v > 0) || math.IsInf(v, 0) || math.IsInf(1/v, 0) {
			return Diagonal{}, fmt.Errorf("x0[%d] = %v: chi-square weights each coordinate by 1/x0, which must be positive", i, v)
		}
		coords[i] = diagonal{1 / v}
	}
	return Diagonal{each[diagonal]{coords}, "chi-square"}, nil
}

// Name returns "mahalanobis" or "chi-square".
func (d Diagonal) Name() string { return d.name }

type diagonal struct{ k float64 }

func (diagonal) bounds() (lower, upper float64)     { return math.Inf(-1), math.Inf(1) }
func (diagonal) dualBounds() (lower, upper float64) { return math.Inf(-1), math.Inf(1) }

func (w diagonal) value(x float64) float64        { return w.k * x * x / 2 }
func (w diagonal) grad(x float64) float64         { return w.k * x }
func (w diagonal) conj(theta float64) float64     { return theta / w.k * theta / 2 }
func (w diagonal) gradConj(theta float64) float64 { return theta / w.k }
func (w diagonal) hessConj(float64) float64       { return 1 / w.k }
func (w diagonal) bregman(x, z float64) float64   { return w.k * (x - z) * (x - z) / 2 }

func (w diagonal) fenchel(x, theta float64) float64 {
	d := math.FMA(w.k, x, -theta)
	return d / w.k * d / 2
}
