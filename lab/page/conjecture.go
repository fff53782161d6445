package page

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// Conjecture is the matrix conjecture: where it holds, and where it fails.
var Conjecture = Page{
	ID:       "conjecture",
	Title:    "The matrix conjecture",
	Sentence: "Small starts were conjectured to select the least nuclear norm; here they select the lowest rank instead, and move away from it.",
	Formula:  "Ẏ = −2GY,  X = YYᵀ,  Y(0) = αI,  G = Σ (⟨A_k, X⟩ − b_k) A_k;   conjecture:  lim_{α→0} lim_{t→∞} X ∈ argmin { tr X : ⟨A_k, X⟩ = b_k, X ⪰ 0 }",
	Text: []string{
		"For vectors, gradient flow on x = y² from a small start selects the least ℓ1 norm. The matrix version would be: gradient flow on X = YYᵀ from a small start selects the least nuclear norm, which is the trace for X ⪰ 0. If the measurements commute it is true: then everything happens in common eigenvectors, the eigenvalues follow the entropic mirror flow, and the theorem for vectors applies.",
		"In general it is false. Of a symmetric 4×4 matrix observe X[0,2] = 1 and X[0,3] = X[1,2] = R (rows and columns count from 0). The least trace is 4R, attained by a matrix of rank 2. There is one matrix of rank 1, of trace 2(1 + R²), which is larger for R > 1. The flow first grows along the strongest direction of its gradient alone, and that direction already fits everything with rank 1. So the smaller the start, the closer the limit comes to rank 1, and the further its trace gets from the least one.",
		"The picture shows the trace of the limit for starts of all sizes. On the way from a large start to a small one the trace passes near the least trace and then leaves it for the value of rank 1. The second eigenvalue of the limit falls like a power of α, more slowly the closer R is to 1.",
	},
	Exercise: "Set R = 1.2. Predict: will the limit for α = 1e-12 be closer to the least trace or to rank 1 than for R = 2? Then switch to the measurements that commute, and predict the picture.",
	Long:     true,
	Controls: conjectureControls,
	Compute:  computeConjecture,
}

var conjectureControls = []Control{
	{Key: "c", Label: "Measurements", Kind: Choice, Default: "li", Choices: []Option{{"li", "the counterexample of Li, Luo and Lyu"}, {"co", "matrices that commute"}}},
	{Key: "R", Label: "R", Help: "The entries X[0,3] = X[1,2] of the counterexample.", Kind: Number, Default: "2", Min: 1, Max: 4, Step: 0.05},
	{Key: "a", Label: "α", Help: "Size of the start Y(0) = αI; X starts at α²I.", Kind: Decimal, Default: "1e-4", Min: -40, Max: 1, Step: 0.1},
}

// counterexample is X[0,2] = 1, X[0,3] = X[1,2] = R, the entries below the diagonal as well.
func counterexample(r float64) *matrixProblem {
	rows, cols := []int{0, 2, 0, 3, 1, 2}, []int{2, 0, 3, 0, 2, 1}
	mark := make([]bool, 16)
	for k := range rows {
		mark[rows[k]*4+cols[k]] = true
	}
	p := &matrixProblem{file: "problem.npz",
		a: linop.Entries(4, 4, []int{2, 3, 2}, []int{0, 0, 1}), b: []float64{1, r, r},
		flowA: linop.Entries(4, 4, rows, cols), flowB: []float64{1, 1, r, r, r, r}, d: 4, mark: mark,
		command: []string{"tacit gen lecture:li-luo-lyu -o problem.npz"},
	}
	if r != 2 {
		p.file, p.command = "problem.mtx", []string{fmt.Sprintf("printf '%%%%%%%%MatrixMarket matrix coordinate real general\\n4 4 6\\n1 3 1\\n3 1 1\\n1 4 %[1]s\\n4 1 %[1]s\\n2 3 %[1]s\\n3 2 %[1]s\\n' > problem.mtx", formatNumber(r))}
	}
	return p
}

// commuting are two matrices of order 4 with common eigenvectors and the
// eigenvalues in values, which it returns too.
func commuting() (p *matrixProblem, values []float64) {
	const d, n = 4, 2
	values = []float64{1, 0.5, 0.7, 0.2, 0.3, 1, 0.1, 0.8}
	q := make([]float64, d*d)
	for i := range d {
		q[i*d+i] = 1
	}
	for k, angle := range []float64{0.7, -0.4, 1.1} { // the product of three plane rotations
		s, c := math.Sincos(angle)
		for i := range d {
			x, y := q[i*d+k], q[i*d+k+1]
			q[i*d+k], q[i*d+k+1] = c*x-s*y, s*x+c*y
		}
	}
	full := make([]float64, n*d*d)
	for k := range n {
		for i := range d {
			for j := range d {
				for e := range d {
					full[k*d*d+i*d+j] += q[i*d+e] * values[k*d+e] * q[j*d+e]
				}
			}
		}
	}
	a, b := linop.NewDense(n, d*d, full), []float64{1, 0.8}
	return &matrixProblem{a: a, b: b, flowA: a, flowB: b, d: d}, values
}

