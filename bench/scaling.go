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

// scaling times the dense products on 2000×8000, 128 MB: more than a cache
// holds, so that the memory is shared by the threads as in earnest.
func scaling() ([]scale, error) {
	const n, m = 2000, 8000
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

// onThreads is the best of ten runs on so many threads.
func onThreads(threads int, dst []float64, run func([]float64)) float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
	run(dst)
	best := math.Inf(1)
	for range 10 {
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
