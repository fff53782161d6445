package certify

import (
	"cmp"
	"math"
	"slices"
)

// tangent is 𝒜 on the tangent space T of the matrices of the rank of X in orthonormal
// coordinates: J(A, B) = 𝒜(AVᵀ + UBᵀ) with A p×r and B q×r, VᵀB = 0, so that
// ‖AVᵀ + UBᵀ‖² = ‖A‖² + ‖B‖². Of a PSD claim J(Y) = 𝒜(YUᵀ + UYᵀ) with UᵀY symmetric,
// which differs from orthonormal coordinates by factors between √2 and 2.
//
// Only products with J and Jᵀ are formed, in memory of the order of A and the factors.
type tangent struct {
	p, q, r int
	psd     bool
	u, v    []float64
	n       int

	// The entries of the A_k by rows: entry e of row i, ptr[i] ≤ e < ptr[i+1], is
	// val[e] (nil: 1) of A_k at (i, col[e]), k = obs[e]. Where the A_k are stored as
	// dense lines there is no such list.
	ptr      []int
	col, obs []int32
	val      []float64
	single   bool // each A_k has one entry, and it is 1
	line     func(k int) []float64

	size float64 // bounds ‖|𝒜|‖, of y ↦ Σ y_k|A_k|
	meet int     // products in a sum, at most
}

func (q *matrixProblem) tangent() *tangent {
	s := q.split()
	t := &tangent{p: q.p, q: q.q, r: q.r, psd: q.psd, u: s.u, v: s.v, n: len(q.b), line: q.line}
	if q.line != nil {
		var frobenius float64
		for k := range t.n {
			line := q.line(k)
			frobenius += plainDot(line, line)
		}
		t.size = raise(math.Sqrt(frobenius) * (1 + float64(t.n+q.p*q.q+8)*unit))
		t.meet = max(q.p*q.q, t.n+q.p+q.q)
		return t
	}
	t.list(q)
	return t
}

// list reads the entries, and bounds ‖|𝒜|‖ by √(‖𝒜‖₁‖𝒜‖_∞).
func (t *tangent) list(q *matrixProblem) {
	type entry struct {
		at, k int
		v     float64
	}
	var all []entry
	var wide float64 // the largest Σ_ij |A_k,ij|
	most := 0
	for k := range q.b {
		var sum float64
		count := 0
		q.rows(k, func(i, j int, v float64) {
			all = append(all, entry{i*q.q + j, k, v})
			sum += math.Abs(v)
			count++
		})
		wide, most = max(wide, sum), max(most, count)
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.k, b.k)) })
	t.ptr = make([]int, t.p+1)
	t.col, t.obs, t.val = make([]int32, len(all)), make([]int32, len(all)), make([]float64, len(all))
	columns := make([]int, t.q)
	ones := true
	var tall, sum float64 // the largest Σ_k |A_k,ij|
	for e, a := range all {
		if e > 0 && all[e-1].at != a.at {
			sum = 0
		}
		sum += math.Abs(a.v)
		tall = max(tall, sum)
		t.ptr[a.at/t.q+1]++
		columns[a.at%t.q]++
		t.col[e], t.obs[e], t.val[e] = int32(a.at%t.q), int32(a.k), a.v
		ones = ones && a.v == 1
	}
	if ones {
		t.val = nil
	}
	t.single = ones && most == 1 && len(all) == t.n
	lines := max(slices.Max(t.ptr), slices.Max(columns))
	if t.psd {
		lines *= 2
	}
	for i := range t.p {
		t.ptr[i+1] += t.ptr[i]
	}
	t.size = raise(math.Sqrt(wide*tall) * (1 + float64(most+len(all)/max(1, t.p)+lines+8)*unit))
	t.meet = max(2*t.r*most, lines)
}

// dim is the length of the coordinates (A, B), or Y.
func (t *tangent) dim() int {
	if t.psd {
		return t.p * t.r
	}
	return (t.p + t.q) * t.r
}

// freedom is the dimension of T.
func (t *tangent) freedom() int {
	if t.psd {
		return t.p*t.r - t.r*(t.r-1)/2
	}
	return t.r * (t.p + t.q - t.r)
}

