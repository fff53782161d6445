package plot

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/limit"
)

var compareKind = Kind{
	Name:    "l1-l2",
	Summary: "the solution of least ℓ1 norm beside that of least ℓ2 norm",
	Costly:  true,
	Fits: func(r *Result) error {
		if r.Command != "sparse" && r.Command != "path" && r.Command != "minnorm" || r.X == nil || r.Status == "infeasible" {
			return fmt.Errorf("it holds no solution of least norm; sparse, path and minnorm find one")
		}
		if r.LogAlpha != nil || r.Sigma != nil || !isAbsent(r.Dir, "weights.npy") || !isAbsent(r.Dir, "x0.npy") {
			return fmt.Errorf("it was solved with α, σ, weights or a start, and is not the solution of least ℓ1 or ℓ2 norm")
		}
		return need(r.Problem != nil, "the data of the problem are not at hand")
	},
	Draw: func(ctx context.Context, r *Result, _ Options) (*Figure, error) {
		p, err := r.Problem(ctx)
		if err != nil {
			return nil, err
		}
		defer p.Close()
		c := Comparison{L1: r.X, L2: r.X}
		var other *limit.Result
		if r.Command == "minnorm" {
			other, err = limit.L1(ctx, limit.Problem{A: p.A, B: p.B}, limit.Options{})
		} else {
			other, err = limit.MinNorm(ctx, p.A, p.B, nil, limit.Options{})
		}
		if err != nil {
			return nil, err
		}
		if other.X == nil || len(other.X) != len(r.X) {
			return nil, fmt.Errorf("%s: the other solution was not found: %s", r.Dir, other.Status)
		}
		if r.Command == "minnorm" {
			c.L1 = other.X
		} else {
			c.L2 = other.X
		}
		return CompareFigure(c), nil
	},
}

// Comparison is two solutions of the same Ax = b.
type Comparison struct{ L1, L2 []float64 }

// CompareFigure shows both as stems, on the same scale.
func CompareFigure(c Comparison) *Figure {
	m := len(c.L1)
	axis := Axis{Label: "coordinate i", Integer: true, Min: -0.02*float64(m) - 0.5, Max: 1.02*float64(m) - 0.5}
	e := noExtent()
	for i := range m {
		e.add(c.L1[i])
		e.add(c.L2[i])
	}
	panel := func(name string, x []float64, k int) Panel {
		s := Series{Name: name, Shape: Stems, Ink: Ink(k), Style: k}
		for i, v := range x {
			if v != 0 {
				s.X, s.Y = append(s.X, float64(i)), append(s.Y, v)
			}
		}
		return Panel{X: axis, Y: Axis{Label: "xᵢ, " + name, Include: []float64{e.lo, e.hi}}, Series: []Series{s}, Rules: []Rule{{At: 0}}, Height: 0.75}
	}
	one, two := norms(c.L1), norms(c.L2)
	return &Figure{
		Title: "Least ℓ1 norm against least ℓ2 norm",
		Caption: "Both solve Ax = b. Mirror flow from a vanishing start picks the first, gradient flow from 0 the second, " +
			"which spreads over every coordinate.",
		Alt: fmt.Sprintf("The solution of least ℓ1 norm has %d of %d entries nonzero, ‖x‖₁ = %s and ‖x‖₂ = %s. That of least ℓ2 norm has %d, ‖x‖₁ = %s and ‖x‖₂ = %s.",
			one.support, m, Num(one.l1), Num(one.l2), two.support, Num(two.l1), Num(two.l2)),
		Panels: []Panel{panel("least ℓ1 norm", c.L1, 0), panel("least ℓ2 norm", c.L2, 1)},
	}
}

type sizes struct {
	l1, l2  float64
	support int
}

func norms(x []float64) sizes {
	var s sizes
	for _, v := range x {
		s.l1 += math.Abs(v)
		s.l2 = math.Hypot(s.l2, v)
		if v != 0 {
			s.support++
		}
	}
	return s
}
