package linop

import "math"

// listNorms sets dst[k] = ‖w∘(list k)‖₂; w has length minor, nil means ones.
func (c *compressed) listNorms(dst, w []float64) {
	checkNorms(dst, w, c.major, c.minor)
	var t []float64
	for k := range c.major {
		idx, val := c.list(k)
		if w != nil {
			t = append(t[:0], val...)
			for p, i := range idx {
				t[p] *= w[i]
			}
			val = t
		}
		dst[k] = norm2(val)
	}
}

// crossNorms sets dst[i] to the norm of all values with index i, those of list
// k weighted by w[k]; w has length major, nil means ones.
func (c *compressed) crossNorms(dst, w []float64) {
	checkNorms(dst, w, c.minor, c.major)
	big := getWork(c.minor)
	defer putWork(big)
	clear(big.f)
	clear(dst)
	c.eachWeighted(w, func(i int32, v float64) { big.f[i] = max(big.f[i], math.Abs(v)) })
	c.eachWeighted(w, func(i int32, v float64) {
		if big.f[i] > 0 {
			v /= big.f[i]
			dst[i] += v * v
		}
	})
	for i, b := range big.f {
		dst[i] = b * math.Sqrt(dst[i])
	}
}

// eachWeighted calls visit for every entry with its index and weighted value.
func (c *compressed) eachWeighted(w []float64, visit func(i int32, v float64)) {
	for k := range c.major {
		idx, val := c.list(k)
		s := 1.0
		if w != nil {
			s = w[k]
		}
		for p, i := range idx {
			visit(i, s*val[p])
		}
	}
}
