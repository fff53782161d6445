package blas

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func checkMatVec(t interface{ Fatalf(string, ...any) }, rows, cols, gap int) {
	a := newMatrix(rows, cols, gap, integers(1, rows*cols))
	x, y, d := integers(2, cols), integers(3, rows), integers(4, cols)
	ax, aty, nm, gram := make([]float64, rows), make([]float64, cols), make([]float64, rows), make([]float64, rows)
	for i := range rows {
		for j, v := range a.row(i) {
			ax[i] += v * x[j]
			aty[j] += v * y[i]
		}
	}
	for i := range rows {
		for j, v := range a.row(i) {
			nm[i] += v * d[j] * aty[j]
			gram[i] += v * aty[j]
		}
	}
	before := a.clone()
	for _, c := range []struct {
		name string
		want []float64
		f    func(dst []float64)
	}{
		{"Gemv", ax, func(dst []float64) { Gemv(dst, a.a, rows, cols, a.ld, x) }},
		{"GemvT", aty, func(dst []float64) { GemvT(dst, a.a, rows, cols, a.ld, y) }},
		{"NormalMul", nm, func(dst []float64) { NormalMul(dst, a.a, rows, cols, a.ld, d, y) }},
		{"NormalMul without d", gram, func(dst []float64) { NormalMul(dst, a.a, rows, cols, a.ld, nil, y) }},
		{"normalOnce", nm, func(dst []float64) { onceIf(rows*cols > 0, dst, a, cols, d, y) }},
		{"normalOnce without d", gram, func(dst []float64) { onceIf(rows*cols > 0, dst, a, cols, nil, y) }},
	} {
		// The result lies between guards and starts as NaN.
		n := len(c.want)
		got := newMatrix(1, n, 0, c.want)
		want := got.clone()
		for i := range got.a {
			got.a[i] = math.NaN()
		}
		c.f(got.a)
		if !same(got.all, want.all) || !same(a.all, before.all) {
			t.Fatalf("%v: %s %d×%d, stride %d: wrong result", active, c.name, rows, cols, a.ld)
		}
	}
}

// onceIf is normalOnce, which is not called for empty matrices.
func onceIf(any bool, dst []float64, a matrix, cols int, d, v []float64) {
	clear(dst)
	if any {
		normalOnce(dst, a.a, cols, a.ld, d, v)
	}
}

func TestMatVec(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, rows := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 33} {
			for _, cols := range append(sizes(), 0, 16, 31, 32, 33, 63, 64, 65, 129) {
				checkMatVec(t, rows, cols, rows%3)
			}
		}
		// One task more than fits each decomposition.
		checkMatVec(t, 70, 3000, 1)
		checkMatVec(t, 70, 3*normalTask+normalPanel+3, 0)
		checkMatVec(t, 3000, 90, 0)
		checkMatVec(t, 1500, 1100, 0)
		checkMatVec(t, serialWork+5, 3, 0)
		checkMatVec(t, 3, serialWork+5, 0)
	})
}

func TestMatVecProperty(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			size := rapid.IntRange(0, 90)
			checkMatVec(t, size.Draw(t, "rows"), size.Draw(t, "cols"), rapid.IntRange(0, 9).Draw(t, "gap"))
		})
	})
}

func TestMatVecThreads(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, s := range [][2]int{{100, 3000}, {3000, 100}, {700, 700}} {
			rows, cols := s[0], s[1]
			a, x, y := normals(1, rows*cols), normals(2, cols), normals(3, rows)
			name := fmt.Sprintf(" %d×%d", rows, cols)
			onThreads(t, "Gemv"+name, func() []float64 {
				dst := make([]float64, rows)
				Gemv(dst, a, rows, cols, cols, x)
				return dst
			})
			onThreads(t, "GemvT"+name, func() []float64 {
				dst := make([]float64, cols)
				GemvT(dst, a, rows, cols, cols, y)
				return dst
			})
			onThreads(t, "NormalMul"+name, func() []float64 {
				dst := make([]float64, rows)
				NormalMul(dst, a, rows, cols, cols, x, y)
				return dst
			})
			onThreads(t, "normalOnce"+name, func() []float64 {
				dst := make([]float64, rows)
				normalOnce(dst, a, cols, cols, x, y)
				return dst
			})
		}
	})
}

