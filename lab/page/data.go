package page

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/internal/inspect"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// OwnData looks at data, and says what can be solved with them.
var OwnData = Page{
	ID:       "data",
	Title:    "Your own data",
	Sentence: "Bring equations or labelled points: see what they look like, what can be answered with them, and with which proof.",
	Formula:  "Ax = b:   min ‖x‖₂,   min ‖x‖₁,   min Σxᵢ with x ≥ 0;    labelled points:   max minᵢ yᵢ⟨w, xᵢ⟩/‖w‖₂",
	Text: []string{
		"Upload a matrix A with a right-hand side b as .npy, .npz, CSV, Matrix Market or LIBSVM, or points with labels. Nothing leaves this machine. The inspector reads every entry: its scale, the numerical rank, rows and columns that are zero or repeated, and how nearly two columns coincide; what would take long it leaves out and says so.",
		"Then every question that the data allow is asked, and each answer is checked by code that shares nothing with the solvers. An answer can also be a proven no: that no x, or no x ≥ 0, satisfies the equations, with a vector y that shows it.",
		"Without data of yours the page shows an example: 384 samples tested for a virus in 48 pools, each sample in six of them (Shental and others 2020). Five carriers with loads over five decades come back exactly, from 48 numbers: because x ≥ 0 is sparse. The least Euclidean norm sees carriers everywhere.",
	},
	Exercise: "In the example 384 loads are found from 48 pools. Predict whether the answer changes if negative loads are allowed.",
	Data:     true,
	Controls: dataControls,
	Compute:  computeData,
}

var dataControls = []Control{
	{Key: "ex", Label: "Example", Help: "Shown where there are no data of yours.", Kind: Choice, Default: "pooling", Choices: []Option{
		{"pooling", "pooled virus tests, 48×384"}, lectureExample("path"), lectureExample("ties"), lectureExample("infeasible"), {"points", "labelled points"},
	}},
	{Key: "nn", Label: "Show x ≥ 0", Help: "Which ℓ1 solution the picture shows.", Kind: Toggle, Default: "1"},
}

// given is what the page looks at: equations, or points with labels.
type given struct {
	name   string
	n, m   int
	a      []float64 // by rows
	b      []float64
	labels []float64
	files  string
	made   []string
}

// pooling is the design of P-BEST: sample j, a polynomial of degree < 3 over GF(8)
// with the octal digits of j as coefficients, is in the pools (u, f(u)) of 6 points
// u (Shental et al. 2020; Reed and Solomon 1960).
func pooling() *given {
	const points, field, samples = 6, 8, 384
	times := func(a, b int) int { // in GF(2)[z]/(z³+z+1)
		product := 0
		for ; b > 0; b >>= 1 {
			if b&1 == 1 {
				product ^= a
			}
			if a <<= 1; a&field != 0 {
				a ^= 0b1011
			}
		}
		return product
	}
	g := &given{name: "pooled tests", n: points * field, m: samples, files: "examples/pooling/A.npy examples/pooling/b.npy"}
	g.a, g.b = make([]float64, g.n*g.m), make([]float64, g.n)
	carriers := map[int]float64{23: 4.1e6, 101: 380, 178: 25000, 256: 62, 349: 910000}
	for j := range samples {
		for u := range points {
			f := j%field ^ times(j/field%field, u) ^ times(j/(field*field), times(u, u))
			g.a[(u*field+f)*g.m+j] = 1
		}
	}
	for i := range g.n {
		for j := range g.m {
			if load, ok := carriers[j]; ok {
				g.b[i] += g.a[i*g.m+j] * load
			}
		}
	}
	return g
}

