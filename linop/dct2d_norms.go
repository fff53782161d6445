package linop

import "math"

// ColumnNorms sets dst to ones.
func (c *dct2D) ColumnNorms(dst []float64) { c.columnNorms(dst, nil) }

// RowNorms sets dst to ones.
func (c *dct2D) RowNorms(dst []float64) { c.rowNorms(dst, nil) }

// columnNorms sums, with cos² = (1 + cos 2·)/2 in both directions, a
// two-dimensional cosine series for the squared norms; columns with a norm far
// below the mean are summed directly.
func (c *dct2D) columnNorms(dst, w []float64) {
	m := c.rows * c.cols
	checkNorms(dst, w, m, m)
	if w == nil {
		fill(dst, 1)
		return
	}
	big := largest(w)
	if big == 0 {
		clear(dst)
		return
	}
	series := getWork(m)
	defer putWork(series)
	clear(series.f)
	var total float64
	for p := range c.rows {
		for q := range c.cols {
			v := w[p*c.cols+q] / big
			v *= v
			total += v * square(cosineScale(p, c.rows)) * square(cosineScale(q, c.cols))
			// The series is divided by the scale of its terms and multiplied by
			// that of the row.
			for _, a := range doubled(p, c.rows) {
				for _, b := range doubled(q, c.cols) {
					if a.factor != 0 && b.factor != 0 {
						series.f[a.at*c.cols+b.at] += v * a.factor * b.factor
					}
				}
			}
		}
	}
	c.ApplyT(dst, series.f)
	c.finish(dst, big, smallNorm*total, func(j int, out []float64) { c.Columns(out, []int{j}) }, w)
}

// rowNorms is the mirror of columnNorms: cosine sums of the squared weights.
func (c *dct2D) rowNorms(dst, w []float64) {
	m := c.rows * c.cols
	checkNorms(dst, w, m, m)
	if w == nil {
		fill(dst, 1)
		return
	}
	big := largest(w)
	if big == 0 {
		clear(dst)
		return
	}
	sums := getWork(m)
	defer putWork(sums)
	var mean float64
	for j, v := range w {
		dst[j] = square(v / big)
		mean += dst[j] / float64(m)
	}
	c.Apply(sums.f, dst)
	for p := range c.rows {
		for q := range c.cols {
			var sum float64
			for _, a := range doubled(p, c.rows) {
				for _, b := range doubled(q, c.cols) {
					sum += a.factor * b.factor * sums.f[a.at*c.cols+b.at]
				}
			}
			dst[p*c.cols+q] = sum
		}
	}
	c.finish(dst, big, smallNorm*mean, func(i int, out []float64) {
		c.Row(i, func(j int, v float64) { out[j] = v })
	}, w)
}

// finish replaces the squared norms q by norms: big·√q where q > small, else
// the norm of the vector itself, weighted.
func (c *dct2D) finish(q []float64, big, small float64, vector func(k int, out []float64), w []float64) {
	v := getWork(len(q))
	defer putWork(v)
	for k := range q {
		if q[k] > small {
			q[k] = big * math.Sqrt(q[k])
			continue
		}
		vector(k, v.f)
		mulBy(v.f, w)
		q[k] = norm2(v.f)
	}
}

// term is an entry of an orthonormal cosine transform times a factor.
type term struct {
	at     int
	factor float64
}

// doubled writes the squares of row k, s_k² cos² kθ_j = s_k² (1 + cos 2kθ_j)/2,
// in rows of the orthonormal transform of length m. cos 2kθ_j beyond the last
// row is −cos (2m−2k)θ_j, and zero for 2k = m.
func doubled(k, m int) [2]term {
	half := square(cosineScale(k, m)) / 2
	t := [2]term{{0, half / cosineScale(0, m)}, {}}
	switch {
	case 2*k < m:
		t[1] = term{2 * k, half / cosineScale(2*k, m)}
	case 2*k > m:
		t[1] = term{2 * (m - k), -half / cosineScale(2*(m-k), m)}
	}
	return t
}

// cosineScale returns s_k of the orthonormal transform of length m.
func cosineScale(k, m int) float64 {
	if k == 0 {
		return math.Sqrt(1 / float64(m))
	}
	return math.Sqrt(2 / float64(m))
}

func square(x float64) float64 { return x * x }
