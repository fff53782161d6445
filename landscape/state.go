package landscape

import "fmt"

// State holds what the loss and its derivatives at one point need: the
// activations h_j = W_j⋯W₁F (d_j×ρ) and the residual carried back,
// g_j = (W_k⋯W_{j+1})ᵀ R, R = W_k⋯W₁F − M.
type State struct {
	net  *Net
	data *Data
	w    []float64
	h    []matrix // h[0] = F, …, h[k]
	g    []matrix // g[k] = R, g[j] is d_j×ρ; g[0] is not used
}

// At evaluates the network at w, of which it keeps no copy.
//
// Cost: 4ρ flops a parameter.
func (d *Data) At(net *Net, w []float64) (*State, error) {
	k := net.Layers()
	if net.Dims[0] != d.DX || net.Dims[k] != d.DY {
		return nil, fmt.Errorf("the network maps %d inputs to %d outputs, the data %d to %d", net.Dims[0], net.Dims[k], d.DX, d.DY)
	}
	if len(w) != net.Parameters() {
		return nil, fmt.Errorf("%d weights for a network of %d parameters", len(w), net.Parameters())
	}
	if !finite(w) {
		return nil, fmt.Errorf("the weights are not finite")
	}
	s := &State{net: net, data: d, w: w, h: make([]matrix, k+1), g: make([]matrix, k+1)}
	s.h[0] = d.f
	for j := 1; j <= k; j++ {
		s.h[j] = s.layer(j).times(s.h[j-1])
	}
	s.g[k] = newMatrix(d.DY, d.Rank)
	for i, v := range s.h[k].data {
		s.g[k].data[i] = v - d.m.data[i]
	}
	for j := k - 1; j >= 1; j-- {
		s.g[j] = newMatrix(net.Dims[j], d.Rank)
		mul(s.g[j], s.layer(j+1), true, s.g[j+1], false, 0)
	}
	return s, nil
}

func (s *State) layer(j int) matrix { return s.layerOf(s.w, j) }

func (s *State) layerOf(v []float64, j int) matrix {
	return matrix{s.net.Dims[j], s.net.Dims[j-1], s.net.Layer(v, j)}
}

// Loss is ½‖W_k⋯W₁X − Y‖².
func (s *State) Loss() float64 { return half(s.g[s.net.Layers()].norm()) + s.data.Rest }

// Gradient writes ∂L/∂W_j = g_j h_{j−1}ᵀ for every layer.
//
// Cost: 2ρ flops a parameter.
func (s *State) Gradient(dst []float64) {
	for j := 1; j <= s.net.Layers(); j++ {
		mul(s.layerOf(dst, j), s.g[j], false, s.h[j-1], true, 0)
	}
}

// product is a workspace for products with the Hessian of one state.
type product struct {
	s      *State
	dh, dg []matrix
}

func (s *State) newProduct() *product {
	k := s.net.Layers()
	p := &product{s: s, dh: make([]matrix, k+1), dg: make([]matrix, k+1)}
	for j := range p.dh {
		p.dh[j] = newMatrix(s.net.Dims[j], s.data.Rank)
		p.dg[j] = newMatrix(s.net.Dims[j], s.data.Rank)
	}
	return p
}

// apply writes the product of the Hessian with v: the derivative of Gradient along
// v, by the product rule forward and back (Pearlmutter 1994).
//
// Cost: 12ρ flops a parameter.
func (p *product) apply(dst, v []float64) {
	s, k := p.s, p.s.net.Layers()
	for j := 1; j <= k; j++ {
		mul(p.dh[j], s.layerOf(v, j), false, s.h[j-1], false, 0)
		if j > 1 {
			mul(p.dh[j], s.layer(j), false, p.dh[j-1], false, 1)
		}
	}
	copy(p.dg[k].data, p.dh[k].data)
	for j := k - 1; j >= 1; j-- {
		mul(p.dg[j], s.layerOf(v, j+1), true, s.g[j+1], false, 0)
		mul(p.dg[j], s.layer(j+1), true, p.dg[j+1], false, 1)
	}
	for j := 1; j <= k; j++ {
		mul(s.layerOf(dst, j), p.dg[j], false, s.h[j-1], true, 0)
		if j > 1 {
			mul(s.layerOf(dst, j), s.g[j], false, p.dh[j-1], true, 1)
		}
	}
}

// HessVec writes the product of the Hessian with v, both of Parameters() numbers.
//
// Cost: 12ρ flops a parameter.
func (s *State) HessVec(dst, v []float64) { s.newProduct().apply(dst, v) }

// Change returns L(w + v) − L(w) without cancellation: with ΔP F the change of the
// product, expanded layer by layer, it is ⟨R, ΔP F⟩ + ½‖ΔP F‖².
//
// Cost: 4ρ flops a parameter.
func (s *State) Change(v []float64) float64 {
	k := s.net.Layers()
	// d_j = (W_j + V_j) d_{j−1} + V_j h_{j−1}, the change of the activation.
	d := newMatrix(s.net.Dims[0], s.data.Rank)
	for j := 1; j <= k; j++ {
		vj := s.layerOf(v, j)
		sum := newMatrix(vj.rows, vj.cols)
		for i, x := range s.layer(j).data {
			sum.data[i] = x + vj.data[i]
		}
		next := sum.times(d)
		mul(next, vj, false, s.h[j-1], false, 1)
		d = next
	}
	change := half(d.norm())
	for i, x := range d.data {
		change += x * s.g[k].data[i]
	}
	return change
}
