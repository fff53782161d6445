package limit

import (
	"context"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// x = (2⁴⁰, 2⁴⁰) fits exactly, although y = (−1, 1) denies it but for 2⁻⁴⁰.
func TestInfeasibleIsNotSaidOfWhatFitsExactly(t *testing.T) {
	for _, unit := range []float64{1, 0x1p-60} {
		p := Problem{A: linop.NewDense(2, 2, []float64{1, -1, unit, unit * (-1 + 0x1p-40)}), B: []float64{0, unit}, Nonneg: true}
		for name, solve := range map[string]func() (Status, error){
			"l1": func() (Status, error) {
				r, err := L1(context.Background(), p, Options{})
				return r.Status, err
			},
			"path": func() (Status, error) {
				r, err := Path(context.Background(), p, PathOptions{})
				return r.Status, err
			},
			"alpha": func() (Status, error) {
				r, err := L1AtAlpha(context.Background(), p, -1, nil, Options{})
				return r.Status, err
			},
		} {
			if status, err := solve(); err != nil || status == Infeasible {
				t.Errorf("%s, row 2 in units of %g: %s, %v", name, unit, status, err)
			}
		}
	}
	// What does not fit is still proven: x₁ = x₂ and x₁ = x₂ − 1.
	p := Problem{A: linop.NewDense(2, 3, []float64{1, -1, 3, 1, -1 - 0x1p-40, 3}), B: []float64{0, 1}, Nonneg: true}
	if r, err := L1(context.Background(), p, Options{}); err != nil || r.Status != Infeasible {
		t.Errorf("infeasible: %s, %v", r.Status, err)
	}
}
