package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/inspect"
)

func newInspect(env *environment) *cobra.Command {
	var transpose bool
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "inspect FILE... [FLAGS]",
		Short:                 "what a file holds: shape, scale, rank, repeated columns, coherence",
		Long: `Say what each file holds before anything is solved with it: format, shape,
nonzero entries, scale, numerical rank, zero and repeated rows and columns, the
coherence max |⟨aᵢ, aⱼ⟩| / (‖aᵢ‖‖aⱼ‖), and entries that are not finite. What is
too expensive is left out or sampled, and said so.`,
		Example: `  tacit inspect A.npy b.npy
  tacit inspect problem.npz --json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s needs at least one file", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return inspectFiles(c.Context(), env, args, transpose)
		},
	}
	c.Flags().BoolVar(&transpose, "transpose", false, "look at the transposed matrices")
	return c
}

// finding is what one array of one file turned out to be.
type finding struct {
	path, key, format, kind string
	dtype                   string
	shape                   []int
	report                  *inspect.Report // of a vector: as a single column
	bad                     *dataio.NonFiniteError
}

func inspectFiles(ctx context.Context, env *environment, paths []string, transpose bool) error {
	var all []finding
	for _, path := range paths {
		found, err := await(ctx, func() ([]finding, error) { return inspectFile(env, path, transpose) })
		if err != nil {
			return loadError(err)
		}
		all = append(all, found...)
	}
	if env.json {
		list := make([]*object, len(all))
		for i, f := range all {
			list[i] = f.object()
		}
		o := &object{}
		o.set("schema", "tacit.inspection/1")
		o.set("arrays", list)
		return env.print(o)
	}
	var b strings.Builder
	for i, f := range all {
		if i > 0 {
			b.WriteByte('\n')
		}
		f.text(&b)
	}
	return env.term.result([]byte(b.String()))
}

// inspectFile looks at every array of a file.
func inspectFile(env *environment, path string, transpose bool) ([]finding, error) {
	if strings.HasPrefix(path, "op:") {
		return nil, fmt.Errorf("%s: an operator is known by its products and has no entries to look at; inspect the file of its rows", path)
	}
	f, err := dataio.Load(path, env.loadOptions())
	if err != nil {
		return broken(path, "", err)
	}
	defer f.Close()
	if f.Format != dataio.NPZ || f.IsSparse() {
		return inspectArray(f, "", transpose)
	}
	var all []finding
	for _, key := range f.Keys() {
		found, err := inspectArray(f, key, transpose)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// inspectArray looks at one array; key is empty where a file has only one.
func inspectArray(f *dataio.File, key string, transpose bool) ([]finding, error) {
	found := finding{path: f.Path, key: key, format: string(f.Format)}
	if f.Format == dataio.NPY || key != "" {
		a, err := f.Array(key)
		if err != nil {
			return broken(f.Path, key, err)
		}
		found.dtype, found.shape = a.DType, a.Shape
		if len(a.Shape) > 2 {
			found.kind = "array"
			return []finding{found}, nil
		}
	}
	m, err := f.Matrix(key)
	if err != nil {
		return broken(f.Path, key, err)
	}
	found.kind = string(m.Kind)
	switch {
	case len(found.shape) == 1:
		found.kind = "vector"
	case transpose:
		m = m.T()
		fallthrough
	default:
		found.shape = []int{m.Rows, m.Cols}
	}
	found.report = inspect.Matrix(m.Operator())
	return []finding{found}, nil
}

// broken turns an entry that is not finite into a finding; other faults stay
// errors.
func broken(path, key string, err error) ([]finding, error) {
	var bad *dataio.NonFiniteError
	if !errors.As(err, &bad) {
		return nil, err
	}
	return []finding{{path: path, key: key, kind: "not finite", bad: bad}}, nil
}
