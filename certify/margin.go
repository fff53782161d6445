package certify

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

// The claims about separators. A is N×d with the points xᵢ as rows, b has their
// labels: the larger of two values is yᵢ = +1, the smaller −1. X is w, Y = p ≥ 0
// weights of the points, c the intercept.
const (
	// Margin: w minimises ‖w‖ subject to yᵢ(wᵀxᵢ + c) ≥ 1, in the norm l2, l1, linf or
	// lp:P. Three or more labels are classes, X is K×d and Y N×K then.
	Margin Claim = "margin"
	// NotSeparable: no w, c has yᵢ(wᵀxᵢ + c) > 0 for all i; Σpᵢyᵢxᵢ = 0, and
	// Σpᵢyᵢ = 0 where an intercept is allowed.
	NotSeparable Claim = "not-separable"
)

func (c Claim) margin() bool { return c == Margin || c == NotSeparable || c == Split }

// marginFault says what is wrong with the fields of a claim about separators, ""
// if nothing is.
func (c Certificate) marginFault() string {
	_, known := normPower(c.Norm)
	switch {
	case !c.Claim.margin() && (c.Norm != "" || c.Bias || c.Intercept != nil || c.Intercepts != nil):
		return "norm, bias and intercept belong to the claims about separators"
	case c.Claim == NotSeparable && (c.Norm != "" || c.Intercept != nil || c.Intercepts != nil):
		return "a proof that nothing separates has no norm and no intercept"
	case c.splitFault() != "":
		return c.splitFault()
	case c.Claim == Margin && !known:
		return fmt.Sprintf("the norm %q is not one of l2, l1, linf, lp:P with 1 < P", c.Norm)
	case c.Intercept != nil && c.Intercepts != nil:
		return "there is one intercept, or one for each class, not both"
	case c.Claim == Margin && c.Bias != (c.Intercept != nil || c.Intercepts != nil):
		return "an intercept is given if and only if bias is true"
	case !allFinite(c.Intercepts):
		return "an intercept is not finite"
	case c.Intercept != nil && (math.IsNaN(*c.Intercept) || math.IsInf(*c.Intercept, 0)):
		return "the intercept is not finite"
	}
	return ""
}

// classesOf returns the labels that occur, increasing.
func classesOf(b []float64) []float64 {
	c := slices.Clone(b)
	slices.Sort(c)
	return slices.Compact(c)
}

// maxClasses bounds the classes of a claim.
const maxClasses = 1000

// checkMargin is checkShapes for the claims about separators.
func checkMargin(a linop.Operator, b []float64, c Certificate, w Witness) error {
	n, d := a.Dims()
	if len(b) != n {
		return fmt.Errorf("certify: %d labels for %d points; pass the files that belong together", len(b), n)
	}
	if !allFinite(b) {
		return errNotFinite("b")
	}
	k := len(classesOf(b))
	if k < 2 || k > maxClasses {
		return fmt.Errorf("certify: the labels have %d values; a separator is of 2 to %d classes", k, maxClasses)
	}
	if err := checkSplit(c, k); err != nil {
		return err
	}
	lengthX, lengthY, intercepts := d, n, 0
	if k > 2 {
		lengthX, lengthY = k*d, k*n
		if c.Claim == Margin && c.Bias {
			intercepts = k
		}
	}
	if len(c.Intercepts) != intercepts || k > 2 && c.Intercept != nil {
		return fmt.Errorf("certify: %d intercepts for %d classes; three and more have one for each, two share one", len(c.Intercepts), k)
	}
	if len(w.X) != lengthX && !(c.Claim == NotSeparable && w.X == nil) {
		return fmt.Errorf("certify: x has length %d; %d classes in %d coordinates want %d", len(w.X), k, d, lengthX)
	}
	if len(w.Y) != lengthY {
		return fmt.Errorf("certify: y has length %d; %d classes of %d points want %d", len(w.Y), k, n, lengthY)
	}
	return nil
}

