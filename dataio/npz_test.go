package dataio

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNPZFromNumPy(t *testing.T) {
	for _, name := range []string{"stored", "deflated"} {
		f, err := Load("testdata/"+name+".npz", LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer ignoreClose(f)
		if f.Format != NPZ || !f.Has("A", "b") || f.Has("c") || !slices.Contains(f.Keys(), "b") {
			t.Errorf("%s: format %s, keys %v", name, f.Format, f.Keys())
		}
		m, err := f.Matrix("A")
		if err != nil {
			t.Fatal(err)
		}
		b, err := f.Vector("b")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(rowsOf(m), patternA()) || !slices.Equal(b, []float64{1, 2, 3}) {
			t.Errorf("%s: A = %v, b = %v", name, rowsOf(m), b)
		}
		_, err = f.Matrix("X")
		wantError[*FormatError](t, err, name+".npz", `no array "X"`, "A, b")
	}
}

func TestNPZText(t *testing.T) {
	f, err := Load("testdata/stored.npz", LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer ignoreClose(f)
	_, err = f.Array("note") // reading it as numbers fails, having it does not
	wantError[*FormatError](t, err, `array "note"`, "text")
	if word, err := f.archive.text("note"); err != nil || word != "hello" {
		t.Errorf("%q, %v", word, err)
	}
	_, err = f.archive.text("b")
	wantError[*FormatError](t, err, `array "b"`, "single word")
}

func TestSciPySparse(t *testing.T) {
	want := patternA()
	for k, odd := range patternB1() {
		want[k] *= odd
	}
	for layout, kind := range map[string]Kind{"csr": CSR, "csc": CSC, "coo": CSC} {
		f, err := Load("testdata/"+layout+".npz", LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer ignoreClose(f)
		m, err := f.Matrix("A")
		if err != nil {
			t.Errorf("%s: %v", layout, err)
			continue
		}
		if m.Kind != kind || m.NNZ() != 6 || !slices.Equal(rowsOf(m), want) {
			t.Errorf("%s: %+v", layout, m)
		}
	}
	f, err := Load("testdata/bsr.npz", LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer ignoreClose(f)
	_, err = f.Matrix("A")
	wantError[*FormatError](t, err, "bsr", "tocsr")
}

// sparseMembers is a valid CSR layout of [[0 5 0] [7 0 6]], in which the caller
// replaces members.
func sparseMembers(change map[string]Values) []Member {
	all := []Member{
		{"format", text("csr")}, {"shape", Ints([]int{2, 3})}, {"indptr", Ints([]int{0, 1, 3})},
		{"indices", Ints([]int{1, 2, 0})}, {"data", Floats([]float64{5, 6, 7})},
	}
	for i := range all {
		if v, ok := change[all[i].Name]; ok {
			all[i].Values = v
			delete(change, all[i].Name)
		}
	}
	for name, v := range change {
		all = append(all, Member{name, v})
	}
	return all
}

func loadSparse(t *testing.T, change map[string]Values) (*Matrix, error) {
	f, err := loadBytes(npz(t, sparseMembers(change)...), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f.Matrix("A")
}

func TestSciPySparseUnsorted(t *testing.T) {
	m, err := loadSparse(t, nil)
	if err != nil || !slices.Equal(rowsOf(m), []float64{0, 5, 0, 7, 0, 6}) || !slices.Equal(m.Idx, []int32{1, 0, 2}) {
		t.Errorf("%+v, %v", m, err)
	}
	// Repetitions are summed, in a layout without order too.
	m, err = loadSparse(t, map[string]Values{"indices": Ints([]int{1, 2, 2})})
	if err != nil || !slices.Equal(m.Val, []float64{5, 13}) || !slices.Equal(m.Ptr, []int{0, 1, 2}) {
		t.Errorf("%+v, %v", m, err)
	}
	m, err = loadSparse(t, map[string]Values{"format": text("coo"), "row": Ints([]int{1, 0, 1}), "col": Ints([]int{2, 0, 2})})
	if err != nil || !slices.Equal(rowsOf(m), []float64{6, 0, 0, 0, 0, 12}) || m.NNZ() != 2 {
		t.Errorf("%+v, %v", m, err)
	}
	_, err = loadSparse(t, map[string]Values{"indices": Ints([]int{1, 2, 2}), "data": Floats([]float64{1, 1e308, 1e308})})
	wantError[*NonFiniteError](t, err, "row 1, column 2", "+Inf")
}

func TestSciPySparseDamaged(t *testing.T) {
	for _, c := range []struct {
		change map[string]Values
		says   string
	}{
		{map[string]Values{"indptr": Ints([]int{0, 3})}, "shape needs 3"},
		{map[string]Values{"indptr": Ints([]int{0, 2, 1})}, "entry 2"},
		{map[string]Values{"indptr": Ints([]int{1, 1, 3})}, "from 1 to 3"},
		{map[string]Values{"indptr": Ints([]int{0, 1, 2})}, "from 0 to 2"},
		{map[string]Values{"indptr": Floats([]float64{0, 0.5, 3})}, "0.5"},
		{map[string]Values{"indices": Ints([]int{1, 2, 3})}, "index from 0 to 2"},
		{map[string]Values{"indices": Ints([]int{1, -2, 0})}, "-2"},
		{map[string]Values{"format": text("coo")}, `array "row": it is missing`},
		{map[string]Values{"format": text("dia")}, `"dia"`},
		{map[string]Values{"format": Ints([]int{1})}, "single word"},
		{map[string]Values{"shape": Floats([]float64{2, 3.5})}, "3.5"},
		{map[string]Values{"format": text("coo"), "row": Ints([]int{0, 0, 0}), "col": Ints([]int{0, 0, 0}), "shape": Ints([]int{2, 2000000000})}, "out of proportion"},
		{map[string]Values{"shape": Ints([]int{2, 2147483646})}, "out of proportion"},
		{map[string]Values{"format": text("csc"), "shape": Ints([]int{2147483646, 2})}, "out of proportion"},
	} {
		_, err := loadSparse(t, c.change)
		if err == nil {
			t.Errorf("%s: accepted", c.says)
			continue
		}
		wantError[*FormatError](t, err, c.says)
	}
	for _, c := range []struct {
		change map[string]Values
		says   string
	}{
		{map[string]Values{"shape": Ints([]int{2, 3, 4})}, "two dimensions"},
		{map[string]Values{"shape": Ints([]int{0, 3})}, "neither of them 0"},
		{map[string]Values{"indices": Ints([]int{1, 2})}, "3 entries"},
		{map[string]Values{"data": Floats(make([]float64, 4), 2, 2)}, "one dimension"},
	} {
		_, err := loadSparse(t, c.change)
		if err == nil {
			t.Errorf("%s: accepted", c.says)
			continue
		}
		wantError[*ShapeError](t, err, c.says)
	}
	_, err := loadSparse(t, map[string]Values{"data": Floats([]float64{1, math.NaN(), 2})})
	wantError[*NonFiniteError](t, err, `"data"`, "entry 1")
}

func TestSparseVector(t *testing.T) {
	f, err := loadBytes(npz(t, sparseMembers(map[string]Values{"shape": Ints([]int{1, 4}), "indptr": Ints([]int{0, 3}), "indices": Ints([]int{3, 2, 0})})...), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := f.Vector("b"); err != nil || !slices.Equal(v, []float64{7, 0, 6, 5}) {
		t.Errorf("%v, %v", v, err)
	}
	f, err = loadBytes(npz(t, sparseMembers(nil)...), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Vector("b")
	wantError[*ShapeError](t, err, "2×3", "vector")
}

func TestMatrixMembersRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows, cols := rapid.IntRange(1, 6).Draw(rt, "rows"), rapid.IntRange(1, 6).Draw(rt, "cols")
		var tr triplets
		want := make([]float64, rows*cols)
		for range rapid.IntRange(0, 20).Draw(rt, "entries") {
			i, j := rapid.IntRange(0, rows-1).Draw(rt, "i"), rapid.IntRange(0, cols-1).Draw(rt, "j")
			v := float64(rapid.IntRange(-9, 9).Draw(rt, "v"))
			tr.add(i, j, v)
			want[i*cols+j] += v
		}
		csc := tr.compress(rows, cols)
		dense := &Matrix{Kind: Dense, Rows: rows, Cols: cols, Val: want}
		for _, m := range []*Matrix{csc, csc.T(), dense, dense.T()} {
			f, err := loadBytes(npz(t, append(MatrixMembers(m), Member{"b", Floats([]float64{1})})...), LoadOptions{})
			if err != nil {
				rt.Fatal(err)
			}
			got, err := f.Matrix("A")
			if err != nil {
				rt.Fatal(err)
			}
			if got.Rows != m.Rows || got.Cols != m.Cols || !slices.Equal(rowsOf(got), rowsOf(m)) {
				rt.Fatalf("got %+v, want %+v", got, m)
			}
		}
		if !slices.Equal(rowsOf(csc), want) || !slices.Equal(rowsOf(csc.T().T()), want) {
			rt.Fatalf("%+v is not %v", csc, want)
		}
		for i := range rows {
			for j := range cols {
				if w := want[i*cols+j]; at(csc.T(), j, i) != w || at(dense.T(), j, i) != w {
					rt.Fatalf("entry (%d, %d) is lost in the transposed matrix", i, j)
				}
			}
		}
	})
}

// zipWith is an archive with a single member whose header the caller distorts.
func zipWith(t *testing.T, content []byte, method uint16, distort func(h *zip.FileHeader)) []byte {
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	packed := content
	if method == zip.Deflate {
		packed = deflated(t, content)
	}
	h := &zip.FileHeader{Name: "A.npy", Method: method, CRC32: crc(content), CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(content))}
	distort(h)
	w, err := zw.CreateRaw(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(packed); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNPZDamaged(t *testing.T) {
	good := npy(t, Floats([]float64{1, 2, 3}))
	read := func(content []byte) error {
		f, err := loadBytes(content, LoadOptions{})
		if err != nil {
			return err
		}
		_, err = f.Array("A")
		return err
	}
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		if err := read(zipWith(t, good, method, func(*zip.FileHeader) {})); err != nil {
			t.Fatalf("the undamaged archive: %v", err)
		}
		wantError[*FormatError](t, read(zipWith(t, good, method, func(h *zip.FileHeader) { h.CRC32++ })), `array "A"`, "damaged")
		wantError[*FormatError](t, read(zipWith(t, good, method, func(h *zip.FileHeader) { h.UncompressedSize64 += 8 })), `array "A"`)
		wantError[*FormatError](t, read(zipWith(t, good, method, func(h *zip.FileHeader) { h.UncompressedSize64 -= 8 })), `array "A"`, "truncated")
	}
	wantError[*FormatError](t, read(zipWith(t, good[:40], zip.Store, func(*zip.FileHeader) {})), "truncated")
	wantError[*FormatError](t, read(zipWith(t, []byte("numbers"), zip.Store, func(*zip.FileHeader) {})), "not an .npy")
	wantError[*FormatError](t, read(zipWith(t, good, zip.Store, func(h *zip.FileHeader) { h.Method = 99 })), "unsupported")
	wantError[*FormatError](t, read(zipWith(t, good, zip.Store, func(h *zip.FileHeader) { h.Name = "readme.txt" })), "without .npy arrays")
	wantError[*FormatError](t, read(zipWith(t, good, zip.Store, func(h *zip.FileHeader) { h.Name = "[Content_Types].xml" })), "office")
	whole := npz(t, Member{"A", Floats([]float64{1})})
	wantError[*FormatError](t, read(whole[:len(whole)-10]), "damaged .npz")
	wantError[*FormatError](t, read(npz(t, Member{"A", Floats(nil)}, Member{"A", Floats(nil)})), "two arrays named \"A\"")
}

// TestNPZLiesCostNoMemory reads members that promise 10¹² entries in agreement
// with the directory of the archive.
func TestNPZLiesCostNoMemory(t *testing.T) {
	const n = 1e12
	content := rawNPY("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", make([]byte, 800))
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		archive := zipWith(t, content, method, func(h *zip.FileHeader) {
			h.UncompressedSize64 = uint64(len(content)-800) + 8*n
			if method == zip.Store {
				h.CompressedSize64 = h.UncompressedSize64
			}
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f, err := loadBytes(archive, LoadOptions{})
		if err == nil {
			_, err = f.Array("A")
		}
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Fatal("accepted")
		}
		wantError[*FormatError](t, err, "stdin")
		if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
			t.Errorf("method %d: %d bytes were allocated", method, used)
		}
	}
}

func TestForeignFiles(t *testing.T) {
	for content, says := range map[string]string{
		"\x89HDF\r\n\x1a\n...":          "HDF5",
		"MATLAB 5.0 MAT-file, Platform": "MATLAB",
		"\x80\x04\x95":                  "pickle",
		"BZh91AY":                       "bzip2: decompress",
		"\xff\xfe1\x00":                 "UTF-16",
		"abc\x00def":                    "unknown",
		"":                              "empty",
		" \n\n":                         "empty",
		"\x1f\x8b\x08\x00":              "gzip",
	} {
		_, err := loadBytes([]byte(content), LoadOptions{})
		if err == nil {
			t.Errorf("%q: accepted", content)
			continue
		}
		wantError[*FormatError](t, err, "stdin: ", says)
	}
}

// TestNPZIsPlainNPZ checks what other readers rely on: names, no compression,
// sizes and sums in the directory.
func TestNPZIsPlainNPZ(t *testing.T) {
	content := npz(t, Member{"rows", Ints([]int64{3, 1})}, Member{"t", Floats([]float64{0.5}, 1, 1)})
	if again := npz(t, Member{"rows", Ints([]int64{3, 1})}, Member{"t", Floats([]float64{0.5}, 1, 1)}); !bytes.Equal(content, again) {
		t.Error("the bytes differ from one time to the next")
	}
	zr, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range zr.File {
		names = append(names, f.Name)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(r); err != nil || f.Method != zip.Store {
			t.Errorf("%s: method %d, %v", f.Name, f.Method, err)
		}
	}
	if strings.Join(names, " ") != "rows.npy t.npy" {
		t.Errorf("members %v", names)
	}
	if binary.LittleEndian.Uint32(content) != 0x04034b50 {
		t.Error("no zip signature at the start")
	}
}
