package geometry_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	gt "github.com/tacit-dev/tacit/geometry/geometrytest"
)

// scalars are the formulas of one coordinate in high precision.
type scalars struct{ value, conj, grad, gradConj func(v *big.Float) *big.Float }

func (s scalars) twin() *gt.Twin {
	lift := func(f func(*big.Float) *big.Float) func(int, *big.Float) *big.Float {
		return func(_ int, v *big.Float) *big.Float { return f(v) }
	}
	return twin(lift(s.value), lift(s.conj), lift(s.grad), lift(s.gradConj))
}

// sample draws one number.
type sample func(rng *rand.Rand) float64

// logs draws from 10^[lo, hi] times sgn, uniformly in the exponent.
func logs(sgn, lo, hi float64) sample {
	return func(rng *rand.Rand) float64 { return sgn * decades(rng, lo, hi) }
}

// bothLogs draws from ±10^[lo, hi].
func bothLogs(lo, hi float64) sample {
	return func(rng *rand.Rand) float64 { return sign(rng) * decades(rng, lo, hi) }
}

func between(lo, hi float64) sample {
	return func(rng *rand.Rand) float64 { return lo + (hi-lo)*rng.Float64() }
}

// either draws from one of several.
func either(from ...sample) sample {
	return func(rng *rand.Rand) float64 { return from[rng.IntN(len(from))](rng) }
}

func (f sample) vector() func(rng *rand.Rand) []float64 {
	return func(rng *rand.Rand) []float64 { return draw(func() float64 { return f(rng) }) }
}

// law runs the law suite on coordinates that are all alike.
func law(t *testing.T, phi geometry.Potential, point, wide, dual sample, approach func(s float64) float64, s scalars) {
	t.Helper()
	c := gt.Case{Phi: phi, Point: point.vector(), Wide: wide.vector(), Dual: dual.vector(), Twin: s.twin()}
	if approach != nil {
		mid := point(rand.New(rand.NewPCG(1, 2)))
		c.Approach = func(s float64) []float64 { return []float64{mid, approach(s), mid} }
	}
	gt.Run(t, c)
}

func fl(v float64) *big.Float { return gt.New(v) }

func neg(v *big.Float) *big.Float { return gt.Sub(gt.New(0), v) }

// xlogx is x ln x.
func bigXlogx(x *big.Float) *big.Float {
	if x.Sign() == 0 {
		return fl(0)
	}
	return gt.Mul(x, gt.Log(x))
}

// powAbs is |x|^p, 0 at 0.
func powAbs(x, p *big.Float) *big.Float {
	a := gt.New(0).Abs(x)
	if a.Sign() == 0 {
		return a
	}
	return gt.Pow(a, p)
}

func withSign(v, of *big.Float) *big.Float {
	if of.Sign() < 0 {
		return neg(v)
	}
	return v
}

func TestBurg(t *testing.T) {
	law(t, geometry.Burg{}, logs(1, -1, 1), logs(1, -300, 300), logs(-1, -150, 300), func(s float64) float64 { return s }, scalars{
		value:    func(x *big.Float) *big.Float { return neg(gt.Log(x)) },
		conj:     func(v *big.Float) *big.Float { return gt.Sub(fl(-1), gt.Log(neg(v))) },
		grad:     func(x *big.Float) *big.Float { return gt.Quo(fl(-1), x) },
		gradConj: func(v *big.Float) *big.Float { return gt.Quo(fl(-1), v) },
	})
}

func TestHellinger(t *testing.T) {
	c := func(x *big.Float) *big.Float { return gt.Sqrt(gt.Sub(fl(1), gt.Mul(x, x))) }
	h := func(v *big.Float) *big.Float { return gt.Sqrt(gt.Add(fl(1), gt.Mul(v, v))) }
	wide := either(bothLogs(-300, -0.01), func(rng *rand.Rand) float64 { return sign(rng) * (1 - decades(rng, -15, -0.1)) })
	law(t, geometry.Hellinger{}, between(-0.9, 0.9), wide, bothLogs(-300, 7), nil, scalars{
		value:    func(x *big.Float) *big.Float { return neg(c(x)) },
		conj:     h,
		grad:     func(x *big.Float) *big.Float { return gt.Quo(x, c(x)) },
		gradConj: func(v *big.Float) *big.Float { return gt.Quo(v, h(v)) },
	})
}

