package limit

import (
	"context"
	"maps"
	"math/big"
	"slices"
	"testing"
)

func rationals(t *testing.T, text ...string) []*big.Rat {
	t.Helper()
	var out []*big.Rat
	for _, s := range text {
		v, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatalf("not a number: %q", s)
		}
		out = append(out, v)
	}
	return out
}

// checkFractions holds the path of the instance of Zhao et al. 2026 to the
// fractions of their paper.
func checkFractions(t *testing.T, r *RationalPath) {
	t.Helper()
	want := []struct {
		tau, residual, bound string
		x                    map[int]string
	}{
		{"1", "1/5", "1", map[int]string{0: "4/5"}},
		{"4", "1/50", "8/5", map[int]string{2: "7/5"}},
		{"276/49", "0", "80/49", map[int]string{2: "10/7", 3: "-10/49"}},
	}
	if r.Status != Certified || len(r.Events) != len(want) || !*r.Unique {
		t.Fatalf("%s, %d events", r.Status, len(r.Events))
	}
	for k, e := range r.Events {
		x := map[int]string{}
		for j, v := range e.X {
			x[j] = v.RatString()
		}
		if w := want[k]; e.Tau.RatString() != w.tau || e.ResidualSquared.RatString() != w.residual ||
			e.Bound.RatString() != w.bound || !maps.Equal(x, w.x) {
			t.Errorf("event %d: τ = %s, ‖r‖² = %s, bound %s, x = %v, want %v", k, e.Tau.RatString(), e.ResidualSquared.RatString(), e.Bound.RatString(), x, w)
		}
	}
	if r.Value.RatString() != "80/49" || r.Bound.Cmp(r.Value) != 0 {
		t.Errorf("value %s, bound %s", r.Value.RatString(), r.Bound.RatString())
	}
}

func TestPathRationalDropsACoordinate(t *testing.T) {
	p := RationalProblem{A: [][]*big.Rat{rationals(t, "1", "1/2", "7/10", "0"), rationals(t, "0.5", "1", "0.1", "0.7")}, B: rationals(t, "1", "0")}
	r, err := PathRational(context.Background(), p, 0)
	if err != nil {
		t.Fatal(err)
	}
	checkFractions(t, r)
}

// Every plateau is held to the conditions that define the path, in fractions,
// and its end to the enumeration of all vertices.
func TestPathRationalAgainstItsDefinition(t *testing.T) {
	for seed := range uint64(1500) {
		p, rp, a, b := integerInstance(seed)
		integerWeights(seed, &p, &rp)
		r, err := PathRational(context.Background(), rp, 0)
		if err != nil {
			t.Fatal(err)
		}
		fail := func(format string, args ...any) {
			t.Helper()
			t.Errorf("seed %d (nonneg %v A=%v b=%v w=%v): "+format, append([]any{seed, p.Nonneg, a, b, rp.Weights}, args...)...)
		}
		checkDefinition(fail, rp, r)
		if rp.Weights != nil {
			continue
		}
		n, m := p.A.Dims()
		oracle, width := a, m
		if !p.Nonneg {
			width = 2 * m
			oracle = make([]int64, n*width)
			for i := range n {
				for j := range m {
					oracle[i*width+j], oracle[i*width+m+j] = a[i*m+j], -a[i*m+j]
				}
			}
		}
		if seed%5 != 0 { // the enumeration is slow
			continue
		}
		value, vertices, _, feasible := vertexOptimum(n, width, oracle, b)
		if feasible != (r.Status == Certified) {
			fail("%s, but feasible %v", r.Status, feasible)
			continue
		}
		if feasible && (value.Cmp(r.Value) != 0 || *r.Unique != (vertices == 1)) {
			fail("value %s unique %v, want %s with %d vertices", r.Value.RatString(), *r.Unique, value.RatString(), vertices)
		}
	}
}

