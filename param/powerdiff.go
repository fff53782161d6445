package param

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// PowerDiff is x = u^L − v^L for u, v > 0 and L ≥ 3 (Woodworth et al. 2020).
// The flow conserves C = u^(2−L) + v^(2−L). It is the mirror flow of
// geometry.PowerDiff with the scale s = (C/2)^(−L/(L−2)), which is α^L from
// u = v = α, at 2L(L−2)/C times its time.
type PowerDiff struct{ double[powerDiff] }

var _ Conserver = PowerDiff{}

// NewPowerDiff returns x = u^L − v^L. L need not be an integer.
func NewPowerDiff(l float64) (PowerDiff, error) {
	phi, err := geometry.NewPowerDiff(l)
	if err != nil {
		if l == 2 {
			err = fmt.Errorf("depth L = 2 is out of range: power-diff needs L ≥ 3 (L = 2 is square-diff)")
		}
		return PowerDiff{}, err
	}
	return PowerDiff{double[powerDiff]{powerDiff{l, phi}}}, nil
}

// Name returns "power-diff".
func (PowerDiff) Name() string { return "power-diff" }

// Induced returns the geometry of x = u^L − v^L from u and v.
func (p PowerDiff) Induced(y []float64) (Mirror, error) {
	l := p.p.l
	half, err := constants(y, func(i int, u, v float64) (float64, error) {
		if !(u > 0 && v > 0) {
			return 0, fmt.Errorf("coordinate %d of u or v is not positive, but power-diff needs u, v > 0", i)
		}
		return math.Log(p.p.conserved(u, v) / 2), nil
	})
	if err != nil {
		return Mirror{}, err
	}
	clock := make([]float64, len(half))
	for i, h := range half {
		clock[i] = l * (l - 2) * math.Exp(-h)
		half[i] = -l / (l - 2) * h // ln s
	}
	phi, err := geometry.NewPowerDiff(l, half...)
	if err != nil {
		return Mirror{}, err
	}
	return Mirror{phi, clock}, nil
}

type powerDiff struct {
	l   float64
	phi geometry.PowerDiff // of the scale 1
}

func (p powerDiff) at(u, v float64) (x, du, dv float64) {
	a, b := math.Pow(u, p.l-1), math.Pow(v, p.l-1)
	return a*u - b*v, p.l * a, -p.l * b
}

func (p powerDiff) bend(u, v float64) (uu, vv, uv float64) {
	c := p.l * (p.l - 1)
	return c * math.Pow(u, p.l-2), -c * math.Pow(v, p.l-2), 0
}

func (p powerDiff) conserved(u, v float64) float64 {
	return math.Pow(u, 2-p.l) + math.Pow(v, 2-p.l)
}

func (p powerDiff) constant(logAlpha float64) float64 {
	return 2 * math.Exp(logAlpha/p.l*(2-p.l))
}

// lift divides x by α: u^L = α (1−θ)^(−L/(L−2)), v^L = α (1+θ)^(−L/(L−2)).
func (p powerDiff) lift(x, logAlpha float64) (u, v float64) {
	var lower, upper [1]float64
	p.phi.Gap(lower[:], upper[:], []float64{x / math.Exp(logAlpha)})
	s := math.Exp(logAlpha / p.l)
	return s * math.Pow(upper[0], -1/(p.l-2)), s * math.Pow(lower[0], -1/(p.l-2))
}
