package page

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// LowRank is matrix completion by three roads.
var LowRank = Page{
	ID:       "lowrank",
	Title:    "Low rank, in stairs",
	Sentence: "Gradient flow on the factors of a matrix from a small start learns one direction after another, and stops at low rank.",
	Formula:  "Ẏ = −2GY, X = YYᵀ;   d ln X/dt = −G (von Neumann);   min tr X;   each with ⟨A_k, X⟩ = b_k, X ⪰ 0",
	Text: []string{
		"A symmetric matrix of low rank is hidden, and some of its entries are given: the dots. Three roads lead to a matrix with those entries. The first follows gradient flow on Y, X = YYᵀ, from a tiny multiple of the identity. Its singular values wait, each for its time, and then rise at once: a staircase, whose steps get sharper as the start shrinks. Between two steps the flow rests near a matrix of lower rank that fits as well as its rank allows.",
		"The second is the mirror flow in von Neumann's geometry tr(X ln X − X), the matrix version of the entropy. It is convex in its dual coordinates, and as α → 0 it tends to the matrix of least trace, whatever the measurements are. The third asks for the least trace directly, with a certificate. If the measurements commute, the first two are the same flow. Entries of a matrix do not commute, and the roads part: the factors prefer low rank, the mirror prefers a small trace.",
		"Click entries of the first matrix to observe more or fewer of them. With few observations the least trace is often not the hidden matrix, while the flow of the factors still finds it, or another one of low rank; with too few nobody can.",
	},
	Exercise: "At α = 1e-12, how many steps will the staircase have? Then make α = 1e-300 and say before you look: what changes on the axis t/ln(1/α²), and what does not?",
	Long:     true,
	Controls: lowRankControls,
	Compute:  computeLowRank,
}

const largestMatrix = 12

var lowRankControls = []Control{
	{Key: "a", Label: "α", Help: "Size of the start Y(0) = αI; X starts at α²I.", Kind: Decimal, Default: "1e-12", Min: -300, Max: 0, Step: 1},
	{Key: "d", Label: "Order d", Kind: Integer, Default: "8", Min: 3, Max: largestMatrix, Step: 1},
	{Key: "r", Label: "Hidden rank", Kind: Integer, Default: "2", Min: 1, Max: 4, Step: 1},
	{Key: "p", Label: "Share observed", Kind: Number, Default: "0.7", Min: 0.1, Max: 1, Step: 0.05},
	{Key: "sd", Label: "Seed", Kind: Integer, Default: "7", Min: 0, Max: 99, Step: 1},
	{Key: "mk", Label: "Observed entries", Help: "The entries on and below the diagonal, row by row, 1 for observed; empty: by chance. Clicks on the first matrix change it.", Kind: Text, Default: ""},
}

func computeLowRank(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, lowRankControls)
	logAlpha := v.logDecimalIn("a", "1e-100000", "10")
	h, err := newHidden(v)
	if err != nil {
		return nil, err
	}
	view := &View{}
	p := &h.matrixProblem
	report := func(done float64) {
		if in.Progress != nil {
			in.Progress(done, nil)
		}
	}
	fac, err := p.factored(ctx, logAlpha, 240)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		view.Summary = "From this start nothing grows: " + err.Error() + "."
		view.Figures = []Figure{{ID: "matrices", Figure: &plot.Figure{Title: "The hidden matrix", Alt: "The hidden matrix; click to choose what is observed.",
			Panels: []plot.Panel{matrixPanel([]shownMatrix{h.shown()})}}, Areas: h.areas()}}
		view.Command = []string{"tacit lowrank " + p.file + " --psd"}
		return v.onto(view), nil
	}
	report(0.4)
	mir, err := p.mirror(ctx, logAlpha, math.Max(6*fac.times[len(fac.times)-1], -120*logAlpha), 480)
	if err != nil {
		return nil, err
	}
	report(0.8)
	least, err := p.leastTrace(ctx)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	shown := []shownMatrix{h.shown(), {"factors", p.d, p.d, fac.x, nil}, {"mirror", p.d, p.d, mir.x, nil}, {"least trace", p.d, p.d, least.x, nil}}
	view.Figures = []Figure{
		{ID: "stairs", Figure: stairsFigure(fac, mir, h.rank), Trace: "σ₁"},
		{ID: "matrices", Figure: h.matricesFigure(shown), Areas: h.areas()},
		{ID: "spectra", Figure: spectraFigure(h, fac, mir, least)},
	}
	h.judge(view, fac, mir, least)
	view.Command = append(p.flowCommand(v.text("a"), logAlpha), "tacit lowrank "+p.file+" --psd")
	view.Arrays = []Array{{"hidden", []int{p.d, p.d}, h.x}, {"factors", []int{p.d, p.d}, fac.x}, {"mirror", []int{p.d, p.d}, mir.x}, {"least_trace", []int{p.d, p.d}, least.x}}
	return v.onto(view), nil
}

