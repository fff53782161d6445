package dataio

import (
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/linop"
)

// matrixOf applies A to the unit vectors.
func matrixOf(a linop.Operator) []float64 {
	n, m := a.Dims()
	out, x, y := make([]float64, n*m), make([]float64, m), make([]float64, n)
	for j := range m {
		clear(x)
		x[j] = 1
		a.Apply(y, x)
		for i := range n {
			out[i*m+j] = y[i]
		}
	}
	return out
}

func TestLoadProblem(t *testing.T) {
	a, b := []float64{1, 2, 0, 0, 5, 6}, []float64{7, 8}
	bFile := write(t, "b.any", npy(t, Floats(b)))
	sparse := (&triplets{rows: []int32{0, 0, 1, 1}, cols: []int32{0, 1, 1, 2}, vals: []float64{1, 2, 5, 6}}).compress(2, 3)
	for _, c := range []struct {
		name, a, b string
		opt        ProblemOptions
		kind       string
		nnz        int
	}{
		{"npy", write(t, "A", npy(t, Floats(a, 2, 3))), bFile, ProblemOptions{}, "dense", 6},
		{"npy transposed", write(t, "A", npy(t, Floats([]float64{1, 0, 2, 5, 0, 6}, 3, 2))), bFile, ProblemOptions{Transpose: true}, "dense", 6},
		{"one npz", write(t, "A", npz(t, Member{"A", Floats(a, 2, 3)}, Member{"b", Floats(b, 2, 1)})), "", ProblemOptions{}, "dense", 6},
		{"two npz", write(t, "A", npz(t, Member{"other", Floats(a, 2, 3)})), write(t, "b", npz(t, Member{"b", Floats(b)}, Member{"c", Floats(a)})), ProblemOptions{}, "dense", 6},
		{"sparse npz", write(t, "A", npz(t, MatrixMembers(sparse)...)), bFile, ProblemOptions{}, "csc", 4},
		{"one sparse npz", write(t, "A", npz(t, append(MatrixMembers(sparse), Member{"b", Floats(b)})...)), "", ProblemOptions{}, "csc", 4},
		{"transposed sparse npz", write(t, "A", npz(t, MatrixMembers(sparse.T())...)), bFile, ProblemOptions{Transpose: true}, "csc", 4},
		{"csv with a label", write(t, "A", []byte("p,b,q,r\n1,7,2,0\n0,8,5,6\n")), "", ProblemOptions{Label: "b"}, "dense", 6},
		{"csv and a column", write(t, "A", []byte("1,2,0\n0,5,6\n")), write(t, "b", []byte("x,y\n0,7\n0,8\n")), ProblemOptions{Label: "y"}, "dense", 6},
		{"csv and a row", write(t, "A", []byte("1 2 0\n0 5 6\n")), write(t, "b", []byte("7,8")), ProblemOptions{}, "dense", 6},
		{"svmlight", write(t, "A", []byte("7 1:1 2:2\n8 2:5 3:6\n")), "", ProblemOptions{}, "csr", 4},
		{"matrix market", write(t, "A", []byte("%%MatrixMarket matrix coordinate real general\n2 3 4\n1 1 1\n1 2 2\n2 2 5\n2 3 6\n")), write(t, "b", []byte("%%MatrixMarket matrix coordinate real general\n2 1 2\n1 1 7\n2 1 8\n")), ProblemOptions{}, "csc", 4},
	} {
		p, err := LoadProblem(c.a, c.b, c.opt)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		n, m := p.A.Dims()
		if n != 2 || m != 3 || !slices.Equal(matrixOf(p.A), a) || !slices.Equal(p.B, b) {
			t.Errorf("%s: %d×%d, %v, %v", c.name, n, m, matrixOf(p.A), p.B)
		}
		in := p.Inputs["A"]
		if in.Path != c.a || in.Kind != c.kind || in.Rows != 2 || in.Cols != 3 || in.NNZ != c.nnz {
			t.Errorf("%s: %+v", c.name, in)
		}
		if in := p.Inputs["b"]; (in != nil) != (c.b != "") || (in != nil && (in.Rows != 2 || in.Cols != 1)) {
			t.Errorf("%s: b is %+v", c.name, in)
		}
		if err := p.Close(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestLoadProblemOperator(t *testing.T) {
	rows := write(t, "ro:ws.npy", npy(t, Ints([]int64{3, 0})))
	b := write(t, "b", []byte("1\n2\n"))
	p, err := LoadProblem("op:dct2:"+rows+":5", b, ProblemOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer ignoreClose(p)
	for j := range 5 {
		want := math.Sqrt(2.0/5) * math.Cos(math.Pi*3*(2*float64(j)+1)/10)
		if got := matrixOf(p.A)[j]; math.Abs(got-want) > 1e-15 {
			t.Errorf("entry (0, %d) is %v, want %v", j, got, want)
		}
	}
	if in := p.Inputs["A"]; in.Kind != "dct2" || in.Rows != 2 || in.Cols != 5 {
		t.Errorf("%+v", in)
	}
	for spec, says := range map[string]string{
		"op:haar:" + rows + ":5":    `"haar" is unknown`,
		"op:dct2:" + rows:           "must be an integer",
		"op:dct2:5":                 "op:dct2:ROWS.npy:M",
		"op:dct2:" + rows + ":3":    "integer from 0 to 2",
		"op:dct2:" + rows + ":-1":   `"-1"`,
		"op:dct2:" + rows + ":9e99": `"9e99"`,
		"op:":                       `"" is unknown`,
	} {
		_, err := LoadProblem(spec, b, ProblemOptions{})
		if err == nil {
			t.Errorf("%s: accepted", spec)
			continue
		}
		wantError[*FormatError](t, err, says)
	}
}

func TestLoadProblemRefused(t *testing.T) {
	a := write(t, "A.npy", npy(t, Floats(make([]float64, 6), 2, 3)))
	b3 := write(t, "b3.npy", npy(t, Floats(make([]float64, 3))))
	_, err := LoadProblem(a, b3, ProblemOptions{})
	wantError[*ShapeError](t, err, "b3.npy", "(3,)", "n = 2", "2×3", "--transpose")
	_, err = LoadProblem(a, write(t, "b", []byte("1 2 3 4 5")), ProblemOptions{})
	wantError[*ShapeError](t, err, "n = 2")
	if strings.Contains(err.Error(), "transpose") {
		t.Errorf("%q suggests what cannot help", err)
	}
	_, err = LoadProblem(a, a, ProblemOptions{})
	wantError[*ShapeError](t, err, "2×3", "one dimension")
	_, err = LoadProblem(a, "", ProblemOptions{})
	wantError[*FormatError](t, err, "b is missing", "second file")
	_, err = LoadProblem(write(t, "c", []byte("x,y\n1,2\n")), "", ProblemOptions{})
	wantError[*FormatError](t, err, "--label")
	_, err = LoadProblem(write(t, "c", []byte("x,y\n1,2\n")), "", ProblemOptions{Label: "z"})
	wantError[*FormatError](t, err, `"z"`, "x, y")
	_, err = LoadProblem(write(t, "c", []byte("x,x\n1,2\n")), "", ProblemOptions{Label: "x"})
	wantError[*FormatError](t, err, "two columns")
	_, err = LoadProblem(write(t, "c", []byte("3,4\n1,2\n")), "", ProblemOptions{Label: "x"})
	wantError[*FormatError](t, err, "no header")
	_, err = LoadProblem(write(t, "c", []byte("x\n1\n")), "", ProblemOptions{Label: "x"})
	wantError[*FormatError](t, err, "only one")
	_, err = LoadProblem(write(t, "d.npz", npz(t, Member{"A", Floats([]float64{1})})), "", ProblemOptions{})
	wantError[*FormatError](t, err, "d.npz", `no array "b"`, "only A")
	_, err = LoadProblem("-", "-", ProblemOptions{})
	wantError[*FormatError](t, err, "both A and b")
	_, err = LoadProblem(write(t, "e.npy", npy(t, Floats(nil, 0, 5))), b3, ProblemOptions{})
	wantError[*ShapeError](t, err, "e.npy", "0×5", "empty")
	_, err = LoadProblem(a, write(t, "e.npy", npy(t, Floats(nil))), ProblemOptions{})
	wantError[*ShapeError](t, err, "e.npy", "(0,)", "empty")
	_, err = LoadProblem(filepath.Join(t.TempDir(), "none.npy"), b3, ProblemOptions{})
	wantError[*ReadError](t, err, "none.npy", "check the path")
	_, err = LoadProblem(t.TempDir(), b3, ProblemOptions{})
	wantError[*ReadError](t, err, "directory")
}

func TestLoadVector(t *testing.T) {
	path := write(t, "w", []byte("1,2,3\n"))
	v, in, err := LoadVector(path, "weights", "", 3, LoadOptions{})
	if err != nil || !slices.Equal(v, []float64{1, 2, 3}) || in.Rows != 3 || in.Cols != 1 {
		t.Errorf("%v, %+v, %v", v, in, err)
	}
	ignoreClose(in)
	_, _, err = LoadVector(path, "weights", "", 4, LoadOptions{})
	wantError[*ShapeError](t, err, "(3,)", "4 entries")
}

func TestStdinProblem(t *testing.T) {
	b := write(t, "b", []byte("7,8"))
	opt := ProblemOptions{LoadOptions: LoadOptions{Stdin: strings.NewReader("1 2 0\n0 5 6\n")}}
	p, err := LoadProblem("-", b, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer ignoreClose(p)
	if !slices.Equal(matrixOf(p.A), []float64{1, 2, 0, 0, 5, 6}) {
		t.Error(matrixOf(p.A))
	}
	if sum, err := p.Inputs["A"].SHA256(); err != nil || sum != fmt.Sprintf("%x", sha256.Sum256([]byte("1 2 0\n0 5 6\n"))) {
		t.Errorf("%s, %v", sum, err)
	}
}

func TestSHA256(t *testing.T) {
	content := npy(t, Floats(make([]float64, 500000), 1000, 500))
	path := write(t, "A", content)
	want := fmt.Sprintf("%x", sha256.Sum256(content))
	for _, early := range []bool{false, true} {
		f, err := Load(path, LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if early {
			f.StartHash()
		}
		for range 2 {
			if got, err := f.SHA256(); err != nil || got != want {
				t.Errorf("early %v: %s, %v", early, got, err)
			}
		}
		ignoreClose(f)
	}
	f, err := Load(path, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer ignoreClose(f)
	if err := os.Chtimes(path, time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	_, err = f.SHA256()
	wantError[*ReadError](t, err, "changed while it was in use")
}

func TestArrayInts(t *testing.T) {
	a := &Array{Name: "rows", Shape: []int{3}, Data: []float64{0, 4, 2}, file: "x.npz"}
	if got, err := a.Ints(5); err != nil || !slices.Equal(got, []int{0, 4, 2}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, v := range []float64{-1, 5, 0.5, 1e300} {
		a.Data[1] = v
		_, err := a.Ints(5)
		wantError[*FormatError](t, err, `array "rows"`, "entry 1", "from 0 to 4")
	}
}

func TestFIFO(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ignoreClose(r)
	path := fmt.Sprintf("/dev/fd/%d", r.Fd())
	if _, err := os.Stat(path); err != nil {
		t.Skip("this system has no /dev/fd")
	}
	go func() {
		_ = WriteNPY(w, Floats([]float64{1, 2})) // a failure shows at the other end
		ignoreClose(w)
	}()
	f, err := Load(path, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer ignoreClose(f)
	if v, err := f.Vector(""); err != nil || !slices.Equal(v, []float64{1, 2}) {
		t.Errorf("%v, %v", v, err)
	}
	_, err = Load("-", LoadOptions{Stdin: failingReader{}})
	wantError[*ReadError](t, err, "stdin", "wire cut")
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, fmt.Errorf("wire cut") }
