package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/instance"
)

func newGenSeparable(env *environment) *cobra.Command {
	g := pointsGeneration{generation: generation{env: env}}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "separable -o FILE.npz|DIR [FLAGS]",
		Short:                 "labelled points with a known separator",
		Long: `Make --points points in --dim coordinates with labels ±1, with seed --seed: the
same bytes on every machine. The ensembles are

  planted   N(0, I), labelled by the side of a random hyperplane and moved
            --margin away from it; it is --intercept away from the origin
  noise     N(0, I) with alternating labels: separable by dimension
  sparse    --nnz positive entries a row, rows of norm 1, random labels
  turned    planted, with the label of the last point turned

FILE.npz holds X and y (the layout of scipy.sparse.save_npz and b if sparse); DIR
gets X.npy (X.npz if sparse) and y.npy.`,
		Example: `  tacit gen separable --points 2000 --dim 50 -o points.npz
  tacit margin points.npz`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return g.run() },
	}
	f := g.output(c, "the file `FILE.npz` or directory to write", "replace files that are already there")
	f.StringVar(&g.points.Ensemble, "ensemble", instance.Planted, strings.Join(instance.PointEnsembles(), ", "))
	f.IntVar(&g.points.N, "points", 100, "number of points")
	f.IntVar(&g.points.D, "dim", 10, "number of coordinates")
	f.Float64Var(&g.points.Margin, "margin", 0.1, "planted: distance of every point from the hyperplane, at least")
	f.Float64Var(&g.points.Intercept, "intercept", 0, "planted: distance of the hyperplane from the origin")
	f.IntVar(&g.points.NNZ, "nnz", 5, "sparse: entries a row")
	f.Uint64Var(&g.points.Seed, "seed", 0, "of the random numbers")
	return c
}

// pointsGeneration is one run of gen separable.
type pointsGeneration struct {
	generation
	points instance.Separable
}

func (g *pointsGeneration) run() error {
	if g.out == "" {
		return usagef("-o is missing: name the file FILE.npz or the directory to write")
	}
	p, err := g.points.Generate()
	if err != nil {
		return usagef("%v", err)
	}
	one := strings.HasSuffix(g.out, ".npz")
	files, use := g.directory(p)
	if one {
		files, use = g.archive(p)
	}
	if err := g.write(files, !one); err != nil {
		return err
	}
	return g.report(files, use)
}

func (g *pointsGeneration) matrix(p *instance.Points) *dataio.Matrix {
	m := &dataio.Matrix{Kind: dataio.Dense, Rows: g.points.N, Cols: g.points.D, Val: p.Dense}
	if p.Dense == nil {
		m.Kind, m.Ptr, m.Idx, m.Val = dataio.CSR, p.RowPtr, p.ColIdx, p.Val
	}
	return m
}

func (g *pointsGeneration) archive(p *instance.Points) ([]outputFile, string) {
	members := []dataio.Member{
		{Name: "X", Values: dataio.Floats(p.Dense, g.points.N, g.points.D)},
		{Name: "y", Values: dataio.Floats(p.Y)},
	}
	if p.Dense == nil {
		members = append(dataio.MatrixMembers(g.matrix(p)), dataio.Member{Name: "b", Values: dataio.Floats(p.Y)})
	}
	return []outputFile{{g.out, func(w io.Writer) error { return dataio.WriteNPZ(w, members...) }}}, g.out
}

func (g *pointsGeneration) directory(p *instance.Points) ([]outputFile, string) {
	in := func(name string) string { return filepath.Join(g.out, name) }
	files := []outputFile{{in("y.npy"), func(w io.Writer) error { return dataio.WriteNPY(w, dataio.Floats(p.Y)) }}}
	x := outputFile{in("X.npy"), func(w io.Writer) error { return dataio.WriteNPY(w, dataio.Floats(p.Dense, g.points.N, g.points.D)) }}
	if p.Dense == nil {
		x = outputFile{in("X.npz"), func(w io.Writer) error { return dataio.WriteNPZ(w, dataio.MatrixMembers(g.matrix(p))...) }}
	}
	return append(files, x), x.path + " " + in("y.npy")
}

// report says what was made and how to use it.
func (g *pointsGeneration) report(files []outputFile, use string) error {
	s := g.points
	command := "tacit margin " + use
	if s.Intercept != 0 {
		command += " --bias"
	}
	made := fmt.Sprintf("%d labelled points in %d coordinates (%s)", s.N, s.D, s.Ensemble)
	return g.env.generated(files, made, command, func(o *object) {
		o.set("ensemble", s.Ensemble)
		o.set("points", s.N)
		o.set("dim", s.D)
		o.set("seed", s.Seed)
	})
}
