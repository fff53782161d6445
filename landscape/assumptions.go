package landscape

import "fmt"

// Assumption is a condition of Kawaguchi's theorem on the data, and what remains
// true where it does not hold.
type Assumption struct {
	Name   string
	Holds  bool
	Detail string // what was measured
	Then   string // what still holds; empty if the assumption does
}

// Assumptions checks the conditions under which Kawaguchi (2016, theorem 2.3)
// describes the landscape. None of them is needed by this package: its counts are
// derived without them.
func (d *Data) Assumptions(net *Net) []Assumption {
	repeated := -1
	for i := 1; i < len(d.Lambda) && repeated < 0; i++ {
		if d.equal(i-1, i) {
			repeated = i
		}
	}
	list := []Assumption{
		{Name: "XXᵀ has full rank", Holds: d.Rank == d.DX,
			Detail: fmt.Sprintf("rank %d of %d", d.Rank, d.DX),
			Then:   fmt.Sprintf("every local minimum is global all the same (Laurent and von Brecht 2018; Zhang 2019); the first layer has %d directions that the data does not see, zero eigenvalues everywhere", (d.DX-d.Rank)*net.Dims[1])},
		{Name: "XYᵀ has full rank", Holds: d.rankSYX == min(d.DX, d.DY),
			Detail: fmt.Sprintf("rank %d of %d", d.rankSYX, min(d.DX, d.DY)),
			Then:   "every local minimum is global all the same (Lu and Kawaguchi 2017 need no XYᵀ); eigenvalues of Σ that are zero are in no index set"},
		{Name: "d_y ≤ d_x", Holds: d.DY <= d.DX,
			Detail: fmt.Sprintf("d_y = %d, d_x = %d", d.DY, d.DX),
			Then:   fmt.Sprintf("every local minimum is global all the same (Lu and Kawaguchi 2017); Σ has at most %d nonzero eigenvalues", min(d.DX, d.DY))},
		{Name: "Σ has distinct eigenvalues", Holds: repeated < 0 && len(d.Lambda) >= d.DY-1,
			Detail: fmt.Sprintf("%d nonzero of %d", len(d.Lambda), d.DY),
			Then:   "every local minimum is global all the same (Lu and Kawaguchi 2017); eigenvectors of equal eigenvalues turn into each other, so that index sets with the same eigenvalues stand for one connected family, with zero eigenvalues along it"},
	}
	if repeated >= 0 {
		list[3].Detail = fmt.Sprintf("eigenvalues %d and %d are equal", repeated-1, repeated)
	}
	for i := range list {
		if list[i].Holds {
			list[i].Then = ""
		}
	}
	return list
}
