package blas

import (
	"testing"

	gblas "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/blas/testblas"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

var transposes = []gblas.Transpose{gblas.NoTrans, gblas.Trans, gblas.ConjTrans}

func TestRegistered(t *testing.T) {
	if _, ok := blas64.Implementation().(Implementation); !ok {
		t.Errorf("blas64 uses %T", blas64.Implementation())
	}
}

// gonum's own suite: flags, strides, panics, and small sizes.
func TestGonumSuite(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		impl := Implementation{}
		testblas.DdotTest(t, impl)
		testblas.DaxpyTest(t, impl)
		testblas.DgemvTest(t, impl)
		testblas.DgerTest(t, impl)
		testblas.DsymvTest(t, impl)
		testblas.Dsyr2kTest(t, impl)
		testblas.TestDgemm(t, impl)
		testblas.DsyrkTest(t, impl)
		testblas.DtrsmTest(t, impl)
		testblas.DtrmmTest(t, impl)
	})
}

// Sizes above the thresholds, against gonum's loops on integers: same bits.
func TestImplementationLevel2(t *testing.T) {
	eachPath(t, func(t *testing.T) { rapid.Check(t, checkLevel2) })
}

func checkLevel2(t *rapid.T) {
	const m, n = 33, 50
	incX, incY := rapid.IntRange(1, 3).Draw(t, "incX"), rapid.IntRange(1, 3).Draw(t, "incY")
	alpha := rapid.SampledFrom([]float64{1, -2, 0}).Draw(t, "alpha")
	beta := rapid.SampledFrom([]float64{0, 1, 3}).Draw(t, "beta")
	tA := rapid.SampledFrom(transposes).Draw(t, "tA")
	ul := rapid.SampledFrom([]gblas.Uplo{gblas.Lower, gblas.Upper}).Draw(t, "ul")
	a := newMatrix(n, n, 3, integers(1, n*n))
	x := newMatrix(n, 1, incX-1, integers(2, n))
	y := newMatrix(n, 1, incY-1, integers(3, n))
	for _, c := range []struct {
		name string
		f    func(b gblas.Float64, a, y matrix)
	}{
		{"Dgemv", func(b gblas.Float64, a, y matrix) {
			b.Dgemv(tA, m, n, alpha, a.a, a.ld, x.a, incX, beta, y.a, incY)
		}},
		{"Dsymv", func(b gblas.Float64, a, y matrix) {
			b.Dsymv(ul, n, alpha, a.a, a.ld, x.a, incX, beta, y.a, incY)
		}},
		{"Dger", func(b gblas.Float64, a, y matrix) { b.Dger(m, n, alpha, x.a, incX, y.a, incY, a.a, a.ld) }},
	} {
		gotA, wantA, gotY, wantY := a.clone(), a.clone(), y.clone(), y.clone()
		c.f(Implementation{}, gotA, gotY)
		c.f(gonum.Implementation{}, wantA, wantY)
		if !same(gotA.all, wantA.all) || !same(gotY.all, wantY.all) {
			t.Fatalf("%s differs from gonum's", c.name)
		}
	}
}

func TestImplementationLevel3(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		const n, k = 41, 30
		for _, tA := range transposes {
			for _, tB := range transposes {
				a, b := operand(tA != gblas.NoTrans, n, k, 1, 1), operand(tB != gblas.NoTrans, k, n, 2, 2)
				got := newMatrix(n, n, 3, integers(3, n*n))
				want := got.clone()
				Implementation{}.Dgemm(tA, tB, n, n, k, 2, a.a, a.ld, b.a, b.ld, -1, got.a, got.ld)
				gonum.Implementation{}.Dgemm(tA, tB, n, n, k, 2, a.a, a.ld, b.a, b.ld, -1, want.a, want.ld)
				if !same(got.all, want.all) {
					t.Fatalf("Dgemm(%c, %c) differs from gonum's", tA, tB)
				}
			}
			for _, ul := range []gblas.Uplo{gblas.Lower, gblas.Upper} {
				a, b := operand(tA != gblas.NoTrans, n, k, 1, 1), operand(tA != gblas.NoTrans, n, k, 2, 2)
				got := newMatrix(n, n, 3, integers(3, n*n))
				want := got.clone()
				Implementation{}.Dsyr2k(ul, tA, n, k, -1, a.a, a.ld, b.a, b.ld, 2, got.a, got.ld)
				gonum.Implementation{}.Dsyr2k(ul, tA, n, k, -1, a.a, a.ld, b.a, b.ld, 2, want.a, want.ld)
				if !same(got.all, want.all) {
					t.Fatalf("Dsyr2k(%c, %c) differs from gonum's", ul, tA)
				}
				for _, beta := range []float64{0, 1, -2} {
					a := operand(tA != gblas.NoTrans, n, k, 1, 1)
					got := newMatrix(n, n, 3, integers(3, n*n))
					want := got.clone()
					Implementation{}.Dsyrk(ul, tA, n, k, -1, a.a, a.ld, beta, got.a, got.ld)
					gonum.Implementation{}.Dsyrk(ul, tA, n, k, -1, a.a, a.ld, beta, want.a, want.ld)
					if !same(got.all, want.all) {
						t.Fatalf("Dsyrk(%c, %c, β=%v) differs from gonum's", ul, tA, beta)
					}
				}
			}
		}
	})
}

