package lowrank

import (
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
	"github.com/tacit-dev/tacit/linop"
)

// measurements is the map 𝒜: X ↦ (⟨A_k, X⟩)_k of p×q matrices with its adjoint
// 𝒜*y = Σ y_k A_k; of a PSD problem the A_k are symmetric. X is only ever given
// by its factors, X = L Rᵀ.
type measurements interface {
	// size returns the number of measurements and the shape of X.
	size() (n, p, q int)
	// apply sets dst_k = ⟨A_k, L Rᵀ⟩ for L p×r and R q×r.
	apply(dst, l, r []float64, rank int)
	// squares sets dst_k = Σ A_k,ij² X_ij for X p×q. It reports false where that is
	// no sum of a few entries.
	squares(dst, x []float64) bool
	// read sets dst_k = ⟨A_k, X⟩ for X p×q.
	read(dst, x []float64)
	// adjoint returns 𝒜*y as a matrix that can be multiplied.
	adjoint(y []float64) matrix
	// weights adds to the r×r blocks of the rows i (and columns j) of X the
	// matrices Σ |A_k,ij|² v_j v_jᵀ (Σ |A_k,ij|² u_i u_iᵀ): the diagonal blocks
	// of the normal equations. It reports false where they are not cheap.
	weights(rowBlocks, colBlocks, u, v []float64, rank int) bool
	// norms sets dst_k = ‖A_k‖_F.
	norms(dst []float64)
}

// matrix is a p×q matrix known by its products with thin matrices.
type matrix interface {
	mul(v []float64, r int) []float64  // M V, p×r
	mulT(u []float64, r int) []float64 // Mᵀ U, q×r
	dense() []float64
}

// measure reads an operator whose rows are the matrices A_k, stored by rows.
// Operators that pick or store few entries stay sparse.
func measure(a linop.Operator, p, q int, symmetric bool) measurements {
	n, m := a.Dims()
	if s := sparseOf(a, n, m, q, symmetric); s != nil {
		s.n, s.p, s.q = n, p, q
		s.index()
		return s
	}
	d := &denseMeasure{n: n, p: p, q: q}
	var lines []float64 // of A by rows
	if op, ok := a.(*linop.Dense); ok {
		if data, byColumns := op.Data(); !byColumns {
			lines = data
		}
	}
	if lines != nil && !symmetric {
		d.a = lines
		return d
	}
	d.a, d.own = make([]float64, n*m), true
	for k := range n {
		row := d.a[k*m : (k+1)*m]
		if lines != nil {
			copy(row, lines[k*m:])
		} else {
			linop.Row(a, k, func(j int, v float64) { row[j] = v })
		}
		if symmetric {
			symmetrise(row, p)
		}
	}
	return d
}

// symmetrise replaces a d×d matrix by its symmetric part.
func symmetrise(a []float64, d int) {
	for i := range d {
		for j := range i {
			v := a[i*d+j]/2 + a[j*d+i]/2
			a[i*d+j], a[j*d+i] = v, v
		}
	}
}

// denseMeasure holds the matrices A_k as rows of an n×pq matrix.
type denseMeasure struct {
	n, p, q int
	a       []float64
	own     bool // a may be changed
}

func (d *denseMeasure) size() (n, p, q int) { return d.n, d.p, d.q }

func (d *denseMeasure) apply(dst, l, r []float64, rank int) {
	x := timesT(l, r, d.p, rank, d.q)
	blas.Gemv(dst, d.a, d.n, d.p*d.q, d.p*d.q, x)
}

func (d *denseMeasure) squares(_, _ []float64) bool { return false }

func (d *denseMeasure) read(dst, x []float64) {
	blas.Gemv(dst, d.a, d.n, d.p*d.q, d.p*d.q, x)
}

func (d *denseMeasure) adjoint(y []float64) matrix {
	m := make([]float64, d.p*d.q)
	blas.GemvT(m, d.a, d.n, d.p*d.q, d.p*d.q, y)
	return denseMatrix{m, d.p, d.q}
}

func (d *denseMeasure) weights(_, _, _, _ []float64, _ int) bool { return false }

func (d *denseMeasure) norms(dst []float64) {
	m := d.p * d.q
	for k := range dst {
		dst[k] = norm(d.a[k*m : (k+1)*m])
	}
}

type denseMatrix struct {
	a    []float64
	p, q int
}

func (m denseMatrix) mul(v []float64, r int) []float64  { return times(m.a, v, m.p, m.q, r) }
func (m denseMatrix) mulT(u []float64, r int) []float64 { return inner(m.a, u, m.p, m.q, r) }
func (m denseMatrix) dense() []float64                  { return m.a }

