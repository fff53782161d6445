package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/geometry"
)

// farScale is the size of θ from which on Newton's method begins nearer: where x
// spans e^farScale, what is below it is not felt in the Hessian.
const farScale = 25

// solve runs Newton's method, from a start of vanishing scale by continuation: the
// geometry and its start are those of the scale α^s, s growing to 1, and as the
// multipliers grow like ln(1/α) those of one scale, stretched, begin the next. Powers
// P go the same way from 2: P − 1 to the power s.
func (s *matrixNewton) solve(x0 []float64) newtonOutcome {
	far := s.farness(x0)
	s.far = far
	if far <= farScale {
		return s.minimise()
	}
	phi, theta0 := s.phi, s.theta0
	at, y := 0.0, s.y // the last scale that was solved, and its multipliers
	factor := 2.0
	for share := farScale / far; ; {
		s.phi, s.theta0 = phi, theta0
		if share < 1 {
			s.phi, s.theta0 = scaledStart(phi, theta0, x0, far, share)
		}
		stretch := 0.0
		if at > 0 {
			stretch = s.stretch(phi, at, share)
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
		case share == 1 && s.residual <= nearlyFits:
			return outcome // what is left is rounding, which repaired may remove
		default:
			factor = 1 + (factor-1)/3
			if factor < 1.02 || at == 0 {
				s.phi, s.theta0 = phi, theta0
				stretch := 0.0
				if at > 0 {
					stretch = s.stretch(phi, at, 1)
				}
				s.begin(y, stretch)
				return newtonStalled
			}
		}
		share = min(1, at*factor)
	}
}

// farPower and farBurg weigh ln (P−1) of a power, and the scale of b over that of the
// start where φ = −ln det, against the logarithms of other geometries.
const (
	farPower = 10
	farBurg  = 10
)

// farness returns the logarithm of the scale of the start, 0 in geometries without.
func (s *matrixNewton) farness(x0 []float64) float64 {
	switch phi := s.phi.Scalar().(type) {
	case geometry.Entropy:
		var far float64
		for _, w := range s.phi.Values(s.theta0) {
			far = max(far, math.Abs(w))
		}
		return far
	case geometry.Hypentropy:
		return max(0, -phi.LogBeta[0])
	case geometry.LP:
		return farPower * math.Abs(math.Log(phi.Power()-1))
	case geometry.Burg:
		ax := make([]float64, s.n)
		s.a.Apply(ax, x0)
		if far := farBurg * math.Log(norm2(s.b)/norm2(ax)); far > 0 && !math.IsInf(far, 1) {
			return far
		}
	}
	return 0
}

// scaledStart returns the geometry and the start at the scale α^share.
func scaledStart(phi geometry.Matrix, theta0, x0 []float64, far, share float64) (geometry.Matrix, []float64) {
	out := make([]float64, len(theta0))
	factor := share
	switch f := phi.Scalar().(type) {
	case geometry.Hypentropy:
		phi = phi.With(geometry.Hypentropy{LogBeta: []float64{share * f.LogBeta[0]}})
		phi.Grad(out, x0)
		return phi, out
	case geometry.LP:
		if lp, err := geometry.NewLP(1 + math.Pow(f.Power()-1, share)); err == nil { // between 2 and P
			phi = phi.With(lp)
		}
		phi.Grad(out, x0)
		return phi, out
	case geometry.Burg:
		factor = math.Exp((share - 1) * far / farBurg)
	}
	for i, v := range theta0 {
		out[i] = factor * v
	}
	return phi, out
}

// stretch is the factor by which multipliers at one share begin those at the next.
func (s *matrixNewton) stretch(phi geometry.Matrix, at, share float64) float64 {
	switch f := phi.Scalar().(type) {
	case geometry.LP:
		// The largest value of X stays where it is: its τ is x^(P−1).
		top := slices.Max(phi.Values(s.theta))
		for _, w := range phi.Values(s.theta) {
			top = max(top, math.Abs(w))
		}
		ratio := math.Pow(f.Power()-1, share-at)
		if v := math.Pow(top, ratio-1); top > 0 && !math.IsInf(v, 1) {
			return v
		}
		return 1
	case geometry.Burg:
		return math.Exp((share - at) * s.far / farBurg)
	}
	return share / at
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
