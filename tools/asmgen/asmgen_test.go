package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The committed kernels are what the generator writes, and no others are left
// over.
func TestCommittedFilesAreCurrent(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(outDir, name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s is not what tools/asmgen writes: run 'go run .' there", name)
		}
	}
	assembly, err := filepath.Glob(filepath.Join(outDir, "*.s"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range assembly {
		if _, ok := files[filepath.Base(path)]; !ok {
			t.Errorf("%s is not written by tools/asmgen", path)
		}
	}
}
