package limit

import (
	"context"
	"math/big"
)

// coneLeastSquares moves x ≥ 0 to a minimiser of ½‖Σ xⱼcols[j] − b‖², x ≥ 0,
// and returns the residual b − Σ xⱼcols[j] (Lawson and Hanson 1974, ch. 23). The
// columns where x starts positive must be independent, with x their fit; those
// where it ends positive are independent again. It is finite: every round
// lowers the residual. It reports false if ctx ended first.
func coneLeastSquares(ctx context.Context, cols []fractions, b fractions, x []*big.Rat) (r fractions, ok bool) {
	var set []int
	for j, v := range x {
		if v.Sign() > 0 {
			set = append(set, j)
		}
	}
	for ctx.Err() == nil {
		r = residual(cols, x, b)
		improving := -1
		for j, c := range cols {
			if x[j].Sign() == 0 && c.dot(r).Sign() > 0 {
				improving = j
				break
			}
		}
		if improving < 0 {
			return r, true
		}
		set = refitCone(cols, b, x, append(set, improving))
	}
	return r, false
}

// refitCone moves x to the least-squares fit on the columns of set, stopping
// wherever an entry reaches zero to drop it, and returns the remaining set.
func refitCone(cols []fractions, b fractions, x []*big.Rat, set []int) []int {
	for len(set) > 0 {
		target := leastSquaresRational(cols, b, set)
		step := big.NewRat(1, 1)
		for k, j := range set {
			if target[k].Sign() > 0 {
				continue
			}
			t := new(big.Rat).Sub(x[j], target[k])
			if t.Sign() == 0 { // x = target = 0
				step.SetInt64(0)
				continue
			}
			if t.Quo(x[j], t); t.Cmp(step) < 0 {
				step = t
			}
		}
		var kept []int
		for k, j := range set {
			addProduct(x[j], step, target[k].Sub(target[k], x[j]))
			if x[j].Sign() > 0 {
				kept = append(kept, j)
			}
		}
		if len(kept) == len(set) {
			return set
		}
		set = kept
	}
	return set
}

// leastSquaresRational solves the normal equations of independent columns,
// written for the numerators, by fraction-free elimination (Bareiss 1968):
// all divisions are exact, and in the end every diagonal entry is the
// determinant.
func leastSquaresRational(cols []fractions, b fractions, set []int) []*big.Rat {
	k := len(set)
	t := make([][]*big.Int, k)
	for p, i := range set {
		t[p] = make([]*big.Int, k+1)
		for q, j := range set {
			t[p][q] = cols[i].dot(cols[j])
		}
		t[p][k] = cols[i].dot(b)
	}
	previous, term := big.NewInt(1), new(big.Int)
	for p := range k { // positive definite: no pivoting
		pivot := new(big.Int).Set(t[p][p])
		for i := range k {
			if i == p {
				continue
			}
			factor := new(big.Int).Set(t[i][p])
			for q := range k + 1 {
				t[i][q].Mul(t[i][q], pivot)
				t[i][q].Sub(t[i][q], term.Mul(factor, t[p][q]))
				t[i][q].Quo(t[i][q], previous)
			}
		}
		previous = pivot
	}
	x := make([]*big.Rat, k)
	for p, j := range set { // Σ (xⱼ/denⱼ) numⱼ ≈ num(b)/den(b)
		num := new(big.Int).Mul(t[p][k], cols[j].den)
		x[p] = new(big.Rat).SetFrac(num, term.Mul(t[p][p], b.den))
	}
	return x
}
