package linop_test

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/linop/linoptest"
)

// runAll holds op against its entries, and what has to ask it for weighted
// norms too: scalings on both sides and the transpose.
func runAll(t *testing.T, name string, op linop.Operator, a []float64) {
	t.Helper()
	n, m := op.Dims()
	t.Run(name, func(t *testing.T) { linoptest.Run(t, op, a) })
	both := make([]float64, len(a))
	r, c := some(n), some(m)
	for i := range n {
		for j := range m {
			both[i*m+j] = r[i] * a[i*m+j] * c[j]
		}
	}
	t.Run("Scale/"+name, func(t *testing.T) { linoptest.Run(t, linop.Scale(op, r, c), both) })
	t.Run("Transpose/"+name, func(t *testing.T) { linoptest.Run(t, linop.Transpose(op), transposed(n, m, a)) })
}

// rowsOf returns the given rows of a matrix with m columns.
func rowsOf(m int, a []float64, rows []int) []float64 {
	out := make([]float64, 0, len(rows)*m)
	for _, i := range rows {
		out = append(out, a[i*m:(i+1)*m]...)
	}
	return out
}

// kron returns the Kronecker product of square matrices.
func kron(p int, a []float64, q int, b []float64) []float64 {
	m := p * q
	out := make([]float64, m*m)
	for i := range m {
		for j := range m {
			out[i*m+j] = a[i/q*p+j/q] * b[i%q*q+j%q]
		}
	}
	return out
}

// mul returns the product of an n×k and a k×m matrix.
func mul(n, k, m int, a, b []float64) []float64 {
	out := make([]float64, n*m)
	for i := range n {
		for l := range k {
			for j := range m {
				out[i*m+j] += a[i*k+l] * b[l*m+j]
			}
		}
	}
	return out
}

func eye(m int) []float64 {
	a := make([]float64, m*m)
	for i := range m {
		a[i*m+i] = 1
	}
	return a
}

func upTo(m int) []int {
	all := make([]int, m)
	for i := range all {
		all[i] = i
	}
	return all
}

func naiveHadamard(rows []int, m int) []float64 {
	var a []float64
	for _, k := range rows {
		for j := range m {
			v := 1 / math.Sqrt(float64(m))
			if bits.OnesCount(uint(k&j))%2 == 1 {
				v = -v
			}
			a = append(a, v)
		}
	}
	return a
}

func TestPartialHadamard(t *testing.T) {
	for _, c := range []struct {
		m    int
		rows []int
	}{
		{1, []int{0}}, {2, []int{1, 0}}, {4, []int{0, 1, 2, 3}}, {8, []int{7, 7, 2}}, {16, []int{}},
		{64, []int{63, 0, 5, 40}}, {128, []int{127, 64, 1}},
	} {
		runAll(t, fmt.Sprintf("m=%d", c.m), linop.PartialHadamard(c.rows, c.m), naiveHadamard(c.rows, c.m))
	}
	long := []int{3, 1 << 12, 1<<13 - 1} // more than one block
	linoptest.Run(t, linop.PartialHadamard(long, 1<<13), naiveHadamard(long, 1<<13))
}

// The transform is its own inverse; lengths of 2¹² and more go through columns.
func TestHadamardInvolution(t *testing.T) {
	for p := range 18 {
		m := 1 << p
		h := linop.PartialHadamard(upTo(m), m)
		x, y, z := random(rand.New(rand.NewPCG(1, 1)), m, 1, 1), make([]float64, m), make([]float64, m)
		h.Apply(y, x)
		h.Apply(z, y)
		for j := range x {
			if math.Abs(z[j]-x[j]) > 1e-14 {
				t.Fatalf("m = %d: entry %d comes back as %v, not %v", m, j, z[j], x[j])
			}
		}
	}
}

func TestDCT2D(t *testing.T) {
	for _, c := range [][2]int{{1, 1}, {1, 6}, {8, 1}, {3, 5}, {8, 8}, {6, 10}, {16, 4}, {7, 12}} {
		r, q := c[0], c[1]
		a := kron(r, naiveDCT(upTo(r), r), q, naiveDCT(upTo(q), q))
		runAll(t, fmt.Sprintf("%d×%d", r, q), linop.DCT2D(r, q), a)
	}
}

