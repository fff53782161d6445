package linop

import "math"

// smallNorm is the share of the mean squared norm below which a cosine series
// for squared norms has lost digits to cancellation.
const smallNorm = 1e-2

// ColumnNorms costs O(m log m): by cos² = (1 + cos 2·)/2 the squared norms are
// a cosine series,
//
//	‖a_j‖² = Σ_i s_k² (1 + cos 2k θ_j) / 2,   k = rows[i].
//
// The few columns with a norm far below the mean are summed directly.
func (c *partialDCT) ColumnNorms(dst []float64) { c.columnNorms(dst, nil) }

// RowNorms sets dst to ones.
func (c *partialDCT) RowNorms(dst []float64) { c.rowNorms(dst, nil) }

func (c *partialDCT) columnNorms(dst, w []float64) {
	n := len(c.rows)
	checkNorms(dst, w, c.m, n)
	big := largest(w)
	if big == 0 {
		clear(dst)
		return
	}
	series := getWork(c.m)
	defer putWork(series)
	clear(series.f)
	var total float64
	for i, k := range c.rows {
		t := c.scale(k)
		if w != nil {
			t *= w[i] / big
		}
		t *= t / 2
		total += 2 * t
		series.f[0] += t
		switch {
		case 2*k < c.m:
			series.f[2*k] += t
		case 2*k > c.m:
			series.f[2*(c.m-k)] -= t
		}
	}
	c.cosineSeries(series.f)
	col := make([]float64, n)
	for j, q := range series.f {
		if q > smallNorm*total {
			dst[j] = big * math.Sqrt(q)
			continue
		}
		c.Columns(col, []int{j})
		mulBy(col, w)
		dst[j] = norm2(col)
	}
}

// rowNorms uses ‖w∘row‖² = s_k² Σ_j w_j² (1 + cos 2k θ_j)/2, rows far below
// the mean excepted.
func (c *partialDCT) rowNorms(dst, w []float64) {
	checkNorms(dst, w, len(c.rows), c.m)
	if w == nil {
		fill(dst, 1)
		return
	}
	big := largest(w)
	if big == 0 {
		clear(dst)
		return
	}
	sums, row := getWork(c.m), getWork(c.m)
	defer putWork(sums)
	defer putWork(row)
	for j, v := range w {
		sums.f[j] = v / big * (v / big)
	}
	c.cosineSums(sums.f)
	for i, k := range c.rows {
		s := c.scale(k)
		if q := (sums.f[0] + c.fold(sums.f, 2*k)) / 2; q > smallNorm*sums.f[0] {
			dst[i] = big * s * math.Sqrt(q)
			continue
		}
		c.Row(i, func(j int, v float64) { row.f[j] = v * w[j] })
		dst[i] = norm2(row.f)
	}
}
