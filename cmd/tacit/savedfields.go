package main

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/certify"
)

// savedMatrix is what result.json repeats of a matrix.
type savedMatrix struct {
	PSD       bool     `json:"psd"`
	Symmetric bool     `json:"symmetric"` // of nearest
	Shape     []int    `json:"shape"`
	Rank      *int     `json:"rank"`
	Nuclear   *float64 `json:"nuclear_norm"`
	Trace     *float64 `json:"trace"`
	Failure   float64  `json:"failure"` // left out where no random vectors are used
}

// agreement checks that the fields say what the certificate says.
func (m savedMatrix) agreement(c certify.Certificate) []certify.Check {
	if c.Claim == certify.MatrixBregman {
		return []certify.Check{
			condition("result.json: symmetric", m.Symmetric == c.Symmetric),
			condition("result.json: shape", slices.Equal(m.Shape, c.Shape[:])),
		}
	}
	name, sum := "nuclear_norm", m.Nuclear
	if c.Claim == certify.TracePSD {
		name, sum = "trace", m.Trace
	}
	return []certify.Check{
		condition("result.json: psd", m.PSD == (c.Claim == certify.TracePSD)),
		condition("result.json: shape", slices.Equal(m.Shape, c.Shape[:])),
		condition("result.json: rank", m.Rank != nil && *m.Rank == c.Support),
		condition("result.json: "+name, sum != nil && *sum == c.Objective),
		condition("result.json: failure", m.Failure == c.Failure),
	}
}

// savedNearest is what result.json repeats of the nearest solution. Null is a
// number that no double holds.
type savedNearest struct {
	Divergence *float64 `json:"divergence"`
	L1         *float64 `json:"l1"`
}

// agreement checks that the fields say what the certificate and x say.
func (n savedNearest) agreement(c certify.Certificate, w certify.Witness) []certify.Check {
	l1 := 0.0
	for _, v := range w.X {
		l1 += math.Abs(v)
	}
	same := func(got *float64, want, tol float64) bool {
		if got == nil {
			return math.IsInf(want, 0) || math.IsNaN(want)
		}
		return math.Abs(*got-want) <= tol*math.Abs(want)
	}
	return []certify.Check{
		condition("result.json: divergence", same(n.Divergence, c.Objective, 0)),
		condition("result.json: l1", same(n.L1, l1, 1e-12)),
	}
}
