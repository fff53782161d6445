package linop

import "sync"

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
