package inspect

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

func TestSmallMatrix(t *testing.T) {
	a := linop.NewDense(3, 6, []float64{
		1, 0, 2, 1, 0, -1,
		2, 0, 0, 2, 0, -2,
		3, 0, 2, 3, 0, -3,
	})
	r := Matrix(a)
	if r.NNZ != 11 || r.Magnitudes != (Extremes{1, 3}) {
		t.Errorf("nnz %d, magnitudes %v", r.NNZ, r.Magnitudes)
	}
	if !slices.Equal(r.Cols.Zero, []int{1, 4}) || len(r.Rows.Zero) != 0 {
		t.Errorf("zero columns %v, rows %v", r.Cols.Zero, r.Rows.Zero)
	}
	if !slices.Equal(r.Cols.Duplicates, [][2]int{{3, 0}}) || len(r.Rows.Duplicates) != 0 {
		t.Errorf("duplicate columns %v, rows %v", r.Cols.Duplicates, r.Rows.Duplicates)
	}
	if !r.Rank.Known || r.Rank.Value != 2 {
		t.Errorf("rank %+v, want 2", r.Rank)
	}
	if !r.Coherence.Exact || math.Abs(r.Coherence.Value-1) > 1e-15 {
		t.Errorf("coherence %+v, want 1", r.Coherence)
	}
	if want := math.Sqrt(14); math.Abs(r.Cols.Norms.Max-want) > 1e-14 || r.Cols.Norms.Min != 0 {
		t.Errorf("column norms %v", r.Cols.Norms)
	}
}

func TestDuplicateRows(t *testing.T) {
	a := linop.NewDense(4, 2, []float64{1, 2, 0, 0, 1, 2, 2, 1})
	r := Matrix(a)
	if !slices.Equal(r.Rows.Duplicates, [][2]int{{2, 0}}) || !slices.Equal(r.Rows.Zero, []int{1}) {
		t.Errorf("rows %+v", r.Rows)
	}
}

func TestNotFinite(t *testing.T) {
	a := linop.NewDense(2, 2, []float64{1, math.NaN(), math.Inf(1), 4})
	r := Matrix(a)
	if want := []Position{{0, 1}, {1, 0}}; !slices.Equal(r.NotFinite, want) {
		t.Errorf("not finite at %v, want %v", r.NotFinite, want)
	}
	if r.Rank.Known || r.Coherence.Known || r.Rank.Why == "" || r.Coherence.Why == "" {
		t.Errorf("rank %+v, coherence %+v of a matrix with NaN", r.Rank, r.Coherence)
	}
}

func TestExtremeScales(t *testing.T) {
	for _, s := range []float64{1e-300, 1, 1e300} {
		a := linop.NewDense(2, 3, []float64{s, 0, s, 0, s, s})
		r := Matrix(a)
		if r.Rank.Value != 2 || math.Abs(r.Coherence.Value-math.Sqrt(0.5)) > 1e-12 {
			t.Errorf("scale %g: rank %+v, coherence %+v", s, r.Rank, r.Coherence)
		}
	}
}

// TestCoherenceAgainstPairs compares with the double loop of the definition.
func TestCoherenceAgainstPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n, m = 7, 19
	data := make([]float64, n*m)
	for i := range data {
		data[i] = rng.NormFloat64()
	}
	want := 0.0
	for i := range m {
		for j := range i {
			var ij, ii, jj float64
			for k := range n {
				p, q := data[k*m+i], data[k*m+j]
				ij, ii, jj = ij+p*q, ii+p*p, jj+q*q
			}
			want = max(want, math.Abs(ij)/math.Sqrt(ii*jj))
		}
	}
	if c := Matrix(linop.NewDense(n, m, data)).Coherence; math.Abs(c.Value-want) > 1e-14 {
		t.Errorf("coherence %v, want %v", c.Value, want)
	}
}

func TestSparse(t *testing.T) {
	a := linop.FromTriplets(3, 5, []int{0, 1, 0, 1}, []int{0, 1, 3, 4}, []float64{1, 2, 1, -2})
	r := Matrix(a)
	if r.NNZ != 4 || !slices.Equal(r.Rows.Zero, []int{2}) || !slices.Equal(r.Cols.Zero, []int{2}) {
		t.Errorf("%+v", r)
	}
	if !slices.Equal(r.Cols.Duplicates, [][2]int{{3, 0}}) || r.Rank.Value != 2 {
		t.Errorf("duplicates %v, rank %+v", r.Cols.Duplicates, r.Rank)
	}
}
