package main

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
	"github.com/tacit-dev/tacit/plot"
)

// gaussian is the random system that the experiments of package theorem use.
func gaussian(n, m, k int, nonneg bool, seed uint64) (*instance.Problem, error) {
	return instance.Sparse{Name: "theorem", Seed: seed, Ensemble: instance.Gaussian, N: n, M: m, K: k, Nonneg: nonneg}.Generate()
}

// grid is count points from low to high.
func grid(low, high float64, count int) []float64 {
	x := make([]float64, count)
	for i := range x {
		x[i] = low + (high-low)*float64(i)/float64(count-1)
	}
	return x
}

// geometric is count points from low to high with equal ratios.
func geometric(low, high float64, count int) []float64 {
	x := grid(math.Log(low), math.Log(high), count)
	for i, v := range x {
		x[i] = math.Exp(v)
	}
	return x
}

// each is f at every x.
func each(x []float64, f func(float64) float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = f(v)
	}
	return y
}

// follow integrates y′ = f(y) and returns y at the times.
func follow(ctx context.Context, f func(dst, y []float64), y0, times []float64) ([][]float64, error) {
	var out [][]float64
	sys := ode.Func{N: len(y0), F: func(dst []float64, _ float64, y []float64) { f(dst, y) }}
	_, err := ode.Integrate(ctx, sys, 0, y0, ode.Options{
		Until: times[len(times)-1], RelTol: 1e-10, AbsTol: 1e-13,
		Observers: []ode.Observer{ode.At(times, func(_ float64, y []float64) error {
			out = append(out, append([]float64(nil), y...))
			return nil
		})},
	})
	if err == nil && len(out) != len(times) {
		err = fmt.Errorf("the flow was followed to %d of %d times", len(out), len(times))
	}
	return out, err
}

// pull sets g = Aᵀ(Ax − b).
func pull(g []float64, a linop.Operator, b, x []float64) {
	r := make([]float64, len(b))
	a.Apply(r, x)
	for i, v := range b {
		r[i] -= v
	}
	a.ApplyT(g, r)
}

func constant(m int, v float64) []float64 {
	x := make([]float64, m)
	for i := range x {
		x[i] = v
	}
	return x
}

// column is entry i of every row.
func column(rows [][]float64, i int) []float64 {
	out := make([]float64, len(rows))
	for k, r := range rows {
		out[k] = r[i]
	}
	return out
}

func distance(x, y []float64) float64 {
	var sum float64
	for i, v := range x {
		sum = math.Hypot(sum, v-y[i])
	}
	return sum
}

func norm(x []float64) float64 { return distance(x, make([]float64, len(x))) }

// line is a series without markers.
func line(name string, x, y []float64, ink plot.Ink) plot.Series {
	return plot.Series{Name: name, X: x, Y: y, Ink: ink, Style: int(ink), Plain: true}
}

// dashed tells a line from others by its dashes too.
func dashed(name string, x, y []float64, ink plot.Ink) plot.Series {
	return plot.Series{Name: name, X: x, Y: y, Ink: ink, Style: int(ink) + 1}
}
