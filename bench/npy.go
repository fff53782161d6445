package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// writeTo writes the instance into dir as peers.py (and tacit) read it. It
// reports whether A has a matrix that can be written.
func (t *task) writeTo(dir string) (bool, error) {
	if t.Rows != nil {
		return false, nil
	}
	n, m := t.A.Dims()
	meta := map[string]any{"n": n, "m": m, "nonneg": t.Nonneg, "kind": "dense"}
	files := map[string]func(string) error{
		"b.npy": func(f string) error { return writeNpy(f, t.B, len(t.B)) },
		"A.npy": func(f string) error { return writeNpy(f, t.Dense, n, m) },
	}
	if t.ColPtr != nil {
		meta["kind"] = "csc"
		delete(files, "A.npy")
		ptr := make([]int32, len(t.ColPtr))
		for j, v := range t.ColPtr {
			ptr[j] = int32(v)
		}
		files["data.npy"] = func(f string) error { return writeNpy(f, t.Val, len(t.Val)) }
		files["indices.npy"] = func(f string) error { return writeNpy(f, t.RowIdx, len(t.RowIdx)) }
		files["indptr.npy"] = func(f string) error { return writeNpy(f, ptr, len(ptr)) }
	}
	for name, write := range files {
		if err := write(filepath.Join(dir, name)); err != nil {
			return false, err
		}
	}
	text, err := json.Marshal(meta)
	if err != nil {
		return false, err
	}
	return true, os.WriteFile(filepath.Join(dir, "meta.json"), text, 0o644)
}

// writeNpy writes a row-major array in numpy's format, version 1.0.
func writeNpy[T float64 | int32](file string, data []T, shape ...int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	descr := "<f8"
	if _, ok := any(data).([]int32); ok {
		descr = "<i4"
	}
	dims := strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", ", "), "[]")
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }", descr, dims)
	// The ten bytes before the header and the header end on a multiple of 64.
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	w := bufio.NewWriterSize(f, 1<<20)
	w.WriteString("\x93NUMPY\x01\x00")
	binary.Write(w, binary.LittleEndian, uint16(len(header)))
	w.WriteString(header)
	if err := binary.Write(w, binary.LittleEndian, data); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// readFloats reads a file of raw little-endian float64.
func readFloats(file string, length int) ([]float64, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	x := make([]float64, length)
	if err := binary.Read(bufio.NewReaderSize(f, 1<<20), binary.LittleEndian, x); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return x, nil
}