// separator is a claim about separators on its data.
type separator struct {
	a       linop.Operator
	e       entries
	near    linop.Operator // the points about a centre where there is an intercept, else a
	b       []float64
	classes []float64
	cert    Certificate
	Witness
	exact bool
	n, d  int

	centred bool // near is rounded, each entry by half a unit at most
}

func newSeparator(a linop.Operator, b []float64, c Certificate, w Witness, exact bool) (*separator, error) {
	e, ok := entriesOf(a)
	if !ok {
		return nil, fmt.Errorf("certify: a claim about separators needs the coordinates of the points, and this operator has none")
	}
	if math.IsInf(e.largest(), 1) {
		return nil, errNotFinite("A")
	}
	s := &separator{a: a, e: e, near: a, b: b, classes: classesOf(b), cert: c, Witness: w, exact: exact}
	s.n, s.d = a.Dims()
	if c.Bias {
		s.near, s.centred = centre(a, e)
	}
	return s, nil
}

// scores returns the sums Ax+shift.
func (s *separator) scores(shift float64, x []float64) products {
	b := make([]float64, s.n)
	for i := range b {
		b[i] = -shift
	}
	return s.multiply(s.a, b, x, make([]float64, s.n))
}

// combine returns Σ yᵢxᵢ, with the points about their centre if they have one.
func (s *separator) combine(y []float64) combination {
	p := s.multiply(s.near, make([]float64, s.n), make([]float64, s.d), y)
	t := combination{sum: make([]estimate, s.d), size: make([]estimate, s.d)}
	for j, z := range p.dual {
		if s.centred {
			z.err = raise(z.err + 1.01*unit*p.dualAbs[j])
		}
		t.sum[j] = z.shift(p.dexp)
		t.size[j] = estimate{p.dualAbs[j], float64(s.n+4) * unit * p.dualAbs[j]}.shift(p.dexp)
	}
	return t
}

func (s *separator) multiply(a linop.Operator, b, x, y []float64) products {
	if s.exact {
		e, _ := entriesOf(a)
		return sumExactly(e, b, x, y).products(b, x, y)
	}
	p, _ := multiply(a, b, x, y) // the entries are finite
	return p
}

// measure recomputes the numbers of the claim.
func (s *separator) measure() measured {
	m := measured{support: terms(s.Y)}
	m.extra = append(m.extra, weightsCheck(s.Y))
	total := s.combination(&m)
	length := s.length(total)
	if s.cert.Claim != Margin {
		s.denial(&m, length, total)
		if s.cert.Claim == Split {
			s.split(&m)
		}
		return m
	}
	least := s.leastMargin()
	m.extra = append(m.extra, Check{"least margin of the points (at least)", least.down(), 0, least.down() > 0})
	size := s.norm(s.X)
	if least.down() > 0 {
		m.objective = size.over(least)
	} else {
		m.objective = estimate{math.MaxFloat64, math.MaxFloat64}
	}
	if length.val > 0 {
		m.bound = estimate{1, 0}.over(length)
	}
	m.objectiveSlack, m.boundSlack = agreement*m.objective.abs(), agreement*m.bound.abs()
	m.gap = relativeGap(m.objective.minus(m.bound), m.objective, m.bound)
	return m
}

// weightsCheck holds the weights to p ≥ 0, without tolerance.
func weightsCheck(p []float64) Check {
	c := coneCheck(p)
	c.Name = "negative part of p"
	return c
}

// norm returns ‖v‖ of exact numbers, in the norm of the claim.
func (s *separator) norm(v []float64) estimate {
	list := make([]estimate, len(v))
	for i, x := range v {
		list[i] = estimate{x, 0}
	}
	p, _ := normPower(s.cert.Norm)
	return normIn(list, p)
}

