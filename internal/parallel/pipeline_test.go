package parallel

import (
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Calls are made once each, and after returns when what it names has returned.
func TestPipelineDependencies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "n")
		before := make([]int, n) // call i waits for those of [before[i], i)
		for i := range before {
			before[i] = rapid.IntRange(0, i).Draw(t, "before")
		}
		threads := rapid.IntRange(1, 8).Draw(t, "threads")
		withThreads(threads, func() {
			returned := make([]atomic.Int32, n)
			Pipeline(n, func(i int, after func(lo, hi int)) {
				after(before[i], i)
				for j := before[i]; j < i; j++ {
					if returned[j].Load() != 1 {
						t.Errorf("call %d went on before call %d had returned", i, j)
					}
				}
				returned[i].Add(1)
			})
			for i := range returned {
				if c := returned[i].Load(); c != 1 {
					t.Errorf("call %d was made %d times", i, c)
				}
			}
		})
	})
}

// A call that waits for long goes to sleep and is woken.
func TestPipelineSleeps(t *testing.T) {
	withThreads(3, func() {
		var first atomic.Bool
		Pipeline(3, func(i int, after func(lo, hi int)) {
			if i == 0 {
				time.Sleep(20 * linger)
				first.Store(true)
				return
			}
			after(0, 1)
			if !first.Load() {
				t.Errorf("call %d did not wait", i)
			}
		})
	})
}

// Two calls that wait for each other's signals can only end if they run at the
// same time.
func TestPipelineIsConcurrent(t *testing.T) {
	withThreads(2, func() {
		var first, second = make(chan int), make(chan int)
		Pipeline(2, func(i int, _ func(lo, hi int)) {
			if i == 0 {
				close(first)
				<-second
			} else {
				close(second)
				<-first
			}
		})
	})
}

// A panic ends the calls that wait for the one that panicked, awake or asleep, and
// reaches the caller.
func TestPipelinePanics(t *testing.T) {
	for _, threads := range []int{1, 4} {
		for _, delay := range []time.Duration{0, 20 * linger} {
			withThreads(threads, func() {
				defer func() {
					if r := recover(); r != "three" {
						t.Errorf("%d threads: recovered %v, want three", threads, r)
					}
					if n := helpers.Load(); n != 0 {
						t.Errorf("%d helpers are left after a panic", n)
					}
				}()
				Pipeline(8, func(i int, after func(lo, hi int)) {
					if i == 3 {
						time.Sleep(delay)
						panic("three")
					}
					after(0, i)
				})
				t.Error("the panic is lost")
			})
		}
	}
}
