package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

//go:embed peers.py
var peersScript string

// grace is what a peer may take beyond its limit (to convert A, too) before its process is killed:
// native code does not hear the alarm that ends Python code.
const grace = 20 * time.Second

// peerNames are the peers in the order of a report.
var peerNames = []string{"highs", "highs-ds", "highs-ds-np", "highs-ipm", "highs-dual", "lars", "lars-cert", "cvxopt", "cvxopt-qr"}

// neverRun are peers worth naming that Debian does not package.
var neverRun = map[string]string{
	"spgl1":      "not packaged by Debian",
	"highs-pdlp": "not in the scipy of Debian 12",
}

// greeting is the first line of peers.py.
type greeting struct {
	Versions map[string]string `json:"versions"`
	Peers    map[string]string `json:"peers"` // why a peer cannot run, "" if it can
}

// python is the process in which the peers solve one instance.
type python struct {
	interpreter, dir string
	cmd              *exec.Cmd
	in               io.WriteCloser
	lines            chan string
	hello            greeting
}

// start starts the process, if it does not run, and waits for its greeting.
func (p *python) start() error {
	if p.cmd != nil {
		return nil
	}
	script := filepath.Join(p.dir, "peers.py")
	if err := os.WriteFile(script, []byte(peersScript), 0o644); err != nil {
		return err
	}
	cmd := exec.Command(p.interpreter, script, p.dir)
	cmd.Env = peerEnv(os.Environ())
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd, p.in, p.lines = cmd, in, make(chan string, 1)
	go func(lines chan<- string) {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}(p.lines)
	return p.read(context.Background(), time.Minute, &p.hello)
}

// peerEnv asks for one thread everywhere and removes what would make OpenBLAS
// choose other kernels than it does by itself.
func peerEnv(env []string) []string {
	env = slices.DeleteFunc(env, func(s string) bool {
		name, _, _ := strings.Cut(s, "=")
		return strings.HasPrefix(name, "OPENBLAS_") || strings.HasSuffix(name, "_NUM_THREADS")
	})
	return append(env, "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1")
}

// read waits for a line and decodes it. A process that does not answer is
// killed; the next start makes a new one.
func (p *python) read(ctx context.Context, timeout time.Duration, v any) error {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	var err error
	select {
	case line, ok := <-p.lines:
		if ok {
			return json.Unmarshal([]byte(line), v)
		}
		err = fmt.Errorf("the process ended")
	case <-timer.C:
		err = fmt.Errorf("killed after %v", timeout)
	case <-ctx.Done():
		err = ctx.Err()
	}
	p.stop()
	return err
}

// stop ends the process. What the calls report is what was asked for: an end
// that is not a success.
func (p *python) stop() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	for range p.lines {
	}
	_ = p.cmd.Wait()
	p.cmd = nil
}

// peer is one solver of the process.
type peer struct {
	id string
	py *python
}

func (p peer) name() string { return p.id }

func (p peer) solve(ctx context.Context, t *task, limit time.Duration) (answer, error) {
	if err := p.py.start(); err != nil {
		return answer{}, err
	}
	request := map[string]any{"peer": p.id, "limit": limit.Seconds(), "out": filepath.Join(p.py.dir, p.id)}
	text, err := json.Marshal(request)
	if err != nil {
		return answer{}, err
	}
	if _, err := p.py.in.Write(append(text, '\n')); err != nil {
		return answer{}, err
	}
	var reply struct {
		Seconds *float64
		CPU     float64
		Status  string
		X, Y    string
	}
	start := time.Now()
	if err := p.py.read(ctx, limit+grace, &reply); err != nil {
		return answer{status: err.Error(), seconds: time.Since(start).Seconds()}, ctx.Err()
	}
	a := answer{status: reply.Status}
	if reply.Seconds == nil {
		a.notRun = true
		return a, nil
	}
	a.seconds, a.cpu = *reply.Seconds, reply.CPU
	n, m := t.A.Dims()
	if reply.X != "" {
		if a.x, err = readFloats(reply.X, m); err != nil {
			return answer{}, err
		}
	}
	if reply.Y != "" {
		if a.y, err = readFloats(reply.Y, n); err != nil {
			return answer{}, err
		}
	}
	return a, nil
}