// dualPower is the exponent of the norm in which Σpᵢzᵢ bounds the margin: q with
// 1/p + 1/q = 1; 2 where there is no norm.
func (s *separator) dualPower() float64 {
	p, ok := normPower(s.cert.Norm)
	switch {
	case !ok || p == 2:
		return 2
	case p == 1:
		return math.Inf(1)
	case math.IsInf(p, 1):
		return 1
	}
	return p / (p - 1)
}

// leastMargin returns the least yᵢ(wᵀxᵢ + c), of K classes the least
// (w_{yₙ} − wₖ)ᵀxₙ.
func (s *separator) leastMargin() estimate {
	least := estimate{math.Inf(1), 0}
	take := func(e estimate) {
		least.val, least.err = min(least.val, e.val), max(least.err, e.err)
	}
	if len(s.classes) == 2 {
		for _, m := range s.margins() {
			take(m)
		}
		return least
	}
	scores := make([][]estimate, len(s.classes))
	for k := range scores {
		shift := 0.0
		if s.cert.Intercepts != nil {
			shift = s.cert.Intercepts[k]
		}
		p := s.scores(shift, s.X[k*s.d:(k+1)*s.d])
		for _, r := range p.residual {
			scores[k] = append(scores[k], r.shift(p.rexp))
		}
	}
	for i, label := range s.b {
		own := slices.Index(s.classes, label)
		for k := range scores {
			if k != own {
				take(scores[own][i].minus(scores[k][i]))
			}
		}
	}
	return least
}

// margins returns yᵢ(wᵀxᵢ + c) of the points of two classes.
func (s *separator) margins() []estimate {
	shift := 0.0
	if s.cert.Intercept != nil {
		shift = *s.cert.Intercept
	}
	p := s.scores(shift, s.X)
	list := make([]estimate, s.n)
	for i, r := range p.residual {
		if s.side(i) == 0 {
			r.val = -r.val
		}
		list[i] = r.shift(p.rexp)
	}
	return list
}

// combination returns Σpᵢzᵢ/Σpᵢ as weak duality has it: with an intercept the weights
// of each class are taken to be ½ in sum, which scaling makes exact.
func (s *separator) combination(m *measured) combination {
	if len(s.classes) > 2 {
		return s.jointCombination()
	}
	if !s.cert.Bias {
		t, total := s.part(func(float64) bool { return true })
		return t.over(total)
	}
	plus, totalPlus := s.part(func(y float64) bool { return y == s.classes[1] })
	minus, totalMinus := s.part(func(y float64) bool { return y != s.classes[1] })
	both := totalPlus.down() > 0 && totalMinus.down() > 0
	m.extra = append(m.extra, Check{"weights in each class (at least)", math.Min(totalPlus.down(), totalMinus.down()), 0, both})
	c, other := plus.over(totalPlus), minus.over(totalMinus)
	if !both {
		return combination{}
	}
	for j := range c.sum {
		c.sum[j] = c.sum[j].plus(other.sum[j]).shift(-1)
		c.size[j] = c.size[j].plus(other.size[j]).shift(-1)
	}
	return c
}

// part returns Σpᵢzᵢ and Σpᵢ over the points whose label is wanted.
func (s *separator) part(want func(float64) bool) (combination, estimate) {
	y := make([]float64, s.n)
	only := make([]float64, s.n)
	for i, label := range s.b {
		if !want(label) {
			continue
		}
		only[i] = s.Y[i]
		y[i] = s.Y[i]
		if label != s.classes[1] {
			y[i] = -y[i]
		}
	}
	sum, _, k := inner(only, nil)
	return s.combine(y), sum.shift(k)
}

