package geometry

// Shifted is the potential φ(x − s), which moves the domain of φ to s: the
// entropy of the excess over lower bounds s.
//
//	∇ = ∇φ(x−s),  conjugate φ*(θ) + ⟨s, θ⟩,  x = s + ∇φ*(θ).
type Shifted struct {
	Phi Separable
	S   []float64 // length m
}

var _ Separable = Shifted{}

// Name returns the name of φ.
func (p Shifted) Name() string { return p.Phi.Name() }

// less returns x − s.
func (p Shifted) less(x []float64) []float64 {
	same(x, p.S)
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v - p.S[i]
	}
	return out
}

// Value returns φ(x − s).
func (p Shifted) Value(x []float64) float64 { return p.Phi.Value(p.less(x)) }

// Grad sets dst = ∇φ(x − s).
func (p Shifted) Grad(dst, x []float64) { p.Phi.Grad(dst, p.less(x)) }

// Conj returns φ*(θ) + ⟨s, θ⟩.
func (p Shifted) Conj(theta []float64) float64 {
	return p.Phi.Conj(theta) + sum2(theta, p.S, func(t, s float64) float64 { return t * s })
}

// GradConj sets dst = s + ∇φ*(θ).
func (p Shifted) GradConj(dst, theta []float64) {
	same(dst, p.S)
	p.Phi.GradConj(dst, theta)
	for i, s := range p.S {
		dst[i] += s
	}
}

// HessConj sets dst = ∇²φ*(θ) v.
func (p Shifted) HessConj(dst, theta, v []float64) { p.Phi.HessConj(dst, theta, v) }

// HessConjDiag sets dst to the diagonal of ∇²φ*(θ).
func (p Shifted) HessConjDiag(dst, theta []float64) { p.Phi.HessConjDiag(dst, theta) }

// Bregman returns D_φ(x−s, z−s). Where x − s is rounded, so are small
// differences of x and z.
func (p Shifted) Bregman(x, z []float64) float64 { return p.Phi.Bregman(p.less(x), p.less(z)) }

// Fenchel returns D_φ(x−s, ∇φ*(θ)).
func (p Shifted) Fenchel(x, theta []float64) float64 { return p.Phi.Fenchel(p.less(x), theta) }

// Bounds returns those of φ, plus s.
func (p Shifted) Bounds(i int) (lower, upper float64) {
	lower, upper = Bounds(p.Phi, i)
	return lower + p.S[i], upper + p.S[i]
}

// DualBounds returns those of φ.
func (p Shifted) DualBounds(i int) (lower, upper float64) { return DualBounds(p.Phi, i) }
