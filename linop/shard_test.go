package linop_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/linop/linoptest"
)

// cut returns the panels of a rank, in one of the layouts of a matrix.
func cut(layout string, n, m, rank, size int, a []float64) []linop.Operator {
	edges, err := linop.Share(m, rank, size)
	if err != nil {
		panic(err)
	}
	var parts []linop.Operator
	for p := range len(edges) - 1 {
		lo, hi := edges[p], edges[p+1]
		var data []float64
		for i := range n {
			data = append(data, a[i*m+lo:i*m+hi]...)
		}
		d := linop.NewDense(n, hi-lo, data)
		cols := make([]float64, n*(hi-lo))
		d.Columns(cols, rangeOf(hi-lo))
		var rows, at []int
		for i := range n {
			for j := range hi - lo {
				rows, at = append(rows, i), append(at, j)
			}
		}
		switch layout {
		case "rows":
			parts = append(parts, d)
		case "columns":
			parts = append(parts, linop.NewDenseColMajor(n, hi-lo, cols))
		case "csc":
			parts = append(parts, linop.FromTriplets(n, hi-lo, rows, at, data))
		case "csr":
			parts = append(parts, linop.FromTriplets(n, hi-lo, rows, at, data).ToCSR())
		}
	}
	return parts
}

func rangeOf(k int) []int {
	idx := make([]int, k)
	for i := range idx {
		idx[i] = i
	}
	return idx
}

// shared runs use on rank 0 with the matrix a shared by some ranks.
func shared(t *testing.T, layout string, n, m, ranks int, a []float64, use func(s *linop.Shard)) error {
	t.Helper()
	return linop.RunRanks(ranks, func(c linop.Comm) {
		s, err := linop.NewShard(c, n, m, cut(layout, n, m, c.Rank(), c.Size(), a))
		if err != nil {
			panic(err)
		}
		if c.Rank() > 0 {
			s.Serve()
			return
		}
		defer s.Close()
		use(s)
	})
}

func TestShardLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for _, shape := range [][2]int{{1, 5}, {7, 23}, {12, 60}} {
		n, m := shape[0], shape[1]
		a := random(rng, n, m, 0.7)
		for _, ranks := range []int{1, 2, 3, 4, 5} {
			for _, layout := range []string{"rows", "columns", "csc", "csr"} {
				t.Run(fmt.Sprintf("%s,%dx%d,ranks=%d", layout, n, m, ranks), func(t *testing.T) {
					err := shared(t, layout, n, m, ranks, a, func(s *linop.Shard) {
						linoptest.Run(t, s, a)
						linoptest.Run(t, linop.Scale(s, some(n), nil), scaledRows(m, a, some(n)))
					})
					if err != nil {
						t.Fatal(err)
					}
				})
			}
		}
	}
}

// Every product has the same bits for any number of ranks.
func TestShardBits(t *testing.T) {
	const n, m = 30, 20000 // 19 panels
	rng := rand.New(rand.NewPCG(3, 2))
	a := random(rng, n, m, 1)
	x, y, d := random(rng, 1, m, 1), random(rng, 1, n, 1), random(rng, 1, m, 1)
	var want []float64
	for _, ranks := range []int{1, 2, 3, 4, 7, 16, 19} {
		var got []float64
		err := shared(t, "rows", n, m, ranks, a, func(s *linop.Shard) {
			u, v, g := make([]float64, n), make([]float64, m), make([]float64, n*n)
			s.Apply(u, x)
			got = append(got, u...)
			s.ApplyT(v, y)
			got = append(got, v...)
			s.NormalMul(u, d, y)
			got = append(got, u...)
			s.Gram(g, d)
			for i := range n {
				got = append(got, g[i*n:i*n+i+1]...)
			}
			s.RowNorms(u)
			got = append(got, u...)
			sum, cols := s.RunPart("row sums", x, y)
			got = append(append(got, sum...), cols...)
		})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d ranks give other bits than one", ranks)
		}
	}
}

func init() {
	linop.RegisterPart(linop.Part{
		Name: "row sums", Rows: 1, Cols: 2,
		Run: func(a linop.Operator, x, y, sum, cols []float64) {
			a.Apply(sum, x)
			part := cols[:len(x)]
			a.ApplyT(part, y)
			for j := len(x) - 1; j >= 0; j-- {
				cols[2*j], cols[2*j+1] = part[j], x[j]
			}
		},
		Combine: func(dst, src []float64) {
			for i, v := range src {
				dst[i] += v
			}
		},
	})
}

func TestPanels(t *testing.T) {
	for _, m := range []int{0, 1, 2, 15, 16, 17, 1000, 16384, 20000, 1 << 20, 1 << 24, math.MaxInt32} {
		edges := linop.Panels(m)
		if edges[0] != 0 || edges[len(edges)-1] != m || !slices.IsSorted(edges) || len(edges) > 4097 {
			t.Errorf("the panels of %d columns are %v", m, edges)
		}
		for p := range len(edges) - 1 {
			if edges[p] == edges[p+1] {
				t.Errorf("panel %d of %d columns is empty", p, m)
			}
		}
	}
	if _, err := linop.Share(3, 0, 4); err == nil || !strings.Contains(err.Error(), "at most 3") {
		t.Errorf("4 ranks for 3 columns: %v", err)
	}
}

// A rank that fails ends all of them, with its reason.
func TestRankFails(t *testing.T) {
	for name, fail := range map[string]func(c linop.Comm){
		"abort": func(c linop.Comm) { c.Abort("the disk is gone") },
		"panic": func(linop.Comm) { panic("the disk is gone") },
	} {
		err := linop.RunRanks(4, func(c linop.Comm) {
			if c.Rank() == 2 {
				fail(c)
			}
			v := make([]float64, 3)
			for { // the others wait for it, one way or the other
				c.Send((c.Rank()+1)%4, v)
				c.Recv((c.Rank()+3)%4, v)
			}
		})
		if err == nil || err.Error() != "rank 2: the disk is gone" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGatherBytes(t *testing.T) {
	err := linop.RunRanks(3, func(c linop.Comm) {
		all := linop.GatherBytes(c, []byte(strings.Repeat("é", c.Rank())))
		if c.Rank() == 0 && (len(all) != 3 || string(all[0]) != "" || string(all[2]) != "éé") {
			t.Errorf("gathered %q", all)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
