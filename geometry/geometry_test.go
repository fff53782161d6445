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
		if s < 0 && v.MantExp(nil) < -120 { // v + v³/6: the difference would lose v
			return gt.Mul(beta(i), gt.Add(v, gt.Quo(gt.Mul(v, gt.Mul(v, v)), gt.New(6))))
		}
		w := gt.Add(gt.Exp(v), gt.Mul(gt.New(s), gt.Exp(gt.Sub(gt.New(0), v))))
		return gt.Quo(gt.Mul(beta(i), w), gt.New(2))
	}
	arcsinh := func(i int, x *big.Float) *big.Float {
		q := gt.Quo(x, beta(i))
		a := new(big.Float).Abs(q)
		if a.MantExp(nil) < -120 { // q − q³/6: the logarithm would lose q
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
		{0}, {-1}, {3}, {-20}, {-60}, {30}, {-690}, {-720}, {-1e4}, {-1e6}, {-5e8}, {200}, {330},
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

func TestBoundaries(t *testing.T) {
	inf := math.Inf(1)
	e := geometry.Entropy{}
	h := geometry.Hypentropy{LogBeta: []float64{-1e6}}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"0 ln 0", e.Value([]float64{0}), 0},
		{"entropy of a negative number", e.Value([]float64{-1e-300}), inf},
		{"D(0, 2)", e.Bregman([]float64{0}, []float64{2}), 2},
		{"D(0, 0)", e.Bregman([]float64{0}, []float64{0}), 0},
		{"D(2, 0)", e.Bregman([]float64{2}, []float64{0}), inf},
		{"D(-1, 2)", e.Bregman([]float64{-1}, []float64{2}), inf},
		{"D(0, e^-1e6)", e.Fenchel([]float64{0}, []float64{-1e6}), 0},
		{"D(1, e^-1e6)", e.Fenchel([]float64{1}, []float64{-1e6}), 1e6 - 1},
		{"D(1, e^1e6)", e.Fenchel([]float64{1}, []float64{1e6}), inf},
		{"D(1, e^inf)", e.Fenchel([]float64{1}, []float64{inf}), inf},
		{"D(1, 0) by θ", e.Fenchel([]float64{1}, []float64{-inf}), inf},
		{"D(0, 0) by θ", e.Fenchel([]float64{0}, []float64{-inf}), 0},
		{"hypentropy D(0, 0)", h.Bregman([]float64{0}, []float64{0}), 0},
		{"hypentropy D(0, 1)", h.Bregman([]float64{0}, []float64{1}), 1},
		{"hypentropy D(1, 0)", h.Bregman([]float64{1}, []float64{0}), 1e6 + math.Ln2 - 1},
		{"hypentropy D(1, 0) by θ", h.Fenchel([]float64{1}, []float64{0}), 1e6 + math.Ln2 - 1},
		{"hypentropy D(-1, 1)", h.Bregman([]float64{-1}, []float64{1}), 2 * (1e6 + math.Ln2)},
		{"hypentropy D(1, inf)", h.Fenchel([]float64{1}, []float64{inf}), inf},
		{"D far beyond overflow", geometry.Hypentropy{LogBeta: []float64{0}}.Fenchel([]float64{1e308}, []float64{1e6}), inf},
		{"hypentropy φ(1)", h.Value([]float64{1}), 1e6 + math.Ln2 - 1},
		{"hypentropy φ*(0)", h.Conj([]float64{0}), 0},
	} {
		if !(c.got == c.want || math.Abs(c.got-c.want) <= 1e-15*math.Abs(c.want)) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestLengths(t *testing.T) {
	all := []geometry.Separable{
		geometry.Hypentropy{LogBeta: []float64{0, 1}},
		must(geometry.NewDiagonal([]float64{1, 2})).(geometry.Separable),
	}
	for _, c := range everywhere() {
		all = append(all, c.phi)
	}
	for _, phi := range all {
		for name, call := range map[string]func(x, y []float64){
			"Grad":         phi.Grad,
			"GradConj":     phi.GradConj,
			"HessConjDiag": phi.HessConjDiag,
			"Bregman":      func(x, y []float64) { phi.Bregman(x, y) },
			"Fenchel":      func(x, y []float64) { phi.Fenchel(x, y) },
			"HessConj":     func(x, y []float64) { phi.HessConj(x, y, y) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s.%s accepts vectors of lengths 2 and 3", phi.Name(), name)
					}
				}()
				call(make([]float64, 2), make([]float64, 3))
			}()
		}
	}
}

// Large vectors cross the blocks of the parallel exponential.
func TestVectorsAgainstScalars(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const m = 5001
	for _, phi := range []geometry.Separable{geometry.Entropy{}, geometry.Hypentropy{LogBeta: []float64{-30}}} {
		theta, x, d := make([]float64, m), make([]float64, m), make([]float64, m)
		for i := range theta {
			theta[i] = 60 * (rng.Float64() - 0.5)
		}
		phi.GradConj(x, theta)
		phi.HessConjDiag(d, theta)
		var x1, d1 [1]float64
		for i := range theta {
			phi.GradConj(x1[:], theta[i:i+1])
			phi.HessConjDiag(d1[:], theta[i:i+1])
			if math.Abs(x[i]-x1[0]) > 1e-15*math.Abs(x[i]) || math.Abs(d[i]-d1[0]) > 1e-15*d[i] {
				t.Fatalf("%s: coordinate %d is (%v, %v) in a vector, (%v, %v) alone", phi.Name(), i, x[i], d[i], x1[0], d1[0])
			}
		}
	}
}
