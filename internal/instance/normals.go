package instance

import "math"

// batch is the number of candidates of the polar method that normals works on at
// a time: a multiple of the four whose logarithms are computed side by side.
const batch = 64

// normals fills dst with what as many calls of normal return, bit for bit, in a
// part of the time: the candidates of a batch are drawn before the logarithms of
// those that are kept are computed, four chains of dependent operations at once.
func (r *stream) normals(dst []float64) {
	for len(dst) > 0 && (r.full || len(dst) == 1) {
		dst[0], dst = r.normal(), dst[1:]
	}
	var u, v, q, ln [batch]float64
	for len(dst) > 1 {
		kept := 0
		// No more than what is wanted: no word is drawn that normal would not.
		for range min(batch, len(dst)/2) {
			u[kept] = 2*r.uniform() - 1
			v[kept] = 2*r.uniform() - 1
			uu, vv := float64(u[kept]*u[kept]), float64(v[kept]*v[kept])
			q[kept] = uu + vv
			inside := 0 // a fifth is outside: a branch would often be guessed wrong
			if q[kept] < 1 {
				inside = 1
			}
			if q[kept] == 0 {
				inside = 0
			}
			kept += inside
		}
		for i := 0; i < kept; i += 4 {
			for j := kept; j < i+4; j++ {
				q[j] = 0.5 // fills up the last four
			}
			logs((*[4]float64)(ln[i:]), (*[4]float64)(q[i:]))
		}
		for i := range kept {
			f := math.Sqrt(-2 * ln[i] / q[i])
			dst[2*i], dst[2*i+1] = float64(u[i]*f), float64(v[i]*f)
		}
		dst = dst[2*kept:]
	}
	if len(dst) == 1 {
		dst[0] = r.normal()
	}
}

// logs sets dst to Log of four normal numbers x > 0, bit for bit.
func logs(dst, x *[4]float64) {
	var t, square, e [4]float64
	for i, v := range x {
		const bias, mantissa = 1022, 1<<52 - 1
		b := math.Float64bits(v)
		f := math.Float64frombits(b&mantissa | bias<<52) // in [½, 1)
		k := int(b>>52) - bias
		if f < math.Sqrt2/2 {
			f *= 2
			k--
		}
		t[i] = (f - 1) / (f + 1)
		square[i] = float64(t[i] * t[i])
		e[i] = float64(k)
	}
	var s0, s1, s2, s3 float64
	x0, x1, x2, x3 := square[0], square[1], square[2], square[3]
	for i := len(artanhSeries) - 1; i >= 0; i-- {
		c := artanhSeries[i]
		s0 = float64(s0*x0) + c
		s1 = float64(s1*x1) + c
		s2 = float64(s2*x2) + c
		s3 = float64(s3*x3) + c
	}
	for i, s := range [4]float64{s0, s1, s2, s3} {
		dst[i] = float64(e[i]*math.Ln2) + float64(2*t[i]*s)
	}
}
