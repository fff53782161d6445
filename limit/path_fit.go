package limit

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// coneFit is the least-squares fit of b on the held columns, each with the sign
// of the bound at which its dual constraint is held:
//
//	x = argmin { ½‖Ax−b‖² : sideⱼxⱼ ≥ 0, xⱼ = 0 where sideⱼ = 0 }
//
// by the active-set method of Lawson and Hanson (1974, ch. 23), warm started
// from event to event. A held column is either in sys, with a nonzero entry, or
// idle.
type coneFit struct {
	s    *search
	side []int8         // bound at which the constraint of a column is held, 0: inside
	sys  *supportSystem // the columns with nonzero entries
	x    []float64      // their entries
	r    []float64      // b − A x
	idle []int
	cols []float64 // columns of idle, one after the other
}

func newConeFit(s *search) *coneFit {
	return &coneFit{s: s, side: make([]int8, s.m), sys: newSupportSystem(s.a, 32),
		r: append([]float64(nil), s.b...)}
}

// hold adds columns at the given bounds, with entries 0.
func (f *coneFit) hold(idx []int) {
	start := len(f.cols)
	f.cols = append(f.cols, make([]float64, len(idx)*f.s.n)...)
	linop.Columns(f.s.a, f.cols[start:], idx)
	f.idle = append(f.idle, idx...)
}

// column returns the i-th idle column.
func (f *coneFit) column(i int) []float64 { return f.cols[i*f.s.n : (i+1)*f.s.n] }

// forget removes the i-th idle column.
func (f *coneFit) forget(i int) {
	n := f.s.n
	f.idle = append(f.idle[:i], f.idle[i+1:]...)
	f.cols = append(f.cols[:i*n], f.cols[(i+1)*n:]...)
}

// slope is the size of aⱼᵀr/‖aⱼ‖ that counts as zero: the rounding of r, and
// an angle to r that is none.
func (f *coneFit) slope() float64 {
	size := f.s.bnorm
	for i, j := range f.sys.idx {
		size += math.Abs(f.x[i]) * f.s.norms[j]
	}
	return math.Max(1e-14*size, 1e-10*norm2(f.r))
}

// fits reports whether r is zero up to rounding.
func (f *coneFit) fits() bool {
	size := 0.0
	for i, j := range f.sys.idx {
		size += math.Abs(f.x[i]) * f.s.norms[j]
	}
	return norm2(f.r) <= math.Max(exactResidual*f.s.bnorm, 1e-14*size)
}

// solve finds the fit. It reports false if a column that would improve it was
// refused, being too close to the span of the others.
func (f *coneFit) solve() bool {
	refused := map[int]bool{}
	steep := false
	for range 3 * (len(f.idle) + len(f.x) + 1) {
		best, steepest := -1, f.slope()
		for i, j := range f.idle {
			if refused[j] {
				continue
			}
			if gain := float64(f.side[j]) * dot(f.column(i), f.r) / f.s.norms[j]; gain > steepest {
				best, steepest = i, gain
			}
		}
		if best < 0 || f.fits() {
			break
		}
		j := f.idle[best]
		if !f.sys.append([]int{j}) {
			refused[j] = true
			continue
		}
		f.forget(best)
		f.x = append(f.x, 0)
		f.refit()
		if k := len(f.sys.idx); k == 0 || f.sys.idx[k-1] != j {
			refused[j] = true // its entry is a rounded zero
		}
	}
	for i, j := range f.idle {
		steep = steep || refused[j] && float64(f.side[j])*dot(f.column(i), f.r) > f.slope()*f.s.norms[j]
	}
	return !steep
}

// refit moves x to the least-squares fit on its columns. Where entries would
// change sign it stops at the first of them, makes that column idle, and goes
// on with the others.
func (f *coneFit) refit() {
	for len(f.x) > 0 {
		target := make([]float64, len(f.x))
		f.sys.leastSquares(target, f.r, f.s.b, exact)
		zero := 0.0 // size of an entry, times the norm of its column, that is rounding
		for i, j := range f.sys.idx {
			zero = math.Max(zero, 1e-12*math.Abs(target[i])*f.s.norms[j])
		}
		first, blocking := math.Inf(1), -1
		for i, j := range f.sys.idx {
			if float64(f.side[j])*target[i]*f.s.norms[j] > zero {
				continue
			}
			t := 0.0
			if f.x[i] != 0 {
				t = math.Min(1, f.x[i]/(f.x[i]-target[i]))
			}
			if t < first {
				first, blocking = t, i
			}
		}
		if blocking < 0 {
			copy(f.x, target)
			return
		}
		for i := range f.x {
			f.x[i] += first * (target[i] - f.x[i])
		}
		f.drop(blocking)
	}
	copy(f.r, f.s.b)
}

// drop makes the i-th column of the fit idle.
func (f *coneFit) drop(i int) {
	n := f.s.n
	f.idle = append(f.idle, f.sys.idx[i])
	f.cols = append(f.cols, f.sys.c[i*n:(i+1)*n]...)
	f.sys.remove(i)
	f.x = append(f.x[:i], f.x[i+1:]...)
}

// release lets go of the idle columns whose constraints leave their bounds
// along r, g = Aᵀr, and returns them.
func (f *coneFit) release(g []float64) []int {
	var gone []int
	slope := f.slope()
	for i := len(f.idle) - 1; i >= 0; i-- {
		if j := f.idle[i]; float64(f.side[j])*g[j] < -slope*f.s.norms[j] {
			gone = append(gone, j)
			f.side[j] = 0
			f.forget(i)
		}
	}
	return gone
}

// determined reports whether the held columns are independent, so that no
// other x fits as well.
func (f *coneFit) determined() bool {
	k := len(f.sys.idx)
	if len(f.idle) == 0 {
		return true
	}
	if k+len(f.idle) > f.s.n || !f.sys.append(f.idle) {
		return false
	}
	for i := k + len(f.idle) - 1; i >= k; i-- {
		f.sys.remove(i)
	}
	return true
}