// given returns the data of the user or the example of the state.
func (v *values) given(in Input) (*given, error) {
	if name := v.state[DataKey]; name != "" && in.Data != nil {
		d, err := in.Data(name)
		switch {
		case err != nil:
			v.unused("data %s: %v", clip(name), err)
		case d.Rows < 1 || d.Cols < 1 || len(d.A) != d.Rows*d.Cols || !isFinite(d.A...):
			v.unused("data %s are no finite matrix", clip(name))
		case d.Labels != nil && len(d.Labels) == d.Rows:
			ok, why := pointsFit(d.Rows, d.Cols)
			if ok {
				return &given{name: "your points", n: d.Rows, m: d.Cols, a: d.A, labels: d.Labels, files: "X.npy y.npy"}, nil
			}
			v.unused("data %s %s", clip(name), why)
		case d.Rows > mostRows || d.Cols > mostColumns:
			v.unused("data %s are %d×%d; this page computes up to %d×%d at once, the command line as much as fits memory", clip(name), d.Rows, d.Cols, mostRows, mostColumns)
		case len(d.B) == d.Rows && isFinite(d.B...):
			return &given{name: "your data", n: d.Rows, m: d.Cols, a: d.A, b: d.B, files: "A.npy b.npy"}, nil
		default:
			v.unused("data %s have no right-hand side and no labels", clip(name))
		}
	} else if name != "" {
		v.unused("there are no data of yours here")
	}
	switch ex := v.text("ex"); ex {
	case "pooling":
		return pooling(), nil
	case "points":
		return &given{name: "four labelled points", n: 4, m: 2, a: []float64{0.5, 1.5, 1.5, 0.5, -0.5, -1.5, -1.5, -0.5}, labels: []float64{1, 1, -1, -1},
			files: "soudry.npz", made: []string{"tacit gen lecture:soudry -o soudry.npz"}}, nil
	default:
		p, err := lectureProblem(ex, false)
		if err != nil {
			return nil, err
		}
		n, m := p.A.Dims()
		return &given{name: p.name, n: n, m: m, a: p.entries, b: p.B, files: p.files, made: p.made}, nil
	}
}

func computeData(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, dataControls, DataKey)
	g, err := v.given(in)
	if err != nil {
		return nil, err
	}
	view := &View{Command: append(g.made, "tacit inspect "+strings.Fields(g.files)[0])}
	a := linop.NewDense(g.n, g.m, g.a)
	view.Facts = inspected(inspect.Matrix(a))
	view.Figures = []Figure{{ID: "matrix", Figure: g.matrixFigure()}}
	view.Arrays = []Array{{"A", []int{g.n, g.m}, g.a}}
	if g.labels != nil {
		err = g.separate(ctx, view, a)
	} else {
		err = g.solve(ctx, view, a, v.on("nn"))
	}
	if err != nil {
		return nil, err
	}
	return v.onto(view), ctx.Err()
}

// inspected are the findings of the inspector.
func inspected(r *inspect.Report) []Fact {
	list := []Fact{fact("size", "%d×%d, %d entries are not 0", r.N, r.M, r.NNZ),
		fact("magnitudes", "%s to %s", plot.NumDigits(r.Magnitudes.Min, 3), plot.NumDigits(r.Magnitudes.Max, 3))}
	if r.Rank.Known {
		list = append(list, fact("rank", "%d", r.Rank.Value))
	} else {
		list = append(list, fact("rank", "not computed: %s", r.Rank.Why))
	}
	if c := r.Coherence; c.Known {
		least := map[bool]string{false: "at least "}[c.Exact]
		list = append(list, fact("coherence", "%s%s, columns %d and %d", least, plot.NumDigits(c.Value, 4), c.Pair[0], c.Pair[1]))
	} else {
		list = append(list, fact("coherence", "not computed: %s", c.Why))
	}
	for _, l := range []struct {
		name string
		of   inspect.Lines
	}{{"rows", r.Rows}, {"columns", r.Cols}} {
		list = append(list, fact(l.name, "norms %s to %s, %d are zero, %d repeat another", plot.NumDigits(l.of.Norms.Min, 3), plot.NumDigits(l.of.Norms.Max, 3), len(l.of.Zero), len(l.of.Duplicates)))
	}
	return list
}

