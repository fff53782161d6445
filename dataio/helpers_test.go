package dataio

import (
	"bytes"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// loadBytes loads content as if it came from the standard input.
func loadBytes(content []byte, opt LoadOptions) (*File, error) {
	opt.Stdin = bytes.NewReader(content)
	return Load("-", opt)
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func encode(t *testing.T, run func(w io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := run(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func npy(t *testing.T, v Values) []byte {
	return encode(t, func(w io.Writer) error { return WriteNPY(w, v) })
}

func npz(t *testing.T, members ...Member) []byte {
	return encode(t, func(w io.Writer) error { return WriteNPZ(w, members...) })
}

// rawNPY is a version 1 file with the given header text and data.
func rawNPY(header string, data []byte) []byte {
	b := append([]byte(npyMagic), 1, 0, byte(len(header)), byte(len(header)>>8))
	return append(append(b, header...), data...)
}

// at returns entry (i, j) the slow and obvious way.
func at(m *Matrix, i, j int) float64 {
	for k, v := range m.Val {
		if r, c := m.position(k); r == i && c == j {
			return v
		}
	}
	return 0
}

// rowsOf spreads out a matrix by rows.
func rowsOf(m *Matrix) []float64 {
	out := make([]float64, 0, m.Rows*m.Cols)
	for i := range m.Rows {
		for j := range m.Cols {
			out = append(out, at(m, i, j))
		}
	}
	return out
}

// asError checks that err is of type E and that its message has all parts.
func asError[E error](t *testing.T, err error, parts ...string) (target E) {
	t.Helper()
	if !errors.As(err, &target) {
		t.Fatalf("error is %T (%v), want %T", err, err, target)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("message %q does not say %q", err, part)
		}
	}
	return target
}

// wantError is asError for tests that look no further.
func wantError[E error](t *testing.T, err error, parts ...string) {
	t.Helper()
	_ = asError[E](t, err, parts...)
}

func deflated(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func crc(content []byte) uint32 { return crc32.ChecksumIEEE(content) }
