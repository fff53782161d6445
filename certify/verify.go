package certify

import (
	"errors"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// Verify checks the certificate c with its vectors w against A and b, in
// compensated arithmetic: each number is recomputed, its rounding error is
// added to it, and it is held to the claim.
//
// A should offer its entries (linop.Dense, CSC, CSR or any linop.Rower);
// another operator, and a large one that computes its entries, is used through
// Apply and ApplyT under an assumed error, and the checks say so. An error means that there is nothing to judge: vectors of
// wrong lengths, entries of A, b or the weights that are not finite. A vector
// x or y that is not finite is a failed check.
//
// Cost: one pass over A, about 20 flops an entry; where uniqueness is claimed
// |S|²n flops more for a support S.
func Verify(a linop.Operator, b []float64, c Certificate, w Witness) (Verdict, error) {
	if c.Claim.matrix() {
		return verifyMatrix(a, b, c, w)
	}
	if err := checkShapes(a, b, c, w); err != nil {
		return Verdict{}, err
	}
	var r report
	if !r.preamble(a, b, c, w) {
		return r.verdict(), nil
	}
	if c.Claim.margin() {
		return r.separator(a, b, c, w, false)
	}
	if c.balanced() {
		a, b, w.Y = balance(a, b, w.Y)
	}
	p, ok := multiply(a, b, w.X, w.Y)
	if !ok {
		return Verdict{}, errNotFinite("A")
	}
	q := newProblem(a, b, c, w, p)
	m := q.measure()
	r.proof(c, m, p.suffix)
	r.claims(c, m)
	r.uniqueness(c, q.unique)
	r.second(a, b, c, w, false)
	return r.verdict(), nil
}

// Issue fills the numbers of c (shape, objective, bound, gap, residual,
// support) as Verify computes them, and seals it. The caller sets Claim, Tol,
// Unique, and where they apply Geometry, LogAlpha and the names of files.
// Unique, where it is set, is corrected to what w proves: true if it is proven,
// a true that is not proven becomes nil, and so does a false without a second
// minimiser in w. Other is kept where Unique is false only.
func Issue(a linop.Operator, b []float64, c Certificate, w Witness) (Certificate, error) {
	if c.Claim.matrix() {
		return issueMatrix(a, b, c, w)
	}
	if err := checkShapes(a, b, c, w); err != nil {
		return Certificate{}, err
	}
	if !allFinite(w.X) || !allFinite(w.Y) {
		return Certificate{}, errNotFinite("x or y")
	}
	if fault := c.geometryFault(w); fault != "" {
		return Certificate{}, fmt.Errorf("certify: the geometry %q cannot be certified: %s", c.Geometry, fault)
	}
	if fault := c.sigmaFault(); fault != "" {
		return Certificate{}, fmt.Errorf("certify: %s", fault)
	}
	if fault := c.marginFault(); fault != "" {
		return Certificate{}, fmt.Errorf("certify: %s", fault)
	}
	if c.Claim.margin() {
		return issueMargin(a, b, c, w)
	}
	given, rhs := w, b
	if c.balanced() {
		a, b, w.Y = balance(a, b, w.Y)
	}
	p, ok := multiply(a, b, w.X, w.Y)
	if !ok {
		return Certificate{}, errNotFinite("A")
	}
	q := newProblem(a, b, c, w, p)
	m := q.measure()
	if c.Unique != nil {
		c.Unique = q.provenUnique()
		var r report
		if r.second(a, b, c, w, false); r.failed {
			c.Unique = nil
		}
	}
	if c.Unique == nil || *c.Unique {
		c.Other, given.Other = nil, nil
	}
	c, err := c.filled(a, m)
	if err != nil {
		return c, err
	}
	return c.Sealed(rhs, given), nil
}

// filled returns c with the numbers of m.
func (c Certificate) filled(a linop.Operator, m measured) (Certificate, error) {
	c.Rows, c.Cols = a.Dims()
	c.Objective, c.Bound = m.objective.val, m.bound.val
	c.Gap, c.Residual = m.gap.val, m.residual.val
	c.Support = m.support
	for _, v := range []float64{c.Objective, c.Bound, c.Gap, c.Residual} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Certificate{}, errors.New("certify: x and y prove nothing: a number of the certificate is not finite")
		}
	}
	return c, nil
}

// provenUnique returns what can be said where uniqueness is spoken of.
func (q *problem) provenUnique() *bool {
	if q.cert.Claim.farkas() {
		return nil
	}
	_, _, proven := q.unique()
	if !proven && *q.cert.Unique {
		return nil
	}
	return &proven
}

