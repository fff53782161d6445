package certify

import (
	"math"
	"math/bits"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// As many entries as measurements, but two of them in every other A_k: X = Σ σᵢuᵢvᵢᵀ,
// uᵢ and vᵢ columns of Hadamard's matrix, is measured by sums of two entries that do not see
// u₁v₁ᵀ − u₂v₂ᵀ, so every X with the same σ₁+σ₂ has the same measurements and norm.
func TestPairsOfEntriesAreNotEntries(t *testing.T) {
	const p = 128
	sign := func(i, a int) float64 { return 1 - 2*float64(bits.OnesCount(uint(i&a))%2) }
	first := func(i, j int) float64 { return sign(i, 1) * sign(j, 4) }
	second := func(i, j int) float64 { return sign(i, 2) * sign(j, 8) }
	// Two entries make a pair where first − second adds up to 0.
	var pairs [][2]int
	open := map[[2]float64][]int{}
	for i := range p {
		for j := range p {
			d, s := first(i, j)-second(i, j), first(i, j)+second(i, j)
			if list := open[[2]float64{-d, s}]; len(list) > 0 {
				pairs = append(pairs, [2]int{list[0], i*p + j})
				open[[2]float64{-d, s}] = list[1:]
			} else {
				open[[2]float64{d, s}] = append(open[[2]float64{d, s}], i*p+j)
			}
		}
	}
	n := 2 * len(pairs) // the second half of the A_k is 0
	b, y, owner := make([]float64, n), make([]float64, n), make([]int, p*p)
	for k := range owner {
		owner[k] = -1
	}
	for k, pair := range pairs {
		for _, at := range pair {
			owner[at] = k
			b[k] += (3*first(at/p, at%p) + second(at/p, at%p)) / p
		}
		y[k] = (first(pair[0]/p, pair[0]%p) + second(pair[0]/p, pair[0]%p)) / p
	}
	ptr, idx, val := []int{0}, []int32(nil), []float64(nil)
	for _, k := range owner {
		if k >= 0 {
			idx, val = append(idx, int32(k)), append(val, 1)
		}
		ptr = append(ptr, len(idx))
	}
	a := linop.NewCSC(n, p*p, ptr, idx, val)
	left, right := make([]float64, 2*p), make([]float64, 2*p)
	for i := range p {
		left[2*i], left[2*i+1] = sign(i, 1)*math.Sqrt(3./p), sign(i, 2)*math.Sqrt(1./p)
		right[2*i], right[2*i+1] = sign(i, 4)*math.Sqrt(3./p), sign(i, 8)*math.Sqrt(1./p)
	}
	yes, l, r := true, "left.npy", "right.npy"
	w := Witness{Y: y, Left: left, Right: right}
	c, err := Issue(a, b, Certificate{Claim: Nuclear, Tol: 1e-9, Unique: &yes, Shape: [2]int{p, p}, Left: &l, Right: &r, Failure: 1e-12}, w)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(a, b, c, w); err != nil || !v.Valid || math.Abs(c.Objective-4) > 1e-9 {
		t.Fatalf("the minimiser is refused: %v, %v, objective %v", v.Failed(), err, c.Objective)
	}
	if c.Unique != nil {
		t.Errorf("one of many minimisers is called unique: %v", *c.Unique)
	}
}
