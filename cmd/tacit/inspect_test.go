package main

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/dataio"
)

// TestInspectCOO: the layout of scipy.sparse.save_npz is one matrix in each of the
// formats that are read, also where it has no indptr.
func TestInspectCOO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "coo.npz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	zw := zip.NewWriter(file)
	member := func(name string, write func(io.Writer) error) {
		w, err := zw.Create(name + ".npy")
		if err == nil {
			err = write(w)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, v := range map[string]dataio.Values{
		"row": dataio.Ints([]int{0, 1}), "col": dataio.Ints([]int{2, 0}),
		"shape": dataio.Ints([]int{2, 3}), "data": dataio.Floats([]float64{5, 7}),
	} {
		member(name, func(w io.Writer) error { return dataio.WriteNPY(w, v) })
	}
	member("format", func(w io.Writer) error {
		const header = "{'descr': '|S3', 'fortran_order': False, 'shape': (), }\n"
		_, err := io.WriteString(w, "\x93NUMPY\x01\x00"+string(rune(len(header)))+"\x00"+header+"coo")
		return err
	})
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if out := tacitOK(t, "inspect", path); !strings.Contains(out, "2×3") || !strings.Contains(out, "2 of 6") {
		t.Errorf("%s", out)
	}
}
