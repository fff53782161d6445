package geometry

import "math"

// divided returns the divided differences (g(τᵢ)−g(τⱼ))/(τᵢ−τⱼ) of g = ∇φ*, by
// rows: as mean slopes by Gauss's rule where the slopes are alike and the
// difference would cancel.
func divided(phi Separable, tau []float64) []float64 {
	d := len(tau)
	g, slope := make([]float64, d), slopesAt(phi, tau)
	phi.GradConj(g, tau)
	out := make([]float64, d*d)
	var close []int // the places of mean slopes
	var nodes []float64
	for i := range d {
		out[i*d+i] = slope[i]
		for j := range i {
			var q float64
			switch r := slope[i] / slope[j]; {
			case tau[i] == tau[j]:
				q = slope[i]
			case r > 0.5 && r < 2:
				close = append(close, i*d+j)
				for _, t := range gaussNodes {
					nodes = append(nodes, tau[j]+(1-t)/2*(tau[i]-tau[j]), tau[j]+(1+t)/2*(tau[i]-tau[j]))
				}
			default:
				q = (g[i] - g[j]) / (tau[i] - tau[j])
			}
			out[i*d+j] = q
		}
	}
	phi.HessConjDiag(nodes, nodes)
	for k, at := range close {
		own := nodes[2*len(gaussNodes)*k:]
		for i := range gaussNodes {
			out[at] += gaussWeights[i] / 2 * (own[2*i] + own[2*i+1])
		}
	}
	for i := range d {
		for j := range i {
			out[j*d+i] = out[i*d+j]
		}
	}
	return out
}

// slopesAt returns the slopes of ∇φ* at τ. Where one is infinite, that of a p-norm
// with p > 2 at 0, the mean slope on the way to 2⁻²⁶ of the largest |τ| stands for it.
func slopesAt(phi Separable, tau []float64) []float64 {
	out := make([]float64, len(tau))
	phi.HessConjDiag(out, tau)
	for i, v := range out {
		if !math.IsInf(v, 1) {
			continue
		}
		h := 0.0
		for _, t := range tau {
			h = max(h, math.Abs(t))
		}
		h = max(0x1p-26*h, 0x1p-500)
		g := make([]float64, 1)
		phi.GradConj(g, []float64{h})
		out[i] = g[0] / h
	}
	return out
}

// alike reports whether φ″ is nearly the same at corresponding eigenvalues or
// singular values.
func alike(phi Separable, x, z []float64) bool {
	hx, hz := curvatures(phi, x), curvatures(phi, z)
	for i, h := range hx {
		if r := h / hz[i]; !(r > 0.8 && r < 1.25) {
			return false
		}
	}
	return true
}

// curvatures returns ∇²φ* at ∇φ(w), which is 1/φ″(w).
func curvatures(phi Separable, w []float64) []float64 {
	out := make([]float64, len(w))
	phi.Grad(out, w)
	phi.HessConjDiag(out, out)
	return out
}