func TestExponential(t *testing.T) {
	law(t, geometry.Exponential{}, between(-2, 2), between(-690, 690), logs(1, -300, 300), nil, scalars{
		value:    gt.Exp,
		conj:     func(v *big.Float) *big.Float { return gt.Sub(bigXlogx(v), v) },
		grad:     gt.Exp,
		gradConj: gt.Log,
	})
}

func TestInverse(t *testing.T) {
	law(t, geometry.Inverse{}, logs(1, -1, 1), logs(1, -150, 150), logs(-1, -200, 300), func(s float64) float64 { return math.Sqrt(s) }, scalars{
		value:    func(x *big.Float) *big.Float { return gt.Quo(fl(1), x) },
		conj:     func(v *big.Float) *big.Float { return gt.Mul(fl(-2), gt.Sqrt(neg(v))) },
		grad:     func(x *big.Float) *big.Float { return gt.Quo(fl(-1), gt.Mul(x, x)) },
		gradConj: func(v *big.Float) *big.Float { return gt.Quo(fl(1), gt.Sqrt(neg(v))) },
	})
}

func TestLP(t *testing.T) {
	for _, p := range []float64{1.1, 1.5, 2, 3, 10} {
		phi, err := geometry.NewLP(p)
		if err != nil {
			t.Fatal(err)
		}
		bp := fl(p)
		q := gt.Quo(bp, gt.Sub(bp, fl(1)))
		e := min(150, 150/(p-1), 150/p)                                     // decades of x
		d := min(150*(p-1), 150, 150*(p-1)/p, 150*(p-1)/math.Abs(2-p+1e-9)) // of θ
		law(t, phi, bothLogs(-0.5, 0.5), bothLogs(-2*e, 2*e), bothLogs(-2*d, 2*d), nil, scalars{
			value: func(x *big.Float) *big.Float { return gt.Quo(powAbs(x, bp), bp) },
			conj:  func(v *big.Float) *big.Float { return gt.Quo(powAbs(v, q), q) },
			grad:  func(x *big.Float) *big.Float { return withSign(powAbs(x, gt.Sub(bp, fl(1))), x) },
			gradConj: func(v *big.Float) *big.Float {
				return withSign(powAbs(v, gt.Sub(q, fl(1))), v)
			},
		})
	}
}

func TestLPQuasi(t *testing.T) {
	for _, p := range []float64{0.01, 0.5, 0.95} {
		phi, err := geometry.NewLPQuasi(p)
		if err != nil {
			t.Fatal(err)
		}
		quasiLaws(t, phi, fl(p), fl(1), p)
	}
}

func TestPower(t *testing.T) {
	for _, l := range []float64{3, 4, 6, 100} {
		phi, err := geometry.NewPower(l)
		if err != nil {
			t.Fatal(err)
		}
		quasiLaws(t, phi, gt.Quo(fl(2), fl(l)), fl(1/(2*(l-2))), 2/l)
	}
}

// quasiLaws holds φ = −c x^p against its formulas.
func quasiLaws(t *testing.T, phi geometry.Potential, p, c *big.Float, pf float64) {
	e := gt.Sub(p, fl(1))
	pc := gt.Mul(p, c)
	d := 300 * (1 - pf) // decades of θ; ∇²φ*(θ) ~ x/θ must be a number too
	law(t, phi, logs(1, -1, 1), logs(1, -300, 300), logs(-1, -d/(2-pf)+2, d-2), func(s float64) float64 { return s }, scalars{
		value: func(x *big.Float) *big.Float { return neg(gt.Mul(c, gt.Pow(x, p))) },
		conj: func(v *big.Float) *big.Float {
			return gt.Mul(gt.Mul(c, neg(e)), gt.Pow(gt.Quo(neg(v), pc), gt.Quo(p, e)))
		},
		grad:     func(x *big.Float) *big.Float { return neg(gt.Mul(pc, gt.Pow(x, e))) },
		gradConj: func(v *big.Float) *big.Float { return gt.Pow(gt.Quo(neg(v), pc), gt.Quo(fl(1), e)) },
	})
}

