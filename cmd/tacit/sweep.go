package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/sweep"
)

func newSweep(env *environment) *cobra.Command {
	r := sweepRun{env: env}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "sweep SPEC.toml -o DIR [--shard i/N]",
		Short:                 "many small problems: grids, random designs, phase diagrams",
		Long: `Compute every cell of a specification into DIR, on all cores, each solve on one
thread. A cell is a pure function of the specification and its index: run the
command again and it goes on where it was interrupted, killed or cut off.

SPEC.toml has [axes], whose product is the grid, and [fixed] parameters:

  trials = 50                # repetitions of each point
  [fixed]
  algorithm = "recovery"     # is the planted x the answer?
  m = 200                    # unknowns
  nonneg = true
  [axes]
  delta = { from = 0.05, to = 1.0, points = 20 }    # n/m
  rho   = { from = 0.05, to = 1.0, points = 20 }    # k/n

With --shard i/N it computes the i-th of N parts, 1 ≤ i ≤ N. Inside a Slurm job
array or an indexed Kubernetes job the part is taken from the environment.
` + "`tacit sweep merge`" + ` joins the parts; ` + "`tacit help sweep`" + ` has the specification in full.`,
		Example: `  tacit sweep examples/phase/nonneg.toml -o out
  tacit sweep spec.toml -o out --shard 3/8
  tacit sweep status out
  tacit sweep merge out -o whole`,
		Args: oneSpecification,
		RunE: func(c *cobra.Command, args []string) error { return r.run(c.Context(), args[0]) },
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&r.out, "output", "o", "", "the directory `DIR` of the sweep, made if missing, continued if there")
	f.StringVar(&r.shard, "shard", "", "compute part `i/N` only")
	f.StringVar(&r.engine, "engine", "local", "where the cells are computed: local")
	f.Var(&r.maxTime, "max-time", "stop after this long; the next run goes on")
	c.AddCommand(newSweepStatus(env), newSweepMerge(env), newSweepServe(env), newSweepWork(env))
	return c
}

// sweepRun is one run of sweep.
type sweepRun struct {
	env     *environment
	out     string
	shard   string
	engine  string
	maxTime duration
}

func (r *sweepRun) run(ctx context.Context, path string) error {
	if r.out == "" {
		return usagef("-o is missing: name the directory of the sweep")
	}
	if r.engine != "local" {
		return usagef("--engine %q: there is local", r.engine)
	}
	shard, err := r.part()
	if err != nil {
		return err
	}
	src, spec, err := readSpec(path)
	if err != nil {
		return err
	}
	if sweep.Remains(r.out, shard) {
		r.env.term.note("going on with the sweep in %s", r.out)
	}
	if r.maxTime.d > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.maxTime.d)
		defer cancel()
	}
	defer spaceForSpeed()()
	opt := sweep.Options{Shard: shard, Version: version, Observe: r.observer()}
	p, err := sweep.Execute(ctx, spec, src, r.out, opt)
	r.env.term.done()
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return r.stopped(p, err)
	case err != nil:
		return sweepError(err)
	}
	return r.report(spec, shard, p)
}

// spaceForSpeed lets the heap grow to five times what is in use before it is
// cleaned, unless GOGC says otherwise: cells are small, many, and on all cores at
// once, and at the usual factor of two they wait for the cleaning (0.83 instead of
// 0.99 of twice the speed on two cores). The result undoes it.
func spaceForSpeed() (undo func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(400)
	return func() { debug.SetGCPercent(before) }
}

// part is the shard that was asked for, or that a scheduler has given.
func (r *sweepRun) part() (sweep.Shard, error) {
	if r.shard != "" {
		s, err := sweep.ParseShard(r.shard)
		return s, invalid(err)
	}
	s, ok, err := sweep.EnvironmentShard(os.Getenv)
	if err != nil {
		return s, invalid(err)
	}
	if !ok {
		return sweep.Whole, nil
	}
	r.env.term.note("part %s, from the environment of the scheduler", s)
	return s, nil
}

// readSpec reads a specification from a file.
func readSpec(path string) ([]byte, *sweep.Spec, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, nil, invalid(fmt.Errorf("%s: %w", path, err))
	}
	spec, err := sweep.Parse(src)
	if err != nil {
		return nil, nil, invalid(fmt.Errorf("%s: %w", path, err), "`tacit help sweep` describes specifications")
	}
	return src, spec, nil
}

