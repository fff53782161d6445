package flow

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/landscape"
	"github.com/tacit-dev/tacit/linop"
)

// measured is the loss ½‖𝒜(P) − b‖² of a p×q product P, row k of A being the matrix
// A_k by rows, in the place of the data X and Y of a network.
type measured struct {
	a    linop.Operator
	b    []float64
	p, q int
	// symmetric: P is, V = U, and only the symmetric part of G counts.
	symmetric bool

	x, g, res, t []float64
	left         []float64
	kept         []int     // the entries of a matrix in the frames that touch the first modes
	column       []int     // the place of an entry in kept, −1: it is not
	rotated      []float64 // UᵀA_kV at kept, by rows
	gram         []float64 // its Gram matrix
}

// NewDeepMeasured is NewDeepSpectral for the loss ½Σ(⟨A_k, P⟩ − b_k)² of the product
// P of N factors, of p×q: sensing and completion, row k of A being A_k by rows. The
// flow is that of the factors, W_N⋯W₁ = P, from a balanced start. A symmetric P of
// symmetric A_k does not stay symmetric in doubles: see NewDeepSymmetric.
//
// The Jacobian is a dense matrix, see [deepDenseLimit], formed from the Gram matrix
// of the UᵀA_kV.
func NewDeepMeasured(a linop.Operator, b []float64, p, q int, start *DeepStart, tol float64) (*DeepSpectral, error) {
	return newDeepMeasured(a, b, p, q, start, tol, false)
}

// NewDeepSymmetric is NewDeepMeasured for symmetric d×d matrices P ⪰ 0 from a start
// with V = U, of A_k whose symmetric parts alone count. In exact arithmetic P then
// stays symmetric, but that is not stable: near a symmetric saddle P = uuᵀ a difference
// of U and V, rounding or not, grows like e^(gt) where the symmetric saddle attracts,
// and what is reached is a matrix that satisfies the symmetrised measurements without
// being symmetric. Therefore one matrix U is followed, and no difference exists.
func NewDeepSymmetric(a linop.Operator, b []float64, d int, start *DeepStart, tol float64) (*DeepSpectral, error) {
	return newDeepMeasured(a, b, d, d, start, tol, true)
}

func newDeepMeasured(a linop.Operator, b []float64, p, q int, start *DeepStart, tol float64, symmetric bool) (*DeepSpectral, error) {
	n, m := a.Dims()
	switch {
	case p < 1 || q < 1 || p*q != m:
		return nil, fmt.Errorf("flow: A measures %d unknowns, which are no matrix of %d×%d", m, p, q)
	case len(b) != n:
		return nil, fmt.Errorf("flow: b has length %d, A has %d rows", len(b), n)
	case start.DX != q || start.DY != p:
		return nil, fmt.Errorf("flow: the start is %d×%d, the matrix %d×%d", start.DY, start.DX, p, q)
	case !(tol > 0 && tol < 1):
		return nil, errors.New("flow: the tolerance must lie between 0 and 1")
	}
	if err := start.check(); err != nil {
		return nil, err
	}
	if symmetric && !slices.Equal(start.U, start.V) {
		return nil, errors.New("flow: a symmetric product needs a start with V = U")
	}
	rank := len(start.LogZ)
	if most := DeepRank(p, q, symmetric); rank > most {
		if most == 0 {
			return nil, fmt.Errorf("flow: a %d×%d matrix is too large for more than two factors, whose Jacobian is a dense matrix of order at most %d: follow two", p, q, deepDenseLimit)
		}
		return nil, fmt.Errorf("flow: %d singular values of a %d×%d matrix need a dense Jacobian of order %d, and it may have %d: follow %d of them, or two factors",
			rank, p, q, deepDenseOrder(p, q, rank, symmetric), deepDenseLimit, most)
	}
	s := &DeepSpectral{DX: q, DY: p, Depth: start.Depth, LogTime: math.Inf(-1), tol: tol,
		U: slices.Clone(start.U), V: slices.Clone(start.V), LogZ: slices.Clone(start.LogZ)}
	s.d = &deepField{dx: q, dy: p, p: rank, n: s.Depth}
	s.d.m, s.d.g = make([]float64, p*q), make([]float64, p*q)
	s.d.diagS = make([]float64, q)
	s.d.measured = &measured{a: a, b: b, p: p, q: q, symmetric: symmetric, x: make([]float64, p*q), g: make([]float64, p*q),
		res: make([]float64, n), t: make([]float64, max(p, q)*max(p, q)), left: make([]float64, p*rank)}
	s.jac = newDeepDense(s.d, symmetric)
	s.prepare()
	return s, nil
}

// SpreadStart is a balanced start of full rank for NewDeepMeasured with z spread evenly
// over (α, 2α) and random U and V; of a square matrix V = U, so that P is positive
// definite, as αI is.
func SpreadStart(p, q int, depth, logAlpha float64, seed uint64) *DeepStart {
	s := &DeepStart{DX: q, DY: p, Depth: depth, U: landscape.RandomOrthogonal(p, seed, "u")}
	if s.V = s.U; p != q {
		s.V = landscape.RandomOrthogonal(q, seed, "v")
	}
	k := min(p, q)
	for i := range k {
		s.LogZ = append(s.LogZ, logAlpha+math.Log(2-float64(i)/float64(k)))
	}
	return s
}

// product sets m.x = P.
func (m *measured) product(u, v, logZ []float64, depth float64) {
	r := len(logZ)
	for i := range m.p {
		for a, l := range logZ {
			m.left[i*r+a] = u[i*m.p+a] * math.Exp(depth*l)
		}
	}
	blas.Gemm(false, true, m.p, m.q, r, 1, m.left, r, v, m.q, 0, m.x, m.q)
}

