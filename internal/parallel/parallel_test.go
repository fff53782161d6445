package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// withThreads runs f with n processors.
func withThreads(n int, f func()) {
	before := runtime.GOMAXPROCS(n)
	defer runtime.GOMAXPROCS(before)
	f()
}

// Every index is visited once, in blocks of the grain, on any number of threads.
func TestForDecomposition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-2, 300).Draw(t, "n")
		grain := rapid.IntRange(1, 60).Draw(t, "grain")
		threads := rapid.IntRange(1, 8).Draw(t, "threads")
		withThreads(threads, func() {
			visits := make([]atomic.Int32, max(n, 0))
			For(n, grain, func(lo, hi int) {
				if lo%grain != 0 || hi != min(lo+grain, n) {
					t.Errorf("block [%d, %d) of [0, %d) with grain %d", lo, hi, n, grain)
				}
				for i := lo; i < hi; i++ {
					visits[i].Add(1)
				}
			})
			for i := range visits {
				if v := visits[i].Load(); v != 1 {
					t.Errorf("index %d was visited %d times", i, v)
				}
			}
		})
	})
}

// Two bodies that wait for each other can only end if they run at the same time.
func TestForIsConcurrent(t *testing.T) {
	withThreads(2, func() {
		var first, second = make(chan int), make(chan int)
		For(2, 1, func(lo, hi int) {
			if lo == 0 {
				close(first)
				<-second
			} else {
				close(second)
				<-first
			}
		})
	})
}

// With all processors taken, a nested loop runs on its caller, in order.
func TestForNested(t *testing.T) {
	withThreads(2, func() {
		var both atomic.Int32
		ready := make(chan struct{})
		For(2, 1, func(lo, hi int) {
			if both.Add(1) == 2 {
				close(ready)
			}
			<-ready // the other processor is taken from here on
			next := 0
			For(100, 3, func(lo, hi int) {
				if lo != next { // a data race too if this ran elsewhere
					t.Errorf("block %d came when %d was due", lo, next)
				}
				next = hi
			})
			if both.Add(1) == 4 {
				return
			}
			for both.Load() < 4 {
				runtime.Gosched()
			}
		})
		if n := helpers.Load(); n != 0 {
			t.Errorf("%d helpers are left after the loop", n)
		}
	})
}

func TestForPanics(t *testing.T) {
	for _, threads := range []int{1, 4} {
		withThreads(threads, func() {
			defer func() {
				if r := recover(); r != "seven" {
					t.Errorf("%d threads: recovered %v, want seven", threads, r)
				}
				if n := helpers.Load(); n != 0 {
					t.Errorf("%d helpers are left after a panic", n)
				}
			}()
			For(20, 1, func(lo, hi int) {
				if lo == 7 {
					panic("seven")
				}
			})
		})
	}
}

func TestForRejectsGrain(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("grain 0 is accepted")
		}
	}()
	For(1, 0, func(lo, hi int) {})
}

// Helpers that wait for the next loop neither miss one nor outlive their time.
func TestForInQuickSuccession(t *testing.T) {
	withThreads(4, func() {
		var sum atomic.Int64
		for i := range 2000 {
			if i%500 == 0 {
				time.Sleep(2 * linger) // they have gone to sleep
			}
			For(8, 1, func(lo, hi int) { sum.Add(int64(lo)) })
		}
		if got := sum.Load(); got != 2000*28 {
			t.Errorf("sum %d, want %d", got, 2000*28)
		}
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(linger) {
			waiting.Lock()
			n := len(waiting.list)
			waiting.Unlock()
			if n == 0 {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d helpers are still awake", n)
			}
		}
	})
}

// Loops that are started from many goroutines at once share the helpers.
func TestForFromManyGoroutines(t *testing.T) {
	withThreads(4, func() {
		var callers sync.WaitGroup
		var sum atomic.Int64
		for range 16 {
			callers.Go(func() {
				for range 100 {
					For(5, 2, func(lo, hi int) { sum.Add(int64(hi - lo)) })
				}
			})
		}
		callers.Wait()
		if got := sum.Load(); got != 16*100*5 {
			t.Errorf("%d indices were visited, want %d", got, 16*100*5)
		}
	})
}
