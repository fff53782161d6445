package blas

import "github.com/tacit-dev/tacit/internal/parallel"

// panels is a matrix cut into groups of 3w rows, each packed by columns, so that
// a plane rotation of two columns works on contiguous vectors.
type panels struct {
	rows, cols int
	buf        *buffer
}

// identityPanels returns the identity of order n.
func identityPanels(n int) *panels {
	wide := groups * active.w()
	p := &panels{rows: n, cols: n, buf: newBuffer(roundUp(n, wide) * n)}
	clear(p.buf.f[:roundUp(n, wide)*n])
	for i := range n {
		p.panel(i / wide)[i*wide+i%wide] = 1
	}
	return p
}

// storeTo writes column order[j] of the matrix, times sign[order[j]], to column j
// of v, and frees the panels. sign may be nil.
func (p *panels) storeTo(v view, order []int, sign []float64) {
	wide := groups * active.w()
	parallel.For(p.count(), 1, func(lo, hi int) {
		sorted := newBuffer(wide * p.cols)
		for i := lo; i < hi; i++ {
			x := p.panel(i)
			for to, from := range order {
				column := sorted.f[to*wide : (to+1)*wide]
				copy(column, x[from*wide:])
				if sign != nil && sign[from] < 0 {
					for r := range column {
						column[r] = -column[r]
					}
				}
			}
			unpackPanel(v.sub(i*wide, 0).t(), sorted.f, p.cols, min(wide, p.rows-i*wide), wide)
		}
		sorted.free()
	})
	p.buf.free()
}

func (p *panels) count() int { return (p.rows-1)/(groups*active.w()) + 1 }

// panel returns group i of the rows.
func (p *panels) panel(i int) []float64 {
	n := groups * active.w() * p.cols
	return p.buf.f[i*n : (i+1)*n]
}

// rotations is a record of plane rotations of the columns of a matrix. QR
// iterations need not see the vectors that they rotate: many sweeps are recorded
// and then applied to one panel after another, each of which stays in the cache
// (Van Zee, van de Geijn and Quintana-Ortí 2014, Restructuring the tridiagonal
// and bidiagonal QR algorithms for performance).
type rotations struct {
	target *panels
	sweeps []sweep
	cs     []float64 // pairs c, s
}

// sweep is a chain of rotations of neighbouring columns, or one rotation of any
// two columns.
type sweep struct {
	first int // column that the chain starts with
	step  int // +1 or -1; 0 for a single rotation
	with  int // the other column of a single rotation
	at    int // index into cs
	count int
}

// maxRotations is how many rotations are recorded before they are applied: few
// enough to stay in the second-level cache beside a panel.
const maxRotations = 1 << 13

// chain starts a sweep at a column. The rotations follow by rotate. A nil record
// keeps nothing: the vectors are not wanted.
func (r *rotations) chain(first, step int) {
	if r == nil {
		return
	}
	if len(r.cs) >= 2*maxRotations {
		r.apply()
	}
	r.sweeps = append(r.sweeps, sweep{first: first, step: step, at: len(r.cs)})
}

// rotate adds (c, s) to the present chain.
func (r *rotations) rotate(c, s float64) {
	if r == nil {
		return
	}
	r.cs = append(r.cs, c, s)
	r.sweeps[len(r.sweeps)-1].count++
}

// pair records x ← c x + s y, y ← c y − s x for any two columns x and y.
func (r *rotations) pair(x, y int, c, s float64) {
	if r == nil {
		return
	}
	r.chain(x, 0)
	r.sweeps[len(r.sweeps)-1].with = y
	r.rotate(c, s)
}

// apply carries out what was recorded.
func (r *rotations) apply() {
	wide := groups * active.w()
	parallel.For(r.target.count(), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			z := r.target.panel(i)
			for _, s := range r.sweeps {
				switch {
				case s.count == 0:
				case s.step == 0:
					rotatePair(z[s.first*wide:][:wide], z[s.with*wide:][:wide], r.cs[s.at], r.cs[s.at+1])
				default:
					rotateChain(s.count, r.cs[s.at:], z, s.first*wide, s.step*wide)
				}
			}
		}
	})
	r.sweeps, r.cs = r.sweeps[:0], r.cs[:0]
}

// rotatePair rotates two columns of a panel.
func rotatePair(x, y []float64, c, s float64) {
	for i, v := range x {
		x[i], y[i] = c*v+s*y[i], c*y[i]-s*v
	}
}

// rotateGeneric is rotateChain in Go.
func rotateGeneric(n int, cs, z []float64, at, step, wide int) {
	for i := range n {
		rotatePair(z[at:at+wide], z[at+step:at+step+wide], cs[2*i], cs[2*i+1])
		at += step
	}
}
