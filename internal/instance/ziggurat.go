package instance

import "math"

// The ziggurat of Marsaglia and Tsang (2000) covers the region under exp(−x²/2),
// x ≥ 0, by 256 layers of the same area. Layer i ≥ 1 is a rectangle between two
// heights of the curve, the lowest the rectangle under its end with the tail
// beyond it. The end is the one for which the layers close at the top (Doornik
// 2005).
const (
	zigguratEnd  = 3.6541528853610087963519472518
	zigguratArea = 0.00492867323397465493159091343
)

// layers holds what a draw needs to know: a point u of layer i, 0 ≤ u < 1, has the
// abscissa u·width, and lies under the curve at any height of the layer if
// u < inside; height is the curve at the right end of the layer, and so the lower
// side of a rectangle. u is a multiple of 2⁻⁵³, kept as a whole number.
var layers = func() (z [257]struct {
	width  float64 // times 2⁻⁵³
	inside uint64  // times 2⁵³
	height float64
}) {
	curve := func(x float64) float64 { return Exp(-float64(x*x) / 2) }
	var ends [257]float64                       // of the layers, the last of length 0
	ends[0] = zigguratArea / curve(zigguratEnd) // as if the tail lay in the rectangle
	ends[1] = zigguratEnd
	for i := 1; i < 255; i++ {
		ends[i+1] = math.Sqrt(-2 * Log(curve(ends[i])+zigguratArea/ends[i]))
	}
	for i := range 256 {
		z[i].width = ends[i] * 0x1p-53
		z[i].inside = uint64(ends[i+1] / ends[i] * 0x1p53)
		z[i].height = curve(ends[i])
	}
	z[256].height = 1
	return z
}()

// layered fills dst with normal numbers of standard deviation sigma by the
// ziggurat. A number takes one word of the stream, of which the layer has 8 bits,
// the sign one and the point 53, except for the 1.2 % that do not lie inside.
func (r *stream) layered(dst []float64, sigma float64) {
	for k := range dst {
		w := r.src.Uint64()
		l := &layers[w&255]
		x := float64(w>>11) * l.width
		if w>>11 >= l.inside {
			x = r.outside(w)
		}
		sign := w << 55 & (1 << 63)
		dst[k] = math.Float64frombits(math.Float64bits(x)|sign) * sigma
	}
}

// outside decides about a word whose point may not lie under the curve; if it does
// not, it draws others until one does. The result has no sign.
func (r *stream) outside(w uint64) float64 {
	for {
		i, u := w&255, w>>11
		x := float64(u) * layers[i].width
		switch {
		case u < layers[i].inside:
			return x
		case i == 0:
			return r.tail()
		}
		low := layers[i].height
		y := low + float64(r.uniform()*(layers[i+1].height-low))
		if y < Exp(-float64(x*x)/2) {
			return x
		}
		w = r.src.Uint64()
	}
}

// tail returns a normal number beyond the end of the layers (Marsaglia 1964).
func (r *stream) tail() float64 {
	for {
		x := -Log(1-r.uniform()) / zigguratEnd
		if y := -Log(1 - r.uniform()); 2*y > float64(x*x) {
			return zigguratEnd + x
		}
	}
}
