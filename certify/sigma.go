package certify

import "math"

// leastSingularValue returns a lower bound on the smallest singular value of
// the n×k matrix whose column j is data[j*n:(j+1)*n], 0 if none is proven. The
// columns must have norms of at most 1.
//
// If the Cholesky factorization of fl(G)−τI, G = AᵀA, runs to its end in
// floating point, then λ_min(G) ≥ τ − e with e bounding the rounding of the
// Gram matrix, k(n+2)u, and of the factorization, γ_{k+2}·trace (Demmel 1989;
// Rump 2006). A first factorization with τ = 0 estimates λ_min by inverse
// iteration, a second one proves half of it.
func leastSingularValue(n, k int, data []float64) float64 {
	if k == 0 {
		return 1
	}
	if k > n {
		return 0
	}
	g := gram(n, k, data)
	l := make([]float64, len(g))
	if !shiftedCholesky(l, g, k, 0) {
		return 0
	}
	estimate := inverseIteration(l, k)
	rounding := 1.1 * unit * float64(k) * float64(n+k+8)
	for _, share := range []float64{0.5, 0.125, 0.01} {
		tau := share * estimate
		if tau <= 2*rounding {
			return 0
		}
		if shiftedCholesky(l, g, k, tau) {
			return math.Sqrt(tau-rounding) * (1 - 4*unit)
		}
	}
	return 0
}

// gram returns the lower triangle of AᵀA, row-major k×k.
func gram(n, k int, data []float64) []float64 {
	g := make([]float64, k*k)
	for i := range k {
		u := data[i*n : (i+1)*n]
		for j := range i + 1 {
			g[i*k+j] = plainDot(u, data[j*n:(j+1)*n])
		}
	}
	return g
}

// plainDot sums with four partial sums: the error bound γₙ holds for any order.
func plainDot(u, v []float64) float64 {
	var s0, s1, s2, s3 float64
	v = v[:len(u)]
	i := 0
	for ; i+3 < len(u); i += 4 {
		s0 += u[i] * v[i]
		s1 += u[i+1] * v[i+1]
		s2 += u[i+2] * v[i+2]
		s3 += u[i+3] * v[i+3]
	}
	for ; i < len(u); i++ {
		s0 += u[i] * v[i]
	}
	return s0 + s1 + (s2 + s3)
}

// shiftedCholesky sets l to the Cholesky factor of g−τI, and reports whether
// every pivot is positive.
func shiftedCholesky(l, g []float64, k int, tau float64) bool {
	for i := range k {
		ri := l[i*k : i*k+i]
		for j := range i {
			rj := l[j*k : j*k+j]
			l[i*k+j] = (g[i*k+j] - plainDot(ri[:j], rj)) / l[j*k+j]
		}
		d := g[i*k+i] - tau - plainDot(ri, ri)
		if !(d > 0) {
			return false
		}
		l[i*k+i] = math.Sqrt(d)
	}
	return true
}

// inverseIteration estimates the smallest eigenvalue of LLᵀ, from above.
func inverseIteration(l []float64, k int) float64 {
	x := make([]float64, k)
	for i := range x {
		x[i] = 1 + 0.5*math.Sin(float64(i+1))
	}
	var growth float64
	for range 6 {
		length := math.Sqrt(plainDot(x, x))
		for i := range x {
			x[i] /= length
		}
		for i := range k { // L⁻¹
			x[i] = (x[i] - plainDot(l[i*k:i*k+i], x[:i])) / l[i*k+i]
		}
		growth = plainDot(x, x) // xᵀ(LLᵀ)⁻¹x
		for i := k - 1; i >= 0; i-- {
			x[i] /= l[i*k+i]
			for j := range i {
				x[j] -= l[i*k+j] * x[i]
			}
		}
	}
	return 1 / growth
}
