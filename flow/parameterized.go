package flow

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/ode"
	"github.com/tacit-dev/tacit/param"
)

// Parameterized is gradient flow ẏ = −∇f(A G(y)) on the parameters. Its state is
// y, and for the squared loss ∫‖Ax−b‖² behind it.
//
// It is not safe for concurrent use: it remembers the last point.
type Parameterized struct {
	par   param.Param
	a     linop.Operator
	loss  loss.Loss
	b     []float64 // of the squared loss, else nil
	y0    []float64
	y     []float64 // the last point
	x, g  []float64 // G(y), Aᵀ∇f
	ax    []float64
	grad  []float64 // ∇f(Ax)
	known bool
	jac   *paramJacobian
}

var (
	_ Measured       = (*Parameterized)(nil)
	_ Conserver      = (*Parameterized)(nil)
	_ ode.Linearizer = (*Parameterized)(nil)
	_ ode.Autonomous = (*Parameterized)(nil)
)

// NewParameterized returns the gradient flow from the parameters y₀, which it
// copies. The error says where y₀ does not fit or the flow could never move.
func NewParameterized(p param.Param, a linop.Operator, f loss.Loss, y0 []float64) (*Parameterized, error) {
	n, m := a.Dims()
	if n == 0 || len(y0) != p.Len(m) {
		return nil, fmt.Errorf("flow: %s of %d unknowns has %d parameters, not %d", p.Name(), m, p.Len(m), len(y0))
	}
	if i := stationary(p, m, y0); i >= 0 {
		return nil, &StationaryError{Param: p.Name(), Index: i}
	}
	w := &Parameterized{
		par: p, a: a, loss: f, y0: append([]float64(nil), y0...), y: make([]float64, len(y0)),
		x: make([]float64, m), g: make([]float64, m), ax: make([]float64, n), grad: make([]float64, n),
	}
	if sq, ok := f.(loss.Squared); ok {
		w.b = sq.B
	}
	w.jac = newParamJacobian(w)
	return w, nil
}

// StationaryError says that a coordinate stands still at the start, whatever
// the loss: the flow of these parameters never leaves it.
type StationaryError struct {
	Param string
	Index int
}

// Error names the coordinate that cannot move, and what to do instead.
func (e *StationaryError) Error() string {
	return fmt.Sprintf("flow: x[%d] stands still at this start, where the derivative of %s is 0, and the flow never moves it; start from a small alpha, or follow the limit alpha → 0 itself with limit.Path", e.Index, e.Param)
}

// stationary returns the first coordinate with ∂G = 0, or -1.
func stationary(p param.Param, m int, y0 []float64) int {
	metric := make([]float64, m)
	p.Metric(metric, y0)
	one := make([]float64, m)
	pull := make([]float64, len(y0))
	for i := range one {
		one[i] = 1
	}
	p.Pull(pull, y0, one)
	for i, v := range metric {
		// The metric may underflow where the derivative does not.
		if v == 0 && pull[i] == 0 && (len(pull) == m || pull[m+i] == 0) {
			return i
		}
	}
	return -1
}

// Dim returns the number of parameters, and one more for the squared loss.
func (w *Parameterized) Dim() int {
	if w.b != nil {
		return len(w.y0) + 1
	}
	return len(w.y0)
}

// Autonomous reports true.
func (*Parameterized) Autonomous() bool { return true }

// Start returns y₀.
func (w *Parameterized) Start() []float64 {
	s := make([]float64, w.Dim())
	copy(s, w.y0)
	return s
}

// Param returns the parameterization.
func (w *Parameterized) Param() param.Param { return w.par }

// Params returns the parameters of a state, a part of it.
func (w *Parameterized) Params(state []float64) []float64 { return state[:len(w.y0)] }

func (w *Parameterized) at(state []float64) {
	y := w.Params(state)
	if w.known && equal(y, w.y) {
		return
	}
	copy(w.y, y)
	w.par.Map(w.x, w.y)
	w.a.Apply(w.ax, w.x)
	w.loss.Grad(w.grad, w.ax)
	w.a.ApplyT(w.g, w.grad)
	w.known = true
}

// Deriv sets dst = (−∂Gᵀ Aᵀ∇f, ‖Ax−b‖²): two passes over A.
func (w *Parameterized) Deriv(dst []float64, _ float64, state []float64) {
	w.at(state)
	k := len(w.y0)
	w.par.Pull(dst[:k], w.y, w.g)
	for i, v := range dst[:k] {
		dst[i] = -v
	}
	if w.b != nil {
		dst[k] = blas.Dot(w.grad, w.grad)
	}
}

// Primal sets dst = G(y).
func (w *Parameterized) Primal(dst, state []float64) { w.par.Map(dst, w.Params(state)) }

// Loss returns f(A G(y)).
func (w *Parameterized) Loss(state []float64) float64 {
	w.at(state)
	return w.loss.Value(w.ax)
}

// Measure is the root mean square of the errors of y: absolute for exp and its
// kin, where an error of y is a relative error of x or of its distance from a
// bound; else relative to the parameter, or for u∘v, where one of the two may be
// 0, to both.
func (w *Parameterized) Measure(s *ode.Step, rel, abs float64) float64 {
	k := len(w.y0)
	var sum float64
	logarithmic, both := w.logarithmic(), w.par.Name() == "product"
	for i, e := range s.Err[:k] {
		if e == 0 {
			continue
		}
		size := max(math.Abs(s.Y0[i]), math.Abs(s.Y1[i]))
		switch {
		case logarithmic:
			size = 1
		case both:
			partner := (i + k/2) % k
			size = max(size, math.Abs(s.Y0[partner]), math.Abs(s.Y1[partner]))
		}
		v := e / (abs + rel*size)
		sum += v * v
	}
	return math.Sqrt(sum / float64(k))
}

// logarithmic reports whether errors of the parameters are to be absolute.
func (w *Parameterized) logarithmic() bool {
	switch w.par.Name() {
	case "exp", "sigmoid", "tanh", "softplus":
		return true
	}
	return false
}

// Linearize returns the exact Jacobian.
func (w *Parameterized) Linearize(_ float64, state []float64) ode.Jacobian {
	w.at(state)
	w.jac.linearize()
	return w.jac
}
