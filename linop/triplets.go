package linop

// FromTriplets returns the n×m matrix with A_ij = Σ vals[p] over all p with
// rows[p] = i and cols[p] = j, added in the order given. It copies, in
// O(len(vals) + n + m). It panics if the lengths differ, if an index is out of
// range, or if n or m exceeds MaxSparseDim: check these where data is read.
func FromTriplets[I int | int32 | int64](n, m int, rows, cols []I, vals []float64) *CSC {
	if n < 0 || m < 0 || n > MaxSparseDim || m > MaxSparseDim {
		panic("linop: sparse dimension out of range")
	}
	if len(rows) != len(vals) || len(cols) != len(vals) {
		panic("linop: triplets of different lengths")
	}
	for p := range rows {
		if i, j := rows[p], cols[p]; i < 0 || j < 0 || int64(i) >= int64(n) || int64(j) >= int64(m) {
			panic(errIndex)
		}
	}
	// Listing by rows and then flipping sorts by (column, row) in linear time
	// and keeps the order of duplicates.
	byRow := listByRow(n, m, rows, cols, vals)
	c := byRow.flip()
	c.sumDuplicates()
	return &CSC{c}
}

// listByRow lists triplets by row, in the order given within a row.
func listByRow[I int | int32 | int64](n, m int, rows, cols []I, vals []float64) compressed {
	ptr := make([]int, n+1)
	for _, i := range rows {
		ptr[i+1]++
	}
	for i := range n {
		ptr[i+1] += ptr[i]
	}
	next := make([]int, n)
	copy(next, ptr)
	idx := make([]int32, len(vals))
	val := make([]float64, len(vals))
	for p, i := range rows {
		q := next[i]
		next[i]++
		idx[q], val[q] = int32(cols[p]), vals[p]
	}
	return compressed{n, m, ptr, idx, val}
}

// sumDuplicates merges neighbours with equal indices, in place.
func (c *compressed) sumDuplicates() {
	w := 0
	lo := 0
	for k := range c.major {
		hi := c.ptr[k+1]
		start := w
		for p := lo; p < hi; p++ {
			if w > start && c.idx[w-1] == c.idx[p] {
				c.val[w-1] += c.val[p]
				continue
			}
			c.idx[w], c.val[w] = c.idx[p], c.val[p]
			w++
		}
		c.ptr[k+1] = w
		lo = hi
	}
	c.idx, c.val = c.idx[:w], c.val[:w]
}
