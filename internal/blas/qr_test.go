package blas

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// qrCases returns m×n matrices by name. In "staircase" the first reflector of a
// block is longer than the second.
func qrCases(m, n int) map[string][]float64 {
	stairs := normals(4, m*n)
	for i := 1; i < m-1; i++ {
		stairs[i*n] = 0
	}
	if n > 1 {
		for i := range m {
			if i < 1 || i > m/3 {
				stairs[i*n+1] = 0
			}
		}
	}
	return map[string][]float64{"random": normals(3, m*n), "staircase": stairs, "zero": make([]float64, m*n)}
}

func TestQR(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, shape := range [][2]int{{1, 1}, {3, 3}, {9, 4}, {70, 31}, {70, 33}, {90, 67}} {
			m, n := shape[0], shape[1]
			for name, data := range qrCases(m, n) {
				checkQR(t, fmt.Sprintf("%s %d×%d", name, m, n), data, m, n)
			}
		}
	})
}

func checkQR(t *testing.T, name string, data []float64, m, n int) {
	t.Helper()
	a, tau := newMatrix(m, n, 2, data), make([]float64, n)
	QR(a.a, m, n, a.ld, tau)
	tol := 1e-14 * float64(m)

	// QᵀQ = I, from Q applied to the identity.
	q := newMatrix(m, m, 1, make([]float64, m*m))
	for i := range m {
		q.row(i)[i] = 1
	}
	ApplyQ(a.a, m, n, a.ld, tau, q.a, m, q.ld, false)
	var dense []float64
	for i := range m {
		dense = append(dense, q.row(i)...)
	}
	if d := orthonormal(dense, m, m); !(d <= tol) {
		t.Fatalf("%s: ‖QQᵀ − I‖ = %g", name, d)
	}
	// Q R = A.
	for i := range m {
		for j := range n {
			s := -data[i*n+j]
			for k := range j + 1 {
				s += q.row(i)[k] * a.row(k)[j]
			}
			if !(math.Abs(s) <= tol*10) {
				t.Fatalf("%s: (QR − A)[%d,%d] = %g", name, i, j, s)
			}
		}
	}
	// Qᵀ undoes Q.
	c := normals(5, m*3)
	back := slices.Clone(c)
	ApplyQ(a.a, m, n, a.ld, tau, back, 3, 3, false)
	ApplyQ(a.a, m, n, a.ld, tau, back, 3, 3, true)
	for i := range c {
		if !(math.Abs(back[i]-c[i]) <= tol) {
			t.Fatalf("%s: QᵀQ C differs from C by %g", name, back[i]-c[i])
		}
	}
}

// The two triangular solves, exact on dyadic factors.
func TestSolveUpper(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 2, 7, 40} {
			l := dyadicFactor(n, 1)
			r := l.clone()
			for i := range n {
				for j := range n {
					r.row(i)[j] = l.row(j)[i]
				}
			}
			x := integers(1, n)
			b, bt := make([]float64, n), make([]float64, n)
			for i := range n {
				for j := i; j < n; j++ {
					b[i] += r.row(i)[j] * x[j]
					bt[j] += r.row(i)[j] * x[i]
				}
			}
			SolveUpper(r.a, n, r.ld, b)
			SolveUpperT(r.a, n, r.ld, bt)
			if !same(b, x) || !same(bt, x) {
				t.Fatalf("n=%d: R⁻¹Rx = %v, R⁻ᵀRᵀx = %v, want %v", n, b, bt, x)
			}
		}
	})
}
