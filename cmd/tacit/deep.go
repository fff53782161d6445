package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/landscape"
)

// deep is one run of the command.
type deep struct {
	env       *environment
	out       string
	force     bool
	widths    string
	at        string
	check     string
	rank      int
	limit     int
	save      bool
	seed      uint64
	tol       float64
	maxTime   duration
	start     time.Time
	data      *landscape.Data
	net       *landscape.Net
	inputs    []*dataio.File // of X, of Y if it is another, of the point
	together  bool           // X and Y are in one file
	ctx       context.Context
	listed    int
	disagreed int
	stopped   error // why the list ended early
}

func newDeep(env *environment) *cobra.Command {
	d := &deep{env: env}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "deep DATA --widths D1,D2,... [FLAGS]",
		Short:                 "the critical points of a deep linear network on data, or what a given point is",
		Long: `List the critical points of ½‖W_k⋯W₁X − Y‖² for a deep linear network with the
given hidden widths: for every set of eigenvectors of Σ = YXᵀ(XXᵀ)⁺XYᵀ that the
product can keep, the loss, the numbers of negative, zero and positive eigenvalues
of the Hessian, and the kind: global-minimum, strict-saddle (there is a direction of
negative curvature) or non-strict-saddle (there is none, and yet a way down).

DATA is an .npz with X (d_x×N) and Y (d_y×N), or two files. --widths none is linear
regression. Sets are listed from the highest rank down, so that a global minimum is
first. With three layers or more the inertia also depends on the middle layers: a
set is listed with generic middle blocks and with zero blocks. The counts hold for
any data and widths; the assumptions of Kawaguchi's theorem are checked and, where
they fail, it is said what still holds.

With --at W.npz (keys W1, …, Wk) say what that point is: critical or not, its
inertia by ranks, from the Hessian's eigenvalues or from products with it, a way
down that is verified by evaluating the loss, and the nearest critical value.`,
		Example: `  tacit deep data.npz --widths 8,8
  tacit deep X.npy Y.npy --widths 64,64 --rank-at-most 2 --limit 0 --json
  tacit deep data.npz --widths 3,3 -o out --save-points
  tacit deep data.npz --at out/point-0002.npz`,
		Args: networkData,
		RunE: func(c *cobra.Command, args []string) error {
			d.start = time.Now()
			if d.out == "" && c.Flags().Changed("output") {
				return usagef("-o is empty: name the directory to write")
			}
			return d.run(c.Context(), args)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&d.widths, "widths", "", "hidden widths `D1,D2,...`, or none")
	f.StringVar(&d.at, "at", "", "classify the point in `W.npz` instead")
	f.IntVar(&d.rank, "rank-at-most", -1, "list only sets with at most this many eigenvectors")
	f.IntVar(&d.limit, "limit", 200, "list at most this many points (0: all, however many)")
	f.StringVar(&d.check, "check", "auto", "compare counts with the Hessian's eigenvalues: none, all, or `auto`: the first 64 of small networks")
	f.BoolVar(&d.save, "save-points", false, "with -o: write a representative of every listed point")
	f.StringVarP(&d.out, "output", "o", "", "write the result's files into `DIR`")
	f.BoolVar(&d.force, "force", false, "replace a result that is already in DIR")
	f.Float64Var(&d.tol, "tol", 1e-8, "relative gradient up to which a point counts as critical")
	f.Uint64Var(&d.seed, "seed", 0, "of representatives and random starts")
	f.Var(&d.maxTime, "max-time", "stop after this long, for example 60s, with what was found")
	return c
}

// networkData asks for the data of a network.
func networkData(c *cobra.Command, args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return usagef("%s needs an .npz with X and Y, or the files of X and Y", c.CommandPath())
	}
	return nil
}

// run does the command.
func (d *deep) run(ctx context.Context, args []string) error {
	if err := d.usage(); err != nil {
		return err
	}
	if d.maxTime.d > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, d.start.Add(d.maxTime.d))
		defer cancel()
	}
	d.ctx = ctx
	out, err := outputDir(d.out, d.force)
	if err != nil {
		return err
	}
	if out != nil {
		defer out.Discard()
	}
	data, err := await(ctx, func() (*landscape.Data, error) { return d.load(args) })
	defer d.close()
	if err != nil {
		return loadError(err)
	}
	d.data = data
	if d.at != "" {
		return d.classify(out)
	}
	hidden, err := parseWidths(d.widths)
	if err != nil {
		return err
	}
	if d.net, err = data.Net(hidden); err != nil {
		return usagef("--widths %s: %v", d.widths, err)
	}
	return d.enumerate(out)
}

