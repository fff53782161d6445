package limit

import (
	"os"
	"strconv"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/linop"
)

func TestDbgStress(t *testing.T) {
	var seeds []int
	for i := range 3000 { seeds = append(seeds, i) }
	if v := os.Getenv("SEED"); v != "" { k, _ := strconv.Atoi(v); seeds = []int{k} }
	tally := map[string]int{}
	shown := map[string]int{}
	cur, bad := "", 0
	check := func(a linop.Operator, b []float64, c certify.Certificate, w certify.Witness) {
		c.Tol = 1e-9
		issued, err := certify.Issue(a, b, c, w)
		if err != nil { bad++; if bad < 12 { fmt.Println("ISSUE", cur, c.Claim, err) }; return }
		v, _ := certify.Verify(a, b, issued, w)
		if !v.Valid { bad++; if bad < 12 { fmt.Println("REJ", cur, c.Claim, v.Failed(), issued.Objective, issued.Bound) } }
	}
	for _, seed := range seeds {
		rng := rand.New(rand.NewPCG(uint64(seed), 1))
		n, m := 1+rng.IntN(12), 1+rng.IntN(25)
		a := make([]float64, n*m)
		kind := rng.IntN(5)
		for i := range a {
			switch kind {
			case 0:
				a[i] = float64(rng.IntN(3) - 1)
			case 1:
				a[i] = float64(rng.IntN(2))
			case 2:
				a[i] = rng.NormFloat64()
			case 3:
				a[i] = rng.Float64()
			case 4:
				a[i] = math.Round(rng.NormFloat64()*3) * math.Pow(10, float64(rng.IntN(6)))
			}
		}
		x := make([]float64, m)
		nonneg := rng.IntN(2) == 0
		for j := range x {
			if rng.IntN(3) == 0 {
				x[j] = float64(rng.IntN(4)) * math.Pow(10, float64(rng.IntN(3)))
				if !nonneg && rng.IntN(2) == 0 {
					x[j] = -x[j]
				}
			}
		}
		b := mulVec(a, n, m, x)
		if safeNorm(b) == 0 { continue }
		if len(seeds) == 1 { for i := range n { fmt.Println(a[i*m:i*m+m]) }; defer fmt.Println("b", b, "x", x) }
		op := linop.NewDense(n, m, a)
		p := Problem{A: op, B: b, Nonneg: nonneg}
		pert := rng.IntN(4) == 0
		if pert {
			b[rng.IntN(n)] += 1
		}
		res, err := MinNorm(context.Background(), op, b, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		cur = fmt.Sprint(seed, " ", n, "x", m, " kind ", kind)
		key := fmt.Sprint("minnorm ", kind, " ", res.Status)
		tally[key]++
		claim := certify.MinNorm
		if len(seeds) == 1 && res.Status == Infeasible {
			z, nn, cmp := make([]float64, m), make([]float64, m), make([]float64, m)
			op.ApplyT(z, res.Y); linop.ColumnNorms(op, nn); applyTCompensated(op, cmp, res.Y)
			fmt.Println("V", z, cmp, nn, safeNorm(res.Y), res.Y, isFarkas(op, b, res.Y, 1e-9), res.Stats)
		}
		if res.Status == Infeasible {
			claim = certify.Inconsistent
		}
		if res.Status == Certified || res.Status == Infeasible {
			check(op, b, certify.Certificate{Claim: claim}, certify.Witness{X: res.X, Y: res.Y})
		} else if shown[key]++; shown[key] < 3 {
			fmt.Println(seed, n, m, kind, res.Status, res.Reason, res.Stats)
		}
		if res.Status == Infeasible && !pert {
			fmt.Println("WRONG", seed)
		}
		for _, la := range []float64{3, -2, -15, -70, -1e4} {
			o := Options{}
			if len(seeds) == 1 { o.Observe = func(p Progress) { fmt.Println(la, p.Lane, p.Step, p.Residual) } }
			ar, err := L1AtAlpha(context.Background(), p, la, nil, o)
			if len(seeds) == 1 { fmt.Println(ar.Status, ar.X, ar.Y, ar.AnySign, ar.Gap) }
			if err != nil {
				t.Fatal(err)
			}
			key := fmt.Sprint("alpha ", nonneg, " ", kind, " ", ar.Status)
			tally[key]++
			cur = fmt.Sprint(seed, " ", n, "x", m, " kind ", kind, " la ", la)
			name := certify.Hypentropy
			if nonneg {
				name = certify.Entropy
			}
			if ar.Status == Certified {
				check(op, b, certify.Certificate{Claim: certify.Bregman, Geometry: name, LogAlpha: &la}, certify.Witness{X: ar.X, Y: ar.Y})
} else if ar.Status == Infeasible {
				c := certify.Inconsistent
				if !ar.AnySign {
					c = certify.InfeasibleNonneg
				}
				check(op, b, certify.Certificate{Claim: c}, certify.Witness{X: ar.X, Y: ar.Y})
			} else if shown[key]++; shown[key] < 4 {
				fmt.Println(seed, n, m, kind, nonneg, la, ar.Status, ar.Reason, ar.Stats, pert)
			}
			if ar.Status == Infeasible && !pert {
				fmt.Println("WRONG", seed)
			}
		}
	}
	fmt.Println("bad", bad)
	for k, v := range tally {
		fmt.Println(k, v)
	}
}
func TestDbgNan(t *testing.T) {
	for _, seed := range []int{803} {
		rng := rand.New(rand.NewPCG(uint64(seed), 1))
		n, m := 1+rng.IntN(12), 1+rng.IntN(25)
		_ = n
		_ = m
	}
}
