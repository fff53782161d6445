package certify

import (
	"math"
	"runtime"
	"sync"
)

// filter proves norms of matrices too large to be written out, in memory of the
// order of the factors. With G = WᵀW (W itself of a PSD claim), its spectrum
// believed to lie in [α, β] with β < level², and B = (2G − α − β)/(β − α),
//
//	λ_max(G) ≥ level²  ⇒  ‖T_d(B)‖_F ≥ T_d(g),  g = (2·level² − α − β)/(β − α) > 1,
//
// T_d Chebyshev's polynomial, which grows like e^{d·arcosh g} outside of [−1, 1]
// and is at most 1 inside. So a Frobenius norm below T_d(g), the sum over the unit
// vectors e_j of ‖T_d(B)e_j‖², is the proof. α and β are estimates and need not
// be right. Cost: 2d products with M for every column.
//
// The three-term recurrence X_{j+1} = 2BX_j − X_{j−1} is computed with errors of at
// most ε·‖X_j‖_F a step, which propagate by U_{d−j}(B), ‖U_m(B)‖ ≤ (m+1)T_m(g*) with
// g* ≥ 1 the true largest eigenvalue of B. Hence
// T_d(g*) ≤ ‖X_d‖_F / (1 − d(d+1)ε·max_j ‖X_j‖_F), computed quantities all.
type filter struct {
	q           *matrixProblem
	s           *parts
	mt          sparse
	k           int
	low, high   float64 // the ends of the spectrum, estimated from inside
	alpha, beta float64
	eps         float64 // of a step, relative
	slack       float64
}

func (q *matrixProblem) filter() *filter {
	f := &filter{q: q, s: &parts{}, k: q.q}
	if q.r > 0 {
		f.s = q.split()
	}
	if q.psd {
		f.k = q.p
	}
	f.mt = q.m.transposed()
	f.slack = f.s.slack + q.m.err
	f.estimate()
	rows, cols := absolute(q.m), absolute(f.mt)
	r := float64(f.s.r)
	n := float64(max(q.p, q.q))
	most := math.Sqrt(rows.sum * cols.sum) // ‖|M|‖ ≤ √(‖M‖₁‖M‖_∞)
	one := unit * (float64(max(rows.most, cols.most)) + 4) * most
	project := 4 * unit * (sumDepth(int(n)) + r + 8) * (r + 1)
	size := f.scale()
	if q.psd {
		f.eps = 4*(one+2*project*most)/size + 8*unit
	} else {
		f.eps = 4*(2*one*most+3*project*most*most)/size + 8*unit
	}
	return f
}

type absoluteSums struct {
	sum  float64 // the largest of Σ_j |M_ij|
	most int     // entries of a row
}

func absolute(m sparse) absoluteSums {
	var a absoluteSums
	for i := range m.p {
		var s float64
		for _, v := range m.val[m.ptr[i]:m.ptr[i+1]] {
			s += math.Abs(v)
		}
		a.sum = max(a.sum, s*(1+float64(m.ptr[i+1]-m.ptr[i]+4)*unit))
		a.most = max(a.most, m.ptr[i+1]-m.ptr[i])
	}
	return a
}

func (f *filter) scale() float64 { return (f.beta - f.alpha) / 2 }

func (f *filter) margin(level float64) float64 { return raise(f.slack + 8*unit*level) }

// estimate sets α and β.
func (f *filter) estimate() {
	x := make([]float64, f.k)
	normals(x, [32]byte{1})
	w := f.room(1)
	f.low, f.high = spectrumEnds(func(dst, x []float64) { f.apply(dst, x, 1, w) }, x,
		func(low, high, dlow, dhigh float64) bool { return max(dlow, dhigh) < 0.005*(high-low) })
	spread := 0.03 * (f.high - f.low)
	f.alpha, f.beta = f.low-spread, f.high+spread+1e-12
	if !f.q.psd {
		f.alpha = 0
	}
}

// filterDegree bounds the degree, and so the work.
const filterDegree = 40

func (f *filter) below(level float64) bool {
	top := level * level
	if f.q.psd {
		top = level
	}
	g := (2*top - f.alpha - f.beta) / (f.beta - f.alpha) * (1 - 8*unit)
	if !(g > 1.001) {
		return false
	}
	need := math.Sqrt(float64(f.k)) * 1.5
	degree := int(math.Ceil(math.Acosh(need) / math.Acosh(g)))
	if degree > filterDegree {
		return false
	}
	degree = max(degree, 1)
	sums := f.squares(degree)
	var largest float64
	for _, s := range sums {
		largest = max(largest, math.Sqrt(s))
	}
	lost := float64(degree*(degree+1)) * f.eps * raise(largest*(1+1e-9))
	if !(lost < 0.5) {
		return false
	}
	chebyshev := math.Cosh(float64(degree) * math.Acosh(g)) // right to 1e-12
	return math.Sqrt(sums[degree])*(1+1e-9) < chebyshev*(1-1e-9)*(1-lost)
}

