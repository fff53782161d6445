package flow

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/lapack/gonum"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/landscape"
)

// DeepStart is a balanced start of a deep linear network of N layers: all layers
// have the singular values z, W_j = Q_j diag(z) Q_{j−1}ᵀ with Q_0 = V and Q_N = U, so
// that the product is P = U diag(zᴺ) Vᵀ. U (d_y×d_y) and V (d_x×d_x) are orthogonal,
// by rows; only the logarithms of z are kept, so that no start is too small.
type DeepStart struct {
	DX, DY int
	Depth  float64 // N; it need not be an integer, but at least 2
	U, V   []float64
	LogZ   []float64 // ln z, at most min(d_x, d_y) of them: the rank of the start
}

// BalancedStart is a start of rank p with random U and V and z spread evenly over
// (α, 2α): distinct, because equal singular values have no singular vectors.
//
// The flow conserves the sign of det P where P is square and of full rank. Half of
// all starts therefore cannot reach the least loss, and end in a saddle; this one
// has the sign of det YXᵀ.
func BalancedStart(d *landscape.Data, depth float64, p int, logAlpha float64, seed uint64) (*DeepStart, error) {
	if p < 1 || p > min(d.DX, d.DY) {
		return nil, fmt.Errorf("a start of rank %d: it is between 1 and %d", p, min(d.DX, d.DY))
	}
	s := &DeepStart{DX: d.DX, DY: d.DY, Depth: depth,
		U: landscape.RandomOrthogonal(d.DY, seed, "u"), V: landscape.RandomOrthogonal(d.DX, seed, "v")}
	for i := range p {
		s.LogZ = append(s.LogZ, logAlpha+math.Log(2-float64(i)/float64(p)))
	}
	if p == d.DX && p == d.DY && s.opposed(d) {
		for i := range d.DY {
			s.U[i*d.DY+p-1] = -s.U[i*d.DY+p-1]
		}
	}
	return s, s.check()
}

// opposed reports whether det P and det YXᵀ have opposite signs, P being square.
func (s *DeepStart) opposed(d *landscape.Data) bool {
	n := d.DX
	f, m := d.Reduced()
	a, b := make([]float64, n*n), make([]float64, n*n)
	blas.Gemm(false, true, n, n, d.Rank, 1, m, d.Rank, f, d.Rank, 0, a, n)
	blas.Gemm(true, false, n, n, n, 1, s.U, n, a, n, 0, b, n)
	blas.Gemm(false, false, n, n, n, 1, b, n, s.V, n, 0, a, n)
	pivots := make([]int, n)
	if !(gonum.Implementation{}).Dgetrf(n, n, a, n, pivots) {
		return false // singular: there is no sign to have
	}
	negative := false
	for i, p := range pivots {
		if (p != i) != (a[i*n+i] < 0) {
			negative = !negative
		}
	}
	return negative
}

// AlignedStart has the singular vectors of YXᵀ, so that on whitened data the modes
// do not meet (Saxe, McClelland and Ganguli 2014).
func AlignedStart(d *landscape.Data, depth float64, logZ []float64) (*DeepStart, error) {
	f, m := d.Reduced()
	k := min(d.DX, d.DY)
	syx := make([]float64, d.DY*d.DX)
	blas.Gemm(false, true, d.DY, d.DX, d.Rank, 1, m, d.Rank, f, d.Rank, 0, syx, d.DX)
	u, vt, sv := make([]float64, d.DY*k), make([]float64, k*d.DX), make([]float64, k)
	if !blas.SVD(sv, u, k, vt, d.DX, syx, d.DY, d.DX, d.DX) {
		return nil, errors.New("the singular values of YXᵀ could not be computed")
	}
	v := make([]float64, d.DX*k)
	for i := range d.DX {
		for j := range k {
			v[i*k+j] = vt[j*d.DX+i]
		}
	}
	s := &DeepStart{DX: d.DX, DY: d.DY, Depth: depth, LogZ: append([]float64(nil), logZ...),
		U: completed(u, d.DY, k), V: completed(v, d.DX, k)}
	return s, s.check()
}

func (s *DeepStart) check() error {
	switch {
	case !(s.Depth >= 2) || math.IsInf(s.Depth, 0):
		return fmt.Errorf("depth %v: the flow in the singular values needs at least two layers", s.Depth)
	case len(s.LogZ) < 1 || len(s.LogZ) > min(s.DX, s.DY):
		return fmt.Errorf("%d singular values for a %d×%d product", len(s.LogZ), s.DY, s.DX)
	}
	for _, l := range s.LogZ {
		if math.IsNaN(l) || math.IsInf(l, 0) {
			return errors.New("a singular value of the start is zero or not finite")
		}
	}
	return nil
}

// completed extends k orthonormal columns to an orthogonal n×n matrix.
func completed(q []float64, n, k int) []float64 {
	a, tau, full := append([]float64(nil), q...), make([]float64, k), make([]float64, n*n)
	blas.QR(a, n, k, k, tau)
	for i := range n {
		full[i*n+i] = 1
	}
	blas.ApplyQ(a, n, k, k, tau, full, n, n, false)
	for j := range k { // QR may turn a column around
		dot := 0.0
		for i := range n {
			dot += full[i*n+j] * q[i*k+j]
		}
		if dot < 0 {
			for i := range n {
				full[i*n+j] = -full[i*n+j]
			}
		}
	}
	return full
}

// Layers returns weights of the net with hidden widths of at least the rank whose
// layers have the singular values of s, with random orthogonal matrices in
// between. The widths between the ends are filled with zeros.
func (s *DeepStart) Layers(net *landscape.Net, seed uint64) ([]float64, error) {
	k, p := net.Layers(), len(s.LogZ)
	if float64(k) != s.Depth || net.Dims[0] != s.DX || net.Dims[k] != s.DY {
		return nil, fmt.Errorf("a start of depth %v from %d to %d does not fit the network %v", s.Depth, s.DX, s.DY, net.Dims)
	}
	w := make([]float64, net.Parameters())
	before, nb := s.V, s.DX
	for j := 1; j <= k; j++ {
		after, na := s.U, s.DY
		if j < k {
			na = net.Dims[j]
			if na < p {
				return nil, fmt.Errorf("width %d is below the rank %d of the start", na, p)
			}
			after = landscape.RandomOrthogonal(na, seed, fmt.Sprint("layer ", j))
		}
		l := net.Layer(w, j)
		for r, lz := range s.LogZ {
			z := math.Exp(lz)
			for a := range na {
				for b := range nb {
					l[a*nb+b] += after[a*na+r] * z * before[b*nb+r]
				}
			}
		}
		before, nb = after, na
	}
	return w, nil
}
