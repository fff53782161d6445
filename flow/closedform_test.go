package flow_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/param"
)

// closedForm is a flow in one measurement whose x(t) is known.
type closedForm struct {
	name string
	flow func() (flow.Flow, error)
	x    func(t float64) float64
	m    int
	end  float64
}

func closedForms() []closedForm {
	const a, b, alpha = 1.5, 0.9, 1e-6
	k := b / a
	one := linop.NewDense(1, 1, []float64{a})
	ones := linop.NewDense(1, 4, []float64{1, 1, 1, 1})
	rhs := loss.Squared{B: []float64{b}}
	mirror := func(phi geometry.Separable, op linop.Operator, theta0 ...float64) func() (flow.Flow, error) {
		return func() (flow.Flow, error) { return flow.NewMirror(dual.NewChart(phi, op, theta0), rhs), nil }
	}
	parameters := func(name string, x0, logAlpha float64) func() (flow.Flow, error) {
		return func() (flow.Flow, error) {
			p, err := param.Parse(name)
			if err != nil {
				return nil, err
			}
			y := make([]float64, p.Len(1))
			if err := p.Lift(y, []float64{x0}, logAlpha); err != nil {
				return nil, err
			}
			return flow.NewParameterized(p, one, rhs, y)
		}
	}
	logistic := func(rate float64) func(t float64) float64 {
		return func(t float64) float64 { return k / (1 + (k/alpha-1)*math.Exp(-rate*a*b*t)) }
	}
	// u² − v² from 0 with β = 2u₀v₀: x = β·2s/(1−s²), where s = tanh(θ/2) solves
	// (s−s₊)/(s−s₋) = (s₊/s₋) e^(−2ab(s₊−s₋)t), s± = (−aβ ± √(a²β²+b²))/b. The rate
	// belongs to ẋ = −4√(x²+β²)∘∇ℓ.
	signed := func(clock float64) func(t float64) float64 {
		const beta = 1e-3
		root := math.Sqrt(a*a*beta*beta + b*b)
		sp, sm := (-a*beta+root)/b, (-a*beta-root)/b
		return func(t float64) float64 {
			q := sp / sm * math.Exp(-a*b*clock/2*(sp-sm)*t)
			s := (sp - q*sm) / (1 - q)
			return beta * 2 * s / (1 - s*s)
		}
	}
	lnBeta := math.Log(1e-3)
	return []closedForm{
		{"square", parameters("square", alpha, 0), logistic(4), 1, 8},
		{"entropy", mirror(geometry.Entropy{}, one, math.Log(alpha)), logistic(1), 1, 32},
		{"square-diff", parameters("square-diff", 0, lnBeta), signed(4), 1, 8},
		{"hypentropy", mirror(geometry.Hypentropy{LogBeta: []float64{lnBeta}}, one, 0), signed(1), 1, 32},
		// A row of ones: the sum X follows X′ = X(b−X).
		{
			"row of ones", mirror(geometry.Entropy{}, ones, fill(4, math.Log(alpha/4))...),
			func(t float64) float64 { return b / (1 + (b/alpha-1)*math.Exp(-b*t)) / 4 },
			4, 40,
		},
		{"euclidean", mirror(geometry.Euclidean{}, one, 0), func(t float64) float64 { return -k * math.Expm1(-a*a*t) }, 1, 5},
	}
}

// TestClosedForms: along the way the relative error of x stays within ten times
// the tolerance, from 1e-4 to 1e-12.
func TestClosedForms(t *testing.T) {
	for _, c := range closedForms() {
		var times []float64
		for i := range 40 {
			times = append(times, c.end*float64(i+1)/40)
		}
		for tol := 1e-4; tol > 0.5e-12; tol /= 100 {
			t.Run(fmt.Sprintf("%s/%.0e", c.name, tol), func(t *testing.T) {
				f := must[flow.Flow](t)(c.flow())
				res := must[*flow.Result](t)(flow.Run(context.Background(), f, flow.Options{Times: times, RelTol: tol}))
				var worst, at float64
				for i, when := range res.Times {
					x, want := primal(f, c.m, res.States[i])[0], c.x(when)
					if e := math.Abs(x/want - 1); !(e <= worst) {
						worst, at = e, when
					}
				}
				// The closed form itself has lost a few digits to ln α.
				if worst > 10*tol {
					t.Errorf("relative error %.2g at t = %v, which is %.1f times the tolerance", worst, at, worst/tol)
				}
			})
		}
	}
}
