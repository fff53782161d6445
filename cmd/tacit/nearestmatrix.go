package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// runMatrix is the command nearest for a geometry of matrices.
func (n *nearest) runMatrix(c *cobra.Command, env *environment, s *solveFlags, args []string, from string, alpha *logScale) error {
	if len(args) != 1 {
		return usagef("the geometry %s is one of matrices: give one file with their measurements, as for tacit lowrank; got %d arguments", n.geometry, len(args))
	}
	for _, flag := range []string{"transpose", "label", "index-base"} {
		if c.Flags().Changed(flag) {
			return usagef("--%s is about the form of a matrix A; a file of measurements of matrices has one form", flag)
		}
	}
	_, positive := geometry.IsMatrix(n.geometry)
	n.symmetric = n.symmetric || positive
	n.from = from
	j := &job{env: env, flags: s, command: "nearest", geometry: n.geometry, near: n, matrix: &matrix{psd: positive, symmetric: n.symmetric}}
	if alpha.set {
		j.logAlpha, j.alphaText = &alpha.log, alpha.text
	}
	return j.run(c.Context(), args, nil, j.solveNearestMatrix)
}

// solveNearestMatrix answers the job's problem.
func (j *job) solveNearestMatrix(ctx context.Context) (*tacit.Answer, error) {
	p := j.matrix.data
	sel := tacit.MatrixSelection{Geometry: j.near.geometry, Symmetric: j.near.symmetric, LogAlpha: j.logAlpha}
	if j.near.from != "" {
		if err := j.loadStartMatrix(ctx); err != nil {
			return nil, err
		}
		sel.X0 = j.in.vector["x0"]
	}
	ans, err := tacit.NearestMatrix(ctx, tacit.MatrixProblem{A: p.A, B: p.B, P: p.P, Q: p.Q}, sel, j.flags.options(j.env))
	if err != nil {
		return nil, err
	}
	for _, v := range ans.X {
		j.near.l1 += math.Abs(v)
	}
	return ans, nil
}

// loadStartMatrix reads X₀.
func (j *job) loadStartMatrix(ctx context.Context) error {
	p, q := j.matrix.data.P, j.matrix.data.Q
	type start struct {
		x  []float64
		in *dataio.Input
	}
	r, err := await(ctx, func() (start, error) {
		op, in, err := dataio.LoadMatrix(j.near.from, "x0", j.flags.loadOptions(j.env))
		if err != nil {
			return start{}, err
		}
		if rows, cols := op.Dims(); rows != p || cols != q {
			in.Close()
			return start{}, fmt.Errorf("%s: it is %d×%d, but X is %d×%d", j.near.from, rows, cols, p, q)
		}
		x := make([]float64, p*q)
		for i := range p {
			linop.Row(op, i, func(k int, v float64) { x[i*q+k] = v })
		}
		return start{x, in}, nil
	})
	if err != nil {
		return loadError(err)
	}
	r.in.StartHash()
	j.in.extra["x0"], j.in.vector["x0"] = r.in, r.x
	return nil
}

// spectralNumbers adds what the document says of a matrix.
func (j *job) spectralNumbers(o *object) {
	o.set("kind", j.matrix.data.Kind)
	o.set("shape", []int{j.matrix.data.P, j.matrix.data.Q})
	o.set("symmetric", j.near.symmetric)
}

// spectralRows adds the same for people.
func (j *job) spectralRows(add func(label, format string, args ...any)) {
	s, x := j.answer.Spectral, j.answer.X
	switch {
	case j.near.from != "":
		add("start", "X₀ from %s", j.near.from)
	case j.logAlpha != nil:
		add("start", "X₀ = %s·I", j.alphaText)
	case j.matrix.psd:
		add("start", "X₀ = I")
	default:
		add("start", "X₀ = 0")
	}
	w := s.Spectrum(x)
	name := "singular"
	if s.Symmetric {
		name = "eigenvalues"
	}
	add(name, "from %.6g to %.6g", slices.Min(w), slices.Max(w))
}
