package flow

import "math"

// SeparatorPoint is the separator flow at a time.
type SeparatorPoint struct {
	LogTime float64   // ln t; −Inf at the start
	W       []float64 // w
	Norm    float64   // ‖w‖, of a mirror flow ‖w‖ₚ
	Margin  float64   // min zᵢᵀw/‖w‖, 0 for w = 0
	LogLoss float64   // ln L
	P       []float64 // convex weights, in proportion to −ℓ′(zᵢᵀw)
	Bound   float64   // ‖Σpᵢzᵢ‖, in the dual norm: no separator has a larger margin
}

// Point evaluates a state at u = ln(1+t).
func (s *Separator) Point(u float64, state []float64) SeparatorPoint {
	p := SeparatorPoint{LogTime: u + math.Log(-math.Expm1(-u)), W: make([]float64, s.d), P: make([]float64, s.n)}
	s.W(p.W, state)
	m := make([]float64, s.n)
	s.margins(m, state)
	p.Norm = lpNorm(p.W, s.p)
	least, top, loss := math.Inf(1), math.Inf(-1), make([]float64, s.n)
	topLoss := math.Inf(-1)
	for i, v := range m {
		least = min(least, v)
		p.P[i] = s.logSlope(v)
		loss[i] = s.logLoss(v)
		top, topLoss = max(top, p.P[i]), max(topLoss, loss[i])
	}
	if p.Norm > 0 {
		p.Margin = least / p.Norm
	}
	var sum, sumLoss float64
	for i, v := range p.P {
		p.P[i] = math.Exp(v - top)
		sum += p.P[i]
		sumLoss += math.Exp(loss[i] - topLoss)
	}
	p.LogLoss = topLoss + math.Log(sumLoss)
	signed := make([]float64, s.n)
	for i := range p.P {
		p.P[i] /= sum
		signed[i] = s.y[i] * p.P[i]
	}
	v := make([]float64, s.d)
	s.x.ApplyT(v, signed)
	p.Bound = lpNorm(v, s.p/(s.p-1))
	return p
}

// logLoss is ln ℓ(m).
func (s *Separator) logLoss(m float64) float64 {
	switch {
	case !s.logistic:
		return -m
	case m > 36: // ln(1+e^{−m}) = e^{−m} to rounding
		return -m
	}
	return math.Log(softplus(-m))
}