// matrixFigure shows the sizes of the entries, blocks of a large matrix by their
// largest one.
func (g *given) matrixFigure() *plot.Figure {
	const mostTall, mostWide = 48, 96
	tall, wide := min(g.n, mostTall), min(g.m, mostWide)
	c := &plot.Cells{Name: "|entry| / largest", Low: "0"}
	size := make([]float64, tall*wide)
	largest := 0.0
	for i := range g.n {
		for j := range g.m {
			k := i*tall/g.n*wide + j*wide/g.m
			size[k] = math.Max(size[k], math.Abs(g.a[i*g.m+j]))
			largest = math.Max(largest, size[k])
		}
	}
	c.High = plot.NumDigits(largest, 3)
	for k, s := range size {
		i, j := float64(k/wide), float64(k%wide)
		perX, perY := float64(g.m)/float64(wide), float64(g.n)/float64(tall)
		if largest > 0 {
			s /= largest
		}
		c.X, c.Y, c.Value = append(c.X, (j+0.5)*perX), append(c.Y, -(i+0.5)*perY), append(c.Value, s)
		c.Left, c.Right = append(c.Left, j*perX), append(c.Right, (j+1)*perX)
		c.Bottom, c.Top = append(c.Bottom, -(i+1)*perY), append(c.Top, -i*perY)
	}
	note := ""
	if tall < g.n || wide < g.m {
		note = fmt.Sprintf(" Each cell is the largest of a block of entries: %d×%d cells.", tall, wide)
	}
	return &plot.Figure{
		Title: "The matrix: " + g.name, Caption: "Rows from the top, columns from the left; colour is the size of an entry." + note,
		Alt:    fmt.Sprintf("A matrix of %d×%d, the largest entry is %s.", g.n, g.m, plot.NumDigits(largest, 4)),
		Panels: []plot.Panel{{Bare: true, Cells: c, X: plot.Axis{Min: 0, Max: float64(g.m)}, Y: plot.Axis{Min: -float64(g.n), Max: 0}, Height: math.Min(1, 0.3+0.02*float64(tall))}},
		Tables: []plot.Table{{Caption: "the matrix", Columns: []string{"rows", "columns", "largest"}, Rows: [][]string{{strconv.Itoa(g.n), strconv.Itoa(g.m), plot.Num(largest)}}}},
	}
}

// asked is a question with what came of it.
type asked struct {
	name, command string
	answer        *tacit.Answer
	valid         bool
}

// ask checks an answer.
func ask(name, command string, a linop.Operator, b []float64, ans *tacit.Answer) asked {
	q := asked{name: name, command: command, answer: ans}
	if c, w, err := ans.Certificate(a, b); err == nil {
		if verdict, err := certify.Verify(a, b, c, w); err == nil {
			q.valid = verdict.Valid
		}
	}
	return q
}

