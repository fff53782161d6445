package sweep

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/tacit-dev/tacit/dataio"
)

// Store holds the rows of a shard in a directory: a journal while cells are
// missing, then a table. It takes the shard for this process; another one that
// opens it gets an error. Its methods may be called from several goroutines.
type Store struct {
	dir     string
	shard   Shard
	spec    *Spec
	journal *journal // nil if the table is there
	table   Progress
}

// OpenStore makes dir the directory of the sweep, or checks that it is, and opens
// the shard of opt in it.
func OpenStore(s *Spec, src []byte, dir string, opt Options) (*Store, error) {
	if opt.Shard == (Shard{}) {
		opt.Shard = Whole
	}
	if err := s.manifest(opt.Version).settle(dir, src); err != nil {
		return nil, err
	}
	st := &Store{dir: dir, shard: opt.Shard, spec: s}
	if exists(st.tablePath()) {
		return st, st.readTable()
	}
	j, err := openJournal(filepath.Join(dir, journalName(opt.Shard)), opt.Shard, s.Cells())
	if err != nil {
		return nil, err
	}
	if exists(st.tablePath()) { // another process finished just now
		_ = j.remove()
		return st, st.readTable()
	}
	st.journal = j
	return st, nil
}

func (st *Store) tablePath() string { return filepath.Join(st.dir, st.shard.TableName()) }

func (st *Store) readTable() (err error) {
	st.table, err = finished(st.tablePath())
	return err
}

// Cells returns the number of cells of the shard. They have the positions
// 0, 1, …, and in the sweep the indices that Index returns.
func (st *Store) Cells() int { return st.shard.Len(st.spec.Cells()) }

// Index returns the index of the cell at a position.
func (st *Store) Index(pos int) int { return st.shard.index(pos) }

// Finished reports whether the table is written.
func (st *Store) Finished() bool { return st.journal == nil }

// Has reports whether the cell at a position is done.
func (st *Store) Has(pos int) bool { return st.Finished() || st.journal.has(pos) }

// Add keeps the row of a cell, and reports whether it is the first one of that
// cell: it survives the end of the process. The error is one of writing.
func (st *Store) Add(row Row) (fresh bool, err error) {
	if st.Finished() {
		return false, nil
	}
	if fresh, err = st.journal.add(row); err != nil {
		return false, &dataio.WriteError{File: st.journal.file.Name(), Err: err}
	}
	return fresh, nil
}

// Progress returns how far the shard is.
func (st *Store) Progress() Progress {
	if st.Finished() {
		return st.table
	}
	p := st.journal.progress()
	p.Count = maps.Clone(p.Count)
	return p
}

// Finish turns the journal into the table. Every cell must be done.
func (st *Store) Finish() error {
	if st.Finished() {
		return nil
	}
	p := st.Progress()
	if p.Done < p.Cells {
		return fmt.Errorf("%d of %d cells are not done", p.Cells-p.Done, p.Cells)
	}
	if err := writeTable(st.tablePath(), st.journal.each); err != nil {
		return err
	}
	err := st.journal.remove()
	st.table, st.journal = p, nil
	return err
}

// Close gives the shard free.
func (st *Store) Close() {
	if st.journal != nil {
		_ = st.journal.file.Close()
	}
}

// finished is the progress of a shard whose table is written.
func finished(table string) (Progress, error) {
	p := Progress{Count: make(map[string]int)}
	why := make(reasons)
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
		why.note(r)
	}
	p.Why = why.text()
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
