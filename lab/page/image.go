package page

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// Image is a picture recovered from few measurements.
var Image = Page{
	ID:       "image",
	Title:    "An image from few measurements",
	Sentence: "A picture comes back from fewer measurements than it has pixels, because it is sparse in the right basis.",
	Formula:  "min ‖x‖₁  subject to  ‖MΨᵀx − b‖₂ ≤ σ,   picture = Ψᵀx,  Ψ: Haar, Daubechies or cosine transform,  M: randomly chosen rows",
	Text: []string{
		"The pixels get random signs, and of the cosine transform of the result only a random share is kept: these are the measurements, each of which tells a little of every pixel. Infinitely many pictures have them. The one of least Euclidean norm, where gradient descent ends, spreads what it does not know over all pixels and looks like noise: its relative error is √(1 − share), whatever the picture.",
		"Of all coefficient vectors in a basis in which the picture is sparse, take instead the one of least ℓ1 norm: where the flow from a vanishing start ends. It comes back nearly whole. The curves show how good the picture is, as a signal-to-noise ratio, along the iterations of the solver, and along α: the limits of the flow from a start of scale α go from the one answer to the other.",
		"The certificate says how far the norm can be from the least one. Nothing in it knows the true picture.",
	},
	Exercise: "Halve the share of measurements. Which of the two pictures will suffer more? Then choose the cosine basis, in which edges are not sparse.",
	Long:     true,
	Controls: imageControls,
	Compute:  computeImage,
}

var imageControls = []Control{
	{Key: "pc", Label: "Picture", Kind: Choice, Default: "shapes", Choices: []Option{{"shapes", "shapes"}, {"checks", "checks and a ramp"}, {"waves", "waves"}}},
	{Key: "sz", Label: "Side", Kind: Choice, Default: "64", Choices: []Option{{"32", "32 pixels"}, {"64", "64 pixels"}}},
	{Key: "ba", Label: "Basis", Kind: Choice, Default: "haar", Choices: []Option{{"haar", "Haar wavelets"}, {"db4", "Daubechies wavelets"}, {"dct", "cosines"}}},
	{Key: "sh", Label: "Share of measurements", Kind: Number, Default: "0.4", Min: 0.1, Max: 0.9, Step: 0.05},
	{Key: "nz", Label: "Noise", Help: "σ relative to ‖b‖; the picture is asked to fit b within it.", Kind: Number, Default: "0.005", Min: 0.001, Max: 0.2, Step: 0.001},
	{Key: "sd", Label: "Seed", Kind: Integer, Default: "1", Min: 0, Max: 99, Step: 1},
}

// camera is a picture with its measurements.
type camera struct {
	side     int
	pixels   []float64
	basis    linop.Operator // from coefficients to pixels, orthogonal
	measure  linop.Operator // from pixels to measurements, with orthonormal rows
	problem  tacit.Problem
	sigma    float64
	truth    []float64 // coefficients
	leastTwo []float64 // pixels of least norm
}

// newCamera measures the picture of the state.
func newCamera(v *values) *camera {
	c := &camera{side: 64}
	if v.text("sz") == "32" {
		c.side = 32
	}
	m := c.side * c.side
	c.pixels = picture(v.text("pc"), c.side)
	n := max(1, int(math.Round(v.numberIn("sh", 0.02, 1)*float64(m))))
	noise := v.numberIn("nz", 1e-4, 0.5)
	seed := uint64(v.integerIn("sd", 0, math.MaxInt32))
	rng := rand.New(rand.NewPCG(seed, 0))
	levels := map[int]int{32: 3, 64: 4}[c.side]
	switch v.text("ba") {
	case "dct":
		c.basis = linop.Transpose(linop.DCT2D(c.side, c.side))
	case "db4":
		c.basis = linop.Transpose(linop.WaveletTransform2D(linop.Daubechies4, c.side, c.side, levels))
	default:
		c.basis = linop.Transpose(linop.WaveletTransform2D(linop.Haar, c.side, c.side, levels))
	}
	c.measure = linop.Compose(linop.PartialDCT(rng.Perm(m)[:n], m), linop.RandomSigns(m, seed))
	b, e := make([]float64, n), make([]float64, n)
	c.measure.Apply(b, c.pixels)
	size, off := 0.0, 0.0
	for i := range e {
		e[i] = rng.NormFloat64()
		size, off = math.Hypot(size, b[i]), math.Hypot(off, e[i])
	}
	c.sigma = noise * size
	for i := range e {
		b[i] += float64(c.sigma / off * e[i])
	}
	c.problem = tacit.Problem{A: linop.Compose(c.measure, c.basis), B: b}
	c.truth, c.leastTwo = make([]float64, m), make([]float64, m)
	c.basis.ApplyT(c.truth, c.pixels)
	c.measure.ApplyT(c.leastTwo, b) // the rows are orthonormal
	return c
}