// halves returns the A and B of coordinates, both Y of a PSD claim.
func (t *tangent) halves(x []float64) (a, b []float64) {
	if t.psd {
		return x, x
	}
	return x[:t.p*t.r], x[t.p*t.r:]
}

// gram returns x ↦ JᵀJx before its projection on T, with room of its own.
func (t *tangent) gram() func(dst, x []float64) {
	z := make([]float64, t.n)
	switch {
	case t.line != nil:
		h, m := make([]float64, t.p*t.q), make([]float64, t.p*t.q)
		return func(dst, x []float64) { t.gramLines(dst, x, h, m) }
	case t.single:
		return t.gramEntries
	}
	return func(dst, x []float64) {
		clear(z)
		t.visit(x, func(e int, ai, ui, bj, vj []float64) {
			z[t.obs[e]] += t.value(e) * (plainDot(ai, vj) + plainDot(ui, bj))
		})
		clear(dst)
		t.visit(dst, func(e int, ai, ui, bj, vj []float64) {
			f := t.value(e) * z[t.obs[e]]
			for c, v := range vj {
				ai[c] += f * v
			}
			for c, v := range ui {
				bj[c] += f * v
			}
		})
	}
}

func (t *tangent) value(e int) float64 {
	if t.val == nil {
		return 1
	}
	return t.val[e]
}

// visit goes through the entries with the rows of A, U, B and V that they meet.
func (t *tangent) visit(x []float64, f func(e int, ai, ui, bj, vj []float64)) {
	r := t.r
	a, b := t.halves(x)
	for i := range t.p {
		ai, ui := a[i*r:(i+1)*r], t.u[i*r:(i+1)*r]
		for e := t.ptr[i]; e < t.ptr[i+1]; e++ {
			j := int(t.col[e]) * r
			f(e, ai, ui, b[j:j+r], t.v[j:j+r])
		}
	}
}

// gramEntries is the product where every measurement is an entry of X: nothing is
// summed between J and Jᵀ, and one pass does both.
func (t *tangent) gramEntries(dst, x []float64) {
	r := t.r
	a, b := t.halves(x)
	da, db := t.halves(dst)
	clear(dst)
	for i := range t.p {
		ai, ui, dai := a[i*r:(i+1)*r], t.u[i*r:(i+1)*r], da[i*r:(i+1)*r]
		for _, col := range t.col[t.ptr[i]:t.ptr[i+1]] {
			j := int(col) * r
			vj, bj, dbj := t.v[j:j+r], b[j:j+r], db[j:j+r]
			vj, bj, dbj = vj[:len(ai)], bj[:len(ai)], dbj[:len(ai)]
			u, d := ui[:len(ai)], dai[:len(ai)]
			var s0, s1 float64
			for c, v := range ai {
				s0 += v * vj[c]
				s1 += u[c] * bj[c]
			}
			s0 += s1
			for c := range d {
				d[c] += s0 * vj[c]
				dbj[c] += s0 * u[c]
			}
		}
	}
}

// gramLines is the product for dense A_k: the tangent matrix is written out.
func (t *tangent) gramLines(dst, x, h, m []float64) {
	r := t.r
	a, b := t.halves(x)
	for i := range t.p {
		for j := range t.q {
			h[i*t.q+j] = plainDot(a[i*r:(i+1)*r], t.v[j*r:(j+1)*r]) + plainDot(t.u[i*r:(i+1)*r], b[j*r:(j+1)*r])
		}
	}
	clear(m)
	for k := range t.n {
		line := t.line(k)
		f := plainDot(line, h)
		for at, v := range line {
			m[at] += f * v
		}
	}
	clear(dst)
	da, db := t.halves(dst)
	for i := range t.p {
		for j := range t.q {
			f := m[i*t.q+j]
			for c := range r {
				da[i*r+c] += f * t.v[j*r+c]
				db[j*r+c] += f * t.u[i*r+c]
			}
		}
	}
}

