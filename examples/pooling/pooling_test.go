package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

func TestDesign(t *testing.T) {
	a := design()
	for i := range pools {
		size := 0
		for j := range samples {
			size += int(a[i*samples+j])
		}
		if size != 48 {
			t.Errorf("pool %d has %d samples, want 48", i, size)
		}
	}
	for j := range samples {
		for k := range j + 1 {
			shared := 0
			for i := range pools {
				shared += int(a[i*samples+j] * a[i*samples+k])
			}
			if k == j && shared != points || k < j && shared > 2 {
				t.Fatalf("samples %d and %d share %d pools", j, k, shared)
			}
		}
	}
}

// TestFilesAreCurrent holds the committed files to the program that writes
// them.
func TestFilesAreCurrent(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"A.npy", "b.npy"} {
		want, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what `go run ./examples/pooling` writes", name)
		}
	}
}

// TestCarriersAreFound solves the problem as the laboratory would, from the
// files, and wants the carriers with their loads and a proof.
func TestCarriersAreFound(t *testing.T) {
	p, err := dataio.LoadProblem("A.npy", "b.npy", dataio.ProblemOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ans, err := tacit.Solve(context.Background(), tacit.Problem{A: p.A, B: p.B, Nonneg: true}, tacit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if ans.Status != limit.Certified {
		t.Fatalf("status %s: %+v", ans.Status, ans.Reason)
	}
	if ans.Unique == nil || !*ans.Unique {
		t.Error("it is not proven that no other loads explain the measurements")
	}
	for j, v := range ans.X {
		if want := carriers[j]; v < want*(1-1e-9) || v > want*(1+1e-9) {
			t.Errorf("sample %d: load %v, want %v", j, v, want)
		}
	}
	verdict, err := tacit.Verify(p.A, p.B, ans)
	if err != nil || !verdict.Valid {
		t.Errorf("the certificate is rejected: %v %+v", err, verdict.Failed())
	}
}

// TestBrokenPoolIsNoticed: a measurement that no loads can explain is refused
// with a proof.
func TestBrokenPoolIsNoticed(t *testing.T) {
	a := design()
	b := measure(a, loads())
	b[0] += 1e6 // the pools of one point no longer add up to those of another
	op, err := tacit.Dense(pools, samples, a)
	if err != nil {
		t.Fatal(err)
	}
	ans, err := tacit.Solve(context.Background(), tacit.Problem{A: op, B: b, Nonneg: true}, tacit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if ans.Status != limit.Infeasible {
		t.Fatalf("status %s, want infeasible", ans.Status)
	}
	verdict, err := tacit.Verify(op, b, ans)
	if err != nil || !verdict.Valid {
		t.Errorf("the Farkas vector is rejected: %v %+v", err, verdict.Failed())
	}
}
