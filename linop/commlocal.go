package linop

import (
	"errors"
	"fmt"
	"sync"
)

// RunRanks runs size ranks as goroutines of this process, main on each with its
// Comm, and returns when all have returned: the transport of tests. The error is
// that of the first rank that failed, by Abort or by a panic; the others end with
// it, wherever they wait.
func RunRanks(size int, main func(c Comm)) error {
	w := &localWorld{size: size, ended: make(chan struct{})}
	for range size * size {
		w.links = append(w.links, make(chan []float64, 1))
	}
	var wg sync.WaitGroup
	for rank := range size {
		wg.Go(func() {
			returned := false
			defer func() {
				p := recover()
				switch {
				case returned || p == errRankEnded:
				case p == nil: // runtime.Goexit, as a failing test does
					w.end(fmt.Errorf("rank %d ended early", rank))
				default:
					w.end(fmt.Errorf("rank %d: %v", rank, p))
				}
			}()
			main(&localComm{w, rank})
			returned = true
		})
	}
	wg.Wait()
	return w.err
}

// localWorld is what the ranks of one process share: links[from·size+to] holds a
// message on its way.
type localWorld struct {
	size  int
	links []chan []float64
	once  sync.Once
	ended chan struct{} // closed when a rank has failed
	err   error
}

func (w *localWorld) end(err error) {
	w.once.Do(func() {
		w.err = err
		close(w.ended)
	})
}

type localComm struct {
	w    *localWorld
	rank int
}

// errRankEnded is what the other ranks panic with when one has failed.
var errRankEnded = errors.New("linop: another rank has failed")

func (c *localComm) Rank() int { return c.rank }
func (c *localComm) Size() int { return c.w.size }

func (c *localComm) Send(to int, data []float64) {
	select {
	case c.w.links[c.rank*c.w.size+to] <- append([]float64(nil), data...):
	case <-c.w.ended:
		panic(errRankEnded)
	}
}

func (c *localComm) Recv(from int, data []float64) {
	select {
	case m := <-c.w.links[from*c.w.size+c.rank]:
		if len(m) != len(data) {
			panic(fmt.Sprintf("linop: a message of %d numbers from rank %d where %d are expected", len(m), from, len(data)))
		}
		copy(data, m)
	case <-c.w.ended:
		panic(errRankEnded)
	}
}

func (c *localComm) Abort(reason string) {
	c.w.end(fmt.Errorf("rank %d: %s", c.rank, reason))
	panic(errRankEnded)
}