func TestFermiDirac(t *testing.T) {
	for _, box := range [][2]float64{{0, 1}, {-1, 1}, {0.1, 3.7}, {-5, -0.3}, {0, 1e-60}} {
		l, u := box[0], box[1]
		phi, err := geometry.NewFermiDirac([]float64{l}, []float64{u})
		if err != nil {
			t.Fatal(err)
		}
		w := u - l
		bl, bu := fl(l), fl(u)
		bw := gt.Sub(bu, bl)
		part := func(a *big.Float) *big.Float {
			if a.Sign() == 0 {
				return fl(0)
			}
			return gt.Mul(a, gt.Log(gt.Quo(a, bw)))
		}
		s := func(v *big.Float) *big.Float { return gt.Add(fl(1), gt.Exp(v)) }
		wide := either(between(l+0.01*w, u-0.01*w), func(rng *rand.Rand) float64 { return u - w*decades(rng, -15, -1) })
		dual := between(-30, 30)
		low := -14.0
		if l == 0 {
			low, dual = -300, between(-600, 30)
			if u < 1e-50 {
				low, dual = -200, between(-400, 30)
			}
		}
		wide = either(wide, func(rng *rand.Rand) float64 { return l + w*decades(rng, low, -1) })
		approach := func(s float64) float64 { return s }
		if l != 0 || u != 1 {
			approach = nil
		}
		law(t, phi, between(l+0.05*w, u-0.05*w), wide, dual, approach, scalars{
			value: func(x *big.Float) *big.Float { return gt.Add(part(gt.Sub(x, bl)), part(gt.Sub(bu, x))) },
			conj:  func(v *big.Float) *big.Float { return gt.Add(gt.Mul(bl, v), gt.Mul(bw, gt.Log(s(v)))) },
			grad:  func(x *big.Float) *big.Float { return gt.Log(gt.Quo(gt.Sub(x, bl), gt.Sub(bu, x))) },
			gradConj: func(v *big.Float) *big.Float {
				return gt.Add(bl, gt.Quo(bw, s(neg(v))))
			},
		})
	}
}

// root solves f(w) = 0 in high precision from an estimate, by Newton's method.
// f returns the value and the slope.
func root(start float64, f func(w *big.Float) (value, slope *big.Float)) *big.Float {
	w := fl(start)
	for range 12 {
		value, slope := f(w)
		step := gt.Quo(value, slope)
		w = gt.Sub(w, step)
		if step.Sign() == 0 || step.MantExp(nil) < w.MantExp(nil)-200 {
			break // the next step would be in the last bits
		}
	}
	return w
}

func bigSinh(v *big.Float) *big.Float {
	if v.Sign() == 0 {
		return fl(0)
	}
	if v.MantExp(nil) < -60 { // v + v³/6 + v⁵/120: the difference would lose v
		v2 := gt.Mul(v, v)
		return gt.Mul(v, gt.Add(fl(1), gt.Mul(gt.Quo(v2, fl(6)), gt.Add(fl(1), gt.Quo(v2, fl(20))))))
	}
	return gt.Quo(gt.Sub(gt.Exp(v), gt.Exp(neg(v))), fl(2))
}

func bigCosh(v *big.Float) *big.Float {
	return gt.Quo(gt.Add(gt.Exp(v), gt.Exp(neg(v))), fl(2))
}

