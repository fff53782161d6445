package dataio

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// bounded runs parse and fails if it allocates out of proportion to its input:
// a sparse shape may cost a few kB for each byte of the file (plausibleShape).
// Deflated data count four times, because they grow up to a thousandfold.
func bounded(t *testing.T, input int, parse func() error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := parse()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20+uint64(input)<<12 {
		t.Errorf("%d bytes of input cost %d bytes of memory", input, used)
	}
	if err != nil && !isTyped(err) {
		t.Errorf("error of type %T: %v", err, err)
	}
}

func isTyped(err error) bool {
	var (
		parse  *ParseError
		format *FormatError
		finite *NonFiniteError
		shape  *ShapeError
		read   *ReadError
	)
	return errors.As(err, &parse) || errors.As(err, &format) || errors.As(err, &finite) || errors.As(err, &shape) || errors.As(err, &read)
}

// valid fails unless m keeps what its type promises.
func valid(t *testing.T, m *Matrix) {
	t.Helper()
	if m.Rows < 1 || m.Cols < 1 || slices.ContainsFunc(m.Val, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
		t.Errorf("%d×%d with a number that is not finite", m.Rows, m.Cols)
	}
	major, minor := m.Rows, m.Cols
	switch m.Kind {
	case Dense:
		if len(m.Val) != m.Rows*m.Cols {
			t.Errorf("%d×%d with %d entries", m.Rows, m.Cols, len(m.Val))
		}
		return
	case CSC:
		major, minor = minor, major
	}
	if err := linop.CheckCompressed(major, minor, m.Ptr, m.Idx, m.Val); err != nil {
		t.Error(err)
	}
}

func addFiles(f *testing.F, pattern string) {
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		f.Fatal(pattern, err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
}

func FuzzNPY(f *testing.F) {
	addFiles(f, "testdata/*.npy")
	f.Fuzz(func(t *testing.T, data []byte) {
		bounded(t, len(data), func() error {
			a, err := readNPY(bytes.NewReader(data), int64(len(data)), 0, "fuzz")
			if err != nil {
				return err
			}
			stream, err := readNPYStream(bytes.NewReader(data), uint64(len(data)), 0, false, "fuzz", "")
			if err != nil || !slices.Equal(a.Data, stream.Data) || !slices.Equal(a.Shape, stream.Shape) {
				t.Errorf("read as a stream it differs: %v", err)
			}
			if m, err := a.Matrix(); err == nil {
				valid(t, m)
			}
			return nil
		})
	})
}

func FuzzNPYHeader(f *testing.F) {
	f.Add("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }")
	f.Add("{\"shape\": (2L,), 'fortran_order': True, 'descr': '|O'}\n")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseNPYHeader(text)
		if err != nil {
			return
		}
		if n, ok := h.count(); ok && n < 0 {
			t.Errorf("%d entries", n)
		}
	})
}

func FuzzNPZ(f *testing.F) {
	addFiles(f, "testdata/*.npz")
	f.Fuzz(func(t *testing.T, data []byte) {
		bounded(t, 4*len(data), func() error {
			file, err := loadBytes(append([]byte("PK\x03\x04"), bytes.TrimPrefix(data, []byte("PK\x03\x04"))...), LoadOptions{})
			if err != nil {
				return err
			}
			var all error
			for _, key := range file.Keys() {
				_, err := file.Array(key)
				all = errors.Join(all, err)
			}
			m, err := file.Matrix("A")
			if err == nil {
				valid(t, m)
			}
			return errors.Join(all, err)
		})
	})
}