// starts are ln α from 1 down to the given one or 1e-16, and the given one.
func starts(at float64) []float64 {
	end := math.Min(-16, at/math.Ln10)
	const points = 18
	list := make([]float64, 0, points+1)
	for k := range points {
		// Evenly in the square root, since more happens at large starts.
		t := float64(k) / (points - 1)
		list = append(list, math.Ln10*end*t*(0.35+0.65*t))
	}
	return list
}

func computeConjecture(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, conjectureControls)
	logAlpha := v.logDecimalIn("a", "1e-100000", "1e2")
	r := v.numberIn("R", 1, 100)
	p, name := counterexample(r), "X[0,2] = 1, X[0,3] = X[1,2] = R"
	commutes := v.text("c") == "co"
	if commutes {
		p, _ = commuting()
		name = "two matrices that commute"
	}
	least, err := p.leastTrace(ctx)
	if err != nil {
		return nil, err
	}
	here, err := p.factored(ctx, logAlpha, 160)
	if err != nil {
		return nil, err
	}
	curve := []*matrixRun{}
	for _, l := range starts(logAlpha) {
		e, err := p.factored(ctx, l, 2)
		if err != nil {
			return nil, err
		}
		curve = append(curve, e)
	}
	view := &View{}
	rank1 := math.NaN()
	if !commutes {
		rank1 = 2 * (1 + r*r)
	}
	view.Figures = []Figure{
		{ID: "traces", Figure: tracesFigure(curve, here, least.Objective, rank1, name), Trace: "trace of the limit"},
		{ID: "matrices", Figure: conjectureMatrices(p, here, least, r, commutes)},
		{ID: "stairs", Figure: conjectureStairs(here)},
	}
	judgeConjecture(view, curve, here, least, r, commutes)
	if p.command == nil {
		view.Command = []string{"tacit theorems matrix-commuting --explain"}
	} else {
		view.Command = append(p.flowCommand(v.text("a"), logAlpha), "tacit lowrank "+p.file+" --psd")
	}
	view.Arrays = []Array{{"x", []int{p.d, p.d}, here.x}, {"least_trace", []int{p.d, p.d}, least.x},
		{"log_alpha", []int{len(curve)}, pick(curve, func(e *matrixRun) float64 { return e.logAlpha })},
		{"trace", []int{len(curve)}, pick(curve, func(e *matrixRun) float64 { return e.trace() })}}
	return v.onto(view), nil
}

// tracesFigure shows trace and second eigenvalue of the limit over α.
func tracesFigure(curve []*matrixRun, here *matrixRun, least, rank1 float64, name string) *plot.Figure {
	at := pick(curve, func(e *matrixRun) float64 { return -e.logAlpha })
	axis := plot.Axis{Label: "1/α, the start ever smaller", Scale: plot.Log}
	second := plot.Series{Name: "σ₂/σ₁ of the limit", X: at, Ink: 1, Style: 2,
		Y: pick(curve, func(e *matrixRun) float64 { return e.end()[1] - e.end()[0] })}
	f := &plot.Figure{
		Title:   "Trace of the limit for ever smaller starts: " + name,
		Caption: "Above: the trace of the limit over the size of the start. Below: how far it is from rank 1.",
		Panels: []plot.Panel{
			{X: axis, Y: plot.Axis{Label: "tr X", Include: []float64{0.97 * least, 1.03 * least}},
				Series: []plot.Series{{Name: "trace of the limit", X: at, Y: pick(curve, func(e *matrixRun) float64 { return e.trace() }), Ink: 0}},
				Rules:  []plot.Rule{{At: least, Label: "least trace " + plot.NumDigits(least, 4)}},
				Labels: []plot.Label{{X: -here.logAlpha, Y: here.trace(), Text: "α = " + plot.NumLn(here.logAlpha), Dot: true, Side: plot.Below}}},
			{X: axis, Y: plot.Axis{Label: "σ₂ / σ₁", Scale: plot.Log}, Series: []plot.Series{second}, Height: 0.7, NoLegend: true,
				Labels: []plot.Label{{X: -here.logAlpha, Y: here.end()[1] - here.end()[0], Dot: true}}},
		},
	}
	last := curve[len(curve)-1]
	f.Alt = fmt.Sprintf("From α = %s to α = %s the trace of the limit goes from %s to %s; the least trace is %s.",
		plot.NumLn(curve[0].logAlpha), plot.NumLn(last.logAlpha), plot.NumDigits(curve[0].trace(), 5), plot.NumDigits(last.trace(), 5), plot.NumDigits(least, 5))
	if !math.IsNaN(rank1) {
		f.Panels[0].Rules = append(f.Panels[0].Rules, plot.Rule{At: rank1, Label: "rank 1: " + plot.NumDigits(rank1, 4)})
		f.Alt += fmt.Sprintf(" The matrix of rank 1 has trace %s. σ₂/σ₁ of the limit falls to %s.", plot.NumDigits(rank1, 5), plot.NumLn(last.end()[1]-last.end()[0]))
	}
	return f
}

