package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/instance"
)

func newGen(env *environment) *cobra.Command {
	kinds := append([]*cobra.Command{newGenSparse(env), newGenSeparable(env), newGenLowRank(env), newGenSensing(env), newGenCompletion(env), newGenImage(env)}, newGenLectures(env)...)
	return group("gen KIND", "make a problem with a known answer", kinds...)
}

func newGenSparse(env *environment) *cobra.Command {
	g := generation{env: env}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "sparse -o FILE.npz|DIR [FLAGS]",
		Short:                 "a matrix, a planted sparse x, and b = Ax",
		Long: `Make A (rows × cols), x with --support nonzero entries, and b = Ax, with seed
--seed: the same bytes on every machine. The ensembles are

  gaussian    independent N(0, 1/rows)
  bernoulli   independent ±1/√rows
  sparse      --nnz Gaussian entries a column
  dct         random rows of the orthonormal DCT-II; DIR gets the row numbers,
              and A is used as op:dct2:DIR/rows.npy:COLS
  hadamard    the same of the Walsh–Hadamard transform, op:hadamard:DIR/rows.npy:COLS
  bumps       Gaussian bumps on [0,1], unit columns: coherent
  ternary     entries −1, 0, 1 with repeated columns: ties

FILE.npz holds A, b and the planted x; DIR gets A.npy (A.npz if sparse), b.npy
and x.npy.`,
		Example: `  tacit gen sparse --rows 200 --cols 1000 --support 30 --nonneg -o p.npz
  tacit gen sparse --ensemble dct --rows 8192 --cols 32768 --support 600 -o dct`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return g.run() },
	}
	f := g.output(c, "the file `FILE.npz` or directory to write", "replace files that are already there")
	f.StringVar(&g.spec.Ensemble, "ensemble", instance.Gaussian, strings.Join(instance.Ensembles(), ", "))
	f.IntVar(&g.spec.N, "rows", 100, "n, measurements")
	f.IntVar(&g.spec.M, "cols", 400, "m, unknowns")
	f.IntVar(&g.spec.K, "support", 10, "nonzero entries of x")
	f.BoolVar(&g.spec.Nonneg, "nonneg", false, "x ≥ 0 instead of random signs")
	f.Float64Var(&g.spec.Range, "range", 0, "magnitudes log-uniform in [1, RANGE] instead of |N(0,1)| + 0.1")
	f.Float64Var(&g.spec.Noise, "noise", 0, "norm of a Gaussian error in b, relative to ‖Ax‖")
	f.IntVar(&g.spec.NNZ, "nnz", 20, "sparse: entries a column")
	f.Float64Var(&g.spec.Width, "width", 0.01, "bumps: standard deviation")
	f.Float64Var(&g.spec.Gap, "gap", 0.05, "bumps: least distance of two planted ones")
	f.IntVar(&g.spec.Duplicates, "duplicates", 0, "ternary: columns that repeat another")
	f.IntVar(&g.spec.Midpoints, "midpoints", 0, "ternary: columns halfway between two others")
	f.Uint64Var(&g.spec.Seed, "seed", 0, "of the random numbers")
	return c
}

// generation is one run of gen sparse, and a part of those of the others.
type generation struct {
	env   *environment
	spec  instance.Sparse
	out   string
	force bool
}

// output declares the flags that all kinds have: where to write, and whether to replace.
func (g *generation) output(c *cobra.Command, where, replace string) *pflag.FlagSet {
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&g.out, "output", "o", "", where)
	f.BoolVar(&g.force, "force", false, replace)
	return f
}

func (g *generation) run() error {
	if g.out == "" {
		return usagef("-o is missing: name the file FILE.npz or the directory to write")
	}
	p, err := g.spec.Generate()
	if err != nil {
		return usagef("%v", err)
	}
	one := strings.HasSuffix(g.out, ".npz")
	if one && p.Rows != nil {
		return usagef("an ensemble %q has no matrix to put into %s; give -o a directory", g.spec.Ensemble, g.out)
	}
	files, use := g.directory(p)
	if one {
		files, use = g.archive(p)
	}
	if err := g.write(files, !one); err != nil {
		return err
	}
	return g.report(files, use)
}

