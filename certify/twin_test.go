package certify

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// slowL1 decides the conditions of L1 and L1Nonneg in rationals, straight from
// their definitions.
func slowL1(in instance, tol float64) (residual, dual, gap bool) {
	zero, one, t := new(big.Rat), rational(1), rational(tol)
	column := func(j int) []float64 {
		var col []float64
		for i := range in.n {
			col = append(col, in.a[i*in.m+j])
		}
		return col
	}
	square, size := new(big.Rat), new(big.Rat)
	for i := range in.n {
		r := slowDot(in.a[i*in.m:(i+1)*in.m], in.w.X)
		r.Sub(r, rational(in.b[i]))
		square.Add(square, r.Mul(r, r))
		size.Add(size, new(big.Rat).Mul(rational(in.b[i]), rational(in.b[i])))
	}
	if size.Sign() == 0 {
		size = one
	}
	limit := new(big.Rat).Mul(t, t)
	residual = square.Cmp(limit.Mul(limit, size)) <= 0

	stretch, objective := rational(1), new(big.Rat)
	for j := range in.m {
		z := slowDot(column(j), in.w.Y)
		if in.cert.Claim == L1 {
			z.Abs(z)
		}
		if z.Cmp(stretch) > 0 {
			stretch = z
		}
		objective.Add(objective, new(big.Rat).Abs(rational(in.w.X[j])))
	}
	dual = new(big.Rat).Sub(stretch, one).Cmp(t) <= 0
	bound := slowDot(in.b, in.w.Y)
	bound.Quo(bound, stretch)
	largest := new(big.Rat).Set(objective)
	if b := new(big.Rat).Abs(bound); b.Cmp(largest) > 0 {
		largest = b
	}
	diff := new(big.Rat).Sub(objective, bound)
	gap = largest.Cmp(zero) == 0 || diff.Abs(diff).Cmp(t.Mul(t, largest)) <= 0
	return residual, dual, gap
}

// TestConditionsAgainstRationals compares the three conditions, near and far
// from their limits; compensated arithmetic may only refuse more.
func TestConditionsAgainstRationals(t *testing.T) {
	seen, draws := map[string]int{}, 0
	rapid.Check(t, func(t *rapid.T) {
		entry := rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-8, 8).Draw(t, "k")) / 4 })
		in := instance{name: "small", n: 2, m: 3}
		in.a = rapid.SliceOfN(entry, 6, 6).Draw(t, "A")
		in.w.X = rapid.SliceOfN(entry, 3, 3).Draw(t, "x")
		in.w.Y = rapid.SliceOfN(entry, 2, 2).Draw(t, "y")
		if rapid.IntRange(0, 3).Draw(t, "zero") == 0 { // a pair without a gap
			clear(in.w.X)
			clear(in.w.Y)
		}
		draws++
		claim := rapid.SampledFrom([]Claim{L1, L1Nonneg}).Draw(t, "claim")
		for i := range in.n { // b near Ax, and exactly at the limit now and then
			r := rapid.SampledFrom([]float64{0, 0, 0.25, 1}).Draw(t, "r")
			v, _ := slowDot(in.a[i*3:i*3+3], in.w.X).Float64()
			in.b = append(in.b, v+r)
		}
		tol := rapid.SampledFrom([]float64{0.5, 0.25, 0.125, 1e-9}).Draw(t, "tol")
		in.cert = Certificate{Claim: claim, Tol: tol}
		c, err := Issue(in.op(), in.b, in.cert, in.w)
		if err != nil {
			t.Fatal(err)
		}
		exact, err := VerifyExact(in.op(), in.b, c, in.w)
		if err != nil {
			t.Fatal(err)
		}
		rounded, err := Verify(in.op(), in.b, c, in.w)
		if err != nil {
			t.Fatal(err)
		}
		var want struct{ residual, dual, gap bool }
		want.residual, want.dual, want.gap = slowL1(in, tol)
		for _, k := range []struct {
			name string
			want bool
		}{{"residual", want.residual}, {"dual infeasibility", want.dual}, {"gap", want.gap}} {
			if got := passed(exact, k.name); got != k.want {
				t.Fatalf("%s exactly: %v, want %v (%+v)", k.name, got, k.want, exact.Checks)
			}
			if passed(rounded, k.name) && !k.want {
				t.Fatalf("%s passes in rounded arithmetic only (%+v)", k.name, rounded.Checks)
			}
			if k.want {
				seen[k.name+" true"]++
			} else {
				seen[k.name+" false"]++
			}
		}
		nonneg := claim == L1 || min(in.w.X[0], in.w.X[1], in.w.X[2]) >= 0
		if exact.Valid && !(want.residual && want.dual && want.gap && nonneg) {
			t.Fatalf("valid against the rationals: %+v", exact)
		}
	})
	if draws >= 100 && len(seen) != 6 { // -short draws too few to see everything
		t.Errorf("one-sided test: %v", seen)
	}
}

func passed(v Verdict, name string) bool {
	for _, c := range v.Checks {
		if c.Name == name || strings.HasPrefix(c.Name, name+" (") {
			return c.Pass
		}
	}
	return false
}

// TestValueIncludesItsRounding: the value of a check is an upper bound even
// where everything cancels.
func TestValueIncludesItsRounding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := instance{name: "cancelling", n: 1, m: 4}
		in.a = rapid.SliceOfN(rapid.Float64Range(-1, 1), 4, 4).Draw(t, "A")
		in.w.X = rapid.SliceOfN(rapid.Float64Range(-1, 1), 4, 4).Draw(t, "x")
		in.w.X[3], in.a[3] = -in.w.X[0]*(1+0x1p-40), in.a[0]
		in.b = []float64{math.Ldexp(1, -rapid.IntRange(0, 60).Draw(t, "log b"))}
		in.w.Y = []float64{1}
		in.cert = Certificate{Claim: MinNorm, Tol: 1e-9}
		c, err := Issue(in.op(), in.b, in.cert, in.w)
		if err != nil {
			return
		}
		v := verify(t, in, c)
		r := slowDot(in.a, in.w.X)
		r.Sub(r, rational(in.b[0])).Quo(r, rational(in.b[0])).Abs(r)
		for _, check := range v.Checks {
			if check.Name == "residual" && rational(check.Value).Cmp(r) < 0 {
				t.Fatalf("residual %v below the exact %s", check.Value, r.FloatString(40))
			}
		}
	})
}
