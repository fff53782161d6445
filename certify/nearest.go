package certify

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// formulaError is what the formulas of package geometry may err by: the value
// that they return is right to formulaError, relative, for arguments that
// differ from the given ones by as much, relative.
const formulaError = 64 * unit

// chart holds what the claim Bregman needs of a start x₀, by coordinates.
type chart struct {
	phi      geometry.Separable
	theta    []float64 // θ₀ + Aᵀy
	thetaErr []float64
	startErr []float64 // of ∇φ(x₀) by the formula of φ
	xi       []float64 // ∇φ*(θ)
	steep    []float64 // the diagonal of ∇²φ*(θ)
	inside   bool      // θ is in dom φ* by more than its error
}

// chart evaluates θ = θ₀ + Aᵀy and ∇φ*(θ).
func (q *problem) chart(phi geometry.Separable) chart {
	m := len(q.X)
	c := chart{phi: phi, theta: make([]float64, m), thetaErr: make([]float64, m),
		xi: make([]float64, m), steep: make([]float64, m), inside: true}
	phi.Grad(c.theta, q.Start)
	c.startErr = c.wobble(q.Start, c.theta)
	sharp, known := gradient(phi, q.Start)
	for j, theta0 := range c.theta {
		start := twofold{hi: theta0, err: c.startErr[j]}
		if known {
			start = sharp[j]
		}
		e := start.plus(q.reached(j)).estimate()
		theta := e.val
		c.theta[j] = theta
		c.thetaErr[j] = raise(e.err + 4*unit*math.Abs(theta))
		lower, upper := geometry.DualBounds(phi, j)
		room := 8 * c.thetaErr[j]
		c.inside = c.inside && theta-lower > room && upper-theta > room
	}
	if c.inside {
		phi.GradConj(c.xi, c.theta)
		phi.HessConjDiag(c.steep, c.theta)
	}
	return c
}

// wobble bounds how far θ = ∇φ(x) moves if x and θ change by formulaError,
// relative.
func (c chart) wobble(x, theta []float64) []float64 {
	curvature := make([]float64, len(x)) // 1/φ''
	c.phi.HessConjDiag(curvature, theta)
	for j, v := range curvature {
		move := math.Abs(x[j]) / v
		if x[j] == 0 || math.IsInf(v, 1) {
			move = 0
		}
		curvature[j] = raise(formulaError * (move + math.Abs(theta[j])))
	}
	return curvature
}

// divergence returns D_φ(x, ∇φ*(θ)) with its error. As a function of θ it has
// the derivatives ∇φ*(θ) − x and ∇²φ*(θ); a change of θ within its error moves
// it by at most twice the first two terms of its series.
func (c chart) divergence(x []float64) estimate {
	if !c.inside {
		return estimate{math.Inf(1), math.Inf(1)}
	}
	d := c.phi.Fenchel(x, c.theta)
	var err float64
	for j, v := range x {
		e := c.thetaErr[j] + formulaError*math.Abs(c.theta[j])
		off := math.Abs(c.xi[j]-v) + formulaError*(math.Abs(v)+math.Abs(c.xi[j]))
		steep := c.steep[j]
		if math.IsInf(steep, 1) { // of a p-norm at θ = 0: D changes by e·|ξ| at most
			steep = 0
			off += math.Abs(c.xi[j])
		}
		err += 2 * (off*e + steep*e*e)
		err += formulaError * off * math.Abs(c.theta[j])
	}
	return estimate{d, raise(formulaError*d + err)}
}

// distance bounds Σ|x−ξ| over the uncertainty of ξ.
func (c chart) distance(x []float64) float64 {
	if !c.inside {
		return math.Inf(1)
	}
	var sum float64
	for j, v := range x {
		sum += math.Abs(v-c.xi[j]) + formulaError*math.Abs(c.xi[j])
		if !math.IsInf(c.steep[j], 1) {
			sum += 2 * c.steep[j] * c.thetaErr[j]
		}
	}
	return raise(sum * (1 + float64(len(x)+2)*unit))
}

// nearStart is the distance from x₀, relative to ‖x‖₁, at which x counts as x₀:
// a relative gap of so small a divergence says nothing, since the right-hand
// side is met in floating point only.
const nearStart = 0x1p-24

