package parallel

import (
	"sync"
	"sync/atomic"
)

// Pipeline calls fn(i, after) once for every i in [0, n) and returns when all calls
// have returned. Calls are begun in increasing order and run concurrently on up to
// GOMAXPROCS goroutines. Within call i, after(lo, hi) returns when the calls of
// [lo, hi) have returned; all of these must be below i. That is enough to keep all
// processors busy through a factorization whose steps depend on each other: whoever
// is done with one step begins the next, beside those who finish this one.
//
// Calls that depend on nothing but what they wait for give the same bits on any
// number of threads. A panic of fn is raised again in the caller.
func Pipeline(n int, fn func(i int, after func(lo, hi int))) {
	if n <= 0 {
		return
	}
	p := pipeline{done: make([]atomic.Bool, n), fn: fn}
	p.wake.L = &p.mu
	For(n, 1, func(i, _ int) { p.call(i) })
}

type pipeline struct {
	fn    func(i int, after func(lo, hi int))
	done  []atomic.Bool
	cause atomic.Pointer[any] // what fn panicked with first

	sleeping atomic.Int64 // calls that wait at wake
	mu       sync.Mutex
	wake     sync.Cond
}

// call is one call of fn.
func (p *pipeline) call(i int) {
	defer func() {
		if r := recover(); r != nil {
			p.cause.CompareAndSwap(nil, &r)
			p.notify()
			panic(*p.cause.Load())
		}
	}()
	p.fn(i, p.after)
	p.done[i].Store(true)
	if p.sleeping.Load() > 0 {
		p.notify()
	}
}

// after waits for the calls of [lo, hi), awake for a while, then asleep. If a call
// panicked, which may be one that is waited for, so does after.
func (p *pipeline) after(lo, hi int) {
	for j := lo; j < hi; j++ {
		if p.done[j].Load() {
			continue
		}
		ended := func() bool { return p.done[j].Load() || p.cause.Load() != nil }
		if !awake(ended) {
			p.mu.Lock()
			p.sleeping.Add(1)
			for !ended() {
				p.wake.Wait()
			}
			p.sleeping.Add(-1)
			p.mu.Unlock()
		}
		if cause := p.cause.Load(); cause != nil {
			panic(*cause)
		}
	}
}

// notify lets the sleeping calls look again.
func (p *pipeline) notify() {
	p.mu.Lock()
	p.wake.Broadcast()
	p.mu.Unlock()
}
