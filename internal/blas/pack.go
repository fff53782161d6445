package blas

// pack writes rows lo ≤ i < hi and columns k0 ≤ k < k0+kc of v, column k times
// scale[k-k0] (scale nil: 1), as panels of width rows: panel p holds for
// every k the width elements of column k in the rows lo+p·width and on. Lanes of
// the last panel past hi keep arbitrary values: no kernel mixes lanes.
//
// width is w or 3w.
func pack(dst []float64, v view, lo, hi, k0, kc, width int, scale []float64) {
	if kc == 0 {
		return
	}
	for ; lo < hi; lo += width {
		packPanel(dst[:width*kc], v.sub(lo, k0), min(width, hi-lo), kc, width, scale)
		dst = dst[width*kc:]
	}
}

// packGeneric is packPanel in Go.
func packGeneric(dst []float64, v view, rows, kc, width int, scale []float64) {
	for k := range kc {
		out := dst[k*width : k*width+rows]
		at := v.off + k*v.cs
		for r := range out {
			out[r] = v.data[at+r*v.rs]
		}
		if scale != nil {
			for r := range out {
				out[r] *= scale[k]
			}
		}
	}
}

// scaleVector returns α·d, or nil if that is all ones; kc is its length.
func scaleVector(dst []float64, alpha float64, d []float64, kc int) []float64 {
	switch {
	case d == nil && alpha == 1:
		return nil
	case d == nil:
		for i := range kc {
			dst[i] = alpha
		}
	default:
		for i, v := range d[:kc] {
			dst[i] = alpha * v
		}
	}
	return dst[:kc]
}
