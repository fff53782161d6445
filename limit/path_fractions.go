package limit

import "math/big"

// fractions is the vector num/den. One denominator for all entries keeps the
// greatest common divisors, which is where rational arithmetic spends its time,
// out of the inner products.
type fractions struct {
	num []*big.Int
	den *big.Int // > 0
}

// fractionsOf brings x to its least common denominator.
func fractionsOf(x []*big.Rat) fractions {
	f := fractions{make([]*big.Int, len(x)), big.NewInt(1)}
	gcd := new(big.Int)
	for _, v := range x {
		if d := v.Denom(); d.Cmp(f.den) != 0 {
			gcd.GCD(nil, nil, f.den, d)
			f.den.Mul(f.den, new(big.Int).Quo(d, gcd))
		}
	}
	for i, v := range x {
		f.num[i] = new(big.Int).Quo(f.den, v.Denom())
		f.num[i].Mul(f.num[i], v.Num())
	}
	return f
}

// dot returns the inner product of the numerators.
func (f fractions) dot(g fractions) *big.Int {
	sum, term := new(big.Int), new(big.Int)
	for i, v := range f.num {
		if v.Sign() != 0 && g.num[i].Sign() != 0 {
			sum.Add(sum, term.Mul(v, g.num[i]))
		}
	}
	return sum
}

// inner returns the inner product.
func (f fractions) inner(g fractions) *big.Rat {
	return new(big.Rat).SetFrac(f.dot(g), new(big.Int).Mul(f.den, g.den))
}

// rats returns the entries.
func (f fractions) rats() []*big.Rat {
	out := make([]*big.Rat, len(f.num))
	for i, v := range f.num {
		out[i] = new(big.Rat).SetFrac(v, f.den)
	}
	return out
}

// zero reports whether all entries vanish.
func (f fractions) zero() bool {
	for _, v := range f.num {
		if v.Sign() != 0 {
			return false
		}
	}
	return true
}

// bordered returns f times ±1 with one more entry, an integer.
func (f fractions) bordered(sign int, last int64) fractions {
	g := f.times(sign)
	end := big.NewInt(last)
	return fractions{append(g.num[:len(g.num):len(g.num)], end.Mul(end, f.den)), f.den}
}

// times returns f times ±1.
func (f fractions) times(sign int) fractions {
	if sign > 0 {
		return f
	}
	g := fractions{make([]*big.Int, len(f.num)), f.den}
	for i, v := range f.num {
		g.num[i] = new(big.Int).Neg(v)
	}
	return g
}

// products returns the inner products of the columns with y.
func products(cols []fractions, y fractions) []*big.Rat {
	out := make([]*big.Rat, len(cols))
	for j, c := range cols {
		out[j] = c.inner(y)
	}
	return out
}

// residual returns b − Σ xⱼcols[j].
func residual(cols []fractions, x []*big.Rat, b fractions) fractions {
	var set []int
	var scaled []*big.Rat // xⱼ over the denominator of its column
	for j, v := range x {
		if v.Sign() != 0 {
			set = append(set, j)
			scaled = append(scaled, new(big.Rat).Quo(v, new(big.Rat).SetInt(cols[j].den)))
		}
	}
	z := fractionsOf(scaled)
	r := fractions{make([]*big.Int, len(b.num)), new(big.Int).Mul(b.den, z.den)}
	term := new(big.Int)
	for i, v := range b.num {
		sum := new(big.Int)
		for k, j := range set {
			sum.Add(sum, term.Mul(z.num[k], cols[j].num[i]))
		}
		sum.Mul(sum, b.den)
		r.num[i] = sum.Sub(term.Mul(v, z.den), sum)
	}
	return r
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

// addProduct sets x += a·b.
func addProduct(x, a, b *big.Rat) {
	if a.Sign() != 0 && b.Sign() != 0 {
		x.Add(x, new(big.Rat).Mul(a, b))
	}
}
