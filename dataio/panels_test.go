package dataio

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// entriesOf returns A by columns.
func entriesOf(a linop.Operator) []float64 {
	n, m := a.Dims()
	idx := make([]int, m)
	for j := range idx {
		idx[j] = j
	}
	cols := make([]float64, n*m)
	linop.Columns(a, cols, idx)
	return cols
}

// npyOf returns an .npy file of 4×6 entries 1, 2, … in the order of the file.
func npyOf(descr string, fortran bool, size int, put func(b []byte, v int)) []byte {
	order := "False"
	if fortran {
		order = "True"
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (4, 6), }", descr, order)
	text += strings.Repeat(" ", 117-len(text)) + "\n"
	b := append([]byte(npyMagic+"\x01\x00"), byte(len(text)), 0)
	b = append(b, text...)
	for v := range 24 {
		entry := make([]byte, size)
		put(entry, v+1)
		b = append(b, entry...)
	}
	return b
}

// What is read in panels is what is read whole, in every format and order.
func TestPanels(t *testing.T) {
	long := strings.Repeat("% a long comment that takes the text over the size of a buffer\n", 40000)
	small := func(b []byte, v int) { b[0] = byte(v) }
	big := func(b []byte, v int) { b[len(b)-1] = byte(v) }
	for name, text := range map[string][]byte{
		"u1.npy":     npyOf("|u1", false, 1, small),
		"u1f.npy":    npyOf("|u1", true, 1, small),
		"i4.npy":     npyOf("<i4", false, 4, small),
		"i8be.npy":   npyOf(">i8", true, 8, big),
		"f8.npy":     npyOf("<f8", false, 8, func(b []byte, v int) { b[6], b[7] = byte(16*v), 0x40 }),
		"f8f.npy":    npyOf("<f8", true, 8, func(b []byte, v int) { b[6], b[7] = byte(16*v), 0x40 }),
		"coord.mtx":  []byte("%%MatrixMarket matrix coordinate real general\n" + long + "3 5 5\n1 1 1.5\n3 5 2\n\n2 2 -1\n2 2 3\n1 4 7"),
		"pat.mtx":    []byte("%%MatrixMarket matrix coordinate pattern general\n3 4 2\n1 4\n2 1\n"),
		"sym.mtx":    []byte("%%MatrixMarket matrix coordinate real symmetric\n4 4 4\n1 1 1\n3 1 2\n4 2 3\n4 4 5\n"),
		"skew.mtx":   []byte("%%MatrixMarket matrix coordinate real skew-symmetric\n4 4 2\n3 1 2\n4 2 3\n"),
		"dense.mtx":  []byte("%%MatrixMarket matrix array real general\n2 3\n1 2\n3 4 5\n6\n"),
		"dsym.mtx":   []byte("%%MatrixMarket matrix array real symmetric\n3 3\n1\n2\n3\n4\n5\n6\n"),
		"dskew.mtx":  []byte("%%MatrixMarket matrix array real skew-symmetric\n3 3\n2\n3\n5\n"),
		"column.npy": bytes.Replace(npyOf("|u1", false, 1, small), []byte("(4, 6), "), []byte("(24,),  "), 1),
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, transpose := range []bool{false, true} {
			f, err := Load(path, LoadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			whole, err := f.Matrix("A")
			if err != nil {
				t.Fatal(err)
			}
			f.Close()
			if transpose {
				whole = whole.T()
			}
			want := entriesOf(whole.Operator())
			for lo := range whole.Cols {
				for hi := lo + 1; hi <= whole.Cols; hi++ {
					mid := (lo + hi) / 2
					edges := slices.Compact([]int{lo, mid, hi})
					p, err := LoadPanels(path, func(n, m int) ([]int, error) {
						if n != whole.Rows || m != whole.Cols {
							t.Fatalf("%s: the shape is %d×%d, want %d×%d", name, n, m, whole.Rows, whole.Cols)
						}
						return edges, nil
					}, ProblemOptions{Transpose: transpose})
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					var got []float64
					for _, part := range p.Parts {
						got = append(got, entriesOf(part)...)
					}
					if !slices.Equal(got, want[lo*whole.Rows:hi*whole.Rows]) || len(p.Parts) != len(edges)-1 {
						t.Errorf("%s, transposed %v: columns %v are %v, want %v", name, transpose, edges, got, want[lo*whole.Rows:hi*whole.Rows])
					}
					p.Input.Close()
				}
			}
		}
	}
}

func TestPanelsRefused(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ text, want string }{
		"A.csv":     {"1,2\n3,4\n", "cannot be read in parts"},
		"A.npy.gz":  {gzipMagic + "\x08", "decompress it"},
		"short.npy": {string(npyOf("|u1", false, 1, func(b []byte, _ int) { b[0] = 1 })[:150]), "truncated"},
		"nan.mtx":   {"%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n2 2 nan\n", "row 1, column 1 (counted from 0), line 4,"},
		"sum.mtx":   {"%%MatrixMarket matrix coordinate real general\n2 2 2\n2 2 1e308\n2 2 1e308\n", "row 1, column 1 (counted from 0) is +Inf"},
		"end.mtx":   {"%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1.00000\n", "after 1 of the 2 entries"},
		"text.mtx":  {"%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 x     \n", "line 3"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := LoadPanels(path, func(_, m int) ([]int, error) { return []int{m - 1, m}, nil }, ProblemOptions{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	few := errors.New("too few")
	path := filepath.Join(dir, "nan.mtx")
	if _, err := LoadPanels(path, func(int, int) ([]int, error) { return nil, few }, ProblemOptions{}); !errors.Is(err, few) {
		t.Errorf("the error of cut is %v", err)
	}
	for _, path := range []string{"-", filepath.Join(dir, "none.npy")} {
		if _, err := LoadPanels(path, nil, ProblemOptions{}); err == nil {
			t.Errorf("%s is read", path)
		}
	}
}
