package inspect

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

// scan gathers, entry by entry, what one pass over a matrix can tell.
type scan struct {
	nnz      int
	min, max float64
	bad      []Position
	rowHash  []uint64 // of the nonzero entries of a row with their columns; 0 if there are none
	colHash  []uint64
}

func newScan(n, m int) *scan {
	return &scan{min: math.Inf(1), rowHash: make([]uint64, n), colHash: make([]uint64, m)}
}

// entry takes note of A_ij = v.
func (s *scan) entry(i, j int, v float64) {
	if v == 0 {
		return
	}
	s.nnz++
	s.rowHash[i] += mix(uint64(j), v)
	s.colHash[j] += mix(uint64(i), v)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		s.bad = append(s.bad, Position{i, j})
		return
	}
	s.min, s.max = min(s.min, math.Abs(v)), max(s.max, math.Abs(v))
}

// mix is a hash of a value at a place, never 0 (the finalizer of SplitMix64,
// Steele, Lea and Flood 2014). Sums of it do not depend on the order.
func mix(place uint64, v float64) uint64 {
	z := math.Float64bits(v) + (place+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return (z ^ z>>31) | 1
}

// report writes the findings into r.
func (s *scan) report(a linop.Operator, r *Report) {
	r.NNZ, r.NotFinite = s.nnz, s.bad
	if s.max > 0 {
		r.Magnitudes = Extremes{s.min, s.max}
	}
	r.Rows.Zero, r.Rows.Duplicates = lines(s.rowHash, func(i int) []float64 { return row(a, i) })
	r.Cols.Zero, r.Cols.Duplicates = lines(s.colHash, func(j int) []float64 { return column(a, j) })
}

// lines finds the zero and the repeated lines; equal hashes only suggest a
// repetition, so the lines themselves are compared.
func lines(hash []uint64, line func(int) []float64) (zero []int, duplicates [][2]int) {
	first := make(map[uint64]int, len(hash))
	var cached []float64 // the line numbered held
	held := -1
	for j, h := range hash {
		if h == 0 {
			zero = append(zero, j)
			continue
		}
		k, seen := first[h]
		if !seen {
			first[h] = j
			continue
		}
		if held != k {
			cached, held = line(k), k
		}
		if slices.Equal(cached, line(j)) {
			duplicates = append(duplicates, [2]int{j, k})
		}
	}
	return zero, duplicates
}

func column(a linop.Operator, j int) []float64 {
	n, _ := a.Dims()
	v := make([]float64, n)
	linop.Columns(a, v, []int{j})
	return v
}

func row(a linop.Operator, i int) []float64 {
	_, m := a.Dims()
	v := make([]float64, m)
	linop.Row(a, i, func(j int, x float64) { v[j] = x })
	return v
}
