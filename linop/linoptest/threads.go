package linoptest

import (
	"runtime"
	"sync"

	"github.com/tacit-dev/tacit/linop"
)

// results returns the outcome of every product, in a fixed order.
func (s *suite) results(x, y, d []float64) []float64 {
	out := make([]float64, 4*s.n+2*s.m+s.n*s.n)
	at := 0
	next := func(k int) []float64 {
		v := out[at : at+k : at+k]
		at += k
		return v
	}
	s.op.Apply(next(s.n), x)
	s.op.ApplyT(next(s.m), y)
	linop.NormalMul(s.op, next(s.n), d, y)
	linop.NormalMul(s.op, next(s.n), nil, y)
	linop.Gram(s.op, next(s.n*s.n), d)
	linop.ColumnNorms(s.op, next(s.m))
	linop.RowNorms(s.op, next(s.n))
	return out
}

// threads: the same bits on 1, 2 and 8 threads.
func (s *suite) threads() {
	s.t.Helper()
	x, y, d := s.vectors(s.m)["dense"], s.vectors(s.n)["dense"], s.weights()["dense"]
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := s.results(x, y, d)
	for _, threads := range []int{2, 8} {
		runtime.GOMAXPROCS(threads)
		if !sameBits(s.results(x, y, d), want) {
			s.t.Errorf("%d threads give other bits than one", threads)
		}
	}
}

// concurrency: the same bits when several goroutines use the operator at once.
func (s *suite) concurrency() {
	s.t.Helper()
	x, y, d := s.vectors(s.m)["half"], s.vectors(s.n)["dense"], s.weights()["half"]
	want := s.results(x, y, d)
	got := make([][]float64, 3)
	var wg sync.WaitGroup
	for g := range got {
		wg.Go(func() { got[g] = s.results(x, y, d) })
	}
	wg.Wait()
	for _, v := range got {
		if !sameBits(v, want) {
			s.t.Errorf("concurrent use changes results")
		}
	}
}
