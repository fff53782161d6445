package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
)

// matrixAndRHS accepts `A b`, or one file that holds both.
func matrixAndRHS(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return usagef("%s needs the files of A and b, or one file that holds both", c.CommandPath())
	case len(args) > 2:
		return usagef("%s takes the files of A and b, but got %d arguments; the third is %q", c.CommandPath(), len(args), args[2])
	}
	return nil
}

// problem is what was read: A, b, and where they came from.
type problem struct {
	*dataio.Problem
	paths  []string // as given: A and perhaps b
	extra  map[string]*dataio.Input
	vector map[string][]float64

	release func() // lets the other ranks go; nil: there are none
}

// load reads the files of a problem and begins to compute their digests, which
// the result will name.
func (s *solveFlags) load(ctx context.Context, env *environment, args []string) (*problem, error) {
	if env.ranks != nil {
		return s.loadShared(ctx, env, args, true)
	}
	pathB := ""
	if len(args) == 2 {
		pathB = args[1]
	}
	p, err := await(ctx, func() (*dataio.Problem, error) {
		return dataio.LoadProblem(args[0], pathB, s.problemOptions(env))
	})
	if err != nil {
		return nil, loadError(err)
	}
	p.StartHash()
	return &problem{Problem: p, paths: args, extra: map[string]*dataio.Input{}, vector: map[string][]float64{}}, nil
}

func (s *solveFlags) problemOptions(env *environment) dataio.ProblemOptions {
	return dataio.ProblemOptions{LoadOptions: s.loadOptions(env), Transpose: s.transpose, Label: s.label}
}

func (s *solveFlags) loadOptions(env *environment) dataio.LoadOptions {
	opt := env.loadOptions()
	opt.ZeroBased = s.indexBase == 0
	return opt
}

// loadExtra reads a vector of length m that goes with the problem; a single
// path "" means there is none.
func (p *problem) loadExtra(ctx context.Context, opt dataio.LoadOptions, path, key string) ([]float64, error) {
	if path == "" {
		return nil, nil
	}
	_, m := p.A.Dims()
	type vector struct {
		v  []float64
		in *dataio.Input
	}
	r, err := await(ctx, func() (vector, error) {
		v, in, err := dataio.LoadVector(path, key, "", m, opt)
		return vector{v, in}, err
	})
	if err != nil {
		return nil, loadError(err)
	}
	r.in.StartHash()
	p.extra[key] = r.in
	return r.v, nil
}

// close releases the files and the other ranks.
func (p *problem) close() {
	if p.release != nil {
		p.release()
	}
	p.Close()
	for _, in := range p.extra {
		in.Close()
	}
}

// loadError marks what went wrong while reading as a fault of the input,
// unless it already has a code.
func loadError(err error) error {
	var coded *exitError
	if errors.As(err, &coded) {
		return err
	}
	return invalid(err)
}