// picture draws one of the built-in pictures, values in [0, 1].
func picture(name string, side int) []float64 {
	p := make([]float64, side*side)
	for i := range side {
		for j := range side {
			x, y := (float64(j)+0.5)/float64(side), (float64(i)+0.5)/float64(side)
			var v float64
			switch name {
			case "checks":
				v = 0.15 + 0.7*x
				if y > 0.25 && y < 0.875 && (int(8*x)+int(8*y))%2 == 0 {
					v = 0.95 - 0.5*x
				}
			case "waves":
				v = 0.5 + 0.28*math.Sin(9*x+3*y) + 0.2*math.Sin(4*x-11*y)
			default:
				v = 0.12 + 0.16*y
				if math.Hypot(x-0.4, y-0.45) < 0.3 {
					v = 0.92
				}
				if math.Hypot(x-0.66, y-0.6) < 0.21 {
					v = 0.55
				}
				if x > 0.12 && x < 0.31 && y > 0.66 && y < 0.9 {
					v = 0.75
				}
				if math.Abs(x+y-0.5) < 0.035 && y < 0.36 {
					v = 0.03
				}
				if math.Hypot(x-0.4, y-0.45) < 0.09 {
					v = 0.2
				}
			}
			p[i*side+j] = math.Max(0, math.Min(1, v))
		}
	}
	return p
}

// psnr is the peak signal-to-noise ratio of pixels in decibels.
func (c *camera) psnr(pixels []float64) float64 {
	e := apart(pixels, c.pixels)
	return -10 * math.Log10(math.Max(e*e, 1e-30)/float64(len(pixels)))
}

// toPixels is the picture of coefficients.
func (c *camera) toPixels(x []float64) []float64 {
	p := make([]float64, len(c.pixels))
	c.basis.Apply(p, x)
	return p
}

// shot is a picture on the way.
type shot struct {
	at     float64 // iterations, or ln α
	pixels []float64
	psnr   float64
	gap    float64
}

// gallery is what the page has so far.
type gallery struct {
	steps, alphas []shot
	now           []float64 // the picture that is shown
	name          string
}

func computeImage(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, imageControls)
	c := newCamera(v)
	g := &gallery{}
	report := func(done float64) {
		if in.Progress != nil {
			partial := &View{}
			c.show(partial, g, v)
			in.Progress(done, v.onto(partial))
		}
	}
	budgets := []int{4, 8, 16, 32, 64, 128, 256, 0}
	var answer *tacit.Answer
	for k, steps := range budgets {
		a, err := tacit.Denoise(ctx, c.problem, c.sigma, tacit.Options{Tol: 1e-3, MaxSteps: steps})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		answer = a
		g.now = c.toPixels(a.X)
		at := a.Stats.Steps
		g.steps = append(g.steps, shot{float64(at), g.now, c.psnr(g.now), a.Gap})
		g.name = fmt.Sprintf("least ℓ1, %d steps", at)
		report(0.6 * float64(k+1) / float64(len(budgets)))
		if a.Status == limit.Certified {
			break
		}
	}
	best := g.now
	for k, exponent := range []float64{2, 1, 0, -1, -2, -3} {
		r, err := limit.L1AtAlpha(ctx, c.problem, exponent*math.Ln10, nil, limit.Options{Tol: 1e-4, MaxSteps: 300})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		p := c.toPixels(r.X)
		g.alphas = append(g.alphas, shot{exponent * math.Ln10, p, c.psnr(p), r.Gap})
		report(0.6 + 0.4*float64(k+1)/6)
	}
	view := &View{}
	g.now, g.name = best, "least ℓ1"
	c.show(view, g, v)
	if err := c.prove(view, answer, best); err != nil {
		return nil, err
	}
	return v.onto(view), nil
}

