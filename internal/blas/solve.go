package blas

// solveBand is the number of unknowns that SolveLower finds between two
// products with what lies left of them.
const solveBand = 32

// SolveLower replaces x by L⁻¹x for the lower triangle L of an n×n matrix with
// row stride ld.
//
// Cost: one pass over L.
func SolveLower(l []float64, n, ld int, x []float64) {
	var buf [solveBand]float64
	for lo := 0; lo < n; lo += solveBand {
		hi := min(lo+solveBand, n)
		if lo > 0 {
			known := buf[:hi-lo]
			gemvRows(known, l[lo*ld:], lo, ld, x[:lo])
			for i, v := range known {
				x[lo+i] -= v
			}
		}
		for i := lo; i < hi; i++ {
			row := l[i*ld : i*ld+i+1]
			s := x[i]
			for j := lo; j < i; j++ {
				s -= row[j] * x[j]
			}
			x[i] = s / row[i]
		}
	}
}

// SolveLowerT replaces x by L⁻ᵀx for the lower triangle L of an n×n matrix with
// row stride ld.
//
// Cost: one pass over L.
func SolveLowerT(l []float64, n, ld int, x []float64) {
	var buf [solveBand]float64
	for hi := n; hi > 0; {
		lo := (hi - 1) / solveBand * solveBand
		for i := hi - 1; i >= lo; i-- {
			row := l[i*ld : i*ld+i+1]
			v := x[i] / row[i]
			x[i] = v
			for j := lo; j < i; j++ {
				x[j] -= row[j] * v
			}
		}
		if lo > 0 {
			minus := buf[:hi-lo]
			for i := range minus {
				minus[i] = -x[lo+i]
			}
			gemvTRows(x[:lo], l[lo*ld:], ld, minus)
		}
		hi = lo
	}
}