// A matrix beyond the caches is read once, to the same result.
func TestNormalMulLarge(t *testing.T) {
	const rows, cols = 30, normalLarge/30 + 1
	a, d, v := integers(1, rows*cols), integers(2, cols), integers(3, rows)
	got, want, s := make([]float64, rows), make([]float64, rows), make([]float64, cols)
	NormalMul(got, a, rows, cols, cols, d, v)
	GemvT(s, a, rows, cols, cols, v)
	scaleBy(s, d)
	Gemv(want, a, rows, cols, cols, s)
	if !same(got, want) {
		t.Errorf("one pass %v, two passes %v", got, want)
	}
}

// A bad element of A reaches the results that depend on it, even times zero, and
// no other.
func TestMatVecPropagates(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		const rows, cols = 11, 37
		for _, bad := range []float64{math.NaN(), math.Inf(-1)} {
			for _, at := range [][2]int{{0, 0}, {2, 36}, {9, 8}, {10, 35}} {
				a := integers(1, rows*cols)
				a[at[0]*cols+at[1]] = bad
				ax, aty := make([]float64, rows), make([]float64, cols)
				Gemv(ax, a, rows, cols, cols, make([]float64, cols))
				GemvT(aty, a, rows, cols, cols, make([]float64, rows))
				for i, v := range ax {
					if math.IsNaN(v) != (i == at[0]) {
						t.Fatalf("Gemv, %v at %v: result %d is %v", bad, at, i, v)
					}
				}
				for j, v := range aty {
					if math.IsNaN(v) != (j == at[1]) {
						t.Fatalf("GemvT, %v at %v: result %d is %v", bad, at, j, v)
					}
				}
			}
		}
	})
}

func TestLevel1(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for n := range 200 {
			for shift := range 2 { // two alignments
				x := newMatrix(1, n+shift, 0, integers(1, n+shift))
				y := newMatrix(1, n, 0, integers(2, n))
				var want float64
				axpy, squares := y.clone(), y.clone()
				for i, v := range x.a[shift:] {
					want += v * y.a[i]
					axpy.a[i] += 3 * v
					squares.a[i] += v * v
				}
				if got := Dot(x.a[shift:], y.a); got != want {
					t.Fatalf("n=%d: Dot = %v, want %v", n, got, want)
				}
				z := y.clone()
				Axpy(3, x.a[shift:], z.a)
				if !same(z.all, axpy.all) {
					t.Fatalf("n=%d: Axpy is wrong", n)
				}
				AddSquares(x.a[shift:], y.a)
				if !same(y.all, squares.all) {
					t.Fatalf("n=%d: AddSquares is wrong", n)
				}
			}
		}
	})
}

func TestDotPropagates(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for n := 1; n < 150; n += 7 {
			for i := range n {
				x, zero := integers(1, n), make([]float64, n)
				x[i] = math.Inf(1)
				if got := Dot(x, zero); !math.IsNaN(got) {
					t.Fatalf("n=%d: Inf·0 at %d is lost: %v", n, i, got)
				}
			}
		}
	})
}

func TestLengthsMustAgree(t *testing.T) {
	for name, f := range map[string]func(){
		"Dot":        func() { Dot(make([]float64, 3), make([]float64, 4)) },
		"Axpy":       func() { Axpy(1, make([]float64, 3), make([]float64, 4)) },
		"AddSquares": func() { AddSquares(make([]float64, 3), make([]float64, 4)) },
		"Gemv":       func() { Gemv(make([]float64, 8), make([]float64, 79), 8, 10, 10, make([]float64, 10)) },
		"GemvT":      func() { GemvT(make([]float64, 10), make([]float64, 79), 8, 10, 10, make([]float64, 8)) },
		"Gemm": func() {
			Gemm(false, false, 9, 9, 9, 1, make([]float64, 80), 9, make([]float64, 81), 9, 0, make([]float64, 81), 9)
		},
		"Exp": func() { Exp(make([]float64, 2), make([]float64, 3)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s accepts a slice that is too short", name)
				}
			}()
			f()
		}()
	}
}
