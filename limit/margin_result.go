package limit

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
)

// result says what was established, in the units of the problem.
func (s *separation) result(classes []float64) *MarginResult {
	r := &MarginResult{Classes: classes}
	r.Stats = s.stats
	unit := math.Ldexp(1, -s.points.scale) // of the points
	tol := s.opt.tol()
	if s.proof != nil {
		r.Status = NotSeparable
		_, size := s.convex(s.proof)
		r.Reason = Reason{Criterion: "terms of Σpᵢzᵢ that do not cancel", Value: s.uncancelled(s.proof), Bound: 1 / farkasStrength,
			Hint: "--split reports the points that can be separated from the rest"}
		r.describe(s, s.proof)
		switch k := r.SupportVectors; {
		case len(k) == 1 && size == 0:
			r.Reason.Hint = fmt.Sprintf("point %d is 0, which no w puts on a side: drop it, or allow an intercept", k[0])
		case len(k) == 2 && size == 0 && s.points.classes == 0:
			r.Reason.Hint = fmt.Sprintf("points %d and %d exclude each other: correct a label or drop one", k[0], k[1])
		}
		return r
	}
	r.Gap = s.gap()
	if s.w != nil {
		r.Margin = s.margin * unit
		r.Objective = 1 / r.Margin
		kept := len(s.w) - s.points.free
		r.X = make([]float64, kept)
		for j, v := range s.w[:kept] {
			r.X[j] = v / unit
		}
		if s.points.free > 0 {
			r.Intercepts = []float64{0}
			for _, v := range s.w[kept:] {
				r.Intercepts = append(r.Intercepts, v*s.points.kappa)
			}
			each := kept / len(r.Intercepts)
			for k := range r.Intercepts {
				r.Intercepts[k] -= s.points.shift(r.X[k*each : (k+1)*each])
			}
			for k := range r.Intercepts { // of the first it is 0
				r.Intercepts[len(r.Intercepts)-1-k] -= r.Intercepts[0]
			}
		}
		r.Intercept = s.c
		if s.bias {
			r.Intercept -= s.points.shift(r.X)
		}
	}
	if s.p != nil {
		r.Bound = 1 / (s.bound * unit)
		r.describe(s, s.p)
	}
	r.Reason = Reason{Criterion: "gap", Value: r.Gap, Bound: tol}
	switch {
	case r.Gap <= tol:
		r.Status = Certified
		yes := true
		if s.norm.strictlyConvex() {
			r.Unique = &yes
		}
	case s.stopped && s.ctx.Err() != nil:
		r.Status = interrupted(s.ctx)
		r.Reason.Hint = "allow more time"
	case s.stopped:
		r.Status = Budget
		r.Reason.Hint = "allow more steps"
	case s.w == nil && s.trouble != "":
		r.Status = NumericalTrouble
		r.Reason.Hint = s.trouble
	case s.w == nil:
		r.Status = NumericalTrouble
		r.Reason.Hint = "whether the points can be separated is lost in rounding: centre and scale the columns"
	default:
		r.Status = Approximate
		r.Reason.Hint = "accept the separator with a larger --tol, or centre and scale the columns"
	}
	return r
}

// describe sets Y, SupportVectors and the number of support vectors from weights of the
// rows.
func (r *MarginResult) describe(s *separation, p []float64) {
	r.Y = p
	r.SupportVectors = r.SupportVectors[:0]
	if k := s.points.classes; k > 2 {
		r.Y = make([]float64, s.points.given*k)
		for row, v := range p {
			r.Y[int(s.points.of[row])*k+int(s.points.vs[row])] = v
			if i := int(s.points.of[row]); v > 0 && (len(r.SupportVectors) == 0 || r.SupportVectors[len(r.SupportVectors)-1] != i) {
				r.SupportVectors = append(r.SupportVectors, i)
			}
		}
	} else {
		for i, v := range p {
			if v > 0 {
				r.SupportVectors = append(r.SupportVectors, i)
			}
		}
	}
	r.Support = 0
	for _, v := range p {
		if v > 0 {
			r.Support++
		}
	}
}

// conflict looks for two points that alone exclude every separator, xᵢ = xⱼ with
// different labels, or without an intercept also xᵢ = −xⱼ with the same one:
// zᵢ + zⱼ = 0 exactly. It returns the weights ½, ½, or nil.
func (s *separation) conflict() []float64 {
	seed := maphash.MakeSeed()
	seen := map[uint64][]int{}
	hash := func(i int, sign float64) uint64 {
		var h maphash.Hash
		h.SetSeed(seed)
		var buf [16]byte
		s.points.each(i, func(j int, v float64) {
			if v != 0 {
				binary.LittleEndian.PutUint64(buf[:], uint64(j))
				binary.LittleEndian.PutUint64(buf[8:], math.Float64bits(sign*v))
				_, _ = h.Write(buf[:]) // never fails
			}
		})
		return h.Sum64()
	}
	for j := range s.points.n {
		y := s.points.sign[j]
		for _, i := range seen[hash(j, -y)] {
			if s.opposite(i, j) {
				p := make([]float64, s.points.n)
				p[i], p[j] = 0.5, 0.5
				return p
			}
		}
		key := hash(j, y)
		seen[key] = append(seen[key], j)
	}
	return nil
}

// opposite reports whether zᵢ + zⱼ = 0, and yᵢ + yⱼ = 0 with an intercept.
func (s *separation) opposite(i, j int) bool {
	if s.bias && s.points.sign[i] == s.points.sign[j] {
		return false
	}
	sum := make([]float64, s.points.d)
	s.points.axpy(1, i, sum)
	s.points.axpy(1, j, sum)
	return !slices.ContainsFunc(sum, func(v float64) bool { return v != 0 })
}
