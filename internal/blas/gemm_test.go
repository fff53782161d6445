package blas

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"pgregory.net/rapid"
)

// naiveGemm is Gemm as its formula reads.
func naiveGemm(transA, transB bool, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	for i := range m {
		for j := range n {
			var s float64
			for p := range k {
				x, y := a[index(transA, i, p, lda)], b[index(transB, p, j, ldb)]
				s += x * y
			}
			old := 0.0
			if beta != 0 {
				old = beta * c[i*ldc+j]
			}
			c[i*ldc+j] = alpha*s + old
		}
	}
}

func index(trans bool, i, j, ld int) int {
	if trans {
		return j*ld + i
	}
	return i*ld + j
}

// operand returns a matrix that is rows×cols after transposition if trans.
func operand(trans bool, rows, cols, gap int, seed uint64) matrix {
	if trans {
		rows, cols = cols, rows
	}
	return newMatrix(rows, cols, gap, integers(seed, rows*cols))
}

func checkGemm(t interface{ Fatalf(string, ...any) }, transA, transB bool, m, n, k, gap int, alpha, beta float64) {
	a, b := operand(transA, m, k, gap, 1), operand(transB, k, n, gap+1, 2)
	got := newMatrix(m, n, gap+2, integers(3, m*n))
	if beta == 0 {
		for i := range got.a {
			got.a[i] = math.NaN() // C must not be read
		}
	}
	want := got.clone()
	a0, b0 := a.clone(), b.clone()
	Gemm(transA, transB, m, n, k, alpha, a.a, a.ld, b.a, b.ld, beta, got.a, got.ld)
	naiveGemm(transA, transB, m, n, k, alpha, a.a, a.ld, b.a, b.ld, beta, want.a, want.ld)
	if !same(got.all, want.all) || !same(a.all, a0.all) || !same(b.all, b0.all) {
		t.Fatalf("%v: Gemm(%v, %v, m=%d, n=%d, k=%d, gap=%d, α=%g, β=%g) differs from the naive product",
			active, transA, transB, m, n, k, gap, alpha, beta)
	}
}

func TestGemmRemainders(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, m := range sizes() {
			for _, n := range sizes() {
				for _, k := range []int{1, 3, 4, 5, 2 * active.w(), 2*active.w() + 1} {
					for f := range 4 {
						checkGemm(t, f&1 != 0, f&2 != 0, m, n, k, f, 1, 0)
					}
				}
			}
		}
	})
}

func TestGemmFactors(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, alpha := range []float64{0, 1, -1, 0.5} {
			for _, beta := range []float64{0, 1, -1, 2} {
				checkGemm(t, false, false, 13, 29, 17, 1, alpha, beta)
				checkGemm(t, true, true, 13, 29, 17, 1, alpha, beta)
			}
		}
	})
}

func TestGemmBlocks(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, s := range [][3]int{{200, 490, 3}, {5, 7, 2*kBlock + 9}, {30, 50, kBlock + 1}, {outer + 5, 3, 2}, {3, outer + 5, 2}} {
			checkGemm(t, false, true, s[0], s[1], s[2], 0, 1, 1)
			checkGemm(t, true, false, s[0], s[1], s[2], 1, -1, 0)
		}
	})
}

// Products of several stages, with what the next one needs packed meanwhile.
func TestGemmStages(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	eachPath(t, func(t *testing.T) {
		for _, threads := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(threads)
			for _, s := range [][3]int{{100, 130, 4*kBlock + 9}, {outer + 5, 3, 2*kBlock + 9}, {3, outer + 5, 2*kBlock + 9}} {
				checkGemm(t, false, true, s[0], s[1], s[2], 0, 1, 1)
			}
			checkGram(t, 150, 3*kBlock+1, 0, true)
			const n, k = outer + 7, kBlock + 1
			if active == generic || threads == 1 {
				continue
			}
			a, c := integers(1, n*k), make([]float64, n*n)
			GramRows(c, n, a, n, k, k, nil)
			for _, i := range []int{0, 1, outer - 1, outer, n - 1} {
				for j := range i + 1 {
					if want := dotGeneric(a[i*k:(i+1)*k], a[j*k:(j+1)*k]); c[i*n+j] != want {
						t.Fatalf("%d threads: (AAᵀ)[%d,%d] = %v, want %v", threads, i, j, c[i*n+j], want)
					}
				}
			}
		}
	})
}

func TestGemmEmpty(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, s := range [][3]int{{0, 3, 3}, {3, 0, 3}, {3, 3, 0}, {0, 0, 0}} {
			checkGemm(t, false, false, s[0], s[1], s[2], 0, 1, 0)
			checkGemm(t, false, false, s[0], s[1], s[2], 0, 1, 2)
		}
	})
}

func TestGemmProperty(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			size := rapid.IntRange(0, 60)
			checkGemm(t, rapid.Bool().Draw(t, "transA"), rapid.Bool().Draw(t, "transB"),
				size.Draw(t, "m"), size.Draw(t, "n"), size.Draw(t, "k"), rapid.IntRange(0, 5).Draw(t, "gap"),
				rapid.SampledFrom([]float64{1, -1, 2, 0}).Draw(t, "alpha"), rapid.SampledFrom([]float64{0, 1, -3}).Draw(t, "beta"))
		})
	})
}

