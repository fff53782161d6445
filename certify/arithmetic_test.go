package certify

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// anyDouble draws doubles of every size, subnormal ones included.
func anyDouble(spread int) *rapid.Generator[float64] {
	return rapid.Custom(func(t *rapid.T) float64 {
		m := rapid.Float64Range(-1, 1).Draw(t, "mantissa")
		return math.Ldexp(m, rapid.IntRange(-spread, spread).Draw(t, "exponent"))
	})
}

func rational(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }

// slowDot is the sum of products in rationals.
func slowDot(x, y []float64) *big.Rat {
	sum := new(big.Rat)
	for i, v := range x {
		sum.Add(sum, new(big.Rat).Mul(rational(v), rational(y[i])))
	}
	return sum
}

func (d dyadic) rat() *big.Rat {
	r := new(big.Rat).SetInt(d.m)
	two := new(big.Rat).SetInt64(2)
	if d.e < 0 {
		two.SetFrac64(1, 2)
	}
	for range max(d.e, -d.e) {
		r.Mul(r, two)
	}
	return r
}

func contains(e estimate, v *big.Rat) bool {
	if math.IsInf(e.err, 1) {
		return true
	}
	diff := new(big.Rat).Sub(rational(e.val), v)
	return diff.Abs(diff).Cmp(rational(e.err)) <= 0
}

func TestCompensatedDotEnclosesTheExactOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spread := rapid.SampledFrom([]int{2, 40, 290}).Draw(t, "spread")
		n := rapid.IntRange(0, 40).Draw(t, "n")
		x := rapid.SliceOfN(anyDouble(spread), n, n).Draw(t, "x")
		y := rapid.SliceOfN(anyDouble(spread), n, n).Draw(t, "y")
		if n > 1 { // provoke cancellation
			x[n-1], y[n-1] = -x[0], y[0]*(1+0x1p-50)
		}
		want := slowDot(x, y)
		e, abs, k := inner(x, y)
		e = e.shift(k)
		if !contains(e, want) {
			t.Fatalf("%v misses %v", e, want.FloatString(30))
		}
		// Twice the precision: the error is a unit roundoff of the result and
		// about u² of the terms.
		if limit := 2*unit*math.Abs(e.val) + 1e-27*math.Ldexp(abs, k) + 1e-300; e.err > limit {
			t.Fatalf("error bound %v, want at most %v", e.err, limit)
		}
	})
}

func TestLongAccumulatorIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "n")
		draw := anyDouble(1100)
		var l long
		var x, y []float64
		for range n {
			u, v := draw.Draw(t, "u"), draw.Draw(t, "v")
			if math.IsInf(u, 0) || math.IsInf(v, 0) {
				continue
			}
			x, y = append(x, u), append(y, v)
			l.add(u, v)
		}
		if got, want := l.value().rat(), slowDot(x, y); got.Cmp(want) != 0 {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestDyadicRounding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, v := anyDouble(60).Draw(t, "u"), anyDouble(60).Draw(t, "v")
		sum := dyadicOf(u).plus(dyadicOf(v))
		if e := sum.estimate(0); e.val != u+v || !contains(e, sum.rat()) {
			t.Fatalf("%v + %v = %v", u, v, e)
		}
		product := dyadicOf(u).times(dyadicOf(v))
		e := product.estimate(0) // rounded twice where it is subnormal
		if !contains(e, product.rat()) || e.val != u*v && math.Abs(u*v) >= 0x1p-1022 {
			t.Fatalf("%v · %v = %v", u, v, e)
		}
		if got := dyadicOf(u).cmp(dyadicOf(v)); got != rational(u).Cmp(rational(v)) {
			t.Fatalf("cmp(%v, %v) = %d", u, v, got)
		}
	})
}

func TestNormEnclosesTheExactOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(anyDouble(1000), 1, 20).Draw(t, "v")
		e := normOf(v)
		if math.IsInf(e.up(), 0) {
			return
		}
		square := slowDot(v, v)
		low, high := rational(max(e.down(), 0)), rational(e.up())
		if low.Mul(low, low).Cmp(square) > 0 || high.Mul(high, high).Cmp(square) < 0 {
			t.Fatalf("[%v, %v] misses the norm of %v", e.down(), e.up(), v)
		}
		if e.err > 100*unit*e.val+1e-320 {
			t.Fatalf("error bound %v of %v is too wide", e.err, e.val)
		}
	})
}

