package main

import (
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/internal/parallel"
	"github.com/tacit-dev/tacit/linop"
)

// scale compares one thread and two on a dense product.
type scale struct {
	Product  string    `json:"product"`
	Seconds  []float64 `json:"seconds"` // with 1 and 2 threads
	SameBits bool      `json:"same_bits"`

	// Read are the seconds of a plain read of A: what the caches and the memory
	// allow. Not given where arithmetic decides.
	Read []float64 `json:"read,omitempty"`
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
	data, _ := p.A.(*linop.Dense).Data()
	d := make([]float64, m)
	for j := range d {
		d[j] = 1 + float64(j%7)
	}
	read := work{"plain read of A", len(data)/readTask + 1, true, func(dst []float64) { plainRead(dst, data) }}
	products := []work{
		{"A x", n, true, func(dst []float64) { p.A.Apply(dst, p.X) }},
		{"Aᵀ y", m, true, func(dst []float64) { p.A.ApplyT(dst, p.B) }},
		{"A D Aᵀ v", n, true, func(dst []float64) { linop.NormalMul(p.A, dst, d, p.B) }},
		{"A D Aᵀ", n * n, false, func(dst []float64) { linop.Gram(p.A, dst, d) }},
	}
	scales := []scale{read.measure(n, m)}
	for _, q := range products {
		s := q.measure(n, m)
		if q.reading {
			s.Read = read.measure(n, m).Seconds // just after: the speed of a shared memory wanders
		}
		scales = append(scales, s)
	}
	return scales, nil
}

// work is what is timed: run writes length numbers; reading says whether the time
// is that of reading A.
type work struct {
	name    string
	length  int
	reading bool
	run     func(dst []float64)
}

// measure takes the best of rounds in which one thread and two alternate.
func (w work) measure(n, m int) scale {
	const rounds, runs = 5, 6
	s := scale{Product: fmt.Sprintf("%s, %d×%d", w.name, n, m), Seconds: []float64{math.Inf(1), math.Inf(1)}}
	results := [2][]float64{make([]float64, w.length), make([]float64, w.length)}
	for range rounds {
		for t := range results {
			s.Seconds[t] = min(s.Seconds[t], onThreads(t+1, runs, results[t], w.run))
		}
	}
	s.SameBits = sameBits(results[0], results[1])
	return s
}

// onThreads is the best of so many runs on so many threads.
func onThreads(threads, runs int, dst []float64, run func([]float64)) float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
	run(dst)
	best := math.Inf(1)
	for range runs {
		start := time.Now()
		run(dst)
		best = min(best, time.Since(start).Seconds())
	}
	return best
}

// readTask is the number of elements of one task of plainRead.
const readTask = 1 << 15

// plainRead reads data once and writes one sum for each task.
func plainRead(dst, data []float64) {
	parallel.For(len(data), readTask, func(lo, hi int) {
		half := (hi - lo) / 2
		dst[lo/readTask] = blas.Dot(data[lo:lo+half], data[lo+half:lo+2*half])
	})
}

func sameBits(a, b []float64) bool {
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return false
		}
	}
	return true
}
