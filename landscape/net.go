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
