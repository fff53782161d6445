// Command geometries prints the table of docs/benchmarks.md that has every
// geometry on instances of four kinds, as Markdown:
//
//	go run ./bench/geometries
//
// Every cell is four seeds: how many are certified and verified, the largest
// number of Newton steps, the largest residual and gap as the verifier computes
// them.
package main

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/limit"
)

const n, m, seeds = 40, 200, 4

// geometries with the range of x and x₀ that suits them, and the end of the
// domain below it; lo itself where there is none.
var geometries = []struct {
	name         string
	lo, hi, edge float64
}{
	{"euclidean", -2, 2, -2}, {"entropy", 0.2, 3, 0}, {"hypentropy:1e-3", -2, 2, -2}, {"fermi-dirac:0,4", 0.2, 3.8, 0},
	{"burg", 0.2, 3, 0}, {"hellinger", -0.9, 0.9, -1}, {"lp:1.3", -2, 2, -2}, {"lp:4", -2, 2, -2}, {"lp-quasi:0.5", 0.2, 3, 0},
	{"exponential", -2, 2, -2}, {"inverse", 0.2, 3, 0}, {"power:3", 0.2, 3, 0}, {"power-diff:4", -2, 2, -2},
	{"mahalanobis", -2, 2, -2}, {"chi-square", 0.2, 3, 0},
}

var kinds = []string{"well-behaved", "badly scaled", "near the boundary", "ill-conditioned"}

func main() {
	fmt.Printf("| geometry | %s | %s | %s | %s |\n|---|---|---|---|---|\n", kinds[0], kinds[1], kinds[2], kinds[3])
	for _, g := range geometries {
		fmt.Printf("| `%s` |", g.name)
		for _, kind := range kinds {
			good, steps, residual, gap := 0, 0, 0.0, 0.0
			for seed := range uint64(seeds) {
				ans, err := solve(g.name, g.lo, g.hi, g.edge, kind, seed)
				if err != nil {
					log.Fatalf("%s, %s: %v", g.name, kind, err)
				}
				if ans.ok {
					good++
				}
				steps, residual, gap = max(steps, ans.steps), math.Max(residual, ans.residual), math.Max(gap, ans.gap)
			}
			fmt.Printf(" %d/%d, %d steps, %.0e, %.0e |", good, seeds, steps, residual, gap)
		}
		fmt.Println()
	}
}

type outcome struct {
	ok            bool
	steps         int
	residual, gap float64
}

func solve(name string, lo, hi, edge float64, kind string, seed uint64) (outcome, error) {
	rng := rand.New(rand.NewPCG(seed, 40))
	data, b := make([]float64, n*m), make([]float64, n)
	for k := range data {
		data[k] = rng.NormFloat64()
	}
	x, x0, diagonal := make([]float64, m), make([]float64, m), make([]float64, m)
	for j := range x {
		x[j], x0[j] = lo+(hi-lo)*rng.Float64(), lo+(hi-lo)*rng.Float64()
		diagonal[j] = 0.1 + rng.Float64()
	}
	shape(kind, data, x, edge, hi-lo, rng)
	a, err := tacit.Dense(n, m, data)
	if err != nil {
		return outcome{}, err
	}
	a.Apply(b, x)
	sel := tacit.Selection{Geometry: name, X0: x0}
	if name == "mahalanobis" {
		sel.K = diagonal
	}
	if name == "power-diff:4" {
		scale := -1.0
		sel.LogAlpha = &scale
		sel.X0 = nil
	}
	ans, err := tacit.Nearest(context.Background(), a, b, sel, tacit.Options{Unverified: true})
	if err != nil {
		return outcome{}, err
	}
	out := outcome{steps: ans.Stats.Steps, residual: ans.Residual, gap: math.Abs(ans.Gap)}
	if ans.Status != limit.Certified {
		return out, nil
	}
	c, _, err := ans.Certificate(a, b)
	if err != nil {
		return out, nil //nolint:nilerr // an answer without a certificate is not a certified one
	}
	v, err := tacit.Verify(a, b, ans)
	out.ok, out.residual, out.gap = err == nil && v.Valid, c.Residual, math.Abs(c.Gap)
	return out, nil
}

// shape makes the data those of a kind.
func shape(kind string, data, x []float64, edge, width float64, rng *rand.Rand) {
	row := func(i int) []float64 { return data[i*m : (i+1)*m] }
	switch kind {
	case "badly scaled": // rows over 12 decades, columns over 4
		for i := range n {
			f := math.Pow(10, 12*rng.Float64()-6)
			for j := range row(i) {
				row(i)[j] *= f
			}
		}
		for j := range m {
			f := math.Pow(10, 4*rng.Float64()-2)
			for i := range n {
				row(i)[j] *= f
			}
		}
	case "near the boundary": // a third of x at 1e-6 of the range from the end of the domain
		for j := 0; j < m; j += 3 {
			x[j] = edge + width*1e-6
		}
	case "ill-conditioned": // four rows nearly dependent on others, condition 1e6
		for i := range 4 {
			for j := range row(i) {
				row(i)[j] = row(i + 4)[j] + row(i + 8)[j] + 1e-6*row(i)[j]
			}
		}
	}
}
