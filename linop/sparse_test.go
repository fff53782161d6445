package linop_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tacit-dev/tacit/linop"
)

// FromTriplets is the sum of its triplets, whatever their order and number,
// stored with increasing rows and no position twice.
func TestFromTriplets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(1, 6).Draw(t, "n"), rapid.IntRange(1, 6).Draw(t, "m")
		count := rapid.IntRange(0, 40).Draw(t, "count")
		rows, cols, vals := make([]int32, count), make([]int32, count), make([]float64, count)
		want := make([]float64, n*m)
		for p := range count {
			i, j := rapid.IntRange(0, n-1).Draw(t, "i"), rapid.IntRange(0, m-1).Draw(t, "j")
			rows[p], cols[p] = int32(i), int32(j)
			vals[p] = rapid.Float64Range(-1, 1).Draw(t, "v")
			want[i*m+j] += vals[p] // the order of addition counts, to the bit
		}
		a := linop.FromTriplets(n, m, rows, cols, vals)
		got := make([]float64, n*m)
		for j := range m {
			last := int32(-1)
			r, v := a.Column(j)
			for p, i := range r {
				if i <= last {
					t.Fatalf("column %d: row %d follows %d", j, i, last)
				}
				last = i
				got[int(i)*m+j] = v[p]
			}
		}
		for i, v := range want {
			if got[i] != v {
				t.Fatalf("entry %d is %v, want %v", i, got[i], v)
			}
		}
	})
}

func TestCheckCompressed(t *testing.T) {
	val := []float64{1, 2, 3}
	for _, c := range []struct {
		name         string
		major, minor int
		ptr          []int
		idx          []int32
		val          []float64
		want         string
	}{
		{"valid", 2, 4, []int{0, 2, 3}, []int32{0, 3, 1}, val, ""},
		{"empty", 0, 0, []int{0}, nil, nil, ""},
		{"negative", -1, 4, nil, nil, nil, "dimension"},
		{"too large", 2, math.MaxInt32 + 1, []int{0, 2, 3}, []int32{0, 3, 1}, val, "dimension"},
		{"values", 2, 4, []int{0, 2, 3}, []int32{0, 3, 1}, val[:2], "3 indices for 2 values"},
		{"pointers", 2, 4, []int{0, 3}, []int32{0, 3, 1}, val, "2 pointers, want 3"},
		{"start", 2, 4, []int{1, 2, 3}, []int32{0, 3, 1}, val, "from 1 to 3"},
		{"end", 2, 4, []int{0, 2, 4}, []int32{0, 3, 1}, val, "from 0 to 4"},
		{"falling", 3, 4, []int{0, 3, 2, 3}, []int32{0, 1, 2}, val, "pointer 2 is 2"},
		{"beyond", 2, 4, []int{0, 9, 3}, []int32{0, 1, 2}, val, "pointer 1 is 9"},
		{"index", 2, 3, []int{0, 2, 3}, []int32{0, 3, 1}, val, "index 3 in list 0"},
		{"negative index", 2, 3, []int{0, 2, 3}, []int32{-1, 2, 1}, val, "index -1 in list 0"},
		{"unsorted", 2, 4, []int{0, 2, 3}, []int32{3, 0, 1}, val, "index 0 follows 3"},
		{"duplicate", 2, 4, []int{0, 2, 3}, []int32{3, 3, 1}, val, "index 3 follows 3"},
	} {
		err := linop.CheckCompressed(c.major, c.minor, c.ptr, c.idx, c.val)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestNNZ(t *testing.T) {
	a := linop.FromTriplets(2, 3, []int{0, 0, 1}, []int{2, 2, 0}, []float64{1, 1, 1})
	if a.NNZ() != 2 || a.ToCSR().NNZ() != 2 || a.T().NNZ() != 2 || a.ToCSR().ToCSC().NNZ() != 2 {
		t.Errorf("NNZ() = %d, want 2", a.NNZ())
	}
}
