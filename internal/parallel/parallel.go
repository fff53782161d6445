// Package parallel runs a loop over a fixed decomposition of its range on
// whatever processors are idle.
//
// The blocks that a loop is cut into depend on its length and its grain only,
// never on the number of threads. A loop body that writes to disjoint places,
// and whose caller reduces sums in block order, therefore produces the same
// bits on 1, 2 or 16 threads.
//
// A loop that starts while all processors are taken, for example inside the body
// of another one, runs on its caller alone. Helpers are goroutines that outlive
// their loop by some microseconds only: to wake a sleeping processor takes longer
// than many a loop of a factorisation, so the next one finds them awake. Nothing
// spins in a program that is idle.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// linger is how long a helper without work, or a caller without the last blocks,
// stays awake: about what it takes to wake up.
const linger = 300 * time.Microsecond

// helpers counts the goroutines that are at work for loops of this package beside
// their callers. It is what makes nested loops run serially: together
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
	l.busy.Store(int64(want))
	for range want {
		start(&l)
	}
	l.run()
	awake(func() bool { return l.busy.Load() == 0 })
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
	busy             atomic.Int64 // helpers that have not left
	wg               sync.WaitGroup
	failed           atomic.Bool
	once             sync.Once
	cause            any // what fn panicked with first
}

// help is one helper's part.
func (l *loop) help() {
	defer l.wg.Done()
	defer l.busy.Add(-1)
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

// helper is a goroutine that works for one loop after another.
type helper struct {
	next atomic.Pointer[loop]
}

// waiting holds the helpers that have no loop and are still awake.
var waiting struct {
	sync.Mutex
	list []*helper
}

// start gives a loop to a helper that is awake, or to a new one.
func start(l *loop) {
	waiting.Lock()
	if n := len(waiting.list); n > 0 {
		h := waiting.list[n-1]
		waiting.list = waiting.list[:n-1]
		waiting.Unlock()
		h.next.Store(l)
		return
	}
	waiting.Unlock()
	go new(helper).work(l)
}

// work helps l and the loops that come soon after it.
func (h *helper) work(l *loop) {
	for l != nil {
		l.help()
		l = h.await()
	}
}

// await returns the next loop, or nil if there is none for a while.
func (h *helper) await() *loop {
	waiting.Lock()
	waiting.list = append(waiting.list, h)
	waiting.Unlock()
	given := func() bool { return h.next.Load() != nil }
	if !awake(given) {
		waiting.Lock()
		for i, other := range waiting.list {
			if other == h {
				waiting.list = append(waiting.list[:i], waiting.list[i+1:]...)
				waiting.Unlock()
				return nil
			}
		}
		waiting.Unlock()
		for !given() { // start has taken h off the list and is about to give
			runtime.Gosched()
		}
	}
	return h.next.Swap(nil)
}

// awake waits until done is true, but not longer than linger, and reports whether
// it is. It leaves the processor to whoever wants it.
func awake(done func() bool) bool {
	for end := time.Now().Add(linger); !done(); runtime.Gosched() {
		if time.Now().After(end) {
			return done()
		}
	}
	return true
}