// loss returns ½‖𝒜(P) − b‖².
func (m *measured) loss(u, v, logZ []float64, depth float64) float64 {
	m.product(u, v, logZ, depth)
	return m.residual(m.x)
}

// residual sets m.res = 𝒜(x) − b and returns half its square.
func (m *measured) residual(x []float64) float64 {
	m.a.Apply(m.res, x)
	blas.Axpy(-1, m.b, m.res)
	return blas.Dot(m.res, m.res) / 2
}

// gradient sets m.g = G at x.
func (m *measured) gradient(x []float64) {
	m.residual(x)
	m.a.ApplyT(m.g, m.res)
	m.symmetrise(m.g)
}

// frame sets d.g = UᵀGV, G = 𝒜*(𝒜(P) − b), and diagS to the ‖𝒜(u_rv_rᵀ)‖².
func (m *measured) frame(d *deepField, u, v, logZ []float64) {
	m.loss(u, v, logZ, d.n)
	m.a.ApplyT(m.g, m.res)
	blas.Gemm(true, false, m.p, m.q, m.p, 1, u, m.p, m.g, m.q, 0, m.t, m.q)
	blas.Gemm(false, false, m.p, m.q, m.q, 1, m.t, m.q, v, m.q, 0, d.g, m.q)
	m.symmetrise(d.g)
	for r := range d.p {
		for i := range m.p {
			for j := range m.q {
				m.x[i*m.q+j] = u[i*m.p+r] * v[j*m.q+r]
			}
		}
		m.a.Apply(m.res, m.x)
		d.diagS[r] = blas.Dot(m.res, m.res)
	}
}

// symmetrise replaces g by its symmetric part where P is symmetric.
func (m *measured) symmetrise(g []float64) {
	if m.symmetric {
		symmetrise(g, m.p)
	}
}

// linearise computes the Gram matrix of 𝒜 in the frames, of the entries (i, j) with i
// or j among the rank modes: the others neither move P nor are moved.
func (m *measured) linearise(u, v []float64, rank int) {
	if m.kept == nil {
		m.column = make([]int, m.p*m.q)
		for at := range m.column {
			if m.column[at] = -1; at/m.q < rank || at%m.q < rank {
				m.column[at] = len(m.kept)
				m.kept = append(m.kept, at)
			}
		}
		m.rotated, m.gram = make([]float64, len(m.b)*len(m.kept)), make([]float64, len(m.kept)*len(m.kept))
	}
	size := len(m.kept)
	full := make([]float64, m.p*m.q)
	for k := range m.b {
		clear(m.x)
		linop.Row(m.a, k, func(at int, e float64) { m.x[at] = e })
		m.symmetrise(m.x)
		m.rotate(m.rotated[k*size:(k+1)*size], full, u, v)
	}
	blas.GramCols(m.gram, size, m.rotated, len(m.b), size, size, nil)
	for i := range size {
		for j := range i {
			m.gram[j*size+i] = m.gram[i*size+j]
		}
	}
}

// rotate sets dst to the kept entries of UᵀxV for x = m.x: of few entries one by one.
func (m *measured) rotate(dst, full, u, v []float64) {
	var at []int
	for i, e := range m.x {
		if e != 0 {
			at = append(at, i)
		}
	}
	if len(at) > min(m.p, m.q)/4+1 {
		blas.Gemm(true, false, m.p, m.q, m.p, 1, u, m.p, m.x, m.q, 0, m.t, m.q)
		blas.Gemm(false, false, m.p, m.q, m.q, 1, m.t, m.q, v, m.q, 0, full, m.q)
		for c, at := range m.kept {
			dst[c] = full[at]
		}
		return
	}
	clear(dst)
	for _, i := range at {
		e, row, col := m.x[i], u[i/m.q*m.p:], v[i%m.q*m.q:]
		for c, to := range m.kept {
			dst[c] += e * row[to/m.q] * col[to%m.q]
		}
	}
}

// change sets dg to the derivative of UᵀGV along a coordinate: where U turns by ω in
// the plane (r, s) it is −ωG + K(ωΣ), where V does Gω − K(Σω), and along ln z_r
// Nσ_r K(e_re_rᵀ), K being 𝒜*𝒜 in the frames.
func (m *measured) change(dg []float64, d *deepField, which, r, s int, logZ []float64) {
	size := len(m.kept)
	sigma := func(i int) float64 {
		if i < len(logZ) {
			return math.Exp(d.n * logZ[i])
		}
		return 0
	}
	add := func(i, j int, f float64) { // f·K(e_ie_jᵀ)
		if f != 0 {
			row := m.column[i*m.q+j] * size
			for c, at := range m.kept {
				dg[at] += f * m.gram[row+c]
			}
		}
	}
	switch which {
	case 0: // ω_rs = 1, ω_sr = −1
		for j := range m.q {
			dg[r*m.q+j] -= d.g[s*m.q+j]
			dg[s*m.q+j] += d.g[r*m.q+j]
		}
		if s < m.q {
			add(r, s, sigma(s))
		}
		add(s, r, -sigma(r))
	case 1:
		for i := range m.p {
			dg[i*m.q+s] += d.g[i*m.q+r]
			dg[i*m.q+r] -= d.g[i*m.q+s]
		}
		add(r, s, -sigma(r))
		if s < m.p {
			add(s, r, sigma(s))
		}
	default:
		add(r, r, d.n*sigma(r))
	}
}
