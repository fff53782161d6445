package main

import (
	"context"
	"math"
	"strings"

	"github.com/tacit-dev/tacit/flow"
)

// spaces are the coordinates in which --compare follows the flow once more.
func (l *flowLowrank) spaces() []string {
	if l.compareText == "" {
		return nil
	}
	return strings.Split(l.compareText, ",")
}

// start is where the factors begin.
func (l *flowLowrank) start(rank int) *flow.DeepStart {
	p := l.matrix.data
	if l.depth > 2 {
		s := flow.SpreadStart(p.P, p.Q, float64(l.depth), l.alpha.log, l.flags.seed)
		s.LogZ = s.LogZ[:rank]
		return s
	}
	unit := func(side int) []float64 {
		u := make([]float64, side*side)
		for i := range side {
			u[i*side+i] = 1
		}
		return u
	}
	s := &flow.DeepStart{DX: p.Q, DY: p.P, Depth: 2, U: unit(p.P), V: unit(p.Q)}
	for range rank {
		s.LogZ = append(s.LogZ, l.alpha.log)
	}
	return s
}

// compare follows the flow in other coordinates to the points that were recorded.
func (l *flowLowrank) compare(ctx context.Context) error {
	p := l.matrix.data
	size := p.P * p.Q
	times, x := l.track.at("t"), l.track.at("x")
	for _, space := range l.spaces() {
		b, err := flow.NewBeside(space, p.A, p.B, l.start(l.flow.Rank()), l.matrix.psd)
		if err != nil {
			return err
		}
		c, err := b.Compare(ctx, times, func(dst []float64, i int) { copy(dst, x[i*size:(i+1)*size]) })
		if err != nil {
			return err
		}
		l.beside = append(l.beside, c)
	}
	return nil
}

// farthest is the largest deviation of a comparison and its time, NaN if there is none.
func farthest(c *flow.Comparison, times []float64) (most, when float64) {
	when = math.NaN()
	for i, d := range c.Deviations {
		if d > most {
			most, when = d, times[i]
		}
	}
	return most, when
}

// comparisons is the field of result.json.
func (l *flowLowrank) comparisons() []*object {
	list := []*object{}
	times := l.track.at("t")
	for _, c := range l.beside {
		most, when := farthest(c, times)
		o := &object{}
		o.set("space", c.Space)
		status := c.Status.String()
		if c.Parted {
			status = "parted"
		}
		o.set("status", status)
		o.set("points", len(c.Deviations))
		o.num("deviation", most)
		if math.IsNaN(when) {
			o.absent("deviation_time", "there is no deviation")
		} else {
			o.num("deviation_time", when)
		}
		if math.IsNaN(c.Unbalanced) {
			o.absent("balancedness", "there are no layers, or W₂ = W₁ᵀ, that could be out of balance")
		} else {
			o.num("balancedness", c.Unbalanced)
		}
		o.num("rtol", c.RelTol)
		o.set("steps", c.Stats.Steps)
		list = append(list, o)
	}
	return list
}

// besideRows says in words how far the others came.
func (l *flowLowrank) besideRows(add func(label, format string, args ...any)) {
	names := map[string]string{"x": "the flow of X alone", "layers": "the flow of the entries of the factors"}
	times := l.track.at("t")
	for _, c := range l.beside {
		most, when := farthest(c, times)
		switch {
		case c.Parted:
			add("compared", "%s parts from it: %.1e of ‖X‖ away at t = %.6g, having lost what is small beside what is large", names[c.Space], most, when)
		case most == 0:
			add("compared", "%s, followed at %.0e, does not differ at %d points", names[c.Space], c.RelTol, len(c.Deviations))
		default:
			add("compared", "%s, followed at %.0e, is within %.1e of ‖X‖ (at t = %.6g)", names[c.Space], c.RelTol, most, when)
		}
		if !math.IsNaN(c.Unbalanced) {
			add("", "these layers are balanced to %.1e", c.Unbalanced)
		}
		if !c.Status.Definite() && !c.Parted {
			add("", "followed to point %d of %d only: %s", len(c.Deviations), len(times), c.Status)
		}
	}
}
