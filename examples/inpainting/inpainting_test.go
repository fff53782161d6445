package main

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/examples/internal/picture"
	"github.com/tacit-dev/tacit/limit"
)

const flower = "../image/flower256.png"

func crop(t *testing.T, side int) picture.Picture {
	t.Helper()
	whole, err := picture.Read(flower)
	if err != nil {
		t.Fatal(err)
	}
	return whole.Crop(100, 100, side, side)
}

// A photograph is fitted better by every further rank and by none to rounding.
func TestResidualFallsWithTheRank(t *testing.T) {
	p, err := picture.Read(flower) // a small part of it has no low rank at all
	if err != nil {
		t.Fatal(err)
	}
	d, err := damage(p, 0.4, 1)
	if err != nil {
		t.Fatal(err)
	}
	before := 1.0
	for _, rank := range []int{1, 2, 4} {
		c, err := d.ofRank(context.Background(), rank)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("rank %d: residual %.3g, %.2f dB", c.rank, c.residual, picture.PSNR(c.Picture, p))
		if c.rank != rank || !(c.residual < 0.99*before) || c.residual < 1e-3 {
			t.Errorf("rank %d: rank %d, residual %v after %v", rank, c.rank, c.residual, before)
		}
		if got, least := picture.PSNR(c.Picture, p), picture.PSNR(d.atMean(), p); rank == 4 && got < least+2 {
			t.Errorf("rank 4: %.2f dB, the mean has %.2f dB", got, least)
		}
		before = c.residual
	}
}

// The certificate tells a photograph from a matrix of low rank.
func TestVerdict(t *testing.T) {
	smooth := crop(t, 14)
	for at := range smooth.Grey { // rank 1, and 2 without its mean
		i, j := float64(at/14), float64(at%14)
		smooth.Grey[at] = (1 + math.Sin(i)) * (1 + math.Cos(j)) / 4
	}
	for _, c := range []struct {
		picture.Picture
		missing float64
		want    string
	}{
		{crop(t, 14), 0.4, "does not fit"},
		{smooth, 0.2, "a matrix of rank 2"},
	} {
		d, err := damage(c.Picture, c.missing, 1)
		if err != nil {
			t.Fatal(err)
		}
		found, err := d.leastNuclearNorm(context.Background(), 1e-6)
		if err != nil {
			t.Fatal(err)
		}
		if found.status != limit.Certified || !strings.Contains(found.verdict(), c.want) {
			t.Errorf("%s, rank %d: %q, want %q", found.status, found.rank, found.verdict(), c.want)
		}
	}
}

func TestPicturesAreWritten(t *testing.T) {
	dir := t.TempDir()
	small := filepath.Join(dir, "small.png")
	if err := crop(t, 24).Write(small); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run(context.Background(), []string{"-out", dir, "-rank", "2", small}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "certified") {
		t.Errorf("output: %s", out.String())
	}
	for _, name := range []string{"damaged.png", "rank-2.png", "nuclear.png"} {
		if p, err := picture.Read(filepath.Join(dir, name)); err != nil || p.Rows != 24 || p.Cols != 24 {
			t.Errorf("%s: %v, %d×%d", name, err, p.Rows, p.Cols)
		}
	}
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"none.png"}, "none.png"},
		{[]string{"-missing", "1", flower}, "missing is 1"},
		{[]string{"-missing", "-0.1", flower}, "missing is -0.1"},
		{[]string{"-missing", "NaN", flower}, "missing is NaN"},
		{[]string{"a.png", "b.png"}, "2 pictures"},
	} {
		err := run(context.Background(), append([]string{"-out", t.TempDir()}, c.args...), &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c.args, err)
		}
	}
}
