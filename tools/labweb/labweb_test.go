package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

func TestTheCommittedBundleIsCurrent(t *testing.T) {
	files, err := bundle(webDir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(webDir, "dist", name))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("dist/%s is not what its sources give: go generate ./lab/web", name)
		}
	}
	entries, err := os.ReadDir(filepath.Join(webDir, "dist"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if files[e.Name()] == nil {
			t.Errorf("dist/%s has no source", e.Name())
		}
	}
}

// TestTheBundleIsSmall keeps the promise of docs/benchmarks.md: everything that a
// browser loads before the first picture is under 200 kB compressed.
func TestTheBundleIsSmall(t *testing.T) {
	files, err := bundle(webDir)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for name, data := range files {
		if name == "LICENSES.txt" {
			continue
		}
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%-10s %7d bytes, %6d compressed", name, len(data), b.Len())
		total += b.Len()
	}
	if total > 200_000 {
		t.Errorf("the bundle is %d bytes compressed", total)
	}
}
