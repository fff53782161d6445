package page

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/tacit-dev/tacit/flow"
	deep "github.com/tacit-dev/tacit/landscape"
	"github.com/tacit-dev/tacit/plot"
)

// Landscape is the loss of a deep linear network.
var Landscape = Page{
	ID:       "landscape",
	Title:    "Deep linear landscape",
	Sentence: "A deep linear network has no bad minima, but from three layers on it has saddles so flat that the flow dwells there.",
	Formula:  "L(W) = ½‖W_k⋯W₁X − Y‖²;   every local minimum is global;   k = 2: every saddle has a direction of negative curvature;   k ≥ 3: some have none",
	Text: []string{
		"Two inputs, two outputs, and k layers of 2×2 matrices whose product is to be diag(2, σ₂). The map is linear, the loss is not convex in the layers. The picture is a slice of their space on which all layers are diag(u, v): it passes through critical points of every kind. With one layer there is a bowl. With two the origin is a saddle that falls away as a quadratic does. With three layers it is flat to second order, and the way down is of third order: a bad saddle. So is the point that has learned the first direction and nothing of the second.",
		"Kinds are decided by the Hessian of all weights, not by the slice: its negative eigenvalues are counted from ranks and again from its eigenvalues, and both counts must agree. The second picture is another plane through the critical point that is chosen: along the way down, and along the direction of strongest curvature. The third shows how the loss falls along the way down: a line of slope 2 at a strict saddle and 3 at a bad one.",
		"Drag the start. The flow conserves W_{j+1}ᵀW_{j+1} − W_jW_jᵀ, the balance of neighbouring layers, exactly: the meter shows by how much the computed one strays. The clock below shows what a tiny start does: wait at a saddle, rise, wait at the next. For whitened data the times are known in closed form.",
	},
	Exercise: "Put the start very near to the first bad saddle, (2^{1/3}, 0.02) for k = 3, and predict how long the flow stays there. With two layers, will it be longer or shorter?",
	Long:     true,
	Controls: landscapeControls,
	Compute:  computeLandscape,
}

var landscapeControls = []Control{
	{Key: "k", Label: "Layers k", Kind: Choice, Default: "3", Choices: []Option{{"1", "one"}, {"2", "two"}, {"3", "three"}}},
	{Key: "s", Label: "σ₂", Help: "The second singular value that is to be learned; the first is 2.", Kind: Number, Default: "1", Min: 0.2, Max: 1.9, Step: 0.05},
	{Key: "u", Label: "Start u", Kind: Number, Default: "0.25", Min: -1.8, Max: 1.8, Step: 0.01},
	{Key: "w", Label: "Start v", Kind: Number, Default: "0.12", Min: -1.8, Max: 1.8, Step: 0.01},
	{Key: "b", Label: "Imbalance", Help: "The first layer starts larger than the others by this factor e^b.", Kind: Number, Default: "0", Min: -1, Max: 1, Step: 0.05},
	{Key: "c", Label: "Critical point", Help: "The one that the planes below go through; a click in the picture chooses it.", Kind: Integer, Default: "2", Min: 0, Max: 8, Step: 1},
	{Key: "a", Label: "α of the clock", Kind: Decimal, Default: "1e-20", Min: -300, Max: -1, Step: 1},
}

const firstValue = 2.0 // the larger singular value of Y

// terrain is a network on the data of the page.
type terrain struct {
	layers int
	sigma  [2]float64
	data   *deep.Data
	net    *deep.Net
	points []summit
}

// summit is a critical point in the slice.
type summit struct {
	u, v  float64
	w     []float64
	point *deep.Point
}

// newTerrain finds the critical points in the slice, and what they are.
func newTerrain(ctx context.Context, layers int, second float64) (*terrain, error) {
	t := &terrain{layers: layers, sigma: [2]float64{firstValue, second}}
	var err error
	if t.data, err = deep.NewData([]float64{1, 0, 0, 1}, []float64{firstValue, 0, 0, second}, 2, 2, 2, 0); err != nil {
		return nil, err
	}
	hidden := make([]int, layers-1)
	for i := range hidden {
		hidden[i] = 2
	}
	if t.net, err = t.data.Net(hidden); err != nil {
		return nil, err
	}
	places := func(s float64) []float64 {
		root := math.Pow(s, 1/float64(layers))
		switch layers {
		case 1:
			return []float64{root}
		case 2:
			return []float64{root, 0, -root}
		}
		return []float64{root, 0}
	}
	for _, v := range places(second) {
		for _, u := range places(firstValue) {
			s := summit{u: u, v: v, w: t.at(u, v, 0)}
			if s.point, err = t.data.Classify(ctx, t.net, s.w, deep.ClassifyOptions{Tol: 1e-7}); err != nil {
				return nil, err
			}
			t.points = append(t.points, s)
		}
	}
	return t, nil
}