// sweepError gives an error its exit code.
func sweepError(err error) error {
	var foreign *sweep.ForeignError
	var missing *sweep.MissingError
	switch {
	case errors.As(err, &missing):
		return invalid(missing)
	case errors.As(err, &foreign):
		return invalid(err)
	}
	return err
}

// observer shows how far the run is, on a terminal.
func (r *sweepRun) observer() func(sweep.Progress) {
	if r.env.term.quiet || !r.env.term.display {
		return nil
	}
	start, last, first := time.Now(), time.Time{}, -1
	return func(p sweep.Progress) {
		now := time.Now()
		if first < 0 {
			first = p.Done - 1
		}
		if now.Sub(last) < quietStart/2 {
			return
		}
		last = now
		line := fmt.Sprintf("%d of %d cells", p.Done, p.Cells)
		if rate := float64(p.Done-first) / now.Sub(start).Seconds(); rate > 0 {
			left := time.Duration(float64(p.Cells-p.Done) / rate * float64(time.Second))
			line += fmt.Sprintf(", %.3g a second, %s left", rate, left.Round(time.Second))
		}
		r.env.term.status(line)
	}
}

// stopped says what an interrupted run leaves.
func (r *sweepRun) stopped(p sweep.Progress, err error) error {
	code := exitInterrupted
	if errors.Is(err, context.DeadlineExceeded) {
		code = exitBudget
	}
	return &exitError{code: code, err: fmt.Errorf("stopped with %d of %d cells done; nothing of them is lost", p.Done, p.Cells),
		hints: []string{"the same command goes on from there"}}
}

// sweepDocument is what --json prints.
func sweepDocument(spec *sweep.Spec, shard sweep.Shard, p sweep.Progress) *object {
	o := &object{}
	o.set("schema", sweep.Schema)
	o.set("name", spec.Name)
	o.set("hash", spec.Hash())
	o.set("shard", shard.String())
	o.set("cells", p.Cells)
	o.set("points", spec.Points())
	o.set("trials", spec.Trials)
	o.set("axes", spec.Axes())
	o.set("status", p.Count)
	if len(p.Why) > 0 {
		o.set("why", p.Why)
	}
	o.set("files", map[string]string{"cells": shard.TableName()})
	return o
}

// withoutAnswers is an error if no cell of the whole has an answer: a sweep of which
// there is nothing to look at.
func withoutAnswers(shard sweep.Shard, p sweep.Progress) error {
	impossible, failed := p.Count[sweep.Impossible], p.Count[sweep.Failed]
	switch {
	case shard != sweep.Whole || impossible+failed < p.Cells:
		return nil
	case failed > 0:
		return &exitError{code: exitInternal, err: fmt.Errorf("none of the %d cells has an answer; %s", p.Cells, p.Why[sweep.Failed])}
	}
	return invalid(fmt.Errorf("none of the %d cells is a problem that can be asked; %s", p.Cells, p.Why[sweep.Impossible]),
		"change [fixed] or [axes] and choose another directory")
}

// report says what was computed.
func (r *sweepRun) report(spec *sweep.Spec, shard sweep.Shard, p sweep.Progress) error {
	if r.env.json {
		if err := r.env.print(sweepDocument(spec, shard, p)); err != nil {
			return err
		}
		return withoutAnswers(shard, p)
	}
	if err := withoutAnswers(shard, p); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "done: %d cells", p.Cells)
	if shard != sweep.Whole {
		fmt.Fprintf(&b, " of part %s", shard)
	}
	fmt.Fprintf(&b, " (%s)\n\n", statusCounts(p.Count))
	for _, status := range slices.Sorted(maps.Keys(p.Why)) {
		fmt.Fprintf(&b, "  %s: %s\n", status, p.Why[status])
	}
	fmt.Fprintf(&b, "  %s\n", filepath.Join(r.out, shard.TableName()))
	kind := "curves"
	if axes := spec.Axes(); slices.Contains(axes, "delta") && slices.Contains(axes, "rho") {
		kind = "phase"
	}
	next := "tacit plot " + r.out + " --kind " + kind + " -o " + kind + ".svg"
	if shard != sweep.Whole {
		next = "when all parts are done, tacit sweep merge " + r.out + " -o WHOLE"
	}
	fmt.Fprintf(&b, "\nnext: %s\n", next)
	return r.env.term.result([]byte(b.String()))
}
