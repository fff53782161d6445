package odetest

import (
	"math"

	"github.com/tacit-dev/tacit/ode"
)

// NonStiff returns the problems of DETEST, on [0, 20].
func NonStiff() []Problem {
	list := append(classA(), classB()...)
	list = append(list, classC()...)
	list = append(list, classD()...)
	return append(list, classE()...)
}

type deriv = func(d []float64, t float64, y []float64)

// problem is one on [0, 20] with 11 digits.
func problem(name string, f deriv, y0, want []float64) Problem {
	return Problem{Name: name, System: ode.Func{N: len(y0), F: f}, T1: 20, Y0: y0, Want: want, Digits: 11, AbsTol: 1}
}

// classA are single equations; the solutions of A1 to A4 are closed forms.
func classA() []Problem {
	const t = 20
	return []Problem{
		problem("A1", func(d []float64, _ float64, y []float64) { d[0] = -y[0] },
			[]float64{1}, []float64{math.Exp(-t)}),
		problem("A2", func(d []float64, _ float64, y []float64) { d[0] = -y[0] * y[0] * y[0] / 2 },
			[]float64{1}, []float64{1 / math.Sqrt(t+1)}),
		problem("A3", func(d []float64, t float64, y []float64) { d[0] = y[0] * math.Cos(t) },
			[]float64{1}, []float64{math.Exp(math.Sin(t))}),
		problem("A4", func(d []float64, _ float64, y []float64) { d[0] = y[0] / 4 * (1 - y[0]/20) },
			[]float64{1}, []float64{20 / (1 + 19*math.Exp(-t/4.))}),
		problem("A5", func(d []float64, t float64, y []float64) { d[0] = (y[0] - t) / (y[0] + t) },
			[]float64{4}, []float64{-0.7887826688963}),
	}
}

// classB are small systems.
func classB() []Problem {
	return []Problem{
		problem("B1", func(d []float64, _ float64, y []float64) {
			d[0], d[1] = 2*(y[0]-y[0]*y[1]), -(y[1] - y[0]*y[1])
		}, []float64{1, 3}, []float64{0.6761876008577, 0.186081609964}),
		problem("B2", func(d []float64, _ float64, y []float64) {
			d[0], d[1], d[2] = -y[0]+y[1], y[0]-2*y[1]+y[2], y[1]-y[2]
		}, []float64{2, 0, 1}, []float64{1.000000001031, 1, 0.9999999989694}),
		problem("B3", func(d []float64, _ float64, y []float64) {
			d[0], d[1], d[2] = -y[0], y[0]-y[1]*y[1], y[1]*y[1]
		}, []float64{1, 0, 0}, []float64{2.061153622551e-09, 0.05257228022049, 0.9474277177184}),
		problem("B4", func(d []float64, _ float64, y []float64) {
			r := math.Hypot(y[0], y[1])
			d[0], d[1], d[2] = -y[1]-y[0]*y[2]/r, y[0]-y[1]*y[2]/r, y[0]/r
		}, []float64{3, 0, 0}, []float64{0.9826950928002, 2.198447081694, 0.9129452507277}),
		problem("B5", func(d []float64, _ float64, y []float64) {
			d[0], d[1], d[2] = y[1]*y[2], -y[0]*y[2], -0.51*y[0]*y[1]
		}, []float64{0, 1, 1}, []float64{-0.9396570798729, -0.3421177754001, 0.74141265962}),
	}
}

// unit is e₁ of length n.
func unit(n int) []float64 {
	e := make([]float64, n)
	e[0] = 1
	return e
}