// project returns the projection of coordinates on those of T, with room of its own:
// B −= V(VᵀB), or Y −= U·(UᵀY − YᵀU)/2.
func (t *tangent) project() func(x []float64) {
	r := t.r
	core, part := make([]float64, r*r), make([]float64, r*r)
	return func(x []float64) {
		_, b := t.halves(x)
		blockInner(core, t.v, b, t.q, r, r, part)
		if t.psd {
			for c := range r {
				for d := range c + 1 {
					v := (core[c*r+d] - core[d*r+c]) / 2
					core[c*r+d], core[d*r+c] = v, -v
				}
			}
		}
		for j := range t.q {
			bj := b[j*r : (j+1)*r]
			for c, v := range t.v[j*r : (j+1)*r] {
				for d := range bj {
					bj[d] -= v * core[c*r+d]
				}
			}
		}
	}
}

// sumBlock is the number of rows that are summed before they are added up: a sum
// over n rows has the error of one of sumBlock + n/sumBlock terms.
const sumBlock = 64

func sumDepth(n int) float64 { return sumBlock + float64(n)/sumBlock + 4 }

// blockInner sets dst = WᵀX (r×c) for W n×r and X n×c; part has the size of dst.
func blockInner(dst, w, x []float64, n, r, c int, part []float64) {
	dst, part = dst[:r*c], part[:r*c]
	clear(dst)
	for lo := 0; lo < n; lo += sumBlock {
		clear(part)
		for i := lo; i < min(lo+sumBlock, n); i++ {
			xi := x[i*c : (i+1)*c]
			for a, f := range w[i*r : (i+1)*r] {
				s := part[a*c : (a+1)*c]
				for k, v := range xi {
					s[k] += f * v
				}
			}
		}
		for i, v := range part {
			dst[i] += v
		}
	}
}

// least returns a σ that is a lower bound on the least singular value of J, for the
// exact spaces of X, unless a random vector misleads; theta is the distance of U and V
// from orthonormal bases of those. JᵀJ is amplified below a quarter of a guess of its
// least eigenvalue.
func (t *tangent) least(theta, failure float64, seed func(draw int) [32]byte) (sigma float64, c Check, ok bool) {
	x := make([]float64, t.dim())
	normals(x, [32]byte{7})
	product, project := t.gram(), t.project()
	project(x)
	low, high := spectrumEnds(func(dst, x []float64) {
		product(dst, x)
		project(dst)
	}, x, func(low, high, dlow, _ float64) bool { return dlow < 0.02*low+1e-12*high })
	if !(low > 1e-10*high) {
		return 0, Check{}, false
	}
	from, to := 0.9*low, 1.02*high
	tau := from / 16
	center, half := (from+to)/2, (to-from)/2
	a := amplifier{dim: t.dim(), room: t.freedom(), g: (center - tau) / half * (1 - 8*unit), into: t.project, eps: t.rounding(theta, center, half, tau)}
	a.work = func() func(x, y, z []float64) {
		product, project := t.gram(), t.project()
		return func(x, y, z []float64) {
			product(z, x)
			for i, v := range x {
				z[i] = 2*(center*v-z[i])/half - y[i]
			}
			project(z)
		}
	}
	c, ok = a.excluded("unique: injective on the tangent space", failure, seed)
	return math.Sqrt(tau) * (1 - 8*unit), c, ok
}

// rounding bounds the error of a step z = Π(2(center − JᵀJ)x/half − y) along an
// eigenvector of JᵀJ with an eigenvalue of at most tau, relative to the largest norm
// so far, J and Π being those of the exact spaces. A sum of k products of entries of
// |A|, |V| … is within 2ku of their absolute sum, whose norm is at most ‖|𝒜|‖ times
// ‖V‖_F = √r and the like. What x has outside of T, by the projection before, enters
// by ‖J‖√tau.
func (t *tangent) rounding(theta, center, half, tau float64) float64 {
	norm := t.size // of J
	if t.psd {
		norm *= 2
	}
	sums := 2 * unit * float64(t.meet+2*t.r+8)
	products := 4 * math.Sqrt(float64(t.r)) * sums * t.size * norm // 2√r·‖|𝒜|‖·sums for J, and for Jᵀ
	turned := 16 * theta * t.size * norm
	step := (2*(products+turned)+8*unit*(center+norm*norm))/half + 4*unit
	size := 2*(center+norm*norm)/half + 1
	projection := 2*unit*(sumDepth(max(t.p, t.q))+float64(t.r)+8)*4*float64(t.r) + 8*theta
	return raise(step + size*projection*(1+2*norm*math.Sqrt(tau)/half))
}
