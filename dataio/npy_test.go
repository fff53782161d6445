package dataio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// patternA is the matrix that testdata/make.py writes.
func patternA() []float64 {
	var a []float64
	for i := range 3 {
		for j := range 4 {
			a = append(a, float64(10*i+j))
		}
	}
	return a
}

func patternB1() []float64 {
	var a []float64
	for i := range 3 {
		for j := range 4 {
			a = append(a, float64((i+j)%2))
		}
	}
	return a
}

func TestNPYFromNumPy(t *testing.T) {
	files, err := filepath.Glob("testdata/[fiu][1248]-?e.npy")
	if err != nil || len(files) != 20 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, name := range append(files, "testdata/fortran.npy", "testdata/version2.npy", "testdata/version3.npy", "testdata/b1.npy") {
		want := patternA()
		if name == "testdata/b1.npy" {
			want = patternB1()
		}
		f, err := Load(name, LoadOptions{})
		if err != nil {
			t.Error(err)
			continue
		}
		m, err := f.Matrix("A")
		if err != nil {
			t.Error(err)
			continue
		}
		if f.Format != NPY || m.Kind != Dense || m.Rows != 3 || m.Cols != 4 || !slices.Equal(rowsOf(m), want) {
			t.Errorf("%s: format %s, %d×%d, %v", name, f.Format, m.Rows, m.Cols, rowsOf(m))
		}
		if m.ColMajor != (name == "testdata/fortran.npy") {
			t.Errorf("%s: ColMajor = %v", name, m.ColMajor)
		}
		ignoreClose(f)
	}
}

