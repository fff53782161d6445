package landscape

import (
	"errors"
	"math"
)

// Escape is a way down from a saddle: the straight line W + tV, or W − tV, along
// which the loss falls like −c t^Order for small t. The decrease is verified by
// evaluating the loss.
type Escape struct {
	Direction []float64 // V, of length 1
	Curvature float64   // VᵀHV; 0 where the saddle is not strict
	Order     int       // 2 at a strict saddle, 3 or more elsewhere; 0 if it could not be told
	Step      float64   // the best of the steps t that were tried, in the units of W
	Decrease  float64   // L(W) − L(W + Step·V) > 0
}

// along verifies that the loss falls along v, of length 1, and picks the step that
// gains most; false if no step gains.
func (s *State) along(v []float64, curvature float64) (*Escape, bool) {
	scale := math.Max(norm(s.w), math.Pow(s.data.m.norm()/s.data.f.norm(), 1/float64(s.net.Layers())))
	e := &Escape{Direction: v, Curvature: curvature}
	x := make([]float64, len(v))
	gain := func(t float64) float64 {
		for i := range x {
			x[i] = t * v[i]
		}
		return -s.Change(x)
	}
	var order [2]float64 // gains at a step and a tenth of it
	for _, sign := range []float64{1, -1} {
		for i := range 60 {
			t := sign * scale * math.Exp2(-float64(i)/2+2)
			if g := gain(t); g > e.Decrease {
				e.Step, e.Decrease = t, g
			}
		}
	}
	if e.Decrease <= 0 {
		return nil, false
	}
	if e.Step < 0 {
		e.Step = -e.Step
		for i := range v {
			v[i] = -v[i]
		}
	}
	for i, f := range []float64{1e-3, 1e-2} {
		order[i] = gain(f * e.Step)
	}
	if order[0] > 0 && order[1] > 0 {
		p := math.Log10(order[1] / order[0])
		if r := math.Round(p); math.Abs(p-r) < 0.2 {
			e.Order = int(r)
		}
	}
	return e, true
}

// Escape returns a way down from a saddle. For a strict one lowest is an
// eigenvector of a negative eigenvalue, or near to one. With lowest nil the way is
// built from the structure of the critical point with the index set: rank-one
// changes of all layers that carry the largest missing singular direction of M
// through the part of every layer that carries nothing, so that the product
// changes in that direction first. It fails only if none of the tries descends.
func (s *State) Escape(set []int, lowest []float64, seed uint64) (*Escape, error) {
	if lowest != nil {
		hv := make([]float64, len(lowest))
		s.HessVec(hv, lowest)
		curvature := 0.0
		for i, x := range lowest {
			curvature += x * hv[i]
		}
		if e, ok := s.along(append([]float64(nil), lowest...), curvature); ok {
			return e, nil
		}
		return nil, errors.New("the loss does not fall along the eigenvector")
	}
	rnd := newRandom(seed, "escape")
	var best *Escape
	for try := range 12 {
		// R + ΔP is to shrink; which sign of the last factor does it depends on what
		// is in the layers already.
		v, ok := s.chainDirection(len(set), 1-2*float64(try%2), rnd)
		if !ok {
			break
		}
		hv := make([]float64, len(v))
		s.HessVec(hv, v)
		curvature := 0.0
		for i, x := range v {
			curvature += x * hv[i]
		}
		if e, ok := s.along(v, curvature); ok && (best == nil || e.Decrease > best.Decrease) {
			best = e
		}
	}
	if best == nil {
		return nil, errors.New("no way down was found")
	}
	return best, nil
}

// chainDirection is a random change of all layers that carries the largest
// singular direction of the residual, with the opposite sign if sign is 1. In layer j it leads from c_{j−1}, which does
// not see what carries the product, to g_j, which the product does not see.
func (s *State) chainDirection(r int, sign float64, rnd *random) ([]float64, bool) {
	k := s.net.Layers()
	u, sv, vt, ok := s.g[k].svd()
	pu, _, pv, ok2 := s.h[k].svd()
	if !ok || !ok2 || len(sv) == 0 || sv[0] == 0 {
		return nil, false
	}
	dir := make([]float64, s.net.Parameters())
	// Into layer 1: vᵀF⁺, so that on the data it reads v.
	in := newMatrix(1, s.net.Dims[0])
	mul(in, matrix{1, s.data.Rank, vt.data[:s.data.Rank]}, false, s.data.fInv, false, 0)
	back := newMatrix(s.net.Dims[k], r) // A_jᵀ U_P, the rows that the product sees
	for i := range back.rows {
		copy(back.data[i*r:(i+1)*r], pu.data[i*pu.cols:i*pu.cols+r])
	}
	sees := make([]matrix, k) // per hidden layer, d_j×r
	for j := k - 1; j >= 1; j-- {
		next := newMatrix(s.net.Dims[j], r)
		mul(next, s.layer(j+1), true, back, false, 0)
		back, sees[j] = next, next
	}
	c := in.data
	for j := 1; j <= k; j++ {
		g := make([]float64, s.net.Dims[j])
		if j == k {
			for i := range g {
				g[i] = -sign * u.at(i, 0)
			}
		} else {
			rnd.normals(g)
			if !project(g, sees[j]) {
				return nil, false
			}
		}
		layer := s.layerOf(dir, j)
		size := norm(g) * norm(c)
		for a, x := range g {
			for b, y := range c {
				layer.data[a*layer.cols+b] = x * y / size
			}
		}
		if j == k {
			break
		}
		// What carries the product into layer j: h_j V_P.
		carry := newMatrix(s.net.Dims[j], r)
		mul(carry, s.h[j], false, matrix{r, s.data.Rank, pv.data[:r*s.data.Rank]}, true, 0)
		c = append([]float64(nil), g...)
		if !project(c, carry) {
			return nil, false
		}
	}
	scaleBy(dir, 1/norm(dir))
	return dir, true
}

// project removes from x its part in the column space of a; false if nothing is
// left.
func project(x []float64, a matrix) bool {
	before := norm(x)
	u, sv, _, ok := a.svd()
	if !ok {
		return false
	}
	for range 2 {
		for j, s := range sv {
			if s <= 1e-12*sv[0] {
				break
			}
			dot := 0.0
			for i, v := range x {
				dot += v * u.at(i, j)
			}
			for i := range x {
				x[i] -= dot * u.at(i, j)
			}
		}
	}
	return norm(x) > 1e-10*before
}
