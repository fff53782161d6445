package page

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/phase"
	"github.com/tacit-dev/tacit/plot"
)

// Phase is the phase diagram of sparse recovery.
var Phase = Page{
	ID:       "phase",
	Title:    "Phase transition",
	Sentence: "How sparse a vector must be to be recovered from few measurements is known exactly, and the change from always to never is sharp.",
	Formula:  "x is recovered from n = δm Gaussian measurements  ⇔  k/n < ρ(δ) = max_z [1 − (κ/δ)G(z)] / [1 + z² − κG(z)],  κ = 2 for any sign, 1 for x ≥ 0,  up to O(√m) rows",
	Text: []string{
		"Plant a vector with k nonzero entries among m, measure it n times with random numbers, and ask for the solution of least ℓ1 norm: which is where the flow from a vanishing start ends. Is it the planted one? Each cell is such an experiment, repeated; its colour is the share of successes, and each answer is certified, so that a failure is the fault of ℓ1 and not of a solver.",
		"As m grows the answer is a matter of two numbers, δ = n/m and ρ = k/n. Below an exact curve recovery succeeds with probability tending to 1, above it with probability tending to 0 (Donoho and Tanner; Amelunxen, Lotz, McCoy and Tropp). Knowing that x ≥ 0 is worth a great deal: the curve for x ≥ 0 lies above. At finite m the transition is a band of width about 1/√m around the curve.",
		"The dots are where half of the trials succeed, by a logistic fit in each column, with intervals at 95 %. Click a cell: the page of the exact path shows one of the instances behind it.",
	},
	Exercise: "Guess before you change it: by how much does the band narrow when m grows fourfold? Look at the width of the intervals.",
	Long:     true,
	Controls: phaseControls,
	Compute:  computePhase,
}

var phaseControls = []Control{
	{Key: "nn", Label: "x ≥ 0 only", Kind: Toggle, Default: "1"},
	{Key: "m", Label: "Unknowns m", Kind: Integer, Default: "60", Min: 20, Max: 120, Step: 10},
	{Key: "g", Label: "Cells in each direction", Kind: Integer, Default: "15", Min: 5, Max: 19, Step: 1},
	{Key: "tr", Label: "Trials of each cell", Kind: Integer, Default: "6", Min: 1, Max: 10, Step: 1},
	{Key: "sd", Label: "Seed", Kind: Integer, Default: "1", Min: 0, Max: 99, Step: 1},
}

// recovered is the relative error up to which x counts as recovered, as in sweeps.
const recovered = 1e-4

// experiment is the grid of the page.
type experiment struct {
	nonneg        bool
	m, grid       int
	trials, seed  int
	done          []int // trials so far of cell (i, j) at i·grid + j, i along δ
	successes     []int
	uncertified   int
	completeTrial int
}

// from and to are the ends of both axes.
const from, to = 0.05, 0.95

// place is the value of δ or ρ at index i.
func (e *experiment) place(i int) float64 { return from + (to-from)*float64(i)/float64(e.grid-1) }

// sizes are n and k of a cell, by rounding as in sweeps.
func (e *experiment) sizes(i, j int) (n, k int) {
	n = max(1, int(math.Round(e.place(i)*float64(e.m))))
	return n, max(1, int(math.Round(e.place(j)*float64(n))))
}

// seedOf keys a trial: the seed that `tacit gen sparse` takes.
func (e *experiment) seedOf(cell, trial int) int { return e.seed*1000000 + cell*100 + trial }

// run does one trial of a cell.
func (e *experiment) run(ctx context.Context, cell, trial int) error {
	n, k := e.sizes(cell/e.grid, cell%e.grid)
	p, err := instance.Sparse{Ensemble: instance.Gaussian, N: n, M: e.m, K: k, Nonneg: e.nonneg, Seed: uint64(e.seedOf(cell, trial))}.Generate()
	if err != nil {
		return err
	}
	r, err := limit.L1(ctx, limit.Problem{A: p.A, B: p.B, Nonneg: e.nonneg}, limit.Options{})
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	e.done[cell]++
	if r.Status != limit.Certified {
		e.uncertified++
	}
	size := 0.0
	for _, v := range p.X {
		size = math.Hypot(size, v)
	}
	if r.X != nil && apart(r.X, p.X) <= recovered*size {
		e.successes[cell]++
	}
	return nil
}

