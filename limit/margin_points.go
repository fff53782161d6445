package limit

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
	"github.com/tacit-dev/tacit/linop"
)

// points holds zᵢ = yᵢxᵢ, i < n, in d coordinates, by rows: dense in data, else
// sparse. The labels are not multiplied in; sign has them.
type points struct {
	n, d   int
	sign   []float64
	data   []float64  // row-major n×d
	sparse *linop.CSC // column i is xᵢ
	scale  int        // the points are 2^scale times those that were given
	origin []float64  // what the points were moved by before that; nil: nothing

	classes int // K > 2: the rows are those of the joint problem
	given   int // points before that expansion
	of, vs  []int32
	// free is how many of the coordinates, the last ones, are not in the norm: those
	// of the intercepts of all classes but the first, in units of kappa.
	free  int
	kappa float64
	reach float64 // the largest ‖xᵢ‖ in the dual norm, where free > 0
}

// newPoints reads the points of a problem, and brings them to moderate size and, where
// there is an intercept, close to the origin.
func newPoints(x linop.Operator, y, classes []float64, norm MarginNorm, bias bool) (*points, error) {
	n, d := x.Dims()
	p := &points{n: n, d: d, given: n}
	switch a := x.(type) {
	case *linop.Dense:
		data, byColumn := a.Data()
		if byColumn {
			data = byRows(data, n, d)
		}
		p.data = data
	case *linop.CSR:
		p.sparse = a.T()
	case *linop.CSC:
		p.sparse = a.ToCSR().T()
	case linop.Rower:
		p.sparse = rowsOf(a, n, d).T()
	default:
		return nil, fmt.Errorf("limit: the points of a margin need their coordinates, and this operator has none")
	}
	big := p.largest()
	if math.IsNaN(big) || math.IsInf(big, 0) {
		return nil, fmt.Errorf("limit: a coordinate of X is not finite; every coordinate must be")
	}
	if bias && p.data != nil && p.centre() {
		big = p.largest()
	}
	if _, e := math.Frexp(big); big > 0 && (e > 200 || e < -200) {
		p.rescale(-e)
	}
	if len(classes) > 2 {
		return p.joint(y, classes, norm, bias), nil
	}
	p.sign = make([]float64, n)
	for i, v := range y {
		p.sign[i] = -1
		if v == classes[1] {
			p.sign[i] = 1
		}
	}
	return p, nil
}

func byRows(data []float64, n, d int) []float64 {
	out := make([]float64, len(data))
	for j := range d {
		for i, v := range data[j*n : (j+1)*n] {
			out[i*d+j] = v
		}
	}
	return out
}

func rowsOf(a linop.Rower, n, d int) *linop.CSR {
	ptr := []int{0}
	var idx []int32
	var val []float64
	for i := range n {
		a.Row(i, func(j int, v float64) { idx, val = append(idx, int32(j)), append(val, v) })
		ptr = append(ptr, len(idx))
	}
	return linop.NewCSR(n, d, ptr, idx, val)
}

// row returns xᵢ; idx is nil where it is dense.
func (p *points) row(i int) (idx []int32, val []float64) {
	if p.data != nil {
		return nil, p.data[i*p.d : (i+1)*p.d]
	}
	return p.sparse.Column(i)
}

// each visits the entries of xᵢ.
func (p *points) each(i int, visit func(j int, v float64)) {
	idx, val := p.row(i)
	for k, v := range val {
		j := k
		if idx != nil {
			j = int(idx[k])
		}
		visit(j, v)
	}
}

func (p *points) largest() float64 {
	var big float64
	for i := range p.n {
		_, val := p.row(i)
		for _, v := range val {
			if !(math.Abs(v) <= big) { // also for NaN
				big = math.Abs(v)
			}
		}
		if math.IsNaN(big) {
			break
		}
	}
	return big
}

// rescale replaces the points by 2ᵏ times them, in a copy.
func (p *points) rescale(k int) {
	p.scale = k
	times := func(src []float64) []float64 {
		dst := make([]float64, len(src))
		for i, v := range src {
			dst[i] = math.Ldexp(v, k)
		}
		return dst
	}
	if p.data != nil {
		p.data = times(p.data)
		return
	}
	ptr := []int{0}
	var idx []int32
	var val []float64
	for i := range p.n {
		at, v := p.sparse.Column(i)
		idx, val = append(idx, at...), append(val, times(v)...)
		ptr = append(ptr, len(idx))
	}
	p.sparse = linop.NewCSC(p.d, p.n, ptr, idx, val)
}