// jointCombination is combination for K classes: block k of Σ p_{nk}(e_{yₙ} −
// e_k)⊗xₙ is Xᵀ applied to the weights that class k has for it less those that
// it has against it. The sum of the former is rounded; its error is allowed for.
//
// With intercepts those weights should have the sum δₖ = 0. What they have adds
// ‖δ‖₁ max ‖xₙ‖ to the length, in the dual norm: for a separator with ‖W‖ = 1 Hölder gives
// |cⱼ − cₖ| ≤ ‖wⱼ − wₖ‖ max ‖xₙ‖ ≤ 2 max ‖xₙ‖, as it puts points of both classes on their
// sides, and δᵀc ≤ ½‖δ‖₁ max |cⱼ − cₖ| because Σδₖ = 0.
func (s *separator) jointCombination() combination {
	k := len(s.classes)
	var all combination
	for block := range k {
		coef := make([]float64, s.n)
		for i, label := range s.b {
			if label != s.classes[block] {
				coef[i] = -s.Y[i*k+block]
				continue
			}
			for other := range k {
				if other != block {
					coef[i] += s.Y[i*k+other]
				}
			}
		}
		if s.cert.Bias {
			all.unbalanced = append(all.unbalanced, s.balance(block))
		}
		t := s.combine(coef)
		for j := range t.sum {
			t.sum[j].err = raise(t.sum[j].err + 1.02*float64(k)*unit*t.size[j].val)
		}
		all.sum, all.size = append(all.sum, t.sum...), append(all.size, t.size...)
	}
	counted := make([]float64, 0, len(s.Y))
	for i, label := range s.b {
		for other := range k {
			if label != s.classes[other] {
				counted = append(counted, s.Y[i*k+other])
			}
		}
	}
	sum, _, e := inner(counted, nil)
	return all.over(sum.shift(e))
}

// balance is |δₖ|: the sum of the weights for a class less those against it.
func (s *separator) balance(block int) estimate {
	k := len(s.classes)
	list, signs := make([]float64, 0, s.n), make([]float64, 0, s.n)
	for i, label := range s.b {
		for other := range k {
			switch {
			case label != s.classes[block] && other == block:
				list, signs = append(list, s.Y[i*k+other]), append(signs, -1)
			case label == s.classes[block] && other != block:
				list, signs = append(list, s.Y[i*k+other]), append(signs, 1)
			}
		}
	}
	sum, _, e := inner(list, signs)
	out := sum.shift(e)
	out.val = math.Abs(out.val)
	return out
}

// reach bounds the dual norm of a point from above.
func (s *separator) reach() float64 {
	rows := make([][]estimate, s.n)
	e, _ := entriesOf(s.near)
	e.each(func(i, _ int, v float64) {
		rows[i] = append(rows[i], estimate{v, 0})
		if s.centred {
			rows[i][len(rows[i])-1].err = 1.01 * unit * math.Abs(v)
		}
	})
	largest := 0.0
	for _, r := range rows {
		largest = max(largest, normIn(r, s.dualPower()).up())
	}
	return largest
}

// issueMargin is Issue for the claims about separators.
func issueMargin(a linop.Operator, b []float64, c Certificate, w Witness) (Certificate, error) {
	s, err := newSeparator(a, b, c, w, false)
	if err != nil {
		return Certificate{}, err
	}
	if c, err = c.filled(a, s.measure()); err != nil {
		return c, err
	}
	if c.Unique != nil && (c.Claim != Margin || !strictlyConvex(c.Norm)) {
		c.Unique = nil
	}
	return c.Sealed(b, w), nil
}

// separator judges a claim about separators.
func (r *report) separator(a linop.Operator, b []float64, c Certificate, w Witness, exact bool) (Verdict, error) {
	s, err := newSeparator(a, b, c, w, exact)
	if err != nil {
		return Verdict{}, err
	}
	m := s.measure()
	suffix := ""
	if exact {
		suffix = " (exact sums)"
	}
	r.proof(c, m, suffix)
	r.claims(c, m)
	if exact && len(s.classes) == 2 {
		r.exactSeparator(s)
	}
	if c.Other != nil || w.Other != nil || c.Unique != nil && !*c.Unique {
		r.holds("not unique: no claim about a separator", false)
	}
	r.uniqueness(c, func() (value, bound float64, proven bool) {
		return 0, 0, c.Claim == Margin && strictlyConvex(c.Norm)
	})
	return r.verdict(), nil
}