// classC are linear chains and, as C5, the five outer planets.
func classC() []Problem {
	chain := func(rate func(i int) float64) deriv {
		return func(d []float64, _ float64, y []float64) {
			d[0] = -rate(0) * y[0]
			for i := 1; i < 9; i++ {
				d[i] = rate(i-1)*y[i-1] - rate(i)*y[i]
			}
			d[9] = rate(8) * y[8]
		}
	}
	diffusion := func(d []float64, _ float64, y []float64) {
		for i := range y {
			d[i] = -2 * y[i]
			if i > 0 {
				d[i] += y[i-1]
			}
			if i+1 < len(y) {
				d[i] += y[i+1]
			}
		}
	}
	return []Problem{
		problem("C1", chain(func(int) float64 { return 1 }), unit(10), []float64{
			2.06115362244e-09, 4.122307244878e-08, 4.122307244878e-07, 2.748204829918e-06, 1.374102414959e-05,
			5.496409659836e-05, 0.0001832136553279, 0.0005234675866511, 0.001308668966628, 0.9979127409509,
		}),
		problem("C2", chain(func(i int) float64 { return float64(i + 1) }), unit(10), []float64{
			2.061153622471e-09, 2.061153618223e-09, 2.061153613975e-09, 2.061153609726e-09, 2.061153605478e-09,
			2.06115360123e-09, 2.061153596981e-09, 2.061153592733e-09, 2.061153588484e-09, 0.9999999814496,
		}),
		problem("C3", diffusion, unit(10), []float64{
			0.002948119211023, 0.005635380154845, 0.007829072515927, 0.009348257908596, 0.01007943610302,
			0.009982674171429, 0.009088693332765, 0.007489115195185, 0.005322964130953, 0.00276243437903,
		}),
		problem("C4", diffusion, unit(51), []float64{
			0.003124111453722, 0.006015416842151, 0.008470021834844, 0.01033682931733, 0.01153249572874,
		}),
		problem("C5", planets, planetStart, []float64{
			-4.792730224324, -4.217310404035, 4.035559443262, -29.98759326325, -24.42125302518,
			-2.420550725449, 7.356202947499, 17.19865528671, -4.107310937551, 23.81459045747,
			-0.9212509306015, 3.223785985421, 7.478910794234, -0.9277008321754, 14.92096306951,
			0.3499208963064, -0.5237040978903, -0.3875289237334, 0.04133856546712, -0.1511986457359,
			-0.5748487687913, -0.249300046358, 0.05648603288768, -0.2862393029841, -0.2460068894319,
			-0.2551694020879, -0.08045341642044, 0.03023606472143, -0.1183032405136, -0.03189687411324,
		}),
	}
}

// classD are orbits of two bodies of eccentricity 0.1 to 0.9, whose closed form
// is Kepler's equation.
func classD() []Problem {
	f := func(d []float64, _ float64, y []float64) {
		r := math.Hypot(y[0], y[1])
		d[0], d[1] = y[2], y[3]
		d[2], d[3] = -y[0]/(r*r*r), -y[1]/(r*r*r)
	}
	var list []Problem
	for i, e := range []float64{0.1, 0.3, 0.5, 0.7, 0.9} {
		u := 20. // eccentric anomaly: u − e sin u = t
		for range 100 {
			u -= (u - e*math.Sin(u) - 20) / (1 - e*math.Cos(u))
		}
		c, s, b := math.Cos(u), math.Sin(u), math.Sqrt(1-e*e)
		want := []float64{c - e, b * s, -s / (1 - e*c), b * c / (1 - e*c)}
		list = append(list, problem("D"+string(rune('1'+i)), f, []float64{1 - e, 0, 0, math.Sqrt((1 + e) / (1 - e))}, want))
	}
	return list
}

// classE are equations of second order.
func classE() []Problem {
	return []Problem{
		problem("E1", func(d []float64, t float64, y []float64) {
			d[0], d[1] = y[1], -(y[1]/(t+1) + (1-0.25/((t+1)*(t+1)))*y[0])
		}, []float64{0.6713967071418030, 0.09540051444747446}, []float64{0.1456723600728, -0.09883500195574}),
		problem("E2", func(d []float64, _ float64, y []float64) {
			d[0], d[1] = y[1], (1-y[0]*y[0])*y[1]-y[0]
		}, []float64{2, 0}, []float64{2.008149762175, -0.04250887527321}),
		problem("E3", func(d []float64, t float64, y []float64) {
			d[0], d[1] = y[1], y[0]*y[0]*y[0]/6-y[0]+2*math.Sin(2.78535*t)
		}, []float64{0, 0}, []float64{-0.1004178858646, 0.2411400132096}),
		problem("E4", func(d []float64, _ float64, y []float64) {
			d[0], d[1] = y[1], 0.032-0.4*y[1]*y[1]
		}, []float64{30, 0}, []float64{33.95091444647, 0.2767822659673}),
		problem("E5", func(d []float64, t float64, y []float64) {
			d[0], d[1] = y[1], math.Sqrt(1+y[1]*y[1])/(25-t)
		}, []float64{0, 0}, []float64{14.11797390543, 2.4}),
	}
}
