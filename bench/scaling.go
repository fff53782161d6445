package main

import (
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/linop"
)

// scale compares one thread and two on a dense product.
type scale struct {
	Product  string    `json:"product"`
	Seconds  []float64 `json:"seconds"` // with 1 and 2 threads
	SameBits bool      `json:"same_bits"`
}

// scaling times the dense products on 500×2000, 8 MB, which a cache holds, and
// on 2000×8000, 128 MB, where the threads share the memory.
func scaling() ([]scale, error) {
	small, err := scalingOf(500, 2000)
	if err != nil {
		return nil, err
	}
	large, err := scalingOf(2000, 8000)
	return append(small, large...), err
}

func scalingOf(n, m int) ([]scale, error) {
	p, err := instance.Sparse{Ensemble: instance.Bernoulli, N: n, M: m, K: m}.Generate()
	if err != nil {
		return nil, err
	}
	d := make([]float64, m)
	for j := range d {
		d[j] = 1 + float64(j%7)
	}
	products := []struct {
		name   string
		length int
		run    func(dst []float64)
	}{
		{"A x", n, func(dst []float64) { p.A.Apply(dst, p.X) }},
		{"Aᵀ y", m, func(dst []float64) { p.A.ApplyT(dst, p.B) }},
		{"A D Aᵀ v", n, func(dst []float64) { linop.NormalMul(p.A, dst, d, p.B) }},
		{"A D Aᵀ", n * n, func(dst []float64) { linop.Gram(p.A, dst, d) }},
	}
	var scales []scale
	for _, q := range products {
		one, two := make([]float64, q.length), make([]float64, q.length)
		s := scale{Product: fmt.Sprintf("%s, %d×%d", q.name, n, m)}
		s.Seconds = []float64{onThreads(1, one, q.run), onThreads(2, two, q.run)}
		s.SameBits = sameBits(one, two)
		scales = append(scales, s)
	}
	return scales, nil
}

// onThreads is the best of twenty runs on so many threads.
func onThreads(threads int, dst []float64, run func([]float64)) float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
	run(dst)
	best := math.Inf(1)
	for range 20 {
		start := time.Now()
		run(dst)
		best = min(best, time.Since(start).Seconds())
	}
	return best
}

func sameBits(a, b []float64) bool {
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return false
		}
	}
	return true
}
