package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/tacit-dev/tacit/dataio"
)

// writeTo writes the instance into dir as peers.py reads it. It reports
// whether A has a matrix that can be written.
func (t *task) writeTo(dir string) (bool, error) {
	if t.Rows != nil {
		return false, nil
	}
	n, m := t.A.Dims()
	kind, arrays := "dense", map[string]dataio.Values{"b": dataio.Floats(t.B)}
	if t.ColPtr == nil {
		arrays["A"] = dataio.Floats(t.Dense, n, m)
	} else {
		kind = "csc"
		arrays["data"], arrays["indices"], arrays["indptr"] = dataio.Floats(t.Val), dataio.Ints(t.RowIdx), dataio.Ints(t.ColPtr)
	}
	for name, v := range arrays {
		write := func(w io.Writer) error { return dataio.WriteNPY(w, v) }
		if err := dataio.WriteFile(filepath.Join(dir, name+".npy"), write); err != nil {
			return false, err
		}
	}
	text, err := json.Marshal(map[string]any{"n": n, "m": m, "nonneg": t.Nonneg, "kind": kind})
	if err != nil {
		return false, err
	}
	return true, os.WriteFile(filepath.Join(dir, "meta.json"), text, 0o644)
}

// readFloats reads a file of raw little-endian float64.
func readFloats(file string, length int) ([]float64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if len(text) != 8*length {
		return nil, fmt.Errorf("%s has %d bytes, want %d numbers", file, len(text), length)
	}
	x := make([]float64, length)
	for i := range x {
		x[i] = math.Float64frombits(binary.LittleEndian.Uint64(text[8*i:]))
	}
	return x, nil
}