// dot returns zᵢᵀw.
func (p *points) dot(i int, w []float64) float64 {
	idx, val := p.row(i)
	if idx == nil {
		return p.sign[i] * blas.Dot(val, w)
	}
	return p.sign[i] * sparseDot(idx, val, w)
}

// sparseDot has four sums of its own to hide the latency of the additions.
func sparseDot(idx []int32, val, w []float64) float64 {
	var s0, s1, s2, s3 float64
	val = val[:len(idx)]
	k := 0
	for ; k+3 < len(idx); k += 4 {
		s0 += val[k] * w[idx[k]]
		s1 += val[k+1] * w[idx[k+1]]
		s2 += val[k+2] * w[idx[k+2]]
		s3 += val[k+3] * w[idx[k+3]]
	}
	for ; k < len(idx); k++ {
		s0 += val[k] * w[idx[k]]
	}
	return (s0 + s1) + (s2 + s3)
}

// axpy adds a·zᵢ to w.
func (p *points) axpy(a float64, i int, w []float64) {
	idx, val := p.row(i)
	a *= p.sign[i]
	if idx == nil {
		blas.Axpy(a, val, w[:p.d])
		return
	}
	sparseAxpy(a, idx, val, w)
}

// sparseAxpy adds a times a sparse vector to w.
func sparseAxpy(a float64, idx []int32, val, w []float64) {
	val = val[:len(idx)]
	for k, j := range idx {
		w[j] += a * val[k]
	}
}

// square returns ‖zᵢ‖².
func (p *points) square(i int) float64 {
	_, val := p.row(i)
	return blas.Dot(val, val)
}

// margins sets dst = zᵢᵀw + yᵢc for all i.
func (p *points) margins(dst, w []float64, c float64) {
	if p.data != nil {
		blas.Gemv(dst, p.data, p.n, p.d, p.d, w[:p.d])
		for i, v := range dst {
			dst[i] = p.sign[i] * (v + c)
		}
		return
	}
	parallel.For(p.n, 64, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = p.dot(i, w) + p.sign[i]*c
		}
	})
}

// combine sets w = Σ uₖ z_{set[k]}, set nil standing for all points.
func (p *points) combine(w []float64, set []int, u []float64) {
	clear(w)
	for k, v := range u {
		i := k
		if set != nil {
			i = set[k]
		}
		if v != 0 {
			p.axpy(v, i, w)
		}
	}
}

// joint returns the rows (e_{yₙ} − e_k)⊗xₙ, k ≠ yₙ, of the problem of K classes, with
// intercepts (e_{yₙ} − e_k)⊗(xₙ, κ) without the first κ's coordinate.
func (p *points) joint(y, classes []float64, norm MarginNorm, bias bool) *points {
	k := len(classes)
	q := &points{n: p.n * (k - 1), d: p.d * k, scale: p.scale, classes: k, given: p.n}
	if bias {
		q.free = k - 1
		q.d += q.free
		var sum float64
		for i := range p.n {
			_, val := p.row(i)
			sum += blas.Dot(val, val)
			q.reach = max(q.reach, vectorNorm(val, dualExponent(norm.Exponent())))
		}
		if q.kappa = math.Sqrt(sum / float64(p.n)); q.kappa == 0 {
			q.kappa = 1
		}
	}
	ptr := []int{0}
	var idx []int32
	var val []float64
	for i := range p.n {
		own := 0
		for classes[own] != y[i] {
			own++
		}
		at, v := p.row(i)
		for other := range k {
			if other == own {
				continue
			}
			for _, block := range []int{min(own, other), max(own, other)} {
				sign := 1.0
				if block == other {
					sign = -1
				}
				for e, x := range v {
					j := e
					if at != nil {
						j = int(at[e])
					}
					idx, val = append(idx, int32(block*p.d+j)), append(val, sign*x)
				}
			}
			for _, block := range []int{min(own, other), max(own, other)} {
				if !bias || block == 0 {
					continue
				}
				sign := q.kappa
				if block == other {
					sign = -sign
				}
				idx, val = append(idx, int32(p.d*k+block-1)), append(val, sign)
			}
			ptr = append(ptr, len(idx))
			q.of, q.vs = append(q.of, int32(i)), append(q.vs, int32(other))
			q.sign = append(q.sign, 1)
		}
	}
	q.sparse = linop.NewCSC(q.d, q.n, ptr, idx, val)
	return q
}