// problem is what a claim is measured on.
type problem struct {
	b    []float64
	cert Certificate
	Witness
	products
	low *products // of the tail of y; nil: none
}

// newProblem is a claim with its products p, of y without its tail.
func newProblem(a linop.Operator, b []float64, c Certificate, w Witness, p products) problem {
	q := problem{b: b, cert: c, Witness: w, products: p, low: tail(a, w)}
	if q.low != nil && c.Claim.tailed() {
		q.products, q.low = p.with(q.low), nil
	}
	return q
}

// measured holds the recomputed numbers of a claim. The slacks are what plain
// arithmetic may have added to the claimed ones.
type measured struct {
	objective, bound, gap, residual estimate
	support                         int

	objectiveSlack, boundSlack, residualSlack float64

	allowance float64 // of the residual, beside tol: σ/‖b‖

	extra []Check // conditions of the claim beyond those numbers
}

func (q *problem) measure() measured {
	switch q.cert.Claim {
	case MinNorm:
		return q.minNorm()
	case Bregman:
		if !q.cert.fromScale() {
			return q.nearest()
		}
		return q.bregman()
	case MatrixBregman:
		return q.nearestSpectral()
	case InfeasibleInterior:
		return q.interior()
	case InfeasibleBox:
		return q.farkasBox()
	case Inconsistent, InfeasibleNonneg:
		return q.farkas()
	}
	return q.l1()
}

// weight returns wⱼ.
func (w Witness) weight(j int) float64 {
	if w.Weights == nil {
		return 1
	}
	return w.Weights[j]
}

// errNotFinite says which input cannot be judged.
func errNotFinite(what string) error {
	return fmt.Errorf("certify: %s has an entry that is NaN or infinite; nothing can be proven about it", what)
}

func checkShapes(a linop.Operator, b []float64, c Certificate, w Witness) error {
	if c.Claim.margin() {
		return checkMargin(a, b, c, w)
	}
	claim := c.Claim
	n, m := a.Dims()
	for _, v := range []struct {
		name     string
		vector   []float64
		want     int
		optional bool
	}{
		{"b", b, n, false},
		{"x", w.X, m, claim.farkas()},
		{"y", w.Y, n, false},
		{"the tail of y", w.Tail, n, true},
		{"weights", w.Weights, m, true},
		{"start", w.Start, m, true},
		{"the second minimiser", w.Other, m, true},
	} {
		if len(v.vector) != v.want && (v.vector != nil || !v.optional) {
			return fmt.Errorf("certify: %s has length %d, A is %d×%d and wants %d; pass the files that belong together", v.name, len(v.vector), n, m, v.want)
		}
	}
	if !allFinite(b) {
		return errNotFinite("b")
	}
	if !allFinite(w.Start) {
		return errNotFinite("start")
	}
	if k := len(w.Matrix); k != 0 && k != m && k != m*m {
		return fmt.Errorf("certify: the matrix has %d entries; for %d unknowns it has %d, or %d×%d", k, m, m, m, m)
	}
	if !allFinite(w.Matrix) {
		return errNotFinite("the matrix")
	}
	for j, v := range w.Weights {
		if !(v > 0) || math.IsInf(v, 1) {
			return fmt.Errorf("certify: weight %d is %v; weights must be positive and finite", j, v)
		}
	}
	return nil
}

// preamble checks everything that needs no product with A. It reports whether
// the rest can be computed.
func (r *report) preamble(a linop.Operator, b []float64, c Certificate, w Witness) bool {
	d := r.heading(a, b, c, w)
	r.holds("digest of weights", c.SHA256.Weights == d.Weights)
	r.holds("digest of start", c.SHA256.Start == d.Start)
	r.holds("weights are given as named", (c.Weights == nil) == (w.Weights == nil))
	r.holds("digest of the matrix", c.SHA256.Matrix == d.Matrix)
	r.holds("start is given as named", (c.Start == nil) == (w.Start == nil) && (w.Start == nil || c.usesStart()))
	r.holds("matrix is given as named", (c.Matrix == nil) == (w.Matrix == nil))
	if c.Tail != nil || w.Tail != nil || c.SHA256.Tail != "" {
		r.holds("digest of the tail of y", c.SHA256.Tail == d.Tail)
		named := c.Tail != nil && w.Tail != nil && (c.Claim.tailed() || c.Claim == Bregman && w.Start != nil)
		r.holds("a tail of y is given as named, and for a claim that has one", named)
		finite := allFinite(w.Tail)
		r.holds("the tail of y is finite", finite)
		if !named || !finite {
			return false
		}
	}
	if c.Other != nil || w.Other != nil || c.SHA256.Other != "" {
		r.holds("digest of the second minimiser", c.SHA256.Other == d.Other)
		r.holds("a second minimiser is given as named, and for a claim that x is not unique",
			c.Other != nil && w.Other != nil && c.Unique != nil && !*c.Unique)
		if !allFinite(w.Other) {
			r.holds("the second minimiser is finite", false)
			return false
		}
	}
	geometryHolds, sigmaHolds := c.geometryFault(w) == "", c.sigmaFault() == ""
	r.holds("geometry", geometryHolds)
	r.holds("sigma", sigmaHolds)
	marginHolds := c.marginFault() == ""
	r.holds("norm, bias and intercept", marginHolds)
	finiteX, finiteY := allFinite(w.X), allFinite(w.Y)
	r.holds("x is finite", finiteX)
	r.holds("y is finite", finiteY)
	r.numbersAreFinite(c)
	return finiteX && finiteY && c.Claim.known() && geometryHolds && sigmaHolds && marginHolds &&
		(c.Start == nil) == (w.Start == nil) && (c.Matrix == nil) == (w.Matrix == nil)
}