// Weights with a wide range leave norms far below the rounding of a transform.
func TestWeightedNormsKeepDigits(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	const m = 128
	w := make([]float64, m)
	for j := range w {
		w[j] = math.Pow(10, -12*rng.Float64())
	}
	for j := range 40 {
		w[60+j] = 0
	}
	h := random(rng, 70, 1, 1)
	for k := 2; k < 68; k++ {
		h[k] *= 1e-9
	}
	for name, c := range map[string]struct {
		op linop.Operator
		a  []float64
	}{
		"convolution": {linop.Convolution(h, m), naiveConvolution(h, 1, 70, 1, m)},
		"DCT2D":       {linop.DCT2D(8, 16), kron(8, naiveDCT(upTo(8), 8), 16, naiveDCT(upTo(16), 16))},
		"PartialDCT":  {linop.PartialDCT(upTo(m), m), naiveDCT(upTo(m), m)},
		"Hadamard":    {linop.PartialHadamard(upTo(m), m), naiveHadamard(upTo(m), m)},
	} {
		scaled := make([]float64, m*m)
		for i := range m {
			for j := range m {
				scaled[i*m+j] = w[i] * c.a[i*m+j] * w[j]
			}
		}
		s := linop.Scale(c.op, w, w)
		columns, rows := make([]float64, m), make([]float64, m)
		linop.ColumnNorms(s, columns)
		linop.RowNorms(s, rows)
		exact := linop.NewDense(m, m, scaled)
		wantColumns, wantRows := make([]float64, m), make([]float64, m)
		linop.ColumnNorms(exact, wantColumns)
		linop.RowNorms(exact, wantRows)
		for j := range m {
			if math.Abs(columns[j]-wantColumns[j]) > 1e-13*wantColumns[j] {
				t.Errorf("%s: norm of column %d is %v, want %v", name, j, columns[j], wantColumns[j])
			}
			if math.Abs(rows[j]-wantRows[j]) > 1e-13*wantRows[j] {
				t.Errorf("%s: norm of row %d is %v, want %v", name, j, rows[j], wantRows[j])
			}
		}
	}
}

func TestSampleAndDiagonal(t *testing.T) {
	for _, c := range []struct {
		m    int
		rows []int
	}{{0, nil}, {5, nil}, {5, []int{4, 0}}, {6, []int{2, 2, 5, 2}}, {30, []int{29, 7, 11, 0}}} {
		runAll(t, fmt.Sprint("Sample ", c), linop.Sample(c.rows, c.m), rowsOf(c.m, eye(c.m), c.rows))
	}
	for _, d := range [][]float64{{}, {3}, {1, -1, 1}, {0, 1e200, -3, 1e-200}} {
		a := eye(len(d))
		for i, v := range d {
			a[i*len(d)+i] = v
		}
		op := linop.Diagonal(d)
		if len(d) == 4 { // squares overflow in Gram, as documented
			norms := make([]float64, 4)
			linop.ColumnNorms(op, norms)
			if !slices.Equal(norms, []float64{0, 1e200, 3, 1e-200}) {
				t.Errorf("norms %v", norms)
			}
			continue
		}
		runAll(t, fmt.Sprint("Diagonal ", d), op, a)
	}
}

func TestRandomSigns(t *testing.T) {
	const m = 10000
	ones := make([]float64, m)
	for j := range ones {
		ones[j] = 1
	}
	d, e, f := make([]float64, m), make([]float64, m), make([]float64, m)
	linop.RandomSigns(m, 5).Apply(d, ones)
	linop.RandomSigns(m, 5).Apply(e, ones)
	linop.RandomSigns(m, 6).Apply(f, ones)
	if !slices.Equal(d, e) || slices.Equal(d, f) {
		t.Error("the signs are not a function of the seed, or do not depend on it")
	}
	var sum float64
	for _, v := range d {
		if math.Abs(v) != 1 {
			t.Fatalf("the sign %v", v)
		}
		sum += v
	}
	if math.Abs(sum) > 500 { // five standard deviations
		t.Errorf("the sum of %d signs is %v", m, sum)
	}
	a := make([]float64, 70*70)
	for j := range 70 {
		a[j*70+j] = d[j] // a prefix of the same sequence
	}
	runAll(t, "m=70", linop.RandomSigns(70, 5), a)
}

func TestEntries(t *testing.T) {
	rows, cols := []int{2, 0, 1, 2, 0}, []int{1, 3, 0, 1, 0} // one twice
	a := make([]float64, 5*12)
	for k, i := range rows {
		a[k*12+i*4+cols[k]] = 1
	}
	op := linop.Entries(3, 4, rows, cols)
	runAll(t, "3×4", op, a)
	if p, q := op.Shape(); p != 3 || q != 4 {
		t.Errorf("shape %d×%d", p, q)
	}
}

