package limit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/linop"
)

func TestDbgAlpha(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, nonneg := range []bool{true, false} {
		s := sparseColumns(rng, 2000, 20000, 20)
		x := make([]float64, 20000)
		for j := range 200 { x[j*7] = rng.Float64()+0.1 }
		b := make([]float64, 2000)
		s.Apply(b, x)
		for _, op := range []linop.Operator{s, matrixFree{s}} {
		p := Problem{A: op, B: b, Nonneg: nonneg}
		for _, la := range []float64{-20, -1000} {
				t0 := time.Now()
				var start *Result
				if la < -100 { start, _ = L1(context.Background(), Problem{A: s, B: b, Nonneg: nonneg}, Options{}); t0 = time.Now() }
				res, _ := L1AtAlpha(context.Background(), p, la, start, Options{})
				fmt.Printf("sparse %T %v %g: %s steps %d fact %d passes %d gap %.2g res %.2g L1 %.10g excess %.3g apriori %.3g t %.3f\n", op, nonneg, la, res.Status, res.Stats.Steps, res.Stats.Factorizations, res.Stats.Passes, res.Gap, res.Residual, res.L1, res.Excess, res.Apriori, time.Since(t0).Seconds())
			}
		}
	}
}
