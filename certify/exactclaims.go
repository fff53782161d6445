package certify

import "math"

// exactProblem is a problem with its exact sums and its rounded numbers.
type exactProblem struct {
	problem
	exactSums
	measured measured
}

// squares returns Σ vᵢ².
func squares(v []dyadic) dyadic {
	sum := dyadicOf(0)
	for _, d := range v {
		sum = sum.plus(d.times(d))
	}
	return sum
}

func squaresOf(v []float64) dyadic {
	var s long
	for _, x := range v {
		s.add(x, x)
	}
	return s.value()
}

func dotExactly(x, y []float64) dyadic {
	var s long
	for i, v := range x {
		s.add(v, y[i])
	}
	return s.value()
}

// exactResidual decides ‖Ax−b‖ ≤ tol·‖b‖ by squares.
func (r *report) exactResidual(x exactProblem) {
	tol := dyadicOf(x.cert.Tol)
	size := squaresOf(x.b)
	if size.sign() == 0 {
		size = dyadicOf(1)
	}
	ok := squares(x.exactSums.residual).cmp(tol.times(tol).times(size)) <= 0
	r.add("residual (exact)", x.measured.residual.val, x.cert.Tol, ok)
}

// exactL1 decides L1 and L1Nonneg. With stretch = num/den the gap condition
// |objective − bᵀy/stretch| ≤ tol·max(objective, |bᵀy|/stretch) is multiplied
// by num.
func (r *report) exactL1(x exactProblem) {
	r.exactResidual(x)
	tol, one := dyadicOf(x.cert.Tol), dyadicOf(1)
	num, den := one, one
	for j, z := range x.exactSums.dual {
		if x.cert.Claim == L1 {
			z = z.abs()
		}
		if w := dyadicOf(x.weight(j)); z.times(den).cmp(w.times(num)) > 0 {
			num, den = z, w
		}
	}
	excess := num.minus(den)
	r.add("dual infeasibility (exact)", ratio(excess, den), x.cert.Tol, excess.cmp(tol.times(den)) <= 0)

	var sum long
	for j, v := range x.X {
		sum.add(x.weight(j), math.Abs(v))
	}
	if x.cert.Claim == L1Nonneg {
		cone := coneCheck(x.X)
		r.add(cone.Name, cone.Value, cone.Bound, cone.Pass)
	}
	objective := sum.value().times(num)
	bound := x.alongExactly(x.b).times(den)
	size := objective
	if bound.abs().cmp(size) > 0 {
		size = bound.abs()
	}
	ok := objective.minus(bound).abs().cmp(tol.times(size)) <= 0
	r.add("gap (exact)", x.measured.gap.val, x.cert.Tol, ok)
}

// ratio returns d/f rounded, for display.
func ratio(d, f dyadic) float64 {
	if d.sign() == 0 {
		return 0
	}
	k := d.exponent() - f.exponent()
	return estimate{d.estimate(d.exponent()).val / f.estimate(f.exponent()).val, 0}.shift(k).val
}

// exactMinNorm decides MinNorm: with N = (b−Ax₀)ᵀy the objective ‖x−x₀‖ and
// the bound N/‖Aᵀy‖ differ by at most tol times the larger one if and only if
// (1−tol)·‖x−x₀‖‖Aᵀy‖ ≤ N and (1−tol)·N ≤ ‖x−x₀‖‖Aᵀy‖, N ≥ 0. Where x is x₀
// to rounding nothing is left to compare.
func (r *report) exactMinNorm(x exactProblem) {
	r.exactResidual(x)
	distance := make([]dyadic, len(x.X))
	reach := x.alongExactly(x.b)
	for j, v := range x.X {
		distance[j] = dyadicOf(v)
		if x.Start != nil {
			start := dyadicOf(x.Start[j])
			distance[j] = distance[j].minus(start)
			reach = reach.minus(start.times(x.exactSums.dual[j]))
		}
	}
	product := squares(distance).times(squares(x.exactSums.dual))
	share := dyadicOf(1).minus(dyadicOf(x.cert.Tol))
	share = share.times(share)
	square := reach.times(reach)
	ok := reach.sign() >= 0 && share.times(product).cmp(square) <= 0 && share.times(square).cmp(product) <= 0
	near := dyadicOf(startRounding * startRounding)
	ok = ok || squares(distance).cmp(near.times(squaresOf(x.X))) <= 0
	r.add("gap (exact)", x.measured.gap.val, x.cert.Tol, ok)
}

// exactFarkas decides the claims of infeasibility: ρ > tol and v ≤
// ρ/farkasStrength, both squared; ‖y‖ cancels in the second.
func (r *report) exactFarkas(x exactProblem) {
	tol := dyadicOf(x.cert.Tol)
	tol = tol.times(tol)
	reach := dotExactly(x.b, x.Y)
	size := squaresOf(x.b)
	square := reach.times(reach)
	separated := reach.sign() > 0 && square.cmp(tol.times(size).times(squaresOf(x.Y))) > 0
	r.add("separation of b (at least, exact)", x.measured.bound.val, x.cert.Tol, separated)

	norms := x.entries.columnSquares()
	strength := dyadicOf(farkasStrength)
	size = size.times(strength).times(strength)
	ok := true
	for j, z := range x.exactSums.dual {
		if x.cert.Claim == InfeasibleNonneg && z.sign() <= 0 {
			continue
		}
		ok = ok && z.times(z).times(size).cmp(square.times(norms[j])) <= 0
	}
	r.add("violation of the dual cone (exact)", x.measured.residual.val, x.measured.bound.val/farkasStrength, ok)
}

// columnSquares returns ‖aⱼ‖² exactly.
func (e entries) columnSquares() []dyadic {
	sums := make([]long, e.cols)
	count, _ := e.lines()
	for k := range count {
		idx, val := e.line(k)
		for p, v := range val {
			j := p
			if idx != nil {
				j = int(idx[p])
			}
			if e.byColumn {
				j = k
			}
			sums[j].add(v, v)
		}
	}
	out := make([]dyadic, e.cols)
	for j := range sums {
		out[j] = sums[j].value()
	}
	return out
}

// fullRank proves that the columns of A on the support of x are independent.
func (x exactProblem) fullRank() bool {
	var on []int
	for j, v := range x.X {
		if v != 0 {
			on = append(on, j)
		}
	}
	return FullColumnRank(x.entries.rows, len(on), x.entries.columns(1, on))
}
