package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/instance"
)

func newGenSensing(env *environment) *cobra.Command {
	g := matrixGeneration{generation: generation{env: env}, kind: "sensing"}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "sensing -o FILE.npz [FLAGS]",
		Short:                 "Gaussian measurements of a planted matrix of low rank",
		Long: `Make X = LRᵀ of rank --rank, or X = LLᵀ with --psd, and b_k = ⟨A_k, X⟩ for --rows
Gaussian matrices A_k, symmetric with --psd, with seed --seed: the same bytes on
every machine. FILE.npz holds A (n×p×q), b, and the planted X.`,
		Example: `  tacit gen sensing --shape 50,50 --rank 3 --rows 400 --psd -o m1.npz`,
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return g.run() },
	}
	f := g.flags(c)
	f.IntVar(&g.spec.N, "rows", 100, "n, measurements")
	return c
}

func newGenLowRank(env *environment) *cobra.Command {
	g := matrixGeneration{generation: generation{env: env}, kind: "lowrank"}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "lowrank -o FILE.npz|FILE.npy [FLAGS]",
		Short:                 "a matrix of low rank, whole",
		Long: `Make X = LRᵀ of rank --rank, or X = LLᵀ with --psd, the entries of L and R
independent N(0,1), with seed --seed: the same bytes on every machine. FILE.npz holds
X and the factors L and R, FILE.npy X alone. sensing and completion make
problems of such matrices.`,
		Example: `  tacit gen lowrank --shape 300,200 --rank 5 -o X.npy`,
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return g.run() },
	}
	g.flags(c)
	g.spec.Density = 1
	return c
}

func newGenCompletion(env *environment) *cobra.Command {
	g := matrixGeneration{generation: generation{env: env}, kind: "completion"}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "completion -o FILE.npz|FILE.mtx [FLAGS]",
		Short:                 "some entries of a planted matrix of low rank",
		Long: `Make X = LRᵀ of rank --rank, or X = LLᵀ with --psd, and observe each entry with
probability --density, with seed --seed: the same bytes on every machine. FILE.npz
holds rows, cols, values, shape and the planted factors L and R; FILE.mtx lists
the entries that are known.`,
		Example: `  tacit gen completion --shape 200,200 --rank 5 --density 0.3 -o m2.npz`,
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return g.run() },
	}
	f := g.flags(c)
	f.Float64Var(&g.spec.Density, "density", 0.3, "the share of the entries that is observed")
	return c
}

// matrixGeneration is one run of gen sensing or gen completion.
type matrixGeneration struct {
	generation

	spec  instance.LowRank
	kind  string // lowrank, sensing or completion
	shape []int
}

func (g *matrixGeneration) flags(c *cobra.Command) *pflag.FlagSet {
	f := g.output(c, "the `FILE` to write", "replace a file that is already there")
	f.IntSliceVar(&g.shape, "shape", []int{20, 20}, "`P,Q`, the shape of X")
	f.IntVar(&g.spec.Rank, "rank", 2, "of X")
	f.BoolVar(&g.spec.PSD, "psd", false, "X is positive semidefinite")
	f.Uint64Var(&g.spec.Seed, "seed", 0, "of the random numbers")
	return f
}

func (g *matrixGeneration) run() error {
	switch {
	case g.out == "":
		return usagef("-o is missing: name the file to write")
	case len(g.shape) != 2:
		return usagef("--shape has %d numbers; it is P,Q", len(g.shape))
	case g.kind == "completion" && !(g.spec.Density > 0):
		return usagef("--density %v: it must be between 0 and 1", g.spec.Density)
	}
	if !g.takes(filepath.Ext(g.out)) {
		return usagef("-o %s: the file is %s", g.out, g.fileNames())
	}
	g.spec.P, g.spec.Q = g.shape[0], g.shape[1]
	m, err := g.spec.Generate()
	if err != nil {
		return usagef("%v", err)
	}
	if len(m.B) == 0 {
		return usagef("no entry was drawn: raise --density")
	}
	files := []outputFile{{g.out, func(w io.Writer) error { return g.writeMatrix(w, m) }}}
	if err := g.write(files, false); err != nil {
		return err
	}
	return g.report(files, m)
}

// endings are the formats of each kind.
var endings = map[string][]string{
	"lowrank":    {".npz", ".npy"},
	"sensing":    {".npz"},
	"completion": {".npz", ".mtx"},
}

func (g *matrixGeneration) takes(ending string) bool { return slices.Contains(endings[g.kind], ending) }

func (g *matrixGeneration) fileNames() string {
	return "FILE" + strings.Join(endings[g.kind], " or FILE")
}

func (g *matrixGeneration) writeMatrix(w io.Writer, m *instance.MatrixInstance) error {
	switch filepath.Ext(g.out) {
	case ".mtx":
		return entriesText(w, m)
	case ".npy":
		return dataio.WriteNPY(w, dataio.Floats(g.spec.Planted(m), m.P, m.Q))
	}
	return dataio.WriteNPZ(w, g.members(m)...)
}

func (g *matrixGeneration) members(m *instance.MatrixInstance) []dataio.Member {
	planted := []dataio.Member{
		{Name: "L", Values: dataio.Floats(m.L, m.P, g.spec.Rank)},
		{Name: "R", Values: dataio.Floats(m.R, m.Q, g.spec.Rank)},
	}
	switch g.kind {
	case "lowrank":
		return append([]dataio.Member{{Name: "X", Values: dataio.Floats(g.spec.Planted(m), m.P, m.Q)}}, planted...)
	case "completion":
		return append([]dataio.Member{
			{Name: "rows", Values: dataio.Ints(m.Rows)},
			{Name: "cols", Values: dataio.Ints(m.Cols)},
			{Name: "values", Values: dataio.Floats(m.B)},
			{Name: "shape", Values: dataio.Ints([]int{m.P, m.Q})},
		}, planted...)
	}
	return append([]dataio.Member{
		{Name: "A", Values: dataio.Floats(m.Dense, len(m.B), m.P, m.Q)},
		{Name: "b", Values: dataio.Floats(m.B)},
	}, planted...)
}

// entriesText writes the known entries as a Matrix Market file.
func entriesText(w io.Writer, m *instance.MatrixInstance) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%%%%MatrixMarket matrix coordinate real general\n%d %d %d\n", m.P, m.Q, len(m.B))
	for k, v := range m.B {
		fmt.Fprintf(&b, "%d %d %v\n", m.Rows[k]+1, m.Cols[k]+1, v)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// report says what was made and how to use it.
func (g *matrixGeneration) report(files []outputFile, m *instance.MatrixInstance) error {
	s := g.spec
	made, command := fmt.Sprintf("a %d×%d matrix of rank %d", m.P, m.Q, s.Rank), "tacit inspect "+g.out
	if g.kind != "lowrank" {
		made = fmt.Sprintf("%d measurements (%s) of %s", len(m.B), g.kind, made)
		if command = "tacit lowrank " + g.out; s.PSD {
			command += " --psd"
		}
	}
	return g.env.generated(files, made, command, func(o *object) {
		o.set("kind", g.kind)
		if g.kind != "lowrank" {
			o.set("rows", len(m.B))
		}
		o.set("shape", []int{m.P, m.Q})
		o.set("rank", s.Rank)
		o.set("psd", s.PSD)
		o.set("seed", s.Seed)
	})
}
