package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/dataio"
)

func newVerify(env *environment) *cobra.Command {
	v := verification{env: env}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "verify DIR [A b | DATA] [FLAGS]",
		Short:                 "check a result from its files and the data alone",
		Long: `Check the result in DIR with code that shares nothing with the solvers: residual,
dual feasibility, objective and bound are recomputed from A, b, x and y with
compensated products and an error bound, or in rational arithmetic with --exact.

Without A and b the files are those that result.json names, looked for from the
current directory and then from DIR, and their digests must be the same. The
exit code is 0 if every check passes and 4 if one does not.`,
		Example: `  tacit verify out
  tacit verify out A.npy b.npy --exact --json
  mpirun -n 4 tacit verify out --engine mpi`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 3 {
				return usagef("%s needs the directory of a result and perhaps the files of A and b, but got %d arguments", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			ctx, cancel := v.shared.maxTime.bound(c.Context())
			defer cancel()
			return v.run(ctx, args[0], args[1:])
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&v.exact, "exact", false, "compute in rational arithmetic, without any rounding")
	f.BoolVar(&v.transpose, "transpose", false, "the file given for A holds Aᵀ")
	f.StringVar(&v.label, "label", "", "the column with this `NAME` of the table given is b")
	f.IntVar(&v.indexBase, "index-base", 1, "first column index in the LIBSVM file given: 0 or 1")
	f.Var(&v.shared.maxTime, "max-time", "stop after this long, for example 60s, without a verdict")
	v.shared.addEngine(c)
	return c
}

// verification is one run of verify.
type verification struct {
	env       *environment
	exact     bool
	transpose bool
	label     string
	indexBase int
	shared    solveFlags // of --engine
}

func (v *verification) run(ctx context.Context, dir string, data []string) error {
	verdict, cert, err := v.check(ctx, dir, data)
	if err != nil {
		return err
	}
	if v.env.json {
		o := &object{}
		o.set("schema", certify.VerdictSchema)
		o.set("valid", verdict.Valid)
		o.set("checks", verdict.Checks)
		err = v.env.print(o)
	} else {
		err = v.env.term.result([]byte(verdictText(verdict, cert, v.exact)))
	}
	if err == nil && !verdict.Valid {
		return silent(exitNo)
	}
	return err
}

// check reads the result and the data and judges them.
func (v *verification) check(ctx context.Context, dir string, data []string) (verdict certify.Verdict, cert certify.Certificate, err error) {
	if err := v.shared.knownEngine(); err != nil {
		return verdict, cert, err
	}
	if _, err := v.shared.begin(v.env); err != nil {
		return verdict, cert, err
	}
	saved, err := readSaved(dir, v.env.loadOptions())
	if err != nil {
		return verdict, cert, v.env.ranks.refuse(invalid(err))
	}
	cert = saved.cert
	p, checks, err := v.data(ctx, saved, data)
	if err != nil {
		return verdict, cert, err
	}
	defer p.close()
	verify := certify.Verify
	if v.exact {
		verify = certify.VerifyExact
	}
	verdict, err = await(ctx, func() (certify.Verdict, error) {
		return verify(p.A, p.B, saved.cert, saved.witness)
	})
	if err != nil {
		return verdict, cert, loadError(err)
	}
	verdict.Checks = append(append(checks, saved.agreement(p)...), verdict.Checks...)
	verdict.Valid = len(verdict.Failed()) == 0
	return verdict, cert, nil
}

// data reads A and b: those that were given, or those that the result names,
// whose digests are then checked too.
func (v *verification) data(ctx context.Context, saved *saved, given []string) (*problem, []certify.Check, error) {
	paths := given
	opt := dataio.ProblemOptions{LoadOptions: v.env.loadOptions(), Transpose: v.transpose, Label: v.label}
	opt.ZeroBased = v.indexBase == 0
	if len(given) == 0 {
		var err error
		if paths, opt, err = saved.problem(); err != nil {
			return nil, nil, v.env.ranks.refuse(invalid(err, "name them: `tacit verify "+saved.dir+" A b`"))
		}
	}
	p, err := v.load(ctx, saved, paths, opt, len(given) == 0)
	if err != nil || len(given) > 0 {
		return p, nil, err
	}
	checks, err := saved.digests(p.Problem)
	if err != nil {
		p.close()
		return nil, nil, err
	}
	return p, checks, nil
}

// load reads A and b; digests of their files will be asked for if so said.
func (v *verification) load(ctx context.Context, saved *saved, paths []string, opt dataio.ProblemOptions, digests bool) (*problem, error) {
	if v.env.ranks != nil {
		if saved.aboutMatrix() {
			return nil, v.env.ranks.refuse(usagef("--engine mpi shares the columns of A, and this result is about a matrix: leave it out"))
		}
		v.shared.transpose, v.shared.label = opt.Transpose, opt.Label
		return v.shared.loadShared(ctx, v.env, paths, digests && saved.result.Input["A"].SHA256 == "")
	}
	pathB := ""
	if len(paths) == 2 {
		pathB = paths[1]
	}
	p, err := await(ctx, func() (*dataio.Problem, error) {
		if saved.aboutMatrix() {
			return matrixAsProblem(paths[0], saved.symmetric(), opt.LoadOptions)
		}
		return dataio.LoadProblem(paths[0], pathB, opt)
	})
	if err != nil {
		return nil, loadError(err)
	}
	return &problem{Problem: p}, nil
}

// verdictText is the verdict for people.
func verdictText(v certify.Verdict, c certify.Certificate, exact bool) string {
	arithmetic := "compensated arithmetic with an error bound"
	if exact {
		arithmetic = "rational arithmetic"
	}
	var b strings.Builder
	failed := v.Failed()
	if len(failed) == 0 {
		fmt.Fprintf(&b, "valid: %s%s\n\n", claimText(c), extentText(c))
		fmt.Fprintf(&b, "  checks      %d passed, in %s\n", len(v.Checks), arithmetic)
		if !isFarkas(c) {
			fmt.Fprintf(&b, "  objective   %.10g\n  bound       %.10g\n  gap         %.1e, allowed %.1e\n  residual    %.1e\n",
				c.Objective, c.Bound, c.Gap, c.Tol, c.Residual)
		}
		if c.Failure > 0 {
			fmt.Fprintf(&b, "  chance      random vectors of this verification mislead with a probability of at most %.0e\n", c.Failure)
		}
		return b.String()
	}
	fmt.Fprintf(&b, "rejected: %d of %d checks failed\n\n", len(failed), len(v.Checks))
	for _, f := range failed {
		fmt.Fprintf(&b, "  %s: %.6g, allowed %.6g\n", f.Name, f.Value, f.Bound)
	}
	b.WriteString("\nnext: do not use this result; solve again, or restore the files it was written with\n")
	return b.String()
}

// extentText says how far the claim reaches.
func extentText(c certify.Certificate) string {
	switch {
	case !isFarkas(c):
		return fmt.Sprintf(", to within %.2g of the objective", c.Tol)
	case c.Claim == certify.Split:
		return ""
	case c.Claim == certify.NotSeparable && c.Residual > 0:
		return fmt.Sprintf(" with a margin above %.1e, or unless the terms wⱼxᵢⱼ of a point cancel to %.1e of their mean size", c.Bound, c.Residual)
	case c.Claim == certify.InfeasibleBox || c.Residual == 0:
		return ""
	case c.Claim == certify.InfeasibleInterior:
		return fmt.Sprintf(" with a coordinate that is more than %.1e of Σ‖aⱼ‖xⱼ", c.Residual/c.Bound)
	}
	if c.Claim == certify.InfeasiblePSD {
		return fmt.Sprintf(" with tr X below %.1e·‖b‖/max ‖A_k‖", c.Bound/c.Residual)
	}
	return fmt.Sprintf(" with Σ‖aⱼ‖|xⱼ| below %.1e·‖b‖", c.Bound/c.Residual)
}

// excluded says all that a claim that there is no answer excludes.
func excluded(c certify.Certificate) string { return claimText(c) + extentText(c) }

func isFarkas(c certify.Certificate) bool {
	switch c.Claim {
	case certify.Inconsistent, certify.InfeasibleNonneg, certify.InfeasibleBox, certify.InfeasibleInterior, certify.NotSeparable, certify.Split, certify.InfeasiblePSD:
		return true
	}
	return false
}

// withoutPoint reports whether a claim needs no x: its y excludes every one. The x of a
// split is the separator of a part.
func withoutPoint(c certify.Certificate) bool { return isFarkas(c) && c.Claim != certify.Split }

// claimText says what a certificate proves.
func claimText(c certify.Certificate) string {
	constraint := "Ax = b"
	if c.Sigma != nil {
		constraint = fmt.Sprintf("‖Ax − b‖₂ ≤ %.10g", *c.Sigma)
	}
	switch c.Claim {
	case certify.L1, certify.L1Nonneg, certify.L1Denoise, certify.L1DenoiseNonneg:
		what := "‖x‖₁"
		if c.Weights != nil {
			what = "Σ wᵢ|xᵢ|"
		}
		if c.Claim == certify.L1Nonneg || c.Claim == certify.L1DenoiseNonneg {
			constraint += ", x ≥ 0"
		}
		return "x minimises " + what + " subject to " + constraint
	case certify.MinNorm:
		if c.Start != nil {
			return "x minimises ‖x − x₀‖₂ subject to Ax = b"
		}
		return "x minimises ‖x‖₂ subject to Ax = b"
	case certify.Bregman:
		if c.Start != nil {
			return "x minimises D(x, x₀) in the geometry " + c.Geometry + " subject to Ax = b"
		}
		return fmt.Sprintf("x is the limit of the flow in the geometry %s from ln α = %.10g, subject to Ax = b", c.Geometry, *c.LogAlpha)
	case certify.MatrixBregman:
		return "X minimises D(X, X₀) in the geometry " + c.Geometry + " subject to ⟨A_k, X⟩ = b_k"
	case certify.Margin:
		return separatorText(c)
	case certify.NotSeparable:
		if c.Bias {
			return "no w and intercept separate the points"
		}
		return "no w separates the points"
	case certify.Split:
		return splitText(c)
	case certify.Inconsistent:
		return "no x satisfies " + constraint
	case certify.InfeasibleNonneg:
		return "no x satisfies " + constraint + ", x ≥ 0"
	case certify.InfeasibleInterior:
		return "every x ≥ 0 with " + constraint + " has a coordinate that is 0"
	case certify.Nuclear:
		return "X minimises ‖X‖_* subject to ⟨A_k, X⟩ = b_k"
	case certify.TracePSD:
		return "X minimises tr X subject to ⟨A_k, X⟩ = b_k, X ⪰ 0"
	case certify.InfeasiblePSD:
		return "no X ⪰ 0 satisfies ⟨A_k, X⟩ = b_k"
	case certify.InfeasibleBox:
		return "no x in the box of " + c.Geometry + " satisfies Ax = b"
	}
	return string(c.Claim)
}
