package linop

import (
	"fmt"
	"math"
	"sync"

	"github.com/tacit-dev/tacit/internal/blas"
)

// A matrix that no machine holds is cut into panels of neighbouring columns,
// A = [A₁ … A_P], and a rank holds some neighbouring ones. The panels depend on
// m alone, and sums over them are formed along a fixed tree: a result has the
// same bits for any number of ranks.

// The width of a panel is about panelColumns, large against the price of a sum
// of n×n matrices, unless there would be fewer than leastPanels of them.
const (
	panelColumns = 1024
	leastPanels  = 16
	mostPanels   = 4096
)

// Panels returns the edges of the panels of a matrix with m columns: panel p
// has the columns from edges[p] to edges[p+1]−1.
func Panels(m int) (edges []int) {
	count := min(m, max(leastPanels, min(m/panelColumns, mostPanels)))
	for p := range count + 1 {
		edges = append(edges, int(int64(p)*int64(m)/int64(max(count, 1))))
	}
	return edges
}

// Share returns the edges of the panels that a rank of size holds: its columns
// are those from edges[0] to edges[len(edges)−1]−1. It is an error if there are
// more ranks than panels.
func Share(m, rank, size int) (edges []int, err error) {
	all := Panels(m)
	count := len(all) - 1
	if size > count {
		return nil, fmt.Errorf("linop: %d ranks for %d columns: at most %d can share them", size, m, count)
	}
	return all[rank*count/size : (rank+1)*count/size+1], nil
}

// Shard is one rank's part in a matrix that several ranks share. On rank 0 it is
// the matrix, an Operator with all capabilities; the other ranks Serve it. What
// is as long as x is on rank 0 only, and goes out and comes back in pieces with
// each product.
type Shard struct {
	comm   Comm
	n, m   int
	edges  []int // of all panels
	first  int   // panel that parts[0] is
	parts  []Operator
	stored bool
	nnz    int // stored entries of all ranks

	mu     sync.Mutex // rank 0: one command at a time
	closed bool
}

// NewShard returns this rank's part in an n×m matrix; parts are its panels, as
// Share cuts them. All ranks call it. It panics if the shapes do not fit.
func NewShard(c Comm, n, m int, parts []Operator) (*Shard, error) {
	edges, err := Share(m, c.Rank(), c.Size())
	if err != nil {
		return nil, err
	}
	s := &Shard{comm: c, n: n, m: m, edges: Panels(m), parts: parts, stored: true}
	s.first = c.Rank() * s.count() / c.Size()
	if len(parts) != len(edges)-1 {
		panic(errShape)
	}
	for k, p := range parts {
		if rows, cols := p.Dims(); rows != n || cols != edges[k+1]-edges[k] {
			panic(errShape)
		}
		s.stored = s.stored && Stored(p)
		if q, ok := p.(interface{ NNZ() int }); ok {
			s.nnz += q.NNZ()
		} else {
			s.nnz += n * (edges[k+1] - edges[k])
		}
	}
	s.agree()
	return s, nil
}

// agree makes what is known of the parts known of the whole.
func (s *Shard) agree() {
	known := []float64{0, float64(s.nnz)}
	if !s.stored {
		known[0] = 1
	}
	s.sum(2, func(dst []float64, _ Operator, p int) {
		clear(dst)
		if p == s.first { // once for each rank
			copy(dst, known)
		}
	}, add, func(total []float64) { copy(known, total) })
	Broadcast(s.comm, known)
	s.stored, s.nnz = known[0] == 0, int(known[1])
}

// count returns the number of panels.
func (s *Shard) count() int { return len(s.edges) - 1 }

// owner returns the rank that holds panel p.
func (s *Shard) owner(p int) int { return ((p+1)*s.comm.Size() - 1) / s.count() }

// columns returns the columns of a rank.
func (s *Shard) columns(rank int) (lo, hi int) {
	size := s.comm.Size()
	return s.edges[rank*s.count()/size], s.edges[(rank+1)*s.count()/size]
}

// own returns the place of panel p among those of this rank, in columns from
// the first one of the rank.
func (s *Shard) own(p int) (lo, hi int) {
	start := s.edges[s.first]
	return s.edges[p] - start, s.edges[p+1] - start
}

// sum adds up, by combine, a vector of the given length for each panel along a
// fixed binary tree, and hands the total to done on rank 0. All ranks call it.
func (s *Shard) sum(length int, leaf func(dst []float64, a Operator, p int), combine func(dst, src []float64), done func(total []float64)) {
	if w := s.subtree(0, s.count(), length, leaf, combine); w != nil {
		done(w.f)
		putWork(w)
	}
}

// subtree is the sum over the panels lo ≤ p < hi. It ends at the owner of lo; the
// others get nil. All walk the tree in the same order, so a rank that waits for
// a message waits for one that is ahead in no other wait.
func (s *Shard) subtree(lo, hi, length int, leaf func(dst []float64, a Operator, p int), combine func(dst, src []float64)) *work {
	if hi <= s.first || lo >= s.first+len(s.parts) {
		return nil
	}
	if hi-lo == 1 {
		w := getWork(length)
		leaf(w.f, s.parts[lo-s.first], lo)
		return w
	}
	mid := (lo + hi) / 2
	left := s.subtree(lo, mid, length, leaf, combine)
	right := s.subtree(mid, hi, length, leaf, combine)
	me, to, from := s.comm.Rank(), s.owner(lo), s.owner(mid)
	switch {
	case me == from && me != to:
		s.comm.Send(to, right.f)
		putWork(right)
		return nil
	case me != to:
		return nil
	case me != from:
		right = getWork(length)
		s.comm.Recv(from, right.f)
	}
	combine(left.f, right.f)
	putWork(right)
	return left
}

func add(dst, src []float64) { blas.Axpy(1, src, dst) }

// hypot combines norms of parts.
func hypot(dst, src []float64) {
	for i, v := range src {
		dst[i] = math.Hypot(dst[i], v)
	}
}

// scatter gives every rank its part of x, which rank 0 has.
func (s *Shard) scatter(x []float64) []float64 {
	lo, hi := s.columns(s.comm.Rank())
	if s.comm.Rank() > 0 {
		part := make([]float64, hi-lo)
		s.comm.Recv(0, part)
		return part
	}
	for to := 1; to < s.comm.Size(); to++ {
		lo, hi := s.columns(to)
		s.comm.Send(to, x[lo:hi])
	}
	return x[lo:hi]
}

// gather calls fill for this rank's part of a vector and collects all parts in
// dst on rank 0.
func (s *Shard) gather(dst []float64, fill func(part []float64)) {
	lo, hi := s.columns(s.comm.Rank())
	if s.comm.Rank() > 0 {
		part := make([]float64, hi-lo)
		fill(part)
		s.comm.Send(0, part)
		return
	}
	fill(dst[lo:hi])
	for from := 1; from < s.comm.Size(); from++ {
		lo, hi := s.columns(from)
		s.comm.Recv(from, dst[lo:hi])
	}
}

// each calls do for the panels of this rank, with their places in its columns.
func (s *Shard) each(do func(a Operator, lo, hi int)) {
	for k, a := range s.parts {
		lo, hi := s.own(s.first + k)
		do(a, lo, hi)
	}
}
