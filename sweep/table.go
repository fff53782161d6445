package sweep

import (
	"errors"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"

	"github.com/tacit-dev/tacit/dataio"
)

// rowsPerGroup is the size of a row group. It is fixed, so that the bytes of a
// file depend on its rows alone.
const rowsPerGroup = 1 << 16

// writeTable writes the rows that each yields, whole or not at all.
func writeTable(name string, each func(f func(Row) error) error) error {
	return dataio.WriteFile(name, func(w io.Writer) error {
		pw := parquet.NewGenericWriter[Row](w,
			parquet.CreatedBy("tacit", Schema, ""),
			parquet.Compression(&parquet.Zstd),
			parquet.MaxRowsPerRowGroup(rowsPerGroup))
		batch := make([]Row, 0, 1024)
		flush := func() error {
			_, err := pw.Write(batch)
			batch = batch[:0]
			return err
		}
		err := each(func(r Row) error {
			if batch = append(batch, r); len(batch) == cap(batch) {
				return flush()
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := flush(); err != nil {
			return err
		}
		return pw.Close()
	})
}

// Table reads the rows of a Parquet file one after another.
type Table struct {
	file *os.File
	r    *parquet.GenericReader[Row]
	buf  []Row
	next int
	err  error
}

// OpenTable opens a file that Execute or Merge wrote.
func OpenTable(name string) (*Table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = parquet.OpenFile(f, info.Size())
	}
	if err != nil {
		return nil, errors.Join(&SpecError{0, name + " is not a table of a sweep: " + err.Error()}, f.Close())
	}
	return &Table{file: f, r: parquet.NewGenericReader[Row](f)}, nil
}

// Next returns the next row, or io.EOF.
func (t *Table) Next() (Row, error) {
	if t.next == len(t.buf) {
		if t.err != nil {
			return Row{}, t.err
		}
		t.buf = make([]Row, 1024)
		n, err := t.r.Read(t.buf)
		t.buf, t.next, t.err = t.buf[:n], 0, err
		if n == 0 {
			return t.Next()
		}
	}
	t.next++
	return t.buf[t.next-1], nil
}

// Rows returns the number of rows.
func (t *Table) Rows() int64 { return t.r.NumRows() }

// Close closes the file.
func (t *Table) Close() error { return errors.Join(t.r.Close(), t.file.Close()) }
