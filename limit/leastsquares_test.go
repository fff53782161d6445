package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"

	"gonum.org/v1/gonum/mat"
)

// lowRank is an n×m matrix of the given rank.
func lowRank(rng *rand.Rand, n, m, rank int) *mat.Dense {
	var a mat.Dense
	a.Mul(mat.NewDense(n, rank, gaussian(rng, n, rank)), mat.NewDense(rank, m, gaussian(rng, rank, m)))
	return &a
}

var leastSquaresShapes = []struct{ n, m, rank int }{
	{1, 1, 1}, {1, 6, 1}, {6, 1, 1}, {7, 20, 7}, {20, 7, 7}, {12, 12, 12}, {12, 30, 5}, {30, 12, 5}, {9, 9, 4},
}

// The orthogonal decomposition answers any b like the pseudo-inverse, also
// where b is not in the range.
func TestOrthogonalAgainstSVD(t *testing.T) {
	rng := rand.New(rand.NewPCG(81, 82))
	for _, c := range leastSquaresShapes {
		a := lowRank(rng, c.n, c.m, c.rank)
		op := linop.NewDense(c.n, c.m, a.RawMatrix().Data)
		o := newOrthogonal(op)
		ranks := o.ranks()
		if ranks[0] != c.rank {
			t.Errorf("%+v: rank %v", c, ranks)
			continue
		}
		o.setRank(c.rank)
		b := gaussian(rng, c.n, 1)
		x, nu := make([]float64, c.m), make([]float64, c.n)
		o.add(x, nu, b)
		want := pseudoInverse(a, b, 1e-12)
		if e := distance(x, want); e > 1e-10*safeNorm(want) {
			t.Errorf("%+v: A⁺b is off by %g", c, e)
		}
		z := make([]float64, c.m)
		op.ApplyT(z, nu)
		if e := distance(z, x); e > 1e-9*safeNorm(x) {
			t.Errorf("%+v: Aᵀν − x = %g", c, e)
		}
		clear(nu)
		o.addDual(nu, x)
		op.ApplyT(z, nu)
		if e := distance(z, x); e > 1e-9*safeNorm(x) {
			t.Errorf("%+v: the dual solve is off by %g", c, e)
		}
		o.project(b)
		op.ApplyT(z, b)
		if safeNorm(z) > 1e-11 {
			t.Errorf("%+v: projected b keeps %g of the range", c, safeNorm(z))
		}
	}
}

// LSQR and LSQR behind the factor, consistent b: x = A⁺b and Aᵀν = x.
func TestLSQRAgainstSVD(t *testing.T) {
	rng := rand.New(rand.NewPCG(83, 84))
	for _, c := range leastSquaresShapes {
		a := lowRank(rng, c.n, c.m, c.rank)
		op := linop.NewDense(c.n, c.m, a.RawMatrix().Data)
		b := make([]float64, c.n)
		op.Apply(b, gaussian(rng, c.m, 1))
		want := pseudoInverse(a, b, 1e-12)
		for _, f := range []*rowFactor{nil, newRowFactor(op)} {
			x, nu := make([]float64, c.m), make([]float64, c.n)
			limits := lsqrLimits{residual: 1e-14, gradient: 1e-8, steps: 500}
			steps, stop := newLSQR(op, f).add(context.Background(), x, nu, b, limits)
			if stop != lsqrConverged || f != nil && steps > 5 {
				t.Errorf("%+v, factor %v: stop %d after %d steps", c, f != nil, stop, steps)
			}
			if e := distance(x, want); e > 1e-6*safeNorm(want) {
				t.Errorf("%+v, factor %v: A⁺b is off by %g", c, f != nil, e)
			}
			z := make([]float64, c.m)
			op.ApplyT(z, nu)
			if e := distance(z, x); e > 1e-9*safeNorm(x) {
				t.Errorf("%+v, factor %v: Aᵀν − x = %g", c, f != nil, e)
			}
		}
	}
}

// A y that is not orthogonal to every column, or not to b, proves nothing.
func TestIsFarkas(t *testing.T) {
	op := linop.NewDense(2, 2, []float64{1, 0, 1, 0})
	b := []float64{1, 2}
	if !isFarkas(op, b, []float64{-1, 1}, 1e-9) {
		t.Error("a Farkas vector refused; a column of zeros must not matter")
	}
	for _, y := range [][]float64{{1, -1}, {0, 0}, {-1, 1 + 1e-8}, {math.NaN(), 1}} {
		if isFarkas(op, b, y, 1e-9) {
			t.Errorf("%v accepted", y)
		}
	}
	if isFarkas(op, []float64{1, 1 + 1e-10}, []float64{-1, 1}, 1e-9) {
		t.Error("a contradiction below the tolerance accepted")
	}
}

func TestCompensatedProducts(t *testing.T) {
	op := linop.NewDense(1, 3, []float64{1e100, 1, -1e100})
	r := make([]float64, 1)
	subtractCompensated(op, r, []float64{1}, []float64{1, 3, 1})
	if r[0] != -2 {
		t.Errorf("b − Ax = %v, want −2", r[0])
	}
	z := make([]float64, 1)
	applyTCompensated(linop.NewDense(3, 1, []float64{1e100, 1, -1e100}), z, []float64{1, 3, 1})
	if z[0] != 3 {
		t.Errorf("Aᵀy = %v, want 3", z[0])
	}
}

// The two-sided exponentials at y = 0 are the conjugates of the geometries.
func TestTwoSidedIsTheGeometry(t *testing.T) {
	rng := rand.New(rand.NewPCG(85, 86))
	const m = 40
	w, u := make([]float64, m), make([]float64, m)
	for j := range w {
		w[j], u[j] = 0.5+rng.Float64(), 20*rng.NormFloat64()
	}
	for _, l := range []float64{-4, 0, 3, 30} {
		scale, theta := make([]float64, m), make([]float64, m)
		for j := range w {
			scale[j] = -l * w[j]
			theta[j] = scale[j] + u[j]
		}
		for _, nonneg := range []bool{true, false} {
			var phi geometry.Separable = geometry.Hypentropy{LogBeta: scale}
			at, down := u, w
			if nonneg {
				phi, at, down = geometry.Entropy{}, theta, nil
			}
			c := newTwoSided(m, nonneg)
			c.set(l, 0, w, down)
			x, d, wantX, wantD := make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m)
			c.grad(x, u)
			c.hess(d, u)
			phi.GradConj(wantX, at)
			phi.HessConjDiag(wantD, at)
			for j := range x {
				if math.Abs(x[j]-wantX[j]) > 1e-13*math.Abs(wantX[j]) || math.Abs(d[j]-wantD[j]) > 1e-13*wantD[j] {
					t.Errorf("nonneg %v, L=%g: x %v, want %v; ∇² %v, want %v", nonneg, l, x[j], wantX[j], d[j], wantD[j])
				}
			}
		}
	}
}