// slowRank eliminates in rationals.
func slowRank(n, k int, data []float64) int {
	a := make([][]*big.Rat, k)
	for j := range a {
		for i := range n {
			a[j] = append(a[j], rational(data[j*n+i]))
		}
	}
	rank := 0
	for i := 0; i < n && rank < k; i++ {
		p := rank
		for p < k && a[p][i].Sign() == 0 {
			p++
		}
		if p == k {
			continue
		}
		a[rank], a[p] = a[p], a[rank]
		for j := rank + 1; j < k; j++ {
			f := new(big.Rat).Quo(a[j][i], a[rank][i])
			for r := range n {
				a[j][r].Sub(a[j][r], new(big.Rat).Mul(f, a[rank][r]))
			}
		}
		rank++
	}
	return rank
}

func TestFullColumnRankAgainstRationals(t *testing.T) {
	var full, deficient int
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 6).Draw(t, "n"), rapid.IntRange(0, 6).Draw(t, "k")
		small := rapid.Custom(func(t *rapid.T) float64 {
			return float64(rapid.IntRange(-2, 2).Draw(t, "m")) * math.Ldexp(1, rapid.IntRange(-60, 60).Draw(t, "e"))
		})
		data := rapid.SliceOfN(small, n*k, n*k).Draw(t, "data")
		if k >= 2 && rapid.Bool().Draw(t, "dependent") {
			for i := range n { // the last column is a combination of two others
				data[(k-1)*n+i] = data[i] - 3*data[(k-2)*n+i]*float64(min(k-2, 1))
			}
		}
		want := slowRank(n, k, data) == k
		if want {
			full++
		} else {
			deficient++
		}
		if got := FullColumnRank(n, k, data); got != want {
			t.Fatalf("FullColumnRank = %v for %d×%d %v", got, n, k, data)
		}
	})
	if full+deficient >= 100 && (full == 0 || deficient == 0) { // -short draws fewer
		t.Errorf("one-sided test: %d full, %d deficient", full, deficient)
	}
}

// TestRankBeyondRounding tells apart what floating point cannot: columns that
// differ in the last place, and columns that do not differ.
func TestRankBeyondRounding(t *testing.T) {
	third := 1.0 / 3
	if !FullColumnRank(2, 2, []float64{1, third, 1, math.Nextafter(third, 1)}) {
		t.Error("columns that differ in one bit are independent")
	}
	if FullColumnRank(2, 2, []float64{1, third, 0x1p-900, third * 0x1p-900}) {
		t.Error("a multiple is dependent")
	}
}

func TestLeastSingularValueIsALowerBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 12).Draw(t, "n"), rapid.IntRange(1, 5).Draw(t, "k")
		data := rapid.SliceOfN(rapid.Float64Range(-0.25, 0.25), n*k, n*k).Draw(t, "data")
		sigma := leastSingularValue(n, k, data)
		if sigma == 0 {
			return
		}
		if slowRank(n, k, data) < k {
			t.Fatalf("σ ≥ %v for dependent columns", sigma)
		}
		// ‖Av‖ ≥ σ‖v‖ for any v.
		v := rapid.SliceOfN(rapid.Float64Range(-1, 1), k, k).Draw(t, "v")
		av := make([]float64, n)
		for j := range k {
			for i := range n {
				av[i] += data[j*n+i] * v[j]
			}
		}
		if normOf(av).up() < sigma*normOf(v).val*(1-1e-12) {
			t.Fatalf("‖Av‖ = %v < σ‖v‖ = %v·%v", normOf(av).val, sigma, normOf(v).val)
		}
	})
	if s := leastSingularValue(3, 2, []float64{0.6, 0, 0, 0, 0.5, 0}); s < 0.3 || s > 0.5 {
		t.Errorf("σ of diag(0.6, 0.5) = %v, want a bound within (0.3, 0.5]", s)
	}
}
