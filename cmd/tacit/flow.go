package main

import (
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/ode"
	"github.com/tacit-dev/tacit/param"
)

// newFlow is the group of the flows in continuous time; each kind has a file of
// its own.
func newFlow(env *environment) *cobra.Command {
	return group("flow KIND", "follow a flow in continuous time",
		newFlowLinear(env), newFlowMargin(env), newFlowDeep(env), newFlowLowrank(env))
}

func newFlowLinear(env *environment) *cobra.Command {
	l := flowLinear{job: job{env: env, flags: &solveFlags{indexBase: 1, tol: 1e-9}, command: "flow linear"}}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "linear A b (--geometry G | --param P) [FLAGS]",
		Short:                 "the mirror flow, or gradient flow on parameters, on ½‖Ax − b‖²",
		Long: `Follow the flow of ½‖Ax − b‖² and keep its trajectory: the mirror flow of a geometry,
d∇φ(x)/dt = −Aᵀ(Ax − b) (--geometry, see tacit help geometries), or gradient flow on the
parameters of x = G(y), ẏ = −∂G(y)ᵀAᵀ(Ax − b) (--param: ` + strings.Join(param.Names(), ", ") + `).
Both end at the solution nearest to their start in the geometry; the text says how
far from it the run has come, computed without following the flow.

The start is --from X0 or α·1 with --alpha V; for square-diff, product and
power-diff α is the scale of the geometry that they induce, as in hypentropy:α, and x
starts at 0 unless --from says where: u∘v = α/2, u∘u − v∘v = 2α, or u = v = α^(1/L).
The entropy takes any α, 1e-3000 too; hypentropy:BETA any BETA.

The run ends at --until-residual, at --until-time, or at the last of --times; what
was asked for together ends it at whatever comes first. What the exact flow keeps is
monitored and reported. Ctrl-C and --max-time end the run earlier, and --resume goes
on from there, to the same bits.`,
		Example: `  tacit flow linear A.npy b.npy --geometry entropy --alpha 1e-300 -o run
  tacit flow linear A.npy b.npy --param square --alpha 1e-4 --times 1,2,5,10 --json
  tacit flow linear A.npy b.npy --geometry hypentropy:1e-9 --until-time 1e4 --save 500 -o run
  tacit flow linear A.npy b.npy --geometry entropy --alpha 1e-300 -o run --resume`,
		Args: matrixAndRHS,
		RunE: func(c *cobra.Command, args []string) error {
			l.flags.start = time.Now()
			l.untilGiven = c.Flags().Changed("until-residual")
			if err := l.flags.check(c); err != nil {
				return err
			}
			if err := l.check(); err != nil {
				return err
			}
			return l.follow(c.Context(), args)
		},
	}
	l.add(c)
	return c
}

// flowLinear is one run of the command.
type flowLinear struct {
	job
	geometryText, paramText, methodText string
	from                                string
	alpha                               startScale
	timesText                           string
	until, untilTime                    float64
	untilGiven                          bool
	save                                int
	rtol                                float64
	resume                              bool

	times []float64
	param param.Param // with --param
	start *limitStart // what the limit is the projection of; phi nil: not known
	flow  flow.Flow
	opt   flow.Options
	goal  *flowGoal
	run   *flow.Result
	track *track
}

func (l *flowLinear) add(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	s := l.flags
	f.StringVar(&l.geometryText, "geometry", "", "the mirror flow of the geometry `G`: entropy, hypentropy:BETA, …")
	f.StringVar(&l.paramText, "param", "", "gradient flow on the parameters of `P`: square, square-diff, …")
	f.StringVar(&l.from, "from", "", "start x₀ from `FILE`")
	f.Var(&l.alpha, "alpha", "start at α·1; for square-diff, product, power-diff the scale of their geometry")
	f.StringVar(&l.timesText, "times", "", "record at these times, separated by commas")
	f.Float64Var(&l.until, "until-residual", 1e-8, "stop at this ‖Ax−b‖/‖b‖ (without --times and --until-time)")
	f.Float64Var(&l.untilTime, "until-time", 0, "stop at this time")
	f.IntVar(&l.save, "save", 0, "record K points: evenly spread over --until-time, else over the steps (default 100, fewer for very large problems)")
	f.Float64Var(&l.rtol, "rtol", 1e-8, "relative error of x that a step may make")
	f.StringVar(&l.methodText, "method", "auto", "auto, rodas5p, rodas4, dopri5 or rkc")
	f.StringVarP(&s.out, "output", "o", "", "write the files of the run into `DIR`")
	f.BoolVar(&s.force, "force", false, "replace a result that is already in DIR")
	l.flags.addResume(c, &l.resume)
	f.Var(&s.maxTime, "max-time", "stop after this long, for example 60s, with what there is")
	f.IntVar(&s.maxSteps, "max-steps", 0, "stop after this many steps (0: no limit)")
	f.BoolVar(&s.transpose, "transpose", false, "the file of A holds Aᵀ")
	f.StringVar(&s.label, "label", "", "the column of a table with this `NAME` is b")
	f.IntVar(&s.indexBase, "index-base", 1, "first column index in LIBSVM files: 0 or 1")
	s.addEngine(c)
}

