package blas

import (
	"math"
	"math/rand/v2"
	"testing"
)

// dyadicFactor returns a lower triangular matrix of small integers with powers
// of two on the diagonal, NaN above it. With such a factor the factorisation and
// the triangular solves are exact.
func dyadicFactor(n, gap int) matrix {
	r := rand.New(rand.NewPCG(uint64(n), 3))
	l := newMatrix(n, n, gap, make([]float64, n*n))
	for i := range n {
		row := l.row(i)
		for j := range row {
			switch {
			case j > i:
				row[j] = math.NaN()
			case j == i:
				row[j] = float64(int(1) << r.IntN(3))
			default:
				row[j] = float64(r.IntN(3) - 1)
			}
		}
	}
	return l
}

// outerProduct returns L Lᵀ with NaN above the diagonal.
func outerProduct(l matrix) matrix {
	a := l.clone()
	for i := range l.rows {
		for j := range i + 1 {
			var s float64
			for k := range j + 1 {
				s += l.row(i)[k] * l.row(j)[k]
			}
			a.row(i)[j] = s
		}
	}
	return a
}

func choleskySizes() []int {
	return append(sizes(), 0, cholBlock-1, cholBlock, cholBlock+1, 4*cholTile-1, 4*cholTile, cholSmall+13)
}

func TestCholesky(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, n := range choleskySizes() {
			l := dyadicFactor(n, n%4)
			a := outerProduct(l)
			if p := Cholesky(a.a, n, a.ld); p != -1 {
				t.Fatalf("n=%d: Cholesky = %d, want -1", n, p)
			}
			if !same(a.all, l.all) {
				t.Fatalf("n=%d: the factor is not the one that the matrix was made from", n)
			}
			a = outerProduct(l)
			if p := cholesky(a.a, n, a.ld, 2*cholTile); p != -1 || !same(a.all, l.all) {
				t.Fatalf("n=%d: halving gives another factor, or pivot %d", n, p)
			}
		}
	})
}

func TestCholeskyPivot(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, n := range choleskySizes() {
			l := dyadicFactor(n, 1)
			good := outerProduct(l)
			for _, p := range []int{0, n / 2, n - 1} {
				for _, bad := range []float64{0, -1, math.NaN()} {
					if p < 0 || n == 0 {
						continue
					}
					a := good.clone()
					// The pivot of step p becomes bad.
					a.row(p)[p] += bad - l.row(p)[p]*l.row(p)[p]
					if got := Cholesky(a.a, n, a.ld); got != p {
						t.Fatalf("n=%d: Cholesky = %d, want %d for a pivot of %v", n, got, p, bad)
					}
				}
			}
		}
	})
}

func TestSolve(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, n := range append(choleskySizes(), trsmBlock+1, solveBand, solveBand+1) {
			l := dyadicFactor(n, n%3)
			for _, k := range []int{0, 1, 5, groups*active.w() + 2} {
				x := newMatrix(n, k, 2, integers(8, n*k))
				for _, trans := range []bool{false, true} {
					b := x.clone()
					for i := range n {
						for j := range k {
							var s float64
							for p := range n {
								switch {
								case !trans && p <= i:
									s += l.row(i)[p] * x.row(p)[j]
								case trans && p >= i:
									s += l.row(p)[i] * x.row(p)[j]
								}
							}
							b.row(i)[j] = s
						}
					}
					column := make([]float64, n)
					for i := range column {
						if k > 0 {
							column[i] = b.row(i)[0]
						}
					}
					if trans {
						SolveLowerTMany(l.a, n, l.ld, b.a, k, b.ld)
						SolveLowerT(l.a, n, l.ld, column)
					} else {
						SolveLowerMany(l.a, n, l.ld, b.a, k, b.ld)
						SolveLower(l.a, n, l.ld, column)
					}
					if !same(b.all, x.all) {
						t.Fatalf("n=%d, k=%d, trans %v: wrong solutions", n, k, trans)
					}
					for i := range column {
						if k > 0 && column[i] != x.row(i)[0] {
							t.Fatalf("n=%d, trans %v: x[%d] = %v, want %v", n, trans, i, column[i], x.row(i)[0])
						}
					}
				}
			}
		}
	})
}

// A factor of a random matrix must reproduce it: ‖A − LLᵀ‖ ≤ c n u ‖A‖ (Higham
// 2002, theorem 10.3), far below what a wrong term would leave.
func TestCholeskyResidual(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		const n = 150
		g := make([]float64, n*n)
		GramRows(g, n, normals(1, n*(n+9)), n, n+9, n+9, nil)
		l := append([]float64(nil), g...)
		if p := Cholesky(l, n, n); p >= 0 {
			t.Fatalf("pivot %d", p)
		}
		for i := range n {
			for j := range i + 1 {
				var s float64
				for k := range j + 1 {
					s += l[i*n+k] * l[j*n+k]
				}
				if bound := 2 * n * 0x1p-53 * math.Sqrt(g[i*n+i]*g[j*n+j]); math.Abs(s-g[i*n+j]) > bound {
					t.Fatalf("(LLᵀ)[%d,%d] is off by %g, bound %g", i, j, s-g[i*n+j], bound)
				}
			}
		}
	})
}
