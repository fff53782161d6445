package landscape

import (
	"fmt"
	"math"
)

// Net is the shape of a deep linear network: Dims = (d₀, d₁, …, d_k) with d₀
// inputs, d_k outputs and k layers. The weights of all layers are one vector w of
// Parameters() numbers, layer after layer, each by rows.
type Net struct {
	Dims    []int
	offsets []int
}

// NewNet returns the network with d_x inputs, the given hidden widths and d_y
// outputs. No width may be below 1; without hidden layers the network is linear
// regression.
func NewNet(dx int, hidden []int, dy int) (*Net, error) {
	dims := append(append([]int{dx}, hidden...), dy)
	total := 0
	n := &Net{Dims: dims}
	for j, d := range dims {
		if d < 1 {
			return nil, fmt.Errorf("layer %d has width %d: every width is at least 1", j, d)
		}
		if j > 0 {
			n.offsets = append(n.offsets, total)
			if d > (math.MaxInt32-total)/dims[j-1] {
				return nil, fmt.Errorf("the network has more than %d parameters", math.MaxInt32)
			}
			total += d * dims[j-1]
		}
	}
	n.offsets = append(n.offsets, total)
	return n, nil
}

// Layers is k.
func (net *Net) Layers() int { return len(net.Dims) - 1 }

// Parameters is the length of w.
func (net *Net) Parameters() int { return net.offsets[len(net.offsets)-1] }

// Layer is the part of w that holds W_j, 1 ≤ j ≤ k, a d_j×d_{j−1} matrix by rows.
func (net *Net) Layer(w []float64, j int) []float64 { return w[net.offsets[j-1]:net.offsets[j]] }

// Narrowest is the smallest hidden width, or the smaller of d_x and d_y without
// hidden layers.
func (net *Net) Narrowest() int {
	least := min(net.Dims[0], net.Dims[net.Layers()])
	for j, d := range net.Dims[1:net.Layers()] {
		if j == 0 || d < least {
			least = d
		}
	}
	return least
}

// Product writes W_k⋯W₁, d_y×d_x by rows.
func (net *Net) Product(dst, w []float64) {
	p := matrix{net.Dims[1], net.Dims[0], net.Layer(w, 1)}
	for j := 2; j <= net.Layers(); j++ {
		p = matrix{net.Dims[j], net.Dims[j-1], net.Layer(w, j)}.times(p)
	}
	copy(dst, p.data)
}

// Balance writes W_{j+1}ᵀW_{j+1} − W_jW_jᵀ of all neighbouring layers, one d_j×d_j
// matrix after the other. Gradient flow conserves it (Arora, Cohen and Hazan 2018).
func (net *Net) Balance(dst, w []float64) {
	for j := 1; j < net.Layers(); j++ {
		d := net.Dims[j]
		m := matrix{d, d, dst[:d*d]}
		this := matrix{d, net.Dims[j-1], net.Layer(w, j)}
		next := matrix{net.Dims[j+1], d, net.Layer(w, j+1)}
		mul(m, this, false, this, true, 0)
		for i := range m.data {
			m.data[i] = -m.data[i]
		}
		mul(m, next, true, next, false, 1)
		dst = dst[d*d:]
	}
}
