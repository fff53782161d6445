package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestSweepServeAndWork runs a sweep by the two commands of a server and a
// worker, and compares the table with that of the plain command.
func TestSweepServeAndWork(t *testing.T) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "spec.toml")
	text := "trials = 5\n[fixed]\nm = 20\nnonneg = true\n[axes]\ndelta = [0.25, 0.5]\nrho = [0.2, 0.6]\n"
	if err := os.WriteFile(spec, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	local, served := filepath.Join(dir, "local"), filepath.Join(dir, "served")
	command := func(stderr io.Writer, args ...string) int {
		return run(context.Background(), args, strings.NewReader(""), io.Discard, stderr)
	}
	if code := command(io.Discard, "sweep", spec, "-o", local); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	said := &spoken{wait: make(chan string, 100)}
	end := make(chan int, 1)
	go func() { end <- command(said, "sweep", "serve", spec, "-o", served, "--addr", "127.0.0.1:0") }()
	url := ""
	for url == "" {
		select {
		case l := <-said.wait:
			url = regexp.MustCompile(`nats://\S+`).FindString(l)
		case code := <-end:
			t.Fatalf("the server ends with %d", code)
		case <-time.After(20 * time.Second):
			t.Fatal("the server does not say how to join")
		}
	}
	if code := command(io.Discard, "sweep", "work", "--join", url); code != 0 {
		t.Errorf("the worker ends with %d", code)
	}
	if code := <-end; code != 0 {
		t.Errorf("the server ends with %d", code)
	}
	a, err1 := os.ReadFile(filepath.Join(local, "cells.parquet"))
	b, err2 := os.ReadFile(filepath.Join(served, "cells.parquet"))
	if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
		t.Errorf("the tables differ (%v, %v)", err1, err2)
	}
}

// spoken hands on what is written to it.
type spoken struct{ wait chan string }

func (l *spoken) Write(p []byte) (int, error) {
	l.wait <- string(p)
	return len(p), nil
}
