package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/param"
)

func newDescend(env *environment) *cobra.Command {
	return group("descend KIND", "follow a discrete method step by step: mirror descent, descent on parameters", newDescendLinear(env))
}

func newDescendLinear(env *environment) *cobra.Command {
	d := descending{job: job{env: env, flags: &solveFlags{indexBase: 1, tol: 1e-9}, command: "descend linear"}}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "linear A b (--geometry G | --param P | --method adam|sign) [FLAGS]",
		Short:                 "mirror descent, or descent on parameters, on ½‖Ax − b‖²",
		Long: `Minimise ½‖Ax − b‖² step by step and keep the trajectory: by mirror descent in a
geometry (--geometry, see tacit help geometries), by gradient descent on the
parameters of x = G(y) (--param: ` + strings.Join(param.Names(), ", ") + `),
with batches of rows, label noise or momentum. Mirror descent ends at the solution
nearest to its start, whatever the steps; descent on parameters at the one nearest
to the start that its steps have in effect, which is reported. --method adam and
--method sign break that bias and are there to be compared.

The start is --from X0 or α·1 with --alpha V; for square-diff, product and
power-diff α is the scale of the geometry that they induce, as in hypentropy:α, and x
starts at 0 unless --from says where: u∘v = α/2, u∘u − v∘v = 2α, or u = v = α^(1/L).

Steps: armijo (doubled, then halved until the loss falls enough), polyak,
constant:η, or decay:η0,p for η0/(k+1)^p. The run ends at --until-residual, or
after --steps; Ctrl-C and --max-time end it earlier, and --resume goes on from
there, to the same bits.`,
		Example: `  tacit descend linear A.npy b.npy --geometry entropy --alpha 1e-12 -o run
  tacit descend linear A.npy b.npy --param square-diff --alpha 1e-3 --step constant:0.05 --batch 10 --seed 1 -o run
  tacit descend linear A.npy b.npy --geometry entropy --alpha 1e-12 --steps 1000000 -o run --resume`,
		Args: matrixAndRHS,
		RunE: func(c *cobra.Command, args []string) error {
			d.flags.start = time.Now()
			d.stepsGiven = c.Flags().Changed("steps")
			d.untilGiven = c.Flags().Changed("until-residual")
			if err := d.flags.check(c); err != nil {
				return err
			}
			if err := d.check(); err != nil {
				return err
			}
			return d.follow(c.Context(), args)
		},
	}
	d.add(c)
	return c
}

// descending is one run of descend.
type descending struct {
	job
	geometryText, paramText, methodText string
	from                                string
	alpha                               startScale
	stepText                            string
	batch                               int
	momentum, noise                     float64
	steps                               int
	until                               float64
	stepsGiven, untilGiven              bool
	save                                int
	resume                              bool

	rule  descent.Rule
	param param.Param // with --param

	run      *descent.Run
	result   descent.Result
	track    *descentTrack
	begin    time.Time
	start    *limitStart // what the limit can be predicted from
	forecast *forecast
}

func (d *descending) add(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	s := d.flags
	f.StringVar(&d.geometryText, "geometry", "", "mirror descent in the geometry `G`: entropy, hypentropy:BETA, …")
	f.StringVar(&d.paramText, "param", "", "descent on the parameters of `P`: square, square-diff, …")
	f.StringVar(&d.methodText, "method", "", "adam or sign: methods on x that break the bias")
	f.StringVar(&d.from, "from", "", "start x₀ from `FILE`")
	f.Var(&d.alpha, "alpha", "start at α·1; for square-diff, product, power-diff the scale of their geometry")
	f.StringVar(&d.stepText, "step", "armijo", "`RULE` of the steps: armijo, polyak, constant:η, decay:η0,p")
	f.IntVar(&d.batch, "batch", 0, "rows of each step, drawn at random (0: all)")
	f.Float64Var(&d.noise, "label-noise", 0, "σ: add ±σ to every b of every step")
	f.Float64Var(&d.momentum, "momentum", 0, "μ of the heavy ball, 0 ≤ μ < 1")
	f.IntVar(&d.steps, "steps", 100000, "most steps to take")
	f.Float64Var(&d.until, "until-residual", 1e-8, "stop at this ‖Ax−b‖/‖b‖")
	f.IntVar(&d.save, "save", 0, "keep at least K evenly spread points (default: 100, fewer for very large problems)")
	f.StringVarP(&s.out, "output", "o", "", "write the files of the run into `DIR`")
	f.BoolVar(&s.force, "force", false, "replace a result that is already in DIR")
	f.BoolVar(&d.resume, "resume", false, "continue the run in DIR")
	f.Uint64Var(&s.seed, "seed", 0, "of batches and label noise")
	f.Var(&s.maxTime, "max-time", "stop after this long, for example 60s, with what there is")
	f.BoolVar(&s.transpose, "transpose", false, "the file of A holds Aᵀ")
	f.StringVar(&s.label, "label", "", "the column of a table with this `NAME` is b")
	f.IntVar(&s.indexBase, "index-base", 1, "first column index in LIBSVM files: 0 or 1")
}

