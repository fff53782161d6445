package certify

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/geometry"
)

// eigensystem is a symmetric matrix by eigenvalues and vectors with what they miss: for
// some exactly orthogonal Q with ‖V−Q‖ ≤ off the matrix differs from Q diag(w) Qᵀ by
// at most err in Frobenius' norm. Whatever computed them, both are measured here.
type eigensystem struct {
	n        int
	w, v     []float64 // v row-major, eigenvectors in its columns
	err, off float64
	kernel   []bool // eigenvalues that are 0 by the shape of the matrix; nil: none
}

// eigensystemOf decomposes the symmetric n×n matrix a.
func eigensystemOf(a []float64, n int) eigensystem {
	s := eigensystem{n: n, w: make([]float64, n), v: make([]float64, n*n), err: math.Inf(1), off: math.Inf(1)}
	var eig mat.EigenSym
	if !(largest(a) < matrixRange) || !eig.Factorize(mat.NewSymDense(n, append([]float64(nil), a...)), true) {
		return s
	}
	eig.Values(s.w)
	var v mat.Dense
	eig.VectorsTo(&v)
	for i := range n {
		for j := range n {
			s.v[i*n+j] = v.At(i, j)
		}
	}
	s.measure(a)
	return s
}

// measure bounds what the eigenvalues and vectors of a miss.
func (s *eigensystem) measure(a []float64) {
	n := s.n
	// ‖VVᵀ−I‖ = ‖VᵀV−I‖ =: f, and the polar factor Q of V has ‖V−Q‖ ≤ f; then
	// ‖VΛVᵀ − QΛQᵀ‖ ≤ (2f+f²)·max|λ|, all in Frobenius' norm.
	ones := make([]float64, n)
	identity := make([]float64, n*n)
	for i := range n {
		ones[i], identity[i*n+i] = 1, 1
	}
	s.off = s.misses(identity, ones)
	s.err = raise(s.misses(a, s.w) + (2*s.off+s.off*s.off)*largest(s.w))
}

// oneSided makes exact the kernel that a = [[0, X], [Xᵀ, 0]] has by the shape p×q of X: the
// |p−q| vectors that have the least part on the shorter side get none, and the
// eigenvalue 0. What that moves is measured.
func (s *eigensystem) oneSided(a []float64, p, q int) {
	n, from, to := p+q, 0, p // the shorter side
	if q < p {
		from, to = p, n
	}
	count := n - 2*(to-from)
	if count == 0 || math.IsInf(s.err, 1) {
		return
	}
	parts, order := make([]float64, n), make([]int, n)
	for k := range n {
		order[k] = k
		for i := from; i < to; i++ {
			parts[k] += s.v[i*n+k] * s.v[i*n+k]
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(parts[i], parts[j]) })
	s.kernel = make([]bool, n)
	for _, k := range order[:count] {
		s.kernel[k], s.w[k] = true, 0
		for i := from; i < to; i++ {
			s.v[i*n+k] = 0
		}
	}
	s.measure(a)
}

// misses bounds ‖A − V diag(w) Vᵀ‖_F.
func (s eigensystem) misses(a, w []float64) float64 {
	n := s.n
	scaled := make([]float64, n)
	var sum, rounding float64
	for i := range n {
		u := s.v[i*n : (i+1)*n]
		for k, v := range u {
			scaled[k] = v * w[k]
		}
		for j := range i + 1 {
			e, r := missesEntry(a[i*n+j], u, s.v[j*n:(j+1)*n], w, scaled)
			twice := 2.0
			if i == j {
				twice = 1
			}
			sum += twice * e * e
			rounding += twice * r * r
		}
	}
	return raise((math.Sqrt(sum) + math.Sqrt(rounding)) * (1 + float64(n*n+8)*unit))
}

// carefulOrder is the order up to which entries are summed in twice the precision.
const carefulOrder = 600

