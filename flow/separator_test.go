package flow

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

func followSeparator(t *testing.T, x linop.Operator, y []float64, logistic bool, opt SeparatorOptions) *SeparatorRun {
	t.Helper()
	s, err := NewSeparator(x, y, logistic)
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.Follow(context.Background(), opt)
	if err != nil || run.Status != ode.Finished {
		t.Fatal(run, err)
	}
	return run
}

// TestSeparatorOrthogonal: for orthogonal zᵢ, zᵢᵀw(t) = ln(1+‖zᵢ‖²t), in both
// states, down to times far below 1 and up to t = e^10⁶.
func TestSeparatorOrthogonal(t *testing.T) {
	for name, x := range map[string]linop.Operator{
		"w":  linop.NewDense(3, 2, []float64{2, 0, 0, 0.5, 0, -0.5}),
		"nu": linop.NewDense(2, 3, []float64{2, 0, 0, 0, 0.3, 0.4}),
	} {
		y := []float64{1, -1}
		weight := 1.0
		if name == "w" { // the third point repeats −z of the second: twice the rate
			y, weight = []float64{1, -1, 1}, 2
		}
		run := followSeparator(t, x, y, false, SeparatorOptions{Times: []float64{-5, -1, 0, 1, 10, 100, 1e4, 1e6}})
		for _, p := range run.Points {
			for i, want := range []float64{softplus(p.LogTime + math.Log(4)), softplus(p.LogTime + math.Log(0.25*weight))} {
				row := make([]float64, 0, 3)
				x.(*linop.Dense).Row(i, func(_ int, v float64) { row = append(row, v*y[i]) })
				var got float64
				for j, v := range row {
					got += v * p.W[j]
				}
				if math.Abs(got-want) > 1e-7*(1+1e-7*want) {
					t.Errorf("%s: ln t = %g: margin %d is %.12g, want %.12g", name, p.LogTime, i, got, want)
				}
			}
		}
		if run.Rise > 0 {
			t.Errorf("%s: the loss rises by %g", name, run.Rise)
		}
	}
}

// TestSeparatorSoudry: four points of Soudry et al., Fig. 1: w(t) = ½ln(1+8t)(1,1).
func TestSeparatorSoudry(t *testing.T) {
	x := linop.NewDense(4, 2, []float64{0.5, 1.5, 1.5, 0.5, -0.5, -1.5, -1.5, -0.5})
	run := followSeparator(t, x, []float64{1, 1, -1, -1}, false, SeparatorOptions{Until: 1e5, Save: 20})
	for _, p := range run.Points {
		want := softplus(p.LogTime+math.Log(8)) / 2
		if math.Abs(p.W[0]-want)+math.Abs(p.W[1]-want) > 1e-7 {
			t.Errorf("ln t = %g: w = %v, want %v twice", p.LogTime, p.W, want)
		}
		if math.Abs(p.Bound-math.Sqrt2) > 1e-12 || math.Abs(p.Margin-math.Sqrt2) > 1e-7 {
			t.Errorf("ln t = %g: margin %v ≤ %v, want √2", p.LogTime, p.Margin, p.Bound)
		}
	}
}

// TestSeparatorStates compares the two states, which are integrated by different
// code, on points with as many coordinates, plus or minus one that is 0.
func TestSeparatorStates(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	const n, d = 7, 5
	wide, narrow := make([]float64, n*(n+1)), make([]float64, n*d)
	y := make([]float64, n)
	for i := range n {
		y[i] = float64(2*(i%2) - 1)
		for j := range d {
			v := rng.NormFloat64()
			if j == 0 {
				v = 2 * y[i]
			}
			wide[i*(n+1)+j], narrow[i*d+j] = v, v
		}
	}
	for _, logistic := range []bool{false, true} {
		opt := SeparatorOptions{Until: 500, Save: 12}
		a := followSeparator(t, linop.NewDense(n, d, narrow), y, logistic, opt)
		b := followSeparator(t, linop.NewDense(n, n+1, wide), y, logistic, opt)
		for k, p := range a.Points {
			q := b.Points[k]
			for j, v := range p.W {
				if math.Abs(v-q.W[j]) > 1e-6 {
					t.Errorf("logistic %v, ln t = %g: w[%d] = %v and %v", logistic, p.LogTime, j, v, q.W[j])
				}
			}
			if math.Abs(p.LogLoss-q.LogLoss) > 1e-6 {
				t.Errorf("logistic %v, ln t = %g: ln L = %v and %v", logistic, p.LogTime, p.LogLoss, q.LogLoss)
			}
		}
	}
}

