package blas

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// jacobi returns the eigenvalues, ascending, of a symmetric matrix by Jacobi's
// method (1846): the slow twin of Eigen and, through [0 A; Aᵀ 0], of SVD.
func jacobi(a []float64, n int) []float64 {
	a = slices.Clone(a)
	for range 30 {
		for p := range n {
			for q := p + 1; q < n; q++ {
				apq := a[p*n+q]
				if apq == 0 {
					continue
				}
				theta := (a[q*n+q] - a[p*n+p]) / (2 * apq)
				t := math.Copysign(1, theta) / (math.Abs(theta) + math.Hypot(theta, 1))
				c := 1 / math.Hypot(t, 1)
				s := t * c
				for k := range n {
					x, y := a[k*n+p], a[k*n+q]
					a[k*n+p], a[k*n+q] = c*x-s*y, s*x+c*y
				}
				for k := range n {
					x, y := a[p*n+k], a[q*n+k]
					a[p*n+k], a[q*n+k] = c*x-s*y, s*x+c*y
				}
			}
		}
	}
	w := make([]float64, n)
	for i := range w {
		w[i] = a[i*n+i]
	}
	slices.Sort(w)
	return w
}

// orthonormal reports the largest deviation of the Gram matrix of the rows of the
// k×n matrix v from the identity.
func orthonormal(v []float64, k, n int) float64 {
	worst := 0.0
	for i := range k {
		for j := range i + 1 {
			s := dotGeneric(v[i*n:(i+1)*n], v[j*n:(j+1)*n])
			if i == j {
				s--
			}
			worst = max(worst, math.Abs(s))
		}
	}
	return worst
}

func transposed(a []float64, m, n int) []float64 {
	t := make([]float64, m*n)
	for i := range m {
		for j := range n {
			t[j*m+i] = a[i*n+j]
		}
	}
	return t
}

// symmetricCases returns matrices of order n by name.
func symmetricCases(n int) map[string][]float64 {
	c := map[string][]float64{"zero": make([]float64, n*n), "identity": make([]float64, n*n), "laplacian": make([]float64, n*n),
		"rank one": make([]float64, n*n), "tiny block": make([]float64, n*n), "graded": make([]float64, n*n), "random": normals(uint64(n), n*n)}
	c["tiny block"][0] = 1
	for i := range n {
		c["identity"][i*n+i] = 1
		for j := range n {
			c["random"][i*n+j] = c["random"][min(i, j)*n+max(i, j)]
			if i > 0 && j > 0 { // squares of its elements are denormal
				c["tiny block"][i*n+j] = 0x1p-520 * c["random"][min(i, j)*n+max(i, j)]
			}
			c["rank one"][i*n+j] = float64((i%3 - 1) * (j%3 - 1))
			c["graded"][i*n+j] = math.Pow(10, -float64(i+j)/4)
			switch i - j {
			case 0:
				c["laplacian"][i*n+j] = 2
			case 1, -1:
				c["laplacian"][i*n+j] = -1
			}
		}
	}
	return c
}

func TestEigen(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, n := range []int{1, 2, 3, 9, 31, 70} {
			for name, a := range symmetricCases(n) {
				want := jacobi(a, n)
				norm := max(math.Abs(want[0]), math.Abs(want[n-1]))
				for _, scale := range []float64{1, 1e300, 1e-290} {
					if scale != 1 && name != "random" {
						continue
					}
					v := newMatrix(n, n, 2, a)
					for i := range n {
						scal(scale, v.row(i))
						for j := i + 1; j < n; j++ {
							v.row(i)[j] = math.NaN() // not read
						}
					}
					w := make([]float64, n)
					if !Eigen(w, v.a, n, v.ld) {
						t.Fatalf("%s, n=%d: no convergence", name, n)
					}
					checkEigen(t, fmt.Sprintf("%s·%g, n=%d", name, scale, n), a, w, v, want, norm, scale)
				}
			}
		}
	})
}