// missesEntry returns a − Σ u_k w_k v_k with its error; scaled holds u∘w.
func missesEntry(a float64, u, v, w, scaled []float64) (e, err float64) {
	n := len(u)
	if n > carefulOrder {
		var dot, abs float64
		for k, x := range v {
			p := scaled[k] * x
			dot += p
			abs += math.Abs(p)
		}
		return a - dot, 1.01 * float64(n+4) * unit * (abs + math.Abs(a))
	}
	var sum acc
	sum.add(a, 1)
	for k, x := range v {
		sum.add(-scaled[k], x)
		sum.add(-math.FMA(u[k], w[k], -scaled[k]), x) // its rounding
	}
	d := sum.estimate(2*n + 1)
	return d.val, d.err
}

// withValues is the same matrix with other eigenvalues, known to err.
func (s eigensystem) withValues(w []float64, err float64) eigensystem {
	s.w, s.err = w, err
	return s
}

// norm returns ‖·‖_F of the eigenvalues.
func (s eigensystem) norm() float64 { return math.Sqrt(plainDot(s.w, s.w)) }

// meeting is what is needed of a pair X, Θ of matrices by their spectra.
type meeting struct {
	phi      geometry.Separable
	x, theta eigensystem
	c        []float64 // ⟨uᵢ, wⱼ⟩²
	room     []float64 // what rounding may add to c
}

func meet(phi geometry.Separable, x, theta eigensystem) *meeting {
	n := x.n
	m := &meeting{phi: phi, x: x, theta: theta, c: make([]float64, n*n), room: make([]float64, n*n)}
	slack := raise(1.1*(x.off+theta.off) + 1.1*float64(n+4)*unit)
	for i := range n {
		for k := range n { // rows of the products in turn: V is row-major
			f := x.v[k*n+i]
			for j, w := range theta.v[k*n : (k+1)*n] {
				m.c[i*n+j] += f * w
			}
		}
		for j := range n {
			c := m.c[i*n+j]
			m.c[i*n+j], m.room[i*n+j] = c*c, (2*math.Abs(c)+slack)*slack
		}
	}
	return m
}

// total sums c·f(λᵢ, τⱼ) for f ≥ 0 and bounds the error from c.
func (m *meeting) total(f func(x, theta []float64) float64) estimate {
	n := m.x.n
	var sum, err float64
	for i := range n {
		for j := range n {
			v := f(m.x.w[i:i+1], m.theta.w[j:j+1])
			sum += m.c[i*n+j] * v
			err += m.room[i*n+j] * v
		}
	}
	return estimate{sum, raise(err + float64(n*n+8)*unit*sum)}
}

// divergence returns D(X, ∇φ*(Θ)) = Σ ⟨uᵢ, wⱼ⟩² D(λᵢ, ∇φ*(τⱼ)). An error e of X moves it
// by ‖∇φ(X)−Θ‖e + ½φ″e², one of Θ by ‖∇φ*(Θ)−X‖e + ½φ*″e²; twice that is taken. Where
// the curvature makes that too much, as next to the boundary, φ(X) + φ*(Θ) − ⟨X, Θ⟩ is
// better, of which the eigenvalues move by no more than e (Weyl).
func (m *meeting) divergence(x, theta []float64) estimate {
	d := m.total(m.phi.Fenchel)
	ex := raise(m.x.err + formulaError*m.x.norm())
	et := raise(m.theta.err + formulaError*m.theta.norm())
	gx := m.total(func(x, theta []float64) float64 {
		g := []float64{0}
		m.phi.Grad(g, x)
		return (g[0] - theta[0]) * (g[0] - theta[0])
	}).up()
	gt := m.away()
	curved := 2 * (moves(ex*ex, m.curvature(ex)) + moves(et*et, m.steepness()))
	d.err = raise(d.err + formulaError*d.val + 2*(math.Sqrt(gx)*ex+gt*et) + curved)
	if math.IsNaN(d.err) || math.IsNaN(d.val) {
		d = estimate{0, math.Inf(1)}
	}
	if v := m.difference(x, theta, ex, et); v.err < d.err {
		return v
	}
	return d
}

