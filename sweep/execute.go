package sweep

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/tacit-dev/tacit/dataio"
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
	Count       map[string]int // by status; not to be changed or kept
}

// Execute computes the cells of a shard that dir does not hold yet and then
// writes them to dir as a Parquet file, in the order of their index. src is the
// text of the specification, of which dir keeps a copy.
//
// All processors take part, each cell on one of them. Memory: eight bytes a
// cell. A cancelled ctx ends the work after the cells in flight, whose results
// are dropped; the next Execute goes on from there.
func Execute(ctx context.Context, s *Spec, src []byte, dir string, opt Options) (Progress, error) {
	if opt.Shard == (Shard{}) {
		opt.Shard = Whole
	}
	if err := s.manifest(opt.Version).settle(dir, src); err != nil {
		return Progress{}, err
	}
	table := filepath.Join(dir, opt.Shard.TableName())
	if exists(table) {
		return finished(table)
	}
	name := filepath.Join(dir, journalName(opt.Shard))
	j, err := openJournal(name, opt.Shard, s.Cells())
	if err != nil {
		return Progress{}, err
	}
	if exists(table) { // another process finished while this one waited
		return finished(table)
	}
	defer func() { _ = j.file.Close() }()
	if err := s.compute(ctx, j, opt.Observe); err != nil {
		return j.progress(), &dataio.WriteError{File: name, Err: err}
	}
	if ctx.Err() != nil {
		return j.progress(), ctx.Err()
	}
	if err := writeTable(table, j.each); err != nil {
		return j.progress(), err
	}
	return j.progress(), j.remove()
}

// compute runs the cells that are missing. The error is one of writing.
//
// The cells are the blocks of one parallel loop, so loops inside of a solve find
// no idle processor and run on their caller: one thread a cell.
func (s *Spec) compute(ctx context.Context, j *journal, observe func(Progress)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var failed error
	parallel.For(len(j.where), 1, func(lo, hi int) {
		for pos := lo; pos < hi; pos++ {
			if ctx.Err() != nil {
				return
			}
			if j.has(pos) {
				continue
			}
			row := s.Run(ctx, s.Cell(j.shard.index(pos)))
			if ctx.Err() != nil {
				return // the row may be that of an interrupted solve
			}
			err := j.add(row)
			mu.Lock()
			switch {
			case err != nil:
				if failed == nil {
					failed = err
				}
				cancel()
			case observe != nil:
				observe(j.progress())
			}
			mu.Unlock()
		}
	})
	return failed
}

// progress is what the journal holds.
func (j *journal) progress() Progress {
	j.mu.Lock()
	defer j.mu.Unlock()
	return Progress{Done: j.done, Cells: len(j.where), Count: j.count}
}

// finished is the progress of a shard that is done.
func finished(table string) (Progress, error) {
	p := Progress{Count: make(map[string]int)}
	t, err := OpenTable(table)
	if err != nil {
		return p, err
	}
	defer func() { _ = t.Close() }()
	for range t.Rows() {
		r, err := t.Next()
		if err != nil {
			return p, fmt.Errorf("%s: %w", table, err)
		}
		p.Count[r.Status]++
	}
	p.Done, p.Cells = int(t.Rows()), int(t.Rows())
	return p, nil
}

// TableName is the name of the table of the shard in its directory.
func (s Shard) TableName() string { return "cells" + s.suffix() + ".parquet" }

func journalName(s Shard) string { return "cells" + s.suffix() + ".journal" }

// TablePath is the table of the whole sweep in dir.
func TablePath(dir string) string { return filepath.Join(dir, Whole.TableName()) }

// Remains reports whether dir holds the journal of a shard that is not done.
func Remains(dir string, s Shard) bool {
	info, err := os.Stat(filepath.Join(dir, journalName(s)))
	return err == nil && info.Size() > 0
}
