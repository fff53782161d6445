// Command lowrank times tacit's answers about matrices, with their certificates,
// beside cvxopt's semidefinite solver, alternating least squares and a splitting in
// numpy, on the same instances in one run:
//
//	M1  400 symmetric Gaussian measurements of a 50×50 matrix of rank 3, least trace
//	M2  200×200 of rank 5, 30 % of the entries, least nuclear norm
//	M3  1000×1000 of rank 10, 10 % of the entries
//	M4  10⁴×10⁴ of rank 10, 1 % of the entries
//	N1  100×100 of full rank, 30 % of the entries
//	N2  300×300 of full rank, 30 % of the entries
//
// One thread each; the best of some repetitions. "solved" is the time to the
// solver's answer, "proven" that of the certificate after it, which is computed
// by package certify alone.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/instance"
)

type family struct {
	id   string
	spec instance.LowRank
	peer string // of peers.py
}

func families() []family {
	return []family{
		{"M1", instance.LowRank{P: 50, Q: 50, Rank: 3, PSD: true, N: 400}, "cvxopt"},
		{"M2", instance.LowRank{P: 200, Q: 200, Rank: 5, Density: 0.3}, "als"},
		{"M3", instance.LowRank{P: 1000, Q: 1000, Rank: 10, Density: 0.1}, "als"},
		{"M4", instance.LowRank{P: 10000, Q: 10000, Rank: 10, Density: 0.01}, ""},
		{"N1", instance.LowRank{P: 100, Q: 100, Rank: 100, Density: 0.3}, "splitting"},
		{"N2", instance.LowRank{P: 300, Q: 300, Rank: 300, Density: 0.3}, "splitting"},
	}
}

func main() {
	reps := flag.Int("reps", 3, "repetitions; the best time counts")
	python := flag.String("python", "/usr/bin/python3", "interpreter with numpy and cvxopt; empty: no peers")
	only := flag.String("only", "", "families, separated by commas (default: all)")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	dir, err := os.MkdirTemp("", "tacit-lowrank-")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	fmt.Println("| instance | tacit solved | proven | gap | rank | unique | peer | seconds | note |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, f := range families() {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), f.id) {
			continue
		}
		if err := compare(f, *reps, *python, dir); err != nil {
			log.Print(f.id, ": ", err)
		}
	}
}

// compare prints one line of the table.
func compare(f family, reps int, python, dir string) error {
	m, err := f.spec.Generate()
	if err != nil {
		return err
	}
	p := tacit.MatrixProblem{A: m.A, B: m.B, P: m.P, Q: m.Q, PSD: f.spec.PSD}
	solved, proven := time.Hour, time.Hour
	var gap float64
	var rank int
	unique := "not proven"
	for range reps {
		begin := time.Now()
		ans, err := tacit.LowRank(context.Background(), p, tacit.Options{Unverified: true})
		if err != nil {
			return err
		}
		solved = min(solved, time.Since(begin))
		ans.X = nil // the factors are the answer
		begin = time.Now()
		c, _, err := ans.Certificate(p.A, p.B)
		if err != nil {
			return err
		}
		proven = min(proven, time.Since(begin))
		gap, rank = max(c.Gap, c.Residual), ans.Matrix.Rank
		if c.Unique != nil && *c.Unique {
			unique = "proven"
			if c.Failure > 0 {
				unique = fmt.Sprintf("but for %.0e", c.Failure)
			}
		}
		if ans.Status != "certified" || gap > 1e-9 {
			return fmt.Errorf("%s, gap %.1e", ans.Status, c.Gap)
		}
	}
	line := "| | |"
	if python != "" && f.peer != "" {
		if line, err = peer(f, m, reps, python, dir); err != nil {
			line = fmt.Sprintf("%s | | %v |", f.peer, err)
		}
	}
	fmt.Printf("| %s | %.4f | %.4f | %.0e | %d | %s | %s\n", f.id, solved.Seconds(), proven.Seconds(), gap, rank, unique, line)
	return nil
}

// peer runs peers.py on the instance.
func peer(f family, m *instance.MatrixInstance, reps int, python, dir string) (string, error) {
	file := filepath.Join(dir, f.id+".npz")
	var members []dataio.Member
	switch f.peer {
	case "cvxopt":
		members = []dataio.Member{{Name: "A", Values: dataio.Floats(m.Dense, len(m.B), m.P, m.Q)}, {Name: "b", Values: dataio.Floats(m.B)}}
	case "als", "splitting":
		members = []dataio.Member{
			{Name: "rows", Values: dataio.Ints(m.Rows)}, {Name: "cols", Values: dataio.Ints(m.Cols)},
			{Name: "values", Values: dataio.Floats(m.B)}, {Name: "shape", Values: dataio.Ints([]int{m.P, m.Q})},
		}
	}
	w, err := os.Create(file)
	if err != nil {
		return "", err
	}
	if err := dataio.WriteNPZ(w, members...); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	c := exec.Command(python, "bench/lowrank/peers.py", f.peer, file, strconv.Itoa(f.spec.Rank), strconv.Itoa(reps))
	c.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1")
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return "", err
	}
	var r struct {
		Seconds, Objective float64
		Note               string
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s | %.3f | %s, objective %.10g |", f.peer, r.Seconds, r.Note, r.Objective), nil
}
