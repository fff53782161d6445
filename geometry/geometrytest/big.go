package geometrytest

import (
	"math"
	"math/big"
)

// prec is the working precision of the twins in bits. A divergence between
// points 1e-15 apart loses 110 bits against φ, exponents of 1e6 another 20.
const prec = 384

// New returns x as a number of the twins' precision.
func New(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }

// Add returns x + y.
func Add(x, y *big.Float) *big.Float {
	// big.Float aligns the numbers exactly, whatever that costs in memory.
	switch far := x.MantExp(nil) - y.MantExp(nil); {
	case y.Sign() == 0 || (x.Sign() != 0 && far > prec+2):
		return New(0).Set(x)
	case x.Sign() == 0 || far < -prec-2:
		return New(0).Set(y)
	}
	return New(0).Add(x, y)
}

// Sub returns x − y.
func Sub(x, y *big.Float) *big.Float { return Add(x, New(0).Neg(y)) }

// Mul returns x y.
func Mul(x, y *big.Float) *big.Float { return New(0).Mul(x, y) }

// Quo returns x/y.
func Quo(x, y *big.Float) *big.Float { return New(0).Quo(x, y) }

// Sqrt returns √x.
func Sqrt(x *big.Float) *big.Float { return New(0).Sqrt(x) }

// ln2 by ln 2 = Σ_{k≥1} 1/(k 2ᵏ).
var ln2 = func() *big.Float {
	sum, power := New(0), New(1)
	for k := 1; k <= prec+8; k++ {
		power = Quo(power, New(2))
		sum = Add(sum, Quo(power, New(float64(k))))
	}
	return sum
}()

// Exp returns e^x: the argument is reduced by multiples of ln 2 and 24
// halvings, the rest is Taylor's series.
func Exp(x *big.Float) *big.Float {
	const halvings = 24
	q, _ := Quo(x, ln2).Float64()
	k := int(math.Round(q))
	r := Sub(x, Mul(New(float64(k)), ln2))
	r.SetMantExp(r, -halvings)
	sum, term := New(1), New(1)
	for i := 1; i <= prec/halvings+2; i++ {
		term = Quo(Mul(term, r), New(float64(i)))
		sum = Add(sum, term)
	}
	for range halvings {
		sum = Mul(sum, sum)
	}
	return sum.SetMantExp(sum, k)
}

// Log returns ln x for x > 0 by Halley's iteration on e^y = x, which triples
// the digits of the start: 16, 48, 144.
func Log(x *big.Float) *big.Float {
	mant := New(0)
	k := x.MantExp(mant)
	m, _ := mant.Float64()
	y := New(math.Log(m))
	for range 2 {
		e := Exp(y)
		y = Add(y, Quo(Mul(New(2), Sub(mant, e)), Add(mant, e)))
	}
	return Add(y, Mul(New(float64(k)), ln2))
}

// Pow returns x^p for x > 0.
func Pow(x, p *big.Float) *big.Float { return Exp(Mul(p, Log(x))) }