// checkEigen compares w to want, and A to V diag(w) Vᵀ.
func checkEigen(t *testing.T, name string, a, w []float64, v matrix, want []float64, norm, scale float64) {
	t.Helper()
	n := len(w)
	tol := 40 * float64(n) * 0x1p-53 * norm
	for i := range w {
		if d := math.Abs(w[i]/scale - want[i]); !(d <= tol) {
			t.Fatalf("%s: eigenvalue %d is %g, want %g", name, i, w[i]/scale, want[i])
		}
	}
	dense := make([]float64, 0, n*n)
	for i := range n {
		dense = append(dense, v.row(i)...)
	}
	if d := orthonormal(transposed(dense, n, n), n, n); !(d <= 1e-14*float64(n)) {
		t.Fatalf("%s: ‖VᵀV − I‖ = %g", name, d)
	}
	for i := range n {
		for j := range n {
			s := -a[i*n+j]
			for k := range n {
				s += v.row(i)[k] * (w[k] / scale) * v.row(j)[k]
			}
			if !(math.Abs(s) <= tol) {
				t.Fatalf("%s: (V diag(w) Vᵀ − A)[%d,%d] = %g", name, i, j, s)
			}
		}
	}
	for i, x := range v.all {
		inside := i >= guard && i < guard+len(v.a) && (i-guard)%v.ld < n
		if inside == math.IsNaN(x) {
			t.Fatalf("%s: something was written outside of the matrix", name)
		}
	}
}

// The eigenvalues of the discrete Laplacian are 2 − 2 cos(kπ/(n+1)). The order is
// large enough that rotations are applied in several batches.
func TestEigenLaplacian(t *testing.T) {
	const n = 160
	eachPath(t, func(t *testing.T) {
		w := make([]float64, n)
		if !Eigen(w, symmetricCases(n)["laplacian"], n, n) {
			t.Fatal("no convergence")
		}
		for i, x := range w {
			if want := 2 - 2*math.Cos(float64(i+1)*math.Pi/(n+1)); math.Abs(x-want) > 1e-13 {
				t.Errorf("eigenvalue %d is %.16g, want %.16g", i, x, want)
			}
		}
	})
}

func TestSpectralThreads(t *testing.T) {
	const n = 150
	eachPath(t, func(t *testing.T) {
		onThreads(t, "Eigen", func() []float64 {
			a, w := symmetricCases(n)["random"], make([]float64, n)
			Eigen(w, a, n, n)
			return append(a, w...)
		})
		onThreads(t, "SVD", func() []float64 {
			s, u, vt := make([]float64, n), make([]float64, n*n), make([]float64, n*n)
			SVD(s, u, n, vt, n, normals(3, n*n), n, n, n)
			return slices.Concat(s, u, vt)
		})
	})
}

func TestSpectralRejects(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for at := range 9 {
			a := integers(1, 9)
			a[at] = bad
			s := make([]float64, 3)
			if SVD(s, nil, 0, nil, 0, a, 3, 3, 3) {
				t.Errorf("SVD accepts %v", bad)
			}
			if at%3 <= at/3 && Eigen(s, a, 3, 3) {
				t.Errorf("Eigen accepts %v", bad)
			}
		}
	}
}

// svdCases returns m×n matrices by name.
func svdCases(m, n int) map[string][]float64 {
	k := min(m, n, 2)
	low := make([]float64, m*n)
	naiveGemm(false, true, m, n, k, 1, normals(1, m*k), k, normals(2, n*k), k, 0, low, n)
	shift := make([]float64, m*n) // nilpotent: zeros on the diagonal of its bidiagonal form
	for i := range min(m, n-1) {
		shift[i*n+i+1] = 1
	}
	return map[string][]float64{"random": normals(7, m*n), "low rank": low, "shift": shift, "zero": make([]float64, m*n)}
}

