package limit

import "sync"

// space is memory for the vectors of one solve, which the next one uses again: a
// problem of a few hundred unknowns is solved in less time than it takes to have its
// work space collected. Nothing that a caller gets lies in it. The zero value and a
// nil pointer are ready.
type space struct {
	block []float64
	used  int
}

// Larger vectors are left to the garbage collector, as are larger blocks: they are
// few and their work is long.
const (
	largeVector = 1 << 15
	largeBlock  = 1 << 19
)

var spaces = sync.Pool{New: func() any { return new(space) }}

// vector returns n zeros.
func (w *space) vector(n int) []float64 {
	if w == nil || n > largeVector {
		return make([]float64, n)
	}
	if w.used+n > len(w.block) {
		if size := max(2*len(w.block), 1<<16); size <= largeBlock {
			w.block, w.used = make([]float64, size), 0 // the old one is in use
		} else {
			return make([]float64, n)
		}
	}
	v := w.block[w.used : w.used+n : w.used+n]
	w.used += n
	clear(v)
	return v
}

// free makes the memory available to other solves.
func (w *space) free() {
	w.used = 0
	spaces.Put(w)
}

// borrow gives the search a space until the function that it returns is called.
func (s *search) borrow() (giveBack func()) {
	s.space = spaces.Get().(*space)
	return s.space.free
}
