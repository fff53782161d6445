package blas

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

const bigPrec = 160 // bits

// bigExp returns eˣ to about bigPrec bits by Taylor's series of x/2ˢ.
func bigExp(x *big.Float) *big.Float {
	const halvings = 16
	if x.Sign() == 0 {
		return newBig(1)
	}
	r := new(big.Float).Copy(x)
	r.SetMantExp(r, -halvings-10) // |x| < 2¹⁰
	sum, term := newBig(1), newBig(1)
	for k := 1; term.MantExp(nil) > -bigPrec-halvings; k++ {
		term.Mul(term, r)
		term.Quo(term, newBig(float64(k)))
		if term.Sign() == 0 {
			break
		}
		sum.Add(sum, term)
	}
	for range halvings + 10 {
		sum.Mul(sum, sum)
	}
	return sum
}

func newBig(x float64) *big.Float {
	return new(big.Float).SetPrec(bigPrec + 60).SetFloat64(x)
}

// bigLog returns ln x: y + (z − z²/2 + z³/3), z = x e⁻ʸ − 1, for an approximate y.
func bigLog(x float64, y float64) *big.Float {
	z := bigExp(newBig(-y))
	z.Mul(z, newBig(x))
	z.Sub(z, newBig(1))
	if z.MantExp(nil) > -40 {
		panic("the approximation of the logarithm is too bad to refine")
	}
	sq := new(big.Float).Mul(z, z)
	cube := new(big.Float).Mul(sq, z)
	z.Sub(z, sq.Quo(sq, newBig(2)))
	z.Add(z, cube.Quo(cube, newBig(3)))
	return z.Add(z, newBig(y))
}

// ulps returns |got − want| in units of the last place of want.
func ulps(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	if math.IsInf(w, 0) || math.IsInf(got, 0) {
		if got == w {
			return 0
		}
		return math.Inf(1)
	}
	_, e := math.Frexp(w)
	unit := math.Ldexp(1, max(e-53, -1074))
	d := newBig(got)
	d.Sub(d, want)
	d.Quo(d, newBig(unit))
	f, _ := d.Float64()
	return math.Abs(f)
}

func expArguments() []float64 {
	r := rand.New(rand.NewPCG(5, 5))
	var x []float64
	for range 700 {
		x = append(x,
			r.Float64()*1460-750, // all results
			r.Float64()*2-1,      // around 0
			-708-r.Float64()*38,  // denormal results
			math.Ldexp(r.NormFloat64(), -r.IntN(60)),
			(float64(r.IntN(2000)-1000)+0.5)*math.Ln2*(1+1e-15*r.NormFloat64()), // where the reduction rounds either way
		)
	}
	return append(x, 709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412, -708.3964185322641, 5e-324, -5e-324)
}

func TestExpAccuracy(t *testing.T) {
	x := expArguments()
	want := make([]*big.Float, len(x))
	for i, v := range x {
		want[i] = newBig(math.Inf(1))
		if v < 710 {
			want[i] = bigExp(newBig(v))
		}
	}
	eachPath(t, func(t *testing.T) {
		got := make([]float64, len(x))
		Exp(got, x)
		worst := 0.0
		for i, v := range x {
			u := ulps(got[i], want[i])
			worst = max(worst, u)
			if !(u <= 1) {
				t.Errorf("exp(%v) = %v, off by %.3f ulp from %.20g", v, got[i], u, want[i])
			}
		}
		t.Logf("worst error %.3f ulp", worst)
	})
}

func TestLogAccuracy(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var x []float64
	for range 700 {
		x = append(x,
			math.Float64frombits(r.Uint64N(0x7ff<<52)), // all positive numbers
			math.Float64frombits(r.Uint64N(1<<52)),     // denormal
			1+r.NormFloat64()*1e-3,
			1+r.NormFloat64()*1e-12,
			0.5+r.Float64()*1.5,
		)
	}
	x = append(x, 5e-324, math.MaxFloat64, 0x1p-1022, math.Nextafter(1, 2), math.Nextafter(1, 0), math.Sqrt2, math.Sqrt2/2)
	want := make([]*big.Float, len(x))
	for i, v := range x {
		m, e := math.Frexp(v) // math.Log is not good enough for denormal numbers everywhere
		want[i] = bigLog(v, math.Log(m)+float64(e)*math.Ln2)
	}
	eachPath(t, func(t *testing.T) {
		got := make([]float64, len(x))
		Log(got, x)
		worst := 0.0
		for i, v := range x {
			u := ulps(got[i], want[i])
			worst = max(worst, u)
			if !(u <= 1) {
				t.Errorf("ln(%v) = %v, off by %.3f ulp from %.20g", v, got[i], u, want[i])
			}
		}
		t.Logf("worst error %.3f ulp", worst)
	})
}

func TestExpLogSpecial(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	eachPath(t, func(t *testing.T) {
		for _, c := range []struct {
			name string
			f    func(dst, x []float64)
			x, y float64
		}{
			{"exp", Exp, 0, 1}, {"exp", Exp, math.Copysign(0, -1), 1}, {"exp", Exp, inf, inf}, {"exp", Exp, -inf, 0}, {"exp", Exp, nan, nan},
			{"exp", Exp, 1e308, inf}, {"exp", Exp, -1e308, 0}, {"exp", Exp, 710, inf}, {"exp", Exp, -746, 0},
			{"ln", Log, 0, -inf}, {"ln", Log, math.Copysign(0, -1), -inf}, {"ln", Log, inf, inf}, {"ln", Log, -inf, nan}, {"ln", Log, nan, nan},
			{"ln", Log, -1, nan}, {"ln", Log, -5e-324, nan}, {"ln", Log, 1, 0},
		} {
			// In every lane of the vectors and of the rest.
			for n := 1; n < 20; n++ {
				for at := range n {
					x, y := make([]float64, n), make([]float64, n)
					for i := range x {
						x[i] = 1
					}
					x[at] = c.x
					c.f(y, x)
					if !same(y[at:at+1], []float64{c.y}) {
						t.Fatalf("%s(%v) = %v, want %v (element %d of %d)", c.name, c.x, y[at], c.y, at, n)
					}
				}
			}
		}
	})
}

// The result of an element depends neither on its place nor on its neighbours;
// nothing outside of dst is written; dst may be x.
func TestExpLogPlace(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for name, f := range map[string]func(dst, x []float64){"exp": Exp, "ln": Log} {
			for n := range 70 {
				x := normals(4, n)
				want := newMatrix(1, n, 0, x)
				for i, v := range x {
					f(want.a[i:i+1], []float64{v})
				}
				got := newMatrix(1, n, 0, x)
				f(got.a, got.a)
				if !same(got.all, want.all) {
					t.Fatalf("%s of %d elements differs from one at a time", name, n)
				}
			}
			long := normals(5, 2*expGrain+3)
			onThreads(t, name, func() []float64 {
				y := make([]float64, len(long))
				f(y, long)
				return y
			})
		}
	})
}