// check understands the flags before any file is read.
func (d *descending) check() error {
	given := 0
	for _, text := range []string{d.geometryText, d.paramText, d.methodText} {
		if text != "" {
			given++
		}
	}
	switch {
	case given == 0:
		return usagef("descend linear needs one of --geometry (%s), --param (%s) or --method (adam, sign)", strings.Join(geometry.Names(), ", "), strings.Join(param.Names(), ", "))
	case given > 1:
		return usagef("--geometry, --param and --method exclude each other: each says how to descend")
	case d.steps < 0:
		return usagef("--steps %d: it cannot be negative", d.steps)
	case d.batch < 0:
		return usagef("--batch %d: a step has at least one row", d.batch)
	case !(d.until >= 0) || math.IsInf(d.until, 0):
		return usagef("--until-residual %v: it is a relative residual, for example 1e-8", d.until)
	case d.save < 0:
		return usagef("--save %d: it cannot be negative", d.save)
	case d.resume && d.flags.out == "":
		return usagef("--resume continues the run in a directory: name it with -o DIR")
	case d.resume && d.flags.force:
		return usagef("--resume keeps what is in DIR and --force replaces it; give one of them")
	}
	var err error
	if d.rule, err = descent.ParseRule(d.stepText); err != nil {
		return usagef("--step: %v", err)
	}
	if d.alpha.zero {
		return d.alphaZero()
	}
	switch {
	case d.geometryText != "":
		d.near = &nearest{}
		return d.near.read(d.geometryText, d.from, d.alpha.set)
	case d.paramText != "":
		return d.checkParam()
	}
	if d.methodText != "adam" && d.methodText != "sign" {
		return usagef("there is no --method %q; there are adam and sign, which break the bias, and --geometry and --param, which keep it", d.methodText)
	}
	return nil
}

func (d *descending) checkParam() error {
	var err error
	if d.param, err = param.Parse(d.paramText); err != nil {
		return usagef("--param: %v", err)
	}
	_, pair := d.param.(param.Conserver)
	switch {
	case pair && !d.alpha.set:
		return usagef("--param %s needs --alpha, the scale of the geometry that u and v induce", d.paramText)
	case !pair && d.alpha.set && d.from != "":
		return usagef("--from and --alpha exclude each other: both give the start")
	case !pair && !d.alpha.set && d.from == "":
		return usagef("--param %s needs a start: --alpha V for α·1, or --from X0", d.paramText)
	}
	return nil
}

// alphaZero says why α = 0 is no start, and what to use instead.
func (d *descending) alphaZero() error {
	instead := []string{"`tacit path A b` follows the limit α → 0 exactly, `tacit sparse A b` computes where it ends"}
	if d.paramText == "" && d.geometryText != "entropy" {
		return &exitError{code: exitUsage, err: usagef("--alpha 0: the start is a scale and must be positive; leave --alpha out to start from the point of least φ"), hints: instead}
	}
	switch d.paramText {
	case "tanh":
		return usagef("--alpha 0: the start is a scale and must be positive; tanh may start at x = 0: give zeros with --from")
	case "exp", "sigmoid", "softplus":
		return &exitError{code: exitUsage, err: fmt.Errorf("--alpha 0: x = 0 is the end y → −∞ of %s, which no start has", d.paramText), hints: append([]string{"start from a small α, such as --alpha 1e-6"}, instead...)}
	}
	what := "x = 0 is on the boundary of the entropy, where ln x is −∞"
	if d.paramText != "" {
		what = "the gradient of ℓ(G(y)) vanishes there for any data, so the method would stand still"
	}
	return &exitError{code: exitUsage, err: fmt.Errorf("--alpha 0 is a stationary start: %s", what), hints: append([]string{"start from a small α, such as --alpha 1e-6"}, instead...)}
}

// beyondFloat refuses a scale that parameters cannot have.
func beyondFloat(paramText, alpha string) error {
	if paramText == "square" {
		return fmt.Errorf("--alpha %s is beyond float64, in which parameters are kept; --geometry entropy keeps logarithms and takes any exponent", alpha)
	}
	return fmt.Errorf("--alpha %s is beyond float64, in which parameters are kept: start between 1e-307 and 1e308", alpha)
}

// startScale is a logScale that can tell a zero from other mistakes.
type startScale struct {
	logScale
	zero bool
}

func (s *startScale) Set(text string) error {
	if isZero(text) {
		s.zero, s.text = true, text
		return nil
	}
	return s.logScale.Set(text)
}

// isZero reports whether text is a decimal form of 0.
func isZero(text string) bool {
	mantissa, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "e")
	return strings.Contains(mantissa, "0") && strings.Trim(mantissa, "+-0.") == ""
}
