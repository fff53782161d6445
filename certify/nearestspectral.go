package certify

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/geometry"
)

// nearestSpectral measures the claim MatrixBregman. With Θ = ∇φ(X₀) + Σ y_kA_k,
//
//	D(X, X₀) ≥ Σ y_k(b_k − ⟨A_k, X₀⟩) − D(X₀, ∇φ*(Θ))   for every X with ⟨A_k, X⟩ = b_k,
//
// as at nearest, the divergences being those of matrices by their eigenvalues. A
// matrix X that is not symmetric is judged as [[0, X], [Xᵀ, 0]], whose divergences
// are twice those of X.
func (q *problem) nearestSpectral() measured {
	phi, err := q.cert.spectral()
	if err != nil {
		return measured{gap: estimate{0, math.Inf(1)}}
	}
	n, half := q.cert.Shape[0], 0
	if !q.cert.Symmetric {
		n, half = q.cert.Shape[0]+q.cert.Shape[1], -1
	}
	m := measured{support: terms(q.X)}
	m.residual, m.residualSlack = q.relativeResidual(m.support)

	x, start := q.square(q.X), q.square(q.Start)
	ex, es := eigensystemOf(x, n), eigensystemOf(start, n)
	image := make([]float64, n)
	phi.Grad(image, es.w)
	origin := meet(phi, es, es)
	moved := es.err + formulaError*es.norm()
	e0 := raise(2*moves(moved, origin.curvature(moved)) + formulaError*math.Sqrt(plainDot(image, image)))
	theta0 := es.withValues(image, e0)
	begin, rounding := theta0.matrix()
	theta0.err = raise(e0 + rounding)
	theta, rounding := q.reach(begin)
	et := eigensystemOf(theta, n)
	if !q.cert.Symmetric {
		et.oneSided(theta, q.cert.Shape[0], q.cert.Shape[1])
	}
	et.err = raise(et.err + rounding + theta0.err)

	objective := meet(phi, ex, theta0).divergence(x, begin)
	final := meet(phi, ex, et)
	gap, back := final.divergence(x, theta), meet(phi, es, et).divergence(start, theta)
	m.objective = objective.shift(half)
	m.objectiveSlack = agreement*m.objective.abs() + 2*m.objective.err
	reach, plain := q.reachFromStart()
	m.bound = reach.minus(back.shift(half))
	m.boundSlack = agreement*(m.bound.abs()+reach.abs()) + 2*m.bound.err + float64(len(q.b)+len(q.X))*unit*plain
	if !q.atStart() {
		m.gap = relativeGap(gap.shift(half).plus(q.workOfResidual()), m.objective, m.bound)
	}
	m.extra = append(m.extra, q.nuclearPin(final, ex, es))
	lower, upper := geometry.Bounds(phi, 0)
	outside := max(0, lower-slices.Min(ex.w), slices.Max(ex.w)-upper)
	m.extra = append(m.extra, Check{"distance of the eigenvalues of X to the domain of φ, beyond rounding", outside, ex.err, outside <= ex.err})
	return m
}

// nuclearPin is the check that X is the point of the chart at y, in the nuclear norm.
func (q *problem) nuclearPin(final *meeting, x, start eigensystem) Check {
	off := final.away()
	if h := final.steepness(); !math.IsInf(h, 1) {
		off += 2 * h * final.theta.err
	}
	off = raise(math.Sqrt(float64(x.n)) * (off + x.err))
	mass := 0x1p-900
	for _, v := range x.w {
		mass += math.Abs(v)
	}
	if largest(q.b) == 0 {
		for _, v := range start.w {
			mass += math.Abs(v)
		}
	}
	bound := math.Sqrt(2 * q.cert.Tol)
	return Check{"distance of X from ∇φ*(∇φ(X₀)+Σ y_kA_k), relative to ‖X‖_*", ratioUp(off, mass), bound, off <= bound*mass}
}

