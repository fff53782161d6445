package flow

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack/gonum"
)

// deepDense is h times the Jacobian of deepField as a matrix, up to the derivatives
// of its weights where G is not yet small: for data that are not whitened, whose
// stiff directions couple whole rows. Its order grows as 2pd, so it is meant for
// networks of up to some dozen inputs and outputs.
type deepDense struct {
	d         *deepField
	mirror    bool     // V = U: it turns with U
	pairs     [][3]int // which (0: U, 1: V), r, s; then the modes
	n         int
	a, lu     []float64 // n×n
	rows, rhs []float64
	pivots    []int
	wu, wv, l []float64
	dg        []float64
}

// deepDenseLimit is the largest order of a dense Jacobian.
const deepDenseLimit = 1200

// deepDenseOrder is the order of the Jacobian of rank modes of a p×q product: the
// planes in which U and V turn, and the ln z.
func deepDenseOrder(p, q, rank int, mirror bool) int {
	planes := func(side int) int { return rank*(side-1) - rank*(rank-1)/2 }
	if mirror {
		return planes(p) + rank
	}
	return planes(p) + planes(q) + rank
}

// DeepRank is the largest number of singular values of a p×q matrix that NewDeepMeasured
// follows, or if symmetric NewDeepSymmetric.
func DeepRank(p, q int, mirror bool) int {
	rank := 0
	for rank < min(p, q) && deepDenseOrder(p, q, rank+1, mirror) <= deepDenseLimit {
		rank++
	}
	return rank
}

func newDeepDense(d *deepField, mirror bool) *deepDense {
	j := &deepDense{d: d, mirror: mirror}
	sides := []int{d.dy, d.dx}
	if mirror {
		sides = sides[:1]
	}
	for which, side := range sides {
		for r := range d.p {
			for s := r + 1; s < side; s++ {
				j.pairs = append(j.pairs, [3]int{which, r, s})
			}
		}
	}
	j.n = len(j.pairs) + d.p
	j.a, j.lu, j.pivots = make([]float64, j.n*j.n), make([]float64, j.n*j.n), make([]int, j.n)
	j.rows, j.rhs = make([]float64, j.n), make([]float64, j.n)
	j.wu, j.wv, j.l = make([]float64, d.dy*d.dy), make([]float64, d.dx*d.dx), make([]float64, d.p)
	j.dg = make([]float64, d.dy*d.dx)
	return j
}

// set evaluates the matrix at the point of the last call of frame and factors
// I − γA; false if that is singular.
func (j *deepDense) set(logH, gamma float64, logZ []float64, top deepTop) bool {
	d := j.d
	for c := range j.n {
		j.change(c, logZ)
		d.g, j.dg = j.dg, d.g
		d.rates(logH, 0, logZ, j.wu, j.wv, j.l)
		d.g, j.dg = j.dg, d.g
		if r := c - len(j.pairs); r >= 0 {
			j.l[r] -= (d.n - 2) * scale(logH+(d.n-2)*logZ[r]) * d.g[r*d.dx+r]
		}
		j.pack(j.rhs, j.wu, j.wv, j.l)
		for i, v := range j.rhs {
			j.a[i*j.n+c] = v
		}
	}
	if top.mode >= 0 {
		j.pack(j.rhs, top.fu, top.fv, top.fl)
		for i, v := range j.rhs {
			j.a[i*j.n+len(j.pairs)+top.mode] += top.c * v
		}
	}
	// Rows differ by the speed of their modes: scale them before pivoting.
	for i := range j.n {
		row, from := j.lu[i*j.n:(i+1)*j.n], j.a[i*j.n:(i+1)*j.n]
		size := 0.0
		for k, v := range from {
			row[k] = -gamma * v
			if k == i {
				row[k]++
			}
			size = max(size, math.Abs(row[k]))
		}
		if size == 0 || math.IsNaN(size) || math.IsInf(size, 0) {
			return false
		}
		j.rows[i] = 1 / size
		for k := range row {
			row[k] *= j.rows[i]
		}
	}
	return gonum.Implementation{}.Dgetrf(j.n, j.n, j.lu, j.n, j.pivots)
}

