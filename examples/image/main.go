// Command image recovers a photograph from a quarter of the numbers that it
// has pixels: random measurements with 1 % of noise, and of all the pictures
// that explain them to within the noise the one that is sparsest in a cosine
// or wavelet basis, next to the one of least Euclidean norm.
//
//	go run ./examples/image [flags] [picture.png]
//
// It writes original.png, min-norm.png and l1.png and prints how far the two
// are from the original. Without an argument it takes flower256.png.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tacit-dev/tacit/examples/internal/picture"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		if err != flag.ErrHelp {
			fmt.Fprintln(os.Stderr, "image:", err)
		}
		os.Exit(2)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	dir := flags.String("out", ".", "folder for the three pictures, made if missing")
	e := experiment{}
	flags.StringVar(&e.basis, "basis", "db4", "basis in which the picture is sparse: dct, haar or db4")
	flags.Float64Var(&e.share, "share", 0.25, "measurements per pixel")
	flags.Float64Var(&e.noise, "noise", 0.01, "norm of the noise over that of the measurements")
	flags.Float64Var(&e.tol, "tol", 1e-3, "relative gap at which the answer is accepted")
	flags.Uint64Var(&e.seed, "seed", 1, "of the measurements and the noise")
	if err := flags.Parse(args); err != nil {
		return err
	}
	name := filepath.Join("examples", "image", "flower256.png")
	if flags.NArg() > 1 {
		return fmt.Errorf("%d pictures given; one at a time", flags.NArg())
	} else if flags.NArg() == 1 {
		name = flags.Arg(0)
	}
	original, err := picture.Read(name)
	if err != nil {
		return err
	}
	found, err := e.recover(ctx, original)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		return err
	}
	for _, p := range []struct {
		name string
		picture.Picture
	}{{"original.png", original}, {"min-norm.png", found.leastNorm}, {"l1.png", found.sparsest}} {
		if err := p.Write(filepath.Join(*dir, p.name)); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "%d measurements of %d×%d pixels, noise %g %%\n", found.measurements, original.Rows, original.Cols, 100*e.noise)
	fmt.Fprintf(out, "minimum norm  %5.2f dB\n", picture.PSNR(found.leastNorm, original))
	fmt.Fprintf(out, "l1 in %-6s  %5.2f dB   %s: gap %.1e, %d products, %d coefficients\n",
		e.basis, picture.PSNR(found.sparsest, original), found.answer.Status, found.answer.Gap, found.answer.Stats.Passes, found.answer.Support)
	return nil
}
