package blas

import "github.com/tacit-dev/tacit/internal/parallel"

// expGrain is the number of elements of one task of Exp and Log.
const expGrain = 1 << 14

// Exp computes dst[i] = exp(x[i]). dst may be x.
//
// The error is below 1 unit in the last place. exp(+Inf) = +Inf, exp(−Inf) = 0,
// exp(NaN) = NaN; results that are too large are +Inf, small ones denormal or 0.
func Exp(dst, x []float64) {
	dst = dst[:len(x)]
	if len(x) <= expGrain {
		if len(x) > 0 {
			expSlice(dst, x)
		}
		return
	}
	parallel.For(len(x), expGrain, func(lo, hi int) { expSlice(dst[lo:hi], x[lo:hi]) })
}

// Log computes dst[i] = ln(x[i]). dst may be x.
//
// The error is below 1 unit in the last place. ln(+Inf) = +Inf, ln(±0) = −Inf,
// ln(x) = NaN for x < 0 and NaN.
func Log(dst, x []float64) {
	dst = dst[:len(x)]
	if len(x) <= expGrain {
		if len(x) > 0 {
			logSlice(dst, x)
		}
		return
	}
	parallel.For(len(x), expGrain, func(lo, hi int) { logSlice(dst[lo:hi], x[lo:hi]) })
}
