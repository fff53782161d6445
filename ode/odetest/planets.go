package odetest

import "math"

// planetStart holds the positions, coordinate by coordinate, and the velocities
// of Jupiter, Saturn, Uranus, Neptune and Pluto, in astronomical units and
// units of 100 days.
var planetStart = []float64{
	3.42947415189, 6.64145542550, 11.2630437207, -30.1552268759, -21.1238353380,
	3.35386959711, 5.97156957878, 14.6952576794, 1.65699966404, 28.4465098142,
	1.35494901715, 2.18231499728, 6.27960525067, 1.43785752721, 15.3882659679,
	-.557160570446, -.415570776342, -.325325669158, -.0240476254170, -.176860753121,
	.505696783289, .365682722812, .189706021964, -.287659532608, -.216393453025,
	.230578543901, .169143213293, .0877265322780, -.117219543175, -.0148647893090,
}

var planetMass = [5]float64{.000954786104043, .000285583733151, .0000437273164546, .0000517759138449, .00000277777777778}

// planets is C5 of DETEST.
func planets(d []float64, _ float64, y []float64) {
	const k2, sun = 2.95912208286, 1.00000597682
	copy(d, y[15:])
	var r3 [5]float64
	for j := range 5 {
		r3[j] = math.Pow(y[j]*y[j]+y[5+j]*y[5+j]+y[10+j]*y[10+j], 1.5)
	}
	for j := range 5 {
		for i := range 3 {
			a := -(sun + planetMass[j]) * y[5*i+j] / r3[j]
			for k := range 5 {
				if k == j {
					continue
				}
				var d2 float64
				for l := range 3 {
					d2 += (y[5*l+k] - y[5*l+j]) * (y[5*l+k] - y[5*l+j])
				}
				a += planetMass[k] * ((y[5*i+k]-y[5*i+j])/math.Pow(d2, 1.5) - y[5*i+k]/r3[k])
			}
			d[15+5*i+j] = k2 * a
		}
	}
}
