package landscape

import (
	"iter"
	"math/big"
)

// Critical is a family of critical points: those with one index set, and one rank
// of the product of the middle blocks (see CountSet).
type Critical struct {
	Set    []int // indices into Lambda, increasing; the caller's to keep
	Middle int   // rank(Z_{k−1}⋯Z₂)
	Loss   float64
	Inertia
	Kind Kind
}

// Sets is the number of index sets with at most rankAtMost elements that net has
// on the data; negative means no bound.
func (d *Data) Sets(net *Net, rankAtMost int) *big.Int {
	total := new(big.Int)
	if net.Layers() == 1 {
		return total.SetInt64(1)
	}
	for r := 0; r <= d.highest(net, rankAtMost); r++ {
		total.Add(total, new(big.Int).Binomial(int64(len(d.Lambda)), int64(r)))
	}
	return total
}

func (d *Data) highest(net *Net, rankAtMost int) int {
	r := d.MaxRank(net)
	if rankAtMost >= 0 {
		r = min(r, rankAtMost)
	}
	return r
}

// All yields the critical families from the highest rank down and in
// lexicographic order within a rank, so that a global minimum is first. Of the
// possible ranks of the middle blocks it yields the largest, which almost every
// choice of the blocks has, and the least, zero blocks, where that changes the
// inertia.
//
// Memory: that of one index set, however many there are.
func (d *Data) All(net *Net, rankAtMost int) iter.Seq[Critical] {
	return func(yield func(Critical) bool) {
		if net.Layers() == 1 {
			set := first(len(d.Lambda))
			yield(d.critical(net, set, 0))
			return
		}
		for r := d.highest(net, rankAtMost); r >= 0; r-- {
			set := first(r)
			for more := true; more; more = next(set, len(d.Lambda)) {
				least, most := net.MiddleRanks(r)
				if !yield(d.critical(net, append([]int{}, set...), most)) {
					return
				}
				if least < most && r < len(d.Lambda) && !yield(d.critical(net, append([]int{}, set...), least)) {
					return
				}
			}
		}
	}
}

// critical describes one family.
func (d *Data) critical(net *Net, set []int, middle int) Critical {
	in := d.CountSet(net, set, middle)
	return Critical{Set: set, Middle: middle, Loss: d.Value(set), Inertia: in,
		Kind: d.kind(net, len(set), in.Negative, d.leading(set))}
}

// Value is the loss at critical points with the index set: Rest plus half of the
// eigenvalues that are not in it.
func (d *Data) Value(set []int) float64 {
	left := 0.0
	for i := len(d.Lambda) - 1; i >= 0; i-- { // from the smallest on
		at := len(set) - 1
		for at >= 0 && set[at] != i {
			at--
		}
		if at < 0 {
			left += d.Lambda[i]
		}
	}
	return d.Rest + left/2
}

// first is 0, 1, …, r−1.
func first(r int) []int {
	set := make([]int, r)
	for i := range set {
		set[i] = i
	}
	return set
}

// next replaces set by the next subset of 0, …, n−1 with as many elements, in
// lexicographic order; false after the last.
func next(set []int, n int) bool {
	r := len(set)
	for i := r - 1; i >= 0; i-- {
		if set[i] < n-r+i {
			set[i]++
			for j := i + 1; j < r; j++ {
				set[j] = set[j-1] + 1
			}
			return true
		}
	}
	return false
}
