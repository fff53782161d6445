package geometry

import "fmt"

// Weighted is the potential Σ wᵢ φᵢ(xᵢ) of a separable φ, w > 0:
//
//	∇ = w∘∇φ(x),  conjugate Σ wᵢ φᵢ*(θᵢ/wᵢ),  D = Σ wᵢ D_φᵢ(xᵢ, zᵢ).
//
// A large weight makes a coordinate slow to move. One weight for all divides
// the time of the flow by it and changes nothing else.
type Weighted struct {
	phi splitter
	w   []float64
}

var _ Separable = Weighted{}

// terms are the sums of a potential.
type terms interface {
	Value(x []float64) float64
	Conj(theta []float64) float64
	Bregman(x, z []float64) float64
	Fenchel(x, theta []float64) float64
}

// splitter is a separable potential that gives its coordinates singly.
type splitter interface {
	Separable
	one(i int) terms
}

func (e each[C]) one(i int) terms {
	if len(e.coords) > 1 {
		e.coords = e.coords[i : i+1]
	}
	return e
}

func (Euclidean) one(int) terms { return Euclidean{} }
func (Entropy) one(int) terms   { return Entropy{} }

func (h Hypentropy) one(i int) terms {
	if len(h.LogBeta) > 1 {
		h.LogBeta = h.LogBeta[i : i+1]
	}
	return h
}

// NewWeighted returns Σ wᵢ φᵢ, with one weight for all coordinates or one for
// each. φ is a separable potential of this package, other than Weighted.
func NewWeighted(phi Separable, w []float64) (Weighted, error) {
	s, ok := phi.(splitter)
	if !ok {
		return Weighted{}, fmt.Errorf("a %T cannot be weighted: give all weights at once", phi)
	}
	for i, v := range w {
		if !(v > 0 && 1/v > 0) {
			return Weighted{}, fmt.Errorf("weights[%d] = %v: weights must be positive and finite", i, v)
		}
	}
	if len(w) == 0 {
		return Weighted{}, fmt.Errorf("there are no weights")
	}
	return Weighted{s, w}, nil
}

// Name returns the name of φ.
func (p Weighted) Name() string { return p.phi.Name() }

func (p Weighted) at(i int) float64 {
	if len(p.w) == 1 {
		return p.w[0]
	}
	return p.w[i]
}

func (p Weighted) check(x, y []float64) {
	same(x, y)
	if len(p.w) > 1 {
		same(x, p.w)
	}
}

func (p Weighted) sum(x, y []float64, f func(phi terms, w float64, x, y []float64) float64) float64 {
	p.check(x, y)
	if len(p.w) == 1 {
		return f(p.phi, p.w[0], x, y)
	}
	return blockSum(len(x), func(lo, hi int) float64 {
		var sum float64
		for i := lo; i < hi; i++ {
			sum += f(p.phi.one(i), p.w[i], x[i:i+1], y[i:i+1])
		}
		return sum
	})
}

// over returns θ/w.
func (p Weighted) over(theta []float64) []float64 {
	out := make([]float64, len(theta))
	for i, t := range theta {
		out[i] = t / p.at(i)
	}
	return out
}

// Value returns Σ wᵢ φᵢ(xᵢ).
func (p Weighted) Value(x []float64) float64 {
	return p.sum(x, x, func(phi terms, w float64, x, _ []float64) float64 { return w * phi.Value(x) })
}

// Grad sets dst = w∘∇φ(x).
func (p Weighted) Grad(dst, x []float64) {
	p.check(dst, x)
	p.phi.Grad(dst, x)
	for i := range dst {
		dst[i] *= p.at(i)
	}
}

// Conj returns Σ wᵢ φᵢ*(θᵢ/wᵢ).
func (p Weighted) Conj(theta []float64) float64 {
	p.check(theta, theta)
	t := p.over(theta)
	return p.sum(t, t, func(phi terms, w float64, t, _ []float64) float64 { return w * phi.Conj(t) })
}

// GradConj sets dst = ∇φ*(θ/w).
func (p Weighted) GradConj(dst, theta []float64) {
	p.check(dst, theta)
	p.phi.GradConj(dst, p.over(theta))
}

// HessConj sets dst = ∇²φ*(θ/w) v/w.
func (p Weighted) HessConj(dst, theta, v []float64) { hessConj(p, dst, theta, v) }

// HessConjDiag sets dst to the diagonal of ∇²φ*(θ/w)/w.
func (p Weighted) HessConjDiag(dst, theta []float64) {
	p.check(dst, theta)
	p.phi.HessConjDiag(dst, p.over(theta))
	for i := range dst {
		dst[i] /= p.at(i)
	}
}

// Bregman returns Σ wᵢ D_φᵢ(xᵢ, zᵢ).
func (p Weighted) Bregman(x, z []float64) float64 {
	return p.sum(x, z, func(phi terms, w float64, x, z []float64) float64 { return w * phi.Bregman(x, z) })
}

// Fenchel returns Σ wᵢ D_φᵢ(xᵢ, ∇φᵢ*(θᵢ/wᵢ)).
func (p Weighted) Fenchel(x, theta []float64) float64 {
	p.check(x, theta)
	return p.sum(x, p.over(theta), func(phi terms, w float64, x, t []float64) float64 { return w * phi.Fenchel(x, t) })
}

// Bounds returns those of φ.
func (p Weighted) Bounds(i int) (lower, upper float64) { return Bounds(p.phi, i) }

// DualBounds returns those of φ, times wᵢ.
func (p Weighted) DualBounds(i int) (lower, upper float64) {
	lower, upper = DualBounds(p.phi, i)
	return p.at(i) * lower, p.at(i) * upper
}
