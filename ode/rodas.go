package ode

// Rosenbrock is an L-stable Rosenbrock method with an embedded estimate and an
// interpolant (Hairer and Wanner 1996, section IV.7). Each step takes one
// Jacobian, one factorization and as many solves as stages:
//
//	(I − hγJ) Uᵢ = hγ f(t + cᵢh, y + Σⱼ aᵢⱼUⱼ) + γ Σⱼ Cᵢⱼ Uⱼ + h²γdᵢ ∂f/∂t.
//
// Both methods are stiffly accurate: the last stage is the error estimate.
type Rosenbrock struct {
	tab  *rosenbrockTableau
	sys  System
	lin  Linearizer
	ft   []float64 // ∂f/∂t, nil if the system is autonomous
	ft2  []float64
	u    [][]float64
	jac  Jacobian
	have bool    // jac is that of Y0 at T0
	t    float64 // T0 of jac
}

// NewRodas5P returns Rodas5P of Steinebach (2023,
// doi:10.1007/s10543-023-00967-x): 8 stages, order 5, interpolant of order 4.
func NewRodas5P() *Rosenbrock { return &Rosenbrock{tab: &rodas5P} }

// NewRodas4 returns RODAS of Hairer and Wanner (1996, section VI.4): 6 stages,
// order 4, interpolant of order 3.
func NewRodas4() *Rosenbrock { return &Rosenbrock{tab: &rodas4} }

// Name returns "rodas5p" or "rodas4".
func (r *Rosenbrock) Name() string { return r.tab.name }

// Order returns 5 or 4.
func (r *Rosenbrock) Order() int { return r.tab.order }

// ErrorOrder returns the order less 1.
func (r *Rosenbrock) ErrorOrder() int { return r.tab.order - 1 }

// DenseOrder returns the order less 1.
func (r *Rosenbrock) DenseOrder() int { return r.tab.order - 1 }

// Prepare makes room, and takes a dense Jacobian by differences if sys has none.
func (r *Rosenbrock) Prepare(sys System) error {
	n := sys.Dim()
	r.sys, r.lin, r.have = sys, linearizer(sys), false
	r.u = vectors(len(r.tab.c), n)
	r.ft = nil
	if !autonomous(sys) {
		r.ft, r.ft2 = make([]float64, n), make([]float64, n)
	}
	return nil
}

// Step computes the stages.
func (r *Rosenbrock) Step(s *Step, stats *Stats) bool {
	h, gamma := s.T1-s.T0, r.tab.gamma
	if !r.have || r.t != s.T0 {
		// A step that was rejected leaves the Jacobian for the next try.
		r.jac, r.have, r.t = r.lin.Linearize(s.T0, s.Y0), true, s.T0
		stats.Jacobians++
		r.timeDeriv(s, stats)
	}
	stats.Factorizations++
	if !r.jac.Factor(h * gamma) {
		return false
	}
	for i, c := range r.tab.c {
		u := r.u[i]
		if i == 0 {
			copy(u, s.F0)
		} else {
			combine(s.Y1, s.Y0, 1, r.tab.a[i], r.u)
			r.sys.Deriv(u, s.T0+c*h, s.Y1)
			stats.Evaluations++
		}
		for k := range u {
			u[k] *= h * gamma
		}
		for j, cij := range r.tab.cc[i] {
			axpy(gamma*cij, r.u[j], u)
		}
		if d := r.tab.d[i]; r.ft != nil && d != 0 {
			axpy(h*h*gamma*d, r.ft, u)
		}
		r.jac.Solve(u)
		stats.Solves++
	}
	last := r.u[len(r.u)-1]
	for i, v := range last {
		s.Y1[i] += v
		s.Err[i] = v
	}
	return true
}

// timeDeriv sets ft, by a forward difference of the second order where the
// system does not know it: the start may be the end of the domain of f.
func (r *Rosenbrock) timeDeriv(s *Step, stats *Stats) {
	if r.ft == nil {
		return
	}
	if td, ok := r.sys.(TimeDeriver); ok {
		td.TimeDeriv(r.ft, s.T0, s.Y0)
		return
	}
	delta := (s.T0 + 1e-5*(s.T1-s.T0)) - s.T0
	if delta == 0 {
		clear(r.ft)
		return
	}
	r.sys.Deriv(r.ft, s.T0+delta, s.Y0)
	r.sys.Deriv(r.ft2, s.T0+2*delta, s.Y0)
	stats.Evaluations += 2
	for i, f := range s.F0 {
		r.ft[i] = (4*(r.ft[i]-f) - (r.ft2[i] - f)) / (2 * delta)
	}
}

// Interpolate evaluates (1−θ)y₀ + θ(y₁ + (1−θ)(k₁ + θ(k₂ + θk₃))), kᵢ = Σ hᵢⱼUⱼ.
func (r *Rosenbrock) Interpolate(dst []float64, s *Step, theta float64) {
	rest := 1 - theta
	for i := range dst {
		dst[i] = rest*s.Y0[i] + theta*s.Y1[i]
	}
	w := theta * rest
	for _, row := range r.tab.h {
		for j, c := range row {
			if c != 0 {
				axpy(w*c, r.u[j], dst)
			}
		}
		w *= theta
	}
}
