package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// isFarkas is the rule by which a vector y with Aᵀy ≈ 0 proves that Ax = b has
// no solution: with
//
//	ρ = bᵀy/(‖b‖‖y‖),   v = maxⱼ |aⱼᵀy|/(‖aⱼ‖‖y‖),
//
// ρ must exceed tol, and v must not exceed ρ/farkasStrength: any x with Ax = b
// would then need Σ ‖aⱼ‖|xⱼ| ≥ farkasStrength·‖b‖. The rounding errors of y and of the products count
// against it.
func isFarkas(a linop.Operator, b, y []float64, tol float64) bool {
	_, m := a.Dims()
	bnorm, ynorm := safeNorm(b), safeNorm(y)
	if bnorm == 0 || ynorm == 0 || math.IsNaN(ynorm) || math.IsInf(ynorm, 0) {
		return false
	}
	z := make([]float64, len(y))
	for i, v := range y {
		z[i] = v / ynorm
	}
	rho := 0.0
	for i, v := range b {
		rho += v / bnorm * z[i]
	}
	if !(rho > tol) {
		return false
	}
	products, norms := make([]float64, m), make([]float64, m)
	a.ApplyT(products, z)
	linop.ColumnNorms(a, norms)
	within := func(rounding float64) bool {
		for j, c := range products {
			if !(math.Abs(c)+rounding*norms[j] <= rho/farkasStrength*norms[j]) {
				return false
			}
		}
		return true
	}
	if within(2 * roundoff) {
		return true
	}
	if _, ok := a.(linop.Rower); !ok || !within(-2*roundoff*math.Sqrt(float64(len(y)))) {
		return false
	}
	// Too close to call in plain arithmetic.
	applyTCompensated(a, products, z)
	return within(0)
}

// consistent decides whether Ax = b has a solution of any sign. If it has
// none, y is a Farkas vector in the units of A and b, by the rule of isFarkas
// with rows balanced where their norms are extreme. A false answer with a nil
// error means that a solution was found or that nothing could be proven.
func consistent(ctx context.Context, a linop.Operator, b []float64, tol float64) (y []float64, inconsistent bool, err error) {
	u := chooseUnits(Problem{A: a, B: b})
	balanced, bt := u.normalise(a), u.normaliseRHS(b)
	// Columns do not change the range of A: scaled to norms about 1 they make
	// the rank visible.
	at := balanced
	if col := columnScaling(at); col != nil {
		at = linop.Scale(at, nil, col)
	}
	res := leastSquares(ctx, at, bt, leastSquaresOptions{tol: tol})
	if res.err != nil {
		return nil, false, res.err
	}
	if res.farkas == nil || !isFarkas(balanced, bt, res.farkas, tol) {
		return nil, false, nil
	}
	return u.dual(res.farkas), true, nil
}

// columnScaling returns powers of two that bring the nonzero columns of a to
// norms in [1,2), or nil if all have moderate norms.
func columnScaling(a linop.Operator) []float64 {
	_, m := a.Dims()
	norms := make([]float64, m)
	linop.ColumnNorms(a, norms)
	lo, hi := math.Inf(1), 0.0
	for _, v := range norms {
		if v > 0 {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if hi == 0 || lo >= 1.0/1024 && hi <= 1024 {
		return nil
	}
	for j, v := range norms {
		norms[j] = 1
		if v > 0 {
			norms[j] = powerOfTwo(1 / v)
		}
	}
	return norms
}
