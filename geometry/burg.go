package geometry

import "math"

// Burg is the logarithmic barrier,
//
//	φ(x) = −Σ ln xᵢ,  ∇φ(x) = −1/x,  φ*(θ) = −Σ 1 + ln(−θᵢ),  x = −1/θ,
//	D(x, z) = Σ xᵢ/zᵢ − ln(xᵢ/zᵢ) − 1 (Itakura–Saito),
//
// on x > 0, with φ* on θ < 0. From x₀ = α1 it selects the point of the central
// path with parameter α, whose sum exceeds the least one by at most mα; among
// several solutions of least sum the limit is their analytic centre.
type Burg struct{ each[burg] }

var _ Separable = Burg{}

// Name returns "burg".
func (Burg) Name() string { return "burg" }

type burg struct{}

func (burg) bounds() (lower, upper float64)     { return 0, math.Inf(1) }
func (burg) dualBounds() (lower, upper float64) { return math.Inf(-1), 0 }
func (burg) value(x float64) float64            { return -ln(max(x, 0)) }

func (burg) grad(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	return -1 / math.Abs(x)
}

func (burg) conj(theta float64) float64 {
	if theta >= 0 {
		return math.Inf(1)
	}
	return -1 - ln(-theta)
}

func (burg) gradConj(theta float64) float64 {
	if theta > 0 {
		return math.NaN()
	}
	return 1 / math.Abs(theta)
}

func (b burg) hessConj(theta float64) float64 {
	x := b.gradConj(theta)
	return x * x
}

func (burg) bregman(x, z float64) float64 { return isDifference(x, z, x-z) }

func (burg) fenchel(x, theta float64) float64 {
	switch {
	case x < 0 || theta > 0:
		return math.Inf(1)
	case x == 0 || theta == 0:
		return math.Inf(1)
	}
	q := -x * theta
	if q < 0.5 || q > 2 {
		l := math.Log(q)
		if q < 0x1p-1000 || q > 0x1p1000 {
			l = ln(x) + ln(-theta)
		}
		return q - 1 - l
	}
	return u1mlog(math.FMA(-x, theta, -1))
}

// isDifference returns x/z − ln(x/z) − 1, the divergence of Itakura and Saito,
// from d = x − z.
func isDifference(x, z, d float64) float64 {
	switch {
	case x < 0 || z < 0:
		return math.Inf(1)
	case x == 0 && z == 0:
		return 0
	case x == 0 || z == 0:
		return math.Inf(1)
	}
	if u := d / z; math.Abs(u) < 0.5 {
		return u1mlog(u)
	}
	return d/z - logRatio(x, z)
}