// at is the weights of the slice, the first layer larger by e^imbalance.
func (t *terrain) at(u, v, imbalance float64) []float64 {
	w := make([]float64, t.net.Parameters())
	for j := 1; j <= t.layers; j++ {
		f := 1.0
		if j == 1 {
			f = math.Exp(imbalance)
		}
		l := t.net.Layer(w, j)
		l[0], l[3] = f*u, f*v
	}
	return w
}

// loss is that of the slice.
func (t *terrain) loss(u, v float64) float64 {
	k := float64(t.layers)
	a, b := t.sigma[0]-math.Copysign(math.Pow(math.Abs(u), k), sign(u, t.layers)), t.sigma[1]-math.Copysign(math.Pow(math.Abs(v), k), sign(v, t.layers))
	return (a*a + b*b) / 2
}

// sign is that of u^k.
func sign(u float64, k int) float64 {
	if k%2 == 0 {
		return 1
	}
	return u
}

// descent is gradient flow from a point of the slice.
type descent struct {
	t, u, v, loss, balance []float64 // balance: how far it is from that at the start
	imbalance              float64   // the largest entry of W_{j+1}ᵀW_{j+1} − W_jW_jᵀ at the start
	loss0, end             float64
}

// descend follows the flow from (u, v).
func (t *terrain) descend(ctx context.Context, u, v, imbalance float64) (*descent, error) {
	f, err := flow.NewDeepLayers(t.data, t.net, t.at(u, v, imbalance))
	if err != nil {
		return nil, err
	}
	const until = 120
	times := make([]float64, 260)
	for k := range times {
		x := float64(k) / float64(len(times)-1)
		times[k] = until * x * x
	}
	res, err := flow.Run(ctx, f.Linearized(), flow.Options{Times: times, RelTol: 1e-7, MaxSteps: 4000})
	if err != nil {
		return nil, err
	}
	size := 0
	for j := 1; j < t.layers; j++ {
		size += t.net.Dims[j] * t.net.Dims[j]
	}
	b0, b := make([]float64, size), make([]float64, size)
	t.net.Balance(b0, f.Start())
	d := &descent{loss0: f.Loss(f.Start())}
	for _, x := range b0 {
		d.imbalance = math.Max(d.imbalance, math.Abs(x))
	}
	p := make([]float64, 4)
	root := func(x float64) float64 {
		return math.Copysign(math.Pow(math.Abs(x), 1/float64(t.layers)), x)
	}
	for k, z := range res.States {
		f.Primal(p, z)
		t.net.Balance(b, z)
		far := largestDifference(b, b0)
		x, y := root(p[0]), root(p[3])
		if t.layers == 2 { // the product does not tell the side
			l := t.net.Layer(z, 2)
			x, y = math.Copysign(x, l[0]), math.Copysign(y, l[3])
		}
		d.t, d.u, d.v = append(d.t, res.Times[k]), append(d.u, x), append(d.v, y)
		d.loss, d.balance = append(d.loss, f.Loss(z)), append(d.balance, far)
	}
	if len(d.t) == 0 {
		return nil, fmt.Errorf("the flow from (%v, %v) ended %v", u, v, res.Status)
	}
	d.end = d.loss[len(d.loss)-1]
	return d, nil
}