// away bounds ‖X − ∇φ*(Θ)‖_F for the matrices as they are taken.
func (m *meeting) away() float64 {
	return math.Sqrt(m.total(func(x, theta []float64) float64 {
		g := []float64{0}
		m.phi.GradConj(g, theta)
		return (g[0] - x[0]) * (g[0] - x[0])
	}).up())
}

// curvature returns the largest divided difference of ∇φ over pairs of eigenvalues of
// X, by which ‖∇φ(X)−∇φ(X')‖_F exceeds ‖X−X'‖_F at most for X' = X to first order: max
// φ″ where φ″ is monotone. It is +Inf if an eigenvalue is not farther from the
// boundary of the domain than four times the error.
func (m *meeting) curvature(err float64) float64 {
	lower, upper := geometry.Bounds(m.phi, 0)
	theta, slopes := make([]float64, m.x.n), make([]float64, m.x.n)
	m.phi.Grad(theta, m.x.w)
	m.phi.HessConjDiag(slopes, theta)
	for i, v := range slopes {
		slopes[i] = 1 / v
	}
	return largestSlope(m.x.w, theta, slopes, lower, upper, 4*err)
}

// steepness is the same of ∇φ* and the eigenvalues of Θ.
func (m *meeting) steepness() float64 {
	lower, upper := geometry.DualBounds(m.phi, 0)
	x, slopes := make([]float64, m.theta.n), make([]float64, m.theta.n)
	m.phi.GradConj(x, m.theta.w)
	m.phi.HessConjDiag(slopes, m.theta.w)
	for i, still := range m.theta.kernel {
		if still { // errors of X do not act within the kernel, which is on one side
			slopes[i] = 0
		}
	}
	return largestSlope(m.theta.w, x, slopes, lower, upper, 4*m.theta.err)
}

// largestSlope returns the largest of the slopes and of the difference quotients of f
// over the increasing w, +Inf if a w is not farther than room from an end of the
// domain.
func largestSlope(w, f, slopes []float64, lower, upper, room float64) float64 {
	worst := 0.0
	for i, v := range slopes {
		if !(w[i]-lower > room && upper-w[i] > room) || !(v >= 0) {
			return math.Inf(1)
		}
		worst = max(worst, v)
		for j := range i {
			if apart := w[i] - w[j]; apart > 2*room && apart > 1e-8*math.Abs(w[i]) {
				worst = max(worst, (f[i]-f[j])/apart)
			}
		}
	}
	return worst
}

// moves returns e·slope, 0 if there is no error.
func moves(e, slope float64) float64 {
	if e == 0 {
		return 0
	}
	return e * slope
}

// difference returns φ(X) + φ*(Θ) − ⟨X, Θ⟩ for X and Θ known to ex and et.
func (m *meeting) difference(x, theta []float64, ex, et float64) estimate {
	var sum total
	lower, upper := geometry.Bounds(m.phi, 0)
	spread := func(f func([]float64) float64, w, e, lower, upper float64) {
		at := f([]float64{min(max(w, lower), upper)})
		low, high := f([]float64{max(w-e, lower)}), f([]float64{min(max(w+e, lower), upper)})
		sum.add(estimate{at, raise(1.01*max(math.Abs(low-at), math.Abs(high-at)) + formulaError*math.Abs(at))})
	}
	for _, w := range m.x.w {
		spread(m.phi.Value, w, ex, lower, upper)
	}
	dualLower, dualUpper := geometry.DualBounds(m.phi, 0)
	for _, w := range m.theta.w {
		spread(m.phi.Conj, w, et, dualLower, dualUpper)
	}
	var s acc
	for i, v := range x {
		s.add(v, theta[i])
	}
	e := s.estimate(len(x))
	e.err = raise(e.err + math.Sqrt(plainDot(x, x))*et)
	d := sum.estimate().minus(e)
	if math.IsNaN(d.val) || math.IsNaN(d.err) {
		return estimate{0, math.Inf(1)}
	}
	return d
}
