package landscape

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// deflated is the Hessian H with a space taken out on which it is negative: rows U
// with U H Uᵀ = −1, G = U H, and H′ = H + GᵀG.
type deflated struct {
	p        *product
	n        int
	u, g     []float64 // count×n
	count    int
	most     int // rows that fit
	products int
	bound    float64 // of the largest eigenvalue of H
	size     float64 // of H: the largest absolute Ritz value that was seen
	tol      float64 // absolute
	coef     []float64
}

func (d *deflated) room() int { return d.most - d.count }

// apply writes H′x.
func (d *deflated) apply(dst, x []float64) {
	d.p.apply(dst, x)
	d.products++
	if d.count == 0 {
		return
	}
	d.coef = append(d.coef[:0], make([]float64, d.count)...)
	blas.Gemv(d.coef, d.g, d.count, d.n, d.n, x)
	for i, c := range d.coef {
		blas.Axpy(c, d.g[i*d.n:(i+1)*d.n], dst)
	}
}

// measure estimates the norm of H by a few steps of the plain Lanczos method.
func (d *deflated) measure(ctx context.Context, rnd *random) error {
	values, err := d.plain(ctx, rnd, min(20, d.n))
	if err != nil {
		return err
	}
	d.size = max(-values[0], values[len(values)-1])
	return nil
}

// plain runs the Lanczos method on H′ from a random vector and returns the Ritz
// values, ascending. Nothing is reorthogonalized: that repeats values, and delays
// them, but does not make them wrong (Paige 1980).
func (d *deflated) plain(ctx context.Context, rnd *random, steps int) ([]float64, error) {
	n := d.n
	v, before, z := make([]float64, n), make([]float64, n), make([]float64, n)
	rnd.normals(v)
	scaleBy(v, 1/norm(v))
	t := make([]float64, steps*steps)
	beta, j := 0.0, 0
	for j < steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d.apply(z, v)
		blas.Axpy(-beta, before, z)
		alpha := blas.Dot(v, z)
		blas.Axpy(-alpha, v, z)
		t[j*steps+j] = alpha
		j++
		beta = norm(z)
		if beta <= 0x1p-40*max(d.size, math.Abs(alpha)) || j == steps {
			break
		}
		t[j*steps+j-1], t[(j-1)*steps+j] = beta, beta
		before, v, z = v, z, before
		scaleBy(v, 1/beta)
	}
	w := make([]float64, j)
	if !blas.Eigen(w, t, j, steps) {
		return nil, errNoRitz
	}
	return w, nil
}

// extend takes out of H′ what the rows of x (m×n, overwritten) span of its
// negative directions.
func (d *deflated) extend(ctx context.Context, x []float64) error {
	x, y, w, err := d.below(ctx, x)
	if err == nil {
		d.take(x, y, w)
	}
	return err
}

// below returns the Ritz vectors of H′ on the span of the rows of x (overwritten)
// whose values are below −tol, their products, and the values.
func (d *deflated) below(ctx context.Context, x []float64) (v, hv, values []float64, err error) {
	m, err := orthonormal(x, len(x)/d.n, d.n)
	if err != nil || m == 0 {
		return nil, nil, nil, err
	}
	y := make([]float64, m*d.n)
	for i := range m {
		if err := ctx.Err(); err != nil {
			return nil, nil, nil, err
		}
		d.apply(y[i*d.n:(i+1)*d.n], x[i*d.n:(i+1)*d.n])
	}
	t, w := make([]float64, m*m), make([]float64, m)
	rowsTimes(t, x, y, m, m, d.n)
	if !eigen(w, t, m) {
		return nil, nil, nil, errNoRitz
	}
	keep := 0
	for keep < m && w[keep] < -d.tol {
		keep++
	}
	e := make([]float64, m*keep)
	for i := range m {
		copy(e[i*keep:(i+1)*keep], t[i*m:i*m+keep])
	}
	combineRows(x, e, m, keep, d.n)
	combineRows(y, e, m, keep, d.n)
	return x[:keep*d.n], y[:keep*d.n], w[:keep], nil
}

