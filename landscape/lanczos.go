package landscape

import (
	"context"
	"errors"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// LanczosOptions are the settings of Lanczos; the zero value is the default.
type LanczosOptions struct {
	Tol   float64 // as for DenseInertia; 0: 1e-7
	Basis int     // vectors kept; 0: as many as fit into 512 MB, at most 800
	Seed  uint64
	Doubt float64 // probability with which Edge may be wrong; 0: 1e-6
}

// Negative is what products with the Hessian have established about its negative
// eigenvalues.
type Negative struct {
	// Count eigenvalues at least are below −Tol: the Hessian is that negative on
	// the space of as many Ritz vectors (Cauchy's interlacing theorem), which holds
	// however far they have converged.
	Count int
	Tol   float64
	// Values are the Ritz values below −Tol, ascending, and Residual the largest
	// norm of Hv − θv among their vectors.
	Values   []float64
	Residual float64
	// At most Count eigenvalues are below −Edge, with probability 1 − Doubt over
	// the random start of the last pass, on the complement of the Ritz vectors
	// (Kuczyński and Woźniakowski 1992, theorem 4.2).
	Edge, Doubt float64
	// Lowest is the Ritz vector of the smallest value, of length 1; nil if the
	// smallest value is not negative.
	Lowest   []float64
	Products int  // with the Hessian
	Settled  bool // further products found no more negative values
}

const (
	lanczosBlock = 8
	// quietBlocks is how many blocks in a row must bring no new negative value.
	quietBlocks = 12
	lastPass    = 150
)

// Lanczos counts the negative eigenvalues of the Hessian by products with it: a
// block Lanczos method with full reorthogonalization and thick restarts (Wu and
// Simon 2000), which finds multiple eigenvalues up to their multiplicity, and a
// last pass of the plain method on what is left.
//
// Cost: products with the Hessian (12ρ flops a parameter) and 4 Basis flops a
// parameter for each; memory 8 Basis bytes a parameter.
func (s *State) Lanczos(ctx context.Context, opt LanczosOptions) (*Negative, error) {
	if opt.Tol == 0 {
		opt.Tol = 1e-7
	}
	if opt.Doubt == 0 {
		opt.Doubt = 1e-6
	}
	n := s.net.Parameters()
	if opt.Basis == 0 {
		opt.Basis = max(4*lanczosBlock, min(800, 64<<20/n))
	}
	l := &lanczos{s: s, p: s.newProduct(), n: n, b: min(lanczosBlock, n), rnd: newRandom(opt.Seed, "lanczos"), tol: opt.Tol}
	l.most = min(max(opt.Basis, 4*l.b), n) // n: the whole space, no restarts
	l.q = make([]float64, (l.most+l.b)*n)
	l.z = make([]float64, l.b*n)
	l.t = make([]float64, l.most*l.most)
	if err := l.run(ctx); err != nil {
		return nil, err
	}
	return l.finish(ctx, opt.Doubt)
}

// lanczos is the state of the method: done rows of q whose products are known,
// with T = q H qᵀ, then a block of b rows whose products are not.
type lanczos struct {
	s          *State
	p          *product
	rnd        *random
	n, b, most int
	q, z, t    []float64
	gram       []float64 // of the part of the last products outside of q
	done       int
	products   int
	tol, size  float64 // size is the largest ‖Hv‖ so far
	values     []float64
	vectors    []float64 // of T, by columns
	settled    bool
}

func (l *lanczos) row(i int) []float64 { return l.q[i*l.n : (i+1)*l.n] }

// run iterates until the negative part has settled or fills the basis.
func (l *lanczos) run(ctx context.Context) error {
	l.rnd.normals(l.q[:l.b*l.n])
	l.orthonormalize(0)
	known, quiet := 0, 0
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		l.advance()
		if l.done == l.n {
			l.settled = true
			return l.ritz()
		}
		full := l.done+l.b > l.most && l.most < l.n
		if !full && l.done%(4*l.b) != 0 {
			continue
		}
		if err := l.ritz(); err != nil {
			return err
		}
		found := l.negatives()
		if found > known {
			known, quiet = found, 0
		} else {
			quiet += 4
		}
		if quiet >= quietBlocks && l.residual(found) <= 1e-3*math.Max(-l.last(found), l.tol*l.size) {
			l.settled = true
			return nil
		}
		if full {
			keep := found + 2*l.b
			if keep+2*l.b > l.most {
				return nil // the negative part does not fit
			}
			l.restart(keep)
		}
	}
}

// last is the negative Ritz value nearest to zero.
func (l *lanczos) last(found int) float64 {
	if found == 0 {
		return -l.size
	}
	return l.values[found-1]
}

