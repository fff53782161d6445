package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

func solveMargin(t testing.TB, p MarginProblem) *MarginResult {
	t.Helper()
	r, err := Margin(context.Background(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// marginFamily draws the instances S1..S4 of the benchmarks at a given size.
func gaussianPoints(seed uint64, n, d int, gap float64) MarginProblem {
	rng := rand.New(rand.NewPCG(seed, 1))
	data := make([]float64, n*d)
	y := make([]float64, n)
	dir := make([]float64, d)
	var norm float64
	for j := range dir {
		dir[j] = rng.NormFloat64()
		norm += dir[j] * dir[j]
	}
	norm = math.Sqrt(norm)
	for i := range n {
		row := data[i*d : (i+1)*d]
		for j := range row {
			row[j] = rng.NormFloat64()
		}
		y[i] = float64(2*(i%2) - 1)
		if gap > 0 {
			var v float64
			for j := range row {
				v += row[j] * dir[j] / norm
			}
			y[i] = 1
			if v < 0 {
				y[i] = -1
			}
			for j := range row {
				row[j] += gap * y[i] * dir[j] / norm
			}
		}
	}
	return MarginProblem{X: linop.NewDense(n, d, data), Y: y}
}

func sparsePoints(seed uint64, n, d, nnz int) MarginProblem {
	rng := rand.New(rand.NewPCG(seed, 2))
	ptr := []int{0}
	var idx []int32
	var val []float64
	y := make([]float64, n)
	mark := make([]bool, d)
	for i := range n {
		clear(mark)
		for range nnz {
			mark[rng.IntN(d)] = true
		}
		lo := len(val)
		var q float64
		for j, ok := range mark {
			if ok {
				v := rng.Float64()
				idx, val = append(idx, int32(j)), append(val, v)
				q += v * v
			}
		}
		for k := lo; k < len(val); k++ {
			val[k] /= math.Sqrt(q)
		}
		ptr = append(ptr, len(val))
		y[i] = float64(2*rng.IntN(2) - 1)
	}
	return MarginProblem{X: linop.NewCSR(n, d, ptr, idx, val), Y: y}
}

func BenchmarkMargin(b *testing.B) {
	for _, c := range []struct {
		name string
		p    MarginProblem
	}{
		{"S1", gaussianPoints(1, 200, 1000, 0)},
		{"S2", gaussianPoints(1, 2000, 50, 0.1)},
		{"S3", gaussianPoints(1, 20000, 100, 0.1)},
		{"S4", sparsePoints(1, 5000, 50000, 500)},
	} {
		for _, bias := range []bool{false, true} {
			name := c.name
			if bias {
				name += "-bias"
			}
			b.Run(name, func(b *testing.B) {
				p := c.p
				p.Bias = bias
				for b.Loop() {
					r := solveMargin(b, p)
					if r.Status != Certified {
						b.Fatalf("%+v", r.Reason)
					}
					b.ReportMetric(float64(r.Support), "sv")
					b.ReportMetric(r.Gap, "gap")
					b.ReportMetric(float64(r.Stats.Steps), "steps")
				}
			})
		}
	}
}

// TestMarginExample is the example of the literature: z = (2,0), (0,1), (3,3).
func TestMarginExample(t *testing.T) {
	x := linop.NewDense(3, 2, []float64{2, 0, 0, 1, -3, -3})
	y := []float64{5, 5, 2}
	for _, c := range []struct {
		norm   MarginNorm
		margin float64
		w      []float64 // nil: not unique
	}{
		{MarginL2, 2 / math.Sqrt(5), []float64{0.5, 1}},
		{MarginL1, 2.0 / 3, []float64{0.5, 1}},
		{MarginLInf, 1, nil},
	} {
		r := solveMargin(t, MarginProblem{X: x, Y: y, Norm: c.norm})
		if r.Status != Certified || math.Abs(r.Margin-c.margin) > 1e-12 {
			t.Errorf("%s: %s, margin %v, want %v", c.norm, r.Status, r.Margin, c.margin)
		}
		for j, v := range c.w {
			if math.Abs(r.X[j]-v) > 1e-12 {
				t.Errorf("%s: w = %v, want %v", c.norm, r.X, c.w)
			}
		}
	}
}

// TestMarginBiasIsNotPenalised: x₊ = (2,1), x₋ = (1,0). A constant column would
// give ((1/3, 5/3), −4/3) instead of ((1,1), −2).
func TestMarginBiasIsNotPenalised(t *testing.T) {
	y := []float64{1, -1}
	r := solveMargin(t, MarginProblem{X: linop.NewDense(2, 2, []float64{2, 1, 1, 0}), Y: y, Bias: true})
	if math.Abs(r.X[0]-1)+math.Abs(r.X[1]-1)+math.Abs(r.Intercept+2) > 1e-12 {
		t.Errorf("w = %v, c = %v", r.X, r.Intercept)
	}
	r = solveMargin(t, MarginProblem{X: linop.NewDense(2, 3, []float64{2, 1, 1, 1, 0, 1}), Y: y})
	for j, want := range []float64{1.0 / 3, 5.0 / 3, -4.0 / 3} {
		if math.Abs(r.X[j]-want) > 1e-12 {
			t.Errorf("with a constant column: %v", r.X)
		}
	}
}

// TestMarginNorms compares the linear programs with each other by duality: both
// prove their answer, and ℓ1 ≤ ℓ2 ≤ ℓ∞ margins.
func TestMarginNorms(t *testing.T) {
	for seed := range uint64(6) {
		for _, shape := range [][2]int{{12, 4}, {6, 20}, {40, 7}} {
			p := gaussianPoints(seed, shape[0], shape[1], 0.2)
			p.Bias = seed%2 == 1
			var last float64
			for _, norm := range []MarginNorm{MarginL1, MarginL2, MarginLInf} {
				p.Norm = norm
				r := solveMargin(t, p)
				if r.Status != Certified || r.Gap < -1e-12 || r.Margin < last*(1-1e-9) {
					t.Errorf("seed %d, %v, %s: %s, gap %g, margin %v after %v", seed, shape, norm, r.Status, r.Gap, r.Margin, last)
				}
				last = r.Margin
			}
		}
	}
}

// TestMarginShapes runs points that are repeated, degenerate, badly scaled or few.
func TestMarginShapes(t *testing.T) {
	dense := func(n, d int, v ...float64) linop.Operator { return linop.NewDense(n, d, v) }
	for _, c := range []struct {
		name   string
		p      MarginProblem
		margin float64
	}{
		{"two points", MarginProblem{X: dense(2, 1, 3, -1), Y: []float64{1, -1}}, 1},
		{"repeated", MarginProblem{X: dense(4, 2, 1, 0, 1, 0, 1, 0, -1, 0), Y: []float64{1, 1, 1, -1}}, 1},
		{"square, degenerate", MarginProblem{X: dense(4, 2, 1, 1, 1, -1, -1, 1, -1, -1), Y: []float64{1, 1, 0, 0}, Bias: true}, 1},
		{"constant column", MarginProblem{X: dense(3, 2, 7, 1, 7, 2, 7, 5), Y: []float64{0, 0, 1}, Bias: true}, 1.5},
		{"huge", MarginProblem{X: dense(2, 2, 1e300, 0, -1e300, 0), Y: []float64{1, -1}}, 1e300},
		{"tiny", MarginProblem{X: dense(2, 2, 1e-300, 0, -1e-300, 0), Y: []float64{1, -1}}, 1e-300},
		{"far from the origin", MarginProblem{X: dense(2, 2, 1e6, 1, 1e6, -1), Y: []float64{1, -1}, Bias: true}, 1},
		{"weight 0", MarginProblem{X: dense(3, 2, 1, 0, 1, 1, 1, 2), Y: []float64{1, 1, 1 + 1e-9}, Bias: true}, 0.5},
		{"classes", MarginProblem{X: dense(3, 3, 1, 0, 0, 0, 1, 0, 0, 0, 1), Y: []float64{4, 5, 9}}, 1 / math.Sqrt2},
		{"Fortran order", MarginProblem{X: linop.NewDenseColMajor(2, 2, []float64{2, 1, 1, 0}), Y: []float64{1, -1}, Bias: true}, 1 / math.Sqrt2},
	} {
		r := solveMargin(t, c.p)
		if r.Status != Certified || math.Abs(r.Margin/c.margin-1) > 1e-9 {
			t.Errorf("%s: %s (%+v), margin %v, want %v", c.name, r.Status, r.Reason, r.Margin, c.margin)
		}
	}
}

// TestMarginRefuses has the inputs that cannot be asked about, and those that
// nothing separates.
func TestMarginRefuses(t *testing.T) {
	x := linop.NewDense(2, 1, []float64{1, 2})
	for _, p := range []MarginProblem{
		{}, {X: x, Y: []float64{1}}, {X: x, Y: []float64{1, 1}}, {X: x, Y: []float64{1, math.NaN()}},
		{X: x, Y: []float64{1, 2}, Norm: "l3"},
		{X: linop.NewDense(1, 1, []float64{1}), Y: []float64{1}},
		{X: linop.NewDense(2, 1, []float64{1, math.Inf(1)}), Y: []float64{1, 2}},
		{X: x, Y: []float64{1, 2}, Norm: "lp:1"}, {X: x, Y: []float64{1, 2}, Norm: "lp:inf"}, {X: x, Y: []float64{1, 2}, Norm: "lp:"},
	} {
		if r, err := Margin(context.Background(), p, Options{}); err == nil {
			t.Errorf("%+v: no error, %+v", p, r)
		}
	}
	for _, c := range []struct {
		p    MarginProblem
		want []float64
	}{
		{MarginProblem{X: linop.NewDense(3, 2, []float64{1, 2, 0, 1, 1, 2}), Y: []float64{1, 1, -1}}, []float64{0.5, 0, 0.5}},
		{MarginProblem{X: linop.NewDense(3, 2, []float64{1, 2, 0, 1, 1, 2}), Y: []float64{1, 1, -1}, Bias: true}, []float64{0.5, 0, 0.5}},
		{MarginProblem{X: linop.NewDense(2, 2, []float64{1, 2, 0, 0}), Y: []float64{1, -1}}, []float64{0, 1}},
	} {
		r := solveMargin(t, c.p)
		if r.Status != NotSeparable {
			t.Fatalf("%+v: %s", c.p, r.Status)
		}
		for i, v := range c.want {
			if r.Y[i] != v {
				t.Errorf("%+v: p = %v, want %v exactly", c.p, r.Y, c.want)
			}
		}
	}
}

// TestMarginLarge runs the lanes at sizes where they are chosen, and their
// agreement where two of them can do it.
func TestMarginLarge(t *testing.T) {
	for name, p := range map[string]MarginProblem{
		"few points": gaussianPoints(3, 60, 300, 0), "many points": gaussianPoints(3, 3000, 20, 0.1), "sparse": sparsePoints(3, 1500, 9000, 40),
	} {
		for _, bias := range []bool{false, true} {
			p.Bias = bias
			r := solveMargin(t, p)
			if r.Status != Certified || r.Gap > 1e-9 {
				t.Errorf("%s: %s, gap %g by %s", name, r.Status, r.Gap, r.Stats.Route)
			}
			again := solveMargin(t, p)
			for j, v := range r.X {
				if math.Float64bits(v) != math.Float64bits(again.X[j]) {
					t.Fatalf("%s: w[%d] differs between two runs", name, j)
				}
			}
		}
	}
}

// TestMarginSplit: z = (1,0), (−1,0), (0,1), and random integer points against
// enumeration of the core by linear programs of one variable at a time.
func TestMarginSplit(t *testing.T) {
	p := MarginProblem{X: linop.NewDense(3, 2, []float64{1, 0, -1, 0, 0, 1}), Y: []float64{1, 1, 1 + 1e-300}}
	p.Y = []float64{2, 2, 2}
	p.Y[1] = 1 // z = (1,0), (1,0)…: turn the sign by the label
	p.X = linop.NewDense(3, 2, []float64{1, 0, 1, 0, 0, 1})
	s, err := MarginSplit(context.Background(), p, Options{})
	if err != nil || !s.Proven || len(s.Separable) != 1 || s.Separable[0] != 2 || len(s.Core) != 2 {
		t.Fatalf("%+v %v", s, err)
	}
	rng := rand.New(rand.NewPCG(9, 9))
	parts := 0
	for trial := range 400 {
		z, y, p := smallPoints(rng)
		p.Bias = trial%2 == 1
		s, err := MarginSplit(context.Background(), p, Options{})
		if err != nil || !s.Proven {
			t.Fatalf("trial %d: %+v %v", trial, s, err)
		}
		if len(s.Core) > 0 && len(s.Separable) > 0 {
			parts++
		}
		for _, i := range s.Separable {
			if m := splitMargin(z, y, s, i); m < 1-1e-9 {
				t.Errorf("trial %d: point %d of the separable part has margin %v", trial, i, m)
			}
		}
		sum := make([]float64, len(z[0])+1)
		for i, v := range s.P {
			for j, e := range z[i] {
				sum[j] += v * float64(e)
			}
			if p.Bias {
				sum[len(z[0])] += v * float64(y[i])
			}
		}
		for _, i := range s.Core {
			if m := splitMargin(z, y, s, i); math.Abs(m) > 1e-9 || !(s.P[i] > 0) {
				t.Errorf("trial %d: point %d of the core has margin %v, weight %v", trial, i, m, s.P[i])
			}
		}
		for _, v := range sum {
			if math.Abs(v) > 1e-12 {
				t.Errorf("trial %d: Σpᵢzᵢ = %v", trial, sum)
			}
		}
	}
	if parts < 20 {
		t.Errorf("only %d of 400 instances have two parts", parts)
	}
}

func splitMargin(z [][]int, y []int, s *Split, i int) float64 {
	m := float64(y[i]) * s.Intercept
	for j, e := range z[i] {
		m += s.W[j] * float64(e)
	}
	return m
}

// TestMarginBounds holds the bounds to what they must do: lie in [0, 1], fall
// with more points and with a larger margin, rise with a smaller δ.
func TestMarginBounds(t *testing.T) {
	at := func(n int, gap, delta float64) map[string]float64 {
		p := gaussianPoints(5, n, 5, gap)
		list, err := MarginBounds(p, solveMargin(t, p), delta)
		if err != nil || len(list) != 4 {
			t.Fatal(list, err)
		}
		out := map[string]float64{}
		for _, b := range list {
			if b.Value < 0 || b.Value > 1 || b.Vacuous != (b.Value == 1) || b.Assumptions == "" {
				t.Errorf("%+v", b)
			}
			out[b.Name] = b.Value
		}
		return out
	}
	base := at(2000, 2, 0.05)
	for name, other := range map[string]map[string]float64{"more points": at(8000, 2, 0.05), "larger δ": at(2000, 2, 0.2), "larger margin": at(2000, 4, 0.05)} {
		for kind, v := range other {
			if v > base[kind]+1e-12 && !(name == "larger margin" && strings.Contains(kind, "compression")) {
				t.Errorf("%s: %s rises from %v to %v", name, kind, base[kind], v)
			}
		}
	}
	// The bound of the randomised separator, inverted by hand: kl(0‖p) = −ln(1−p).
	if got, want := inverseKL(0, 0.1), 1-math.Exp(-0.1); math.Abs(got-want) > 1e-12 {
		t.Errorf("kl⁻¹(0, 0.1) = %v, want %v", got, want)
	}
	if got := inverseKL(0.3, 0); math.Abs(got-0.3) > 1e-12 {
		t.Errorf("kl⁻¹(0.3, 0) = %v", got)
	}
	if _, err := MarginBounds(gaussianPoints(1, 4, 4, 1), &MarginResult{}, 0); err == nil {
		t.Error("δ = 0 is accepted")
	}
}
