package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/landscape"
)

// weights reads W1, …, Wk and returns the network that they are of.
func (d *deep) weights() ([]float64, error) {
	var layers []dense
	f, err := dataio.Load(d.at, dataio.LoadOptions{Stdin: d.env.stdin})
	if err != nil {
		return nil, err
	}
	d.inputs = append(d.inputs, f)
	for j := 1; f.Has(fmt.Sprintf("W%d", j)); j++ {
		m, err := d.matrix(d.at, fmt.Sprintf("W%d", j))
		if err != nil {
			return nil, err
		}
		layers = append(layers, m)
	}
	if len(layers) == 0 {
		return nil, fmt.Errorf("%s: it holds no W1; the layers are W1 (applied first) to Wk, but it has %s", d.at, strings.Join(f.Keys(), ", "))
	}
	var hidden []int
	var w []float64
	for j, m := range layers {
		before, what := d.data.DX, "X has rows"
		if j > 0 {
			before, what = layers[j-1].rows, fmt.Sprintf("W%d has rows", j)
		}
		if m.cols != before {
			return nil, fmt.Errorf("%s: W%d is %d×%d, but it needs %d columns, as many as %s", d.at, j+1, m.rows, m.cols, before, what)
		}
		if j < len(layers)-1 {
			hidden = append(hidden, m.rows)
		} else if m.rows != d.data.DY {
			return nil, fmt.Errorf("%s: W%d is %d×%d, but it needs %d rows, as many as Y has", d.at, j+1, m.rows, m.cols, d.data.DY)
		}
		w = append(w, m.data...)
	}
	if d.widths != "" {
		asked, err := parseWidths(d.widths)
		if err != nil {
			return nil, err
		}
		if fmt.Sprint(asked) != fmt.Sprint(hidden) {
			return nil, fmt.Errorf("%s: its hidden widths are %v, not %v as --widths says", d.at, hidden, asked)
		}
	}
	d.net, err = d.data.Net(hidden)
	return w, err
}

// classify says what the point of --at is.
func (d *deep) classify(out *dataio.OutputDir) error {
	w, err := await(d.ctx, d.weights)
	if err != nil {
		return loadError(err)
	}
	p, err := d.data.Classify(d.ctx, d.net, w, landscape.ClassifyOptions{Tol: d.tol, Seed: d.seed})
	if d.ctx.Err() != nil {
		return stopped(d.ctx)
	}
	if err != nil {
		return &exitError{code: exitTrouble, err: fmt.Errorf("%s: %w", d.at, err)}
	}
	if out != nil && p.Escape != nil {
		if err := out.Write("escape.npz", func(f io.Writer) error {
			return dataio.WriteNPZ(f, append(layerMembers(d.net, p.Escape.Direction, "V"),
				dataio.Member{Name: "step", Values: dataio.Floats([]float64{p.Escape.Step})})...)
		}); err != nil {
			return err
		}
	}
	o := d.pointObject(p)
	err = d.output(out, func(f io.Writer) error {
		text, err := o.document()
		if err != nil {
			return err
		}
		_, err = f.Write(text)
		return err
	}, func() string { return d.pointText(p) })
	if err != nil {
		return err
	}
	if !p.Agree {
		return &exitError{code: exitTrouble, err: fmt.Errorf("%s: the counts of eigenvalues do not agree", d.at),
			hints: []string{"the point may be too far from a critical one, or its layers too badly scaled, to tell zero eigenvalues"}}
	}
	return nil
}

