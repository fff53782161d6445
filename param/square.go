package param

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// Square is x = y∘y: ẋ = −4 x∘∇ℓ, the entropy at 4 times its time.
func Square() Param {
	return single{
		name: "square",
		link: Link{
			G:       func(u float64) float64 { return u * u },
			Slope:   func(u float64) float64 { return 2 * u },
			Inverse: math.Sqrt,
			Bend:    func(float64) float64 { return 2 },
		},
		domain: startHint, in: positive,
		mirror: Mirror{geometry.Entropy{}, []float64{4}},
	}
}

// Power is x = y^L for L ≥ 3, not necessarily an integer, y > 0:
// ẋ = −L² x^(2−2/L)∘∇ℓ, the geometry geometry.Power.
func Power(l float64) (Param, error) {
	phi, err := geometry.NewPower(l)
	if err != nil {
		if l == 2 {
			err = fmt.Errorf("depth L = 2 is out of range: power needs L ≥ 3 (L = 2 is square)")
		}
		return nil, err
	}
	return single{
		name: "power",
		link: Link{
			G:       func(u float64) float64 { return math.Pow(u, l) },
			Slope:   func(u float64) float64 { return l * math.Pow(u, l-1) },
			Inverse: func(x float64) float64 { return math.Pow(x, 1/l) },
			Bend:    func(u float64) float64 { return l * (l - 1) * math.Pow(u, l-2) },
		},
		domain: startHint, in: positive,
		mirror: Mirror{phi, []float64{1}},
	}, nil
}

// Exp is x = e^y: ẋ = −x²∘∇ℓ, the geometry geometry.Burg.
func Exp() Param {
	return single{
		name:   "exp",
		link:   Link{G: math.Exp, Slope: math.Exp, Inverse: logOf, Bend: math.Exp},
		domain: "x0 > 0", in: positive,
		mirror: Mirror{geometry.Burg{}, []float64{1}},
	}
}

// logOf returns ln x; math.Log takes subnormal numbers for larger ones on some
// processors (go1.26, amd64).
func logOf(x float64) float64 {
	if x < 0x1p-1022 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}
