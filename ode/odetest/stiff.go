package odetest

import (
	"math"

	"github.com/tacit-dev/tacit/ode"
)

// Stiff returns stiff problems, some of them without a Jacobian of their own.
func Stiff() []Problem {
	return []Problem{robertson(), vanDerPol(), hires(), oregonator(), protheroRobinson(), stiffLinear()}
}

// robertson is the kinetics of an autocatalytic reaction (Robertson 1966), to
// t = 1e11; reference of the Test Set.
func robertson() Problem {
	return Problem{
		Name: "robertson", T1: 1e11, Y0: []float64{1, 0, 0}, Digits: 10, AbsTol: 1e-10,
		Want: []float64{0.2083340149701255e-07, 0.8333360770334713e-13, 0.9999999791665050},
		System: ode.Func{
			N: 3,
			F: func(d []float64, _ float64, y []float64) {
				a, b, c := 0.04*y[0], 1e4*y[1]*y[2], 3e7*y[1]*y[1]
				d[0], d[1], d[2] = -a+b, a-b-c, c
			},
			Jac: func(j []float64, _ float64, y []float64) {
				copy(j, []float64{
					-0.04, 1e4 * y[2], 1e4 * y[1],
					0.04, -1e4*y[2] - 6e7*y[1], -1e4 * y[1],
					0, 6e7 * y[1], 0,
				})
			},
		},
	}
}

// vanDerPol is the oscillator with ε = 1e-6 over a fast transition, to t = 2;
// reference of the Test Set.
func vanDerPol() Problem {
	return Problem{
		Name: "van der Pol", T1: 2, Y0: []float64{2, 0}, Digits: 10, AbsTol: 1,
		Want: []float64{0.1706167732170483e1, -0.8928097010247975},
		System: ode.Func{N: 2, F: func(d []float64, _ float64, y []float64) {
			d[0], d[1] = y[1], ((1-y[0]*y[0])*y[1]-y[0])/1e-6
		}},
	}
}

// hires is the high irradiance response of photomorphogenesis (Schäfer 1975);
// reference of the Test Set.
func hires() Problem {
	return Problem{
		Name: "hires", T1: 321.8122, Y0: []float64{1, 0, 0, 0, 0, 0, 0, 0.0057}, Digits: 10, AbsTol: 1e-4,
		Want: []float64{
			0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2,
			0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
		},
		System: ode.Func{N: 8, F: func(d []float64, _ float64, y []float64) {
			d[0] = -1.71*y[0] + 0.43*y[1] + 8.32*y[2] + 0.0007
			d[1] = 1.71*y[0] - 8.75*y[1]
			d[2] = -10.03*y[2] + 0.43*y[3] + 0.035*y[4]
			d[3] = 8.32*y[1] + 1.71*y[2] - 1.12*y[3]
			d[4] = -1.745*y[4] + 0.43*y[5] + 0.43*y[6]
			d[5] = -280*y[5]*y[7] + 0.69*y[3] + 1.71*y[4] - 0.43*y[5] + 0.69*y[6]
			d[6] = 280*y[5]*y[7] - 1.81*y[6]
			d[7] = -d[6]
		}},
	}
}

// oregonator is the Belousov–Zhabotinskii reaction over one period (Field and
// Noyes 1974); reference of the Test Set.
func oregonator() Problem {
	return Problem{
		Name: "oregonator", T1: 360, Y0: []float64{1, 2, 3}, Digits: 8, AbsTol: 1e-2,
		Want: []float64{0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3},
		System: ode.Func{N: 3, F: func(d []float64, _ float64, y []float64) {
			d[0] = 77.27 * (y[1] + y[0]*(1-8.375e-6*y[0]-y[1]))
			d[1] = (y[2] - (1+y[0])*y[1]) / 77.27
			d[2] = 0.161 * (y[0] - y[2])
		}},
	}
}

// protheroRobinson is y′ = −10⁶(y − cos t) − sin t with y = cos t: it shows a
// reduction of the order (Prothero and Robinson 1974).
func protheroRobinson() Problem {
	return Problem{
		Name: "Prothero–Robinson", T1: 2, Y0: []float64{1}, Want: []float64{math.Cos(2)}, Digits: 14, AbsTol: 1,
		System: ode.Func{N: 1, F: func(d []float64, t float64, y []float64) {
			d[0] = -1e6*(y[0]-math.Cos(t)) - math.Sin(t)
		}},
	}
}

// stiffLinear has the eigenvalues −1 and −10⁹, rotated by 45 degrees.
func stiffLinear() Problem {
	e := math.Exp(-3)
	return Problem{
		Name: "stiff linear", T1: 3, Y0: []float64{1.5, 0.5}, Want: []float64{e, e}, Digits: 14, AbsTol: 1,
		System: ode.Func{N: 2, F: func(d []float64, _ float64, y []float64) {
			slow, fast := (y[0]+y[1])/2, (y[0]-y[1])/2
			d[0], d[1] = -slow-1e9*fast, -slow+1e9*fast
		}},
	}
}
