package ode

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// linearizer returns what sys offers, else a dense Jacobian: that of a Func, or
// one by differences.
func linearizer(sys System) Linearizer {
	if l, ok := sys.(Linearizer); ok {
		return l
	}
	n := sys.Dim()
	d := &denseJacobian{System: sys, j: make([]float64, n*n), w: make([]float64, n*n), rhs: make([]float64, n)}
	switch f := sys.(type) {
	case Func:
		d.jac = f.Jac
	case *Func:
		d.jac = f.Jac
	}
	return d
}

// denseJacobian is a Jacobian as a matrix. By differences it costs n
// evaluations and has 8 digits; Solve costs n², Factor 2n³/3 operations.
type denseJacobian struct {
	System
	jac    func(dst []float64, t float64, y []float64)
	j, w   []float64
	rhs    []float64
	lu     mat.LU
	yy, ff []float64
}

// Linearize computes J.
func (d *denseJacobian) Linearize(t float64, y []float64) Jacobian {
	if d.jac != nil {
		d.jac(d.j, t, y)
		return d
	}
	n := len(y)
	if d.yy == nil {
		d.yy, d.ff = make([]float64, n), make([]float64, 2*n)
	}
	copy(d.yy, y)
	base, moved := d.ff[:n], d.ff[n:]
	d.Deriv(base, t, y)
	for k, v := range y {
		// The increment of the code RODAS of Hairer and Wanner.
		d.yy[k] = v + math.Sqrt(0x1p-52*max(1e-5, math.Abs(v)))
		h := d.yy[k] - v
		d.Deriv(moved, t, d.yy)
		for i := range n {
			d.j[i*n+k] = (moved[i] - base[i]) / h
		}
		d.yy[k] = v
	}
	return d
}

// Factor computes I − cJ = LU.
func (d *denseJacobian) Factor(c float64) bool {
	n := d.Dim()
	for i, v := range d.j {
		d.w[i] = -c * v
	}
	for i := range n {
		d.w[i*n+i]++
	}
	d.lu.Factorize(mat.NewDense(n, n, d.w))
	return !math.IsInf(d.lu.Cond(), 1) && !math.IsNaN(d.lu.Cond())
}

// Solve solves with the factors.
func (d *denseJacobian) Solve(v []float64) {
	copy(d.rhs, v)
	dst := mat.NewVecDense(len(v), v)
	// A condition number is no failure: what counts is the error estimate.
	_ = d.lu.SolveVecTo(dst, false, mat.NewVecDense(len(v), d.rhs))
}