func computeLandscape(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, landscapeControls)
	layers := int(v.text("k")[0] - '0')
	t, err := newTerrain(ctx, layers, v.numberIn("s", 0.05, 1.99))
	if err != nil {
		return nil, err
	}
	u0, v0 := v.numberIn("u", -3, 3), v.numberIn("w", -3, 3)
	d, err := t.descend(ctx, u0, v0, v.numberIn("b", -2, 2))
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	chosen := min(v.integerIn("c", 0, 8), len(t.points)-1)
	logAlpha := v.logDecimalIn("a", "1e-100000", "0.1")
	view := &View{}
	view.Figures = []Figure{
		{ID: "slice", Figure: t.sliceFigure(d, u0, v0, chosen), Areas: t.areas(),
			Handles: []Handle{{X: u0, Y: v0, XKey: "u", YKey: "w", Point: -1, Label: "start of the flow"}}},
		{ID: "time", Figure: t.timeFigure(d), Trace: "the loss"},
		{ID: "way", Figure: t.wayFigure(chosen)},
	}
	t.judge(view, d)
	if layers > 1 {
		if err := t.clock(ctx, view, logAlpha); err != nil {
			return nil, err
		}
	}
	widths := "none"
	if layers > 1 {
		widths = strings.TrimSuffix(strings.Repeat("2,", layers-1), ",")
	}
	view.Command = []string{
		fmt.Sprintf(`printf '1,0\n0,1\n' > X.csv; printf '2,0\n0,%s\n' > Y.csv`, formatNumber(t.sigma[1])),
		"tacit deep X.csv Y.csv --widths " + widths,
	}
	if layers > 1 {
		view.Command = append(view.Command, fmt.Sprintf("tacit flow deep X.csv Y.csv --widths %s --alpha %s", widths, v.text("a")))
		view.Summary += " The last command starts from random vectors between α and 2α, so that its times are near those of the clock, not the same."
	}
	view.Arrays = []Array{{"t", []int{len(d.t)}, d.t}, {"u", []int{len(d.u)}, d.u}, {"v", []int{len(d.v)}, d.v}, {"loss", []int{len(d.loss)}, d.loss}}
	return v.onto(view), ctx.Err()
}

// kindWords say what a critical point is.
var kindWords = map[deep.Kind]string{
	deep.GlobalMinimum: "minimum", deep.StrictSaddle: "strict saddle", deep.NonStrictSaddle: "bad saddle",
}

// sliceFigure shows the slice with its critical points and the flow.
func (t *terrain) sliceFigure(d *descent, u0, v0 float64, chosen int) *plot.Figure {
	const reach, steps = 2.6, 160
	lines := make([]float64, steps+1)
	for k := range lines {
		lines[k] = reach * (2*float64(k)/steps - 1)
	}
	levels := []float64{0.02, 0.1, 0.3, 0.6, 1, 1.5, 2, 2.5, 3, 4, 6, 9, 13, 18}
	p := plot.Panel{X: plot.Axis{Label: "u", Min: -1.9, Max: 1.9}, Y: plot.Axis{Label: "v", Min: -1.6, Max: 1.6}, Equal: true, Height: 1.6}
	for k, s := range plot.LevelSets(lines, lines, t.loss, levels...) {
		s.Ink, s.Plain = plot.Context, true
		if k == 0 {
			s.Name = "levels of the loss"
		}
		p.Series = append(p.Series, s)
	}
	p.Series = append(p.Series, plot.Series{Name: "gradient flow", X: d.u, Y: d.v, Ink: 0, Plain: true, Width: 2.4})
	kinds := []plot.Series{
		{Name: "minimum", Shape: plot.Points, Ink: plot.Good, Style: 0, Width: 6},
		{Name: "strict saddle", Shape: plot.Points, Ink: 1, Style: 3, Width: 6},
		{Name: "bad saddle", Shape: plot.Points, Ink: plot.Bad, Style: 5, Width: 6},
	}
	table := plot.Table{Caption: "critical points in the slice", Columns: []string{"point", "u", "v", "loss", "kind", "negative", "zero", "positive eigenvalues"}}
	f := &plot.Figure{
		Title:   fmt.Sprintf("A slice of the loss of %s: every layer is diag(u, v)", []string{"", "one layer", "two layers", "three layers"}[t.layers]),
		Caption: "Critical points of all weights that lie in the slice, marked by their Hessian. Drag the start; click a critical point to look at it below.",
	}
	var said []string
	for k, s := range t.points {
		kind := kindWords[s.point.Kind]
		for i := range kinds {
			if kinds[i].Name == kind {
				kinds[i].X, kinds[i].Y = append(kinds[i].X, s.u), append(kinds[i].Y, s.v)
			}
		}
		in := s.inertia()
		row := []string{fmt.Sprint(k), plot.NumDigits(s.u, 4), plot.NumDigits(s.v, 4), plot.NumDigits(s.point.Loss, 5), kind, fmt.Sprint(in.Negative), fmt.Sprint(in.Zero), fmt.Sprint(in.Positive)}
		table.Rows = append(table.Rows, row)
		said = append(said, fmt.Sprintf("(%s, %s) is a %s with %d negative eigenvalues and loss %s", plot.NumDigits(s.u, 3), plot.NumDigits(s.v, 3), kind, in.Negative, plot.NumDigits(s.point.Loss, 4)))
		text := fmt.Sprintf("index %d", in.Negative)
		if k == chosen {
			text += " ← below"
		}
		p.Labels = append(p.Labels, plot.Label{X: s.u, Y: s.v, Text: text, Side: plot.Above})
	}
	for _, s := range kinds {
		if len(s.X) > 0 {
			p.Series = append(p.Series, s)
		}
	}
	p.Labels = append(p.Labels, plot.Label{X: u0, Y: v0, Text: "start", Dot: true, Side: plot.Below})
	f.Panels, f.Tables = []plot.Panel{p}, []plot.Table{table}
	f.Alt = fmt.Sprintf("Critical points: %s. The flow from (%s, %s) ends at (%s, %s) with loss %s.", strings.Join(said, "; "),
		plot.NumDigits(u0, 3), plot.NumDigits(v0, 3), plot.NumDigits(d.u[len(d.u)-1], 3), plot.NumDigits(d.v[len(d.v)-1], 3), plot.NumDigits(d.end, 2))
	return f
}

