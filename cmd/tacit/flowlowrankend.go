package main

import (
	"math"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/limit"
)

// visible is the share of the largest singular value from which on another one
// counts for the rank of where a run ends: the flow makes them small, never 0.
const visible = 1e-3

// ending is the matrix at the end of a run beside the certified minimiser.
type ending struct {
	x        []float64
	singular []float64 // descending
	norm     float64   // their sum
	rank     int
	least    float64 // the least norm; NaN if it was not certified
	lower    int     // its rank
	distance float64 // ‖X − X*‖_F/‖X*‖_F; NaN where X* is not unique
}

// end looks at the last point of the run.
func (l *flowLowrank) end() ending {
	p := l.matrix.data
	e := ending{x: make([]float64, p.P*p.Q), singular: l.flow.Singular(l.run.State), least: math.NaN(), distance: math.NaN()}
	l.flow.Primal(e.x, l.run.State)
	for _, s := range e.singular {
		e.norm += s
		if s > visible*e.singular[0] {
			e.rank++
		}
	}
	if l.least.Status != limit.Certified {
		return e
	}
	e.least, e.lower = l.least.Objective, l.least.Matrix.Rank
	if l.least.Unique != nil && *l.least.Unique {
		e.distance = relativeDistance(e.x, whole(l.least))
	}
	return e
}

// whole is the matrix of an answer, from its factors where it is not there.
func whole(a *tacit.Answer) []float64 {
	if a.X != nil {
		return a.X
	}
	r := a.Matrix
	right := r.Right
	if r.PSD {
		right = r.Left
	}
	x := make([]float64, r.P*r.Q)
	for i := range r.P {
		for j := range r.Q {
			for k := range r.Rank {
				x[i*r.Q+j] += r.Left[i*r.Rank+k] * right[j*r.Rank+k]
			}
		}
	}
	return x
}
