package main

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed scipy.py
var scipySource []byte

//go:embed cvode.c.txt
var cvodeSource []byte

// peers runs the solvers that are there.
func (in *instance) peers(which string, logAlpha float64, threads int, timeout time.Duration, dir string, ref *trajectory, t *table) {
	write(filepath.Join(dir, "times"), ref.times)
	p := peer{in: in, dir: dir, timeout: timeout, threads: threads, logAlpha: logAlpha, ref: ref, table: t}
	if strings.Contains(which, "scipy") {
		p.scipy()
	}
	if strings.Contains(which, "cvode") {
		p.cvode()
	}
}

type peer struct {
	in       *instance
	dir      string
	timeout  time.Duration
	threads  int
	logAlpha float64
	ref      *trajectory
	table    *table
}

func (p *peer) scipy() {
	script := filepath.Join(p.dir, "follow_y.py")
	exit(os.WriteFile(script, scipySource, 0o600))
	if p.logAlpha < -700 {
		fmt.Println("  scipy on y cannot start from there")
		return
	}
	for _, method := range []string{"LSODA", "LSODA+jac", "BDF+jac", "Radau+jac"} {
		for _, tol := range []string{"1e-5", "1e-7"} {
			if !p.run("scipy "+method+", y", tol, "/usr/bin/python3", script, method) {
				break // a tighter tolerance takes longer still
			}
		}
	}
}

func (p *peer) cvode() {
	source, binary := filepath.Join(p.dir, "cvode.c"), filepath.Join(p.dir, "cvode")
	exit(os.WriteFile(source, cvodeSource, 0o600))
	out, err := exec.Command("cc", "-O3", "-march=native", source, "-o", binary,
		"-lsundials_cvode", "-lsundials_nvecserial", "-lsundials_sunmatrixdense", "-lsundials_sunlinsoldense", "-lopenblas", "-lm").CombinedOutput()
	if err != nil {
		line, _, _ := strings.Cut(string(out), "\n")
		fmt.Printf("  CVODE is skipped: it does not compile here (%v: %s)\n", err, line)
		return
	}
	for _, tol := range []string{"1e-5", "1e-6", "1e-7", "1e-8", "1e-9", "1e-10"} {
		p.run("CVODE, ν", tol, binary)
	}
}

// run starts a peer, which prints its seconds and writes x at the times, and
// reports whether it finished.
func (p *peer) run(name, tol, program string, args ...string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), p.timeout)
	defer cancel()
	result := filepath.Join(p.dir, "x")
	args = append(args, p.dir, strconv.Itoa(p.in.n), strconv.Itoa(p.in.m), strconv.FormatFloat(p.logAlpha, 'g', 17, 64), tol)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), fmt.Sprintf("OPENBLAS_NUM_THREADS=%d", p.threads), fmt.Sprintf("OMP_NUM_THREADS=%d", p.threads))
	out, err := cmd.Output()
	r := &trajectory{}
	switch {
	case ctx.Err() != nil:
		r.failed = fmt.Sprintf("not finished after %v", p.timeout)
	case err != nil:
		r.failed = err.Error()
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			lines := strings.Split(strings.TrimSpace(string(failed.Stderr)), "\n")
			r.failed += ": " + lines[len(lines)-1]
		}
	default:
		fields := strings.SplitN(strings.TrimSpace(string(out)), " ", 2)
		r.seconds, err = strconv.ParseFloat(fields[0], 64)
		exit(err)
		if len(fields) > 1 {
			r.note = fields[1]
		}
		r.x = read(result, len(p.ref.times), p.in.m)
	}
	p.table.add(name, tol, r, p.ref)
	return r.failed == ""
}

func read(path string, rows, cols int) [][]float64 {
	buf, err := os.ReadFile(path)
	exit(err)
	if len(buf) != 8*rows*cols {
		exit(fmt.Errorf("%s has %d bytes", path, len(buf)))
	}
	out := make([][]float64, rows)
	for i := range out {
		out[i] = make([]float64, cols)
		for j := range cols {
			out[i][j] = math.Float64frombits(binary.LittleEndian.Uint64(buf[8*(i*cols+j):]))
		}
	}
	return out
}