// FuzzSparse puts arbitrary arrays into the layout of scipy, whose checksums
// keep FuzzNPZ out.
func FuzzSparse(f *testing.F) {
	f.Add("csr", int64(2), int64(3), []byte{0, 1, 3}, []byte{1, 2, 0}, []byte{5, 6, 7})
	f.Add("coo", int64(2), int64(3), []byte{0, 1, 1}, []byte{1, 2, 2}, []byte{5, 6, 7})
	f.Add("csc", int64(1)<<40, int64(-3), []byte{0, 255}, []byte{1}, []byte{5})
	f.Fuzz(func(t *testing.T, format string, rows, cols int64, ptr, idx, val []byte) {
		ints := func(b []byte) Values {
			v := make([]int, len(b))
			for i := range b {
				v[i] = int(int8(b[i]))
			}
			return Ints(v)
		}
		var b bytes.Buffer
		err := WriteNPZ(&b, Member{"format", text(format)}, Member{"shape", Ints([]int64{rows, cols})}, Member{"indptr", ints(ptr)},
			Member{"row", ints(ptr)}, Member{"col", ints(idx)}, Member{"indices", ints(idx)}, Member{"data", ints(val)})
		if err != nil {
			t.Fatal(err)
		}
		bounded(t, b.Len(), func() error {
			file, err := loadBytes(b.Bytes(), LoadOptions{})
			if err != nil {
				return err
			}
			m, err := file.Matrix("A")
			if err == nil {
				valid(t, m)
			}
			return err
		})
	})
}

func FuzzMatrixMarket(f *testing.F) {
	for _, s := range []string{
		"%%MatrixMarket matrix coordinate real general\n%c\n2 3 2\n1 1 1.5\n2 3 -2e0\n",
		"%%MatrixMarket matrix coordinate pattern symmetric\n2 2 2\n1 1\n2 1\n",
		"%%MatrixMarket matrix coordinate integer skew-symmetric\n2 2 1\n2 1 5",
		"%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n",
		"%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n3\n",
		"%%MatrixMarket matrix array real skew-symmetric\n2 2\n1\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		bounded(t, len(data), func() error {
			m, err := parseMatrixMarket("fuzz", data)
			if err == nil {
				valid(t, m)
			}
			return err
		})
	})
}

func FuzzTable(f *testing.F) {
	for _, s := range []string{"1,2\n3,4\n", "a;b\r\n1;2\r\n", "\"x, y\"\t\"z\"\"\"\n1\t2", " 1 2 \n# c\n3 4", "1,nan\n", "\xef\xbb\xbfa\n1e999\n", "\"1\",2\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		bounded(t, len(data), func() error {
			a, err := parseDelimited("fuzz", data)
			if err != nil {
				return err
			}
			valid(t, &Matrix{Kind: Dense, Rows: a.rows, Cols: a.cols, Val: a.data})
			var b bytes.Buffer
			if err := WriteCSV(&b, nil, a.rows, a.cols, a.data); err != nil {
				t.Fatal(err)
			}
			again, err := parseDelimited("again", b.Bytes())
			if err != nil || again.rows != a.rows || again.cols != a.cols || !slices.Equal(again.data, a.data) {
				t.Errorf("%+v became %+v, %v", a, again, err)
			}
			return nil
		})
	})
}

func FuzzSVMLight(f *testing.F) {
	for _, s := range []string{"+1 1:0.5 3:2 # c\n-1 2:1e-3\n", "1 0:1", "1 2:1 1:1", "1\r\n2 5:0x1"} {
		f.Add([]byte(s), 1)
	}
	f.Fuzz(func(t *testing.T, data []byte, base int) {
		bounded(t, len(data), func() error {
			labels, m, err := parseSVMLight("fuzz", data, base&1)
			if err == nil {
				valid(t, m)
				if len(labels) != m.Rows {
					t.Errorf("%d labels of %d rows", len(labels), m.Rows)
				}
			}
			return err
		})
	})
}

func FuzzScanFloat(f *testing.F) {
	for _, s := range []string{"1.5", "-1e-400", "9007199254740993", ".5e+22", "1e", "00012.", "123456789012345678901234567890e-20"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, n := scanFloat([]byte(s))
		if n == 0 {
			return
		}
		want, err := strconv.ParseFloat(s[:n], 64)
		if (err != nil && !math.IsInf(want, 0)) || math.Float64bits(v) != math.Float64bits(want) {
			t.Errorf("%q: %v, want %v (%v)", s[:n], v, want, err)
		}
	})
}

func FuzzLoad(f *testing.F) {
	addFiles(f, "testdata/*")
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, data []byte) {
		bounded(t, 4*len(data), func() error {
			file, err := loadBytes(data, LoadOptions{})
			if err != nil {
				return err
			}
			_, errV := file.Vector("b")
			m, errM := file.Matrix("A")
			if errM == nil {
				valid(t, m)
			}
			return errors.Join(errV, errM)
		})
	})
}
