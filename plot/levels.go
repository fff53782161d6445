package plot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

var levelsKind = Kind{
	Name:    "levels",
	Summary: "in the plane: level sets of D(·, x₀) growing until they touch Ax = b",
	Fits: func(r *Result) error {
		if r.Cols != 2 || r.Rows != 1 {
			return fmt.Errorf("its A is %d×%d; the picture is of one equation for two unknowns", r.Rows, r.Cols)
		}
		if r.Command != "nearest" && (r.Command != "sparse" || r.LogAlpha == nil) {
			return fmt.Errorf("it is a result of %q; a divergence is minimised by `tacit nearest` and `tacit sparse --alpha`", r.Command)
		}
		if r.X == nil || r.Y == nil || r.Status == "infeasible" {
			return fmt.Errorf("it has no nearest point")
		}
		return need(r.Problem != nil, "the data of the problem are not at hand")
	},
	Draw: func(ctx context.Context, r *Result, _ Options) (*Figure, error) {
		p, err := r.Problem(ctx)
		if err != nil {
			return nil, err
		}
		defer p.Close()
		l, err := r.levels(p.A, p.B)
		if err != nil {
			return nil, err
		}
		return LevelsFigure(l)
	},
}

// Levels is a Bregman projection in the plane: the point X of the line ⟨a, x⟩ = b
// that is nearest to the start ∇φ*(Theta0), with ν its multiplier.
type Levels struct {
	Phi    geometry.Potential
	Theta0 []float64 // ∇φ(x₀), which is a number where x₀ underflows
	A      [2]float64
	B      float64
	X      []float64
	Nu     float64
	Name   string // of the geometry
}

// levels makes the potential and the start of a result.
func (r *Result) levels(a linop.Operator, b []float64) (Levels, error) {
	l := Levels{Theta0: make([]float64, 2), X: r.X, Name: r.Geometry, B: b[0]}
	linop.Row(a, 0, func(j int, v float64) { l.A[j] = v })
	l.Nu = r.Y[0]
	x0, err := r.vector("x0.npy")
	if err != nil {
		return l, err
	}
	k, err := r.vector("k.npy")
	if err != nil {
		return l, err
	}
	relative, err := r.relative()
	if err != nil {
		return l, err
	}
	set := geometry.Setting{Prior: x0, Relative: relative}
	if r.LogAlpha != nil {
		set.LogAlpha = *r.LogAlpha
	}
	name := r.Geometry
	if k != nil {
		name = "mahalanobis:k.npy"
		set.Matrix = func(string) (int, []float64, error) { return 2, k, nil }
	}
	if r.Command == "sparse" && r.Geometry == "hypentropy" {
		l.Phi = geometry.Hypentropy{LogBeta: []float64{*r.LogAlpha}}
	} else if l.Phi, err = geometry.Parse(name, set); err != nil {
		return l, err
	}
	switch {
	case x0 != nil:
		l.Phi.Grad(l.Theta0, x0)
	case r.LogAlpha != nil && r.Geometry == "entropy":
		l.Theta0[0], l.Theta0[1] = *r.LogAlpha, *r.LogAlpha
	case r.LogAlpha != nil && r.Command == "nearest" && r.Geometry != "power-diff":
		alpha := math.Exp(*r.LogAlpha)
		l.Phi.Grad(l.Theta0, []float64{alpha, alpha})
	}
	return l, nil
}