func TestMarginals(t *testing.T) {
	for _, c := range [][2]int{{1, 1}, {1, 4}, {5, 1}, {3, 4}, {20, 7}} {
		p, q := c[0], c[1]
		a := make([]float64, (p+q)*p*q)
		for i := range p {
			for j := range q {
				a[i*p*q+i*q+j] = 1
				a[(p+j)*p*q+i*q+j] = 1
			}
		}
		runAll(t, fmt.Sprintf("%d×%d", p, q), linop.Marginals(p, q), a)
	}
	// Several bands of rows.
	const p, q = 700, 300
	op := linop.Marginals(p, q)
	x, y := random(rand.New(rand.NewPCG(1, 2)), p, q, 1), make([]float64, p+q)
	op.Apply(y, x)
	want := make([]float64, p+q)
	for i := range p {
		for j := range q {
			want[i] += x[i*q+j]
			want[p+j] += x[i*q+j]
		}
	}
	for i := range want {
		if math.Abs(y[i]-want[i]) > 1e-12 {
			t.Fatalf("sum %d is %v, want %v", i, y[i], want[i])
		}
	}
}

// Compositions of transforms, whose norms come from the factors.
func TestComposedTransforms(t *testing.T) {
	const m = 32
	rows := []int{5, 0, 31, 17}
	d := some(m)
	diag, signs := eye(m), eye(m)
	one := make([]float64, m)
	linop.RandomSigns(m, 1).Apply(one, slices.Repeat([]float64{1}, m))
	for j := range m {
		diag[j*m+j], signs[j*m+j] = d[j], one[j]
	}
	dct := kron(4, naiveDCT(upTo(4), 4), 8, naiveDCT(upTo(8), 8))
	haar := naiveWavelet(filters[linop.Haar], m, 2)
	h := random(rand.New(rand.NewPCG(9, 9)), 5, 1, 1)
	conv := naiveConvolution(h, 1, 5, 1, m)
	had := naiveHadamard(rows, m)
	pick := linop.Sample(rows, m)
	n := len(rows)
	runAll(t, "Sample DCT2D", linop.Compose(pick, linop.DCT2D(4, 8)), rowsOf(m, dct, rows))
	runAll(t, "Sample Convolution", linop.Compose(pick, linop.Convolution(h, m)), rowsOf(m, conv, rows))
	runAll(t, "Hadamard signs", linop.Compose(linop.PartialHadamard(rows, m), linop.RandomSigns(m, 1)), mul(n, m, m, had, signs))
	runAll(t, "Hadamard signs inverse DCT2D",
		linop.Compose(linop.Compose(linop.PartialHadamard(rows, m), linop.RandomSigns(m, 1)), linop.Transpose(linop.DCT2D(4, 8))),
		mul(n, m, m, mul(n, m, m, had, signs), transposed(m, m, dct)))
	runAll(t, "Haar Convolution", linop.Compose(linop.WaveletTransform(linop.Haar, m, 2), linop.Convolution(h, m)), mul(m, m, m, haar, conv))
	runAll(t, "Diagonal Convolution", linop.Compose(linop.Diagonal(d), linop.Convolution(h, m)), mul(m, m, m, diag, conv))
	runAll(t, "Convolution Diagonal", linop.Compose(linop.Convolution(h, m), linop.Diagonal(d)), mul(m, m, m, conv, diag))
	runAll(t, "Convolution Haar", linop.Compose(linop.Convolution(h, m), linop.Transpose(linop.WaveletTransform(linop.Haar, m, 2))), mul(m, m, m, conv, transposed(m, m, haar)))
	runAll(t, "Dense repeated Sample", linop.Compose(dense(2, 3, []float64{1, 2, 3, 4, 5, 6}), linop.Sample([]int{1, 1, 0}, 2)), []float64{3, 3, 6, 9})
}

func TestStored(t *testing.T) {
	a := dense(2, 3, make([]float64, 6))
	s := csc(2, 3, []float64{1, 0, 2, 0, 3, 0})
	dct := linop.PartialDCT([]int{1, 0}, 3)
	for name, c := range map[string]struct {
		op   linop.Operator
		want bool
	}{
		"Dense": {a, true}, "CSC": {s, true}, "CSR": {s.ToCSR(), true}, "PartialDCT": {dct, false},
		"Scale": {linop.Scale(s, nil, some(3)), true}, "Select": {linop.Select(a, []int{1}), true},
		"Transpose Scale":      {linop.Transpose(linop.Scale(a, some(2), nil)), true},
		"Stack":                {linop.Stack(a, s), true},
		"Stack with a DCT":     {linop.Stack(a, dct), false},
		"Select of a DCT":      {linop.Select(dct, []int{1}), false},
		"Scale of a DCT":       {linop.Scale(dct, some(2), nil), false},
		"Transpose of a DCT":   {linop.Transpose(dct), false},
		"Compose":              {linop.Compose(a, dense(3, 3, make([]float64, 9))), false},
		"Marginals":            {linop.Marginals(2, 2), false},
		"bare, unknown to all": {bare{a}, false},
	} {
		if got := linop.Stored(c.op); got != c.want {
			t.Errorf("%s: Stored = %v", name, got)
		}
	}
}