// usage refuses flags that make no sense together.
func (d *deep) usage() error {
	switch {
	case d.widths == "" && d.at == "":
		return usagef("deep needs --widths, for example --widths 8,8, or --at W.npz")
	case d.check != "auto" && d.check != "none" && d.check != "all":
		return usagef("--check %s: it is auto, none or all", d.check)
	case d.limit < 0:
		return usagef("--limit %d: it cannot be negative", d.limit)
	case d.save && d.out == "":
		return usagef("--save-points writes into the directory of -o: add it")
	case !(d.tol > 0 && d.tol < 1):
		return usagef("--tol %v: it must lie between 0 and 1, for example 1e-8", d.tol)
	}
	return nil
}

// parseWidths understands --widths.
func parseWidths(text string) ([]int, error) {
	if text == "none" {
		return nil, nil
	}
	var hidden []int
	for _, part := range strings.Split(text, ",") {
		v, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, usagef("--widths %s: %q is not an integer; write for example 8,8, or none", text, part)
		}
		if v < 1 {
			return nil, usagef("--widths %s: every width is at least 1, but %d", text, v)
		}
		hidden = append(hidden, v)
	}
	return hidden, nil
}

// load reads X and Y.
func (d *deep) load(args []string) (*landscape.Data, error) {
	x, err := d.matrix(args[0], "X")
	if err != nil {
		return nil, err
	}
	d.together = args[0] == args[len(args)-1]
	y, err := d.matrix(args[len(args)-1], "Y")
	if err != nil {
		return nil, err
	}
	if x.cols != y.cols {
		return nil, fmt.Errorf("samples do not match: X is %d×%d and Y is %d×%d, and both have one column for each sample", x.rows, x.cols, y.rows, y.cols)
	}
	data, err := landscape.NewData(x.data, y.data, x.rows, y.rows, x.cols, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(args, ", "), err)
	}
	return data, nil
}

// dense is a matrix by rows.
type dense struct {
	rows, cols int
	data       []float64
}

// matrix reads the array under key, or the only one of the file.
func (d *deep) matrix(path, key string) (dense, error) {
	var f *dataio.File
	for _, in := range d.inputs {
		if in.Path == path {
			f = in
		}
	}
	if f == nil {
		var err error
		if f, err = dataio.Load(path, dataio.LoadOptions{Stdin: d.env.stdin}); err != nil {
			return dense{}, err
		}
		d.inputs = append(d.inputs, f)
	}
	if f.Format == dataio.NPZ && !f.Has(key) {
		return dense{}, fmt.Errorf("%s has no array %s; it has %s", path, key, strings.Join(f.Keys(), ", "))
	}
	if f.Format != dataio.NPZ {
		key = ""
	}
	m, err := f.Matrix(key)
	if err != nil {
		return dense{}, err
	}
	return denseOf(m), nil
}

// denseOf writes out a matrix by rows.
func denseOf(m *dataio.Matrix) dense {
	out := dense{m.Rows, m.Cols, make([]float64, m.Rows*m.Cols)}
	op := m.Operator()
	x, y := make([]float64, m.Cols), make([]float64, m.Rows)
	if m.Kind == dataio.Dense && !m.ColMajor {
		copy(out.data, m.Val)
		return out
	}
	for j := range m.Cols {
		x[j] = 1
		op.Apply(y, x)
		x[j] = 0
		for i, v := range y {
			out.data[i*m.Cols+j] = v
		}
	}
	return out
}

func (d *deep) close() {
	for _, f := range d.inputs {
		f.Close()
	}
}

// output sends the document to the result's files and to stdout.
func (d *deep) output(out *dataio.OutputDir, write func(w io.Writer) error, text func() string) error {
	if out != nil {
		if err := out.Write(dataio.ResultName, write); err != nil {
			return err
		}
		if err := out.Commit(); err != nil {
			return err
		}
	}
	if d.env.json {
		if err := write(d.env.term.stdout); err != nil {
			return fmt.Errorf("cannot write the result to standard output: %w", err)
		}
		return nil
	}
	return d.env.term.result([]byte(text()))
}