// change sets dg to the derivative of G along coordinate c.
func (j *deepDense) change(c int, logZ []float64) {
	d := j.d
	dx, dy := d.dx, d.dy
	clear(j.dg)
	if d.measured != nil {
		which, r, s := 2, c-len(j.pairs), 0
		if r < 0 {
			which, r, s = j.pairs[c][0], j.pairs[c][1], j.pairs[c][2]
		}
		d.measured.change(j.dg, d, which, r, s, logZ)
		if j.mirror && which == 0 {
			d.measured.change(j.dg, d, 1, r, s, logZ)
		}
		return
	}
	if r := c - len(j.pairs); r >= 0 {
		sigma := d.n * math.Exp(d.n*logZ[r])
		for b := range dx {
			j.dg[r*dx+b] = sigma * d.s[r*dx+b]
		}
		return
	}
	r, s := j.pairs[c][1], j.pairs[c][2]
	if j.pairs[c][0] == 0 { // U turns: G changes by ωM
		for b := range dx {
			j.dg[r*dx+b] += d.m[s*dx+b]
			j.dg[s*dx+b] -= d.m[r*dx+b]
		}
		return
	}
	for a := range dy { // V turns: by −Mω, and by σ(Sω − ωS)
		j.dg[a*dx+s] -= d.m[a*dx+r]
		j.dg[a*dx+r] += d.m[a*dx+s]
		if a < d.p {
			sigma := math.Exp(d.n * logZ[a])
			j.dg[a*dx+s] += sigma * d.s[a*dx+r]
			j.dg[a*dx+r] -= sigma * d.s[a*dx+s]
		}
	}
	for _, t := range [][3]float64{{float64(r), float64(s), -1}, {float64(s), float64(r), 1}} {
		if a := int(t[0]); a < d.p {
			sigma := t[2] * math.Exp(d.n*logZ[a])
			for b := range dx {
				j.dg[a*dx+b] += sigma * d.s[int(t[1])*dx+b]
			}
		}
	}
}

func (j *deepDense) pack(dst, wu, wv, l []float64) {
	d := j.d
	for c, p := range j.pairs {
		if p[0] == 0 {
			dst[c] = wu[p[1]*d.dy+p[2]]
		} else {
			dst[c] = wv[p[1]*d.dx+p[2]]
		}
	}
	copy(dst[len(j.pairs):], l)
}

func (j *deepDense) unpack(wu, wv, l, src []float64, add bool) {
	d := j.d
	for c, p := range j.pairs {
		w, side := wu, d.dy
		if p[0] == 1 {
			w, side = wv, d.dx
		}
		v := src[c]
		if add {
			v += w[p[1]*side+p[2]]
		}
		w[p[1]*side+p[2]], w[p[2]*side+p[1]] = v, -v
	}
	if j.mirror {
		copy(wv, wu)
	}
	for r := range l {
		v := src[len(j.pairs)+r]
		if add {
			v += l[r]
		}
		l[r] = v
	}
}

// mul adds the product with (wu, wv, l) to the destination.
func (j *deepDense) mul(du, dv, dl, wu, wv, l []float64) {
	x, y := make([]float64, j.n), make([]float64, j.n)
	j.pack(x, wu, wv, l)
	for i := range y {
		sum := 0.0
		for k, v := range j.a[i*j.n : (i+1)*j.n] {
			sum += v * x[k]
		}
		y[i] = sum
	}
	j.unpack(du, dv, dl, y, true)
}

// solve replaces (wu, wv, l) by (I − γA)⁻¹ (wu, wv, l), with the γ of set.
func (j *deepDense) solve(_ float64, wu, wv, l []float64) {
	j.pack(j.rhs, wu, wv, l)
	for i := range j.rhs {
		j.rhs[i] *= j.rows[i]
	}
	gonum.Implementation{}.Dgetrs(blas.NoTrans, j.n, 1, j.lu, j.n, j.pivots, j.rhs, 1)
	j.unpack(wu, wv, l, j.rhs, false)
}
