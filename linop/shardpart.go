package linop

import (
	"fmt"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// Part is a computation that the ranks of a shared matrix do where the columns
// are, given by the code that needs it: what a verifier does in its own
// arithmetic, for example. It has a name because functions cannot be sent.
type Part struct {
	Name string
	// Rows and Cols are how many numbers come back for a row and for a column.
	Rows, Cols int
	// Run computes on some columns a of the matrix: x has their elements, y one
	// for each row. It fills sum, of Rows·n numbers, and cols, of Cols numbers
	// for each column, and runs on several panels at once.
	Run func(a Operator, x, y, sum, cols []float64)
	// Combine adds the sums of columns further right.
	Combine func(dst, src []float64)
}

var parts []Part

// RegisterPart makes p known. It is called before main, in the same order on all
// ranks, which run the same program.
func RegisterPart(p Part) { parts = append(parts, p) }

// RunPart runs the part of that name on all ranks. The results have the same
// bits for any number of ranks.
func (s *Shard) RunPart(name string, x, y []float64) (sum, cols []float64) {
	check(y, x, s.n, s.m)
	for k, p := range parts {
		if p.Name == name {
			sum, cols = make([]float64, p.Rows*s.n), make([]float64, p.Cols*s.m)
			s.command(cmdPart, k, 0, func() { s.runPart(sum, x, y, k, cols) })
			return sum, cols
		}
	}
	panic(fmt.Sprintf("linop: no part is named %q", name))
}

func (s *Shard) runPart(sum, x, y []float64, which int, cols []float64) {
	p := parts[which]
	x = s.scatter(x)
	y = s.shared(y, s.n)
	start, end := s.columns(s.comm.Rank())
	mine := make([]float64, p.Cols*(end-start))
	length := p.Rows * s.n
	sums := make([]float64, len(s.parts)*length)
	parallel.For(len(s.parts), 1, func(first, last int) {
		for k := first; k < last; k++ {
			lo, hi := s.own(s.first + k)
			p.Run(s.parts[k], x[lo:hi], y, sums[k*length:(k+1)*length], mine[p.Cols*lo:p.Cols*hi])
		}
	})
	s.sum(length, func(out []float64, _ Operator, k int) { copy(out, sums[(k-s.first)*length:]) },
		p.Combine, func(total []float64) { copy(sum, total) })
	if s.comm.Rank() > 0 {
		s.comm.Send(0, mine)
		return
	}
	copy(cols[p.Cols*start:], mine)
	for from := 1; from < s.comm.Size(); from++ {
		lo, hi := s.columns(from)
		s.comm.Recv(from, cols[p.Cols*lo:p.Cols*hi])
	}
}