// One bad element spoils its row of C and nothing else.
func TestGemmPropagates(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		m, n, k := 2*active.w()+1, 4*active.w()+1, 19
		for _, bad := range []float64{math.NaN(), math.Inf(1)} {
			for _, at := range [][2]int{{0, 0}, {m - 1, k - 1}, {active.w(), 7}} {
				a, b, c := integers(1, m*k), make([]float64, k*n), make([]float64, m*n)
				for i := range b {
					b[i] = 0 // Inf·0 is NaN: products with zero must not be skipped
				}
				a[at[0]*k+at[1]] = bad
				Gemm(false, false, m, n, k, 1, a, k, b, n, 0, c, n)
				for i := range c {
					if math.IsNaN(c[i]) != (i/n == at[0]) {
						t.Fatalf("%v at %v: C[%d,%d] = %v", bad, at, i/n, i%n, c[i])
					}
				}
			}
		}
	})
}

// The error of a product is at most k u Σ|aᵢ||bᵢ|, u = 2⁻⁵³.
func TestGemmAccuracy(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		const n, k = 20, 700
		a, b, c := normals(1, n*k), normals(2, k*n), make([]float64, n*n)
		Gemm(false, false, n, n, k, 1, a, k, b, n, 0, c, n)
		for i := range n {
			for j := range n {
				// Twice the precision by Dekker's and Knuth's error-free sums.
				var hi, lo, abs float64
				for p := range k {
					x, y := a[i*k+p], b[p*n+j]
					z := x * y
					e := math.FMA(x, y, -z)
					s := hi + z
					v := s - hi
					lo += (hi - (s - v)) + (z - v) + e
					hi = s
					abs += math.Abs(z)
				}
				if d := math.Abs(c[i*n+j] - (hi + lo)); d > k*0x1p-53*abs {
					t.Fatalf("C[%d,%d] is off by %g, bound %g", i, j, d, k*0x1p-53*abs)
				}
			}
		}
	})
}

func naiveGram(dst []float64, ldd int, at func(i, k int) float64, n, k int, d []float64) {
	for i := range n {
		for j := range i + 1 {
			var s float64
			for p := range k {
				f := 1.0
				if d != nil {
					f = d[p]
				}
				s += at(i, p) * f * at(j, p)
			}
			dst[i*ldd+j] = s
		}
	}
}

func checkGram(t *testing.T, n, k, gap int, scaled bool) {
	t.Helper()
	var d []float64
	if scaled {
		d = integers(9, k)
	}
	for _, byRows := range []bool{true, false} {
		a := operand(!byRows, n, k, gap, 5)
		got := newMatrix(n, n, gap, integers(6, n*n))
		want := got.clone()
		if byRows {
			GramRows(got.a, got.ld, a.a, n, k, a.ld, d)
			naiveGram(want.a, want.ld, func(i, p int) float64 { return a.a[i*a.ld+p] }, n, k, d)
		} else {
			GramCols(got.a, got.ld, a.a, k, n, a.ld, d)
			naiveGram(want.a, want.ld, func(i, p int) float64 { return a.a[p*a.ld+i] }, n, k, d)
		}
		if !same(got.all, want.all) {
			t.Fatalf("Gram by rows %v, n=%d, k=%d, gap=%d, d %v differs from the naive sum", byRows, n, k, gap, scaled)
		}
	}
}

func TestGram(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, n := range append(sizes(), 0, 100) {
			for _, k := range []int{0, 1, 7, 8, 9, 40, kBlock + 3} {
				checkGram(t, n, k, n%3, k%2 == 0)
				checkGram(t, n, k, n%2, k%2 != 0)
			}
		}
		checkGram(t, tileCols+tileRows+9, 5, 1, true)
		checkGram(t, outer+7, 2, 0, true)
	})
}

func TestLevel3Threads(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		n, k := 210, 300
		a, b, d := normals(1, n*k), normals(2, n*k), normals(3, k)
		for _, lower := range []bool{false, true} {
			onThreads(t, fmt.Sprint("product, lower ", lower), func() []float64 {
				c := make([]float64, n*n)
				if lower {
					GramRows(c, n, a, n, k, k, d)
				} else {
					Gemm(false, true, n, n, k, 1, a, k, b, k, 0, c, n)
				}
				return c
			})
		}
		// Large enough that the triangular solve and the product inside of it are
		// cut in tasks.
		n, k = 450, 300
		g := make([]float64, n*n)
		GramRows(g, n, normals(4, n*(n+50)), n, n+50, n+50, nil)
		onThreads(t, "Cholesky", func() []float64 {
			l := append([]float64(nil), g...)
			if p := Cholesky(l, n, n); p >= 0 {
				t.Fatalf("pivot %d", p)
			}
			return l
		})
		if p := Cholesky(g, n, n); p >= 0 {
			t.Fatalf("pivot %d", p)
		}
		b = normals(2, n*k)
		onThreads(t, "SolveLowerMany", func() []float64 {
			x := append([]float64(nil), b...)
			SolveLowerMany(g, n, n, x, k, k)
			SolveLowerTMany(g, n, n, x, k, k)
			return x
		})
	})
}