// heading checks what all certificates have.
func (r *report) heading(a linop.Operator, b []float64, c Certificate, w Witness) Digests {
	n, m := a.Dims()
	r.holds("schema", c.Schema == Schema)
	r.holds("claim is known", c.Claim.known())
	r.equal("rows", c.Rows, n)
	r.equal("cols", c.Cols, m)
	r.add("tol between 0 and 1", c.Tol, 1, c.Tol > 0 && c.Tol < 1)
	r.holds("seal", c.intact())
	if c.Failure != 0 {
		r.add("probability of failure that is stated", c.Failure, MaxFailure, c.Failure > 0 && c.Failure <= MaxFailure && c.Claim.matrix() && !c.Claim.farkas())
	}
	d := digests(b, w)
	r.holds("digest of x", c.SHA256.X == d.X)
	r.holds("digest of y", c.SHA256.Y == d.Y)
	r.holds("digest of b", c.SHA256.B == d.B)
	return d
}

func (r *report) numbersAreFinite(c Certificate) {
	r.holds("claimed numbers are finite", allFinite([]float64{c.Objective, c.Bound, c.Gap, c.Residual, c.Tol}))
}

// usesStart reports whether a start has a meaning for the claim.
func (c Certificate) usesStart() bool {
	return c.Claim == MinNorm || c.Claim == Bregman || c.Claim == InfeasibleBox || c.Claim.spectral()
}

// proof holds the recomputed numbers to the tolerance.
func (r *report) proof(c Certificate, m measured, suffix string) {
	for _, e := range m.extra {
		r.add(e.Name+suffix, e.Value, e.Bound, e.Pass)
	}
	if !c.Claim.farkas() {
		r.residual(c, m, suffix)
		r.atMost("gap"+suffix, m.gap.abs(), c.Tol)
	}
}

// claims holds the claimed numbers to the recomputed ones. The difference may
// be the rounding of either.
func (r *report) claims(c Certificate, m measured) {
	if !c.Claim.farkas() {
		r.atMost("claimed residual", math.Abs(c.Residual), raise(c.Tol+m.allowance))
		r.atMost("claimed gap", math.Abs(c.Gap), c.Tol)
	}
	r.agrees("objective as claimed", c.Objective, m.objective.val, m.objective.err+m.objectiveSlack)
	r.agrees("bound as claimed", c.Bound, m.bound.val, m.bound.err+m.boundSlack)
	gapSlack := m.gap.err
	if size := max(math.Abs(m.objective.val), math.Abs(m.bound.val)); size > 0 && !c.Claim.farkas() {
		gapSlack += 4*unit + (m.objectiveSlack+m.boundSlack)/size
	}
	r.agrees("gap as claimed", c.Gap, m.gap.val, gapSlack)
	r.agrees("residual as claimed", c.Residual, m.residual.val, m.residual.err+m.residualSlack)
	r.equal("support", c.Support, m.support)
}

// uniqueness holds the claim about uniqueness to a proof. A claim "not unique" is
// refused where uniqueness can be proven; what it rests on is for second to say.
func (r *report) uniqueness(c Certificate, proof func() (value, bound float64, proven bool)) {
	if c.Unique == nil {
		return
	}
	if c.Claim.farkas() {
		r.holds("no uniqueness of what does not exist", false)
		return
	}
	value, bound, proven := proof()
	if *c.Unique {
		r.add("unique: perturbation of y against dual slack", value, bound, proven)
	} else {
		r.holds("not unique: uniqueness is not proven", !proven)
	}
}