// pointObject is the point in JSON, schema tacit.point/1.
func (d *deep) pointObject(p *landscape.Point) *object {
	o := &object{}
	o.set("schema", "tacit.point/1")
	o.set("command", "deep")
	d.setting(o)
	o.num("loss", p.Loss)
	o.set("critical", p.Critical)
	o.num("gradient", p.Gradient)
	o.num("relative_gradient", p.Relative)
	o.set("kind", nil)
	if p.Kind != "" {
		o.fields[len(o.fields)-1].value = string(p.Kind)
		o.set("index_set", nonNil(p.Set))
	} else if p.Critical {
		o.set("kind_why", p.CountWhy)
	} else {
		o.set("kind_why", "the point is not critical")
	}
	inertia := func(key string, in landscape.Inertia, more func(*object)) {
		q := &object{}
		q.set("negative", in.Negative)
		q.set("zero", in.Zero)
		q.set("positive", in.Positive)
		if more != nil {
			more(q)
		}
		o.set(key, q)
	}
	if p.Count != nil {
		inertia("by_ranks", *p.Count, nil)
	}
	if s := p.Dense; s != nil {
		inertia("by_eigenvalues", s.Inertia, func(q *object) {
			q.num("tolerance", s.Tol)
			if s.Values != nil {
				q.num("smallest", s.Values[0])
				q.num("largest", s.Values[len(s.Values)-1])
			}
		})
	}
	if n := p.Lanczos; n != nil {
		q := &object{}
		q.set("negative_at_least", n.Count)
		q.num("tolerance", n.Tol)
		q.num("no_other_below", -n.Edge)
		q.num("doubt", n.Doubt)
		q.set("suggested", n.Guessed)
		if p.Count != nil {
			q.set("complete", n.Count == p.Count.Negative)
		}
		q.set("settled", n.Settled)
		q.set("products", n.Products)
		o.set("by_products", q)
	}
	o.set("agree", p.Agree)
	if e := p.Escape; e != nil {
		q := &object{}
		q.num("curvature", e.Curvature)
		q.set("order", e.Order)
		q.num("step", e.Step)
		q.num("decrease", e.Decrease)
		o.set("escape", q)
	} else if p.EscapeWhy != "" {
		o.absent("escape", p.EscapeWhy)
	} else {
		o.absent("escape", "a global minimum has none")
	}
	q := &object{}
	q.num("loss", p.Nearest.Loss)
	q.set("index_set", nonNil(p.Nearest.Set))
	q.num("distance", p.Distance)
	q.set("exact", p.Nearest.Exact)
	o.set("nearest_critical_value", q)
	o.set("input", d.provenance())
	o.set("version", tacit.Version)
	o.set("command_line", append([]string{"tacit"}, d.env.args...))
	return o
}

// pointText is the point for people.
func (d *deep) pointText(p *landscape.Point) string {
	var b strings.Builder
	switch {
	case p.Kind != "":
		fmt.Fprintf(&b, "%s: the gradient is %.2g, and the product keeps the eigenvectors %s\n\n", p.Kind, p.Gradient, indexSet(p.Set))
	case p.Critical:
		fmt.Fprintf(&b, "critical, but %s\n\n", p.CountWhy)
	default:
		fmt.Fprintf(&b, "not critical: the gradient's norm is %.6g, %.2g of what its terms have; asked for %.0e\n\n", p.Gradient, p.Relative, d.tol)
	}
	d.settingText(&b)
	row := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "  %s%s%s\n", label, strings.Repeat(" ", max(1, 12-len([]rune(label)))), fmt.Sprintf(format, args...))
	}
	row("loss", "%.10g; the nearest critical value is %.10g, of the set %s, %.2g away", p.Loss, p.Nearest.Loss, indexSet(p.Nearest.Set), p.Distance)
	if p.Count != nil {
		row("ranks", "%d negative, %d zero, %d positive", p.Count.Negative, p.Count.Zero, p.Count.Positive)
	}
	if s := p.Dense; s != nil {
		row("Hessian", "%d negative, %d zero (within %.1e), %d positive", s.Negative, s.Zero, s.Tol, s.Positive)
	}
	if n := p.Lanczos; n != nil {
		row("products", "at least %d negative (below %.1e), and no more below %.2g with probability 1 − %.0e; %d products with the Hessian", n.Count, -n.Tol, -n.Edge, n.Doubt, n.Products)
	}
	switch e := p.Escape; {
	case e != nil && e.Order > 2:
		row("way down", "of order %d: the loss falls by %.6g at step %.4g", e.Order, e.Decrease, e.Step)
	case e != nil:
		row("way down", "along curvature %.6g: the loss falls by %.6g at step %.4g", e.Curvature, e.Decrease, e.Step)
	case p.EscapeWhy != "":
		row("way down", "%s", p.EscapeWhy)
	}
	if d.out != "" && p.Escape != nil {
		row("files", "escape.npz has the direction V1, … and the step")
	}
	next := "list all critical points with --widths " + widthsText(d.net)
	if math.IsNaN(p.Loss) {
		next = "look at the weights with `tacit inspect " + d.at + "`"
	}
	fmt.Fprintf(&b, "\nnext: %s\n", next)
	return b.String()
}

func widthsText(net *landscape.Net) string {
	hidden := net.Dims[1:net.Layers()]
	if len(hidden) == 0 {
		return "none"
	}
	parts := make([]string, len(hidden))
	for i, v := range hidden {
		parts[i] = fmt.Sprint(v)
	}
	return strings.Join(parts, ",")
}
