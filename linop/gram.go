package linop

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// find returns the value with index i in list k.
func (c *compressed) find(k int, i int32) (v float64, ok bool) {
	idx, val := c.list(k)
	if p, ok := slices.BinarySearch(idx, i); ok {
		return val[p], true
	}
	return 0, false
}

// gram sets the lower triangle of the minor×minor matrix dst to
// Σ_k d[k]·(list k)(list k)ᵀ.
//
// The rows of dst are cut into fixed blocks of about equal area of the
// triangle. Each block runs through all lists in order and takes the part that
// falls into its rows: no sums to add up, no memory beside dst, and the same
// bits for any number of threads.
func (c *compressed) gram(dst, d []float64) {
	n := c.minor
	blocks := c.gramBlocks()
	edge := func(b int) int { return int(math.Sqrt(float64(b)/float64(blocks)) * float64(n)) }
	parallel.For(blocks, 1, func(blo, bhi int) {
		for b := blo; b < bhi; b++ {
			c.gramRows(dst, d, edge(b), edge(b+1))
		}
	})
}

// gramBlocks returns the number of row blocks: a block costs a search per
// list, which must stay small beside the products.
func (c *compressed) gramBlocks() int {
	var products float64
	for k := range c.major {
		l := float64(c.ptr[k+1] - c.ptr[k])
		products += l * l
	}
	return int(min(16, 1+products/(1<<16), 1+products/(64*float64(c.major)+1)))
}

// gramRows does the rows lo ≤ i < hi of gram.
func (c *compressed) gramRows(dst, d []float64, lo, hi int) {
	n := c.minor
	for i := lo; i < hi; i++ {
		clear(dst[i*n : i*n+i+1])
	}
	for k := range c.major {
		w := 1.0
		if d != nil {
			w = d[k]
		}
		if w == 0 {
			continue
		}
		idx, val := c.list(k)
		p, _ := slices.BinarySearch(idx, int32(lo))
		for ; p < len(idx) && int(idx[p]) < hi; p++ {
			i := int(idx[p])
			row := dst[i*n : i*n+i+1]
			t := w * val[p]
			for q, j := range idx[:p+1] {
				row[j] += t * val[q]
			}
		}
	}
}