// square returns x as a symmetric matrix.
func (q *problem) square(x []float64) []float64 {
	if q.cert.Symmetric {
		return x
	}
	p, w := q.cert.Shape[0], q.cert.Shape[1]
	n := p + w
	a := make([]float64, n*n)
	for i := range p {
		for j := range w {
			a[i*n+p+j], a[(p+j)*n+i] = x[i*w+j], x[i*w+j]
		}
	}
	return a
}

// matrix writes s out, and bounds the error in Frobenius' norm: an entry is a sum of n
// terms, and ‖V−Q‖ ≤ off.
func (s eigensystem) matrix() ([]float64, float64) {
	n := s.n
	a := make([]float64, n*n)
	scaled := make([]float64, n)
	var rounding float64
	for i := range n {
		u := s.v[i*n : (i+1)*n]
		for k, v := range u {
			scaled[k] = v * s.w[k]
		}
		for j := range i + 1 {
			e, err := missesEntry(0, u, s.v[j*n:(j+1)*n], s.w, scaled)
			a[i*n+j], a[j*n+i] = -e, -e
			rounding += 2 * err * err
		}
	}
	moved := (2*s.off + s.off*s.off) * largest(s.w)
	return a, raise(1.01*math.Sqrt(rounding) + moved)
}

// reach returns Θ₀ + Σ y_kA_k, the symmetric part of the sum if X is symmetric, and
// its error in Frobenius' norm.
func (q *problem) reach(theta0 []float64) ([]float64, float64) {
	sums := make([]float64, len(q.dual))
	var square float64
	for j, e := range q.dual {
		e = e.shift(q.dexp)
		sums[j] = e.val
		square += 2 * e.err * e.err
	}
	if q.cert.Symmetric {
		n := q.cert.Shape[0]
		for i := range n {
			for j := range i + 1 {
				v := sums[i*n+j]/2 + sums[j*n+i]/2
				square += 16 * unit * unit * v * v
				sums[i*n+j], sums[j*n+i] = v, v
			}
		}
	}
	theta := q.square(sums)
	for k, v := range theta0 {
		theta[k] += v
		square += 4 * unit * unit * theta[k] * theta[k]
	}
	return theta, raise(1.01 * math.Sqrt(square))
}

// spectral returns the potential of one variable that the certificate names.
func (c Certificate) spectral() (geometry.Separable, error) {
	phi, err := geometry.ParseMatrix(c.Geometry, c.Shape[0], c.Shape[1], c.Symmetric)
	if err != nil {
		return nil, err
	}
	return phi.Scalar(), nil
}

// spectralFault says what is wrong with what the claim MatrixBregman names, "" if
// nothing is.
func (c Certificate) spectralFault(w Witness) string {
	p, n := c.Shape[0], c.Shape[1]
	_, positive := geometry.IsMatrix(c.Geometry)
	switch {
	case p < 1 || n < 1 || p*n != len(w.X):
		return "the shape is not that of x"
	case c.LogAlpha != nil || c.Relative || c.Matrix != nil || c.Weights != nil:
		return "α, weights, a relative box or a matrix K have no meaning here"
	case c.Start == nil || len(w.Start) != p*n:
		return "the start is not given"
	case positive && !c.Symmetric:
		return "a positive definite matrix is symmetric"
	}
	phi, err := geometry.ParseMatrix(c.Geometry, p, n, c.Symmetric)
	if err != nil {
		return err.Error()
	}
	start := w.Start
	if c.Symmetric {
		for _, v := range [][]float64{w.X, w.Start} {
			for i := range p {
				for j := range i {
					if v[i*p+j] != v[j*p+i] {
						return "X or X₀ is not symmetric"
					}
				}
			}
		}
		start = geometry.SymmetricVector(start, p)
	}
	if err := geometry.CheckMatrix(phi, "x0", start); err != nil {
		return err.Error()
	}
	return ""
}