func computePhase(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, phaseControls)
	e := &experiment{nonneg: v.on("nn"), m: v.integerIn("m", 10, 300), grid: v.integerIn("g", 3, 30), trials: v.integerIn("tr", 1, 50), seed: v.integerIn("sd", 0, 2000)}
	cells := e.grid * e.grid
	e.done, e.successes = make([]int, cells), make([]int, cells)
	total := cells * e.trials
	show := max(1, total/24)
	stride := coprime(cells) // in an order that spreads over the map
	count := 0
	for trial := range e.trials {
		for step := range cells {
			if err := e.run(ctx, step*stride%cells, trial); err != nil {
				return nil, err
			}
			count++
			if in.Progress != nil && count%show == 0 && count < total {
				partial := &View{}
				e.show(partial, v)
				in.Progress(float64(count)/float64(total), v.onto(partial))
			}
		}
		e.completeTrial = trial + 1
	}
	view := &View{}
	e.show(view, v)
	return v.onto(view), nil
}

// coprime is a step through n places that visits all of them, far from its
// neighbours: near the golden section of n.
func coprime(n int) int {
	for s := max(1, int(0.618*float64(n))); ; s++ {
		a, b := n, s
		for b > 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return s
		}
	}
}

// sign is the kind of unknowns.
func (e *experiment) sign() phase.Sign {
	if e.nonneg {
		return phase.Nonneg
	}
	return phase.Signed
}

// show fills a view with what there is so far.
func (e *experiment) show(view *View, v *values) {
	d := plot.PhaseDiagram{Sign: e.sign()}
	done, successes := 0, 0
	for c := range e.done {
		d.Cells = append(d.Cells, plot.Success{Delta: e.place(c / e.grid), Rho: e.place(c % e.grid), Successes: float64(e.successes[c]), Trials: float64(e.done[c])})
		done, successes = done+e.done[c], successes+e.successes[c]
	}
	var off, worst, mean float64
	for i := range e.grid {
		h, ok := e.half(i)
		if !ok {
			continue
		}
		n, _ := e.sizes(i, 0)
		delta := float64(n) / float64(e.m)
		d.Half = append(d.Half, plot.Half{Delta: delta, Rho: h.Rho, Low: h.Low, High: h.High})
		off = h.Rho - phase.Rho(delta, e.sign())
		mean, worst = mean+off, math.Max(worst, math.Abs(off))
	}
	f := plot.PhaseFigure(d)
	f.Title = fmt.Sprintf("Share of recovered x, m = %d, %s", e.m, map[bool]string{true: "x ≥ 0", false: "any sign"}[e.nonneg])
	f.Panels[0].Series = append([]plot.Series{otherCurve(e.sign())}, f.Panels[0].Series...)
	view.Figures = []Figure{{ID: "diagram", Figure: f, Areas: e.areas(f)}}
	view.Facts = []Fact{
		fact("trials", "%d of %d", done, len(e.done)*e.trials), fact("recovered", "%d", successes),
		fact("answers without a certificate", "%d", e.uncertified),
	}
	view.Checks = e.checks(d, mean)
	view.Summary = fmt.Sprintf("%d of %d trials are done, %d recovered the planted x.", done, len(e.done)*e.trials, successes)
	if len(d.Half) > 0 {
		view.Summary += fmt.Sprintf(" The point where half of them succeed is %s off the exact curve on average, over %s.", plot.NumDigits(mean/float64(len(d.Half)), 2), many(len(d.Half), "column"))
	}
	c := e.middle()
	n, k := e.sizes(c/e.grid, c%e.grid)
	flag := map[bool]string{true: " --nonneg"}[e.nonneg]
	view.Command = []string{
		fmt.Sprintf("tacit gen sparse --rows %d --cols %d --support %d --seed %d%s -o cell.npz", n, e.m, k, e.seedOf(c, 0), flag),
		"tacit sparse cell.npz" + flag + " # the first trial of one cell",
		fmt.Sprintf(`printf 'trials = %d\n[fixed]\nm = %d\nnonneg = %v\n[axes]\ndelta = { from = %v, to = %v, points = %d }\nrho = { from = %v, to = %v, points = %d }\n' > phase.toml`, e.trials, e.m, e.nonneg, from, to, e.grid, from, to, e.grid),
		"tacit sweep phase.toml -o sweep && tacit plot sweep --kind phase -o phase.svg # the grid with other instances",
	}
	view.Links = []Link{e.link(c)}
	flat := func(x []int) []float64 {
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = float64(v)
		}
		return out
	}
	view.Arrays = []Array{{"trials", []int{e.grid, e.grid}, flat(e.done)}, {"successes", []int{e.grid, e.grid}, flat(e.successes)}}
}

