package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/linop"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// gaussian is an n×m row-major matrix of independent standard normals.
func gaussian(rng *rand.Rand, n, m int) []float64 {
	a := make([]float64, n*m)
	for i := range a {
		a[i] = rng.NormFloat64()
	}
	return a
}

// pseudoInverse is the slow twin: A⁺b by the SVD, with singular values below
// cut·σ₁ taken for zero.
func pseudoInverse(a *mat.Dense, b []float64, cut float64) []float64 {
	var svd mat.SVD
	if !svd.Factorize(a, mat.SVDThin) {
		panic("svd")
	}
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	s := svd.Values(nil)
	_, m := a.Dims()
	x := make([]float64, m)
	for k, sigma := range s {
		if sigma <= cut*s[0] {
			break
		}
		c := 0.0
		for i, bi := range b {
			c += u.At(i, k) * bi
		}
		for j := range x {
			x[j] += c / sigma * v.At(j, k)
		}
	}
	return x
}

func distance(x, y []float64) float64 {
	s := 0.0
	for i, v := range x {
		s += (v - y[i]) * (v - y[i])
	}
	return math.Sqrt(s)
}

func mulVec(a []float64, n, m int, x []float64) []float64 {
	out := make([]float64, n)
	for i := range n {
		for j := range m {
			out[i] += a[i*m+j] * x[j]
		}
	}
	return out
}

// checkMinNorm recomputes what the result claims.
func checkMinNorm(t *testing.T, a linop.Operator, b, x0 []float64, res *Result, tol float64) {
	t.Helper()
	if res.Status != Certified {
		t.Fatalf("status %s, reason %+v, route %s", res.Status, res.Reason, res.Stats.Route)
	}
	n, m := a.Dims()
	r, z, d := make([]float64, n), make([]float64, m), append([]float64(nil), res.X...)
	subtractProduct(a, r, b, res.X)
	if safeNorm(r) > tol*safeNorm(b) {
		t.Errorf("residual %g", safeNorm(r)/safeNorm(b))
	}
	target := append([]float64(nil), b...)
	if x0 != nil {
		subtractProduct(a, target, b, x0)
		for j := range d {
			d[j] -= x0[j]
		}
	}
	applyTCompensated(a, z, res.Y)
	if math.Abs(safeNorm(z)-1) > 1e-4 {
		t.Errorf("‖Aᵀy‖ = %v", safeNorm(z))
	}
	if got := safeNorm(d); math.Abs(got-res.Objective) > tol*got {
		t.Errorf("objective %v, recomputed %v", res.Objective, got)
	}
	if got := dotCompensated(target, res.Y) / safeNorm(z); math.Abs(got-res.Bound) > tol*math.Abs(got) {
		t.Errorf("bound %v, recomputed %v", res.Bound, got)
	}
}

// The limit of gradient descent is the least norm
// solution, x₀ projected on the solutions.
func TestMinNormAgainstSVD(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name       string
		n, m, rank int
	}{
		{"wide", 20, 50, 20}, {"square", 15, 15, 15}, {"tall", 30, 12, 12},
		{"wide deficient", 20, 50, 7}, {"tall deficient", 40, 20, 5}, {"one row", 1, 9, 1}, {"one column", 9, 1, 1}, {"scalar", 1, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, r := gaussian(rng, c.n, c.rank), gaussian(rng, c.rank, c.m)
			var a mat.Dense
			a.Mul(mat.NewDense(c.n, c.rank, l), mat.NewDense(c.rank, c.m, r))
			op := linop.NewDense(c.n, c.m, a.RawMatrix().Data)
			b := mulVec(a.RawMatrix().Data, c.n, c.m, gaussian(rng, c.m, 1))
			x0 := gaussian(rng, c.m, 1)
			for _, start := range [][]float64{nil, x0} {
				res, err := MinNorm(context.Background(), op, b, start, Options{})
				if err != nil {
					t.Fatal(err)
				}
				checkMinNorm(t, op, b, start, res, 1e-9)
				d := append([]float64(nil), b...)
				want := make([]float64, c.m)
				if start != nil {
					subtractProduct(op, d, b, start)
					copy(want, start)
				}
				for j, v := range pseudoInverse(&a, d, 1e-11) {
					want[j] += v
				}
				if e := distance(want, res.X) / safeNorm(want); e > 1e-11 {
					t.Errorf("route %s: distance to A⁺b %g", res.Stats.Route, e)
				}
				if !*res.Unique {
					t.Error("the least norm solution is unique")
				}
			}
		})
	}
}

