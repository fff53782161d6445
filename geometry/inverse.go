package geometry

import "math"

// Inverse is the inverse barrier,
//
//	φ(x) = Σ 1/xᵢ,  ∇φ(x) = −1/x²,  φ*(θ) = −2 Σ √(−θᵢ),  x = (−θ)^(−1/2),
//	D(x, z) = Σ (xᵢ−zᵢ)²/(xᵢzᵢ²),
//
// on x > 0, with φ* on θ < 0.
type Inverse struct{ each[inverse] }

var _ Separable = Inverse{}

// Name returns "inverse".
func (Inverse) Name() string { return "inverse" }

type inverse struct{}

func (inverse) bounds() (lower, upper float64)     { return 0, math.Inf(1) }
func (inverse) dualBounds() (lower, upper float64) { return math.Inf(-1), 0 }

func (inverse) value(x float64) float64 {
	if x < 0 {
		return math.Inf(1)
	}
	return 1 / math.Abs(x)
}

func (inverse) grad(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	return -1 / math.Abs(x) / math.Abs(x)
}

func (inverse) conj(theta float64) float64 {
	if theta > 0 {
		return math.Inf(1)
	}
	return -2 * math.Sqrt(-theta)
}

func (inverse) gradConj(theta float64) float64 { return 1 / math.Sqrt(0-theta) }

func (inverse) hessConj(theta float64) float64 {
	x := 1 / math.Sqrt(0-theta)
	return x * x * x / 2
}

func (inverse) bregman(x, z float64) float64 {
	switch {
	case x < 0 || z < 0:
		return math.Inf(1)
	case x == z:
		return 0
	}
	u := x/z - 1
	if math.Abs(u) < 0.5 {
		u = (x - z) / z
	}
	if math.Abs(u) > 1 { // u²/x = (u/x) u, where u/x may be out of range
		return (u / z) * (1 - z/x)
	}
	return u * (u / x)
}

func (inverse) fenchel(x, theta float64) float64 {
	if x <= 0 || theta > 0 {
		return math.Inf(1)
	}
	s := math.Sqrt(-theta) // 1/z
	u := math.FMA(x, s, -1)
	if u > 1 {
		return u * (s - 1/x)
	}
	return u * (u / x)
}
