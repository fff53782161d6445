package limit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/linop"
)

func gauss(n, m, k int, nonneg bool, rng float64, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	a := make([]float64, n*m)
	for i := range a {
		a[i] = r.NormFloat64() / math.Sqrt(float64(n))
	}
	x := make([]float64, m)
	for _, j := range r.Perm(m)[:k] {
		if rng > 0 {
			x[j] = math.Exp(r.Float64() * math.Log(rng))
		} else {
			x[j] = math.Abs(r.NormFloat64()) + 0.1
		}
		if !nonneg && r.IntN(2) == 0 {
			x[j] = -x[j]
		}
	}
	op := linop.NewDense(n, m, a)
	b := make([]float64, n)
	op.Apply(b, x)
	return Problem{A: op, B: b, Nonneg: nonneg}
}

func bumps(nonneg bool, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	n, m := 200, 2000
	a := make([]float64, n*m)
	for j := range m {
		c := float64(j) / float64(m-1)
		sum := 0.0
		for i := range n {
			t := float64(i) / float64(n-1)
			v := math.Exp(-(t - c) * (t - c) / 2 / 1e-4)
			a[i*m+j] = v
			sum += v * v
		}
		for i := range n {
			a[i*m+j] /= math.Sqrt(sum)
		}
	}
	x := make([]float64, m)
	for i := range 10 {
		j := 100 + i*190 + r.IntN(80)
		x[j] = math.Abs(r.NormFloat64()) + 0.1
		if !nonneg && r.IntN(2) == 0 {
			x[j] = -x[j]
		}
	}
	op := linop.NewDense(n, m, a)
	b := make([]float64, n)
	op.Apply(b, x)
	return Problem{A: op, B: b, Nonneg: nonneg}
}

func dup(seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	n, m := 100, 700
	a := make([]float64, n*m)
	for j := range m {
		p, q := r.IntN(j+1), r.IntN(j+1)
		for i := range n {
			switch {
			case j > 350 && j%3 == 0:
				a[i*m+j] = a[i*m+p]
			case j > 350 && j%3 == 1:
				a[i*m+j] = (a[i*m+p] + a[i*m+q]) / 2
			default:
				a[i*m+j] = float64(r.IntN(3) - 1)
			}
		}
	}
	x := make([]float64, m)
	for _, j := range r.Perm(m)[:20] {
		x[j] = math.Abs(r.NormFloat64()) + 0.1
	}
	op := linop.NewDense(n, m, a)
	b := make([]float64, n)
	op.Apply(b, x)
	return Problem{A: op, B: b, Nonneg: true}
}

func dct(n, m, k int, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	x := make([]float64, m)
	for _, j := range r.Perm(m)[:k] {
		x[j] = r.NormFloat64()
	}
	op := linop.PartialDCT(r.Perm(m)[:n], m)
	b := make([]float64, n)
	op.Apply(b, x)
	return Problem{A: op, B: b}
}

func sparseA(nonneg bool, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	n, m, k := 2000, 20000, 200
	var ri, ci []int
	var v []float64
	for j := range m {
		for _, i := range r.Perm(n)[:20] {
			ri, ci, v = append(ri, i), append(ci, j), append(v, r.NormFloat64())
		}
	}
	x := make([]float64, m)
	for _, j := range r.Perm(m)[:k] {
		x[j] = math.Abs(r.NormFloat64()) + .1
		if !nonneg && r.IntN(2) == 0 {
			x[j] = -x[j]
		}
	}
	op := linop.FromTriplets(n, m, ri, ci, v)
	b := make([]float64, n)
	op.Apply(b, x)
	return Problem{A: op, B: b, Nonneg: nonneg}
}

func TestProto(t *testing.T) {
	fam := map[string]func() Problem{
		"B1":   func() Problem { return gauss(200, 1000, 30, true, 0, 1) },
		"B2":   func() Problem { return gauss(500, 2000, 60, true, 0, 1) },
		"B3":   func() Problem { return gauss(1000, 4000, 100, true, 0, 1) },
		"B4":   func() Problem { return gauss(1000, 4000, 250, true, 0, 1) },
		"B4h":  func() Problem { return gauss(1000, 4000, 370, true, 0, 1) },
		"B5":   func() Problem { return gauss(1000, 4000, 100, false, 0, 1) },
		"B6":   func() Problem { return gauss(1000, 4000, 200, false, 0, 1) },
		"B6h":  func() Problem { return gauss(1000, 4000, 265, false, 0, 1) },
		"B7":   func() Problem { return gauss(1000, 4000, 80, false, 1e5, 1) },
		"B8":   func() Problem { return gauss(300, 1200, 1200, true, 0, 1) },
		"B9":   func() Problem { return sparseA(true, 1) },
		"B9s":  func() Problem { return sparseA(false, 1) },
		"B10":  func() Problem { return dct(1<<13, 1<<15, 600, 1) },
		"B11":  func() Problem { return dct(1<<16, 1<<18, 5000, 1) },
		"B12":  func() Problem { return bumps(true, 1) },
		"B12s": func() Problem { return bumps(false, 1) },
		"B13":  func() Problem { return dup(1) },
	}
	for _, id := range []string{"B1", "B2", "B3", "B4", "B4h", "B5", "B6", "B6h", "B7", "B8", "B9", "B9s", "B10", "B11", "B12", "B12s", "B13"} {
		if w := os.Getenv("FAM"); w != "" && w != id {
			continue
		}
		p := fam[id]()
		var opt Options
		if os.Getenv("OBS") != "" {
			opt.Observe = func(p Progress) { fmt.Println(p) }
		}
		best := time.Hour
		var res *Result
		for range 3 {
			t0 := time.Now()
			var err error
			res, err = L1(context.Background(), p, opt)
			if err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(t0))
		}
		u := "null"
		if res.Unique != nil {
			u = fmt.Sprint(*res.Unique)
		}
		fmt.Printf("%-5s %9.4fs %-12s uniq "+u+" gap %.1e res %.1e supp %d passes %d fact %d steps %d %s\n", id, best.Seconds(), res.Status, res.Gap, res.Residual, res.Support, res.Stats.Passes, res.Stats.Factorizations, res.Stats.Steps, res.Stats.Route)
	}
}