func TestMinNormSparse(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	a := sparseColumns(rng, 200, 2000, 8)
	b := make([]float64, 200)
	a.Apply(b, gaussian(rng, 2000, 1))
	res, err := MinNorm(context.Background(), a, b, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkMinNorm(t, a, b, nil, res, 1e-9)
	free, err := MinNorm(context.Background(), matrixFree{a}, b, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkMinNorm(t, a, b, nil, free, 1e-9)
	if free.Stats.Route != "lsqr" {
		t.Errorf("matrix-free route %q", free.Stats.Route)
	}
	if e := distance(res.X, free.X) / safeNorm(res.X); e > 1e-11 {
		t.Errorf("sparse and matrix-free answers differ by %g", e)
	}
}

// matrixFree hides every capability of an operator.
type matrixFree struct{ a linop.Operator }

func (f matrixFree) Dims() (int, int)        { return f.a.Dims() }
func (f matrixFree) Apply(dst, x []float64)  { f.a.Apply(dst, x) }
func (f matrixFree) ApplyT(dst, y []float64) { f.a.ApplyT(dst, y) }

// sparseColumns has k normal entries at random rows of each column.
func sparseColumns(rng *rand.Rand, n, m, k int) *linop.CSC {
	var rows, cols []int
	var vals []float64
	for j := range m {
		for range k {
			rows, cols, vals = append(rows, rng.IntN(n)), append(cols, j), append(vals, rng.NormFloat64())
		}
	}
	return linop.FromTriplets(n, m, rows, cols, vals)
}

// Singular values down to 1e-10: the normal equations alone would fail.
func TestMinNormIllConditioned(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const n, m = 30, 60
	for _, kappa := range []float64{1e4, 1e8, 1e10} {
		var q1, q2 mat.QR
		q1.Factorize(mat.NewDense(n, n, gaussian(rng, n, n)))
		q2.Factorize(mat.NewDense(m, n, gaussian(rng, m, n)))
		var u, v, s, us, a mat.Dense
		q1.QTo(&u)
		q2.QTo(&v)
		d := make([]float64, n*m)
		for i := range n {
			d[i*m+i] = math.Pow(kappa, -float64(i)/(n-1))
		}
		s.CloneFrom(mat.NewDense(n, m, d))
		us.Mul(&u, &s)
		a.Mul(&us, v.T())
		op := linop.NewDense(n, m, a.RawMatrix().Data)
		b := make([]float64, n)
		op.Apply(b, gaussian(rng, m, 1))
		res, err := MinNorm(context.Background(), op, b, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkMinNorm(t, op, b, nil, res, 1e-9)
		want := pseudoInverse(&a, b, 1e-15)
		if e := distance(want, res.X) / safeNorm(want); e > 1e-14*kappa {
			t.Errorf("κ=%g, route %s: distance to A⁺b %g", kappa, res.Stats.Route, e)
		}
	}
}

func TestMinNormScales(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	const n, m = 12, 30
	for _, c := range []struct {
		name  string
		rows  func(i int) float64
		b     float64
		hides bool
	}{
		{name: "huge", rows: func(int) float64 { return 1e300 }, b: 1},
		{name: "tiny", rows: func(int) float64 { return 1e-300 }, b: 1},
		{name: "tiny matrix, huge answer", rows: func(int) float64 { return 1e-100 }, b: 1e150},
		{name: "graded rows", rows: func(i int) float64 { return math.Pow(10, float64(3*i)) }, b: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, x := gaussian(rng, n, m), gaussian(rng, m, 1)
			b := mulVec(a, n, m, x)
			for i := range n {
				s := c.rows(i)
				for j := range m {
					a[i*m+j] *= s
				}
				b[i] *= s * c.b
			}
			op := linop.NewDense(n, m, a)
			res, err := MinNorm(context.Background(), op, b, nil, Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkMinNorm(t, op, b, nil, res, 1e-9)
		})
	}
}

func TestMinNormDegenerate(t *testing.T) {
	for _, c := range []struct {
		name   string
		n, m   int
		a, b   []float64
		status Status
		want   []float64
	}{
		{"zero b", 2, 3, []float64{1, 2, 3, 4, 5, 6}, []float64{0, 0}, Certified, []float64{0, 0, 0}},
		{"zero row", 2, 2, []float64{0, 0, 1, 1}, []float64{0, 2}, Certified, []float64{1, 1}},
		{"zero row, b not", 2, 2, []float64{0, 0, 1, 1}, []float64{1, 2}, Infeasible, nil},
		{"zero column", 1, 2, []float64{0, 2}, []float64{3}, Certified, []float64{0, 1.5}},
		{"zero matrix", 2, 2, make([]float64, 4), []float64{1, 0}, Infeasible, nil},
		{"zero matrix and b", 2, 2, make([]float64, 4), []float64{0, 0}, Certified, []float64{0, 0}},
		{"duplicate rows", 3, 3, []float64{1, 2, 2, 1, 2, 2, 0, 1, 0}, []float64{9, 9, 2}, Certified, []float64{1, 2, 2}},
		{"contradicting rows", 2, 3, []float64{1, 2, 2, 1, 2, 2}, []float64{9, 8}, Infeasible, nil},
		{"tall, consistent", 3, 1, []float64{1, 2, 3}, []float64{2, 4, 6}, Certified, []float64{2}},
		{"tall, not", 3, 1, []float64{1, 2, 3}, []float64{2, 4, 7}, Infeasible, nil},
		{"graded columns", 2, 2, []float64{1, 1e-100, 1, -1e-100}, []float64{2, 2e-10}, Certified, nil},
		{"graded columns, contradiction", 3, 2, []float64{1, 1e-12, 1, -1e-12, 1, 0}, []float64{2, 0, 5}, Infeasible, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			op := linop.NewDense(c.n, c.m, c.a)
			res, err := MinNorm(context.Background(), op, c.b, nil, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != c.status {
				t.Fatalf("status %s, want %s (%+v, route %s)", res.Status, c.status, res.Reason, res.Stats.Route)
			}
			for j, v := range c.want {
				if math.Abs(res.X[j]-v) > 1e-12*math.Max(1, math.Abs(v)) {
					t.Errorf("x = %v, want %v", res.X, c.want)
				}
			}
			if c.status == Infeasible && (!res.AnySign || !isFarkas(op, c.b, res.Y, 1e-9)) {
				t.Errorf("not a Farkas vector: %v", res.Y)
			}
		})
	}
}

// Random shapes and ranks, with and without a perturbation out of the range.
func TestMinNormProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n, m := rapid.IntRange(1, 12).Draw(rt, "n"), rapid.IntRange(1, 12).Draw(rt, "m")
		rank := rapid.IntRange(1, min(n, m)).Draw(rt, "rank")
		perturb := rapid.Bool().Draw(rt, "perturb")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		var a mat.Dense
		a.Mul(mat.NewDense(n, rank, gaussian(rng, n, rank)), mat.NewDense(rank, m, gaussian(rng, rank, m)))
		op := linop.NewDense(n, m, a.RawMatrix().Data)
		b := make([]float64, n)
		op.Apply(b, gaussian(rng, m, 1))
		if perturb {
			for i := range b {
				b[i] += rng.NormFloat64()
			}
		}
		res, err := MinNorm(context.Background(), op, b, nil, Options{})
		if err != nil {
			rt.Fatal(err)
		}
		want := Certified
		if perturb && rank < n {
			want = Infeasible
		}
		if res.Status != want {
			rt.Fatalf("status %s, want %s: %+v, route %s", res.Status, want, res.Reason, res.Stats.Route)
		}
		if want == Infeasible && !isFarkas(op, b, res.Y, 1e-9) {
			rt.Fatal("not a Farkas vector")
		}
	})
}

