package flow_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/ode"
)

// diagonalStart is L = R = α·I.
func diagonalStart(p, q, rank int, alpha float64) *flow.DeepStart {
	s := &flow.DeepStart{DX: q, DY: p, Depth: 2, U: identity(p, 1), V: identity(q, 1)}
	for range rank {
		s.LogZ = append(s.LogZ, math.Log(alpha))
	}
	return s
}

// The singular vectors, X alone and the layers are three ways to follow one flow: of two
// factors and more, of any shape, symmetric and not; and the layers stay balanced.
func TestThreeSpacesOfOneFlow(t *testing.T) {
	times := []float64{0, 0.5, 3}
	for _, c := range []struct {
		p, q, rank int
		depth      float64
		symmetric  bool
	}{{3, 4, 3, 2, false}, {4, 4, 4, 2, true}, {4, 4, 2, 2, true}, {3, 4, 3, 3, false}, {4, 3, 2, 4, false}, {4, 4, 3, 3, true}, {4, 4, 4, 4, true}} {
		name := fmt.Sprintf("%d×%d rank %d depth %v symmetric %v", c.p, c.q, c.rank, c.depth, c.symmetric)
		a, b := sensed(9, c.p, c.q, c.symmetric)
		var start *flow.DeepStart
		var states [][]float64
		var at func(dst []float64, i int)
		if c.depth == 2 {
			start = diagonalStart(c.p, c.q, c.rank, 0.3)
			factor := func(rows int) []float64 {
				z := make([]float64, rows*c.rank)
				for i := range c.rank {
					z[i*c.rank+i] = 0.3
				}
				return z
			}
			f, err := flow.NewPair(a, b, c.p, c.q, factor(c.p), factor(c.q))
			if c.symmetric {
				f, err = flow.NewSymmetric(a, b, c.p, factor(c.p))
			}
			if err != nil {
				t.Fatal(err)
			}
			r, err := f.Follow(context.Background(), flow.FactoredOptions{Times: times, RelTol: 1e-11})
			if err != nil {
				t.Fatal(err)
			}
			states, at = r.States, func(dst []float64, i int) { f.Primal(dst, states[i]) }
		} else {
			start = flow.SpreadStart(c.p, c.q, c.depth, math.Log(0.3), 1)
			start.LogZ = start.LogZ[:c.rank]
			s, err := flow.NewDeepMeasured(a, b, c.p, c.q, start, 1e-8)
			if c.symmetric {
				s, err = flow.NewDeepSymmetric(a, b, c.p, start, 1e-8)
			}
			if err != nil {
				t.Fatal(err)
			}
			x0 := make([]float64, c.p*c.q)
			s.Product(x0)
			logs := []float64{}
			for _, v := range times[1:] {
				logs = append(logs, math.Log(v))
			}
			r, err := s.Run(context.Background(), 0, flow.DeepOptions{LogTimes: logs})
			if err != nil {
				t.Fatal(err)
			}
			states = [][]float64{x0}
			for _, p := range r.Points {
				states = append(states, p.Product)
			}
			at = func(dst []float64, i int) { copy(dst, states[i]) }
		}
		for _, space := range flow.BesideSpaces {
			other, err := flow.NewBeside(space, a, b, start, c.symmetric)
			if err != nil {
				t.Fatal(err)
			}
			r, err := other.Compare(context.Background(), times, at)
			if err != nil || r.Status != ode.Finished || len(r.Deviations) != len(times) {
				t.Fatalf("%s in %s: %v, %v, %d points", name, space, err, r.Status, len(r.Deviations))
			}
			for i, d := range r.Deviations {
				if !(d < 2e-6) {
					t.Errorf("%s: at t = %v the flow in %s is %v away", name, times[i], space, d)
				}
			}
			if space == "layers" && !(c.depth == 2 && c.symmetric) && !(r.Unbalanced < 1e-8) {
				t.Errorf("%s: the layers are unbalanced by %v", name, r.Unbalanced)
			}
			if space == "x" && !math.IsNaN(r.Unbalanced) {
				t.Errorf("%s: X alone has a balance of %v", name, r.Unbalanced)
			}
		}
	}
}

func TestBesideBadInput(t *testing.T) {
	a, b := sensed(5, 3, 3, false)
	start := flow.SpreadStart(3, 3, 3, 0, 1)
	skew := flow.SpreadStart(3, 3, 3, 0, 1)
	skew.V = identity(3, 1)
	half := flow.SpreadStart(3, 3, 2.5, 0, 1)
	for name, f := range map[string]func() (*flow.Beside, error){
		"space":     func() (*flow.Beside, error) { return flow.NewBeside("y", a, b, start, false) },
		"b":         func() (*flow.Beside, error) { return flow.NewBeside("x", a, b[:4], start, false) },
		"shape":     func() (*flow.Beside, error) { return flow.NewBeside("x", a, b, flow.SpreadStart(3, 2, 3, 0, 1), false) },
		"symmetric": func() (*flow.Beside, error) { return flow.NewBeside("x", a, b, skew, true) },
		"depth":     func() (*flow.Beside, error) { return flow.NewBeside("x", a, b, half, false) },
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
