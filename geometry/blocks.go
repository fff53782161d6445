package geometry

import "sort"

// Blocks is the sum of separable potentials of consecutive blocks of
// coordinates: unknowns of either sign beside nonnegative ones.
type Blocks struct {
	parts []Separable
	ends  []int // one past the last coordinate of each part
}

var _ Separable = Blocks{}

// NewBlocks returns the sum of parts[k], each on sizes[k] coordinates. It
// panics unless there is one size for each part.
func NewBlocks(parts []Separable, sizes []int) Blocks {
	if len(parts) != len(sizes) {
		panic("geometry: blocks need one size for each potential")
	}
	b := Blocks{parts: parts, ends: make([]int, len(sizes))}
	end := 0
	for k, n := range sizes {
		end += n
		b.ends[k] = end
	}
	return b
}

// Name returns "blocks".
func (Blocks) Name() string { return "blocks" }

// each calls f for every part with the range of its coordinates.
func (b Blocks) each(x, y []float64, f func(phi Separable, lo, hi int)) {
	same(x, y)
	if len(b.ends) == 0 || b.ends[len(b.ends)-1] != len(x) {
		panic(errLength)
	}
	lo := 0
	for k, hi := range b.ends {
		f(b.parts[k], lo, hi)
		lo = hi
	}
}

func (b Blocks) sum(x, y []float64, f func(phi Separable, x, y []float64) float64) float64 {
	var sum float64
	b.each(x, y, func(phi Separable, lo, hi int) { sum += f(phi, x[lo:hi], y[lo:hi]) })
	return sum
}

// Value returns Σ φ_k(x_k).
func (b Blocks) Value(x []float64) float64 {
	return b.sum(x, x, func(phi Separable, x, _ []float64) float64 { return phi.Value(x) })
}

// Grad sets each block of dst to ∇φ_k(x_k).
func (b Blocks) Grad(dst, x []float64) {
	b.each(dst, x, func(phi Separable, lo, hi int) { phi.Grad(dst[lo:hi], x[lo:hi]) })
}

// Conj returns Σ φ_k*(θ_k).
func (b Blocks) Conj(theta []float64) float64 {
	return b.sum(theta, theta, func(phi Separable, t, _ []float64) float64 { return phi.Conj(t) })
}

// GradConj sets each block of dst to ∇φ_k*(θ_k).
func (b Blocks) GradConj(dst, theta []float64) {
	b.each(dst, theta, func(phi Separable, lo, hi int) { phi.GradConj(dst[lo:hi], theta[lo:hi]) })
}

// HessConj sets each block of dst to ∇²φ_k*(θ_k) v_k.
func (b Blocks) HessConj(dst, theta, v []float64) {
	same(dst, v)
	b.each(dst, theta, func(phi Separable, lo, hi int) { phi.HessConj(dst[lo:hi], theta[lo:hi], v[lo:hi]) })
}

// HessConjDiag sets each block of dst to the diagonal of ∇²φ_k*(θ_k).
func (b Blocks) HessConjDiag(dst, theta []float64) {
	b.each(dst, theta, func(phi Separable, lo, hi int) { phi.HessConjDiag(dst[lo:hi], theta[lo:hi]) })
}

// Bregman returns Σ D_φk(x_k, z_k).
func (b Blocks) Bregman(x, z []float64) float64 {
	return b.sum(x, z, func(phi Separable, x, z []float64) float64 { return phi.Bregman(x, z) })
}

// Fenchel returns Σ D_φk(x_k, ∇φ_k*(θ_k)).
func (b Blocks) Fenchel(x, theta []float64) float64 {
	return b.sum(x, theta, func(phi Separable, x, t []float64) float64 { return phi.Fenchel(x, t) })
}

// part returns the part of coordinate i, and its number there.
func (b Blocks) part(i int) (phi Separable, at int) {
	k := sort.SearchInts(b.ends, i+1)
	if k > 0 {
		i -= b.ends[k-1]
	}
	return b.parts[k], i
}

// Bounds returns those of the part of xᵢ.
func (b Blocks) Bounds(i int) (lower, upper float64) {
	phi, at := b.part(i)
	return Bounds(phi, at)
}

// DualBounds returns those of the part of θᵢ.
func (b Blocks) DualBounds(i int) (lower, upper float64) {
	phi, at := b.part(i)
	return DualBounds(phi, at)
}
