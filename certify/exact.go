package certify

import (
	"errors"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// exactSums holds Ax−b and Aᵀy without any error.
type exactSums struct {
	entries  entries
	residual []dyadic
	dual     []dyadic
}

// sumExactly computes Ax−b and Aᵀy in long accumulators; x may be nil for 0.
func sumExactly(e entries, b, x, y []float64) exactSums {
	ax, aty := make([]long, e.rows), make([]long, e.cols)
	along, across, inside, outside := ax, aty, x, y
	if e.byColumn {
		along, across, inside, outside = aty, ax, y, x
	}
	for k := range along {
		idx, val := e.line(k)
		for p, v := range val {
			j := p
			if idx != nil {
				j = int(idx[p])
			}
			if inside != nil {
				along[k].add(v, inside[j])
			}
			if outside != nil {
				across[j].add(v, outside[k])
			}
		}
	}
	s := exactSums{e, make([]dyadic, e.rows), make([]dyadic, e.cols)}
	for i := range ax {
		ax[i].add(-1, b[i])
		s.residual[i] = ax[i].value()
	}
	for j := range aty {
		s.dual[j] = aty[j].value()
	}
	return s
}

// products returns the sums rounded to doubles, each to its last place.
func (s exactSums) products(b, x, y []float64) products {
	e := s.entries
	p := products{rexp: commonExponent(s.residual), dexp: commonExponent(s.dual), nexp: exponent(e.largest())}
	for _, r := range s.residual {
		p.residual = append(p.residual, r.estimate(p.rexp))
	}
	for _, z := range s.dual {
		v := z.estimate(p.dexp)
		rest := z.minus(dyadicOf(v.val).shifted(p.dexp)).estimate(p.dexp)
		p.dual = append(p.dual, v)
		p.tail = append(p.tail, rest.val)
		p.tailErr = append(p.tailErr, rest.err)
	}
	p.absolute, p.dualAbs = s.plainSizes(b, x, y, p.rexp, p.dexp)
	scale := math.Ldexp(1, -p.nexp)
	if p.nexp != 0 { // entries far below the largest one may be rounded
		p.operator = math.Sqrt(float64(len(b))) * tiny
	}
	p.norms = func() []estimate { return e.columnNorms(scale) }
	p.columns = func(idx []int) []float64 { return e.columns(scale, idx) }
	return p
}

// plainSizes returns |A||x|+|b| and |A|ᵀ|y|, the scale of the rounding that a
// claimed number may carry, divided by 2^rexp and 2^dexp.
func (s exactSums) plainSizes(b, x, y []float64, rexp, dexp int) (absolute, dualAbs []float64) {
	e := s.entries
	absolute, dualAbs = make([]float64, e.rows), make([]float64, e.cols)
	for i, v := range b {
		absolute[i] = math.Ldexp(math.Abs(v), -rexp)
	}
	count, _ := e.lines()
	for k := range count {
		idx, val := e.line(k)
		for p, v := range val {
			i, j := k, p
			if idx != nil {
				j = int(idx[p])
			}
			if e.byColumn {
				i, j = j, i
			}
			if x != nil {
				absolute[i] += productShifted(v, x[j], -rexp)
			}
			dualAbs[j] += productShifted(v, y[i], -dexp)
		}
	}
	return absolute, dualAbs
}

// productShifted returns |u·v|·2ᵏ.
func productShifted(u, v float64, k int) float64 {
	fu, eu := math.Frexp(u)
	fv, ev := math.Frexp(v)
	return math.Ldexp(math.Abs(fu*fv), eu+ev+k)
}

func (d dyadic) shifted(k int) dyadic { return dyadic{d.m, d.e + k} }

// commonExponent returns a k such that the numbers times 2⁻ᵏ are of moderate
// size, 0 if they are.
func commonExponent(v []dyadic) int {
	big, any := 0, false
	for _, d := range v {
		if d.sign() != 0 && (!any || d.exponent() > big) {
			big, any = d.exponent(), true
		}
	}
	if -300 < big && big < 300 {
		return 0
	}
	return big
}

// VerifyExact is Verify with every sum computed without rounding: residual,
// dual feasibility, objective and bound are dyadic rationals, and the
// comparisons with tol are decided on them; norms are compared by their
// squares. What the claim Bregman needs of exponentials and logarithms is
// bounded as in Verify.
//
// Of a matrix the smaller side may have up to 64 rows or columns.
//
// A must offer its entries. Cost: one pass over A with some ten operations on
// words for each entry; 544 bytes for each row and column while it runs.
func VerifyExact(a linop.Operator, b []float64, c Certificate, w Witness) (Verdict, error) {
	if c.Claim.matrix() {
		return verifyMatrixExact(a, b, c, w)
	}
	if err := checkShapes(a, b, c, w); err != nil {
		return Verdict{}, err
	}
	e, ok := entriesOf(a)
	if !ok {
		return Verdict{}, errors.New("certify: exact verification needs the entries of A, and this operator has none; verify without it")
	}
	if math.IsInf(e.largest(), 1) {
		return Verdict{}, errNotFinite("A")
	}
	var r report
	if !r.preamble(a, b, c, w) {
		return r.verdict(), nil
	}
	if c.Claim.margin() {
		return r.separator(a, b, c, w, true)
	}
	if c.balanced() {
		a, b, w.Y = balance(a, b, w.Y)
		e, _ = entriesOf(a)
	}
	s := sumExactly(e, b, w.X, w.Y)
	q := problem{b: b, cert: c, Witness: w, low: tail(a, w)}
	if c.Claim.tailed() {
		s, q.low = s.withTail(e, w.Tail), nil
	}
	q.products = s.products(b, w.X, w.Y)
	m := q.measure()
	x := exactProblem{problem: q, exactSums: s, measured: m}
	switch c.Claim {
	case L1, L1Nonneg:
		r.exactL1(x)
	case MinNorm:
		r.exactMinNorm(x)
	case Inconsistent, InfeasibleNonneg:
		if c.Sigma != nil {
			r.proof(c, m, "")
			break
		}
		r.exactFarkas(x)
	case InfeasibleInterior:
		r.exactInterior(x)
	case Bregman, MatrixBregman:
		r.exactResidual(x)
		r.proof(c, m, "")
	default:
		r.proof(c, m, "")
	}
	r.claims(c, m)
	r.uniqueness(c, q.unique)
	r.second(a, b, c, w, true)
	if c.Unique != nil && *c.Unique && (c.Claim == L1 || c.Claim == L1Nonneg || c.Claim.denoise()) {
		r.holds("full column rank on the support (exact, modulo 2⁶¹−1)", x.fullRank())
	}
	return r.verdict(), nil
}