// check understands the flags before any file is read.
func (l *flowLinear) check() error {
	switch {
	case l.geometryText == "" && l.paramText == "":
		return usagef("flow linear needs --geometry (%s) or --param (%s)", strings.Join(geometry.Names(), ", "), strings.Join(param.Names(), ", "))
	case l.geometryText != "" && l.paramText != "":
		return usagef("--geometry and --param exclude each other: each says which flow to follow")
	case l.save < 0:
		return usagef("--save %d: it cannot be negative", l.save)
	case l.save > 0 && l.timesText != "":
		return usagef("--times and --save exclude each other: both say what to record")
	case !(l.rtol >= ode.MinRelTol && l.rtol < 1):
		return usagef("--rtol %v: it must lie between %.2g, the least that doubles allow, and 1, for example 1e-8", l.rtol, ode.MinRelTol)
	case !(l.until >= 0) || math.IsInf(l.until, 0) || l.until == 0 && l.untilGiven:
		return usagef("--until-residual %v: it is a relative residual, for example 1e-8", l.until)
	case !(l.untilTime >= 0) || math.IsInf(l.untilTime, 0):
		return usagef("--until-time %v: it is a time after 0, for example 1e4", l.untilTime)
	case l.resume && l.flags.out == "":
		return usagef("--resume continues the run in a directory: name it with -o DIR")
	case l.resume && l.flags.force:
		return usagef("--resume keeps what is in DIR and --force replaces it; give one of them")
	}
	var err error
	if l.times, err = parseTimes(l.timesText); err != nil {
		return err
	}
	if _, err := stepperOf(l.methodText); err != nil {
		return err
	}
	if l.alpha.zero {
		return l.alphaZero()
	}
	if l.geometryText != "" {
		l.near = &nearest{}
		return l.near.read(l.geometryText, l.from, l.alpha.set)
	}
	return l.checkParam()
}

// checkParam and alphaZero speak of starts as descend does.
func (l *flowLinear) checkParam() error {
	d := descending{paramText: l.paramText, from: l.from, alpha: l.alpha}
	err := d.checkParam()
	l.param = d.param
	return err
}

func (l *flowLinear) alphaZero() error {
	d := descending{paramText: l.paramText, geometryText: l.geometryText}
	return d.alphaZero()
}

// parseTimes reads the list of --times.
func parseTimes(text string) ([]float64, error) {
	if text == "" {
		return nil, nil
	}
	list := strings.Split(text, ",")
	times := make([]float64, len(list))
	for i, t := range list {
		v, err := parseFinite(t)
		switch {
		case err != nil:
			return nil, usagef("--times: %q is not a finite number", strings.TrimSpace(t))
		case v < 0:
			return nil, usagef("--times: %v is before the start at 0", v)
		case i > 0 && v <= times[i-1]:
			return nil, usagef("--times: %v does not come after %v; times increase", v, times[i-1])
		}
		times[i] = v
	}
	if times[len(times)-1] == 0 {
		return nil, usagef("--times: the last one is the start itself; nothing would be followed")
	}
	return times, nil
}

// stepperOf returns the method of a name; nil for auto.
func stepperOf(name string) (ode.Stepper, error) {
	switch name {
	case "auto":
		return nil, nil
	case "rodas5p":
		return ode.NewRodas5P(), nil
	case "rodas4":
		return ode.NewRodas4(), nil
	case "dopri5":
		return ode.NewDormandPrince(), nil
	case "rkc":
		return ode.NewRKC(), nil
	}
	return nil, usagef("--method %q: there are auto, rodas5p, rodas4, dopri5 and rkc", name)
}