// show fills a view with what there is so far.
func (c *camera) show(view *View, g *gallery, v *values) {
	n, m := c.problem.A.Dims()
	two, one := c.psnr(c.leastTwo), c.psnr(g.now)
	view.Figures = []Figure{
		{ID: "pictures", Figure: c.pictures(g, two, one)},
		{ID: "curves", Figure: c.curves(g, two), Trace: "signal to noise"},
	}
	view.Summary = fmt.Sprintf("From %d measurements of %d pixels: least ℓ1 norm gives %s dB, least Euclidean norm %s dB.", n, m, plot.NumDigits(one, 3), plot.NumDigits(two, 3))
	view.Facts = []Fact{
		fact("measurements", "%d of %d pixels", n, m),
		fact("least ℓ1", "%s dB", plot.NumDigits(one, 4)), fact("least ℓ2", "%s dB", plot.NumDigits(two, 4)),
		fact("gap", "%s", plot.NumDigits(g.steps[len(g.steps)-1].gap, 3)),
	}
	size := 0.0
	for _, p := range c.pixels {
		size = math.Hypot(size, p)
	}
	share := math.Sqrt(math.Max(0, 1-float64(n)/float64(m)))
	view.Checks = []Check{relative("relative error of the least Euclidean norm against √(1 − share)", share, apart(c.leastTwo, c.pixels)/size, 0.15)}
	if m == n {
		view.Checks = nil
	}
}

// prove certifies the answer and adds what there is to compare.
func (c *camera) prove(view *View, a *tacit.Answer, pixels []float64) error {
	cert, w, err := a.Certificate(c.problem.A, c.problem.B)
	if err != nil {
		return err
	}
	verdict, err := certify.Verify(c.problem.A, c.problem.B, cert, w)
	if err != nil {
		return err
	}
	said := map[bool]string{true: "accepted", false: "rejected"}
	norm := 0.0
	for _, t := range c.truth {
		norm += math.Abs(t)
	}
	view.Checks = append(view.Checks,
		same("verify", "accepted", said[verdict.Valid]),
		atMost("gap of the certificate", 1e-3, cert.Gap, 0),
		atMost("its proven bound is at most ‖x‖₁ of the true picture", norm, cert.Bound, 1e-9))
	view.Facts = append(view.Facts, fact("‖x‖₁", "%s, proven to be at least %s; of the true picture %s", plot.NumDigits(cert.Objective, 6), plot.NumDigits(cert.Bound, 6), plot.NumDigits(norm, 6)),
		fact("nonzero coefficients", "%d", cert.Support))
	n, _ := c.problem.A.Dims()
	view.Arrays = []Array{{"picture", []int{c.side, c.side}, c.pixels}, {"recovered", []int{c.side, c.side}, pixels}, {"least_norm", []int{c.side, c.side}, c.leastTwo}, {"b", []int{n}, c.problem.B}}
	c.commands(view)
	return nil
}

// commands are those that have the numbers of the page, and the A that they need: for
// the larger picture A is known by its products only, and there are none.
func (c *camera) commands(view *View) {
	n, m := c.problem.A.Dims()
	if m > 1024 {
		view.Links = []Link{{Label: "the same with 32 pixels a side: its export holds A and b, for the command line", State: State{"sz": "32"}}}
		return
	}
	dense, e, col := make([]float64, n*m), make([]float64, m), make([]float64, n)
	for j := range m {
		e[j] = 1
		c.problem.A.Apply(col, e)
		e[j] = 0
		for i, x := range col {
			dense[i*m+j] = x
		}
	}
	view.Arrays = append(view.Arrays, Array{"A", []int{n, m}, dense})
	view.Command = []string{"tacit sparse data.npz --sigma " + formatNumber(c.sigma) + " --tol 1e-3 # data.npz is the export of this page"}
}

