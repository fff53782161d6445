package elastic

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/tacit-dev/tacit/sweep"
)

const spec = `
name = "grid"
trials = 40
[fixed]
m = 40
nonneg = true
[axes]
delta = { from = 0.2, to = 1.0, points = 5 }
rho = { from = 0.1, to = 0.9, points = 4 }
`

func parse(t *testing.T, src string) *sweep.Spec {
	t.Helper()
	s, err := sweep.Parse([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// whole computes the sweep without a queue.
func whole(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	if _, err := sweep.Execute(context.Background(), parse(t, spec), []byte(spec), dir, sweep.Options{}); err != nil {
		t.Fatal(err)
	}
	return table(t, dir)
}

func table(t *testing.T, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(sweep.TablePath(dir))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// serving is a server in this process.
type serving struct {
	url      string
	cancel   context.CancelFunc
	done     chan error
	mu       sync.Mutex
	rejected []string
}

func serve(t *testing.T, dir string, opt Options) *serving {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	v := &serving{cancel: cancel, done: make(chan error, 1)}
	ready := make(chan string, 1)
	opt.Ready = func(url string) { ready <- url }
	opt.Reject = func(why string) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.rejected = append(v.rejected, why)
	}
	if opt.Listen.Addr == "" && opt.Remote.URL == "" {
		opt.Listen.Addr = "127.0.0.1:0"
	}
	s := parse(t, spec)
	go func() {
		_, err := Serve(ctx, s, []byte(spec), dir, opt)
		v.done <- err
	}()
	t.Cleanup(cancel)
	select {
	case v.url = <-ready:
	case err := <-v.done:
		t.Fatalf("the server ends: %v", err)
	case <-time.After(20 * time.Second):
		t.Fatal("the server is not ready")
	}
	return v
}

// wait waits for the server to have all rows.
func (v *serving) wait(t *testing.T) {
	t.Helper()
	select {
	case err := <-v.done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("the sweep does not end")
	}
}

func TestOneWorker(t *testing.T) {
	dir := t.TempDir()
	v := serve(t, dir, Options{})
	n, err := Work(context.Background(), WorkOptions{Remote: Remote{URL: v.url}})
	if err != nil || n != 800 {
		t.Errorf("%d cells, %v", n, err)
	}
	v.wait(t)
	if !bytes.Equal(table(t, dir), whole(t)) {
		t.Error("the table is not that of a local run")
	}
	if exists(filepath.Join(dir, ".nats")) {
		t.Error("the queue's files are left behind")
	}
	// The sweep is done: serving it again has nothing to do.
	if _, err := Serve(context.Background(), parse(t, spec), []byte(spec), dir, Options{Listen: Listen{Addr: "127.0.0.1:0"}}); err != nil {
		t.Error(err)
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// TestMain runs a worker or a server in a process of its own where a test asks.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("TACIT_TEST_JOIN") != "":
		_, err := Work(context.Background(), WorkOptions{
			Remote:  Remote{URL: os.Getenv("TACIT_TEST_JOIN")},
			Observe: func(n int) { fmt.Println(n) },
		})
		end(err)
	case os.Getenv("TACIT_TEST_SERVE") != "":
		s, err := sweep.Parse([]byte(spec))
		if err != nil {
			end(err)
		}
		_, err = Serve(context.Background(), s, []byte(spec), os.Getenv("TACIT_TEST_SERVE"), Options{
			Listen: Listen{Addr: os.Getenv("TACIT_TEST_ADDR")}, Batch: 4, AckWait: time.Second,
			Ready:   func(url string) { fmt.Println(url) },
			Observe: func(p sweep.Progress) { fmt.Println(p.Done) },
		})
		end(err)
	}
	os.Exit(m.Run())
}

func end(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// process starts this test binary with a variable set and returns it with the
// lines that it prints.
func process(t *testing.T, env ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, bufio.NewScanner(out)
}

// until reads lines until there are n.
func until(t *testing.T, lines *bufio.Scanner, n int) {
	t.Helper()
	for range n {
		if !lines.Scan() {
			t.Fatal("the process ended early")
		}
	}
}

// Workers are killed in the middle of their batches, others come late: no cell
// is lost, none is counted twice.
func TestKilledWorkers(t *testing.T) {
	dir := t.TempDir()
	v := serve(t, dir, Options{Batch: 4, AckWait: time.Second})
	for range 3 {
		cmd, lines := process(t, "TACIT_TEST_JOIN="+v.url)
		until(t, lines, 5)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	_, first := process(t, "TACIT_TEST_JOIN="+v.url)
	until(t, first, 5)
	if _, err := Work(context.Background(), WorkOptions{Remote: Remote{URL: v.url}}); err != nil {
		t.Error(err)
	}
	v.wait(t)
	if !bytes.Equal(table(t, dir), whole(t)) {
		t.Error("the table is not that of a local run")
	}
}

// The server is killed twice and started again; the worker stays and goes on.
func TestKilledServer(t *testing.T) {
	dir := t.TempDir()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	worked := make(chan error, 1)
	for round := range 3 {
		cmd, lines := process(t, "TACIT_TEST_SERVE="+dir, "TACIT_TEST_ADDR="+addr)
		until(t, lines, 1)
		if round == 0 {
			go func() {
				_, err := Work(context.Background(), WorkOptions{Remote: Remote{URL: "nats://" + addr}})
				worked <- err
			}()
		}
		if round < 2 {
			until(t, lines, 20)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			continue
		}
		for lines.Scan() {
		}
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-worked; err != nil {
		t.Error(err)
	}
	if !bytes.Equal(table(t, dir), whole(t)) {
		t.Error("the table is not that of a local run")
	}
}

func TestRefused(t *testing.T) {
	v := serve(t, t.TempDir(), Options{Version: "2", Listen: Listen{Addr: "127.0.0.1:0", Token: "open sesame"}})
	_, err := Work(context.Background(), WorkOptions{Remote: Remote{URL: v.url, Token: "wrong"}, Version: "2"})
	if err == nil || !strings.Contains(err.Error(), "refuses the token") {
		t.Errorf("a wrong token: %v", err)
	}
	_, err = Work(context.Background(), WorkOptions{Remote: Remote{URL: v.url, Token: "open sesame"}, Version: "1"})
	var version *VersionError
	if !errors.As(err, &version) || version.Server != sweep.Edition("2") || version.Worker != sweep.Edition("1") {
		t.Errorf("another version: %v", err)
	}
	_, err = Work(context.Background(), WorkOptions{Remote: Remote{URL: v.url, Token: "open sesame"}, Version: "2", Hash: strings.Repeat("0", 64)})
	if err == nil || !strings.Contains(err.Error(), "nobody serves") {
		t.Errorf("another sweep: %v", err)
	}
	_, err = Work(context.Background(), WorkOptions{Remote: Remote{URL: "nats://127.0.0.1:1"}})
	if err == nil || !strings.Contains(err.Error(), "no connection") {
		t.Errorf("nobody there: %v", err)
	}
	addr := strings.TrimPrefix(v.url, "nats://")
	_, err = Serve(context.Background(), parse(t, spec), []byte(spec), t.TempDir(), Options{Listen: Listen{Addr: addr}})
	if err == nil || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("the port is taken: %v", err)
	}
}

// Garbage in the queue, garbage and lies in the results.
func TestMalformedMessages(t *testing.T) {
	dir := t.TempDir()
	v := serve(t, dir, Options{})
	nc, err := nats.Connect(v.url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	s := parse(t, spec)
	n := names{s.Hash()[:idLength]}
	good := s.Run(context.Background(), s.Cell(3))
	lie := good
	lie.N++
	far := good
	far.Index = 1 << 40
	data, err := json.Marshal(rows{Rows: []sweep.Row{lie, far}})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []struct {
		subject string
		data    []byte
	}{
		{n.work(), []byte("{")}, {n.work(), []byte(`{"cells":[-1,99999999]}`)},
		{n.result(), []byte("\x00")}, {n.result(), data}, {helloSubject, []byte("?")},
	} {
		if err := nc.Publish(m.subject, m.data); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Work(context.Background(), WorkOptions{Remote: Remote{URL: v.url}}); err != nil {
		t.Error(err)
	}
	v.wait(t)
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.rejected) != 4 {
		t.Errorf("rejected: %q", v.rejected)
	}
	if !bytes.Equal(table(t, dir), whole(t)) {
		t.Error("the table is not that of a local run")
	}
}

// A sweep on a NATS server that is already there.
func TestRemote(t *testing.T) {
	e, err := Listen{Addr: "127.0.0.1:0", Token: "t"}.start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer e.stop(true)
	dir := t.TempDir()
	remote := Remote{URL: e.url(), Token: "t"}
	v := serve(t, dir, Options{Remote: remote})
	if _, err := Work(context.Background(), WorkOptions{Remote: remote}); err != nil {
		t.Error(err)
	}
	v.wait(t)
	if !bytes.Equal(table(t, dir), whole(t)) {
		t.Error("the table is not that of a local run")
	}
}

func TestInterruptedWorker(t *testing.T) {
	dir := t.TempDir()
	v := serve(t, dir, Options{Batch: 4, AckWait: time.Second})
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Work(ctx, WorkOptions{Remote: Remote{URL: v.url}, Observe: func(n int) {
		if n >= 40 {
			cancel()
		}
	}})
	cancel()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if _, err := Work(context.Background(), WorkOptions{Remote: Remote{URL: v.url}}); err != nil {
		t.Error(err)
	}
	v.wait(t)
}

func TestOpen(t *testing.T) {
	for addr, want := range map[string]bool{"127.0.0.1:1": false, "[::1]:1": false, "localhost:1": false, "0.0.0.0:1": true, ":1": true, "10.0.0.1:1": true, "?": true} {
		if got := (Listen{Addr: addr}).Open(); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
}
