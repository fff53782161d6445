package linop_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/linop/linoptest"
)

// naiveDCT is the definition. The argument is reduced by whole periods and the
// zeros are exact, so that norms can be compared relative to themselves.
func naiveDCT(rows []int, m int) []float64 {
	var a []float64
	for _, k := range rows {
		s := math.Sqrt(2 / float64(m))
		if k == 0 {
			s = math.Sqrt(1 / float64(m))
		}
		for j := range m {
			r := k * (2*j + 1) % (4 * m)
			v := s * math.Cos(math.Pi*float64(r)/float64(2*m))
			if r == m || r == 3*m {
				v = 0
			}
			a = append(a, v)
		}
	}
	return a
}

func TestPartialDCT(t *testing.T) {
	for _, c := range []struct {
		m    int
		rows []int
	}{
		{1, []int{0}}, {2, []int{1}}, {2, []int{0, 1}}, {5, []int{}}, {5, []int{2}}, {6, []int{3}},
		{7, []int{6, 0, 3}}, {8, []int{0, 1, 2, 3, 4, 5, 6, 7}}, {16, []int{8, 4, 15, 15}},
		{60, []int{59, 30, 1, 0, 17, 15, 45}}, {97, []int{1, 2, 3, 50, 96}}, {1024, []int{0, 512, 1023, 77, 3, 256}},
	} {
		op, a := linop.PartialDCT(c.rows, c.m), naiveDCT(c.rows, c.m)
		t.Run(fmt.Sprintf("m=%d,n=%d", c.m, len(c.rows)), func(t *testing.T) { linoptest.Run(t, op, a) })
		n := len(c.rows)
		t.Run(fmt.Sprintf("Scale,m=%d,n=%d", c.m, n), func(t *testing.T) {
			linoptest.Run(t, linop.Scale(op, some(n), nil), scaledRows(c.m, a, some(n)))
		})
	}
}

// Rows of an orthonormal matrix: A Aᵀ = I.
func TestPartialDCTOrthonormal(t *testing.T) {
	rows := []int{5, 0, 299, 150, 151}
	n := len(rows)
	g := make([]float64, n*n)
	linop.Gram(linop.PartialDCT(rows, 300), g, nil)
	for i := range n {
		for j := range i + 1 {
			want := 0.0
			if i == j {
				want = 1
			}
			if math.Abs(g[i*n+j]-want) > 1e-14 {
				t.Errorf("(A Aᵀ)[%d][%d] = %v, want %v", i, j, g[i*n+j], want)
			}
		}
	}
}
