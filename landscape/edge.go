package landscape

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// edge runs the plain Lanczos method on the complement of the count rows of y from
// a random start and sets out.Edge: after j steps with smallest Ritz value θ, and
// with c an upper bound of the spectrum, the smallest eigenvalue there is at least
// (θ − cε)/(1 − ε), ε = (ln(1.648√n/δ)/(2j−1))², with probability 1 − δ, because
// c − H is positive semidefinite there (Kuczyński and Woźniakowski 1992). By the
// minimax principle no more than count eigenvalues are below that.
func (l *lanczos) edge(ctx context.Context, y []float64, count int, out *Negative) error {
	n := l.n
	steps := min(lastPass, n-count)
	if steps < 1 {
		out.Edge, out.Doubt = out.Tol, 0
		return nil
	}
	v, before, z := make([]float64, n), make([]float64, n), make([]float64, n)
	coef := make([]float64, count)
	outside := func(x []float64) {
		if count == 0 {
			return
		}
		for range 2 {
			blas.Gemv(coef, y, count, n, n, x)
			for j, c := range coef {
				blas.Axpy(-c, y[j*n:(j+1)*n], x)
			}
		}
	}
	l.rnd.normals(v)
	outside(v)
	scaleBy(v, 1/norm(v))
	t := make([]float64, steps*steps)
	beta, j := 0.0, 0
	for j < steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		l.p.apply(z, v)
		l.products++
		blas.Axpy(-beta, before, z)
		alpha := blas.Dot(v, z)
		blas.Axpy(-alpha, v, z)
		outside(z)
		t[j*steps+j] = alpha
		j++
		beta = norm(z)
		if beta <= 0x1p-40*l.size || j == steps {
			break
		}
		t[j*steps+j-1], t[(j-1)*steps+j] = beta, beta
		copy(before, v)
		copy(v, z)
		scaleBy(v, 1/beta)
	}
	w := make([]float64, j)
	if !blas.Eigen(w, t, j, steps) {
		return errNoRitz
	}
	l.size = max(l.size, -w[0], w[j-1])
	upper := l.upper()
	eps := math.Log(1.648*math.Sqrt(float64(n))/out.Doubt) / (2*float64(j) - 1)
	eps *= eps
	if eps >= 1 {
		out.Edge = upper
		return nil
	}
	out.Edge = max(out.Tol, (upper*eps-w[0])/(1-eps))
	return nil
}

// upper bounds the largest eigenvalue of the Hessian, by the norms of the layers.
func (l *lanczos) upper() float64 {
	s, k := l.s, l.s.net.Layers()
	norms := make([]float64, k+1)
	for j := 1; j <= k; j++ {
		norms[j] = spectral(s.layer(j))
	}
	f, r := spectral(s.data.f), spectral(s.g[k])
	sum, cross := 0.0, 0.0
	for i := 1; i <= k; i++ {
		p := f
		for j := 1; j <= k; j++ {
			if j != i {
				p *= norms[j]
			}
		}
		sum += p * p
		for j := 1; j < i; j++ {
			q := f * r
			for m := 1; m <= k; m++ {
				if m != i && m != j {
					q *= norms[m]
				}
			}
			cross = max(cross, q)
		}
	}
	// ‖Σ A_jV_jh_{j−1}‖² ≤ Σ‖A_j‖²‖h_{j−1}‖² ‖V‖², and 2Σ_{i>j} a_{ij}‖V_i‖‖V_j‖ ≤ (k−1) max a ‖V‖².
	return sum + float64(k-1)*cross
}

// spectral is the largest singular value.
func spectral(m matrix) float64 {
	s, ok := m.singularValues()
	if !ok {
		return m.norm()
	}
	if len(s) == 0 {
		return 0
	}
	return s[0]
}