// filterBlock is the number of unit vectors that are taken at a time.
const filterBlock = 8

// squares returns ‖X_j‖_F² for j = 0..degree.
func (f *filter) squares(degree int) []float64 {
	blocks := (f.k + filterBlock - 1) / filterBlock
	parts := make([][]float64, blocks)
	var wg sync.WaitGroup
	next := make(chan int, blocks)
	for b := range blocks {
		next <- b
	}
	close(next)
	for range min(runtime.GOMAXPROCS(0), blocks) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			w := f.room(filterBlock)
			x, y, z := make([]float64, f.k*filterBlock), make([]float64, f.k*filterBlock), make([]float64, f.k*filterBlock)
			for b := range next {
				parts[b] = f.block(b, degree, x, y, z, w)
			}
		}()
	}
	wg.Wait()
	sums := make([]float64, degree+1)
	for _, p := range parts { // in the order of the blocks
		for j, s := range p {
			sums[j] += s
		}
	}
	return sums
}

func (f *filter) block(b, degree int, x, y, z []float64, w filterRoom) []float64 {
	const c = filterBlock
	sums := make([]float64, degree+1)
	clear(x)
	for a := range c {
		if j := b*c + a; j < f.k {
			x[j*c+a] = 1
			sums[0]++
		}
	}
	center, scale := (f.alpha+f.beta)/2, 1/f.scale()
	f.apply(y, x, c, w)
	for i := range y {
		y[i] = (y[i] - center*x[i]) * scale
	}
	for j := 1; ; j++ {
		sums[j] = plainDot(y, y)
		if j == degree {
			return sums
		}
		f.apply(z, y, c, w)
		for i := range z {
			z[i] = 2*(z[i]-center*y[i])*scale - x[i]
		}
		x, y, z = y, z, x
	}
}

type filterRoom struct{ a, b, small, part []float64 }

func (f *filter) room(c int) filterRoom {
	return filterRoom{make([]float64, max(f.q.p, f.q.q)*c), make([]float64, f.q.p*c), make([]float64, f.s.r*c), make([]float64, f.s.r*c)}
}

// apply sets dst = G x for x k×c.
func (f *filter) apply(dst, x []float64, c int, w filterRoom) {
	a := w.a[:f.k*c]
	copy(a, x)
	without(a, f.s.v, f.k, f.s.r, c, w)
	sparseTimes(w.b, f.q.m, a, c)
	without(w.b, f.s.u, f.q.p, f.s.r, c, w)
	if f.q.psd {
		copy(dst, w.b)
		return
	}
	sparseTimes(dst, f.mt, w.b, c)
	without(dst, f.s.v, f.k, f.s.r, c, w)
}

// sparseTimes sets dst = M x for x of c columns.
func sparseTimes(dst []float64, m sparse, x []float64, c int) {
	clear(dst)
	for i := range m.p {
		to := dst[i*c : (i+1)*c]
		if c == filterBlock {
			gatherBlock((*[filterBlock]float64)(to), m.col[m.ptr[i]:m.ptr[i+1]], m.val[m.ptr[i]:m.ptr[i+1]], x)
			continue
		}
		for e := m.ptr[i]; e < m.ptr[i+1]; e++ {
			v := m.val[e]
			for a, xa := range x[m.col[e]*c : (m.col[e]+1)*c] {
				to[a] += v * xa
			}
		}
	}
}

// gatherBlock is a row of the product with eight columns, kept in registers.
func gatherBlock(to *[filterBlock]float64, col []int, val, x []float64) {
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for e, j := range col {
		v, y := val[e], (*[filterBlock]float64)(x[j*filterBlock:])
		s0 += v * y[0]
		s1 += v * y[1]
		s2 += v * y[2]
		s3 += v * y[3]
		s4 += v * y[4]
		s5 += v * y[5]
		s6 += v * y[6]
		s7 += v * y[7]
	}
	*to = [filterBlock]float64{s0, s1, s2, s3, s4, s5, s6, s7}
}

// without replaces x (n×c) by (I−WWᵀ)x for W n×r.
func without(x, w []float64, n, r, c int, room filterRoom) {
	if r == 0 {
		return
	}
	small := room.small[:r*c]
	blockInner(small, w, x, n, r, c, room.part)
	for i := range n {
		xi := x[i*c : (i+1)*c]
		for a, f := range w[i*r : (i+1)*r] {
			s := small[a*c : (a+1)*c]
			for k := range xi {
				xi[k] -= f * s[k]
			}
		}
	}
}
