package flow_test

import (
	"testing"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/linop"
)

// TestCommuting: polynomials of one matrix commute, also if they are given by
// matrices that are not symmetric; entries off the diagonal do not.
func TestCommuting(t *testing.T) {
	commuting := func(a linop.Operator, n int) bool {
		y := []float64{1, 0, 0, 0, 1, 0, 0, 0, 1}
		return must[*flow.Factored](t)(flow.NewSymmetric(a, make([]float64, n), 3, y)).Commuting()
	}
	a := []float64{2, 1, 0, 1, 3, -1, 0, -1, 0.5}
	square := make([]float64, 9)
	for i := range 3 {
		for j := range 3 {
			for k := range 3 {
				square[i*3+j] += a[i*3+k] * a[k*3+j]
			}
		}
	}
	square[1]++
	square[3]-- // a skew part, which ⟨A, X⟩ does not see
	if !commuting(linop.NewDense(2, 9, append(append([]float64{}, a...), square...)), 2) {
		t.Error("a matrix and its square commute")
	}
	square[0] += 1e-9
	if commuting(linop.NewDense(2, 9, append(append([]float64{}, a...), square...)), 2) {
		t.Error("they do not if an entry is 1e-9 off")
	}
	if commuting(linop.Entries(3, 3, []int{1, 2}, []int{0, 1}), 2) {
		t.Error("entries (1, 0) and (2, 1) do not commute")
	}
}
