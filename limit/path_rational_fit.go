package limit

import (
	"context"
	"math/big"
)

// coneLeastSquares moves x ≥ 0 to a minimiser of ½‖Σ xⱼcols[j] − b‖², x ≥ 0,
// and returns the residual b − Σ xⱼcols[j] (Lawson and Hanson 1974, ch. 23). The
// columns where x starts positive must be independent with x their fit; those
// where it ends positive are independent again. It is finite: every round
// lowers the residual. It reports false if ctx ended first.
func coneLeastSquares(ctx context.Context, cols [][]*big.Rat, b, x []*big.Rat) (r []*big.Rat, ok bool) {
	var set []int
	for j, v := range x {
		if v.Sign() > 0 {
			set = append(set, j)
		}
	}
	set = refitCone(cols, b, x, set)
	for {
		if ctx.Err() != nil {
			return nil, false
		}
		r = residual(cols, x, b)
		improving := -1
		for j, g := range products(cols, r) {
			if x[j].Sign() == 0 && g.Sign() > 0 {
				improving = j
				break
			}
		}
		if improving < 0 {
			return r, true
		}
		set = refitCone(cols, b, x, append(set, improving))
	}
}

// refitCone moves x to the least-squares fit on the columns of set, stopping
// wherever an entry reaches zero to drop it, and returns the remaining set.
func refitCone(cols [][]*big.Rat, b, x []*big.Rat, set []int) []int {
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

// leastSquaresRational solves the normal equations of independent columns by
// Gaussian elimination.
func leastSquaresRational(cols [][]*big.Rat, b []*big.Rat, set []int) []*big.Rat {
	k := len(set)
	t := make([][]*big.Rat, k)
	for p, i := range set {
		t[p] = make([]*big.Rat, k+1)
		for q, j := range set {
			t[p][q] = inner(cols[i], cols[j])
		}
		t[p][k] = inner(cols[i], b)
	}
	for p := range k { // positive definite: no pivoting
		for i := p + 1; i < k; i++ {
			if t[i][p].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Quo(t[i][p], t[p][p])
			f.Neg(f)
			for q := p; q <= k; q++ {
				addProduct(t[i][q], f, t[p][q])
			}
		}
	}
	x := make([]*big.Rat, k)
	for p := k - 1; p >= 0; p-- {
		v := t[p][k]
		for q := p + 1; q < k; q++ {
			addProduct(v, new(big.Rat).Neg(t[p][q]), x[q])
		}
		x[p] = v.Quo(v, t[p][p])
	}
	return x
}

func zeros(n int) []*big.Rat {
	out := make([]*big.Rat, n)
	for i := range out {
		out[i] = new(big.Rat)
	}
	return out
}

func clone(x []*big.Rat) []*big.Rat {
	out := make([]*big.Rat, len(x))
	for i, v := range x {
		out[i] = new(big.Rat).Set(v)
	}
	return out
}

func isZero(x []*big.Rat) bool {
	for _, v := range x {
		if v.Sign() != 0 {
			return false
		}
	}
	return true
}

// addProduct sets x += a·b.
func addProduct(x, a, b *big.Rat) {
	if a.Sign() != 0 && b.Sign() != 0 {
		x.Add(x, new(big.Rat).Mul(a, b))
	}
}

func inner(x, y []*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for i, v := range x {
		addProduct(sum, v, y[i])
	}
	return sum
}

// products returns the inner products of the columns with y.
func products(cols [][]*big.Rat, y []*big.Rat) []*big.Rat {
	out := make([]*big.Rat, len(cols))
	for j, c := range cols {
		out[j] = inner(c, y)
	}
	return out
}

// residual returns b − Σ xⱼcols[j].
func residual(cols [][]*big.Rat, x, b []*big.Rat) []*big.Rat {
	r := clone(b)
	for j, c := range cols {
		if x[j].Sign() == 0 {
			continue
		}
		minus := new(big.Rat).Neg(x[j])
		for i, v := range c {
			addProduct(r[i], minus, v)
		}
	}
	return r
}

// signed returns the column times ±1.
func signed(column []*big.Rat, sign int) []*big.Rat {
	if sign > 0 {
		return column
	}
	out := make([]*big.Rat, len(column))
	for i, v := range column {
		out[i] = new(big.Rat).Neg(v)
	}
	return out
}

// bordered returns the column times ±1 with one more entry.
func bordered(column []*big.Rat, sign int, last int64) []*big.Rat {
	return append(append([]*big.Rat(nil), signed(column, sign)...), big.NewRat(last, 1))
}
