package landscape

import (
	"cmp"
	"math"
	"slices"
)

// enumerated is the number of index sets up to which Nearest looks at all of them.
const enumerated = 1 << 21

// Value is the nearest critical value to a loss.
type Value struct {
	Set   []int
	Loss  float64
	Exact bool // no critical value is nearer; else the search was local
}

// Nearest finds the critical value of net that is nearest to loss. Up to two
// million index sets it looks at all; beyond, it starts from the sets of every
// rank that fit best greedily and improves them by exchanges.
func (d *Data) Nearest(net *Net, loss float64) Value {
	best := Value{Loss: math.Inf(1)}
	offer := func(set []int) {
		if v := d.Value(set); math.Abs(v-loss) < math.Abs(best.Loss-loss) {
			best = Value{Set: slices.Clone(set), Loss: v, Exact: best.Exact}
		}
	}
	if net.Layers() == 1 {
		best.Exact = true
		offer(first(len(d.Lambda)))
		return best
	}
	most := d.MaxRank(net)
	if n := d.Sets(net, -1); n.IsInt64() && n.Int64() <= enumerated {
		best.Exact = true
		for r := most; r >= 0; r-- {
			for set, more := first(r), true; more; more = next(set, len(d.Lambda)) {
				offer(set)
			}
		}
		return best
	}
	for r := most; r >= 0; r-- {
		offer(d.exchange(d.greedy(r, loss), loss))
	}
	return best
}

// greedy picks r eigenvalues whose sum is near to what loss leaves for them.
func (d *Data) greedy(r int, loss float64) []int {
	n, want := len(d.Lambda), 2*(d.Value(nil)-loss)
	var set []int
	for i := 0; i < n && len(set) < r; i++ {
		if left := r - len(set); n-i == left || d.Lambda[i] <= want {
			set = append(set, i)
			want -= d.Lambda[i]
		}
	}
	return set
}

// exchange improves set by swaps of one element until none helps.
func (d *Data) exchange(set []int, loss float64) []int {
	in := make([]bool, len(d.Lambda))
	for _, i := range set {
		in[i] = true
	}
	miss := 2 * (d.Value(set) - loss) // how much more the set should hold
	for {
		from, to, least := -1, -1, math.Abs(miss)
		for a, i := range set {
			for j, l := range d.Lambda {
				if v := math.Abs(miss - (l - d.Lambda[i])); !in[j] && v < least {
					from, to, least = a, j, v
				}
			}
		}
		if from < 0 {
			slices.SortFunc(set, cmp.Compare[int])
			return set
		}
		i := set[from]
		miss -= d.Lambda[to] - d.Lambda[i]
		in[i], in[to], set[from] = false, true, to
	}
}
