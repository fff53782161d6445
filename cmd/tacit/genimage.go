package main

import (
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/internal/instance"
)

func newGenImage(env *environment) *cobra.Command {
	g := imageGeneration{generation: generation{env: env}}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "image -o DIR [FLAGS]",
		Short:                 "points of light, seen through a camera of one pixel",
		Long: `Make a picture of --points points of light on black, --size pixels wide and high,
with brightnesses over --range, and measure it as a camera of one pixel does: each
measurement is the sum of the pixels with the signs of one row of a Walsh–Hadamard
transform. --density is the number of measurements as a share of the pixels. Seed
--seed: the same bytes on every machine.

DIR gets rows.npy, b.npy, the pixels x.npy row by row, and image.png to look at,
with brightnesses on a logarithmic scale. A is used as op:hadamard:DIR/rows.npy:N,
N the number of pixels.`,
		Example: `  tacit gen image --size 128 --points 200 --density 0.1 -o sky`,
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return g.run() },
	}
	f := g.output(c, "the directory `DIR` to write", "replace files that are already there")
	f.IntVar(&g.size, "size", 64, "pixels of a side, a power of two")
	f.IntVar(&g.spec.K, "points", 40, "points of light")
	f.Float64Var(&g.spec.Range, "range", 100, "brightnesses log-uniform in [1, RANGE]")
	f.Float64Var(&g.density, "density", 0.1, "measurements a pixel")
	f.Float64Var(&g.spec.Noise, "noise", 0, "norm of a Gaussian error in b, relative to ‖Ax‖")
	f.Uint64Var(&g.spec.Seed, "seed", 0, "of the random numbers")
	return c
}

// imageGeneration is one run of gen image.
type imageGeneration struct {
	generation

	size    int
	density float64
}

func (g *imageGeneration) run() error {
	switch {
	case g.out == "":
		return usagef("-o is missing: name the directory to write")
	case g.size < 2 || g.size > 4096 || g.size&(g.size-1) != 0:
		return usagef("--size %d: it is a power of two from 2 to 4096", g.size)
	case !(g.density > 0 && g.density <= 1):
		return usagef("--density %v: it must be above 0 and at most 1", g.density)
	}
	g.spec.Name, g.spec.Ensemble, g.spec.Nonneg = "image", instance.PartialH, true
	g.spec.M = g.size * g.size
	g.spec.N = max(1, int(math.Round(g.density*float64(g.spec.M))))
	p, err := g.spec.Generate()
	if err != nil {
		return usagef("%v", err)
	}
	files, use := g.directory(p)
	files = append(files, outputFile{filepath.Join(g.out, "image.png"), func(w io.Writer) error {
		return png.Encode(w, g.picture(p.X))
	}})
	if err := g.write(files, true); err != nil {
		return err
	}
	return g.tell(files, use, p.B)
}

// picture is x on a logarithmic scale, from a quarter of the white for 1.
func (g *imageGeneration) picture(x []float64) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, g.size, g.size))
	for i, v := range x {
		if v > 0 {
			bright := 0.25
			if g.spec.Range > 1 {
				bright += 0.75 * math.Log(v) / math.Log(g.spec.Range)
			}
			img.Pix[i] = uint8(math.Round(255 * min(1, max(0.25, bright))))
		}
	}
	return img
}

// tell says what was made and how to use it.
func (g *imageGeneration) tell(files []outputFile, use string, b []float64) error {
	s := g.spec
	command := "tacit sparse " + use + " --nonneg"
	if s.Noise > 0 {
		// b holds the error too, by which ‖Ax‖ is known up to a part Noise.
		command += fmt.Sprintf(" --sigma %.3g", s.Noise/(1-min(s.Noise, 0.5))*length(b))
	}
	made := fmt.Sprintf("a picture of %d×%d pixels with %d points of light, and %d measurements of it", g.size, g.size, s.K, s.N)
	return g.env.generated(files, made, command, func(o *object) {
		o.set("ensemble", "image")
		o.set("size", g.size)
		o.set("rows", s.N)
		o.set("cols", s.M)
		o.set("support", s.K)
		o.set("seed", s.Seed)
	})
}
