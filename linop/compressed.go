package linop

import (
	"fmt"
	"math"
	"sort"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// MaxSparseDim is the largest number of rows or columns of a sparse matrix:
// indices are stored in 32 bits.
const MaxSparseDim = math.MaxInt32

// compressed is the core that CSC and CSR share: major lists of (index, value)
// pairs with indices in [0, minor), strictly increasing within a list. The
// lists are the columns of a CSC matrix and the rows of a CSR matrix.
type compressed struct {
	major, minor int
	ptr          []int // list k is idx[ptr[k]:ptr[k+1]]
	idx          []int32
	val          []float64
}

// CheckCompressed returns an error that names the first fault of a compressed
// sparse layout: major lists (the columns of a CSC matrix, the rows of a CSR
// matrix), list k being idx[ptr[k]:ptr[k+1]], with indices in [0, minor)
// strictly increasing within a list. What it accepts, NewCSC and NewCSR accept.
func CheckCompressed(major, minor int, ptr []int, idx []int32, val []float64) error {
	switch {
	case major < 0 || minor < 0 || major > MaxSparseDim || minor > MaxSparseDim:
		return fmt.Errorf("linop: sparse shape %d by %d: each dimension must be between 0 and %d", major, minor, MaxSparseDim)
	case len(idx) != len(val):
		return fmt.Errorf("linop: sparse matrix has %d indices for %d values", len(idx), len(val))
	case len(ptr) != major+1:
		return fmt.Errorf("linop: sparse matrix has %d pointers, want %d (one more than lists)", len(ptr), major+1)
	case ptr[0] != 0 || ptr[major] != len(idx):
		return fmt.Errorf("linop: sparse pointers run from %d to %d, want 0 to %d", ptr[0], ptr[major], len(idx))
	}
	for k := range major {
		lo, hi := ptr[k], ptr[k+1]
		if lo > hi || hi > len(idx) {
			return fmt.Errorf("linop: sparse pointer %d is %d, want between %d and %d", k+1, hi, lo, len(idx))
		}
		last := int32(-1)
		for _, i := range idx[lo:hi] {
			if i < 0 || int(i) >= minor {
				return fmt.Errorf("linop: sparse index %d in list %d, want between 0 and %d", i, k, minor-1)
			}
			if i <= last {
				return fmt.Errorf("linop: sparse index %d follows %d in list %d, want strictly increasing indices", i, last, k)
			}
			last = i
		}
	}
	return nil
}

func newCompressed(major, minor int, ptr []int, idx []int32, val []float64) compressed {
	if CheckCompressed(major, minor, ptr, idx, val) != nil {
		panic("linop: invalid compressed sparse layout, see CheckCompressed")
	}
	return compressed{major, minor, ptr, idx, val}
}

// list returns the indices and values of list k.
func (c *compressed) list(k int) ([]int32, []float64) {
	lo, hi := c.ptr[k], c.ptr[k+1]
	return c.idx[lo:hi], c.val[lo:hi]
}

// cut returns the first list of block b when the lists are cut into blocks of
// about equal numbers of entries.
func (c *compressed) cut(b, blocks int) int {
	if b == blocks {
		return c.major
	}
	return sort.SearchInts(c.ptr[:c.major], len(c.idx)/blocks*b)
}

// gatherGrain is the number of entries of a block of gather: some 20 µs.
const gatherGrain = 1 << 14

// gather sets dst[k] = Σ_p val_p·x[idx_p] over the entries p of list k.
func (c *compressed) gather(dst, x []float64) {
	blocks := 1 + len(c.idx)/gatherGrain
	parallel.For(blocks, 1, func(blo, bhi int) {
		for k := c.cut(blo, blocks); k < c.cut(bhi, blocks); k++ {
			dst[k] = c.dot(k, x)
		}
	})
}

// dot returns the inner product of list k with x.
func (c *compressed) dot(k int, x []float64) float64 {
	idx, val := c.list(k)
	var sum float64
	for p, i := range idx {
		sum += val[p] * x[i]
	}
	return sum
}

// axpy adds a times list k to dst.
func (c *compressed) axpy(a float64, k int, dst []float64) {
	idx, val := c.list(k)
	for p, i := range idx {
		dst[i] += a * val[p]
	}
}

// scatterBlocks returns into how many blocks with sums of their own a scatter
// of entries many pairs is cut: few enough that clearing and adding the sums
// is cheap beside the scatter.
func (c *compressed) scatterBlocks(entries int) int {
	return min(16, 1+entries/(8*c.minor+gatherGrain))
}

// scatter sets dst = Σ_k x[k]·(list k), skipping zeros of x.
func (c *compressed) scatter(dst, x []float64) {
	entries := 0
	for k, v := range x {
		if v != 0 {
			entries += c.ptr[k+1] - c.ptr[k]
		}
	}
	c.accumulate(dst, c.scatterBlocks(entries), func(part []float64, k int) {
		if x[k] != 0 {
			c.axpy(x[k], k, part)
		}
	})
}

// normalMul sets dst = Σ_k d[k]·(list k)·⟨list k, v⟩ in one pass.
func (c *compressed) normalMul(dst, d, v []float64) {
	c.accumulate(dst, c.scatterBlocks(2*len(c.idx)), func(part []float64, k int) {
		if d == nil {
			c.axpy(c.dot(k, v), k, part)
		} else if d[k] != 0 {
			c.axpy(d[k]*c.dot(k, v), k, part)
		}
	})
}

// accumulate calls add(part, k) for every list k, where part is a zeroed
// vector of the block of k, and sets dst to the sum of the parts in order: the
// same bits whoever does the blocks.
func (c *compressed) accumulate(dst []float64, blocks int, add func(part []float64, k int)) {
	if blocks == 1 {
		clear(dst)
		for k := range c.major {
			add(dst, k)
		}
		return
	}
	w := getWork(blocks * c.minor)
	defer putWork(w)
	parallel.For(blocks, 1, func(blo, bhi int) {
		for b := blo; b < bhi; b++ {
			part := w.f[b*c.minor : (b+1)*c.minor]
			clear(part)
			for k := c.cut(b, blocks); k < c.cut(b+1, blocks); k++ {
				add(part, k)
			}
		}
	})
	sumParts(dst, w.f, blocks)
}

// flip returns the same matrix listed along the other dimension, in
// O(entries + major + minor).
func (c *compressed) flip() compressed {
	ptr := make([]int, c.minor+1)
	for _, i := range c.idx {
		ptr[i+1]++
	}
	for i := range c.minor {
		ptr[i+1] += ptr[i]
	}
	next := make([]int, c.minor)
	copy(next, ptr)
	idx := make([]int32, len(c.idx))
	val := make([]float64, len(c.val))
	for k := range c.major {
		from, v := c.list(k)
		for p, i := range from {
			q := next[i]
			next[i]++
			idx[q], val[q] = int32(k), v[p]
		}
	}
	return compressed{c.minor, c.major, ptr, idx, val}
}