func bigArtanh(x *big.Float) *big.Float {
	if x.Sign() == 0 {
		return fl(0)
	}
	if x.MantExp(nil) < -60 {
		x2 := gt.Mul(x, x)
		return gt.Mul(x, gt.Add(fl(1), gt.Mul(x2, gt.Add(gt.Quo(fl(1), fl(3)), gt.Quo(x2, fl(5))))))
	}
	return gt.Quo(gt.Log(gt.Quo(gt.Add(fl(1), x), gt.Sub(fl(1), x))), fl(2))
}

// bigLink solves w + sinh w = t.
func bigLink(t *big.Float) *big.Float {
	f, _ := t.Float64()
	lo, hi := -800.0, 800.0
	start := f / 2
	if math.Abs(f) > 1e-3 {
		for range 80 {
			if mid := (lo + hi) / 2; mid+math.Sinh(mid) < f {
				lo = mid
			} else {
				hi = mid
			}
		}
		start = hi
	}
	return root(start, func(w *big.Float) (value, slope *big.Float) {
		return gt.Sub(gt.Add(w, bigSinh(w)), t), gt.Add(fl(1), bigCosh(w))
	})
}

func TestTanh(t *testing.T) {
	link := func(v *big.Float) *big.Float { return gt.Quo(bigLink(gt.Mul(fl(4), v)), fl(2)) }
	wide := either(bothLogs(-300, -0.01), func(rng *rand.Rand) float64 { return sign(rng) * (1 - decades(rng, -15, -0.1)) })
	law(t, geometry.Tanh{}, between(-0.9, 0.9), wide, bothLogs(-300, 12), nil, scalars{
		value: func(x *big.Float) *big.Float { return gt.Quo(gt.Mul(x, bigArtanh(x)), fl(2)) },
		conj: func(v *big.Float) *big.Float {
			s := bigSinh(link(v))
			return gt.Quo(gt.Mul(s, s), fl(2))
		},
		grad: func(x *big.Float) *big.Float {
			return gt.Quo(gt.Add(bigArtanh(x), gt.Quo(x, gt.Sub(fl(1), gt.Mul(x, x)))), fl(2))
		},
		gradConj: func(v *big.Float) *big.Float {
			u := link(v)
			return gt.Quo(bigSinh(u), bigCosh(u))
		},
	})
}

func TestSigmoid(t *testing.T) {
	link := func(v *big.Float) *big.Float { return bigLink(gt.Quo(v, fl(2))) }
	one := fl(1)
	wide := either(logs(1, -300, -0.3), func(rng *rand.Rand) float64 { return 1 - decades(rng, -15, -0.3) })
	law(t, geometry.Sigmoid{}, between(0.05, 0.95), wide, either(logs(-1, -2, 300), logs(1, -2, 12)), func(s float64) float64 { return s }, scalars{
		value: func(x *big.Float) *big.Float {
			y := gt.Sub(one, x)
			l := neg(gt.Add(gt.Log(x), gt.Log(y)))
			return gt.Add(l, gt.Mul(fl(2), gt.Add(bigXlogx(x), bigXlogx(y))))
		},
		conj: func(v *big.Float) *big.Float {
			u := link(v)
			return gt.Sub(gt.Add(gt.Exp(u), u), one)
		},
		grad: func(x *big.Float) *big.Float {
			y := gt.Sub(one, x)
			return gt.Add(gt.Sub(gt.Quo(one, y), gt.Quo(one, x)), gt.Mul(fl(2), gt.Log(gt.Quo(x, y))))
		},
		gradConj: func(v *big.Float) *big.Float { return gt.Quo(one, gt.Add(one, gt.Exp(neg(link(v))))) },
	})
}

// bigDilog is Li₂(y) for 0 ≤ y < 1, by Σ y^k/k², and by reflection beyond ½.
func bigDilog(y *big.Float) *big.Float {
	if y.Cmp(fl(0.5)) > 0 {
		r := gt.Sub(fl(1), y)
		rest := gt.Sub(gt.Quo(gt.Mul(bigPi, bigPi), fl(6)), bigDilog(r))
		if r.Sign() > 0 {
			rest = gt.Sub(rest, gt.Mul(gt.Log(y), gt.Log(r)))
		}
		return rest
	}
	sum, power := fl(0), fl(1)
	for k := 1; k < 400; k++ {
		power = gt.Mul(power, y)
		if power.Sign() == 0 || power.MantExp(nil) < sum.MantExp(nil)-400 {
			break
		}
		sum = gt.Add(sum, gt.Quo(power, fl(float64(k*k))))
	}
	return sum
}

