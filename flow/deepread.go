package flow

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// Product writes P = W_k⋯W₁ (d_y×d_x, by rows). What underflows is zero.
func (s *DeepSpectral) Product(dst []float64) {
	left := make([]float64, s.DY*len(s.LogZ))
	for i := range s.DY {
		for r, l := range s.LogZ {
			left[i*len(s.LogZ)+r] = s.U[i*s.DY+r] * math.Exp(s.Depth*l)
		}
	}
	blas.Gemm(false, true, s.DY, s.DX, len(s.LogZ), 1, left, len(s.LogZ), s.V, s.DX, 0, dst, s.DX)
}

// Excess is L − Rest = ½‖P F − M‖², what the loss could still fall by without a
// bottleneck.
func (s *DeepSpectral) Excess() float64 {
	if s.d.measured != nil {
		return s.d.measured.loss(s.U, s.V, s.LogZ, s.Depth)
	}
	p := make([]float64, s.DY*s.DX)
	s.Product(p)
	r := append([]float64(nil), s.m...)
	rho := len(s.m) / s.DY
	blas.Gemm(false, false, s.DY, rho, s.DX, 1, p, s.DX, s.f, rho, -1, r, rho)
	return blas.Dot(r, r) / 2
}

// Loss is ½‖W_k⋯W₁X − Y‖².
func (s *DeepSpectral) Loss() float64 { return s.Excess() + s.rest }

// LogSingular returns the logarithms of the singular values of the product.
func (s *DeepSpectral) LogSingular() []float64 {
	out := make([]float64, len(s.LogZ))
	for i, l := range s.LogZ {
		out[i] = s.Depth * l
	}
	return out
}
