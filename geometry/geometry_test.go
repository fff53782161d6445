package geometry_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	gt "github.com/tacit-dev/tacit/geometry/geometrytest"
)

const dim = 5

// draw returns a vector of dim numbers.
func draw(next func() float64) []float64 {
	v := make([]float64, dim)
	for i := range v {
		v[i] = next()
	}
	return v
}

// decades returns a number in 10^[lo, hi], uniform in the exponent.
func decades(rng *rand.Rand, lo, hi float64) float64 {
	return math.Pow(10, lo+(hi-lo)*rng.Float64())
}

func sign(rng *rand.Rand) float64 { return float64(2*rng.IntN(2) - 1) }

// twin makes the twin of a separable potential from its scalar functions.
func twin(value, conj, grad, gradConj func(i int, v *big.Float) *big.Float) *gt.Twin {
	sum := func(f func(int, *big.Float) *big.Float) func([]*big.Float) *big.Float {
		return func(x []*big.Float) *big.Float {
			s := gt.New(0)
			for i, v := range x {
				s = gt.Add(s, f(i, v))
			}
			return s
		}
	}
	each := func(f func(int, *big.Float) *big.Float) func([]*big.Float) []*big.Float {
		return func(x []*big.Float) []*big.Float {
			out := make([]*big.Float, len(x))
			for i, v := range x {
				out[i] = f(i, v)
			}
			return out
		}
	}
	return &gt.Twin{Value: sum(value), Conj: sum(conj), Grad: each(grad), GradConj: each(gradConj)}
}

func TestEuclidean(t *testing.T) {
	half := func(_ int, v *big.Float) *big.Float { return gt.Quo(gt.Mul(v, v), gt.New(2)) }
	same := func(_ int, v *big.Float) *big.Float { return v }
	wide := func(rng *rand.Rand) []float64 {
		return draw(func() float64 { return sign(rng) * decades(rng, -150, 150) })
	}
	gt.Run(t, gt.Case{
		Phi:   geometry.Euclidean{},
		Point: func(rng *rand.Rand) []float64 { return draw(rng.NormFloat64) },
		Wide:  wide, Dual: wide,
		Twin: twin(half, half, same, same),
	})
}

func TestEntropy(t *testing.T) {
	gt.Run(t, gt.Case{
		Phi: geometry.Entropy{},
		Point: func(rng *rand.Rand) []float64 {
			return draw(func() float64 { return decades(rng, -1, 1) })
		},
		Wide: func(rng *rand.Rand) []float64 {
			return draw(func() float64 { return decades(rng, -300, 300) })
		},
		Dual: func(rng *rand.Rand) []float64 {
			return draw(func() float64 { return 1400*rng.Float64() - 700 })
		},
		Approach: func(s float64) []float64 { return []float64{1, s, 2} },
		Twin: twin(
			func(_ int, x *big.Float) *big.Float { return gt.Mul(x, gt.Sub(gt.Log(x), gt.New(1))) },
			func(_ int, v *big.Float) *big.Float { return gt.Exp(v) },
			func(_ int, x *big.Float) *big.Float { return gt.Log(x) },
			func(_ int, v *big.Float) *big.Float { return gt.Exp(v) },
		),
	})
}

// hypTwin is the hyperbolic entropy by its definition.
func hypTwin(lb func(i int) float64) *gt.Twin {
	beta := func(i int) *big.Float { return gt.Exp(gt.New(lb(i))) }
	hyp := func(i int, v *big.Float, s float64) *big.Float { // β (e^v + s e^−v)/2
		w := gt.Add(gt.Exp(v), gt.Mul(gt.New(s), gt.Exp(gt.Sub(gt.New(0), v))))
		return gt.Quo(gt.Mul(beta(i), w), gt.New(2))
	}
	arcsinh := func(i int, x *big.Float) *big.Float {
		q := gt.Quo(x, beta(i))
		a := new(big.Float).Abs(q)
		if a.MantExp(nil) < -190 { // q − q³/6: the logarithm would lose q
			return gt.Sub(q, gt.Quo(gt.Mul(q, gt.Mul(q, q)), gt.New(6)))
		}
		l := gt.Log(gt.Add(a, gt.Sqrt(gt.Add(gt.Mul(a, a), gt.New(1)))))
		if q.Sign() < 0 {
			l.Neg(l)
		}
		return l
	}
	return twin(
		func(i int, x *big.Float) *big.Float {
			b := beta(i)
			return gt.Sub(gt.Mul(x, arcsinh(i, x)), gt.Sqrt(gt.Add(gt.Mul(x, x), gt.Mul(b, b))))
		},
		func(i int, v *big.Float) *big.Float { return hyp(i, v, 1) },
		arcsinh,
		func(i int, v *big.Float) *big.Float { return hyp(i, v, -1) },
	)
}

func TestHypentropy(t *testing.T) {
	for _, c := range [][]float64{
		{0}, {-1}, {3}, {-20}, {-60}, {30}, {-690}, {-720}, {-1e4}, {-1e6}, {-1e9}, {200}, {600},
		{0, -1e6, -5, 2, -700},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			lb := func(i int) float64 { return c[i%len(c)] }
			// θ = arcsinh(x/β) of numbers x within 10^±300.
			dual := func(rng *rand.Rand) []float64 {
				v := make([]float64, dim)
				for i := range v {
					lo, hi := -690-lb(i), 690-lb(i)
					switch u := lo + (hi-lo)*rng.Float64(); { // ln(|x|/β)
					case u > 1:
						v[i] = sign(rng) * (u + math.Ln2)
					case u > -700:
						v[i] = sign(rng) * math.Exp(u)
					default:
						v[i] = sign(rng) * 1e-300
					}
				}
				return v
			}
			wide := func(rng *rand.Rand) []float64 {
				return draw(func() float64 { return sign(rng) * decades(rng, -300, 300) })
			}
			if len(c) == 1 && c[0] > 100 { // x/β must be a normal number
				wide = func(rng *rand.Rand) []float64 {
					return draw(func() float64 { return sign(rng) * decades(rng, -300+c[0]/math.Ln10, 300) })
				}
			}
			gt.Run(t, gt.Case{
				Phi: geometry.Hypentropy{LogBeta: c},
				Point: func(rng *rand.Rand) []float64 {
					i := -1
					return draw(func() float64 {
						i++
						size := math.Exp(max(-300, min(lb(i), 300))) // near the bend of φ, if that is a number
						return sign(rng) * size * decades(rng, -0.5, 0.5)
					})
				},
				Wide: wide, Dual: dual,
				Twin: hypTwin(lb),
			})
		})
	}
}
