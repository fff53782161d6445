package sweep

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/limit"
)

const grid = `
name = "grid"
trials = 3
[fixed]
m = 30
nonneg = true
[axes]
delta = { from = 0.2, to = 1.0, points = 5 }
rho = { from = 0.1, to = 1.2, points = 4 }
`

func execute(t *testing.T, src, dir string, opt Options) Progress {
	t.Helper()
	p, err := Execute(context.Background(), parse(t, src), []byte(src), dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func rows(t *testing.T, name string) []Row {
	t.Helper()
	table, err := OpenTable(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Close() }()
	var list []Row
	for range table.Rows() {
		r, err := table.Next()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

// The same instances on every machine: b of one cell, bit by bit.
func TestCellGolden(t *testing.T) {
	c := parse(t, grid).Cell(17)
	p, err := c.Instance.Generate()
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	for _, v := range append(slices.Clone(p.B), p.X...) {
		var bits [8]byte
		binary.LittleEndian.PutUint64(bits[:], math.Float64bits(v))
		h.Write(bits[:])
	}
	const golden = "c3b38fc6da20e2ef15f64fc78c33c6a8bb1775ed3e5fc54434ce3475896dc2ef"
	if got := hex.EncodeToString(h.Sum(nil)); got != golden {
		t.Errorf("digest of b and x: %s, want %s", got, golden)
	}
}

func TestExecute(t *testing.T) {
	dir := t.TempDir()
	p := execute(t, grid, dir, Options{})
	if p.Done != 60 || p.Cells != 60 {
		t.Errorf("progress %+v", p)
	}
	list := rows(t, TablePath(dir))
	s := parse(t, grid)
	for i, r := range list {
		if r.Index != int64(i) || s.Cell(i).Instance.N != int(r.N) {
			t.Fatalf("row %d is %+v", i, r)
		}
	}
	// The easiest point is recovered, the hardest is not, and all is proven.
	if r := list[0]; r.Success == nil || !*r.Success || r.Status != string(limit.Certified) {
		t.Errorf("the easiest cell: %+v", r)
	}
	if !slices.ContainsFunc(list, func(r Row) bool { return r.Success != nil && !*r.Success }) {
		t.Error("no cell fails to recover")
	}
	if exists(filepath.Join(dir, journalName(Whole))) {
		t.Error("the journal is left behind")
	}
	if again := execute(t, grid, dir, Options{}); again.Done != 60 {
		t.Errorf("a finished sweep: %+v", again)
	}
}

// A run that is cancelled anywhere, any number of times, ends with the bytes of
// one that was not.
func TestExecuteResumes(t *testing.T) {
	whole, parts := t.TempDir(), t.TempDir()
	execute(t, grid, whole, Options{})
	s := parse(t, grid)
	runs := 0
	for ; runs < 100; runs++ {
		ctx, cancel := context.WithCancel(context.Background())
		seen := 0
		_, err := Execute(ctx, s, []byte(grid), parts, Options{Observe: func(Progress) {
			if seen++; seen == 7 {
				cancel()
			}
		}})
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if runs < 5 {
		t.Errorf("only %d runs: nothing was interrupted", runs)
	}
	if !bytes.Equal(read(t, TablePath(whole)), read(t, TablePath(parts))) {
		t.Error("the tables differ")
	}
}

// What a killed process leaves: a torn last line, and a line that is damaged.
func TestJournalRecovers(t *testing.T) {
	whole := t.TempDir()
	execute(t, grid, whole, Options{})
	want := read(t, TablePath(whole))

	journal := interrupted(t, grid, 20)
	lines := bytes.SplitAfter(journal, []byte("\n"))
	for name, content := range map[string][]byte{
		"torn":    journal[:len(journal)-5],
		"damaged": bytes.Join(append(slices.Clone(lines[:10]), append([]byte("{\"index\":}\n"), bytes.Join(lines[11:], nil)...)), nil),
		"doubled": append(slices.Clone(journal), lines[3]...),
		"empty":   nil,
		"garbage": []byte("\x00\x00\x00"),
	} {
		dir := t.TempDir()
		if err := parse(t, grid).manifest("").settle(dir, []byte(grid)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, journalName(Whole)), content, 0o666); err != nil {
			t.Fatal(err)
		}
		execute(t, grid, dir, Options{})
		if !bytes.Equal(read(t, TablePath(dir)), want) {
			t.Errorf("%s: the table differs", name)
		}
	}
}

// interrupted returns the journal of a run that was cancelled after some cells.
func interrupted(t *testing.T, src string, cells int) []byte {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, err := Execute(ctx, parse(t, src), []byte(src), dir, Options{Observe: func(p Progress) {
		if p.Done >= cells {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return read(t, filepath.Join(dir, journalName(Whole)))
}

func TestShardsMerge(t *testing.T) {
	whole := t.TempDir()
	execute(t, grid, whole, Options{})
	want := read(t, TablePath(whole))

	one, two, other, joined := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	for i := 1; i <= 7; i++ {
		dir := []string{one, two}[i%2]
		execute(t, grid, dir, Options{Shard: Shard{i, 7}})
	}
	if n, err := Merge(joined, []string{one, two}, false); err != nil || n != 60 {
		t.Fatalf("%d, %v", n, err)
	}
	if !bytes.Equal(read(t, TablePath(joined)), want) {
		t.Error("seven parts: the table differs")
	}
	if _, err := Merge(joined, []string{one, two}, false); err == nil {
		t.Error("a joined table was replaced without force")
	}

	// Part 1 of 2 and parts of another division.
	execute(t, grid, other, Options{Shard: Shard{1, 2}})
	if _, err := Merge(t.TempDir(), []string{other}, false); err == nil || !strings.Contains(err.Error(), "30 of 60 cells are missing") {
		t.Errorf("half of the cells: %v", err)
	}
	mixed := t.TempDir()
	if _, err := Merge(mixed, []string{other, two, one}, false); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, TablePath(mixed)), want) {
		t.Error("mixed parts: the table differs")
	}
	// In place.
	execute(t, grid, other, Options{Shard: Shard{2, 2}})
	if _, err := Merge(other, []string{other}, false); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, TablePath(other)), want) {
		t.Error("in place: the table differs")
	}
}

func TestForeignDirectories(t *testing.T) {
	dir := t.TempDir()
	execute(t, grid, dir, Options{Version: "1"})
	var foreign *ForeignError
	changed := strings.Replace(grid, "trials = 3", "trials = 4", 1)
	if _, err := Execute(context.Background(), parse(t, changed), []byte(changed), dir, Options{Version: "1"}); !errors.As(err, &foreign) {
		t.Errorf("another specification: %v", err)
	}
	if _, err := Execute(context.Background(), parse(t, grid), []byte(grid), dir, Options{Version: "2"}); !errors.As(err, &foreign) {
		t.Errorf("another version: %v", err)
	}
	if _, err := ReadManifest(t.TempDir()); !errors.As(err, &foreign) {
		t.Errorf("no sweep: %v", err)
	}
	other := t.TempDir()
	// A directory whose instances were drawn by another method: both are named.
	old := filepath.Join(t.TempDir(), "old")
	execute(t, grid, old, Options{Version: "1"})
	manifest := filepath.Join(old, ManifestName)
	earlier := bytes.Replace(read(t, manifest), []byte(Edition("1")), []byte("1"), 1)
	if err := os.WriteFile(manifest, earlier, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Execute(context.Background(), parse(t, grid), []byte(grid), old, Options{Version: "1"}); !errors.As(err, &foreign) || !strings.Contains(err.Error(), "results of version 1, this is version 1 (instances 2)") {
		t.Errorf("instances of an earlier version: %v", err)
	}
	execute(t, changed, other, Options{Version: "1"})
	if _, err := Merge(t.TempDir(), []string{dir, other}, false); !errors.As(err, &foreign) {
		t.Errorf("merging different sweeps: %v", err)
	}
}

// Cells that make no problem, or that break, are recorded and stop nothing.
func TestImpossibleCells(t *testing.T) {
	src := "[fixed]\nm = 12\nk = 3\nnonneg = true\n[axes]\nalgorithm = ['l1', 'alpha', 'minnorm', 'nearest']\nn = [0, 6, 12]\nensemble = ['gaussian', 'sparse']"
	dir := t.TempDir()
	p := execute(t, src, dir, Options{})
	if p.Done != 24 {
		t.Fatalf("%+v", p)
	}
	for _, r := range rows(t, TablePath(dir)) {
		impossible := r.N == 0 || r.Ensemble == "sparse" || r.Algorithm == "alpha" // 20 entries a column; no alpha
		if impossible != (r.Status == Impossible) || impossible == (r.Why == "") {
			t.Errorf("%s, n = %d, %s: %s (%s)", r.Algorithm, r.N, r.Ensemble, r.Status, r.Why)
		}
	}
}

func TestAlphaCells(t *testing.T) {
	src := "[fixed]\nm = 40\nn = 20\nk = 3\nnonneg = true\nalgorithm = 'alpha'\n[axes]\nalpha = ['1e-2', '1e-3000']"
	dir := t.TempDir()
	execute(t, src, dir, Options{})
	list := rows(t, TablePath(dir))
	if len(list) != 2 || list[0].Excess == nil || list[1].Excess == nil || !(*list[1].Excess < *list[0].Excess/50) {
		t.Errorf("the excess does not fall with α: %+v", list)
	}
	if got := *list[1].LogAlpha; math.Abs(got+3000*math.Ln10) > 1e-9 {
		t.Errorf("ln α = %v", got)
	}
}

func TestDuplicateWorkers(t *testing.T) {
	dir := t.TempDir()
	s := parse(t, grid)
	if err := s.manifest("").settle(dir, []byte(grid)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, journalName(Whole))
	j, err := openJournal(name, Whole, s.Cells())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.file.Close() }()
	if _, err := Execute(context.Background(), s, []byte(grid), dir, Options{}); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("a second process: %v", err)
	}
	if _, err := Execute(context.Background(), s, []byte(grid), dir, Options{Shard: Shard{1, 2}}); err != nil {
		t.Errorf("another shard: %v", err)
	}
}

func TestStatus(t *testing.T) {
	dir := t.TempDir()
	execute(t, grid, dir, Options{Shard: Shard{2, 3}})
	lines := bytes.SplitAfter(interrupted(t, grid, 20), []byte("\n"))
	var mine []byte
	for _, l := range lines {
		var index int
		if n, _ := fmt.Sscanf(string(l), `{"index":%d`, &index); n == 1 && index%3 == 0 {
			mine = append(mine, l...)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, journalName(Shard{1, 3})), mine, 0o666); err != nil {
		t.Fatal(err)
	}
	m, list, err := Status(dir)
	if err != nil || m.Cells != 60 || len(list) != 2 {
		t.Fatalf("%+v %+v %v", m, list, err)
	}
	if a := list[0]; a.Shard != (Shard{1, 3}) || a.Finished || a.Done == 0 || a.Cells != 20 {
		t.Errorf("the part in progress: %+v", a)
	}
	if b := list[1]; b.Shard != (Shard{2, 3}) || !b.Finished || b.Done != 20 {
		t.Errorf("the finished part: %+v", b)
	}
}

func TestEstimate(t *testing.T) {
	st := ShardStatus{Done: 3, Cells: 13}
	st.estimate([]int64{1000, 2000, 3000})
	if st.Rate != 1 || st.Left != 10*time.Second {
		t.Errorf("%+v", st)
	}
	st = ShardStatus{Done: 3, Cells: 13}
	st.estimate([]int64{5000, 4000, 3000}) // the clock was set back
	if st.Rate != 0 || st.Left != 0 {
		t.Errorf("%+v", st)
	}
}

func TestShards(t *testing.T) {
	for _, cells := range []int{0, 1, 5, 6, 7} {
		seen := 0
		for i := 1; i <= 3; i++ {
			s := Shard{i, 3}
			for pos := range s.Len(cells) {
				index := s.index(pos)
				if back, ok := s.position(index, cells); !ok || back != pos {
					t.Errorf("%v of %d: %d, %v", s, cells, back, ok)
				}
				seen++
			}
		}
		if seen != cells {
			t.Errorf("the shards have %d of %d cells", seen, cells)
		}
	}
	for _, bad := range []string{"", "1", "0/3", "4/3", "a/b", "1/0", "-1/3", "1/3/5"} {
		if s, err := ParseShard(bad); err == nil {
			t.Errorf("%q is %v", bad, s)
		}
	}
}

func TestEnvironmentShard(t *testing.T) {
	for _, c := range []struct {
		env  string
		want Shard
		ok   bool
		bad  bool
	}{
		{"", Shard{}, false, false},
		{"SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0", Shard{1, 4}, true, false},
		{"SLURM_ARRAY_TASK_ID=8 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_STEP=1", Shard{4, 4}, true, false},
		{"SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_STEP=4", Shard{3, 3}, true, false},
		{"SLURM_ARRAY_TASK_ID=17 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1", Shard{}, true, true}, // 1,2,17
		{"SLURM_ARRAY_TASK_ID=x", Shard{}, true, true},
		{"SLURM_ARRAY_TASK_ID=1", Shard{}, true, true},
		{"JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=3", Shard{1, 3}, true, false},
		{"JOB_COMPLETION_INDEX=2 JOB_COMPLETIONS=3", Shard{3, 3}, true, false},
		{"JOB_COMPLETION_INDEX=3 JOB_COMPLETIONS=3", Shard{}, true, true},
		{"JOB_COMPLETION_INDEX=0", Shard{}, true, true},
	} {
		env := make(map[string]string)
		for _, pair := range strings.Fields(c.env) {
			k, v, _ := strings.Cut(pair, "=")
			env[k] = v
		}
		got, ok, err := EnvironmentShard(func(k string) string { return env[k] })
		if got != c.want || ok != c.ok || (err != nil) != c.bad {
			t.Errorf("%s: %v %v %v", c.env, got, ok, err)
		}
	}
}

// TestMain runs a sweep in a process of its own where the tests below ask for it.
func TestMain(m *testing.M) {
	if dir := os.Getenv("TACIT_TEST_SWEEP"); dir != "" {
		s, err := Parse([]byte(grid))
		if err == nil {
			_, err = Execute(context.Background(), s, []byte(grid), dir, Options{Observe: func(p Progress) {
				fmt.Println(p.Done)
				time.Sleep(2 * time.Millisecond)
			}})
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// kill −9 at any moment loses the cells in flight at most.
func TestKill(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	execute(t, grid, whole, Options{})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, after := range []int{1, 13, 30} {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), "TACIT_TEST_SWEEP="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(out)
		told := 0
		for sc.Scan() && told < after {
			if _, err := fmt.Sscan(sc.Text(), &told); err != nil {
				t.Fatal(err)
			}
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_, list, err := Status(dir)
		if err != nil || len(list) != 1 || list[0].Done < told {
			t.Fatalf("after %d cells: %+v %v", told, list, err)
		}
	}
	execute(t, grid, dir, Options{})
	if !bytes.Equal(read(t, TablePath(whole)), read(t, TablePath(dir))) {
		t.Error("the tables differ")
	}
}
