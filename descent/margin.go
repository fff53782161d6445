package descent

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// MarginRule is a method that turns w to a separator of labelled points.
type MarginRule string

// The methods. p is the softmax of −zᵢᵀw, L = Σ exp(−zᵢᵀw), g = Σpᵢzᵢ = −∇ ln L.
const (
	// GradientDescent: w ← w + ηLg, for loss L. Margin gap O(ln N/ln k).
	GradientDescent MarginRule = "gradient"
	// Normalised: w ← w + ηg, gradient descent with steps η/L. Margin gap O(1/k)
	// for η ≤ 1/R² (Ji and Telgarsky 2021).
	Normalised MarginRule = "normalised"
	// Accelerated: v ← k/(k+1)·(v + g), w ← w + η(v + g): the dual of Nesterov's
	// method. Margin gap O(ln k/k²) (Ji, Srebro and Telgarsky 2021).
	Accelerated MarginRule = "accelerated"
	// Coordinate: the coordinate where |g| is largest moves by η/√k: steepest descent
	// in ℓ1, which is boosting. To the separator of largest ℓ1 margin.
	Coordinate MarginRule = "coordinate"
	// Signs: w ← w + η/√k·sgn(g), steepest descent in ℓ∞. To a separator of largest
	// ℓ∞ margin.
	Signs MarginRule = "signs"
)

// MarginRules lists the methods.
func MarginRules() []MarginRule {
	return []MarginRule{GradientDescent, Normalised, Accelerated, Coordinate, Signs}
}

// MarginDescent follows a method from w = 0, one step at a time. Losses exist as
// logarithms only.
type MarginDescent struct {
	W       []float64
	P       []float64 // softmax of −zᵢᵀw at W
	LogLoss float64   // ln L at W
	Least   float64   // min zᵢᵀw at W
	K       int       // steps done

	rule MarginRule
	eta  float64
	x    linop.Operator
	y    []float64
	m, g []float64
	v    []float64
	s    []float64
}

// NewMarginDescent returns the method for points in the rows of X and labels ±1.
// The unit of eta is that of w; with eta = 0 it is 1/R² (1/R for steps of fixed
// length), R the largest norm of a point, dual to that of the method.
func NewMarginDescent(x linop.Operator, y []float64, rule MarginRule, eta float64) (*MarginDescent, error) {
	n, d := x.Dims()
	if len(y) != n {
		return nil, fmt.Errorf("descent: %d labels for %d points", len(y), n)
	}
	for i, v := range y {
		if v != 1 && v != -1 {
			return nil, fmt.Errorf("descent: label %d is %v; it is ±1", i, v)
		}
	}
	known := false
	for _, r := range MarginRules() {
		known = known || r == rule
	}
	if !known || !(eta >= 0) || math.IsInf(eta, 1) {
		return nil, fmt.Errorf("descent: method %q with step %v: methods are %v, and the step is positive", rule, eta, MarginRules())
	}
	m := &MarginDescent{rule: rule, eta: eta, x: x, y: y}
	m.W, m.P, m.m = make([]float64, d), make([]float64, n), make([]float64, n)
	m.g, m.v, m.s = make([]float64, d), make([]float64, d), make([]float64, n)
	if eta == 0 {
		norms := make([]float64, n)
		linop.RowNorms(x, norms)
		var r float64
		for _, v := range norms {
			r = max(r, v)
		}
		if r == 0 {
			return nil, fmt.Errorf("descent: all points are 0")
		}
		m.eta = 1 / (r * r)
		if rule == Coordinate || rule == Signs {
			m.eta = 1 / r
		}
	}
	m.look()
	return m, nil
}

// look evaluates W.
func (m *MarginDescent) look() {
	m.x.Apply(m.m, m.W)
	m.Least = math.Inf(1)
	for i, y := range m.y {
		m.m[i] *= y
		m.Least = min(m.Least, m.m[i])
	}
	var sum float64
	for i, v := range m.m {
		m.P[i] = math.Exp(m.Least - v)
		sum += m.P[i]
	}
	for i := range m.P {
		m.P[i] /= sum
		m.s[i] = m.y[i] * m.P[i]
	}
	m.LogLoss = math.Log(sum) - m.Least
	m.x.ApplyT(m.g, m.s)
}

// Bound returns ‖Σpᵢzᵢ‖₂: no separator has a larger Euclidean margin.
func (m *MarginDescent) Bound() float64 { return math.Sqrt(blas.Dot(m.g, m.g)) }

// Step does one step.
func (m *MarginDescent) Step() {
	m.K++
	k := float64(m.K)
	switch m.rule {
	case GradientDescent:
		blas.Axpy(m.eta*math.Exp(m.LogLoss), m.g, m.W)
	case Normalised:
		blas.Axpy(m.eta, m.g, m.W)
	case Accelerated:
		beta := (k - 1) / k
		for j, g := range m.g {
			m.v[j] = beta * (m.v[j] + g)
			m.W[j] += m.eta * (m.v[j] + g)
		}
	case Coordinate:
		at := 0
		for j, g := range m.g {
			if math.Abs(g) > math.Abs(m.g[at]) {
				at = j
			}
		}
		m.W[at] += math.Copysign(m.eta/math.Sqrt(k), m.g[at])
	case Signs:
		for j, g := range m.g {
			if g != 0 {
				m.W[j] += math.Copysign(m.eta/math.Sqrt(k), g)
			}
		}
	}
	m.look()
}
