package certify

import (
	"math"
	"math/big"
	"math/bits"
)

// dyadic is the exact number m·2ᵉ. Doubles are dyadic, and so are their sums
// and products.
type dyadic struct {
	m *big.Int
	e int
}

func dyadicOf(v float64) dyadic {
	m, e := split(v)
	return dyadic{big.NewInt(m), e}
}

// split returns m and e with v = m·2ᵉ, |m| < 2⁵³.
func split(v float64) (m int64, e int) {
	frac, e := math.Frexp(v)
	m, e = int64(frac*(1<<53)), e-53
	if e < -1074 { // a subnormal number, with zeros at the end of m
		m, e = m>>uint(-1074-e), -1074
	}
	return m, e
}

// align returns the integers of d and f over a common power of two.
func align(d, f dyadic) (a, b *big.Int, e int) {
	switch {
	case d.e > f.e:
		return new(big.Int).Lsh(d.m, uint(d.e-f.e)), f.m, f.e
	case d.e < f.e:
		return d.m, new(big.Int).Lsh(f.m, uint(f.e-d.e)), d.e
	}
	return d.m, f.m, d.e
}

func (d dyadic) plus(f dyadic) dyadic {
	a, b, e := align(d, f)
	return dyadic{new(big.Int).Add(a, b), e}.reduced()
}

func (d dyadic) minus(f dyadic) dyadic {
	return d.plus(dyadic{new(big.Int).Neg(f.m), f.e})
}

func (d dyadic) times(f dyadic) dyadic {
	return dyadic{new(big.Int).Mul(d.m, f.m), d.e + f.e}.reduced()
}

func (d dyadic) abs() dyadic { return dyadic{new(big.Int).Abs(d.m), d.e} }
func (d dyadic) sign() int   { return d.m.Sign() }

func (d dyadic) cmp(f dyadic) int {
	a, b, _ := align(d, f)
	return a.Cmp(b)
}

// reduced removes trailing zeros, so that integers stay as short as they can.
func (d dyadic) reduced() dyadic {
	if d.m.Sign() == 0 {
		return dyadic{d.m, 0}
	}
	if z := d.m.TrailingZeroBits(); z > 0 {
		return dyadic{new(big.Int).Rsh(d.m, z), d.e + int(z)}
	}
	return d
}

// exponent returns k with 2ᵏ⁻¹ ≤ |d| < 2ᵏ; d must not be 0.
func (d dyadic) exponent() int { return d.m.BitLen() + d.e }

// estimate returns d·2⁻ᵏ rounded to a double.
func (d dyadic) estimate(k int) estimate {
	if d.sign() == 0 {
		return estimate{}
	}
	e := d.exponent() - k
	f := new(big.Float).SetPrec(53).SetInt(d.m)
	exact := f.Acc() == big.Exact
	f.SetMantExp(f, e-d.m.BitLen())
	v, accuracy := f.Float64()
	if exact && accuracy == big.Exact {
		return estimate{v, 0}
	}
	return estimate{v, raise(unit*math.Abs(v)) + tiny}
}

// longWords is the number of words of a long accumulator: products of two
// doubles reach from 2⁻²¹⁴⁸ to 2²⁰⁴⁸, and 2⁶⁴ of them may be added.
const longWords = 68

// longBase is the weight of the lowest bit, 2^longBase.
const longBase = -2148

// long sums products of doubles without error: a fixed-point number in two's
// complement that is wide enough for all of them (Kulisch 1981).
type long [longWords]uint64

// add adds x·y.
func (l *long) add(x, y float64) {
	if x == 0 || y == 0 {
		return
	}
	mx, ex := split(x)
	my, ey := split(y)
	negative := (mx < 0) != (my < 0)
	hi, lo := bits.Mul64(magnitude(mx), magnitude(my))
	shift := ex + ey - longBase
	word, bit := shift>>6, uint(shift&63)
	p := [3]uint64{lo << bit, hi<<bit | lo>>(64-bit), hi >> (64 - bit)}
	var carry uint64
	if negative {
		for i, v := range p {
			l[word+i], carry = bits.Sub64(l[word+i], v, carry)
		}
		for i := word + 3; carry != 0 && i < longWords; i++ {
			l[i], carry = bits.Sub64(l[i], 0, carry)
		}
		return
	}
	for i, v := range p {
		l[word+i], carry = bits.Add64(l[word+i], v, carry)
	}
	for i := word + 3; carry != 0 && i < longWords; i++ {
		l[i], carry = bits.Add64(l[i], 0, carry)
	}
}

func magnitude(m int64) uint64 {
	if m < 0 {
		return uint64(-m)
	}
	return uint64(m)
}

// value returns the sum.
func (l *long) value() dyadic {
	w := *l
	negative := w[longWords-1]>>63 == 1
	if negative {
		carry := uint64(1)
		for i, v := range w {
			w[i], carry = bits.Add64(^v, 0, carry)
		}
	}
	var buf [8 * longWords]byte
	for i, v := range w {
		for k := range 8 {
			buf[len(buf)-1-8*i-k] = byte(v >> (8 * k))
		}
	}
	m := new(big.Int).SetBytes(buf[:])
	if negative {
		m.Neg(m)
	}
	return dyadic{m, longBase}.reduced()
}
