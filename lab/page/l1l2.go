package page

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/phase"
	"github.com/tacit-dev/tacit/plot"
)

// L1L2 compares the limits of two flows on the same equations.
var L1L2 = Page{
	ID:       "l1-l2",
	Title:    "Same equations, two answers",
	Sentence: "Gradient descent on x and gradient descent on its factors solve the same equations, yet one spreads the answer over all coordinates and the other finds the few that matter.",
	Formula:  "ẋ = −∇ℓ(x), x(0) = 0  →  min ‖x‖₂;   x = u∘u − v∘v, ẏ = −∇ℓ̂(y), y(0) = α·1 → 0  →  min ‖x‖₁;   φ = ‖x‖ₚᵖ/p  →  min ‖x‖ₚ",
	Text: []string{
		"There are fewer equations than unknowns, and infinitely many solutions. Both methods go down the same loss, without any penalty. Plain gradient descent from 0 never leaves the span of the rows of A, and ends at the solution of least Euclidean norm: every coordinate takes a small part of the work.",
		"Write x as u∘u − v∘v, start with tiny factors, and descend on u and v. Now small coordinates move slowly and large ones fast: the rich get richer. The limit has the least ℓ1 norm. If only one solution has it, that one has at most as many nonzeros as there are equations, and if the data came from a sparse x it is often exactly that x. If there are several, the limit is the most even of them, and may have more.",
		"In between lie the flows in the geometry of ‖x‖ₚᵖ, whose limits have the least p-norm. The error of recovery stays large until p is close to 1.",
	},
	Exercise: "How many nonzeros can you plant before the sparse answer breaks? Guess a number, then move the slider. The fact below the picture says what theory expects for large problems.",
	Data:     true,
	Controls: l1l2Controls,
	Compute:  computeL1L2,
}

var l1l2Controls = slices.Concat([]Control{
	{Key: "p", Label: "p of the norm between", Kind: Number, Default: "1.3", Min: 1.05, Max: 2, Step: 0.05},
	{Key: "tr", Label: "show what was planted", Kind: Toggle, Default: "1"},
}, problemControls("gaussian", "0"))

// between are the answers that do not depend on p.
type between struct {
	l1, l2 *tacit.Answer
	proofs []Check
	norms  []float64 // p
	errs   []float64 // of recovery at p
}

var betweens memo[*between]

// solveBetween finds both ends, and the error of recovery between them.
func solveBetween(ctx context.Context, p *linearProblem) (*between, error) {
	return betweens.get(p.key(), func() (*between, error) {
		b := &between{}
		var err error
		if b.l2, err = tacit.MinNorm(ctx, p.A, p.B, nil, tacit.Options{}); err != nil {
			return nil, err
		}
		if b.l1, err = tacit.Solve(ctx, p.Problem, tacit.Options{}); err != nil {
			return nil, err
		}
		b.l1, b.l2 = held(b.l1), held(b.l2)
		for _, c := range []struct {
			name string
			ans  *tacit.Answer
		}{{"an independent verifier accepts the certificate of least ‖x‖₁", b.l1}, {"an independent verifier accepts the certificate of least ‖x‖₂", b.l2}} {
			b.proofs = append(b.proofs, proofOf(c.name, p.A, p.B, c.ans)...)
		}
		if p.planted == nil || !b.both() {
			return b, ctx.Err()
		}
		for k := range 10 {
			q := float64(11+k) / 10
			x, err := leastNorm(ctx, p, q)
			if err != nil {
				return nil, err
			}
			if x != nil {
				b.norms, b.errs = append(b.norms, q), append(b.errs, lost(p, x))
			}
		}
		b.norms = append([]float64{1}, b.norms...)
		b.errs = append([]float64{lost(p, b.l1.X)}, b.errs...)
		return b, ctx.Err()
	})
}

// both reports whether both ends were found.
func (b *between) both() bool {
	return b.l1.Status == limit.Certified && b.l2.Status == limit.Certified
}

// leastNorm is the solution of least p-norm, the limit of the flow in that
// geometry from 0; nil where it was not found.
func leastNorm(ctx context.Context, p *linearProblem, norm float64) ([]float64, error) {
	name := "lp:" + formatNumber(norm)
	if norm == 2 {
		name = "euclidean"
	}
	ans, err := tacit.Nearest(ctx, p.A, p.B, tacit.Selection{Geometry: name}, tacit.Options{MaxSteps: 300})
	if err != nil || ans.Status != limit.Certified {
		return nil, err
	}
	return ans.X, nil
}

// lost is the relative error of x as a recovery of what was planted.
func lost(p *linearProblem, x []float64) float64 {
	return apart(x, p.planted) / apart(p.planted, make([]float64, len(x)))
}

