package main

import (
	"context"
	"errors"
	"math"
	"runtime"
	"time"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

// job is one answer on its way from the files to the files: read, solve,
// certify, write, report.
type job struct {
	env      *environment
	flags    *solveFlags
	command  string
	geometry string

	nonneg    bool
	logAlpha  *float64 // nil: the limit α → 0
	alphaText string   // as typed

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
	out, err := j.flags.outputDir()
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

	begin := time.Now()
	if j.answer, err = solve(ctx); err != nil {
		return invalid(err)
	}
	j.seconds = time.Since(begin).Seconds()
	j.env.term.done()
	j.certify()

	report, err := j.report()
	if err != nil {
		return err
	}
	if out != nil {
		if err := j.write(out, report); err != nil {
			return err
		}
	}
	if err := j.print(report); err != nil {
		return err
	}
	return silent(statusCode(j.answer.Status))
}

// load reads the problem and the vectors that go with it.
func (j *job) load(ctx context.Context, args []string, extra map[string]string) error {
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
	if n >= m {
		j.env.term.note("A is %d×%d: with at least as many measurements as unknowns there is usually one solution or none, and nothing to select", n, m)
	}
	return nil
}

// outputDir prepares -o before any work is done; nil without it.
func (s *solveFlags) outputDir() (*dataio.OutputDir, error) {
	if s.out == "" {
		return nil, nil
	}
	out, err := dataio.CreateOutputDir(s.out, s.force)
	var exists *dataio.ExistsError
	if errors.As(err, &exists) {
		return nil, invalid(err)
	}
	return out, err
}

// certify replaces the solver's numbers by those that the verifier computes
// from A, b, x and y, and holds a certified answer to them.
func (j *job) certify() {
	a := j.answer
	if a.X == nil && a.Y == nil {
		j.why = "the work ended before there was anything to prove"
		return
	}
	c, w, err := a.Certificate(j.in.A, j.in.B)
	if err != nil {
		j.why = err.Error()
		if a.Status == limit.Certified || a.Status == limit.Infeasible {
			a.Status = limit.NumericalTrouble
			a.Reason = limit.Reason{Criterion: "certificate", Value: math.NaN(), Bound: j.flags.tol, Hint: "the answer could not be checked independently: " + err.Error()}
		}
		return
	}
	j.cert, j.witness = &c, w
	if a.Status == limit.Infeasible {
		return
	}
	a.Objective, a.Bound, a.Gap, a.Residual, a.Support = c.Objective, c.Bound, c.Gap, c.Residual, c.Support
	if worst, value := "gap", math.Abs(c.Gap); a.Status == limit.Certified && max(value, c.Residual) > j.flags.tol {
		if c.Residual > value {
			worst, value = "residual", c.Residual
		}
		a.Status = limit.Approximate
		a.Reason = limit.Reason{Criterion: worst, Value: value, Bound: j.flags.tol, Hint: "a larger --tol accepts this answer"}
		c.Tol = 1.01 * value
		c = c.Sealed(j.in.B, w)
	}
}

// threads is what the run had to its disposal.
func threads() int { return runtime.GOMAXPROCS(0) }