// advance multiplies the pending block with the Hessian, extends T, and makes the
// next block from what is outside of the basis.
func (l *lanczos) advance() {
	b := min(l.b, l.n-l.done)
	for i := range b {
		z := l.z[i*l.n : (i+1)*l.n]
		l.p.apply(z, l.row(l.done+i))
		l.products++
		l.size = max(l.size, norm(z))
	}
	rows := l.done + b
	c, again := make([]float64, rows*b), make([]float64, rows*b)
	for range 2 {
		blas.Gemm(false, true, rows, b, l.n, 1, l.q, l.n, l.z, l.n, 0, again, b)
		blas.Gemm(true, false, b, l.n, rows, -1, again, b, l.q, l.n, 1, l.z, l.n)
		for i, v := range again {
			c[i] += v
		}
	}
	for i := range rows {
		for j := range b {
			l.t[i*l.most+l.done+j] = c[i*b+j]
			l.t[(l.done+j)*l.most+i] = c[i*b+j]
		}
	}
	l.done = rows
	l.gram = make([]float64, b*b)
	blas.Gemm(false, true, b, b, l.n, 1, l.z, l.n, l.z, l.n, 0, l.gram, b)
	next := min(l.b, l.n-l.done)
	copy(l.q[l.done*l.n:], l.z[:next*l.n])
	l.orthonormalize(l.done)
}

// orthonormalize makes the rows from lo on, up to a block, orthonormal to all
// before; a row that has nothing of its own becomes a random one.
func (l *lanczos) orthonormalize(lo int) {
	for i := lo; i < min(lo+l.b, l.n); i++ {
		x := l.row(i)
		before := norm(x)
		from := lo // advance has made x orthogonal to all before its block
		for try := 0; ; try++ {
			coef := make([]float64, i-from)
			for range 2 {
				blas.Gemv(coef, l.q[from*l.n:], i-from, l.n, l.n, x)
				for j, v := range coef {
					blas.Axpy(-v, l.row(from+j), x)
				}
			}
			after := norm(x)
			if from > 0 && after < 0.1*before { // what was left of the rest has grown
				from = 0
				continue
			}
			if after > 1e-8*before && after > 1e-10*l.size {
				scaleBy(x, 1/after)
				break
			}
			l.rnd.normals(x)
			before, from = norm(x), 0
			if try > 20 { // the basis spans everything up to rounding
				scaleBy(x, 0)
				break
			}
		}
	}
}

func scaleBy(x []float64, a float64) {
	for i := range x {
		x[i] *= a
	}
}

// ritz diagonalizes T.
func (l *lanczos) ritz() error {
	m := l.done
	l.values, l.vectors = make([]float64, m), make([]float64, m*m)
	for i := range m {
		copy(l.vectors[i*m:(i+1)*m], l.t[i*l.most:i*l.most+m])
	}
	if !blas.Eigen(l.values, l.vectors, m, m) {
		return errNoRitz
	}
	l.size = max(l.size, -l.values[0], l.values[m-1])
	return nil
}

var errNoRitz = errors.New("the projected Hessian could not be diagonalized")

// negatives counts the Ritz values below −tol·size.
func (l *lanczos) negatives() int {
	c := 0
	for c < len(l.values) && l.values[c] < -l.tol*l.size {
		c++
	}
	return c
}

// residual is the largest residual of the first Ritz vectors.
func (l *lanczos) residual(count int) float64 {
	b := int(math.Sqrt(float64(len(l.gram))) + 0.5)
	largest := 0.0
	for c := range count {
		sum := 0.0
		for i := range b {
			for j := range b {
				sum += l.gram[i*b+j] * l.vectors[(l.done-b+i)*l.done+c] * l.vectors[(l.done-b+j)*l.done+c]
			}
		}
		largest = max(largest, sum)
	}
	return math.Sqrt(largest)
}

// restart keeps the first Ritz vectors and the pending block.
func (l *lanczos) restart(keep int) {
	y := make([]float64, keep*l.n)
	blas.Gemm(true, false, keep, l.n, l.done, 1, l.vectors, l.done, l.q, l.n, 0, y, l.n)
	copy(l.q[keep*l.n:(keep+l.b)*l.n], l.q[l.done*l.n:(l.done+l.b)*l.n])
	copy(l.q, y)
	clear(l.t)
	for i := range keep {
		l.t[i*l.most+i] = l.values[i]
	}
	l.done = keep
}

// finish turns the Ritz pairs into the result and bounds what is left.
func (l *lanczos) finish(ctx context.Context, doubt float64) (*Negative, error) {
	count := l.negatives()
	out := &Negative{Count: count, Tol: l.tol * l.size, Values: l.values[:count], Residual: l.residual(count), Doubt: doubt, Settled: l.settled}
	if l.done == l.n {
		out.Residual = 0
	}
	y := make([]float64, count*l.n)
	if count > 0 {
		blas.Gemm(true, false, count, l.n, l.done, 1, l.vectors, l.done, l.q, l.n, 0, y, l.n)
		out.Lowest = y[:l.n:l.n]
	}
	if l.done == l.n {
		out.Edge, out.Doubt = out.Tol, 0
	} else if err := l.edge(ctx, y, count, out); err != nil {
		return nil, err
	}
	out.Products = l.products
	return out, nil
}
