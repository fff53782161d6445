package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/landscape"
	"github.com/tacit-dev/tacit/plot"
)

// deepLinear shows the loss of networks of one, two and three layers on planes
// through a critical point: through the only one of one layer, and else through
// the one that keeps the largest singular direction.
func deepLinear(ctx context.Context) (*plot.Figure, error) {
	y := []float64{2, 0.5, -1, 0.4, 1, 0.7, 0.3, -0.6, 0.8}
	data, err := landscape.NewData([]float64{1, 0, 0, 0, 1, 0, 0, 0, 1}, y, 3, 3, 3, 0)
	if err != nil {
		return nil, err
	}
	f := &plot.Figure{
		Title: "The loss around a critical point of one, two and three layers",
		Caption: "Level sets of the loss over the plane W + aU + bV: U is a way down where there is one, V the steepest way up. " +
			"One layer is convex. Two layers have a strict saddle, whose level set crosses itself. With three the Hessian sees no way down, " +
			"and the loss falls like −a³ all the same: the level set of the saddle has a cusp.",
	}
	for k := 1; k <= 3; k++ {
		s, err := newSlice(ctx, data, k)
		if err != nil {
			return nil, err
		}
		f.Panels = append(f.Panels, s.panel())
		f.Alt += s.text()
	}
	return f, nil
}

// kinds in words.
var kinds = map[landscape.Kind]string{
	landscape.GlobalMinimum:   "the global minimum",
	landscape.StrictSaddle:    "a strict saddle",
	landscape.NonStrictSaddle: "a saddle that is not strict",
}

// slice is a plane through a critical point: u leads down, or anywhere if nothing
// does, v is the direction of the largest curvature.
type slice struct {
	layers int
	point  *landscape.Point
	state  *landscape.State
	u, v   []float64
	unit   float64 // of the loss
}

func newSlice(ctx context.Context, data *landscape.Data, layers int) (*slice, error) {
	hidden := []int{3, 3}[:layers-1]
	net, err := data.Net(hidden)
	if err != nil {
		return nil, err
	}
	set := []int{0}
	if layers == 1 {
		set = []int{0, 1, 2}
	}
	low, _ := net.MiddleRanks(len(set))
	w, err := data.Representative(net, set, low, 1)
	if err != nil {
		return nil, err
	}
	s := &slice{layers: layers, unit: data.Zero}
	if s.point, err = data.Classify(ctx, net, w, landscape.ClassifyOptions{}); err != nil {
		return nil, err
	}
	if s.state, err = data.At(net, w); err != nil {
		return nil, err
	}
	s.v = steepest(s.state, len(w), nil)
	switch {
	case s.point.Escape != nil:
		s.u = s.point.Escape.Direction
	case s.point.Kind == landscape.GlobalMinimum:
		s.u = steepest(s.state, len(w), s.v)
	default:
		return nil, errors.New(s.point.EscapeWhy)
	}
	return s, nil
}

// steepest is the direction of the largest curvature orthogonal to avoid, by the
// power method on H + |vᵀHv|.
func steepest(s *landscape.State, n int, avoid []float64) []float64 {
	v, hv := make([]float64, n), make([]float64, n)
	for i := range v {
		v[i] = math.Sin(float64(i + 1))
	}
	for range 3000 {
		along := 0.0
		for i, a := range avoid {
			along += a * v[i]
		}
		for i, a := range avoid {
			v[i] -= along * a
		}
		size := norm(v)
		for i := range v {
			v[i] /= size
		}
		s.HessVec(hv, v)
		curvature := 0.0
		for i, h := range hv {
			curvature += v[i] * h
		}
		shift := math.Abs(curvature)
		for i := range v {
			hv[i] += shift * v[i]
		}
		copy(v, hv)
	}
	size := norm(v)
	for i := range v {
		v[i] /= size
	}
	return v
}

// loss is L(W + aU + bV) − L(W).
func (s *slice) loss(a, b float64) float64 {
	d := make([]float64, len(s.u))
	for i := range d {
		d[i] = a*s.u[i] + b*s.v[i]
	}
	return s.state.Change(d) / s.unit
}

func (s *slice) panel() plot.Panel {
	const across, up = 1.5, 0.75
	x, y := grid(-across, across, 301), grid(-up, up, 151)
	p := plot.Panel{
		Title: fmt.Sprintf("%d %s: %s", s.layers, plural(s.layers), kinds[s.point.Kind]),
		X:     plot.Axis{Label: "a", Min: -across, Max: across}, Y: plot.Axis{Label: "b", Min: -up, Max: up},
		Height: 0.85,
	}
	levels := []float64{0.002, 0.01, 0.03, 0.07, 0.15, 0.3}
	for side, group := range []struct {
		name string
		sign float64
	}{{"higher than the point", 1}, {"lower", -1}} {
		for k := range levels {
			set := plot.LevelSets(x, y, s.loss, group.sign*levels[k])[0]
			if len(set.X) == 0 {
				continue
			}
			if group.name != "" {
				set.Name, group.name = group.name, ""
			}
			set.Ink, set.Plain, set.Width = plot.Ink(side), true, 1.1
			p.Series = append(p.Series, set)
		}
	}
	if s.point.Escape != nil {
		level := plot.LevelSets(x, y, s.loss, 0)[0]
		level.Name, level.Ink, level.Plain, level.Width = "as high as it", plot.Reference, true, 1.8
		p.Series = append(p.Series, level)
	}
	p.Labels = []plot.Label{{Dot: true}}
	return p
}

func (s *slice) text() string {
	t := fmt.Sprintf("%d %s: %s with %d negative eigenvalues of the Hessian", s.layers, plural(s.layers), kinds[s.point.Kind], s.point.Count.Negative)
	if e := s.point.Escape; e != nil {
		t += fmt.Sprintf("; along a the loss falls like a power %d", e.Order)
	}
	return t + ". "
}

func plural(k int) string {
	if k == 1 {
		return "layer"
	}
	return "layers"
}