// solve asks everything that can be asked of Ax = b.
func (g *given) solve(ctx context.Context, view *View, a linop.Operator, nonneg bool) error {
	const patience = 3000 // steps: a page is waited for
	two, err := tacit.MinNorm(ctx, a, g.b, nil, tacit.Options{})
	if err != nil {
		return err
	}
	list := []asked{ask("least ‖x‖₂", "tacit minnorm "+g.files, a, g.b, two)}
	for _, sign := range []string{"", " --nonneg"} {
		ans, err := tacit.Solve(ctx, tacit.Problem{A: a, B: g.b, Nonneg: sign != ""}, tacit.Options{MaxSteps: patience})
		if err != nil {
			return err
		}
		name := map[bool]string{true: "least ‖x‖₁", false: "least Σxᵢ, x ≥ 0"}[sign == ""]
		list = append(list, ask(name, "tacit sparse "+g.files+sign, a, g.b, ans))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	table := plot.Table{Caption: "what can be solved", Columns: []string{"question", "status", "value", "proven gap", "nonzero", "only one", "verified"}}
	var said []string
	for _, q := range list {
		r := q.answer.Result
		unique := "not established"
		if r.Unique != nil {
			unique = map[bool]string{true: "yes", false: "no"}[*r.Unique]
		}
		value, gap, support := plot.NumDigits(r.Objective, 8), plot.NumDigits(r.Gap, 2), strconv.Itoa(r.Support)
		if r.Status == limit.Infeasible {
			value, gap, support, unique = "none: proven", "", "", ""
		}
		table.Rows = append(table.Rows, []string{q.name, string(r.Status), value, gap, support, unique, map[bool]string{true: "yes", false: "no"}[q.valid]})
		view.Command = append(view.Command, q.command)
		view.Facts = append(view.Facts, fact(q.name, "%s, %s", r.Status, value))
		said = append(said, fmt.Sprintf("%s: %s, %s", q.name, r.Status, value))
		view.Checks = append(view.Checks, same("verify: "+q.name, "accepted", map[bool]string{true: "accepted", false: "rejected"}[q.valid]))
	}
	view.Summary = fmt.Sprintf("%s, %d×%d. %s.", g.name, g.n, g.m, strings.Join(said, "; "))
	one := list[1]
	if nonneg && list[2].answer.Status != limit.Infeasible {
		one = list[2]
	}
	if two.Status == limit.Certified && one.answer.Status == limit.Certified {
		f := plot.CompareFigure(plot.Comparison{L1: one.answer.X, L2: two.X})
		f.Title = one.name + " beside least ‖x‖₂"
		view.Figures = append(view.Figures, Figure{ID: "answers", Figure: f})
		norm := func(x []float64) (l1, l2 float64) {
			for _, v := range x {
				l1, l2 = l1+math.Abs(v), math.Hypot(l2, v)
			}
			return
		}
		a1, a2 := norm(one.answer.X)
		b1, b2 := norm(two.X)
		view.Checks = append(view.Checks, atMost("‖·‖₂ of the least Euclidean norm, below that of the sparse solution", a2, b2, 1e-9))
		if one.name == list[1].name {
			view.Checks = append(view.Checks, atMost("‖·‖₁ of the sparse solution, below that of the least Euclidean norm", b1, a1, 1e-9))
		}
		view.Arrays = append(view.Arrays, Array{"x_l1", []int{g.m}, one.answer.X}, Array{"x_l2", []int{g.m}, two.X})
	}
	view.Figures[0].Tables = append([]plot.Table{table}, view.Figures[0].Tables...)
	view.Arrays = append(view.Arrays, Array{"b", []int{g.n}, g.b})
	return nil
}

// separate asks for the separator of largest margin.
func (g *given) separate(ctx context.Context, view *View, a linop.Operator) error {
	ans, err := tacit.Margin(ctx, tacit.MarginProblem{X: a, Y: g.labels}, tacit.Options{})
	if err != nil {
		return err
	}
	q := ask("largest margin", "tacit margin "+g.files, a, g.labels, ans)
	view.Command = append(view.Command, q.command)
	view.Checks = []Check{same("verify: largest margin", "accepted", map[bool]string{true: "accepted", false: "rejected"}[q.valid])}
	if ans.Status != limit.Certified {
		view.Summary = fmt.Sprintf("%s: %d points in %d dimensions. No hyperplane through 0 separates them: %s.", g.name, g.n, g.m, ans.Status)
		return nil
	}
	view.Facts = append(view.Facts, fact("margin", "%s", plot.NumDigits(ans.Margin.Margin, 8)), fact("support vectors", "%d", ans.Support))
	view.Summary = fmt.Sprintf("%s: %d points in %d dimensions are separated with margin %s, certified.", g.name, g.n, g.m, plot.NumDigits(ans.Margin.Margin, 6))
	view.Arrays = append(view.Arrays, Array{"w", []int{g.m}, ans.X}, Array{"y", []int{g.n}, g.labels})
	return nil
}
