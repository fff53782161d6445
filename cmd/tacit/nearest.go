package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// nearest is what the command nearest adds to a job.
type nearest struct {
	geometry string // without a file name
	matrix   string // file of the matrix of mahalanobis
	relative bool
	l1       float64

	spectral  bool // the unknown is a matrix
	symmetric bool
	from      string
}

func newNearest(env *environment) *cobra.Command {
	var s solveFlags
	var n nearest
	var text, from string
	var alpha logScale
	var resume bool
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "nearest A b --geometry G [FLAGS]\n  tacit nearest DATA --geometry G [FLAGS]",
		Short:                 "the solution nearest to a start in a geometry, with a proof",
		Long: `Minimise the Bregman divergence D(x, x₀) of a geometry subject to Ax = b: the
limit of mirror descent from x₀. It rakes and calibrates survey weights, balances
samples, fits maximum entropy models and fills boxes. ` + "`tacit help geometries`" + `
lists the geometries.

The start comes from the file of --from, or is α·1 with --alpha, where α is a
decimal of any exponent for the entropy. Without both it is the point where the
potential is least: 1 for the entropy, the middle of a box, 0 for geometries of
both signs. For power-diff --alpha is the scale of the geometry.

Geometries of matrices by their eigenvalues or singular values, ` + "`von-neumann`" + `,
` + "`logdet`" + `, ` + "`spectral-hypentropy:B` and `schatten:P`" + `, take one file DATA as tacit
lowrank does, with ⟨A_k, X⟩ = b_k or known entries: X is symmetric positive
definite for the first two, which start at α·I (von-neumann at I by default), and any
p×q matrix for the others, which start at 0, or a symmetric one with --symmetric.

With -o DIR and A from a CSV file, x.csv is written beside x.npy under the names
of the columns of A; with --transpose (one unknown per row) x.csv is a column,
and y.csv has the multipliers under the names of the constraints.

With -o DIR a run of more than a minute keeps there where it is, every minute and at a
premature end (--max-time, Ctrl-C), and --resume goes on from there.`,
		Example: `  tacit nearest aux.csv totals.csv --transpose --geometry entropy --from weights.csv -o raked
  tacit nearest aux.csv totals.csv --transpose --geometry fermi-dirac:0.7,1.5 --relative --from weights.csv
  tacit nearest A.npy b.npy --geometry entropy --alpha 1e-300 --json
  tacit nearest A.npy b.npy --geometry mahalanobis:K.npy --from x0.npy
  tacit nearest unit-diagonal.mtx --geometry logdet --from covariance.npy -o correlation`,
		Args: matrixAndRHS,
		RunE: func(c *cobra.Command, args []string) error {
			s.start = time.Now()
			if err := s.check(c); err != nil {
				return err
			}
			if err := n.read(text, from, alpha.set); err != nil {
				return err
			}
			if n.spectral && resume {
				return usagef("--resume is for geometries of vectors: a run about a matrix keeps nothing on its way")
			}
			if n.spectral {
				return n.runMatrix(c, env, &s, args, from, &alpha)
			}
			j := &job{env: env, flags: &s, command: "nearest", geometry: strings.TrimSpace(text), near: &n}
			if alpha.set {
				j.logAlpha, j.alphaText = &alpha.log, alpha.text
			}
			if err := j.keeping(resume); err != nil {
				return err
			}
			return j.run(c.Context(), args, map[string]string{"x0": from}, j.solveNearest)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&text, "geometry", "", "`G` that measures: entropy, fermi-dirac:L,U, lp:P, …; see tacit help geometries")
	f.StringVar(&from, "from", "", "start x₀ from `FILE`")
	f.Var(&alpha, "alpha", "start at α·1; for power-diff the scale of the geometry")
	f.BoolVar(&n.symmetric, "symmetric", false, "spectral-hypentropy, schatten: X is symmetric")
	f.BoolVar(&n.relative, "relative", false, "fermi-dirac: the bounds are those of xᵢ/x₀ᵢ")
	s.add(c)
	s.addResume(c, &resume)
	s.addEngine(c)
	return c
}

