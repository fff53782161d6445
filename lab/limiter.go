package lab

import (
	"context"
	"sync"
)

// limiter hands out a number of slots for work. Those who wait are served one
// client after the other, so that a client with many requests delays itself.
type limiter struct {
	waiting int // requests of one client that may wait

	mu     sync.Mutex
	free   int
	queues map[string][]chan struct{} // of the clients with waiting requests
	order  []string                   // clients with waiting requests, next first
}

func newLimiter(slots, waiting int) *limiter {
	return &limiter{waiting: waiting, free: slots, queues: make(map[string][]chan struct{})}
}

// acquire waits for a slot until ctx ends. It refuses a client that has too many
// requests waiting.
func (l *limiter) acquire(ctx context.Context, client string) error {
	l.mu.Lock()
	if l.free > 0 {
		l.free--
		l.mu.Unlock()
		return nil
	}
	if len(l.queues[client]) >= l.waiting {
		l.mu.Unlock()
		return busy("%d requests of yours are waiting already: wait for their answers", l.waiting)
	}
	turn := make(chan struct{})
	if len(l.queues[client]) == 0 {
		l.order = append(l.order, client)
	}
	l.queues[client] = append(l.queues[client], turn)
	l.mu.Unlock()

	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		if !l.leave(client, turn) {
			l.release() // the slot came at the same moment
		}
		return ctx.Err()
	}
}

// release gives the slot to the next client that waits.
func (l *limiter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.order) == 0 {
		l.free++
		return
	}
	client := l.order[0]
	l.order = l.order[1:]
	queue := l.queues[client]
	close(queue[0])
	if len(queue) == 1 {
		delete(l.queues, client)
		return
	}
	l.queues[client] = queue[1:]
	l.order = append(l.order, client)
}

// leave takes a request that has given up out of its queue, and reports whether
// it still stood there.
func (l *limiter) leave(client string, turn chan struct{}) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.queues[client]
	for k, t := range queue {
		if t != turn {
			continue
		}
		if len(queue) > 1 {
			l.queues[client] = append(queue[:k:k], queue[k+1:]...)
			return true
		}
		delete(l.queues, client)
		for j, c := range l.order {
			if c == client {
				l.order = append(l.order[:j:j], l.order[j+1:]...)
				break
			}
		}
		return true
	}
	return false
}