// sparseMeasure holds the entries of all A_k as triplets sorted by row of X:
// entry e of row i, rowPtr[i] ≤ e < rowPtr[i+1], is A_k,ij = val[e] with
// j = col[e], k = obs[e]. The list by columns refers to it by place.
type sparseMeasure struct {
	n, p, q        int
	rowPtr, colPtr []int
	col, obs       []int32
	val            []float64 // nil: ones
	row, place     []int32   // entries by columns: their row and their e
	single         bool      // every A_k has one entry
}

// sparseLimit is the share of nonzero entries up to which a list is cheaper than
// a dense array.
const sparseLimit = 0.1

// sparseOf lists the entries of a, nil if there are too many.
func sparseOf(a linop.Operator, n, m, q int, symmetric bool) *sparseMeasure {
	type triplet struct {
		i, j, k int32
		v       float64
	}
	most := int(sparseLimit * float64(n) * float64(m))
	var list []triplet
	switch a := a.(type) {
	case *linop.EntriesOperator, *linop.CSR, *linop.CSC, linop.Rower:
		if d, ok := a.(*linop.Dense); ok {
			data, _ := d.Data()
			count := 0
			for _, v := range data {
				if v == 0 {
					continue
				}
				if count++; count > most {
					return nil
				}
			}
		}
		op := a
		if c, ok := op.(*linop.CSC); ok {
			op = c.ToCSR()
		}
		for k := range n {
			linop.Row(op, k, func(at int, v float64) {
				if v == 0 {
					return
				}
				i, j := int32(at/q), int32(at%q)
				if symmetric && i != j {
					list = append(list, triplet{i, j, int32(k), v / 2}, triplet{j, i, int32(k), v / 2})
				} else {
					list = append(list, triplet{i, j, int32(k), v})
				}
			})
			if len(list) > 2*most+2*n {
				return nil
			}
		}
	default:
		return nil
	}
	s := &sparseMeasure{single: !symmetric}
	p := m / q
	s.rowPtr = make([]int, p+1)
	for _, t := range list {
		s.rowPtr[t.i+1]++
	}
	for i := range p {
		s.rowPtr[i+1] += s.rowPtr[i]
	}
	next := append([]int(nil), s.rowPtr...)
	s.col, s.obs, s.val = make([]int32, len(list)), make([]int32, len(list)), make([]float64, len(list))
	ones := true
	for _, t := range list {
		e := next[t.i]
		next[t.i]++
		s.col[e], s.obs[e], s.val[e] = t.j, t.k, t.v
		ones = ones && t.v == 1
	}
	s.single = s.single && len(list) == n
	if ones {
		s.val = nil
	}
	return s
}

// index lists the entries by columns.
func (s *sparseMeasure) index() {
	s.colPtr = make([]int, s.q+1)
	for _, j := range s.col {
		s.colPtr[j+1]++
	}
	for j := range s.q {
		s.colPtr[j+1] += s.colPtr[j]
	}
	next := append([]int(nil), s.colPtr...)
	s.row, s.place = make([]int32, len(s.col)), make([]int32, len(s.col))
	for i := range s.p {
		for e := s.rowPtr[i]; e < s.rowPtr[i+1]; e++ {
			t := next[s.col[e]]
			next[s.col[e]]++
			s.row[t], s.place[t] = int32(i), int32(e)
		}
	}
}

func (s *sparseMeasure) size() (n, p, q int) { return s.n, s.p, s.q }

// rowGrain cuts rows into fixed groups of some thousand entries.
const rowGrain = 64

func (s *sparseMeasure) apply(dst, l, r []float64, rank int) {
	if s.single { // every measurement belongs to one entry: no sums
		parallel.For(s.p, rowGrain, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				li := l[i*rank : (i+1)*rank]
				for e := s.rowPtr[i]; e < s.rowPtr[i+1]; e++ {
					j := int(s.col[e])
					v := dot(li, r[j*rank:(j+1)*rank])
					if s.val != nil {
						v *= s.val[e]
					}
					dst[s.obs[e]] = v
				}
			}
		})
		return
	}
	clear(dst)
	for i := range s.p {
		li := l[i*rank : (i+1)*rank]
		for e := s.rowPtr[i]; e < s.rowPtr[i+1]; e++ {
			j := int(s.col[e])
			v := dot(li, r[j*rank:(j+1)*rank])
			if s.val != nil {
				v *= s.val[e]
			}
			dst[s.obs[e]] += v
		}
	}
}

func (s *sparseMeasure) read(dst, x []float64) { s.gather(dst, x, 1) }