func TestMinNormBudgets(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	op := matrixFree{linop.NewDense(80, 90, gaussian(rng, 80, 90))}
	b := gaussian(rng, 80, 1)
	res, err := MinNorm(context.Background(), op, b, nil, Options{MaxSteps: 5})
	if err != nil || res.Status != Budget || res.Stats.Steps != 5 {
		t.Errorf("five steps: %v, status %s after %d steps", err, res.Status, res.Stats.Steps)
	}
	if !(res.Bound > 0) || !(res.Residual < 1) {
		t.Errorf("the partial result is empty: bound %v, residual %v", res.Bound, res.Residual)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if res, err = MinNorm(ctx, op, b, nil, Options{}); err != nil || res.Status != Interrupted {
		t.Errorf("cancelled: %v, status %s", err, res.Status)
	}
	if res, err = MinNorm(context.Background(), op, b, nil, Options{MaxTime: time.Nanosecond}); err != nil || res.Status != Budget {
		t.Errorf("no time: %v, status %s", err, res.Status)
	}
}

func TestMinNormBadInput(t *testing.T) {
	op := linop.NewDense(1, 2, []float64{1, 1})
	ctx := context.Background()
	for name, f := range map[string]func() (*Result, error){
		"nil operator": func() (*Result, error) { return MinNorm(ctx, nil, []float64{1}, nil, Options{}) },
		"length of b":  func() (*Result, error) { return MinNorm(ctx, op, []float64{1, 2}, nil, Options{}) },
		"length of x0": func() (*Result, error) { return MinNorm(ctx, op, []float64{1}, []float64{1}, Options{}) },
		"NaN":          func() (*Result, error) { return MinNorm(ctx, op, []float64{math.NaN()}, nil, Options{}) },
		"infinite x0":  func() (*Result, error) { return MinNorm(ctx, op, []float64{1}, []float64{math.Inf(1), 0}, Options{}) },
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestConsistent(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	const n, m, rank = 40, 70, 15
	var a mat.Dense
	a.Mul(mat.NewDense(n, rank, gaussian(rng, n, rank)), mat.NewDense(rank, m, gaussian(rng, rank, m)))
	for j := range m { // columns over 24 decades
		for i := range n {
			a.Set(i, j, a.At(i, j)*math.Pow(10, float64(j%25)-12))
		}
	}
	op := linop.NewDense(n, m, a.RawMatrix().Data)
	b := make([]float64, n)
	op.Apply(b, gaussian(rng, m, 1))
	if _, inconsistent, err := consistent(context.Background(), op, b, 1e-9); inconsistent || err != nil {
		t.Errorf("b in the range: %v, %v", inconsistent, err)
	}
	size := safeNorm(b) / math.Sqrt(n)
	for i := range b {
		b[i] += size * rng.NormFloat64()
	}
	y, inconsistent, err := consistent(context.Background(), op, b, 1e-9)
	if !inconsistent || err != nil || !isFarkas(op, b, y, 1e-9) {
		t.Errorf("b outside of the range: %v, %v", inconsistent, err)
	}
}

func TestDotCompensated(t *testing.T) {
	x, y := []float64{1e100, 1, -1e100, 3}, []float64{1, 1, 1, 2}
	if got := dotCompensated(x, y); got != 7 {
		t.Errorf("got %v, want 7", got)
	}
}
