// Command figures draws the pictures of docs/theory from the packages of this
// module: each is computed when it is drawn.
//
//	go run ./docs/theory/figures            rewrites docs/theory/img/*.svg
//	go run ./docs/theory/figures -png DIR   also writes them as PNG, to look at
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/plot"
)

// figure is a picture with the name of its file.
type figure struct {
	name string
	draw func(context.Context) (*plot.Figure, error)
}

func figures() []figure {
	return []figure{
		{"lemma-1", lemma1},
		{"ridge", ridge},
		{"main-theorem", mainTheorem},
		{"compressed-sensing", compressedSensing},
		{"x-space", xSpace},
		{"bregman", bregman},
		{"local-quadratic", localQuadratic},
		{"mirror-descent", mirrorDescent},
		{"key-lemma", keyLemma},
		{"preconditioning", preconditioning},
		{"equivalence", equivalence},
		{"positivity", positivity},
		{"lemma-3", lemma3},
		{"low-rank", lowRank},
		{"effective-start", effectiveStart},
		{"deep-linear", deepLinear},
	}
}

func main() {
	dir := flag.String("o", "docs/theory/img", "directory of the SVG files")
	png := flag.String("png", "", "directory for the same as PNG")
	flag.Parse()
	if err := run(context.Background(), *dir, *png); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, png string) error {
	for _, d := range []string{dir, png} {
		if d == "" {
			continue
		}
		if err := os.MkdirAll(d, 0o777); err != nil {
			return err
		}
	}
	for _, f := range figures() {
		fig, err := f.draw(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		fig.Kind = f.name
		svg := func(w io.Writer) error { return fig.WriteSVG(w, plot.SVGOptions{Theme: plot.Light()}) }
		if err := dataio.WriteFile(filepath.Join(dir, f.name+".svg"), svg); err != nil {
			return err
		}
		if png == "" {
			continue
		}
		raster := func(w io.Writer) error { return fig.WritePNG(w, plot.PNGOptions{Scale: 1}) }
		if err := dataio.WriteFile(filepath.Join(png, f.name+".png"), raster); err != nil {
			return err
		}
	}
	return nil
}
