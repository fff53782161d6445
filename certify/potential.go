package certify

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// fromScale reports whether c is the claim Bregman about a start known by ln α
// alone, which may be far below the range of doubles.
func (c Certificate) fromScale() bool {
	return c.Claim == Bregman && c.Start == nil
}

// geometryFault says what is wrong with the geometry that c names, "" if
// nothing is.
func (c Certificate) geometryFault(w Witness) string {
	logAlphaOK := c.LogAlpha == nil || !math.IsNaN(*c.LogAlpha) && !math.IsInf(*c.LogAlpha, 0)
	switch {
	case !logAlphaOK:
		return "ln α is not finite"
	case c.Claim.spectral():
		return c.spectralFault(w)
	case c.Claim != Bregman && c.Claim != InfeasibleBox:
		if c.Symmetric || c.Shape != [2]int{} && !c.Claim.matrix() {
			return "a shape has no meaning here"
		}
		if c.Geometry != "" || c.LogAlpha != nil || c.Relative || c.Matrix != nil {
			return "a geometry has no meaning here"
		}
		return ""
	case c.fromScale():
		if c.Geometry != Entropy && c.Geometry != Hypentropy || c.LogAlpha == nil || c.Relative || c.Matrix != nil {
			return "without a start the geometry is entropy or hypentropy, with ln α"
		}
		return ""
	case c.Weights != nil:
		return "weights have no meaning here"
	}
	phi, err := c.potential(w)
	_, boxed := phi.(geometry.FermiDirac)
	_, scaled := phi.(geometry.PowerDiff)
	switch {
	case err != nil:
	case c.Relative && !boxed:
		return "only fermi-dirac has a relative box"
	case c.LogAlpha != nil && !scaled:
		return "from a start, ln α is the scale of power-diff alone"
	case (c.Matrix != nil) != (c.Geometry == Mahalanobis):
		return "mahalanobis and a matrix belong together"
	}
	if err == nil && c.Claim == Bregman {
		err = geometry.CheckInterior(phi, "x0", w.Start)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// potential returns φ as the certificate names it.
func (c Certificate) potential(w Witness) (geometry.Potential, error) {
	set := geometry.Setting{Prior: w.Start, Relative: c.Relative}
	if c.LogAlpha != nil {
		set.LogAlpha = *c.LogAlpha
	}
	name := c.Geometry
	if c.Matrix != nil {
		if name != Mahalanobis {
			return nil, fmt.Errorf("the geometry %q has no matrix", name)
		}
		name += ":" + *c.Matrix
		set.Matrix = func(string) (int, []float64, error) { return len(w.X), w.Matrix, nil }
	}
	return geometry.Parse(name, set)
}

// box returns the ends of the domain of φ, which must be a box.
func (c Certificate) box(w Witness, m int) (lower, upper []float64, ok bool) {
	w.X = make([]float64, m)
	phi, err := c.potential(w)
	if err != nil {
		return nil, nil, false
	}
	lower, upper = make([]float64, m), make([]float64, m)
	for j := range lower {
		lower[j], upper[j] = geometry.Bounds(phi, j)
		if math.IsInf(lower[j], 0) || math.IsInf(upper[j], 0) {
			return nil, nil, false
		}
	}
	return lower, upper, true
}
