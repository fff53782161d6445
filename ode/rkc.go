package ode

import (
	"errors"
	"math"
)

// RKC is the Runge–Kutta–Chebyshev method of order 2 (Sommeijer, Shampine and
// Verwer 1998, doi:10.1016/S0377-0427(97)00219-7): explicit, with as many stages
// s as keep it stable on a real negative spectrum of radius ρ, hρ ≤ 0.65 s².
// Work grows with √(hρ) and memory is five vectors: for flows too large to
// solve linear systems.
type RKC struct {
	sys   System
	bound SpectralBounder
	work  [][]float64 // two last stages, a derivative, the vector of the power iteration
	rho   float64
	age   int // accepted steps since rho was estimated
	last  float64
	tab   map[int]*rkcTableau
}

// NewRKC returns the stabilised method.
func NewRKC() *RKC { return &RKC{} }

const (
	rkcMaxStages = 2000
	rkcRefresh   = 25 // steps after which the spectral radius is estimated anew
)

// Name returns "rkc".
func (*RKC) Name() string { return "rkc" }

// Order returns 2.
func (*RKC) Order() int { return 2 }

// ErrorOrder returns 2: the estimate is of the error itself.
func (*RKC) ErrorOrder() int { return 2 }

// DenseOrder returns 2: the cubic through both ends is of order 3, but its right end
// is Y1, whose local error is O(h³).
func (*RKC) DenseOrder() int { return 2 }

// Prepare makes room.
func (r *RKC) Prepare(sys System) error {
	n := sys.Dim()
	b, _ := sys.(SpectralBounder)
	*r = RKC{sys: sys, bound: b, work: vectors(5, n), age: rkcRefresh, last: math.Inf(-1), tab: make(map[int]*rkcTableau)}
	return nil
}

// State returns ρ, its age and the vector of the power iteration.
func (r *RKC) State() []float64 {
	return append([]float64{r.rho, float64(r.age)}, r.work[3]...)
}

// Restore takes the state back.
func (r *RKC) Restore(state []float64) error {
	if len(state) != 2+len(r.work[3]) {
		return errors.New("ode: a state of rkc that does not fit the system")
	}
	r.rho, r.age = state[0], int(state[1])
	copy(r.work[3], state[2:])
	return nil
}

// Step computes the stages by the three-term recurrence of the Chebyshev
// polynomials.
func (r *RKC) Step(s *Step, stats *Stats) bool {
	r.radius(s, stats)
	h := s.T1 - s.T0
	stages := 1 + math.Sqrt(1+1.54*h*r.rho)
	if !(stages <= rkcMaxStages) {
		return false
	}
	tab := r.tableau(max(2, int(stages)))
	before, prev, f := r.work[0], r.work[1], r.work[2]
	copy(before, s.Y0)
	for i, v := range s.F0 {
		prev[i] = s.Y0[i] + h*tab.first*v
	}
	cBefore, cPrev := 0.0, tab.c1
	for _, st := range tab.stages {
		r.sys.Deriv(f, s.T0+cPrev*h, prev)
		for i, y := range s.Y0 {
			s.Y1[i] = (1-st.mu-st.nu)*y + st.mu*prev[i] + st.nu*before[i] + h*(st.mut*f[i]+st.gat*s.F0[i])
		}
		copy(before, prev)
		copy(prev, s.Y1)
		cBefore, cPrev = cPrev, st.mu*cPrev+st.nu*cBefore+st.mut+st.gat
	}
	r.sys.Deriv(s.F1, s.T1, s.Y1)
	s.HasF1 = true
	stats.Evaluations += len(tab.stages) + 1
	for i, y := range s.Y0 {
		s.Err[i] = 0.8*(y-s.Y1[i]) + 0.4*h*(s.F0[i]+s.F1[i])
	}
	return true
}

// radius keeps rho an upper bound of the spectral radius at Y0.
func (r *RKC) radius(s *Step, stats *Stats) {
	retry := r.last == s.T0
	if !retry {
		r.age++
	}
	r.last = s.T0
	switch {
	case r.bound != nil:
		if !retry {
			r.rho = r.bound.SpectralBound(s.T0, s.Y0)
		}
	case r.age >= rkcRefresh || retry:
		r.power(s, stats)
		r.age = 0
	}
}

// power estimates the spectral radius by the nonlinear power iteration of the
// code RKC: from F0 at first, later from where the last one ended.
func (r *RKC) power(s *Step, stats *Stats) {
	v, y, f := r.work[3], r.work[4], r.work[2]
	if norm(v) == 0 {
		copy(v, s.F0)
		if norm(v) == 0 {
			for i := range v {
				v[i] = 1
			}
		}
	}
	size := norm(s.Y0)
	delta := 0x1p-26 * max(size, 0x1p-26)
	old := 0.0
	for range 50 {
		scale := delta / norm(v)
		for i := range y {
			y[i] = s.Y0[i] + scale*v[i]
		}
		r.sys.Deriv(f, s.T0, y)
		stats.Evaluations++
		for i := range v {
			v[i] = f[i] - s.F0[i]
		}
		next := norm(v)
		if next == 0 || math.IsNaN(next) {
			clear(v)
			return
		}
		// The estimate comes from below; 1.2 is the margin of the code RKC.
		r.rho = 1.2 * next / delta
		if math.Abs(next/delta-old) <= 0.01*next/delta {
			return
		}
		old = next / delta
	}
}

// Interpolate evaluates the cubic through both ends.
func (*RKC) Interpolate(dst []float64, s *Step, theta float64) { hermite(dst, s, theta) }

// rkcTableau holds the coefficients of one number of stages.
type rkcTableau struct {
	first, c1 float64
	stages    []rkcStage
}

type rkcStage struct{ mu, nu, mut, gat float64 }

// tableau returns the coefficients for s stages, from T, T′ and T″ of the
// Chebyshev polynomials at w₀ = 1 + ε/s², ε = 2/13.
func (r *RKC) tableau(s int) *rkcTableau {
	if t, ok := r.tab[s]; ok {
		return t
	}
	w0 := 1 + 2./13/float64(s*s)
	t, d, e := make([]float64, s+1), make([]float64, s+1), make([]float64, s+1)
	t[0], t[1], d[1] = 1, w0, 1
	for j := 2; j <= s; j++ {
		t[j] = 2*w0*t[j-1] - t[j-2]
		d[j] = 2*(t[j-1]+w0*d[j-1]) - d[j-2]
		e[j] = 2*(2*d[j-1]+w0*e[j-1]) - e[j-2]
	}
	w1 := d[s] / e[s]
	b := make([]float64, s+1)
	for j := 2; j <= s; j++ {
		b[j] = e[j] / sq(d[j])
	}
	b[0], b[1] = b[2], b[2]
	out := &rkcTableau{first: b[1] * w1, c1: b[1] * w1}
	for j := 2; j <= s; j++ {
		mut := 2 * b[j] * w1 / b[j-1]
		out.stages = append(out.stages, rkcStage{
			mu: 2 * b[j] * w0 / b[j-1], nu: -b[j] / b[j-2],
			mut: mut, gat: -(1 - b[j-1]*t[j-1]) * mut,
		})
	}
	r.tab[s] = out
	return out
}

func norm(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum += x * x
	}
	return math.Sqrt(sum)
}
