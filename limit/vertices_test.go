package limit

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// vertexOptimum is the slow twin of L1: it visits every basic solution of
// {x ≥ 0 : Ax = b} in rational arithmetic and returns the optimum of Σx, the
// number of distinct optimal vertices and the union of their supports; ok is
// false if there is no x ≥ 0 with Ax = b.
func vertexOptimum(n, m int, a, b []int64) (value *big.Rat, vertices int, union []bool, ok bool) {
	union = make([]bool, m)
	seen := map[string]bool{}
	for set := range 1 << m {
		var cols []int
		for j := range m {
			if set>>j&1 == 1 {
				cols = append(cols, j)
			}
		}
		if len(cols) > n {
			continue
		}
		x, solvable := basicSolution(n, m, a, b, cols)
		if !solvable {
			continue
		}
		total, key := new(big.Rat), ""
		full := make([]*big.Rat, m)
		for j := range full {
			full[j] = new(big.Rat)
		}
		for i, j := range cols {
			full[j] = x[i]
			total.Add(total, x[i])
		}
		for _, v := range full {
			key += v.RatString() + " "
		}
		if value == nil || total.Cmp(value) < 0 {
			value, vertices = total, 0
			clear(union)
			clear(seen)
		}
		if total.Cmp(value) == 0 && !seen[key] {
			seen[key] = true
			vertices++
			for j, v := range full {
				union[j] = union[j] || v.Sign() > 0
			}
		}
	}
	return value, vertices, union, value != nil
}

// basicSolution solves A_S x = b for independent columns S; it fails if they
// depend, if there is no solution or if an entry is negative.
func basicSolution(n, m int, a, b []int64, cols []int) ([]*big.Rat, bool) {
	k := len(cols)
	t := make([][]*big.Rat, n)
	for i := range t {
		t[i] = make([]*big.Rat, k+1)
		for c, j := range cols {
			t[i][c] = big.NewRat(a[i*m+j], 1)
		}
		t[i][k] = big.NewRat(b[i], 1)
	}
	for c := range k {
		pivot := -1
		for i := c; i < n; i++ {
			if t[i][c].Sign() != 0 {
				pivot = i
				break
			}
		}
		if pivot < 0 {
			return nil, false
		}
		t[c], t[pivot] = t[pivot], t[c]
		for i := range n {
			if i == c || t[i][c].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Quo(t[i][c], t[c][c])
			for q := c; q <= k; q++ {
				t[i][q] = new(big.Rat).Sub(t[i][q], new(big.Rat).Mul(f, t[c][q]))
			}
		}
	}
	x := make([]*big.Rat, k)
	for i := range n {
		if i >= k {
			if t[i][k].Sign() != 0 {
				return nil, false
			}
			continue
		}
		x[i] = new(big.Rat).Quo(t[i][k], t[i][i])
		if x[i].Sign() < 0 {
			return nil, false
		}
	}
	return x, true
}

// Small integers make every degeneracy there is: ties, dependent rows and
// columns, degenerate vertices, zero columns, infeasible right-hand sides.
func TestL1AgainstAllVertices(t *testing.T) {
	counts := map[string]int{}
	for seed := range uint64(2500) {
		rng := rand.New(rand.NewPCG(seed, 99))
		n := 1 + rng.IntN(4)
		m := 1 + rng.IntN(5)
		nonneg := rng.IntN(2) == 0
		a := make([]int64, n*m)
		for i := range a {
			a[i] = int64(rng.IntN(5) - 2)
		}
		b := make([]int64, n)
		for i := range b {
			b[i] = int64(rng.IntN(7) - 3)
		}
		if rng.IntN(3) > 0 { // feasible by construction
			clear(b)
			for j := range m {
				x := int64(rng.IntN(4))
				if !nonneg && rng.IntN(2) == 0 {
					x = -x
				}
				for i := range n {
					b[i] += a[i*m+j] * x
				}
			}
		}
		data, rhs := make([]float64, n*m), make([]float64, n)
		for i, v := range a {
			data[i] = float64(v)
		}
		for i, v := range b {
			rhs[i] = float64(v)
		}
		p := Problem{A: linop.NewDense(n, m, data), B: rhs, Nonneg: nonneg}
		oracle, width := a, m
		if !nonneg {
			width = 2 * m
			oracle = make([]int64, n*width)
			for i := range n {
				for j := range m {
					oracle[i*width+j], oracle[i*width+m+j] = a[i*m+j], -a[i*m+j]
				}
			}
		}
		value, vertices, union, feasible := vertexOptimum(n, width, oracle, b)
		r := mustL1(t, p)
		fail := func(format string, args ...any) {
			t.Helper()
			t.Errorf("seed %d (n=%d m=%d nonneg=%v A=%v b=%v): "+format, append([]any{seed, n, m, nonneg, a, b}, args...)...)
		}
		if !feasible {
			counts["infeasible"]++
			if r.Status != Infeasible {
				fail("status %s (%+v), want infeasible; route %s", r.Status, r.Reason, r.Stats.Route)
			}
			continue
		}
		if r.Status != Certified {
			fail("status %s (%+v), gap %g, residual %g; route %s", r.Status, r.Reason, r.Gap, r.Residual, r.Stats.Route)
			continue
		}
		want, _ := value.Float64()
		if math.Abs(r.Objective-want) > 1e-9*max(1, want) {
			fail("objective %g, want %g", r.Objective, want)
		}
		if r.Unique == nil {
			counts["not established"]++
			t.Logf("seed %d n=%d m=%d nonneg=%v A=%v b=%v: uniqueness not established, %d optimal vertices, x %v y %v", seed, n, m, nonneg, a, b, vertices, r.X, r.Y)
		} else if *r.Unique != (vertices == 1) {
			fail("unique %v, but %d optimal vertices; x %v", *r.Unique, vertices, r.X)
		}
		if vertices > 1 {
			counts["ties"]++
			if r.Unique != nil {
				if fault := secondFault(p, r); fault != "" {
					fail("%s", fault)
				}
			}
			for j := range m {
				inFace := union[j] || !nonneg && union[m+j]
				if inFace != (math.Abs(r.X[j]) > 1e-9) {
					fail("the maximum-entropy point is positive on %v, got x = %v", union, r.X)
					break
				}
			}
		}
	}
	t.Log(counts)
	if counts["not established"] > 0 {
		t.Errorf("uniqueness not established in %d cases", counts["not established"])
	}
}
