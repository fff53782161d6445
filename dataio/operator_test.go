package dataio

import (
	"math"
	"testing"
)

// Every operator that can be named, by its entries.
func TestLoadProblemOperatorKinds(t *testing.T) {
	rows := write(t, "rows.npy", npy(t, Ints([]int64{3, 0})))
	kernel := write(t, "kernel.npy", npy(t, Floats([]float64{2, -1})))
	both := write(t, "both.npz", npz(t, Member{"rows", Ints([]int64{3, 0})}, Member{"kernel", Floats([]float64{2, -1}, 2, 1)}))
	text := write(t, "kernel.csv", []byte("2\n-1\n"))
	two, four := write(t, "b2", []byte("1\n2\n")), write(t, "b4", []byte("1\n2\n3\n4\n"))
	dct := make([]float64, 8)
	for j := range 4 {
		dct[j] = math.Sqrt(0.5) * math.Cos(math.Pi*3*(2*float64(j)+1)/8)
		dct[4+j] = 0.5
	}
	hadamard := []float64{0.5, -0.5, -0.5, 0.5, 0.5, 0.5, 0.5, 0.5}
	circulant := []float64{2, 0, 0, -1, -1, 2, 0, 0, 0, -1, 2, 0, 0, 0, -1, 2}
	for _, c := range []struct {
		spec, b, kind string
		want          []float64
	}{
		{"op:dct2:" + rows + ":4", two, "dct2", dct},
		{"op:dct2:" + both + ":4", two, "dct2", dct},
		{"op:hadamard:" + rows + ":4", two, "hadamard", hadamard},
		{"op:hadamard:" + both + ":4", two, "hadamard", hadamard},
		{"op:conv:" + kernel + ":4", four, "conv", circulant},
		{"op:conv:" + both + ":4", four, "conv", circulant},
		{"op:conv:" + text + ":4", four, "conv", circulant},
	} {
		p, err := LoadProblem(c.spec, c.b, ProblemOptions{})
		if err != nil {
			t.Errorf("%s: %v", c.spec, err)
			continue
		}
		got := matrixOf(p.A)
		for k, w := range c.want {
			if len(got) != len(c.want) || math.Abs(got[k]-w) > 1e-15 {
				t.Errorf("%s: entries %v, want %v", c.spec, got, c.want)
				break
			}
		}
		n := len(c.want) / 4
		if in := p.Inputs["A"]; in.Kind != c.kind || in.Rows != n || in.Cols != 4 || in.Path != c.spec {
			t.Errorf("%s: %+v", c.spec, in)
		}
		ignoreClose(p)
	}
}

func TestLoadProblemOperatorRefused(t *testing.T) {
	b := write(t, "b", []byte("1\n2\n"))
	rows := write(t, "rows.npy", npy(t, Ints([]int64{3, 0})))
	twice := write(t, "twice.npy", npy(t, Ints([]int64{5, 1, 2, 1})))
	negative := write(t, "negative.npy", npy(t, Ints([]int64{0, -1})))
	half := write(t, "half.npy", npy(t, Floats([]float64{0.5})))
	empty := write(t, "empty.npy", npy(t, Ints([]int64{})))
	kernel := write(t, "kernel.npy", npy(t, Floats([]float64{1, 2, 3})))
	square := write(t, "square.npy", npy(t, Floats([]float64{1, 2, 3, 4}, 2, 2)))
	broken := write(t, "broken.npy", npy(t, Floats([]float64{1, math.Inf(-1)})))
	other := write(t, "other.npz", npz(t, Member{"x", Ints([]int64{1})}, Member{"y", Ints([]int64{1})}))
	for _, name := range []string{"dct2", "hadamard"} {
		op := "op:" + name + ":"
		_, err := LoadProblem(op+twice+":8", b, ProblemOptions{})
		wantError[*FormatError](t, err, "twice.npy", "entries 1 and 3", "both row 1", "drop one")
		_, err = LoadProblem(op+rows+":2", b, ProblemOptions{})
		wantError[*FormatError](t, err, "rows.npy", "entry 0", "is 3", "integer from 0 to 1")
		_, err = LoadProblem(op+negative+":8", b, ProblemOptions{})
		wantError[*FormatError](t, err, "entry 1", "is -1")
		_, err = LoadProblem(op+half+":8", b, ProblemOptions{})
		wantError[*FormatError](t, err, "is 0.5")
		_, err = LoadProblem(op+empty+":8", b, ProblemOptions{})
		wantError[*ShapeError](t, err, "empty")
		_, err = LoadProblem(op+other+":8", b, ProblemOptions{})
		wantError[*FormatError](t, err, "other.npz", `no array "rows"`)
		_, err = LoadProblem(op+rows+".missing:8", b, ProblemOptions{})
		wantError[*ReadError](t, err, "rows.npy.missing")
	}
	_, err := LoadProblem("op:hadamard:"+rows+":12", b, ProblemOptions{})
	wantError[*FormatError](t, err, "M = 12", "power of two", "8 and 16")
	_, err = LoadProblem("op:conv:"+kernel+":2", b, ProblemOptions{})
	wantError[*ShapeError](t, err, "kernel.npy", "(3,)", "M = 2", "at most 2")
	_, err = LoadProblem("op:conv:"+square+":8", b, ProblemOptions{})
	wantError[*ShapeError](t, err, "2×2", "one dimension")
	_, err = LoadProblem("op:conv:"+broken+":8", b, ProblemOptions{})
	wantError[*NonFiniteError](t, err, "broken.npy", "entry 1", "-Inf")
	_, err = LoadProblem("op:conv:"+kernel+":8", b, ProblemOptions{}) // b has two entries
	wantError[*ShapeError](t, err, "(2,)", "n = 8")
	_, err = LoadProblem("op:conv:"+kernel, b, ProblemOptions{})
	wantError[*FormatError](t, err, "op:conv:KERNEL.npy:M")
	_, err = LoadProblem("op:fourier:"+rows+":8", b, ProblemOptions{})
	wantError[*FormatError](t, err, `"fourier" is unknown`, "op:dct2:ROWS.npy:M, op:hadamard:ROWS.npy:M and op:conv:KERNEL.npy:M")
}