// bigPi by Machin's formula π/4 = 4 arctan 1/5 − arctan 1/239.
var bigPi = func() *big.Float {
	arctan := func(n float64) *big.Float { // of 1/n
		sum, power := fl(0), gt.Quo(fl(1), fl(n))
		for k := 0; k < 400; k++ {
			term := gt.Quo(power, fl(float64(2*k+1)))
			if k%2 == 1 {
				term = neg(term)
			}
			sum = gt.Add(sum, term)
			power = gt.Quo(power, fl(n*n))
		}
		return sum
	}
	return gt.Mul(fl(4), gt.Sub(gt.Mul(fl(4), arctan(5)), arctan(239)))
}()

func TestSoftplus(t *testing.T) {
	one := fl(1)
	plus := func(u *big.Float) *big.Float { return bigLog1p(gt.Exp(u)) }
	// −Li₂(−e^u) = ½x² + Li₂(1−e^−x) with x = ln(1+e^u) (Landen).
	integral := func(x *big.Float) *big.Float {
		return gt.Add(gt.Quo(gt.Mul(x, x), fl(2)), bigDilog(neg(bigExpm1(neg(x)))))
	}
	arc := func(x *big.Float) *big.Float { return gt.Log(bigExpm1(x)) }
	link := func(v *big.Float) *big.Float {
		f, _ := v.Float64()
		lo, hi := -800.0, max(800, 2*f)
		for range 100 {
			if mid := (lo + hi) / 2; mid-math.Exp(-mid) < f {
				lo = mid
			} else {
				hi = mid
			}
		}
		return root(hi, func(u *big.Float) (value, slope *big.Float) {
			e := gt.Exp(neg(u))
			return gt.Sub(gt.Sub(u, e), v), gt.Add(one, e)
		})
	}
	value := func(x *big.Float) *big.Float {
		u := arc(x)
		return gt.Sub(gt.Sub(gt.Mul(x, gt.Add(u, one)), u), integral(x))
	}
	grad := func(x *big.Float) *big.Float { return gt.Sub(arc(x), gt.Quo(one, bigExpm1(x))) }
	law(t, geometry.Softplus{}, logs(1, -1, 1), logs(1, -300, 2.8), either(logs(-1, -2, 300), logs(1, -2, 2.8)), func(s float64) float64 { return s }, scalars{
		value: value,
		conj: func(v *big.Float) *big.Float {
			x := plus(link(v))
			return gt.Sub(gt.Mul(x, v), value(x))
		},
		grad:     grad,
		gradConj: func(v *big.Float) *big.Float { return plus(link(v)) },
	})
}

// bigExpm1 is e^x − 1, by its series where the difference would lose x.
func bigExpm1(x *big.Float) *big.Float {
	if x.Sign() != 0 && x.MantExp(nil) < -20 {
		sum, term := fl(0), fl(1)
		for k := 1; k < 24; k++ {
			term = gt.Quo(gt.Mul(term, x), fl(float64(k)))
			sum = gt.Add(sum, term)
		}
		return sum
	}
	return gt.Sub(gt.Exp(x), fl(1))
}

// bigLog1p is ln(1+x), by its series where the sum would lose x.
func bigLog1p(x *big.Float) *big.Float {
	if x.Sign() != 0 && x.MantExp(nil) < -20 {
		sum, power := fl(0), fl(-1)
		for k := 1; k < 24; k++ {
			power = gt.Mul(power, neg(x))
			sum = gt.Add(sum, gt.Quo(power, fl(float64(k))))
		}
		return sum
	}
	return gt.Log(gt.Add(fl(1), x))
}