func computeL1L2(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, l1l2Controls, DataKey)
	p, err := v.problem(in)
	if err != nil {
		return nil, err
	}
	norm := v.numberIn("p", 1.02, 2)
	b, err := solveBetween(ctx, p)
	if err != nil {
		return nil, err
	}
	if !v.on("tr") {
		p.planted = nil
	}
	view := &View{
		Command: append(p.made, "tacit sparse "+p.files+p.sign()+" --json --values", "tacit minnorm "+p.files+" --json --values",
			"tacit nearest "+p.files+" --geometry lp:"+formatNumber(norm)+" --json --values"),
		Arrays: p.arrays(), Checks: slices.Clone(b.proofs),
	}
	if !b.both() {
		view.Summary = noLeastNorm(b.l1)
		if b.l1.Status == limit.Certified {
			view.Summary = "The solution of least ‖x‖₂ was not found: " + b.l2.Reason.Hint + "."
		}
		view.Facts = []Fact{{"status of least ‖x‖₁", string(b.l1.Status)}, {"status of least ‖x‖₂", string(b.l2.Status)}}
		view.Figures = []Figure{dataFigure(p)}
		return v.onto(view), ctx.Err()
	}
	middle, err := leastNorm(ctx, p, norm)
	if err != nil {
		return nil, err
	}
	if middle == nil {
		view.Notes = append(view.Notes, "the solution of least p-norm was not found to the tolerance and is left out")
	}
	if err := b.fill(ctx, view, p); err != nil {
		return nil, err
	}
	view.Figures = []Figure{b.stems(p, middle, norm)}
	if p.planted != nil {
		view.Figures = append(view.Figures, b.recovery(p, middle, norm))
	}
	return v.onto(view), ctx.Err()
}

// fill says what was found, and checks what theory says of both answers.
func (b *between) fill(ctx context.Context, view *View, p *linearProblem) error {
	x1, x2 := b.l1.X, b.l2.X
	n, m := p.A.Dims()
	s1, s2 := norm1(x1), norm1(x2)
	view.Summary = fmt.Sprintf("Least ‖x‖₁ = %s has %s; least ‖x‖₂ = %s has %d, and %s times the ℓ1 norm.",
		plot.Num(s1), many(countNonzero(x1), "nonzero"), plot.Num(b.l2.Objective), countNonzero(x2), plot.NumDigits(s2/math.Max(s1, 1e-300), 3))
	view.Facts = []Fact{
		{"‖x‖₁ of the two", plot.NumDigits(s1, digits) + " and " + plot.NumDigits(s2, digits)},
		{"‖x‖₂ of the two", plot.NumDigits(norm2(x1), digits) + " and " + plot.NumDigits(norm2(x2), digits)},
	}
	if b.l1.Unique != nil {
		view.Facts = append(view.Facts, Fact{"the only one of least ‖x‖₁", map[bool]string{true: "yes, proven", false: "no"}[*b.l1.Unique]})
	}
	if p.planted != nil {
		k := countNonzero(p.planted)
		e1, e2 := lost(p, x1), lost(p, x2)
		view.Summary += fmt.Sprintf(" The first misses the planted x by %s, the second by %s, relative to its size.", plot.NumDigits(e1, 3), plot.NumDigits(e2, 3))
		sign := phase.Signed
		if p.Nonneg {
			sign = phase.Nonneg
		}
		if n < m {
			rho := phase.Rho(float64(n)/float64(m), sign)
			view.Facts = append(view.Facts, Fact{"planted nonzeros", fmt.Sprintf("%d; large problems of this shape recover up to %.1f", k, rho*float64(n))})
		}
		view.Arrays = append(view.Arrays, Array{"p", []int{len(b.norms)}, b.norms}, Array{"recovery_error", []int{len(b.errs)}, b.errs})
	}
	view.Arrays = append(view.Arrays, Array{"x_l1", []int{m}, x1}, Array{"x_l2", []int{m}, x2}, Array{"y_l1", []int{n}, b.l1.Y})
	if b.l1.Unique != nil && *b.l1.Unique {
		view.Checks = append(view.Checks, atMost("nonzeros of the only solution of least ‖x‖₁: at most n", float64(n), float64(countNonzero(x1)), 0))
	}
	view.Checks = append(view.Checks, atMost("‖x‖₂ of the one against the other", norm2(x1), norm2(x2), 1e-9))
	if !p.Nonneg {
		view.Checks = append(view.Checks, atMost("‖x‖₁ of the one against the other", s2, s1, 1e-9))
	}
	if n*m > 10000 {
		return nil // the integration would be felt at the slider
	}
	f := flow.NewMirror(dual.NewChart(geometry.Euclidean{}, p.A, make([]float64, m)), loss.Squared{B: p.B})
	start := f.Loss(f.Start())
	if start == 0 {
		return nil // it stays where it starts
	}
	run, err := flow.Run(ctx, f, flow.Options{UntilLoss: 1e-20 * start, MaxSteps: 1000, StopStalled: true})
	if err != nil {
		return unfollowed(ctx, view, err)
	}
	if !(run.Loss <= 1e-18*start) {
		return nil // it takes longer than anybody waits
	}
	end := make([]float64, m)
	f.Primal(end, run.State)
	d := apart(end, x2)
	view.Checks = append(view.Checks, compared("gradient flow from 0, integrated, ends at least ‖x‖₂ (distance)", 0, d, d/math.Max(norm2(x2), 1e-300), 1e-6))
	return nil
}

