package plot

import (
	"context"
	"fmt"
	"math"
	"slices"
)

var certificateKind = Kind{
	Name:    "certificate",
	Summary: "x and Aᵀy as paired stems: Aᵀy touches ±1 where x is not 0",
	Fits: func(r *Result) error {
		switch {
		case r.Command != "sparse" && r.Command != "path" && r.Command != "flow linear":
			return fmt.Errorf("it is a result of %q; the dual vector of least ℓ1 norm is that of sparse and path", r.Command)
		case r.LogAlpha != nil:
			return fmt.Errorf("its y is the state of the flow at an α, not a certificate of least ℓ1 norm; solve without --alpha")
		case r.X == nil || r.Y == nil || r.Status == "infeasible":
			return fmt.Errorf("it has no x with a y")
		}
		return need(r.Problem != nil, "the data of the problem are not at hand")
	},
	Draw: func(ctx context.Context, r *Result, _ Options) (*Figure, error) {
		p, err := r.Problem(ctx)
		if err != nil {
			return nil, err
		}
		defer p.Close()
		n, m := p.A.Dims()
		if len(r.X) != m || len(r.Y) != n {
			return nil, fmt.Errorf("%s: x and y have %d and %d entries, A is %d×%d", r.Dir, len(r.X), len(r.Y), n, m)
		}
		c := Certificate{X: r.X, AtY: make([]float64, m), Nonneg: r.Geometry == "entropy", Noise: r.Sigma != nil}
		p.A.ApplyT(c.AtY, r.Y)
		w, err := r.vector("weights.npy")
		if err != nil {
			return nil, err
		}
		if len(w) == m {
			for i := range c.AtY {
				c.AtY[i] /= w[i]
			}
			c.Weighted = true
		}
		return CertificateFigure(c), nil
	},
}

// Certificate is a solution with Aᵀy, divided by the weights where there are any.
type Certificate struct {
	X, AtY   []float64
	Nonneg   bool
	Weighted bool
	Noise    bool // for ‖Ax − b‖₂ ≤ σ instead of Ax = b
}

// CertificateFigure shows x above and Aᵀy below, coordinate under coordinate. The
// support is filled.
func CertificateFigure(c Certificate) *Figure {
	m := len(c.X)
	on, off := Series{Name: "support", Shape: Stems, Ink: 1, Style: 1}, Series{Name: "xᵢ = 0", Shape: Stems, Ink: Context}
	dualOn, dualOff := on, off
	furthest, least := 0.0, math.Inf(1)
	for i := range m {
		x, d := &off, &dualOff
		if c.X[i] != 0 {
			x, d = &on, &dualOn
			least = math.Min(least, math.Abs(c.AtY[i]))
		} else if v := math.Abs(c.AtY[i]); !c.Nonneg || c.AtY[i] > 0 {
			furthest = math.Max(furthest, v)
		}
		x.X, x.Y = append(x.X, float64(i)), append(x.Y, c.X[i])
		d.X, d.Y = append(d.X, float64(i)), append(d.Y, c.AtY[i])
	}
	label := "(Aᵀy)ᵢ"
	if c.Weighted {
		label = "(Aᵀy)ᵢ / wᵢ"
	}
	rules := []Rule{{At: 1}}
	if !c.Nonneg {
		rules = append(rules, Rule{At: -1})
	}
	axis := Axis{Label: "coordinate i", Integer: true, Min: -0.02*float64(m) - 0.5, Max: 1.02*float64(m) - 0.5}
	bounds := Axis{Label: label, Include: []float64{1.05}}
	if !c.Nonneg {
		bounds.Include = append(bounds.Include, -1.05)
	}
	norm, bound := "‖x‖₁", "bᵀy for every solution x"
	if c.Weighted {
		norm = "Σ wᵢ|xᵢ|"
	}
	if c.Noise {
		bound = "bᵀy − σ‖y‖₂ for every x with ‖Ax − b‖₂ ≤ σ"
	}
	f := &Figure{
		Title: "The solution and its certificate",
		Caption: "Where xᵢ is not 0, " + label + " touches the bound; nowhere does it pass. " +
			"So no other x that is allowed does better: " + norm + " ≥ " + bound + ", with equality here.",
		Panels: []Panel{
			{X: axis, Y: Axis{Label: "xᵢ"}, Series: []Series{off, on}},
			{X: axis, Y: bounds, Series: []Series{dualOff, dualOn}, Rules: rules, NoLegend: true},
		},
		Tables: []Table{c.table()},
	}
	f.Panels[0].Rules = []Rule{{At: 0}}
	f.Alt = fmt.Sprintf("%d of %d entries of x are nonzero.", len(on.X), m)
	if len(on.X) > 0 {
		f.Alt += fmt.Sprintf(" There |Aᵀy| is at least %s;", Num(least))
	}
	if len(off.X) > 0 {
		f.Alt += fmt.Sprintf(" elsewhere it is at most %s.", Num(furthest))
	}
	return f
}

// table lists the support, and of the rest the entries closest to the bound.
func (c Certificate) table() Table {
	t := Table{Caption: "the support, and the entries off it that come closest to the bound", Columns: []string{"i", "xᵢ", "(Aᵀy)ᵢ"}}
	order := make([]int, len(c.X))
	for i := range order {
		order[i] = i
	}
	rank := func(i int) float64 {
		if c.X[i] != 0 {
			return math.Inf(1)
		}
		return math.Abs(c.AtY[i])
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch ra, rb := rank(a), rank(b); {
		case ra > rb:
			return -1
		case ra < rb:
			return 1
		}
		return 0
	})
	for _, i := range order[:min(mostRows, len(order))] {
		t.Rows = append(t.Rows, []string{itoa(i), cell(c.X[i], Linear), cell(c.AtY[i], Linear)})
	}
	if len(order) > mostRows {
		t.Caption += fmt.Sprintf(" (%d of %d rows)", mostRows, len(order))
	}
	return t
}