// hidden is a matrix of which some entries are known.
type hidden struct {
	matrixProblem
	x    []float64
	rank int
}

// newHidden makes the matrix and its mask from the state.
func newHidden(v *values) (*hidden, error) {
	d := v.integerIn("d", 2, largestMatrix)
	rank := v.integerIn("r", 1, d)
	share := v.numberIn("p", 0.02, 1)
	seed := v.integerIn("sd", 0, math.MaxInt32)
	m, err := instance.LowRank{Seed: uint64(seed), P: d, Q: d, Rank: rank, PSD: true, Density: share}.Generate()
	if err != nil {
		return nil, err
	}
	h := &hidden{x: make([]float64, d*d), rank: rank}
	for i := range d {
		for j := range d {
			for k := range rank {
				h.x[i*d+j] += m.L[i*rank+k] * m.L[j*rank+k]
			}
		}
	}
	h.d, h.mark, h.file = d, make([]bool, d*d), "problem.npz"
	h.command = []string{fmt.Sprintf("tacit gen completion --shape %d,%d --rank %d --density %s --psd --seed %d -o problem.npz", d, d, rank, formatNumber(share), seed)}
	rows, cols, b := m.Rows, m.Cols, m.B
	if mask, ok := readMask(v, d); ok {
		rows, cols, b = nil, nil, nil
		var lines strings.Builder
		k := 0
		for i := range d {
			for j := range i + 1 {
				if mask[k] == '1' {
					rows, cols, b = append(rows, i), append(cols, j), append(b, h.x[i*d+j])
					fmt.Fprintf(&lines, `%d %d %s\n`, i+1, j+1, formatNumber(h.x[i*d+j]))
				}
				k++
			}
		}
		h.file = "problem.mtx"
		h.command = []string{fmt.Sprintf(`printf '%%%%%%%%MatrixMarket matrix coordinate real general\n%d %d %d\n%s' > problem.mtx`, d, d, len(b), lines.String())}
	}
	if len(b) == 0 {
		rows, cols, b = []int{0}, []int{0}, []float64{h.x[0]}
		v.note("no entry is observed; the first is")
	}
	for k := range rows {
		h.mark[rows[k]*d+cols[k]], h.mark[cols[k]*d+rows[k]] = true, true
	}
	h.a = linop.Entries(d, d, rows, cols)
	h.flowA, h.b, h.flowB = h.a, b, b
	return h, nil
}

// readMask is the text of the mask, if it has one sign for each entry.
func readMask(v *values, d int) (string, bool) {
	text := v.text("mk")
	if text == "" {
		return "", false
	}
	if len(text) != d*(d+1)/2 || strings.Trim(text, "01") != "" {
		v.replace("mk", text, "", fmt.Sprintf("must be %d signs 0 or 1", d*(d+1)/2))
		return "", false
	}
	return text, true
}

// shown is the hidden matrix with dots on what is observed.
func (h *hidden) shown() shownMatrix { return shownMatrix{"hidden", h.d, h.d, h.x, h.mark} }

