package certify

import (
	"math"
	"math/big"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// nearlyParallel has three rows that differ by e = 2⁻⁴⁶: r = (1, 2, 3, 1), r+e(1, −1, 2, 0) and
// r+e(2, 1, −1, 0), and the ℓ1 solution x = (1, 2, −1, 0). The y that is (1, 1, −1) on its
// support has entries of 10¹³ in eighteenths: two doubles hold it, one does not.
func nearlyParallel(claim Claim) instance {
	e := math.Ldexp(1, -46)
	in := instance{name: "tail " + string(claim), n: 3, m: 4, a: []float64{1, 2, 3, 1, 1 + e, 2 - e, 3 + 2*e, 1, 1 + 2*e, 2 + e, 3 - e, 1}}
	in.w.X = []float64{1, 2, -1, 0}
	if claim == L1Nonneg {
		in.w.X[2] = 1
	}
	target := []float64{1, 1, math.Copysign(1, in.w.X[2])}
	if claim == MinNorm { // among all x: that on the row space, of which x is not a part
		in.m, in.a = 3, []float64{1, 2, 3, 1 + e, 2 - e, 3 + 2*e, 1 + 2*e, 2 + e, 3 - e}
		in.w.X, target = []float64{1, 3, -1.25}, []float64{1, 3, -1.25}
	}
	in.b = make([]float64, 3) // without rounding: the entries are short
	in.op().Apply(in.b, in.w.X)
	// Aᵀy = target on the first three columns, by Cramer's rule.
	column := func(j int) [3]*big.Rat {
		var c [3]*big.Rat
		for i := range c {
			c[i] = new(big.Rat).SetFloat64(in.a[i*in.m+j])
		}
		return c
	}
	det := func(m [3][3]*big.Rat) *big.Rat {
		sum := new(big.Rat)
		for k := range 3 {
			a, b := (k+1)%3, (k+2)%3
			p := new(big.Rat).Mul(m[1][a], m[2][b])
			p.Sub(p, new(big.Rat).Mul(m[1][b], m[2][a]))
			sum.Add(sum, p.Mul(p, m[0][k]))
		}
		return sum
	}
	rows := [3][3]*big.Rat{column(0), column(1), column(2)}
	whole := det(rows)
	for i := range 3 {
		changed := rows
		for j := range 3 {
			changed[j][i] = new(big.Rat).SetFloat64(target[j])
		}
		y := det(changed)
		y.Quo(y, whole)
		hi, _ := y.Float64()
		lo, _ := y.Sub(y, new(big.Rat).SetFloat64(hi)).Float64()
		in.w.Y, in.w.Tail = append(in.w.Y, hi), append(in.w.Tail, lo)
	}
	in.cert = Certificate{Claim: claim, Tol: 1e-9, Tail: ptr("y_tail.npy")}
	if claim == MinNorm {
		in.cert.Unique = ptr(true)
	}
	return in
}

// TestTail: a dual vector in two doubles proves what its first part does not, and every
// change of the second that matters is refused.
func TestTail(t *testing.T) {
	for _, claim := range []Claim{L1, L1Nonneg, MinNorm} {
		in := nearlyParallel(claim)
		judges := map[string]func(linop.Operator, []float64, Certificate, Witness) (Verdict, error){"compensated": Verify, "exact": VerifyExact}
		valid := func(how string, c Certificate, w Witness) bool {
			v, err := judges[how](in.op(), in.b, c, w)
			if err != nil {
				t.Fatal(err)
			}
			return v.Valid
		}
		c := in.issue(t)
		for how := range judges {
			if !valid(how, c, in.w) {
				v, _ := judges[how](in.op(), in.b, c, in.w)
				t.Errorf("%s, %s: refused: %+v", in.name, how, v.Failed())
			}
		}
		alone := in
		alone.w.Tail, alone.cert.Tail = nil, nil
		for how := range judges {
			if d := alone.issue(t); valid(how, d, alone.w) {
				t.Errorf("%s, %s: accepted without the second part", in.name, how)
			}
			unnamed := c
			unnamed.Tail = nil
			if valid(how, unnamed.Sealed(in.b, in.w), in.w) || valid(how, c, alone.w) || valid(how, c.Sealed(in.b, alone.w), alone.w) {
				t.Errorf("%s, %s: accepted with a tail that is not named, or missing", in.name, how)
			}
		}
		for i := range in.w.Tail {
			old := in.w.Tail[i]
			for _, v := range []float64{-old, 2 * old, old + 1e-6, 1} {
				in.w.Tail[i] = v
				if valid("compensated", c, in.w) {
					t.Errorf("%s: accepted tail[%d] = %v for %v", in.name, i, v, old)
				}
				felt := 1e-7
				if claim == MinNorm {
					felt = 1e-3 // the bound is of second order
				}
				if math.Abs(v-old) < felt {
					continue
				}
				d, err := Issue(in.op(), in.b, in.cert, in.w)
				if err == nil && (valid("compensated", d, in.w) || valid("exact", d, in.w)) {
					t.Errorf("%s: forged with tail[%d] = %v for %v", in.name, i, v, old)
				}
			}
			in.w.Tail[i] = math.NaN()
			if valid("compensated", c, in.w) {
				t.Errorf("%s: accepted NaN in the tail", in.name)
			}
			in.w.Tail[i] = old
		}
	}
	// Claims that have none.
	in := nearlyParallel(L1)
	in.cert.Claim = Inconsistent
	if c, err := Issue(in.op(), in.b, in.cert, in.w); err == nil {
		if v, err := Verify(in.op(), in.b, c, in.w); err == nil && v.Valid {
			t.Error("a claim of infeasibility with a tail was accepted")
		}
	}
}