func TestImplementationTriangular(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, size := range [][2]int{{40, 33}, {trsmBlock + 8, trsmBlock + 11}} {
			m, n := size[0], size[1]
			for _, side := range []gblas.Side{gblas.Left, gblas.Right} {
				order := m
				if side == gblas.Right {
					order = n
				}
				l := dyadicFactor(order, 2)
				u := l.clone()
				for i := range order {
					for j := range order {
						u.row(i)[j] = l.row(j)[i]
					}
				}
				for _, ul := range []gblas.Uplo{gblas.Lower, gblas.Upper} {
					a := l
					if ul == gblas.Upper {
						a = u
					}
					for _, tA := range transposes {
						for _, d := range []gblas.Diag{gblas.Unit, gblas.NonUnit} {
							x := newMatrix(m, n, 1, integers(4, m*n))
							b := x.clone()
							gonum.Implementation{}.Dtrmm(side, ul, tA, d, m, n, 1, a.a, a.ld, b.a, b.ld)
							product := x.clone()
							Implementation{}.Dtrmm(side, ul, tA, d, m, n, 1, a.a, a.ld, product.a, product.ld)
							if !same(product.all, b.all) {
								t.Fatalf("Dtrmm(%c, %c, %c, %c) %d×%d differs from gonum's", side, ul, tA, d, m, n)
							}
							for i := range m {
								scal(0.5, b.row(i))
							}
							Implementation{}.Dtrsm(side, ul, tA, d, m, n, 2, a.a, a.ld, b.a, b.ld)
							if !same(b.all, x.all) {
								t.Fatalf("Dtrsm(%c, %c, %c, %c) %d×%d: wrong solutions", side, ul, tA, d, m, n)
							}
						}
					}
				}
			}
		}
	})
}

// gonum's factorisations on top of these kernels reproduce their matrix.
func TestFactorizations(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		const n = 90
		a := mat.NewDense(n, n, normals(1, n*n))
		var qr mat.QR
		qr.Factorize(a)
		var q, r, back mat.Dense
		qr.QTo(&q)
		qr.RTo(&r)
		back.Mul(&q, &r)
		if !mat.EqualApprox(&back, a, 1e-12) {
			t.Error("QR ≠ A")
		}
		var svd mat.SVD
		if !svd.Factorize(a, mat.SVDFull) {
			t.Fatal("no SVD")
		}
		var u, v mat.Dense
		svd.UTo(&u)
		svd.VTo(&v)
		back.Mul(&u, mat.NewDiagDense(n, svd.Values(nil)))
		back.Mul(&back, v.T())
		if !mat.EqualApprox(&back, a, 1e-11) {
			t.Error("U Σ Vᵀ ≠ A")
		}
		var lu mat.LU
		lu.Factorize(a)
		var x, b mat.VecDense
		b.MulVec(a, mat.NewVecDense(n, normals(2, n)))
		if err := lu.SolveVecTo(&x, false, &b); err != nil {
			t.Fatal(err)
		}
		var r0 mat.VecDense
		r0.MulVec(a, &x)
		r0.SubVec(&r0, &b)
		if d := mat.Norm(&r0, 2); d > 1e-10 {
			t.Errorf("LU: ‖Ax − b‖ = %g", d)
		}
	})
}
