package descent

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/param"
)

// denseOf is a fixed n×m matrix without structure.
func denseOf(n, m int) linop.Operator {
	data := make([]float64, n*m)
	for i := range data {
		data[i] = math.Cos(1.7*float64(i*i%1009)+0.3*float64(i)) / math.Sqrt(float64(n))
	}
	return linop.NewDense(n, m, data)
}

func vectorOf(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Sin(2.3*float64(i*i) + 1)
	}
	return v
}

// positiveOf is inside of the domain of every potential of positive numbers,
// and of a box.
func positiveOf(m int) []float64 {
	v := vectorOf(m)
	for i := range v {
		v[i] = 0.5 + 0.3*v[i]
	}
	return v
}

// system is a fixed system with a positive solution.
func system(n, m int) (a linop.Operator, b, planted []float64) {
	a, b, planted = denseOf(n, m), make([]float64, n), positiveOf(m)
	a.Apply(b, planted)
	return a, b, planted
}

func close(x, y, tol float64) bool { return math.Abs(x-y) <= tol*max(math.Abs(x), math.Abs(y)) }

// apart is ‖x−y‖∞.
func apart(x, y []float64) float64 {
	var d float64
	for i, v := range x {
		d = max(d, math.Abs(v-y[i]))
		if math.IsNaN(v) {
			return math.Inf(1)
		}
	}
	return d
}

func constantVector(m int, v float64) []float64 {
	x := make([]float64, m)
	for i := range x {
		x[i] = v
	}
	return x
}

func mirror(t *testing.T, phi geometry.Potential, a linop.Operator, x0 []float64, momentum float64) *Mirror {
	t.Helper()
	theta0 := make([]float64, len(x0))
	phi.Grad(theta0, x0)
	d, err := NewMirror(phi, a, theta0, momentum)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func parameters(t *testing.T, name string, a linop.Operator, x0 []float64, logAlpha, momentum float64) *Parameters {
	t.Helper()
	p, err := param.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	y0 := make([]float64, p.Len(len(x0)))
	if err := p.Lift(y0, x0, logAlpha); err != nil {
		t.Fatal(err)
	}
	d, err := NewParameters(p, a, y0, momentum)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func follow(t *testing.T, r *Run) Result {
	t.Helper()
	res, err := r.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// each steps through a run of all rows by hand and calls look before each move.
func each(t *testing.T, a linop.Operator, b []float64, m Method, rule Rule, steps int, look func(k int, eta float64, g *Gradient, r []float64), after func(k int)) {
	t.Helper()
	src := newSource(a, b, Sampling{})
	r := make([]float64, len(b))
	prev := 0.0
	for k := range steps {
		src.residual(r, m.X())
		g := src.at(k, m.X(), r)
		eta := rule.Size(k, prev, m, g)
		if eta == 0 && k < 20 {
			t.Fatalf("step %d: no step", k)
		}
		if eta == 0 { // solved to rounding
			return
		}
		look(k, eta, g, r)
		if err := m.Move(eta, g); err != nil {
			t.Fatalf("step %d: %v", k, err)
		}
		after(k)
		prev = eta
	}
}
