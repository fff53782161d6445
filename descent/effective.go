package descent

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/param"
)

// Effective is the start from which the mirror flow would have come to where
// discrete steps on parameters did. A step η along −g, whatever g is, changes
// what the flow conserves, by an exact identity: with a = 2ηgᵢ
//
//	u∘u − v∘v:  (uv)⁺ = uv (1 − a²),  ln|u/v|⁺ = ln|u/v| + ln|(1−a)/(1+a)|,
//	u∘v:        the same for (u±v)/2 in place of u and v, with a = ηgᵢ,
//	y∘y:        ln x⁺ = ln x + 2 ln|1 − a|,
//
// where the flow has ln|u/v|⁺ = ln|u/v| − 2a and ln x⁺ = ln x − 2a. So x is on
// the chart of the mirror flow with
//
//	ln β_eff = ln β + Σ ln|1 − a²|,  θ₀_eff = θ₀ + shift,
//	shift = Σ (ln|(1−a)/(1+a)| + 2a),  for y∘y  Σ (2 ln|1−a| + 2a),
//
// and if it solves Ax = b, it is the Bregman projection of that start: large
// steps and noisy gradients shrink the start in effect, coordinate by coordinate
// (Pesme, Pillaud-Vivien and Flammarion 2021; Even, Pesme, Gunasekar and
// Flammarion 2023). In the scale of u = v = α at the start, α_eff =
// α √(Π|1−a²|).
type Effective struct {
	LogScale []float64 // Σ ln|1−a²|, length m; 0 for y∘y, whose scale is θ₀
	Shift    []float64 // of θ₀, length m

	clock, factor float64 // a = factor·ηg; the chart's θ moves by clock·Aᵀν
	signed        bool
	logBeta       []float64 // of the start, length m; signed only
	theta0        []float64
}

// newEffective returns nil for parameterizations without a known identity.
func newEffective(p param.Param, y0, x0 []float64) (*Effective, error) {
	e := &Effective{LogScale: make([]float64, len(x0)), Shift: make([]float64, len(x0)), theta0: make([]float64, len(x0))}
	switch p.(type) {
	case param.SquareDiff:
		e.clock, e.factor, e.signed = 4, 2, true
	case param.Product:
		e.clock, e.factor, e.signed = 2, 1, true
	default:
		if p.Name() != param.Square().Name() {
			return nil, nil
		}
		e.clock, e.factor = 4, 2
		geometry.Entropy{}.Grad(e.theta0, x0)
		return e, nil
	}
	mirror, err := p.Induced(y0)
	if err != nil {
		return nil, err
	}
	mirror.Phi.Grad(e.theta0, x0)
	e.logBeta = make([]float64, len(x0))
	from := mirror.Phi.(geometry.Hypentropy).LogBeta
	for i := range e.logBeta {
		e.logBeta[i] = from[min(i, len(from)-1)]
	}
	return e, nil
}

// step takes note of a step.
func (e *Effective) step(eta float64, g []float64) {
	for i, v := range g {
		a := e.factor * eta * v
		if e.signed {
			e.LogScale[i] += logOneMinusSquare(a)
			e.Shift[i] += artanhRemainder(a)
		} else {
			e.Shift[i] += 2 * logRemainder(a)
		}
	}
}

// Start returns the geometry in effect and θ₀ in it. The mirror flow's θ is
// θ₀ + Clock()·Aᵀν.
func (e *Effective) Start() (phi geometry.Separable, theta0 []float64) {
	theta0 = make([]float64, len(e.Shift))
	for i, s := range e.Shift {
		theta0[i] = e.theta0[i] + s
	}
	if !e.signed {
		return geometry.Entropy{}, theta0
	}
	return geometry.Hypentropy{LogBeta: e.logScales()}, theta0
}

// LogAlpha returns ln of the scale of x in effect, coordinate by coordinate:
// β for the signed parameterizations, x₀ for y∘y.
func (e *Effective) LogAlpha() []float64 {
	if e.signed {
		return e.logScales()
	}
	_, theta0 := e.Start()
	return theta0
}

func (e *Effective) logScales() []float64 {
	out := make([]float64, len(e.LogScale))
	for i, s := range e.LogScale {
		out[i] = e.logBeta[i] + s
	}
	return out
}

// Clock is how many times faster the parameters' flow is than the mirror flow.
func (e *Effective) Clock() float64 { return e.clock }

// logOneMinusSquare returns ln|1−a²|.
func logOneMinusSquare(a float64) float64 {
	if math.Abs(a) < 0.7 {
		return math.Log1p(-a * a)
	}
	return math.Log(math.Abs((1 - a) * (1 + a)))
}

// artanhRemainder returns ln|(1−a)/(1+a)| + 2a = −2(a³/3 + a⁵/5 + …).
func artanhRemainder(a float64) float64 {
	if math.Abs(a) > 0.25 {
		return math.Log(math.Abs((1-a)/(1+a))) + 2*a
	}
	// The terms fall by 16 from one to the next: 14 of them reach 2⁻⁵⁶.
	a2, sum := a*a, 0.0
	for k := 29; k >= 3; k -= 2 {
		sum = sum*a2 + 1/float64(k)
	}
	return -2 * a * a2 * sum
}

// logRemainder returns ln|1−a| + a = −(a²/2 + a³/3 + …).
func logRemainder(a float64) float64 {
	if math.Abs(a) > 0.1 {
		return math.Log(math.Abs(1-a)) + a
	}
	// The terms fall by 10 from one to the next: 17 of them reach 2⁻⁵⁶.
	sum := 0.0
	for k := 18; k >= 2; k-- {
		sum = sum*a + 1/float64(k)
	}
	return -a * a * sum
}
