// Package inspect describes a matrix before anything is solved with it: scale,
// rank, coherence, and the rows and columns that are zero or repeated.
package inspect

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// Extremes of a set of numbers; both are 0 for an empty set.
type Extremes struct {
	Min, Max float64
}

// Lines describes the rows, or the columns, of a matrix.
type Lines struct {
	Norms      Extremes // Euclidean norms
	Zero       []int    // those without a nonzero entry
	Duplicates [][2]int // {j, k}: line j repeats the earlier line k, the first of its kind
}

// Position is the place of an entry.
type Position struct {
	Row, Col int
}

// Report is what a matrix A (n×m) looks like.
type Report struct {
	N, M       int
	Entries    bool     // whether the entries were read; the next fields need them
	NNZ        int      // nonzero entries
	Magnitudes Extremes // of the nonzero finite entries
	NotFinite  []Position
	Rows, Cols Lines

	Rank      Rank
	Coherence Coherence
}

// maxEntries bounds the work of reading a matrix entry by entry through
// products, where it offers no other way.
const maxEntries = 1 << 27

// Matrix inspects a. Only what is affordable is computed; the report says what
// was left out. The cost is a few passes over the entries and at most some
// 10¹⁰ flops for rank and coherence.
func Matrix(a linop.Operator) *Report {
	n, m := a.Dims()
	r := &Report{N: n, M: m}
	_, direct := a.(linop.Rower)
	if !direct && n > maxEntries/max(m, 1) {
		why := "the entries of a matrix-free operator of this size are not formed"
		r.Rank.Why, r.Coherence.Why = why, why
		return r
	}
	r.Entries = true
	s := newScan(n, m)
	for i := range n {
		linop.Row(a, i, func(j int, v float64) { s.entry(i, j, v) })
	}
	s.report(a, r)
	if len(r.NotFinite) > 0 {
		why := "the matrix has entries that are not finite"
		r.Rank.Why, r.Coherence.Why = why, why
		return r
	}
	r.Cols.Norms, r.Rows.Norms = norms(a, m, linop.ColumnNorms), norms(a, n, linop.RowNorms)
	r.Rank = rank(a)
	r.Coherence = coherence(a, r.NNZ)
	return r
}

// norms returns the extremes of the Euclidean norms that f computes.
func norms(a linop.Operator, length int, f func(linop.Operator, []float64)) Extremes {
	v := make([]float64, length)
	f(a, v)
	e := Extremes{Min: math.Inf(1)}
	for _, x := range v {
		e.Min, e.Max = min(e.Min, x), max(e.Max, x)
	}
	if length == 0 {
		e.Min = 0
	}
	return e
}
