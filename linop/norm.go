package linop

import (
	"math"

	"gonum.org/v1/gonum/blas/gonum"

	"github.com/tacit-dev/tacit/internal/blas"
)

// Sums of squares inside this range have lost nothing to overflow or
// underflow; outside of it a norm is recomputed with scaling. The lower end
// leaves a factor 2⁵³ above the smallest normal number, so that what
// underflowed is below the rounding of the sum.
const (
	safeLow  = 0x1p-960
	safeHigh = 0x1p+1020
)

// norm2 returns ‖x‖₂ without overflow or underflow of the squares: plainly
// where that is safe, which is several times faster.
func norm2(x []float64) float64 {
	if r, ok := rootIfSafe(blas.Dot(x, x)); ok {
		return r
	}
	return gonum.Implementation{}.Dnrm2(len(x), x, 1)
}

// rootIfSafe returns √sum and whether sum, a sum of squares, can be trusted.
func rootIfSafe(sum float64) (float64, bool) {
	return math.Sqrt(sum), sum > safeLow && sum < safeHigh
}
