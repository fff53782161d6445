// Command margin measures tacit's separators of largest margin against the peers
// that are installed, on S1 … S4 and on real data, and prints one table.
//
//	go run ./bench/margin [-families S1,S4] [-reps 5] [-peers=false]
//
// All run on one thread, in one run, and the solve alone is timed. An answer
// counts from the margin that its w has on the data: the error is 1 − margin/γ with
// the γ that tacit's certificate proves.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "embed"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
)

//go:embed peers.py
var script []byte

func main() {
	families := flag.String("families", "S1,S2,S3,S4,digits01,iris_setosa", "instances")
	reps := flag.Int("reps", 5, "runs of each; the best counts")
	peers := flag.Bool("peers", true, "run the peers")
	python := flag.String("python", "/usr/bin/python3", "interpreter with the peers")
	within := flag.Float64("limit", 20, "seconds after which a peer is not asked for more accuracy")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	fmt.Println("| instance | solver | setting | seconds | error of the margin | ratio to tacit |\n|---|---|---|---|---|---|")
	for _, id := range strings.Split(*families, ",") {
		if err := measure(id, *reps, *peers, *python, *within); err != nil {
			fmt.Fprintf(os.Stderr, "bench/margin: %s: %v\n", id, err)
			os.Exit(1)
		}
	}
}

// load returns an instance, and the arrays that the peers read.
func load(id string) (limit.MarginProblem, []dataio.Member, error) {
	if !strings.HasPrefix(id, "S") {
		p, err := dataio.LoadProblem(filepath.Join("examples", "margin", id+".svm"), "", dataio.ProblemOptions{})
		if err != nil {
			return limit.MarginProblem{}, nil, err
		}
		defer p.Close()
		n, d := p.A.Dims()
		dense := make([]float64, n*d)
		row := make([]float64, n)
		for j := range d {
			e := make([]float64, d)
			e[j] = 1
			p.A.Apply(row, e)
			for i, v := range row {
				dense[i*d+j] = v
			}
		}
		return limit.MarginProblem{X: p.A, Y: p.B}, []dataio.Member{{Name: "X", Values: dataio.Floats(dense, n, d)}, {Name: "y", Values: dataio.Floats(p.B)}}, nil
	}
	s, err := instance.SeparableFamily(id, 1)
	if err != nil {
		return limit.MarginProblem{}, nil, err
	}
	p, err := s.Generate()
	if err != nil {
		return limit.MarginProblem{}, nil, err
	}
	problem := limit.MarginProblem{X: p.X, Y: p.Y}
	if p.Dense != nil {
		return problem, []dataio.Member{{Name: "X", Values: dataio.Floats(p.Dense, s.N, s.D)}, {Name: "y", Values: dataio.Floats(p.Y)}}, nil
	}
	m := &dataio.Matrix{Kind: dataio.CSR, Rows: s.N, Cols: s.D, Ptr: p.RowPtr, Idx: p.ColIdx, Val: p.Val}
	return problem, append(dataio.MatrixMembers(m), dataio.Member{Name: "b", Values: dataio.Floats(p.Y)}), nil
}

func measure(id string, reps int, peers bool, python string, within float64) error {
	p, members, err := load(id)
	if err != nil {
		return err
	}
	best := math.Inf(1)
	var r *limit.MarginResult
	var memory uint64
	for range reps {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		begin := time.Now()
		if r, err = limit.Margin(context.Background(), p, limit.Options{}); err != nil {
			return err
		}
		best = min(best, time.Since(begin).Seconds())
		runtime.ReadMemStats(&after)
		memory = after.TotalAlloc - before.TotalAlloc
	}
	if r.Status != limit.Certified {
		return fmt.Errorf("status %s", r.Status)
	}
	fmt.Printf("| %s | **tacit** (%s) | gap 1e-9 | %.4g | %.1e proven | 1 (allocates %.1f MB) |\n", id, r.Stats.Route, best, math.Abs(r.Gap), float64(memory)/1e6)
	if id == "S1" {
		if err := follow(p, r); err != nil {
			return err
		}
	}
	if !peers {
		return nil
	}
	return ask(id, members, reps, python, within, best, 1/r.Bound)
}

// follow times the flow to ln t = 1e4.
func follow(p limit.MarginProblem, r *limit.MarginResult) error {
	begin := time.Now()
	s, err := flow.NewSeparator(p.X, p.Y, false)
	if err != nil {
		return err
	}
	run, err := s.Follow(context.Background(), flow.SeparatorOptions{Until: 1e4})
	if err != nil {
		return err
	}
	q := run.Points[len(run.Points)-1]
	var off float64
	for j, v := range r.X {
		off = math.Hypot(off, q.W[j]/q.Norm-v*r.Margin)
	}
	fmt.Printf("| S1 | tacit, the flow to ln t = 1e4 | %d steps | %.4g | direction off by %.1e | |\n", run.Stats.Steps, time.Since(begin).Seconds(), off)
	return nil
}

// answer is one line of peers.py.
type answer struct {
	Peer, Setting, Failed string
	Seconds, Margin       float64
}

// ask runs the peers; failures stay in the table.
func ask(id string, members []dataio.Member, reps int, python string, within, ours, gamma float64) error {
	dir, err := os.MkdirTemp("", "bench-margin-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary directory
	data, code := filepath.Join(dir, id+".npz"), filepath.Join(dir, "peers.py")
	if err := dataio.WriteFile(data, func(w io.Writer) error { return dataio.WriteNPZ(w, members...) }); err != nil {
		return err
	}
	if err := os.WriteFile(code, script, 0o600); err != nil {
		return err
	}
	out, err := exec.Command(python, code, data, fmt.Sprint(reps), fmt.Sprint(within)).Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		fmt.Printf("| %s | peers | | | not run: %v | |\n", id, err)
		return nil
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return err
		}
		if a.Failed != "" {
			fmt.Printf("| %s | %s | %s | | failed: %s | |\n", id, a.Peer, a.Setting, a.Failed)
			continue
		}
		fmt.Printf("| %s | %s | %s | %.4g | %.1e | %.1f |\n", id, a.Peer, a.Setting, a.Seconds, math.Abs(1-a.Margin/gamma), a.Seconds/ours)
	}
	return lines.Err()
}
