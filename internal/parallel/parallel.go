// Package parallel runs a loop over a fixed decomposition of its range on
// whatever processors are idle.
//
// The blocks that a loop is cut into depend on its length and its grain only,
// never on the number of threads. A loop body that writes to disjoint places,
// and whose caller reduces sums in block order, therefore produces the same
// bits on 1, 2 or 16 threads.
//
// Nothing spins and nothing is kept alive between loops: helpers are goroutines
// that end with the loop. A loop that starts while all processors are taken,
// for example inside the body of another one, runs on its caller alone.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// helpers counts the goroutines that loops of this package have started and
// that have not ended. It is what makes nested loops run serially: together
// with the callers there is never more than one runnable body per processor.
var helpers atomic.Int64

// For calls fn(lo, hi) once for every block of the decomposition of [0, n) into
// blocks of grain consecutive indices, the last one possibly shorter, and
// returns when all calls have returned. Calls run concurrently on up to
// GOMAXPROCS goroutines, one of which is the caller's; blocks are handed out in
// increasing order. A panic of fn is raised again in the caller.
//
// For panics if grain < 1. It does nothing if n ≤ 0.
func For(n, grain int, fn func(lo, hi int)) {
	if grain < 1 {
		panic("parallel: grain < 1")
	}
	if n <= 0 {
		return
	}
	blocks := (n-1)/grain + 1
	want := min(blocks, runtime.GOMAXPROCS(0)) - 1
	if want > 0 {
		want = acquire(want)
	}
	if want <= 0 {
		for lo := 0; lo < n; lo += grain {
			fn(lo, min(lo+grain, n))
		}
		return
	}
	l := loop{n: n, grain: grain, blocks: blocks, fn: fn}
	l.wg.Add(want)
	for range want {
		go l.help()
	}
	l.run()
	l.wg.Wait()
	if l.failed.Load() {
		panic(l.cause)
	}
}

// acquire reserves up to want helpers and returns how many it got.
func acquire(want int) int {
	limit := int64(runtime.GOMAXPROCS(0) - 1)
	for {
		busy := helpers.Load()
		got := min(int64(want), limit-busy)
		if got <= 0 {
			return 0
		}
		if helpers.CompareAndSwap(busy, busy+got) {
			return int(got)
		}
	}
}

// loop is one call of For that is shared between goroutines.
type loop struct {
	n, grain, blocks int
	fn               func(lo, hi int)
	next             atomic.Int64 // index of the next block that nobody has taken
	wg               sync.WaitGroup
	failed           atomic.Bool
	once             sync.Once
	cause            any // what fn panicked with first
}

func (l *loop) help() {
	defer l.wg.Done()
	defer helpers.Add(-1)
	l.run()
}

// run takes blocks until none is left.
func (l *loop) run() {
	defer func() {
		if r := recover(); r != nil {
			l.once.Do(func() { l.cause = r })
			l.failed.Store(true)
			l.next.Store(int64(l.blocks)) // the other goroutines need not go on
		}
	}()
	for {
		i := int(l.next.Add(1)) - 1
		if i >= l.blocks {
			return
		}
		lo := i * l.grain
		l.fn(lo, min(lo+l.grain, l.n))
	}
}
