package main

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
)

// flowGoal is what the theory says of the end of a flow, computed without
// following it.
type flowGoal struct {
	answer     *limit.Result // certified, or that nothing is near
	why        string        // why nothing is known
	infeasible bool
	floor      float64 // infeasible: a lower bound of the relative residual; 0 if none is known
}

// xhat is the limit, if it is known well enough to measure by.
func (g *flowGoal) xhat() []float64 {
	if g.answer == nil || g.infeasible {
		return nil
	}
	return g.answer.X
}

// foresee computes the Bregman projection that the flow approaches.
func (l *flowLinear) foresee(ctx context.Context) *flowGoal {
	n, m := l.in.A.Dims()
	g := &flowGoal{}
	switch {
	case l.start.phi == nil:
		g.why = "these parameters induce no geometry from this start"
		return g
	case float64(n)*float64(n)*float64(m) > maxForecast:
		g.why = "it would take longer than the run is worth"
		return g
	}
	r, err := limit.Nearest(ctx, l.in.A, l.in.B, l.start.phi, limit.Start{Theta0: l.start.theta0}, limit.Options{Tol: 1e-10})
	switch {
	case err != nil:
		g.why = err.Error()
	case r.Status == limit.Infeasible && !r.Boundary:
		g.answer, g.infeasible, g.floor = r, true, l.floor(r.Y)
	case r.Status != limit.Certified:
		g.why = unforeseen(r)
	default:
		g.answer = r
	}
	return g
}

// unforeseen says why a projection that is not certified says nothing of where a
// trajectory ends.
func unforeseen(r *limit.Result) string {
	switch {
	case r.Boundary:
		return "the solutions lie on the boundary of the domain, which is approached without end: the residual tends to 0 like a power of 1/t"
	case r.Status == limit.Approximate:
		return fmt.Sprintf("the projection is known up to a gap of %.1e only", r.Gap)
	}
	return "the projection ended " + string(r.Status)
}

// floor returns the lower bound of ‖Ax−b‖/‖b‖ that a Farkas vector y proves,
//
//	(⟨b, y⟩ − sup {⟨Aᵀy, x⟩ : x in the domain}) / ‖y‖,
//
// where entries of Aᵀy at the level of rounding count as 0 on unbounded sides.
func (l *flowLinear) floor(y []float64) float64 {
	_, m := l.in.A.Dims()
	c := make([]float64, m)
	l.in.A.ApplyT(c, y)
	var by, size float64
	for i, v := range y {
		by += l.in.B[i] * v
		size = math.Hypot(size, v)
	}
	if size == 0 {
		return 0
	}
	for i, v := range c {
		lower, upper := geometry.Bounds(l.start.phi, i)
		end := upper
		if v < 0 {
			end = lower
		}
		switch {
		case v == 0:
		case math.IsInf(end, 0):
			if math.Abs(v) > 1e-7*size {
				return 0
			}
		default:
			by -= v * end
		}
	}
	return max(0, by/size/l.size())
}