// take extends U by Ritz vectors x of H′ with negative values and y = H′x, of which
// the first ones that fit: x + Uᵀ(Gx) is H-orthogonal to U, and H times it is H′x.
func (d *deflated) take(x, y, values []float64) {
	m, n := min(len(values), d.room()), d.n
	if m == 0 {
		return
	}
	if d.count > 0 {
		c := make([]float64, m*d.count)
		rowsTimes(c, x, d.g, m, d.count, n)
		blas.Gemm(false, false, m, n, d.count, 1, c, d.count, d.u, n, 1, x, n)
	}
	for i, v := range values[:m] {
		s := 1 / math.Sqrt(-v)
		scaleBy(x[i*n:(i+1)*n], s)
		scaleBy(y[i*n:(i+1)*n], s)
	}
	d.u, d.g = append(d.u, x[:m*n]...), append(d.g, y[:m*n]...)
	d.count += m
}

// edge bounds what is left: after j steps of the plain method on H′ from a random
// start, with θ the smallest Ritz value and c an upper bound of the spectrum, the
// smallest eigenvalue is at least (θ − cε)/(1 − ε), ε = (ln(1.648√n/δ)/(2j−1))², with
// probability 1 − δ, because c − H′ is positive semidefinite (Kuczyński and
// Woźniakowski 1992, theorem 4.2). H differs from H′ by a negative matrix of rank
// count, so no more than count eigenvalues of H are below that (Weyl). It returns θ
// and the bound, negated.
func (d *deflated) edge(ctx context.Context, rnd *random, doubt float64) (lowest, edge float64, err error) {
	values, err := d.plain(ctx, rnd, min(lastPass, d.n))
	if err != nil {
		return 0, 0, err
	}
	upper := d.bound
	if d.count > 0 {
		gram, w := make([]float64, d.count*d.count), make([]float64, d.count)
		rowsTimes(gram, d.g, d.g, d.count, d.count, d.n)
		if !eigen(w, gram, d.count) {
			return 0, 0, errNoRitz
		}
		upper += w[d.count-1]
	}
	lowest = values[0]
	eps := math.Log(1.648*math.Sqrt(float64(d.n))/doubt) / (2*float64(len(values)) - 1)
	eps *= eps
	if eps >= 1 {
		return lowest, d.bound, nil
	}
	return lowest, (upper*eps - lowest) / (1 - eps), nil
}

// ritz returns the Ritz values of H on the space of U, from new products with H
// itself: whatever was done to find U, the count holds.
func (d *deflated) ritz(ctx context.Context) (*Negative, error) {
	u := d.u
	d.u, d.g, d.count = nil, nil, 0
	x, y, values, err := d.below(ctx, u)
	if err != nil {
		return nil, err
	}
	out := &Negative{Tol: d.tol, Count: len(values), Values: values, Products: d.products}
	for i, v := range values {
		r := y[i*d.n : (i+1)*d.n]
		blas.Axpy(-v, x[i*d.n:(i+1)*d.n], r)
		out.Residual = max(out.Residual, norm(r))
	}
	if out.Count > 0 {
		out.Lowest = append([]float64(nil), x[:d.n]...)
	}
	return out, nil
}

// rowsTimes writes x yᵀ, m×k, of matrices of rows of length n.
func rowsTimes(dst, x, y []float64, m, k, n int) {
	blas.Gemm(false, true, m, k, n, 1, x, n, y, n, 0, dst, k)
}

// combineRows replaces the m rows of x by the k rows eᵀx, e m×k, a strip of columns
// at a time: x may be as large as the memory allows.
func combineRows(x, e []float64, m, k, n int) {
	const strip = 4096
	if k == 0 {
		return
	}
	part := make([]float64, k*strip)
	for lo := 0; lo < n; lo += strip {
		w := min(strip, n-lo)
		blas.Gemm(true, false, k, w, m, 1, e, k, x[lo:], n, 0, part, w)
		for i := range k {
			copy(x[i*n+lo:i*n+lo+w], part[i*w:(i+1)*w])
		}
	}
}

// eigen diagonalizes the symmetric m×m matrix a, whose columns become the vectors.
func eigen(w, a []float64, m int) bool { return blas.Eigen(w, a, m, m) }