func (s *sparseMeasure) squares(dst, x []float64) bool {
	s.gather(dst, x, 2)
	return true
}

// gather sets dst_k = Σ A_k,ijᵉ X_ij, e = 1 or 2.
func (s *sparseMeasure) gather(dst, x []float64, power int) {
	clear(dst)
	for i := range s.p {
		row := x[i*s.q : (i+1)*s.q]
		for e := s.rowPtr[i]; e < s.rowPtr[i+1]; e++ {
			v := row[s.col[e]]
			if s.val != nil {
				if v *= s.val[e]; power == 2 {
					v *= s.val[e]
				}
			}
			dst[s.obs[e]] += v
		}
	}
}

func (s *sparseMeasure) adjoint(y []float64) matrix {
	m := &sparseMatrix{s: s, val: make([]float64, len(s.col))}
	for e, k := range s.obs {
		m.val[e] = y[k]
		if s.val != nil {
			m.val[e] *= s.val[e]
		}
	}
	m.byColumn = make([]float64, len(s.col))
	for t, e := range s.place {
		m.byColumn[t] = m.val[e]
	}
	return m
}

func (s *sparseMeasure) weights(rowBlocks, colBlocks, u, v []float64, rank int) bool {
	add := func(block, x []float64, w float64) {
		for a, xa := range x {
			f := w * xa
			row := block[a*rank : a*rank+a+1]
			for b := range row {
				row[b] += f * x[b]
			}
		}
	}
	square := func(e int) float64 {
		if s.val == nil {
			return 1
		}
		return s.val[e] * s.val[e]
	}
	parallel.For(s.p, rowGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			for e := s.rowPtr[i]; e < s.rowPtr[i+1]; e++ {
				j := int(s.col[e])
				add(rowBlocks[i*rank*rank:(i+1)*rank*rank], v[j*rank:(j+1)*rank], square(e))
			}
		}
	})
	if colBlocks != nil {
		parallel.For(s.q, rowGrain, func(lo, hi int) {
			for j := lo; j < hi; j++ {
				for t := s.colPtr[j]; t < s.colPtr[j+1]; t++ {
					i := int(s.row[t])
					add(colBlocks[j*rank*rank:(j+1)*rank*rank], u[i*rank:(i+1)*rank], square(int(s.place[t])))
				}
			}
		})
	}
	return true
}

func (s *sparseMeasure) norms(dst []float64) {
	clear(dst)
	for e, k := range s.obs {
		v := 1.0
		if s.val != nil {
			v = s.val[e]
		}
		dst[k] = hypot(dst[k], v)
	}
}

// sparseMatrix is 𝒜*y on the pattern of s.
type sparseMatrix struct {
	s             *sparseMeasure
	val, byColumn []float64
}

func (m *sparseMatrix) mul(v []float64, r int) []float64 {
	out := make([]float64, m.s.p*r)
	gatherRows(out, m.s.rowPtr, m.s.col, m.val, v, r)
	return out
}

func (m *sparseMatrix) mulT(u []float64, r int) []float64 {
	out := make([]float64, m.s.q*r)
	gatherRows(out, m.s.colPtr, m.s.row, m.byColumn, u, r)
	return out
}

func (m *sparseMatrix) dense() []float64 {
	a := make([]float64, m.s.p*m.s.q)
	for i := range m.s.p {
		for e := m.s.rowPtr[i]; e < m.s.rowPtr[i+1]; e++ {
			a[i*m.s.q+int(m.s.col[e])] += m.val[e]
		}
	}
	return a
}

// gatherRows sets out_i = Σ val_e v_{idx_e} over the list of i.
func gatherRows(out []float64, ptr []int, idx []int32, val, v []float64, r int) {
	parallel.For(len(ptr)-1, rowGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			to := out[i*r : (i+1)*r]
			for e := ptr[i]; e < ptr[i+1]; e++ {
				at := int(idx[e]) * r
				axpy(val[e], v[at:at+r], to)
			}
		}
	})
}

// dot and axpy are for lengths at which a call of a kernel costs more than it
// saves.
func dot(x, y []float64) float64 {
	if len(x) >= 48 {
		return blas.Dot(x, y)
	}
	var s0, s1 float64
	y = y[:len(x)]
	i := 0
	for ; i+1 < len(x); i += 2 {
		s0 += x[i] * y[i]
		s1 += x[i+1] * y[i+1]
	}
	if i < len(x) {
		s0 += x[i] * y[i]
	}
	return s0 + s1
}

func axpy(a float64, x, y []float64) {
	if len(x) >= 48 {
		blas.Axpy(a, x, y)
		return
	}
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}
