package certify

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

const slowPrec = 400

// slowError bounds the rounding of the definitions, whose terms are below 1e40.
var slowError = bigOf(1e-60)

func bigOf(v float64) *big.Float { return new(big.Float).SetPrec(slowPrec).SetFloat64(v) }

func add(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(slowPrec).Add(x, y) }
func sub(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(slowPrec).Sub(x, y) }
func mul(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(slowPrec).Mul(x, y) }
func quo(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(slowPrec).Quo(x, y) }

// slowExp returns eˣ from its series at x·2⁻⁴⁰, squared forty times.
func slowExp(x *big.Float) *big.Float {
	r := new(big.Float).SetPrec(slowPrec).SetMantExp(x, -40)
	sum, term := bigOf(1), bigOf(1)
	for k := 1.0; k < 40; k++ {
		term = quo(mul(term, r), bigOf(k))
		sum = add(sum, term)
	}
	for range 40 {
		sum = mul(sum, sum)
	}
	return sum
}

// slowLog returns ln x by Newton's method on slowExp.
func slowLog(x *big.Float) *big.Float {
	frac := new(big.Float)
	e := x.MantExp(frac)
	f, _ := frac.Float64()
	y := bigOf(math.Log(f) + float64(e)*math.Ln2)
	for range 5 {
		y = add(y, sub(quo(x, slowExp(y)), bigOf(1)))
	}
	return y
}

// slowDivergence returns D(x, ∇φ*(θ₀+z)) from the definition.
func slowDivergence(geometry string, scale, x, z float64) *big.Float {
	X, Z := bigOf(x), bigOf(z)
	base := slowExp(bigOf(scale))
	if geometry == Entropy {
		theta := add(bigOf(scale), Z)
		d := sub(slowExp(theta), X)
		if x == 0 {
			return d
		}
		return add(d, mul(X, sub(slowLog(X), theta)))
	}
	root := new(big.Float).SetPrec(slowPrec).Sqrt(add(mul(X, X), mul(base, base)))
	e := slowExp(Z)
	cosh := mul(bigOf(0.5), add(e, quo(bigOf(1), e)))
	arsinh := slowLog(quo(add(root, new(big.Float).Abs(X)), base))
	if x < 0 {
		arsinh.Neg(arsinh)
	}
	return add(sub(mul(X, sub(arsinh, Z)), root), mul(base, cosh))
}

func TestDivergenceEnclosesTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		geometry := rapid.SampledFrom([]string{Entropy, Hypentropy}).Draw(t, "geometry")
		scale := rapid.Float64Range(-60, 5).Draw(t, "scale")
		x := rapid.SampledFrom([]float64{0, 1}).Draw(t, "sparse") * math.Exp(rapid.Float64Range(-30, 10).Draw(t, "ln x"))
		if geometry == Hypentropy && rapid.Bool().Draw(t, "negative") {
			x = -x
		}
		c := coordinate{geometry: geometry, scale: twofold{hi: scale}}
		z := rapid.Float64Range(-70, 70).Draw(t, "z")
		if x != 0 && rapid.Bool().Draw(t, "near the minimum") {
			z = math.Copysign(c.tangent(math.Abs(x)).hi, x)
			if geometry == Entropy {
				z = c.tangent(x).hi
			}
			z *= 1 + rapid.Float64Range(-1e-6, 1e-6).Draw(t, "off")
		}
		want := slowDivergence(geometry, scale, x, z)
		got := c.divergence(x, twofold{hi: z})
		diff := new(big.Float).Abs(sub(bigOf(got.val), want))
		if diff.Cmp(add(bigOf(got.err), slowError)) > 0 {
			t.Fatalf("%s scale %v x %v z %v: %v misses %s", geometry, scale, x, z, got, want.Text('g', 25))
		}
		// The error is relative: of h = θ−φ′(x), about 80 u here.
		limit := 1e-12*got.val + 1e-13*math.Abs(x)*(1e-13+math.Sqrt(2*got.val/max(math.Abs(x), 1e-300)))
		if got.err > limit+1e-300 {
			t.Fatalf("%s scale %v x %v z %v: error %v of %v is too wide", geometry, scale, x, z, got.err, got.val)
		}
	})
}

func TestConjugateEnclosesTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale, z := rapid.Float64Range(-60, 5).Draw(t, "scale"), rapid.Float64Range(-70, 70).Draw(t, "z")
		z *= rapid.SampledFrom([]float64{1, 1e-9}).Draw(t, "small")
		for _, geometry := range []string{Entropy, Hypentropy} {
			e := slowExp(bigOf(z))
			want := sub(e, bigOf(1))
			if geometry == Hypentropy {
				want = sub(mul(bigOf(0.5), add(e, quo(bigOf(1), e))), bigOf(1))
			}
			want = mul(want, slowExp(bigOf(scale)))
			got := coordinate{geometry: geometry, scale: twofold{hi: scale}}.conjugate(twofold{hi: z})
			diff := new(big.Float).Abs(sub(bigOf(got.val), want))
			if diff.Cmp(add(bigOf(got.err), slowError)) > 0 || got.err > 1e-12*math.Abs(got.val)+1e-300 {
				t.Fatalf("%s scale %v z %v: %v, want %s", geometry, scale, z, got, want.Text('g', 25))
			}
		}
	})
}

