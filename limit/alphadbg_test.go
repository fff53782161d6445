package limit

import (
	"context"
	"fmt"
	"github.com/tacit-dev/tacit/linop"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestDbgMN(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	run := func(name string, op linop.Operator, b []float64) {
		for range 2 {
			t0 := time.Now()
			res, _ := MinNorm(context.Background(), op, b, nil, Options{})
			fmt.Printf("%s %s %s steps %d fact %d passes %d gap %.2g res %.2g t %.3f\n", name, res.Status, res.Stats.Route, res.Stats.Steps, res.Stats.Factorizations, res.Stats.Passes, res.Gap, res.Residual, time.Since(t0).Seconds())
		}
	}
	for _, d := range [][2]int{{200, 1000}, {1000, 4000}, {1000, 1000}, {2000, 1000}, {2500, 5000}} {
		n, m := d[0], d[1]
		a := gaussian(rng, n, m)
		op := linop.NewDense(n, m, a)
		b := make([]float64, n)
		op.Apply(b, gaussian(rng, m, 1))
		run(fmt.Sprint("dense ", n, "x", m), op, b)
		if n > 2000 {
			continue
		}
		copy(a[:m], a[m:2*m])
		op.Apply(b, gaussian(rng, m, 1))
		run(fmt.Sprint("dup ", n, "x", m), op, b)
		b[0]++
		run(fmt.Sprint("contra ", n, "x", m), op, b)
	}
	s := sparseColumns(rng, 2000, 20000, 20)
	b := make([]float64, 2000)
	s.Apply(b, gaussian(rng, 20000, 1))
	run("sparse", s, b)
	run("free", matrixFree{s}, b)
	_ = math.Inf
}
