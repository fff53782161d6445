package geometry

import "math"

// Hellinger is the potential of the box [−1, 1],
//
//	φ(x) = −Σ √(1−xᵢ²),  ∇φ(x) = x/√(1−x²),  φ*(θ) = Σ √(1+θᵢ²),
//	x = θ/√(1+θ²),  D(x, z) = Σ (1−xᵢzᵢ)/√(1−zᵢ²) − √(1−xᵢ²).
type Hellinger struct{ each[hellinger] }

var _ Separable = Hellinger{}

// Name returns "hellinger".
func (Hellinger) Name() string { return "hellinger" }

type hellinger struct{}

func (hellinger) bounds() (lower, upper float64)     { return -1, 1 }
func (hellinger) dualBounds() (lower, upper float64) { return math.Inf(-1), math.Inf(1) }

// cosine returns √(1−x²), NaN beyond ±1.
func cosine(x float64) float64 { return math.Sqrt((1 - x) * (1 + x)) }

func (hellinger) value(x float64) float64 {
	if math.Abs(x) > 1 {
		return math.Inf(1)
	}
	return -cosine(x)
}

func (hellinger) grad(x float64) float64         { return x / cosine(x) }
func (hellinger) conj(theta float64) float64     { return math.Hypot(1, theta) }
func (hellinger) gradConj(theta float64) float64 { return theta / math.Hypot(1, theta) }

func (hellinger) hessConj(theta float64) float64 {
	c := 1 / math.Hypot(1, theta)
	return c * c * c
}

// bregman multiplies 1 − xz − √((1−x²)(1−z²)) by its conjugate, which leaves
// (x−z)² and sums of positive numbers.
func (hellinger) bregman(x, z float64) float64 {
	switch {
	case math.Abs(x) > 1 || math.Abs(z) > 1:
		return math.Inf(1)
	case x == z:
		return 0
	}
	cx, cz := cosine(x), cosine(z)
	return (x - z) / cz * (x - z) / (math.FMA(-x, z, 1) + cx*cz)
}

// fenchel is bregman with z = ∇φ*(θ) and everything divided by √(1−z²), so
// that neither 1−z nor its square is lost where z rounds to 1:
// (1−x)/√(1−z²) = (1−x)√(1+θ²) and (1−z)/√(1−z²) = 1/(√(1+θ²)+θ).
func (hellinger) fenchel(x, theta float64) float64 {
	if math.Abs(x) > 1 || math.IsInf(theta, 0) {
		return math.Inf(1)
	}
	if theta < 0 {
		x, theta = -x, -theta
	}
	h := math.Hypot(1, theta)
	a, u := (1-x)*h, 1/(h+theta)
	d := u - a // (x−z)/√(1−z²)
	if x < 0.5 && theta < 1 {
		d = x*h - theta
	}
	return d * (d / (a + x*u + cosine(x)))
}