// checkDefinition verifies that y is dual feasible at every event, that r is
// the projection of b on the tangent cone there (Moreau: b − r in the normal
// cone, r in the tangent cone, orthogonal), that y moves along r for the time
// that it says, and what is claimed of the end.
func checkDefinition(fail func(string, ...any), p RationalProblem, path *RationalPath) {
	n, m := len(p.A), len(p.A[0])
	upper, lower := p.Weights, p.WeightsNeg // lower nil: no bound
	if upper == nil {
		for range m {
			upper = append(upper, big.NewRat(1, 1))
		}
	}
	if lower == nil && !p.Nonneg {
		lower = upper
	}
	sides := func(y []*big.Rat) (side []int, feasible bool) {
		feasible = true
		for j, v := range transposed(p.A, y) {
			up := v.Cmp(upper[j])
			down := 1
			if lower != nil {
				down = new(big.Rat).Neg(v).Cmp(lower[j])
				feasible = feasible && down <= 0
			}
			feasible = feasible && up <= 0
			switch {
			case up == 0:
				side = append(side, 1)
			case lower != nil && down == 0:
				side = append(side, -1)
			default:
				side = append(side, 0)
			}
		}
		return side, feasible
	}
	y, tau, r := zeros(n), new(big.Rat), clone(p.B)
	for k, e := range path.Events {
		step := new(big.Rat).Sub(e.Tau, tau)
		if step.Sign() <= 0 {
			fail("event %d: time does not pass", k)
		}
		for i := range y {
			addProduct(y[i], step, r[i])
			if y[i].Cmp(e.Y[i]) != 0 {
				fail("event %d: y is not where r leads", k)
			}
		}
		side, feasible := sides(y)
		if !feasible {
			fail("event %d: y is not feasible", k)
		}
		x := zeros(m)
		for j, v := range e.X {
			x[j] = v
			if v.Sign() != side[j] {
				fail("event %d: x[%d] = %s at side %d", k, j, v.RatString(), side[j])
			}
		}
		r, tau = clone(p.B), e.Tau
		for i, row := range p.A {
			r[i].Sub(r[i], dotRational(row, x))
		}
		for j, g := range transposed(p.A, r) {
			leaves := side[j]*g.Sign() < 0
			if side[j]*g.Sign() > 0 || x[j].Sign() != 0 && g.Sign() != 0 || slices.Contains(e.Leaving, j) != leaves {
				fail("event %d: constraint %d moves by %s at side %d with x = %s, leaving %v", k, j, g.RatString(), side[j], x[j].RatString(), e.Leaving)
			}
		}
		if dotRational(r, r).Cmp(e.ResidualSquared) != 0 || dotRational(p.B, y).Cmp(e.Bound) != 0 {
			fail("event %d: residual or bound", k)
		}
	}
	switch path.Status {
	case Certified:
		if dotRational(r, r).Sign() != 0 || path.Value.Cmp(path.Bound) != 0 {
			fail("certified with value %s, bound %s", path.Value.RatString(), path.Bound.RatString())
		}
	case Infeasible:
		zero := true
		for _, g := range transposed(p.A, path.Y) {
			zero = zero && g.Sign() == 0
			if g.Sign() > 0 || !p.Nonneg && g.Sign() != 0 {
				fail("not a Farkas vector: %v", path.Y)
			}
		}
		if dotRational(p.B, path.Y).Sign() <= 0 || zero != path.AnySign {
			fail("not a Farkas vector: %v, any sign %v", path.Y, path.AnySign)
		}
	default:
		fail("status %s", path.Status)
	}
}

func dotRational(x, y []*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for i, v := range x {
		sum.Add(sum, new(big.Rat).Mul(v, y[i]))
	}
	return sum
}

// transposed returns Aᵀy.
func transposed(a [][]*big.Rat, y []*big.Rat) []*big.Rat {
	out := zeros(len(a[0]))
	for i, row := range a {
		for j, v := range row {
			out[j].Add(out[j], new(big.Rat).Mul(v, y[i]))
		}
	}
	return out
}

func TestPathRationalRefuses(t *testing.T) {
	one := rationals(t, "1")
	for name, p := range map[string]RationalProblem{
		"no rows":     {},
		"no columns":  {A: [][]*big.Rat{{}}, B: one},
		"short b":     {A: [][]*big.Rat{one, one}, B: one},
		"ragged":      {A: [][]*big.Rat{one, rationals(t, "1", "2")}, B: rationals(t, "1", "2")},
		"missing a":   {A: [][]*big.Rat{{nil}}, B: one},
		"missing b":   {A: [][]*big.Rat{one}, B: []*big.Rat{nil}},
		"zero weight": {A: [][]*big.Rat{one}, B: one, Weights: rationals(t, "0")},
		"weights":     {A: [][]*big.Rat{one}, B: one, Weights: rationals(t, "1", "1")},
		"x ≥ 0":       {A: [][]*big.Rat{one}, B: one, WeightsNeg: one, Nonneg: true},
	} {
		if r, err := PathRational(context.Background(), p, 0); err == nil {
			t.Errorf("%s: no error, %+v", name, r)
		}
	}
}
