package main

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/dataio"
)

// job is one answer on its way from the files to the files: read, solve,
// certify, write, report.
type job struct {
	env      *environment
	flags    *solveFlags
	command  string
	geometry string

	nonneg    bool
	logAlpha  *float64    // nil: the limit α → 0
	alphaText string      // as typed
	sigma     *float64    // nil: Ax = b
	near      *nearest    // the command nearest, else nil
	sep       *separating // the command margin, else nil
	matrix    *matrix     // the command lowrank, else nil
	keep      *keeper     // keeps where a long run is, else nil

	in      *problem
	answer  *tacit.Answer
	cert    *certify.Certificate // nil if nothing is proven
	why     string               // why cert is nil
	witness certify.Witness
	seconds float64 // of the solve
	files   []savedFile
}

// run does the job; extra names the files of further vectors by their role.
func (j *job) run(ctx context.Context, args []string, extra map[string]string, solve func(context.Context) (*tacit.Answer, error)) error {
	ctx, cancel := j.flags.budget(ctx)
	defer cancel()
	out, err := j.flags.begin(j.env)
	if err != nil {
		return err
	}
	if out != nil {
		defer out.Discard()
	}
	if err := j.load(ctx, args, extra); err != nil {
		return err
	}
	defer j.in.close()
	if j.sep != nil {
		if err := j.sep.read(j); err != nil {
			return err
		}
	}

	begin := time.Now()
	if j.answer, err = solve(ctx); err != nil {
		return loadError(err)
	}
	j.seconds = time.Since(begin).Seconds()
	j.env.term.done()
	j.prove()

	report, err := j.report()
	if err != nil {
		return err
	}
	if out != nil {
		if err := j.write(out, report); err != nil {
			return err
		}
		j.keep.done(j)
	}
	if err := j.print(report); err != nil {
		return err
	}
	return silent(statusCode(j.answer.Status))
}

// load reads the problem and the vectors that go with it.
func (j *job) load(ctx context.Context, args []string, extra map[string]string) error {
	if j.matrix != nil {
		return j.loadMatrixProblem(ctx, args[0])
	}
	in, err := j.flags.load(ctx, j.env, args)
	if err != nil {
		return err
	}
	j.in = in
	for role, path := range extra {
		v, err := in.loadExtra(ctx, j.flags.loadOptions(j.env), path, role)
		if err != nil {
			in.close()
			return err
		}
		if v != nil {
			in.vector[role] = v
		}
	}
	n, m := in.A.Dims()
	if n >= m && j.sep == nil {
		j.env.term.note("A is %d×%d: with at least as many measurements as unknowns there is usually one solution or none, and nothing to select", n, m)
	}
	return nil
}

// outputDir prepares -o before any work is done; nil without it.
func (s *solveFlags) outputDir() (*dataio.OutputDir, error) { return outputDir(s.out, s.force) }

// outputDir prepares the directory dir for a result; nil where it is "".
func outputDir(dir string, force bool) (*dataio.OutputDir, error) {
	if dir == "" {
		return nil, nil
	}
	out, err := dataio.CreateOutputDir(dir, force)
	var exists *dataio.ExistsError
	if errors.As(err, &exists) {
		return nil, invalid(err)
	}
	return out, err
}

// threads is what the run had to its disposal.
func threads() int { return runtime.GOMAXPROCS(0) }
