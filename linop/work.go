package linop

import (
	"math"
	"sync"
)

// work is a reusable vector; products that need room for one take it here,
// because an operator has no state of its own that goroutines could share.
type work struct{ f []float64 }

var workPool = sync.Pool{New: func() any { return new(work) }}

// getWork returns a vector of length n with arbitrary contents.
func getWork(n int) *work {
	w := workPool.Get().(*work)
	if cap(w.f) < n {
		w.f = make([]float64, n)
	}
	w.f = w.f[:n]
	return w
}

func putWork(w *work) { workPool.Put(w) }

// mulBy sets x = d∘x; d = nil means ones.
func mulBy(x, d []float64) {
	for j, v := range d {
		x[j] *= v
	}
}

// fill sets all entries of x to v.
func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

// largest returns max |w|, 1 for nil, which stands for ones.
func largest(w []float64) float64 {
	if w == nil {
		return 1
	}
	var big float64
	for _, v := range w {
		big = max(big, math.Abs(v))
	}
	return big
}