// read understands the flags before any file is read.
func (n *nearest) read(text, from string, scaled bool) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return usagef("nearest needs --geometry: %s; of matrices %s", strings.Join(geometry.Names(), ", "), strings.Join(geometry.MatrixNames(), ", "))
	}
	if from != "" && scaled {
		return usagef("--from and --alpha exclude each other: both give the start")
	}
	if matrix, _ := geometry.IsMatrix(text); matrix {
		if n.relative {
			return usagef("--relative has a meaning for fermi-dirac:L,U only")
		}
		if _, err := geometry.ParseMatrix(text, 1, 1, false); err != nil {
			return usagef("--geometry: %v", err)
		}
		n.geometry, n.spectral = text, true
		return nil
	}
	if n.symmetric {
		return usagef("--symmetric has a meaning for geometries of matrices only: %s", strings.Join(geometry.MatrixNames(), ", "))
	}
	one := func(string) (int, []float64, error) { return 1, []float64{1}, nil }
	if _, err := geometry.Parse(text, geometry.Setting{Prior: []float64{1}, Relative: n.relative, Matrix: one}); err != nil {
		return usagef("--geometry: %v", err)
	}
	name, arg, _ := strings.Cut(text, ":")
	n.geometry = text
	switch {
	case name == "mahalanobis":
		n.geometry, n.matrix = name, arg
	case name == "chi-square" && from == "":
		return usagef("chi-square weights by 1/x₀: give the start with --from")
	case n.relative && name != "fermi-dirac":
		return usagef("--relative has a meaning for fermi-dirac:L,U only")
	case n.relative && from == "":
		return usagef("--relative bounds xᵢ/x₀ᵢ: give the start with --from")
	}
	return nil
}

// solveNearest answers the job's problem.
func (j *job) solveNearest(ctx context.Context) (*tacit.Answer, error) {
	if j.near.matrix != "" {
		if err := j.loadMatrix(ctx); err != nil {
			return nil, err
		}
	}
	sel := tacit.Selection{Geometry: j.near.geometry, Relative: j.near.relative,
		X0: j.in.vector["x0"], LogAlpha: j.logAlpha, K: j.in.vector["K"]}
	opt := j.flags.options(j.env)
	if err := j.keep.begin(j, &opt); err != nil {
		return nil, err
	}
	ans, err := tacit.Nearest(ctx, j.in.A, j.in.B, sel, opt)
	if err != nil {
		return nil, err
	}
	for _, v := range ans.X {
		j.near.l1 += math.Abs(v)
	}
	return ans, nil
}

// loadMatrix reads the matrix of mahalanobis: a vector, its diagonal, or m×m.
func (j *job) loadMatrix(ctx context.Context) error {
	_, m := j.in.A.Dims()
	type matrix struct {
		k  []float64
		in *dataio.Input
	}
	r, err := await(ctx, func() (matrix, error) {
		op, in, err := dataio.LoadMatrix(j.near.matrix, "K", j.flags.loadOptions(j.env))
		if err != nil {
			return matrix{}, err
		}
		rows, cols := op.Dims()
		if !(rows == m && cols == m) && !(rows*cols == m && (rows == 1 || cols == 1)) {
			in.Close()
			return matrix{}, fmt.Errorf("%s: it is %d×%d; for the %d unknowns K is %d×%d, or a diagonal of %d numbers", j.near.matrix, rows, cols, m, m, m, m)
		}
		idx := make([]int, cols)
		for k := range idx {
			idx[k] = k
		}
		k := make([]float64, rows*cols)
		linop.Columns(op, k, idx) // by columns: K is symmetric
		return matrix{k, in}, nil
	})
	if err != nil {
		return err
	}
	r.in.StartHash()
	j.in.extra["K"], j.in.vector["K"] = r.in, r.k
	return nil
}

// nearNumbers adds what nearest says besides the numbers of every answer.
func (j *job) nearNumbers(o *object) {
	if j.answer.X == nil || j.answer.Status == "infeasible" {
		o.absent("divergence", "there is no solution")
		o.absent("l1", "there is no solution")
		return
	}
	o.num("divergence", j.answer.Objective)
	o.num("l1", j.near.l1)
	if s := j.answer.Spectral; s != nil {
		name := "singular_values"
		if s.Symmetric {
			name = "eigenvalues"
		}
		o.vectorUpTo(name, s.Spectrum(j.answer.X), listedWeights)
	}
}

// nearRows adds the same for people, and how far x is from its start.
func (j *job) nearRows(add func(label, format string, args ...any)) {
	add("geometry", "%s", j.geometry)
	if s := j.answer.Spectral; s != nil {
		j.spectralRows(add)
		return
	}
	x, x0 := j.answer.X, j.answer.Start()
	if x0 == nil {
		add("start", "x₀ = %s·1", j.alphaText)
		return
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i, v := range x {
		if x0[i] == 0 {
			return
		}
		low, high = min(low, v/x0[i]), max(high, v/x0[i])
	}
	add("x/x₀", "from %.6g to %.6g", low, high)
}