// areas make entries of the first matrix observed, or not.
func (h *hidden) areas() []Area {
	d := h.d
	now := make([]byte, 0, d*(d+1)/2)
	for i := range d {
		for j := range i + 1 {
			now = append(now, '0'+map[bool]byte{true: 1}[h.mark[i*d+j]])
		}
	}
	var areas []Area
	for i := range d {
		for j := range d {
			lo, hi := min(i, j), max(i, j)
			k := hi*(hi+1)/2 + lo
			next := append([]byte(nil), now...)
			next[k] ^= 1
			word := "observe"
			if next[k] == '0' {
				word = "hide"
			}
			areas = append(areas, Area{
				Link: Link{Label: fmt.Sprintf("%s X[%d,%d]", word, i, j), State: State{"mk": string(next)}},
				Left: float64(j), Right: float64(j + 1), Bottom: float64(-i - 1), Top: float64(-i),
			})
		}
	}
	return areas
}

// stairsFigure shows the flow of the factors above the mirror flow, over the same
// time.
func stairsFigure(fac, mir *matrixRun, rank int) *plot.Figure {
	modes := min(rank+3, len(fac.end()))
	f := &plot.Figure{
		Title: "Singular values along two flows from α²I, α = " + plot.NumLn(fac.logAlpha),
		Caption: "Above: gradient flow on the factors. Each singular value grows in a straight line on the log axis, long before it is seen, and stops where nothing is left to fit. " +
			"Below: the mirror flow of von Neumann's geometry at four times this time, and for longer. Where measurements commute it is the same flow.",
		Panels: append(singularPanels(fac, "factors, X = YYᵀ", modes), singularPanels(mir, "mirror, X = exp(2 ln α·I + Σ νₖAₖ)", modes)[0]),
	}
	f.Panels[2].NoLegend = true
	f.Alt = fmt.Sprintf("The factors end at t = %s with singular values", plot.NumDigits(fac.times[len(fac.times)-1], 4))
	for i, l := range fac.end()[:modes] {
		f.Alt += map[bool]string{true: " ", false: ", "}[i == 0] + plot.NumLn(l)
		half := 0
		for half < len(fac.log)-1 && fac.log[half][i] < l-math.Ln2 {
			half++
		}
		if i < rank && half > 0 {
			f.Alt += fmt.Sprintf(" (half of it at t = %s)", plot.NumDigits(fac.times[half], 3))
		}
	}
	f.Alt += "; the mirror flow then has"
	for i, l := range mir.end()[:modes] {
		f.Alt += map[bool]string{true: " ", false: ", "}[i == 0] + plot.NumLn(l)
	}
	f.Alt += "."
	return f
}

// matricesFigure shows the hidden matrix and the answers.
func (h *hidden) matricesFigure(list []shownMatrix) *plot.Figure {
	f := &plot.Figure{
		Title:   "The hidden matrix and three answers with the same entries",
		Caption: "Dots mark what is observed: click the first matrix to change it. Colours show the size of the entries.",
		Panels:  []plot.Panel{matrixPanel(list)},
		Tables:  []plot.Table{matrixTable(list)},
	}
	seen := 0
	for _, m := range h.mark {
		if m {
			seen++
		}
	}
	f.Alt = fmt.Sprintf("%d of %d entries are observed. Distances from the hidden matrix, relative to its norm:", seen, len(h.mark))
	for i, m := range list[1:] {
		f.Alt += fmt.Sprintf("%s %s %s", map[bool]string{true: "", false: ","}[i == 0], m.name, plot.NumDigits(h.distance(m.x), 3))
	}
	f.Alt += "."
	return f
}

// distance is ‖x − hidden‖ over ‖hidden‖.
func (h *hidden) distance(x []float64) float64 {
	size := 0.0
	for _, v := range h.x {
		size = math.Hypot(size, v)
	}
	return apart(x, h.x) / math.Max(size, 1e-300)
}