func TestSVD(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, shape := range [][2]int{{1, 1}, {1, 6}, {6, 1}, {2, 2}, {5, 3}, {12, 12}, {40, 10}, {10, 40}, {35, 33}} {
			m, n := shape[0], shape[1]
			for name, data := range svdCases(m, n) {
				checkSVD(t, fmt.Sprintf("%s %d×%d", name, m, n), data, m, n)
			}
		}
	})
}

func checkSVD(t *testing.T, name string, data []float64, m, n int) {
	t.Helper()
	k, order := min(m, n), m+n
	both := make([]float64, order*order)
	for i := range m {
		for j := range n {
			both[i*order+m+j] = data[i*n+j]
			both[(m+j)*order+i] = data[i*n+j]
		}
	}
	want := jacobi(both, order)
	slices.Reverse(want)
	tol := 60 * float64(order) * 0x1p-53 * want[0]

	a := newMatrix(m, n, 3, data)
	before := a.clone()
	u, vt := newMatrix(m, k, 1, make([]float64, m*k)), newMatrix(k, n, 2, make([]float64, k*n))
	s, only := make([]float64, k), make([]float64, k)
	if !SVD(s, u.a, u.ld, vt.a, vt.ld, a.a, m, n, a.ld) || !SVD(only, nil, 0, nil, 0, a.a, m, n, a.ld) {
		t.Fatalf("%s: no convergence", name)
	}
	if !same(a.all, before.all) {
		t.Fatalf("%s: A has changed", name)
	}
	for i := range s {
		if !(math.Abs(s[i]-want[i]) <= tol) || s[i] != only[i] || i > 0 && s[i] > s[i-1] {
			t.Fatalf("%s: singular value %d is %g (%g without vectors), want %g", name, i, s[i], only[i], want[i])
		}
	}
	var ud, vd []float64
	for i := range m {
		ud = append(ud, u.row(i)...)
	}
	for i := range k {
		vd = append(vd, vt.row(i)...)
	}
	if d := max(orthonormal(transposed(ud, m, k), k, m), orthonormal(vd, k, n)); !(d <= 1e-14*float64(order)) {
		t.Fatalf("%s: the vectors are orthonormal up to %g only", name, d)
	}
	for i := range m {
		for j := range n {
			sum := -data[i*n+j]
			for p := range k {
				sum += ud[i*k+p] * s[p] * vd[p*n+j]
			}
			if !(math.Abs(sum) <= tol) {
				t.Fatalf("%s: (U diag(s) Vᵀ − A)[%d,%d] = %g", name, i, j, sum)
			}
		}
	}
}

// rotateChain against its definition, one column at a time.
func TestRotateChain(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		wide := groups * active.w()
		for n := 1; n < 9; n++ {
			for _, step := range []int{wide, -wide} {
				z := newMatrix(n+1, wide, 0, integers(1, (n+1)*wide))
				want := z.clone()
				cs := integers(2, 2*n)
				at := 0
				if step < 0 {
					at = n * wide
				}
				rotateChain(n, cs, z.a, at, step)
				for i := range n {
					x, y := want.a[at+i*step:][:wide], want.a[at+(i+1)*step:][:wide]
					c, s := cs[2*i], cs[2*i+1]
					for j := range x {
						x[j], y[j] = c*x[j]+s*y[j], c*y[j]-s*x[j]
					}
				}
				if !same(z.all, want.all) {
					t.Fatalf("%d rotations, step %d: wrong result", n, step)
				}
			}
		}
	})
}

// Rotations are made from length: it must keep its digits where squares underflow.
func TestLength(t *testing.T) {
	for _, scale := range []float64{1, 0x1p-450, 0x1p-460, 0x1p-530, 0x1p-1000} {
		for _, g := range []float64{0, 1e-9, 0.7, 1} {
			got, want := length(scale, -g*scale), math.Sqrt(1+g*g)*scale
			if !(math.Abs(got-want) <= 0x1p-51*want) {
				t.Errorf("length(%g, %g) = %g, want %g", scale, -g*scale, got, want)
			}
		}
	}
}
