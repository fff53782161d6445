package limit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/lapack/gonum"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// orthogonal is a complete orthogonal decomposition of a dense A, for the
// problems that the normal equations cannot resolve:
//
//	Aᵀ P = Q R  (columns of Aᵀ pivoted),   R₁ᵀ = V T  (R₁: the first rank rows)
//
// so that A = P V T Qᵀ up to what the rank leaves out. The rows of Aᵀ are sorted by
// size first; with pivoting that makes the errors small in every row for
// itself (Cox and Higham 1998), so that columns of very different scale do not
// disturb each other.
//
// Cost: about 4mn² flops without the help of fast kernels, hence the limit
// orthogonalWork on where it is tried.
type orthogonal struct {
	n, m, kmax int
	order      []int     // row i of the sorted Aᵀ is column order[i] of A
	pivot      []int     // column k of Q R is row pivot[k] of A
	qr, tau    []float64 // m×n, reflectors below R
	rank       int
	vt, vtau   []float64 // n×rank, the factors V and T
}

// orthogonalWork is the largest m·n·min(m,n) that is decomposed: some seconds.
const orthogonalWork = 4e9

func orthogonalAffordable(n, m int) bool {
	return float64(n)*float64(m)*float64(min(n, m)) <= orthogonalWork
}

func newOrthogonal(a linop.Operator) *orthogonal {
	n, m := a.Dims()
	o := &orthogonal{n: n, m: m, kmax: min(n, m), order: make([]int, m), pivot: make([]int, n)}
	norms := make([]float64, m)
	linop.ColumnNorms(a, norms)
	for j := range o.order {
		o.order[j] = j
	}
	slices.SortStableFunc(o.order, func(i, j int) int {
		switch {
		case norms[i] > norms[j]:
			return -1
		case norms[i] < norms[j]:
			return 1
		}
		return 0
	})
	o.qr = make([]float64, m*n)
	linop.Columns(a, o.qr, o.order)
	o.tau = make([]float64, o.kmax)
	for i := range o.pivot {
		o.pivot[i] = -1
	}
	var impl gonum.Implementation
	work := make([]float64, 1)
	impl.Dgeqp3(m, n, o.qr, n, o.pivot, o.tau, work, -1)
	work = make([]float64, int(work[0]))
	impl.Dgeqp3(m, n, o.qr, n, o.pivot, o.tau, work, len(work))
	return o
}

// ranks returns the ranks worth trying, the most plausible first: what
// rounding leaves of the diagonal of R, and every nonzero of it, which is
// right for graded rows and columns.
func (o *orthogonal) ranks() []int {
	largest := math.Abs(o.qr[0])
	numerical, nonzero := 0, 0
	for k := range o.kmax {
		d := math.Abs(o.qr[k*o.n+k])
		if d > 8*float64(max(o.n, o.m))*roundoff*largest {
			numerical = k + 1
		}
		if d > 1e-290 {
			nonzero = k + 1
		}
	}
	if nonzero > numerical {
		return []int{numerical, nonzero}
	}
	return []int{numerical}
}

// setRank factorizes R₁ᵀ for the given rank > 0.
func (o *orthogonal) setRank(rank int) {
	o.rank = rank
	o.vt = make([]float64, o.n*rank)
	for k := range rank {
		for i := k; i < o.n; i++ {
			o.vt[i*rank+k] = o.qr[k*o.n+i]
		}
	}
	o.vtau = make([]float64, rank)
	blas.QR(o.vt, o.n, rank, rank, o.vtau)
}

// add adds A⁺b to x, and to nu a vector with Aᵀν = A⁺b.
func (o *orthogonal) add(x, nu, b []float64) {
	z := make([]float64, o.n)
	for k, i := range o.pivot {
		z[k] = b[i]
	}
	blas.ApplyQ(o.vt, o.n, o.rank, o.rank, o.vtau, z, 1, 1, true)
	blas.SolveUpper(o.vt, o.rank, o.rank, z[:o.rank])

	q := make([]float64, o.m)
	copy(q, z[:o.rank])
	blas.ApplyQ(o.qr, o.m, o.kmax, o.n, o.tau, q, 1, 1, false)
	for i, j := range o.order {
		x[j] += q[i]
	}
	blas.SolveUpper(o.qr, o.rank, o.n, z[:o.rank])
	for k, v := range z[:o.rank] {
		nu[o.pivot[k]] += v
	}
}

// addDual adds to nu a solution of Aᵀδ = the part of e in range(Aᵀ).
func (o *orthogonal) addDual(nu, e []float64) {
	z := make([]float64, o.m)
	for i, j := range o.order {
		z[i] = e[j]
	}
	blas.ApplyQ(o.qr, o.m, o.kmax, o.n, o.tau, z, 1, 1, true)
	blas.SolveUpper(o.qr, o.rank, o.n, z[:o.rank])
	for k, v := range z[:o.rank] {
		nu[o.pivot[k]] += v
	}
}

// project removes from y its part in range(A).
func (o *orthogonal) project(y []float64) {
	z := make([]float64, o.n)
	for k, i := range o.pivot {
		z[k] = y[i]
	}
	blas.ApplyQ(o.vt, o.n, o.rank, o.rank, o.vtau, z, 1, 1, true)
	clear(z[:o.rank])
	blas.ApplyQ(o.vt, o.n, o.rank, o.rank, o.vtau, z, 1, 1, false)
	for k, i := range o.pivot {
		y[i] = z[k]
	}
}

// subtractProduct sets r = b − A x.
func subtractProduct(a linop.Operator, r, b, x []float64) {
	a.Apply(r, x)
	scale(-1, r)
	blas.Axpy(1, b, r)
}
