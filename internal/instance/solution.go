package instance

import "math"

// solution draws x of length m with nonzeros at support.
func (s Sparse) solution(support []int) []float64 {
	r := s.stream("solution")
	x := make([]float64, s.M)
	for _, j := range support {
		v := s.magnitude(r)
		if r.src.Uint64()&1 == 1 && !s.Nonneg {
			v = -v
		}
		x[j] = v
	}
	return x
}

func (s Sparse) magnitude(r *stream) float64 {
	if s.Range > 1 {
		return Exp(float64(r.uniform() * Log(s.Range)))
	}
	return math.Abs(r.normal()) + 0.1
}

// addNoise adds a Gaussian error of norm Noise·‖b‖₂ to b.
func (s Sparse) addNoise(b []float64) {
	if s.Noise == 0 {
		return
	}
	r := s.stream("noise")
	e := make([]float64, len(b))
	for i := range e {
		e[i] = r.normal()
	}
	if norm := norm2(e); norm > 0 {
		scale := s.Noise * norm2(b) / norm
		for i := range b {
			b[i] += float64(scale * e[i])
		}
	}
}

func norm2(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v * v)
	}
	return math.Sqrt(sum)
}
