package page

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// geometryControls choose a separable potential of two coordinates or more.
func geometryControls() []Control {
	return []Control{
		{
			Key: "g", Label: "geometry φ", Kind: Choice, Default: "morph",
			Help: "how the flow measures distance",
			Choices: []Option{
				{"morph", "φ″ = x^−κ: Euclid, entropy, Burg"},
				{"hypentropy", "hypentropy β: both signs"},
				{"fermi-dirac", "Fermi–Dirac on a box [0, U]"},
				{"hellinger", "Hellinger on [−1, 1]"},
				{"exponential", "exponential"},
				{"inverse", "inverse barrier"},
			},
		},
		{
			Key: "k", Label: "κ", Kind: Number, Default: "1", Min: 0, Max: 2, Step: 0.05,
			Help: "the exponent of the metric φ″(x) = x^−κ: 0 is Euclid, 1 the entropy, 2 Burg's barrier",
		},
		{
			Key: "be", Label: "β, U", Kind: Number, Default: "1", Min: 0.01, Max: 4, Step: 0.01,
			Help: "the scale β of the hypentropy, or the size U of the box",
		},
	}
}

// chosenGeometry is a potential as a page and the command line name it.
type chosenGeometry struct {
	phi  geometry.Separable
	name string // as --geometry takes it
	show string // for people
}

// geometry returns the potential that the controls of geometryControls choose.
func (v *values) geometry() (chosenGeometry, error) {
	name := v.text("g")
	var show string
	scale := v.numberIn("be", 1e-3, 100)
	switch name {
	case "morph":
		name, show = morph(v.numberIn("k", 0, 2))
	case "hypentropy":
		name += ":" + formatNumber(scale)
		show = "hypentropy, β = " + formatNumber(scale)
	case "fermi-dirac":
		name += ":0," + formatNumber(scale)
		show = "Fermi–Dirac on [0, " + formatNumber(scale) + "]"
	case "hellinger":
		show = "Hellinger"
	default:
		show = name
	}
	phi, err := geometry.Parse(name, geometry.Setting{})
	if err != nil {
		return chosenGeometry{}, err
	}
	separable, ok := phi.(geometry.Separable)
	if !ok {
		return chosenGeometry{}, fmt.Errorf("the geometry %s is not separable", name)
	}
	return chosenGeometry{separable, name, show}, nil
}

// morph names the potential with φ″(x) = x^−κ, up to a factor, which only makes
// the flow slower or faster. Next to κ = 1 and 2 the mirror map of x^(2−κ) is too
// steep for doubles, and the geometry as good as that of its limit.
func morph(kappa float64) (name, show string) {
	const near = 1e-3
	p := formatNumber(2 - kappa)
	switch {
	case kappa == 0:
		return "euclidean", "Euclid"
	case math.Abs(kappa-1) < near:
		return "entropy", "entropy"
	case kappa > 2-near:
		return "burg", "Burg"
	case kappa < 1:
		return "lp:" + p, "power x^" + p
	}
	return "lp-quasi:" + p, "power x^" + p
}
