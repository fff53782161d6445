package flow

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// TestSeparatorMirror: mirror flows of ‖w‖ₚᵖ turn to the separator of largest ℓp margin, in
// both kinds of states.
func TestSeparatorMirror(t *testing.T) {
	for _, shape := range [][2]int{{30, 5}, {8, 20}} {
		pts, err := instance.Separable{Ensemble: instance.Planted, N: shape[0], D: shape[1], Margin: 0.3, Seed: 2}.Generate()
		if err != nil {
			t.Fatal(err)
		}
		for norm, p := range map[limit.MarginNorm]float64{"lp:1.2": 1.2, "lp:1.5": 1.5, "lp:1.8": 1.8} {
			r, err := limit.Margin(context.Background(), limit.MarginProblem{X: pts.X, Y: pts.Y, Norm: norm}, limit.Options{})
			if err != nil || r.Status != limit.Certified {
				t.Fatal(r, err)
			}
			s, err := NewSeparator(pts.X, pts.Y, false)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Mirror(p); err != nil {
				t.Fatal(err)
			}
			run, err := s.Follow(context.Background(), SeparatorOptions{Times: []float64{0, 1e2, 1e4}, RelTol: 1e-5, MaxSteps: 20000})
			if err != nil || run.Status != ode.Finished {
				t.Fatal(run, err)
			}
			last := run.Points[2]
			if gap := 1 - last.Margin/r.Margin; gap > 1e-2 || gap < -1e-9 {
				t.Errorf("%v, %s: margin %v at ln t = 1e4, the largest is %v", shape, norm, last.Margin, r.Margin)
			}
			if last.Bound < r.Margin*(1-1e-9) || run.Points[1].Margin > last.Margin*(1+1e-9) {
				t.Errorf("%v, %s: margins %v, %v, bound %v, largest %v", shape, norm, run.Points[1].Margin, last.Margin, last.Bound, r.Margin)
			}
			t.Logf("%v, %s: margin off by %.1e after %d steps", shape, norm, 1-last.Margin/r.Margin, run.Stats.Steps)
		}
	}
}

// TestSeparatorMirrorRefuses has exponents and starts that cannot be.
func TestSeparatorMirrorRefuses(t *testing.T) {
	s, err := NewSeparator(linop.NewDense(1, 1, []float64{1}), []float64{1}, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []float64{1, 0, 3, math.NaN(), math.Inf(1)} {
		if s.Mirror(p) == nil {
			t.Errorf("the exponent %v was accepted", p)
		}
	}
	if s.Begin([]float64{1, 2}) == nil || s.Begin([]float64{math.NaN()}) == nil {
		t.Error("a start that cannot be was accepted")
	}
}

// TestSeparatorMirrorClosedForm: one coordinate, w^{p−1} = θ with θ̇ = e^{−w}; and any start.
func TestSeparatorMirrorClosedForm(t *testing.T) {
	x := linop.NewDense(1, 1, []float64{1})
	for _, p := range []float64{1.2, 1.5, 2} {
		for _, start := range []float64{0, 0.7, -0.4} {
			s, err := NewSeparator(x, []float64{1}, false)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Mirror(p); err != nil {
				t.Fatal(err)
			}
			if start != 0 {
				if err := s.Begin([]float64{start}); err != nil {
					t.Fatal(err)
				}
			}
			run, err := s.Follow(context.Background(), SeparatorOptions{Times: []float64{1, 3}, RelTol: 1e-9})
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range run.Points {
				// t = ∫ e^w (p−1)|w|^{p−2} dw, in the variable v = |w|^{p−1} sgn w.
				end, begin := math.Copysign(math.Pow(math.Abs(q.W[0]), p-1), q.W[0]), math.Copysign(math.Pow(math.Abs(start), p-1), start)
				const panels = 200000
				sum := 0.0
				for i := range panels {
					v := begin + (end-begin)*(float64(i)+0.5)/panels
					sum += math.Exp(math.Copysign(math.Pow(math.Abs(v), 1/(p-1)), v))
				}
				sum *= (end - begin) / panels
				if math.Abs(math.Log(sum)-q.LogTime) > 1e-6 {
					t.Errorf("p = %v from %v: ln t = %v, want %v", p, start, math.Log(sum), q.LogTime)
				}
			}
		}
	}
}
