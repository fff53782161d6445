package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/mpi"
	"github.com/tacit-dev/tacit/linop"
)

// onRanks runs a command line as mpirun would, with ranks that are goroutines.
// args may depend on the rank.
func onRanks(t *testing.T, ctx context.Context, size int, args func(rank int) []string) (code int, stdout, stderr string) {
	t.Helper()
	outs, errs := make([]bytes.Buffer, size), make([]bytes.Buffer, size)
	codes := make([]int, size)
	err := linop.RunRanks(size, func(c linop.Comm) {
		r := c.Rank()
		codes[r] = runRank(ctx, args(r), nil, &outs[r], &errs[r], func() (*ranks, error) { return &ranks{comm: c}, nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	for r := 1; r < size; r++ {
		if outs[r].Len()+errs[r].Len() > 0 || codes[r] != exitOK {
			t.Errorf("rank %d ends with %d and says %q, %q", r, codes[r], outs[r].String(), errs[r].String())
		}
	}
	return codes[0], outs[0].String(), errs[0].String()
}

// tacitOK runs a command line that has to succeed.
func tacitOK(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), args, nil, &stdout, &stderr); code != exitOK {
		t.Fatalf("%v: exit code %d: %s%s", args, code, stdout.String(), stderr.String())
	}
	return stdout.String()
}

// saveOtherForms writes A of DIR in the other layouts that can be read in parts.
func saveOtherForms(t *testing.T, dir string) {
	t.Helper()
	p, err := dataio.LoadProblem(filepath.Join(dir, "A.npy"), filepath.Join(dir, "b.npy"), dataio.ProblemOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	n, m := p.A.Dims()
	idx := make([]int, m)
	for j := range idx {
		idx[j] = j
	}
	cols := make([]float64, n*m)
	linop.Columns(p.A, cols, idx)
	var header bytes.Buffer // A by columns: the bytes of Aᵀ by rows under another header
	if err := dataio.WriteNPY(&header, dataio.Floats(cols, m, n)); err != nil {
		t.Fatal(err)
	}
	save := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("T.npy", header.Bytes())
	text := header.Bytes()
	text = bytes.Replace(text, []byte("'fortran_order': False"), []byte("'fortran_order': True "), 1)
	text = bytes.Replace(text, fmt.Appendf(nil, "(%d, %d)", m, n), fmt.Appendf(nil, "(%d, %d)", n, m), 1)
	save("F.npy", text)
	var mtx, mtxT, array bytes.Buffer
	fmt.Fprintf(&mtx, "%%%%MatrixMarket matrix coordinate real general\n%% a comment\n%d %d %d\n", n, m, n*m)
	fmt.Fprintf(&mtxT, "%%%%MatrixMarket matrix coordinate real general\n%d %d %d\n", m, n, n*m)
	fmt.Fprintf(&array, "%%%%MatrixMarket matrix array real general\n%d %d\n", n, m)
	for j := range m {
		for i := range n {
			fmt.Fprintf(&mtx, "%d %d %v\n", i+1, j+1, cols[j*n+i])
			fmt.Fprintf(&mtxT, "%d %d %v\n", j+1, i+1, cols[j*n+i])
			fmt.Fprintf(&array, "%v\n", cols[j*n+i])
		}
	}
	save("A.mtx", mtx.Bytes())
	save("T.mtx", mtxT.Bytes())
	save("D.mtx", array.Bytes())
}

// readVector is a vector of a result.
func readVector(t *testing.T, path string) []float64 {
	t.Helper()
	v, in, err := dataio.LoadVector(path, "", "", -1, dataio.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	in.Close()
	return v
}

// The commands give on 1, 2 and 4 ranks the answer of one process, the same bytes
// for each number of ranks, and a certificate that one process verifies.
func TestEngineGivesTheSameAnswer(t *testing.T) {
	dir := t.TempDir()
	signed, positive := filepath.Join(dir, "p"), filepath.Join(dir, "q")
	tacitOK(t, "gen", "sparse", "--rows", "30", "--cols", "150", "--support", "5", "-o", signed)
	tacitOK(t, "gen", "sparse", "--rows", "30", "--cols", "150", "--support", "5", "--nonneg", "-o", positive)
	saveOtherForms(t, signed)
	file := func(d, name string) string { return filepath.Join(d, name) }
	for name, c := range map[string]struct{ args, files []string }{
		"sparse":         {[]string{"sparse", file(signed, "A.npy"), file(signed, "b.npy")}, []string{"x.npy", "y.npy", "certificate.json"}},
		"sparse nonneg":  {[]string{"sparse", file(positive, "A.npy"), file(positive, "b.npy"), "--nonneg"}, []string{"x.npy", "y.npy", "certificate.json"}},
		"sparse alpha":   {[]string{"sparse", file(signed, "A.npy"), file(signed, "b.npy"), "--alpha", "1e-5"}, []string{"x.npy", "y.npy", "certificate.json"}},
		"sparse sigma":   {[]string{"sparse", file(signed, "A.npy"), file(signed, "b.npy"), "--sigma", "0.01"}, []string{"x.npy", "y.npy", "certificate.json"}},
		"minnorm":        {[]string{"minnorm", file(signed, "A.npy"), file(signed, "b.npy")}, []string{"x.npy", "y.npy", "certificate.json"}},
		"by columns":     {[]string{"minnorm", file(signed, "F.npy"), file(signed, "b.npy")}, []string{"x.npy", "certificate.json"}},
		"transposed":     {[]string{"minnorm", file(signed, "T.npy"), file(signed, "b.npy"), "--transpose"}, []string{"x.npy", "certificate.json"}},
		"matrix market":  {[]string{"minnorm", file(signed, "A.mtx"), file(signed, "b.npy")}, []string{"x.npy", "certificate.json"}},
		"transposed mtx": {[]string{"minnorm", file(signed, "T.mtx"), file(signed, "b.npy"), "--transpose"}, []string{"x.npy", "certificate.json"}},
		"mtx array":      {[]string{"sparse", file(signed, "D.mtx"), file(signed, "b.npy")}, []string{"x.npy", "certificate.json"}},
		"nearest":        {[]string{"nearest", file(positive, "A.npy"), file(positive, "b.npy"), "--geometry", "entropy", "--alpha", "1e-3"}, []string{"x.npy", "y.npy", "certificate.json"}},
		"flow":           {[]string{"flow", "linear", file(signed, "A.npy"), file(signed, "b.npy"), "--geometry", "hypentropy:1e-2", "--rtol", "1e-6"}, []string{"x.npy", "trajectory.npz", "checkpoint.npz"}},
	} {
		t.Run(name, func(t *testing.T) {
			alone := filepath.Join(t.TempDir(), "out")
			tacitOK(t, append(c.args, "-o", alone)...)
			want := readVector(t, filepath.Join(alone, "x.npy"))
			scale := 0.0
			for _, v := range want {
				scale = max(scale, math.Abs(v))
			}
			first := map[string][]byte{}
			for _, size := range []int{1, 2, 4} {
				out := filepath.Join(t.TempDir(), "out")
				args := append(c.args, "-o", out, "--engine", "mpi", "--json")
				code, stdout, stderr := onRanks(t, t.Context(), size, func(int) []string { return args })
				if code != exitOK {
					t.Fatalf("%d ranks: exit code %d\n%s%s", size, code, stdout, stderr)
				}
				var report struct {
					Stats struct{ Ranks int } `json:"stats"`
				}
				if err := json.Unmarshal([]byte(stdout), &report); err != nil || report.Stats.Ranks != size {
					t.Errorf("stats.ranks is %d for %d ranks: %v", report.Stats.Ranks, size, err)
				}
				for i, v := range readVector(t, filepath.Join(out, "x.npy")) {
					if !(math.Abs(v-want[i]) <= 1e-6*scale) {
						t.Fatalf("%d ranks: x[%d] is %v, %v in one process", size, i, v, want[i])
					}
				}
				for _, f := range c.files {
					b, err := os.ReadFile(filepath.Join(out, f))
					if err != nil {
						t.Fatal(err)
					}
					if first[f] == nil {
						first[f] = b
					}
					if !bytes.Equal(b, first[f]) {
						t.Errorf("%d ranks write another %s than one", size, f)
					}
				}
				if c.files[len(c.files)-1] == "certificate.json" {
					tacitOK(t, "verify", out)
					verify := []string{"verify", out, "--engine", "mpi"}
					if code, stdout, stderr := onRanks(t, t.Context(), size, func(int) []string { return verify }); code != exitOK || !strings.HasPrefix(stdout, "valid") {
						t.Errorf("%d ranks: verify ends with %d: %s%s", size, code, stdout, stderr)
					}
				}
			}
		})
	}
}

// What cannot be run is said once, by rank 0, and ends all ranks.
func TestEngineRefuses(t *testing.T) {
	dir := t.TempDir()
	tacitOK(t, "gen", "sparse", "--rows", "20", "--cols", "60", "--support", "3", "-o", filepath.Join(dir, "p"))
	tacitOK(t, "gen", "sparse", "--rows", "20", "--cols", "60", "--support", "3", "--seed", "7", "-o", filepath.Join(dir, "q"))
	tacitOK(t, "gen", "sparse", "--rows", "20", "--cols", "60", "--support", "3", "-o", filepath.Join(dir, "both.npz"))
	a, b := filepath.Join(dir, "p", "A.npy"), filepath.Join(dir, "p", "b.npy")
	damage := func(name string, change func(b []byte) []byte) string {
		text, err := os.ReadFile(a)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, change(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	short := damage("short.npy", func(b []byte) []byte { return b[:len(b)-9] })
	nan := damage("nan.npy", func(b []byte) []byte { // in the last column of the first row
		copy(b[128+8*59:], []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x7f})
		return b
	})
	table := filepath.Join(dir, "A.csv")
	if err := os.WriteFile(table, []byte("1,2\n3,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mtx := filepath.Join(dir, "A.mtx")
	if err := os.WriteFile(mtx, []byte("%%MatrixMarket matrix coordinate real general\n2 16 3\n1 1 1\n2 16 oops\n1 2 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	full := filepath.Join(dir, "full")
	tacitOK(t, "minnorm", a, b, "-o", full)
	same := func(args ...string) func(int) []string {
		return func(int) []string { return append(args, "--engine", "mpi") }
	}
	for name, c := range map[string]struct {
		size int
		args func(rank int) []string
		want string
	}{
		"no file":       {2, same("sparse", filepath.Join(dir, "none.npy"), b), "cannot be read"},
		"truncated":     {3, same("sparse", short, b), "truncated"},
		"NaN elsewhere": {3, same("minnorm", nan, b), "row 0, column 59 (counted from 0) is NaN"},
		"a table":       {2, same("sparse", table, b), "cannot be read in parts"},
		"one file":      {2, same("sparse", filepath.Join(dir, "both.npz")), "from two files"},
		"damaged text":  {2, same("sparse", mtx, b), "line 4"},
		"many ranks":    {17, same("sparse", a, b), "too few for 17 ranks: at most 16"},
		"b is missing":  {2, same("nearest", a, filepath.Join(dir, "b.npy"), "--geometry", "euclidean"), "cannot be read"},
		"b is of A":     {2, same("minnorm", a, a), "a vector has one dimension"},
		"no result":     {2, same("verify", dir), "there is nothing to verify"},
		"output exists": {2, same("minnorm", a, b, "-o", full), "--force"},
		"weights":       {2, same("sparse", a, b, "--weights", b), "60 entries are needed"},
		"another file": {2, func(rank int) []string {
			d := []string{"p", "q"}[rank]
			return []string{"sparse", filepath.Join(dir, d, "A.npy"), b, "--engine", "mpi"}
		}, "has another file for A than rank 0"},
		"only one rank can read": {3, func(rank int) []string {
			path := a
			if rank == 2 {
				path = filepath.Join(dir, "none.npy")
			}
			return []string{"flow", "linear", path, b, "--geometry", "euclidean", "--engine", "mpi"}
		}, "rank 2 on "},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := onRanks(t, t.Context(), c.size, c.args)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) || strings.Count(stderr, "error:") != 1 {
				t.Errorf("exit code %d, stdout %q, stderr %q, want %q", code, stdout, stderr, c.want)
			}
		})
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if code, _, stderr := onRanks(t, ended, 3, same("sparse", a, b)); code != exitInterrupted || !strings.Contains(stderr, "interrupted") {
		t.Errorf("interrupted: exit code %d, %q", code, stderr)
	}
}

// Ranks that are not the same program do not start to talk past each other.
func TestEngineAgrees(t *testing.T) {
	said := func(host, program, signature string) []byte {
		return []byte("+" + host + "\x00" + program + "\x00" + signature + "\x00digest\x00s")
	}
	for name, c := range map[string]struct {
		second []byte
		want   string
	}{
		"same":    {said("b", "tacit 1", "npy"), ""},
		"program": {said("b", "tacit 2", "npy"), "rank 1 on b is another program than rank 0: tacit 2, and rank 0 is tacit 1"},
		"file":    {said("b", "tacit 1", "mtx"), "rank 1 on b has another file for A"},
		"error":   {[]byte("-b\x00cannot be read"), "rank 1 on b: cannot be read"},
	} {
		blocks, err := agreement([][]byte{said("a", "tacit 1", "npy"), c.second})
		switch {
		case c.want == "" && (err != nil || len(blocks) != 2 || string(blocks[1]) != "digest\x00s"):
			t.Errorf("%s: %q, %v", name, blocks, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// A binary without MPI says how to build one with it.
func TestEngineNotBuilt(t *testing.T) {
	if mpi.Built {
		t.Skip("this binary has MPI")
	}
	var stdout, stderr bytes.Buffer
	code := run(context.Background(), []string{"sparse", "A.npy", "b.npy", "--engine", "mpi"}, nil, &stdout, &stderr)
	if code != exitUsage || !strings.Contains(stderr.String(), "-tags mpi") {
		t.Errorf("exit code %d, %q", code, stderr.String())
	}
	stderr.Reset()
	code = run(context.Background(), []string{"sparse", "A.npy", "b.npy", "--engine", "cloud"}, nil, &stdout, &stderr)
	if code != exitUsage || !strings.Contains(stderr.String(), "there are local and mpi") {
		t.Errorf("exit code %d, %q", code, stderr.String())
	}
}

// Of a large file that ranks have read the result names a digest that they have
// computed together, which every way to verify knows; it notices another file.
func TestEngineDigests(t *testing.T) {
	dir := t.TempDir()
	tacitOK(t, "gen", "sparse", "--rows", "16", "--cols", "140000", "--support", "2", "-o", filepath.Join(dir, "p"))
	a, b := filepath.Join(dir, "p", "A.npy"), filepath.Join(dir, "p", "b.npy")
	var first string
	for _, size := range []int{1, 3} {
		out := filepath.Join(dir, fmt.Sprint("out", size))
		args := []string{"minnorm", a, b, "-o", out, "--engine", "mpi", "--json"}
		code, stdout, stderr := onRanks(t, t.Context(), size, func(int) []string { return args })
		var report struct {
			Input map[string]struct {
				SHA256 *string `json:"sha256"`
				Why    string  `json:"sha256_why"`
				Blocks string  `json:"sha256_blocks"`
			} `json:"input"`
		}
		if err := json.Unmarshal([]byte(stdout), &report); code != exitOK || err != nil {
			t.Fatalf("exit code %d, %v: %s", code, err, stderr)
		}
		in := report.Input["A"]
		if in.SHA256 != nil || in.Why == "" || len(in.Blocks) != 64 || report.Input["b"].SHA256 == nil {
			t.Errorf("the inputs are %+v", report.Input)
		}
		if first == "" {
			first = in.Blocks
		}
		if in.Blocks != first {
			t.Errorf("%d ranks name A %s, one %s", size, in.Blocks, first)
		}
		tacitOK(t, "verify", out)
		if code, stdout, stderr := onRanks(t, t.Context(), 2, func(int) []string { return []string{"verify", out, "--engine", "mpi"} }); code != exitOK {
			t.Errorf("verify on 2 ranks ends with %d: %s%s", code, stdout, stderr)
		}
	}
	f, err := os.OpenFile(a, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte{1}, 9<<20); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ := onRanks(t, t.Context(), 2, func(int) []string {
		return []string{"verify", filepath.Join(dir, "out1"), "--engine", "mpi"}
	})
	if code != exitNo || !strings.Contains(stdout, "sha256_blocks of the file of A") {
		t.Errorf("another file: exit code %d, %q", code, stdout)
	}
}
