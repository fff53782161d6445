package limit

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// farScale is the size of θ from which on Newton's method begins nearer: where x
// spans e^farScale, what is below it is not felt in the Hessian.
const farScale = 25

// solve runs Newton's method, from a start of vanishing scale by continuation: the
// geometry and its start are those of the scale α^s, s growing to 1, and as the
// multipliers grow like ln(1/α) those of one scale, stretched, begin the next.
func (s *matrixNewton) solve(x0 []float64) newtonOutcome {
	far := s.farness()
	if far <= farScale {
		return s.minimise()
	}
	phi, theta0 := s.phi, s.theta0
	at, y := 0.0, s.y // the last scale that was solved, and its multipliers
	factor := 2.0
	for share := farScale / far; ; {
		s.phi, s.theta0 = phi, theta0
		if share < 1 {
			s.phi, s.theta0 = scaledStart(phi, theta0, x0, share)
		}
		stretch := 0.0
		if at > 0 {
			stretch = share / at
		}
		outcome := newtonStalled
		if s.begin(y, stretch) {
			if share == 1 {
				outcome = s.minimise()
			} else {
				outcome = s.until(1e-4)
			}
		}
		switch {
		case outcome == newtonBudget || outcome == newtonCancelled || share == 1 && outcome == newtonConverged:
			return outcome
		case outcome == newtonConverged:
			at, y = share, append([]float64(nil), s.y...)
		default:
			factor = 1 + (factor-1)/3
			if factor < 1.02 || at == 0 {
				s.phi, s.theta0 = phi, theta0
				s.begin(y, 1/max(at, share))
				return newtonStalled
			}
		}
		share = min(1, at*factor)
	}
}

// farness returns the logarithm of the scale of the start, 0 in geometries without.
func (s *matrixNewton) farness() float64 {
	switch phi := s.phi.Scalar().(type) {
	case geometry.Entropy:
		var far float64
		for _, w := range s.phi.Values(s.theta0) {
			far = max(far, math.Abs(w))
		}
		return far
	case geometry.Hypentropy:
		return max(0, -phi.LogBeta[0])
	}
	return 0
}

// scaledStart returns the geometry and the start at the scale α^share.
func scaledStart(phi geometry.Matrix, theta0, x0 []float64, share float64) (geometry.Matrix, []float64) {
	out := make([]float64, len(theta0))
	if h, ok := phi.Scalar().(geometry.Hypentropy); ok {
		phi = phi.With(geometry.Hypentropy{LogBeta: []float64{share * h.LogBeta[0]}})
		phi.Grad(out, x0)
		return phi, out
	}
	for i, v := range theta0 {
		out[i] = share * v
	}
	return phi, out
}

// begin makes y·stretch the iterate; it reports false where that is no point.
func (s *matrixNewton) begin(y []float64, stretch float64) bool {
	for i, v := range y {
		s.y[i] = stretch * v
	}
	theta := make([]float64, s.m)
	s.a.ApplyT(theta, s.y)
	for i, v := range s.theta0 {
		theta[i] += v
	}
	f, ok := s.phi.Frame(theta)
	if !ok {
		return false
	}
	s.theta = theta
	s.settle(f)
	return !math.IsInf(s.residual, 1)
}