func TestPowerDiff(t *testing.T) {
	for _, c := range []struct{ l, ls float64 }{{3, 0}, {6, -10}, {100, 3}, {3, -300}} {
		phi, err := geometry.NewPowerDiff(c.l, c.ls)
		if err != nil {
			t.Fatal(err)
		}
		one, s := fl(1), fl(math.Exp(c.ls))
		a := gt.Quo(fl(c.l), fl(c.l-2))
		b := gt.Sub(a, one)
		pow := func(sgn float64, v, e *big.Float) *big.Float {
			return gt.Exp(neg(gt.Mul(e, bigLog1p(gt.Mul(fl(sgn), v)))))
		}
		h := func(v *big.Float) (value, slope *big.Float) {
			up := bigExpm1(neg(gt.Mul(a, bigLog1p(neg(v)))))
			down := bigExpm1(neg(gt.Mul(a, bigLog1p(v))))
			left := gt.Quo(gt.Add(one, up), gt.Sub(one, v))
			right := gt.Quo(gt.Add(one, down), gt.Add(one, v))
			return gt.Sub(up, down), gt.Mul(a, gt.Add(left, right))
		}
		conj := func(v *big.Float) *big.Float {
			if v2 := gt.Mul(v, v); v.Sign() == 0 || v.MantExp(nil) < -60 { // the sum would lose v²
				q := gt.Quo(gt.Mul(gt.Add(b, fl(2)), gt.Add(b, fl(3))), fl(12))
				q2 := gt.Quo(gt.Mul(gt.Add(b, fl(4)), gt.Add(b, fl(5))), fl(30))
				tail := gt.Add(one, gt.Mul(v2, gt.Mul(q, gt.Add(one, gt.Mul(v2, q2)))))
				return gt.Mul(s, gt.Mul(gt.Mul(a, v2), tail))
			}
			sum := gt.Sub(gt.Add(pow(-1, v, b), pow(1, v, b)), fl(2))
			return gt.Mul(s, gt.Quo(sum, b))
		}
		grad := func(x *big.Float) *big.Float {
			q := gt.Quo(x, s)
			f, _ := q.Float64()
			near := make([]float64, 1) // where Newton's method starts
			phi.Grad(near, []float64{f * math.Exp(c.ls)})
			if f == 0 {
				return fl(0)
			}
			if math.Abs(f) > 1 { // in y with 1 − |θ| = e^−y
				m := gt.New(0).Abs(q)
				y := root(-math.Log1p(-math.Abs(near[0])), func(y *big.Float) (value, slope *big.Float) {
					p := gt.Exp(neg(y))
					q := gt.Sub(fl(2), p)
					up, down := gt.Exp(gt.Mul(a, y)), gt.Exp(neg(gt.Mul(a, gt.Log(q))))
					return gt.Sub(gt.Sub(up, down), m), gt.Mul(a, gt.Add(up, gt.Quo(gt.Mul(p, down), q)))
				})
				return withSign(neg(bigExpm1(neg(y))), q)
			}
			return root(near[0], func(v *big.Float) (value, slope *big.Float) {
				value, slope = h(v)
				return gt.Sub(value, q), slope
			})
		}
		scale := func(f sample) sample {
			return func(rng *rand.Rand) float64 { return f(rng) * math.Exp(c.ls) }
		}
		low := max(-300, -300-c.ls/math.Ln10)
		law(t, phi, scale(bothLogs(-0.5, 1)), scale(bothLogs(low, 8)),
			either(bothLogs(low, -0.01), func(rng *rand.Rand) float64 { return sign(rng) * (1 - decades(rng, -6, -0.1)) }), nil, scalars{
				value: func(x *big.Float) *big.Float {
					v := grad(x)
					return gt.Sub(gt.Mul(x, v), conj(v))
				},
				conj: conj,
				grad: grad,
				gradConj: func(v *big.Float) *big.Float {
					x, _ := h(v)
					return gt.Mul(s, x)
				},
			})
	}
}