// maxEntropy returns the point of {Σxᵢ = 1, Σ i·xᵢ = 2.2} with xᵢ = e^{p+qi}.
func maxEntropy() (x []float64, p, q float64) {
	moments := func(q float64) (mass, mean float64) {
		for i := 1.0; i <= 4; i++ {
			mass += math.Exp(q * i)
			mean += i * math.Exp(q*i)
		}
		return mass, mean / mass
	}
	low, high := -5.0, 5.0
	for range 200 {
		q = (low + high) / 2
		if _, mean := moments(q); mean < 2.2 {
			low = q
		} else {
			high = q
		}
	}
	mass, _ := moments(q)
	p = -math.Log(mass)
	for i := 1.0; i <= 4; i++ {
		x = append(x, math.Exp(p+q*i))
	}
	return x, p, q
}

func bregmanInstance(geometry string, logAlpha float64, n, m int, a, b []float64, w Witness) instance {
	in := instance{
		name: geometry, n: n, m: m, a: a, b: b, w: w,
		cert: Certificate{Claim: Bregman, Tol: 1e-9, Unique: ptr(true), Geometry: geometry, LogAlpha: ptr(logAlpha)},
	}
	if w.Weights != nil {
		in.cert.Weights = ptr("weights.npy")
	}
	return in
}

// TestMaximumEntropyForEveryAlpha: with a row of ones in A the projection does
// not depend on α, however small.
func TestMaximumEntropyForEveryAlpha(t *testing.T) {
	x, p, q := maxEntropy()
	for i, want := range []float64{0.34743961, 0.27220765, 0.21326586, 0.16708688} {
		if math.Abs(x[i]-want) > 1e-8 {
			t.Fatalf("x = %v", x)
		}
	}
	for _, logAlpha := range []float64{-1, -100, -1e4, -1e6, -1e8} {
		in := bregmanInstance(Entropy, logAlpha, 2, 4, []float64{1, 1, 1, 1, 1, 2, 3, 4}, []float64{1, 2.2},
			Witness{X: x, Y: []float64{p - logAlpha, q}})
		c := in.issue(t)
		if v := verify(t, in, c); !v.Valid {
			t.Errorf("ln α = %v: %+v", logAlpha, v.Failed())
		}
		if v, err := VerifyExact(in.op(), in.b, c, in.w); err != nil || !v.Valid {
			t.Errorf("ln α = %v exactly: %v %+v", logAlpha, err, v.Failed())
		}
		// Another feasible point is at a distance that the tolerance sees,
		// although D is dominated by ln α.
		in.w.X = []float64{x[0] + 1e-3, x[1] - 1e-3, x[2] - 1e-3, x[3] + 1e-3}
		if verify(t, in, in.issue(t)).Valid {
			t.Errorf("ln α = %v: a point 1e-3 away is accepted", logAlpha)
		}
	}
}

// TestHypentropyFarBelowTheRangeOfDoubles: x₁+2x₂ = 1 from β = e^s. Below the
// range of doubles x = (0, ½), ν = −s/2 to all digits.
func TestHypentropyFarBelowTheRangeOfDoubles(t *testing.T) {
	for _, s := range []float64{-1600, -7000, -1e6, -1e9} {
		in := bregmanInstance(Hypentropy, s, 1, 2, []float64{1, 2}, []float64{1},
			Witness{X: []float64{0, 0.5}, Y: []float64{-s / 2}})
		c := in.issue(t)
		if v := verify(t, in, c); !v.Valid {
			t.Errorf("ln β = %v: %+v", s, v.Failed())
		}
		// D = x ln(2x/β) − x for x ≫ β.
		if want := -0.5*s - 0.5; math.Abs(c.Objective-want) > 1e-12*want {
			t.Errorf("ln β = %v: D = %v, want %v", s, c.Objective, want)
		}
		in.w.X = []float64{1e-3, 0.5 - 0.5e-3}
		if c, err := Issue(in.op(), in.b, in.cert, in.w); err == nil && verify(t, in, c).Valid {
			t.Errorf("ln β = %v: a point 1e-3 away is accepted", s)
		}
	}
}

// TestWeightedStart: ln x₀ = w∘ln α with w = (1, 3); x₁+x₂ = 1 gives
// ν = ln(1/(e^{s}+e^{3s})).
func TestWeightedStart(t *testing.T) {
	const s = -2.0
	nu := -math.Log(math.Exp(s) + math.Exp(3*s))
	in := bregmanInstance(Entropy, s, 1, 2, []float64{1, 1}, []float64{1},
		Witness{X: []float64{math.Exp(s + nu), math.Exp(3*s + nu)}, Y: []float64{nu}, Weights: []float64{1, 3}})
	c := in.issue(t)
	if v := verify(t, in, c); !v.Valid {
		t.Errorf("%+v", v.Failed())
	}
	in.w.Weights = []float64{1, 2}
	if verify(t, in, c.Sealed(in.b, in.w)).Valid {
		t.Error("other weights are accepted")
	}
}

// TestStartIsTheAnswer: x₀ is feasible, D = 0 to rounding.
func TestStartIsTheAnswer(t *testing.T) {
	in := bregmanInstance(Entropy, math.Log(0.5), 1, 2, []float64{1, 2}, []float64{1.5},
		Witness{X: []float64{0.5, 0.5}, Y: []float64{0}})
	if v := verify(t, in, in.issue(t)); !v.Valid {
		t.Errorf("%+v", v.Failed())
	}
}
