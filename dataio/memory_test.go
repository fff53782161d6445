package dataio

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesAreTheOnlyOnes: with Files nothing is opened, whatever a path says.
func TestFilesAreTheOnlyOnes(t *testing.T) {
	real := filepath.Join(t.TempDir(), "real.csv")
	if err := os.WriteFile(real, []byte("1,2\n3,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	opt := ProblemOptions{LoadOptions: LoadOptions{Files: map[string][]byte{"A.csv": []byte("1,2,3\n4,5,6\n"), "b.csv": []byte("7\n8\n")}, Stdin: strings.NewReader("1\n2\n")}}
	p, err := LoadProblem("A.csv", "b.csv", opt)
	if err != nil {
		t.Fatal(err)
	}
	if n, m := p.A.Dims(); n != 2 || m != 3 || p.B[1] != 8 || p.Inputs["A"].Path != "A.csv" {
		t.Errorf("%d×%d, b %v, from %q", n, m, p.B, p.Inputs["A"].Path)
	}
	if d, err := p.Inputs["A"].SHA256(); err != nil || len(d) != 64 {
		t.Errorf("digest %q, %v", d, err)
	}
	for _, path := range []string{real, "-", "/dev/zero", "../A.csv", "op:dct2:" + real + ":4"} {
		if _, err := LoadProblem(path, "b.csv", opt); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestLimitHolds: bombs of each kind that is compressed or converted are refused
// before they take their memory.
func TestLimitHolds(t *testing.T) {
	const limit = 1 << 20
	var packed bytes.Buffer
	zw := gzip.NewWriter(&packed)
	for range 1 << 12 {
		if _, err := zw.Write(bytes.Repeat([]byte("0,"), 1<<12)); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	var zip bytes.Buffer
	if err := WriteNPZ(&zip, Member{"A", Floats(make([]float64, limit), 1024, 1024)}); err != nil {
		t.Fatal(err)
	}
	var bytesOnly bytes.Buffer
	if err := WriteNPY(&bytesOnly, Bools(make([]bool, limit/4), limit/4)); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"bomb.csv.gz": packed.Bytes(), "zeros.npz": zip.Bytes(), "bools.npy": bytesOnly.Bytes()} {
		opt := LoadOptions{Files: map[string][]byte{"f": data}, Limit: limit}
		_, _, err := LoadMatrix("f", "A", opt)
		var large *LimitError
		if !errors.As(err, &large) || !strings.Contains(err.Error(), "more than the 1 MB") {
			t.Errorf("%s (%d bytes): %v", name, len(data), err)
		}
		opt.Limit = 16 * limit
		if _, in, err := LoadMatrix("f", "A", opt); err != nil && name != "bomb.csv.gz" {
			t.Errorf("%s below the limit: %v", name, err)
		} else if err == nil {
			in.Close()
		}
	}
}
