package main

import (
	"math"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
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
	if r.Rank > 0 {
		blas.Gemm(false, true, r.P, r.Q, r.Rank, 1, r.Left, r.Rank, right, r.Rank, 0, x, r.Q)
	}
	return x
}

// mostCommuting bounds the numbers in the A_k that commuting writes out.
const mostCommuting = 1 << 20

// commuting reports whether the symmetric parts of the d×d matrices A_k commute,
// up to rounding; false where they are too many to look.
//
// Cost: n²d³ for n of them.
func commuting(a linop.Operator, d int) bool {
	n, m := a.Dims()
	if n > mostCommuting/m || n*n > mostCommuting/d {
		return false
	}
	all, size := make([]float64, n*m), make([]float64, n)
	e, row := make([]float64, n), make([]float64, m)
	for k := range n {
		e[k] = 1
		a.ApplyT(row, e)
		e[k] = 0
		for i := range d {
			for j := range d {
				all[k*m+i*d+j] = row[i*d+j]/2 + row[j*d+i]/2
			}
		}
		size[k] = math.Sqrt(blas.Dot(all[k*m:(k+1)*m], all[k*m:(k+1)*m]))
	}
	product := make([]float64, m)
	for k := range n {
		for l := range k {
			blas.Gemm(false, false, d, d, d, 1, all[k*m:(k+1)*m], d, all[l*m:(l+1)*m], d, 0, product, d)
			// The product of symmetric matrices is symmetric iff they commute.
			for i := range d {
				for j := range i {
					if math.Abs(product[i*d+j]-product[j*d+i]) > 1e-12*size[k]*size[l] {
						return false
					}
				}
			}
		}
	}
	return true
}