// relative reports whether the box of fermi-dirac is that of xᵢ/x₀ᵢ, which the
// certificate knows.
func (r *Result) relative() (bool, error) {
	text, err := os.ReadFile(filepath.Join(r.Dir, "certificate.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var c struct {
		Relative bool `json:"relative"`
	}
	err = json.Unmarshal(text, &c)
	return c.Relative, err
}

// divergence is D(x, x₀) = φ(x) + φ*(θ₀) − ⟨θ₀, x⟩; +Inf outside of the domain.
func (l *Levels) divergence(x, y float64) float64 {
	p := []float64{x, y}
	for i, v := range p {
		if lo, hi := geometry.Bounds(l.Phi, i); v < lo || v > hi {
			return math.Inf(1)
		}
	}
	d := l.Phi.Value(p) + l.Phi.Conj(l.Theta0) - l.Theta0[0]*x - l.Theta0[1]*y
	if math.IsNaN(d) {
		return math.Inf(1)
	}
	return d
}

// window is the part of the plane that is shown: start, touching point, and air,
// within the domain.
func (l *Levels) window(x0 []float64) (x, y extent) {
	ranges := [2]extent{noExtent(), noExtent()}
	size := 0.0
	for i := range 2 {
		ranges[i].add(x0[i])
		ranges[i].add(l.X[i])
		size = math.Max(size, ranges[i].hi-ranges[i].lo)
	}
	if size == 0 {
		size = math.Max(1, math.Abs(l.X[0]))
	}
	for i := range 2 {
		// A bound of the domain is shown with a little beyond it.
		lo, hi := geometry.Bounds(l.Phi, i)
		ranges[i].lo = math.Max(ranges[i].lo-0.35*size, lo-0.06*size)
		ranges[i].hi = math.Min(ranges[i].hi+0.35*size, hi+0.06*size)
	}
	return ranges[0], ranges[1]
}

// field is the divergence on a grid that covers the window on a page of any
// shape, with the bounds of the domain among its lines.
func (l *Levels) field(x, y extent, steps int) field {
	var lines [2][]float64
	reach := 1.7 * math.Max(x.hi-x.lo, y.hi-y.lo)
	for i, e := range [2]extent{x, y} {
		mid := (e.lo + e.hi) / 2
		for k := range steps + 1 {
			lines[i] = append(lines[i], mid+reach*(2*float64(k)/float64(steps)-1))
		}
		lo, hi := geometry.Bounds(l.Phi, i)
		for _, v := range []float64{lo, hi} {
			if finite(v) {
				lines[i] = append(lines[i], v)
			}
		}
		slices.Sort(lines[i])
		lines[i] = slices.Compact(lines[i])
	}
	return newField(lines[0], lines[1], l.divergence)
}

// LevelsFigure shows level sets of the divergence up to the one that touches the
// line, the line, and the curve that the flow follows: x(ν) = ∇φ*(θ₀ + Aᵀν).
func LevelsFigure(l Levels) (*Figure, error) {
	x0 := make([]float64, 2)
	l.Phi.GradConj(x0, l.Theta0)
	at := l.divergence(l.X[0], l.X[1])
	wx, wy := l.window(x0)
	const steps = 300
	field := l.field(wx, wy, steps)
	touching := field.contour(at)
	wx, wy = within(touching, wx, wy)
	p := Panel{
		X: Axis{Label: "x[0]", Min: wx.lo, Max: wx.hi}, Y: Axis{Label: "x[1]", Min: wy.lo, Max: wy.hi},
		Equal: true, Height: 1.6,
	}
	for k, share := range []float64{1.0 / 16, 1.0 / 4, 9.0 / 16, 25.0 / 16} {
		s := field.contour(at * share)
		s.Ink, s.Plain = Context, true
		if k == 0 {
			s.Name = "level sets of D(x, x₀)"
		}
		p.Series = append(p.Series, s)
	}
	touching.Name, touching.Ink, touching.Plain = "D(x, x₀) = "+Num(at)+", touching", 0, true
	line := Series{Name: "Ax = b", Ink: ink, X: []float64{}, Width: 1.8}
	line.X, line.Y = l.line(wx, wy)
	p.Series = append(p.Series, touching, line, l.flow(steps))
	p.Labels = []Label{
		{X: x0[0], Y: x0[1], Text: "start", Dot: true, Side: Left},
		{X: l.X[0], Y: l.X[1], Text: "limit", Dot: true},
	}
	return &Figure{
		Title: "The flow stops where a level set touches the line: " + l.Name,
		Caption: "The level sets of D(·, x₀) grow from the start until one touches the solutions of Ax = b. " +
			"The touching point is the Bregman projection, and the limit of the flow, which follows x(ν) = ∇φ*(θ₀ + Aᵀν).",
		Alt: fmt.Sprintf("In the geometry %s the start is (%s, %s). The solution of %s·x[0] + %s·x[1] = %s nearest to it is (%s, %s), at divergence %s.",
			l.Name, Num(x0[0]), Num(x0[1]), Num(l.A[0]), Num(l.A[1]), Num(l.B), Num(l.X[0]), Num(l.X[1]), Num(at)),
		Panels: []Panel{p},
		Tables: []Table{{
			Caption: "the points", Columns: []string{"point", "x[0]", "x[1]", "D(x, x₀)"},
			Rows: [][]string{
				{"start", cell(x0[0], Linear), cell(x0[1], Linear), "0"},
				{"limit", cell(l.X[0], Linear), cell(l.X[1], Linear), cell(at, Linear)},
			},
		}},
	}, nil
}

// within widens a window to hold a curve, up to twice its size.
func within(s Series, x, y extent) (wx, wy extent) {
	ex, ey := noExtent(), noExtent()
	for k := range s.X {
		ex.add(s.X[k])
		ey.add(s.Y[k])
	}
	hold := func(w, e extent) extent {
		size := w.hi - w.lo
		air := 0.04 * size
		return extent{
			math.Max(math.Min(w.lo, e.lo-air), w.lo-size/2),
			math.Min(math.Max(w.hi, e.hi+air), w.hi+size/2),
		}
	}
	return hold(x, ex), hold(y, ey)
}

// line is Ax = b across the window.
func (l *Levels) line(x, y extent) (px, py []float64) {
	reach := 2 * (x.hi - x.lo + y.hi - y.lo)
	size := math.Hypot(l.A[0], l.A[1])
	dx, dy := -l.A[1]/size, l.A[0]/size
	return []float64{l.X[0] - reach*dx, l.X[0] + reach*dx}, []float64{l.X[1] - reach*dy, l.X[1] + reach*dy}
}

// flow is the curve of the flow, from ν = 0 to its limit. In one dual dimension
// it does not depend on how time passes.
func (l *Levels) flow(steps int) Series {
	s := Series{Name: "the flow", Ink: 1, Style: 1}
	theta, x := make([]float64, 2), make([]float64, 2)
	for k := 0; k <= steps; k++ {
		nu := l.Nu * float64(k) / float64(steps)
		for i := range theta {
			theta[i] = l.Theta0[i] + l.A[i]*nu
		}
		if !geometry.InDualDomain(l.Phi, theta) {
			break
		}
		l.Phi.GradConj(x, theta)
		s.X, s.Y = append(s.X, x[0]), append(s.Y, x[1])
	}
	return s
}