// TestSeparatorJacobian compares Solve with a system of differences.
func TestSeparatorJacobian(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for _, shape := range [][2]int{{6, 3}, {3, 6}} {
		for _, logistic := range []bool{false, true} {
			n, d := shape[0], shape[1]
			data, y := make([]float64, n*d), make([]float64, n)
			for i := range data {
				data[i] = rng.NormFloat64()
			}
			for i := range y {
				y[i] = float64(2*(i%2) - 1)
			}
			s, err := NewSeparator(linop.NewDense(n, d, data), y, logistic)
			if err != nil {
				t.Fatal(err)
			}
			k := s.Dim()
			state, v := make([]float64, k), make([]float64, k)
			for i := range state {
				state[i], v[i] = rng.NormFloat64(), rng.NormFloat64()
			}
			// r = (I − cJ)v by central differences, and back.
			const c, h, u = 0.7, 1e-5, 1.5
			plus, minus, fp, fm := make([]float64, k), make([]float64, k), make([]float64, k), make([]float64, k)
			for i := range state {
				plus[i], minus[i] = state[i]+h*v[i], state[i]-h*v[i]
			}
			s.Deriv(fp, u, plus)
			s.Deriv(fm, u, minus)
			r := make([]float64, k)
			for i := range r {
				r[i] = v[i] - c*(fp[i]-fm[i])/(2*h)
			}
			j := s.Linearize(u, state)
			if !j.Factor(c) {
				t.Fatal("no factor")
			}
			j.Solve(r)
			for i := range r {
				if math.Abs(r[i]-v[i]) > 1e-7 {
					t.Errorf("%v logistic %v: %v, want %v", shape, logistic, r, v)
				}
			}
		}
	}
}

func TestSeparatorRefuses(t *testing.T) {
	x := linop.NewDense(2, 1, []float64{1, 2})
	for _, y := range [][]float64{{1}, {1, 0}, {1, math.NaN()}} {
		if _, err := NewSeparator(x, y, false); err == nil {
			t.Errorf("labels %v: no error", y)
		}
	}
	if _, err := NewSeparator(linop.NewDense(2, 1, []float64{0, 0}), []float64{1, -1}, false); err == nil {
		t.Error("points that are all 0: no error")
	}
	s, err := NewSeparator(x, []float64{1, 1}, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, opt := range []SeparatorOptions{
		{Until: math.NaN()}, {Until: math.Inf(1)}, {Until: 1, Save: -1}, {Until: 1, RelTol: 2}, {Times: []float64{}}, {Times: []float64{1, 1}},
	} {
		if _, err := s.Follow(context.Background(), opt); err == nil {
			t.Errorf("%+v: no error", opt)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if run, err := s.Follow(ctx, SeparatorOptions{Until: 10}); err != nil || run.Status != ode.Interrupted {
		t.Errorf("cancelled: %+v %v", run, err)
	}
}

// BenchmarkSeparator follows 200 points in 1000 coordinates to ln t = 1e4.
func BenchmarkSeparator(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	data, y := make([]float64, 200*1000), make([]float64, 200)
	for i := range data {
		data[i] = rng.NormFloat64()
	}
	for i := range y {
		y[i] = float64(2*(i%2) - 1)
	}
	for b.Loop() {
		s, err := NewSeparator(linop.NewDense(200, 1000, data), y, false)
		if err != nil {
			b.Fatal(err)
		}
		run, err := s.Follow(context.Background(), SeparatorOptions{Until: 1e4})
		if err != nil || run.Status != ode.Finished {
			b.Fatal(err, run.Status)
		}
		last := run.Points[len(run.Points)-1]
		b.ReportMetric(float64(run.Stats.Steps), "steps")
		b.ReportMetric(last.Bound-last.Margin, "gap")
	}
}
