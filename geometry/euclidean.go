package geometry

// Euclidean is the potential of ordinary distance,
//
//	φ(x) = ½‖x‖²,  ∇φ(x) = x,  φ*(θ) = ½‖θ‖²,  D(x, z) = ½‖x − z‖²,
//
// on all of Rᵐ. From x₀ = 0 it selects the solution of least norm.
type Euclidean struct{}

var _ Separable = Euclidean{}

// Name returns "euclidean".
func (Euclidean) Name() string { return "euclidean" }

// Value returns ½‖x‖².
func (Euclidean) Value(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v * v
	}
	return sum / 2
}

// Grad sets dst = x.
func (Euclidean) Grad(dst, x []float64) {
	same(dst, x)
	copy(dst, x)
}

// Conj returns ½‖θ‖².
func (e Euclidean) Conj(theta []float64) float64 { return e.Value(theta) }

// GradConj sets dst = θ.
func (e Euclidean) GradConj(dst, theta []float64) { e.Grad(dst, theta) }

// HessConj sets dst = v.
func (Euclidean) HessConj(dst, theta, v []float64) {
	same(theta, v)
	same(dst, v)
	copy(dst, v)
}

// HessConjDiag sets dst to ones.
func (Euclidean) HessConjDiag(dst, theta []float64) {
	same(dst, theta)
	for i := range dst {
		dst[i] = 1
	}
}

// Bregman returns ½‖x − z‖².
func (Euclidean) Bregman(x, z []float64) float64 {
	return sum2(x, z, func(x, z float64) float64 { return (x - z) * (x - z) }) / 2
}

// Fenchel returns ½‖x − θ‖².
func (e Euclidean) Fenchel(x, theta []float64) float64 { return e.Bregman(x, theta) }