func TestNPYOtherDimensions(t *testing.T) {
	f, err := Load("testdata/cube-fortran.npy", LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := f.Array("")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Shape, []int{2, 3, 4}) || a.ColMajor {
		t.Errorf("shape %v, by columns %v", a.Shape, a.ColMajor)
	}
	for i, v := range a.Data {
		if v != float64(i) {
			t.Fatalf("entry %d is %v", i, v)
		}
	}
	_, err = f.Matrix("")
	wantError[*ShapeError](t, err, "cube-fortran.npy", "2×3×4", "two dimensions")
	_, err = f.Vector("")
	wantError[*ShapeError](t, err, "2×3×4", "one dimension")

	f, err = Load("testdata/scalar.npy", LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := f.Vector(""); err != nil || !slices.Equal(v, []float64{7.5}) {
		t.Errorf("%v, %v", v, err)
	}
}

func TestNPYRefused(t *testing.T) {
	for name, says := range map[string]string{
		"object": "Python objects", "record": "structured", "complex": "real and imaginary",
		"words": "text", "dates": "dates",
	} {
		_, err := Load("testdata/"+name+".npy", LoadOptions{})
		wantError[*FormatError](t, err, name+".npy", says, "save")
	}
}

func TestNPYRoundTrip(t *testing.T) {
	// More than two chunks, so that the seams between them are crossed.
	x := make([]float64, 2*readChunk/8+77)
	for i := range x {
		x[i] = math.Sqrt(float64(i))
	}
	f, err := loadBytes(npy(t, Floats(x)), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Vector(""); err != nil || !slices.Equal(got, x) {
		t.Errorf("floats differ: %v", err)
	}
	f, err = loadBytes(npy(t, Ints([]int64{0, -1, 1 << 52, math.MinInt64})), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Vector(""); err != nil || !slices.Equal(got, []float64{0, -1, 1 << 52, math.MinInt64}) {
		t.Errorf("integers: %v, %v", got, err)
	}
	f, err = loadBytes(npy(t, Bools([]bool{true, false, true, true}, 2, 2)), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Matrix(""); err != nil || !slices.Equal(rowsOf(got), []float64{1, 0, 1, 1}) {
		t.Errorf("truth values: %v, %v", got, err)
	}
}

// TestNPYWriterGolden compares with the bytes of numpy.save(f, [1.0, 2.0]).
func TestNPYWriterGolden(t *testing.T) {
	head := "\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
	want := append([]byte(head), bytes.Repeat([]byte(" "), 127-len(head))...)
	want = append(want, "\n\x00\x00\x00\x00\x00\x00\xf0?\x00\x00\x00\x00\x00\x00\x00@"...)
	if got := npy(t, Floats([]float64{1, 2})); !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestHalfPrecision(t *testing.T) {
	for _, c := range []struct {
		bits uint16
		want float64
	}{ // IEEE 754 binary16: 1, 1/3 rounded, largest, least normal, least subnormal
		{0x3c00, 1}, {0xbc00, -1}, {0x3555, 0.333251953125}, {0x7bff, 65504}, {0x0400, 0x1p-14}, {0x0001, 0x1p-24}, {0x7c00, math.Inf(1)}, {0xfc00, math.Inf(-1)},
	} {
		if got := halfToFloat(c.bits); got != c.want {
			t.Errorf("%#x = %v, want %v", c.bits, got, c.want)
		}
	}
	if !math.IsNaN(halfToFloat(0x7e00)) {
		t.Error("0x7e00 is not NaN")
	}
}

func TestNPYNonFinite(t *testing.T) {
	x := make([]float64, 300*1000)
	x[123*1000+456], x[250*1000] = math.NaN(), math.Inf(1)
	for _, procs := range []int{1, 8} {
		old := runtime.GOMAXPROCS(procs)
		_, err := loadBytes(npy(t, Floats(x, 300, 1000)), LoadOptions{})
		runtime.GOMAXPROCS(old)
		e := asError[*NonFiniteError](t, err, "stdin", "row 123, column 456", "counted from 0", "NaN")
		if !slices.Equal(e.Index, []int{123, 456}) || !math.IsNaN(e.Value) {
			t.Errorf("%+v", e)
		}
	}
	// By columns, big endian, in a member of an archive.
	var data []byte
	for _, v := range []float64{1, 2, 3, math.Inf(-1), 5, 6} {
		data = binary.BigEndian.AppendUint64(data, math.Float64bits(v))
	}
	_, err := loadBytes(rawNPY("{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3)}", data), LoadOptions{})
	wantError[*NonFiniteError](t, err, "row 1, column 1", "-Inf")
	f, err := loadBytes(npz(t, Member{"A", Floats([]float64{1, math.NaN()})}), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Array("A")
	wantError[*NonFiniteError](t, err, `array "A"`, "entry 1")
}

func TestFirstNonFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := make([]float64, rapid.IntRange(0, 600).Draw(t, "n"))
		ordinary := []float64{0, math.Copysign(0, -1), 1, -math.MaxFloat64, math.MaxFloat64, 5e-324}
		for i := range x {
			x[i] = ordinary[i%len(ordinary)]
		}
		bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Float64frombits(0x7ff0000000000001)}
		for range rapid.IntRange(0, 2).Draw(t, "bad") {
			if len(x) > 0 {
				x[rapid.IntRange(0, len(x)-1).Draw(t, "at")] = rapid.SampledFrom(bad).Draw(t, "value")
			}
		}
		want := slices.IndexFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
		if got := firstNonFinite(x); got != want {
			t.Fatalf("got %d, want %d", got, want)
		}
	})
}

func TestNPYDamaged(t *testing.T) {
	dict := func(descr, shape string) string {
		return fmt.Sprintf("{'descr': %s, 'fortran_order': False, 'shape': %s}", descr, shape)
	}
	data := make([]byte, 16)
	for _, c := range []struct {
		name, header, says string
	}{
		{"lying", dict("'<f8'", "(1000000, 1000000)"), "promises shape 1000000×1000000"},
		{"overflowing", dict("'<f8'", "(4294967296, 4294967296, 4294967296)"), "promises"},
		{"short by one", dict("'<f8'", "(3,)"), "only 16 bytes follow"},
		{"trailing", dict("'<f8'", "(1,)"), "8 bytes follow after"},
		{"negative", dict("'<f8'", "(-2,)"), "negative length -2"},
		{"too many dimensions", dict("'u1'", "("+string(bytes.Repeat([]byte("1,"), 33))+")"), "32 dimensions"},
		{"huge length", dict("'<f8'", "(99999999999999999999,)"), "not a tuple"},
		{"shape", dict("'<f8'", "2"), "missing"},
		{"unknown type", dict("'<f3'", "(2,)"), "<f3"},
		{"empty type", dict("''", "(2,)"), "unknown type"},
		{"open quote", "{'descr': '<f8", "quote"},
		{"twice", "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", "twice"},
		{"missing key", "{'descr': '<f8', 'shape': (2,)}", "exactly"},
		{"unknown key", "{'dtype': '<f8', 'fortran_order': False, 'shape': (2,)}", "unknown key"},
		{"not a boolean", "{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}", "True or False"},
		{"junk behind", dict("'<f8'", "(2,)") + "x", "exactly"},
		{"empty", "", "missing"},
	} {
		_, err := loadBytes(rawNPY(c.header, data), LoadOptions{})
		if err == nil {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		wantError[*FormatError](t, err, "stdin", c.says)
	}
	whole := npy(t, Floats([]float64{1, 2, 3}))
	for n := len(npyMagic); n < len(whole); n++ {
		_, err := loadBytes(whole[:n], LoadOptions{})
		wantError[*FormatError](t, err, "truncated")
	}
	long := append([]byte(npyMagic), 2, 0, 0xff, 0xff, 0xff, 0xff)
	_, err := loadBytes(long, LoadOptions{})
	wantError[*FormatError](t, err, "claims")
	_, err = loadBytes(append([]byte(npyMagic), 9, 0, 0, 0), LoadOptions{})
	wantError[*FormatError](t, err, "version 9.0")
}

func TestNPYHeaderVariants(t *testing.T) {
	data := make([]byte, 16)
	for _, header := range []string{
		"{'shape': (2L,), 'fortran_order': False, 'descr': '<f8'}\n", // Python 2
		"{ \"descr\" : \"=f8\",\t'shape':(2 ,) , 'fortran_order':True , } \n",
		"{'descr': 'f8', 'fortran_order': False, 'shape': (2,), }",
	} {
		f, err := loadBytes(rawNPY(header, data), LoadOptions{})
		if err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		if v, err := f.Vector(""); err != nil || len(v) != 2 {
			t.Errorf("%s: %v %v", header, v, err)
		}
	}
}

// shrinking promises more bytes than it has, like a file that is truncated
// while it is read.
type shrinking struct{ data []byte }

func (s shrinking) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(s.data).ReadAt(p, off)
}

func TestNPYShrinks(t *testing.T) {
	whole := npy(t, Floats(make([]float64, 1000)))
	_, err := readNPY(shrinking{whole[:4000]}, int64(len(whole)), 0, "A.npy")
	wantError[*FormatError](t, err, "A.npy", "shorter")
	_, err = readNPY(failing{whole[:200]}, int64(len(whole)), 0, "A.npy")
	wantError[*ReadError](t, err, "A.npy", "disk on fire")
}

type failing struct{ data []byte }

func (s failing) ReadAt(p []byte, off int64) (int, error) {
	n, err := bytes.NewReader(s.data).ReadAt(p, off)
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("disk on fire")
	}
	return n, err
}
