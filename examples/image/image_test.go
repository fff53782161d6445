package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/examples/internal/picture"
	"github.com/tacit-dev/tacit/limit"
)

func TestRecover(t *testing.T) {
	whole, err := picture.Read("flower256.png")
	if err != nil {
		t.Fatal(err)
	}
	p := whole.Crop(64, 64, 64, 48)
	for _, basis := range []string{"dct", "haar", "db4"} {
		e := experiment{basis: basis, share: 0.4, noise: 0.01, tol: 1e-3, seed: 1}
		r, err := e.recover(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		if r.answer.Status != limit.Certified {
			t.Errorf("%s: %s, %+v", basis, r.answer.Status, r.answer.Reason)
		}
		sparse, least := picture.PSNR(r.sparsest, p), picture.PSNR(r.leastNorm, p)
		t.Logf("%s: l1 %.2f dB, minimum norm %.2f dB, %+v", basis, sparse, least, r.answer.Stats)
		if sparse < least+6 {
			t.Errorf("%s: l1 %.2f dB, minimum norm %.2f dB", basis, sparse, least)
		}
	}
}

func TestPicturesAreWritten(t *testing.T) {
	whole, err := picture.Read("flower256.png")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	small := filepath.Join(dir, "small.png")
	if err := whole.Crop(100, 100, 32, 32).Write(small); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run(context.Background(), []string{"-out", dir, "-share", "0.5", small}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "certified") {
		t.Errorf("output: %s", out.String())
	}
	for _, name := range []string{"original.png", "min-norm.png", "l1.png"} {
		if p, err := picture.Read(filepath.Join(dir, name)); err != nil || p.Rows != 32 || p.Cols != 32 {
			t.Errorf("%s: %v, %d×%d", name, err, p.Rows, p.Cols)
		}
	}
}

func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.png")
	if err := os.WriteFile(text, []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{text}, "not a PNG"},
		{[]string{filepath.Join(dir, "none.png")}, "none.png"},
		{[]string{"-share", "0", "flower256.png"}, "share is 0"},
		{[]string{"-share", "NaN", "flower256.png"}, "share is NaN"},
		{[]string{"-noise", "-1", "flower256.png"}, "noise is -1"},
		{[]string{"-basis", "sinc", "flower256.png"}, "sinc"},
		{[]string{"a.png", "b.png"}, "2 pictures"},
	} {
		err := run(context.Background(), append([]string{"-out", dir}, c.args...), &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c.args, err)
		}
	}
}
