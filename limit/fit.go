package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
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
//
// With LLᵀ = A_SᵀA_S the entries of least squares on the columns S of sys are
// L⁻ᵀz, z = L⁻¹A_Sᵀb. A column more or less changes z in its last entry or by
// the rotations of L, so that a fit costs one triangular solve and two products
// with A_S: the residual, and A_Sᵀr to see whether rounding calls for another.
type coneFit struct {
	s    *search
	side []int8         // bound at which the constraint of a column is held, 0: inside
	sys  *supportSystem // the columns with nonzero entries
	z    []float64      // L⁻¹A_Sᵀb
	x    []float64      // their entries
	r    []float64      // b − A x
	idle []int
	cols []float64 // columns of idle, one after the other

	least       int       // refinements of a fit that are made in any case
	goal, slack []float64 // work: the entries of least squares, A_Sᵀr
}

func newConeFit(s *search) *coneFit {
	return &coneFit{s: s, side: make([]int8, s.m), sys: newSupportSystem(s.a, 32),
		r: append([]float64(nil), s.b...)}
}

// newConeFitFrom is a fit that starts from the entries of x on the columns of
// sys, which are held at the bounds side. It takes possession of sys and side.
func newConeFitFrom(s *search, sys *supportSystem, side []int8, x []float64) *coneFit {
	k := len(sys.idx)
	f := &coneFit{s: s, side: side, sys: sys, z: make([]float64, k), r: make([]float64, s.n)}
	for _, j := range sys.idx {
		f.x = append(f.x, x[j])
	}
	blas.Gemv(f.z, sys.c, k, s.n, s.n, s.b)
	blas.SolveLower(sys.l, k, sys.ld, f.z)
	f.refit()
	return f
}

// hold adds columns at the given bounds, with entries 0.
func (f *coneFit) hold(idx []int) {
	if len(idx) == 0 {
		return
	}
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
	var refused []int
	for range 3 * (len(f.idle) + len(f.x) + 1) {
		best, steepest := -1, f.slope()
		for i, j := range f.idle {
			if gain := f.gain(i); gain > steepest && !slices.Contains(refused, j) {
				best, steepest = i, gain
			}
		}
		if best < 0 || f.fits() {
			break
		}
		j := f.idle[best]
		if !f.take(best) {
			refused = append(refused, j)
			continue
		}
		f.refit()
		if k := len(f.sys.idx); k == 0 || f.sys.idx[k-1] != j {
			refused = append(refused, j) // its entry is a rounded zero
		}
	}
	if len(refused) > 0 {
		slope := f.slope()
		for i, j := range f.idle {
			if slices.Contains(refused, j) && f.gain(i) > slope {
				return false
			}
		}
	}
	return true
}

// gain is the slope along the i-th idle column, of unit length, at which
// ½‖r‖² falls.
func (f *coneFit) gain(i int) float64 {
	j := f.idle[i]
	return float64(f.side[j]) * dot(f.column(i), f.r) / f.s.norms[j]
}

// take moves the i-th idle column to sys, with entry 0; it reports false, and
// nothing changes, if the column depends on those of sys.
func (f *coneFit) take(i int) bool {
	k := len(f.x)
	if !f.sys.append(f.idle[i : i+1]) {
		return false
	}
	f.forget(i)
	row := f.sys.l[k*f.sys.ld:][:k+1]
	column := f.sys.c[k*f.s.n:][:f.s.n]
	f.z = append(f.z, (dot(column, f.s.b)-dot(row[:k], f.z))/row[k])
	f.x = append(f.x, 0)
	return true
}

// refit moves x to the least-squares fit on its columns. Where entries would
// change sign it stops at the first of them, makes that column idle, and goes
// on with the others.
func (f *coneFit) refit() {
	for len(f.x) > 0 {
		goal := f.leastSquares()
		zero := 0.0 // size of an entry, times the norm of its column, that is rounding
		for i, j := range f.sys.idx {
			zero = math.Max(zero, 1e-12*math.Abs(goal[i])*f.s.norms[j])
		}
		first, blocking := math.Inf(1), -1
		for i, j := range f.sys.idx {
			if float64(f.side[j])*goal[i]*f.s.norms[j] > zero {
				continue
			}
			t := 0.0
			if f.x[i] != 0 {
				t = math.Min(1, f.x[i]/(f.x[i]-goal[i]))
			}
			if t < first {
				first, blocking = t, i
			}
		}
		if blocking < 0 {
			copy(f.x, goal)
			return
		}
		for i := range f.x {
			f.x[i] += first * (goal[i] - f.x[i])
		}
		f.drop(blocking)
	}
	copy(f.r, f.s.b)
}

// leastSquares returns argmin ‖A_S x − b‖ and sets r to its residual, which is
// orthogonal to the columns up to the rounding of a product.
func (f *coneFit) leastSquares() []float64 {
	s, sys, k := f.s, f.sys, len(f.x)
	f.goal = append(f.goal[:0], f.z...)
	f.slack = append(f.slack[:0], f.z...)
	goal, slack := f.goal, f.slack
	blas.SolveLowerT(sys.l, k, sys.ld, goal)
	before := math.Inf(1)
	for round := 0; ; round++ {
		blas.GemvT(f.r, sys.c, k, s.n, s.n, goal)
		size := s.bnorm
		for i, j := range sys.idx {
			size += math.Abs(goal[i]) * s.norms[j]
		}
		for i := range f.r {
			f.r[i] = s.b[i] - f.r[i]
		}
		blas.Gemv(slack, sys.c, k, s.n, s.n, f.r)
		worst := 0.0
		for i, j := range sys.idx {
			worst = math.Max(worst, math.Abs(slack[i])/s.norms[j])
		}
		// Where the columns nearly depend A_Sᵀr does not see all of an r that
		// should be zero.
		length := norm2(f.r)
		hidden := length <= nearlyFits*s.bnorm && length > 64*epsilon*size
		done := worst <= 4*epsilon*size && !hidden || worst+length > before/2 || round == maxRefinements
		if done && round >= f.least {
			return goal
		}
		before = worst + length
		blas.SolveLower(sys.l, k, sys.ld, slack)
		blas.Axpy(1, slack, f.z)
		blas.SolveLowerT(sys.l, k, sys.ld, slack)
		blas.Axpy(1, slack, goal)
	}
}

// maxRefinements bounds the corrections of a fit by its residual.
const maxRefinements = 6

// drop makes the i-th column of the fit idle.
func (f *coneFit) drop(i int) {
	n := f.s.n
	f.idle = append(f.idle, f.sys.idx[i])
	f.cols = append(f.cols, f.sys.c[i*n:(i+1)*n]...)
	f.sys.remove(i, f.z)
	f.z = f.z[:len(f.z)-1]
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
		f.sys.remove(i, nil)
	}
	return true
}

// full returns x with its zeros.
func (f *coneFit) full() []float64 {
	full := make([]float64, f.s.m)
	for i, j := range f.sys.idx {
		full[j] = f.x[i]
	}
	return full
}

// vertex returns an exact fit with its zeros, without the entries that are
// rounded zeros where it is as exact without them.
func (f *coneFit) vertex() []float64 {
	kept, x := f.s.trim(f.sys, slices.Clone(f.x), 0)
	if kept == nil {
		return f.full()
	}
	full := make([]float64, f.s.m)
	for i, j := range kept {
		full[j] = x[i]
	}
	return full
}
