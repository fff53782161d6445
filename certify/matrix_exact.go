package certify

import (
	"fmt"
	"math"
	"math/big"

	"github.com/tacit-dev/tacit/linop"
)

// exactMatrix is the smaller side of a matrix up to which its norm is decided
// without rounding, in seconds.
const exactMatrix = 64

// verifyMatrixExact is verifyMatrix with residual, objective, dual feasibility and
// gap decided in rational arithmetic. The number s that y is divided by comes from
// the bounds of the rounded arithmetic; that s·I − M (s²I − MᵀM) is positive
// definite is then proven by elimination over the integers.
func verifyMatrixExact(a linop.Operator, b []float64, c Certificate, w Witness) (Verdict, error) {
	q, err := newMatrixProblem(a, b, c, w)
	if err != nil {
		return Verdict{}, err
	}
	if min(q.p, q.q) > exactMatrix {
		return Verdict{}, fmt.Errorf("certify: the exact norm of a %d×%d matrix takes too long; up to %d rows or columns are possible, verify without it", q.p, q.q, exactMatrix)
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
	left, right, rank := q.l, q.rt, q.r
	m := q.measure()
	e := q.exact(left, right, rank)
	if c.Claim == InfeasiblePSD {
		r.proof(c, m, "")
		q.r, q.l, q.rt = 0, nil, nil
		r.holds("Σ y_kA_k has no eigenvalue beyond that (exact)", definite(e.shifted(q.positivePart())))
	} else {
		s := q.stretch()
		r.holds("‖Σ y_kA_k‖ is at most what y is divided by (exact)", definite(e.shifted(s)))
		r.add("dual infeasibility", s-1, c.Tol, s-1 <= c.Tol)
		e.decide(&r, c, dyadicOf(s))
	}
	r.claims(c, m)
	r.uniqueness(c, q.unique)
	for _, d := range q.drawn {
		r.add(d.Name, d.Value, d.Bound, d.Pass)
	}
	q.r, q.l, q.rt, q.parts, q.test, q.low = rank, left, right, nil, nil, nil
	q.second(&r)
	return r.verdict(), nil
}

// exactNumbers are the quantities of a claim about a matrix as they are.
type exactNumbers struct {
	residual, size dyadic // ‖𝒜(X)−b‖², ‖b‖²
	objective      dyadic
	by             dyadic
	m              []dyadic // Σ y_kA_k, twice where it is symmetrised
	p, q           int
	psd            bool
}

func (q *matrixProblem) exact(l, rt []float64, rank int) exactNumbers {
	zero := dyadicOf(0)
	e := exactNumbers{residual: zero, size: zero, objective: zero, by: zero, p: q.p, q: q.q, psd: q.psd}
	e.m = make([]dyadic, q.p*q.q)
	for i := range e.m {
		e.m[i] = zero
	}
	known := make([]*dyadic, q.p*q.q)
	product := func(i, j int) dyadic {
		at := i*q.q + j
		if known[at] == nil {
			s := zero
			for a := range rank {
				s = s.plus(dyadicOf(l[i*rank+a]).times(dyadicOf(rt[j*rank+a])))
			}
			known[at] = &s
		}
		return *known[at]
	}
	for k, v := range q.b {
		r := dyadicOf(-v)
		y := dyadicOf(q.w.Y[k])
		q.rows(k, func(i, j int, a float64) {
			d := dyadicOf(a)
			if q.cert.Claim != InfeasiblePSD {
				r = r.plus(d.times(product(i, j)))
			}
			t := d.times(y)
			e.m[i*q.q+j] = e.m[i*q.q+j].plus(t)
			if q.psd { // M + Mᵀ = 2M
				e.m[j*q.q+i] = e.m[j*q.q+i].plus(t)
			}
		})
		e.residual = e.residual.plus(r.times(r))
		e.size = e.size.plus(dyadicOf(v).times(dyadicOf(v)))
		e.by = e.by.plus(dyadicOf(v).times(y))
	}
	for _, f := range [][]float64{l, rt} { // ‖L‖² + ‖R‖², twice the objective
		for _, v := range f {
			e.objective = e.objective.plus(dyadicOf(v).times(dyadicOf(v)))
		}
	}
	e.objective = e.objective.shifted(-1)
	return e
}

// shifted returns sI − M, of a symmetrised M doubled, or s²I − MᵀM on the smaller
// side, as integers over a common power of two.
func (e exactNumbers) shifted(s float64) [][]*big.Int {
	entry := func(i, j int) dyadic { return e.m[i*e.q+j] }
	n, top := e.p, dyadicOf(s).shifted(1)
	at := func(i, j int) dyadic { return entry(i, j) }
	if !e.psd {
		k := e.p
		n, top = e.q, dyadicOf(s).times(dyadicOf(s))
		if e.q > e.p {
			n, k = e.p, e.q
			entry = func(i, j int) dyadic { return e.m[j*e.q+i] }
		}
		at = func(i, j int) dyadic {
			sum := dyadicOf(0)
			for l := range k {
				sum = sum.plus(entry(l, i).times(entry(l, j)))
			}
			return sum
		}
	}
	d := make([][]dyadic, n)
	low := math.MaxInt
	for i := range n {
		d[i] = make([]dyadic, n)
		for j := range i + 1 {
			v := dyadicOf(0).minus(at(i, j))
			if i == j {
				v = v.plus(top)
			}
			d[i][j], d[j][i] = v, v
			if v.sign() != 0 {
				low = min(low, v.e)
			}
		}
	}
	out := make([][]*big.Int, n)
	for i := range n {
		out[i] = make([]*big.Int, n)
		for j := range n {
			out[i][j] = new(big.Int)
			if v := d[i][j]; v.sign() != 0 {
				out[i][j].Lsh(v.m, uint(v.e-low))
			}
		}
	}
	return out
}

// definite reports whether a symmetric integer matrix is positive definite: all
// leading minors, which Bareiss's elimination has for its pivots, are positive.
// It overwrites a.
func definite(a [][]*big.Int) bool {
	last := big.NewInt(1)
	var t big.Int
	for k := range a {
		pivot := a[k][k]
		if pivot.Sign() <= 0 {
			return false
		}
		for i := k + 1; i < len(a); i++ {
			for j := k + 1; j <= i; j++ {
				v := new(big.Int).Mul(a[i][j], pivot)
				v.Sub(v, t.Mul(a[i][k], a[j][k]))
				a[i][j] = v.Quo(v, last)
			}
		}
		last = pivot
	}
	return true
}

// decide compares with the tolerance, all quotients multiplied out.
func (e exactNumbers) decide(r *report, c Certificate, s dyadic) {
	tol := dyadicOf(c.Tol)
	bound := e.size.times(tol).times(tol)
	if e.size.sign() == 0 {
		bound = tol.times(tol)
	}
	r.holds("residual at most tol (exact)", e.residual.cmp(bound) <= 0)
	// |objective − bᵀy/s| ≤ tol·max(|objective|, |bᵀy/s|)
	o := e.objective.times(s)
	top := o.abs()
	if e.by.abs().cmp(top) > 0 {
		top = e.by.abs()
	}
	r.holds("gap at most tol (exact)", o.minus(e.by).abs().cmp(top.times(tol)) <= 0)
}