// outputFile is a file to write.
type outputFile struct {
	path  string
	write func(io.Writer) error
}

// archive is the single .npz file, and the arguments that use it.
func (g *generation) archive(p *instance.Problem) ([]outputFile, string) {
	members := append(dataio.MatrixMembers(g.matrix(p)),
		dataio.Member{Name: "b", Values: dataio.Floats(p.B)},
		dataio.Member{Name: "x", Values: dataio.Floats(p.X)})
	write := func(w io.Writer) error { return dataio.WriteNPZ(w, members...) }
	return []outputFile{{g.out, write}}, g.out
}

// directory is the set of files under DIR, and the arguments that use it.
func (g *generation) directory(p *instance.Problem) ([]outputFile, string) {
	in := func(name string) string { return filepath.Join(g.out, name) }
	vector := func(name string, v dataio.Values) outputFile {
		return outputFile{in(name), func(w io.Writer) error { return dataio.WriteNPY(w, v) }}
	}
	files := []outputFile{vector("b.npy", dataio.Floats(p.B)), vector("x.npy", dataio.Floats(p.X))}
	switch {
	case p.Rows != nil:
		op := "dct2"
		if g.spec.Ensemble == instance.PartialH {
			op = "hadamard"
		}
		use := fmt.Sprintf("op:%s:%s:%d %s", op, in("rows.npy"), g.spec.M, in("b.npy"))
		return append(files, vector("rows.npy", dataio.Ints(p.Rows))), use
	case p.Dense != nil:
		return append(files, vector("A.npy", dataio.Floats(p.Dense, g.spec.N, g.spec.M))), in("A.npy") + " " + in("b.npy")
	}
	a := outputFile{in("A.npz"), func(w io.Writer) error { return dataio.WriteNPZ(w, dataio.MatrixMembers(g.matrix(p))...) }}
	return append(files, a), a.path + " " + in("b.npy")
}

// matrix is A as a matrix of dataio.
func (g *generation) matrix(p *instance.Problem) *dataio.Matrix {
	m := &dataio.Matrix{Kind: dataio.Dense, Rows: g.spec.N, Cols: g.spec.M, Val: p.Dense}
	if p.Dense == nil {
		m.Kind, m.Ptr, m.Idx, m.Val = dataio.CSC, p.ColPtr, p.RowIdx, p.Val
	}
	return m
}

// write writes the files, none of which may exist without --force.
func (g *generation) write(files []outputFile, inDir bool) error {
	for _, f := range files {
		if _, err := os.Lstat(f.path); err == nil && !g.force {
			return usagef("%s is already there; use --force to replace it or choose another name", f.path)
		}
	}
	if inDir {
		if err := os.MkdirAll(g.out, 0o777); err != nil {
			return &dataio.WriteError{File: g.out, Err: err}
		}
	}
	for _, f := range files {
		if err := dataio.WriteFile(f.path, f.write); err != nil {
			return err
		}
	}
	return nil
}

// report says what was made and how to use it.
func (g *generation) report(files []outputFile, use string) error {
	s := g.spec
	command := "tacit sparse " + use
	if s.Nonneg {
		command += " --nonneg"
	}
	made := fmt.Sprintf("A (%s) is %d×%d, x has %d nonzero entries, b = Ax", s.Ensemble, s.N, s.M, s.K)
	if s.Noise > 0 {
		made += fmt.Sprintf(" with an error of %g‖Ax‖", s.Noise)
	}
	return g.env.generated(files, made, command, func(o *object) {
		o.set("ensemble", s.Ensemble)
		o.set("rows", s.N)
		o.set("cols", s.M)
		o.set("support", s.K)
		o.set("nonneg", s.Nonneg)
		o.set("seed", s.Seed)
	})
}

// generated prints what was made: in words, or with what describes adds as JSON.
func (env *environment) generated(files []outputFile, made, use string, describe func(o *object)) error {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.path
	}
	if env.json {
		o := &object{}
		o.set("schema", "tacit.generated/1")
		describe(o)
		o.set("files", names)
		o.set("use", use)
		return env.print(o)
	}
	return env.term.result(fmt.Appendf(nil, "made: %s\n\n  %s\n\nnext: %s\n", made, strings.Join(names, "\n  "), use))
}