// inertia is what was counted of the Hessian.
func (s summit) inertia() deep.Inertia {
	switch {
	case s.point.Dense != nil:
		return s.point.Dense.Inertia
	case s.point.Count != nil:
		return *s.point.Count
	}
	return deep.Inertia{}
}

// areas choose a critical point.
func (t *terrain) areas() []Area {
	var list []Area
	for k, s := range t.points {
		list = append(list, Area{
			Link: Link{Label: fmt.Sprintf("look at the %s at (%s, %s)", kindWords[s.point.Kind], plot.NumDigits(s.u, 3), plot.NumDigits(s.v, 3)), State: State{"c": fmt.Sprint(k)}},
			Left: s.u - 0.12, Right: s.u + 0.12, Bottom: s.v - 0.12, Top: s.v + 0.12,
		})
	}
	return list
}

// timeFigure shows the loss over time with the values of the saddles, and the
// meter of balance.
func (t *terrain) timeFigure(d *descent) *plot.Figure {
	loss := plot.Panel{X: plot.Axis{Label: "t", Min: 0, Max: d.settled()}, Y: plot.Axis{Label: "L", Include: []float64{0}},
		Series: []plot.Series{{Name: "the loss", X: d.t, Y: d.loss, Ink: 0, Plain: true}}}
	seen := map[string]bool{}
	for _, s := range t.points {
		name := kindWords[s.point.Kind]
		key := plot.NumDigits(s.point.Loss, 6)
		if s.point.Kind == deep.GlobalMinimum || seen[key] || s.point.Loss > 1.05*d.loss0 {
			continue
		}
		seen[key] = true
		loss.Rules = append(loss.Rules, plot.Rule{At: s.point.Loss, Label: name + ", " + plot.NumDigits(s.point.Loss, 3)})
	}
	far := make([]float64, len(d.balance))
	for k, b := range d.balance {
		far[k] = math.Log(math.Max(b, 1e-17))
	}
	f := &plot.Figure{
		Title:   "The loss over time, and the meter of balance",
		Caption: "Plateaus are visits to saddles. Below: by how much Wⱼ₊₁ᵀWⱼ₊₁ − WⱼWⱼᵀ, which the exact flow conserves, has changed since the start.",
		Panels: []plot.Panel{loss, {X: loss.X, Y: plot.Axis{Label: "change of balance", Scale: plot.Log, Include: []float64{math.Log(1e-16), math.Log(1e-6)}}, Height: 0.5,
			Series: []plot.Series{{Name: "largest entry of the change", X: d.t, Y: far, Ink: 2, Plain: true}}}},
	}
	half := 0
	for half < len(d.loss)-1 && d.loss[half] > d.loss0/2 {
		half++
	}
	f.Alt = fmt.Sprintf("The loss falls from %s to %s; half of it is gone at t = %s. The balance changes by %s at most.",
		plot.NumDigits(d.loss0, 4), plot.NumDigits(d.end, 2), plot.NumDigits(d.t[half], 3), plot.NumDigits(maxOf(d.balance), 2))
	return f
}

// settled is a little later than the last time at which the loss is seen to change.
func (d *descent) settled() float64 {
	k := len(d.loss) - 1
	for k > 0 && math.Abs(d.loss[k-1]-d.end) < 2e-3*d.loss0 {
		k--
	}
	return math.Max(1, math.Min(1.25*d.t[k], d.t[len(d.t)-1]))
}

func maxOf(x []float64) float64 {
	m := math.Inf(-1)
	for _, v := range x {
		m = math.Max(m, v)
	}
	return m
}
