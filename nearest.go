package tacit

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
)

// Selection says by which geometry, and from where, Nearest selects a solution.
type Selection struct {
	// Geometry is one of the names of package geometry with its numbers:
	// "entropy", "fermi-dirac:0.7,1.5", "lp:1.5", "chi-square", …;
	// geometry.Names lists them. "mahalanobis" takes its matrix from K.
	Geometry string

	// Relative makes the box of fermi-dirac that of xᵢ/x₀ᵢ.
	Relative bool

	// X0 is the start x₀, of length m, inside the domain of the geometry. Nil
	// means α·1 if LogAlpha is set, and else the point where the potential is
	// least: 1 for the entropy, the middle of a box, 0 for the geometries of
	// numbers of either sign. Geometries without such a point need a start.
	X0 []float64

	// LogAlpha is ln α, so that α may be as small as 1e-3000 for the entropy. For
	// power-diff it is the scale of the geometry, and the start is 0. Nil: X0.
	LogAlpha *float64

	// K is the matrix of mahalanobis: m numbers of a diagonal, or m×m in rows.
	K []float64
}

// matrixGeometry is the geometry that takes its matrix from Selection.K.
const matrixGeometry = certify.Mahalanobis

// Nearest returns the solution of Ax = b that is nearest to x₀ in the Bregman
// divergence of a geometry: the limit of mirror descent from x₀. Objective is
// the divergence D(X, x₀).
func Nearest(ctx context.Context, a Operator, b []float64, sel Selection, opt Options) (ans *Answer, err error) {
	defer recovered(&err)
	if err := opt.Check(); err != nil {
		return nil, err
	}
	_, m := a.Dims()
	phi, err := sel.potential(m)
	if err != nil {
		return nil, err
	}
	start, err := sel.start(phi, m)
	if err != nil {
		return nil, err
	}
	if start.Theta0 == nil {
		sel.X0 = start.X0
	}
	r, err := limit.Nearest(ctx, a, b, phi, start, opt)
	if err != nil {
		return nil, err
	}
	ans = &Answer{Result: r, claim: certify.Bregman, start: sel.X0, selection: &sel, phi: phi, tol: opt.Tol}
	if ans.Status == limit.Certified && ans.Blur > limit.Blurred {
		ans.doubt(a, b)
	}
	return ans.verified(a, b, opt), nil
}

// doubt verifies an answer from a start so far away that its x may be right while
// no y of two doubles proves it, and is honest about that.
func (ans *Answer) doubt(a Operator, b []float64) {
	if v, err := Verify(a, b, ans); err == nil && v.Valid {
		return
	}
	ans.Status = limit.NumericalTrouble
	ans.Reason = limit.Reason{Criterion: "certificate", Value: ans.Blur, Bound: limit.Blurred,
		Hint: "x₀ is so far from x that no y of 106 bits has its θ₀+Aᵀy at x: start closer, or ask for what such starts select (sparse, minnorm)"}
}

// Origin returns the geometry φ and the mirror image θ₀ = ∇φ(x₀) of its start for
// m unknowns: where mirror descent and the mirror flow begin.
func (s Selection) Origin(m int) (phi geometry.Potential, theta0 []float64, err error) {
	defer recovered(&err)
	if phi, err = s.potential(m); err != nil {
		return nil, nil, err
	}
	start, err := s.start(phi, m)
	if err != nil {
		return nil, nil, err
	}
	if start.Theta0 != nil {
		return phi, start.Theta0, nil
	}
	if err := geometry.CheckInterior(phi, "x0", start.X0); err != nil {
		return nil, nil, err
	}
	theta0 = make([]float64, m)
	phi.Grad(theta0, start.X0)
	if !geometry.InDualDomain(phi, theta0) {
		return nil, nil, fmt.Errorf("x0 is too close to the boundary of the domain of %s", phi.Name())
	}
	return phi, theta0, nil
}

// potential returns the geometry for m unknowns.
func (s Selection) potential(m int) (geometry.Potential, error) {
	if s.X0 != nil && len(s.X0) != m {
		return nil, fmt.Errorf("x0 has %d entries, but there are %d unknowns", len(s.X0), m)
	}
	if s.X0 != nil && s.LogAlpha != nil {
		return nil, fmt.Errorf("a start x0 and a scale α are both given; one of them is the start")
	}
	set := geometry.Setting{Prior: s.X0, Relative: s.Relative}
	if s.LogAlpha != nil {
		set.LogAlpha = *s.LogAlpha
	}
	name := s.Geometry
	if name == matrixGeometry {
		if len(s.K) != m && len(s.K) != m*m {
			return nil, fmt.Errorf("the matrix of mahalanobis has %d entries; for %d unknowns it has %d (a diagonal) or %d×%d", len(s.K), m, m, m, m)
		}
		name += ":K"
		set.Matrix = func(string) (int, []float64, error) { return m, s.K, nil }
	}
	phi, err := geometry.Parse(name, set)
	if err != nil {
		return nil, err
	}
	if _, bounded := phi.(geometry.FermiDirac); s.Relative && !bounded {
		return nil, fmt.Errorf("geometry %q: a relative box is one of fermi-dirac:L,U", s.Geometry)
	}
	return phi, nil
}

// start resolves what the selection leaves open.
func (s Selection) start(phi geometry.Potential, m int) (limit.Start, error) {
	if s.X0 != nil {
		return limit.Start{X0: s.X0}, nil
	}
	if _, ok := phi.(geometry.PowerDiff); s.LogAlpha != nil && !ok {
		if _, ok := phi.(geometry.Entropy); ok {
			return limit.Start{Theta0: filled(m, *s.LogAlpha)}, nil
		}
		alpha := math.Exp(*s.LogAlpha)
		if !(alpha >= 0x1p-1022) || math.IsInf(alpha, 1) {
			return limit.Start{}, fmt.Errorf("a start of scale e^%v is beyond float64; the geometry %s needs one between 1e-307 and 1e308", *s.LogAlpha, phi.Name())
		}
		return limit.Start{X0: filled(m, alpha)}, nil
	}
	x0 := make([]float64, m)
	if !geometry.InDualDomain(phi, x0) { // θ = 0 is the mirror image of the least φ
		return limit.Start{}, fmt.Errorf("the potential of %s has no least value to start from: give a start x0, or a scale α", phi.Name())
	}
	phi.GradConj(x0, x0)
	return limit.Start{X0: x0}, nil
}

func filled(m int, v float64) []float64 {
	x := make([]float64, m)
	for j := range x {
		x[j] = v
	}
	return x
}
