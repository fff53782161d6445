package lab

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"
)

// settle waits until so many requests of a client are waiting.
func settle(t *testing.T, l *limiter, client string, n int) {
	t.Helper()
	for range 1000 {
		l.mu.Lock()
		got := len(l.queues[client])
		l.mu.Unlock()
		if got == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("%s never had %d waiting", client, n)
}

// TestLimiterTakesTurns: a client with many requests delays itself, not others.
func TestLimiterTakesTurns(t *testing.T) {
	l := newLimiter(1, 10)
	ctx := context.Background()
	if err := l.acquire(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var served []string
	var all sync.WaitGroup
	for k, client := range []string{"a", "a", "a", "b", "c"} {
		all.Go(func() {
			if err := l.acquire(ctx, client); err != nil {
				t.Error(err)
			}
			mu.Lock()
			served = append(served, client)
			mu.Unlock()
			l.release()
		})
		settle(t, l, client, map[int]int{0: 1, 1: 2, 2: 3, 3: 1, 4: 1}[k])
	}
	l.release()
	all.Wait()
	if want := []string{"a", "b", "c", "a", "a"}; !slices.Equal(served, want) {
		t.Errorf("served %v, want %v", served, want)
	}
	if l.free != 1 || len(l.queues) != 0 || len(l.order) != 0 {
		t.Errorf("left over: %+v", l)
	}
}

func TestLimiterRefusesAndForgets(t *testing.T) {
	l := newLimiter(1, 2)
	if err := l.acquire(context.Background(), "a"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			if err := l.acquire(ctx, "a"); !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
	}
	settle(t, l, "a", 2)
	var e *apiError
	if err := l.acquire(ctx, "a"); !errors.As(err, &e) || e.code != codeBusy {
		t.Errorf("a third: %v", err)
	}
	cancel()
	all.Wait()
	l.release()
	if l.free != 1 || len(l.queues) != 0 || len(l.order) != 0 {
		t.Errorf("left over: %+v", l)
	}
}

// TestLimiterUnderCancellations: whatever gives up at whatever moment, no slot is
// lost.
func TestLimiterUnderCancellations(t *testing.T) {
	l := newLimiter(3, 50)
	var all sync.WaitGroup
	for k := range 200 {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(k%7)*100*time.Microsecond)
			defer cancel()
			if l.acquire(ctx, string(rune('a'+k%5))) == nil {
				time.Sleep(50 * time.Microsecond)
				l.release()
			}
		})
	}
	all.Wait()
	if l.free != 3 || len(l.queues) != 0 || len(l.order) != 0 {
		t.Errorf("left over: %d free, %v", l.free, l.queues)
	}
}
