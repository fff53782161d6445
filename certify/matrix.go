package certify

import (
	"errors"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// matrixProblem is what the claims about a p×q matrix X = LRᵀ are measured on.
type matrixProblem struct {
	cert    Certificate
	w       Witness
	b       []float64
	p, q, r int
	l, rt   []float64 // the factors, the same slice of a PSD claim
	psd     bool

	rows   func(k int, visit func(i, j int, v float64)) // the entries of A_k
	line   func(k int) []float64                        // A_k row by row, nil unless stored so
	single bool                                         // each A_k has one entry

	residual []estimate
	absolute []float64
	m        sparse  // Σ y_k A_k, symmetric of a PSD claim
	norms    float64 // max ‖A_k‖_F, from below
	parts    *parts  // of m, where they were computed
	test     normTester
	low      *lowered
	whole    bool // M is tested as it is: r = 0

	failure float64 // allowed to each proof by random vectors, 0: none may be used
	purpose string  // what draws are for: to issue or to verify
	digest  []byte  // of all that the draws depend on
	drawn   []Check // of proofs by random vectors that succeeded
}

// randomProofs is the number of proofs of a claim that may use random vectors: two
// bounds on ‖M‖ and injectivity, and as many for a second minimiser.
const randomProofs = 5

// matrixRange bounds the numbers that the claims about matrices are judged on:
// products of three of them stay within the range of doubles.
const matrixRange = 0x1p300

func newMatrixProblem(a linop.Operator, b []float64, c Certificate, w Witness) (*matrixProblem, error) {
	n, m := a.Dims()
	if c.Shape[0] < 1 || c.Shape[1] < 1 || c.Shape[0]*c.Shape[1] != m {
		return nil, fmt.Errorf("certify: the shape %v of the unknown does not have the %d entries that A measures", c.Shape, m)
	}
	q := &matrixProblem{cert: c, w: w, b: b, p: c.Shape[0], q: c.Shape[1], psd: c.Claim != Nuclear}
	if !c.Claim.farkas() {
		q.failure = c.Failure / randomProofs
	}
	switch {
	case len(b) != n:
		return nil, fmt.Errorf("certify: b has length %d, A has %d rows", len(b), n)
	case len(w.Y) != n:
		return nil, fmt.Errorf("certify: y has length %d, A has %d rows; pass the files that belong together", len(w.Y), n)
	case q.psd && q.p != q.q:
		return nil, fmt.Errorf("certify: a matrix of %d×%d is not square, and cannot be positive semidefinite", q.p, q.q)
	case w.X != nil && len(w.X) != m:
		return nil, fmt.Errorf("certify: x has %d entries, the matrix is %d×%d", len(w.X), q.p, q.q)
	case len(w.Left)%q.p != 0:
		return nil, fmt.Errorf("certify: the left factor has %d numbers, which are no rows of %d", len(w.Left), q.p)
	}
	q.r = len(w.Left) / q.p
	q.l, q.rt = w.Left, w.Right
	if q.psd {
		q.rt = w.Left
	}
	if len(q.rt) != q.q*q.r || q.psd && w.Right != nil {
		return nil, fmt.Errorf("certify: the factors have %d and %d numbers; of rank %d they are %d×%d and %d×%d", len(w.Left), len(w.Right), q.r, q.p, q.r, q.q, q.r)
	}
	if !allFinite(b) {
		return nil, errNotFinite("b")
	}
	rows, ok := rowsOf(a, q.q)
	if !ok {
		return nil, errors.New("certify: a claim about a matrix needs the entries of the A_k, and this operator has none")
	}
	q.rows = rows
	q.line = linesOf(a, m)
	_, q.single = a.(*linop.EntriesOperator)
	return q, nil
}

// rowsOf returns a reader of the matrices A_k, false if the operator has no
// entries.
func rowsOf(a linop.Operator, q int) (func(k int, visit func(i, j int, v float64)), bool) {
	switch op := a.(type) {
	case *linop.EntriesOperator:
		rows, cols := op.Places()
		return func(k int, visit func(i, j int, v float64)) { visit(rows[k], cols[k], 1) }, true
	case *linop.CSC:
		a = op.ToCSR()
	case *linop.Dense, *linop.CSR, linop.Rower:
	default:
		return nil, false
	}
	return func(k int, visit func(i, j int, v float64)) {
		linop.Row(a, k, func(at int, v float64) {
			if v != 0 {
				visit(at/q, at%q, v)
			}
		})
	}, true
}

// inRange reports whether all numbers are finite and moderate.
func (q *matrixProblem) inRange() bool {
	for _, v := range [][]float64{q.b, q.w.Y, q.w.Left, q.w.Right, q.w.X} {
		if !(largest(v) < matrixRange) {
			return false
		}
	}
	return true
}

// multiply computes 𝒜(X) − b and Σ y_k A_k. It reports false if an entry of A is
// not finite or beyond the range.
func (q *matrixProblem) multiply() bool {
	if q.line != nil {
		return q.multiplyLines()
	}
	product := q.productOf()
	n := len(q.b)
	q.residual, q.absolute = make([]estimate, n), make([]float64, n)
	build := newBuilder(q.p, q.q, q.psd)
	ok := true
	for k := range n {
		var s acc
		var err, size, square float64
		terms := 0
		q.rows(k, func(i, j int, v float64) {
			if !(math.Abs(v) < matrixRange) {
				ok = false
				return
			}
			terms++
			square += v * v
			x := product(i, j)
			s.add(v, x.val)
			err += math.Abs(v) * x.err
			size += math.Abs(v * x.val)
			if q.w.Y[k] != 0 {
				build.add(i, j, v, q.w.Y[k])
			}
		})
		if !ok {
			return false
		}
		s.add(-1, q.b[k])
		e := s.estimate(terms + 1)
		e.err = raise(e.err + err*(1+float64(terms+2)*unit))
		q.residual[k], q.absolute[k] = e, size+math.Abs(q.b[k])
		q.norms = max(q.norms, math.Sqrt(square)*(1-float64(terms+4)*unit))
	}
	q.m = build.finish(2*n + 1)
	return true
}

// storedLimit is the number of entries of X up to which they are kept while the
// A_k are read.
const storedLimit = 1 << 22

// productOf returns the entries of LRᵀ with their errors.
func (q *matrixProblem) productOf() func(i, j int) estimate {
	entry := func(i, j int) estimate {
		var s acc
		l, r := q.l[i*q.r:(i+1)*q.r], q.rt[j*q.r:(j+1)*q.r]
		for a, v := range l {
			s.add(v, r[a])
		}
		return s.estimate(q.r)
	}
	if q.cert.Claim == InfeasiblePSD {
		return func(int, int) estimate { return estimate{} }
	}
	if q.single || q.p*q.q > storedLimit {
		return entry
	}
	known := make([]bool, q.p*q.q)
	x := make([]estimate, q.p*q.q)
	return func(i, j int) estimate {
		at := i*q.q + j
		if !known[at] {
			known[at], x[at] = true, entry(i, j)
		}
		return x[at]
	}
}

// objective returns ½(‖L‖² + ‖R‖²) ≥ ‖LRᵀ‖_*, or ‖L‖² = tr LLᵀ.
func (q *matrixProblem) objective() estimate {
	sum := func(v []float64) estimate {
		var s acc
		for _, x := range v {
			s.add(x, x)
		}
		return s.estimate(len(v))
	}
	if q.psd {
		return sum(q.l)
	}
	return sum(q.l).plus(sum(q.rt)).shift(-1)
}

// measure computes the numbers of the claim.
func (q *matrixProblem) measure() measured {
	if q.cert.Claim == InfeasiblePSD {
		return q.measureFarkas()
	}
	var m measured
	m.support = q.r
	m.residual = norm(len(q.residual), func(k int) estimate { return q.residual[k] })
	plain := norm(len(q.absolute), func(k int) estimate { return estimate{q.absolute[k], 0} })
	if size := normOf(q.b); size.val != 0 {
		m.residual, plain = m.residual.over(size), plain.over(size)
	}
	m.residualSlack = 1e-6*m.residual.val + float64(q.r+q.q*q.p/max(1, len(q.b))+8)*unit*plain.val
	m.objective = q.objective()
	m.objectiveSlack = (agreement + float64(len(q.l)+len(q.rt))*unit) * m.objective.abs()

	stretch := q.stretch()
	m.extra = append(m.extra, Check{"dual infeasibility", stretch - 1, q.cert.Tol, stretch-1 <= q.cert.Tol})
	m.extra = append(m.extra, q.drawn...)
	q.drawn = nil
	by, abs, k := inner(q.b, q.w.Y)
	m.bound = by.shift(k).over(estimate{stretch, 0})
	// A stretch above 1 is itself the outcome of a bound that rounding decides.
	m.boundSlack = (agreement+2*(stretch-1))*m.bound.abs() + float64(len(q.b))*unit*math.Ldexp(abs, k)
	m.gap = relativeGap(m.objective.minus(m.bound), m.objective, m.bound)
	return m
}

// entriesAgree checks that x holds the entries of LRᵀ, rounded.
func (q *matrixProblem) entriesAgree(r *report) {
	if q.w.X == nil || q.cert.Claim == InfeasiblePSD {
		return
	}
	var worst float64
	for i := range q.p {
		l := q.l[i*q.r : (i+1)*q.r]
		for j := range q.q {
			var s acc
			rt := q.rt[j*q.r : (j+1)*q.r]
			for a, v := range l {
				s.add(v, rt[a])
			}
			e := s.estimate(q.r)
			e.val -= q.w.X[i*q.q+j]
			if room := float64(q.r+4) * unit * s.abs; room > 0 || e.val != 0 {
				worst = max(worst, (e.abs()+unit*math.Abs(q.w.X[i*q.q+j]))/max(room, 0x1p-1000))
			}
		}
	}
	r.atMost("entries of x against the product of its factors, over rounding", worst, 2)
}

func verifyMatrix(a linop.Operator, b []float64, c Certificate, w Witness) (Verdict, error) {
	q, err := newMatrixProblem(a, b, c, w)
	if err != nil {
		return Verdict{}, err
	}
	q.purpose = "verify"
	var r report
	if !r.matrixPreamble(a, q) {
		return r.verdict(), nil
	}
	if !q.multiply() {
		return Verdict{}, errMatrixRange()
	}
	q.entriesAgree(&r)
	m := q.measure()
	r.proof(c, m, "")
	r.claims(c, m)
	r.uniqueness(c, q.unique)
	for _, d := range q.drawn {
		r.add(d.Name, d.Value, d.Bound, d.Pass)
	}
	q.second(&r)
	return r.verdict(), nil
}

// matrixPreamble checks everything that needs no product.
func (r *report) matrixPreamble(a linop.Operator, q *matrixProblem) bool {
	c, w := q.cert, q.w
	d := r.heading(a, q.b, c, w)
	r.holds("digest of the left factor", c.SHA256.Left == d.Left)
	r.holds("digest of the right factor", c.SHA256.Right == d.Right)
	r.holds("digest of the second minimiser", c.SHA256.Other == d.Other)
	r.holds("second minimiser is given as named", (c.Other == nil) == (w.Other == nil) && (c.Other == nil || c.Unique != nil && !*c.Unique))
	r.holds("only what the claim uses is named", c.Weights == nil && c.Start == nil && c.Matrix == nil && c.Sigma == nil &&
		c.Geometry == "" && c.LogAlpha == nil && !c.Relative)
	ok := q.inRange()
	r.holds("x, y, b and the factors are finite, below 2^300", ok)
	r.numbersAreFinite(c)
	return ok
}

func errMatrixRange() error {
	return errors.New("certify: an entry of A is not finite or beyond 2^300; rescale the measurements")
}

func issueMatrix(a linop.Operator, b []float64, c Certificate, w Witness) (Certificate, error) {
	q, err := newMatrixProblem(a, b, c, w)
	if err != nil {
		return Certificate{}, err
	}
	if !q.inRange() {
		return Certificate{}, errors.New("certify: x, y, b or a factor is not finite or beyond 2^300; rescale the measurements")
	}
	if !q.multiply() {
		return Certificate{}, errMatrixRange()
	}
	q.purpose = "issue"
	m := q.measure()
	random := len(m.extra) > 1 && !c.Claim.farkas()
	c.Rows, c.Cols = a.Dims()
	c.Objective, c.Bound, c.Gap, c.Residual, c.Support = m.objective.val, m.bound.val, m.gap.val, m.residual.val, m.support
	if c.Unique != nil {
		_, _, proven := q.unique()
		if c.Claim.farkas() || *c.Unique != proven {
			c.Unique = nil
		} else if !proven {
			var r report
			if q.second(&r); r.failed {
				c.Unique = nil
			}
		}
	}
	if c.Unique == nil || *c.Unique {
		c.Other, w.Other = nil, nil
	}
	if random = random || len(q.drawn) > 0 && c.Unique != nil; !random {
		c.Failure = 0
	}
	for _, v := range []float64{c.Objective, c.Bound, c.Gap, c.Residual} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Certificate{}, errors.New("certify: x and y prove nothing: a number of the certificate is not finite")
		}
	}
	return c.Sealed(b, w), nil
}