func norm1(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += math.Abs(v)
	}
	return sum
}

func norm2(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum = math.Hypot(sum, v)
	}
	return sum
}

// stems shows the answers one below the other, on one scale.
func (b *between) stems(p *linearProblem, middle []float64, norm float64) Figure {
	lo, hi := 0.0, 0.0
	for _, x := range [][]float64{b.l1.X, b.l2.X, middle, p.planted} {
		for _, v := range x {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	air := 0.06 * math.Max(hi-lo, 1e-300)
	index := plot.Index(len(b.l1.X))
	row := func(title string, x []float64, ink plot.Ink, style int, height float64) plot.Panel {
		q := plot.Panel{
			Title: title, X: plot.Axis{Label: "i", Integer: true}, Y: plot.Axis{Label: "xᵢ", Min: lo - air, Max: hi + air},
			Series: []plot.Series{{Name: "x", X: index, Y: x, Shape: plot.Stems, Ink: ink, Style: style}}, Height: height,
		}
		if p.planted != nil {
			q.Series[0].Name = "limit of the flow"
			planted := nonzeros("planted", p.planted, plot.Reference, 3)
			planted.Filled = make([]bool, len(planted.X))
			q.Series = append(q.Series, planted)
		}
		return q
	}
	panels := []plot.Panel{row("gradient flow on x: least ‖x‖₂", b.l2.X, 0, 0, 0.75)}
	if middle != nil {
		panels = append(panels, row("between: least p-norm, p = "+formatNumber(norm), middle, 2, 2, 0.75))
	}
	panels = append(panels, row("gradient flow on the factors, α → 0: least ‖x‖₁", b.l1.X, 1, 1, 0.75))
	for k := range panels[1:] {
		panels[k+1].NoLegend = true
	}
	return Figure{ID: "stems", Trace: "limit of the flow", Figure: &plot.Figure{
		Kind: "l1l2", Title: "The same equations, solved by two flows: " + p.name,
		Caption: "All panels solve Ax = b exactly." + map[bool]string{true: " Diamonds: what was planted."}[p.planted != nil],
		Alt: fmt.Sprintf("Solutions of the same %s. The one of least Euclidean norm has %s, the largest %s; the one of least ℓ1 norm has %d, the largest %s.",
			many(len(p.B), "equation"), many(countNonzero(b.l2.X), "nonzero"), plot.Num(largestOf(b.l2.X)), countNonzero(b.l1.X), plot.Num(largestOf(b.l1.X))),
		Panels: panels,
	}}
}

func largestOf(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		most = math.Max(most, math.Abs(v))
	}
	return most
}

// recovery is the error over p.
func (b *between) recovery(p *linearProblem, middle []float64, norm float64) Figure {
	line := plot.Series{Name: "error of recovery", X: b.norms, Y: b.errs, Ink: 2, Plain: true, Width: 2}
	panel := plot.Panel{
		X: plot.Axis{Label: "p", Min: 1, Max: 2}, Y: plot.Axis{Label: "‖x − planted‖ / ‖planted‖", Min: 0, Max: 1.05 * math.Max(1, slices.Max(b.errs))},
		Series: []plot.Series{line}, Height: 0.7,
		Labels: []plot.Label{{X: 1, Y: line.Y[0], Text: "least ‖x‖₁", Dot: true}, {X: 2, Y: line.Y[len(line.Y)-1], Text: "least ‖x‖₂", Dot: true, Side: plot.Above}},
	}
	fig := Figure{ID: "recovery"}
	if middle != nil {
		at := lost(p, middle)
		panel.Labels = append(panel.Labels, plot.Label{X: norm, Y: at, Text: "p = " + formatNumber(norm), Dot: true, Side: plot.Below})
		fig.Handles = []Handle{{Panel: 0, X: norm, Y: at, XKey: "p", Point: -1, Label: "p of the norm between"}}
	}
	fig.Figure = &plot.Figure{
		Kind: "recovery", Title: "How much of what was planted is recovered",
		Caption: "The relative error of the solution of least p-norm.",
		Alt: fmt.Sprintf("The error falls from %s at p = 2 to %s at p = 1.",
			plot.NumDigits(b.errs[len(b.errs)-1], 3), plot.NumDigits(b.errs[0], 3)),
		Panels: []plot.Panel{panel},
	}
	return fig
}
