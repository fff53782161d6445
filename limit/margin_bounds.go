package limit

import (
	"fmt"
	"math"
)

// GeneralizationBound is a statement about points not yet seen: with probability
// 1−δ over the draw of the sample, the separator errs on a new point with
// probability at most Value. docs/theory/margin-bounds.md derives each one.
type GeneralizationBound struct {
	Name        string
	Value       float64 // in [0, 1]
	Vacuous     bool    // the formula gives 1 or more and says nothing
	Assumptions string
}

// MarginBounds evaluates the bounds whose constants are explicit, at confidence
// 1−delta, for a separator r of p with two classes. The sample has to be
// independent and identically distributed, and p has to hold all of it. Each
// bound holds by itself with probability 1−δ, not all of them at once. It
// returns nothing where r has no separator.
func MarginBounds(p MarginProblem, r *MarginResult, delta float64) ([]GeneralizationBound, error) {
	if !(delta > 0 && delta < 1) {
		return nil, fmt.Errorf("limit: δ = %v; it must lie between 0 and 1, for example 0.05", delta)
	}
	if r.X == nil || r.Status == NotSeparable || len(r.Classes) != 2 {
		return nil, nil
	}
	s, err := newSample(p, r)
	if err != nil {
		return nil, err
	}
	list := []GeneralizationBound{s.pacBayes(delta), s.rademacher(delta)}
	if p.Norm == "" || p.Norm == MarginL2 {
		list = append(list, s.compression(delta), s.stableCompression(delta))
	}
	return list, nil
}

// sample holds what the bounds see of the data: for each point yᵢwᵀxᵢ/‖w‖ and
// ‖xᵢ‖, in the coordinates (x, 1) and (w, c) where there is an intercept.
type sample struct {
	margin, size []float64
	support      int
	iid          string
}

func newSample(p MarginProblem, r *MarginResult) (*sample, error) {
	pts, err := newPoints(p.X, p.Y, r.Classes, p.Norm, false) // where they are counts
	if err != nil {
		return nil, err
	}
	unit := math.Ldexp(1, -pts.scale)
	s := &sample{support: len(r.SupportVectors), iid: "independent, identically distributed points"}
	var square float64
	for _, v := range r.X {
		square += v * v
	}
	constant := 0.0
	if p.Bias {
		constant = 1
		square += r.Intercept * r.Intercept
		s.iid += "; margins in the coordinates (x, 1)"
	}
	norm := math.Sqrt(square)
	for i := range pts.n {
		m := pts.dot(i, r.X)*unit + pts.sign[i]*r.Intercept*constant
		s.margin = append(s.margin, m/norm)
		s.size = append(s.size, math.Hypot(math.Sqrt(pts.square(i))*unit, constant))
	}
	return s, nil
}

func bound(name string, value float64, assumptions string) GeneralizationBound {
	vacuous := !(value < 1)
	if vacuous {
		value = 1
	}
	return GeneralizationBound{name, max(0, value), vacuous, assumptions}
}

// pacBayes is 2·kl⁻¹(Q̂(μ), (μ²/2 + ln((m+1)/δ))/m), Q̂(μ) the mean of
// Φ̄(μ yᵢwᵀxᵢ/(‖w‖‖xᵢ‖)), at the best μ: the theorem holds for all μ at once
// (Langford and Shawe-Taylor 2002).
func (s *sample) pacBayes(delta float64) GeneralizationBound {
	best := math.Inf(1)
	at := func(logMu float64) float64 { return 2 * s.stochastic(math.Exp(logMu), delta) }
	from := 0.0
	for k := -20; k <= 60; k++ {
		if v := at(float64(k) / 4); v < best {
			best, from = v, float64(k)/4
		}
	}
	for h := 0.125; h > 1e-4; h /= 2 { // any μ is legal: a descent is enough
		for _, x := range []float64{from - h, from + h} {
			if v := at(x); v < best {
				best, from = v, x
			}
		}
	}
	return bound("pac-bayes margin", best, s.iid)
}

// stochastic bounds the error of the randomised separator of scale μ.
func (s *sample) stochastic(mu, delta float64) float64 {
	m := float64(len(s.margin))
	var q float64
	for i, v := range s.margin {
		if s.size[i] > 0 {
			v /= s.size[i]
		}
		q += 0.5 * math.Erfc(mu*v/math.Sqrt2)
	}
	return inverseKL(q/m, (mu*mu/2+math.Log((m+1)/delta))/m)
}

// inverseKL returns the largest p with kl(q‖p) ≤ budget, kl that of two coins.
func inverseKL(q, budget float64) float64 {
	kl := func(p float64) float64 {
		var sum float64
		if q > 0 {
			sum += q * math.Log(q/p)
		}
		if q < 1 {
			sum += (1 - q) * (math.Log1p(-q) - math.Log1p(-p))
		}
		return sum
	}
	lo, hi := q, 1.0
	for range 100 {
		mid := (lo + hi) / 2
		if kl(mid) <= budget {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// rademacher is R̂_ρ + (2/ρ)√(Σ‖xᵢ‖²)/m + 3√(ln(2/δ_k)/2m) at the best ρ = 2ᵏ,
// δ_k = δ/(2(|k|+1)(|k|+2)); R̂_ρ is the share of points of margin below ρ.
func (s *sample) rademacher(delta float64) GeneralizationBound {
	m := float64(len(s.margin))
	var square float64
	for _, v := range s.size {
		square += v * v
	}
	best := math.Inf(1)
	for k := -60; k <= 60; k++ {
		rho := math.Ldexp(1, k)
		below := 0.0
		for _, v := range s.margin {
			if v < rho {
				below++
			}
		}
		j := math.Abs(float64(k))
		share := delta / (2 * (j + 1) * (j + 2))
		best = min(best, below/m+2/rho*math.Sqrt(square)/m+3*math.Sqrt(math.Log(2/share)/(2*m)))
	}
	return bound("rademacher", best, s.iid)
}

// compression is (ln C(m,k) + ln(m/δ))/(m−k) for k support vectors (Littlestone
// and Warmuth 1986).
func (s *sample) compression(delta float64) GeneralizationBound {
	m, k := float64(len(s.margin)), float64(s.support)
	value := math.Inf(1)
	if k < m {
		value = (logChoose(m, k) + math.Log(m/delta)) / (m - k)
	}
	return bound("sample compression", value, s.iid)
}

// stableCompression is 2(k ln 4 + ln(m/δ))/(m−2k) (after Bousquet, Hanneke, Moran
// and Zhivotovskiy 2020).
func (s *sample) stableCompression(delta float64) GeneralizationBound {
	m, k := float64(len(s.margin)), float64(s.support)
	value := math.Inf(1)
	if 2*k < m {
		value = 2 * (k*math.Log(4) + math.Log(m/delta)) / (m - 2*k)
	}
	return bound("stable compression", value, s.iid)
}

func logChoose(m, k float64) float64 {
	a, _ := math.Lgamma(m + 1)
	b, _ := math.Lgamma(k + 1)
	c, _ := math.Lgamma(m - k + 1)
	return a - b - c
}
