package param

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// SquareDiff is x = u∘u − v∘v: ẋ = −4√(x²+4c²)∘∇ℓ with the conserved c = u∘v,
// the hyperbolic entropy of β = 2|c| at 4 times its time (Woodworth et al.
// 2020).
type SquareDiff struct{ double[squareDiff] }

var _ Conserver = SquareDiff{}

// Name returns "square-diff".
func (SquareDiff) Name() string { return "square-diff" }

// Induced returns the hyperbolic entropy with β = 2|u∘v|.
func (SquareDiff) Induced(y []float64) (Mirror, error) {
	lb, err := constants(y, func(i int, u, v float64) (float64, error) {
		if u == 0 || v == 0 {
			return 0, fmt.Errorf("coordinate %d of u or v is 0 and stays so: x is one square there, and never changes its sign", i)
		}
		return math.Ln2 + logOf(math.Abs(u)) + logOf(math.Abs(v)), nil
	})
	if err != nil {
		return Mirror{}, err
	}
	return Mirror{geometry.Hypentropy{LogBeta: lb}, []float64{4}}, nil
}

type squareDiff struct{}

func (squareDiff) at(u, v float64) (x, du, dv float64)    { return (u - v) * (u + v), 2 * u, -2 * v }
func (squareDiff) bend(_, _ float64) (uu, vv, uv float64) { return 2, -2, 0 }
func (squareDiff) conserved(u, v float64) float64         { return u * v }
func (squareDiff) constant(logAlpha float64) float64      { return math.Exp(logAlpha) / 2 }

// lift solves u² − v² = x, uv = α/2: u² and v² are (√(x²+α²) ± x)/2.
func (squareDiff) lift(x, logAlpha float64) (u, v float64) {
	alpha := math.Exp(logAlpha)
	large := math.Sqrt((math.Hypot(x, alpha) + math.Abs(x)) / 2)
	small := alpha / 2 / large
	if x < 0 {
		return small, large
	}
	return large, small
}

// Product is x = u∘v: ẋ = −√(4x²+c²)∘∇ℓ with the conserved c = u∘u − v∘v, the
// hyperbolic entropy of β = |c|/2 at twice its time.
type Product struct{ double[product] }

var _ Conserver = Product{}

// Name returns "product".
func (Product) Name() string { return "product" }

// Induced returns the hyperbolic entropy with β = |u∘u − v∘v|/2.
func (Product) Induced(y []float64) (Mirror, error) {
	lb, err := constants(y, func(i int, u, v float64) (float64, error) {
		c := product{}.conserved(u, v)
		if c == 0 {
			return 0, fmt.Errorf("u² = v² in coordinate %d, and stays so: x is ±u² there, and never changes its sign", i)
		}
		return logOf(math.Abs(c)) - math.Ln2, nil
	})
	if err != nil {
		return Mirror{}, err
	}
	return Mirror{geometry.Hypentropy{LogBeta: lb}, []float64{2}}, nil
}

type product struct{}

func (product) at(u, v float64) (x, du, dv float64)    { return u * v, v, u }
func (product) bend(_, _ float64) (uu, vv, uv float64) { return 0, 0, 1 }
func (product) conserved(u, v float64) float64         { return (u - v) * (u + v) }
func (product) constant(logAlpha float64) float64      { return 2 * math.Exp(logAlpha) }

// lift solves uv = x, u² − v² = 2α: u² = √(x²+α²) + α.
func (product) lift(x, logAlpha float64) (u, v float64) {
	alpha := math.Exp(logAlpha)
	u = math.Sqrt(math.Hypot(x, alpha) + alpha)
	return u, x / u
}