// spectraFigure compares the singular values of the answers.
func spectraFigure(h *hidden, fac, mir *matrixRun, least *leastMatrix) *plot.Figure {
	const floor = -14 * math.Ln10
	var s []plot.Series
	add := func(name string, log []float64, ink plot.Ink, style int) {
		c := plot.Series{Name: name, Ink: ink, Style: style}
		for i, l := range log {
			c.X, c.Y = append(c.X, float64(i+1)), append(c.Y, math.Max(l, floor))
		}
		s = append(s, c)
	}
	add("factors", fac.end(), 0, 0)
	add("mirror", mir.end(), 1, 2)
	add("least trace", least.spectrum(), 2, 1)
	f := &plot.Figure{
		Title:   "The spectra of the answers",
		Caption: "Singular values in order, those below 10⁻¹⁴ at the lower edge. The factors fall off a cliff behind the hidden rank; a small trace does not need low rank.",
		Panels: []plot.Panel{{
			X: plot.Axis{Label: "i", Integer: true, Min: 0.7, Max: float64(h.d) + 0.3}, Y: plot.Axis{Label: "σᵢ", Scale: plot.Log, Include: []float64{floor}},
			Series: s, Rules: []plot.Rule{{Vertical: true, At: float64(h.rank) + 0.5, Label: "hidden rank " + strconv.Itoa(h.rank)}},
		}},
	}
	f.Alt = fmt.Sprintf("Singular value %d, the first behind the hidden rank, is %s for the factors, %s for the mirror.", h.rank+1,
		behind(fac.end(), h.rank), behind(mir.end(), h.rank))
	return f
}

// behind writes the singular value behind a rank.
func behind(log []float64, rank int) string {
	if rank >= len(log) {
		return "none"
	}
	return plot.NumLn(log[rank])
}

// judge compares the three with each other and with the bounds that are known.
func (h *hidden) judge(view *View, fac, mir *matrixRun, least *leastMatrix) {
	planted := 0.0
	for i := range h.d {
		planted += h.x[i*h.d+i]
	}
	view.Checks = append(slices.Clone(least.proof), atMost("the least trace is at most that of the hidden matrix", planted, least.Objective, 1e-7))
	if fac.done {
		view.Checks = append(view.Checks, atLeast("trace of the factors' limit at least the proven bound", least.Bound, fac.trace(), 1e-6))
	}
	if mir.done {
		view.Checks = append(view.Checks, atLeast("trace of the mirror's limit at least the proven bound", least.Bound, mir.trace(), 1e-3))
		if excess, ok := limit.EntropyExcess(h.d, 2*mir.logAlpha, least.Objective); ok {
			view.Checks = append(view.Checks, atMost("its excess over the least trace, below Q/(1 − ln d/ln(Q/α²))", (1+excess)*least.Objective, mir.trace(), 1e-3))
		}
	}
	view.Facts = []Fact{
		fact("factors", "rank %d, trace %s, %s from the hidden matrix", fac.rank(), plot.NumDigits(fac.trace(), 6), plot.NumDigits(h.distance(fac.x), 2)),
		fact("mirror", "rank %d, trace %s, %s", mir.rank(), plot.NumDigits(mir.trace(), 6), plot.NumDigits(h.distance(mir.x), 2)),
		fact("least trace", "%s; trace %s, %s; %s, gap %s", least.words(), plot.NumDigits(least.Objective, 6), plot.NumDigits(h.distance(least.x), 2), least.Status, plot.NumDigits(least.Gap, 2)),
		fact("hidden", "rank %d, trace %s", h.rank, plot.NumDigits(planted, 6)),
		fact("steps", "%d and %d", fac.steps, mir.steps),
	}
	who := func(name string, d float64) string {
		if d < 1e-2 {
			return name + " found the hidden matrix"
		}
		return fmt.Sprintf("%s is %.0f %% off it", name, 100*d)
	}
	view.Summary = fmt.Sprintf("Of a matrix of order %d and rank %d: the flow of the factors %s; the least trace %s.",
		h.d, h.rank, who("(rank "+strconv.Itoa(fac.rank())+")", h.distance(fac.x)), who("(rank "+strconv.Itoa(least.rank())+")", h.distance(least.x)))
	if !fac.done {
		view.Notes = append(view.Notes, "the flow of the factors had not fitted the entries when it was stopped")
	}
}