// half fits column i.
func (e *experiment) half(i int) (phase.Half, bool) {
	var list []phase.Trials
	n, _ := e.sizes(i, 0)
	for j := range e.grid {
		_, k := e.sizes(i, j)
		c := i*e.grid + j
		list = append(list, phase.Trials{Rho: float64(k) / float64(n), Successes: e.successes[c], Trials: e.done[c]})
	}
	return phase.FitHalf(list)
}

// otherCurve is the exact transition for the other kind of unknowns.
func otherCurve(s phase.Sign) plot.Series {
	c := plot.Series{Name: "exact transition, x ≥ 0", Ink: plot.Reference, Style: 1, Width: 1.2}
	if s == phase.Nonneg {
		c.Name = "exact transition, any sign"
	}
	for k := 1; k < 100; k++ {
		delta := float64(k) / 100
		c.X, c.Y = append(c.X, delta), append(c.Y, phase.Rho(delta, phase.Nonneg-s))
	}
	return c
}

// checks compare the finished experiment with the curve.
func (e *experiment) checks(d plot.PhaseDiagram, mean float64) []Check {
	list := []Check{absolute("answers without a certificate", 0, float64(e.uncertified), 0)}
	if e.completeTrial < e.trials {
		return list
	}
	// Beyond the band of √m rows around the curve the outcome is certain.
	wrong, far := 0, 0
	for c := range e.done {
		n, k := e.sizes(c/e.grid, c%e.grid)
		rows := phase.Dimension(float64(k)/float64(e.m), e.sign()) * float64(e.m)
		if math.Abs(rows-float64(n)) < 2.5*math.Sqrt(float64(e.m))/2 {
			continue
		}
		far += e.done[c]
		if float64(n) > rows {
			wrong += e.done[c] - e.successes[c]
		} else {
			wrong += e.successes[c]
		}
	}
	list = append(list, compared("share of trials on the wrong side, further than 1.25√m rows from the curve", 0, float64(wrong)/math.Max(1, float64(far)), float64(wrong)/math.Max(1, float64(far)), 0.03))
	if len(d.Half) > 0 && e.m >= 40 {
		list = append(list, absolute("mean distance of the fitted half from the curve, in ρ", 0, mean/float64(len(d.Half)), 1/math.Sqrt(float64(e.m))))
	}
	return list
}

// middle is the cell at the middle δ that lies nearest to the curve.
func (e *experiment) middle() int {
	i := e.grid / 2
	rho := phase.Rho(e.place(i), e.sign())
	best := 0
	for j := range e.grid {
		if math.Abs(e.place(j)-rho) < math.Abs(e.place(best)-rho) {
			best = j
		}
	}
	return i*e.grid + best
}

// link leads to the first instance of a cell.
func (e *experiment) link(cell int) Link {
	n, k := e.sizes(cell/e.grid, cell%e.grid)
	return Link{
		Label: fmt.Sprintf("open an instance with n/m = %d/%d, k/n = %d/%d: %d of %d recovered", n, e.m, k, n, e.successes[cell], e.done[cell]),
		Page:  "path",
		State: State{"ex": instance.Gaussian, "n": strconv.Itoa(n), "m": strconv.Itoa(e.m), "kk": strconv.Itoa(k),
			"sd": strconv.Itoa(e.seedOf(cell, 0)), "nn": map[bool]string{true: "1", false: "0"}[e.nonneg]},
	}
}

// areas lead from the cells to their instances.
func (e *experiment) areas(f *plot.Figure) []Area {
	c := f.Panels[0].Cells
	if c == nil || len(c.Value) != len(e.done) {
		return nil
	}
	list := make([]Area, len(c.Value))
	for k := range list {
		list[k] = Area{Link: e.link(k), Left: c.Left[k], Right: c.Right[k], Bottom: c.Bottom[k], Top: c.Top[k]}
	}
	return list
}
