package param

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// Sigmoid is x = 1/(1+e^−y): ẋ = −x²(1−x)²∘∇ℓ, the geometry geometry.Sigmoid.
func Sigmoid() Param {
	return single{
		name: "sigmoid",
		link: Link{
			G: sigma,
			Slope: func(u float64) float64 {
				return sigma(u) * sigma(-u)
			},
			Inverse: func(x float64) float64 {
				if d := 2*x - 1; math.Abs(d) < 0.5 { // near the middle, where the quotient is near 1
					return math.Log1p(d / (1 - x))
				}
				return logOf(x) - math.Log1p(-x)
			},
			Bend: func(u float64) float64 { // s(1−s)(1−2s)
				return -sigma(u) * sigma(-u) * math.Tanh(u/2)
			},
		},
		domain: "0 < x0 < 1", in: inUnit,
		mirror: Mirror{geometry.Sigmoid{}, []float64{1}},
	}
}

// sigma returns 1/(1+e^−u).
func sigma(u float64) float64 {
	if u < 0 {
		e := math.Exp(u)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-u))
}

// Tanh is x = tanh y: ẋ = −(1−x²)²∘∇ℓ, the geometry geometry.Tanh.
func Tanh() Param {
	return single{
		name: "tanh",
		link: Link{
			G: math.Tanh,
			Slope: func(u float64) float64 {
				c := math.Cosh(u)
				return 1 / c / c
			},
			Inverse: math.Atanh,
			Bend: func(u float64) float64 {
				c := math.Cosh(u)
				return -2 * math.Tanh(u) / c / c
			},
		},
		domain: "-1 < x0 < 1", in: func(x float64) bool { return x > -1 && x < 1 },
		mirror: Mirror{geometry.Tanh{}, []float64{1}},
	}
}

// Softplus is x = ln(1+e^y): ẋ = −(1−e^−x)²∘∇ℓ, the geometry geometry.Softplus.
func Softplus() Param {
	return single{
		name: "softplus",
		link: Link{
			G:     func(u float64) float64 { return max(u, 0) + math.Log1p(math.Exp(-math.Abs(u))) },
			Slope: sigma,
			Inverse: func(x float64) float64 {
				if x < 1 {
					return logOf(math.Expm1(x))
				}
				return x + math.Log1p(-math.Exp(-x))
			},
			Bend: func(u float64) float64 { return sigma(u) * sigma(-u) },
		},
		domain: "x0 > 0", in: positive,
		mirror: Mirror{geometry.Softplus{}, []float64{1}},
	}
}
