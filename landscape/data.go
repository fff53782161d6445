package landscape

import (
	"errors"
	"fmt"
	"math"
)

// DefaultTol is the relative size below which a singular value counts as zero,
// and two eigenvalues of Σ as equal.
const DefaultTol = 1e-10

// Data is what the loss keeps of X and Y. With X = F Qᵀ (F is d_x×ρ of full column
// rank, Q has ρ orthonormal columns, ρ the rank of X) and M = Y Q,
//
//	½‖P X − Y‖² = ½‖P F − M‖² + Rest,   Rest = ½‖Y − M Qᵀ‖²,
//
// so N samples are as good as ρ of them.
type Data struct {
	DX, DY, N int
	Rank      int       // ρ, the rank of X
	Lambda    []float64 // the nonzero eigenvalues of Σ, descending
	Sigma     []float64 // their square roots, the singular values of M
	Rest      float64   // the loss that no linear map avoids
	Zero      float64   // the loss at W = 0: ½‖Y‖²

	tol     float64
	f       matrix // d_x×ρ
	fInv    matrix // ρ×d_x, the pseudoinverse of F
	m       matrix // d_y×ρ
	u       matrix // d_y×len(Lambda), eigenvectors by columns
	v       matrix // len(Lambda)×ρ, right singular vectors of M by rows
	rankSYX int    // rank of YXᵀ
}

// NewData prepares X (d_x×N) and Y (d_y×N), both by rows. Singular values below
// tol times the largest one count as zero; tol 0 means DefaultTol.
//
// Cost: O(N d_x (d_x + d_y)) flops.
func NewData(x, y []float64, dx, dy, n int, tol float64) (*Data, error) {
	if tol == 0 {
		tol = DefaultTol
	}
	switch {
	case dx < 1 || dy < 1 || n < 1:
		return nil, fmt.Errorf("the data is empty: X is %d×%d and Y is %d×%d", dx, n, dy, n)
	case len(x) != dx*n || len(y) != dy*n:
		return nil, fmt.Errorf("wrong number of entries: X has %d and Y %d, not %d×%d and %d×%d", len(x), len(y), dx, n, dy, n)
	case !(tol > 0 && tol < 1):
		return nil, fmt.Errorf("tolerance %v: it must lie between 0 and 1", tol)
	}
	mx, my := matrix{dx, n, x}, matrix{dy, n, y}
	if !finite(x) || !finite(y) {
		return nil, errors.New("an entry of X or Y is not finite")
	}
	ux, sx, qt, ok := mx.svd()
	if !ok {
		return nil, errors.New("the singular values of X could not be computed")
	}
	rank := 0
	for rank < len(sx) && sx[rank] > tol*sx[0] {
		rank++
	}
	d := &Data{DX: dx, DY: dy, N: n, Rank: rank, tol: tol}
	if rank == 0 {
		return nil, errors.New("no entry of X is nonzero: the loss does not depend on the weights")
	}
	d.f, d.fInv = newMatrix(dx, rank), newMatrix(rank, dx)
	for i := range dx {
		for j := range rank {
			d.f.data[i*rank+j] = ux.at(i, j) * sx[j]
			d.fInv.data[j*dx+i] = ux.at(i, j) / sx[j]
		}
	}
	q := matrix{rank, n, qt.data[:rank*n]}
	d.m = newMatrix(dy, rank)
	mul(d.m, my, false, q, true, 0)
	rest := d.m.times(q)
	for i := range rest.data {
		rest.data[i] = y[i] - rest.data[i]
	}
	d.Rest, d.Zero = half(rest.norm()), half(my.norm())
	if math.IsInf(d.Zero, 0) || math.IsInf(half(mx.norm()), 0) {
		return nil, errors.New("the squares of X or Y overflow: scale the data")
	}
	return d, d.decompose(my.norm())
}

// decompose finds the eigenvalues of Σ.
func (d *Data) decompose(normY float64) error {
	u, s, vt, ok := d.m.svd()
	if !ok {
		return errors.New("the singular values of Y on the range of X could not be computed")
	}
	q := 0
	for q < len(s) && s[q] > d.tol*max(s[0], d.tol*normY) {
		q++
	}
	d.Sigma = s[:q]
	for _, v := range d.Sigma {
		d.Lambda = append(d.Lambda, v*v)
	}
	d.u = newMatrix(d.DY, q)
	for i := range d.DY {
		copy(d.u.data[i*q:(i+1)*q], u.data[i*u.cols:i*u.cols+q])
	}
	d.v = matrix{q, d.Rank, vt.data[:q*d.Rank]}
	syx := newMatrix(d.DY, d.DX)
	mul(syx, d.m, false, d.f, true, 0)
	d.rankSYX, ok = syx.rank(d.tol * syx.norm())
	if !ok {
		return errors.New("the rank of XYᵀ could not be computed")
	}
	return nil
}

func half(norm float64) float64 { return norm * norm / 2 }

func finite(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// Net returns the network with the given hidden widths on this data.
func (d *Data) Net(hidden []int) (*Net, error) { return NewNet(d.DX, hidden, d.DY) }

// MaxRank is the largest rank that a critical point of net can have: the smaller
// of the narrowest layer and the rank of Σ.
func (d *Data) MaxRank(net *Net) int { return min(net.Narrowest(), len(d.Lambda)) }

// equal reports whether the eigenvalues i and j of Σ count as one.
func (d *Data) equal(i, j int) bool {
	return math.Abs(d.Sigma[i]-d.Sigma[j]) <= d.tol*d.Sigma[0]
}

// Reduced returns F (d_x×ρ) and M (d_y×ρ) by rows, copies. The gradient of the loss
// in P is P F Fᵀ − M Fᵀ.
func (d *Data) Reduced() (f, m []float64) {
	return append([]float64(nil), d.f.data...), append([]float64(nil), d.m.data...)
}