// conjectureMatrices shows the limit, the matrix of least trace, and that of rank 1.
func conjectureMatrices(p *matrixProblem, here *matrixRun, least *leastMatrix, r float64, commutes bool) *plot.Figure {
	list := []shownMatrix{
		{"limit of the flow", p.d, p.d, here.x, p.mark},
		{"least trace", p.d, p.d, least.x, p.mark},
	}
	f := &plot.Figure{Title: "The limit beside the candidates",
		Caption: "Dots mark what is observed. The matrices agree there and nowhere else."}
	if !commutes {
		one := make([]float64, 16)
		v := []float64{1, r, 1, r}
		for i := range 4 {
			for j := range 4 {
				one[i*4+j] = v[i] * v[j]
			}
		}
		list = append(list, shownMatrix{"rank 1", 4, 4, one, p.mark})
		f.Alt = fmt.Sprintf("X[1,3], which is not observed, is %s in the limit, %s in the matrix of least trace and %s in that of rank 1.",
			plot.NumDigits(here.x[7], 5), plot.NumDigits(least.x[7], 5), plot.NumDigits(r*r, 5))
	} else {
		f.Alt = fmt.Sprintf("Limit and matrix of least trace differ by %s at most.", plot.NumDigits(largestDifference(here.x, least.x), 2))
		f.Caption = "With measurements that commute the limit is a matrix of least trace."
	}
	f.Panels = []plot.Panel{matrixPanel(list)}
	f.Tables = []plot.Table{matrixTable(list)}
	return f
}

// conjectureStairs shows the eigenvalues along the flow.
func conjectureStairs(here *matrixRun) *plot.Figure {
	f := &plot.Figure{
		Title:   "The flow from α = " + plot.NumLn(here.logAlpha) + ", eigenvalue by eigenvalue",
		Caption: "The first eigenvalue fits everything; the second has grown too little by then to matter, the less the smaller α is.",
		Panels:  singularPanels(here, "", 4),
	}
	f.Alt = fmt.Sprintf("The eigenvalues of X end, at t = %s, at", plot.NumDigits(here.times[len(here.times)-1], 4))
	for i, l := range here.end() {
		f.Alt += map[bool]string{true: " ", false: ", "}[i == 0] + plot.NumLn(l)
	}
	f.Alt += "."
	return f
}

// judgeConjecture compares the limits with what is known about them.
func judgeConjecture(view *View, curve []*matrixRun, here *matrixRun, least *leastMatrix, r float64, commutes bool) {
	last := curve[len(curve)-1]
	rank := here.rank()
	defer func() { view.Checks = append(slices.Clone(least.proof), view.Checks...) }()
	view.Facts = []Fact{
		fact("trace of the limit", "%s", plot.NumDigits(here.trace(), 8)),
		fact("rank of the limit", "%d (singular values above 10⁻³ of the largest)", rank),
		fact("least trace", "%s, %s; %s, gap %s", plot.NumDigits(least.Objective, 8), least.words(), least.Status, plot.NumDigits(least.Gap, 2)),
		fact("time", "t = %s in %d steps", plot.NumDigits(here.times[len(here.times)-1], 4), here.steps),
	}
	if commutes {
		view.Checks = []Check{
			relative("trace as α → 0 ("+plot.NumLn(last.logAlpha)+") against the least trace", least.Objective, last.trace(), 2e-2),
			atLeast("trace of the limit at least the least trace", least.Bound, here.trace(), 1e-6),
		}
		view.Summary = fmt.Sprintf("From α = %s the limit has trace %s; the least trace is %s. With measurements that commute they meet as α → 0.",
			plot.NumLn(here.logAlpha), plot.NumDigits(here.trace(), 6), plot.NumDigits(least.Objective, 6))
		return
	}
	rank1 := 2 * (1 + r*r)
	view.Facts = append(view.Facts[:3], append([]Fact{fact("rank 1", "trace %s", plot.NumDigits(rank1, 8))}, view.Facts[3:]...)...)
	view.Checks = []Check{
		relative("least trace against 4R", 4*r, least.Objective, 1e-7),
		atLeast("trace of the limit at least 4R", 4*r, here.trace(), 1e-7),
	}
	if here.logAlpha <= math.Log(0.1) {
		view.Checks = append(view.Checks, atMost("trace of the limit at most that of rank 1, 2(1+R²)", rank1, here.trace(), 1e-6))
	}
	if r > 1.5 {
		near := curve[len(curve)-1]
		view.Checks = append(view.Checks, relative("trace from α = "+plot.NumLn(near.logAlpha)+" against that of rank 1", rank1, near.trace(), 2e-2))
	}
	side := "rank 1"
	if math.Abs(here.trace()-4*r) < math.Abs(here.trace()-rank1) {
		side = "the least trace"
	}
	view.Summary = fmt.Sprintf("From α = %s the limit has trace %s and rank %d, closer to %s: the least trace is %s at rank 2, and rank 1 has trace %s.",
		plot.NumLn(here.logAlpha), plot.NumDigits(here.trace(), 6), rank, side, plot.NumDigits(4*r, 6), plot.NumDigits(rank1, 6))
}
