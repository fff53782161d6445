package linoptest

import "math"

// The twins of this file are the definitions, written as loops. Each returns
// the result and the same sum over absolute values, the scale of its rounding
// errors; transforms spread the errors of a vector over all entries, so the
// scale is the largest of them.

func (s *suite) mul(x []float64) (y, size []float64) {
	y, size = make([]float64, s.n), make([]float64, s.n)
	for i := range s.n {
		for j := range s.m {
			v := s.a[i*s.m+j] * x[j]
			y[i] += v
			size[i] += math.Abs(v)
		}
	}
	return y, level(size)
}

func (s *suite) mulT(y []float64) (x, size []float64) {
	x, size = make([]float64, s.m), make([]float64, s.m)
	for i := range s.n {
		for j := range s.m {
			v := s.a[i*s.m+j] * y[i]
			x[j] += v
			size[j] += math.Abs(v)
		}
	}
	return x, level(size)
}

// gramLower returns the lower triangle of A diag(d) Aᵀ, zeros above it.
func (s *suite) gramLower(d []float64) (g, size []float64) {
	g, size = make([]float64, s.n*s.n), make([]float64, s.n*s.n)
	for i := range s.n {
		for k := range i + 1 {
			var sum, abs float64
			for j := range s.m {
				v := s.a[i*s.m+j] * s.a[k*s.m+j]
				if d != nil {
					v *= d[j]
				}
				sum += v
				abs += math.Abs(v)
			}
			g[i*s.n+k], size[i*s.n+k] = sum, abs
		}
	}
	return g, level(size)
}

func (s *suite) normal(d, v []float64) (y, size []float64) {
	t, ts := s.mulT(v)
	for j := range t {
		if d != nil {
			t[j] *= d[j]
			ts[j] *= d[j]
		}
	}
	y, _ = s.mul(t)
	size = make([]float64, s.n)
	for i := range s.n {
		for j := range s.m {
			size[i] += math.Abs(s.a[i*s.m+j]) * ts[j]
		}
	}
	return y, level(size)
}

// norm returns the norm of k entries of a from at, step apart, scaled by the
// largest.
func (s *suite) norm(at, step, k int) float64 {
	var big, sum float64
	for p := range k {
		big = max(big, math.Abs(s.a[at+p*step]))
	}
	if big == 0 {
		return 0
	}
	for p := range k {
		v := s.a[at+p*step] / big
		sum += v * v
	}
	return big * math.Sqrt(sum)
}

// level replaces all entries by the largest.
func level(size []float64) []float64 {
	var big float64
	for _, v := range size {
		big = max(big, v)
	}
	for i := range size {
		size[i] = big
	}
	return size
}
