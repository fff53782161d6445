package flow

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack/gonum"

	"github.com/tacit-dev/tacit/landscape"
	"github.com/tacit-dev/tacit/ode"
)

// DeepLayers is gradient flow on all layers of a deep linear network,
// Ẇ_j = −∂/∂W_j ½‖W_k⋯W₁X − Y‖², from any weights. The state is the weights, layer
// after layer; the unknowns are the product W_k⋯W₁.
//
// Small components of a layer beside large ones are lost to rounding: a start
// below 1e-8 needs DeepSpectral to see its plateaus.
type DeepLayers struct {
	Net  *landscape.Net
	data *landscape.Data
	w0   []float64
}

// linearizedLayers is the number of parameters up to which the Hessian is formed
// and factored.
const linearizedLayers = 1500

// NewDeepLayers starts the flow on data at weights w0.
func NewDeepLayers(data *landscape.Data, net *landscape.Net, w0 []float64) (*DeepLayers, error) {
	if _, err := data.At(net, w0); err != nil {
		return nil, fmt.Errorf("flow: %w", err)
	}
	return &DeepLayers{net, data, append([]float64(nil), w0...)}, nil
}

// Linearized returns the flow with its exact Jacobian −∇²L, for stiff methods, or
// nil where the network has more than 1500 parameters.
func (d *DeepLayers) Linearized() Flow {
	if d.Dim() > linearizedLayers {
		return nil
	}
	return &deepLinearized{d}
}

// Dim returns the number of parameters.
func (d *DeepLayers) Dim() int { return d.Net.Parameters() }

// Start returns the weights at time 0.
func (d *DeepLayers) Start() []float64 { return append([]float64(nil), d.w0...) }

// Autonomous reports true.
func (d *DeepLayers) Autonomous() bool { return true }

// Deriv sets dst to the negative gradient.
func (d *DeepLayers) Deriv(dst []float64, _ float64, w []float64) {
	s, err := d.data.At(d.Net, w)
	if err != nil { // an overflow: the step is tried again
		for i := range dst {
			dst[i] = math.NaN()
		}
		return
	}
	s.Gradient(dst)
	for i := range dst {
		dst[i] = -dst[i]
	}
}

// JacobianMul sets dst to the product of −∇²L with v.
func (d *DeepLayers) JacobianMul(dst []float64, _ float64, w, v []float64) {
	s, err := d.data.At(d.Net, w)
	if err != nil {
		clear(dst)
		return
	}
	s.HessVec(dst, v)
	for i := range dst {
		dst[i] = -dst[i]
	}
}

// Primal writes the product W_k⋯W₁, by rows.
func (d *DeepLayers) Primal(dst, w []float64) { d.Net.Product(dst, w) }

// Loss returns ½‖W_k⋯W₁X − Y‖².
func (d *DeepLayers) Loss(w []float64) float64 {
	s, err := d.data.At(d.Net, w)
	if err != nil {
		return math.Inf(1)
	}
	return s.Loss()
}

// Invariants are the balancedness W_{j+1}ᵀW_{j+1} − W_jW_jᵀ of all neighbours, which
// gradient flow on any loss of the product conserves, and the loss, which falls.
func (d *DeepLayers) Invariants([]float64) []Invariant {
	count := 0
	for _, h := range d.Net.Dims[1:d.Net.Layers()] {
		count += h * h
	}
	scale := 0.0
	for _, v := range d.w0 {
		scale += v * v
	}
	list := []Invariant{Monotone("loss falls", d.Loss)}
	if count > 0 {
		list = append(list, Constant("balancedness", count, d.Net.Balance, func(float64) float64 { return scale }))
	}
	return list
}

// deepLinearized adds the dense Jacobian.
type deepLinearized struct{ *DeepLayers }

// Linearize returns −∇²L.
func (d *deepLinearized) Linearize(_ float64, w []float64) ode.Jacobian {
	n := d.Dim()
	j := &deepHessian{n: n, h: make([]float64, n*n), lu: make([]float64, n*n), pivots: make([]int, n)}
	if s, err := d.data.At(d.Net, w); err == nil {
		s.Hessian(j.h, true)
	}
	return j
}

// deepHessian solves with I + c∇²L, which is indefinite near saddles.
type deepHessian struct {
	n      int
	h, lu  []float64
	pivots []int
}

// Factor decomposes I + c∇²L; false if it is singular.
func (j *deepHessian) Factor(c float64) bool {
	for i, v := range j.h {
		j.lu[i] = c * v
	}
	for i := range j.n {
		j.lu[i*j.n+i]++
	}
	return gonum.Implementation{}.Dgetrf(j.n, j.n, j.lu, j.n, j.pivots)
}

// Solve replaces v by (I + c∇²L)⁻¹v.
func (j *deepHessian) Solve(v []float64) {
	gonum.Implementation{}.Dgetrs(blas.NoTrans, j.n, 1, j.lu, j.n, j.pivots, v, 1)
}
