// Command inpainting completes a photograph of which a share of the pixels is
// missing, as if the picture were a matrix of low rank: by matrices of growing
// rank fitted to the pixels that are left; and by the picture of least nuclear norm
// that has all of them, with its certificate. A photograph is of low rank only
// approximately, and what is printed says so.
//
//	go run ./examples/inpainting [flags] [picture.png]
//
// It writes damaged.png, rank-N.png for the best of the ranks, and nuclear.png.
// Without an argument it takes flower256.png of examples/image.
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
			fmt.Fprintln(os.Stderr, "inpainting:", err)
		}
		os.Exit(2)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("inpainting", flag.ContinueOnError)
	dir := flags.String("out", ".", "folder for the pictures, made if missing")
	missing := flags.Float64("missing", 0.4, "share of the pixels that are missing")
	most := flags.Int("rank", 32, "largest rank that is fitted; the ranks are 1, 2, 4, …")
	tol := flags.Float64("tol", 1e-9, "relative gap and residual at which the least nuclear norm is accepted; 0: it is not looked for")
	seed := flags.Uint64("seed", 1, "of the missing pixels")
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
	d, err := damage(original, *missing, *seed)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		return err
	}
	write := func(name string, p picture.Picture) error { return p.Write(filepath.Join(*dir, name)) }
	if err := write("damaged.png", d.shown()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d of %d×%d pixels are left: %.2f dB with the others at their mean\n", len(d.left), original.Rows, original.Cols, picture.PSNR(d.atMean(), original))
	fmt.Fprintln(out, "\nrank   residual   PSNR")
	var best completion
	for rank := 1; rank <= *most; rank *= 2 {
		c, err := d.ofRank(ctx, rank)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%4d  %9.1e  %5.2f dB\n", c.rank, c.residual, picture.PSNR(c.Picture, original))
		if best.Grey == nil || picture.PSNR(c.Picture, original) > picture.PSNR(best.Picture, original) {
			best = c
		}
	}
	if best.Grey != nil {
		if err := write(fmt.Sprintf("rank-%d.png", best.rank), best.Picture); err != nil {
			return err
		}
	}
	if *tol == 0 {
		return nil
	}
	c, err := d.leastNuclearNorm(ctx, *tol)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nleast nuclear norm: %.2f dB\n%s: residual %.1e, gap %.1e, rank %d\n%s\n",
		picture.PSNR(c.Picture, original), c.status, c.residual, c.gap, c.rank, c.verdict())
	return write("nuclear.png", c.Picture)
}
