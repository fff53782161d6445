package sweep

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
)

// Merge joins the tables of all shards, which may lie in several directories,
// into the table of the whole in dir: the same bytes as those of a run that was
// never divided. A sweep divided in different ways may be merged as long as
// every cell is there. Cells that are missing are an error that says how many.
// A table of the whole in dir is replaced if dir is one of the sources, or force
// is set.
//
// Memory: a few rows of each table.
func Merge(dir string, sources []string, force bool) (rows int, err error) {
	if whole := TablePath(dir); exists(whole) && !force && !slices.Contains(sources, dir) {
		return 0, &ForeignError{dir, "has a joined table already; use --force to replace it"}
	}
	m, err := ReadManifest(sources[0])
	if err != nil {
		return 0, err
	}
	var tables []string
	for _, src := range sources {
		other, err := ReadManifest(src)
		if err != nil {
			return 0, err
		}
		if err := m.agrees(other, src); err != nil {
			return 0, err
		}
		found, err := shardTables(src)
		if err != nil {
			return 0, err
		}
		tables = append(tables, found...)
	}
	spec, err := os.ReadFile(filepath.Join(sources[0], SpecName))
	if err != nil {
		return 0, err
	}
	if err := m.settle(dir, spec); err != nil {
		return 0, err
	}
	in, err := openAll(tables)
	if err != nil {
		return 0, err
	}
	defer in.close()
	return m.Cells, writeTable(TablePath(dir), func(f func(Row) error) error {
		return in.inOrder(m.Cells, f)
	})
}

// shardTables lists the tables of shards in a directory, or, if it has none, that
// of the whole.
func shardTables(dir string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(escape(dir), "cells-*-of-*.parquet"))
	if err != nil {
		return nil, err
	}
	if whole := TablePath(dir); exists(whole) {
		found = append(found, whole)
	}
	sort.Strings(found)
	return found, nil
}

// escape quotes what Glob would interpret.
func escape(dir string) string {
	var b []rune
	for _, r := range dir {
		if slices.Contains([]rune{'*', '?', '[', '\\'}, r) && filepath.Separator != '\\' {
			b = append(b, '\\')
		}
		b = append(b, r)
	}
	return string(b)
}

// cursor is a table and the row that it is at.
type cursor struct {
	*Table
	row Row
}

// cursors read several tables side by side.
type cursors []*cursor

func openAll(names []string) (cursors, error) {
	var c cursors
	for _, name := range names {
		t, err := OpenTable(name)
		if err != nil {
			c.close()
			return nil, err
		}
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			_ = t.Close()
			continue
		}
		if err != nil {
			c.close()
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		c = append(c, &cursor{t, row})
	}
	return c, nil
}

func (c cursors) close() {
	for _, t := range c {
		_ = t.Close()
	}
}

// inOrder calls f with the rows 0, 1, …, cells−1. Rows that stand in several
// tables count once.
func (c cursors) inOrder(cells int, f func(Row) error) error {
	missing := 0
	for index := range int64(cells) {
		var row *Row
		for _, t := range c {
			for t.row.Index == index {
				if row == nil {
					r := t.row
					row = &r
				}
				if err := t.advance(); err != nil {
					return err
				}
			}
		}
		if row == nil {
			missing++
			continue
		}
		if missing > 0 {
			continue // only counting
		}
		if err := f(*row); err != nil {
			return err
		}
	}
	if missing > 0 {
		return &MissingError{missing, cells}
	}
	return nil
}

// MissingError says that parts are not done.
type MissingError struct{ Missing, Cells int }

// Error says how many cells are missing, and what to do.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%d of %d cells are missing: run the shards that are not done (`tacit sweep status` lists them)", e.Missing, e.Cells)
}

// advance goes to the next row; past the last one the index is negative.
func (t *cursor) advance() error {
	row, err := t.Next()
	if errors.Is(err, io.EOF) {
		t.row.Index = -1
		return nil
	}
	t.row = row
	return err
}
