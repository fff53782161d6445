package sweep

import (
	"context"
	"fmt"
	"sync"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// Options say how to execute a sweep.
type Options struct {
	Shard   Shard  // the zero value is the whole
	Version string // of the program, kept in the manifest
	// Observe is called after each cell, from several goroutines but one at a
	// time.
	Observe func(Progress)
}

// Progress is how far a shard has come.
type Progress struct {
	Done, Cells int
	Count       map[string]int // by status
	// Why says for the statuses impossible and failed what became of the first of
	// these cells.
	Why map[string]string
}

// reasons keeps for each status without an answer the cell of the lowest index.
type reasons map[string]Row

func (r reasons) note(row Row) {
	if row.Status != Impossible && row.Status != Failed {
		return
	}
	if first, ok := r[row.Status]; !ok || row.Index < first.Index {
		r[row.Status] = row
	}
}

// text is nil without reasons.
func (r reasons) text() map[string]string {
	if len(r) == 0 {
		return nil
	}
	text := make(map[string]string, len(r))
	for status, row := range r {
		text[status] = fmt.Sprintf("cell %d: %s", row.Index, row.Why)
	}
	return text
}

// Execute computes the cells of a shard that dir does not hold yet and then
// writes them to dir as a Parquet file, in the order of their index. src is the
// text of the specification, of which dir keeps a copy.
//
// All processors take part, each cell on one of them. Memory: eight bytes a
// cell. A cancelled ctx ends the work after the cells in flight, whose results
// are dropped; the next Execute goes on from there.
func Execute(ctx context.Context, s *Spec, src []byte, dir string, opt Options) (Progress, error) {
	st, err := OpenStore(s, src, dir, opt)
	if err != nil {
		return Progress{}, err
	}
	defer st.Close()
	if st.Finished() {
		return st.Progress(), nil
	}
	if err := s.compute(ctx, st, opt.Observe); err != nil {
		return st.Progress(), err
	}
	if ctx.Err() != nil {
		return st.Progress(), ctx.Err()
	}
	return st.Progress(), st.Finish()
}

// compute runs the cells that are missing. The error is one of writing.
//
// The cells are the blocks of one parallel loop, so loops inside of a solve find
// no idle processor and run on their caller: one thread a cell.
func (s *Spec) compute(ctx context.Context, st *Store, observe func(Progress)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var failed error
	parallel.For(st.Cells(), 1, func(lo, hi int) {
		for pos := lo; pos < hi; pos++ {
			if ctx.Err() != nil {
				return
			}
			if st.Has(pos) {
				continue
			}
			row := s.Run(ctx, s.Cell(st.Index(pos)))
			if ctx.Err() != nil {
				return // the row may be that of an interrupted solve
			}
			_, err := st.Add(row)
			mu.Lock()
			switch {
			case err != nil:
				if failed == nil {
					failed = err
				}
				cancel()
			case observe != nil:
				observe(st.Progress())
			}
			mu.Unlock()
		}
	})
	return failed
}
