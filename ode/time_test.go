package ode_test

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/ode"
)

// decayLinear is y′ = −y² with a Jacobian of its own: y = 1/(1+t).
type decayLinear struct{ j, c float64 }

func (*decayLinear) Dim() int                                        { return 1 }
func (*decayLinear) Autonomous() bool                                { return true }
func (*decayLinear) Deriv(dst []float64, _ float64, y []float64)     { dst[0] = -y[0] * y[0] }
func (d *decayLinear) Linearize(_ float64, y []float64) ode.Jacobian { d.j = -2 * y[0]; return d }
func (d *decayLinear) Factor(c float64) bool                         { d.c = c; return true }
func (d *decayLinear) Solve(v []float64)                             { v[0] /= 1 - d.c*d.j }

func TestOtherTimes(t *testing.T) {
	plain := ode.Func{N: 1, F: func(d []float64, _ float64, y []float64) { d[0] = -y[0] * y[0] }}
	for _, m := range []ode.Stepper{ode.NewDormandPrince(), ode.NewRodas5P()} {
		for _, sys := range []ode.System{plain, &decayLinear{}} {
			opt := ode.Options{Until: math.Log(1e12), Method: m, RelTol: 1e-8, AbsTol: 1e-30}
			sol, err := ode.Integrate(context.Background(), ode.LogTime(sys), math.Log(1e-6), []float64{1 / (1 + 1e-6)}, opt)
			if err != nil {
				t.Fatal(err)
			}
			if e := sol.Y[0]*(1+1e12) - 1; math.Abs(e) > 1e-5 {
				t.Errorf("%s, %T in ln t: relative error %.1e at t = 1e12", m.Name(), sys, e)
			}
			opt.Until = 0.5
			if sol, err = ode.Integrate(context.Background(), ode.Rescaled(sys, 40), 0, []float64{1}, opt); err != nil {
				t.Fatal(err)
			}
			if e := sol.Y[0]*21 - 1; math.Abs(e) > 1e-6 {
				t.Errorf("%s, %T in t/40: relative error %.1e at t = 20", m.Name(), sys, e)
			}
		}
	}
}
