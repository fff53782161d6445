package geometrytest

import "math"

// slopes: the error of the linear approximation of φ, φ* and ∇φ* falls with
// the square of the step (Boumal 2023, An Introduction to Optimization on
// Smooth Manifolds, §4.8).
func (s *suite) slopes() {
	for range rounds / 4 {
		x := s.c.Point(s.rng)
		theta := s.grad(x)
		v := s.direction(x)
		w := s.direction(ones(len(x)))

		value, slope := s.phi.Value(x), dot(theta, v)
		s.slope("φ against ∇φ", func(t float64) (float64, float64) {
			at := s.phi.Value(along(x, t, v))
			return math.Abs(at - value - t*slope), math.Abs(value) + math.Abs(at)
		})

		conj, slopeConj := s.phi.Conj(theta), dot(x, w)
		s.slope("φ* against ∇φ*", func(t float64) (float64, float64) {
			at := s.phi.Conj(along(theta, t, w))
			return math.Abs(at - conj - t*slopeConj), math.Abs(conj) + math.Abs(at)
		})

		hw := s.hessConj(theta, w)
		s.slope("∇φ* against ∇²φ*", func(t float64) (float64, float64) {
			at := s.gradConj(along(theta, t, w))
			rest := along(sub(at, x), -t, hw)
			return math.Sqrt(dot(rest, rest)), math.Sqrt(dot(x, x)) + math.Sqrt(dot(at, at))
		})
	}
}

func ones(k int) []float64 {
	v := make([]float64, k)
	for i := range v {
		v[i] = 1
	}
	return v
}

// slope fits the slope of log error against log t over the steps where the
// error stands clear of rounding, and wants 2 ± 0.1 in a window of four steps,
// or more where the second derivative vanishes.
// An error that is clear of rounding at fewer steps passes: the map is affine
// to about nine digits there.
func (s *suite) slope(what string, errorAt func(t float64) (err, size float64)) {
	s.t.Helper()
	var logs []float64
	const ratio = 2.0
	for t := 0x1p-3; t > 0x1p-26; t /= ratio {
		err, size := errorAt(t)
		if err < 1e3*0x1p-53*size {
			break
		}
		logs = append(logs, math.Log(err)/math.Log(ratio))
	}
	const window = 4
	if len(logs) <= window {
		return
	}
	best := math.Inf(1)
	for i := 0; i+window < len(logs); i++ {
		if slope := (logs[i] - logs[i+window]) / window; math.Abs(slope-2) < math.Abs(best-2) {
			best = slope
		}
	}
	if !(best >= 1.9) || math.IsInf(best, 1) {
		s.t.Fatalf("%s: the error has slope %v over %d steps, want 2 ± 0.1 or more", what, best, len(logs))
	}
}