// pictures shows the true picture and the two answers side by side.
func (c *camera) pictures(g *gallery, two, one float64) *plot.Figure {
	s := float64(c.side)
	gap := math.Round(s / 10)
	cells := &plot.Cells{Grey: true, Name: "brightness"}
	var labels []plot.Label
	for k, p := range []struct {
		name   string
		pixels []float64
	}{{"true", c.pixels}, {"least ℓ2", c.leastTwo}, {g.name, g.now}} {
		left := float64(k) * (s + gap)
		for i := range c.side {
			for j := range c.side {
				x, y := left+float64(j), -float64(i)
				cells.X, cells.Y, cells.Value = append(cells.X, x+0.5), append(cells.Y, y-0.5), append(cells.Value, p.pixels[i*c.side+j])
				cells.Left, cells.Right = append(cells.Left, x), append(cells.Right, x+1)
				cells.Bottom, cells.Top = append(cells.Bottom, y-1), append(cells.Top, y)
			}
		}
		labels = append(labels, plot.Label{X: left + s/2, Y: 0, Text: p.name, Side: plot.Above})
	}
	n, m := c.problem.A.Dims()
	return &plot.Figure{
		Title:   fmt.Sprintf("%d pixels from %d measurements", m, n),
		Caption: fmt.Sprintf("Left the true picture, which nobody knows. In the middle the one of least Euclidean norm with these measurements (%s dB), on the right the one of least ℓ1 norm of its coefficients (%s dB).", plot.NumDigits(two, 3), plot.NumDigits(one, 3)),
		Alt: fmt.Sprintf("Three pictures: the true one; the one of least Euclidean norm, which looks like noise (signal to noise %s dB); and the one of least ℓ1 norm (%s dB).",
			plot.NumDigits(two, 3), plot.NumDigits(one, 3)),
		Panels: []plot.Panel{{Bare: true, Equal: true, Cells: cells, Labels: labels, X: plot.Axis{Min: 0, Max: 3*s + 2*gap}, Y: plot.Axis{Min: -s, Max: s / 7}}},
		Tables: []plot.Table{{Caption: "signal to noise", Columns: []string{"picture", "dB"}, Rows: [][]string{{"least ℓ2", plot.NumDigits(two, 4)}, {"least ℓ1", plot.NumDigits(one, 4)}}}},
	}
}

// curves shows how good the picture is over the iterations, and over α.
func (c *camera) curves(g *gallery, two float64) *plot.Figure {
	ln := func(s shot) float64 { return math.Log(math.Max(1, s.at)) }
	f := &plot.Figure{
		Title:   "How good the picture is",
		Caption: "Above: along the iterations of the solver, and below that the gap that its certificate leaves. At the bottom: limits of the flow from a start of scale α, from the least Euclidean norm for large α to the least ℓ1 norm for small.",
		Panels: []plot.Panel{
			{X: plot.Axis{Label: "iterations", Scale: plot.Log}, Y: plot.Axis{Label: "signal to noise, dB", Include: []float64{two - 1}},
				Series: []plot.Series{{Name: "signal to noise", X: pick(g.steps, ln), Y: pick(g.steps, func(s shot) float64 { return s.psnr }), Ink: 0}},
				Rules:  []plot.Rule{{At: two, Label: "least ℓ2"}}, Height: 0.8},
			{X: plot.Axis{Label: "iterations", Scale: plot.Log}, Y: plot.Axis{Label: "gap", Scale: plot.Log},
				Series: []plot.Series{{Name: "gap of the certificate", X: pick(g.steps, ln), Y: pick(g.steps, func(s shot) float64 { return math.Log(math.Max(s.gap, 1e-16)) }), Ink: 1, Style: 1}}, Height: 0.6},
		},
		Alt: fmt.Sprintf("After %s iterations the picture has %s dB, after %s it has %s dB, and the gap is %s.", plot.Num(g.steps[0].at), plot.NumDigits(g.steps[0].psnr, 3),
			plot.Num(g.steps[len(g.steps)-1].at), plot.NumDigits(g.steps[len(g.steps)-1].psnr, 3), plot.NumDigits(g.steps[len(g.steps)-1].gap, 2)),
	}
	if len(g.alphas) > 1 {
		f.Panels = append(f.Panels, plot.Panel{
			X: plot.Axis{Label: "1/α", Scale: plot.Log}, Y: plot.Axis{Label: "signal to noise, dB"}, Height: 0.8,
			Series: []plot.Series{{Name: "limit of the flow at α", X: pick(g.alphas, func(s shot) float64 { return -s.at }), Y: pick(g.alphas, func(s shot) float64 { return s.psnr }), Ink: 2, Style: 2}},
			Rules:  []plot.Rule{{At: two, Label: "least ℓ2"}, {At: g.steps[len(g.steps)-1].psnr, Label: "least ℓ1"}},
		})
		last := g.alphas[len(g.alphas)-1]
		f.Alt += fmt.Sprintf(" At α = %s the limit of the flow has %s dB, at α = %s it has %s dB.", plot.NumLn(g.alphas[0].at), plot.NumDigits(g.alphas[0].psnr, 3), plot.NumLn(last.at), plot.NumDigits(last.psnr, 3))
	}
	return f
}