// nearest measures the claim Bregman from a start x₀. With θ = θ₀+Aᵀy,
//
//	D(x, x₀) ≥ (b−Ax₀)ᵀy − D(x₀, ∇φ*(θ))   for every x with Ax = b,
//
// and at x the two sides differ by D(x, ∇φ*(θ)) + yᵀ(Ax−b), from which the gap
// is summed.
func (q *problem) nearest() measured {
	phi, err := q.cert.potential(q.Witness)
	if err != nil {
		return measured{gap: estimate{0, math.Inf(1)}}
	}
	separable, ok := phi.(geometry.Separable)
	if !ok {
		return q.nearestMahalanobis(phi)
	}
	c := q.chart(separable)
	m := q.nearestStart(phi)
	m.objective.err = raise(m.objective.err + c.startError(q))
	reach, plain := q.reachFromStart()
	m.bound = reach.minus(c.divergence(q.Start))
	m.boundSlack = agreement*(m.bound.abs()+reach.abs()) + float64(len(q.b)+len(q.X))*unit*plain
	m.extra = append(m.extra, q.pinned(c.distance(q.X)))
	difference := c.divergence(q.X).plus(q.workOfResidual())
	// From an x₀ that is far larger than x the two terms of the bound cancel.
	if bound := m.objective.minus(difference); bound.err < m.bound.err {
		m.bound, m.boundSlack = bound, agreement*bound.abs()+m.objectiveSlack
	}
	if !q.atStart() {
		m.gap = relativeGap(difference, m.objective, m.bound)
	}
	return m
}

// nearestStart measures what does not depend on y.
func (q *problem) nearestStart(phi geometry.Potential) measured {
	var m measured
	m.support = terms(q.X)
	m.residual, m.residualSlack = q.relativeResidual(m.support)
	d := phi.Bregman(q.X, q.Start)
	m.objective = estimate{d, raise(formulaError * d)}
	m.objectiveSlack = (agreement + float64(len(q.X))*unit) * math.Abs(d)
	var outside float64
	for j, x := range q.X {
		lower, upper := geometry.Bounds(phi, j)
		outside = max(outside, lower-x, x-upper)
	}
	m.extra = append(m.extra, Check{"distance of x to the domain of φ", outside, 0, outside <= 0})
	return m
}

// startError bounds how far D(x, x₀) moves by formulaError in x and x₀, whose
// derivatives are θ−θ₀ and −∇²φ(x₀)(x−x₀).
func (c chart) startError(q *problem) float64 {
	var sum float64
	for j, x := range q.X {
		z := math.Ldexp(q.dual[j].abs(), q.dexp)
		sum += formulaError*z*math.Abs(x) + c.startErr[j]*math.Abs(x-q.Start[j])
	}
	return raise(2 * sum)
}

// reachFromStart returns (b−Ax₀)ᵀy and Σ|bᵢyᵢ| + Σ|x₀|ⱼ(|A|ᵀ|y|)ⱼ.
func (q *problem) reachFromStart() (reach estimate, plain float64) {
	reach, plain, k := inner(q.b, q.Y)
	reach = reach.shift(k)
	if q.low != nil {
		rest, _, k := inner(q.b, q.Tail)
		reach = reach.plus(rest.shift(k))
	}
	start, abs := q.startProduct()
	return reach.minus(start), math.Ldexp(plain, k) + abs
}

// pinned is the check that x is the point of the chart at y, given Σ|x−ξ|: a
// gap relative to a large divergence alone says little about x. For b = 0, where
// x may be 0, the measure is that of x₀ as well.
func (q *problem) pinned(off float64) Check {
	mass := 0x1p-900
	for _, v := range q.X {
		mass += math.Abs(v)
	}
	if largest(q.b) == 0 {
		for _, v := range q.Start {
			mass += math.Abs(v)
		}
	}
	bound := math.Sqrt(2 * q.cert.Tol)
	return Check{"distance of x from ∇φ*(θ₀+Aᵀy), relative to ‖x‖₁", ratioUp(off, mass), bound, off <= bound*mass}
}

// atStart reports whether x counts as x₀.
func (q *problem) atStart() bool {
	var moved, size float64
	for j, v := range q.X {
		moved += math.Abs(v - q.Start[j])
		size += math.Abs(v)
	}
	return moved <= nearStart*size
}
