package limit

import (
	"context"
	"math"
	"math/big"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// lassoByCoordinates is the slow twin: cyclic coordinate descent on
// ½‖Ax−b‖² + λ Σ w|x|, w⁺ and w⁻ given, until nothing moves.
func lassoByCoordinates(n, m int, a func(i, j int) float64, b []float64, lambda float64, up, down []float64) []float64 {
	x, r := make([]float64, m), append([]float64(nil), b...)
	for range 200000 {
		moved := 0.0
		for j := range m {
			g, h := 0.0, 0.0
			for i := range n {
				g += a(i, j) * r[i]
				h += a(i, j) * a(i, j)
			}
			if h == 0 {
				continue
			}
			target := 0.0
			switch c := g + h*x[j]; {
			case c > lambda*up[j]:
				target = (c - lambda*up[j]) / h
			case c < -lambda*down[j]:
				target = (c + lambda*down[j]) / h
			}
			for i := range n {
				r[i] -= a(i, j) * (target - x[j])
			}
			moved = math.Max(moved, math.Abs(target-x[j]))
			x[j] = target
		}
		if moved < 1e-15 {
			break
		}
	}
	return x
}

func lassoValue(n, m int, a func(i, j int) float64, b, x []float64, lambda float64, up, down []float64) float64 {
	value := 0.0
	for i := range n {
		r := b[i]
		for j := range m {
			r -= a(i, j) * x[j]
		}
		value += r * r / 2
	}
	for j, v := range x {
		value += lambda * math.Max(up[j]*v, -down[j]*v)
	}
	return value
}

// The gap of the averaged path bounds its distance from the minimum of the
// lasso; where it is 0, the averaged path is the minimum.
func TestPathLasso(t *testing.T) {
	solved, open := 0, 0
	for seed := range uint64(120) {
		p, rp, entries, _ := integerInstance(seed)
		opt := integerWeights(seed, &p, &rp)
		n, m := p.A.Dims()
		up, down := make([]float64, m), make([]float64, m)
		for j := range m {
			up[j], down[j] = 1, 1
			if p.Weights != nil {
				up[j], down[j] = p.Weights[j], p.Weights[j]
			}
			if opt.WeightsNeg != nil {
				down[j] = opt.WeightsNeg[j]
			}
			if p.Nonneg {
				down[j] = math.Inf(1)
			}
		}
		a := func(i, j int) float64 { return float64(entries[i*m+j]) }
		r := mustPath(t, p, opt)
		exact, err := PathRational(context.Background(), rp, 0)
		if err != nil {
			t.Fatal(err)
		}
		top := 1.0
		if len(r.Events) > 0 {
			top = 1 / r.Events[0].Tau
		}
		for _, lambda := range []float64{2 * top, 0.7 * top, 0.2 * top, 0.03 * top, 0.001 * top} {
			x, gap := r.Lasso(lambda)
			price := func(x []float64) float64 {
				cost := down
				if p.Nonneg { // ∞·0
					cost = make([]float64, m)
				}
				return lassoValue(n, m, a, p.B, x, lambda, up, cost)
			}
			value := price(x)
			best := price(lassoByCoordinates(n, m, a, p.B, lambda, up, down))
			excess := value - best
			slack := 1e-9 * math.Max(value, 1e-3)
			if excess > gap+slack || gap < 0 {
				t.Errorf("seed %d, λ = %v: excess %v, gap %v", seed, lambda, excess, gap)
			}
			if gap < slack {
				solved++
			} else {
				open++
			}
			if len(exact.Events) > 0 && !exact.Events[len(exact.Events)-1].Unique {
				continue
			}
			xs, gaps := exact.Lasso(new(big.Rat).SetFloat64(lambda))
			if math.Abs(gap-toFloat(gaps)) > slack {
				t.Errorf("seed %d, λ = %v: gap %v, exactly %v", seed, lambda, gap, toFloat(gaps))
			}
			for j := range x {
				unique := true
				for _, e := range exact.Events {
					unique = unique && e.Unique
				}
				if unique && math.Abs(x[j]-toFloat(xs[j])) > 1e-9 {
					t.Errorf("seed %d, λ = %v: x[%d] = %v, exactly %v", seed, lambda, j, x[j], toFloat(xs[j]))
				}
			}
		}
	}
	t.Logf("gap 0: %d, positive: %d", solved, open)
	if solved < 100 || open < 10 {
		t.Errorf("gap 0 in %d cases, positive in %d", solved, open)
	}
}

func TestPathLassoOfAPartialPath(t *testing.T) {
	p, _ := planted(2, 30, 80, 8, false)
	full := mustPath(t, p, PathOptions{})
	part := mustPath(t, p, PathOptions{Options: Options{MaxSteps: 5}})
	last := part.Events[4].Tau
	for _, scale := range []float64{3, 1.01, 0.5, 0.01} {
		lambda := scale / last
		x, gap := part.Lasso(lambda)
		want, fullGap := full.Lasso(lambda)
		if scale > 1 && (maxDifference(x, want) > 1e-12 || math.Abs(gap-fullGap) > 1e-12) {
			t.Errorf("λτ = %v: gap %v, of the whole path %v", scale, gap, fullGap)
		}
		if scale < 1 && !(gap > 0) {
			t.Errorf("λτ = %v: gap %v beyond the end of the path", scale, gap)
		}
		ones := make([]float64, 80)
		for j := range ones {
			ones[j] = 1
		}
		entry := make([]float64, 30*80)
		for i := range 30 {
			for j := range 80 {
				entry[i*80+j] = p.A.(*linop.Dense).At(i, j)
			}
		}
		a := func(i, j int) float64 { return entry[i*80+j] }
		best := lassoValue(30, 80, a, p.B, lassoByCoordinates(30, 80, a, p.B, lambda, ones, ones), lambda, ones, ones)
		if excess := lassoValue(30, 80, a, p.B, x, lambda, ones, ones) - best; excess > gap+1e-9*best {
			t.Errorf("λτ = %v: excess %v, gap %v", scale, excess, gap)
		}
	}
	for _, lambda := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if x, gap := full.Lasso(lambda); x != nil || !math.IsNaN(gap) {
			t.Errorf("λ = %v: %v, %v", lambda, x, gap)
		}
	}
}
